// SPDX-License-Identifier: MIT OR Apache-2.0
//! Dump requests
//!
//! Each sends a request with NLM_F_REQUEST and NLM_F_DUMP under the next sequence number, which becomes the handle's `seq` and
//! `dump`; rtnl_dump_filter receives the answer. They return the bytes that were sent, or -1 with errno.

use super::attribute::append;
use super::{if_stats_msg, ipstats_req, req_filter_fn_t, rtnl_handle};
use crate::wire::{NLM_F_DUMP, NLM_F_REQUEST, NLMSG_HDRLEN};
use core::ffi::{c_int, c_void};
use core::mem::zeroed;
use libc::{iovec, nlmsghdr, sockaddr_nl};

use super::{__u8, __u32};

/// Message types of linux/rtnetlink.h.
const RTM_GETLINK: u16 = 18;
const RTM_GETADDR: u16 = 22;
const RTM_GETROUTE: u16 = 26;
const RTM_GETNEIGH: u16 = 30;
const RTM_GETRULE: u16 = 34;
const RTM_GETNEIGHTBL: u16 = 66;
const RTM_GETADDRLABEL: u16 = 74;
const RTM_GETNETCONF: u16 = 82;
const RTM_GETMDB: u16 = 86;
const RTM_GETNSID: u16 = 90;
const RTM_GETSTATS: u16 = 94;
const RTM_GETNEXTHOP: u16 = 106;
const RTM_GETVLAN: u16 = 114;
const RTM_GETNEXTHOPBUCKET: u16 = 118;
const RTM_GETTUNNEL: u16 = 122;

/// Attribute of a link request: which parts the answer is to have.
const IFLA_EXT_MASK: u16 = 29;
/// In it: the virtual functions of a device.
const RTEXT_FILTER_VF: u32 = 1;
/// Attribute of a request for a bridge's VLANs: which parts the answer is to have.
const BRIDGE_VLANDB_DUMP_FLAGS: u16 = 1;

/// Flags of every request here.
const FLAGS: u16 = NLM_F_REQUEST | NLM_F_DUMP;

/// A request under construction: header, `LEN` bytes of the family's header, and `ROOM` for what a filter adds.
#[repr(C, align(4))]
struct Request<const LEN: usize, const ROOM: usize> {
    header: nlmsghdr,
    family: [u8; LEN],
    room: [u8; ROOM],
}

impl<const LEN: usize, const ROOM: usize> Request<LEN, ROOM> {
    /// Everything is zero but for length, type, flags, sequence number and the family's header.
    fn new(handle: &mut rtnl_handle, ty: u16, family: [u8; LEN]) -> Request<LEN, ROOM> {
        Request { header: header(handle, ty, LEN), family, room: [0; ROOM] }
    }

    /// All bytes, with what is left of the room.
    fn size() -> usize {
        size_of::<Request<LEN, ROOM>>()
    }

    /// Calls the filter; what it returned, when that is not 0. A message that it made longer than the room is refused.
    fn filter(&mut self, filter: req_filter_fn_t) -> Result<(), c_int> {
        let Some(filter) = filter else {
            return Ok(());
        };
        // SAFETY: the message with the length of its buffer.
        match unsafe { filter((&raw mut *self).cast(), c_int::try_from(Self::size()).unwrap_or(c_int::MAX)) } {
            0 if self.header.nlmsg_len as usize <= Self::size() => Ok(()),
            0 => {
                crate::stderr::set_errno(libc::EMSGSIZE);
                Err(-1)
            }
            code => Err(code),
        }
    }

    /// Sends the first `len` bytes.
    fn send(&self, handle: &rtnl_handle, len: usize) -> c_int {
        let start = (&raw const *self).cast::<c_void>();
        // SAFETY: live memory; `len` is cut to what there is.
        returned(unsafe { libc::send(handle.fd, start, len.min(Self::size()), 0) })
    }

    /// Sends the room as well, as zeros or what the filter left there: the kernel reads the message alone.
    fn send_all(&self, handle: &rtnl_handle) -> c_int {
        self.send(handle, Self::size())
    }

    /// Sends the message.
    fn send_message(&self, handle: &rtnl_handle) -> c_int {
        self.send(handle, self.header.nlmsg_len as usize)
    }
}

/// The header of a request for a dump under the next sequence number.
fn header(handle: &mut rtnl_handle, ty: u16, payload: usize) -> nlmsghdr {
    #[allow(clippy::cast_possible_truncation)] // the caller's, or a few bytes
    let len = payload.saturating_add(NLMSG_HDRLEN) as u32;
    nlmsghdr { nlmsg_len: len, nlmsg_type: ty, nlmsg_flags: FLAGS, nlmsg_seq: next(handle), nlmsg_pid: 0 }
}

/// The next sequence number, which is that of the dump.
fn next(handle: &mut rtnl_handle) -> u32 {
    handle.seq = handle.seq.wrapping_add(1);
    handle.dump = handle.seq;
    handle.seq
}

/// The result of a send as C has it.
fn returned(sent: isize) -> c_int {
    c_int::try_from(sent).unwrap_or(c_int::MAX)
}

/// The first byte of a family's header is the address family, the rest is zero.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 8 bits, as C stores it
fn family_header<const LEN: usize>(family: c_int) -> [u8; LEN] {
    let mut bytes = [0; LEN];
    if let Some(first) = bytes.first_mut() {
        *first = family as u8;
    }
    bytes
}

/// A request that is a family header alone.
///
/// # Safety
/// `rth` is an open handle.
unsafe fn plain<const LEN: usize>(rth: *mut rtnl_handle, ty: u16, family: c_int) -> c_int {
    // SAFETY: the caller's promise.
    let handle = unsafe { &mut *rth };
    Request::<LEN, 0>::new(handle, ty, family_header(family)).send_message(handle)
}

/// A request to which a filter may add, sent with its room.
///
/// # Safety
/// `rth` is an open handle, and the filter stays within the length that it is given.
unsafe fn filtered<const LEN: usize, const ROOM: usize>(
    rth: *mut rtnl_handle,
    ty: u16,
    family: c_int,
    filter: req_filter_fn_t,
) -> c_int {
    // SAFETY: the caller's promise.
    let mut request = Request::<LEN, ROOM>::new(unsafe { &mut *rth }, ty, family_header(family));
    match request.filter(filter) {
        // SAFETY: as above.
        Ok(()) => request.send_all(unsafe { &*rth }),
        Err(code) => code,
    }
}

/// Requests the addresses.
///
/// @param family     AF_UNSPEC, AF_INET, AF_INET6
/// @param filter_fn  may be NULL; adds attributes to the message in a buffer of the given bytes, and returns 0
/// @return the bytes that were sent; -1 with errno, EMSGSIZE: the filter made the message longer than its buffer; or what filter_fn
///         returned
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_addrdump_req(rth: *mut rtnl_handle, family: c_int, filter_fn: req_filter_fn_t) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { filtered::<8, 128>(rth, RTM_GETADDR, family, filter_fn) }
}

/// Requests the labels of address selection.
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_addrlbldump_req(rth: *mut rtnl_handle, family: c_int) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { plain::<12>(rth, RTM_GETADDRLABEL, family) }
}

/// Requests the routes; filter_fn as in rtnl_addrdump_req.
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_routedump_req(rth: *mut rtnl_handle, family: c_int, filter_fn: req_filter_fn_t) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { filtered::<12, 128>(rth, RTM_GETROUTE, family, filter_fn) }
}

/// Requests the rules.
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_ruledump_req(rth: *mut rtnl_handle, family: c_int) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { plain::<12>(rth, RTM_GETRULE, family) }
}

/// Requests the neighbours; filter_fn as in rtnl_addrdump_req.
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_neighdump_req(rth: *mut rtnl_handle, family: c_int, filter_fn: req_filter_fn_t) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { filtered::<12, 256>(rth, RTM_GETNEIGH, family, filter_fn) }
}

/// Requests the neighbour tables with their parameters.
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_neightbldump_req(rth: *mut rtnl_handle, family: c_int) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { plain::<4>(rth, RTM_GETNEIGHTBL, family) }
}

/// Requests the multicast groups of bridges.
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_mdbdump_req(rth: *mut rtnl_handle, family: c_int) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { plain::<8>(rth, RTM_GETMDB, family) }
}

/// Requests the VLANs of bridges.
///
/// @param dump_flags  BRIDGE_VLANDB_DUMPF_…: which parts
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_brvlandump_req(rth: *mut rtnl_handle, family: c_int, dump_flags: __u32) -> c_int {
    // SAFETY: the caller's promise.
    let mut request = Request::<8, 256>::new(unsafe { &mut *rth }, RTM_GETVLAN, family_header(family));
    // SAFETY: the room is there.
    unsafe { append(&raw mut request.header, BRIDGE_VLANDB_DUMP_FLAGS, &dump_flags.to_ne_bytes()) };
    // SAFETY: as above.
    request.send_all(unsafe { &*rth })
}

/// Requests the configuration of devices.
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_netconfdump_req(rth: *mut rtnl_handle, family: c_int) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { plain::<4>(rth, RTM_GETNETCONF, family) }
}

/// A request for links without attributes.
///
/// # Safety
/// `rth` is an open handle.
unsafe fn links(rth: *mut rtnl_handle, family: c_int) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { plain::<16>(rth, RTM_GETLINK, family) }
}

/// Requests the links; of AF_UNSPEC with their virtual functions.
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_linkdump_req(rth: *mut rtnl_handle, family: c_int) -> c_int {
    if family == libc::AF_UNSPEC {
        // SAFETY: the caller's promise.
        return unsafe { rtnl_linkdump_req_filter(rth, family, RTEXT_FILTER_VF) };
    }
    // SAFETY: the caller's promise.
    unsafe { links(rth, family) }
}

/// Requests the links.
///
/// @param filter_mask  RTEXT_FILTER_…: which parts; for AF_UNSPEC and AF_BRIDGE alone, other families have none to choose from
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_linkdump_req_filter(rth: *mut rtnl_handle, family: c_int, filter_mask: __u32) -> c_int {
    if family != libc::AF_UNSPEC && family != libc::AF_BRIDGE {
        // SAFETY: the caller's promise.
        return unsafe { links(rth, family) };
    }
    // SAFETY: the caller's promise.
    let mut request = Request::<16, 8>::new(unsafe { &mut *rth }, RTM_GETLINK, family_header(family));
    // SAFETY: the room is there.
    unsafe { append(&raw mut request.header, IFLA_EXT_MASK, &filter_mask.to_ne_bytes()) };
    // SAFETY: as above.
    request.send_message(unsafe { &*rth })
}

/// Requests the links; filter_fn as in rtnl_addrdump_req, not NULL, and called for AF_UNSPEC and AF_PACKET alone.
///
/// @return as rtnl_addrdump_req; -EINVAL: no filter_fn for one of these
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_linkdump_req_filter_fn(
    rth: *mut rtnl_handle,
    family: c_int,
    filter_fn: req_filter_fn_t,
) -> c_int {
    if family != libc::AF_UNSPEC && family != libc::AF_PACKET {
        // SAFETY: the caller's promise.
        return unsafe { links(rth, family) };
    }
    // SAFETY: the caller's promise.
    unsafe { filtered_message::<16>(rth, RTM_GETLINK, family, filter_fn) }
}

/// A request to which a filter adds, sent without the room that is left.
///
/// # Safety
/// `rth` is an open handle, and the filter stays within the length that it is given.
unsafe fn filtered_message<const LEN: usize>(
    rth: *mut rtnl_handle,
    ty: u16,
    family: c_int,
    filter: req_filter_fn_t,
) -> c_int {
    // SAFETY: the caller's promise.
    let mut request = Request::<LEN, 1024>::new(unsafe { &mut *rth }, ty, family_header(family));
    if filter.is_none() {
        return -libc::EINVAL;
    }
    match request.filter(filter) {
        // SAFETY: as above.
        Ok(()) => request.send_message(unsafe { &*rth }),
        Err(code) => code,
    }
}

/// Requests the forwarding entries of bridges; filter_fn as in rtnl_addrdump_req.
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_fdb_linkdump_req_filter_fn(rth: *mut rtnl_handle, filter_fn: req_filter_fn_t) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { filtered::<16, 128>(rth, RTM_GETNEIGH, libc::AF_BRIDGE, filter_fn) }
}

/// Requests the IDs of network namespaces; filter_fn as in rtnl_addrdump_req, but not NULL.
///
/// @return as rtnl_addrdump_req; -EINVAL: no filter_fn
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_nsiddump_req_filter_fn(
    rth: *mut rtnl_handle,
    family: c_int,
    filter_fn: req_filter_fn_t,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { filtered_message::<4>(rth, RTM_GETNSID, family, filter_fn) }
}

/// Requests statistics of links.
///
/// @param filt_mask    IFLA_STATS_FILTER_BIT(…): which
/// @param filter_fn    may be NULL; adds attributes to the request, and returns 0
/// @param filter_data  for filter_fn
/// @return as rtnl_addrdump_req
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_statsdump_req_filter(
    rth: *mut rtnl_handle,
    fam: c_int,
    filt_mask: __u32,
    filter_fn: Option<unsafe extern "C" fn(req: *mut ipstats_req, data: *mut c_void) -> c_int>,
    filter_data: *mut c_void,
) -> c_int {
    // SAFETY: the caller's promise.
    let handle = unsafe { &mut *rth };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 8 bits, as C stores it
    let ifsm = if_stats_msg { family: fam as u8, pad1: 0, pad2: 0, ifindex: 0, filter_mask: filt_mask };
    let mut request = ipstats_req { nlh: header(handle, RTM_GETSTATS, size_of::<if_stats_msg>()), ifsm, buf: [0; 128] };
    if let Some(filter) = filter_fn {
        // SAFETY: a live request, and what the caller wants to be passed.
        let code = unsafe { filter(&raw mut request, filter_data) };
        if code != 0 {
            return code;
        }
        if request.nlh.nlmsg_len as usize > size_of::<ipstats_req>() {
            crate::stderr::set_errno(libc::EMSGSIZE);
            return -1;
        }
    }
    // SAFETY: live memory with its length.
    returned(unsafe { libc::send(handle.fd, (&raw const request).cast(), size_of::<ipstats_req>(), 0) })
}

/// Requests any dump.
///
/// @param type  the message type
/// @param req   what follows the message's header
/// @param len   bytes of that
/// @return the bytes that were sent; -1 with errno, EINVAL: len is negative
///
/// # Safety
/// `rth` is an open handle, and `req` has `len` readable bytes.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_dump_request(
    rth: *mut rtnl_handle,
    r#type: c_int,
    req: *mut c_void,
    len: c_int,
) -> c_int {
    let Ok(len) = usize::try_from(len) else {
        crate::stderr::set_errno(libc::EINVAL);
        return -1;
    };
    // SAFETY: the caller's promise.
    let handle = unsafe { &mut *rth };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 16 bits, as C stores it
    let mut header = header(handle, r#type as u16, len);
    let mut parts =
        [iovec { iov_base: (&raw mut header).cast(), iov_len: NLMSG_HDRLEN }, iovec { iov_base: req, iov_len: len }];
    // SAFETY: live memory with its lengths; the kernel checks the caller's.
    unsafe { send_parts(handle.fd, parts.as_mut_ptr(), parts.len()) }
}

/// Requests any dump by a message of the caller's, which gets flags, sequence number and port ID 0.
///
/// @return the bytes that were sent; -1 with errno
///
/// # Safety
/// `rth` is an open handle, and `n` a message that may be written.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_dump_request_n(rth: *mut rtnl_handle, n: *mut nlmsghdr) -> c_int {
    // SAFETY: the caller's promise.
    let handle = unsafe { &mut *rth };
    let seq = next(handle);
    // SAFETY: the caller's promise.
    let len = unsafe {
        (*n).nlmsg_flags = FLAGS;
        (*n).nlmsg_pid = 0;
        (*n).nlmsg_seq = seq;
        (*n).nlmsg_len as usize
    };
    let mut part = iovec { iov_base: n.cast(), iov_len: len };
    // SAFETY: live memory with its length; the kernel checks the caller's.
    unsafe { send_parts(handle.fd, &raw mut part, 1) }
}

/// Sends parts of memory to the kernel as one datagram; -1 with errno.
///
/// # Safety
/// `parts` has `count` parts.
pub(crate) unsafe fn send_parts(fd: c_int, parts: *mut iovec, count: usize) -> c_int {
    // SAFETY: plain numbers.
    let mut kernel: sockaddr_nl = unsafe { zeroed() };
    #[allow(clippy::cast_possible_truncation)] // 16
    let family = libc::AF_NETLINK as libc::sa_family_t;
    kernel.nl_family = family;
    // SAFETY: msghdr is plain numbers and pointers, for which zero is "none".
    let mut message: libc::msghdr = unsafe { zeroed() };
    message.msg_name = (&raw mut kernel).cast();
    #[allow(clippy::cast_possible_truncation)] // 12
    let name_len = crate::receive::ADDRESS_LEN as libc::socklen_t;
    message.msg_namelen = name_len;
    message.msg_iov = parts;
    message.msg_iovlen = count as _;
    // SAFETY: everything that the header points to lives through the call; the kernel checks the caller's memory.
    returned(unsafe { libc::sendmsg(fd, &raw const message, 0) })
}

/// Requests the nexthops; filter_fn as in rtnl_addrdump_req.
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_nexthopdump_req(
    rth: *mut rtnl_handle,
    family: c_int,
    filter_fn: req_filter_fn_t,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { filtered::<8, 128>(rth, RTM_GETNEXTHOP, family, filter_fn) }
}

/// Requests the buckets of resilient nexthop groups; filter_fn as in rtnl_addrdump_req.
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_nexthop_bucket_dump_req(
    rth: *mut rtnl_handle,
    family: c_int,
    filter_fn: req_filter_fn_t,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { filtered::<8, 128>(rth, RTM_GETNEXTHOPBUCKET, family, filter_fn) }
}

/// Requests the entries of a tunnel device.
///
/// @param ifindex  the device
/// @param flags    TUNNEL_MSG_FLAG_…
///
/// # Safety
/// `rth` is an open handle.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rtnl_tunneldump_req(
    rth: *mut rtnl_handle,
    family: c_int,
    ifindex: c_int,
    flags: __u8,
) -> c_int {
    let [i0, i1, i2, i3] = ifindex.to_ne_bytes();
    let [family, ..] = family_header::<1>(family);
    // struct tunnel_msg.
    let bytes = [family, flags, 0, 0, i0, i1, i2, i3];
    // SAFETY: the caller's promise.
    let handle = unsafe { &mut *rth };
    Request::<8, 256>::new(handle, RTM_GETTUNNEL, bytes).send_all(handle)
}
