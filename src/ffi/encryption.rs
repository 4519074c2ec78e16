//! Encrypted files: what opens them, and another passphrase or key for one that is open.

use std::ffi::c_char;
use std::sync::PoisonError;

use super::error::tgs_error;
use super::guard::{guard, guard_secret};
use super::options::{OPTIONS, tgs_options};
use super::session::{self, tgs_session};
use super::status::tgs_status;
use super::{pointer, text};
use crate::error::{Error, Result};
use crate::session::{DatabaseKey, EncryptionKey, Passcode};

/// # Encryption at rest
///
/// A session's file can be encrypted: with a passphrase, or with a key of 32 bytes that you keep elsewhere. It is a
/// file of SQLCipher 4 with its defaults, which every program with SQLCipher 4 opens: each page is encrypted with
/// AES-256 and authenticated with HMAC-SHA512, and so are the pages in the -journal and -wal files, from the first
/// byte. The key of a passphrase is made by PBKDF2 with 256,000 rounds of HMAC-SHA512. This is work for a tenth of a
/// second or more each time the file is opened; a key costs nothing. The clients themselves open plain files only.
///
/// What it protects is a file that is stolen, lost or backed up. It does not protect what is in the memory of the
/// program, which has the passphrase and the auth key while the session is open, nor session strings. The length and
/// the times of the file, and which pages change, can be seen.
///
/// A plain session becomes an encrypted one when it is converted into a new file that is opened with a passphrase, and
/// the other way round:
///
/// ```c
/// tgs_options *options = tgs_options_new();
/// tgs_options_set_passphrase(options, "correct horse battery staple", NULL);
/// tgs_session *target = NULL;
/// if (tgs_open("encrypted.session", options, &target, &error) == TGS_OK)
///     tgs_convert(session, target, NULL, 0, NULL, &error);
/// tgs_close(target);
/// tgs_options_free(options);
/// ```
///
/// ---
///
/// The passphrase of the session's file. A file that is created is encrypted with it. It takes the place of a key that
/// was set before.
///
/// @param[in,out] options The options to change. They keep a copy, which is overwritten when they are freed.
/// @param[in] passphrase NUL-terminated UTF-8, not empty; NULL for a file that is not encrypted (the default).
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for an empty one, and for a text like x'0a1b…' with the digits of a key,
///     which SQLCipher takes for the key itself; TGS_ERROR_UNSUPPORTED if this library has no SQLCipher. Opening a
///     file with a wrong passphrase, with one that it does not have, or without one that it has, is
///     TGS_ERROR_WRONG_KEY and changes nothing; what is not in a file of SQLite is TGS_ERROR_UNSUPPORTED.
///
/// # Safety
/// `passphrase` is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_options_set_passphrase(
    options: *mut tgs_options,
    passphrase: *const c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_key(options, error, || {
        // SAFETY: the caller's promise.
        let passphrase = unsafe { text::optional(passphrase, "passphrase") }?;
        passphrase.map(EncryptionKey::from_passphrase).transpose()
    })
}

/// The key of the session's file, in place of a passphrase. A file that is created is encrypted with it.
///
/// @param[in,out] options The options to change. They keep a copy, which is overwritten when they are freed.
/// @param[in] key The bytes of the key, from a source of random numbers; NULL for a file that is not encrypted.
/// @param[in] len 32; or 48 for a key and its salt, the first 16 bytes of the file; 0 with NULL.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for another length; TGS_ERROR_UNSUPPORTED if this library has no
///     SQLCipher.
///
/// # Safety
/// `key` is NULL or leads to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_options_set_encryption_key(
    options: *mut tgs_options,
    key: *const u8,
    len: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_key(options, error, || {
        if key.is_null() && len == 0 {
            return Ok(None);
        }
        // SAFETY: the caller's promise.
        EncryptionKey::from_bytes(unsafe { pointer::array(key, len, "key") }?).map(Some)
    })
}

/// The key of another client's own encrypted file, which is only read: the database key of TDLib's td.binlog, the
/// api_hash or session_key of a session of WTelegramClient (bytes, or their hexadecimal digits), the SessionAESKey of
/// gogram.
///
/// @param[in,out] options The options to change. They keep a copy, which is overwritten when they are freed.
/// @param[in] key The bytes; NULL for the client's own default.
/// @param[in] len How many: 4096 at most; 0 with NULL.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK. Opening a file with a wrong key, or without one that it needs, is TGS_ERROR_WRONG_KEY; with one, what is none of
///     these is TGS_ERROR_UNSUPPORTED.
///
/// # Safety
/// `key` is NULL or leads to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_options_set_database_key(
    options: *mut tgs_options,
    key: *const u8,
    len: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        let options = OPTIONS.get(options)?;
        // SAFETY: the caller's promise.
        let bytes = unsafe { pointer::array(key, len, "key") }?;
        let key = (!key.is_null()).then(|| DatabaseKey::new(bytes)).transpose()?;
        options.lock().unwrap_or_else(PoisonError::into_inner).opening.database_key = key;
        Ok(tgs_status::TGS_OK)
    })
}

/// The passcode of Telegram Desktop's tdata: of the folder that is opened, or of the new one that
/// tgs_export_file_with_options() writes.
///
/// @param[in,out] options The options to change. They keep a copy, which is overwritten when they are freed.
/// @param[in] passcode NUL-terminated UTF-8, as it is typed; NULL for a folder without one (the default).
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK. Opening a folder with a wrong passcode, or without the one that it has, is TGS_ERROR_WRONG_KEY; with one, what is
///     no such folder is TGS_ERROR_UNSUPPORTED.
///
/// # Safety
/// `passcode` is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_options_set_passcode(
    options: *mut tgs_options,
    passcode: *const c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        let options = OPTIONS.get(options)?;
        // SAFETY: the caller's promise.
        let passcode = unsafe { text::optional(passcode, "passcode") }?.map(Passcode::new);
        options.lock().unwrap_or_else(PoisonError::into_inner).opening.passcode = passcode;
        Ok(tgs_status::TGS_OK)
    })
}

/// Which account of Telegram Desktop's tdata is opened: its index there, from 0, or its user id.
///
/// @param[in,out] options The options to change.
/// @param[in] account The index or the user id; NULL for the account that Telegram Desktop shows (the default).
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for a number below 0. Opening a folder without that account is
///     TGS_ERROR_INVALID_ARGUMENT too, and the message lists those that it has; opening what is no such folder is
///     TGS_ERROR_UNSUPPORTED.
///
/// # Safety
/// `account` is NULL or leads to a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_options_set_account(
    options: *mut tgs_options,
    account: *const i64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        let options = OPTIONS.get(options)?;
        // SAFETY: the caller's promise.
        let account = unsafe { pointer::array(account, usize::from(!account.is_null()), "account") }?.first().copied();
        if account.is_some_and(|account| account < 0) {
            return Err(Error::invalid_argument("account is below 0: it is an index or a user id"));
        }
        options.lock().unwrap_or_else(PoisonError::into_inner).opening.account = account;
        Ok(tgs_status::TGS_OK)
    })
}

fn set_key(
    options: *mut tgs_options,
    error: *mut *mut tgs_error,
    key: impl FnOnce() -> Result<Option<EncryptionKey>>,
) -> tgs_status {
    guard_secret(error, || {
        let options = OPTIONS.get(options)?;
        let key = key()?;
        options.lock().unwrap_or_else(PoisonError::into_inner).opening.encryption_key = key;
        Ok(tgs_status::TGS_OK)
    })
}

/// Encrypts the session's file anew, with another passphrase. It is one transaction: after a crash or a full disk the
/// file has the old passphrase or the new one, and all of its content. Other programs that have it open must open it
/// again. A copy of the file, and what its medium keeps of overwritten blocks, still open with the old one.
///
/// @param[in,out] session The session to change, whose file is encrypted.
/// @param[in] passphrase As for tgs_options_set_passphrase(), but not NULL.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_UNSUPPORTED if it is not encrypted (use tgs_convert() into a new file that is);
///     TGS_ERROR_INVALID_ARGUMENT, TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO: it has
///     the old one.
///
/// # Safety
/// `passphrase` is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_change_passphrase(
    session: *mut tgs_session,
    passphrase: *const c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        // SAFETY: the caller's promise.
        let passphrase = unsafe { text::required(passphrase, "passphrase") }?;
        change_key(session, &EncryptionKey::from_passphrase(passphrase)?)
    })
}

/// Encrypts the session's file anew with a key in place of a passphrase or another key, as tgs_change_passphrase()
/// does.
///
/// @param[in,out] session The session to change, whose file is encrypted.
/// @param[in] key The bytes of the key.
/// @param[in] len 32. The salt of a file stays as it is.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return As tgs_change_passphrase().
///
/// # Safety
/// `key` is NULL or leads to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_change_encryption_key(
    session: *mut tgs_session,
    key: *const u8,
    len: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        // SAFETY: the caller's promise.
        let key = unsafe { pointer::array(key, len, "key") }?;
        if len == 48 {
            return Err(Error::invalid_argument("the salt of a file cannot be changed: give the 32 bytes of the key"));
        }
        change_key(session, &EncryptionKey::from_bytes(key)?)
    })
}

fn change_key(session: *mut tgs_session, key: &EncryptionKey) -> Result<tgs_status> {
    session::from_handle(session)?.change_encryption_key(key)?;
    Ok(tgs_status::TGS_OK)
}
