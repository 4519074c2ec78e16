//! The SQLite engine: other clients' files, each in the layout that it has.

mod answers;
mod create;
mod dialects;
mod fault;
mod fields;
mod image;
mod layout;
mod name_index;
mod needs;
mod open;
mod own;
mod peer_writes;
mod peers;
mod queries;
mod reach;
mod schema;
mod sent_files;
mod sightings;
mod telethon2;
mod update_states;
mod value;
mod watch;

#[cfg(test)]
mod plans;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use zeroize::Zeroizing;

pub use create::NewFile;

use super::writing::Writing;
use super::{Capabilities, Change, Places, Storage, file};
use crate::clock::now;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{
    Contents, Field, FieldValue, Format, FoundPeer, Peer, SentFile, SentFileKey, SessionData, UpdateState,
};
use fault::Fault;
use layout::Layout;
use name_index::By;
use needs::Needs;
use open::{Open, Place};
use queries::Queries;

/// A session in a SQLite file.
pub struct Sqlite {
    // Shared, so that a call can hold it beside the open file.
    place: Arc<Place>,
    writable: bool,
    wrote: bool,
    // The state of the file at the last save, unless this session has written since.
    saved: Option<i64>,
    // The name of the WAL has reached the medium; it stays while the file is open.
    wal_is_named: bool,
    // None once it was deleted.
    open: Option<Open>,
}

impl Sqlite {
    /// Opens a file that is there. Nothing in it changes by that.
    pub fn open(path: &Path, read_only: bool, busy_timeout: Duration) -> Result<Self> {
        let place = Arc::new(Place::new(path, busy_timeout));
        let opened = if read_only { Open::read_only(&place) } else { Open::live(&place) };
        let (opened, writable) = match opened {
            // A WAL or a journal on a read-only medium.
            Err(fault) if fault.needs_writing() && !read_only => (Open::read_only(&place), false),
            other => (other, !read_only),
        };
        let open = opened.map_err(|fault| fault.on(&place.location, "open"))?;
        Ok(Self { place, writable, wrote: false, saved: None, wal_is_named: false, open: Some(open) })
    }

    /// Opens a complete SQLite file that is in memory and stays there.
    pub fn in_bytes(bytes: &[u8], location: &str, read_only: bool) -> Result<Self> {
        let open = Open::in_memory(location, |place| Open::of_image(place, bytes, read_only));
        open.map(|(place, open)| Self {
            place,
            writable: !read_only,
            wrote: false,
            saved: None,
            wal_is_named: false,
            open: Some(open),
        })
    }

    /// Makes a session in memory, in the layout of a file.
    pub fn new_in_bytes(new_file: NewFile, location: &str) -> Result<Self> {
        let open = Open::in_memory(location, |place| Open::of_new(place, new_file));
        open.map(|(place, open)| Self {
            place,
            writable: true,
            wrote: false,
            saved: None,
            wal_is_named: false,
            open: Some(open),
        })
    }

    fn is_in_memory(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.reach.is_memory())
    }

    fn opened(&mut self) -> Result<&mut Open, Fault> {
        let deleted = || Error::new(ErrorCode::Closed, format!("'{}' was deleted", self.place.location));
        self.open.as_mut().ok_or_else(|| Fault::Ours(deleted()))
    }

    /// Reads within one state of the file.
    fn read<T>(&mut self, read: impl Fn(&Connection, &Open) -> Result<T, Fault>) -> Result<T> {
        self.ask(|open, place| open.read(place, &read))
    }

    fn find(&mut self, by: By<'_>) -> Result<Option<FoundPeer>> {
        self.ask(|open, place| open.find(place, by))
    }

    fn ask<T>(&mut self, ask: impl Fn(&mut Open, &Place) -> Result<T, Fault>) -> Result<T> {
        let answer = self.try_ask(ask);
        answer.map_err(|fault| fault.on(&self.place.location, "read"))
    }

    fn try_ask<T>(&mut self, ask: impl Fn(&mut Open, &Place) -> Result<T, Fault>) -> Result<T, Fault> {
        let place = Arc::clone(&self.place);
        let writable = self.writable;
        let open = self.opened()?;
        if open.is_stale(&place) {
            *open = Open::read_only(&place)?;
        }
        match ask(open, &place) {
            // A reader without leave to write is not kept out by a writer's lock or journal.
            Err(fault) if !writable && open.is_live() && (fault.is_locked() || fault.needs_writing()) => {
                *open = Open::copy(&place)?;
                ask(open, &place)
            }
            other => other,
        }
    }

    /// Writes in one transaction.
    fn write(
        &mut self,
        needs: impl Fn(&Layout) -> Needs,
        write: impl Fn(&Connection, &Layout, &Queries) -> Result<(), Fault>,
    ) -> Result<()> {
        let result = self.try_write(needs, write);
        result.map_err(|fault| fault.on(&self.place.location, "write"))
    }

    fn try_write(
        &mut self,
        needs: impl Fn(&Layout) -> Needs,
        write: impl Fn(&Connection, &Layout, &Queries) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.check_writable()?;
        let place = Arc::clone(&self.place);
        self.opened()?.write(&place, needs, write)?;
        self.wrote();
        Ok(())
    }

    /// Writes the peers that are not known to stand in the file already.
    fn see(&mut self, peers: &[Peer]) -> Result<(), Fault> {
        self.check_writable()?;
        let place = Arc::clone(&self.place);
        if self.opened()?.see(&place, peers, now())? {
            self.wrote();
        }
        Ok(())
    }

    fn wrote(&mut self) {
        self.wrote = true;
        self.saved = None;
    }

    #[cfg(not(windows))]
    fn remove(&mut self) -> Result<()> {
        file::remove(&self.place.path)?;
        self.close();
        Ok(())
    }

    // An open file cannot be removed there. One that another process has open stays, and so does this session.
    #[cfg(windows)]
    fn remove(&mut self) -> Result<()> {
        self.close();
        let removed = file::remove(&self.place.path);
        if removed.is_err() {
            self.open = Open::live(&self.place).ok();
        }
        removed
    }

    fn check_writable(&mut self) -> Result<(), Fault> {
        self.opened()?;
        if self.writable { Ok(()) } else { Err(Error::read_only(&self.place.location).into()) }
    }

    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        if open.reach.is_memory() {
            return;
        }
        // Who wrote tidies up like any client; so does whoever finds nothing in the WAL.
        if self.wrote || file::len(&file::beside(&self.place.path, "-wal")) == 0 {
            let _ = open.reach.conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false);
        }
    }
}

impl Storage for Sqlite {
    fn location(&self) -> &str {
        &self.place.location
    }

    fn format(&mut self) -> Result<Format> {
        self.read(|_, open| Ok(open.layout.format()))
    }

    fn capabilities(&self) -> Capabilities {
        let layout = self.open.as_ref().map(|open| &open.layout);
        Capabilities {
            persistent: !self.is_in_memory(),
            writable: self.writable,
            usernames_expire: layout.is_some_and(|layout| layout.dialect.usernames_expire),
            keeps_date: layout.is_some_and(|layout| layout.field(Field::Date).is_some()),
        }
    }

    fn places(&mut self) -> Result<Places> {
        self.read(|conn, open| {
            let mut places = open.layout.places();
            let aside = fields::aside(conn, &open.layout)?;
            places.fields.retain(|field| !aside.contains(field));
            Ok(places)
        })
    }

    fn data(&mut self) -> Result<SessionData> {
        self.read(|conn, open| fields::read(conn, &open.layout))
    }

    fn get(&mut self, field: Field) -> Result<Option<FieldValue>> {
        self.ask(|open, place| open.field(place, field))
    }

    fn set(&mut self, changes: &[Change]) -> Result<()> {
        self.write(|layout| Needs::of_fields(layout, changes), |conn, layout, _| fields::write(conn, layout, changes))
    }

    fn update_peers(&mut self, new: &[Peer]) -> Result<()> {
        let result = self.see(new);
        result.map_err(|fault| fault.on(&self.place.location, "write"))
    }

    fn peer_by_id(&mut self, id: i64) -> Result<Option<FoundPeer>> {
        self.find(By::Id(id))
    }

    fn peer_by_username(&mut self, username: &str) -> Result<Option<FoundPeer>> {
        self.find(By::Username(username))
    }

    fn peer_by_phone_number(&mut self, phone_number: &str) -> Result<Option<FoundPeer>> {
        self.find(By::PhoneNumber(phone_number))
    }

    fn peer_by_name(&mut self, name: &str) -> Result<Option<FoundPeer>> {
        self.find(By::Name(name))
    }

    fn peers(&mut self, ids: Option<&[i64]>) -> Result<Vec<Peer>> {
        self.read(|conn, open| peers::read(conn, &open.queries, ids))
    }

    fn update_states(&mut self) -> Result<Vec<UpdateState>> {
        self.read(|conn, open| update_states::read(conn, &open.layout))
    }

    fn update_state(&mut self, id: i64) -> Result<Option<UpdateState>> {
        self.ask(|open, place| open.state(place, id))
    }

    fn set_update_states(&mut self, states: &[UpdateState]) -> Result<()> {
        self.write(
            |layout| Needs::of_states(layout, states),
            |conn, layout, _| update_states::write(conn, layout, states),
        )
    }

    fn delete_update_state(&mut self, id: i64) -> Result<()> {
        self.write(|_| Needs::default(), |conn, layout, _| update_states::delete(conn, layout, id))
    }

    fn sent_files(&mut self) -> Result<Vec<SentFile>> {
        self.read(|conn, open| sent_files::read(conn, &open.layout))
    }

    fn sent_file(&mut self, key: &SentFileKey) -> Result<Option<SentFile>> {
        self.read(|conn, open| sent_files::find(conn, &open.layout, key))
    }

    fn cache_sent_files(&mut self, files: &[SentFile]) -> Result<()> {
        self.write(|layout| Needs::of_files(layout, files), |conn, layout, _| sent_files::write(conn, layout, files))
    }

    fn contents(&mut self) -> Result<Contents> {
        self.read(|conn, open| {
            Ok(Contents {
                data: fields::read(conn, &open.layout)?,
                peers: peers::read(conn, &open.queries, None)?,
                update_states: update_states::read(conn, &open.layout)?,
                sent_files: sent_files::read(conn, &open.layout)?,
            })
        })
    }

    fn import(&mut self, contents: &Contents) -> Result<()> {
        let changes: Vec<Change> = Field::ALL.map(|field| (field, contents.data.get(field))).into();
        let writing = Writing::Copied { now: now() };
        if let Some(open) = &mut self.open {
            open.forget_sightings();
        }
        self.write(
            |layout| {
                Needs::of_fields(layout, &changes)
                    .and(Needs::of_peers(layout, &contents.peers))
                    .and(Needs::of_states(layout, &contents.update_states))
                    .and(Needs::of_files(layout, &contents.sent_files))
            },
            |conn, layout, queries| {
                peer_writes::write(conn, layout, queries, &contents.peers, writing)?;
                update_states::write(conn, layout, &contents.update_states)?;
                sent_files::write(conn, layout, &contents.sent_files)?;
                fields::write(conn, layout, &changes)
            },
        )
    }

    fn save(&mut self) -> Result<()> {
        self.check_writable().map_err(|fault| fault.on(&self.place.location, "save"))?;
        if self.is_in_memory() {
            return Ok(());
        }
        let state = self.open.as_ref().and_then(|open| sightings::state(&open.reach.conn).ok());
        if state.is_some() && state == self.saved {
            return Ok(()); // nobody has written since
        }
        // A commit in WAL mode has not reached the medium, nor has the removal of a rollback journal.
        let wal = file::beside(&self.place.path, "-wal");
        let has_wal = match file::sync(&wal) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
            other => other.map(|()| true).map_err(|error| Error::io(&wal, "sync", &error))?,
        };
        if !(has_wal && self.wal_is_named) {
            file::sync_folder(&self.place.path)?;
            self.wal_is_named = has_wal;
        }
        self.saved = state;
        Ok(())
    }

    fn delete(&mut self) -> Result<()> {
        self.check_writable().map_err(|fault| fault.on(&self.place.location, "delete"))?;
        if self.is_in_memory() {
            self.open = None;
            return Ok(());
        }
        self.remove()?;
        file::remove_beside(&self.place.path)?;
        self.place.link.as_deref().map_or(Ok(()), file::remove)
    }

    fn image(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        self.ask(|open, _| open.image().map(Some))
    }

    fn rows_changed(&self) -> Option<u64> {
        self.open.as_ref().map(|open| open.reach.conn.total_changes())
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.close();
    }
}
