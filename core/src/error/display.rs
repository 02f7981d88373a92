// SPDX-License-Identifier: MIT OR Apache-2.0
//! Errors as Rust programs show them. Nothing of the C library comes here.

use super::{Code, ErrorRecord, strerror};
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
        let len = self.format(&mut line).min(line.len().saturating_sub(1));
        let text = line.get(..len).unwrap_or(&[]);
        // What was cut may end within a character.
        let valid = match core::str::from_utf8(text) {
            Ok(text) => text,
            Err(error) => core::str::from_utf8(text.get(..error.valid_up_to()).unwrap_or(&[])).unwrap_or(""),
        };
        f.write_str(valid)
    }
}

impl core::error::Error for ErrorRecord {}

#[cfg(test)]
mod tests {
    use super::super::Origin;
    use super::*;

    #[test]
    fn errors_are_shown_in_words() {
        assert_eq!(Code::ENOMEM.to_string(), core::str::from_utf8(strerror(-12)).unwrap().trim_end_matches('\0'));
        let mut record = ErrorRecord::new();
        record.set(Code::EINVAL, Origin::Kernel);
        record.set_text("wörds".repeat(40).as_bytes());
        assert!(record.to_string().contains("wördswörds"), "{record}");
    }
}
