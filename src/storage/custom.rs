//! A caller's own engine as a `Storage`: the engine stores and finds, and the rules are here.

use std::collections::{BTreeMap, HashSet};

use super::keyed_hash::KeyedSet;
use super::merge_batch::MergeBatch;
use super::peer_batch::{self, PeerBatch, WriteMode};
use super::{Capabilities, Change, LayoutSupport, Leases, Storage};
use crate::clock::now;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{
    Contents, Field, Format, FoundPeer, PartialPeer, Peer, PeerAge, Prune, SentFile, SentFileKey, SessionData,
    StoredValue, UpdateState,
};
use crate::redact;

/// A caller's own engine. It stores values and returns them unchanged.
///
/// There is one call at a time, from any thread. Each call succeeds, or fails and changes nothing. Usernames and phone
/// numbers are passed in normalized, and every peer has its last-seen time.
pub trait Engine: Send {
    /// The session's location, as error messages show it. It holds no secret.
    fn location(&self) -> &str;

    /// What was written is there when the location is opened again.
    fn is_persistent(&self) -> bool;

    /// Usernames expire, as in Pyrogram's family.
    fn usernames_expire(&self) -> bool;

    /// Reads the fields.
    fn fields(&mut self) -> Result<SessionData>;

    /// Writes the fields in `which` as `data` has them; those that are absent there become absent.
    fn set_fields(&mut self, data: &SessionData, which: &[Field]) -> Result<()>;

    /// Replaces peers by their ids.
    fn put_peers(&mut self, peers: &[Peer]) -> Result<()>;

    /// Removes the peers with these ids, if they exist, or all.
    fn delete_peers(&mut self, _ids: Option<&[i64]>) -> Result<()> {
        let message = format!("cannot delete peers of '{}': its engine has no function for that", self.location());
        Err(Error::new(ErrorCode::Unsupported, message))
    }

    /// Reads the peers with these ids, or all, in any order.
    fn peers(&mut self, ids: Option<&[i64]>) -> Result<Vec<Peer>>;

    /// Reads every peer that has one of these usernames. `None` if the engine can find them only by reading all peers.
    fn peers_by_usernames(&mut self, _usernames: &[&str]) -> Result<Option<Vec<Peer>>> {
        Ok(None)
    }

    /// Reads every peer that has this phone number. `None` if the engine can find them only by reading all peers.
    fn peers_by_phone_number(&mut self, _phone_number: &str) -> Result<Option<Vec<Peer>>> {
        Ok(None)
    }

    /// Reads the update states, in any order.
    fn update_states(&mut self) -> Result<Vec<UpdateState>>;

    /// Replaces update states by their ids.
    fn set_update_states(&mut self, states: &[UpdateState]) -> Result<()>;

    /// Removes an update state, if it exists.
    fn delete_update_state(&mut self, id: i64) -> Result<()>;

    /// Reads the sent files, in any order.
    fn sent_files(&mut self) -> Result<Vec<SentFile>>;

    /// Replaces sent files by their keys.
    fn cache_sent_files(&mut self, files: &[SentFile]) -> Result<()>;

    /// Whether it keeps values beside the session: [`Engine::values`] and [`Engine::set_value`].
    fn keeps_values(&self) -> bool {
        false
    }

    /// Reads the values with these names, or all, in any order.
    fn values(&mut self, _names: Option<&[&str]>) -> Result<Vec<(String, StoredValue)>> {
        Ok(Vec::new())
    }

    /// Sets a value; `None` removes it, if it exists.
    fn set_value(&mut self, _name: &str, _value: Option<&StoredValue>) -> Result<()> {
        Ok(())
    }

    /// Makes what was written survive a loss of power.
    fn save(&mut self) -> Result<()>;

    /// Removes the session and all that belongs to it.
    fn remove(&mut self) -> Result<()>;

    /// Begins a transaction, which [`Engine::finish`] ends. An engine without transactions does nothing here.
    fn begin(&mut self) -> Result<()> {
        Ok(())
    }

    /// Ends the transaction: commits it, or rolls it back.
    fn finish(&mut self, _keep: bool) -> Result<()> {
        Ok(())
    }

    /// Its leases, if several machines share it.
    fn leases(&mut self) -> Option<&mut dyn Leases> {
        None
    }
}

/// A session in a caller's own engine.
pub struct Custom<E> {
    engine: E,
    location: String,
    writable: bool,
    deleted: bool,
    // A caller's engine does not count rows: each write counts as one.
    rows_changed: u64,
}

impl<E: Engine> Custom<E> {
    /// A session in this engine.
    pub fn new(engine: E, writable: bool) -> Self {
        Self {
            location: redact::shown(engine.location()).into_owned(),
            engine,
            writable,
            deleted: false,
            rows_changed: 0,
        }
    }

    fn readable(&mut self) -> Result<&mut E> {
        if self.deleted {
            return Err(Error::new(ErrorCode::Closed, format!("'{}' was deleted", self.location)));
        }
        Ok(&mut self.engine)
    }

    fn writable(&mut self) -> Result<&mut E> {
        self.readable()?;
        if self.writable { Ok(&mut self.engine) } else { Err(Error::read_only(&self.location)) }
    }

    fn check_values(&mut self) -> Result<()> {
        if self.writable()?.keeps_values() {
            return Ok(());
        }
        let cause = "its engine keeps no values (get_values and set_value)";
        Err(Error::new(ErrorCode::Unsupported, format!("cannot write values to '{}': {cause}", self.location)))
    }

    fn write(&mut self, write: impl FnOnce(&mut E) -> Result<()>) -> Result<()> {
        write(self.writable()?)?;
        self.rows_changed += 1;
        Ok(())
    }

    /// Writes some rows, or does nothing for none.
    fn write_rows<T>(&mut self, rows: &[T], write: impl FnOnce(&mut E, &[T]) -> Result<()>) -> Result<()> {
        if rows.is_empty() { self.writable().map(|_| ()) } else { self.write(|engine| write(engine, rows)) }
    }
}

/// Runs several calls as one transaction.
fn in_transaction<E: Engine, T>(engine: &mut E, calls: impl FnOnce(&mut E) -> Result<T>) -> Result<T> {
    engine.begin()?;
    let result = calls(engine);
    let finished = engine.finish(result.is_ok());
    let answer = result?;
    finished.map(|()| answer)
}

fn by_usernames(engine: &mut impl Engine, usernames: &[&str]) -> Result<Vec<Peer>> {
    let wanted: HashSet<&str> = usernames.iter().copied().collect();
    let has_one = |peer: &Peer| peer.usernames.iter().any(|username| wanted.contains(username.as_str()));
    let mut found = match engine.peers_by_usernames(usernames)? {
        Some(found) => found,
        None => engine.peers(None)?,
    };
    // The caller's index may be out of date.
    found.retain(has_one);
    Ok(found)
}

/// The peers that lose usernames to a batch, as they are without them.
fn prior_owners(engine: &mut impl Engine, taken: &KeyedSet<&str>, batch: &[Peer]) -> Result<Vec<Peer>> {
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    // The same batch asks the engine for the same list.
    let mut usernames: Vec<&str> = taken.iter().copied().collect();
    usernames.sort_unstable();
    let mut owners = by_usernames(engine, &usernames)?;
    owners.retain(|owner| batch.binary_search_by_key(&owner.id, |peer| peer.id).is_err());
    for owner in &mut owners {
        owner.usernames.retain(|username| !taken.contains(username.as_str()));
    }
    Ok(owners)
}

fn newest(found: &[Peer]) -> Option<FoundPeer> {
    peer_batch::newest(found.iter().map(FoundPeer::from))
}

fn in_order<T, K: Ord>(mut rows: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    rows.sort_by_key(|row| key(row));
    rows
}

fn read_all(engine: &mut impl Engine) -> Result<Contents> {
    Ok(Contents {
        data: engine.fields()?,
        peers: in_order(engine.peers(None)?, |peer| peer.id),
        update_states: in_order(engine.update_states()?, |state| state.id),
        sent_files: in_order(engine.sent_files()?, |file| file.key.clone()),
        values: if engine.keeps_values() { engine.values(None)?.into_iter().collect() } else { BTreeMap::new() },
    })
}

// The fields come last: if an engine without transactions fails half-way, there is no auth key without its contents.
fn write_all(engine: &mut impl Engine, contents: &Contents) -> Result<()> {
    if !contents.peers.is_empty() {
        engine.put_peers(&contents.peers)?;
    }
    if !contents.update_states.is_empty() {
        engine.set_update_states(&contents.update_states)?;
    }
    if !contents.sent_files.is_empty() {
        engine.cache_sent_files(&contents.sent_files)?;
    }
    for (name, value) in &contents.values {
        engine.set_value(name, Some(value))?;
    }
    engine.set_fields(&contents.data, &Field::ALL)
}

impl<E: Engine> Storage for Custom<E> {
    fn location(&self) -> &str {
        &self.location
    }

    fn format(&mut self) -> Result<Format> {
        self.readable()?;
        Ok(Format { name: "custom", version: None })
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            persistent: self.engine.is_persistent(),
            writable: self.writable,
            usernames_expire: self.engine.usernames_expire(),
            keeps_date: true,
            compacts: false,
            takes_foreign_tables: false,
        }
    }

    fn layout_support(&mut self) -> Result<LayoutSupport> {
        let values = self.readable()?.keeps_values();
        Ok(LayoutSupport { data_centers: values, values, ..LayoutSupport::all() })
    }

    fn data(&mut self) -> Result<SessionData> {
        self.readable()?.fields()
    }

    fn set(&mut self, changes: &[Change]) -> Result<()> {
        let mut data = SessionData::default();
        for (field, value) in changes {
            if !data.set(*field, value.clone()) {
                return Err(Error::invalid_argument(format!("{} is out of range", field.name())));
            }
        }
        let which: Vec<Field> = changes.iter().map(|(field, _)| *field).collect();
        self.write(|engine| engine.set_fields(&data, &which))
    }

    fn update_peers(&mut self, peers: &[Peer]) -> Result<()> {
        self.write_rows(peers, |engine, peers| {
            let mode = WriteMode::Update { now: now() };
            let batch = PeerBatch::new(peers, mode);
            let seen = |peer: &Peer| Peer { last_update_on: Some(mode.last_update_on(peer)), ..peer.clone() };
            let mut changed: Vec<Peer> = batch.peers.iter().map(|peer| seen(peer)).collect();
            in_transaction(engine, |engine| {
                changed.extend(prior_owners(engine, &batch.taken, &changed)?);
                engine.put_peers(&changed)
            })
        })
    }

    // An engine without transactions may be changed by another process between the two calls.
    fn merge_peers(&mut self, told: &[PartialPeer]) -> Result<()> {
        self.write_rows(told, |engine, told| {
            let mode = WriteMode::Update { now: now() };
            let batch = MergeBatch::new(told);
            in_transaction(engine, |engine| {
                let mut changed = batch.onto(engine.peers(Some(&batch.ids()))?);
                for peer in &mut changed {
                    peer.last_update_on = Some(mode.last_update_on(peer));
                }
                changed.extend(prior_owners(engine, &batch.taken, &changed)?);
                engine.put_peers(&changed)
            })
        })
    }

    fn delete_peers(&mut self, ids: Option<&[i64]>) -> Result<()> {
        match ids {
            Some(ids) => self.write_rows(ids, |engine, ids| engine.delete_peers(Some(ids))),
            None => self.write(|engine| engine.delete_peers(None)),
        }
    }

    // As in `merge_peers`.
    fn prune_peers(&mut self, prune: &Prune) -> Result<usize> {
        let mut chosen = Vec::new();
        self.write(|engine| {
            in_transaction(engine, |engine| {
                chosen = prune.chosen(engine.peers(None)?.iter().map(PeerAge::from));
                if chosen.is_empty() { Ok(()) } else { engine.delete_peers(Some(&chosen)) }
            })
        })?;
        Ok(chosen.len())
    }

    fn peer_by_id(&mut self, id: i64) -> Result<Option<FoundPeer>> {
        let found = self.readable()?.peers(Some(&[id]))?;
        Ok(found.iter().find(|peer| peer.id == id).map(FoundPeer::from))
    }

    fn peers_by_ids(&mut self, ids: &[i64]) -> Result<Vec<Option<FoundPeer>>> {
        let found = self.peers(Some(ids))?;
        let by_id = |id: &i64| found.binary_search_by_key(id, |peer| peer.id).ok();
        Ok(ids.iter().map(|id| by_id(id).map(|place| FoundPeer::from(&found[place]))).collect())
    }

    fn peer_by_username(&mut self, username: &str) -> Result<Option<FoundPeer>> {
        Ok(newest(&by_usernames(self.readable()?, &[username])?))
    }

    fn peer_by_phone_number(&mut self, phone_number: &str) -> Result<Option<FoundPeer>> {
        let engine = self.readable()?;
        let mut found = match engine.peers_by_phone_number(phone_number)? {
            Some(found) => found,
            None => engine.peers(None)?,
        };
        found.retain(|peer| peer.phone_number.as_deref() == Some(phone_number));
        Ok(newest(&found))
    }

    fn peers(&mut self, ids: Option<&[i64]>) -> Result<Vec<Peer>> {
        let engine = self.readable()?;
        if ids.is_some_and(<[i64]>::is_empty) {
            return Ok(Vec::new());
        }
        let mut found = in_order(engine.peers(ids)?, |peer| peer.id);
        found.dedup_by_key(|peer| peer.id);
        Ok(found)
    }

    fn update_states(&mut self) -> Result<Vec<UpdateState>> {
        Ok(in_order(self.readable()?.update_states()?, |state| state.id))
    }

    fn set_update_states(&mut self, states: &[UpdateState]) -> Result<()> {
        self.write_rows(states, E::set_update_states)
    }

    fn delete_update_state(&mut self, id: i64) -> Result<()> {
        self.write(|engine| engine.delete_update_state(id))
    }

    fn sent_files(&mut self) -> Result<Vec<SentFile>> {
        Ok(in_order(self.readable()?.sent_files()?, |file| file.key.clone()))
    }

    fn sent_file(&mut self, key: &SentFileKey) -> Result<Option<SentFile>> {
        Ok(self.sent_files()?.into_iter().find(|file| file.key == *key))
    }

    fn cache_sent_files(&mut self, files: &[SentFile]) -> Result<()> {
        self.write_rows(files, E::cache_sent_files)
    }

    fn value_names(&mut self) -> Result<Vec<String>> {
        let engine = self.readable()?;
        let values = if engine.keeps_values() { engine.values(None)? } else { Vec::new() };
        Ok(in_order(values.into_iter().map(|(name, _)| name).collect(), String::clone))
    }

    fn value(&mut self, name: &str) -> Result<Option<StoredValue>> {
        let engine = self.readable()?;
        let values = if engine.keeps_values() { engine.values(Some(&[name]))? } else { Vec::new() };
        Ok(values.into_iter().find(|(found, _)| found == name).map(|(_, value)| value))
    }

    fn set_value(&mut self, name: &str, value: Option<&StoredValue>) -> Result<()> {
        if value.is_some() {
            self.check_values()?;
        } else if !self.writable()?.keeps_values() {
            return Ok(());
        }
        self.write(|engine| engine.set_value(name, value))
    }

    fn contents(&mut self) -> Result<Contents> {
        in_transaction(self.readable()?, read_all)
    }

    fn import(&mut self, contents: &Contents) -> Result<()> {
        if !contents.values.is_empty() {
            self.check_values()?;
        }
        self.write(|engine| in_transaction(engine, |engine| write_all(engine, contents)))
    }

    fn save(&mut self) -> Result<()> {
        self.writable()?.save()
    }

    fn delete(&mut self) -> Result<()> {
        self.write(Engine::remove)?;
        self.deleted = true;
        Ok(())
    }

    fn rows_changed(&self) -> Option<u64> {
        Some(self.rows_changed)
    }

    fn leases(&mut self) -> Option<&mut dyn Leases> {
        self.engine.leases()
    }
}
