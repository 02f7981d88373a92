// SPDX-License-Identifier: MIT OR Apache-2.0
//! The environment, and files: written by traces and read by replays.

use super::descriptor::{Fd, FdRef};
use super::{last_error, poll};
use crate::error::{Code, Result};
use crate::mem::Buf;
use core::ffi::{CStr, c_char};
use core::mem::zeroed;

unsafe extern "C" {
    /// getenv, but NULL in a program that runs with more privileges than its caller.
    fn secure_getenv(name: *const c_char) -> *mut c_char;
}

/// Copies a variable of the environment; None if it is not set, longer than `value`, or not to be trusted.
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
    /// Joins `pieces`; -ENAMETOOLONG, or -EINVAL if they contain a NUL.
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
                // SAFETY: just opened.
                return Ok(unsafe { Fd::from_raw(fd) });
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

/// Opens a file for appending, readable by its owner alone: netlink messages can contain keys. An empty file gets
/// `header`, once, also if other processes open it at the same time.
pub(crate) fn open_append(path: &[u8], header: &[u8]) -> Result<Fd> {
    let fd = Path::of(&[path])?.open(libc::O_WRONLY | libc::O_CREAT | libc::O_APPEND, 0o600)?;
    if !header.is_empty() {
        // SAFETY: flock takes any descriptor.
        while unsafe { libc::flock(fd.raw(), libc::LOCK_EX) } < 0 && last_error() == Code::EINTR {}
        if size(&fd)? == 0 {
            append(fd.borrow(), [header, b""]);
        }
        // SAFETY: as above.
        unsafe { libc::flock(fd.raw(), libc::LOCK_UN) };
    }
    Ok(fd)
}

fn size(fd: &Fd) -> Result<u64> {
    // SAFETY: plain numbers.
    let mut status: libc::stat = unsafe { zeroed() };
    // SAFETY: a live stat.
    if unsafe { libc::fstat(fd.raw(), &mut status) } < 0 {
        return Err(last_error());
    }
    #[allow(clippy::unnecessary_cast, clippy::useless_conversion)] // off_t differs between targets
    Ok(u64::try_from(status.st_size).unwrap_or(0))
}

/// How long a descriptor that takes nothing at the moment is waited for, in nanoseconds.
const MAX_WAIT_NS: i64 = 1_000_000_000;

/// How many times in a row a descriptor may be ready for writing and yet take nothing, as when other processes fill it first.
const MAX_REFUSALS: u32 = 64;

/// Writes two pieces, by one system call where the descriptor takes them as a whole. Gives up where writing fails, where
/// nothing can be written for a second, and where the descriptor is ready [`MAX_REFUSALS`] times and takes nothing.
#[inline(never)]
pub(crate) fn append(fd: FdRef<'_>, [mut first, mut second]: [&[u8]; 2]) {
    let mut refusals = 0;
    while !(first.is_empty() && second.is_empty()) {
        let iov = [first, second]
            .map(|piece| libc::iovec { iov_base: piece.as_ptr().cast_mut().cast(), iov_len: piece.len() });
        // SAFETY: two live pieces, which writev only reads.
        let written = unsafe { libc::writev(fd.raw(), iov.as_ptr(), 2) };
        match usize::try_from(written) {
            Ok(0) => return,
            Ok(len) => {
                second = second.get(len.saturating_sub(first.len())..).unwrap_or(&[]);
                first = first.get(len..).unwrap_or(&[]);
                refusals = 0;
            }
            Err(_) => match last_error() {
                Code::EINTR => {}
                Code::EAGAIN if refusals == MAX_REFUSALS => return,
                Code::EAGAIN => match poll::poll(fd, libc::POLLOUT, None, Some(MAX_WAIT_NS)) {
                    Ok(ready) if ready.fd => refusals += 1,
                    Err(Code::EINTR) => {}
                    _ => return,
                },
                _ => return,
            },
        }
    }
}

/// Reads a file.
pub(crate) fn read(path: &[u8]) -> Result<Buf> {
    let fd = Path::of(&[path])?.open_read()?;
    let mut buf = Buf::empty();
    buf.grow(usize::try_from(size(&fd)?).map_err(|_| Code::ENOMEM)?)?;
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

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::{FdRef, append};
    use std::io::Read;
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    /// An event counter below its limit is ready for writing, and refuses more than is left. The numbers are the same from either
    /// end: qemu-user turns the bytes of such a counter in read(2) and not in writev(2).
    #[test]
    fn a_descriptor_that_is_ready_and_takes_nothing_is_given_up() {
        let (nearly_full, too_much) = (0xfeff_ffff_ffff_fffe_u64, 0x0200_0000_0000_0002_u64);
        // SAFETY: no pointers; the descriptor is closed at the end.
        let fd = unsafe { libc::eventfd(0, libc::EFD_NONBLOCK | libc::EFD_CLOEXEC) };
        assert!(fd >= 0);
        // SAFETY: just opened, and open until the end of the test.
        let counter = unsafe { FdRef::from_raw(fd) };
        append(counter, [&nearly_full.to_ne_bytes(), b""]);
        append(counter, [&too_much.to_ne_bytes(), b""]);
        let mut value = [0; 8];
        // SAFETY: 8 live bytes.
        assert_eq!(unsafe { libc::read(fd, value.as_mut_ptr().cast(), value.len()) }, 8);
        assert_eq!(u64::from_ne_bytes(value), nearly_full);
        // SAFETY: ours.
        unsafe { libc::close(fd) };
    }

    #[test]
    fn a_descriptor_that_takes_little_at_once_gets_everything() {
        let (mut reader, writer) = UnixStream::pair().expect("a pair");
        writer.set_nonblocking(true).expect("non-blocking");
        let text: Vec<u8> = (0..=255u8).cycle().take(3_000_000).collect();
        let expected = [b"header", &text[..]].concat();
        let thread = std::thread::spawn(move || {
            // SAFETY: open until the end of the test.
            append(unsafe { FdRef::from_raw(writer.as_raw_fd()) }, [b"header", &text]);
        });
        let mut read = Vec::new();
        reader.read_to_end(&mut read).expect("read");
        thread.join().expect("the writer");
        assert!(read == expected, "{} bytes of {}", read.len(), expected.len());
    }
}
