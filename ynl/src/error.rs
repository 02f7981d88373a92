// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why something failed: a code, and everything known beside it, as JSON.

use crate::json::write::Writer;
use crate::socket;

/// What can fail. The error is boxed: it is large, and rare.
pub type Result<T> = std::result::Result<T, Box<Error>>;

/// What the kernel allows for the attribute that it refused.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Allowed {
    /// The kind of attribute that was expected (`u32`, `nested` …).
    pub kind: Option<&'static str>,
    /// Smallest and largest value.
    pub range: Option<(i128, i128)>,
    /// Smallest length in bytes.
    pub min_length: Option<u32>,
    /// Largest length in bytes.
    pub max_length: Option<u32>,
    /// The bits that may be set.
    pub mask: Option<u64>,
}

/// Why something failed.
#[derive(Clone, Debug, Default)]
pub struct Error {
    /// An errno, negative, or one of libnlrs's `NLRS_E…`.
    pub code: i32,
    /// What went wrong, in words: the kernel's own where it sent some.
    pub message: String,
    /// The kernel refused it.
    pub from_kernel: bool,
    /// The attribute that it is about: names from the outermost on, joined by dots.
    pub attribute: Option<String>,
    /// The attribute that is missing, written likewise.
    pub missing: Option<String>,
    /// What would have been allowed.
    pub allowed: Option<Allowed>,
    /// The specification that is wrong.
    pub file: Option<String>,
    /// Line of the specification, or of the JSON text, from 1.
    pub line: Option<usize>,
    /// Column in that line, from 1.
    pub column: Option<usize>,
}

impl Error {
    /// Returns an error that has a code and a message.
    pub fn new(code: i32, message: impl Into<String>) -> Box<Error> {
        Box::new(Error { code, message: message.into(), ..Error::default() })
    }

    /// Returns an error of the request: -EINVAL, the attribute, and what is wrong with it.
    pub(crate) fn input(attribute: impl Into<String>, message: impl Into<String>) -> Box<Error> {
        Error::at(-libc::EINVAL, attribute, message)
    }

    /// Returns an error of the request that has another code than -EINVAL.
    pub(crate) fn at(code: i32, attribute: impl Into<String>, message: impl Into<String>) -> Box<Error> {
        let attribute = Some(attribute.into()).filter(|name| !name.is_empty());
        Box::new(Error { code, message: message.into(), attribute, ..Error::default() })
    }

    /// Returns the error as a JSON object. What is unknown is left out.
    ///
    /// `code`, `errno` (its name), `message`, `from` (`kernel` or `library`), `attribute`, `missing`, `allowed`
    /// (`type`, `min`, `max`, `min-length`, `max-length`, `mask`), `file`, `line`, `column`.
    pub fn to_json(&self) -> String {
        let mut out = Writer::new();
        out.begin_object();
        out.member("code").int(self.code.into());
        out.member("errno").text(&socket::code_name(self.code));
        out.member("message").text(&self.message);
        out.member("from").text(if self.from_kernel { "kernel" } else { "library" });
        for (name, value) in [("attribute", &self.attribute), ("missing", &self.missing), ("file", &self.file)] {
            if let Some(value) = value {
                out.member(name).text(value);
            }
        }
        if let Some(allowed) = &self.allowed {
            out.member("allowed").begin_object();
            if let Some(kind) = allowed.kind {
                out.member("type").text(kind);
            }
            if let Some((min, max)) = allowed.range {
                out.member("min").int(min);
                out.member("max").int(max);
            }
            for (name, length) in [("min-length", allowed.min_length), ("max-length", allowed.max_length)] {
                if let Some(length) = length {
                    out.member(name).int(length.into());
                }
            }
            if let Some(mask) = allowed.mask {
                out.member("mask").int(mask.into());
            }
            out.end_object();
        }
        for (name, value) in [("line", self.line), ("column", self.column)] {
            if let Some(value) = value {
                out.member(name).int(value as i128);
            }
        }
        out.end_object();
        out.into_string()
    }
}

/// One line: place, attribute, message, code, what is allowed, what is missing.
impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
        }
        if let Some(line) = self.line {
            write!(f, "{line}:{}:", self.column.unwrap_or(1))?;
        }
        if self.file.is_some() || self.line.is_some() {
            write!(f, " ")?;
        }
        if let Some(attribute) = &self.attribute {
            write!(f, "{attribute}: ")?;
        }
        write!(f, "{} ({})", self.message, socket::code_name(self.code))?;
        if let Some(allowed) = &self.allowed {
            let mut parts = Vec::new();
            if let Some(kind) = allowed.kind {
                parts.push(kind.to_owned());
            }
            if let Some((min, max)) = allowed.range {
                parts.push(format!("{min} … {max}"));
            }
            match (allowed.min_length, allowed.max_length) {
                (Some(min), Some(max)) => parts.push(format!("{min} … {max} bytes")),
                (Some(min), None) => parts.push(format!("at least {min} bytes")),
                (None, Some(max)) => parts.push(format!("at most {max} bytes")),
                (None, None) => {}
            }
            if let Some(mask) = allowed.mask {
                parts.push(format!("the bits {mask:#x}"));
            }
            if !parts.is_empty() {
                write!(f, ", allowed: {}", parts.join(", "))?;
            }
        }
        if let Some(missing) = &self.missing {
            write!(f, ", missing: {missing}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_json_and_a_line() {
        let mut error = Error::at(-libc::ERANGE, "linkinfo.data.id", "Attribute failed \"policy\" validation");
        error.from_kernel = true;
        error.allowed = Some(Allowed { kind: Some("u16"), range: Some((0, 4095)), ..Allowed::default() });
        assert_eq!(
            error.to_json(),
            "{\"code\":-34,\"errno\":\"ERANGE\",\"message\":\"Attribute failed \\\"policy\\\" validation\",\
             \"from\":\"kernel\",\"attribute\":\"linkinfo.data.id\",\
             \"allowed\":{\"type\":\"u16\",\"min\":0,\"max\":4095}}"
        );
        assert_eq!(
            error.to_string(),
            "linkinfo.data.id: Attribute failed \"policy\" validation (ERANGE), allowed: u16, 0 … 4095"
        );
    }

    #[test]
    fn an_error_in_a_file_has_its_place() {
        let error = Error {
            code: -libc::EINVAL,
            message: "no such key".into(),
            file: Some("x.yaml".into()),
            line: Some(3),
            column: Some(7),
            ..Error::default()
        };
        assert_eq!(error.to_string(), "x.yaml:3:7: no such key (EINVAL)");
        assert!(error.to_json().ends_with("\"file\":\"x.yaml\",\"line\":3,\"column\":7}"));
    }
}
