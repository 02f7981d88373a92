// SPDX-License-Identifier: MIT OR Apache-2.0
//! A message as mnl_nlmsg_fprintf writes it: one line a word of four bytes.
//!
//! `nft --debug=mnl` shows this text, so it is the stock library's to the byte, colours and trailing blanks included.

use nlrs_core::uapi::{
    NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_TYPE_MASK, NLM_F_ACK, NLM_F_ECHO, NLM_F_MULTI, NLM_F_REQUEST,
};
use nlrs_core::uapi::{NLMSG_HDRLEN, NLMSG_MIN_TYPE};
use nlrs_core::wire::align::align;
use nlrs_core::wire::message::{Cursor, Header};

const RULE: &[u8] = b"----------------\t------------------\n";

/// Bytes of a line, and of an attribute's header.
const WORD: i32 = 4;

/// Bytes that are written at once.
const CHUNK: usize = 2048;

/// Text on its way to `write`, to which the buffer is written when it is full.
struct Sink<W: FnMut(&[u8])> {
    buffer: [u8; CHUNK],
    len: usize,
    write: W,
}

impl<W: FnMut(&[u8])> Sink<W> {
    fn bytes(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let free = self.buffer.get_mut(self.len..).unwrap_or(&mut []);
            let (piece, rest) = bytes.split_at_checked(free.len()).unwrap_or((bytes, &[]));
            for (to, from) in free.iter_mut().zip(piece) {
                *to = *from;
            }
            self.len = self.len.saturating_add(piece.len());
            bytes = rest;
            if self.len >= CHUNK {
                self.flush();
            }
        }
    }

    fn byte(&mut self, byte: u8) {
        self.bytes(&[byte]);
    }

    /// `DIGITS` decimal digits, of which there are enough.
    fn decimal<const DIGITS: usize>(&mut self, mut value: u32) {
        let mut digits = [b'0'; DIGITS];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' | (value % 10).to_le_bytes()[0];
            value /= 10;
        }
        self.bytes(&digits);
    }

    /// A word's bytes in hexadecimal, as `| 00 00 00 00  |`.
    fn hexadecimal(&mut self, word: [u8; 4]) {
        self.byte(b'|');
        for byte in word {
            self.byte(b' ');
            for nibble in [byte >> 4, byte & 15] {
                self.byte(if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble });
            }
        }
        self.bytes(b"  |\t");
    }

    fn flush(&mut self) {
        (self.write)(self.buffer.get(..self.len).unwrap_or(&[]));
        self.len = 0;
    }

    /// Ends a line.
    fn end(&mut self) {
        self.byte(b'\n');
    }
}

/// Writes every message of `datagram`, up to what is none. The first `extra_header` bytes of each payload are not
/// attributes.
pub(crate) fn print(datagram: &[u8], extra_header: usize, printable: impl Fn(u8) -> bool, write: impl FnMut(&[u8])) {
    let mut sink = Sink { buffer: [0; CHUNK], len: 0, write };
    let mut cursor = Cursor::new(datagram.len());
    let mut start = 0;
    while let Ok(Some(message)) = cursor.next(datagram) {
        let end = align(message.bytes().len());
        let padded = datagram.get(start..).unwrap_or(&[]);
        header(&mut sink, message.header());
        payload(&mut sink, padded.get(..end).unwrap_or(padded), message.header().ty, extra_header, &printable);
        sink.bytes(RULE);
        start = cursor.at;
    }
    sink.flush();
}

fn header<W: FnMut(&[u8])>(sink: &mut Sink<W>, header: Header) {
    sink.bytes(RULE);
    sink.bytes(b"|  ");
    sink.decimal::<10>(header.len);
    sink.bytes(b"  |\t| message length |");
    sink.end();
    sink.bytes(b"| ");
    sink.decimal::<5>(u32::from(header.ty));
    sink.bytes(b" | ");
    for (flag, letter) in [(NLM_F_REQUEST, b'R'), (NLM_F_MULTI, b'M'), (NLM_F_ACK, b'A'), (NLM_F_ECHO, b'E')] {
        sink.byte(if header.flags & flag == 0 { b'-' } else { letter });
    }
    sink.bytes(b" |\t|  type | flags  |");
    sink.end();
    sink.bytes(b"|  ");
    sink.decimal::<10>(header.seq);
    sink.bytes(b"  |\t| sequence number|");
    sink.end();
    sink.bytes(b"|  ");
    sink.decimal::<10>(header.portid);
    sink.bytes(b"  |\t|     port ID    |");
    sink.end();
    sink.bytes(RULE);
}

/// Word by word, and not attribute by attribute: what an attribute's length hides, or no attribute has, is shown too,
/// as far as the stock library shows it. `message` has its padding, where that is there.
fn payload<W: FnMut(&[u8])>(
    sink: &mut Sink<W>,
    message: &[u8],
    ty: u16,
    extra_header: usize,
    printable: &impl Fn(u8) -> bool,
) {
    let mut extra = extra_header;
    // Bytes of the attribute that are still to come; fewer than none behind one whose length is 0.
    let mut rest = 0i32;
    for bytes in message.get(NLMSG_HDRLEN..).unwrap_or(&[]).chunks(4) {
        let mut word = [0; 4];
        nlrs_core::wire::value::copy_out(&mut word, bytes);
        let [l0, l1, t0, t1] = word;
        let (len, raw_type) = (u16::from_ne_bytes([l0, l1]), u16::from_ne_bytes([t0, t1]));
        if ty < NLMSG_MIN_TYPE {
            sink.hexadecimal(word);
            sink.bytes(b"|                |");
        } else if extra > 0 {
            sink.hexadecimal(word);
            sink.bytes(b"|  extra header  |");
            // Wraps where it is no multiple of 4: then the whole payload counts as such.
            extra = extra.wrapping_sub(4);
        } else if rest == 0 && raw_type & NLA_TYPE_MASK != 0 {
            attribute(sink, len, raw_type);
            if raw_type & NLA_F_NESTED == 0 {
                rest = (i32::from(len).wrapping_add(3) & !3).wrapping_sub(WORD);
            }
        } else if rest > 0 {
            sink.hexadecimal(word);
            sink.bytes(b"|      data      |\t");
            for byte in word {
                sink.byte(b' ');
                sink.byte(if printable(byte) { byte } else { b' ' });
            }
            rest = rest.wrapping_sub(WORD);
        } else {
            continue;
        }
        sink.end();
    }
}

/// An attribute's header: length in red, flags in green, type in blue.
fn attribute<W: FnMut(&[u8])>(sink: &mut Sink<W>, len: u16, raw_type: u16) {
    sink.bytes(b"|\x1b[1;31m");
    sink.decimal::<5>(u32::from(len));
    sink.bytes(b"\x1b[0m|\x1b[1;32m");
    sink.byte(if raw_type & NLA_F_NESTED == 0 { b'-' } else { b'N' });
    sink.byte(if raw_type & NLA_F_NET_BYTEORDER == 0 { b'-' } else { b'B' });
    sink.bytes(b"\x1b[0m|\x1b[1;34m");
    sink.decimal::<5>(u32::from(raw_type & NLA_TYPE_MASK));
    sink.bytes(b"\x1b[0m|\t|len |flags| type|");
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    fn text(datagram: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        print(datagram, 0, |byte| byte.is_ascii_graphic(), |piece| text.extend_from_slice(piece));
        text
    }

    fn header_of(len: u32) -> Vec<u8> {
        Header { len, ty: 16, flags: 0, seq: 84, portid: 1 }.to_bytes().to_vec()
    }

    #[test]
    fn messages_without_attributes_lose_no_text() {
        let one = text(&header_of(16));
        // Attributes of a first message move what follows across the end of the buffer.
        for words in 0..60u8 {
            let mut first = header_of(16 + 4 * u32::from(words));
            first.extend([4, 0, 1, 0].repeat(usize::from(words)));
            let expected = [text(&first), one.repeat(100)].concat();
            let written = text(&[first, header_of(16).repeat(100)].concat());
            assert!(written == expected, "{} bytes of {} behind {words} words", written.len(), expected.len());
        }
    }

    #[test]
    fn text_longer_than_the_buffer_is_written() {
        for len in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let mut written = Vec::new();
            let long = vec![b'x'; len];
            let mut sink = Sink { buffer: [0; CHUNK], len: 0, write: |piece: &[u8]| written.extend_from_slice(piece) };
            sink.byte(b'a');
            sink.bytes(&long);
            sink.byte(b'z');
            sink.flush();
            assert!(written == [&b"a"[..], &long, b"z"].concat(), "{} bytes of {}", written.len(), len + 2);
        }
    }
}
