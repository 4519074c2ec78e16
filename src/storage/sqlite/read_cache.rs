//! Answers of lookups, fields and update states, used again as long as nobody has written the file since.
//!
//! SQLite takes and releases a lock for each read, which costs several times as much as the read itself. Storing an
//! answer costs a third of a lookup, so a lookup's answer is stored when it is asked for the second time.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::fault::Fault;
use super::lookup_key::LookupKey;
use super::open_file::OpenFile;
use super::watch::{ChangeCounter, Watch};
use crate::model::{Field, FieldValue, FoundPeer, UpdateState};

// A few megabytes.
const MAX_ENTRIES: usize = 10_000;

/// How many lookups are remembered to have been asked for. Of two that share a slot, the later one stays.
const ASKED_SLOTS: usize = 8_192;
const FEWEST_SLOTS: usize = 32;

/// The answers at one state of a file.
pub struct ReadCache {
    watch: Watch,
    // The state of the file that the answers belong to; `None` if it is not known.
    counter: Option<ChangeCounter>,
    answers: Answers,
    asked: AskedBefore,
}

/// The stored answers; "there is none" is an answer too.
#[derive(Default)]
pub struct Answers {
    by_id: HashMap<i64, Option<FoundPeer>>,
    by_username: HashMap<String, Option<FoundPeer>>,
    by_phone_number: HashMap<String, Option<FoundPeer>>,
    fields: HashMap<Field, Option<FieldValue>>,
    update_states: HashMap<i64, Option<UpdateState>>,
}

/// What can be asked of the file and answered from the cache.
pub trait Query: Copy {
    type Answer: Clone;

    /// The stored answer.
    fn get(self, answers: &Answers) -> Option<&Self::Answer>;

    /// Stores an answer.
    fn put(self, answers: &mut Answers, answer: &Self::Answer);

    /// Whether the answer, which is not stored yet, is worth storing.
    fn is_worth_storing(self, _asked: &mut AskedBefore) -> bool {
        true
    }
}

/// The id of an update state.
#[derive(Clone, Copy)]
pub struct StateId(pub i64);

impl ReadCache {
    pub fn new(watch: Watch) -> Self {
        Self { watch, counter: None, answers: Answers::default(), asked: AskedBefore::default() }
    }

    /// The answer from memory, if it is stored and nobody has written the file since.
    pub fn get<Q: Query>(&mut self, file: &OpenFile, query: Q) -> Option<Q::Answer> {
        let known = query.get(&self.answers).cloned()?;
        self.revalidate(file).then_some(known)
    }

    /// Answers from memory if the answer is stored and nobody has written the file since; otherwise reads it.
    pub fn get_or_read<Q: Query>(
        &mut self,
        file: &mut OpenFile,
        query: Q,
        read: impl FnOnce(&mut OpenFile) -> Result<Q::Answer, Fault>,
    ) -> Result<Q::Answer, Fault> {
        if let Some(known) = self.get(file, query) {
            return Ok(known);
        }
        let is_worth_storing = query.is_worth_storing(&mut self.asked) && {
            self.revalidate(file);
            self.counter.is_some()
        };
        let answer = read(file)?;
        if is_worth_storing && self.watch.counter(file) == self.counter {
            self.put(query, &answer);
        }
        Ok(answer)
    }

    /// The same of several questions: all are answered from memory, or all are read, so that the answers belong together.
    pub fn get_or_read_all<Q: Query>(
        &mut self,
        file: &mut OpenFile,
        queries: &[Q],
        read: impl FnOnce(&mut OpenFile) -> Result<Vec<Q::Answer>, Fault>,
    ) -> Result<Vec<Q::Answer>, Fault> {
        let known: Option<Vec<Q::Answer>> = queries.iter().map(|query| query.get(&self.answers).cloned()).collect();
        if let Some(known) = known
            && self.revalidate(file)
        {
            return Ok(known);
        }
        let worth: Vec<bool> = queries.iter().map(|query| query.is_worth_storing(&mut self.asked)).collect();
        let is_worth_storing = worth.contains(&true) && {
            self.revalidate(file);
            self.counter.is_some()
        };
        let answers = read(file)?;
        if is_worth_storing && self.watch.counter(file) == self.counter {
            let worth = queries.iter().zip(&answers).zip(worth).filter(|(_, is_worth)| *is_worth);
            for ((query, answer), _) in worth.take(MAX_ENTRIES) {
                self.put(*query, answer);
            }
        }
        Ok(answers)
    }

    fn put<Q: Query>(&mut self, query: Q, answer: &Q::Answer) {
        if self.answers.len() >= MAX_ENTRIES {
            self.answers = Answers::default();
        }
        query.put(&mut self.answers, answer);
    }

    /// Whether the stored answers are still true; if the file has been written since, they are dropped.
    fn revalidate(&mut self, file: &OpenFile) -> bool {
        let counter = self.watch.counter(file);
        if self.counter == counter {
            return counter.is_some();
        }
        self.answers = Answers::default();
        self.counter = counter;
        false
    }
}

impl Answers {
    fn len(&self) -> usize {
        let peers = self.by_id.len() + self.by_username.len() + self.by_phone_number.len();
        peers + self.fields.len() + self.update_states.len()
    }
}

impl Query for LookupKey<'_> {
    type Answer = Option<FoundPeer>;

    fn get(self, answers: &Answers) -> Option<&Self::Answer> {
        match self {
            Self::Id(id) => answers.by_id.get(&id),
            Self::Username(username) => answers.by_username.get(username),
            Self::PhoneNumber(number) => answers.by_phone_number.get(number),
            Self::Name(_) => None,
        }
    }

    fn put(self, answers: &mut Answers, answer: &Self::Answer) {
        let answer = answer.clone();
        match self {
            Self::Id(id) => drop(answers.by_id.insert(id, answer)),
            Self::Username(username) => drop(answers.by_username.insert(username.to_owned(), answer)),
            Self::PhoneNumber(number) => drop(answers.by_phone_number.insert(number.to_owned(), answer)),
            Self::Name(_) => {}
        }
    }

    fn is_worth_storing(self, asked: &mut AskedBefore) -> bool {
        !matches!(self, Self::Name(_)) && asked.check_and_note(self)
    }
}

impl Query for Field {
    type Answer = Option<FieldValue>;

    fn get(self, answers: &Answers) -> Option<&Self::Answer> {
        answers.fields.get(&self)
    }

    // Keys are not kept in memory.
    fn put(self, answers: &mut Answers, answer: &Self::Answer) {
        if !matches!(answer, Some(FieldValue::Key(_))) {
            answers.fields.insert(self, answer.clone());
        }
    }
}

impl Query for StateId {
    type Answer = Option<UpdateState>;

    fn get(self, answers: &Answers) -> Option<&Self::Answer> {
        answers.update_states.get(&self.0)
    }

    fn put(self, answers: &mut Answers, answer: &Self::Answer) {
        answers.update_states.insert(self.0, *answer);
    }
}

/// The lookups that were asked for before, each as a digest.
#[derive(Default)]
pub struct AskedBefore {
    hasher: RandomState,
    // Most sessions of many ask for little: it grows with what is asked.
    digests: Vec<u32>,
    asked: usize,
}

impl AskedBefore {
    /// Whether a lookup was asked for before, as far as is known. Notes that it was asked for now.
    #[allow(clippy::cast_possible_truncation, reason = "two parts of a digest")]
    fn check_and_note(&mut self, key: LookupKey<'_>) -> bool {
        self.asked = self.asked.saturating_add(1);
        if self.asked > self.digests.len() && self.digests.len() < ASKED_SLOTS {
            self.digests = vec![0; (4 * self.digests.len()).clamp(FEWEST_SLOTS, ASKED_SLOTS)];
        }
        let hash = self.hasher.hash_one(key);
        let digest = (hash >> 32) as u32 | 1;
        let slots = self.digests.len();
        let slot = &mut self.digests[hash as usize % slots];
        std::mem::replace(slot, digest) == digest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lookup_is_known_the_second_time() {
        let mut asked = AskedBefore::default();
        for key in [LookupKey::Id(1), LookupKey::Id(2), LookupKey::Username("1"), LookupKey::PhoneNumber("1")] {
            assert!(!asked.check_and_note(key));
            assert!(asked.check_and_note(key));
        }
    }
}
