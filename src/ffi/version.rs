// SPDX-License-Identifier: MIT OR Apache-2.0
//! The library's version.

use core::ffi::c_char;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_package() {
        let numbers = format!("{NLRS_VERSION_MAJOR}.{NLRS_VERSION_MINOR}.{NLRS_VERSION_PATCH}");
        assert_eq!(numbers, env!("CARGO_PKG_VERSION"));
    }
}
