//! Sent files.

use super::error::tgs_error;
use super::guard::guard;
use super::pointer;
use super::session::{self, tgs_session};
use super::status::tgs_status;
use crate::error::{Error, Result};
use crate::model::{SentFile, SentFileKey, SentFileType};

/// A file that was uploaded before (Telethon).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tgs_sent_file {
    /// The MD5 of its content.
    pub md5: [u8; 16],
    /// Its size in bytes.
    pub size: i64,
    /// Telegram's id of it.
    pub id: i64,
    /// Telegram's access hash of it.
    pub access_hash: i64,
    /// 0 document, 1 photo.
    pub r#type: i32,
}

impl From<&SentFile> for tgs_sent_file {
    fn from(file: &SentFile) -> Self {
        let r#type = i32::from(file.key.file_type == SentFileType::Photo);
        Self { md5: file.key.md5, size: file.key.size, id: file.id, access_hash: file.access_hash, r#type }
    }
}

fn key(md5: [u8; 16], size: i64, file_type: i32) -> Result<SentFileKey> {
    let known = SentFileType::from_number(file_type.into());
    let file_type = known.ok_or_else(|| Error::invalid_argument(format!("no sent file has the type {file_type}")))?;
    Ok(SentFileKey { md5, size, file_type })
}

pub(super) fn to_model(file: &tgs_sent_file) -> Result<SentFile> {
    let key = key(file.md5, file.size, file.r#type)?;
    Ok(SentFile { key, id: file.id, access_hash: file.access_hash })
}

/// # Sent files
///
/// Reads the sent files, in ascending order of MD5, size and type.
///
/// @param files     Receives at most `capacity` structs; NULL if `capacity` is 0.
/// @param capacity  The room there.
/// @param count     Receives how many files there are: more than `capacity` if the room was too small.
///
/// Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
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
        let found = session::of(session)?.sent_files()?;
        let found: Vec<tgs_sent_file> = found.iter().map(tgs_sent_file::from).collect();
        // SAFETY: the caller's promise.
        unsafe { pointer::put_array(&found, files, capacity, count, "files") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Finds a sent file.
///
/// @param md5       16 bytes: the MD5 of its content.
/// @param size      Its size in bytes.
/// @param type      0 document, 1 photo.
/// @param file      Receives the answer.
/// @return TGS_NOT_FOUND where it was not sent.
///
/// Any thread. TGS_ERROR_INVALID_ARGUMENT, _LOCKED, _CORRUPT, _IO. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_sent_file(
    session: *const tgs_session,
    md5: *const u8,
    size: i64,
    r#type: i32,
    file: *mut tgs_sent_file,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        pointer::check_out(file, "file")?;
        pointer::check_array(md5, 16, "md5")?;
        // SAFETY: not NULL, so it leads to 16 bytes; bytes need no alignment.
        let md5 = unsafe { *md5.cast::<[u8; 16]>() };
        let found = session::of(session)?.sent_file(&key(md5, size, r#type)?)?;
        let Some(found) = found else { return Ok(tgs_status::TGS_NOT_FOUND) };
        // SAFETY: the caller's promise.
        unsafe { pointer::put(file, tgs_sent_file::from(&found), "file") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Adds sent files, or replaces those with the same MD5, size and type, in one transaction.
///
/// Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
///
/// # Safety
/// `files` leads to `count` structs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_cache_sent_files(
    session: *const tgs_session,
    files: *const tgs_sent_file,
    count: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        let session = session::of(session)?;
        // SAFETY: the caller's promise.
        let files = unsafe { pointer::array(files, count, "files") }?;
        session.cache_sent_files(&files.iter().map(to_model).collect::<Result<Vec<_>>>()?)?;
        Ok(tgs_status::TGS_OK)
    })
}
