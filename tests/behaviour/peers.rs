//! Peers: written, replaced, found.

use tgsession::ErrorCode;
use tgsession::model::{FoundPeer, Peer, PeerType};
use tgsession::session::{Lookup, Options, Session, UsernameExpiry, convert};
use tgsession::storage::Engine as _;

use crate::common::{self, CHANNEL, LONG_AGO, id, now, peer, seen};
use crate::engines::{Engine, each, error};
use crate::memory_engine::MemoryEngine;

fn by_name(session: &Session, username: &str) -> i64 {
    id(&session.peer_by_username(username).unwrap())
}

fn by_phone(session: &Session, phone_number: &str) -> i64 {
    id(&session.peer_by_phone_number(phone_number).unwrap())
}

fn one(session: &Session, id: i64) -> Peer {
    session.peers(Some(&[id])).unwrap().remove(0)
}

/// What must come back of a peer: a type that the id's mark tells may be told by it.
fn same(read: &Peer, written: &Peer) {
    let read = Peer { peer_type: Some(read.effective_type()), ..read.clone() };
    assert_eq!(read, Peer { peer_type: Some(written.effective_type()), ..written.clone() });
}

#[test]
fn peers_of_every_kind_are_kept() {
    each(|engine| {
        let session = engine.open();
        session.update_peers(&common::peers()).unwrap();
        engine.now_and_later(session, |session| {
            let read = session.peers(None).unwrap();
            assert_eq!(read.len(), common::peers().len());
            for (read, written) in read.iter().zip(&common::peers()) {
                same(read, written);
                assert_eq!(session.peer_by_id(written.id).unwrap(), Lookup::Found(FoundPeer::from(written)));
                same(&one(session, written.id), written);
                for name in &written.usernames {
                    let found = session.peer_by_username(name).unwrap();
                    assert!(matches!(&found, Lookup::Expired) || id(&found) == written.id, "{name}: {found:?}");
                }
            }
            let written = common::peers().into_iter().find(|peer| peer.phone_number.is_some()).unwrap();
            let found = session.peer_by_phone_number(&written.phone_number.clone().unwrap()).unwrap();
            assert_eq!(found, Lookup::Found(FoundPeer::from(&written)));
        });
    });
}

#[test]
fn the_bare_id_and_the_type_are_told_by_the_mark() {
    each(|engine| {
        let session = engine.open();
        let known = [(5, 5, PeerType::User), (-5, 5, PeerType::Group), (CHANNEL, 1_777_000_303, PeerType::Channel)];
        session.update_peers(&known.clone().map(|(id, _, _)| peer(id, &[]))).unwrap();
        for (id, bare, peer_type) in known {
            let Lookup::Found(found) = session.peer_by_id(id).unwrap() else { panic!("{id} is not found") };
            assert_eq!((found.bare_id(), found.peer_type), (bare, peer_type));
        }
    });
}

#[test]
fn an_update_replaces_all_that_was_known() {
    each(|engine| {
        let session = engine.open();
        let before = Peer {
            peer_type: Some(PeerType::Bot),
            phone_number: Some("999661".into()),
            name: Some("Before".into()),
            ..seen(5, &["tgs_one", "tgs_two", "tgs_three"], now())
        };
        session.update_peers(&[before]).unwrap();
        let after = Peer { access_hash: None, ..seen(5, &["tgs_three"], now() - 1) };
        session.update_peers(std::slice::from_ref(&after)).unwrap();
        engine.now_and_later(session, |session| {
            same(&one(session, 5), &after);
            assert_eq!(["tgs_one", "tgs_two", "tgs_three"].map(|name| by_name(session, name)), [0, 0, 5]);
            assert_eq!(by_phone(session, "999661"), 0);
        });
    });
}

#[test]
fn a_peer_without_a_time_is_seen_now() {
    each(|engine| {
        let session = engine.open();
        let before = now();
        session.update_peers(&[peer(5, &["tgs_one"])]).unwrap();
        engine.now_and_later(session, |session| {
            // Where neither the client nor we keep it there is none.
            let seen = one(session, 5).last_update_on;
            assert!(seen.is_none_or(|seen| (before..=now()).contains(&seen)), "{seen:?}");
            assert!(seen.is_some() || !session.layout_support().unwrap().last_seen_times);
        });
    });
}

#[test]
fn zero_to_five_usernames_are_kept_in_their_order() {
    let names = ["tgs_b", "tgs_a", "tgs_e", "tgs_c", "tgs_d"];
    each(|engine| {
        let session = engine.open();
        for count in (0..=5).chain([3, 1, 2, 0, 4]) {
            session.update_peers(&[seen(CHANNEL, &names[..count], now())]).unwrap();
            assert_eq!(one(&session, CHANNEL).usernames, names[..count], "{count}");
            assert_eq!(session.peers(None).unwrap()[0].usernames, names[..count], "{count}");
            let found = names.map(|name| by_name(&session, name));
            assert!(found.iter().enumerate().all(|(index, id)| (*id == CHANNEL) == (index < count)), "{found:?}");
        }
    });
}

#[test]
fn a_username_that_moved_belongs_to_the_newest_and_its_old_owner_is_else_as_before() {
    each(|engine| {
        let session = engine.open();
        // The first, a middle and the last name move; from the one whose only name it is, too.
        let old = seen(5, &["tgs_one", "tgs_two", "tgs_three"], now() - 100);
        let single = seen(6, &["tgs_six"], now() - 100);
        session.update_peers(&[old, single]).unwrap();
        for (mover, name) in
            [(11, "tgs_one"), (12, "tgs_two"), (13, "tgs_six"), (CHANNEL, "tgs_two"), (CHANNEL - 1, "tgs_one")]
        {
            session.update_peers(&[seen(mover, &["tgs_new", name], now() - 50)]).unwrap();
            assert_eq!(by_name(&session, name), mover, "{name}");
        }
        let times: Vec<_> = [5, 6].map(|id| one(&session, id).last_update_on).into();
        engine.now_and_later(session, |session| {
            assert_eq!(one(session, 5).usernames, ["tgs_three"]);
            assert!(one(session, 6).usernames.is_empty());
            assert!(one(session, 12).usernames.is_empty());
            assert_eq!(one(session, CHANNEL).usernames, ["tgs_two"]);
            assert_eq!(by_name(session, "tgs_new"), CHANNEL - 1);
            for time in &times {
                assert!(time.is_none_or(|time| time <= now() - 100), "the loser of a name was not seen");
            }
        });
    });
}

#[test]
fn usernames_are_found_as_people_write_them() {
    each(|engine| {
        let session = engine.open();
        session.update_peers(&[peer(5, &["@TGS_Ada ", "tgs_ada", "", "Tgs_Two"])]).unwrap();
        assert_eq!(one(&session, 5).usernames, ["tgs_ada", "tgs_two"]);
        for name in ["tgs_ada", "@tgs_ada", "TGS_ADA", " @Tgs_Ada\n", "@TGS_TWO"] {
            assert_eq!(by_name(&session, name), 5, "{name}");
        }
        for name in ["", "@", "tgs_ad", "tgs_adaa", "@@tgs_ada", "tgs%", "tgs_ada' OR '1'='1"] {
            assert_eq!(by_name(&session, name), 0, "{name}");
        }
    });
}

#[test]
fn phone_numbers_are_found_as_people_write_them_and_the_newest_owner_wins() {
    each(|engine| {
        let session = engine.open();
        let with_phone = |id, phone: &str, time| Peer { phone_number: Some(phone.into()), ..seen(id, &[], time) };
        session.update_peers(&[with_phone(5, "+999 66 (1) 00-01", LONG_AGO)]).unwrap();
        assert_eq!(one(&session, 5).phone_number.unwrap(), "9996610001");
        for phone in ["9996610001", "+9996610001", " +999 66 1 0001"] {
            assert_eq!(by_phone(&session, phone), 5, "{phone}");
        }
        for phone in ["", "+", "999661000", "99966100010", "abc"] {
            assert_eq!(by_phone(&session, phone), 0, "{phone}");
        }
        session
            .update_peers(&[with_phone(7, "9996610001", LONG_AGO + 2), with_phone(6, "9996610001", LONG_AGO + 1)])
            .unwrap();
        assert_eq!(by_phone(&session, "9996610001"), 7);
        session.update_peers(&[seen(7, &[], LONG_AGO + 3)]).unwrap();
        assert_eq!(by_phone(&session, "9996610001"), 6);
        session.update_peers(&[Peer { phone_number: Some(" + ".into()), ..seen(6, &[], LONG_AGO) }]).unwrap();
        engine.now_and_later(session, |session| {
            assert_eq!(by_phone(session, "9996610001"), 5);
            assert_eq!(one(session, 6).phone_number, None);
        });
    });
}

#[test]
fn nobody_is_found_in_an_empty_session() {
    each(|engine| {
        engine.now_and_later(engine.open(), |session| {
            assert_eq!(session.peer_by_id(5).unwrap(), Lookup::NotFound);
            assert_eq!((by_name(session, "tgs_ada"), by_phone(session, "1")), (0, 0));
            assert!(session.peers(None).unwrap().is_empty());
            assert!(session.peers(Some(&[1, 2])).unwrap().is_empty());
        });
    });
}

#[test]
fn usernames_expire_as_the_client_lets_them_or_as_the_options_say() {
    const EIGHT_HOURS: i64 = 8 * 60 * 60;
    each(|engine| {
        let open = |username_expiry| engine.try_open(Options { username_expiry, ..Options::default() }).unwrap();
        let write = |session: &Session, since: i64| {
            session.update_peers(&[seen(5, &["tgs_one", "tgs_two"], now() - since)]).unwrap();
            let found = session.peer_by_username("tgs_one").unwrap();
            assert_eq!(found, session.peer_by_username("tgs_two").unwrap());
            assert!(matches!(session.peer_by_id(5).unwrap(), Lookup::Found(_)), "ids do not expire");
            if found == Lookup::Expired { "expired" } else { "found" }
        };
        let session = open(UsernameExpiry::AsClient);
        let expires = session.capabilities().unwrap().usernames_expire;
        assert_eq!(write(&session, EIGHT_HOURS - 60), "found");
        assert_eq!(write(&session, EIGHT_HOURS + 60), if expires { "expired" } else { "found" });
        // A clock that was wrong must not make a name immortal.
        assert_eq!(write(&session, -EIGHT_HOURS - 60), if expires { "expired" } else { "found" });
        assert_eq!(session.peer_by_username("tgs_nobody").unwrap(), Lookup::NotFound);
        let session = open(UsernameExpiry::Never);
        assert_eq!(write(&session, 100 * EIGHT_HOURS), "found");
        let session = open(UsernameExpiry::After(1_000));
        // Without a last-seen time nothing can expire.
        let kept = {
            write(&session, 0);
            one(&session, 5).last_update_on.is_some()
        };
        assert_eq!(write(&session, 900), "found");
        assert_eq!(write(&session, 1_100), if kept { "expired" } else { "found" });
    });
}

#[test]
fn a_batch_may_be_large_or_empty() {
    each(|engine| {
        let (session, many) = (engine.open(), engine.many);
        session.update_peers(&[]).unwrap();
        let phone = |id: i64| (999_000_000 + id).to_string();
        let known = |id: i64| Peer { phone_number: Some(phone(id)), ..peer(id, &[&format!("tgs_{id}")]) };
        let mut batch: Vec<Peer> = (1..=many).map(known).collect();
        session.update_peers(&batch).unwrap();
        if let Some(last) = batch.last_mut() {
            last.name = Some("again".into());
        }
        session.update_peers(&batch).unwrap();
        session.update_peers(&[]).unwrap();
        engine.now_and_later(session, |session| {
            assert_eq!(session.peers(None).unwrap().len() as i64, many);
            assert_eq!([by_name(session, "tgs_1"), by_name(session, &format!("tgs_{many}"))], [1, many]);
            assert_eq!(by_phone(session, &phone(many / 2)), many / 2);
            assert_eq!(one(session, many).name.as_deref(), Some("again"));
        });
    });
}

#[test]
fn of_two_in_one_batch_the_later_counts() {
    each(|engine| {
        let session = engine.open();
        let batch = [
            seen(5, &["tgs_one", "tgs_two"], now()),
            seen(6, &["tgs_one"], now()),
            Peer { name: Some("later".into()), ..seen(5, &["tgs_three"], now()) },
        ];
        session.update_peers(&batch).unwrap();
        engine.now_and_later(session, |session| {
            same(&one(session, 5), &batch[2]);
            same(&one(session, 6), &batch[1]);
            assert_eq!(session.peers(None).unwrap().len(), 2);
            assert_eq!(["tgs_one", "tgs_two", "tgs_three"].map(|name| by_name(session, name)), [6, 0, 5]);
        });
    });
}

#[test]
fn peers_are_read_by_ids_in_their_order_and_once() {
    each(|engine| {
        let session = engine.open();
        session.update_peers(&common::peers()).unwrap();
        let ids = |wanted: &[i64]| session.peers(Some(wanted)).unwrap().iter().map(|peer| peer.id).collect::<Vec<_>>();
        assert_eq!(ids(&[103, 999, CHANNEL, 101, 103]), [CHANNEL, 101, 103]);
        assert!(ids(&[]).is_empty());
        let all = session.peers(None).unwrap();
        assert!(all.is_sorted_by_key(|peer| peer.id));
        let wanted: Vec<i64> = all.iter().map(|peer| peer.id).collect();
        assert_eq!(session.peers(Some(&wanted)).unwrap(), all);
    });
}

#[test]
fn what_is_no_peer_is_refused_with_its_whole_batch() {
    each(|engine| {
        let session = engine.open();
        for wrong in [peer(0, &[]), Peer { peer_type: Some(PeerType::Other(String::new())), ..peer(7, &[]) }] {
            assert_eq!(error(session.update_peers(&[peer(5, &[]), wrong])).code(), ErrorCode::InvalidArgument);
            assert!(session.peers(None).unwrap().is_empty());
        }
    });
}

#[test]
fn an_empty_name_is_none() {
    each(|engine| {
        let session = engine.open();
        session.update_peers(&[Peer { name: Some(String::new()), ..peer(5, &[]) }]).unwrap();
        assert_eq!(one(&session, 5).name, None);
    });
}

#[test]
fn the_account_itself_may_be_a_peer() {
    each(|engine| {
        let session = engine.open();
        session.set(&common::changes(&common::full_data())).unwrap();
        let own = common::full_data().user_id.unwrap();
        session.update_peers(&[seen(own, &["tgs_me"], now())]).unwrap();
        engine.now_and_later(session, |session| {
            assert_eq!(by_name(session, "tgs_me"), own);
            assert_eq!(session.peer_by_id(0).unwrap(), Lookup::NotFound);
            assert_eq!(session.data().unwrap(), common::full_data());
            assert_eq!(session.peers(None).unwrap().len(), 1);
        });
    });
}

#[test]
fn display_names_are_found_as_they_are_written_and_the_lowest_id_wins() {
    let named = |id, name: &str| Peer { name: Some(name.into()), ..peer(id, &[]) };
    each(|engine| {
        let session = engine.open();
        let by_name = |session: &Session, name: &str| id(&session.peer_by_name(name).unwrap());
        assert_eq!(by_name(&session, "Anna Ж"), 0);
        // Two that differ in case or only in their ends, where a server may see one name.
        let long = "я".repeat(300);
        let ends: [&str; 2] = [&format!("{long}1"), &format!("{long}2")];
        let others = [named(2, "GRUPPE"), named(3, ends[0]), named(4, ends[1])];
        session.update_peers(&[named(9, "Anna Ж"), named(7, "Anna Ж"), named(-8, "Gruppe"), peer(5, &[])]).unwrap();
        session.update_peers(&others).unwrap();
        engine.now_and_later(session, |session| {
            assert_eq!(by_name(session, "Anna Ж"), 7);
            assert_eq!(by_name(session, "Gruppe"), -8);
            assert_eq!(ends.map(|name| by_name(session, name)), [3, 4]);
            for nobody in ["anna ж", "Anna", "", "5", long.as_str(), "Gruppe ", "Gruppe\0"] {
                assert_eq!(by_name(session, nobody), 0, "{nobody}");
            }
        });
    });
}

const NAMES: [&str; 3] = ["tgs_a", "tgs_b", "tgs_c"];

/// Peers and what they are called, by the last letters of [`NAMES`].
type Called = [(i64, &'static str)];

fn called(peers: &Called, time: i64) -> Vec<Peer> {
    let names = |letters: &str| letters.chars().map(|letter| format!("tgs_{letter}")).collect();
    peers.iter().map(|(id, letters)| Peer { usernames: names(letters), ..seen(*id, &[], time) }).collect()
}

/// Writes one batch over what was there, and checks who is found by `a`, `b` and `c` and what everybody is called.
fn check_batch(engine: &Engine, fillers: i64, before: &Called, batch: &Called, owners: [i64; 3], after: &Called) {
    let session = engine.open();
    for letters in NAMES {
        session.update_peers(&[seen(1, &[letters], LONG_AGO)]).unwrap(); // whoever an earlier case left it with
    }
    session.update_peers(&called(&[(1, ""), (5, ""), (6, ""), (9, "")], LONG_AGO)).unwrap();
    session.update_peers(&called(before, now() - 10)).unwrap();
    // Many peers at once are written in another way than few.
    let fillers = (1..=fillers).map(|id| peer(1_000 + id, &[&format!("tgs_filler_{id}")]));
    let batch: Vec<Peer> = called(batch, now()).into_iter().chain(fillers).collect();
    session.update_peers(&batch).unwrap();
    engine.now_and_later(session, |session| {
        assert_eq!(NAMES.map(|name| by_name(session, name)), owners, "{before:?}");
        for peer in called(after, 0) {
            assert_eq!(one(session, peer.id).usernames, peer.usernames, "{before:?}: {}", peer.id);
        }
    });
}

#[test]
fn a_batch_leaves_what_its_peers_would_leave_one_by_one() {
    type Case = (&'static Called, &'static Called, [i64; 3], &'static Called);
    let cases: [Case; 9] = [
        // The same peer twice: its first row has taken `a` from peer 9, and its second row gave it up.
        (&[(9, "a")], &[(5, "a"), (5, "b")], [0, 5, 0], &[(5, "b"), (9, "")]),
        (&[(9, "ca")], &[(5, "ab"), (5, "")], [0, 0, 9], &[(5, ""), (9, "c")]),
        (&[(9, "abc")], &[(5, "bc"), (5, "c")], [9, 0, 5], &[(5, "c"), (9, "a")]),
        // Two peers with one name: the later row has it.
        (&[(9, "a")], &[(5, "a"), (6, "a")], [6, 0, 0], &[(5, ""), (6, "a"), (9, "")]),
        (&[], &[(6, "ab"), (5, "bc")], [6, 5, 5], &[(5, "bc"), (6, "a")]),
        // Moved twice within the batch: back to the first, and on to nobody.
        (&[(9, "a")], &[(5, "a"), (6, "a"), (5, "a")], [5, 0, 0], &[(5, "a"), (6, ""), (9, "")]),
        (&[(9, "a")], &[(5, "a"), (6, "a"), (6, "c")], [0, 0, 6], &[(5, ""), (6, "c"), (9, "")]),
        // The old owner is in the batch itself.
        (&[(9, "abc")], &[(9, "c"), (5, "ac"), (9, "b")], [5, 9, 5], &[(5, "ac"), (9, "b")]),
        (&[(5, "a"), (9, "b")], &[(5, "b"), (9, "a")], [9, 5, 0], &[(5, "b"), (9, "a")]),
    ];
    each(|engine| {
        for fillers in [0, 120] {
            for (before, batch, owners, after) in cases {
                check_batch(engine, fillers, before, batch, owners, after);
            }
        }
    });
}

#[test]
fn who_was_told_last_has_a_username_whatever_the_times() {
    each(|engine| {
        let session = engine.open();
        let time = now() - 100;
        session.update_peers(&[seen(5, &["tgs_a"], time), seen(6, &["tgs_a"], time)]).unwrap();
        assert_eq!(by_name(&session, "tgs_a"), 6);
        session.update_peers(&[seen(5, &["tgs_a"], time)]).unwrap();
        assert_eq!(by_name(&session, "tgs_a"), 5);
        session.update_peers(&[seen(7, &["tgs_b", "tgs_a"], time - 100)]).unwrap();
        assert_eq!(by_name(&session, "tgs_a"), 7);
        session.update_peers(&[seen(5, &["tgs_b"], time + 1), seen(6, &["tgs_b"], time)]).unwrap();
        engine.now_and_later(session, |session| {
            assert_eq!(["tgs_a", "tgs_b"].map(|name| by_name(session, name)), [7, 6]);
            assert_eq!(one(session, 7).usernames, ["tgs_a"]);
        });
    });
}

#[test]
fn of_two_rows_of_one_peer_the_later_counts_even_with_an_older_time() {
    each(|engine| {
        let session = engine.open();
        let first = Peer {
            phone_number: Some("999661".into()),
            name: Some("First".into()),
            ..seen(5, &["tgs_a"], LONG_AGO + 10)
        };
        let second = Peer { name: Some("Second".into()), ..seen(5, &[], LONG_AGO) };
        session.update_peers(&[first, second.clone()]).unwrap();
        engine.now_and_later(session, |session| {
            same(&one(session, 5), &second);
            assert_eq!((by_name(session, "tgs_a"), by_phone(session, "999661")), (0, 0));
            assert_eq!(id(&session.peer_by_name("Second").unwrap()), 5);
            assert_eq!(id(&session.peer_by_name("First").unwrap()), 0);
        });
    });
}

#[test]
fn of_two_peers_with_one_phone_number_seen_at_one_time_the_lower_id_is_found() {
    each(|engine| {
        let session = engine.open();
        let with_phone = |id, phone: &str, time| Peer { phone_number: Some(phone.into()), ..seen(id, &[], time) };
        // In one batch, in every order; in calls of their own, in every order.
        session.update_peers(&[6, 5, 7].map(|id| with_phone(id, "999661", LONG_AGO))).unwrap();
        session.update_peers(&[15, 16, 17].map(|id| with_phone(id, "999662", LONG_AGO))).unwrap();
        for id in [27, 25, 26] {
            session.update_peers(&[with_phone(id, "999663", LONG_AGO)]).unwrap();
        }
        // Without times of their own all of a batch have the same one.
        session
            .update_peers(&[37, 36].map(|id| Peer { phone_number: Some("999664".into()), ..peer(id, &[]) }))
            .unwrap();
        let phones = ["999661", "999662", "999663", "999664"];
        // Asked twice: the second answer may come from memory.
        for _ in 0..3 {
            assert_eq!(phones.map(|phone| by_phone(&session, phone)), [5, 15, 25, 36]);
        }
        session.update_peers(&[with_phone(7, "999661", LONG_AGO + 1)]).unwrap();
        engine.now_and_later(session, |session| {
            assert_eq!(phones.map(|phone| by_phone(session, phone)), [7, 15, 25, 36]);
        });
    });
}

#[test]
fn of_two_peers_that_were_copied_with_one_username_the_newest_is_found_and_at_one_time_the_lower_id() {
    // Where a client looks for first names first, the newest has it as its first.
    let doubled = [
        seen(5, &["tgs_b", "tgs_a"], LONG_AGO),
        seen(6, &["tgs_a"], LONG_AGO + 1),
        seen(7, &["tgs_b"], LONG_AGO),
        seen(8, &["tgs_c"], LONG_AGO + 1),
        seen(9, &["tgs_c"], LONG_AGO + 1),
    ];
    let mut kept = MemoryEngine::default();
    kept.put_peers(&doubled).unwrap();
    let source = Session::open_engine(kept, &Options::default()).unwrap();
    let never = Options { username_expiry: UsernameExpiry::Never, ..Options::default() };
    each(|engine| {
        let session = engine.try_open(never.clone()).unwrap();
        convert(&source, &session, &[]).unwrap();
        for _ in 0..3 {
            assert_eq!(NAMES.map(|name| by_name(&session, name)), [6, 5, 8]);
        }
    });
}
