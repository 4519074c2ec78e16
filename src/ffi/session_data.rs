//! All fields at once.

use std::ffi::{CString, c_char};

use super::error::tgs_error;
use super::fields::TGS_AUTH_KEY_LEN;
use super::guard::guard_secret;
use super::panic::guard_or;
use super::pointer::{self, SizedStruct};
use super::scrub::scrubbed;
use super::session::{self, tgs_session};
use super::status::tgs_status;
use super::text;
use super::views::SessionDataView;
use crate::error::{Error, Result};
use crate::model::{AuthKey, Field, SessionData};

/// The fields of a session, as bits that can be added up. Numbers are never reused.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum tgs_field {
    /// tgs_get_dc_id()
    TGS_FIELD_DC_ID = 1,
    /// tgs_get_server_address()
    TGS_FIELD_SERVER_ADDRESS = 2,
    /// tgs_get_port()
    TGS_FIELD_PORT = 4,
    /// tgs_get_api_id()
    TGS_FIELD_API_ID = 8,
    /// tgs_get_test_mode()
    TGS_FIELD_TEST_MODE = 16,
    /// tgs_get_auth_key()
    TGS_FIELD_AUTH_KEY = 32,
    /// tgs_get_date()
    TGS_FIELD_DATE = 64,
    /// tgs_get_user_id()
    TGS_FIELD_USER_ID = 128,
    /// tgs_get_is_bot()
    TGS_FIELD_IS_BOT = 256,
    /// tgs_get_takeout_id()
    TGS_FIELD_TAKEOUT_ID = 512,
    /// tgs_get_tmp_auth_key()
    TGS_FIELD_TMP_AUTH_KEY = 1024,
}

/// The fields of a session, each as its getter describes it. Set the struct to zero, then `size`, then what is known.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tgs_session_data {
    /// sizeof(tgs_session_data).
    pub size: usize,
    /// Valid if has_dc_id; likewise the other numbers.
    pub dc_id: i32,
    /// The api_id of the application.
    pub api_id: i32,
    /// An IPv4 or IPv6 address as text; NULL for absent.
    pub server_address: *const c_char,
    /// TGS_AUTH_KEY_LEN bytes; NULL for absent.
    pub auth_key: *const u8,
    /// TGS_AUTH_KEY_LEN bytes; NULL for absent.
    pub tmp_auth_key: *const u8,
    /// When the session was last saved, in Unix seconds.
    pub date: i64,
    /// The id of the account.
    pub user_id: i64,
    /// The id of the takeout in progress (Telethon).
    pub takeout_id: i64,
    /// TCP port.
    pub port: u16,
    /// Whether the key belongs to Telegram's test servers.
    pub test_mode: bool,
    /// Whether the account is a bot.
    pub is_bot: bool,
    /// Whether dc_id is known.
    pub has_dc_id: bool,
    /// Whether port is known.
    pub has_port: bool,
    /// Whether api_id is known.
    pub has_api_id: bool,
    /// Whether test_mode is known.
    pub has_test_mode: bool,
    /// Whether date is known.
    pub has_date: bool,
    /// Whether user_id is known.
    pub has_user_id: bool,
    /// Whether is_bot is known.
    pub has_is_bot: bool,
    /// Whether takeout_id is known.
    pub has_takeout_id: bool,
}

// SAFETY: `size` comes first; numbers, pointers and booleans may be zero.
unsafe impl SizedStruct for tgs_session_data {
    const NAME: &'static str = "tgs_session_data";
}

const FIELDS: [(tgs_field, Field); 11] = [
    (tgs_field::TGS_FIELD_DC_ID, Field::DcId),
    (tgs_field::TGS_FIELD_SERVER_ADDRESS, Field::ServerAddress),
    (tgs_field::TGS_FIELD_PORT, Field::Port),
    (tgs_field::TGS_FIELD_API_ID, Field::ApiId),
    (tgs_field::TGS_FIELD_TEST_MODE, Field::TestMode),
    (tgs_field::TGS_FIELD_AUTH_KEY, Field::AuthKey),
    (tgs_field::TGS_FIELD_DATE, Field::Date),
    (tgs_field::TGS_FIELD_USER_ID, Field::UserId),
    (tgs_field::TGS_FIELD_IS_BOT, Field::IsBot),
    (tgs_field::TGS_FIELD_TAKEOUT_ID, Field::TakeoutId),
    (tgs_field::TGS_FIELD_TMP_AUTH_KEY, Field::TmpAuthKey),
];

/// The bits of fields.
pub(super) fn bits_of(which: &[Field]) -> u32 {
    FIELDS.iter().filter(|(_, field)| which.contains(field)).map(|(bit, _)| *bit as u32).sum()
}

fn fields_of(bits: u32) -> Result<Vec<Field>> {
    let all: u32 = FIELDS.iter().map(|(bit, _)| *bit as u32).sum();
    if bits == 0 || bits & !all != 0 {
        return Err(Error::invalid_argument(format!("which is {bits}, not a sum of TGS_FIELD_ numbers")));
    }
    Ok(FIELDS.iter().filter(|(bit, _)| bits & *bit as u32 != 0).map(|(_, field)| *field).collect())
}

/// # Safety
/// `data` is NULL or leads to a struct as large as its `size` says, whose pointers are as described at its fields.
pub(super) unsafe fn to_model(data: *const tgs_session_data) -> Result<SessionData> {
    // SAFETY: as this function's.
    let data = unsafe { pointer::read_sized(data, "data") }?;
    // SAFETY: as this function's.
    unsafe {
        Ok(SessionData {
            dc_id: data.has_dc_id.then_some(data.dc_id),
            server_address: text::optional(data.server_address, "server_address")?.map(str::to_owned),
            port: data.has_port.then_some(data.port),
            api_id: data.has_api_id.then_some(data.api_id),
            test_mode: data.has_test_mode.then_some(data.test_mode),
            auth_key: key(data.auth_key)?,
            date: data.has_date.then_some(data.date),
            user_id: data.has_user_id.then_some(data.user_id),
            is_bot: data.has_is_bot.then_some(data.is_bot),
            takeout_id: data.has_takeout_id.then_some(data.takeout_id),
            tmp_auth_key: key(data.tmp_auth_key)?,
            ..SessionData::default()
        })
    }
}

/// SAFETY: `key` is NULL or leads to as many bytes as a key has.
pub(super) unsafe fn key(key: *const u8) -> Result<Option<AuthKey>> {
    if key.is_null() {
        return Ok(None);
    }
    // SAFETY: as this function's.
    AuthKey::new(unsafe { pointer::array(key, TGS_AUTH_KEY_LEN, "a key") }?).map(Some)
}

/// Sets several fields in one transaction: all of them, or none.
///
/// @param[in,out] session The session to change.
/// @param[in] data The values. A field that is absent in it becomes absent.
/// @param[in] which Which fields to set: a sum of tgs_field numbers, like TGS_FIELD_DC_ID | TGS_FIELD_AUTH_KEY. The
///     others stay as they are.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_session_data(
    session: *mut tgs_session,
    data: *const tgs_session_data,
    which: u32,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        let session = session::from_handle(session)?;
        // SAFETY: the caller's promise.
        let data = unsafe { to_model(data) }?;
        let changes: Vec<_> = fields_of(which)?.into_iter().map(|field| (field, data.get(field))).collect();
        session.set(&changes)?;
        Ok(tgs_status::TGS_OK)
    })
}

/// The fields that tgs_get_session_data() gives. The struct comes first: its address is that of the whole.
#[repr(C)]
struct OwnedSessionData {
    shown: tgs_session_data,
    // What it points to.
    data: SessionData,
    server_address: Option<CString>,
}

/// Reads all fields at once, as they are at one moment.
///
/// @param[in] session The session.
/// @param[out] data Receives a struct, which is yours. What is absent is NULL, or has its `has_…` false. Free it with
///     tgs_session_data_free(), which overwrites the keys in it.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_session_data(
    session: *const tgs_session,
    data: *mut *const tgs_session_data,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        pointer::check_out(data, "data")?;
        let found = session::from_handle(session)?.data()?;
        let SessionDataView { data: shown, server_address, .. } = SessionDataView::new(&found)?;
        // The keys and the text do not move with what owns them.
        let owned = Box::new(OwnedSessionData { shown, data: found, server_address });
        // SAFETY: the caller's promise.
        unsafe { pointer::put(data, Box::into_raw(owned).cast_const().cast(), "data") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Overwrites and frees what tgs_get_session_data() gave to you.
///
/// @param[in] data The struct. NULL is ignored.
///
/// # Safety
/// `data` is NULL or came from tgs_get_session_data() and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_session_data_free(data: *const tgs_session_data) {
    let free = || {
        if !data.is_null() {
            // SAFETY: it came from `Box::into_raw`.
            drop(unsafe { Box::from_raw(data.cast_mut().cast::<OwnedSessionData>()) });
        }
    };
    guard_or((), || scrubbed(free));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_bit_of_its_own() {
        assert_eq!(FIELDS.map(|(_, field)| field), Field::ALL);
        assert_eq!(fields_of(bits_of(&Field::ALL)).unwrap(), Field::ALL);
        for (bit, field) in FIELDS {
            assert_eq!(fields_of(bit as u32).unwrap(), [field]);
        }
        assert!(fields_of(0).is_err());
        assert!(fields_of(1 << 11).is_err());
    }
}
