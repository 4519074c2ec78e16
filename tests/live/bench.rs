//! The test bench of one library: its process, a folder, and the list of deviations.

use std::path::PathBuf;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tgsession::model::{Contents, Peer};
use tgsession::session::{NewFile, Options, Session, UsernameExpiry};

use crate::agreement::{Comparison, Difference};
use crate::library::Library;
use crate::neutral;
use crate::oracle::{Oracle, account};

pub struct Bench {
    pub library: &'static Library,
    pub oracle: Oracle,
    pub compared: Comparison,
    folder: TempDir,
    step: &'static str,
    _turn: Option<Turn>,
}

impl Bench {
    pub fn new(library: &'static Library) -> Self {
        let turn = Turn::take();
        Self { _turn: Some(turn), ..Self::guest(library) }
    }

    /// A bench for a second library, used during the test of the first.
    pub fn guest(library: &'static Library) -> Self {
        Self {
            _turn: None,
            library,
            oracle: Oracle::start(library.key),
            compared: Comparison::default(),
            // In memory, if the system has such a folder: these tests do not depend on durability.
            folder: tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap(),
            step: "",
        }
    }

    /// A new file for the step that begins.
    pub fn begin(&mut self, step: &'static str) -> PathBuf {
        self.step = step;
        let folder = self.folder.path().join(step);
        std::fs::create_dir_all(&folder).unwrap();
        folder.join("live.session")
    }

    pub fn equal<T: PartialEq + std::fmt::Debug>(&mut self, place: impl std::fmt::Display, library: &T, ours: &T) {
        self.compared.equal(format!("{}: {place}", self.step), library, ours);
    }

    pub fn extend(&mut self, differences: Vec<Difference>) {
        let step = self.step;
        self.compared
            .0
            .extend(differences.into_iter().map(|d| Difference { place: format!("{step}: {}", d.place), ..d }));
    }

    /// Records a deviation with the library, the step and the place.
    pub fn end(self) {
        assert!(self.compared.0.is_empty(), "{}:{}", self.library.key, Difference::show(&self.compared.0));
    }

    /// The fullest account that this library can hold.
    pub fn account(&self) -> Value {
        let mut account = account(self.library.key);
        account["via"] = json!("client");
        // Values that no TL object has.
        account["peers"].as_array_mut().unwrap().retain(|peer| peer["id"] != -777_000_202);
        account
    }

    pub fn contents(&self) -> Contents {
        neutral::contents(&self.account())
    }
}

pub fn open(file: &std::path::Path, read_only: bool) -> Session {
    let options = Options { read_only, create: false, username_expiry: UsernameExpiry::Never, ..Options::default() };
    Session::open(file.to_str().unwrap(), &options).unwrap_or_else(|error| panic!("{error}"))
}

pub fn open_impatiently(file: &std::path::Path) -> Session {
    let options = Options { create: false, busy_timeout: Duration::from_millis(200), ..Options::default() };
    Session::open(file.to_str().unwrap(), &options).unwrap_or_else(|error| panic!("{error}"))
}

pub fn create(file: &std::path::Path, format: &str) -> Session {
    let new_file = NewFile::named(format).unwrap();
    Session::open(file.to_str().unwrap(), &Options { new_file, ..Options::default() }).unwrap()
}

/// Every lookup of these peers, and one of each kind that finds nothing.
pub fn lookups(peers: &[Peer]) -> Value {
    let names = peers.iter().flat_map(|peer| peer.usernames.iter().map(String::as_str)).chain(["tgs_nobody"]);
    let phones = peers.iter().filter_map(|peer| peer.phone_number.as_deref()).chain(["99966119998"]);
    json!({"lookups": {
        "ids": peers.iter().map(|peer| peer.id).chain([777_999_999]).collect::<Vec<_>>(),
        "usernames": names.collect::<Vec<_>>(),
        "phones": phones.collect::<Vec<_>>(),
    }})
}

/// Two libraries run at a time, because each is one or two processes of Python.
struct Turn;

static FREE: (Mutex<u32>, Condvar) = (Mutex::new(2), Condvar::new());

impl Turn {
    fn take() -> Self {
        let free = FREE.0.lock().unwrap();
        *FREE.1.wait_while(free, |free| *free == 0).unwrap() -= 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *FREE.0.lock().unwrap() += 1;
        FREE.1.notify_one();
    }
}
