// SPDX-License-Identifier: MIT OR Apache-2.0
//! The environment and files, for what a trace writes and a replay reads.

use super::fd::Fd;
use super::last_error;
use crate::error::{Code, Result};
use crate::mem::Buf;
use core::ffi::{CStr, c_char};
use core::mem::zeroed;

unsafe extern "C" {
    /// getenv, but NULL in a program that runs with rights that its caller does not have.
    fn secure_getenv(name: *const c_char) -> *mut c_char;
}

/// A variable of the environment, copied; None where it is not set, longer than `value`, or not to be trusted.
pub(crate) fn environment<'a>(name: &CStr, value: &'a mut [u8]) -> Option<&'a [u8]> {
    // SAFETY: a NUL-terminated name.
    let found = unsafe { secure_getenv(name.as_ptr()) };
    if found.is_null() {
        return None;
    }
    // SAFETY: NUL-terminated, and valid until the environment is changed, which getenv forbids to do meanwhile.
    let found = unsafe { CStr::from_ptr(found) }.to_bytes();
    for (to, from) in value.iter_mut().zip(found) {
        *to = *from;
    }
    value.get(..found.len())
}

/// A path with its NUL, on the stack.
pub(crate) struct Path {
    bytes: [u8; PATH_MAX],
}

/// As in linux/limits.h, with the NUL.
const PATH_MAX: usize = 4096;

impl Path {
    /// The pieces joined; -ENAMETOOLONG, or -EINVAL where a NUL is inside.
    #[inline(never)]
    pub(crate) fn of(pieces: &[&[u8]]) -> Result<Path> {
        let mut path = Path { bytes: [0; PATH_MAX] };
        let mut slots = path.bytes.iter_mut();
        for &byte in pieces.iter().copied().flatten() {
            let slot = slots.next().ok_or(Code::of(-libc::ENAMETOOLONG))?;
            if byte == 0 {
                return Err(Code::EINVAL);
            }
            *slot = byte;
        }
        // One byte must be left for the NUL.
        slots.next().ok_or(Code::of(-libc::ENAMETOOLONG))?;
        drop(slots);
        Ok(path)
    }

    fn open(&self, flags: i32, mode: libc::c_uint) -> Result<Fd> {
        loop {
            // SAFETY: NUL-terminated by construction: the last byte is never written.
            let fd = unsafe { libc::open(self.bytes.as_ptr().cast(), flags | libc::O_CLOEXEC | libc::O_NOCTTY, mode) };
            if fd >= 0 {
                return Ok(Fd::from_raw(fd));
            }
            let code = last_error();
            if code != Code::EINTR {
                return Err(code);
            }
        }
    }

    /// Opens for reading.
    pub(crate) fn open_read(&self) -> Result<Fd> {
        self.open(libc::O_RDONLY, 0)
    }
}

/// Opens a file to append to, for its owner alone: netlink carries keys. A new one gets `header` first, once, whoever else
/// opens it at the same time.
pub(crate) fn open_append(path: &[u8], header: &[u8]) -> Result<Fd> {
    let fd = Path::of(&[path])?.open(libc::O_WRONLY | libc::O_CREAT | libc::O_APPEND, 0o600)?;
    if !header.is_empty() {
        // SAFETY: flock takes any descriptor.
        while unsafe { libc::flock(fd.raw(), libc::LOCK_EX) } < 0 && last_error() == Code::EINTR {}
        if size(fd.raw())? == 0 {
            append(fd.raw(), [header, b""]);
        }
        // SAFETY: as above.
        unsafe { libc::flock(fd.raw(), libc::LOCK_UN) };
    }
    Ok(fd)
}

fn size(fd: i32) -> Result<u64> {
    // SAFETY: plain numbers.
    let mut status: libc::stat = unsafe { zeroed() };
    // SAFETY: a live stat.
    if unsafe { libc::fstat(fd, &mut status) } < 0 {
        return Err(last_error());
    }
    #[allow(clippy::unnecessary_cast, clippy::useless_conversion)] // off_t differs between targets
    Ok(u64::try_from(status.st_size).unwrap_or(0))
}

/// Writes two pieces as one; what does not go through is lost.
#[inline(never)]
pub(crate) fn append(fd: i32, pieces: [&[u8]; 2]) {
    let iov = pieces.map(|piece| libc::iovec { iov_base: piece.as_ptr().cast_mut().cast(), iov_len: piece.len() });
    // SAFETY: two live pieces, which writev only reads.
    while unsafe { libc::writev(fd, iov.as_ptr(), 2) } < 0 && last_error() == Code::EINTR {}
}

/// A whole file.
pub(crate) fn read(path: &[u8]) -> Result<Buf> {
    let fd = Path::of(&[path])?.open_read()?;
    let mut buf = Buf::empty();
    buf.grow(usize::try_from(size(fd.raw())?).map_err(|_| Code::ENOMEM)?)?;
    let mut at = 0;
    while let Some(room) = buf.as_mut_slice().get_mut(at..).filter(|room| !room.is_empty()) {
        // SAFETY: live bytes and their length.
        let len = unsafe { libc::read(fd.raw(), room.as_mut_ptr().cast(), room.len()) };
        match usize::try_from(len) {
            // The file shrank meanwhile; what is missing stays zero.
            Ok(0) => break,
            Ok(len) => at = at.saturating_add(len),
            Err(_) if last_error() == Code::EINTR => {}
            Err(_) => return Err(last_error()),
        }
    }
    Ok(buf)
}
