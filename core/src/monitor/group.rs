// SPDX-License-Identifier: MIT OR Apache-2.0
//! Multicast groups of generic netlink, which have names; their numbers are other ones after each boot.

use crate::error::{Code, Result};
use crate::exchange::{Ending, request};
use crate::socket::Socket;
use crate::uapi::{GENL_ID_CTRL, NLA_HDRLEN, NLMSG_HDRLEN};
use crate::wire::align::align;
use crate::wire::array_at;
use crate::wire::attribute::{Attributes, find};
use crate::wire::copy;
use crate::wire::message::Header;

/// GENL_NAMSIZ: the longest name with its NUL.
const MAX_NAME: usize = 16;

const GENL_HDRLEN: usize = 4;
const CTRL_CMD_GETFAMILY: u8 = 3;
const CTRL_ATTR_FAMILY_NAME: u16 = 2;
const CTRL_ATTR_MCAST_GROUPS: u32 = 7;
const CTRL_ATTR_MCAST_GRP_NAME: u32 = 1;
const CTRL_ATTR_MCAST_GRP_ID: u32 = 2;

const ATTRS_AT: usize = NLMSG_HDRLEN + GENL_HDRLEN;

/// The number of the group `group` of the family `family`: -ENOENT when there is no such group or family, or what the kernel
/// says.
pub(super) fn resolve(socket: &Socket, family: &[u8], group: &[u8]) -> Result<u32> {
    if family.is_empty() || family.len() >= MAX_NAME {
        return Err(Code::ENOENT);
    }
    let mut buf = [0; ATTRS_AT + NLA_HDRLEN + MAX_NAME];
    // The name and its NUL.
    let attr_len = NLA_HDRLEN.saturating_add(family.len()).saturating_add(1);
    let len = ATTRS_AT.saturating_add(align(attr_len));
    let header = Header { len: u32::try_from(len).unwrap_or(0), ty: GENL_ID_CTRL, ..Header::default() };
    put(&mut buf, 0, &header.to_bytes());
    put(&mut buf, NLMSG_HDRLEN, &[CTRL_CMD_GETFAMILY, 1, 0, 0]);
    put(&mut buf, ATTRS_AT, &u16::try_from(attr_len).unwrap_or(0).to_ne_bytes());
    put(&mut buf, ATTRS_AT + 2, &CTRL_ATTR_FAMILY_NAME.to_ne_bytes());
    put(&mut buf, ATTRS_AT + NLA_HDRLEN, family);
    let message = buf.get(..len).unwrap_or(&[]);
    let mut found = Err(Code::ENOENT);
    request(
        socket,
        message,
        Ending::Known,
        &mut |answer| {
            if let Some(number) = group_in(answer.bytes.get(ATTRS_AT..).unwrap_or(&[]), group) {
                found = Ok(number);
            }
            0
        },
        None,
    )?;
    found
}

fn group_in(attrs: &[u8], name: &[u8]) -> Option<u32> {
    let mut groups = Attributes::new(find(attrs, CTRL_ATTR_MCAST_GROUPS).ok()??.payload());
    while let Ok(Some(group)) = groups.next() {
        let Ok(Some(there)) = find(group.payload(), CTRL_ATTR_MCAST_GRP_NAME) else { continue };
        if there.payload().strip_suffix(b"\0") == Some(name) {
            let number = find(group.payload(), CTRL_ATTR_MCAST_GRP_ID).ok()??;
            return array_at(number.payload(), 0).map(u32::from_ne_bytes);
        }
    }
    None
}

fn put(buf: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(to) = buf.get_mut(at..at.saturating_add(bytes.len())) {
        copy(to, bytes);
    }
}
