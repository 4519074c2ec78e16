//! Calls of the C interface in any order, with any arguments that its header allows: closed handles, NULL, wrong sizes. Sessions are
//! compared with a model.
#![allow(unsafe_code)]
#![allow(clippy::undocumented_unsafe_blocks, reason = "one argument holds for all calls: see World")]

use std::collections::BTreeMap;
use std::ffi::{CString, c_char};
use std::ptr::{null, null_mut};

use tgsession::ffi::bytes::{tgs_bytes_free, tgs_change_count, tgs_open_bytes, tgs_to_bytes};
use tgsession::ffi::conversion::{tgs_convert, tgs_diagnose, tgs_export_session_string, tgs_inspect};
use tgsession::ffi::error::{tgs_error, tgs_error_free, tgs_error_status};
use tgsession::ffi::fields::{tgs_get_auth_key, tgs_set_auth_key, tgs_set_dc_id, tgs_set_server_address};
use tgsession::ffi::peer_iter::{tgs_peer_iter, tgs_peer_iter_free, tgs_peer_iter_new, tgs_peer_iter_next};
use tgsession::ffi::peers::{tgs_get_peer_by_id, tgs_get_peer_by_username, tgs_input_peer, tgs_peer, tgs_update_peers};
use tgsession::ffi::session::{tgs_close, tgs_delete, tgs_open, tgs_session};
use tgsession::ffi::status::tgs_status;
use tgsession::ffi::strings::tgs_string_free;

const IDS: [i64; 6] = [5, 77, -7, -1_001_777_000_303, 1 << 40, 0];
const NAMES: [&str; 6] = ["tgs_a", "tgs_b", "tgs_c", "tgs_d", "@TGS_A", ""];
const FORMATS: [&str; 7] = ["pyrogram", "telethon", "pyrogram@3", "telethon@8", "kurigram@7", "no such", ""];
const SLOTS: usize = 4;
const MOST_CALLS: usize = 64;

pub fn run(bytes: &[u8]) {
    let mut world = World::default();
    let mut input = Input(bytes);
    for _ in 0..MOST_CALLS {
        if input.0.is_empty() {
            break;
        }
        world.call(&mut input);
    }
    world.close_all();
}

/// The bytes that choose calls and arguments; zeros where they end.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end
    }

    fn of<T: Copy>(&mut self, some: &[T]) -> T {
        some[self.below(some.len())]
    }

    fn text(&mut self) -> CString {
        let len = self.below(24);
        CString::new((0..len).map(|_| self.byte().max(1)).collect::<Vec<u8>>()).unwrap_or_default()
    }
}

/// What a session must answer: hashes and usernames by ids.
type Model = BTreeMap<i64, (Option<i64>, Vec<String>)>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Null,
    Open,
    Deleted,
    Closed,
}

struct Slot {
    session: *mut tgs_session,
    state: State,
    model: Model,
}

impl Default for Slot {
    fn default() -> Self {
        Self { session: null_mut(), state: State::Null, model: Model::new() }
    }
}

#[derive(Default)]
struct World {
    slots: [Slot; SLOTS],
    iters: Vec<*mut tgs_peer_iter>,
    error: Failure,
}

/// Receives errors, and frees them.
struct Failure(*mut tgs_error);

impl Default for Failure {
    fn default() -> Self {
        Self(null_mut())
    }
}

impl Failure {
    /// Where a call puts its error.
    fn place(&mut self) -> *mut *mut tgs_error {
        self.free();
        &raw mut self.0
    }

    /// The error tells the status of the call.
    fn check(&self, status: tgs_status) {
        let known = matches!(status, tgs_status::TGS_OK | tgs_status::TGS_NOT_FOUND | tgs_status::TGS_EXPIRED);
        assert_eq!(known, self.0.is_null(), "{status:?}");
        assert_ne!(status, tgs_status::TGS_ERROR_INTERNAL);
        if !known {
            // SAFETY: an error of the library's.
            assert_eq!(unsafe { tgs_error_status(self.0) }, status);
        }
    }

    fn free(&mut self) {
        // SAFETY: NULL, or an error of the library's, once.
        unsafe { tgs_error_free(self.0) };
        self.0 = null_mut();
    }
}

impl Drop for Failure {
    fn drop(&mut self) {
        self.free();
    }
}

impl State {
    /// The status of a call with a handle in this state; `None` if the call itself decides.
    fn refusal(self) -> Option<tgs_status> {
        match self {
            Self::Null => Some(tgs_status::TGS_ERROR_INVALID_ARGUMENT),
            Self::Closed | Self::Deleted => Some(tgs_status::TGS_ERROR_CLOSED),
            Self::Open => None,
        }
    }
}

// SAFETY of the calls below: every pointer is NULL where the header allows it, or leads to values of this function's own that
// live until the call returns; handles are the library's, which checks them.
impl World {
    fn call(&mut self, input: &mut Input<'_>) {
        let slot = input.below(SLOTS);
        match input.below(14) {
            0 | 1 => self.open(slot),
            2 => self.close(slot),
            3 | 4 => self.update_peers(slot, input),
            5 => self.find_by_id(slot, input.of(&IDS)),
            6 => self.find_by_username(slot, input),
            7 => self.copy(slot, input.below(SLOTS), input.byte() % 2 == 1),
            8 => self.convert(slot, input.below(SLOTS)),
            9 => self.set_fields(slot, input),
            10 => self.texts(slot, input),
            11 => self.iterate(slot, input),
            12 => self.delete(slot),
            _ => self.open_anything(input),
        }
    }

    /// Checks a call's status against the state of its handle; true if the call could do its work.
    fn check(&self, slot: usize, status: tgs_status) -> bool {
        self.error.check(status);
        match self.slots[slot].state.refusal() {
            Some(refusal) => {
                // Another argument may be wrong too.
                assert!([refusal, tgs_status::TGS_ERROR_INVALID_ARGUMENT].contains(&status), "{status:?}");
                false
            }
            None => true,
        }
    }

    fn open(&mut self, slot: usize) {
        self.close(slot);
        let mut session = null_mut();
        let status = unsafe { tgs_open(c":memory:".as_ptr(), null(), &raw mut session, self.error.place()) };
        self.error.check(status);
        assert_eq!(status, tgs_status::TGS_OK);
        self.slots[slot] = Slot { session, state: State::Open, model: Model::new() };
    }

    // The handle stays in its slot: later calls use it after it was closed.
    fn close(&mut self, slot: usize) {
        let slot = &mut self.slots[slot];
        tgs_close(slot.session);
        if slot.state != State::Null {
            slot.state = State::Closed;
        }
    }

    fn delete(&mut self, slot: usize) {
        let status = tgs_delete(self.slots[slot].session, self.error.place());
        if self.check(slot, status) {
            assert_eq!(status, tgs_status::TGS_OK);
            self.slots[slot].state = State::Deleted;
        }
    }

    fn update_peers(&mut self, slot: usize, input: &mut Input<'_>) {
        let id = input.of(&IDS);
        let hash = input.of(&[None, Some(0), Some(-1), Some(i64::MAX)]);
        let chosen = input.of(&[&[][..], &[0], &[1], &[1, 2], &[3, 0, 2]]);
        let texts: Vec<CString> = chosen.iter().map(|index| CString::new(NAMES[*index]).unwrap_or_default()).collect();
        let usernames: Vec<*const c_char> = texts.iter().map(|text| text.as_ptr()).collect();
        let size = input.of(&[size_of::<tgs_peer>(), size_of::<tgs_peer>(), size_of::<tgs_peer>(), 0, 8]);
        let kind = input.of(&[0, 1, 1, 2, 4, 99]);
        let peer = tgs_peer {
            size,
            id,
            access_hash: hash.unwrap_or_default(),
            has_access_hash: hash.is_some(),
            r#type: kind,
            type_name: null(),
            usernames: if usernames.is_empty() { null() } else { usernames.as_ptr() },
            username_count: usernames.len(),
            phone_number: null(),
            name: null(),
            last_update_on: 0,
        };
        let status = unsafe { tgs_update_peers(self.slots[slot].session, &raw const peer, 1, self.error.place()) };
        if self.check(slot, status) && status == tgs_status::TGS_OK {
            assert!(id != 0 && size == size_of::<tgs_peer>());
            let names: Vec<String> = chosen.iter().map(|index| NAMES[*index].to_owned()).collect();
            let model = &mut self.slots[slot].model;
            for (_, others) in model.values_mut() {
                others.retain(|name| !names.contains(name));
            }
            model.insert(id, (hash, names));
        }
    }

    fn find_by_id(&mut self, slot: usize, id: i64) {
        let mut found = empty_answer();
        let place = self.error.place();
        let status = unsafe { tgs_get_peer_by_id(self.slots[slot].session, id, &raw mut found, place) };
        if self.check(slot, status) {
            self.check_found(slot, status, &found, |(known, _)| *known == id);
        }
    }

    fn find_by_username(&mut self, slot: usize, input: &mut Input<'_>) {
        let known = input.of(&NAMES);
        let text = if input.byte() < 200 { CString::new(known).unwrap_or_default() } else { input.text() };
        let mut found = empty_answer();
        let place = self.error.place();
        let status =
            unsafe { tgs_get_peer_by_username(self.slots[slot].session, text.as_ptr(), &raw mut found, place) };
        if self.check(slot, status) && status != tgs_status::TGS_ERROR_INVALID_ARGUMENT {
            let Ok(text) = text.to_str() else { panic!("a text that is not UTF-8 was accepted") };
            let name = text.trim().trim_start_matches('@').to_lowercase();
            self.check_found(slot, status, &found, |(_, names)| names.contains(&name));
        }
    }

    fn check_found(
        &self,
        slot: usize,
        status: tgs_status,
        found: &tgs_input_peer,
        is_it: impl Fn((&i64, &Vec<String>)) -> bool,
    ) {
        let expected = self.slots[slot].model.iter().find(|(id, (_, names))| is_it((id, names)));
        match expected {
            None => assert_eq!(status, tgs_status::TGS_NOT_FOUND),
            Some((id, (hash, _))) => {
                assert_eq!((status, found.id), (tgs_status::TGS_OK, *id));
                assert_eq!(found.has_access_hash.then_some(found.access_hash), *hash);
            }
        }
    }

    /// Through bytes into another slot.
    fn copy(&mut self, from: usize, to: usize, compress: bool) {
        let (mut bytes, mut len) = (null_mut(), 0);
        let place = self.error.place();
        let status =
            unsafe { tgs_to_bytes(self.slots[from].session, null(), compress, &raw mut bytes, &raw mut len, place) };
        if !self.check(from, status) {
            return;
        }
        if status == tgs_status::TGS_ERROR_INCOMPLETE {
            return; // a field that the file's layout needs is absent
        }
        assert_eq!(status, tgs_status::TGS_OK);
        let model = self.slots[from].model.clone();
        self.close(to);
        let mut session = null_mut();
        let status = unsafe { tgs_open_bytes(bytes, len, null(), &raw mut session, self.error.place()) };
        unsafe { tgs_bytes_free(bytes, len) };
        self.error.check(status);
        assert_eq!(status, tgs_status::TGS_OK);
        self.slots[to] = Slot { session, state: State::Open, model };
    }

    fn convert(&mut self, from: usize, to: usize) {
        if from != to && self.slots[to].state == State::Open {
            self.open(to); // an empty one: which of two peers is newer is not the model's business
        }
        let mut report = null_mut();
        let (source, target) = (self.slots[from].session, self.slots[to].session);
        let status = unsafe { tgs_convert(source, target, null(), 0, &raw mut report, self.error.place()) };
        self.error.check(status);
        unsafe { tgs_string_free(report) };
        let both_open = [from, to].iter().all(|slot| self.slots[*slot].state == State::Open);
        assert!(both_open || status != tgs_status::TGS_OK);
        if status == tgs_status::TGS_OK {
            self.slots[to].model = self.slots[from].model.clone();
        }
    }

    fn set_fields(&mut self, slot: usize, input: &mut Input<'_>) {
        let session = self.slots[slot].session;
        let dc = i32::from(input.byte());
        let status = unsafe { tgs_set_dc_id(session, &raw const dc, self.error.place()) };
        self.check(slot, status);
        let text = input.text();
        let status = unsafe { tgs_set_server_address(session, text.as_ptr(), self.error.place()) };
        self.check(slot, status);
        let key = [input.byte(); 256];
        let len = input.of(&[256, 256, 0, 255]);
        let status = unsafe { tgs_set_auth_key(session, key.as_ptr(), len, self.error.place()) };
        if self.check(slot, status) && status == tgs_status::TGS_OK {
            let mut stored = [0; 256];
            let place = self.error.place();
            let status = unsafe { tgs_get_auth_key(session, stored.as_mut_ptr(), stored.len(), place) };
            assert!(status == tgs_status::TGS_OK && stored == key);
        }
    }

    fn texts(&mut self, slot: usize, input: &mut Input<'_>) {
        let session = self.slots[slot].session;
        let format = CString::new(input.of(&FORMATS)).unwrap_or_default();
        let (mut text, mut report, mut count) = (null_mut(), null_mut(), 0);
        let place = self.error.place();
        let status =
            unsafe { tgs_export_session_string(session, format.as_ptr(), &raw mut text, &raw mut report, place) };
        self.check_text(slot, status, text);
        unsafe { tgs_string_free(report) };
        let mut text = null_mut();
        let status = unsafe { tgs_inspect(session, input.byte() % 2 == 1, &raw mut text, self.error.place()) };
        self.check_text(slot, status, text);
        let mut text = null_mut();
        let any = input.text();
        let status = unsafe { tgs_diagnose(any.as_ptr(), &raw mut text, self.error.place()) };
        self.error.check(status);
        unsafe { tgs_string_free(text) };
        let status = unsafe { tgs_change_count(session, &raw mut count, self.error.place()) };
        self.error.check(status);
    }

    fn check_text(&self, slot: usize, status: tgs_status, text: *mut c_char) {
        if self.check(slot, status) {
            assert_eq!(status == tgs_status::TGS_OK, !text.is_null());
        }
        unsafe { tgs_string_free(text) };
    }

    fn iterate(&mut self, slot: usize, input: &mut Input<'_>) {
        let mut iter = null_mut();
        let place = self.error.place();
        let status = unsafe {
            tgs_peer_iter_new(self.slots[slot].session, IDS.as_ptr(), input.below(IDS.len()), &raw mut iter, place)
        };
        if self.check(slot, status) && status == tgs_status::TGS_OK {
            self.iters.push(iter);
        }
        let Some(iter) = self.iters.last().copied() else { return };
        let mut peer = null();
        let status = unsafe { tgs_peer_iter_next(iter, &raw mut peer, self.error.place()) };
        self.error.check(status);
        if input.byte().is_multiple_of(4) {
            tgs_peer_iter_free(iter); // it stays in the list: later calls use it after it was freed
        }
    }

    fn open_anything(&mut self, input: &mut Input<'_>) {
        let mut session = null_mut();
        let bytes: Vec<u8> = (0..input.below(64)).map(|_| input.byte()).collect();
        let place = self.error.place();
        let status = unsafe { tgs_open_bytes(bytes.as_ptr(), bytes.len(), null(), &raw mut session, place) };
        self.error.check(status);
        tgs_close(session);
    }

    fn close_all(&mut self) {
        for slot in 0..SLOTS {
            self.close(slot);
        }
        for iter in self.iters.drain(..) {
            tgs_peer_iter_free(iter);
        }
    }
}

fn empty_answer() -> tgs_input_peer {
    tgs_input_peer {
        size: size_of::<tgs_input_peer>(),
        id: 0,
        bare_id: 0,
        access_hash: 0,
        last_update_on: 0,
        r#type: 0,
        has_access_hash: false,
    }
}
