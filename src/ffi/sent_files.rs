//! Sent files.

use super::error::tgs_error;
use super::guard::guard;
use super::pointer::{self, SizedStruct};
use super::session::{self, tgs_session};
use super::status::tgs_status;
use crate::error::{Error, Result};
use crate::model::{SentFile, SentFileKey, SentFileType};

/// A file that was uploaded before.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tgs_sent_file {
    /// sizeof(tgs_sent_file).
    pub size: usize,
    /// The MD5 of its content.
    pub md5: [u8; 16],
    /// The size of its content in bytes.
    pub file_size: i64,
    /// Its id at Telegram.
    pub id: i64,
    /// Its access hash at Telegram.
    pub access_hash: i64,
    /// 0 for a document, 1 for a photo.
    pub r#type: i32,
}

// SAFETY: `size` comes first; numbers may be zero.
unsafe impl SizedStruct for tgs_sent_file {
    const NAME: &'static str = "tgs_sent_file";
}

impl From<&SentFile> for tgs_sent_file {
    fn from(file: &SentFile) -> Self {
        let r#type = i32::from(file.key.file_type == SentFileType::Photo);
        Self {
            size: size_of::<Self>(),
            md5: file.key.md5,
            file_size: file.key.size,
            id: file.id,
            access_hash: file.access_hash,
            r#type,
        }
    }
}

fn key(md5: [u8; 16], size: i64, file_type: i32) -> Result<SentFileKey> {
    let known = SentFileType::from_number(file_type.into());
    let file_type = known.ok_or_else(|| Error::invalid_argument(format!("no sent file has the type {file_type}")))?;
    Ok(SentFileKey { md5, size, file_type })
}

/// SAFETY: `files` leads to `count` structs, each as large as its `size` says.
pub(super) unsafe fn to_model(files: *const tgs_sent_file, count: usize) -> Result<Vec<SentFile>> {
    let model = |file: tgs_sent_file| {
        let key = key(file.md5, file.file_size, file.r#type)?;
        Ok(SentFile { key, id: file.id, access_hash: file.access_hash })
    };
    // SAFETY: as this function's.
    let files = unsafe { pointer::sized_array(files, count, "files") }?;
    files.map(|file| model(file?)).collect()
}

/// # Sent files
///
/// Telethon remembers files that it has uploaded: by the MD5 and the size of their content it finds the file that
/// Telegram has already, and sends that one. The other clients have no table for it; the library keeps it for them in
/// one of its own.
///
/// ```c
/// const uint8_t md5[16] = {0xd4, 0x1d, 0x8c, 0xd9};
/// tgs_sent_file file = {.size = sizeof file};
/// if (tgs_get_sent_file(session, md5, 1024, 0, &file, &error) == TGS_OK)
///     printf("%lld\n", (long long)file.id);
/// ```
///
/// ---
///
/// Reads all sent files, in ascending order of MD5, size and type. If there are more than your array can hold, it is
/// filled with the first ones, the call returns TGS_OK, and `count` is greater than `capacity`: call again with a
/// larger array.
///
/// @param[in] session The session.
/// @param[in,out] files An array that receives the files; NULL if `capacity` is 0. Set the `size` of its first
///     struct, as for tgs_get_update_states().
/// @param[in] capacity How many structs the array can hold.
/// @param[out] count Receives how many files there are.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_sent_files(
    session: *const tgs_session,
    files: *mut tgs_sent_file,
    capacity: usize,
    count: *mut usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        let found = session::from_handle(session)?.sent_files()?;
        let found: Vec<tgs_sent_file> = found.iter().map(tgs_sent_file::from).collect();
        // SAFETY: the caller's promise.
        unsafe { pointer::put_sized_array(&found, files, capacity, count, "files") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Finds a sent file.
///
/// @param[in] session The session.
/// @param[in] md5 The MD5 of its content: 16 bytes.
/// @param[in] file_size The size of its content in bytes.
/// @param[in] type 0 for a document, 1 for a photo.
/// @param[in,out] file Receives the answer. Set its `size` before the call.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if it was not sent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_sent_file(
    session: *const tgs_session,
    md5: *const u8,
    file_size: i64,
    r#type: i32,
    file: *mut tgs_sent_file,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        // SAFETY: the caller's promise.
        unsafe { pointer::check_sized_out(file, "file") }?;
        pointer::check_array(md5, 16, "md5")?;
        // SAFETY: not NULL, so it leads to 16 bytes; bytes need no alignment.
        let md5 = unsafe { *md5.cast::<[u8; 16]>() };
        let found = session::from_handle(session)?.sent_file(&key(md5, file_size, r#type)?)?;
        let Some(found) = found else { return Ok(tgs_status::TGS_NOT_FOUND) };
        // SAFETY: the caller's promise.
        unsafe { pointer::put_sized(file, &tgs_sent_file::from(&found), "file") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Adds sent files, or replaces those with the same MD5, size and type, in one transaction.
///
/// @param[in,out] session The session to change.
/// @param[in] files An array of structs, each with its `size` set.
/// @param[in] count How many.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// `files` leads to `count` structs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_cache_sent_files(
    session: *mut tgs_session,
    files: *const tgs_sent_file,
    count: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        let session = session::from_handle(session)?;
        // SAFETY: the caller's promise.
        session.cache_sent_files(&unsafe { to_model(files, count) }?)?;
        Ok(tgs_status::TGS_OK)
    })
}
