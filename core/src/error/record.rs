// SPDX-License-Identifier: MIT OR Apache-2.0
//! What went wrong, in a record of fixed size that allocates nothing.

use super::Code;

/// Levels of an attribute path that are kept. The kernel's own policies nest ten deep at the most.
pub const MAX_DEPTH: usize = 32;

/// Bytes of text that are kept. The kernel's formatted texts have at most 80; fixed ones are a sentence.
const MAX_TEXT: usize = 256;

/// Bytes of a cookie: NETLINK_MAX_COOKIE_LEN of linux/netlink.h.
const MAX_COOKIE: usize = 20;

/// Who said it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// Nobody yet.
    #[default]
    None,
    /// The library, of an argument.
    Argument,
    /// A system call.
    System,
    /// The kernel, in an answer.
    Kernel,
    /// The caller's callback.
    Callback,
    /// The library, of what happened.
    Library,
}

/// The policy that an attribute violated, as far as the kernel told it.
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
    /// Bits that are allowed.
    pub mask: Option<u64>,
}

/// A list of at most `N` numbers.
#[derive(Clone, Copy, Debug)]
pub struct Path {
    types: [u16; MAX_DEPTH],
    depth: usize,
}

impl Path {
    /// No level.
    pub const EMPTY: Path = Path { types: [0; MAX_DEPTH], depth: 0 };

    /// One level more. False when it is too deep.
    pub fn push(&mut self, ty: u16) -> bool {
        match self.types.get_mut(self.depth) {
            Some(slot) => {
                *slot = ty;
                self.depth += 1;
                true
            }
            None => false,
        }
    }

    /// The types from the root on.
    pub fn types(&self) -> &[u16] {
        self.types.get(..self.depth).unwrap_or(&[])
    }
}

/// What went wrong, or the warning that came with a success.
#[derive(Debug)]
pub struct ErrorRecord {
    /// 0 or the negative code.
    pub code: i32,
    /// Who said so.
    pub origin: Origin,
    /// Type of the request that it is about.
    pub request_type: Option<u16>,
    /// Sequence number of that request, 0: none.
    pub seq: u32,
    /// Offset of the culprit in the request.
    pub offset: Option<u32>,
    /// Attribute types from the root to the culprit.
    pub path: Path,
    /// Type of an attribute that is missing.
    pub missing_type: Option<u32>,
    /// Offset in the request of the nest where it is missing; None: at the root.
    pub missing_nest: Option<u32>,
    /// Attribute types from the root to that nest.
    pub missing_path: Path,
    /// The policy that was violated.
    pub policy: Option<Policy>,
    /// What a truncated datagram would have needed, in bytes.
    pub needed: usize,
    text: [u8; MAX_TEXT],
    text_len: usize,
    cookie: [u8; MAX_COOKIE],
    cookie_len: usize,
}

impl ErrorRecord {
    /// No error.
    pub const fn new() -> ErrorRecord {
        ErrorRecord {
            code: 0,
            origin: Origin::None,
            request_type: None,
            seq: 0,
            offset: None,
            path: Path::EMPTY,
            missing_type: None,
            missing_nest: None,
            missing_path: Path::EMPTY,
            policy: None,
            needed: 0,
            text: [0; MAX_TEXT],
            text_len: 0,
            cookie: [0; MAX_COOKIE],
            cookie_len: 0,
        }
    }

    /// Back to no error.
    #[inline(never)]
    pub fn clear(&mut self) {
        *self = ErrorRecord::new();
    }

    /// A code and who said it; the rest stays.
    pub fn set(&mut self, code: Code, origin: Origin) {
        self.code = code.raw();
        self.origin = origin;
    }

    /// The kernel's words, without NUL; what is too long is cut at a character's boundary.
    #[inline(never)]
    pub fn set_text(&mut self, text: &[u8]) {
        let mut len = text.len().min(MAX_TEXT - 1);
        if len < text.len() {
            while len > 0 && text.get(len).is_some_and(|byte| byte & 0xc0 == 0x80) {
                len -= 1;
            }
        }
        for (to, from) in self.text.iter_mut().zip(text.iter().take(len)) {
            *to = *from;
        }
        if let Some(end) = self.text.get_mut(len) {
            *end = 0;
        }
        self.text_len = len;
    }

    /// The kernel's words.
    pub fn text(&self) -> &[u8] {
        self.text.get(..self.text_len).unwrap_or(&[])
    }

    /// The kernel's words with a NUL behind them.
    pub fn text_with_nul(&self) -> &[u8] {
        self.text.get(..=self.text_len).unwrap_or(b"\0")
    }

    /// The cookie of a success; what is longer than the kernel's limit is cut.
    pub fn set_cookie(&mut self, cookie: &[u8]) {
        self.cookie_len = cookie.len().min(MAX_COOKIE);
        for (to, from) in self.cookie.iter_mut().zip(cookie) {
            *to = *from;
        }
    }

    /// The cookie.
    pub fn cookie(&self) -> &[u8] {
        self.cookie.get(..self.cookie_len).unwrap_or(&[])
    }
}

impl Default for ErrorRecord {
    fn default() -> ErrorRecord {
        ErrorRecord::new()
    }
}
