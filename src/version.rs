// SPDX-License-Identifier: MIT OR Apache-2.0
//! Version, and constants by name

use crate::constants::{NAMES, VALUES};
use crate::pointers::EINVAL;
use core::ffi::{CStr, c_char, c_int};

/// Version of the header.
pub const NLRS_VERSION: &str = "0.1.0";
/// Major version of the header.
pub const NLRS_VERSION_MAJOR: u32 = 0;
/// Minor version of the header.
pub const NLRS_VERSION_MINOR: u32 = 1;
/// Patch version of the header.
pub const NLRS_VERSION_PATCH: u32 = 0;
/// Version of the header as a number, for comparisons: major * 0x10000 + minor * 0x100 + patch.
pub const NLRS_VERSION_NUMBER: u32 = 0x000100;

const _: () = assert!(
    NLRS_VERSION_NUMBER == NLRS_VERSION_MAJOR << 16 | NLRS_VERSION_MINOR << 8 | NLRS_VERSION_PATCH
        && NLRS_VERSION_MINOR < 0x100
        && NLRS_VERSION_PATCH < 0x100
);

/// Returns the version of the library at run time, which may be newer than the header.
///
/// @return a constant string such as "0.1.0"
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// Returns the version of the library at run time as a number, to be compared with NLRS_VERSION_NUMBER.
///
/// @return major * 0x10000 + minor * 0x100 + patch
#[unsafe(no_mangle)]
pub extern "C" fn nlrs_version_number() -> u32 {
    NLRS_VERSION_NUMBER
}

/// Returns the value of a constant of the header by its name, for languages that do not read the header.
///
/// @param name       such as "NLRS_EPARTIAL"; a numeric constant of this library, not of the kernel
/// @param ret_value  the value
/// @return 0; -ENOENT: there is no such constant; -EINVAL: a pointer is NULL
///
/// # Safety
/// `name` is NULL or ends with a NUL; `ret_value` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nlrs_constant(name: *const c_char, ret_value: *mut i64) -> c_int {
    not_null!(name, ret_value => EINVAL);
    // SAFETY: not NULL, and the contract.
    let name = unsafe { CStr::from_ptr(name) }.to_bytes();
    let known = NAMES.split(|&byte| byte == 0).zip(VALUES);
    match known.into_iter().find(|(known, _)| name.strip_prefix(b"NLRS_") == Some(known)) {
        Some((_, &value)) => {
            // SAFETY: not NULL, and the contract.
            unsafe { ret_value.write(i64::from(value)) };
            0
        }
        None => -libc::ENOENT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value_of(name: &CStr) -> Result<i64, c_int> {
        let mut value = 77;
        // SAFETY: both are valid for the call.
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
        assert_eq!(value_of(c"NLRS_EPARTIAL"), Ok(-0x10001));
        assert_eq!(value_of(c"NLRS_STOP"), Ok(1));
        assert_eq!(value_of(c"NLRS_VERSION_PATCH"), Ok(i64::from(NLRS_VERSION_PATCH)));
        for name in [c"", c"NLRS_", c"STOP", c"NLRS_STO", c"NLRS_STOPP", c"nlrs_stop"] {
            assert_eq!(value_of(name), Err(-libc::ENOENT), "{name:?}");
        }
        assert_eq!(NAMES.iter().filter(|&&byte| byte == 0).count(), VALUES.len());
    }

    #[test]
    fn the_numbers_are_those_of_the_package() {
        let numbers = format!("{NLRS_VERSION_MAJOR}.{NLRS_VERSION_MINOR}.{NLRS_VERSION_PATCH}");
        assert_eq!(numbers, env!("CARGO_PKG_VERSION"));
        assert_eq!(NLRS_VERSION, env!("CARGO_PKG_VERSION"));
    }
}
