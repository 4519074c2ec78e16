//! Gives the shared library its soname: programs that were linked with it then look for `libtgsession.so.0` (on macOS
//! for `libtgsession.0.dylib`), and a library with another binary interface can stand beside it. Once loaded it stays.
//!
//! The soname counts released interfaces, `TGS_ABI_VERSION` every one. No released library has another soname than 0 yet;
//! after the first release both move with each change that breaks a compiled program.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libtgsession.so.0");
        // Threads that used the library run Rust's destructors when they end: it must not be gone by then.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
        link_beside_the_library();
    }
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("macos") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libtgsession.0.dylib");
    }
}

// So that programs run with the library where cargo leaves it, too: target/debug or target/release, three folders above
// this script's own.
fn link_beside_the_library() {
    #[cfg(unix)]
    if let Some(folder) = std::env::var_os("OUT_DIR").as_deref().and_then(|out| Path::new(out).ancestors().nth(3)) {
        let _ = std::os::unix::fs::symlink("libtgsession.so", folder.join("libtgsession.so.0"));
    }
}
