//! Encrypted files in a folder of their own.

use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;
use tgsession::session::{NewFile, Options, Session, UsernameExpiry};
use tgsession::{EncryptionKey, Result};

use crate::common;

pub const RAW: [u8; 32] = [0xa7; 32];

/// A key that costs nothing: no passphrase is stretched.
pub fn raw_key() -> EncryptionKey {
    EncryptionKey::from_bytes(&RAW).unwrap()
}

pub fn passphrase(text: &str) -> EncryptionKey {
    EncryptionKey::from_passphrase(text).unwrap()
}

/// A folder, and a file in it or none yet.
pub struct Harness {
    pub folder: TempDir,
    pub file: PathBuf,
}

impl Harness {
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        Self { file: folder.path().join("account.session"), folder }
    }

    /// An encrypted file in which everything is filled.
    pub fn full(wal: bool, key: &EncryptionKey) -> Self {
        let harness = Self::new();
        let session = harness.create(wal, key);
        fill(&session);
        session.save().unwrap();
        drop(session);
        harness
    }

    pub fn create(&self, wal: bool, key: &EncryptionKey) -> Session {
        let new_file = NewFile::named("pyrogram@3").unwrap();
        Session::open(self.location(), &Options { new_file, wal, ..options(Some(key)) }).unwrap()
    }

    pub fn location(&self) -> &str {
        self.file.to_str().unwrap()
    }

    pub fn try_open(&self, key: Option<&EncryptionKey>, read_only: bool) -> Result<Session> {
        Session::open(self.location(), &Options { create: false, read_only, ..options(key) })
    }

    pub fn open(&self, key: &EncryptionKey) -> Session {
        self.try_open(Some(key), false).unwrap()
    }

    pub fn read_only(&self, key: &EncryptionKey) -> Session {
        self.try_open(Some(key), true).unwrap()
    }

    /// Runs SQL with [`raw_key`], past the library.
    pub fn sql(&self, batch: &str) {
        let conn = rusqlite::Connection::open(&self.file).unwrap();
        let key: String = RAW.iter().map(|byte| format!("{byte:02x}")).collect();
        conn.execute_batch(&format!("PRAGMA key = \"x'{key}'\"; {batch}")).unwrap();
    }

    /// The names in the folder.
    pub fn names(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// The bytes of every file in the folder, one after the other.
    pub fn bytes(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }

    /// Refuses a folder in which something can be read.
    #[track_caller]
    pub fn check_unreadable(&self) {
        let bytes = self.bytes();
        for seed in [1, 2, 9] {
            assert_eq!(common::pieces(&bytes, &common::key(seed)), 0, "of key {seed}");
        }
        for text in ["tgs_ada", "tgs_channel", "CREATE TABLE", "SQLite format", "149.154"] {
            assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{text}");
        }
    }
}

pub fn options(key: Option<&EncryptionKey>) -> Options {
    let (busy_timeout, username_expiry) = (Duration::from_millis(200), UsernameExpiry::Never);
    Options { busy_timeout, username_expiry, encryption_key: key.cloned(), ..Options::default() }
}

pub fn fill(session: &Session) {
    let contents = common::full_contents();
    session.set(&common::changes(&contents.data)).unwrap();
    session.update_peers(&contents.peers).unwrap();
    session.set_update_states(&contents.update_states).unwrap();
    session.cache_sent_files(&contents.sent_files).unwrap();
}
