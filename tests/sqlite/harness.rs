//! Files in a folder of their own, SQL on them past the library, and the bytes of all that stands there.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::types::FromSql;
use tempfile::TempDir;
use tgsession::model::AuthKey;
use tgsession::session::{NewFile, Options, Session};
use tgsession::{Error, Result};

use crate::common;

/// A folder with one session's file in it, or none yet.
pub struct Harness {
    pub folder: TempDir,
    pub file: PathBuf,
}

impl Harness {
    /// Nothing is there yet.
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        Self { file: folder.path().join("account.session"), folder }
    }

    /// A file of a layout in which everything is filled.
    pub fn full(layout: &str) -> Self {
        let harness = Self::new();
        harness.fill(layout);
        harness
    }

    /// A file that is made with SQL.
    pub fn of_sql(batch: &str) -> Self {
        let harness = Self::new();
        sql(&harness.file, batch);
        harness
    }

    fn fill(&self, layout: &str) {
        let session = create(&self.file, layout);
        let contents = common::full_contents();
        session.set(&common::changes(&contents.data)).unwrap();
        session.update_peers(&contents.peers).unwrap();
        session.set_update_states(&contents.update_states).unwrap();
        session.cache_sent_files(&contents.sent_files).unwrap();
    }

    /// Name, mode and content of every file in the folder but `-shm`, which is SQLite's memory and no data. Not while a
    /// session of this process is open: reading a file so drops its locks.
    pub fn snapshot(&self) -> BTreeMap<String, (u32, Vec<u8>)> {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap());
        let described = files.map(|entry| {
            let mode = entry.metadata().unwrap().permissions().mode();
            let content = if entry.path().is_dir() { Vec::new() } else { std::fs::read(entry.path()).unwrap() };
            (entry.file_name().into_string().unwrap(), (mode, content))
        });
        described.filter(|(name, _)| !name.ends_with("-shm")).collect()
    }

    /// The names in the folder.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// Makes a new file.
pub fn create(file: &Path, layout: &str) -> Session {
    let new_file = NewFile::named(layout).unwrap();
    Session::open(file.to_str().unwrap(), &Options { new_file, ..Options::default() }).unwrap()
}

pub fn try_open(file: &Path, read_only: bool) -> Result<Session> {
    let busy_timeout = Duration::from_millis(100);
    let options = Options { read_only, create: false, busy_timeout, ..Options::default() };
    Session::open(file.to_str().unwrap(), &options)
}

pub fn open(file: &Path) -> Session {
    try_open(file, false).unwrap()
}

pub fn read_only(file: &Path) -> Session {
    try_open(file, true).unwrap()
}

/// As another client would reach it.
pub fn raw(file: &Path) -> Connection {
    let conn = Connection::open(file).unwrap();
    conn.busy_timeout(Duration::from_secs(5)).unwrap();
    conn.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    conn
}

pub fn sql(file: &Path, batch: &str) {
    raw(file).execute_batch(batch).unwrap();
}

pub fn value<T: FromSql>(file: &Path, query: &str) -> T {
    raw(file).query_row(query, [], |row| row.get(0)).unwrap()
}

/// An error that names the file and shows nothing of a key.
pub fn check_error(error: &Error, file: &Path, keys: &[AuthKey]) {
    let message = error.to_string();
    assert!(message.contains(file.to_str().unwrap()), "'{message}' does not name {}", file.display());
    let debug = format!("{error:?}");
    for key in keys {
        for bytes in key.as_bytes().windows(8) {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let list = bytes.iter().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ");
            for shown in [hex, list] {
                assert!(!debug.to_lowercase().contains(&shown), "a key is in '{debug}'");
            }
        }
        let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, key.as_bytes());
        assert!(!debug.contains(&encoded[..12]), "a key is in '{debug}'");
    }
}

/// SQL for a key.
pub fn key_sql(seed: u8) -> String {
    let hex: String = common::key(seed).as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("x'{hex}'")
}
