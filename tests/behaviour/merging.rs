//! Peers of which only a part is told: the rest stays.

use tgsession::ErrorCode;
use tgsession::model::{PartialPeer, Peer, PeerType};
use tgsession::session::{Options, Session};

use crate::common::{CHANNEL, LONG_AGO, id, now, peer, seen};
use crate::engines::{Engine, each, error};

fn told(id: i64) -> PartialPeer {
    PartialPeer { id, ..PartialPeer::default() }
}

fn called(id: i64, usernames: &[&str]) -> PartialPeer {
    PartialPeer { usernames: Some(usernames.iter().map(|&name| name.into()).collect()), ..told(id) }
}

fn one(session: &Session, id: i64) -> Peer {
    session.peers(Some(&[id])).unwrap().remove(0)
}

fn by_name(session: &Session, username: &str) -> i64 {
    id(&session.peer_by_username(username).unwrap())
}

/// A peer without its time, which depends on the layout, and with the type that lookups answer.
fn timeless(peer: &Peer) -> Peer {
    Peer { last_update_on: None, peer_type: Some(peer.effective_type()), ..peer.clone() }
}

fn full() -> Peer {
    Peer {
        access_hash: Some(-7),
        peer_type: Some(PeerType::Bot),
        phone_number: Some("999661".into()),
        name: Some("Ada L".into()),
        ..seen(5, &["tgs_one", "tgs_two", "tgs_three"], LONG_AGO)
    }
}

#[test]
fn what_is_not_told_stays() {
    each(|engine| {
        let session = engine.open();
        session.update_peers(&[full(), peer(6, &["tgs_six"])]).unwrap();
        let before = now();
        session.merge_peers(&[told(5)]).unwrap();
        engine.now_and_later(session, |session| {
            let read = one(session, 5);
            assert_eq!(timeless(&read), timeless(&full()));
            assert!(read.last_update_on.is_none_or(|seen| seen >= before), "merging is seeing");
            assert_eq!(["tgs_one", "tgs_two", "tgs_three", "tgs_six"].map(|name| by_name(session, name)), [5, 5, 5, 6]);
            assert_eq!(id(&session.peer_by_phone_number("999661").unwrap()), 5);
            assert_eq!(id(&session.peer_by_name("Ada L").unwrap()), 5);
        });
    });
}

#[test]
fn each_value_that_is_told_replaces_that_one_alone() {
    let some = |text: &str| Some(text.to_owned());
    let changes: [(PartialPeer, Peer); 10] = [
        (PartialPeer { access_hash: Some(0), ..told(5) }, Peer { access_hash: Some(0), ..full() }),
        (
            PartialPeer { peer_type: Some(PeerType::User), ..told(5) },
            Peer { peer_type: Some(PeerType::User), ..full() },
        ),
        (
            PartialPeer { peer_type: Some(PeerType::Other("planet".into())), ..told(5) },
            Peer { peer_type: Some(PeerType::Other("planet".into())), ..full() },
        ),
        (PartialPeer { phone_number: some("+999 662"), ..told(5) }, Peer { phone_number: some("999662"), ..full() }),
        (PartialPeer { phone_number: some(""), ..told(5) }, Peer { phone_number: None, ..full() }),
        (PartialPeer { name: some("Ada"), ..told(5) }, Peer { name: some("Ada"), ..full() }),
        (PartialPeer { name: some(""), ..told(5) }, Peer { name: None, ..full() }),
        (called(5, &["@TGS_New", "tgs_one"]), Peer { usernames: vec!["tgs_new".into(), "tgs_one".into()], ..full() }),
        (called(5, &["tgs_two"]), Peer { usernames: vec!["tgs_two".into()], ..full() }),
        (called(5, &[]), Peer { usernames: vec![], ..full() }),
    ];
    each(|engine| {
        let session = engine.open();
        for (told, expected) in &changes {
            session.update_peers(&[full()]).unwrap();
            session.merge_peers(std::slice::from_ref(told)).unwrap();
            assert_eq!(timeless(&one(&session, 5)), timeless(expected), "{told:?}");
            for name in ["tgs_one", "tgs_two", "tgs_three", "tgs_new"] {
                let has_it = expected.usernames.iter().any(|username| username == name);
                assert_eq!(by_name(&session, name), if has_it { 5 } else { 0 }, "{told:?}: {name}");
            }
        }
    });
}

#[test]
fn a_time_that_is_told_is_stored() {
    each(|engine| {
        let session = engine.open();
        session.update_peers(&[full()]).unwrap();
        session.merge_peers(&[PartialPeer { last_update_on: Some(LONG_AGO + 5), ..told(5) }]).unwrap();
        engine.now_and_later(session, |session| assert_eq!(one(session, 5).last_update_on, Some(LONG_AGO + 5)));
    });
}

#[test]
fn a_new_peer_is_added_as_an_update_adds_it() {
    each(|engine| {
        let (updated, merged) = (engine.open(), engine.open());
        let full = Peer { usernames: vec!["tgs_five".into(), "tgs_too".into()], ..full() };
        let whole = PartialPeer {
            access_hash: full.access_hash,
            peer_type: full.peer_type.clone(),
            phone_number: full.phone_number.clone(),
            name: full.name.clone(),
            last_update_on: full.last_update_on,
            ..called(5, &["tgs_five", "tgs_too"])
        };
        updated.update_peers(&[full, Peer { access_hash: None, ..peer(-6, &[]) }]).unwrap();
        let ids = [5, -6, CHANNEL];
        let expected: Vec<Peer> = updated.peers(Some(&ids[..2])).unwrap().iter().map(timeless).collect();
        updated.delete_peers(&ids).unwrap();
        drop(updated);
        merged.merge_peers(&[whole, told(-6), PartialPeer { access_hash: Some(0), ..told(CHANNEL) }]).unwrap();
        engine.now_and_later(merged, |session| {
            let read: Vec<Peer> = session.peers(Some(&[5, -6])).unwrap().iter().map(timeless).collect();
            assert_eq!(read, expected);
            let channel = timeless(&Peer { access_hash: Some(0), ..peer(CHANNEL, &[]) });
            assert_eq!(timeless(&one(session, CHANNEL)), channel);
        });
    });
}

#[test]
fn a_username_moves_where_it_is_told_and_is_kept_where_it_is_not() {
    each(|engine| {
        let session = engine.open();
        session.update_peers(&[peer(5, &["tgs_a", "tgs_b"]), peer(6, &["tgs_c"]), peer(7, &[])]).unwrap();
        // From a peer outside of the batch, and from one inside that tells no usernames.
        session
            .merge_peers(&[called(7, &["tgs_a", "tgs_c"]), PartialPeer { access_hash: Some(1), ..told(6) }])
            .unwrap();
        engine.now_and_later(session, |session| {
            assert_eq!(["tgs_a", "tgs_b", "tgs_c"].map(|name| by_name(session, name)), [7, 5, 7]);
            assert_eq!(one(session, 5).usernames, ["tgs_b"]);
            assert_eq!(one(session, 6).usernames, [""; 0]);
            assert_eq!(one(session, 6).access_hash, Some(1));
            assert_eq!(one(session, 7).usernames, ["tgs_a", "tgs_c"]);
        });
    });
}

#[test]
fn a_batch_is_merged_in_its_order() {
    each(|engine| {
        let session = engine.open();
        session.update_peers(&[full(), peer(9, &["tgs_nine"])]).unwrap();
        session
            .merge_peers(&[
                PartialPeer { access_hash: Some(1), name: Some("First".into()), ..called(5, &["tgs_nine", "tgs_x"]) },
                called(6, &["tgs_x"]),
                PartialPeer { access_hash: Some(2), phone_number: Some(String::new()), ..told(5) },
                PartialPeer { access_hash: Some(3), ..called(8, &["tgs_y"]) },
                called(8, &[]),
            ])
            .unwrap();
        engine.now_and_later(session, |session| {
            let expected = Peer {
                access_hash: Some(2),
                name: Some("First".into()),
                phone_number: None,
                usernames: vec!["tgs_nine".into()],
                ..full()
            };
            assert_eq!(timeless(&one(session, 5)), timeless(&expected));
            assert_eq!(one(session, 8).access_hash, Some(3));
            assert_eq!(["tgs_nine", "tgs_x", "tgs_y", "tgs_one"].map(|name| by_name(session, name)), [5, 6, 0, 0]);
            assert!(one(session, 9).usernames.is_empty() && one(session, 8).usernames.is_empty());
        });
    });
}

#[test]
fn min_full_min_and_every_other_order_lose_nothing() {
    let min = || PartialPeer { name: Some("Ada L".into()), ..told(5) };
    each(|engine| {
        let (session, other) = (engine.open(), engine.open());
        let is_shared = session.capabilities().unwrap().persistent;
        session.merge_peers(&[min()]).unwrap();
        assert_eq!(one(&session, 5).access_hash, None);
        for turn in 0..3 {
            session.update_peers(&[full()]).unwrap();
            for _ in 0..2 {
                session.merge_peers(&[min()]).unwrap();
                assert_eq!(timeless(&one(&session, 5)), timeless(&full()), "{turn}");
            }
            // What is merged again is merged again if it has changed meanwhile.
            session.update_peers(&[Peer { name: Some("Other".into()), ..full() }]).unwrap();
            session.merge_peers(&[min()]).unwrap();
            assert_eq!(timeless(&one(&session, 5)), timeless(&full()));
            if is_shared {
                other.update_peers(&[Peer { access_hash: Some(8), name: None, ..full() }]).unwrap();
                session.merge_peers(&[min()]).unwrap();
                let expected = Peer { access_hash: Some(8), ..full() };
                assert_eq!(timeless(&one(&other, 5)), timeless(&expected));
            }
        }
        // Taken by another peer, merged, and told again: the update takes it back.
        session.merge_peers(&[called(6, &["tgs_one"])]).unwrap();
        session.merge_peers(&[min()]).unwrap();
        session.update_peers(&[Peer { last_update_on: None, ..full() }]).unwrap();
        assert_eq!(by_name(&session, "tgs_one"), 5);
    });
}

#[test]
fn a_large_batch_is_merged() {
    each(|engine| {
        let (session, many, some) = (engine.open(), engine.many, engine.many / 25);
        session.merge_peers(&[]).unwrap();
        session.update_peers(&(1..=many).map(|id| peer(id, &[&format!("tgs_{id}")])).collect::<Vec<_>>()).unwrap();
        let with_hash = |id| PartialPeer { access_hash: Some(id * 3), ..told(id) };
        let hashes: Vec<PartialPeer> = (1..=some).chain(many + 1..=many + 10).map(with_hash).collect();
        for _ in 0..2 {
            session.merge_peers(&hashes).unwrap();
        }
        engine.now_and_later(session, |session| {
            let read = session.peers(None).unwrap();
            assert_eq!(read.len() as i64, many + 10);
            for peer in read {
                let is_merged = peer.id <= some || peer.id > many;
                assert_eq!(peer.access_hash == Some(peer.id * 3), is_merged, "{}", peer.id);
                assert_eq!(peer.usernames.len(), usize::from(peer.id <= many), "{}", peer.id);
            }
            assert_eq!(by_name(session, &format!("tgs_{many}")), many);
        });
    });
}

#[test]
fn what_is_no_peer_is_refused_with_its_whole_batch() {
    each(|engine| {
        let session = engine.open();
        session.update_peers(&[full()]).unwrap();
        let nameless = PartialPeer { peer_type: Some(PeerType::Other(String::new())), ..told(7) };
        for wrong in [told(0), nameless] {
            let refused = session.merge_peers(&[PartialPeer { access_hash: Some(1), ..told(5) }, wrong]);
            assert_eq!(error(refused).code(), ErrorCode::InvalidArgument);
            assert_eq!(session.peers(None).unwrap().iter().map(timeless).collect::<Vec<_>>(), [timeless(&full())]);
        }
    });
}

fn read_only(engine: &Engine) -> Option<Session> {
    let session = engine.open();
    session.update_peers(&[full()]).unwrap();
    let persistent = session.capabilities().unwrap().persistent;
    drop(session);
    persistent.then(|| engine.try_open(Options { read_only: true, ..Options::default() }).unwrap())
}

#[test]
fn a_session_that_is_only_read_is_neither_merged_nor_cleared() {
    each(|engine| {
        let Some(session) = read_only(engine) else { return };
        for refused in [
            session.merge_peers(&[told(5)]),
            session.merge_peers(&[]),
            session.delete_peers(&[5]),
            session.delete_peers(&[]),
            session.delete_all_peers(),
        ] {
            assert_eq!(error(refused).code(), ErrorCode::ReadOnly);
        }
        assert_eq!(timeless(&one(&session, 5)), timeless(&full()));
    });
}
