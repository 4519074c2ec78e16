//! Calls in random order, through two handles of one session. Each read returns what was written last, through whichever
//! handle: nothing that an engine caches in memory outlives what it was read from.

use std::collections::BTreeMap;

use tgsession::model::{Field, FieldValue, FoundPeer, PartialPeer, Peer, PeerType, UpdateState};
use tgsession::session::{Lookup, Options, Session};

use crate::common::{CHANNEL, id, peer};
use crate::engines::{Engine, each};

const IDS: [i64; 6] = [5, 77, 101, -7, CHANNEL, CHANNEL - 1];
const NAMES: [&str; 7] = ["tgs_a", "tgs_b", "tgs_c", "tgs_d", "tgs_e", "tgs_f", "tgs_g"];
const STATES: [i64; 3] = [0, CHANNEL, CHANNEL - 1];

/// Numbers that look random and are the same in each run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn of<T: Copy>(&mut self, some: &[T]) -> T {
        some[self.below(some.len())]
    }

    fn peer(&mut self, id: i64) -> Peer {
        let mut names: Vec<&str> = NAMES.into();
        names.rotate_left(self.below(NAMES.len()));
        names.truncate(self.of(&[0, 0, 1, 1, 1, 2, 3]));
        Peer {
            access_hash: self.of(&[None, Some(1), Some(2), Some(-3)]),
            peer_type: (id > 0).then(|| self.of(&[0, 1])).map(|bot| [PeerType::User, PeerType::Bot][bot].clone()),
            phone_number: self
                .of(&[None, Some(1), Some(2)])
                .map(|turn| format!("99966{}{turn}", id.unsigned_abs() % 1_000)),
            name: self.of(&[None, None, Some("Ada")]).map(str::to_owned),
            ..peer(id, &names)
        }
    }

    fn batch(&mut self) -> Vec<Peer> {
        // The same peer may come twice.
        let ids: Vec<i64> = (0..=self.below(4)).map(|_| self.of(&IDS)).collect();
        ids.into_iter().map(|id| self.peer(id)).collect()
    }

    fn partial(&mut self) -> PartialPeer {
        let id = self.of(&IDS);
        let Peer { access_hash, peer_type, usernames, phone_number, name, .. } = self.peer(id);
        // An empty text, and an empty list, says that there is none.
        let phone_number =
            self.of(&[None, Some(true), Some(false)]).map(|some| phone_number.filter(|_| some).unwrap_or_default());
        let name = name.or_else(|| self.of(&[false, true]).then(String::new));
        let usernames = self.of(&[false, true]).then_some(usernames);
        let peer_type = peer_type.filter(|_| self.of(&[false, true]));
        PartialPeer { id, access_hash, peer_type, usernames, phone_number, name, last_update_on: None }
    }

    fn state(&mut self) -> UpdateState {
        let mut number = || Some(self.below(5) as i64);
        let (pts, qts, date, seq) = (number(), number(), number(), number());
        UpdateState { id: self.of(&STATES), pts, qts, date, seq }
    }
}

/// What was written last.
#[derive(Default)]
struct Expected {
    peers: BTreeMap<i64, Peer>,
    states: BTreeMap<i64, UpdateState>,
    fields: BTreeMap<&'static str, FieldValue>,
}

impl Expected {
    fn see(&mut self, batch: &[Peer]) {
        for new in batch {
            for other in self.peers.values_mut() {
                other.usernames.retain(|name| !new.usernames.contains(name));
            }
            self.peers.insert(new.id, new.clone());
        }
    }

    fn merge(&mut self, batch: &[PartialPeer]) {
        for told in batch {
            let known = self.peers.get(&told.id).cloned().unwrap_or(Peer { id: told.id, ..Peer::default() });
            let text = |told: &Option<String>, known| match told {
                Some(told) => (!told.is_empty()).then(|| told.clone()),
                None => known,
            };
            if let Some(taken) = &told.usernames {
                self.peers.values_mut().for_each(|other| other.usernames.retain(|name| !taken.contains(name)));
            }
            let peer = Peer {
                access_hash: told.access_hash.or(known.access_hash),
                peer_type: told.peer_type.clone().or(known.peer_type),
                usernames: told.usernames.clone().unwrap_or(known.usernames),
                phone_number: text(&told.phone_number, known.phone_number),
                name: text(&told.name, known.name),
                ..known
            };
            self.peers.insert(told.id, peer);
        }
    }

    fn check_lookup(&self, found: &Lookup, is_it: impl Fn(&Peer) -> bool) {
        let found = match found {
            Lookup::Found(found) => Some((found.id, found.access_hash, found.peer_type.clone())),
            Lookup::NotFound => None,
            Lookup::Expired => panic!("expired"),
        };
        let expected = self.peers.values().find(|peer| is_it(peer));
        assert_eq!(found, expected.map(|peer| (peer.id, peer.access_hash, peer.effective_type())));
    }

    fn check_whole(&self, read: Vec<Peer>, ids: &[i64]) {
        let timeless =
            |peer: &Peer| Peer { last_update_on: None, peer_type: Some(peer.effective_type()), ..peer.clone() };
        let expected = self.peers.values().filter(|peer| ids.contains(&peer.id));
        assert_eq!(read.iter().map(timeless).collect::<Vec<_>>(), expected.map(timeless).collect::<Vec<_>>());
    }
}

fn write(session: &Session, expected: &mut Expected, random: &mut Random) {
    match random.below(9) {
        6 | 7 => {
            let batch: Vec<PartialPeer> = (0..=random.below(4)).map(|_| random.partial()).collect();
            session.merge_peers(&batch).unwrap();
            expected.merge(&batch);
        }
        8 => {
            let ids: Vec<i64> = (0..random.below(3)).map(|_| random.of(&IDS)).collect();
            session.delete_peers(&ids).unwrap();
            expected.peers.retain(|id, _| !ids.contains(id));
        }
        0 => {
            let (field, value) = (random.of(&[Field::ApiId, Field::UserId]), random.below(9) as i64 + 1);
            session.set(&[(field, Some(FieldValue::Integer(value)))]).unwrap();
            expected.fields.insert(field.name(), FieldValue::Integer(value));
        }
        1 => {
            let state = random.state();
            session.set_update_states(&[state]).unwrap();
            expected.states.insert(state.id, state);
        }
        2 => {
            let id = random.of(&STATES);
            session.delete_update_state(id).unwrap();
            expected.states.remove(&id);
        }
        _ => {
            let batch = random.batch();
            session.update_peers(&batch).unwrap();
            expected.see(&batch);
        }
    }
}

fn read(session: &Session, expected: &Expected, random: &mut Random) {
    match random.below(8) {
        7 => {
            let ids = [0; 3].map(|_| random.of(&IDS));
            let hash = |found: Option<FoundPeer>| found.map(|peer| (peer.id, peer.access_hash));
            let found: Vec<_> = session.peers_by_ids(&ids).unwrap().into_iter().map(hash).collect();
            let known = |id: &i64| expected.peers.get(id).map(|peer| (peer.id, peer.access_hash));
            assert_eq!(found, ids.iter().map(known).collect::<Vec<_>>());
        }
        0 => {
            let id = random.of(&IDS);
            expected.check_lookup(&session.peer_by_id(id).unwrap(), |peer| peer.id == id);
        }
        1 | 2 => {
            let name = random.of(&NAMES).to_owned();
            expected.check_lookup(&session.peer_by_username(&name).unwrap(), |peer| peer.usernames.contains(&name));
        }
        3 => {
            let id = random.of(&IDS);
            let number = random.peer(id).phone_number.unwrap_or_else(|| "999660".to_owned());
            let is_it = |peer: &Peer| peer.phone_number.as_ref() == Some(&number);
            expected.check_lookup(&session.peer_by_phone_number(&number).unwrap(), is_it);
        }
        4 => {
            let ids = [random.of(&IDS)];
            expected.check_whole(session.peers(Some(&ids)).unwrap(), &ids);
        }
        5 => {
            let id = random.of(&STATES);
            assert_eq!(session.update_state(id).unwrap(), expected.states.get(&id).copied());
        }
        _ => {
            let field = random.of(&[Field::ApiId, Field::UserId]);
            assert_eq!(session.get(field).unwrap(), expected.fields.get(field.name()).cloned());
        }
    }
}

fn run(engine: &Engine, seed: u64) {
    let options = Options { wal: seed.is_multiple_of(2), ..Options::default() };
    let open = || engine.try_open(options.clone()).unwrap();
    let (mut random, mut expected) = (Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)), Expected::default());
    let mut handles = vec![open()];
    let persistent = handles[0].capabilities().unwrap().persistent;
    if persistent {
        handles.push(open());
    }
    for _ in 0..engine.many / 10 {
        let handle = random.below(handles.len());
        match random.below(40) {
            0 => handles[handle].save().unwrap(),
            1 if persistent => handles[handle] = open(),
            2..10 => write(&handles[handle], &mut expected, &mut random),
            _ => read(&handles[handle], &expected, &mut random),
        }
    }
    for handle in &handles {
        expected.check_whole(handle.peers(None).unwrap(), &IDS);
    }
}

#[test]
fn what_was_written_last_is_what_is_read() {
    for seed in 1..=4 {
        println!("seed {seed}");
        each(|engine| run(engine, seed));
    }
}

#[test]
fn the_first_peer_is_found_by_who_was_there_before_it() {
    each(|engine| {
        let (here, there) = (engine.open(), engine.open());
        if !here.capabilities().unwrap().persistent {
            return;
        }
        assert_eq!(here.peer_by_id(5).unwrap(), Lookup::NotFound);
        let new =
            Peer { phone_number: Some("999661".into()), name: Some("Ada".into()), ..peer(5, &["tgs_a", "tgs_b"]) };
        there.update_peers(&[new]).unwrap();
        for lookup in [
            here.peer_by_name("Ada"),
            here.peer_by_phone_number("999661"),
            here.peer_by_username("tgs_b"),
            here.peer_by_id(5),
        ] {
            assert_eq!(id(&lookup.unwrap()), 5);
        }
    });
}
