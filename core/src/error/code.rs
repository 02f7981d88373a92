// SPDX-License-Identifier: MIT OR Apache-2.0
//! Codes: the negative numbers with which calls fail.

use core::num::NonZeroI32;

/// Of a batch, some messages were refused.
pub const NLRS_EPARTIAL: i32 = -0x10001;
/// The message was not sent.
pub const NLRS_ENOTSENT: i32 = -0x10002;
/// The message was sent, and its status was lost.
pub const NLRS_EUNKNOWN: i32 = -0x10003;
/// There is no entry with that index.
pub const NLRS_EINDEX: i32 = -0x10004;
/// The table changed during the dump, whose objects may be inconsistent. Repeat the dump.
pub const NLRS_EINTR_DUMP: i32 = -0x10005;
/// The receive buffer overflowed: messages were lost.
pub const NLRS_EOVERRUN: i32 = -0x10006;
/// A datagram was longer than the buffer: its end was lost.
pub const NLRS_ETRUNC: i32 = -0x10007;
/// The deadline passed.
pub const NLRS_ETIMEDOUT: i32 = -0x10008;
/// nlrs_socket_cancel() or nlrs_monitor_cancel() ended the call.
pub const NLRS_ECANCELED: i32 = -0x10009;
/// The object is in use: a socket by an open dump or by a call of the same thread, a batch that was sent and not reset,
/// a policy that another one points to, a peer that has a socket.
pub const NLRS_EBUSY: i32 = -0x1000a;
/// The socket was closed.
pub const NLRS_ECLOSED: i32 = -0x1000b;
/// The transaction was refused, and nothing of it was applied.
pub const NLRS_EABORTED: i32 = -0x1000c;

/// Returned by a callback: ends the call with success.
pub const NLRS_STOP: i32 = 1;

/// The reason of a failure: a negative number, which is an errno (-1 … -65535) or one of the library's own (`NLRS_E…`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(transparent)]
pub struct Code(NonZeroI32);

/// The result of a call that can fail.
pub type Result<T> = core::result::Result<T, Code>;

/// The codes that the library itself returns.
impl Code {
    /// Bad argument.
    pub const EINVAL: Code = Code::of(-libc::EINVAL);
    /// No memory.
    pub const ENOMEM: Code = Code::of(-libc::ENOMEM);
    /// The caller's buffer is full.
    pub const ENOSPC: Code = Code::of(-libc::ENOSPC);
    /// Too long for an attribute, a nest or a message.
    pub const EMSGSIZE: Code = Code::of(-libc::EMSGSIZE);
    /// A value or size is out of range.
    pub const ERANGE: Code = Code::of(-libc::ERANGE);
    /// Malformed bytes.
    pub const EBADMSG: Code = Code::of(-libc::EBADMSG);
    /// Not a message of the kind that is wanted.
    pub const ENOMSG: Code = Code::of(-libc::ENOMSG);
    /// Absent.
    pub const ENOENT: Code = Code::of(-libc::ENOENT);
    /// No such link.
    pub const ENODEV: Code = Code::of(-libc::ENODEV);
    /// Nothing is there yet.
    pub const EAGAIN: Code = Code::of(-libc::EAGAIN);
    /// Not to be done a second time.
    pub const EBUSY: Code = Code::BUSY;
    /// Interrupted by a signal; never returned to a caller.
    pub const EINTR: Code = Code::of(-libc::EINTR);
    /// The kernel's code for a receive buffer that overflowed.
    pub const ENOBUFS: Code = Code::of(-libc::ENOBUFS);
    /// The option is unknown to this kernel.
    pub const ENOPROTOOPT: Code = Code::of(-libc::ENOPROTOOPT);
    /// There is no such system call here.
    pub const ENOSYS: Code = Code::of(-libc::ENOSYS);
    /// Not allowed.
    pub const EPERM: Code = Code::of(-libc::EPERM);
    /// Not supported.
    pub const EOPNOTSUPP: Code = Code::of(-libc::EOPNOTSUPP);
    /// Not a socket.
    pub const ENOTSOCK: Code = Code::of(-libc::ENOTSOCK);
    /// [`NLRS_EPARTIAL`].
    pub const PARTIAL: Code = Code::of(NLRS_EPARTIAL);
    /// [`NLRS_ENOTSENT`].
    pub const NOTSENT: Code = Code::of(NLRS_ENOTSENT);
    /// [`NLRS_EUNKNOWN`].
    pub const UNKNOWN: Code = Code::of(NLRS_EUNKNOWN);
    /// [`NLRS_EINDEX`].
    pub const INDEX: Code = Code::of(NLRS_EINDEX);
    /// [`NLRS_EINTR_DUMP`].
    pub const INTR_DUMP: Code = Code::of(NLRS_EINTR_DUMP);
    /// [`NLRS_EOVERRUN`].
    pub const OVERRUN: Code = Code::of(NLRS_EOVERRUN);
    /// [`NLRS_ETRUNC`].
    pub const TRUNC: Code = Code::of(NLRS_ETRUNC);
    /// [`NLRS_ETIMEDOUT`].
    pub const TIMEDOUT: Code = Code::of(NLRS_ETIMEDOUT);
    /// [`NLRS_ECANCELED`].
    pub const CANCELED: Code = Code::of(NLRS_ECANCELED);
    /// [`NLRS_EBUSY`].
    pub const BUSY: Code = Code::of(NLRS_EBUSY);
    /// [`NLRS_ECLOSED`].
    pub const CLOSED: Code = Code::of(NLRS_ECLOSED);
    /// [`NLRS_EABORTED`].
    pub const ABORTED: Code = Code::of(NLRS_EABORTED);

    /// Returns the code of a negative number; -EINVAL for any other number.
    pub const fn of(raw: i32) -> Code {
        match NonZeroI32::new(raw) {
            Some(code) if raw < 0 => Code(code),
            _ => Code::EINVAL_RAW,
        }
    }

    const EINVAL_RAW: Code = match NonZeroI32::new(-libc::EINVAL) {
        Some(code) => Code(code),
        None => unreachable!(),
    };

    /// Returns the number.
    pub const fn raw(self) -> i32 {
        self.0.get()
    }

    /// Returns 0 or the number.
    pub const fn of_result(result: &Result<()>) -> i32 {
        match result {
            Ok(()) => 0,
            Err(code) => code.raw(),
        }
    }
}
