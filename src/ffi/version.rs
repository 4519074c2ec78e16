//! Versions: of the library, and of this interface.

use std::ffi::c_char;

use super::panic::guard_or;

/// The version of the binary interface that this header describes. A library with the same number is compatible.
pub const TGS_ABI_VERSION: u32 = 1;

/// # Versions
///
/// The version of the binary interface of the library that is loaded.
///
/// Compare it with TGS_ABI_VERSION, which is the one that this header describes, before you call anything else.
///
/// Any thread. Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_abi_version() -> u32 {
    guard_or(0, || TGS_ABI_VERSION)
}

/// The version of the library, like "0.1.0". The text is the library's and lives as long as the program.
///
/// Any thread. Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_version() -> *const c_char {
    guard_or(std::ptr::null(), || concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast())
}
