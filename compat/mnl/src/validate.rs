// SPDX-License-Identifier: MIT OR Apache-2.0
//! What makes a payload valid for one of libmnl's types.

/// The values of `enum mnl_attr_data_type` that have a rule of their own.
const U8: u32 = 1;
const U16: u32 = 2;
const U32: u32 = 3;
const U64: u32 = 4;
const STRING: u32 = 5;
const FLAG: u32 = 6;
const MSECS: u32 = 7;
const NESTED: u32 = 8;
const NUL_STRING: u32 = 10;
const MAX: u32 = 12;

/// Why a payload is not valid, as an errno.
type Reason = i32;

/// Whether `payload` is valid for `kind`: EINVAL for a kind that there is not, ERANGE for a length, EINVAL for a string
/// without its NUL.
pub(crate) fn by_type(payload: &[u8], kind: u32) -> Result<(), Reason> {
    let len = match kind {
        U8 => 1,
        U16 => 2,
        U32 => 4,
        U64 | MSECS => 8,
        _ => 0,
    };
    by_length(payload, kind, len)
}

/// The same with the length that a payload must have; 0: any.
pub(crate) fn by_length(payload: &[u8], kind: u32, len: usize) -> Result<(), Reason> {
    if kind >= MAX {
        return Err(libc::EINVAL);
    }
    if payload.len() < len {
        return Err(libc::ERANGE);
    }
    match kind {
        FLAG if !payload.is_empty() => return Err(libc::ERANGE),
        STRING | NUL_STRING if payload.is_empty() => return Err(libc::ERANGE),
        NUL_STRING if payload.last() != Some(&0) => return Err(libc::EINVAL),
        // An empty nest is one; otherwise there is an attribute's header at least.
        NESTED if !payload.is_empty() && payload.len() < nlrs_core::uapi::NLA_HDRLEN => return Err(libc::ERANGE),
        _ => {}
    }
    if len != 0 && payload.len() > len { Err(libc::ERANGE) } else { Ok(()) }
}
