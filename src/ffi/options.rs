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

/// How a session is opened. Made by tgs_options_new(), freed by tgs_options_free(); one object may serve many opens.
pub struct tgs_options {
    _opaque: [u8; 0],
}

/// Usernames never expire.
pub const TGS_USERNAME_EXPIRY_NEVER: i64 = -1;
/// Usernames expire as in the session's own client: after 8 hours in Pyrogram's family, never in Telethon's.
pub const TGS_USERNAME_EXPIRY_AS_CLIENT: i64 = -2;

static OPTIONS: Handles<Mutex<Options>> = Handles::new("tgs_options");

/// The options behind a handle; NULL stands for the defaults.
pub(super) fn of(options: *const tgs_options) -> Result<Options> {
    if options.is_null() {
        return Ok(Options::default());
    }
    Ok(OPTIONS.get(options)?.lock().unwrap_or_else(PoisonError::into_inner).clone())
}

fn change(
    options: *mut tgs_options,
    error: *mut *mut tgs_error,
    change: impl FnOnce(&mut Options) -> Result<()>,
) -> tgs_status {
    guard(error, || {
        change(&mut OPTIONS.get(options)?.lock().unwrap_or_else(PoisonError::into_inner))?;
        Ok(tgs_status::TGS_OK)
    })
}

/// # Options
///
/// Makes options with the defaults: read and write; make what is not there, as a Pyrogram 3 file; wait 5 seconds for a
/// lock; let usernames expire as the session's own client does. Free them with tgs_options_free().
///
/// Any thread. Never fails but by a defect, with NULL. Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_options_new() -> *mut tgs_options {
    guard_or(std::ptr::null_mut(), || OPTIONS.give(Mutex::default()))
}

/// Frees options; sessions that were opened with them stay as they are. NULL and freed options are ignored.
///
/// Any thread. Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_options_free(options: *mut tgs_options) {
    guard_or((), || OPTIONS.take(options));
}

/// Opens read-only: nothing of the session changes, whatever is called, and what is not there is not made. A WAL file
/// on a read-only medium, a file that another program has locked and one that a killed program left in the middle of a
/// write are read rightly all the same, from a private copy where need be.
///
/// Any thread. Since 0.1.0.
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

/// Whether what is not there is made (the default) or is TGS_ERROR_FILE_NOT_FOUND.
///
/// Any thread. Since 0.1.0.
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

/// The layout in which a new file is made: "pyrogram@3" (the default; Pyrogram 2, Hydrogram, and every fork opens it),
/// "kurigram@7", "kurigram@6", "pyrofork@4", "telethon@8", "telethon@7", "telethon@10". Without "@" and a number, the
/// newest one. A file that is there keeps its layout.
///
/// Any thread. TGS_ERROR_INVALID_ARGUMENT for another name. Since 0.1.0.
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

/// Whether a new file is made in SQLite's WAL mode, where a commit costs less and readers never wait for a writer, but
/// two more files stand beside it while it is open. Default: no. A file that is there keeps its mode.
///
/// Any thread. Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_options_set_wal(options: *mut tgs_options, wal: bool, error: *mut *mut tgs_error) -> tgs_status {
    change(options, error, |options| {
        options.wal = wal;
        Ok(())
    })
}

/// How long a call waits for another program's lock before it fails with TGS_ERROR_LOCKED, in milliseconds.
///
/// Any thread. Since 0.1.0.
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

/// After how many seconds without a sighting a lookup by username answers TGS_EXPIRED: usernames change hands. 0 or
/// more, TGS_USERNAME_EXPIRY_NEVER, or TGS_USERNAME_EXPIRY_AS_CLIENT (the default).
///
/// Any thread. TGS_ERROR_INVALID_ARGUMENT for another negative number. Since 0.1.0.
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

/// Leases the auth key while a session is open, now or as soon as it has one: the same key in use twice makes Telegram
/// end the login for good. Then opening it twice, in this process, in another one on this machine (of any user who
/// shares its temporary folder), or on another machine through the same store (MongoDB, SQL, an engine of your own), is
/// TGS_ERROR_IN_USE, and the message says by whom and since when. The lease of a process that died is over: at once on one
/// machine, after `seconds` in a store. Who loses it, because the process slept for longer, gets TGS_ERROR_IN_USE from
/// every call. A session that is opened read-only takes no lease.
///
/// @param lease     Whether there is a lease. The default is none.
/// @param owner     What others are told who holds it; NULL for the process and the host.
/// @param seconds   3 to 86400; 0 for the default, 30.
///
/// Any thread. TGS_ERROR_INVALID_ARGUMENT. Since 0.1.0.
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
