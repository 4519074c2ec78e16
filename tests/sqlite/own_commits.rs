//! What is answered from memory after commits of our own: what they left as it was, and nothing else.

use std::path::Path;

use tgsession::ErrorCode;
use tgsession::model::{Field, FieldValue, PartialPeer, Peer, SentFile, SentFileKey, SentFileType, UpdateState};
use tgsession::session::{Options, Session};

use crate::common::{id, key, peer};
use crate::harness::{Harness, open, raw, sql, value};

const LAYOUTS: [&str; 5] = ["pyrogram@3", "kurigram@7", "pyrofork@4", "telethon@8", "telethon@10"];
const MODES: [&str; 2] = ["DELETE", "WAL"];

const CHANNEL: i64 = -1_000_000_000_000;

// One bare id with each mark, and others.
const IDS: [i64; 6] = [5, -5, CHANNEL - 5, 6, 7, 0];
const NAMES: [&str; 4] = ["tgs_one", "tgs_two", "tgs_three", "tgs_four"];
const NUMBERS: [&str; 4] = ["49", "049", "50", "51"];
const STATES: [i64; 3] = [0, CHANNEL - 5, CHANNEL - 6];
const FIELDS: [Field; 4] = [Field::UserId, Field::ApiId, Field::DcId, Field::Date];

fn open_with(file: &Path, cache_size: Option<usize>) -> Session {
    let options = Options { cache_size, create: false, ..Options::default() };
    Session::open(file.to_str().unwrap(), &options).unwrap()
}

/// Everything that may be answered from memory.
fn answers(session: &Session) -> Vec<String> {
    let ids = IDS.iter().map(|id| format!("{id}: {:?}", session.peer_by_id(*id)));
    let all = std::iter::once(format!("{:?}", session.peers_by_ids(&IDS)));
    let names = NAMES.iter().map(|name| format!("{name}: {:?}", session.peer_by_username(name)));
    let numbers = NUMBERS.iter().map(|number| format!("{number}: {:?}", session.peer_by_phone_number(number)));
    let states = STATES.iter().map(|id| format!("state {id}: {:?}", session.update_state(*id)));
    let fields = FIELDS.iter().map(|field| format!("{}: {:?}", field.name(), session.get(*field)));
    ids.chain(all).chain(names).chain(numbers).chain(states).chain(fields).collect()
}

/// The same numbers at each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }

    fn peer(&mut self) -> Peer {
        let usernames = (0..self.roll(3)).map(|_| self.pick(&NAMES).to_owned()).collect();
        let phone_number = (self.roll(2) == 0).then(|| self.pick(&NUMBERS).to_owned());
        let access_hash = Some(i64::try_from(self.roll(1000)).unwrap());
        Peer { usernames, phone_number, access_hash, ..peer(self.pick(&IDS[..5]), &[]) }
    }

    fn number(&mut self) -> Option<FieldValue> {
        (self.roll(3) > 0).then(|| FieldValue::Integer(i64::try_from(1 + self.roll(5)).unwrap()))
    }

    /// Writes something, as any program may.
    fn write(&mut self, session: &Session) {
        match self.roll(10) {
            0..=2 => session.update_peers(&[self.peer(), self.peer()]).unwrap(),
            3 => {
                let Peer { id, access_hash, .. } = self.peer();
                session.merge_peers(&[PartialPeer { id, access_hash, ..PartialPeer::default() }]).unwrap();
            }
            4 => session.delete_peers(&[self.pick(&IDS[..5])]).unwrap(),
            5 => session.set(&[(self.pick(&FIELDS), self.number()), (self.pick(&FIELDS), self.number())]).unwrap(),
            6 => {
                let pts = Some(i64::try_from(self.roll(1000)).unwrap());
                let state = UpdateState { id: self.pick(&STATES), pts, qts: None, date: None, seq: None };
                session.set_update_states(&[state]).unwrap();
            }
            7 => session.delete_update_state(self.pick(&STATES)).unwrap(),
            8 => session.set_value("tgs", &[u8::try_from(self.roll(256)).unwrap()]).unwrap(),
            _ => session.save().unwrap(),
        }
    }
}

#[test]
fn the_answers_are_those_of_the_file_whoever_writes() {
    let places = LAYOUTS.iter().flat_map(|layout| MODES.map(|mode| (layout, mode)));
    // The usual cache, none, one that is always full, and one that holds all.
    let caches = [(None, 60), (Some(0), 10), (Some(3), 20), (Some(1_000_000), 60)];
    for ((layout, mode), (cache_size, turns)) in places.flat_map(|place| caches.map(|cache| (place, cache))) {
        let harness = Harness::full(layout);
        sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
        let (session, other) = (open_with(&harness.file, cache_size), open(&harness.file));
        let mut dice = Dice(7);
        for turn in 0..turns {
            for _ in 0..=dice.roll(2) {
                let writer = dice.pick(&[&session, &session, &other]);
                dice.write(writer);
            }
            let expected = answers(&open(&harness.file));
            // A lookup is kept when it is asked for the second time.
            for _ in 0..3 {
                assert_eq!(answers(&session), expected, "{layout} {mode} {cache_size:?}, turn {turn}");
            }
        }
    }
}

#[test]
fn another_key_is_another_login() {
    for layout in LAYOUTS {
        let harness = Harness::full(layout);
        let session = open(&harness.file);
        for turn in 1..4 {
            session.set(&[(Field::AuthKey, Some(FieldValue::Key(key(turn))))]).unwrap();
            let expected = answers(&open(&harness.file));
            for _ in 0..3 {
                assert_eq!(answers(&session), expected, "{layout}");
            }
        }
    }
}

#[test]
fn what_a_commit_of_our_own_left_as_it_was_needs_no_lock() {
    let harness = Harness::full("pyrogram@3");
    let session = open(&harness.file);
    session.update_peers(&[peer(5, &["tgs_five"]), peer(6, &[])]).unwrap();
    let known = |session: &Session| {
        let found = [5, 6, 987_654].map(|id| session.peer_by_id(id).unwrap());
        (found, session.get(Field::UserId).unwrap(), session.get(Field::ApiId).unwrap())
    };
    let before = known(&session);
    assert_eq!(known(&session), before);
    session.update_peers(&[peer(7, &["tgs_seven"])]).unwrap();
    session.set(&[(Field::ApiId, Some(FieldValue::Integer(77)))]).unwrap();
    session.set_value("tgs", b"value").unwrap();
    let sent = SentFileKey { md5: [1; 16], size: 2, file_type: SentFileType::Document };
    session.cache_sent_files(&[SentFile { key: sent, id: 3, access_hash: 4 }]).unwrap();
    let after = known(&session);
    assert_eq!((&after.0, &after.1), (&before.0, &before.1));
    assert_eq!(after.2, Some(FieldValue::Integer(77)));
    let holder = raw(&harness.file);
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    assert_eq!(known(&session), after);
    // This one was written.
    assert_eq!(session.peer_by_id(7).unwrap_err().code(), ErrorCode::Locked);
    holder.execute_batch("ROLLBACK").unwrap();
    assert_eq!(id(&session.peer_by_id(7).unwrap()), 7);
}

#[test]
fn a_commit_of_another_program_beside_our_own_is_seen() {
    for mode in MODES {
        let harness = Harness::full("pyrogram@3");
        sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
        let session = open(&harness.file);
        session.update_peers(&[peer(5, &["tgs_five"])]).unwrap();
        let other = raw(&harness.file);
        let hash = || match session.peer_by_id(5).unwrap() {
            tgsession::session::Lookup::Found(found) => found.access_hash,
            absent => panic!("{absent:?}"),
        };
        for turn in 1..40 {
            assert_eq!(hash(), hash());
            // Before our commit, after it, or both; ours may change nothing.
            if turn % 3 != 0 {
                other.execute("UPDATE peers SET access_hash = ?1 WHERE id = 5", [turn]).unwrap();
            }
            session.delete_peers(&[if turn % 2 == 0 { 123_456 } else { 6 }]).unwrap();
            session.update_peers(&[peer(6, &[])]).unwrap();
            if turn % 3 != 1 {
                other.execute("UPDATE peers SET access_hash = ?1 WHERE id = 5", [-turn]).unwrap();
            }
            let stored: i64 = value(&harness.file, "SELECT access_hash FROM peers WHERE id = 5");
            assert_eq!((hash(), hash()), (Some(stored), Some(stored)), "{mode}, turn {turn}");
        }
    }
}
