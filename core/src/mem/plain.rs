// SPDX-License-Identifier: MIT OR Apache-2.0
//! Structs that are nothing but their bytes.

/// A struct of integers, and of arrays and structs of integers, without padding: any bytes are a value of it.
///
/// # Safety
/// The struct is `repr(C)`, its fields are as said above, and their sizes add up to the struct's.
pub unsafe trait Plain: Copy {
    /// The value whose bytes are zero.
    #[inline(always)]
    fn zeroed() -> Self {
        // SAFETY: any bytes are a value.
        unsafe { core::mem::zeroed() }
    }

    /// The bytes of the value.
    #[inline(always)]
    fn image(&self) -> &[u8] {
        // SAFETY: there is no padding, so that all of the struct's bytes are initialised.
        unsafe { core::slice::from_raw_parts(core::ptr::from_ref(self).cast(), size_of::<Self>()) }
    }

    /// The bytes of the value, to be written.
    #[inline(always)]
    fn image_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, and any bytes are a value.
        unsafe { core::slice::from_raw_parts_mut(core::ptr::from_mut(self).cast(), size_of::<Self>()) }
    }
}

/// Declares structs plain. The types of all fields of each are listed, in their order, and the compiler compares.
macro_rules! plain {
    ($($name:ident { $($field:ident: $ty:ty),* $(,)? })*) => {
        $(
            const _: () = {
                // Names every field, with its type; a field that is missing here does not compile.
                #[allow(dead_code)]
                fn fields(value: $name) {
                    let $name { $($field),* } = value;
                    $(let _: $ty = $field;)*
                }
                $($crate::mem::plain::is_plain::<$ty>();)*
                assert!(size_of::<$name>() == 0 $(+ size_of::<$ty>())*, "padding");
            };
            // SAFETY: the fields are plain and their sizes add up, which the assertions above check; any layout that Rust may
            // choose is then without padding, and the struct is repr(C) for the offsets that C has.
            #[allow(unsafe_code)]
            unsafe impl $crate::mem::plain::Plain for $name {}
            impl Default for $name {
                fn default() -> $name {
                    <$name as $crate::mem::plain::Plain>::zeroed()
                }
            }
        )*
    };
}
pub(crate) use plain;

/// Compiles for plain types only.
pub const fn is_plain<T: Plain>() {}

// SAFETY: an integer has no padding, and any bytes are a value.
unsafe impl Plain for u8 {}
// SAFETY: as above.
unsafe impl Plain for i8 {}
// SAFETY: as above.
unsafe impl Plain for u32 {}
// SAFETY: as above.
unsafe impl Plain for u64 {}
// SAFETY: as above, an array being without padding between its elements.
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {}
