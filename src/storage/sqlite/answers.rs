//! Answers of lookups, fields and update states, believed as long as nobody has written the file since.
//!
//! SQLite takes and gives back a lock for each question, which costs several times as much as the question.

use std::collections::HashMap;

use super::name_index::By;
use super::watch::{Stamp, Watch};
use crate::model::{Field, FieldValue, FoundPeer, UpdateState};

// A few megabytes.
const MOST: usize = 10_000;

/// The answers at one state of a file.
pub struct Answers {
    watch: Watch,
    stamp: Option<Stamp>,
    by_id: HashMap<i64, Option<FoundPeer>>,
    by_username: HashMap<String, Option<FoundPeer>>,
    by_phone_number: HashMap<String, Option<FoundPeer>>,
    fields: HashMap<Field, Option<FieldValue>>,
    states: HashMap<i64, Option<UpdateState>>,
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
        }
    }

    /// The answer to a lookup, if it is known and nobody has written since.
    pub fn peer(&mut self, by: By<'_>) -> Option<Option<FoundPeer>> {
        if !self.hold() {
            return None;
        }
        match by {
            By::Id(id) => self.by_id.get(&id),
            By::Username(username) => self.by_username.get(username),
            By::PhoneNumber(number) => self.by_phone_number.get(number),
            By::Name(_) => None,
        }
        .cloned()
    }

    /// The file was asked, after [`Self::peer`].
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

    // Whether what is known still holds.
    fn hold(&mut self) -> bool {
        let stamp = self.watch.stamp();
        if self.stamp != stamp {
            self.forget();
            self.stamp = stamp;
        }
        self.stamp.is_some()
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
