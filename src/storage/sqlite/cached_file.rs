//! An open file, with the answers of it that are still true.

use super::fault::Fault;
use super::first_fields::FirstFields;
use super::lookup_key::LookupKey;
use super::open_file::OpenFile;
use super::own_write::OwnWrite;
use super::read_cache::{Query, ReadCache, StateId};
use super::target::Target;
use super::{fields, update_states};
use crate::model::{Field, FieldValue, FoundPeer, UpdateState};
use crate::storage::descriptors::Held;

/// An open file and its cache.
pub struct CachedFile {
    pub file: OpenFile,
    // Only for the file itself, not for copies.
    cache: Option<ReadCache>,
}

impl CachedFile {
    pub fn new(target: &Target, mut file: OpenFile) -> Self {
        let is_kept = file.watch.is_some() && target.keeps_answers();
        let mut cache = is_kept.then(|| ReadCache::new(target.cache_size));
        if let (Some(cache), Some(FirstFields { counter, values })) = (&mut cache, file.first_fields.take()) {
            cache.begin_with(counter, &values);
        }
        Self { file, cache }
    }

    /// Closes the connection, and keeps what tells the file from another one of its name.
    pub fn close(self) -> Option<Held> {
        self.file.access.close()
    }

    /// Writes, and forgets those answers that this may have changed. `write` returns false if there was nothing to write.
    pub fn write(
        &mut self,
        what: OwnWrite<'_>,
        write: impl FnOnce(&mut OpenFile) -> Result<bool, Fault>,
    ) -> Result<bool, Fault> {
        let Some(cache) = &mut self.cache else { return write(&mut self.file) };
        // Where a login stands in several tables, peers and values of those tables may be fields too.
        let what = if self.file.layout.has_login_row() { what } else { OwnWrite::All };
        cache.begin_own_write(&mut self.file);
        let written = write(&mut self.file);
        match &written {
            Ok(false) => {}
            Ok(true) => cache.end_own_write(&mut self.file, what),
            // Nothing was written.
            Err(fault) if fault.is_locked() => {}
            Err(_) => cache.clear(),
        }
        written
    }

    /// Finds one peer.
    pub fn find(&mut self, target: &Target, key: LookupKey<'_>) -> Result<Option<FoundPeer>, Fault> {
        self.get_or_read(key, |file| file.find(target, key))
    }

    /// Finds many peers by their ids, at one moment.
    pub fn find_all(&mut self, target: &Target, ids: &[i64]) -> Result<Vec<Option<FoundPeer>>, Fault> {
        match &mut self.cache {
            Some(cache) if self.file.reads_newest() => {
                cache.get_or_read_all(&mut self.file, ids, |file| file.find_all(target, ids))
            }
            _ => self.file.find_all(target, ids),
        }
    }

    /// Reads one field.
    pub fn field(&mut self, target: &Target, field: Field) -> Result<Option<FieldValue>, Fault> {
        self.get_or_read(field, |file| file.read(target, |conn, file| fields::get(conn, &file.layout, field)))
    }

    /// One field, if it is in memory and still true.
    pub fn remembered(&mut self, field: Field) -> Option<Option<FieldValue>> {
        self.cache.as_mut()?.get(&mut self.file, field)
    }

    /// Reads one update state.
    pub fn update_state(&mut self, target: &Target, id: i64) -> Result<Option<UpdateState>, Fault> {
        self.get_or_read(StateId(id), |file| {
            file.read(target, |conn, file| update_states::find(conn, &file.layout, id))
        })
    }

    fn get_or_read<Q: Query>(
        &mut self,
        query: Q,
        read: impl FnOnce(&mut OpenFile) -> Result<Q::Answer, Fault>,
    ) -> Result<Q::Answer, Fault> {
        match &mut self.cache {
            Some(cache) if self.file.reads_newest() => cache.get_or_read(&mut self.file, query, read),
            _ => read(&mut self.file),
        }
    }
}
