//! How a session is opened.

use std::time::Duration;

use zeroize::Zeroizing;

use super::database_key::DatabaseKey;
use crate::error::{Error, ErrorCode, Result};
use crate::model::ExpectedFormat;
pub use crate::storage::sqlite::{EncryptionKey, NewFile};

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
    /// A SQLite file is ours alone while it is open: others find it locked. Not when it is opened read-only.
    pub exclusive: bool,
    /// How long a call waits, all together: for another program's lock, and for other threads' calls with the same
    /// session (for these a second at least).
    pub busy_timeout: Duration,
    /// How large a session may be that is read into memory as a whole (bytes, unpacked; a sixteenth of it for JSON), and
    /// a single value in a file.
    pub max_bytes: u64,
    /// How many answers of lookups, fields and update states of a SQLite file are kept in memory, with 60 to 200 bytes each: each is
    /// when it is read, until somebody else has written the file. 0 for none. Absent for 10,000 of those that are asked for
    /// again and again.
    pub cache_size: Option<usize>,
    /// When usernames expire.
    pub username_expiry: UsernameExpiry,
    /// The format that it has; absent where that is not known. One that has another is refused.
    pub expected_format: Option<ExpectedFormat>,
    /// Whether the auth key is leased, so that nobody else uses it meanwhile. Not when it is opened read-only.
    pub lease: Option<LeaseOptions>,
    /// What a SQLite file is encrypted with, one that is made too. Absent for one that is not encrypted.
    pub encryption_key: Option<EncryptionKey>,
    /// What another client's own file is encrypted with: TDLib's, WTelegramClient's, gogram's. Absent for the client's default. With
    /// one, anything else is refused; so it is with an account or a passcode.
    pub database_key: Option<DatabaseKey>,
    /// Which account of Telegram Desktop's folder: its index there, or its user id. Absent for the one that is shown.
    pub account: Option<i64>,
    /// The passcode of Telegram Desktop's folder. Absent for none.
    pub passcode: Option<Passcode>,
}

/// A passcode of Telegram Desktop. It is wiped when it is dropped, and `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Passcode(Zeroizing<String>);

impl Passcode {
    /// As it is typed: nothing is normalized.
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Passcode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passcode")
    }
}

/// How an auth key is leased: on this machine, and on every other one that shares the session's store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseOptions {
    /// What others are told who holds it; absent for the process and the host.
    pub(super) owner: Option<String>,
    /// After how many seconds without a sign of life it ends in a store that machines share. On one machine it ends at
    /// once.
    pub(super) seconds: u32,
}

impl LeaseOptions {
    const DEFAULT_SECONDS: u32 = 30;

    /// A lease in the name of `owner`, which ends after so many seconds without a sign of life: 3 to 86400.
    pub fn new(owner: Option<String>, seconds: Option<u32>) -> Result<Self> {
        let seconds = seconds.unwrap_or(Self::DEFAULT_SECONDS);
        if !(3..=86_400).contains(&seconds) {
            return Err(Error::invalid_argument(format!("a lease lasts 3 to 86400 seconds, not {seconds}")));
        }
        if owner.as_ref().is_some_and(|owner| owner.trim().is_empty() || owner.contains('\n')) {
            return Err(Error::invalid_argument("the owner of a lease is a line of text that is not empty"));
        }
        Ok(Self { owner, seconds })
    }
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
            exclusive: false,
            busy_timeout: Duration::from_secs(5),
            max_bytes: 256 << 20,
            cache_size: None,
            username_expiry: UsernameExpiry::AsClient,
            expected_format: None,
            lease: None,
            encryption_key: None,
            database_key: None,
            account: None,
            passcode: None,
        }
    }
}

impl Options {
    /// Refuses a key for what is in no SQLite file.
    pub(super) fn check_no_key(&self, location: &str) -> Result<()> {
        if self.encryption_key.is_none() {
            return Ok(());
        }
        let message = format!("cannot open {location} with a passphrase or key: only SQLite files are encrypted");
        Err(Error::new(ErrorCode::Unsupported, message))
    }

    /// Refuses what only some formats have, and what was opened has not: an account or a passcode, or a key of another client's.
    pub(super) fn check_used(&self, location: &str, format: &str) -> Result<()> {
        let unused = |what: &str| Err(Error::new(ErrorCode::Unsupported, format!("'{location}' is no {what}")));
        if format != "tdata" && self.account.is_some() {
            return unused("tdata of Telegram Desktop: only that has accounts to choose from");
        }
        if format != "tdata" && self.passcode.is_some() {
            return unused("tdata of Telegram Desktop: only that has a passcode");
        }
        if !["tdlib", "gogram", "wtelegramclient"].contains(&format) && self.database_key.is_some() {
            return unused("file of TDLib, gogram or WTelegramClient: only these have a database key");
        }
        Ok(())
    }

    /// Refuses a session of another format than the expected one.
    pub(super) fn check_format(&self, location: &str, name: &str) -> Result<()> {
        self.expected_format.map_or(Ok(()), |expected| expected.check(location, name))
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
