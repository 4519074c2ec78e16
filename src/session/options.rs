//! How a session is opened.

use std::time::Duration;

pub use crate::storage::sqlite::NewFile;

/// Usernames change hands: after how long a sighting is not believed any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UsernameExpiry {
    /// As the session's own client does: 8 hours in Pyrogram's family, never in Telethon's.
    #[default]
    AsClient,
    /// Never.
    Never,
    /// After so many seconds.
    After(u64),
}

/// How a session is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Nothing of the session changes, whatever is called.
    pub read_only: bool,
    /// What is not there is made. Not when it is opened read-only.
    pub create: bool,
    /// The layout of a file that is made.
    pub new_file: NewFile,
    /// A file that is made is one in WAL mode. One that is there keeps its mode.
    pub wal: bool,
    /// How long a call waits for another program's lock.
    pub busy_timeout: Duration,
    /// When usernames expire.
    pub username_expiry: UsernameExpiry,
}

// `USERNAME_TTL` of Pyrogram and all its forks.
const PYROGRAM_USERNAME_TTL: u64 = 8 * 60 * 60;

impl Default for Options {
    fn default() -> Self {
        Self {
            read_only: false,
            create: true,
            new_file: NewFile::standard(),
            wal: false,
            busy_timeout: Duration::from_secs(5),
            username_expiry: UsernameExpiry::AsClient,
        }
    }
}

impl UsernameExpiry {
    /// The seconds after which a username has expired.
    pub(super) fn seconds(self, client_expires: bool) -> Option<u64> {
        match self {
            Self::AsClient => client_expires.then_some(PYROGRAM_USERNAME_TTL),
            Self::Never => None,
            Self::After(seconds) => Some(seconds),
        }
    }
}
