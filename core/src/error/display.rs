// SPDX-License-Identifier: MIT OR Apache-2.0
//! Errors as text in Rust programs. The C library does not use this file.

use super::{Code, ErrorRecord, strerror};
use crate::mem::Buf;
use core::fmt::{Display, Formatter, Result};

impl Display for Code {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(core::str::from_utf8(strerror(self.raw())).unwrap_or("an error").trim_end_matches('\0'))
    }
}

impl core::error::Error for Code {}

impl Display for ErrorRecord {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let mut line = [0; 512];
        let len = self.format(&mut line);
        if len < line.len() {
            return f.write_str(valid(line.get(..len).unwrap_or(&[])));
        }
        let mut long = Buf::empty();
        match long.grow(len.saturating_add(1)) {
            Ok(()) => {
                self.format(long.as_mut_slice());
                f.write_str(valid(long.as_slice().get(..len).unwrap_or(&[])))
            }
            Err(_) => {
                f.write_str(valid(line.get(..line.len().saturating_sub(1)).unwrap_or(&[])))?;
                f.write_str("... (no memory for the rest)")
            }
        }
    }
}

/// Returns the text up to the first byte that is not UTF-8.
fn valid(text: &[u8]) -> &str {
    match core::str::from_utf8(text) {
        Ok(text) => text,
        Err(error) => core::str::from_utf8(text.get(..error.valid_up_to()).unwrap_or(&[])).unwrap_or(""),
    }
}

impl core::error::Error for ErrorRecord {}

#[cfg(test)]
mod tests {
    use super::super::Origin;
    use super::*;

    #[test]
    fn errors_are_text() {
        assert_eq!(Code::ENOMEM.to_string(), core::str::from_utf8(strerror(-12)).unwrap().trim_end_matches('\0'));
        let mut record = ErrorRecord::new();
        record.set(Code::EINVAL, Origin::Kernel);
        record.set_text("wörds".repeat(40).as_bytes());
        assert!(record.to_string().contains("wördswörds"), "{record}");
    }

    #[test]
    fn the_longest_error_is_shown_whole() {
        let mut record = ErrorRecord::new();
        record.set(Code::EINVAL, Origin::Kernel);
        record.set_text("wörds".repeat(42).as_bytes());
        while record.path.push(16383) {}
        while record.missing_path.push(16383) {}
        record.offset = Some(u32::MAX);
        record.missing_type = Some(u32::MAX);
        let mut line = [0; 4096];
        let len = record.format(&mut line);
        assert!(len > 512, "{len}");
        assert!(record.to_string().as_bytes() == &line[..len], "{record}");
    }
}
