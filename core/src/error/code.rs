// SPDX-License-Identifier: MIT OR Apache-2.0
//! The one number by which everything fails.

use core::num::NonZeroI32;

/// Of a batch, some messages were refused.
pub const NLRS_EPARTIAL: i32 = -0x10001;
/// The message was not sent.
pub const NLRS_ENOTSENT: i32 = -0x10002;
/// The message was sent, and its status was lost.
pub const NLRS_EUNKNOWN: i32 = -0x10003;
/// There is no entry of that index.
pub const NLRS_EINDEX: i32 = -0x10004;
/// The table changed during the dump: what was delivered may be inconsistent. Dump again.
pub const NLRS_EINTR_DUMP: i32 = -0x10005;
/// The receive buffer overflowed: messages were lost.
pub const NLRS_EOVERRUN: i32 = -0x10006;
/// A datagram was longer than the buffer: its tail was lost.
pub const NLRS_ETRUNC: i32 = -0x10007;
/// The deadline passed.
pub const NLRS_ETIMEDOUT: i32 = -0x10008;
/// nlrs_socket_cancel ended the call.
pub const NLRS_ECANCELED: i32 = -0x10009;
/// The object is in use: a socket by an open dump or by a call of the same thread, a batch that was sent and not reset,
/// a policy that another one points to, a peer that has a socket.
pub const NLRS_EBUSY: i32 = -0x1000a;
/// The socket was closed.
pub const NLRS_ECLOSED: i32 = -0x1000b;
/// The transaction was refused: nothing of it was applied.
pub const NLRS_EABORTED: i32 = -0x1000c;

/// Returned by a callback: end the call, with success.
pub const NLRS_STOP: i32 = 1;

/// Why something failed: a negative number, an errno's (-1 … -65535) or one of the library's own (`NLRS_E…`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(transparent)]
pub struct Code(NonZeroI32);

/// What can fail.
pub type Result<T> = core::result::Result<T, Code>;

/// Names for the errnos and codes that the library itself returns.
impl Code {
    /// Bad argument.
    pub const EINVAL: Code = Code::of(-libc::EINVAL);
    /// No memory.
    pub const ENOMEM: Code = Code::of(-libc::ENOMEM);
    /// No room in the caller's buffer.
    pub const ENOSPC: Code = Code::of(-libc::ENOSPC);
    /// Too long for an attribute, a nest or a message.
    pub const EMSGSIZE: Code = Code::of(-libc::EMSGSIZE);
    /// A value or size out of range.
    pub const ERANGE: Code = Code::of(-libc::ERANGE);
    /// Malformed bytes.
    pub const EBADMSG: Code = Code::of(-libc::EBADMSG);
    /// Not there.
    pub const ENOENT: Code = Code::of(-libc::ENOENT);
    /// Not yet.
    pub const EAGAIN: Code = Code::of(-libc::EAGAIN);
    /// Not to be done a second time.
    pub const EBUSY: Code = Code::BUSY;
    /// Interrupted by a signal; never leaves the library.
    pub const EINTR: Code = Code::of(-libc::EINTR);
    /// What the kernel says when the receive buffer overflowed.
    pub const ENOBUFS: Code = Code::of(-libc::ENOBUFS);
    /// The option is unknown to this kernel.
    pub const ENOPROTOOPT: Code = Code::of(-libc::ENOPROTOOPT);
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

    /// The code of a number that is known to be negative; -EINVAL in place of any other.
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

    /// The number, as C sees it.
    pub const fn raw(self) -> i32 {
        self.0.get()
    }

    /// 0 or the number, as C sees it.
    pub const fn of_result(result: &Result<()>) -> i32 {
        match result {
            Ok(()) => 0,
            Err(code) => code.raw(),
        }
    }
}
