// SPDX-License-Identifier: MIT OR Apache-2.0
//! The library's version and its constants by name.

use crate::constants::{NAMES, VALUES};
use core::ffi::{CStr, c_char, c_int};

/// Major version that the header belongs to.
pub const NLRS_VERSION_MAJOR: u32 = 0;
/// Minor version that the header belongs to.
pub const NLRS_VERSION_MINOR: u32 = 1;
/// Patch version that the header belongs to.
pub const NLRS_VERSION_PATCH: u32 = 0;

/// Ask for the version of the library that runs, which may be newer than the header.
///
/// @return a constant string such as "0.1.0"
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// Ask for the value of a constant of the header by its name, for languages that cannot read it there.
///
/// @param name      such as "NLRS_EPARTIAL"; a constant of this library, not the kernel's
/// @param ret_value gets the value
/// @return 0; -ENOENT: there is none of that name; -EINVAL: a pointer is NULL
///
/// # Safety
/// `name` is NULL or ends with a NUL; `ret_value` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_constant(name: *const c_char, ret_value: *mut i64) -> c_int {
    not_null!(name, ret_value => -libc::EINVAL);
    // SAFETY: not NULL, and the caller's promise.
    let name = unsafe { CStr::from_ptr(name) }.to_bytes();
    let known = NAMES.split(|&byte| byte == 0).zip(VALUES);
    match known.into_iter().find(|(known, _)| name.strip_prefix(b"NLRS_") == Some(known)) {
        Some((_, &value)) => {
            // SAFETY: not NULL, and the caller's promise.
            unsafe { ret_value.write(i64::from(value)) };
            0
        }
        None => -libc::ENOENT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(name: &CStr) -> Result<i64, c_int> {
        let mut value = 77;
        // SAFETY: both point to what is live.
        match unsafe { nlrs_constant(name.as_ptr(), &mut value) } {
            0 => Ok(value),
            code => {
                assert_eq!(value, 77, "written on failure");
                Err(code)
            }
        }
    }

    #[test]
    fn constants_are_known_by_name() {
        assert_eq!(ask(c"NLRS_EPARTIAL"), Ok(-0x10001));
        assert_eq!(ask(c"NLRS_STOP"), Ok(1));
        assert_eq!(ask(c"NLRS_VERSION_PATCH"), Ok(i64::from(NLRS_VERSION_PATCH)));
        for name in [c"", c"NLRS_", c"STOP", c"NLRS_STO", c"NLRS_STOPP", c"nlrs_stop"] {
            assert_eq!(ask(name), Err(-libc::ENOENT), "{name:?}");
        }
        assert_eq!(NAMES.iter().filter(|&&byte| byte == 0).count(), VALUES.len());
    }

    #[test]
    fn the_numbers_are_those_of_the_package() {
        let numbers = format!("{NLRS_VERSION_MAJOR}.{NLRS_VERSION_MINOR}.{NLRS_VERSION_PATCH}");
        assert_eq!(numbers, env!("CARGO_PKG_VERSION"));
    }
}
