// SPDX-License-Identifier: MIT OR Apache-2.0
//! sock_diag: the sockets of a network namespace.

use super::addr::{AF_INET6, Addr, BYTES_AT, PREFIX_AT, bits_of};
use super::record::{Field, Fields, HeaderField, Kind, Layout, Record, Width, read_header, store, table, u8_at, write};
use crate::error::Result;
use crate::mem::plain::plain;
use crate::wire::array_at;
use crate::wire::build::Builder;
use core::ffi::c_char;
use core::mem::offset_of;

/// SOCK_DIAG_BY_FAMILY: the type of requests and of answers.
pub(crate) const SOCK_DIAG_BY_FAMILY: u16 = 20;

/// Returns the message type of requests and answers.
pub const fn message_type() -> u32 {
    SOCK_DIAG_BY_FAMILY as u32
}

/// A socket of TCP, UDP, SCTP ... over IPv4 or IPv6.
///
/// In a request for a dump, `states` and `extensions` select the sockets and the attributes; for one socket there are
/// its addresses
/// and ports.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InetSocket {
    /// Must be 0.
    pub set: u32,
    /// idiag_family: AF_INET or AF_INET6.
    pub family: u32,
    /// sdiag_protocol of a request: IPPROTO_TCP, IPPROTO_UDP, ...
    pub protocol: u32,
    /// idiag_ext of a request: bit INET_DIAG_... - 1 for each attribute that the answer is to have.
    pub extensions: u32,
    /// idiag_states of a request: bit TCP_... for each state that is selected; 0xffffffff: all.
    pub states: u32,
    /// idiag_state: TCP_ESTABLISHED, ...
    pub state: u32,
    /// idiag_timer: 0: none; 1: retransmission; 2: keep-alive; 3: time-wait; 4: zero window probe.
    pub timer: u32,
    /// idiag_retrans: retransmissions.
    pub retrans: u32,
    /// idiag_sport: the socket's own port.
    pub sport: u32,
    /// idiag_dport: the other end's port.
    pub dport: u32,
    /// idiag_if: link to which the socket is bound.
    pub oif: u32,
    /// idiag_expires: milliseconds until the timer fires.
    pub expires: u32,
    /// idiag_rqueue: bytes received and not read; of a listening socket the connections that wait.
    pub rqueue: u32,
    /// idiag_wqueue: bytes sent and not acknowledged; of a listening socket how many connections may wait.
    pub wqueue: u32,
    /// idiag_uid: the user whose socket it is.
    pub uid: u32,
    /// idiag_inode: inode of the socket.
    pub inode: u32,
    /// idiag_cookie: number of the socket, its low half; both 0xffffffff in a request: any.
    pub cookie_low: u32,
    /// idiag_cookie: its high half.
    pub cookie_high: u32,
    /// INET_DIAG_MARK: mark of the packets.
    pub mark: u32,
    /// INET_DIAG_SHUTDOWN: bit 0: receiving, bit 1: sending has ended.
    pub shutdown: u32,
    /// INET_DIAG_SKV6ONLY: 1: IPv6 alone.
    pub v6_only: u32,
    /// INET_DIAG_TOS: type of service.
    pub tos: u32,
    /// idiag_src: the socket's own address.
    pub src: Addr,
    /// idiag_dst: the other end's address.
    pub dst: Addr,
    /// INET_DIAG_CONG: name of the congestion control algorithm, with its NUL.
    pub congestion: [c_char; 16],
}

/// A socket of AF_UNIX.
///
/// In a request for a dump, `states` and `show` select the sockets and the attributes. Their names (UNIX_DIAG_NAME) are
/// read as
/// attributes, since they may hold NULs.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnixSocket {
    /// Must be 0.
    pub set: u32,
    /// udiag_family: AF_UNIX.
    pub family: u32,
    /// udiag_type: SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET.
    pub r#type: u32,
    /// udiag_state: TCP_ESTABLISHED, TCP_LISTEN, ...
    pub state: u32,
    /// udiag_ino: inode of the socket; 0 in a request for a dump.
    pub inode: u32,
    /// udiag_states of a request: bit TCP_... for each state that is selected; 0xffffffff: all.
    pub states: u32,
    /// udiag_show of a request: UDIAG_SHOW_...
    pub show: u32,
    /// udiag_cookie: number of the socket, its low half; both 0xffffffff in a request: any.
    pub cookie_low: u32,
    /// udiag_cookie: its high half.
    pub cookie_high: u32,
    /// UNIX_DIAG_VFS: inode of the file that the name is.
    pub vfs_inode: u32,
    /// UNIX_DIAG_VFS: device of that file.
    pub vfs_dev: u32,
    /// UNIX_DIAG_PEER: inode of the other end.
    pub peer: u32,
    /// UNIX_DIAG_RQLEN: bytes received and not read; of a listening socket the connections that wait.
    pub rqueue: u32,
    /// UNIX_DIAG_RQLEN: bytes sent and not read; of a listening socket how many connections may wait.
    pub wqueue: u32,
    /// UNIX_DIAG_SHUTDOWN: bit 0: receiving, bit 1: sending has ended.
    pub shutdown: u32,
    /// UNIX_DIAG_UID: the user whose socket it is. Since Linux 5.3.
    pub uid: u32,
}

plain! {
    InetSocket {
        set: u32, family: u32, protocol: u32, extensions: u32, states: u32, state: u32, timer: u32, retrans: u32,
        sport: u32, dport: u32, oif: u32, expires: u32, rqueue: u32, wqueue: u32, uid: u32, inode: u32, cookie_low: u32,
        cookie_high: u32, mark: u32, shutdown: u32, v6_only: u32, tos: u32, src: Addr, dst: Addr,
        congestion: [c_char; 16],
    }
    UnixSocket {
        set: u32, family: u32, r#type: u32, state: u32, inode: u32, states: u32, show: u32, cookie_low: u32,
        cookie_high: u32, vfs_inode: u32, vfs_dev: u32, peer: u32, rqueue: u32, wqueue: u32, shutdown: u32, uid: u32,
    }
}

/// A field of a header: offset there, width, field of the record.
macro_rules! header {
    ($record:ident: $(($from:expr, $width:ident, $field:ident)),* $(,)?) => {
        &[$(HeaderField::new($from, Width::$width, offset_of!($record, $field))),*]
    };
}

static INET: [Field; 16] = table(&[
    (4, Field::sized(Kind::Text, offset_of!(InetSocket, congestion), 16)),
    (5, Field::new(Kind::U8, offset_of!(InetSocket, tos))),
    (8, Field::new(Kind::U8, offset_of!(InetSocket, shutdown))),
    (11, Field::new(Kind::U8, offset_of!(InetSocket, v6_only))),
    (15, Field::new(Kind::U32, offset_of!(InetSocket, mark))),
]);

static UNIX: [Field; 8] = table(&[
    (1, Field::sized(Kind::Words, offset_of!(UnixSocket, vfs_inode), 8)),
    (2, Field::new(Kind::U32, offset_of!(UnixSocket, peer))),
    (4, Field::sized(Kind::Words, offset_of!(UnixSocket, rqueue), 8)),
    (6, Field::new(Kind::U8, offset_of!(UnixSocket, shutdown))),
    (7, Field::new(Kind::U32, offset_of!(UnixSocket, uid))),
]);

impl Record for InetSocket {}

impl Fields for InetSocket {
    /// An answer: struct inet_diag_msg.
    const LAYOUT: Layout = Layout {
        size: size_of::<InetSocket>(),
        first_size: 152,
        header: 72,
        types: SOCK_DIAG_BY_FAMILY,
        families: &[offset_of!(InetSocket, family)],
        header_fields: header!(InetSocket:
            (0, W8, family), (1, W8, state), (2, W8, timer), (3, W8, retrans), (4, Be16, sport), (6, Be16, dport),
            (40, W32, oif), (44, W32, cookie_low), (48, W32, cookie_high), (52, W32, expires), (56, W32, rqueue),
            (60, W32, wqueue), (64, W32, uid), (68, W32, inode),
        ),
        fields: &INET,
        nests: &[],
        read_header,
        after_read: read_addresses,
        before_write: |_, _| {},
        finish_header: |image, header| write_addresses(image, header, ANSWER_ID),
    };
}

/// Where struct inet_diag_sockid stands in an answer and in a request.
const ANSWER_ID: usize = 4;
const REQUEST_ID: usize = 8;
/// Where in it the addresses are.
const ADDRESSES: [(usize, usize); 2] = [(4, offset_of!(InetSocket, src)), (20, offset_of!(InetSocket, dst))];

fn read_addresses(image: &mut [u8], header: &[u8]) {
    let family = u8_at(header, 0);
    for (from, at) in ADDRESSES {
        let bytes: [u8; 16] = array_at(header, ANSWER_ID + from).unwrap_or([0; 16]);
        store(image, at, family.to_ne_bytes());
        store(image, at + PREFIX_AT, bits_of(family).to_ne_bytes());
        if family == AF_INET6 {
            store(image, at + BYTES_AT, bytes);
        } else {
            store::<4>(image, at + BYTES_AT, array_at(&bytes, 0).unwrap_or([0; 4]));
        }
    }
}

fn write_addresses(image: &[u8], header: &mut [u8], id: usize) {
    for (to, at) in ADDRESSES {
        store::<16>(header, id + to, array_at(image, at + BYTES_AT).unwrap_or([0; 16]));
    }
}

impl InetSocket {
    /// A request: struct inet_diag_req_v2.
    #[doc(hidden)]
    pub const REQUEST: Layout = Layout {
        header: 56,
        header_fields: header!(InetSocket:
            (0, W8, family), (1, W8, protocol), (2, W8, extensions), (4, W32, states), (8, Be16, sport),
            (10, Be16, dport), (44, W32, oif), (48, W32, cookie_low), (52, W32, cookie_high),
        ),
        fields: &[],
        after_read: |_, _| {},
        finish_header: |image, header| write_addresses(image, header, REQUEST_ID),
        ..InetSocket::LAYOUT
    };
}

impl InetSocket {
    /// Begins a request for sockets.
    pub fn begin_request(&self, m: &mut Builder, flags: u32) -> Result<()> {
        begin_request(self, &InetSocket::REQUEST, m, flags)
    }
}

impl UnixSocket {
    /// Begins a request for sockets.
    pub fn begin_request(&self, m: &mut Builder, flags: u32) -> Result<()> {
        begin_request(self, &UnixSocket::REQUEST, m, flags)
    }
}

fn begin_request<R: Record>(record: &R, layout: &Layout, m: &mut Builder, flags: u32) -> Result<()> {
    m.begin_out_of_line(message_type(), flags)?;
    let mut record = *record;
    write(layout, record.image_mut(), message_type(), m)
}

impl Record for UnixSocket {}

impl Fields for UnixSocket {
    /// An answer: struct unix_diag_msg.
    const LAYOUT: Layout = Layout {
        size: size_of::<UnixSocket>(),
        first_size: 64,
        header: 16,
        types: SOCK_DIAG_BY_FAMILY,
        families: &[offset_of!(UnixSocket, family)],
        header_fields: header!(UnixSocket:
            (0, W8, family), (1, W8, r#type), (2, W8, state), (4, W32, inode), (8, W32, cookie_low),
            (12, W32, cookie_high),
        ),
        fields: &UNIX,
        nests: &[],
        read_header,
        after_read: |_, _| {},
        before_write: |_, _| {},
        finish_header: |_, _| {},
    };
}

impl UnixSocket {
    /// A request: struct unix_diag_req.
    #[doc(hidden)]
    pub const REQUEST: Layout = Layout {
        header: 24,
        header_fields: header!(UnixSocket:
            (0, W8, family), (4, W32, states), (8, W32, inode), (12, W32, show), (16, W32, cookie_low),
            (20, W32, cookie_high),
        ),
        fields: &[],
        ..UnixSocket::LAYOUT
    };
}
