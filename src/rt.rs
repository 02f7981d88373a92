// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a library without std must bring itself: allocator, panic handler, personality stub.
//!
//! Compiled into the C artefacts alone: a Rust program that uses the rlib has its own.

use core::alloc::{GlobalAlloc, Layout};
use core::ffi::c_void;

/// The C allocator, so that what malloc counts, fails or traces is all that there is.
struct CAllocator;

/// What malloc aligns to on every target: two pointers.
const MALLOC_ALIGN: usize = 2 * size_of::<usize>();

// SAFETY: malloc, calloc, realloc and free keep the contract of GlobalAlloc for alignments up to MALLOC_ALIGN; posix_memalign
// serves larger ones, and its memory may go to free.
unsafe impl GlobalAlloc for CAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() <= MALLOC_ALIGN {
            // SAFETY: malloc takes any size.
            return unsafe { libc::malloc(layout.size()) }.cast();
        }
        let mut memory: *mut c_void = core::ptr::null_mut();
        // SAFETY: `memory` is a live pointer; a Layout's alignment is a power of two, and above MALLOC_ALIGN a multiple of a pointer's size.
        let code = unsafe { libc::posix_memalign(&mut memory, layout.align(), layout.size()) };
        if code == 0 { memory.cast() } else { core::ptr::null_mut() }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if layout.align() <= MALLOC_ALIGN {
            // SAFETY: calloc takes any size.
            return unsafe { libc::calloc(1, layout.size()) }.cast();
        }
        // SAFETY: the caller's layout, unchanged.
        let memory = unsafe { self.alloc(layout) };
        if !memory.is_null() {
            // SAFETY: `memory` has layout.size() bytes.
            unsafe { memory.write_bytes(0, layout.size()) };
        }
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, _layout: Layout) {
        // SAFETY: `memory` came from malloc, calloc, realloc or posix_memalign.
        unsafe { libc::free(memory.cast()) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if layout.align() <= MALLOC_ALIGN {
            // SAFETY: `memory` came from this allocator's malloc family.
            return unsafe { libc::realloc(memory.cast(), new_size) }.cast();
        }
        let Ok(new_layout) = Layout::from_size_align(new_size, layout.align()) else {
            return core::ptr::null_mut();
        };
        // SAFETY: a valid layout.
        let new = unsafe { self.alloc(new_layout) };
        if !new.is_null() {
            // SAFETY: both blocks hold the smaller of the two sizes and do not overlap.
            unsafe { new.copy_from_nonoverlapping(memory, layout.size().min(new_size)) };
            // SAFETY: `memory` is the caller's, with the caller's layout.
            unsafe { self.dealloc(memory, layout) };
        }
        new
    }
}

#[global_allocator]
static ALLOCATOR: CAllocator = CAllocator;

/// Never linked: nothing that an export reaches can panic, and a check of the shipped library's symbols proves it.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // SAFETY: abort takes nothing and does not return.
    unsafe { libc::abort() }
}

// The prebuilt core and alloc name rust_eh_personality; with panic = "abort" it is never called, but must exist. Four bytes and not
// one: compiled code follows it in the section, and on s390x that counts on starting at an even address.
core::arch::global_asm!(
    ".weak rust_eh_personality",
    ".hidden rust_eh_personality",
    ".balign 4",
    "rust_eh_personality:",
    ".4byte 0"
);
