//! The names of formats: of files, by the client that reads them, and of session strings.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// The client of a session, and the version of its layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    /// One of [`ExpectedFormat::names`], or `memory`.
    pub name: &'static str,
    /// The number of the layout, where the format numbers its layouts.
    pub version: Option<i64>,
}

/// Whether a username of a session with this format is no longer believed some time after its peer was seen: so it is in the
/// clients of Pyrogram's family, and in memory that is no client's. No other client has such a time.
pub(crate) fn usernames_expire(format: &str) -> bool {
    ["memory", "pyrogram", "pyrogram-1", "pyrofork", "kurigram"].contains(&format)
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version {
            Some(version) => write!(f, "{}@{version}", self.name),
            None => f.write_str(self.name),
        }
    }
}

/// The formats of session strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StringFormat {
    /// Pyrogram 2, Hydrogram, Electrogram, Pyrofork, Kurigram: 362 characters.
    Pyrogram,
    /// Pyrogram 0.15 to 1.4: 351 characters, or 356 for a user id of 2^31 and more.
    Pyrogram1,
    /// Telethon 1: 353 characters (IPv4) or 369 (IPv6).
    Telethon,
    /// GramJS.
    GramJs,
    /// mtcute 3.
    Mtcute,
    /// MTKruto.
    MtKruto,
    /// gogram.
    Gogram,
}

impl StringFormat {
    /// All formats, in the order of listings and help texts.
    pub const ALL: [Self; 7] =
        [Self::Pyrogram, Self::Pyrogram1, Self::Telethon, Self::GramJs, Self::Mtcute, Self::MtKruto, Self::Gogram];

    /// The name that options and the command line take.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pyrogram => "pyrogram",
            Self::Pyrogram1 => "pyrogram-1",
            Self::Telethon => "telethon",
            Self::GramJs => "gramjs",
            Self::Mtcute => "mtcute",
            Self::MtKruto => "mtkruto",
            Self::Gogram => "gogram",
        }
    }
}

impl FromStr for StringFormat {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            Error::invalid_argument(format!("no session string has the format '{name}'; there are: {known}"))
        })
    }
}

/// The format that a caller says a session has. One that has another is refused, and a session string that could be of
/// several formats is read as one of this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpectedFormat(&'static str);

/// The formats of files and databases that no session string has.
const OTHER_NAMES: [&str; 12] = [
    "pyrofork",
    "kurigram",
    "telethon2-alpha",
    "telegram-web",
    "alchemysession",
    "gotd",
    "grammers",
    "storesession",
    "tdata",
    "wtelegramclient",
    "tdlib",
    "android",
];

impl ExpectedFormat {
    /// Every name that one can have: those of session strings, and those of files and databases.
    pub fn names() -> Vec<&'static str> {
        StringFormat::ALL.map(StringFormat::name).into_iter().chain(OTHER_NAMES).collect()
    }

    /// The format of session strings with this name.
    pub fn string_format(self) -> Result<StringFormat> {
        let found = StringFormat::ALL.into_iter().find(|format| format.name() == self.0);
        found.ok_or_else(|| {
            Error::bad_session_string(format!("a session string is never of {}, the format that is expected", self.0))
        })
    }

    /// Refuses a session of another format.
    pub fn check(self, location: &str, name: &str) -> Result<()> {
        if name == self.0 {
            return Ok(());
        }
        Err(Error::not_expected(location, name, self.0))
    }
}

impl FromStr for ExpectedFormat {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::names().into_iter().find(|known| *known == name).map(Self).ok_or_else(|| {
            let known = Self::names().join(", ");
            Error::invalid_argument(format!("no session has the format '{name}'; there are: {known}"))
        })
    }
}
