//! The formats of whole files and folders that are no databases.

use std::str::FromStr;

use crate::error::{Error, Result};

/// A format of another client's whole file or folder, which can be written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// The JSON of gotd/td's `session.FileStorage`.
    Gotd,
    /// gogram's `session.dat`, under the key that everybody knows.
    Gogram,
    /// The TL of grammers-session 0.4 to 0.7.
    Grammers,
    /// The folder of GramJS's and teleproto's `StoreSession`.
    StoreSession,
    /// The `tdata` folder of Telegram Desktop.
    Tdata,
    /// The SQLite database of mtcute 0.17 and later.
    Mtcute,
    /// The SQLite database of grammers-session 0.8 and later.
    GrammersSqlite,
}

impl FileFormat {
    /// All of them, in the order of listings and help texts.
    pub const ALL: [Self; 7] =
        [Self::Gotd, Self::Gogram, Self::Grammers, Self::StoreSession, Self::Tdata, Self::Mtcute, Self::GrammersSqlite];

    /// The name that options and the command line take.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gotd => "gotd",
            Self::Gogram => "gogram",
            Self::Grammers => "grammers",
            Self::StoreSession => "storesession",
            Self::Tdata => "tdata",
            Self::Mtcute => "mtcute",
            Self::GrammersSqlite => "grammers-sqlite",
        }
    }

    /// Every name that [`FileFormat::from_str`] takes.
    pub fn names() -> Vec<&'static str> {
        Self::ALL.into_iter().map(Self::name).collect()
    }
}

impl FromStr for FileFormat {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| {
            let known = Self::names().join(", ");
            Error::invalid_argument(format!("no whole file has the format '{name}'; there are: {known}"))
        })
    }
}
