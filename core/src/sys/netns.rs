// SPDX-License-Identifier: MIT OR Apache-2.0
//! Opens a socket in another network namespace, by a thread that enters it.

use super::descriptor::Fd;
use super::last_error;
use super::net;
use crate::error::{Code, Result};
use core::ffi::c_void;
use core::mem::MaybeUninit;

/// Stack size of the thread: it makes three system calls. In glibc thread-local data is part of the stack.
const STACK: usize = 64 * 1024;

/// Arguments and result of the thread.
struct Task {
    namespace: i32,
    protocol: i32,
    socket: Result<Fd>,
}

/// The function of the thread: enters the namespace and opens the socket. The thread then ends.
extern "C" fn enter(task: *mut c_void) -> *mut c_void {
    // SAFETY: the creator's Task, which it does not touch until it has joined this thread.
    let task = unsafe { &mut *task.cast::<Task>() };
    // SAFETY: setns takes any descriptor.
    task.socket = if unsafe { libc::setns(task.namespace, libc::CLONE_NEWNET) } < 0 {
        Err(last_error())
    } else {
        net::socket(task.protocol)
    };
    core::ptr::null_mut()
}

/// The attributes of a thread with a small stack; destroyed on drop.
struct Attributes(libc::pthread_attr_t);

impl Attributes {
    fn small_stack() -> Option<Attributes> {
        let mut attributes = MaybeUninit::uninit();
        // SAFETY: room for the attributes, which init initialises if it returns 0.
        if unsafe { libc::pthread_attr_init(attributes.as_mut_ptr()) } != 0 {
            return None;
        }
        // SAFETY: as above.
        let mut attributes = Attributes(unsafe { attributes.assume_init() });
        // SAFETY: live attributes. A libc that needs more than STACK returns EINVAL and keeps its default.
        unsafe { libc::pthread_attr_setstacksize(&mut attributes.0, STACK) };
        Some(attributes)
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: live attributes.
        unsafe { libc::pthread_attr_destroy(&mut self.0) };
    }
}

/// Blocks all signals in the calling thread until dropped. A new thread inherits the mask: no signal handler of the
/// program runs on the small stack and in the other namespace.
struct SignalsBlocked(libc::sigset_t);

impl SignalsBlocked {
    fn new() -> SignalsBlocked {
        let mut all = MaybeUninit::<libc::sigset_t>::zeroed();
        let mut old = MaybeUninit::<libc::sigset_t>::zeroed();
        // SAFETY: two live sets; a set of zeros is a valid one.
        unsafe {
            libc::sigfillset(all.as_mut_ptr());
            libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), old.as_mut_ptr());
            SignalsBlocked(old.assume_init())
        }
    }
}

impl Drop for SignalsBlocked {
    fn drop(&mut self) {
        // SAFETY: a live set.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.0, core::ptr::null_mut()) };
    }
}

/// Opens a netlink socket in the network namespace that the descriptor `namespace` refers to (since Linux 5.8 also by a
/// pidfd). Errors are those of setns, socket and pthread_create: -EPERM, -EBADF, -EAGAIN, -ENOMEM …
pub(crate) fn socket_in(namespace: &Fd, protocol: i32) -> Result<Fd> {
    let mut task = Task { namespace: namespace.raw(), protocol, socket: Err(Code::EAGAIN) };
    let mut thread = MaybeUninit::<libc::pthread_t>::uninit();
    let created = {
        let _signals = SignalsBlocked::new();
        let attributes = Attributes::small_stack();
        let attributes_ptr = attributes.as_ref().map_or(core::ptr::null(), |attributes| &raw const attributes.0);
        let task_ptr = (&raw mut task).cast();
        // SAFETY: `task` lives until the thread is joined below, and is not touched before that.
        unsafe { libc::pthread_create(thread.as_mut_ptr(), attributes_ptr, enter, task_ptr) }
    };
    if created != 0 {
        return Err(Code::of(created.saturating_neg()));
    }
    // SAFETY: created above, joined once.
    unsafe { libc::pthread_join(thread.assume_init(), core::ptr::null_mut()) };
    task.socket
}
