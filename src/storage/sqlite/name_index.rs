//! Usernames and phone numbers in memory, for a file whose table has no index on them.
//!
//! Telethon's table has none until our first write creates one; in other files it may have been dropped. The first
//! lookup after a change of the file scans the table, as the client does. The second one reads all usernames and phone
//! numbers into memory, which answers the later ones.

use std::collections::HashMap;

use rusqlite::Connection;

use super::fault::Fault;
use super::layout::Layout;
use super::lookup_key::LookupKey;
use super::value::filled_text;

/// The names and numbers of one state of a file.
#[derive(Default)]
pub struct NameIndex {
    // SQLite's counter of other connections' commits. A commit of our own replaces the whole index.
    state: Option<i64>,
    ids: Option<Ids>,
}

#[derive(Default)]
struct Ids {
    by_username: HashMap<String, i64>,
    by_phone_number: HashMap<String, i64>,
}

impl NameIndex {
    /// The id of the owner; the outer `None` means that the table must be read.
    pub fn lookup(
        &mut self,
        conn: &Connection,
        layout: &Layout,
        key: LookupKey<'_>,
    ) -> Result<Option<Option<i64>>, Fault> {
        let elsewhere_too = layout.usernames.is_some() || layout.own.usernames;
        let in_column = match key {
            LookupKey::Id(_) | LookupKey::Name(_) => false,
            LookupKey::Username(_) => !elsewhere_too,
            LookupKey::PhoneNumber(_) => true,
        };
        if !(layout.lookups_scan && in_column) {
            return Ok(None);
        }
        let state = Some(conn.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?);
        if self.state != state {
            *self = Self { state, ids: None };
            return Ok(None);
        }
        let ids = match self.ids.take() {
            Some(ids) => ids,
            None => Ids::read(conn, layout)?,
        };
        Ok(Some(self.ids.insert(ids).find(key)))
    }
}

impl Ids {
    fn read(conn: &Connection, layout: &Layout) -> Result<Self, Fault> {
        let peers = &layout.peers;
        // The last insertion wins: of several owners the newest, and of equally new ones the lowest id.
        let time = peers.last_update_on.map_or_else(String::new, |column| format!("{column}, "));
        let username = peers.username.unwrap_or("NULL");
        let (table, id, phone_number) = (peers.table, peers.id, peers.phone_number.unwrap_or("NULL"));
        let mut statement = conn.prepare(&format!(
            "SELECT {id}, {username}, {phone_number} FROM {table} WHERE {id} <> 0 \
             AND ({username} IS NOT NULL OR {phone_number} IS NOT NULL) ORDER BY {time}{id} DESC"
        ))?;
        let mut rows = statement.query([])?;
        let mut ids = Self::default();
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            ids.by_username.extend(filled_text(row.get_ref(1)?).map(|username| (username, id)));
            ids.by_phone_number.extend(filled_text(row.get_ref(2)?).map(|number| (numeric(&number), id)));
        }
        Ok(ids)
    }

    fn find(&self, key: LookupKey<'_>) -> Option<i64> {
        match key {
            LookupKey::Id(id) => Some(id),
            LookupKey::Name(_) => None,
            LookupKey::Username(username) => self.by_username.get(username).copied(),
            LookupKey::PhoneNumber(number) => self.by_phone_number.get(&numeric(number)).copied(),
        }
    }
}

// Telethon's column is INTEGER: leading zeros are gone.
fn numeric(number: &str) -> String {
    number.parse::<i64>().map_or_else(|_| number.to_owned(), |number| number.to_string())
}
