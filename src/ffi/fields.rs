//! A getter and a setter for each field of a session. A getter answers TGS_NOT_FOUND for an absent field; a setter takes
//! NULL for absent.

use std::ffi::c_char;

use super::error::tgs_error;
use super::guard::guard;
use super::pointer;
use super::session::{self, tgs_session};
use super::status::tgs_status;
use super::text;
use crate::error::{Error, Result};
use crate::model::{self, AuthKey, Field, FieldValue};

/// The number of bytes in an auth key.
pub const TGS_AUTH_KEY_LEN: usize = 256;

const _: () = assert!(TGS_AUTH_KEY_LEN == model::AUTH_KEY_LEN); // cbindgen wants a number

/// Reads a field and writes it where the caller wants it.
fn get<T>(
    session: *const tgs_session,
    field: Field,
    out: *mut T,
    error: *mut *mut tgs_error,
    convert: impl FnOnce(FieldValue) -> Option<Result<T>>,
) -> tgs_status {
    guard(error, || {
        pointer::check_out(out, field.name())?;
        let Some(value) = session::of(session)?.get(field)? else { return Ok(tgs_status::TGS_NOT_FOUND) };
        let value = convert(value).unwrap_or_else(|| Err(wrong_type(field)))?;
        // SAFETY: the exports ask for a place of the field's type.
        unsafe { pointer::put(out, value, field.name()) }?;
        Ok(tgs_status::TGS_OK)
    })
}

fn get_integer<T: TryFrom<i64>>(
    session: *const tgs_session,
    field: Field,
    out: *mut T,
    error: *mut *mut tgs_error,
) -> tgs_status {
    get(session, field, out, error, |value| match value {
        FieldValue::Integer(number) => Some(T::try_from(number).map_err(|_| wrong_type(field))),
        _ => None,
    })
}

fn get_boolean(session: *const tgs_session, field: Field, out: *mut bool, error: *mut *mut tgs_error) -> tgs_status {
    get(session, field, out, error, |value| match value {
        FieldValue::Integer(number) => Some(Ok(number != 0)),
        _ => None,
    })
}

fn get_key(
    session: *const tgs_session,
    field: Field,
    key: *mut u8,
    key_len: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        pointer::check_out(key, field.name())?;
        if key_len != TGS_AUTH_KEY_LEN {
            return Err(wrong_len(field, key_len));
        }
        let Some(FieldValue::Key(found)) = session::of(session)?.get(field)? else {
            return Ok(tgs_status::TGS_NOT_FOUND);
        };
        // SAFETY: not NULL, and the caller says that there is room for `key_len` bytes.
        unsafe { key.copy_from_nonoverlapping(found.as_bytes().as_ptr(), TGS_AUTH_KEY_LEN) };
        Ok(tgs_status::TGS_OK)
    })
}

fn set(
    session: *const tgs_session,
    field: Field,
    error: *mut *mut tgs_error,
    value: impl FnOnce() -> Result<Option<FieldValue>>,
) -> tgs_status {
    guard(error, || {
        session::of(session)?.set(&[(field, value()?)])?;
        Ok(tgs_status::TGS_OK)
    })
}

fn set_integer<T: Copy + Into<i64>>(
    session: *const tgs_session,
    field: Field,
    value: *const T,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set(session, field, error, || {
        // SAFETY: the exports ask for NULL or a value of the field's type.
        let value = unsafe { pointer::array(value, usize::from(!value.is_null()), field.name()) }?;
        Ok(value.first().map(|value| FieldValue::Integer((*value).into())))
    })
}

fn set_key(
    session: *const tgs_session,
    field: Field,
    key: *const u8,
    key_len: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set(session, field, error, || {
        if key.is_null() {
            return Ok(None);
        }
        if key_len != TGS_AUTH_KEY_LEN {
            return Err(wrong_len(field, key_len));
        }
        // SAFETY: not NULL, and the caller says that it has `key_len` bytes.
        let bytes = unsafe { pointer::array(key, key_len, field.name()) }?;
        Ok(Some(FieldValue::Key(AuthKey::new(bytes)?)))
    })
}

fn wrong_type(field: Field) -> Error {
    Error::invalid_argument(format!("the session's {} does not fit its type", field.name()))
}

fn wrong_len(field: Field, len: usize) -> Error {
    Error::invalid_argument(format!("{} has {TGS_AUTH_KEY_LEN} bytes, not {len}", field.name()))
}

/// # Fields
///
/// The data centre where the account lives: 1 to 5, 203, others possible.
///
/// @return TGS_NOT_FOUND where it is absent.
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_dc_id(
    session: *const tgs_session,
    dc_id: *mut i32,
    error: *mut *mut tgs_error,
) -> tgs_status {
    get_integer(session, Field::DcId, dc_id, error)
}

/// Sets it; NULL makes it absent. Absent in a file of the Pyrogram family is 2, which is what its clients write into a new session.
///
/// Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
///
/// # Safety
/// `dc_id` is NULL or leads to a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_dc_id(
    session: *const tgs_session,
    dc_id: *const i32,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_integer(session, Field::DcId, dc_id, error)
}

/// The address of the data centre, IPv4 or IPv6 as text. Most clients store none: see tgs_default_server_address().
///
/// @param server_address   Receives the text; free it with tgs_string_free().
/// @return TGS_NOT_FOUND where it is absent.
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_server_address(
    session: *const tgs_session,
    server_address: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    get(session, Field::ServerAddress, server_address, error, |value| match value {
        FieldValue::Text(text) => Some(text::give(&text)),
        _ => None,
    })
}

/// Sets it; NULL makes it absent.
///
/// Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
///
/// # Safety
/// `server_address` is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_server_address(
    session: *const tgs_session,
    server_address: *const c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set(session, Field::ServerAddress, error, || {
        // SAFETY: the caller's promise.
        let text = unsafe { text::optional(server_address, "server_address") }?;
        Ok(text.map(|text| FieldValue::Text(text.to_owned())))
    })
}

/// The TCP port of the data centre.
///
/// @return TGS_NOT_FOUND where it is absent.
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_port(
    session: *const tgs_session,
    port: *mut u16,
    error: *mut *mut tgs_error,
) -> tgs_status {
    get_integer(session, Field::Port, port, error)
}

/// Sets it; NULL makes it absent.
///
/// Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
///
/// # Safety
/// `port` is NULL or leads to a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_port(
    session: *const tgs_session,
    port: *const u16,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_integer(session, Field::Port, port, error)
}

/// The application's id.
///
/// @return TGS_NOT_FOUND where it is absent.
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_api_id(
    session: *const tgs_session,
    api_id: *mut i32,
    error: *mut *mut tgs_error,
) -> tgs_status {
    get_integer(session, Field::ApiId, api_id, error)
}

/// Sets it; NULL makes it absent.
///
/// Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
///
/// # Safety
/// `api_id` is NULL or leads to a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_api_id(
    session: *const tgs_session,
    api_id: *const i32,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_integer(session, Field::ApiId, api_id, error)
}

/// Whether the auth key belongs to Telegram's test servers.
///
/// @return TGS_NOT_FOUND where it is absent.
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_test_mode(
    session: *const tgs_session,
    test_mode: *mut bool,
    error: *mut *mut tgs_error,
) -> tgs_status {
    get_boolean(session, Field::TestMode, test_mode, error)
}

/// Sets it; NULL makes it absent.
///
/// Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
///
/// # Safety
/// `test_mode` is NULL or leads to a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_test_mode(
    session: *const tgs_session,
    test_mode: *const bool,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_integer(session, Field::TestMode, test_mode, error)
}

/// The auth key: the secret that is the login. Absent: not logged in.
///
/// @param key       Receives the bytes. Wipe them when you are done.
/// @param key_len   The room there: TGS_AUTH_KEY_LEN.
/// @return TGS_NOT_FOUND where it is absent.
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_auth_key(
    session: *const tgs_session,
    key: *mut u8,
    key_len: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    get_key(session, Field::AuthKey, key, key_len, error)
}

/// Sets it; NULL makes it absent. A key of another length than TGS_AUTH_KEY_LEN is TGS_ERROR_INVALID_ARGUMENT.
///
/// Any thread. TGS_ERROR_READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
///
/// # Safety
/// `key` is NULL or has `key_len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_auth_key(
    session: *const tgs_session,
    key: *const u8,
    key_len: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_key(session, Field::AuthKey, key, key_len, error)
}

/// When the session was last saved, in Unix seconds.
///
/// @return TGS_NOT_FOUND where it is absent.
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_date(
    session: *const tgs_session,
    date: *mut i64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    get_integer(session, Field::Date, date, error)
}

/// Sets it; NULL makes it absent. Absent in a file of the Pyrogram family is 0.
///
/// Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
///
/// # Safety
/// `date` is NULL or leads to a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_date(
    session: *const tgs_session,
    date: *const i64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_integer(session, Field::Date, date, error)
}

/// The account's own id. Absent means unknown; never invent one.
///
/// @return TGS_NOT_FOUND where it is absent.
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_user_id(
    session: *const tgs_session,
    user_id: *mut i64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    get_integer(session, Field::UserId, user_id, error)
}

/// Sets it; NULL makes it absent.
///
/// Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
///
/// # Safety
/// `user_id` is NULL or leads to a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_user_id(
    session: *const tgs_session,
    user_id: *const i64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_integer(session, Field::UserId, user_id, error)
}

/// Whether the account is a bot. Absent means unknown.
///
/// @return TGS_NOT_FOUND where it is absent.
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_is_bot(
    session: *const tgs_session,
    is_bot: *mut bool,
    error: *mut *mut tgs_error,
) -> tgs_status {
    get_boolean(session, Field::IsBot, is_bot, error)
}

/// Sets it; NULL makes it absent.
///
/// Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
///
/// # Safety
/// `is_bot` is NULL or leads to a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_is_bot(
    session: *const tgs_session,
    is_bot: *const bool,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_integer(session, Field::IsBot, is_bot, error)
}

/// The takeout that is under way (Telethon).
///
/// @return TGS_NOT_FOUND where it is absent.
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_takeout_id(
    session: *const tgs_session,
    takeout_id: *mut i64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    get_integer(session, Field::TakeoutId, takeout_id, error)
}

/// Sets it; NULL makes it absent.
///
/// Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
///
/// # Safety
/// `takeout_id` is NULL or leads to a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_takeout_id(
    session: *const tgs_session,
    takeout_id: *const i64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_integer(session, Field::TakeoutId, takeout_id, error)
}

/// The temporary key of perfect forward secrecy (Telethon 8).
///
/// @param key       Receives the bytes. Wipe them when you are done.
/// @param key_len   The room there: TGS_AUTH_KEY_LEN.
/// @return TGS_NOT_FOUND where it is absent.
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_tmp_auth_key(
    session: *const tgs_session,
    key: *mut u8,
    key_len: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    get_key(session, Field::TmpAuthKey, key, key_len, error)
}

/// Sets it; NULL makes it absent. A key of another length than TGS_AUTH_KEY_LEN is TGS_ERROR_INVALID_ARGUMENT.
///
/// Any thread. TGS_ERROR_READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
///
/// # Safety
/// `key` is NULL or has `key_len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_tmp_auth_key(
    session: *const tgs_session,
    key: *const u8,
    key_len: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_key(session, Field::TmpAuthKey, key, key_len, error)
}

/// Where a data centre answers, as clients write it: for a session that stores no address.
///
/// @param server_address   Receives the text; free it with tgs_string_free().
/// @param port             Receives the TCP port.
/// @return TGS_NOT_FOUND for a data centre that nobody knows.
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_default_server_address(
    dc_id: i32,
    test_mode: bool,
    server_address: *mut *mut c_char,
    port: *mut u16,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        pointer::check_out(server_address, "server_address")?;
        pointer::check_out(port, "port")?;
        let Some(address) = model::default_address(dc_id, test_mode) else { return Ok(tgs_status::TGS_NOT_FOUND) };
        let text = text::give(address.server_address)?;
        // SAFETY: the caller's promise.
        unsafe {
            pointer::put(server_address, text, "server_address")?;
            pointer::put(port, address.port, "port")?;
        }
        Ok(tgs_status::TGS_OK)
    })
}
