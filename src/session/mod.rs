//! What a handle is: an engine behind a lock, and the policy above it.

mod age;
mod bytes;
mod calls;
mod companions;
mod conversion;
mod data_centers;
mod database_key;
mod examination;
mod file_export;
mod inspection;
mod lease;
mod location;
mod lock;
mod moment;
mod new_file;
mod normalization;
mod options;
mod overrides;
mod part;
mod part_pages;
mod peer_tally;
mod report;
mod salvage;
mod source_pages;
mod stores;
mod turns;
mod validation;

use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use zeroize::Zeroizing;

pub use age::{AgeKey, AgeLock};
pub use bytes::ByteOptions;
pub use conversion::{ConvertOptions, Given, convert, convert_with};
pub use database_key::DatabaseKey;
pub use examination::{Examination, examine, examine_string, examine_with};
pub use file_export::export_file;
pub use inspection::{DataCenterSummary, Inspection};
pub use location::{is_session_folder, tdata_accounts};
pub use new_file::convert_into_file;

pub use crate::storage::sqlite::salvage::{Candidate, PageCounts, Place, TableCounts};
pub use options::{EncryptionKey, LeaseOptions, NewFile, Options, Passcode, UsernameExpiry};
pub use overrides::parse_override;
pub use report::{FieldReport, ForeignTableReport, OtherLoginReport, Outcome, Report, TableReport};
pub use salvage::{LoginOutcome, SalvageMethod, SalvageOptions, SalvageReport, Salvaged, salvage};
pub use stores::{list, named};

use crate::budget::Budget;
use crate::clock::now;
use crate::codec;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{
    Contents, Counts, Field, FieldValue, Format, FoundPeer, Leftovers, PartialPeer, Peer, Prune, SentFile, SentFileKey,
    SessionData, StoredValue, StringFormat, UpdateState, count, is_reserved,
};
use crate::redact;
use crate::storage::{
    Capabilities, Change, Custom, Engine, ForeignRows, LayoutSupport, PeerPage, PeerPages, Remembered, Storage,
};
use calls::Calls;
use data_centers::{check_own_value_name, leave_login};
use lease::Keeper;
use lock::Guard;
use moment::Moment;
use normalization::{is_normalized, normalize, normalize_partial};
use validation::{check_change, check_partial_peer, check_peer, check_update_state, is_state_id};

/// An open session. It may be used from any thread; each call is atomic.
pub struct Session {
    lease: Option<Keeper>,
    calls: Arc<Calls>,
    username_expiry: UsernameExpiry,
    changes: AtomicU64,
}

/// The answer of a lookup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// This peer.
    Found(FoundPeer),
    /// Nobody is known by that.
    NotFound,
    /// Somebody was, too long ago: usernames change hands. Ask Telegram.
    Expired,
}

impl Session {
    /// Opens a session: a path, `:memory:`, or a session string. What is not there is made, unless the options say
    /// otherwise.
    pub fn open(location: &str, options: &Options) -> Result<Self> {
        let mut budget = Budget::started(options.busy_timeout);
        let storage = loop {
            match location::open(location, options) {
                Err(error) if error.code() == ErrorCode::Locked && budget.pause() => {}
                opened => break opened?,
            }
        };
        Self::over(storage, options)
    }

    /// Opens a session string, in memory.
    pub fn open_string(text: &str, options: &Options) -> Result<Self> {
        Self::over(location::open_string(text, options)?, options)
    }

    /// Opens a session in a caller's own engine.
    pub fn open_engine(mut engine: impl Engine + 'static, options: &Options) -> Result<Self> {
        let must_be_there = engine.is_persistent() && (options.read_only || !options.create);
        if must_be_there && engine.fields()? == SessionData::default() && engine.peers(None)?.is_empty() {
            let message = format!("cannot open '{}': there is no session", redact::shown(engine.location()));
            return Err(Error::new(ErrorCode::FileNotFound, message));
        }
        Self::over(Box::new(Custom::new(engine, !options.read_only)), options)
    }

    fn over(storage: Box<dyn Storage>, options: &Options) -> Result<Self> {
        let calls = Arc::new(Calls::new(storage, options.busy_timeout));
        let wanted = options.lease.as_ref().filter(|_| !options.read_only);
        let lease = wanted.map(|lease| Keeper::new(Arc::clone(&calls), lease)).transpose()?;
        Ok(Self { lease, calls, username_expiry: options.username_expiry, changes: AtomicU64::new(0) })
    }

    fn check_lease(&self) -> Result<()> {
        self.lease.as_ref().map_or(Ok(()), Keeper::check)
    }

    fn read<T>(&self, read: impl FnMut(&mut Guard<'_>) -> Result<T>) -> Result<T> {
        self.check_lease()?;
        self.calls.read(read)
    }

    /// Writes, and counts what was changed.
    fn write(&self, mut write: impl FnMut(&mut Guard<'_>) -> Result<()>) -> Result<()> {
        self.check_lease()?;
        let is_changed = self.calls.write(|storage| {
            let before = storage.rows_changed();
            write(storage)?;
            Ok(before.is_none() || before != storage.rows_changed())
        })?;
        if is_changed {
            self.changes.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Writes the key among other things: never one without its lease.
    fn write_key(&self, key: Option<&FieldValue>, mut write: impl FnMut(&mut Guard<'_>) -> Result<()>) -> Result<()> {
        let key = match key {
            Some(FieldValue::Key(key)) => Some(key),
            _ => None,
        };
        self.write(|storage| match &self.lease {
            None => write(storage),
            Some(lease) => lease.write_key(storage, key, &mut write),
        })
    }

    /// How many calls through this handle have changed the session: whoever keeps it elsewhere, as bytes, keeps it anew
    /// when the number has grown.
    pub fn change_count(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// The location, as errors name it.
    pub fn location(&self) -> Result<String> {
        self.read(|storage| Ok(redact::shown(storage.location()).into_owned()))
    }

    /// Whose layout it has, and in which version.
    pub fn format(&self) -> Result<Format> {
        self.read(|storage| storage.format())
    }

    /// What its engine can do.
    pub fn capabilities(&self) -> Result<Capabilities> {
        self.read(|storage| Ok(storage.capabilities()))
    }

    /// What the client whose layout it is has a place for.
    pub fn layout_support(&self) -> Result<LayoutSupport> {
        self.read(|storage| storage.layout_support())
    }

    /// Reads the fields.
    pub fn data(&self) -> Result<SessionData> {
        self.read(|storage| storage.data())
    }

    /// Reads one field.
    pub fn get(&self, field: Field) -> Result<Option<FieldValue>> {
        self.read(|storage| storage.get(field))
    }

    /// Reads one field if it is in memory, with no secret on the way.
    pub(crate) fn remembered(&self, field: Field) -> Result<Remembered> {
        self.read(|storage| Ok(storage.remembered(field)))
    }

    /// Changes fields; `None` makes one absent.
    pub fn set(&self, changes: &[Change]) -> Result<()> {
        for change in changes {
            check_change(change)?;
        }
        match changes.iter().rfind(|(field, _)| *field == Field::AuthKey) {
            None => self.write(|storage| storage.set(changes)),
            Some((_, key)) => self.write_key(key.as_ref(), |storage| {
                leave_login(storage, changes)?;
                storage.set(changes)
            }),
        }
    }

    /// Adds peers, or replaces those with the same ids: all of them, or none.
    pub fn update_peers(&self, peers: &[Peer]) -> Result<()> {
        peers.iter().try_for_each(check_peer)?;
        if peers.iter().all(is_normalized) {
            return self.write(|storage| storage.update_peers(peers)); // nothing to copy
        }
        let peers: Vec<Peer> = peers.iter().map(normalize).collect();
        self.write(|storage| storage.update_peers(&peers))
    }

    /// Changes what is told of peers, and leaves the rest as it is: all of them, or none.
    pub fn merge_peers(&self, told: &[PartialPeer]) -> Result<()> {
        told.iter().try_for_each(check_partial_peer)?;
        let told: Vec<PartialPeer> = told.iter().map(normalize_partial).collect();
        self.write(|storage| storage.merge_peers(&told))
    }

    /// Removes the peers with the given ids, and whatever is kept aside for them: all of them, or none. They need not be
    /// there.
    pub fn delete_peers(&self, ids: &[i64]) -> Result<()> {
        self.write(|storage| storage.delete_peers(Some(ids)))
    }

    /// Removes all peers, and whatever is kept aside for them.
    pub fn delete_all_peers(&self) -> Result<()> {
        self.write(|storage| storage.delete_peers(None))
    }

    /// Removes the peers that were not seen for long, or are too many, and tells how many: all of them, or none. The
    /// account itself stays, whose `spared` this sets.
    pub fn prune_peers(&self, prune: &Prune) -> Result<usize> {
        if prune.seen_before.is_none() && prune.keep_newest.is_none() {
            return Err(Error::invalid_argument("pruning needs a time, a number of peers to keep, or both"));
        }
        let mut removed = 0;
        self.write(|storage| {
            let spared = storage.data()?.user_id;
            removed = storage.prune_peers(&Prune { spared, ..prune.clone() })?;
            Ok(())
        })?;
        Ok(removed)
    }

    /// Gives the room in its SQLite file that nothing is in back to the file system, and tells how many bytes; otherwise the next
    /// peers take it. With a limit one call is a small step, which writes about so many bytes at most: call it until it
    /// tells 0. Of what `auto_vacuum` does not do in steps, only the whole is done, by SQLite's VACUUM: that is an error where
    /// more bytes are left than the limit.
    pub fn compact(&self, limit: Option<NonZeroU64>) -> Result<u64> {
        let mut freed = 0;
        self.write(|storage| {
            freed = storage.compact(limit)?;
            Ok(())
        })?;
        Ok(freed)
    }

    /// Finds a peer by its marked id.
    pub fn peer_by_id(&self, id: i64) -> Result<Lookup> {
        self.read(|storage| Ok(storage.peer_by_id(id)?.into()))
    }

    /// Finds many peers by their marked ids, each at the place of its id.
    pub fn peers_by_ids(&self, ids: &[i64]) -> Result<Vec<Option<FoundPeer>>> {
        self.read(|storage| storage.peers_by_ids(ids))
    }

    /// Finds a peer by a username: in any case, with or without `@`.
    pub fn peer_by_username(&self, username: &str) -> Result<Lookup> {
        let username = normalization::username(username);
        if username.is_empty() {
            return self.nothing_found();
        }
        let (found, usernames_expire) = self.read(|storage| {
            let found = storage.peer_by_username(&username)?;
            Ok((found, storage.capabilities().usernames_expire))
        })?;
        let Some(found) = found else { return Ok(Lookup::NotFound) };
        let expires = self.username_expiry.seconds(usernames_expire);
        Ok(match (expires, found.last_update_on) {
            (Some(after), Some(seen)) if now().abs_diff(seen) > after => Lookup::Expired,
            _ => Lookup::Found(found),
        })
    }

    /// The answer to an empty text, which no peer has. A session that was deleted refuses this too.
    fn nothing_found(&self) -> Result<Lookup> {
        self.format().map(|_| Lookup::NotFound)
    }

    /// Finds a peer by a phone number: with or without `+` and spaces.
    pub fn peer_by_phone_number(&self, phone_number: &str) -> Result<Lookup> {
        let phone_number = normalization::phone_number(phone_number);
        if phone_number.is_empty() {
            return self.nothing_found();
        }
        self.read(|storage| Ok(storage.peer_by_phone_number(&phone_number)?.into()))
    }

    /// Finds a peer by its display name, written exactly as it is; of several the one with the lowest id.
    pub fn peer_by_name(&self, name: &str) -> Result<Lookup> {
        // No peer is stored with a NUL in its name, and not every server can be asked for one.
        if name.is_empty() || name.contains('\0') {
            return self.nothing_found();
        }
        self.read(|storage| Ok(storage.peer_by_name(name)?.into()))
    }

    /// Reads whole peers in ascending order of their ids: those with the given ids, or all.
    pub fn peers(&self, ids: Option<&[i64]>) -> Result<Vec<Peer>> {
        self.read(|storage| storage.peers(ids))
    }

    /// Reads the update states, in ascending order of their ids.
    pub fn update_states(&self) -> Result<Vec<UpdateState>> {
        self.read(|storage| storage.update_states())
    }

    /// Reads one update state.
    pub fn update_state(&self, id: i64) -> Result<Option<UpdateState>> {
        self.read(|storage| storage.update_state(id))
    }

    /// Adds update states, or replaces those with the same ids.
    pub fn set_update_states(&self, states: &[UpdateState]) -> Result<()> {
        states.iter().try_for_each(check_update_state)?;
        self.write(|storage| storage.set_update_states(states))
    }

    /// Removes an update state; it need not be there.
    pub fn delete_update_state(&self, id: i64) -> Result<()> {
        if !is_state_id(id) {
            return self.format().map(drop); // nobody has it; some clients keep a channel's under its bare id
        }
        self.write(|storage| storage.delete_update_state(id))
    }

    /// Reads the sent files, in ascending order of their keys.
    pub fn sent_files(&self) -> Result<Vec<SentFile>> {
        self.read(|storage| storage.sent_files())
    }

    /// Finds a sent file.
    pub fn sent_file(&self, key: &SentFileKey) -> Result<Option<SentFile>> {
        self.read(|storage| storage.sent_file(key))
    }

    /// Adds sent files, or replaces those with the same keys.
    pub fn cache_sent_files(&self, files: &[SentFile]) -> Result<()> {
        self.write(|storage| storage.cache_sent_files(files))
    }

    /// Reads the names of the values that a client keeps beside, in ascending order.
    pub fn value_names(&self) -> Result<Vec<String>> {
        self.read(|storage| {
            let mut names = storage.value_names()?;
            names.retain(|name| !is_reserved(name));
            Ok(names)
        })
    }

    /// Reads a value that a client keeps beside.
    pub fn value(&self, name: &str) -> Result<Option<StoredValue>> {
        check_own_value_name(name)?;
        self.read(|storage| storage.value(name))
    }

    /// Sets a value that a client keeps beside: of a megabyte at most, under a name of 255 bytes at most, without white space
    /// at its ends and control characters, that does not begin with `tgsession.`. It stays when another account logs in.
    pub fn set_value(&self, name: &str, bytes: &[u8]) -> Result<()> {
        check_own_value_name(name)?;
        let value = StoredValue::new(bytes)?;
        self.write(|storage| storage.set_value(name, Some(&value)))
    }

    /// Removes a value; it need not be there.
    pub fn delete_value(&self, name: &str) -> Result<()> {
        check_own_value_name(name)?;
        self.write(|storage| storage.set_value(name, None))
    }

    /// Counts the rows of each kind, without reading them where a database can count.
    pub fn counts(&self) -> Result<Counts> {
        self.read(|storage| counts_of(&mut ***storage))
    }

    /// Reads everything, at one moment.
    pub fn contents(&self) -> Result<Contents> {
        self.read(|storage| storage.contents())
    }

    /// Reads everything but the peers, at one moment.
    fn contents_without_peers(&self) -> Result<Contents> {
        self.read(|storage| storage.contents_without_peers())
    }

    /// What its store holds beside what [`Self::contents`] reads: other programs' tables, other logins.
    pub fn leftovers(&self) -> Result<Leftovers> {
        self.read(|storage| storage.leftovers())
    }

    /// Other programs' tables in its file, with their rows.
    fn foreign_rows(&self) -> Result<Vec<ForeignRows>> {
        self.read(|storage| storage.foreign_rows())
    }

    /// Refuses such tables where they cannot be.
    fn check_takes_foreign_tables(&self) -> Result<()> {
        self.read(|storage| storage.check_takes_foreign_tables())
    }

    /// Adds such tables: all of them, or none.
    fn add_foreign_rows(&self, tables: &[ForeignRows]) -> Result<()> {
        self.write(|storage| storage.add_foreign_rows(tables))
    }

    /// Writes everything at once, as it is given.
    fn import(&self, contents: &Contents) -> Result<()> {
        let key = contents.data.get(Field::AuthKey);
        self.write_key(key.as_ref(), |storage| storage.import(contents))
    }

    /// The same, with the peers of another session.
    fn import_pages(&self, contents: &Contents, pages: &mut dyn PeerPages) -> Result<()> {
        let key = contents.data.get(Field::AuthKey);
        self.write_key(key.as_ref(), |storage| storage.import_pages(contents, pages))
    }

    /// Reads all peers in ascending order of their ids, some thousands at a time: that needs little memory and keeps nobody
    /// out for long. Changes that are made meanwhile are seen, or not.
    pub fn peer_pages(&self) -> impl Iterator<Item = Result<Vec<Peer>>> {
        let mut from = Some(i64::MIN);
        std::iter::from_fn(move || {
            let id = from.take()?;
            let page = self.read(|storage| storage.peers_from(id));
            from = page.as_ref().ok().and_then(PeerPage::next);
            Some(page.map(|page| page.peers))
        })
    }

    /// Makes everything that was written survive a loss of power, and notes the time where the client does.
    pub fn save(&self) -> Result<()> {
        self.check_lease()?;
        self.calls.write(|storage| {
            if storage.capabilities().keeps_date {
                let now = Some(FieldValue::Integer(now()));
                if storage.get(Field::Date)? != now {
                    storage.set(&[(Field::Date, now)])?;
                }
            }
            storage.save()
        })
    }

    /// Encrypts the session's file anew, with another passphrase or key, in one transaction. Only an encrypted file has one;
    /// any other session is converted into a new file that is encrypted.
    pub fn change_encryption_key(&self, key: &EncryptionKey) -> Result<()> {
        self.write(|storage| storage.change_key(key))
    }

    /// Removes the session and all that belongs to it. Every later call fails.
    pub fn delete(&self) -> Result<()> {
        self.write(|storage| storage.delete())
    }

    /// The session as a session string, at the same cost for any number of peers.
    pub fn export_string(&self, format: StringFormat) -> Result<Zeroizing<String>> {
        conversion::export_string(self, format)
    }

    /// The session as a session string, and what of it the string holds, for which all peers are read.
    pub fn export(&self, format: StringFormat) -> Result<(Zeroizing<String>, Report)> {
        self.export_with(format, &[])
    }

    /// The same, with values that the caller knows and the session may not; they win over the session's.
    pub fn export_with(&self, format: StringFormat, overrides: &[Change]) -> Result<(Zeroizing<String>, Report)> {
        conversion::export(self, format, overrides)
    }

    /// What the session is and holds.
    pub fn inspect(&self) -> Result<Inspection> {
        self.read(|storage| Inspection::read(&mut *Moment::begin(&mut ***storage)?))
    }
}

/// Counts the rows of each kind; the library's own values are none.
fn counts_of(storage: &mut dyn Storage) -> Result<Counts> {
    let mut counts = storage.counts()?;
    if counts.values > 0 {
        let reserved = storage.value_names()?.iter().filter(|name| is_reserved(name)).count();
        counts.values = counts.values.saturating_sub(count(reserved));
    }
    Ok(counts)
}

impl From<Option<FoundPeer>> for Lookup {
    fn from(found: Option<FoundPeer>) -> Self {
        found.map_or(Self::NotFound, Self::Found)
    }
}

/// What any text is that might be a session string.
pub fn diagnose(text: &str) -> codec::Diagnosis {
    codec::diagnose(text)
}
