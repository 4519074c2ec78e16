//! A getter and a setter for each field of a session.

use std::ffi::c_char;

use super::error::tgs_error;
use super::guard::{guard, guard_secret};
use super::pointer;
use super::session::{self, tgs_session};
use super::status::tgs_status;
use super::text;
use crate::error::{Error, Result};
use crate::model::{self, AuthKey, Field, FieldValue};
use crate::storage::Remembered;

/// The size of an auth key in bytes.
pub const TGS_AUTH_KEY_LEN: usize = 256;

const _: () = assert!(TGS_AUTH_KEY_LEN == model::AUTH_KEY_LEN); // cbindgen wants a number

/// Reads a field and writes it to the caller's place. Only where it is not in memory can a secret be near.
fn get<T>(
    session: *const tgs_session,
    field: Field,
    out: *mut T,
    error: *mut *mut tgs_error,
    convert: impl Fn(FieldValue) -> Option<Result<T>>,
) -> tgs_status {
    let put = |value: Option<FieldValue>| {
        let Some(value) = value else { return Ok(tgs_status::TGS_NOT_FOUND) };
        let value = convert(value).unwrap_or_else(|| Err(wrong_type(field)))?;
        // SAFETY: the exports ask for a place of the field's type.
        unsafe { pointer::put(out, value, field.name()) }?;
        Ok(tgs_status::TGS_OK)
    };
    let mut must_read = false;
    let status = guard(error, || {
        pointer::check_out(out, field.name())?;
        match session::from_handle(session)?.remembered(field)? {
            Remembered::Value(value) => put(value),
            Remembered::No => {
                must_read = true;
                Ok(tgs_status::TGS_OK)
            }
        }
    });
    if !must_read {
        return status;
    }
    guard_secret(error, || put(session::from_handle(session)?.get(field)?))
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
    guard_secret(error, || {
        pointer::check_out(key, field.name())?;
        if key_len != TGS_AUTH_KEY_LEN {
            return Err(wrong_len(field, key_len));
        }
        let Some(FieldValue::Key(found)) = session::from_handle(session)?.get(field)? else {
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
    guard_secret(error, || {
        session::from_handle(session)?.set(&[(field, value()?)])?;
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
/// A session has eleven fields, and each may be absent. A getter returns TGS_NOT_FOUND then; a setter makes the field
/// absent if its value is NULL. tgs_set_session_data() sets several at once, all of them or none.
///
/// ```c
/// int64_t user_id = 0;
/// if (tgs_get_user_id(session, &user_id, &error) == TGS_NOT_FOUND) {
///     user_id = 777000123;
///     tgs_set_user_id(session, &user_id, &error);
/// }
/// ```
///
/// ---
///
/// Reads the number of the data centre that the account belongs to: 1 to 5, 203; others are possible.
///
/// @param[in] session The session.
/// @param[out] dc_id Receives the number.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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

/// Sets the number of the data centre, or makes it absent. In a file of the Pyrogram family, absent is stored as 2,
/// which is what its clients write into a new session.
///
/// @param[in,out] session The session to change.
/// @param[in] dc_id The number, from 1; NULL for absent.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// `dc_id` is NULL or leads to a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_dc_id(
    session: *mut tgs_session,
    dc_id: *const i32,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_integer(session, Field::DcId, dc_id, error)
}

/// Reads the address of the data centre. Most clients store none: see tgs_default_server_address().
///
/// @param[in] session The session.
/// @param[out] server_address Receives an IPv4 or IPv6 address as text. Free it with tgs_string_free().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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
        FieldValue::Text(text) => Some(text::into_raw(&text)),
        _ => None,
    })
}

/// Sets the address of the data centre, or makes it absent.
///
/// @param[in,out] session The session to change.
/// @param[in] server_address An IPv4 or IPv6 address as text, not empty; NULL for absent.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// `server_address` is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_server_address(
    session: *mut tgs_session,
    server_address: *const c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set(session, Field::ServerAddress, error, || {
        // SAFETY: the caller's promise.
        let text = unsafe { text::optional(server_address, "server_address") }?;
        Ok(text.map(|text| FieldValue::Text(text.to_owned())))
    })
}

/// Reads the TCP port of the data centre.
///
/// @param[in] session The session.
/// @param[out] port Receives the port.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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

/// Sets the TCP port of the data centre, or makes it absent.
///
/// @param[in,out] session The session to change.
/// @param[in] port The port, from 1; NULL for absent.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// `port` is NULL or leads to a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_port(
    session: *mut tgs_session,
    port: *const u16,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_integer(session, Field::Port, port, error)
}

/// Reads the api_id of the application.
///
/// @param[in] session The session.
/// @param[out] api_id Receives the number.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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

/// Sets the api_id of the application, or makes it absent.
///
/// @param[in,out] session The session to change.
/// @param[in] api_id The number, from 0; NULL for absent.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// `api_id` is NULL or leads to a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_api_id(
    session: *mut tgs_session,
    api_id: *const i32,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_integer(session, Field::ApiId, api_id, error)
}

/// Reads whether the auth key belongs to Telegram's test servers.
///
/// @param[in] session The session.
/// @param[out] test_mode Receives the value.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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

/// Sets whether the auth key belongs to Telegram's test servers, or makes it absent.
///
/// @param[in,out] session The session to change.
/// @param[in] test_mode The value; NULL for absent.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// `test_mode` is NULL or leads to a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_test_mode(
    session: *mut tgs_session,
    test_mode: *const bool,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_integer(session, Field::TestMode, test_mode, error)
}

/// Reads the auth key: the secret that is the login. Absent means not logged in.
///
/// @param[in] session The session.
/// @param[out] key Receives TGS_AUTH_KEY_LEN bytes. Overwrite them when you are done.
/// @param[in] key_len The size of your buffer in bytes: TGS_AUTH_KEY_LEN.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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

/// Sets the auth key, or makes it absent. The old key is overwritten, wherever it is in the session's file, and the WAL
/// is emptied. While another program reads the WAL, that waits for your next write, tgs_save() or tgs_close().
///
/// @param[in,out] session The session to change.
/// @param[in] key The bytes; NULL for absent.
/// @param[in] key_len How many: TGS_AUTH_KEY_LEN. Ignored if `key` is NULL.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// `key` is NULL or has `key_len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_auth_key(
    session: *mut tgs_session,
    key: *const u8,
    key_len: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_key(session, Field::AuthKey, key, key_len, error)
}

/// Reads when the session was last saved.
///
/// @param[in] session The session.
/// @param[out] date Receives the time, in Unix seconds.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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

/// Sets when the session was last saved, or makes it absent. In a file of the Pyrogram family, absent is stored as 0.
///
/// @param[in,out] session The session to change.
/// @param[in] date The time, in Unix seconds; NULL for absent.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// `date` is NULL or leads to a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_date(
    session: *mut tgs_session,
    date: *const i64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_integer(session, Field::Date, date, error)
}

/// Reads the id of the account. Absent means unknown; never make one up.
///
/// @param[in] session The session.
/// @param[out] user_id Receives the id.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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

/// Sets the id of the account, or makes it absent.
///
/// @param[in,out] session The session to change.
/// @param[in] user_id The id, from 1; NULL for absent.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// `user_id` is NULL or leads to a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_user_id(
    session: *mut tgs_session,
    user_id: *const i64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_integer(session, Field::UserId, user_id, error)
}

/// Reads whether the account is a bot. Absent means unknown.
///
/// @param[in] session The session.
/// @param[out] is_bot Receives the value.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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

/// Sets whether the account is a bot, or makes it absent.
///
/// @param[in,out] session The session to change.
/// @param[in] is_bot The value; NULL for absent.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// `is_bot` is NULL or leads to a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_is_bot(
    session: *mut tgs_session,
    is_bot: *const bool,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_integer(session, Field::IsBot, is_bot, error)
}

/// Reads the id of the takeout in progress (Telethon).
///
/// @param[in] session The session.
/// @param[out] takeout_id Receives the id.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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

/// Sets the id of the takeout in progress, or makes it absent.
///
/// @param[in,out] session The session to change.
/// @param[in] takeout_id The id; NULL for absent.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// `takeout_id` is NULL or leads to a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_takeout_id(
    session: *mut tgs_session,
    takeout_id: *const i64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_integer(session, Field::TakeoutId, takeout_id, error)
}

/// Reads the temporary auth key of perfect forward secrecy (Telethon 8).
///
/// @param[in] session The session.
/// @param[out] key Receives TGS_AUTH_KEY_LEN bytes. Overwrite them when you are done.
/// @param[in] key_len The size of your buffer in bytes: TGS_AUTH_KEY_LEN.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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

/// Sets the temporary auth key, or makes it absent.
///
/// @param[in,out] session The session to change.
/// @param[in] key The bytes; NULL for absent.
/// @param[in] key_len How many: TGS_AUTH_KEY_LEN. Ignored if `key` is NULL.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// `key` is NULL or has `key_len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_tmp_auth_key(
    session: *mut tgs_session,
    key: *const u8,
    key_len: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    set_key(session, Field::TmpAuthKey, key, key_len, error)
}

/// The address of a data centre as clients write it, for a session that stores none.
///
/// @param[in] dc_id The number of the data centre.
/// @param[in] test_mode Whether it is one of the test servers.
/// @param[out] server_address Receives the address as text. Free it with tgs_string_free().
/// @param[out] port Receives the TCP port.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND for a number that is not known.
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
        let text = text::into_raw(address.server_address)?;
        // SAFETY: the caller's promise.
        unsafe {
            pointer::put(server_address, text, "server_address")?;
            pointer::put(port, address.port, "port")?;
        }
        Ok(tgs_status::TGS_OK)
    })
}
