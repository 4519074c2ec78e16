//! What the functions of a caller's engine answer with.

use std::ffi::c_char;
use std::sync::{Mutex, PoisonError};

use super::error::tgs_error;
use super::guard::{guard, guard_secret};
use super::handle::Handles;
use super::peers::{self, tgs_peer};
use super::pointer;
use super::sent_files::{self, tgs_sent_file};
use super::session_data::{self, tgs_session_data};
use super::status::tgs_status;
use super::text;
use super::update_states::{self, tgs_update_state};
use crate::error::Result;
use crate::model::{Peer, SentFile, SessionData, StoredValue, UpdateState};
use crate::storage::Holder;

/// Takes what a function of an engine answers. It belongs to the library and is valid until that function returns.
pub struct tgs_answer {
    _opaque: [u8; 0],
}

/// What was answered.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) data: SessionData,
    pub(super) peers: Vec<Peer>,
    pub(super) update_states: Vec<UpdateState>,
    pub(super) sent_files: Vec<SentFile>,
    pub(super) values: Vec<(String, StoredValue)>,
    pub(super) holder: Option<Holder>,
    pub(super) cause: Option<String>,
}

static ANSWERS: Handles<Mutex<Answer>> = Handles::new("tgs_answer");

/// For a fork: see `fork`.
#[cfg(unix)]
pub(super) fn freeze() -> Box<dyn std::any::Any> {
    ANSWERS.freeze()
}

/// Makes a call with the handle of an answer, which is closed afterwards, and returns what was answered.
pub(super) fn collect<T>(call: impl FnOnce(*mut tgs_answer) -> T) -> (T, Answer) {
    let handle: *mut tgs_answer = ANSWERS.insert(Mutex::default());
    let answer = ANSWERS.get(handle);
    let result = call(handle);
    ANSWERS.remove(handle);
    let answer = answer.map(|answer| std::mem::take(&mut *answer.lock().unwrap_or_else(PoisonError::into_inner)));
    (result, answer.unwrap_or_default())
}

fn add(answer: *mut tgs_answer, error: *mut *mut tgs_error, add: impl FnOnce(&mut Answer) -> Result<()>) -> tgs_status {
    guard(error, || {
        let answer = ANSWERS.get(answer)?;
        add(&mut answer.lock().unwrap_or_else(PoisonError::into_inner))?;
        Ok(tgs_status::TGS_OK)
    })
}

/// # A storage engine of your own
///
/// If your sessions are in a store that the library does not know, write an engine: a table of functions that read and
/// write it. The library keeps the rules (who has a username, which update is newer, what is absent), so lookups,
/// expiry, conversion and session strings work as with any other session. examples/redis has a complete engine.
///
/// ```c
/// tgs_engine engine = {.size = sizeof engine, .version = TGS_ENGINE_VERSION, .location = "my store, account 1"};
/// // engine.context, engine.get_session_data and the other required functions
/// if (tgs_open_engine(&engine, NULL, &session, &error) == TGS_OK)
///     tgs_close(session);
/// ```
///
/// ---
///
/// Answers with the fields of the session, within `get_session_data` of a tgs_engine.
///
/// @param[in,out] answer The answer of the function of your engine that is being called.
/// @param[in] data The fields. The library copies them.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_CLOSED if that function has returned.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_answer_session_data(
    answer: *mut tgs_answer,
    data: *const tgs_session_data,
    error: *mut *mut tgs_error,
) -> tgs_status {
    add(answer, error, |answer| {
        // SAFETY: the caller's promise.
        answer.data = unsafe { session_data::to_model(data) }?;
        Ok(())
    })
}

/// Answers with peers. Call it once with all of them, or several times with some.
///
/// @param[in,out] answer The answer of the function of your engine that is being called.
/// @param[in] peers An array of structs, each with its `size` set. The library copies it.
/// @param[in] count How many.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_CLOSED if that function has returned.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_answer_peers(
    answer: *mut tgs_answer,
    peers: *const tgs_peer,
    count: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    add(answer, error, |answer| {
        // SAFETY: the caller's promise.
        answer.peers.extend(unsafe { peers::to_model(peers, count) }?);
        Ok(())
    })
}

/// Answers with update states. Call it once with all of them, or several times with some.
///
/// @param[in,out] answer The answer of the function of your engine that is being called.
/// @param[in] states An array of structs, each with its `size` set. The library copies it.
/// @param[in] count How many.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_CLOSED if that function has returned.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_answer_update_states(
    answer: *mut tgs_answer,
    states: *const tgs_update_state,
    count: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    add(answer, error, |answer| {
        // SAFETY: the caller's promise.
        answer.update_states.extend(unsafe { update_states::to_model(states, count) }?);
        Ok(())
    })
}

/// Answers with sent files. Call it once with all of them, or several times with some.
///
/// @param[in,out] answer The answer of the function of your engine that is being called.
/// @param[in] files An array of structs, each with its `size` set. The library copies it.
/// @param[in] count How many.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_CLOSED if that function has returned.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_answer_sent_files(
    answer: *mut tgs_answer,
    files: *const tgs_sent_file,
    count: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    add(answer, error, |answer| {
        // SAFETY: the caller's promise.
        answer.sent_files.extend(unsafe { sent_files::to_model(files, count) }?);
        Ok(())
    })
}

/// Answers with a value, within `get_values` of a tgs_engine. Call it once for each.
///
/// @param[in,out] answer The answer of the function of your engine that is being called.
/// @param[in] name Its name. The library copies it.
/// @param[in] bytes Its bytes; NULL for none if `len` is 0. The library copies them.
/// @param[in] len How many.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_CLOSED if that function has returned.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_answer_value(
    answer: *mut tgs_answer,
    name: *const c_char,
    bytes: *const u8,
    len: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        let answer = ANSWERS.get(answer)?;
        // SAFETY: the caller's promise.
        let (name, bytes) = unsafe { (text::required(name, "name")?, pointer::array(bytes, len, "bytes")?) };
        let value = (name.to_owned(), StoredValue::new(bytes)?);
        answer.lock().unwrap_or_else(PoisonError::into_inner).values.push(value);
        Ok(tgs_status::TGS_OK)
    })
}

/// Answers who else holds the lease. `take_lease` has changed nothing then.
///
/// @param[in,out] answer The answer of the function of your engine that is being called.
/// @param[in] owner The `owner` of the holder's take_lease. The library copies it.
/// @param[in] since When it took the lease, in Unix seconds.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_CLOSED if that function has returned.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_answer_holder(
    answer: *mut tgs_answer,
    owner: *const c_char,
    since: i64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    add(answer, error, |answer| {
        // SAFETY: the caller's promise.
        let owner = unsafe { text::required(owner, "owner") }?.to_owned();
        answer.holder = Some(Holder { owner, since });
        Ok(())
    })
}

/// Says why the function of your engine is going to fail. The text becomes part of the error's message, so it must hold
/// no secret.
///
/// @param[in,out] answer The answer of the function of your engine that is being called.
/// @param[in] cause The cause. The library copies it.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_CLOSED if that function has returned.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_answer_cause(
    answer: *mut tgs_answer,
    cause: *const c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    add(answer, error, |answer| {
        // SAFETY: the caller's promise.
        answer.cause = Some(unsafe { text::required(cause, "cause") }?.to_owned());
        Ok(())
    })
}
