// SPDX-License-Identifier: MIT OR Apache-2.0
//! Payloads as values. A payload of another size than that of the value is -ERANGE.

use crate::error::{Code, Result};

/// Returns the payload as `N` bytes; -ERANGE for another size.
#[inline(always)]
pub fn exact<const N: usize>(payload: &[u8]) -> Result<[u8; N]> {
    match <[u8; N]>::try_from(payload) {
        Ok(bytes) => Ok(bytes),
        Err(_) => Err(Code::ERANGE),
    }
}

/// Returns an unsigned value of 1, 2, 4 or 8 bytes in host byte order; -ERANGE for another size.
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

/// Returns a signed value of 1, 2, 4 or 8 bytes in host byte order; -ERANGE for another size.
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

/// Checks that `payload` contains a NUL: -EBADMSG when there is none.
#[inline(always)]
pub fn terminated(payload: &[u8]) -> Result<()> {
    // Usually the last byte is the NUL.
    if payload.last() == Some(&0) { Ok(()) } else { terminated_before(payload) }
}

/// As [`terminated`], for a payload that does not end with the NUL. A function of its own, so that the fast path saves
/// no registers.
#[cold]
#[inline(never)]
fn terminated_before(payload: &[u8]) -> Result<()> {
    if payload.contains(&0) { Ok(()) } else { Err(Code::EBADMSG) }
}

/// Returns the text of `payload`: up to its first NUL, or all of it when there is none.
#[inline]
pub fn text(payload: &[u8]) -> &[u8] {
    let len = payload.iter().position(|byte| *byte == 0).unwrap_or(payload.len());
    payload.get(..len).unwrap_or(payload)
}

/// Returns an unsigned value of 1, 2, 4 or 8 bytes in network byte order; -ERANGE for another size.
#[inline]
pub fn be_uint(payload: &[u8]) -> Result<u64> {
    match *payload {
        [value] => Ok(u64::from(value)),
        [a, b] => Ok(u64::from(u16::from_be_bytes([a, b]))),
        [a, b, c, d] => Ok(u64::from(u32::from_be_bytes([a, b, c, d]))),
        [a, b, c, d, e, f, g, h] => Ok(u64::from_be_bytes([a, b, c, d, e, f, g, h])),
        _ => Err(Code::ERANGE),
    }
}

/// Returns value and selector of a struct nla_bitfield32; -ERANGE for another size.
#[inline]
pub fn bitfield32(payload: &[u8]) -> Result<(u32, u32)> {
    let [a, b, c, d, e, f, g, h] = exact(payload)?;
    Ok((u32::from_ne_bytes([a, b, c, d]), u32::from_ne_bytes([e, f, g, h])))
}

/// Copies as much of `from` as fits into `to` and fills the rest of `to` with zeros.
#[inline]
pub fn copy_out(to: &mut [u8], from: &[u8]) {
    let shared = to.len().min(from.len());
    if let (Some((head, tail)), Some(from)) = (to.split_at_mut_checked(shared), from.get(..shared)) {
        super::copy(head, from);
        tail.fill(0);
    }
}
