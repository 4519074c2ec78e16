//! Versions: of the library, and of this interface.

use std::ffi::c_char;

use super::panic::guard_or;

/// The version of the binary interface that this header describes. A library with another number is not compatible.
pub const TGS_ABI_VERSION: u32 = 2;

/// # Versions
///
/// A program that is compiled with one header may be loaded with another library. Compare the version of the binary
/// interface once, before anything else; the bindings for C++, Go, Python and Node do it for you.
///
/// ```c
/// if (tgs_abi_version() != TGS_ABI_VERSION) {
///     fprintf(stderr, "tgsession %s has another binary interface\n", tgs_version());
///     return 1;
/// }
/// ```
///
/// ---
///
/// The version of the binary interface of the loaded library. Compare it with TGS_ABI_VERSION.
///
/// @return A number that grows with every incompatible change.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_abi_version() -> u32 {
    guard_or(0, || TGS_ABI_VERSION)
}

/// The version of the loaded library.
///
/// @return A text like "0.1.0", which belongs to the library and is valid until the program ends.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_version() -> *const c_char {
    guard_or(std::ptr::null(), || concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast())
}
