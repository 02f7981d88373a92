// SPDX-License-Identifier: MIT OR Apache-2.0
//! The capture format of libpcap with LINKTYPE_NETLINK, as captures of the kernel's nlmon devices have it.
//!
//! A file header of 24 bytes; then for each datagram a record header of 16, a cooked header of 16 and the datagram.
//! File and record headers are in the byte order of the writer, as netlink itself is; the cooked header is in network
//! byte order: direction (6: to a program, 7: to the kernel; PACKET_USER and PACKET_KERNEL of linux/if_packet.h),
//! ARPHRD_NETLINK, length of the address, eight bytes of address, protocol. nlmon leaves the address empty; ours holds
//! the peer's port ID and the multicast group. libpcap's tools write 4 (outgoing) as the direction of everything that
//! they read from nlmon: there NLM_F_REQUEST tells the direction of a datagram.

use super::debug::Direction;
use crate::uapi::NLM_F_REQUEST;
use crate::wire::array_at;
use crate::wire::message::Header;

/// Bytes of the file header.
pub(crate) const FILE_HEADER_LEN: usize = 24;
/// Bytes of record header and cooked header.
const RECORD_HEADER_LEN: usize = 32;
const COOKED_LEN: usize = 16;

/// Times are in nanoseconds.
const MAGIC_NS: u32 = 0xa1b2_3c4d;
/// Times are in microseconds.
const MAGIC_US: u32 = 0xa1b2_c3d4;
const LINKTYPE_NETLINK: u32 = 253;
const ARPHRD_NETLINK: u16 = 824;
const PACKET_USER: u16 = 6;
const PACKET_KERNEL: u16 = 7;
/// The longest record that Wireshark accepts: a longer datagram is cut, and its true length recorded.
const SNAPLEN: usize = 262_144;

/// A datagram in a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub(crate) direction: Direction,
    /// Sender or receiver; 0: the kernel, or not known.
    pub(crate) portid: u32,
    /// Group that it came by; 0: none, or not known.
    pub(crate) group: u32,
    /// Protocol of the socket.
    pub(crate) protocol: i32,
    pub(crate) bytes: &'a [u8],
    /// How long the datagram was before a capture cut it.
    pub(crate) true_len: usize,
}

fn saturated(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// Returns the pieces joined. Their lengths add up to `N` in each use below.
fn join<const N: usize>(pieces: &[&[u8]]) -> [u8; N] {
    let mut joined = [0; N];
    for (to, from) in joined.iter_mut().zip(pieces.iter().copied().flatten()) {
        *to = *from;
    }
    joined
}

/// Returns the header of a file.
pub(crate) fn file_header() -> [u8; FILE_HEADER_LEN] {
    join(&[
        &MAGIC_NS.to_ne_bytes(),
        &2u16.to_ne_bytes(),
        &4u16.to_ne_bytes(),
        &[0; 8],
        &saturated(SNAPLEN).to_ne_bytes(),
        &LINKTYPE_NETLINK.to_ne_bytes(),
    ])
}

/// Returns the header of a record, and how many bytes of the datagram follow it.
pub(crate) fn record_header(record: &Record<'_>, time_ns: i64) -> ([u8; RECORD_HEADER_LEN], usize) {
    let kept = record.bytes.len().min(SNAPLEN - COOKED_LEN);
    let seconds = u32::try_from(time_ns / 1_000_000_000).unwrap_or(0);
    let nanoseconds = u32::try_from(time_ns % 1_000_000_000).unwrap_or(0);
    let packet_type = match record.direction {
        Direction::Sent => PACKET_KERNEL,
        Direction::Received => PACKET_USER,
    };
    let header = join(&[
        &seconds.to_ne_bytes(),
        &nanoseconds.to_ne_bytes(),
        &saturated(kept.saturating_add(COOKED_LEN)).to_ne_bytes(),
        &saturated(record.true_len.saturating_add(COOKED_LEN)).to_ne_bytes(),
        &packet_type.to_be_bytes(),
        &ARPHRD_NETLINK.to_be_bytes(),
        &8u16.to_be_bytes(),
        &record.portid.to_be_bytes(),
        &record.group.to_be_bytes(),
        &u16::try_from(record.protocol).unwrap_or(0).to_be_bytes(),
    ]);
    (header, kept)
}

/// True for the first bytes of a capture of netlink in this machine's byte order.
pub(crate) fn is_capture(bytes: &[u8]) -> bool {
    let magic = array_at(bytes, 0).map(u32::from_ne_bytes);
    let link_type = array_at(bytes, 20).map(u32::from_ne_bytes);
    matches!(magic, Some(MAGIC_NS | MAGIC_US)) && link_type.is_some_and(|ty| ty & 0xffff == LINKTYPE_NETLINK)
}

/// Returns the direction of a datagram whose record does not have it: what the kernel sends is never marked as a
/// request. Text, as uevents are, has no length that a message could have.
fn direction_of(datagram: &[u8], true_len: usize) -> Direction {
    match Header::read(datagram) {
        Some(header) if header.flags & NLM_F_REQUEST != 0 && header.len as usize <= true_len => Direction::Sent,
        _ => Direction::Received,
    }
}

/// Returns the record at `at` of a capture, and the offset of the next one; None at the end and where the file is cut.
pub(crate) fn record_at(bytes: &[u8], at: usize) -> Option<(Record<'_>, usize)> {
    let header = array_at::<RECORD_HEADER_LEN>(bytes, at)?;
    let number = |offset| array_at(&header, offset).map(u32::from_ne_bytes).and_then(|len| usize::try_from(len).ok());
    let short = |offset| array_at(&header, offset).map(u16::from_be_bytes);
    let (captured, original) = (number(8)?, number(12)?);
    let start = at.checked_add(RECORD_HEADER_LEN)?;
    let end = start.checked_add(captured.checked_sub(COOKED_LEN)?)?;
    let (portid, group) = if short(20)? == 8 {
        (array_at(&header, 22).map(u32::from_be_bytes)?, array_at(&header, 26).map(u32::from_be_bytes)?)
    } else {
        (0, 0)
    };
    let bytes = bytes.get(start..end)?;
    let true_len = original.saturating_sub(COOKED_LEN).max(bytes.len());
    let direction = match short(16)? {
        PACKET_KERNEL => Direction::Sent,
        PACKET_USER => Direction::Received,
        _ => direction_of(bytes, true_len),
    };
    Some((Record { direction, portid, group, protocol: i32::from(short(30)?), bytes, true_len }, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let datagram = [7u8; 40];
        let records = [
            Record { direction: Direction::Sent, portid: 0, group: 0, protocol: 16, bytes: &datagram, true_len: 40 },
            Record {
                direction: Direction::Received,
                portid: 9,
                group: 33,
                protocol: 0,
                bytes: &datagram[..3],
                true_len: 900,
            },
        ];
        let mut file = file_header().to_vec();
        assert!(is_capture(&file));
        for record in &records {
            let (header, kept) = record_header(record, 1_700_000_000_123_456_789);
            assert_eq!(&header[4..8], &123_456_789u32.to_ne_bytes());
            file.extend_from_slice(&header);
            file.extend_from_slice(&record.bytes[..kept]);
        }
        let (first, at) = record_at(&file, FILE_HEADER_LEN).expect("first");
        let (second, end) = record_at(&file, at).expect("second");
        assert_eq!([first, second], records);
        assert_eq!(end, file.len());
        assert_eq!(record_at(&file, end), None);
        assert_eq!(record_at(&file[..end - 1], at), None);
    }

    /// The direction of a datagram in a record without address.
    fn direction(packet_type: u16, datagram: &[u8]) -> Option<Direction> {
        let true_len = datagram.len();
        let record = Record { direction: Direction::Sent, portid: 0, group: 0, protocol: 0, bytes: datagram, true_len };
        let mut file = record_header(&record, 0).0.to_vec();
        file[16..18].copy_from_slice(&packet_type.to_be_bytes());
        file[20..22].copy_from_slice(&[0; 2]);
        file.extend(datagram);
        record_at(&file, 0).map(|(record, _)| record.direction)
    }

    #[test]
    fn the_request_flag_is_the_direction_where_the_packet_type_is_not() {
        let header = |flags| Header { len: 16, ty: 18, flags, seq: 1, portid: 0 }.to_bytes();
        for (packet_type, flags, expected) in [
            (4u16, 1, Direction::Sent),
            (4, 0x301, Direction::Sent),
            (4, 2, Direction::Received),
            (0, 1, Direction::Sent),
            (PACKET_USER, 1, Direction::Received),
            (PACKET_KERNEL, 2, Direction::Sent),
        ] {
            assert_eq!(direction(packet_type, &header(flags)), Some(expected), "type {packet_type}, flags {flags:#x}");
        }
        // Its seventh byte is odd.
        assert_eq!(direction(4, b"add@/ce/virtual/net/d0\0ACTION=add\0"), Some(Direction::Received));
    }

    #[test]
    fn a_long_datagram_is_cut_and_its_length_recorded() {
        let datagram = vec![0; SNAPLEN];
        let record = Record {
            direction: Direction::Received,
            portid: 0,
            group: 0,
            protocol: 0,
            bytes: &datagram,
            true_len: SNAPLEN,
        };
        let (header, kept) = record_header(&record, 0);
        assert_eq!(kept, SNAPLEN - COOKED_LEN);
        let file = [&file_header()[..], &header, &datagram[..kept]].concat();
        assert_eq!(record_at(&file, FILE_HEADER_LEN).map(|(record, _)| record.true_len), Some(SNAPLEN));
    }

    #[test]
    fn other_files_are_no_captures() {
        let mut file = file_header();
        assert!(!is_capture(&file[..23]));
        file[20..].copy_from_slice(&1u32.to_ne_bytes());
        assert!(!is_capture(&file));
        let mut header = record_header(
            &Record { direction: Direction::Sent, portid: 0, group: 0, protocol: 0, bytes: &[], true_len: 0 },
            0,
        )
        .0;
        header[8..12].copy_from_slice(&15u32.to_ne_bytes());
        assert_eq!(record_at(&header, 0), None);
        header[8..12].copy_from_slice(&u32::MAX.to_ne_bytes());
        assert_eq!(record_at(&header, 0), None);
    }
}
