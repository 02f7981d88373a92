// SPDX-License-Identifier: MIT OR Apache-2.0
//! Callbacks for what was received

use super::message::is_or_any;
use super::{MNL_CB_ERROR, MNL_CB_OK, MNL_CB_STOP, behind, fail, set_errno};
use core::ffi::{c_int, c_uint, c_void};
use nlrs_core::uapi::{
    NLM_F_DUMP_INTR, NLMSG_DONE, NLMSG_ERROR, NLMSG_HDRLEN, NLMSG_MIN_TYPE, NLMSG_NOOP, NLMSG_OVERRUN, NLMSGERR_LEN,
};
use nlrs_core::wire::message::{Cursor, Header};

/// A callback for messages: below 0 ends the run with an error, 0 ends it, above 0 continues.
#[allow(non_camel_case_types)] // C's name
pub type mnl_cb_t = Option<unsafe extern "C" fn(nlh: *const libc::nlmsghdr, data: *mut c_void) -> c_int>;

/// What a message is handled by when the caller has no control callback for its type.
///
/// # Safety
/// `message` has `header.len` readable bytes.
unsafe fn control(message: *const u8, header: Header, before: c_int) -> c_int {
    match header.ty {
        NLMSG_NOOP | NLMSG_OVERRUN => MNL_CB_OK,
        NLMSG_DONE => MNL_CB_STOP,
        NLMSG_ERROR => {
            if (header.len as usize) < NLMSG_HDRLEN + NLMSGERR_LEN {
                return fail(libc::EBADMSG);
            }
            // SAFETY: the code is behind the header, and the message is longer than that.
            let code = unsafe { behind::<_, c_int>(message, NLMSG_HDRLEN).read_unaligned() };
            // An ack is an error of 0. Netfilter's older messages have codes above 0.
            set_errno(if code < 0 { code.wrapping_neg() } else { code });
            if code == 0 { MNL_CB_STOP } else { MNL_CB_ERROR }
        }
        _ => before,
    }
}

/// Calls callbacks for the messages of a datagram, in turn, until one returns less than 1 or what is left is no
/// message.
///
/// Before each message its port ID, its sequence number and the mark of an interrupted dump are checked.
///
/// @param buf               the datagram
/// @param numbytes          its bytes
/// @param seq               the sequence number that messages must have; 0: any, as a message's 0 is
/// @param portid            the port ID that messages must have; 0: any, as a message's 0 is
/// @param cb_data           for messages of type 16 and above; NULL: they are passed over
/// @param data              for the callbacks
/// @param cb_ctl_array      for messages below type 16, by type. A NULL in it: they are passed over. Where it ends, as in mnl_cb_run
/// @param cb_ctl_array_len  how many cb_ctl_array has
/// @return what the last callback returned: 1 or more to continue, 0 to end, less after an error; or -1 with errno ESRCH: another port ID,
///         EPROTO: another sequence number, EINTR: a dump that is inconsistent
///
/// # Safety
/// `buf` has `numbytes` readable bytes, `cb_ctl_array` is NULL or has `cb_ctl_array_len` callbacks; all take `data`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_cb_run2(
    buf: *const c_void,
    numbytes: usize,
    seq: c_uint,
    portid: c_uint,
    cb_data: mnl_cb_t,
    data: *mut c_void,
    cb_ctl_array: *mut mnl_cb_t,
    cb_ctl_array_len: c_uint,
) -> c_int {
    let controls = if cb_ctl_array.is_null() { 0 } else { cb_ctl_array_len };
    let mut ret = MNL_CB_OK;
    if isize::try_from(numbytes).is_err() || buf.is_null() {
        return ret;
    }
    let mut cursor = Cursor::new(numbytes);
    loop {
        let message = behind::<_, u8>(buf, cursor.at);
        let header = {
            // SAFETY: the caller's promise. The reference ends here: callbacks may write.
            let datagram = unsafe { core::slice::from_raw_parts(buf.cast::<u8>(), numbytes) };
            match cursor.next(datagram) {
                Ok(Some(message)) => message.header(),
                _ => return ret,
            }
        };
        if !is_or_any(header.portid, portid) {
            return fail(libc::ESRCH);
        }
        if !is_or_any(header.seq, seq) {
            return fail(libc::EPROTO);
        }
        if header.flags & NLM_F_DUMP_INTR != 0 {
            return fail(libc::EINTR);
        }
        let callback = if header.ty >= NLMSG_MIN_TYPE {
            cb_data
        } else if c_uint::from(header.ty) < controls {
            // SAFETY: the array has that many.
            unsafe { *cb_ctl_array.add(usize::from(header.ty)) }
        } else {
            // SAFETY: the cursor has checked the message's length.
            ret = unsafe { control(message, header, ret) };
            if ret <= 0 {
                return ret;
            }
            continue;
        };
        if let Some(callback) = callback {
            // SAFETY: the caller's promise.
            ret = unsafe { callback(message.cast(), data) };
            if ret <= 0 {
                return ret;
            }
        }
    }
}

/// mnl_cb_run2 without control callbacks: NLMSG_NOOP and NLMSG_OVERRUN are passed over, NLMSG_DONE and an ack end the
/// run with 0, and an error ends it with -1 and its code in errno (EBADMSG when it is cut short).
///
/// # Safety
/// `buf` has `numbytes` readable bytes; `cb_data` takes `data`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mnl_cb_run(
    buf: *const c_void,
    numbytes: usize,
    seq: c_uint,
    portid: c_uint,
    cb_data: mnl_cb_t,
    data: *mut c_void,
) -> c_int {
    // SAFETY: the caller's promise; no control callbacks.
    unsafe { mnl_cb_run2(buf, numbytes, seq, portid, cb_data, data, core::ptr::null_mut(), 0) }
}
