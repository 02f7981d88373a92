// SPDX-License-Identifier: MIT OR Apache-2.0
//! Messages as lines of text, their attributes as a tree.
//!
//! Malformed bytes are printed as bytes.

use crate::error::strerror;
use crate::family;
use crate::names;
use crate::text::TextWriter;
use crate::uapi::{
    NETLINK_GENERIC, NETLINK_NETFILTER, NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_HDRLEN, NLM_F_ACK_TLVS, NLM_F_CAPPED,
    NLMSG_DONE, NLMSG_ERROR, NLMSG_HDRLEN, NLMSG_MIN_TYPE,
};
use crate::wire::align::align;
use crate::wire::array_at;
use crate::wire::attribute::{Attribute, Attributes};
use crate::wire::message::{Cursor, Header, Message};

/// Nests deeper than this are printed as bytes. The kernel's own policies nest at most ten deep.
const MAX_DEPTH: u32 = 16;

/// Writes the messages of `bytes`, one line each and no newline after the last, as snprintf does: as much as fits and a
/// NUL. Returns the length of the whole text.
pub fn format(protocol: i32, bytes: &[u8], buf: &mut [u8]) -> usize {
    let mut out = TextWriter::new(buf);
    write_datagram(&mut out, protocol, bytes, "");
    out.finish()
}

/// Writes the messages of a datagram, with a newline between two and `mark` before each but the first.
pub(super) fn write_datagram(out: &mut TextWriter<'_>, protocol: i32, bytes: &[u8], mark: &str) {
    if family::message_len(protocol, bytes).is_some() {
        if let Some(header) = Header::read(bytes) {
            return write_message(out, protocol, &Message { header, bytes });
        }
    }
    let mut cursor = Cursor::new(bytes.len());
    loop {
        let at = cursor.at;
        match cursor.next(bytes) {
            Ok(Some(message)) => {
                newline(out, at, mark);
                write_message(out, protocol, &message);
            }
            Ok(None) if at < bytes.len() => return write_leftover(out, at, bytes),
            Ok(None) => return,
            Err(_) => {
                newline(out, at, mark);
                if let Some(header) = bytes.get(at..).and_then(Header::read) {
                    write_header(out, protocol, &header);
                    out.str(" MALFORMED: ");
                }
                return write_leftover(out, at, bytes);
            }
        }
    }
}

fn newline(out: &mut TextWriter<'_>, at: usize, mark: &str) {
    if at > 0 {
        out.byte(b'\n');
        out.str(mark);
    }
}

fn write_leftover(out: &mut TextWriter<'_>, at: usize, bytes: &[u8]) {
    let rest = bytes.get(at..).unwrap_or(&[]);
    // The padding of the last message.
    if rest.iter().all(|&byte| byte == 0) && rest.len() < NLA_HDRLEN {
        return;
    }
    out.unsigned(rest.len() as u64);
    out.str(" bytes ");
    write_hex(out, rest);
}

fn write_header(out: &mut TextWriter<'_>, protocol: i32, header: &Header) {
    names::write_type(out, protocol, header.ty);
    out.str(" len ");
    out.unsigned(u64::from(header.len));
    out.str(" flags ");
    names::write_flags(out, protocol, header.ty, header.flags);
    out.str(" seq ");
    out.unsigned(u64::from(header.seq));
    out.str(" port ");
    out.unsigned(u64::from(header.portid));
}

fn write_message(out: &mut TextWriter<'_>, protocol: i32, message: &Message<'_>) {
    write_header(out, protocol, &message.header);
    let payload = message.payload();
    match message.header.ty {
        NLMSG_ERROR => write_answer(out, protocol, &message.header, payload),
        // A DONE of NETLINK_CONNECTOR holds other things; only a code of a possible size is taken for one.
        NLMSG_DONE if array_at::<4>(payload, 0).is_some_and(|code| i32::from_ne_bytes(code) <= 0) => {
            write_answer(out, protocol, &message.header, payload);
        }
        ty if ty < NLMSG_MIN_TYPE => write_block(out, payload),
        ty => {
            let header_len = family::header_len(protocol, ty);
            let (header, attributes) = header_len.map_or((payload, None), |len| match payload.split_at_checked(len) {
                Some((header, attributes)) => (header, Some(attributes)),
                None => (payload, None),
            });
            match (protocol, header) {
                (NETLINK_GENERIC, [command, version, rest @ ..]) => {
                    out.str(" command ");
                    out.unsigned(u64::from(*command));
                    out.str(" version ");
                    out.unsigned(u64::from(*version));
                    if rest.iter().any(|&byte| byte != 0) {
                        write_block(out, rest);
                    }
                }
                _ => write_block(out, header),
            }
            if let Some(attributes) = attributes.filter(|attributes| !attributes.is_empty()) {
                out.byte(b' ');
                write_attributes(out, protocol == NETLINK_NETFILTER, attributes, 0);
            }
        }
    }
}

/// An ack, an error, or a DONE with a code: the code, the request, the extended ack.
fn write_answer(out: &mut TextWriter<'_>, protocol: i32, header: &Header, payload: &[u8]) {
    let Some(code) = array_at::<4>(payload, 0).map(i32::from_ne_bytes) else {
        return write_block(out, payload);
    };
    out.str(" code ");
    out.signed(i64::from(code));
    if code < 0 {
        out.str(" (");
        out.bytes(strerror(code).strip_suffix(b"\0").unwrap_or(b""));
        out.byte(b')');
    }
    let mut rest = payload.get(4..).unwrap_or(&[]);
    if header.ty == NLMSG_ERROR {
        let Some(request) = Header::read(rest) else { return write_block(out, rest) };
        out.str(" to [");
        write_header(out, protocol, &request);
        out.byte(b']');
        // A capped error and an ack have only the header of the request.
        let capped = header.flags & NLM_F_CAPPED != 0;
        let request_len = if capped { NLMSG_HDRLEN } else { usize::try_from(request.len).unwrap_or(usize::MAX) };
        let echoed = request_len.max(NLMSG_HDRLEN).min(rest.len());
        if let Some(body) = rest.get(NLMSG_HDRLEN..echoed).filter(|body| !body.is_empty()) {
            write_block(out, body);
        }
        rest = rest.get(align(echoed)..).unwrap_or(&[]);
    }
    if rest.is_empty() {
        return;
    }
    out.byte(b' ');
    if header.flags & NLM_F_ACK_TLVS != 0 {
        write_attributes(out, false, rest, 0);
    } else {
        write_hex(out, rest);
    }
}

/// Writes attributes in braces, separated by commas; what follows the last one that can be read as bytes.
fn write_attributes(out: &mut TextWriter<'_>, big_endian: bool, bytes: &[u8], depth: u32) {
    out.byte(b'{');
    let mut attributes = Attributes::new(bytes);
    let mut first = true;
    while let Ok(Some(attribute)) = attributes.next() {
        if !first {
            out.str(", ");
        }
        first = false;
        write_attribute(out, big_endian, &attribute, depth);
    }
    if attributes.rest.len() >= NLA_HDRLEN || attributes.rest.iter().any(|&byte| byte != 0) {
        if !first {
            out.str(", ");
        }
        out.str("MALFORMED: ");
        write_leftover(out, 0, attributes.rest);
    }
    out.byte(b'}');
}

fn write_attribute(out: &mut TextWriter<'_>, big_endian: bool, attribute: &Attribute<'_>, depth: u32) {
    let payload = attribute.payload();
    out.unsigned(u64::from(attribute.ty()));
    if attribute.raw_type & NLA_F_NET_BYTEORDER != 0 {
        out.str(" (net)");
    }
    let says_nested = attribute.raw_type & NLA_F_NESTED != 0;
    if depth < MAX_DEPTH && is_nest(payload, says_nested) {
        out.byte(b' ');
        return write_attributes(out, big_endian, payload, depth.saturating_add(1));
    }
    if payload.is_empty() {
        return;
    }
    out.byte(b' ');
    let big_endian = big_endian || attribute.raw_type & NLA_F_NET_BYTEORDER != 0;
    let number = number(payload, big_endian);
    if is_text(payload) {
        out.byte(b'"');
        out.bytes(payload.strip_suffix(b"\0").unwrap_or(payload));
        out.byte(b'"');
        // A letter and a NUL may as well be a small number; longer texts would be odd ones.
        if let Some(number) = number.filter(|_| payload.len() == 2) {
            out.str(" or ");
            out.unsigned(number);
        }
        return;
    }
    match number {
        Some(number) => {
            out.unsigned(number);
            if number > 0xffff {
                out.str(" = ");
                write_hex(out, payload);
            }
        }
        None => write_hex(out, payload),
    }
}

/// Whether the payload reads as attributes to its last byte. The flag cannot be trusted either way: much of the kernel
/// never sets it. Without it, a type of 0, a payload of the size of a number, or padding that is not zero speaks
/// against it.
fn is_nest(payload: &[u8], says_nested: bool) -> bool {
    if !says_nested && matches!(payload.len(), 0..=4 | 8) {
        return false;
    }
    let mut attributes = Attributes::new(payload);
    let mut whole = payload;
    while let Ok(Some(attribute)) = attributes.next() {
        let len = attribute.bytes.len();
        let padding = whole.get(len..align(len).min(whole.len())).unwrap_or(&[]);
        whole = attributes.rest;
        if !says_nested && (attribute.ty() == 0 || padding.iter().any(|&byte| byte != 0)) {
            return false;
        }
    }
    attributes.rest.is_empty()
}

/// Printable ASCII, with at most a NUL at the end.
fn is_text(payload: &[u8]) -> bool {
    let text = payload.strip_suffix(b"\0").unwrap_or(payload);
    // A single byte without NUL is a number more often than a letter, and so are four without one.
    let long_enough = text.len() < payload.len() || !matches!(payload.len(), 1 | 2 | 4 | 8);
    !text.is_empty() && long_enough && text.iter().all(|&byte| (0x20..0x7f).contains(&byte) && byte != b'"')
}

/// The payload as a number, if it has a number's size.
fn number(payload: &[u8], big_endian: bool) -> Option<u64> {
    if !matches!(payload.len(), 1 | 2 | 4 | 8) {
        return None;
    }
    let fold = |value: u64, &byte: &u8| value << 8 | u64::from(byte);
    let forwards = big_endian || cfg!(target_endian = "big");
    Some(if forwards { payload.iter().fold(0, fold) } else { payload.iter().rev().fold(0, fold) })
}

/// A space and the bytes in brackets of their own, or nothing for no bytes.
fn write_block(out: &mut TextWriter<'_>, bytes: &[u8]) {
    if !bytes.is_empty() {
        out.str(" <");
        write_hex(out, bytes);
        out.byte(b'>');
    }
}

fn write_hex(out: &mut TextWriter<'_>, bytes: &[u8]) {
    for &byte in bytes {
        out.hex(u64::from(byte), 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uapi::{NETLINK_AUDIT, NETLINK_ROUTE};

    fn text(protocol: i32, bytes: &[u8]) -> String {
        let mut buf = vec![0; 4096];
        let len = format(protocol, bytes, &mut buf);
        assert!(len < buf.len());
        assert_eq!(buf[len], 0);
        String::from_utf8_lossy(&buf[..len]).into_owned()
    }

    fn message(ty: u16, flags: u16, payload: &[u8]) -> Vec<u8> {
        let len = u32::try_from(16 + payload.len()).expect("a short message");
        let mut bytes = Header { len, ty, flags, seq: 7, portid: 42 }.to_bytes().to_vec();
        bytes.extend_from_slice(payload);
        bytes
    }

    fn attribute(ty: u16, payload: &[u8]) -> Vec<u8> {
        let mut bytes = u16::try_from(4 + payload.len()).expect("a short attribute").to_ne_bytes().to_vec();
        bytes.extend_from_slice(&ty.to_ne_bytes());
        bytes.extend_from_slice(payload);
        bytes.resize(align(bytes.len()), 0);
        bytes
    }

    #[test]
    fn rtnetlink_with_and_without_the_nested_flag() {
        let kind = attribute(1, b"dummy\0");
        for flag in [0, NLA_F_NESTED] {
            let mut payload = vec![0; 16];
            payload.extend(attribute(3, b"d0\0"));
            payload.extend(attribute(13, &1000u32.to_ne_bytes()));
            payload.extend(attribute(18 | flag, &kind));
            payload.extend(attribute(41, b""));
            assert_eq!(
                text(NETLINK_ROUTE, &message(16, 0x605, &payload)),
                "RTM_NEWLINK(16) len 68 flags REQUEST|ACK|EXCL|CREATE seq 7 port 42 \
                 <00000000000000000000000000000000> {3 \"d0\", 13 1000, 18 {1 \"dummy\"}, 41}"
            );
        }
    }

    #[test]
    fn an_audit_record_is_shown_whole_whatever_its_length_says() {
        let mut record = message(1107, 0, b"0123456789abcdef, the end");
        record[..4].copy_from_slice(&25u32.to_ne_bytes());
        assert_eq!(
            text(NETLINK_AUDIT, &record),
            "type 1107 len 25 flags 0 seq 7 port 42 <303132333435363738396162636465662c2074686520656e64>"
        );
    }

    #[test]
    fn flags_by_what_the_message_does() {
        let flags = |protocol, ty, flags| {
            let line = text(protocol, &message(ty, flags, b""));
            line.split(' ').nth(if line.starts_with("type") { 5 } else { 4 }).map(str::to_owned)
        };
        assert_eq!(flags(NETLINK_ROUTE, 18, 0x301).as_deref(), Some("REQUEST|DUMP"));
        assert_eq!(flags(NETLINK_ROUTE, 17, 0x101).as_deref(), Some("REQUEST|NONREC"));
        assert_eq!(flags(NETLINK_NETFILTER, 0xa01, 0x101).as_deref(), Some("REQUEST|ROOT"));
        assert_eq!(flags(NETLINK_GENERIC, 30, 0x301).as_deref(), Some("REQUEST|DUMP"));
        assert_eq!(flags(NETLINK_GENERIC, 30, 0x8100).as_deref(), Some("0x8100"));
        assert_eq!(flags(NETLINK_ROUTE, 16, 0).as_deref(), Some("0"));
        assert_eq!(flags(NETLINK_ROUTE, 3, 0x32).as_deref(), Some("MULTI|DUMP_INTR|DUMP_FILTERED"));
    }

    #[test]
    fn types_by_protocol() {
        let first = |protocol, ty| {
            let line = text(protocol, &message(ty, 0, b""));
            line.split(" len").next().map(str::to_owned)
        };
        assert_eq!(first(NETLINK_ROUTE, 26).as_deref(), Some("RTM_GETROUTE(26)"));
        assert_eq!(first(NETLINK_ROUTE, 58).as_deref(), Some("RTM_GETMULTICAST(58)"));
        assert_eq!(first(NETLINK_ROUTE, 122).as_deref(), Some("RTM_GETTUNNEL(122)"));
        assert_eq!(first(NETLINK_ROUTE, 124).as_deref(), Some("type 124"));
        assert_eq!(first(NETLINK_ROUTE, 9).as_deref(), Some("type 9"));
        assert_eq!(first(NETLINK_NETFILTER, 16).as_deref(), Some("NFNL_MSG_BATCH_BEGIN(16)"));
        assert_eq!(first(NETLINK_NETFILTER, 0xa00).as_deref(), Some("NFT_MSG_NEWTABLE(2560)"));
        assert_eq!(first(NETLINK_NETFILTER, 0x102).as_deref(), Some("IPCTNL_MSG_CT_DELETE(258)"));
        assert_eq!(first(NETLINK_NETFILTER, 0x602).as_deref(), Some("NFNL_SUBSYS_IPSET(1538)"));
        assert_eq!(first(NETLINK_NETFILTER, 0xff02).as_deref(), Some("type 65282"));
        assert_eq!(first(NETLINK_GENERIC, 16).as_deref(), Some("nlctrl(16)"));
        assert_eq!(first(NETLINK_GENERIC, 31).as_deref(), Some("type 31"));
        assert_eq!(first(2, 16).as_deref(), Some("type 16"));
    }

    #[test]
    fn answers_tell_code_request_and_words() {
        let request = Header { len: 36, ty: 18, flags: 5, seq: 7, portid: 0 }.to_bytes();
        let mut payload = (-17i32).to_ne_bytes().to_vec();
        payload.extend_from_slice(&request);
        payload.extend(attribute(1, b"no\0"));
        let capped = text(NETLINK_ROUTE, &message(2, 0x300, &payload));
        assert_eq!(
            capped,
            "NLMSG_ERROR(2) len 44 flags CAPPED|ACK_TLVS seq 7 port 42 code -17 (it exists already) \
             to [RTM_GETLINK(18) len 36 flags REQUEST|ACK seq 7 port 0] {1 \"no\"}"
        );
        let mut payload = (-22i32).to_ne_bytes().to_vec();
        payload.extend(message(18, 5, &[0xab; 3]));
        payload.push(0);
        payload.extend(attribute(2, &20u32.to_ne_bytes()));
        let whole = text(NETLINK_ROUTE, &message(2, 0x200, &payload));
        assert!(whole.ends_with("flags REQUEST|ACK seq 7 port 42] <ababab> {2 20}"), "{whole}");
        assert_eq!(
            text(NETLINK_ROUTE, &message(3, 2, &0i32.to_ne_bytes())),
            "NLMSG_DONE(3) len 20 flags MULTI seq 7 port 42 code 0"
        );
        let other = text(11, &message(3, 0, &[1, 2, 3, 0x7f, 5]));
        assert!(other.ends_with(" port 42 <0102037f05>"), "{other}");
    }

    #[test]
    fn malformed_bytes_are_printed() {
        let whole = message(18, 1, &[0; 16]);
        let cut = text(NETLINK_ROUTE, whole.get(..20).unwrap_or(&[]));
        assert!(cut.starts_with("RTM_GETLINK(18) len 32 flags REQUEST seq 7 port 42 MALFORMED: 20 bytes "), "{cut}");
        assert_eq!(text(NETLINK_ROUTE, &[1, 2, 3, 4, 5]), "5 bytes 0102030405");
        assert_eq!(text(NETLINK_ROUTE, &[]), "");
        let mut payload = vec![0; 16];
        payload.extend(attribute(1, &[1]));
        payload.extend_from_slice(&[200, 0, 3, 0, 9]);
        let bad = text(NETLINK_ROUTE, &message(16, 0, &payload));
        assert!(bad.ends_with("{1 1, MALFORMED: 5 bytes c800030009}"), "{bad}");
        let mut two = message(18, 1, &[0; 1]);
        two.extend_from_slice(&[0; 3]);
        two.extend(message(3, 2, &[]));
        assert_eq!(text(NETLINK_ROUTE, &two).lines().count(), 2);
    }

    #[test]
    fn values_by_their_looks() {
        let value = |payload: &[u8]| text(NETLINK_GENERIC, &message(20, 0, &[&[1, 2, 0, 0][..], payload].concat()));
        let ends = |payload: &[u8], end: &str| {
            let line = value(payload);
            assert!(line.ends_with(end), "{line} does not end with {end}");
        };
        ends(&attribute(1, &[5]), " command 1 version 2 {1 5}");
        ends(&attribute(1, &258u16.to_ne_bytes()), "{1 258}");
        ends(&attribute(1, b"A\0"), if cfg!(target_endian = "big") { "{1 \"A\" or 16640}" } else { "{1 \"A\" or 65}" });
        ends(&attribute(1, &[1, 2, 3]), "{1 010203}");
        ends(&attribute(1 | NLA_F_NET_BYTEORDER, &258u16.to_be_bytes()), "{1 (net) 258}");
        ends(&attribute(1, &[0xde, 0xad, 0xbe, 0xef, 0, 1]), "{1 deadbeef0001}");
        // A flag that lies: the payload is no nest.
        ends(&attribute(1 | NLA_F_NESTED, &[9, 0, 0, 0, 1]), "{1 0900000001}");
        ends(
            &attribute(1, &70000u32.to_be_bytes()),
            if cfg!(target_endian = "big") { "{1 70000 = 00011170}" } else { "{1 1880162560 = 00011170}" },
        );
    }

    #[test]
    fn a_small_buffer_gets_what_fits_and_a_nul() {
        let bytes = message(18, 1, b"");
        let whole = text(NETLINK_ROUTE, &bytes);
        for room in 0..whole.len() + 2 {
            let mut buf = vec![0xff; room];
            assert_eq!(format(NETLINK_ROUTE, &bytes, &mut buf), whole.len());
            if room > 0 {
                let kept = whole.len().min(room - 1);
                assert_eq!(&buf[..kept], &whole.as_bytes()[..kept]);
                assert_eq!(buf[kept], 0);
            }
        }
    }

    #[test]
    fn depth_is_bounded() {
        let mut payload = attribute(1, &[7]);
        for _ in 0..2000 {
            payload = attribute(1, &payload);
        }
        let mut buf = vec![0; 65536];
        let len = format(NETLINK_GENERIC, &message(20, 0, &[&[0; 4][..], &payload].concat()), &mut buf);
        assert_eq!(buf[..len].iter().filter(|&&byte| byte == b'{').count(), 1 + MAX_DEPTH as usize);
    }
}
