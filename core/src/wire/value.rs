// SPDX-License-Identifier: MIT OR Apache-2.0
//! Payloads as values. Exact: a payload of another size is -ERANGE, never four bytes of something.

use crate::error::{Code, Result};

/// A payload of exactly `N` bytes, or -ERANGE.
#[inline(always)]
pub fn exact<const N: usize>(payload: &[u8]) -> Result<[u8; N]> {
    match <[u8; N]>::try_from(payload) {
        Ok(bytes) => Ok(bytes),
        Err(_) => Err(Code::ERANGE),
    }
}

/// An unsigned value of 1, 2, 4 or 8 bytes in host byte order; -ERANGE for another size.
#[inline(always)]
pub fn uint(payload: &[u8]) -> Result<u64> {
    match *payload {
        [value] => Ok(u64::from(value)),
        [a, b] => Ok(u64::from(u16::from_ne_bytes([a, b]))),
        [a, b, c, d] => Ok(u64::from(u32::from_ne_bytes([a, b, c, d]))),
        [a, b, c, d, e, f, g, h] => Ok(u64::from_ne_bytes([a, b, c, d, e, f, g, h])),
        _ => Err(Code::ERANGE),
    }
}

/// A signed value of 1, 2, 4 or 8 bytes in host byte order; -ERANGE for another size.
#[inline(always)]
pub fn sint(payload: &[u8]) -> Result<i64> {
    match *payload {
        [value] => Ok(i64::from(i8::from_ne_bytes([value]))),
        [a, b] => Ok(i64::from(i16::from_ne_bytes([a, b]))),
        [a, b, c, d] => Ok(i64::from(i32::from_ne_bytes([a, b, c, d]))),
        [a, b, c, d, e, f, g, h] => Ok(i64::from_ne_bytes([a, b, c, d, e, f, g, h])),
        _ => Err(Code::ERANGE),
    }
}

/// Where the text of `payload` ends that a NUL terminates: -EBADMSG where there is none.
#[inline(always)]
pub fn terminated(payload: &[u8]) -> Result<()> {
    // The last byte is the NUL, as a rule.
    if payload.last() == Some(&0) { Ok(()) } else { terminated_before(payload) }
}

/// As [`terminated`]; apart, so that the search leaves no trace in the usual way.
#[cold]
#[inline(never)]
fn terminated_before(payload: &[u8]) -> Result<()> {
    if payload.contains(&0) { Ok(()) } else { Err(Code::EBADMSG) }
}

/// The text of `payload`: up to its first NUL, or the whole where there is none.
#[inline]
pub fn text(payload: &[u8]) -> &[u8] {
    let len = payload.iter().position(|byte| *byte == 0).unwrap_or(payload.len());
    payload.get(..len).unwrap_or(payload)
}

/// An unsigned value of 1, 2, 4 or 8 bytes that `T` can hold; -ERANGE for another size or a larger value.
#[inline]
pub fn uint_lax<T: TryFrom<u64>>(payload: &[u8]) -> Result<T> {
    T::try_from(uint(payload)?).map_err(|_| Code::ERANGE)
}

/// A signed value of 1, 2, 4 or 8 bytes that `T` can hold; -ERANGE for another size or a value beyond.
#[inline]
pub fn sint_lax<T: TryFrom<i64>>(payload: &[u8]) -> Result<T> {
    T::try_from(sint(payload)?).map_err(|_| Code::ERANGE)
}

/// An unsigned value of 1, 2, 4 or 8 bytes in network byte order that `T` can hold; -ERANGE for another size or a
/// larger value.
#[inline]
pub fn be_lax<T: TryFrom<u64>>(payload: &[u8]) -> Result<T> {
    let value = match *payload {
        [value] => u64::from(value),
        [a, b] => u64::from(u16::from_be_bytes([a, b])),
        [a, b, c, d] => u64::from(u32::from_be_bytes([a, b, c, d])),
        [a, b, c, d, e, f, g, h] => u64::from_be_bytes([a, b, c, d, e, f, g, h]),
        _ => return Err(Code::ERANGE),
    };
    T::try_from(value).map_err(|_| Code::ERANGE)
}

/// The value and the mask of a struct nla_bitfield32; -ERANGE for another size.
#[inline]
pub fn bitfield32(payload: &[u8]) -> Result<(u32, u32)> {
    let [a, b, c, d, e, f, g, h] = exact(payload)?;
    Ok((u32::from_ne_bytes([a, b, c, d]), u32::from_ne_bytes([e, f, g, h])))
}

/// As much of `from` as `to` holds; what is left of `to` is zero.
#[inline]
pub fn copy_out(to: &mut [u8], from: &[u8]) {
    let shared = to.len().min(from.len());
    if let (Some((head, tail)), Some(from)) = (to.split_at_mut_checked(shared), from.get(..shared)) {
        super::copy(head, from);
        tail.fill(0);
    }
}
