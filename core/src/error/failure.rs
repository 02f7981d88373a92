// SPDX-License-Identifier: MIT OR Apache-2.0
//! The error of a Rust program's request: the code, and with it what the kernel reported.

use super::{Code, ErrorRecord};
use crate::mem::try_box;
use alloc::boxed::Box;
use core::fmt;

/// Why an operation failed: a code, and where the kernel or the library reported more, the record of it.
///
/// The record is on the heap, so that a `Result` stays small. Where memory for it is lacking there is the code alone.
///
/// ```
/// use nlrs::{Handle, error::Code, wire::build::Builder};
/// # fn main() -> Result<(), nlrs::Error> {
/// let handle = Handle::open(nlrs::uapi::NETLINK_ROUTE, &Default::default())?;
/// let mut request = Builder::growing(64)?;
/// request.begin(18, 0)?; // RTM_GETLINK
/// request.put_header(&[0; 16])?; // of no link
/// request.end()?;
/// let error = handle.request(&request).expect_err("there is no link 0");
/// assert_eq!(error.code(), Code::EINVAL);
/// assert_eq!(error.record().map(|record| record.code), Some(error.code().raw()));
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct Error {
    code: Code,
    record: Option<Box<ErrorRecord>>,
}

impl Error {
    /// An error of `code` with all that `record` holds.
    pub(crate) fn new(code: Code, record: ErrorRecord) -> Error {
        Error { code, record: try_box(record).ok() }
    }

    /// Returns the code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// Returns what was reported beside the code: the kernel's message, the attribute that it is about, its policy.
    pub fn record(&self) -> Option<&ErrorRecord> {
        self.record.as_deref()
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Error {
        Error { code, record: None }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({}: {self})", self.code.raw())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.record {
            Some(record) => record.fmt(f),
            None => self.code.fmt(f),
        }
    }
}

impl core::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::super::Origin;
    use super::*;

    #[test]
    fn an_error_shows_its_record_or_its_code() {
        let plain = Error::from(Code::ENOMEM);
        assert_eq!((plain.to_string(), plain.record().is_none()), (Code::ENOMEM.to_string(), true));

        let mut record = ErrorRecord::new();
        record.set(Code::ERANGE, Origin::Kernel);
        record.set_text(b"integer out of range");
        let error = Error::new(Code::ERANGE, record);
        assert_eq!(error.code(), Code::ERANGE);
        assert!(error.to_string().contains("integer out of range"), "{error}");
        assert!(format!("{error:?}").starts_with("Error(-34: "), "{error:?}");
        assert!(size_of::<core::result::Result<(), Error>>() <= 2 * size_of::<usize>());
    }
}
