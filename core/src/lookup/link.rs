// SPDX-License-Identifier: MIT OR Apache-2.0
//! Links by name and by index.

use crate::error::{Code, ErrorRecord, Origin, Result};
use crate::exchange::{self, Ending};
use crate::family::record::Record;
use crate::family::rtnetlink::link::{IFLA_ALT_IFNAME, IFLA_IFNAME, Link};
use crate::socket::Socket;
use crate::uapi::{NETLINK_ROUTE, RTM_GETLINK};
use crate::wire::build::Builder;
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
        if socket.protocol() != NETLINK_ROUTE {
            return Err(Code::EOPNOTSUPP);
        }
        let mut m = Builder::growing(64 + ALT_NAME_MAX)?;
        Link { index, ext_mask: SKIP_STATS, ..Link::default() }.begin(&mut m, u32::from(RTM_GETLINK), 0)?;
        if index == 0 {
            let ty = if name.len() < NAME_MAX { IFLA_IFNAME } else { IFLA_ALT_IFNAME };
            m.put_str(u32::from(ty), name)?;
        }
        m.end()?;
        Ok(m)
    };
    let request = match build() {
        Ok(request) => request,
        Err(code) => {
            if let Some(details) = &mut details {
                details.clear();
                details.set(code, Origin::Argument);
            }
            return Err(code);
        }
    };
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

/// Returns the index of the link that has this name, or since Linux 5.5 this alternative name: -ENODEV where there is none, -EINVAL
/// for what can be no name, -EOPNOTSUPP where the socket is not of NETLINK_ROUTE, and as a request.
pub fn link_index(socket: &Socket, name: &[u8], details: Option<&mut ErrorRecord>) -> Result<u32> {
    get(socket, 0, name, details).map(|link| link.index)
}

/// Returns the name of the link with this index; codes as of [`link_index`].
pub fn link_name(socket: &Socket, index: u32, details: Option<&mut ErrorRecord>) -> Result<LinkName> {
    get(socket, index, &[], details).map(|link| link.name)
}
