// SPDX-License-Identifier: MIT OR Apache-2.0
//! Links by name and by index.

use super::prepare;
use crate::error::{Code, ErrorRecord, Result};
use crate::exchange::{self, Ending};
use crate::family::record::{Record, store};
use crate::family::rtnetlink::link::{HEADER, IFLA_ALT_IFNAME, IFLA_EXT_MASK, IFLA_IFNAME, INDEX_AT, Link};
use crate::socket::Socket;
use crate::uapi::{NETLINK_ROUTE, RTM_GETLINK};
use crate::wire::build::Builder;
use crate::wire::value;
use core::ffi::c_char;

/// A link's name with its NUL.
pub type LinkName = [c_char; NAME_MAX];

/// IFNAMSIZ: the longest name with its NUL; longer ones are alternative names.
const NAME_MAX: usize = 16;
/// ALTIFNAMSIZ: the longest alternative name with its NUL.
const ALT_NAME_MAX: usize = 128;

/// RTEXT_FILTER_SKIP_STATS: the statistics are not wanted.
const SKIP_STATS: u32 = 1 << 3;

/// Requests the link with this index, or, where that is 0, with this name.
fn get(socket: &Socket, index: u32, name: &[u8], mut details: Option<&mut ErrorRecord>) -> Result<Link> {
    let build = || {
        if index == 0 && !(1..ALT_NAME_MAX).contains(&name.len()) {
            return Err(Code::EINVAL);
        }
        let mut terminated = [0; ALT_NAME_MAX];
        value::copy_out(&mut terminated, name);
        let name = terminated.get(..=name.len()).unwrap_or(&[]);
        let name_type = if name.len() <= NAME_MAX { IFLA_IFNAME } else { IFLA_ALT_IFNAME };
        let attributes = [(u32::from(IFLA_EXT_MASK), &SKIP_STATS.to_ne_bytes()[..]), (u32::from(name_type), name)];
        let attributes = attributes.get(..if index == 0 { 2 } else { 1 }).unwrap_or(&[]);
        let mut header = [0; HEADER];
        store(&mut header, INDEX_AT, index.to_ne_bytes());
        Builder::message(u32::from(RTM_GETLINK), &header, attributes)
    };
    let request = prepare(socket, NETLINK_ROUTE, build, details.as_deref_mut())?;
    let mut found = Err(Code::ENODEV);
    exchange::request(
        socket,
        request.bytes(),
        Ending::Known,
        &mut |answer| {
            found = Link::read(answer);
            found.as_ref().map_or_else(|code| code.raw(), |_| 0)
        },
        details,
    )?;
    found
}

/// Returns the index of the link that has this name, or since Linux 5.5 this alternative name: -ENODEV where there is
/// none, -EINVAL
/// for what can be no name, -EOPNOTSUPP where the socket is not of NETLINK_ROUTE, and as a request.
pub fn link_index(socket: &Socket, name: &[u8], details: Option<&mut ErrorRecord>) -> Result<u32> {
    get(socket, 0, name, details).map(|link| link.index)
}

/// Returns the name of the link with this index; codes as of [`link_index`].
pub fn link_name(socket: &Socket, index: u32, details: Option<&mut ErrorRecord>) -> Result<LinkName> {
    get(socket, index, &[], details).map(|link| link.name)
}
