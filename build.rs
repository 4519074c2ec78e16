//! Gives the shared library its soname: programs that were linked with it then look for `libtgsession.so.0` (on macOS
//! for `libtgsession.0.dylib`), and a library with another binary interface can stand beside it. Once loaded it stays.
//!
//! The soname counts released interfaces, `TGS_ABI_VERSION` every one. No released library has another soname than 0 yet;
//! after the first release both move with each change that breaks a compiled program.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    stand_in_for_openssl();
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

// `libsqlite3-sys` asks for OpenSSL's library wherever SQLCipher is compiled. With a cryptography of our own nothing of it is
// used, so an empty archive does, and no OpenSSL need be there. zig's linker wants the shared library, and takes it for a
// linker script, as other linkers do; for macOS it takes the archive, and would read the script as a list of symbols.
fn stand_in_for_openssl() {
    println!("cargo:rerun-if-env-changed=LIBSQLITE3_FLAGS");
    let has_own = std::env::var("LIBSQLITE3_FLAGS").is_ok_and(|flags| flags.contains("SQLCIPHER_CRYPTO_CUSTOM="));
    if std::env::var_os("CARGO_FEATURE_SQLCIPHER").is_none() || !has_own {
        return;
    }
    let Some(folder) = std::env::var_os("OUT_DIR").map(|out| Path::new(&out).join("no-openssl")) else { return };
    let made = std::fs::create_dir_all(&folder).and_then(|()| {
        ["libcrypto.a", "crypto.lib"].iter().try_for_each(|name| std::fs::write(folder.join(name), "!<arch>\n"))?;
        let is_macos = std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("macos");
        if is_macos { Ok(()) } else { std::fs::write(folder.join("libcrypto.so"), "/* nothing */\n") }
    });
    match made {
        Ok(()) => println!("cargo:rustc-link-search=native={}", folder.display()),
        Err(error) => println!("cargo:warning=cannot make an empty libcrypto in {}: {error}", folder.display()),
    }
}
