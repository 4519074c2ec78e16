//! The SQLite engine: other clients' files, each in the layout that it has.

mod cached_file;
pub mod cipher;
mod compact;
pub(in crate::storage) mod connection;
mod counts;
mod create;
mod data_centers;
mod dialects;
mod durability;
pub(in crate::storage) mod erase;
pub mod examine;
mod exclusive;
mod explain;
mod fault;
mod field_answers;
mod fields;
mod file_access;
mod first_fields;
mod foreign;
mod image;
mod import;
mod integrity;
mod known_layouts;
mod layout;
mod lookup_key;
mod main_file;
mod name_index;
mod needs;
mod open_file;
pub mod others;
mod own_fields;
mod own_tables;
mod own_write;
mod packed_peer;
mod peer_writes;
mod peers;
mod queries;
mod read_back;
mod read_cache;
mod recovery;
mod rekey;
mod row_names;
pub mod salvage;
mod schema;
mod sent_files;
mod simple_states;
mod target;
mod telethon2;
mod trial;
mod update_states;
mod value;
mod values;
mod wal_checksum;
mod watch;
mod web_file;
mod written_peers;

#[cfg(test)]
mod plans;

use std::num::NonZeroU64;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use zeroize::Zeroizing;

pub use create::NewFile;
#[cfg(feature = "sql")]
pub(in crate::storage) use fault::sqlite_error;
pub use image::promised_len;

use super::descriptors::{Held, InSqlite, NameState};
use super::peer_pages::PAGE;
use super::{
    Capabilities, Change, ForeignRows, LayoutSupport, OnePage, PeerPage, PeerPages, Remembered, StateMark, Storage,
    file, lost_file,
};
use crate::clock::now;
use crate::error::{Error, ErrorCode, Result};
use crate::host;
use crate::model::{
    Contents, Counts, Field, FieldValue, Format, FoundPeer, Leftovers, PartialPeer, Peer, Prune, SentFile, SentFileKey,
    SessionData, StoredValue, UpdateState, usernames_expire,
};
use cached_file::CachedFile;
pub use cipher::EncryptionKey;
use durability::Durability;
use erase::WalErasure;
use fault::Fault;
use layout::Layout;
use lookup_key::LookupKey;
use needs::Needs;
use open_file::OpenFile;
use own_write::OwnWrite;
use queries::Queries;
pub use target::FileOptions;
use target::Target;
use trial::Trial;

/// A session in a SQLite file.
pub struct Sqlite {
    // Shared, so that a call can hold it beside the open file.
    target: Arc<Target>,
    writable: bool,
    durability: Durability,
    wal_erasure: WalErasure,
    // None after the session was deleted, and while it is broken.
    open: Option<CachedFile>,
    // After the system failed, the file is opened again: this is the one that it was.
    broken: Option<Held>,
    // The file is removed, and what is beside it may not be.
    is_removed: bool,
}

impl Sqlite {
    /// Opens an existing file. Opening changes nothing in it.
    pub fn open(path: &Path, options: FileOptions, key: Option<EncryptionKey>) -> Result<Self> {
        let _in_sqlite = InSqlite::enter();
        let FileOptions { read_only, exclusive, busy_timeout, max_bytes, cache_size } = options;
        let is_exclusive = exclusive && !read_only;
        let target = Target { is_exclusive, cache_size, ..Target::new(path, busy_timeout, max_bytes, key) };
        if host::IS_WEB {
            return Self::open_web_file(target, read_only);
        }
        let opened = if read_only { OpenFile::read_only(&target) } else { OpenFile::live(&target) };
        let (opened, writable) = match opened {
            // A WAL or a journal on a read-only medium.
            Err(fault) if fault.needs_writing() && !read_only && !file::may_be_written(&target.path) => {
                (OpenFile::read_only(&target), false)
            }
            other => (other, !read_only),
        };
        let file =
            opened.map_err(|fault| explain::explain(target.error(fault, "open"), &target.path, &target.location))?;
        Ok(Self::new(target, file, writable))
    }

    /// Opens a complete SQLite file that is in memory and stays there.
    pub fn in_bytes(
        bytes: &mut Zeroizing<Vec<u8>>,
        location: &str,
        read_only: bool,
        max_bytes: u64,
        key: Option<EncryptionKey>,
    ) -> Result<Self> {
        let target = Target::in_memory(location, max_bytes, key);
        let file = OpenFile::from_image(&target, bytes, read_only).map_err(|fault| target.error(fault, "open"))?;
        Ok(Self::new(target, file, !read_only))
    }

    /// Creates a session in memory, in the layout of a file.
    pub fn new_in_bytes(new_file: NewFile, location: &str, key: Option<EncryptionKey>) -> Result<Self> {
        let target = Target::in_memory(location, u64::MAX, key);
        let file = OpenFile::create_in_memory(&target, new_file).map_err(|fault| fault.on(location, "open"))?;
        Ok(Self::new(target, file, true))
    }

    /// Creates a session in an empty file that has the name of a draft: [`private_file::make`](super::private_file::make). Errors
    /// name `location`.
    pub fn new_in_draft(new_file: NewFile, draft: &Path, location: &str, key: Option<EncryptionKey>) -> Result<Self> {
        let target = Target::draft(draft, location, key);
        let file = OpenFile::create_in_draft(&target, new_file).map_err(|fault| fault.on(location, "create"))?;
        Ok(Self::new(target, file, true))
    }

    fn new(target: Target, file: OpenFile, writable: bool) -> Self {
        let open = Some(CachedFile::new(&target, file));
        Self {
            target: Arc::new(target),
            writable,
            durability: Durability::default(),
            wal_erasure: WalErasure::default(),
            open,
            broken: None,
            is_removed: false,
        }
    }

    fn is_in_memory(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.file.access.is_memory())
    }

    fn opened(&mut self) -> Result<&mut CachedFile, Fault> {
        if self.open.is_none() && self.broken.is_some() {
            self.check_name("open")?;
            let opened = if self.writable { OpenFile::live(&self.target) } else { OpenFile::read_only(&self.target) };
            self.open = Some(CachedFile::new(&self.target, opened?));
            self.broken = None;
        }
        let deleted = || Error::new(ErrorCode::Closed, format!("'{}' was deleted", self.target.location));
        self.open.as_mut().ok_or_else(|| Fault::Ours(deleted()))
    }

    /// Reads within one state of the file.
    fn read<T>(&mut self, read: impl Fn(&Connection, &OpenFile) -> Result<T, Fault>) -> Result<T> {
        self.with_reopen(|open, target| open.file.read(target, &read))
    }

    /// The same for what may be most of the file.
    fn read_whole<T>(&mut self, read: impl Fn(&Connection, &OpenFile) -> Result<T, Fault>) -> Result<T> {
        self.with_reopen(|open, target| open.file.read_whole(target, &read))
    }

    fn find(&mut self, key: LookupKey<'_>) -> Result<Option<FoundPeer>> {
        self.with_reopen(|open, target| open.find(target, key))
    }

    /// Reads, and opens the file in another way first where that is needed to read it.
    fn with_reopen<T>(&mut self, read: impl Fn(&mut CachedFile, &Target) -> Result<T, Fault>) -> Result<T> {
        let result = self.try_with_reopen(read);
        self.close_if_broken(&result);
        result.map_err(|fault| self.target.error(fault, "read"))
    }

    fn try_with_reopen<T>(&mut self, read: impl Fn(&mut CachedFile, &Target) -> Result<T, Fault>) -> Result<T, Fault> {
        let target = Arc::clone(&self.target);
        let writable = self.writable;
        let open = self.opened()?;
        if open.file.access.is_stale(&target.path) {
            *open = CachedFile::new(&target, OpenFile::read_only(&target)?);
        }
        match read(open, &target) {
            // A reader that must not write reads a copy where a writer's lock or journal keeps it out.
            Err(fault) if !writable && open.file.access.is_live() && (fault.is_locked() || fault.needs_writing()) => {
                *open = CachedFile::new(&target, OpenFile::copy(&target)?);
                read(open, &target)
            }
            other => other,
        }
    }

    /// Writes in one transaction.
    fn write(
        &mut self,
        what: OwnWrite<'_>,
        needs: impl FnOnce(&Layout) -> Needs,
        write: impl FnOnce(&Connection, &Layout, &Queries) -> Result<(), Fault>,
    ) -> Result<()> {
        self.write_file(what, |file, target| file.write(target, needs, write).map(|()| true))
    }

    /// Writes fields or values, of which it is tried first what they need; `write` returns whether a secret has gone.
    fn write_tried(
        &mut self,
        what: OwnWrite<'_>,
        trial: Trial<'_>,
        write: impl FnOnce(&Connection, &Layout) -> Result<bool, Fault>,
    ) -> Result<()> {
        self.write_secrets_of(what, |file, target| {
            file.write_prepared(
                target,
                |conn, layout, _| trial.needs(conn, layout),
                |_, needs| needs.clone(),
                |conn, layout, _, _| write(conn, layout),
            )
        })
    }

    /// Writes secrets, and perhaps more, in one transaction; `write` returns whether a secret has gone.
    fn write_secrets_of(
        &mut self,
        what: OwnWrite<'_>,
        write: impl FnOnce(&mut OpenFile, &Target) -> Result<bool, Fault>,
    ) -> Result<()> {
        let mut has_lost_secret = false;
        let written = self.write_file(what, |file, target| {
            has_lost_secret = write(file, target)?;
            Ok(true)
        });
        if has_lost_secret {
            self.wal_erasure.note_lost_secret();
            self.erase_wal();
        }
        written
    }

    /// Empties the WAL of a key that has gone, if that is due.
    fn erase_wal(&mut self) {
        if self.wal_erasure.is_due()
            && self.name_state() == NameState::Same
            && let Some(open) = &self.open
        {
            self.wal_erasure.try_now(&open.file.access.conn);
        }
    }

    /// Writes; `write` returns false if there was nothing to write.
    fn write_file(
        &mut self,
        what: OwnWrite<'_>,
        write: impl FnOnce(&mut OpenFile, &Target) -> Result<bool, Fault>,
    ) -> Result<()> {
        self.check_writable("write")?;
        self.check_name("write")?;
        let target = Arc::clone(&self.target);
        let written = self.opened().and_then(|open| open.write(what, |file| write(file, &target)));
        self.close_if_broken(&written);
        if written.map_err(|fault| target.error(fault, "write"))? {
            self.durability.record_write(&target.path);
            self.erase_wal();
        }
        // It may have been taken away meanwhile, and what was written with it.
        self.check_name("write")
    }

    // After the system failed, a connection may keep locks, and SQLite does not know it.
    fn close_if_broken<T>(&mut self, result: &Result<T, Fault>) {
        let keeps_lock = self.open.as_ref().is_some_and(|open| open.file.keeps_lock);
        if keeps_lock || result.as_ref().is_err_and(Fault::is_of_system) {
            self.reconnect();
        }
    }

    /// Refuses to go on with a file that another one has replaced, or that was removed.
    fn check_name(&self, action: &str) -> Result<()> {
        let Some((code, cause)) = lost_file::refusal(self.name_state()) else { return Ok(()) };
        Err(Error::new(code, format!("cannot {action} '{}': {cause}", self.target.location)))
    }

    fn name_state(&self) -> NameState {
        let path = &self.target.path;
        match (&self.open, &self.broken) {
            (Some(open), _) => open.file.access.name_state(path),
            (None, Some(held)) => held.name_state(path),
            (None, None) => NameState::Same,
        }
    }

    fn check_writable(&mut self, action: &str) -> Result<()> {
        if let Err(fault) = self.opened() {
            return Err(self.target.error(fault, action));
        }
        if self.writable { Ok(()) } else { Err(Error::read_only(&self.target.location)) }
    }

    #[cfg(not(windows))]
    fn remove(&mut self) -> Result<()> {
        file::remove(&self.target.path)?;
        self.close();
        Ok(())
    }

    // An open file cannot be removed there. One that another process has open stays, and so does this session.
    #[cfg(windows)]
    fn remove(&mut self) -> Result<()> {
        self.close();
        let removed = file::remove(&self.target.path);
        if removed.is_err() {
            self.open = OpenFile::live(&self.target).ok().map(|file| CachedFile::new(&self.target, file));
        }
        removed
    }

    fn remove_rest(&mut self) -> Result<()> {
        file::remove_beside(&self.target.path)?;
        self.target.link.as_deref().map_or(Ok(()), file::remove)?;
        self.is_removed = false;
        Ok(())
    }

    fn close(&mut self) {
        let _in_sqlite = InSqlite::enter();
        self.erase_wal();
        self.broken = None;
        let Some(open) = self.open.take() else { return };
        if open.file.access.is_memory() {
            self.put_back(open);
            return;
        }
        // In a file with a rollback journal that only was read, nothing is left to decide.
        let has_wal = main_file::has_open_journal(&open.file.access.conn);
        if !has_wal && !self.durability.has_written() {
            return;
        }
        let path = &self.target.path;
        if open.file.access.name_state(path) != NameState::Same {
            drop(open);
            self.durability.wal().remove(path);
            return;
        }
        open.file.access.leave_exclusive();
        // Like any client, a session that wrote moves the WAL into the file; so does one that finds the WAL empty.
        if self.durability.has_written() || file::len(&file::beside(path, "-wal")) == 0 {
            let _ = open.file.access.conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false);
        }
    }
}

impl Storage for Sqlite {
    fn location(&self) -> &str {
        &self.target.location
    }

    fn format(&mut self) -> Result<Format> {
        self.read(|_, file| Ok(file.layout.format()))
    }

    fn capabilities(&self) -> Capabilities {
        let layout = self.open.as_ref().map(|open| &*open.file.layout);
        Capabilities {
            persistent: !self.is_in_memory(),
            writable: self.writable && !layout.is_some_and(Layout::is_only_read),
            usernames_expire: layout.is_some_and(|layout| usernames_expire(layout.dialect.name)),
            keeps_date: layout.is_some_and(|layout| layout.field(Field::Date).is_some()),
            compacts: true,
            takes_foreign_tables: true,
        }
    }

    fn layout_support(&mut self) -> Result<LayoutSupport> {
        self.read(|conn, file| {
            let mut support = file.layout.support();
            let aside = fields::set_aside(conn, &file.layout)?;
            support.fields.retain(|field| !aside.contains(field));
            Ok(support)
        })
    }

    // SQLite takes its lock once for all of it.
    fn begin_moment(&mut self) -> Result<()> {
        let begun = self.opened().and_then(|open| Ok(open.file.access.conn.execute_batch("BEGIN")?));
        begun.map_err(|fault| self.target.error(fault, "read"))
    }

    fn end_moment(&mut self) {
        // The file may have been opened anew.
        if let Some(open) = self.open.as_ref().filter(|open| !open.file.access.conn.is_autocommit()) {
            let _ = open.file.access.conn.execute_batch("ROLLBACK"); // nothing was written
        }
    }

    fn data(&mut self) -> Result<SessionData> {
        self.read(|conn, file| fields::read(conn, &file.layout))
    }

    fn get(&mut self, field: Field) -> Result<Option<FieldValue>> {
        self.with_reopen(|open, target| open.field(target, field))
    }

    fn remembered(&mut self, field: Field) -> Remembered {
        let Some(open) = &mut self.open else { return Remembered::No };
        if open.file.access.is_stale(&self.target.path) {
            return Remembered::No;
        }
        open.remembered(field).map_or(Remembered::No, Remembered::Value)
    }

    fn set(&mut self, changes: &[Change]) -> Result<()> {
        let trial = Trial { changes, ..Trial::default() };
        self.write_tried(OwnWrite::of_fields(changes), trial, |conn, layout| {
            let loses_key = fields::write(conn, layout, changes)?;
            read_back::fields(conn, layout, changes)?;
            Ok(loses_key)
        })
    }

    fn update_peers(&mut self, new: &[Peer]) -> Result<()> {
        let ids: Vec<i64> = new.iter().map(|peer| peer.id).collect();
        let usernames: Vec<&str> = new.iter().flat_map(|peer| &peer.usernames).map(String::as_str).collect();
        self.write_file(OwnWrite::Peers(&ids, &usernames), |file, target| file.write_changed(target, new, now()))
    }

    fn merge_peers(&mut self, told: &[PartialPeer]) -> Result<()> {
        let ids: Vec<i64> = told.iter().map(|told| told.id).collect();
        let usernames: Vec<&str> =
            told.iter().flat_map(|told| told.usernames.iter().flatten()).map(String::as_str).collect();
        self.write_file(OwnWrite::Peers(&ids, &usernames), |file, target| file.merge_changed(target, told, now()))
    }

    fn delete_peers(&mut self, ids: Option<&[i64]>) -> Result<()> {
        if ids.is_some_and(<[i64]>::is_empty) {
            return self.check_writable("write");
        }
        let what = ids.map_or(OwnWrite::All, |ids| OwnWrite::Peers(ids, &[]));
        self.write_file(what, |file, target| file.delete_peers(target, ids).map(|()| true))
    }

    fn prune_peers(&mut self, prune: &Prune) -> Result<usize> {
        let mut removed = 0;
        self.write_file(OwnWrite::All, |file, target| {
            removed = file.prune_peers(target, prune)?;
            Ok(removed > 0)
        })?;
        Ok(removed)
    }

    fn compact(&mut self, limit: Option<NonZeroU64>) -> Result<u64> {
        let mut freed = None;
        self.write_file(OwnWrite::All, |file, target| {
            freed = file.compact(target, limit)?;
            Ok(freed.is_some())
        })?;
        Ok(freed.unwrap_or(0))
    }

    fn peers_by_ids(&mut self, ids: &[i64]) -> Result<Vec<Option<FoundPeer>>> {
        self.with_reopen(|open, target| open.find_all(target, ids))
    }

    fn peer_by_id(&mut self, id: i64) -> Result<Option<FoundPeer>> {
        self.find(LookupKey::Id(id))
    }

    fn peer_by_username(&mut self, username: &str) -> Result<Option<FoundPeer>> {
        self.find(LookupKey::Username(username))
    }

    fn peer_by_phone_number(&mut self, phone_number: &str) -> Result<Option<FoundPeer>> {
        self.find(LookupKey::PhoneNumber(phone_number))
    }

    fn peer_by_name(&mut self, name: &str) -> Result<Option<FoundPeer>> {
        // The client's own record of a peer has its name, and is no text to search for.
        if self.open.as_ref().is_some_and(|open| open.file.queries.complete.is_some()) {
            let named = self.peers(None)?.into_iter().find(|peer| peer.name.as_deref() == Some(name));
            return Ok(named.as_ref().map(FoundPeer::from));
        }
        self.find(LookupKey::Name(name))
    }

    fn peers(&mut self, ids: Option<&[i64]>) -> Result<Vec<Peer>> {
        self.read_whole(|conn, file| peers::read(conn, &file.queries, ids))
    }

    fn peers_from(&mut self, id: i64) -> Result<PeerPage> {
        self.read(|conn, file| peers::page(conn, &file.queries, id, PAGE))
    }

    fn state_mark(&mut self) -> Result<Option<StateMark>> {
        self.read(|conn, file| {
            let others = written_peers::data_version(conn)?;
            Ok(Some(StateMark { connection: file.serial, others, own: conn.total_changes() }))
        })
    }

    fn update_states(&mut self) -> Result<Vec<UpdateState>> {
        self.read(|conn, file| update_states::read(conn, &file.layout))
    }

    fn update_state(&mut self, id: i64) -> Result<Option<UpdateState>> {
        self.with_reopen(|open, target| open.update_state(target, id))
    }

    fn set_update_states(&mut self, states: &[UpdateState]) -> Result<()> {
        self.write(
            OwnWrite::UpdateStates,
            |layout| Needs::for_states(layout, states),
            |conn, layout, _| {
                update_states::write(conn, layout, states)?;
                read_back::update_states(conn, layout, states)
            },
        )
    }

    fn delete_update_state(&mut self, id: i64) -> Result<()> {
        self.write(
            OwnWrite::UpdateStates,
            |_| Needs::default(),
            |conn, layout, _| update_states::delete(conn, layout, id),
        )
    }

    fn sent_files(&mut self) -> Result<Vec<SentFile>> {
        self.read(|conn, file| sent_files::read(conn, &file.layout))
    }

    fn sent_file(&mut self, key: &SentFileKey) -> Result<Option<SentFile>> {
        self.read(|conn, file| sent_files::find(conn, &file.layout, key))
    }

    fn cache_sent_files(&mut self, files: &[SentFile]) -> Result<()> {
        self.write(
            OwnWrite::Beside,
            |layout| Needs::for_files(layout, files),
            |conn, layout, _| {
                sent_files::write(conn, layout, files)?;
                read_back::sent_files(conn, layout, files)
            },
        )
    }

    fn value_names(&mut self) -> Result<Vec<String>> {
        self.read(|conn, file| values::names(conn, &file.layout))
    }

    fn value(&mut self, name: &str) -> Result<Option<StoredValue>> {
        self.read(|conn, file| values::find(conn, &file.layout, name))
    }

    fn set_value(&mut self, name: &str, value: Option<&StoredValue>) -> Result<()> {
        let set: Vec<_> = value.map(|value| (name, value)).into_iter().collect();
        let trial = Trial { values: &set, ..Trial::default() };
        self.write_tried(OwnWrite::Beside, trial, |conn, layout| values::write(conn, layout, name, value))
    }

    fn counts(&mut self) -> Result<Counts> {
        self.read_whole(|conn, file| counts::read(conn, &file.layout, &file.queries))
    }

    fn contents(&mut self) -> Result<Contents> {
        self.read_whole(|conn, file| {
            let peers = peers::read(conn, &file.queries, None)?;
            Ok(Contents { peers, ..contents_without_peers(conn, &file.layout)? })
        })
    }

    fn contents_without_peers(&mut self) -> Result<Contents> {
        self.read(|conn, file| contents_without_peers(conn, &file.layout))
    }

    fn import(&mut self, contents: &Contents) -> Result<()> {
        self.import_with(contents, &mut OnePage::new(&contents.peers))
    }

    fn import_pages(&mut self, contents: &Contents, pages: &mut dyn PeerPages) -> Result<()> {
        self.import_with(contents, pages)
    }

    fn leftovers(&mut self) -> Result<Leftovers> {
        self.read(|conn, file| {
            Ok(Leftovers {
                foreign_tables: foreign::tables(conn, file.layout.dialect.tables)?,
                other_logins: foreign::other_logins(conn, &file.layout)?,
                remarks: [file.layout.remarks(), others::remarks(conn, &file.layout)?].concat(),
                ..Leftovers::default()
            })
        })
    }

    fn foreign_rows(&mut self) -> Result<Vec<ForeignRows>> {
        self.read_whole(|conn, file| foreign::read(conn, &file.layout))
    }

    fn add_foreign_rows(&mut self, tables: &[ForeignRows]) -> Result<()> {
        let location = self.target.location.clone();
        self.write(OwnWrite::All, |_| Needs::default(), |conn, layout, _| foreign::add(conn, layout, tables, &location))
    }

    fn save(&mut self) -> Result<()> {
        self.check_writable("save")?;
        self.check_name("save")?;
        self.erase_wal();
        match &self.open {
            Some(open) if !open.file.access.is_memory() => {
                self.durability.sync(&open.file.access.conn, &self.target.path)
            }
            _ => Ok(()),
        }
    }

    fn delete(&mut self) -> Result<()> {
        if self.is_removed {
            return self.remove_rest();
        }
        self.check_writable("delete")?;
        if self.is_in_memory() {
            self.open = None;
            return self.remove_web_file();
        }
        // A file that is gone already is deleted; another one in its place is not ours to delete.
        if self.name_state() == NameState::Replaced {
            self.check_name("delete")?;
        }
        self.remove()?;
        self.is_removed = true;
        self.remove_rest()
    }

    fn image(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        self.with_reopen(|open, target| open.file.image(target).map(Some))
    }

    fn encryption_key(&self) -> Option<EncryptionKey> {
        self.target.key.clone()
    }

    fn change_key(&mut self, key: &EncryptionKey) -> Result<()> {
        self.check_writable("change the key of")?;
        self.check_name("change the key of")?;
        if self.target.key.is_none() {
            let cause = "it is not encrypted: convert it into a new file that is";
            let message = format!("cannot change the key of '{}': {cause}", self.target.location);
            return Err(Error::new(ErrorCode::Unsupported, message));
        }
        if self.is_in_memory() {
            let message = format!("cannot change the key of '{}': it is in no file", self.target.location);
            return Err(Error::new(ErrorCode::Unsupported, message));
        }
        rekey::rekey(self, key).map_err(|fault| self.target.error(fault, "change the key of"))
    }

    fn leaves_waiting_to_caller(&self) -> bool {
        true
    }

    fn reconnect(&mut self) {
        if let Some(open) = self.open.take_if(|open| open.file.access.is_live()) {
            self.broken = open.close();
        }
    }

    fn rows_changed(&self) -> Option<u64> {
        self.open.as_ref().map(|open| open.file.access.conn.total_changes())
    }
}

fn contents_without_peers(conn: &Connection, layout: &Layout) -> Result<Contents, Fault> {
    Ok(Contents {
        data: fields::read(conn, layout)?,
        peers: Vec::new(),
        update_states: update_states::read(conn, layout)?,
        sent_files: sent_files::read(conn, layout)?,
        values: values::read(conn, layout)?,
    })
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.close();
    }
}
