//! The simplest engine: everything in maps, nothing on disk.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use super::keyed_hash::KeyedMap;
use super::merge_batch::MergeBatch;
use super::peer_batch::{self, PeerBatch, WriteMode};
use super::{Capabilities, Change, LayoutSupport, Remembered, Storage};
use crate::clock::now;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{
    Contents, Counts, Field, Format, FoundPeer, Leftovers, PartialPeer, Peer, PeerAge, Prune, SentFile, SentFileKey,
    SessionData, StoredValue, UpdateState, count,
};

/// A session in memory: `:memory:`, a session string, or a JSON file that was read.
pub struct Memory {
    location: String,
    format: Format,
    capabilities: Capabilities,
    data: SessionData,
    peers: BTreeMap<i64, Peer>,
    // All owners of a username or a phone number; lookups find the newest.
    usernames: KeyedMap<String, Vec<i64>>,
    phone_numbers: KeyedMap<String, Vec<i64>>,
    update_states: BTreeMap<i64, UpdateState>,
    sent_files: BTreeMap<SentFileKey, SentFile>,
    values: BTreeMap<String, StoredValue>,
    deleted: bool,
    rows_changed: u64,
    leftovers: Leftovers,
    is_of_file: bool,
}

impl Memory {
    /// An engine that starts with `contents`. Error messages call it `location`.
    pub fn new(location: &str, format: Format, contents: &Contents, capabilities: Capabilities) -> Self {
        let mut memory = Self {
            location: location.to_owned(),
            format,
            capabilities,
            data: SessionData::default(),
            peers: BTreeMap::new(),
            usernames: KeyedMap::default(),
            phone_numbers: KeyedMap::default(),
            update_states: BTreeMap::new(),
            sent_files: BTreeMap::new(),
            values: BTreeMap::new(),
            deleted: false,
            rows_changed: 0,
            leftovers: Leftovers::default(),
            is_of_file: false,
        };
        memory.fill(contents);
        memory
    }

    /// With what stood beside the session in the file that it was read from, whose layout nobody writes here.
    pub fn of_file(self, leftovers: Leftovers) -> Self {
        Self { leftovers, is_of_file: true, ..self }
    }

    fn fill(&mut self, contents: &Contents) {
        self.data = contents.data.clone();
        for peer in &contents.peers {
            self.insert(peer.clone());
        }
        self.update_states.extend(contents.update_states.iter().map(|state| (state.id, *state)));
        self.sent_files.extend(contents.sent_files.iter().map(|file| (file.key.clone(), file.clone())));
        self.values.extend(contents.values.iter().map(|(name, value)| (name.clone(), value.clone())));
    }

    fn insert(&mut self, peer: Peer) {
        self.forget(peer.id);
        add_owner(&mut self.usernames, &peer.usernames, peer.id);
        add_owner(&mut self.phone_numbers, peer.phone_number.as_slice(), peer.id);
        self.peers.insert(peer.id, peer);
    }

    fn forget(&mut self, id: i64) {
        if let Some(old) = self.peers.remove(&id) {
            remove_owner(&mut self.usernames, &old.usernames, id);
            remove_owner(&mut self.phone_numbers, old.phone_number.as_slice(), id);
        }
    }

    fn take_username(&mut self, username: &str) {
        for id in self.usernames.remove(username).unwrap_or_default() {
            if let Some(owner) = self.peers.get_mut(&id) {
                owner.usernames.retain(|name| name != username);
            }
        }
    }

    fn newest(&self, owners: Option<&Vec<i64>>) -> Option<FoundPeer> {
        let owners = owners.into_iter().flatten().filter_map(|id| self.peers.get(id));
        let newest = owners.max_by_key(|peer| peer_batch::rank(peer.id, peer.last_update_on));
        newest.map(FoundPeer::from)
    }

    fn count(&mut self, rows: usize) {
        self.rows_changed += u64::try_from(rows).unwrap_or(u64::MAX);
    }

    fn readable(&self) -> Result<()> {
        if self.deleted {
            return Err(Error::new(ErrorCode::Closed, format!("'{}' was deleted", self.location)));
        }
        Ok(())
    }

    fn writable(&self) -> Result<()> {
        self.readable()?;
        match self {
            Self { capabilities: Capabilities { writable: true, .. }, .. } => Ok(()),
            Self { is_of_file: true, .. } => Err(Error::only_read(&self.location, self.format.name)),
            _ => Err(Error::read_only(&self.location)),
        }
    }
}

fn add_owner(names: &mut KeyedMap<String, Vec<i64>>, held: &[String], id: i64) {
    for name in held {
        names.entry(name.clone()).or_default().push(id);
    }
}

fn remove_owner(names: &mut KeyedMap<String, Vec<i64>>, held: &[String], id: i64) {
    for name in held {
        if let Some(holders) = names.get_mut(name) {
            holders.retain(|holder| *holder != id);
            if holders.is_empty() {
                names.remove(name);
            }
        }
    }
}

impl Storage for Memory {
    fn location(&self) -> &str {
        &self.location
    }

    fn format(&mut self) -> Result<Format> {
        self.readable()?;
        Ok(self.format.clone())
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn leftovers(&mut self) -> Result<Leftovers> {
        self.readable()?;
        Ok(self.leftovers.clone())
    }

    fn layout_support(&mut self) -> Result<LayoutSupport> {
        self.readable()?;
        Ok(LayoutSupport::all())
    }

    fn data(&mut self) -> Result<SessionData> {
        self.readable()?;
        Ok(self.data.clone())
    }

    fn remembered(&mut self, field: Field) -> Remembered {
        if self.deleted || matches!(field, Field::AuthKey | Field::TmpAuthKey) {
            return Remembered::No;
        }
        Remembered::Value(self.data.get(field))
    }

    fn set(&mut self, changes: &[Change]) -> Result<()> {
        self.writable()?;
        let mut data = self.data.clone();
        for (field, value) in changes {
            if !data.set(*field, value.clone()) {
                return Err(Error::invalid_argument(format!("{} is out of range", field.name())));
            }
        }
        self.data = data;
        self.count(changes.len());
        Ok(())
    }

    fn update_peers(&mut self, peers: &[Peer]) -> Result<()> {
        self.writable()?;
        let mode = WriteMode::Update { now: now() };
        let batch = PeerBatch::new(peers, mode);
        for username in batch.taken {
            self.take_username(username);
        }
        for peer in batch.peers {
            let last_update_on = Some(mode.last_update_on(&peer));
            self.insert(Peer { last_update_on, ..peer.into_owned() });
        }
        self.count(peers.len());
        Ok(())
    }

    fn merge_peers(&mut self, told: &[PartialPeer]) -> Result<()> {
        self.writable()?;
        let mode = WriteMode::Update { now: now() };
        let batch = MergeBatch::new(told);
        let stored = batch.peers.iter().filter_map(|told| self.peers.get(&told.id)).cloned().collect();
        let mut merged = batch.onto(stored);
        for (told, peer) in batch.peers.iter().zip(&mut merged).filter(|(told, _)| told.usernames.is_none()) {
            let finds =
                |username: &String| self.newest(self.usernames.get(username)).is_none_or(|found| found.id == told.id);
            peer.usernames.retain(finds);
        }
        for username in batch.taken {
            self.take_username(username);
        }
        for peer in merged {
            let last_update_on = Some(mode.last_update_on(&peer));
            self.insert(Peer { last_update_on, ..peer });
        }
        self.count(told.len());
        Ok(())
    }

    fn delete_peers(&mut self, ids: Option<&[i64]>) -> Result<()> {
        self.writable()?;
        let before = self.peers.len();
        match ids {
            Some(ids) => ids.iter().for_each(|id| self.forget(*id)),
            None => {
                self.peers.clear();
                self.usernames.clear();
                self.phone_numbers.clear();
            }
        }
        self.count(before - self.peers.len());
        Ok(())
    }

    fn prune_peers(&mut self, prune: &Prune) -> Result<usize> {
        let chosen = prune.chosen(self.peers.values().map(PeerAge::from));
        self.delete_peers(Some(&chosen))?;
        Ok(chosen.len())
    }

    fn compact(&mut self, _limit: Option<NonZeroU64>) -> Result<u64> {
        self.readable()?;
        Ok(0) // it is in no file
    }

    fn peer_by_id(&mut self, id: i64) -> Result<Option<FoundPeer>> {
        self.readable()?;
        Ok(self.peers.get(&id).map(FoundPeer::from))
    }

    fn peers_by_ids(&mut self, ids: &[i64]) -> Result<Vec<Option<FoundPeer>>> {
        self.readable()?;
        Ok(ids.iter().map(|id| self.peers.get(id).map(FoundPeer::from)).collect())
    }

    fn peer_by_username(&mut self, username: &str) -> Result<Option<FoundPeer>> {
        self.readable()?;
        Ok(self.newest(self.usernames.get(username)))
    }

    fn peer_by_phone_number(&mut self, phone_number: &str) -> Result<Option<FoundPeer>> {
        self.readable()?;
        Ok(self.newest(self.phone_numbers.get(phone_number)))
    }

    fn peers(&mut self, ids: Option<&[i64]>) -> Result<Vec<Peer>> {
        self.readable()?;
        let Some(ids) = ids else { return Ok(self.peers.values().cloned().collect()) };
        let mut found: Vec<Peer> = ids.iter().filter_map(|id| self.peers.get(id)).cloned().collect();
        found.sort_by_key(|peer| peer.id);
        found.dedup_by_key(|peer| peer.id);
        Ok(found)
    }

    fn update_states(&mut self) -> Result<Vec<UpdateState>> {
        self.readable()?;
        Ok(self.update_states.values().copied().collect())
    }

    fn set_update_states(&mut self, states: &[UpdateState]) -> Result<()> {
        self.writable()?;
        self.update_states.extend(states.iter().map(|state| (state.id, *state)));
        self.count(states.len());
        Ok(())
    }

    fn delete_update_state(&mut self, id: i64) -> Result<()> {
        self.writable()?;
        let removed = self.update_states.remove(&id);
        self.count(removed.iter().len());
        Ok(())
    }

    fn sent_files(&mut self) -> Result<Vec<SentFile>> {
        self.readable()?;
        Ok(self.sent_files.values().cloned().collect())
    }

    fn sent_file(&mut self, key: &SentFileKey) -> Result<Option<SentFile>> {
        self.readable()?;
        Ok(self.sent_files.get(key).cloned())
    }

    fn cache_sent_files(&mut self, files: &[SentFile]) -> Result<()> {
        self.writable()?;
        self.sent_files.extend(files.iter().map(|file| (file.key.clone(), file.clone())));
        self.count(files.len());
        Ok(())
    }

    fn value_names(&mut self) -> Result<Vec<String>> {
        self.readable()?;
        Ok(self.values.keys().cloned().collect())
    }

    fn value(&mut self, name: &str) -> Result<Option<StoredValue>> {
        self.readable()?;
        Ok(self.values.get(name).cloned())
    }

    fn set_value(&mut self, name: &str, value: Option<&StoredValue>) -> Result<()> {
        self.writable()?;
        if self.values.get(name) == value {
            return Ok(());
        }
        match value {
            Some(value) => drop(self.values.insert(name.to_owned(), value.clone())),
            None => drop(self.values.remove(name)),
        }
        self.count(1);
        Ok(())
    }

    fn counts(&mut self) -> Result<Counts> {
        self.readable()?;
        Ok(Counts {
            peers: count(self.peers.len()),
            usernames: count(self.usernames.values().map(Vec::len).sum()),
            update_states: count(self.update_states.len()),
            sent_files: count(self.sent_files.len()),
            values: count(self.values.len()),
        })
    }

    fn contents(&mut self) -> Result<Contents> {
        self.readable()?;
        Ok(Contents {
            data: self.data.clone(),
            peers: self.peers.values().cloned().collect(),
            update_states: self.update_states.values().copied().collect(),
            sent_files: self.sent_files.values().cloned().collect(),
            values: self.values.clone(),
        })
    }

    fn import(&mut self, contents: &Contents) -> Result<()> {
        self.writable()?;
        self.fill(contents);
        self.count(1); // the fields
        Ok(())
    }

    fn save(&mut self) -> Result<()> {
        self.writable()
    }

    fn delete(&mut self) -> Result<()> {
        self.writable()?;
        self.deleted = true;
        self.data = SessionData::default();
        self.values.clear();
        self.count(1);
        Ok(())
    }

    fn rows_changed(&self) -> Option<u64> {
        Some(self.rows_changed)
    }
}
