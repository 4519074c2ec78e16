//! Databases of clients whose tables have nothing of Pyrogram's or Telethon's. Those of grammers and mtcute are read and written in
//! place, as every other file: here is what is special of their tables. Those of mtcute 0.2 are read as a whole; to be written, such
//! a session is converted.
//!
//! The file may be hostile: only plain tables are read, which `Schema` tells.

pub mod grammers;
pub mod mtcute;
mod mtcute_old;
mod new_file;
mod remarks;

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::limits::Limit;

pub use new_file::{check_new_file, contents_of_new_file};
pub use remarks::{damage, remarks};

/// The clients whose databases are made anew.
pub const GRAMMERS: &str = dialects::grammers::DIALECT.name;
pub const MTCUTE: &str = dialects::mtcute::DIALECT.name;

use super::cipher::EncryptionKey;
use super::fault::Fault;
use super::file_access::FileAccess;
use super::schema::{Marks, Schema};
use super::target::Target;
use super::{dialects, foreign};
use crate::codec::DecodedFile;
use crate::error::Result;
use crate::model::{
    AuthKey, Contents, DataCenter, DcEndpoint, ForeignTable, Format, IdKind, Leftovers, dc_of_address, id_kind,
    is_test_address,
};

/// Reads the session in a file, if it is one of mtcute 0.2.
pub fn of_path(
    path: &Path,
    busy_timeout: Duration,
    max_bytes: u64,
    key: Option<EncryptionKey>,
) -> Result<Option<DecodedFile>> {
    let target = Target::new(path, busy_timeout, max_bytes, key);
    let read = || {
        let access = FileAccess::read_only(&target.path, target.waits.reader, target.key.as_ref())?;
        let decoded = decode(&access.conn, max_bytes);
        access.leave_as_found(&target.path);
        decoded
    };
    read().map_err(|fault| target.error(fault, "open"))
}

/// Reads the session in a file's bytes, which were tried to be opened, if it is one of mtcute 0.2.
pub fn of_bytes(
    bytes: &[u8],
    location: &str,
    max_bytes: u64,
    key: Option<&EncryptionKey>,
) -> Result<Option<DecodedFile>> {
    let read = || decode(&FileAccess::memory(Some(bytes), true, key)?.conn, max_bytes);
    read().map_err(|fault: Fault| fault.on(location, "open"))
}

/// The format of a database, if it is one of mtcute 0.2.
pub fn format_of(conn: &Connection, schema: &Schema) -> Result<Option<Format>, Fault> {
    if is_mtcute_old(schema, schema.marks(conn)?) { mtcute_old::format(conn).map(Some) } else { Ok(None) }
}

fn decode(conn: &Connection, max_bytes: u64) -> Result<Option<DecodedFile>, Fault> {
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, max_bytes.try_into().unwrap_or(i32::MAX))?;
    // One state of the file.
    let transaction = conn.unchecked_transaction()?;
    let schema = Schema::read(&transaction)?;
    let Some(format) = format_of(&transaction, &schema)? else { return Ok(None) };
    let mut read = mtcute_old::read(&transaction, &schema)?;
    read.foreign_tables = foreign::tables(&transaction, dialects::mtcute::DIALECT.tables)?;
    if let Some(version) = format.version.filter(|version| *version > mtcute_old::NEWEST) {
        let newest = mtcute_old::NEWEST;
        read.remarks.push(format!("its version {version} is later than is known ({newest}): it is read as that"));
    }
    read.finish(format).map(Some)
}

// 0.30 makes its own tables beside those of 0.2, and moves nothing.
fn is_mtcute_old(schema: &Schema, marks: Marks) -> bool {
    schema.has_all("auth_keys", &["dc", "key"]) && schema.has_all("kv", &["key", "value"]) && !marks.key_value_is_used
}

/// What is gathered of a session.
#[derive(Default)]
struct Gathered {
    contents: Contents,
    dcs: Vec<DataCenter>,
    /// The home data centre, where the client notes one.
    home: Option<i32>,
    /// The data centres whose key has so many bytes, and not 256.
    damaged_keys: Vec<(i32, usize)>,
    damaged_peers: u64,
    foreign_tables: Vec<ForeignTable>,
    remarks: Vec<String>,
}

impl Gathered {
    fn dc(&mut self, id: i32) -> &mut DataCenter {
        let at = self.dcs.iter().position(|dc| dc.id == id).unwrap_or_else(|| {
            self.dcs.push(DataCenter { id, ..DataCenter::default() });
            self.dcs.len() - 1
        });
        &mut self.dcs[at]
    }

    fn add_endpoint(&mut self, dc_id: i32, endpoint: DcEndpoint) {
        let addresses = &mut self.dc(dc_id).addresses;
        if !addresses.contains(&endpoint) {
            addresses.push(endpoint);
        }
    }

    /// A key of 256 bytes. Whether another one is the login's, [`Gathered::finish`] knows.
    fn add_key(&mut self, dc_id: i32, bytes: &[u8]) {
        match AuthKey::new(bytes) {
            Ok(key) => self.dc(dc_id).auth_key = Some(key),
            Err(_) => self.damaged_keys.push((dc_id, bytes.len())),
        }
    }

    fn home(&self) -> Option<i32> {
        let mut keyed = self.dcs.iter().filter(|dc| dc.auth_key.is_some()).map(|dc| dc.id);
        let only = keyed.next().filter(|_| keyed.next().is_none());
        self.home.or(only)
    }

    fn finish(mut self, format: Format) -> Result<DecodedFile, Fault> {
        let home = self.home();
        for (id, len) in &self.damaged_keys {
            // As in every other layout, a login without its key is none that is whole.
            if home.is_none_or(|home| home == *id) {
                return Err(Fault::Damaged(format!("its key of data centre {id} has {len} bytes, not 256")));
            }
            self.remarks.push(format!("the key of data centre {id} is left out: it has {len} bytes, not 256"));
        }
        if home.is_none() && self.dcs.iter().any(|dc| dc.auth_key.is_some()) {
            self.remarks.push(remarks::WITHOUT_HOME.to_owned());
        }
        if self.damaged_peers > 0 {
            let cause = "whose access hash is not two numbers";
            self.remarks.push(format!("peers that are left out, {cause}: {}", self.damaged_peers));
        }
        self.contents.data.dc_id = home;
        for mut dc in self.dcs {
            if Some(dc.id) == home {
                set_home(&mut self.contents, &mut dc);
            }
            if self.contents.put_data_center(&dc).is_err() {
                self.remarks.push(format!("what is stored of data centre {} cannot be", dc.id));
            }
        }
        self.contents.peers.sort_by_key(|peer| peer.id);
        self.contents.peers.dedup_by_key(|peer| peer.id);
        self.contents.update_states.sort_by_key(|state| state.id);
        self.contents.update_states.dedup_by_key(|state| state.id);
        let (foreign_tables, remarks) = (self.foreign_tables, self.remarks);
        let leftovers = Leftovers { foreign_tables, remarks, ..Leftovers::default() };
        Ok(DecodedFile { format, contents: self.contents, leftovers })
    }
}

// The fields have its keys; its other addresses stand beside.
fn set_home(contents: &mut Contents, home: &mut DataCenter) {
    let data = &mut contents.data;
    data.auth_key = home.auth_key.take();
    data.tmp_auth_key = home.tmp_auth_key.take();
    if let Some(first) = home.addresses.iter().find(|endpoint| !endpoint.is_media_only) {
        data.server_address = Some(first.server_address.clone());
        data.port = Some(first.port);
        let known = dc_of_address(&first.server_address).map(|_| is_test_address(&first.server_address));
        data.test_mode = data.test_mode.or(known);
    }
}

/// The marked id of a channel whose bare one is stored.
fn channel_id(bare: i64) -> Option<i64> {
    let id = crate::model::mark_channel(bare);
    (bare > 0 && id_kind(id) == IdKind::Channel).then_some(id)
}
