//! The data centres of a login.

use std::ffi::{CString, c_char};
use std::ptr;

use super::error::tgs_error;
use super::guard::guard_secret;
use super::panic::guard_or;
use super::pointer::{self, SizedStruct};
use super::scrub::scrubbed;
use super::session::{self, tgs_session};
use super::session_data::key;
use super::status::tgs_status;
use super::text;
use crate::error::Result;
use crate::model::{AuthKey, DataCenter, DcEndpoint};

/// Where a data centre is reached. Whether it is a test server, tgs_get_test_mode() tells.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tgs_dc_address {
    /// sizeof(tgs_dc_address).
    pub size: usize,
    /// An IPv4 or IPv6 address as text, without brackets; 1 to 255 bytes.
    pub server_address: *const c_char,
    /// TCP port, 1 to 65535.
    pub port: u16,
    /// Whether it serves files only.
    pub is_media_only: bool,
}

// SAFETY: `size` comes first; numbers, pointers and booleans may be zero.
unsafe impl SizedStruct for tgs_dc_address {
    const NAME: &'static str = "tgs_dc_address";
}

/// What a login has at a data centre. Set the struct to zero, then `size`, `dc_id`, then what is known.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tgs_dc {
    /// sizeof(tgs_dc).
    pub size: usize,
    /// TGS_AUTH_KEY_LEN bytes; NULL for absent.
    pub auth_key: *const u8,
    /// The temporary key of perfect forward secrecy: TGS_AUTH_KEY_LEN bytes; NULL for absent.
    pub tmp_auth_key: *const u8,
    /// Unix seconds after which the temporary key is not valid any more; valid if has_tmp_expires_at.
    pub tmp_expires_at: i64,
    /// An array of addresses, in the order in which they are tried; NULL if `address_count` is 0.
    pub addresses: *const tgs_dc_address,
    /// How many addresses: 64 at most.
    pub address_count: usize,
    /// 1 to 5, 203, others possible.
    pub dc_id: i32,
    /// Whether tmp_expires_at is known.
    pub has_tmp_expires_at: bool,
}

// SAFETY: `size` comes first; numbers, pointers and booleans may be zero.
unsafe impl SizedStruct for tgs_dc {
    const NAME: &'static str = "tgs_dc";
}

/// SAFETY: `dc` is NULL or leads to a struct as large as its `size` says, whose pointers are as described at its fields.
unsafe fn to_model(dc: *const tgs_dc) -> Result<DataCenter> {
    // SAFETY: as this function's.
    unsafe {
        let dc = pointer::read_sized(dc, "dc")?;
        let addresses = pointer::sized_array(dc.addresses, dc.address_count, "addresses")?;
        let endpoint = |address: tgs_dc_address| {
            let server_address = text::required(address.server_address, "server_address")?.to_owned();
            Ok(DcEndpoint { server_address, port: address.port, is_media_only: address.is_media_only })
        };
        Ok(DataCenter {
            id: dc.dc_id,
            auth_key: key(dc.auth_key)?,
            tmp_auth_key: key(dc.tmp_auth_key)?,
            tmp_expires_at: dc.has_tmp_expires_at.then_some(dc.tmp_expires_at),
            addresses: addresses.map(|address| endpoint(address?)).collect::<Result<_>>()?,
        })
    }
}

/// What tgs_get_dc() gives. The struct comes first: its address is that of the whole.
#[repr(C)]
struct OwnedDc {
    shown: tgs_dc,
    // What it points to; keys, texts and addresses do not move with what owns them.
    data_center: DataCenter,
    addresses: Vec<tgs_dc_address>,
    texts: Vec<CString>,
}

impl OwnedDc {
    fn new(data_center: DataCenter) -> Result<Self> {
        let texts = data_center.addresses.iter().map(|endpoint| text::to_c(&endpoint.server_address));
        let texts = texts.collect::<Result<Vec<_>>>()?;
        let address = |(text, endpoint): (&CString, &DcEndpoint)| tgs_dc_address {
            size: size_of::<tgs_dc_address>(),
            server_address: text.as_ptr(),
            port: endpoint.port,
            is_media_only: endpoint.is_media_only,
        };
        let addresses: Vec<_> = texts.iter().zip(&data_center.addresses).map(address).collect();
        let bytes = |key: &Option<AuthKey>| key.as_ref().map_or(ptr::null(), |key| key.as_bytes().as_ptr());
        let shown = tgs_dc {
            size: size_of::<tgs_dc>(),
            auth_key: bytes(&data_center.auth_key),
            tmp_auth_key: bytes(&data_center.tmp_auth_key),
            tmp_expires_at: data_center.tmp_expires_at.unwrap_or(0),
            addresses: if addresses.is_empty() { ptr::null() } else { addresses.as_ptr() },
            address_count: addresses.len(),
            dc_id: data_center.id,
            has_tmp_expires_at: data_center.tmp_expires_at.is_some(),
        };
        Ok(Self { shown, data_center, addresses, texts })
    }
}

/// # Data centres
///
/// A login has a home data centre, whose key and address are fields of the session (tgs_get_auth_key()), and may have
/// keys and addresses of others, with which it loads files. They can stand in the session too, in every engine: mtcute,
/// grammers, Telethon 2 and Telegram Desktop keep them in their own places; beside other sessions they stand in a
/// table of this library. They are copied by tgs_convert(), are in tgs_to_bytes(), and go with tgs_delete(). They go
/// too when the auth key changes to one that none of them has: it is another login then.
///
/// ```c
/// const uint8_t key_of_4[TGS_AUTH_KEY_LEN] = {1, 2, 3};
/// tgs_dc dc = {.size = sizeof dc, .dc_id = 4, .auth_key = key_of_4};
/// const tgs_dc *found = NULL;
/// tgs_set_dc(session, &dc, &error);
/// if (tgs_get_dc(session, 4, &found, &error) == TGS_OK)
///     printf("data centre %d, %zu addresses\n", found->dc_id, found->address_count);
/// tgs_dc_free(found);
/// ```
///
/// ---
///
/// Replaces what is known of a data centre. Of the home data centre, the keys that are given are written to the fields,
/// and those that are absent stay there.
///
/// @param[in,out] session The session to change.
/// @param[in] dc What is known. The library copies it.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for an id, an address or a port that cannot be, or too many addresses;
///     TGS_ERROR_UNSUPPORTED in an engine of your own without values; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED,
///     TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_dc(
    session: *mut tgs_session,
    dc: *const tgs_dc,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        let session = session::from_handle(session)?;
        // SAFETY: the caller's promise.
        session.set_data_center(&unsafe { to_model(dc) }?)?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Reads what is known of a data centre. Of the home data centre, the keys and the first address are those of the
/// fields.
///
/// @param[in] session The session.
/// @param[in] dc_id Which data centre.
/// @param[out] dc Receives a struct, which is yours. What is absent is NULL, or has its `has_…` false. Free it with
///     tgs_dc_free(), which overwrites the keys in it.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if nothing is known; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_dc(
    session: *const tgs_session,
    dc_id: i32,
    dc: *mut *const tgs_dc,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        pointer::check_out(dc, "dc")?;
        let found = session::from_handle(session)?.data_center(dc_id)?;
        let Some(found) = found else { return Ok(tgs_status::TGS_NOT_FOUND) };
        let owned = Box::new(OwnedDc::new(found)?);
        // SAFETY: the caller's promise.
        unsafe { pointer::put(dc, Box::into_raw(owned).cast_const().cast(), "dc") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Overwrites and frees what tgs_get_dc() gave to you.
///
/// @param[in] dc The struct. NULL is ignored.
///
/// # Safety
/// `dc` is NULL or came from tgs_get_dc() and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_dc_free(dc: *const tgs_dc) {
    let free = || {
        if !dc.is_null() {
            // SAFETY: it came from `Box::into_raw`.
            drop(unsafe { Box::from_raw(dc.cast_mut().cast::<OwnedDc>()) });
        }
    };
    guard_or((), || scrubbed(free));
}

/// Removes what is known of a data centre, if anything is. The fields of the home data centre stay.
///
/// @param[in,out] session The session to change.
/// @param[in] dc_id Which data centre.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_delete_dc(
    session: *mut tgs_session,
    dc_id: i32,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        session::from_handle(session)?.delete_data_center(dc_id)?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Lists the data centres of which something is known, the home one too.
///
/// @param[in] session The session.
/// @param[out] ids Receives a JSON array of their ids, in ascending order. Free it with tgs_string_free().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_list_dcs(
    session: *const tgs_session,
    ids: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        pointer::check_out(ids, "ids")?;
        let found = session::from_handle(session)?.data_center_ids()?;
        // SAFETY: the caller's promise.
        unsafe { pointer::put(ids, text::into_raw(&text::json(&found)?)?, "ids") }?;
        Ok(tgs_status::TGS_OK)
    })
}
