// SPDX-License-Identifier: MIT OR Apache-2.0
//! The details of an error, in a record of fixed size that allocates nothing.

use super::Code;
use super::inline::Inline;

/// Largest depth of a path. The kernel's own policies nest at most ten deep.
pub const MAX_DEPTH: usize = 32;

/// Largest length of a text with its NUL. The kernel's formatted texts have at most 80 bytes; fixed ones are a
/// sentence.
const MAX_TEXT: usize = 256;

/// Largest length of a cookie: NETLINK_MAX_COOKIE_LEN of linux/netlink.h.
const MAX_COOKIE: usize = 20;

/// The origin of a code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// There is no error.
    #[default]
    None,
    /// The library, because of an argument.
    Argument,
    /// A system call.
    System,
    /// The kernel, in an answer.
    Kernel,
    /// The caller's callback.
    Callback,
    /// The library, because of what happened.
    Library,
}

/// The policy that an attribute violated, as far as the kernel sent it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Policy {
    /// NL_ATTR_TYPE_… of linux/netlink.h.
    pub ty: Option<u32>,
    /// Smallest and largest signed value.
    pub range_s: Option<(i64, i64)>,
    /// Smallest and largest unsigned value.
    pub range_u: Option<(u64, u64)>,
    /// Smallest and largest length.
    pub length: (Option<u32>, Option<u32>),
    /// Allowed bits.
    pub mask: Option<u64>,
}

/// Attribute types from the outermost nest to an attribute, at most [`MAX_DEPTH`].
#[derive(Clone, Copy, Debug)]
pub struct Path(Inline<u16, MAX_DEPTH>);

impl Path {
    /// The empty path.
    pub const EMPTY: Path = Path(Inline::empty(0));

    /// Appends a type; false when the path would be too deep.
    pub fn push(&mut self, ty: u16) -> bool {
        self.0.push(ty)
    }

    /// Returns the types, from the outermost nest on.
    pub fn types(&self) -> &[u16] {
        self.0.as_slice()
    }
}

/// The details of an error, or of a success with a warning.
#[derive(Debug)]
pub struct ErrorRecord {
    /// 0 or the negative code.
    pub code: i32,
    /// The origin of the code.
    pub origin: Origin,
    /// Protocol of the socket on which the request was sent; None: not known.
    pub protocol: Option<i32>,
    /// Message type of the request.
    pub request_type: Option<u16>,
    /// Sequence number of the request; 0: none.
    pub seq: u32,
    /// Offset in the request of the attribute that was refused.
    pub offset: Option<u32>,
    /// Path to the attribute that was refused.
    pub path: Path,
    /// Type of an attribute that is missing.
    pub missing_type: Option<u32>,
    /// Offset in the request of the nest in which it is missing; None: outside of all nests.
    pub missing_nest: Option<u32>,
    /// Path to that nest.
    pub missing_path: Path,
    /// The policy that was violated.
    pub policy: Option<Policy>,
    /// Size of a datagram that was truncated, in bytes; 0: none.
    pub needed: usize,
    /// With a NUL, unless it is empty.
    text: Inline<u8, MAX_TEXT>,
    cookie: Inline<u8, MAX_COOKIE>,
}

impl ErrorRecord {
    /// No error.
    pub const fn new() -> ErrorRecord {
        ErrorRecord {
            code: 0,
            origin: Origin::None,
            protocol: None,
            request_type: None,
            seq: 0,
            offset: None,
            path: Path::EMPTY,
            missing_type: None,
            missing_nest: None,
            missing_path: Path::EMPTY,
            policy: None,
            needed: 0,
            text: Inline::empty(0),
            cookie: Inline::empty(0),
        }
    }

    /// Clears the record.
    #[inline(never)]
    pub fn clear(&mut self) {
        *self = ErrorRecord::new();
    }

    /// Sets the code and its origin. The rest is not changed.
    pub fn set(&mut self, code: Code, origin: Origin) {
        self.code = code.raw();
        self.origin = origin;
    }

    /// Sets the extended ack message, without NUL. A text that is too long is cut between two characters.
    #[inline(never)]
    pub fn set_text(&mut self, text: &[u8]) {
        let mut len = text.len().min(MAX_TEXT - 1);
        if len < text.len() {
            while len > 0 && text.get(len).is_some_and(|byte| byte & 0xc0 == 0x80) {
                len -= 1;
            }
        }
        self.text.set(text.get(..len).unwrap_or(&[]));
        self.text.push(0);
    }

    /// Returns the extended ack message.
    pub fn text(&self) -> &[u8] {
        self.text.as_slice().split_last().map_or(&[], |(_, text)| text)
    }

    /// Returns the extended ack message with a NUL.
    pub fn text_with_nul(&self) -> &[u8] {
        match self.text.as_slice() {
            [] => b"\0",
            text => text,
        }
    }

    /// Sets the cookie of an ack. Bytes beyond the kernel's limit are dropped.
    pub fn set_cookie(&mut self, cookie: &[u8]) {
        self.cookie.set(cookie);
    }

    /// Returns the cookie.
    pub fn cookie(&self) -> &[u8] {
        self.cookie.as_slice()
    }
}

impl Default for ErrorRecord {
    fn default() -> ErrorRecord {
        ErrorRecord::new()
    }
}
