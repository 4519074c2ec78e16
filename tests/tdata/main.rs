//! Telegram Desktop's `tdata`, as opentele2 and opentele-ng write it (`make_folders.py`), and as this library does.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

#[path = "../common/ask.rs"]
mod ask;
mod damage;
#[path = "../common/desktop_readers.rs"]
mod desktop_readers;
mod live;
mod reading;
mod writing;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tgsession::model::AuthKey;
use tgsession::session::{Options, Passcode, Session};

/// Of the folders that have one.
const PASSCODE: &str = "пароль Ёлки 🔑";
/// The folders with two accounts, each without and with the passcode.
const PLAIN: [&str; 2] = ["classic", "since-7.3"];
const LOCKED: [&str; 2] = ["classic-passcode", "since-7.3-passcode"];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tdata/folders").join(name)
}

/// A copy of a folder, which a test may damage.
fn copy(name: &str) -> TempDir {
    let place = TempDir::new().unwrap();
    copy_into(&folder(name), place.path());
    place
}

fn copy_into(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            copy_into(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

fn options(account: Option<i64>, passcode: Option<&str>) -> Options {
    Options { read_only: true, create: false, account, passcode: passcode.map(Passcode::new), ..Options::default() }
}

fn open(path: &Path, account: Option<i64>, passcode: Option<&str>) -> tgsession::Result<Session> {
    Session::open(path.to_str().unwrap(), &options(account, passcode))
}

/// As `make_folders.py` invents them.
fn key(seed: u8) -> AuthKey {
    AuthKey::new(&std::array::from_fn::<u8, 256, _>(|at| (at as u8).wrapping_mul(seed).wrapping_add(seed))).unwrap()
}

/// What an account is to be: its user, home data centre, key, and the other data centre with its key.
type Expected = (i64, i32, u8, i32, u8);
const FIRST: Expected = (777_000_123, 2, 5, 4, 7);
const SECOND: Expected = (5_000_000_123, 4, 11, 1, 9);

fn check(session: &Session, (user_id, dc_id, seed, other, other_seed): Expected) {
    let data = session.data().unwrap();
    assert_eq!((data.user_id, data.dc_id, data.test_mode), (Some(user_id), Some(dc_id), Some(false)));
    assert_eq!(data.auth_key, Some(key(seed)));
    let others = session.contents().unwrap().data_centers();
    assert_eq!(others.len(), 1);
    assert_eq!((others[0].id, others[0].auth_key.clone()), (other, Some(key(other_seed))));
}
