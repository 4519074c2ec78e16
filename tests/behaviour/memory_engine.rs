//! A caller's own engine: maps that outlive the session, with or without indexes of usernames and phone numbers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tgsession::Result;
use tgsession::model::{Field, Peer, SentFile, SentFileKey, SessionData, StoredValue, UpdateState};
use tgsession::storage::{Engine, Holder, Leases, Lessee};

#[derive(Clone, Default)]
struct State {
    data: SessionData,
    peers: BTreeMap<i64, Peer>,
    update_states: BTreeMap<i64, UpdateState>,
    sent_files: BTreeMap<SentFileKey, SentFile>,
    values: BTreeMap<String, StoredValue>,
}

/// A store that many sessions may open.
#[derive(Clone, Default)]
pub struct MemoryEngine {
    state: Arc<Mutex<State>>,
    before: Option<Box<State>>,
    pub has_indexes: bool,
    /// Who holds it keeps the store from answering.
    pub silence: Arc<Mutex<()>>,
    pub leases: Arc<Mutex<BTreeMap<String, (Lessee, i64)>>>,
}

impl MemoryEngine {
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let _silence = self.silence.lock().unwrap();
        change(&mut self.state.lock().unwrap())
    }

    fn found(&self, wanted: impl Fn(&&Peer) -> bool) -> Option<Vec<Peer>> {
        let found = || self.change(|state| state.peers.values().filter(&wanted).cloned().collect());
        self.has_indexes.then(found)
    }
}

impl Engine for MemoryEngine {
    fn location(&self) -> &str {
        "kept"
    }

    fn is_persistent(&self) -> bool {
        true
    }

    fn usernames_expire(&self) -> bool {
        true
    }

    fn fields(&mut self) -> Result<SessionData> {
        Ok(self.change(|state| state.data.clone()))
    }

    fn set_fields(&mut self, data: &SessionData, which: &[Field]) -> Result<()> {
        self.change(|state| which.iter().for_each(|field| assert!(state.data.set(*field, data.get(*field)))));
        Ok(())
    }

    fn put_peers(&mut self, peers: &[Peer]) -> Result<()> {
        self.change(|state| state.peers.extend(peers.iter().map(|peer| (peer.id, peer.clone()))));
        Ok(())
    }

    fn delete_peers(&mut self, ids: Option<&[i64]>) -> Result<()> {
        self.change(|state| state.peers.retain(|id, _| ids.is_some_and(|ids| !ids.contains(id))));
        Ok(())
    }

    fn peers(&mut self, ids: Option<&[i64]>) -> Result<Vec<Peer>> {
        let wanted = |peer: &&Peer| ids.is_none_or(|ids| ids.contains(&peer.id));
        // In any order: the library sorts.
        Ok(self.change(|state| state.peers.values().rev().filter(wanted).cloned().collect()))
    }

    fn peers_by_usernames(&mut self, usernames: &[&str]) -> Result<Option<Vec<Peer>>> {
        Ok(self.found(|peer| peer.usernames.iter().any(|username| usernames.contains(&username.as_str()))))
    }

    fn peers_by_phone_number(&mut self, phone_number: &str) -> Result<Option<Vec<Peer>>> {
        Ok(self.found(|peer| peer.phone_number.as_deref() == Some(phone_number)))
    }

    fn update_states(&mut self) -> Result<Vec<UpdateState>> {
        Ok(self.change(|state| state.update_states.values().rev().copied().collect()))
    }

    fn set_update_states(&mut self, states: &[UpdateState]) -> Result<()> {
        self.change(|kept| kept.update_states.extend(states.iter().map(|state| (state.id, *state))));
        Ok(())
    }

    fn delete_update_state(&mut self, id: i64) -> Result<()> {
        self.change(|state| state.update_states.remove(&id));
        Ok(())
    }

    fn sent_files(&mut self) -> Result<Vec<SentFile>> {
        Ok(self.change(|state| state.sent_files.values().rev().cloned().collect()))
    }

    fn cache_sent_files(&mut self, files: &[SentFile]) -> Result<()> {
        self.change(|state| state.sent_files.extend(files.iter().map(|file| (file.key.clone(), file.clone()))));
        Ok(())
    }

    fn keeps_values(&self) -> bool {
        true
    }

    fn values(&mut self, names: Option<&[&str]>) -> Result<Vec<(String, StoredValue)>> {
        let wanted = |name: &str| names.is_none_or(|names| names.contains(&name));
        let found = |state: &mut State| {
            let values = state.values.iter().rev().filter(|(name, _)| wanted(name));
            values.map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        Ok(self.change(found))
    }

    fn set_value(&mut self, name: &str, value: Option<&StoredValue>) -> Result<()> {
        self.change(|state| match value {
            Some(value) => drop(state.values.insert(name.to_owned(), value.clone())),
            None => drop(state.values.remove(name)),
        });
        Ok(())
    }

    fn save(&mut self) -> Result<()> {
        Ok(())
    }

    fn remove(&mut self) -> Result<()> {
        self.change(|state| *state = State::default());
        Ok(())
    }

    fn begin(&mut self) -> Result<()> {
        self.before = Some(Box::new(self.change(|state| state.clone())));
        Ok(())
    }

    fn finish(&mut self, keep: bool) -> Result<()> {
        if let (Some(before), false) = (self.before.take(), keep) {
            self.change(|state| *state = *before);
        }
        Ok(())
    }

    fn leases(&mut self) -> Option<&mut dyn Leases> {
        Some(self)
    }
}

// A lease never expires by itself: a test removes it.
impl Leases for MemoryEngine {
    fn take(&mut self, key_id: &str, lessee: &Lessee, _: u32) -> Result<Option<Holder>> {
        let mut leases = self.leases.lock().unwrap();
        let (holder, since) = leases.entry(key_id.to_owned()).or_insert_with(|| (lessee.clone(), 1_700_000_000));
        let other = holder.token != lessee.token;
        Ok(other.then(|| Holder { owner: holder.owner.clone(), since: *since }))
    }

    fn release(&mut self, key_id: &str, token: &str) -> Result<()> {
        self.leases.lock().unwrap().retain(|id, (holder, _)| id != key_id || holder.token != token);
        Ok(())
    }
}
