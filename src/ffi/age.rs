//! A session as a file of age.

use std::ffi::c_char;

use super::bytes::put_bytes;
use super::error::tgs_error;
use super::guard::guard_secret;
use super::options::{self, tgs_options};
use super::pointer;
use super::session::{self, tgs_session};
use super::status::tgs_status;
use super::text;
use crate::error::{Error, Result};
use crate::session::{AgeKey, AgeLock, ByteOptions, NewFile, Session};

/// # Encrypted with age
///
/// A whole session can be one file of [age](https://age-encryption.org), for a backup or to send it: encrypted with a
/// passphrase, or to recipients, of whom each can decrypt it. Any age tool opens it: after
/// `age -d -o my_account.session backup.age` its client has its file again. Recipients and identities are made by
/// `age-keygen`. Use a passphrase that nobody can guess: whoever has the file can try as many as they like.
///
/// ```c
/// const char *const recipients[] = {"age1hzdntzyuz09nuldn40c7pkkxnpuefgvcgz9lhtwgqchmm0wpn5nqgh3ma3"};
/// uint8_t *bytes = NULL;
/// size_t len = 0;
/// if (tgs_to_age(session, NULL, NULL, recipients, 1, &bytes, &len, &error) == TGS_OK)
///     fwrite(bytes, 1, len, stdout);
/// tgs_bytes_free(bytes, len);
/// ```
///
/// A passphrase takes about a second and 256 MB of memory, both ways, as in the age tool: that is what makes guessing
/// slow. What is encrypted to recipients takes neither. The library overwrites the passphrase, the identity and the
/// session in the memory that it used.
///
/// ---
///
/// The complete session as an age file. What is in it is what tgs_to_bytes() gives, not compressed.
///
/// @param[in] session The session.
/// @param[in] format The layout of the file in it, as for tgs_to_bytes(); NULL for the session's own.
/// @param[in] passphrase The passphrase, which is not empty; NULL if there are recipients. age knows no file with both.
/// @param[in] recipients The recipients, each "age1…" and 58 characters more; NULL if there is a passphrase. Those of
///     SSH and of plugins are refused.
/// @param[in] recipient_count How many; 500 at most.
/// @param[out] bytes Receives the bytes. Free them with tgs_bytes_free().
/// @param[out] len Receives how many.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT, which names the number of a recipient that is none, from 1, and does
///     not repeat it; TGS_ERROR_UNSUPPORTED (this library is built without age); TGS_ERROR_INCOMPLETE,
///     TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO, as tgs_to_bytes().
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_to_age(
    session: *const tgs_session,
    format: *const c_char,
    passphrase: *const c_char,
    recipients: *const *const c_char,
    recipient_count: usize,
    bytes: *mut *mut u8,
    len: *mut usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        pointer::check_out(bytes, "bytes")?;
        pointer::check_out(len, "len")?;
        // SAFETY: the caller's promise.
        let (format, passphrase) =
            unsafe { (text::optional(format, "format")?, text::optional(passphrase, "passphrase")?) };
        let format = format.map(NewFile::named).transpose()?;
        // SAFETY: the caller's promise.
        let recipients = unsafe { pointer::array(recipients, recipient_count, "recipients") }?.iter();
        // SAFETY: the caller's promise.
        let recipients =
            recipients.map(|one| unsafe { text::required(*one, "a recipient") }).collect::<Result<Vec<_>>>()?;
        let lock = match (passphrase, recipients.as_slice()) {
            (Some(passphrase), []) => AgeLock::Passphrase(passphrase),
            (Some(_), _) => return Err(Error::invalid_argument("age has a passphrase or recipients, not both")),
            (None, []) => {
                return Err(Error::invalid_argument("passphrase is NULL, and there are no recipients: give one"));
            }
            (None, recipients) => AgeLock::Recipients(recipients),
        };
        let options = ByteOptions { format, compress: false };
        let whole = session::from_handle(session)?.to_age(lock, options)?;
        // SAFETY: the caller's promise.
        unsafe { put_bytes(whole, bytes, len) }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Opens a session in an age file, as it is or with ASCII armor, whatever age tool made it. The session is in memory,
/// as of tgs_open_bytes(): what is decrypted is a complete SQLite file of any client or its JSON, also compressed with
/// gzip.
///
/// @param[in] bytes The bytes.
/// @param[in] len How many.
/// @param[in] passphrase The passphrase; NULL if it is encrypted to recipients.
/// @param[in] identity The text of an identity file: lines "AGE-SECRET-KEY-1…", of which one must fit, and comments
///     (#); NULL if it is encrypted with a passphrase. Identities of SSH and of plugins are refused.
/// @param[in] options How to open it; NULL for the defaults. tgs_options_set_max_bytes() bounds what is decrypted.
/// @param[out] session Receives the session. Close it with tgs_close().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_WRONG_KEY (the passphrase or identity is not its own, or is of the other kind);
///     TGS_ERROR_CORRUPT (it was cut off or changed: nothing of it is opened); TGS_ERROR_NOT_A_SESSION (it is not
///     encrypted with age, or holds no session); TGS_ERROR_INVALID_ARGUMENT, which names the line of the identity
///     that is none and does not repeat it; TGS_ERROR_UNSUPPORTED (this library is built without age, or the file
///     asks for more than 1 GB of memory to try a passphrase, or is larger than allowed);
///     TGS_ERROR_UNKNOWN_VERSION, TGS_ERROR_IN_USE or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_open_age(
    bytes: *const u8,
    len: usize,
    passphrase: *const c_char,
    identity: *const c_char,
    options: *const tgs_options,
    session: *mut *mut tgs_session,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        pointer::check_out(session, "session")?;
        // SAFETY: the caller's promise.
        let bytes = unsafe { pointer::array(bytes, len, "bytes") }?;
        // SAFETY: the caller's promise.
        let key = match unsafe { (text::optional(passphrase, "passphrase")?, text::optional(identity, "identity")?) } {
            (Some(passphrase), None) => AgeKey::Passphrase(passphrase),
            (None, Some(identity)) => AgeKey::Identity(identity),
            (Some(_), Some(_)) => {
                return Err(Error::invalid_argument("give a passphrase or an identity, not both: an age file has one"));
            }
            (None, None) => return Err(Error::invalid_argument("passphrase and identity are NULL: give one of them")),
        };
        let opened = Session::open_age(bytes, key, &options::from_handle(options)?)?;
        // SAFETY: the caller's promise.
        unsafe { pointer::put(session, session::into_handle(opened), "session") }?;
        Ok(tgs_status::TGS_OK)
    })
}
