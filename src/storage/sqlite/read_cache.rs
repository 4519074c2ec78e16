//! Answers of lookups, fields and update states, used again as long as nobody has written the file since.
//!
//! SQLite takes and releases a lock for each read, which costs several times as much as the read itself. Storing an
//! answer costs a third of a lookup, so a lookup's answer is stored when it is asked for the second time; at the first
//! where the caller has set the size of the cache.
//!
//! A commit of our own ends only the answers that it may have changed: the others stay if nobody else has written meanwhile,
//! which SQLite tells by its counter of other connections' commits.

use std::hash::BuildHasher;

use super::fault::Fault;
use super::field_answers::FieldAnswers;
use super::layout::Layout;
use super::lookup_key::LookupKey;
use super::open_file::OpenFile;
use super::own_write::OwnWrite;
use super::packed_peer::PackedPeer;
use super::watch::{ChangeCounter, Moment};
use crate::model::{Field, FieldValue, FoundPeer, UpdateState, bare_id, mark_channel};
use crate::storage::Change;
use crate::storage::keyed_hash::{KeyedHash, KeyedMap, KeyedSet};

// Less than a megabyte.
const USUAL_ANSWERS: usize = 10_000;

// So many usernames are searched after a commit for those of the peers that were written.
const MAX_SEARCHED: usize = 1_000;

/// How many lookups are remembered to have been asked for: the last ones of each row.
const ASKED_ROWS: usize = 2_048;
const FEWEST_ROWS: usize = 8;
const ASKED_IN_ROW: usize = 4;

/// The answers at one state of a file.
pub struct ReadCache {
    // How many are kept.
    most: usize,
    // The state of the file that the answers belong to; `None` if it is not known.
    counter: Option<ChangeCounter>,
    // After commits of our own: what SQLite's counter of other connections' commits still has to be for the answers to be true.
    others: Option<i64>,
    answers: Answers,
    // Absent where the caller has said how much is kept: then an answer is stored when it is read.
    asked: Option<AskedBefore>,
}

/// The stored answers; "there is none" is an answer too.
#[derive(Default)]
pub struct Answers {
    by_id: KeyedMap<i64, PackedPeer>,
    by_username: KeyedMap<String, Option<FoundPeer>>,
    by_phone_number: KeyedMap<String, Option<FoundPeer>>,
    fields: FieldAnswers,
    update_states: KeyedMap<i64, Option<UpdateState>>,
}

/// What can be asked of the file and answered from the cache.
pub trait Query: Copy {
    type Answer: Clone;

    /// The stored answer.
    fn get(self, answers: &Answers) -> Option<Self::Answer>;

    /// Stores an answer.
    fn put(self, answers: &mut Answers, answer: &Self::Answer);

    /// Whether the answer, which is not stored yet, is worth storing.
    fn is_worth_storing(self, _asked: Option<&mut AskedBefore>) -> bool {
        true
    }
}

/// The id of an update state.
#[derive(Clone, Copy)]
pub struct StateId(pub i64);

impl ReadCache {
    /// An empty one for so many answers, or for as many as is usual.
    pub fn new(most: Option<usize>) -> Self {
        let asked = most.is_none().then(AskedBefore::default);
        let most = most.unwrap_or(USUAL_ANSWERS);
        Self { most, counter: None, others: None, answers: Answers::default(), asked }
    }

    /// The first answers, which belong to one state of the file.
    pub fn begin_with(&mut self, counter: ChangeCounter, fields: &[(Field, Option<FieldValue>)]) {
        self.counter = Some(counter);
        for (field, value) in fields {
            self.put(*field, value);
        }
    }

    /// The answer from memory, if it is stored and nobody has written the file since.
    pub fn get<Q: Query>(&mut self, file: &mut OpenFile, query: Q) -> Option<Q::Answer> {
        let known = query.get(&self.answers)?;
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
        let is_worth_storing = query.is_worth_storing(self.asked.as_mut()) && self.has_state(file);
        let answer = read(file)?;
        if is_worth_storing && self.is_of_now(file) {
            self.put(query, &answer);
        }
        Ok(answer)
    }

    /// The same of several peers by their ids: all are answered from memory, or all are read, so that the answers belong
    /// together.
    pub fn get_or_read_all(
        &mut self,
        file: &mut OpenFile,
        ids: &[i64],
        read: impl FnOnce(&mut OpenFile) -> Result<Vec<Option<FoundPeer>>, Fault>,
    ) -> Result<Vec<Option<FoundPeer>>, Fault> {
        if let Some(known) = self.answers.of_ids(ids)
            && self.revalidate(file)
        {
            return Ok(known);
        }
        let queries = || ids.iter().map(|id| LookupKey::Id(*id));
        let worth: Vec<bool> = queries().map(|query| query.is_worth_storing(self.asked.as_mut())).collect();
        let is_worth_storing = worth.contains(&true) && self.has_state(file);
        let answers = read(file)?;
        if is_worth_storing && self.is_of_now(file) {
            let worth = queries().zip(&answers).zip(worth).filter(|(_, is_worth)| *is_worth);
            for ((query, answer), _) in worth.take(self.most) {
                self.put(query, answer);
            }
        }
        Ok(answers)
    }

    /// Before a write of our own: it has to tell what it goes out from, if that decides which answers stay.
    pub fn begin_own_write(&self, file: &mut OpenFile) {
        if let Some(watch) = &mut file.watch {
            watch.started_at = None;
            watch.notes_starts = self.answers.len() > 0;
        }
    }

    /// After a commit of our own: the answers that it may have changed are forgotten, and all of them if they were not true
    /// when it began.
    pub fn end_own_write(&mut self, file: &mut OpenFile, what: OwnWrite<'_>) {
        let started_at = file.watch.as_mut().and_then(|watch| watch.started_at.take());
        match started_at {
            Some(start) if self.were_true_at(&start) && !matches!(what, OwnWrite::All) => {
                self.others = Some(start.others);
                self.answers.forget(what, &file.layout);
            }
            _ => self.clear(),
        }
    }

    fn were_true_at(&self, start: &Moment) -> bool {
        match self.others {
            None => self.counter.as_ref() == Some(&start.counter),
            Some(others) => others == start.others,
        }
    }

    /// Forgets all answers.
    pub fn clear(&mut self) {
        self.answers = Answers::default();
        (self.counter, self.others) = (None, None);
    }

    fn put<Q: Query>(&mut self, query: Q, answer: &Q::Answer) {
        if self.answers.len() >= self.most {
            self.answers = Answers::default();
        }
        query.put(&mut self.answers, answer);
    }

    /// Whether the state of the file is known to which an answer can belong that is read now.
    fn has_state(&mut self, file: &mut OpenFile) -> bool {
        self.revalidate(file);
        self.counter.is_some()
    }

    /// Whether nobody has written since.
    fn is_of_now(&self, file: &mut OpenFile) -> bool {
        file.counter() == self.counter
    }

    /// Whether the stored answers are still true; if somebody else has written the file since, they are dropped.
    fn revalidate(&mut self, file: &mut OpenFile) -> bool {
        let counter = file.counter();
        if self.counter == counter && self.others.is_none() {
            return counter.is_some();
        }
        if self.others.is_some() {
            let now = file.moment();
            if now.as_ref().map(|now| now.others) == self.others {
                (self.counter, self.others) = (now.map(|now| now.counter), None);
                return true;
            }
        }
        self.clear();
        self.counter = counter;
        false
    }
}

impl Answers {
    fn len(&self) -> usize {
        let peers = self.by_id.len() + self.by_username.len() + self.by_phone_number.len();
        peers + self.fields.len() + self.update_states.len()
    }

    fn of_ids(&self, ids: &[i64]) -> Option<Vec<Option<FoundPeer>>> {
        ids.iter().map(|id| self.by_id.get(id).map(|packed| packed.unpack(*id))).collect()
    }

    fn forget(&mut self, what: OwnWrite<'_>, layout: &Layout) {
        match what {
            OwnWrite::Peers(ids, usernames) => {
                self.forget_ids(ids);
                self.forget_usernames(ids, usernames, layout);
                // Some clients keep numbers as integers: "049" is found by "49".
                self.by_phone_number.clear();
            }
            OwnWrite::Fields(changes) => self.take_fields(changes),
            OwnWrite::UpdateStates => self.update_states.clear(),
            OwnWrite::Beside => {}
            OwnWrite::All => *self = Self::default(),
        }
    }

    fn forget_ids(&mut self, ids: &[i64]) {
        if self.by_id.is_empty() {
            return;
        }
        for id in ids {
            // Whatever the file's key is: with the mark or without.
            let bare = bare_id(*id);
            for id in [*id, bare, bare.wrapping_neg(), mark_channel(bare)] {
                self.by_id.remove(&id);
            }
        }
    }

    // A peer takes its usernames from any other one, and loses those that it was found by. Where that may uncover further ones of the
    // others, nothing is kept.
    fn forget_usernames(&mut self, ids: &[i64], usernames: &[&str], layout: &Layout) {
        let covers = layout.usernames.as_ref().is_some_and(|names| names.bare_channel_ids || layout.own.usernames);
        if covers || self.by_username.len() > MAX_SEARCHED {
            return self.by_username.clear();
        }
        if self.by_username.is_empty() {
            return;
        }
        for username in usernames {
            self.by_username.remove(*username);
        }
        let ids: KeyedSet<i64> = ids.iter().copied().collect();
        self.by_username.retain(|_, found| found.as_ref().is_none_or(|found| !ids.contains(&found.id)));
    }

    // The account's own id may stand among the peers.
    fn take_fields(&mut self, changes: &[Change]) {
        self.fields.take(changes);
        self.by_id.remove(&0);
    }
}

impl Query for LookupKey<'_> {
    type Answer = Option<FoundPeer>;

    fn get(self, answers: &Answers) -> Option<Self::Answer> {
        match self {
            Self::Id(id) => answers.by_id.get(&id).map(|packed| packed.unpack(id)),
            Self::Username(username) => answers.by_username.get(username).cloned(),
            Self::PhoneNumber(number) => answers.by_phone_number.get(number).cloned(),
            Self::Name(_) => None,
        }
    }

    fn put(self, answers: &mut Answers, answer: &Self::Answer) {
        match self {
            Self::Id(id) => {
                let packed = PackedPeer::new(id, answer.as_ref());
                packed.and_then(|packed| answers.by_id.insert(id, packed));
            }
            Self::Username(username) => drop(answers.by_username.insert(username.to_owned(), answer.clone())),
            Self::PhoneNumber(number) => drop(answers.by_phone_number.insert(number.to_owned(), answer.clone())),
            Self::Name(_) => {}
        }
    }

    fn is_worth_storing(self, asked: Option<&mut AskedBefore>) -> bool {
        !matches!(self, Self::Name(_)) && asked.is_none_or(|asked| asked.check_and_note(self))
    }
}

impl Query for Field {
    type Answer = Option<FieldValue>;

    fn get(self, answers: &Answers) -> Option<Self::Answer> {
        answers.fields.get(self).cloned()
    }

    fn put(self, answers: &mut Answers, answer: &Self::Answer) {
        answers.fields.put(self, answer);
    }
}

impl Query for StateId {
    type Answer = Option<UpdateState>;

    fn get(self, answers: &Answers) -> Option<Self::Answer> {
        answers.update_states.get(&self.0).copied()
    }

    fn put(self, answers: &mut Answers, answer: &Self::Answer) {
        answers.update_states.insert(self.0, *answer);
    }
}

/// The lookups that were asked for before, each as a digest.
#[derive(Default)]
pub struct AskedBefore {
    hasher: KeyedHash,
    // Most sessions of many ask for little: they grow with what is asked, and then begin anew.
    rows: Vec<[u32; ASKED_IN_ROW]>,
    noted: usize,
}

impl AskedBefore {
    /// Whether a lookup was asked for before, as far as is known. Notes that it was asked for now.
    #[allow(clippy::cast_possible_truncation, reason = "two parts of a digest")]
    fn check_and_note(&mut self, key: LookupKey<'_>) -> bool {
        if self.rows.is_empty() {
            self.rows = vec![[0; ASKED_IN_ROW]; FEWEST_ROWS];
        }
        let hash = self.hasher.hash_one(key);
        let digest = (hash >> 32) as u32 | 1;
        let rows = self.rows.len();
        let row = &mut self.rows[hash as usize % rows];
        if row.contains(&digest) {
            return true;
        }
        row.rotate_right(1);
        row[0] = digest;
        self.noted = self.noted.saturating_add(1);
        // Fuller ones would lose what is asked in turn.
        if self.noted > rows * ASKED_IN_ROW / 2 && rows < ASKED_ROWS {
            self.rows = vec![[0; ASKED_IN_ROW]; 4 * rows];
        }
        false
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

    #[test]
    fn a_thousand_lookups_in_turn_are_known_the_fourth_time() {
        let mut asked = AskedBefore::default();
        let mut known = || (0..1_000).filter(|id| asked.check_and_note(LookupKey::Id(*id))).count();
        assert_eq!(known(), 0);
        assert!([known(), known(), known()][2] > 980);
        assert_eq!(asked.rows.len(), ASKED_ROWS);
    }
}
