//! How a session is opened.

use std::ffi::c_char;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::error::tgs_error;
use super::guard::guard;
use super::handle::Handles;
use super::panic::guard_or;
use super::status::tgs_status;
use super::text;
use crate::error::{Error, Result};
use crate::session::{LeaseOptions, NewFile, Options, UsernameExpiry};

/// How a session is opened: from tgs_options_new() until tgs_options_free().
pub struct tgs_options {
    _opaque: [u8; 0],
}

/// For tgs_options_set_username_expiry(): usernames never expire.
pub const TGS_USERNAME_EXPIRY_NEVER: i64 = -1;
/// For tgs_options_set_username_expiry(): usernames expire as in the session's own client, after 8 hours in the
/// Pyrogram family, never in Telethon.
pub const TGS_USERNAME_EXPIRY_AS_CLIENT: i64 = -2;

/// All that a caller has set.
#[derive(Clone, Default)]
pub(super) struct Chosen {
    pub opening: Options,
    /// Only a conversion looks at it.
    pub keep_foreign_tables: bool,
}

pub(super) static OPTIONS: Handles<Mutex<Chosen>> = Handles::new("tgs_options");

/// For a fork: see `fork`.
#[cfg(unix)]
pub(super) fn freeze() -> Box<dyn std::any::Any> {
    OPTIONS.freeze()
}

/// How a session is opened, of the options behind a handle; NULL stands for the defaults.
pub(super) fn from_handle(options: *const tgs_options) -> Result<Options> {
    Ok(chosen(options)?.opening)
}

/// The options behind a handle; NULL stands for the defaults.
pub(super) fn chosen(options: *const tgs_options) -> Result<Chosen> {
    if options.is_null() {
        return Ok(Chosen::default());
    }
    Ok(OPTIONS.get(options)?.lock().unwrap_or_else(PoisonError::into_inner).clone())
}

fn change(
    options: *mut tgs_options,
    error: *mut *mut tgs_error,
    change: impl FnOnce(&mut Options) -> Result<()>,
) -> tgs_status {
    guard(error, || {
        change(&mut OPTIONS.get(options)?.lock().unwrap_or_else(PoisonError::into_inner).opening)?;
        Ok(tgs_status::TGS_OK)
    })
}

/// # Options
///
/// Options say how a session is opened: whether it may change, which file is created, how long a call waits for a lock.
/// One object can serve any number of sessions; changing or freeing it changes no session that is open.
///
/// ```c
/// tgs_options *options = tgs_options_new();
/// tgs_options_set_create(options, false, NULL);
/// tgs_options_set_busy_timeout(options, 30000, NULL);
/// tgs_open("my_account.session", options, &session, &error);
/// tgs_options_free(options);
/// ```
///
/// ---
///
/// Makes options with the defaults: read and write, create what is not there as a file of Pyrogram 3, wait 5 seconds
/// for a lock, let usernames expire as the session's own client does, take no lease.
///
/// @return The options, which you free with tgs_options_free(). NULL only after a defect of the library.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_options_new() -> *mut tgs_options {
    guard_or(std::ptr::null_mut(), || OPTIONS.insert(Mutex::default()))
}

/// Frees options. Sessions that were opened with them stay as they are.
///
/// @param[in] options The options. NULL, and options that were freed, are ignored.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_options_free(options: *mut tgs_options) {
    guard_or((), || OPTIONS.remove(options));
}

/// Opens the session read-only: no call changes it, and what is not there is not created. A WAL file on a read-only
/// medium, a file that another process has locked, and a file that a killed process left in the middle of a write can
/// be read; the library reads a copy in memory if it has to.
///
/// @param[in,out] options The options to change.
/// @param[in] read_only Whether to open it read-only. The default is false.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_options_set_read_only(
    options: *mut tgs_options,
    read_only: bool,
    error: *mut *mut tgs_error,
) -> tgs_status {
    change(options, error, |options| {
        options.read_only = read_only;
        Ok(())
    })
}

/// Whether a session that is not there is created.
///
/// @param[in,out] options The options to change.
/// @param[in] create true (the default) creates it; with false, opening it is TGS_ERROR_FILE_NOT_FOUND.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_options_set_create(
    options: *mut tgs_options,
    create: bool,
    error: *mut *mut tgs_error,
) -> tgs_status {
    change(options, error, |options| {
        options.create = create;
        Ok(())
    })
}

/// The layout of a file that is created. A file that is there keeps its layout.
///
/// @param[in,out] options The options to change.
/// @param[in] format "pyrogram@3" (the default: of Pyrogram 2 and Hydrogram, and every fork opens it),
///     "kurigram@7", "kurigram@6", "pyrofork@4", "telethon@8", "telethon@7", "telethon@10", "mtcute@2" or
///     "grammers@1". A name without "@" and a number means its newest version.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for another name.
///
/// # Safety
/// `format` is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_options_set_format(
    options: *mut tgs_options,
    format: *const c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    change(options, error, |options| {
        // SAFETY: the caller's promise.
        options.new_file = NewFile::named(unsafe { text::required(format, "format") }?)?;
        Ok(())
    })
}

/// Whether a file that is created uses SQLite's WAL mode. There a commit costs less and readers never wait for a
/// writer, but two more files, -wal and -shm, are beside it while it is open. A file that is there keeps its mode.
///
/// @param[in,out] options The options to change.
/// @param[in] wal Whether to use WAL mode. The default is false.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_options_set_wal(options: *mut tgs_options, wal: bool, error: *mut *mut tgs_error) -> tgs_status {
    change(options, error, |options| {
        options.wal = wal;
        Ok(())
    })
}

/// Whether a SQLite file is the session's alone while it is open. Its lock is taken once and kept, so that reading
/// needs none and costs less. Whoever opens or writes the file meanwhile, in this process, in another one, or with
/// another client, finds it locked, as during another one's write; who opens it read-only reads a copy. The file is
/// free again when the session is closed, or its process ends, however that ends. Opening waits for others to finish
/// as long as the busy time-out says, and is TGS_ERROR_LOCKED then. What is no SQLite file, and a session that is
/// opened read-only, is opened as ever.
///
/// @param[in,out] options The options to change.
/// @param[in] exclusive Whether nobody else uses the file. The default is false.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_options_set_exclusive(
    options: *mut tgs_options,
    exclusive: bool,
    error: *mut *mut tgs_error,
) -> tgs_status {
    change(options, error, |options| {
        options.exclusive = exclusive;
        Ok(())
    })
}

/// How long a call waits before it fails with TGS_ERROR_LOCKED. The time is that of one call and of all that it waits
/// for together: for another program's lock, and for other threads' calls with the same session (for these a second
/// at least). Threads that write while another program holds the lock queue up, each with its own time; who only
/// reads does not wait for them. An engine of your own cannot be interrupted: the time is that for which other calls
/// wait for it. A server has times of its own for connections and answers, which its URL can change.
///
/// @param[in,out] options The options to change.
/// @param[in] milliseconds The time in milliseconds. The default is 5000.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_options_set_busy_timeout(
    options: *mut tgs_options,
    milliseconds: u32,
    error: *mut *mut tgs_error,
) -> tgs_status {
    change(options, error, |options| {
        options.busy_timeout = Duration::from_millis(milliseconds.into());
        Ok(())
    })
}

/// How large a session may be that the library reads into memory as a whole, and a single value in any file. A megabyte
/// of gzip can stand for a gigabyte: what is larger is refused before it is read.
///
/// @param[in,out] options The options to change.
/// @param[in] bytes The number of bytes, after unpacking. The default is 268435456, 256 MB. JSON, which takes many times
///     its length, may have a sixteenth of it.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK. Opening what is larger is TGS_ERROR_UNSUPPORTED.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_options_set_max_bytes(
    options: *mut tgs_options,
    bytes: u64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    change(options, error, |options| {
        options.max_bytes = bytes;
        Ok(())
    })
}

/// How many answers of lookups, fields and update states of a SQLite file a session keeps in memory. An answer is used
/// as long as nobody else has written the file; a commit of the session's own ends those that it may have changed.
/// When there is no room for another one, all are forgotten. With tgs_options_set_exclusive() nobody else writes, and
/// a session whose peers fit finds each of them in memory after the first time. Where this is not called, 10,000 are
/// kept, and of lookups those that are asked for again.
///
/// @param[in,out] options The options to change.
/// @param[in] answers The number of answers; 0 keeps none. One of an id takes about 70 bytes, one of a username or a
///     phone number about 150. The memory is taken when answers come.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_options_set_cache_size(
    options: *mut tgs_options,
    answers: u32,
    error: *mut *mut tgs_error,
) -> tgs_status {
    change(options, error, |options| {
        options.cache_size = Some(usize::try_from(answers).unwrap_or(usize::MAX));
        Ok(())
    })
}

/// Usernames change hands. After this time without an update of the peer, a lookup by username returns TGS_EXPIRED.
///
/// @param[in,out] options The options to change.
/// @param[in] seconds The time in seconds, 0 or more; TGS_USERNAME_EXPIRY_NEVER; or TGS_USERNAME_EXPIRY_AS_CLIENT
///     (the default).
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for another negative number.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_options_set_username_expiry(
    options: *mut tgs_options,
    seconds: i64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    change(options, error, |options| {
        options.username_expiry = match seconds {
            TGS_USERNAME_EXPIRY_NEVER => UsernameExpiry::Never,
            TGS_USERNAME_EXPIRY_AS_CLIENT => UsernameExpiry::AsClient,
            seconds => UsernameExpiry::After(
                u64::try_from(seconds)
                    .map_err(|_| Error::invalid_argument(format!("usernames cannot expire after {seconds} seconds")))?,
            ),
        };
        Ok(())
    })
}

/// The format that the session has, if you know it. A session of another format is refused.
///
/// Some session strings can be read in two ways: as an intact string of one format, and as what is left of a longer one
/// that lost some characters. They would give different keys, so such a text is TGS_ERROR_BAD_SESSION_STRING, with a
/// message that names both. With the format named, it is read as that. This concerns some strings of Pyrogram 1 and
/// those of MTKruto before 0.1.190.
///
/// @param[in,out] options The options to change.
/// @param[in] format "pyrogram" (a session string of Pyrogram 2 and its forks, or a file of Pyrogram 1 or 2),
///     "pyrogram-1", "telethon", "gramjs", "mtcute", "mtkruto", "gogram", "kurigram", "pyrofork" (also in MongoDB),
///     "telethon2-alpha", "telegram-web" or "alchemysession" (in SQL databases); NULL for any (the default).
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for another name. Opening a session of another format is
///     TGS_ERROR_NOT_A_SESSION, and a session string of another one TGS_ERROR_BAD_SESSION_STRING.
///
/// # Safety
/// `format` is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_options_set_expected_format(
    options: *mut tgs_options,
    format: *const c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    change(options, error, |options| {
        // SAFETY: the caller's promise.
        let format = unsafe { text::optional(format, "format") }?;
        options.expected_format = format.map(str::parse).transpose()?;
        Ok(())
    })
}

/// Leases the auth key while the session is open, from the moment it has one. Telegram ends a login for good when its
/// key is used by two clients at once. With a lease, opening the key a second time is TGS_ERROR_IN_USE, and the message
/// says who has it and since when: in this process, in another process on this machine (of any user with the same
/// temporary folder), or on another machine through the same store (MongoDB, SQL, an engine of your own).
///
/// The lease of a process that died ends at once on its machine, and after `seconds` in a store. A process that slept
/// longer than that loses its lease: each of its calls then returns TGS_ERROR_IN_USE. A read-only session takes no
/// lease.
///
/// @param[in,out] options The options to change.
/// @param[in] lease Whether to take a lease. The default is false.
/// @param[in] owner What others are told about the holder, one line; NULL for the process and the host.
/// @param[in] seconds How long a lease in a store lasts without renewal, in seconds: 3 to 86400, or 0 for the
///     default, 30.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for another time or an empty owner.
///
/// # Safety
/// `owner` is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_options_set_lease(
    options: *mut tgs_options,
    lease: bool,
    owner: *const c_char,
    seconds: u32,
    error: *mut *mut tgs_error,
) -> tgs_status {
    change(options, error, |options| {
        // SAFETY: the caller's promise.
        let owner = unsafe { text::optional(owner, "owner") }?.map(str::to_owned);
        let wanted = LeaseOptions::new(owner, (seconds != 0).then_some(seconds))?;
        options.lease = lease.then_some(wanted);
        Ok(())
    })
}
