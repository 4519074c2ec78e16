//! What stands beside a session in its store and is no part of it: other programs' tables, and other logins.

use std::fmt;

use serde::Serialize;

use super::AuthKey;

/// What a session's store holds beside what is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leftovers {
    /// Tables that neither a client of the layout makes nor this library.
    pub foreign_tables: Vec<ForeignTable>,
    /// Logins beside the one that is read.
    pub other_logins: Vec<OtherLogin>,
    /// Keys of the same login for other data centres than its own, which a client makes anew when it needs them.
    pub other_keys: Vec<OtherLogin>,
    /// What its owner should know of it: a sentence each, without a secret.
    pub remarks: Vec<String>,
}

/// A table of another program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForeignTable {
    /// Its name.
    pub name: String,
    /// How many rows it has; `None` for a view or a virtual table, which is not looked into.
    pub rows: Option<u64>,
}

/// A login that is not the one that is read, or a key of it for another data centre.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OtherLogin {
    /// Its data centre.
    pub dc_id: Option<i64>,
    /// The id of its auth key; `None` if it has no whole one.
    pub auth_key_id: Option<String>,
}

impl OtherLogin {
    /// From what a row holds.
    pub(crate) fn new(dc_id: Option<i64>, key: &[u8]) -> Self {
        Self { dc_id, auth_key_id: AuthKey::new(key).ok().map(|key| key.id_hex()) }
    }
}

// A name from a file is not to make a message of any length.
const LONGEST_NAME: usize = 64;

impl fmt::Display for ForeignTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cut = self.name.char_indices().nth(LONGEST_NAME).map(|(end, _)| format!("{}…", &self.name[..end]));
        f.write_str(cut.as_ref().unwrap_or(&self.name))?;
        match self.rows {
            Some(1) => f.write_str(" (1 row)"),
            Some(rows) => write!(f, " ({rows} rows)"),
            None => f.write_str(" (not looked into)"),
        }
    }
}

impl fmt::Display for OtherLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.auth_key_id {
            Some(id) => write!(f, "key {id}")?,
            None => f.write_str("no key")?,
        }
        self.dc_id.map_or(Ok(()), |dc_id| write!(f, " of data centre {dc_id}"))
    }
}
