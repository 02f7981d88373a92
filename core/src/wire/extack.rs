// SPDX-License-Identifier: MIT OR Apache-2.0
//! Acks, errors and ends of dumps, with extended acks.

use super::attribute::{Attribute, Attributes};
use super::message::{Header, Message};
use super::{align, array_at, path};
use crate::error::{Code, ErrorRecord, Policy, Result};
use crate::uapi::{
    NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_DONE, NLMSG_ERROR, NLMSG_HDRLEN, NLMSGERR_ATTR_COOKIE, NLMSGERR_ATTR_MISS_NEST,
    NLMSGERR_ATTR_MISS_TYPE, NLMSGERR_ATTR_MSG, NLMSGERR_ATTR_OFFS, NLMSGERR_ATTR_POLICY, NLMSGERR_LEN,
};

/// The lowest code that can be the kernel's; the library's are below it.
const MIN_CODE: i32 = -0xffff;

/// The status of a request: an ack, an error, or the end of a dump.
#[derive(Clone, Copy, Debug)]
pub struct Status<'a> {
    /// 0 or a negative code.
    pub code: i32,
    /// The header of the request, which NLMSG_ERROR contains and NLMSG_DONE does not.
    pub request: Option<Header>,
    /// The extended-ack attributes.
    pub attributes: &'a [u8],
}

/// Reads an NLMSG_ERROR or NLMSG_DONE. -EBADMSG when it is neither, when it is too short for its code (NLMSG_DONE may
/// have no code, which means 0), or when the code is positive or no errno.
#[inline(never)]
pub fn status<'a>(message: &Message<'a>) -> Result<Status<'a>> {
    let payload = message.payload();
    let header = message.header;
    match header.ty {
        NLMSG_ERROR => {
            let code = code_of(payload)?;
            let request = payload.get(4..).and_then(Header::read);
            let attributes = match request {
                Some(request) if header.flags & NLM_F_ACK_TLVS != 0 => {
                    payload.get(request_end(header.flags, request)..)
                }
                _ => None,
            };
            Ok(Status { code, request, attributes: attributes.unwrap_or(&[]) })
        }
        NLMSG_DONE if payload.is_empty() => Ok(Status { code: 0, request: None, attributes: &[] }),
        NLMSG_DONE => {
            let attributes = if header.flags & NLM_F_ACK_TLVS != 0 { payload.get(4..) } else { None };
            // Some dumps of the kernel end with a positive number, the length of the last message.
            let code = match array_at(payload, 0).map(i32::from_ne_bytes) {
                Some(code) if code > 0 => 0,
                _ => code_of(payload)?,
            };
            Ok(Status { code, request: None, attributes: attributes.unwrap_or(&[]) })
        }
        _ => Err(Code::EBADMSG),
    }
}

fn code_of(payload: &[u8]) -> Result<i32> {
    match array_at(payload, 0).map(i32::from_ne_bytes) {
        Some(code @ MIN_CODE..=0) => Ok(code),
        _ => Err(Code::EBADMSG),
    }
}

/// Offset at which the copy of the request ends in the payload of an NLMSG_ERROR.
fn request_end(flags: u16, request: Header) -> usize {
    if flags & NLM_F_CAPPED != 0 {
        return NLMSGERR_LEN;
    }
    // A length below a header's is wrong; a length beyond the payload leaves no attributes.
    let copied = (request.len as usize).max(NLMSG_HDRLEN);
    align::align(copied).saturating_add(4)
}

/// Copies a status into `record`: code, text, offsets and paths, policy, cookie. The caller sets origin and request.
///
/// `request` is the message that was sent. Offsets in it become paths of attribute types when the length of its family
/// header is known. Reading ends at malformed attributes; what was read before them is kept.
pub fn explain(status: &Status<'_>, request: &[u8], family_header: Option<usize>, record: &mut ErrorRecord) {
    record.code = status.code;
    let mut attributes = Attributes::new(status.attributes);
    while let Ok(Some(attribute)) = attributes.next() {
        let payload = attribute.payload();
        match attribute.ty() {
            NLMSGERR_ATTR_MSG => {
                let text = payload.split(|&byte| byte == 0).next().unwrap_or(&[]);
                record.set_text(text);
            }
            NLMSGERR_ATTR_OFFS => record.offset = u32_of(&attribute),
            NLMSGERR_ATTR_COOKIE => record.set_cookie(payload),
            NLMSGERR_ATTR_POLICY => record.policy = Some(policy(payload)),
            NLMSGERR_ATTR_MISS_TYPE => record.missing_type = u32_of(&attribute),
            NLMSGERR_ATTR_MISS_NEST => record.missing_nest = u32_of(&attribute),
            _ => {}
        }
    }
    if let Some(family_header) = family_header {
        if let Some(offset) = record.offset {
            record.path = path::to(request, family_header, offset as usize);
        }
        if let Some(offset) = record.missing_nest {
            record.missing_path = path::to(request, family_header, offset as usize);
        }
    }
}

fn u32_of(attribute: &Attribute<'_>) -> Option<u32> {
    attribute.payload().try_into().ok().map(u32::from_ne_bytes)
}

fn u64_of(attribute: &Attribute<'_>) -> Option<u64> {
    attribute.payload().try_into().ok().map(u64::from_ne_bytes)
}

/// NL_POLICY_TYPE_ATTR_… of linux/netlink.h.
#[inline(never)]
pub(crate) fn policy(payload: &[u8]) -> Policy {
    let mut policy = Policy::default();
    let (mut min_s, mut max_s, mut min_u, mut max_u) = (None, None, None, None);
    let mut attributes = Attributes::new(payload);
    while let Ok(Some(attribute)) = attributes.next() {
        match attribute.ty() {
            1 => policy.ty = u32_of(&attribute),
            2 => min_s = u64_of(&attribute),
            3 => max_s = u64_of(&attribute),
            4 => min_u = u64_of(&attribute),
            5 => max_u = u64_of(&attribute),
            6 => policy.length.0 = u32_of(&attribute),
            7 => policy.length.1 = u32_of(&attribute),
            10 => policy.mask = u32_of(&attribute).map(u64::from),
            12 => policy.mask = u64_of(&attribute),
            _ => {}
        }
    }
    if let (Some(min), Some(max)) = (min_s, max_s) {
        policy.range_s = Some((min as i64, max as i64));
    }
    policy.range_u = min_u.zip(max_u);
    policy
}
