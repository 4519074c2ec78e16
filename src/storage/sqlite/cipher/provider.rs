//! The cryptography of SQLCipher, from Rust's own crates: no OpenSSL is needed. SQLCipher takes it where it is compiled with
//! `SQLCIPHER_CRYPTO_CUSTOM=tgsession_sqlcipher_setup`, as `.cargo/config.toml` has it.
//!
//! SQLite's C calls these functions: that forces the unsafe code. SQLCipher's contract, by its own provider for OpenSSL: every
//! pointer leads to as many bytes as the number beside it says, or to as many as the algorithm takes; outputs overlap no
//! inputs; the calls come from any thread and share nothing.
#![allow(unsafe_code)]

use std::ffi::{c_char, c_int, c_uchar, c_void};
use std::{ptr, slice};

use aes::Aes256;
use cbc::cipher::{Block, BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use rusqlite::ffi::{SQLITE_ERROR, SQLITE_OK};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

const SHA1: c_int = 0;
const SHA256: c_int = 1;
const SHA512: c_int = 2;
const ENCRYPT: c_int = 1;
const KEY: c_int = 32;
const BLOCK: c_int = 16;

type Context = *mut c_void;
type Input = *const c_uchar;
type Output = *mut c_uchar;

/// `struct sqlcipher_provider`, as SQLCipher 4 declares it.
#[repr(C)]
pub struct Provider {
    init: Option<unsafe extern "C" fn() -> c_int>,
    shutdown: Option<unsafe extern "C" fn()>,
    name: unsafe extern "C" fn(Context) -> *const c_char,
    add_random: unsafe extern "C" fn(Context, *const c_void, c_int) -> c_int,
    random: unsafe extern "C" fn(Context, *mut c_void, c_int) -> c_int,
    hmac: unsafe extern "C" fn(Context, c_int, Input, c_int, Input, c_int, Input, c_int, Output) -> c_int,
    kdf: unsafe extern "C" fn(Context, c_int, Input, c_int, Input, c_int, c_int, c_int, Output) -> c_int,
    cipher: unsafe extern "C" fn(Context, c_int, Input, c_int, Input, Input, c_int, Output) -> c_int,
    cipher_name: unsafe extern "C" fn(Context) -> *const c_char,
    key_size: unsafe extern "C" fn(Context) -> c_int,
    iv_size: unsafe extern "C" fn(Context) -> c_int,
    block_size: unsafe extern "C" fn(Context) -> c_int,
    hmac_size: unsafe extern "C" fn(Context, c_int) -> c_int,
    make_context: unsafe extern "C" fn(*mut Context) -> c_int,
    free_context: unsafe extern "C" fn(*mut Context) -> c_int,
    fips_status: unsafe extern "C" fn(Context) -> c_int,
    version: unsafe extern "C" fn(Context) -> *const c_char,
    next: *mut Provider,
}

// SQLCipher's C code calls [`setup`] by a name. A `no_mangle` function would be exported from the library for C beside `tgs_*`;
// a name that only the assembler knows is not.
#[cfg(target_arch = "x86_64")]
macro_rules! jump {
    () => {
        "jmp {setup}"
    };
}
#[cfg(target_arch = "aarch64")]
macro_rules! jump {
    () => {
        "b {setup}"
    };
}
#[cfg(target_vendor = "apple")]
macro_rules! named {
    () => {
        "_tgsession_sqlcipher_setup:\n.globl _tgsession_sqlcipher_setup\n.private_extern _tgsession_sqlcipher_setup"
    };
}
#[cfg(windows)]
macro_rules! named {
    () => {
        "tgsession_sqlcipher_setup:\n.globl tgsession_sqlcipher_setup"
    };
}
#[cfg(not(any(windows, target_vendor = "apple")))]
macro_rules! named {
    () => {
        "tgsession_sqlcipher_setup:\n.globl tgsession_sqlcipher_setup\n.type tgsession_sqlcipher_setup, %function"
    };
}
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
std::arch::global_asm!(".text", ".balign 16", named!(), jump!(), setup = sym setup);

/// Processors without a jump above: the name is exported.
///
/// # Safety
/// As [`setup`]'s.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
#[unsafe(export_name = "tgsession_sqlcipher_setup")]
unsafe extern "C" fn exported(provider: *mut Provider) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { setup(provider) }
}

unsafe extern "C" {
    fn tgsession_sqlcipher_setup(provider: *mut Provider) -> c_int;
}

// Linkers look for the name before they come to SQLCipher, so something here has to ask for it.
#[used]
static LINKED: unsafe extern "C" fn(*mut Provider) -> c_int = tgsession_sqlcipher_setup;

/// Fills the provider that SQLCipher has made, the first time that SQLite is used.
///
/// # Safety
/// SQLCipher's call: `provider` is NULL or leads to a `struct sqlcipher_provider`.
unsafe extern "C" fn setup(provider: *mut Provider) -> c_int {
    if provider.is_null() {
        return SQLITE_ERROR;
    }
    let filled = Provider {
        init: None,
        shutdown: None,
        name,
        add_random,
        random,
        hmac,
        kdf,
        cipher,
        cipher_name,
        key_size,
        iv_size,
        block_size,
        hmac_size,
        make_context: context,
        free_context: context,
        fips_status,
        version,
        next: ptr::null_mut(),
    };
    // SAFETY: the caller's promise; what is there is not initialized and is not dropped.
    unsafe { ptr::write(provider, filled) };
    SQLITE_OK
}

/// Bytes of SQLCipher's.
///
/// SAFETY: `bytes` leads to `len` bytes that nobody changes meanwhile.
unsafe fn input<'a>(bytes: Input, len: c_int) -> Option<&'a [u8]> {
    let len = usize::try_from(len).ok()?;
    // SAFETY: as this function's.
    if bytes.is_null() { None } else { Some(unsafe { slice::from_raw_parts(bytes, len) }) }
}

/// A place of SQLCipher's. It may not be initialized, so it is zeroed first.
///
/// SAFETY: `bytes` leads to `len` bytes that nobody else uses meanwhile.
unsafe fn output<'a>(bytes: Output, len: usize) -> Option<&'a mut [u8]> {
    if bytes.is_null() {
        return None;
    }
    // SAFETY: as this function's.
    unsafe {
        ptr::write_bytes(bytes, 0, len);
        Some(slice::from_raw_parts_mut(bytes, len))
    }
}

fn status(done: Option<()>) -> c_int {
    if done.is_some() { SQLITE_OK } else { SQLITE_ERROR }
}

unsafe extern "C" fn name(_: Context) -> *const c_char {
    c"rustcrypto".as_ptr()
}

unsafe extern "C" fn version(_: Context) -> *const c_char {
    c"aes 0.9, hmac 0.13, pbkdf2 0.13, sha2 0.11".as_ptr()
}

unsafe extern "C" fn cipher_name(_: Context) -> *const c_char {
    c"AES-256-CBC".as_ptr()
}

// The system's random numbers need no help.
unsafe extern "C" fn add_random(_: Context, _: *const c_void, _: c_int) -> c_int {
    SQLITE_OK
}

unsafe extern "C" fn random(_: Context, buffer: *mut c_void, len: c_int) -> c_int {
    let Ok(len) = usize::try_from(len) else { return SQLITE_ERROR };
    // SAFETY: SQLCipher's buffer of that length.
    let place = unsafe { output(buffer.cast(), len) };
    status(place.and_then(|place| getrandom::fill(place).ok()))
}

unsafe extern "C" fn hmac(
    _: Context,
    algorithm: c_int,
    key: Input,
    key_len: c_int,
    first: Input,
    first_len: c_int,
    second: Input,
    second_len: c_int,
    out: Output,
) -> c_int {
    // SAFETY: SQLCipher's key and inputs of these lengths, of which the second may be NULL.
    let inputs = unsafe { (input(key, key_len), input(first, first_len), input(second, second_len)) };
    let (Some(key), Some(first), second) = inputs else { return SQLITE_ERROR };
    // SAFETY: a place for what the algorithm gives.
    let Some(out) = (unsafe { output(out, hmac_len(algorithm)) }) else { return SQLITE_ERROR };
    let second = second.unwrap_or_default();
    status(match algorithm {
        SHA1 => authenticate::<Hmac<Sha1>>(key, first, second, out),
        SHA256 => authenticate::<Hmac<Sha256>>(key, first, second, out),
        SHA512 => authenticate::<Hmac<Sha512>>(key, first, second, out),
        _ => None,
    })
}

fn authenticate<M: Mac + KeyInit>(key: &[u8], first: &[u8], second: &[u8], out: &mut [u8]) -> Option<()> {
    let mut mac = <M as KeyInit>::new_from_slice(key).ok()?;
    mac.update(first);
    mac.update(second);
    out.copy_from_slice(&mac.finalize().into_bytes());
    Some(())
}

unsafe extern "C" fn kdf(
    _: Context,
    algorithm: c_int,
    passphrase: Input,
    passphrase_len: c_int,
    salt: Input,
    salt_len: c_int,
    rounds: c_int,
    key_len: c_int,
    key: Output,
) -> c_int {
    let (Ok(rounds), Ok(key_len)) = (u32::try_from(rounds), usize::try_from(key_len)) else { return SQLITE_ERROR };
    // SAFETY: SQLCipher's inputs of these lengths.
    let inputs = unsafe { (input(passphrase, passphrase_len), input(salt, salt_len)) };
    let (Some(passphrase), Some(salt)) = inputs else { return SQLITE_ERROR };
    // SAFETY: a place for a key of this length.
    let Some(key) = (unsafe { output(key, key_len) }) else { return SQLITE_ERROR };
    match algorithm {
        SHA1 => pbkdf2::pbkdf2_hmac::<Sha1>(passphrase, salt, rounds, key),
        SHA256 => pbkdf2::pbkdf2_hmac::<Sha256>(passphrase, salt, rounds, key),
        SHA512 => pbkdf2::pbkdf2_hmac::<Sha512>(passphrase, salt, rounds, key),
        _ => return SQLITE_ERROR,
    }
    SQLITE_OK
}

unsafe extern "C" fn cipher(
    _: Context,
    mode: c_int,
    key: Input,
    key_len: c_int,
    iv: Input,
    from: Input,
    len: c_int,
    to: Output,
) -> c_int {
    // SAFETY: SQLCipher's key and page of these lengths, and an IV of one block.
    let inputs = unsafe { (input(key, key_len), input(iv, BLOCK), input(from, len)) };
    let (Some(key), Some(iv), Some(from)) = inputs else { return SQLITE_ERROR };
    // SAFETY: a place as long as the page.
    let Some(to) = (unsafe { output(to, from.len()) }) else { return SQLITE_ERROR };
    to.copy_from_slice(from);
    let (blocks, rest) = Block::<Aes256>::slice_as_chunks_mut(to);
    if !rest.is_empty() {
        return SQLITE_ERROR;
    }
    status(if mode == ENCRYPT {
        cbc::Encryptor::<Aes256>::new_from_slices(key, iv).ok().map(|mut mode| mode.encrypt_blocks(blocks))
    } else {
        cbc::Decryptor::<Aes256>::new_from_slices(key, iv).ok().map(|mut mode| mode.decrypt_blocks(blocks))
    })
}

unsafe extern "C" fn key_size(_: Context) -> c_int {
    KEY
}

unsafe extern "C" fn iv_size(_: Context) -> c_int {
    BLOCK
}

unsafe extern "C" fn block_size(_: Context) -> c_int {
    BLOCK
}

unsafe extern "C" fn hmac_size(_: Context, algorithm: c_int) -> c_int {
    match algorithm {
        SHA1 => 20,
        SHA256 => 32,
        SHA512 => 64,
        _ => 0,
    }
}

fn hmac_len(algorithm: c_int) -> usize {
    // SAFETY: it uses no context.
    usize::try_from(unsafe { hmac_size(ptr::null_mut(), algorithm) }).unwrap_or(0)
}

// There is nothing to keep between calls.
unsafe extern "C" fn context(_: *mut Context) -> c_int {
    SQLITE_OK
}

unsafe extern "C" fn fips_status(_: Context) -> c_int {
    0
}
