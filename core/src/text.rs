// SPDX-License-Identifier: MIT OR Apache-2.0
//! Text in a buffer of given size, without core::fmt, which would double the size of the library.

/// Writes as much as fits and counts the whole text, as snprintf does.
pub(crate) struct TextWriter<'a> {
    buf: &'a mut [u8],
    len: usize,
}

impl<'a> TextWriter<'a> {
    /// Writes to `buf`, of which the last byte is kept for the NUL.
    pub(crate) fn new(buf: &'a mut [u8]) -> TextWriter<'a> {
        TextWriter { buf, len: 0 }
    }

    #[inline(never)]
    pub(crate) fn byte(&mut self, byte: u8) {
        let room = self.buf.len().saturating_sub(1);
        if self.len < room {
            if let Some(slot) = self.buf.get_mut(self.len) {
                *slot = byte;
            }
        }
        self.len = self.len.saturating_add(1);
    }

    #[inline(never)]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.byte(byte);
        }
    }

    #[inline(never)]
    pub(crate) fn str(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Writes a number in decimal.
    #[inline(never)]
    pub(crate) fn unsigned(&mut self, mut value: u64) {
        let mut digits = [0u8; 20];
        let mut count = 0;
        for slot in digits.iter_mut().rev() {
            *slot = b'0' | (value % 10).to_le_bytes()[0];
            value /= 10;
            count += 1;
            if value == 0 {
                break;
            }
        }
        self.bytes(digits.get(digits.len().saturating_sub(count)..).unwrap_or(&[]));
    }

    /// In decimal, with a minus sign if it is negative.
    #[inline(never)]
    pub(crate) fn signed(&mut self, value: i64) {
        if value < 0 {
            self.byte(b'-');
        }
        self.unsigned(value.unsigned_abs());
    }

    /// Writes a number in hexadecimal, with at least `digits` digits, without 0x.
    #[inline(never)]
    pub(crate) fn hex(&mut self, value: u64, digits: u32) {
        let needed = (64 - value.leading_zeros()).div_ceil(4).max(digits).max(1);
        for index in (0..needed.min(16)).rev() {
            let nibble = ((value >> (index * 4)) & 0xf).to_le_bytes()[0];
            self.byte(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 });
        }
    }

    /// Appends a NUL, if the buffer is not empty, and returns the length of the whole text without it.
    pub(crate) fn finish(self) -> usize {
        let end = self.len.min(self.buf.len().saturating_sub(1));
        if let Some(slot) = self.buf.get_mut(end) {
            *slot = 0;
        }
        self.len
    }
}

#[cfg(test)]
mod tests {
    use super::TextWriter;

    fn written(room: usize, write: impl Fn(&mut TextWriter<'_>)) -> (usize, Vec<u8>) {
        let mut buf = vec![0xaa; room];
        let mut writer = TextWriter::new(&mut buf);
        write(&mut writer);
        (writer.finish(), buf)
    }

    #[test]
    fn numbers() {
        let all = |writer: &mut TextWriter<'_>| {
            writer.unsigned(0);
            writer.byte(b' ');
            writer.unsigned(u64::MAX);
            writer.byte(b' ');
            writer.signed(i64::MIN);
            writer.byte(b' ');
            writer.hex(0, 0);
            writer.byte(b' ');
            writer.hex(0xabc, 4);
            writer.byte(b' ');
            writer.hex(u64::MAX, 2);
        };
        let text = b"0 18446744073709551615 -9223372036854775808 0 0abc ffffffffffffffff";
        let (len, buf) = written(100, all);
        assert_eq!(len, text.len());
        assert_eq!(&buf[..=len], [&text[..], b"\0"].concat());
    }

    #[test]
    fn terminates_like_snprintf() {
        for (room, expected) in [(0, &b""[..]), (1, b"\0"), (3, b"ab\0"), (4, b"abc\0"), (5, b"abc\0\xaa")] {
            let (len, buf) = written(room, |writer| writer.str("abc"));
            assert_eq!((len, &buf[..]), (3, expected), "room {room}");
        }
    }
}
