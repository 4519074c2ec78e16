//! Answers of lookups, fields and update states, believed as long as nobody has written the file since.
//!
//! SQLite takes and gives back a lock for each question, which costs several times as much as the question. To keep an
//! answer costs a third of a lookup: a lookup's is kept when it is asked for the second time.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::name_index::By;
use super::watch::{Stamp, Watch};
use crate::model::{Field, FieldValue, FoundPeer, UpdateState};

// A few megabytes.
const MOST: usize = 10_000;

// As many lookups are remembered to have been asked for; of two that share a place the later one.
const ASKED: usize = 8_192;

/// The answers at one state of a file.
pub struct Answers {
    watch: Watch,
    stamp: Option<Stamp>,
    by_id: HashMap<i64, Option<FoundPeer>>,
    by_username: HashMap<String, Option<FoundPeer>>,
    by_phone_number: HashMap<String, Option<FoundPeer>>,
    fields: HashMap<Field, Option<FieldValue>>,
    states: HashMap<i64, Option<UpdateState>>,
    asked: Asked,
}

impl Answers {
    pub fn new(watch: Watch) -> Self {
        Self {
            watch,
            stamp: None,
            by_id: HashMap::new(),
            by_username: HashMap::new(),
            by_phone_number: HashMap::new(),
            fields: HashMap::new(),
            states: HashMap::new(),
            asked: Asked::default(),
        }
    }

    /// The answer to a lookup, if it is known and nobody has written since.
    pub fn peer(&mut self, by: By<'_>) -> Option<Option<FoundPeer>> {
        let known = match by {
            By::Id(id) => self.by_id.get(&id),
            By::Username(username) => self.by_username.get(username),
            By::PhoneNumber(number) => self.by_phone_number.get(number),
            By::Name(_) => None,
        };
        let known = known?.clone();
        self.hold_still().then_some(known)
    }

    /// Whether the answer to a lookup, for which the file is to be asked now, is worth keeping: it was asked for before.
    pub fn is_worth_keeping(&mut self, by: By<'_>) -> bool {
        !matches!(by, By::Name(_)) && self.asked.again(by) && self.hold()
    }

    /// The file was asked, after [`Self::is_worth_keeping`].
    pub fn remember_peer(&mut self, by: By<'_>, found: &Option<FoundPeer>) {
        if !self.is_as_before() {
            return;
        }
        match by {
            By::Id(id) => {
                self.by_id.insert(id, found.clone());
            }
            By::Username(username) => {
                self.by_username.insert(username.to_owned(), found.clone());
            }
            By::PhoneNumber(number) => {
                self.by_phone_number.insert(number.to_owned(), found.clone());
            }
            By::Name(_) => {}
        }
        if self.by_id.len() + self.by_username.len() + self.by_phone_number.len() > MOST {
            self.forget();
        }
    }

    /// A field, if it is known and nobody has written since.
    pub fn field(&mut self, field: Field) -> Option<Option<FieldValue>> {
        if self.hold() { self.fields.get(&field).cloned() } else { None }
    }

    /// The file was asked, after [`Self::field`]. Keys are not kept.
    pub fn remember_field(&mut self, field: Field, value: &Option<FieldValue>) {
        if !matches!(value, Some(FieldValue::Key(_))) && self.is_as_before() {
            self.fields.insert(field, value.clone());
        }
    }

    /// An update state, if it is known and nobody has written since.
    pub fn state(&mut self, id: i64) -> Option<Option<UpdateState>> {
        if self.hold() { self.states.get(&id).copied() } else { None }
    }

    /// The file was asked, after [`Self::state`].
    pub fn remember_state(&mut self, id: i64, state: Option<UpdateState>) {
        if self.states.len() < MOST && self.is_as_before() {
            self.states.insert(id, state);
        }
    }

    // Whether nobody has written since the answers were kept; else they are forgotten.
    fn hold_still(&mut self) -> bool {
        let stamp = self.watch.stamp();
        if self.stamp != stamp {
            self.forget();
            self.stamp = stamp;
            return false;
        }
        self.stamp.is_some()
    }

    // Whether what is known holds, and what is kept from now on will.
    fn hold(&mut self) -> bool {
        self.hold_still() || self.stamp.is_some()
    }

    // Whether what was read just now is of the state at which the answers stand.
    fn is_as_before(&mut self) -> bool {
        self.stamp.is_some() && self.watch.stamp() == self.stamp
    }

    fn forget(&mut self) {
        self.by_id.clear();
        self.by_username.clear();
        self.by_phone_number.clear();
        self.fields.clear();
        self.states.clear();
    }
}

/// Lookups that were asked for, by a digest.
struct Asked {
    hasher: RandomState,
    digests: Box<[u32]>,
}

impl Default for Asked {
    fn default() -> Self {
        Self { hasher: RandomState::new(), digests: vec![0; ASKED].into() }
    }
}

impl Asked {
    /// Whether it was asked for before, as far as is known. From now on it was.
    #[allow(clippy::cast_possible_truncation, reason = "two parts of a digest")]
    fn again(&mut self, by: By<'_>) -> bool {
        let hash = self.hasher.hash_one(by);
        let digest = (hash >> 32) as u32 | 1;
        let place = &mut self.digests[hash as usize % ASKED];
        std::mem::replace(place, digest) == digest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lookup_is_asked_again_the_second_time() {
        let mut asked = Asked::default();
        for by in [By::Id(1), By::Id(2), By::Username("1"), By::PhoneNumber("1")] {
            assert!(!asked.again(by));
            assert!(asked.again(by));
        }
    }
}
