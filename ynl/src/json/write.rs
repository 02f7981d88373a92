// SPDX-License-Identifier: MIT OR Apache-2.0
//! JSON text, appended to a buffer as it comes.
//!
//! Values are written in order; the writer puts the commas. It does not check that what is begun is ended.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A buffer that JSON is written to.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    text: Vec<u8>,
    /// The next key or item is the first of its object or list.
    first: bool,
}

/// `"name":` with a comma before it, made once for a name that is written often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Key(Box<[u8]>);

impl Key {
    pub(crate) fn new(name: &str) -> Key {
        let mut text = vec![b','];
        quote(&mut text, name);
        text.push(b':');
        Key(text.into())
    }
}

/// A name between quotes, made once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Quoted(Box<[u8]>);

impl Quoted {
    pub(crate) fn new(name: &str) -> Quoted {
        let mut text = Vec::new();
        quote(&mut text, name);
        Quoted(text.into())
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

fn hex_digit(value: u8) -> u8 {
    HEX.get(usize::from(value & 15)).copied().unwrap_or(b'0')
}

fn quote(into: &mut Vec<u8>, text: &str) {
    into.push(b'"');
    let bytes = text.as_bytes();
    let mut done = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        into.extend_from_slice(bytes.get(done..at).unwrap_or(&[]));
        done = at.saturating_add(1);
        match byte {
            b'"' => into.extend_from_slice(b"\\\""),
            b'\\' => into.extend_from_slice(b"\\\\"),
            b'\n' => into.extend_from_slice(b"\\n"),
            b'\t' => into.extend_from_slice(b"\\t"),
            _ => into.extend_from_slice(&[b'\\', b'u', b'0', b'0', hex_digit(byte >> 4), hex_digit(byte)]),
        }
    }
    into.extend_from_slice(bytes.get(done..).unwrap_or(&[]));
    into.push(b'"');
}

impl Writer {
    pub(crate) fn new() -> Writer {
        Writer::on(Vec::new())
    }

    /// A writer that appends to `text`.
    pub(crate) fn on(text: Vec<u8>) -> Writer {
        Writer { text, first: true }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.text
    }

    /// The text. It is UTF-8: every function here writes nothing else.
    pub(crate) fn into_string(self) -> String {
        String::from_utf8(self.text).unwrap_or_default()
    }

    pub(crate) fn begin_object(&mut self) {
        self.text.push(b'{');
        self.first = true;
    }

    pub(crate) fn end_object(&mut self) {
        self.text.push(b'}');
        self.first = false;
    }

    pub(crate) fn begin_list(&mut self) {
        self.text.push(b'[');
        self.first = true;
    }

    pub(crate) fn end_list(&mut self) {
        self.text.push(b']');
        self.first = false;
    }

    /// Begins the next item of a list.
    #[inline]
    pub(crate) fn item(&mut self) -> &mut Writer {
        if !self.first {
            self.text.push(b',');
        }
        self.first = false;
        self
    }

    /// Begins the next member of an object.
    #[inline]
    pub(crate) fn key(&mut self, key: &Key) -> &mut Writer {
        let skip = usize::from(self.first);
        self.text.extend_from_slice(key.0.get(skip..).unwrap_or(&[]));
        self.first = false;
        self
    }

    /// Begins the next member of an object by a name that was not prepared.
    pub(crate) fn member(&mut self, name: &str) -> &mut Writer {
        self.item();
        quote(&mut self.text, name);
        self.text.push(b':');
        self
    }

    pub(crate) fn quoted(&mut self, text: &Quoted) {
        self.text.extend_from_slice(&text.0);
    }

    pub(crate) fn text(&mut self, text: &str) {
        quote(&mut self.text, text);
    }

    /// Text that is JSON already.
    pub(crate) fn raw(&mut self, json: &[u8]) {
        self.text.extend_from_slice(json);
    }

    pub(crate) fn null(&mut self) {
        self.text.extend_from_slice(b"null");
    }

    pub(crate) fn boolean(&mut self, value: bool) {
        self.text.extend_from_slice(if value { b"true" } else { b"false" });
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.text.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    }

    pub(crate) fn i64(&mut self, value: i64) {
        self.text.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    }

    pub(crate) fn int(&mut self, value: i128) {
        self.text.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    }

    /// Hexadecimal digits between quotes, `separator` between the bytes where there is one.
    pub(crate) fn hex(&mut self, bytes: &[u8], separator: Option<u8>) {
        self.text.reserve(bytes.len().saturating_mul(3).saturating_add(2));
        self.text.push(b'"');
        for (at, &byte) in bytes.iter().enumerate() {
            if let (Some(separator), 1..) = (separator, at) {
                self.text.push(separator);
            }
            self.text.extend_from_slice(&[hex_digit(byte >> 4), hex_digit(byte)]);
        }
        self.text.push(b'"');
    }

    /// A number in hexadecimal, between quotes.
    pub(crate) fn hex_number(&mut self, value: i128) {
        let sign = if value < 0 { "-" } else { "" };
        let text = format!("\"{sign}{:#x}\"", value.unsigned_abs());
        self.text.extend_from_slice(text.as_bytes());
    }

    pub(crate) fn ipv4(&mut self, address: Ipv4Addr) {
        self.text.push(b'"');
        let mut buffer = itoa::Buffer::new();
        for (at, octet) in address.octets().into_iter().enumerate() {
            if at > 0 {
                self.text.push(b'.');
            }
            self.text.extend_from_slice(buffer.format(octet).as_bytes());
        }
        self.text.push(b'"');
    }

    pub(crate) fn ipv6(&mut self, address: Ipv6Addr) {
        use std::io::Write;
        // A Vec takes everything that is written to it.
        let _ = write!(self.text, "\"{address}\"");
    }

    /// The 36 characters of a UUID between quotes.
    pub(crate) fn uuid(&mut self, bytes: [u8; 16]) {
        self.text.push(b'"');
        for (at, byte) in bytes.into_iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                self.text.push(b'-');
            }
            self.text.extend_from_slice(&[hex_digit(byte >> 4), hex_digit(byte)]);
        }
        self.text.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_stand_between_members_and_items() {
        let mut out = Writer::new();
        out.begin_object();
        out.member("a").begin_list();
        for value in [1, -2, i128::from(u64::MAX)] {
            out.item().int(value);
        }
        out.end_list();
        out.key(&Key::new("b")).begin_object();
        out.end_object();
        out.key(&Key::new("c")).null();
        out.end_object();
        assert_eq!(out.into_string(), r#"{"a":[1,-2,18446744073709551615],"b":{},"c":null}"#);
    }

    #[test]
    fn text_is_escaped_as_a_parser_wants_it() {
        for text in ["", "plain", "\"quoted\\\"", "\u{0}\u{1f}\n\t\r", "umlaut ä € 😀", "\u{7f}"] {
            let mut out = Writer::new();
            out.text(text);
            let json = out.into_string();
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text, "{json}");
        }
    }

    #[test]
    fn bytes_and_addresses() {
        let mut out = Writer::new();
        out.begin_list();
        out.item().hex(&[0, 0xff, 0x1a], None);
        out.item().hex(&[0, 0xff], Some(b':'));
        out.item().hex_number(255);
        out.item().ipv4(Ipv4Addr::new(10, 0, 200, 1));
        out.item().ipv6(Ipv6Addr::LOCALHOST);
        out.item().uuid([0xab; 16]);
        out.end_list();
        assert_eq!(
            out.into_string(),
            r#"["00ff1a","00:ff","0xff","10.0.200.1","::1","abababab-abab-abab-abab-abababababab"]"#
        );
    }
}
