//! A caller's own engine as a table of C functions.

use std::ffi::{CString, c_char, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::answer::{self, Answer, tgs_answer};
use super::error::tgs_error;
use super::guard::guard_secret;
use super::options::{self, tgs_options};
use super::peers::tgs_peer;
use super::pointer::{self, SizedStruct};
use super::sent_files::tgs_sent_file;
use super::session::{self, tgs_session};
use super::session_data::{self, tgs_session_data};
use super::status::{self, tgs_status};
use super::text;
use super::update_states::tgs_update_state;
use super::views::{PeerViews, SessionDataView};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Field, Peer, SentFile, SessionData, StoredValue, UpdateState};
use crate::session::Session;
use crate::storage::{Engine, Holder, Leases, Lessee};

/// The version of tgs_engine in this header.
pub const TGS_ENGINE_VERSION: u32 = 1;
/// For `flags`: what was written is there when the engine is opened again.
pub const TGS_ENGINE_PERSISTENT: u32 = 1;
/// For `flags`: usernames expire, as in the Pyrogram family.
pub const TGS_ENGINE_USERNAMES_EXPIRE: u32 = 2;

/// A storage engine of your own. It stores what it is given and gives it back unchanged.
///
/// Each function gets `context` first and `answer` last. It returns TGS_OK; or it calls tgs_answer_cause() and returns
/// a TGS_ERROR_ number (TGS_ERROR_SERVER if no other fits). It does everything, or it fails and changes nothing. What
/// it is given belongs to the library and is valid until it returns. The library calls one function at a time, from any
/// thread, and none after `destroy`. A function must not call the session that it serves.
///
/// Set the struct to zero, then fill it. Functions marked "Required" must be there; any other may be NULL. `version`
/// says which header the engine was compiled with: the structs that its functions get are those of that header.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tgs_engine {
    /// sizeof(tgs_engine).
    pub size: usize,
    /// TGS_ENGINE_VERSION.
    pub version: u32,
    /// 0, or a sum of TGS_ENGINE_PERSISTENT and TGS_ENGINE_USERNAMES_EXPIRE.
    pub flags: u32,
    /// Passed to each function. May be NULL.
    pub context: *mut c_void,
    /// Required. Where the session is, for error messages, like "redis://host/0 my_account". Without secrets. Copied.
    pub location: *const c_char,
    /// Frees the context. Called once, when the session is closed.
    pub destroy: Option<unsafe extern "C" fn(context: *mut c_void)>,
    /// Required. Answers with the fields: tgs_answer_session_data(). Without an answer all are absent.
    pub get_session_data: Option<unsafe extern "C" fn(context: *mut c_void, answer: *mut tgs_answer) -> i32>,
    /// Required. Writes the fields in `which`, a sum of tgs_field numbers. What is absent in `data` becomes absent.
    pub set_session_data: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            data: *const tgs_session_data,
            which: u32,
            answer: *mut tgs_answer,
        ) -> i32,
    >,
    /// Required. Adds peers, or replaces those with the same ids.
    pub put_peers: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            peers: *const tgs_peer,
            count: usize,
            answer: *mut tgs_answer,
        ) -> i32,
    >,
    /// Required. Answers with the peers that have these ids, or with all peers if `ids` is NULL: tgs_answer_peers().
    pub get_peers: Option<
        unsafe extern "C" fn(context: *mut c_void, ids: *const i64, count: usize, answer: *mut tgs_answer) -> i32,
    >,
    /// Answers with every peer that has one of these usernames. If NULL, the library reads all peers.
    pub get_peers_by_username: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            usernames: *const *const c_char,
            count: usize,
            answer: *mut tgs_answer,
        ) -> i32,
    >,
    /// Answers with every peer that has this phone number. If NULL, the library reads all peers.
    pub get_peers_by_phone_number:
        Option<unsafe extern "C" fn(context: *mut c_void, phone_number: *const c_char, answer: *mut tgs_answer) -> i32>,
    /// Required. Answers with the update states: tgs_answer_update_states().
    pub get_update_states: Option<unsafe extern "C" fn(context: *mut c_void, answer: *mut tgs_answer) -> i32>,
    /// Required. Adds update states, or replaces those with the same ids.
    pub set_update_states: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            states: *const tgs_update_state,
            count: usize,
            answer: *mut tgs_answer,
        ) -> i32,
    >,
    /// Required. Removes an update state, if there is one.
    pub delete_update_state:
        Option<unsafe extern "C" fn(context: *mut c_void, id: i64, answer: *mut tgs_answer) -> i32>,
    /// Required. Answers with the sent files: tgs_answer_sent_files().
    pub get_sent_files: Option<unsafe extern "C" fn(context: *mut c_void, answer: *mut tgs_answer) -> i32>,
    /// Required. Adds sent files, or replaces those with the same MD5, size and type.
    pub cache_sent_files: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            files: *const tgs_sent_file,
            count: usize,
            answer: *mut tgs_answer,
        ) -> i32,
    >,
    /// Makes what was written survive a loss of power. If NULL, tgs_save() does nothing here.
    pub save: Option<unsafe extern "C" fn(context: *mut c_void, answer: *mut tgs_answer) -> i32>,
    /// Deletes the session and all that belongs to it. If NULL, tgs_delete() is TGS_ERROR_UNSUPPORTED.
    pub remove: Option<unsafe extern "C" fn(context: *mut c_void, answer: *mut tgs_answer) -> i32>,
    /// Begins a transaction of several calls, which `finish` ends. If NULL, there are no transactions: a conversion
    /// that fails in the middle leaves peers without a login.
    pub begin: Option<unsafe extern "C" fn(context: *mut c_void, answer: *mut tgs_answer) -> i32>,
    /// Ends the transaction: commits it if `keep` is true, else rolls it back. Required with `begin`.
    pub finish: Option<unsafe extern "C" fn(context: *mut c_void, keep: bool, answer: *mut tgs_answer) -> i32>,
    /// Takes the lease on an auth key, or renews it if `token` holds it. `key_id` is the id of the key in 16
    /// hexadecimal digits, `token` names this lease, `owner` is for people, and after `seconds` without renewal anybody
    /// may take it. If somebody else holds it, changes nothing and answers who: tgs_answer_holder(). It must be atomic
    /// among all machines. A thread of the library calls it too. If NULL, leases hold on this machine only.
    pub take_lease: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            key_id: *const c_char,
            token: *const c_char,
            owner: *const c_char,
            seconds: u32,
            answer: *mut tgs_answer,
        ) -> i32,
    >,
    /// Ends a lease, if `token` holds it. Required with `take_lease`.
    pub release_lease: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            key_id: *const c_char,
            token: *const c_char,
            answer: *mut tgs_answer,
        ) -> i32,
    >,
    /// Removes the peers that have these ids, if they exist, or all peers if `ids` is NULL. If NULL, tgs_delete_peers()
    /// and tgs_delete_all_peers() are TGS_ERROR_UNSUPPORTED.
    pub delete_peers: Option<
        unsafe extern "C" fn(context: *mut c_void, ids: *const i64, count: usize, answer: *mut tgs_answer) -> i32,
    >,
    /// Answers with the values that have these names, or with all values if `names` is NULL: tgs_answer_value(). If
    /// NULL, the engine keeps none: tgs_set_value(), and a conversion of a session that has some, is
    /// TGS_ERROR_UNSUPPORTED.
    pub get_values: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            names: *const *const c_char,
            count: usize,
            answer: *mut tgs_answer,
        ) -> i32,
    >,
    /// Sets a value, or removes it if `bytes` is NULL; a value without bytes has a pointer that is not NULL and a `len`
    /// of 0. It may be a secret. Required with `get_values`.
    pub set_value: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            name: *const c_char,
            bytes: *const u8,
            len: usize,
            answer: *mut tgs_answer,
        ) -> i32,
    >,
}

// SAFETY: `size` comes first; numbers, pointers and functions may be zero.
unsafe impl SizedStruct for tgs_engine {
    const NAME: &'static str = "tgs_engine";
    const FIRST_SIZE: usize = std::mem::offset_of!(Self, delete_peers);
}

/// A checked table.
struct Table {
    functions: tgs_engine,
    location: String,
    // The context is the caller's until the session is open.
    owned: Arc<AtomicBool>,
}

// SAFETY: the caller promises functions that may be called from any thread, one at a time.
unsafe impl Send for Table {}

impl Drop for Table {
    fn drop(&mut self) {
        if let (Some(destroy), true) = (self.functions.destroy, self.owned.load(Ordering::Relaxed)) {
            // SAFETY: the caller's function with the caller's context, for the last time.
            unsafe { destroy(self.functions.context) };
        }
    }
}

fn missing(name: &str) -> Error {
    Error::invalid_argument(format!("the engine has no function {name}, which is required"))
}

impl Table {
    /// SAFETY: `engine` is NULL or leads to a struct as large as its `size` says.
    unsafe fn read(engine: *const tgs_engine, owned: Arc<AtomicBool>) -> Result<Self> {
        // SAFETY: as this function's.
        let functions = unsafe { pointer::read_sized(engine, "engine") }?;
        if functions.version != TGS_ENGINE_VERSION {
            let message = format!("engine.version is {}, not {TGS_ENGINE_VERSION}", functions.version);
            return Err(Error::invalid_argument(message));
        }
        if functions.flags & !(TGS_ENGINE_PERSISTENT | TGS_ENGINE_USERNAMES_EXPIRE) != 0 {
            return Err(Error::invalid_argument(format!("engine.flags is {}: not known", functions.flags)));
        }
        check_required(&functions)?;
        // SAFETY: as this function's.
        let location = unsafe { text::required(functions.location, "engine.location") }?.to_owned();
        Ok(Self { functions, location, owned })
    }

    /// Calls a function, and returns what it answered.
    fn call(&self, action: &str, call: impl FnOnce(*mut c_void, *mut tgs_answer) -> i32) -> Result<Answer> {
        let (status, answer) = answer::collect(|answer| call(self.functions.context, answer));
        if status == tgs_status::TGS_OK as i32 {
            return Ok(answer);
        }
        let (code, cause) = match (status::error_code(status), answer.cause) {
            (Some(code), Some(cause)) => (code, cause),
            (Some(code), None) => (code, "its engine failed and told no cause".to_owned()),
            (None, cause) => {
                let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
                (
                    ErrorCode::Server,
                    format!("its engine answered with {status}, which is not the number of an error{cause}"),
                )
            }
        };
        Err(Error::new(code, format!("cannot {action} '{}': {cause}", self.location)))
    }
}

fn check_required(functions: &tgs_engine) -> Result<()> {
    let required = [
        ("get_session_data", functions.get_session_data.is_some()),
        ("set_session_data", functions.set_session_data.is_some()),
        ("put_peers", functions.put_peers.is_some()),
        ("get_peers", functions.get_peers.is_some()),
        ("get_update_states", functions.get_update_states.is_some()),
        ("set_update_states", functions.set_update_states.is_some()),
        ("delete_update_state", functions.delete_update_state.is_some()),
        ("get_sent_files", functions.get_sent_files.is_some()),
        ("cache_sent_files", functions.cache_sent_files.is_some()),
        ("finish", functions.begin.is_none() || functions.finish.is_some()),
        ("set_value", functions.get_values.is_none() || functions.set_value.is_some()),
        ("release_lease", functions.take_lease.is_none() || functions.release_lease.is_some()),
    ];
    required.iter().find(|(_, is_there)| !is_there).map_or(Ok(()), |(name, _)| Err(missing(name)))
}

// The functions below get what the header promises; what they answer is copied and checked.
impl Engine for Table {
    fn location(&self) -> &str {
        &self.location
    }

    fn is_persistent(&self) -> bool {
        self.functions.flags & TGS_ENGINE_PERSISTENT != 0
    }

    fn usernames_expire(&self) -> bool {
        self.functions.flags & TGS_ENGINE_USERNAMES_EXPIRE != 0
    }

    fn fields(&mut self) -> Result<SessionData> {
        let get = self.functions.get_session_data.ok_or_else(|| missing("get_session_data"))?;
        // SAFETY: see above.
        Ok(self.call("read", |context, answer| unsafe { get(context, answer) })?.data)
    }

    fn set_fields(&mut self, data: &SessionData, which: &[Field]) -> Result<()> {
        let set = self.functions.set_session_data.ok_or_else(|| missing("set_session_data"))?;
        let view = SessionDataView::new(data)?;
        let which = session_data::bits_of(which);
        // SAFETY: see above.
        self.call("write", |context, answer| unsafe { set(context, &raw const view.data, which, answer) })?;
        Ok(())
    }

    fn put_peers(&mut self, peers: &[Peer]) -> Result<()> {
        let put = self.functions.put_peers.ok_or_else(|| missing("put_peers"))?;
        let views = PeerViews::new(peers)?;
        let peers = &views.structs;
        // SAFETY: see above.
        self.call("write", |context, answer| unsafe { put(context, peers.as_ptr(), peers.len(), answer) })?;
        Ok(())
    }

    fn delete_peers(&mut self, ids: Option<&[i64]>) -> Result<()> {
        let unsupported = || {
            let message =
                format!("cannot delete peers of '{}': its engine has no function delete_peers", self.location);
            Error::new(ErrorCode::Unsupported, message)
        };
        let delete = self.functions.delete_peers.ok_or_else(unsupported)?;
        let (first, count) = ids.map_or((std::ptr::null(), 0), |ids| (ids.as_ptr(), ids.len()));
        // SAFETY: see above.
        self.call("delete peers of", |context, answer| unsafe { delete(context, first, count, answer) })?;
        Ok(())
    }

    fn peers(&mut self, ids: Option<&[i64]>) -> Result<Vec<Peer>> {
        let get = self.functions.get_peers.ok_or_else(|| missing("get_peers"))?;
        let (first, count) = ids.map_or((std::ptr::null(), 0), |ids| (ids.as_ptr(), ids.len()));
        // SAFETY: see above.
        Ok(self.call("read", |context, answer| unsafe { get(context, first, count, answer) })?.peers)
    }

    fn peers_by_usernames(&mut self, usernames: &[&str]) -> Result<Option<Vec<Peer>>> {
        let Some(get) = self.functions.get_peers_by_username else { return Ok(None) };
        let texts = usernames.iter().map(|username| text::to_c(username)).collect::<Result<Vec<CString>>>()?;
        let pointers: Vec<*const c_char> = texts.iter().map(|text| text.as_ptr()).collect();
        // SAFETY: see above.
        let call = |context, answer| unsafe { get(context, pointers.as_ptr(), pointers.len(), answer) };
        Ok(Some(self.call("read", call)?.peers))
    }

    fn peers_by_phone_number(&mut self, phone_number: &str) -> Result<Option<Vec<Peer>>> {
        let Some(get) = self.functions.get_peers_by_phone_number else { return Ok(None) };
        let number = text::to_c(phone_number)?;
        // SAFETY: see above.
        Ok(Some(self.call("read", |context, answer| unsafe { get(context, number.as_ptr(), answer) })?.peers))
    }

    fn update_states(&mut self) -> Result<Vec<UpdateState>> {
        let get = self.functions.get_update_states.ok_or_else(|| missing("get_update_states"))?;
        // SAFETY: see above.
        Ok(self.call("read", |context, answer| unsafe { get(context, answer) })?.update_states)
    }

    fn set_update_states(&mut self, states: &[UpdateState]) -> Result<()> {
        let set = self.functions.set_update_states.ok_or_else(|| missing("set_update_states"))?;
        let states: Vec<tgs_update_state> = states.iter().map(tgs_update_state::from).collect();
        // SAFETY: see above.
        self.call("write", |context, answer| unsafe { set(context, states.as_ptr(), states.len(), answer) })?;
        Ok(())
    }

    fn delete_update_state(&mut self, id: i64) -> Result<()> {
        let delete = self.functions.delete_update_state.ok_or_else(|| missing("delete_update_state"))?;
        // SAFETY: see above.
        self.call("write", |context, answer| unsafe { delete(context, id, answer) })?;
        Ok(())
    }

    fn sent_files(&mut self) -> Result<Vec<SentFile>> {
        let get = self.functions.get_sent_files.ok_or_else(|| missing("get_sent_files"))?;
        // SAFETY: see above.
        Ok(self.call("read", |context, answer| unsafe { get(context, answer) })?.sent_files)
    }

    fn cache_sent_files(&mut self, files: &[SentFile]) -> Result<()> {
        let cache = self.functions.cache_sent_files.ok_or_else(|| missing("cache_sent_files"))?;
        let files: Vec<tgs_sent_file> = files.iter().map(tgs_sent_file::from).collect();
        // SAFETY: see above.
        self.call("write", |context, answer| unsafe { cache(context, files.as_ptr(), files.len(), answer) })?;
        Ok(())
    }

    fn keeps_values(&self) -> bool {
        self.functions.get_values.is_some()
    }

    fn values(&mut self, names: Option<&[&str]>) -> Result<Vec<(String, StoredValue)>> {
        let get = self.functions.get_values.ok_or_else(|| missing("get_values"))?;
        let texts = names.unwrap_or_default().iter().map(|name| text::to_c(name)).collect::<Result<Vec<CString>>>()?;
        let pointers: Vec<*const c_char> = texts.iter().map(|text| text.as_ptr()).collect();
        let first = if names.is_some() { pointers.as_ptr() } else { std::ptr::null() };
        // SAFETY: see above.
        Ok(self.call("read", |context, answer| unsafe { get(context, first, pointers.len(), answer) })?.values)
    }

    fn set_value(&mut self, name: &str, value: Option<&StoredValue>) -> Result<()> {
        let set = self.functions.set_value.ok_or_else(|| missing("set_value"))?;
        let name = text::to_c(name)?;
        let bytes = value.map(StoredValue::as_bytes);
        let (first, len) = bytes.map_or((std::ptr::null(), 0), |bytes| (bytes.as_ptr(), bytes.len()));
        // SAFETY: see above.
        self.call("write", |context, answer| unsafe { set(context, name.as_ptr(), first, len, answer) })?;
        Ok(())
    }

    fn save(&mut self) -> Result<()> {
        let Some(save) = self.functions.save else { return Ok(()) };
        // SAFETY: see above.
        self.call("save", |context, answer| unsafe { save(context, answer) })?;
        Ok(())
    }

    fn remove(&mut self) -> Result<()> {
        let unsupported = || {
            let message = format!("cannot delete '{}': its engine has no function remove", self.location);
            Error::new(ErrorCode::Unsupported, message)
        };
        let remove = self.functions.remove.ok_or_else(unsupported)?;
        // SAFETY: see above.
        self.call("delete", |context, answer| unsafe { remove(context, answer) })?;
        Ok(())
    }

    fn begin(&mut self) -> Result<()> {
        let Some(begin) = self.functions.begin else { return Ok(()) };
        // SAFETY: see above.
        self.call("begin a transaction in", |context, answer| unsafe { begin(context, answer) })?;
        Ok(())
    }

    fn finish(&mut self, keep: bool) -> Result<()> {
        let Some(finish) = self.functions.finish else { return Ok(()) };
        // SAFETY: see above.
        self.call("end a transaction in", |context, answer| unsafe { finish(context, keep, answer) })?;
        Ok(())
    }

    fn leases(&mut self) -> Option<&mut dyn Leases> {
        if self.functions.take_lease.is_some() { Some(self) } else { None }
    }
}

impl Leases for Table {
    fn take(&mut self, key_id: &str, lessee: &Lessee, seconds: u32) -> Result<Option<Holder>> {
        let take = self.functions.take_lease.ok_or_else(|| missing("take_lease"))?;
        let (key, token, owner) = (text::to_c(key_id)?, text::to_c(&lessee.token)?, text::to_c(&lessee.owner)?);
        // SAFETY: see above.
        let call =
            |context, answer| unsafe { take(context, key.as_ptr(), token.as_ptr(), owner.as_ptr(), seconds, answer) };
        Ok(self.call("take the lease of", call)?.holder)
    }

    fn release(&mut self, key_id: &str, token: &str) -> Result<()> {
        let release = self.functions.release_lease.ok_or_else(|| missing("release_lease"))?;
        let (key, token) = (text::to_c(key_id)?, text::to_c(token)?);
        // SAFETY: see above.
        self.call("release the lease of", |context, answer| unsafe {
            release(context, key.as_ptr(), token.as_ptr(), answer)
        })?;
        Ok(())
    }
}

/// Opens a session in a storage engine of your own.
///
/// @param[in] engine The table. The library copies it. From TGS_OK on, the context in it belongs to the library,
///     until it calls `destroy`; after an error it stays yours.
/// @param[in] options How to open it; NULL for the defaults. The format and WAL mode have no effect. You may free them after the call.
/// @param[out] session Receives the session. Close it with tgs_close().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT if the table lacks something (the message names it);
///     TGS_ERROR_FILE_NOT_FOUND if nothing is there and the options create nothing; TGS_ERROR_IN_USE, or what a
///     function of the engine returned.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_open_engine(
    engine: *const tgs_engine,
    options: *const tgs_options,
    session: *mut *mut tgs_session,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        pointer::check_out(session, "session")?;
        let owned = Arc::new(AtomicBool::new(false));
        // SAFETY: the caller's promise.
        let table = unsafe { Table::read(engine, Arc::clone(&owned)) }?;
        let opened = Session::open_engine(table, &options::from_handle(options)?)?;
        // SAFETY: the caller's promise.
        unsafe { pointer::put(session, session::into_handle(opened), "session") }?;
        owned.store(true, Ordering::Relaxed);
        Ok(tgs_status::TGS_OK)
    })
}
