// SPDX-License-Identifier: MIT OR Apache-2.0
//! libnetlink's functions, one file for each section of the header.
//!
//! The contract is libnetlink's: a pointer is to what its type says and is not NULL unless the comment allows it, and a message's
//! length is true as far as the function writes. Within that, what can be known is checked. Nothing here can panic.
#![allow(non_camel_case_types)] // C's names

pub mod attribute;
pub mod dump;
pub mod error;
pub mod listen;
pub mod parse;
pub mod policy;
pub mod request;
pub mod socket;
pub mod talk;

use core::ffi::{c_char, c_int, c_void};
use libc::{FILE, nlmsghdr, sockaddr_nl};

/// The kernel's integer types, which the header uses.
pub type __u8 = u8;
/// 16 bits.
pub type __u16 = u16;
/// 32 bits.
pub type __u32 = u32;
/// 64 bits.
pub type __u64 = u64;

/// struct rtnl_handle: a socket and what belongs to it. The caller's to allocate.
#[repr(C)]
#[derive(Debug)]
pub struct rtnl_handle {
    fd: c_int,
    local: sockaddr_nl,
    peer: sockaddr_nl,
    seq: u32,
    dump: u32,
    proto: c_int,
    dump_fp: *mut FILE,
    flags: c_int,
}

/// struct rtattr.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct rtattr {
    rta_len: u16,
    rta_type: u16,
}

/// struct rtnl_ctrl_data: what is known of a datagram beside its bytes.
#[repr(C)]
#[derive(Debug)]
pub struct rtnl_ctrl_data {
    nsid: c_int,
}

/// struct if_stats_msg.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct if_stats_msg {
    family: u8,
    pad1: u8,
    pad2: u16,
    ifindex: u32,
    filter_mask: u32,
}

/// struct ipstats_req: a request for statistics, with room for what a filter adds.
#[repr(C)]
#[derive(Debug)]
pub struct ipstats_req {
    nlh: nlmsghdr,
    ifsm: if_stats_msg,
    buf: [c_char; 128],
}

/// Adds attributes to a dump request in a buffer of the given length.
pub type req_filter_fn_t = Option<unsafe extern "C" fn(nlh: *mut nlmsghdr, reqlen: c_int) -> c_int>;
/// Takes a message of a dump.
pub type rtnl_filter_t = Option<unsafe extern "C" fn(n: *mut nlmsghdr, arg: *mut c_void) -> c_int>;
/// Decides what an error in a dump means.
pub type rtnl_err_hndlr_t = Option<unsafe extern "C" fn(n: *mut nlmsghdr, arg: *mut c_void) -> c_int>;
/// Takes a message from a socket or a file.
pub type rtnl_listen_filter_t =
    Option<unsafe extern "C" fn(ctrl: *mut rtnl_ctrl_data, n: *mut nlmsghdr, arg: *mut c_void) -> c_int>;
/// Takes what an extended ack says.
pub type nl_ext_ack_fn_t =
    Option<unsafe extern "C" fn(errmsg: *const c_char, off: u32, inner_nlh: *const nlmsghdr) -> c_int>;

/// The protocol of sockets that look for sockets. A kernel without a kind of sockets returns an error in place of their dump, and
/// there is nothing to report then.
const NETLINK_SOCK_DIAG: c_int = 4;

/// The flags of a handle.
const RTNL_HANDLE_F_LISTEN_ALL_NSID: c_int = 1;
const RTNL_HANDLE_F_SUPPRESS_NLERR: c_int = 2;
const RTNL_HANDLE_F_STRICT_CHK: c_int = 4;

/// `bytes` bytes behind `pointer`; not followed.
#[inline(always)]
pub(crate) fn behind<T, U>(pointer: *const T, bytes: usize) -> *mut U {
    pointer.cast::<u8>().wrapping_add(bytes).cast_mut().cast()
}

/// The bytes from `from` to `to`, which is not before it.
#[inline(always)]
pub(crate) fn distance<T, U>(from: *const T, to: *const U) -> usize {
    to.addr().wrapping_sub(from.addr())
}
