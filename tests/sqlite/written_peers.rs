//! A peer that is seen again, with nothing new, is not written again; whatever makes that wrong makes it written.

use rusqlite::Connection;
use tgsession::ErrorCode;
use tgsession::model::{Peer, PeerType};
use tgsession::session::{Options, Session, convert};

use crate::common::{id, peer};
use crate::harness::{Harness, create, open, raw, sql, value};

const LAYOUTS: [&str; 5] = ["pyrogram@3", "kurigram@7", "pyrofork@4", "telethon@8", "telethon@10"];

fn peers() -> Vec<Peer> {
    vec![peer(5, &["tgs_five"]), peer(6, &["tgs_six", "tgs_six_too"]), peer(7, &[])]
}

fn written(layout: &str, mode: &str) -> (Harness, Session) {
    let harness = Harness::new();
    drop(create(&harness.file, layout));
    sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
    let session = open(&harness.file);
    session.update_peers(&peers()).unwrap();
    (harness, session)
}

/// Another program has a write transaction open: a call that writes is refused.
fn locked(harness: &Harness) -> Connection {
    let conn = raw(&harness.file);
    conn.execute_batch("BEGIN IMMEDIATE").unwrap();
    conn
}

#[test]
fn what_is_written_already_needs_no_lock() {
    for layout in LAYOUTS {
        for mode in ["DELETE", "WAL"] {
            let (harness, session) = written(layout, mode);
            let holder = locked(&harness);
            session.update_peers(&peers()).unwrap();
            session.update_peers(&peers()[1..]).unwrap();
            let news = [
                peer(8, &[]),
                Peer { access_hash: Some(-9), ..peers()[0].clone() },
                Peer { usernames: vec!["tgs_six_too".into(), "tgs_six".into()], ..peers()[1].clone() },
                Peer { phone_number: Some("4917".into()), ..peers()[2].clone() },
                Peer { name: Some("N".into()), ..peers()[2].clone() },
                Peer { last_update_on: Some(1), ..peers()[2].clone() },
            ];
            for new in news {
                let error = session.update_peers(&[peers()[2].clone(), new]).unwrap_err();
                assert_eq!(error.code(), ErrorCode::Locked, "{layout}");
            }
            drop(holder);
            // What was refused is not taken for written.
            let new = Peer { access_hash: Some(-9), ..peers()[0].clone() };
            session.update_peers(std::slice::from_ref(&new)).unwrap();
            assert_eq!(session.peers(Some(&[5])).unwrap()[0].access_hash, Some(-9), "{layout}");
        }
    }
}

#[test]
fn what_another_program_changed_is_written_again() {
    let changes = [
        "UPDATE peers SET access_hash = 1",
        "DELETE FROM peers",
        "UPDATE peers SET username = NULL",
        "INSERT INTO peers (id, access_hash, type, username, last_update_on) VALUES (9, 1, 'user', 'tgs_five', 9999999999)",
        "UPDATE peers SET username = 'tgs_five', last_update_on = 9999999999 WHERE id = 7",
    ];
    for mode in ["DELETE", "WAL"] {
        for change in changes {
            let (harness, session) = written("pyrogram@3", mode);
            let before = session.peers(None).unwrap();
            sql(&harness.file, change);
            session.update_peers(&peers()).unwrap();
            let now = session.peers(Some(&[5, 6, 7])).unwrap();
            let same =
                |(a, b): (&Peer, &Peer)| (a.id, &a.usernames, a.access_hash) == (b.id, &b.usernames, b.access_hash);
            assert!(before.iter().zip(&now).all(same) && now.len() == 3, "{change}: {now:?}");
            assert_eq!(id(&session.peer_by_username("tgs_five").unwrap()), 5, "{change}");
        }
    }
}

#[test]
fn usernames_that_change_hands_and_return() {
    for layout in LAYOUTS {
        let (_lab, session) = written(layout, "DELETE");
        let thief = peer(9, &["tgs_five"]);
        let holder = || id(&session.peer_by_username("tgs_five").unwrap());
        session.update_peers(std::slice::from_ref(&thief)).unwrap();
        assert_eq!(holder(), 9, "{layout}");
        session.update_peers(&peers()).unwrap();
        assert_eq!(holder(), 5, "{layout}");
        // One that is known comes after one that takes its name, and the other way round.
        session.update_peers(&[thief.clone(), peers()[0].clone()]).unwrap();
        assert_eq!(holder(), 5, "{layout}");
        session.update_peers(&[peers()[0].clone(), thief.clone()]).unwrap();
        assert_eq!(holder(), 9, "{layout}");
    }
}

#[test]
fn the_last_of_one_batch_counts() {
    for layout in LAYOUTS {
        let (_lab, session) = written(layout, "DELETE");
        let (old, new) = (peers()[0].clone(), Peer { access_hash: Some(-9), ..peers()[0].clone() });
        session.update_peers(&[new.clone(), old.clone()]).unwrap();
        assert_eq!(session.peers(Some(&[5])).unwrap()[0].access_hash, old.access_hash, "{layout}");
        session.update_peers(&[old, new.clone()]).unwrap();
        assert_eq!(session.peers(Some(&[5])).unwrap()[0].access_hash, new.access_hash, "{layout}");
    }
}

#[test]
fn a_converted_peer_does_not_count_as_written() {
    let (_lab, target) = written("pyrogram@3", "DELETE");
    let source = Session::open(":memory:", &Options::default()).unwrap();
    source.update_peers(&[Peer { access_hash: Some(-9), ..peers()[0].clone() }]).unwrap();
    convert(&source, &target, &[]).unwrap();
    assert_eq!(target.peers(Some(&[5])).unwrap()[0].access_hash, Some(-9));
    target.update_peers(&peers()).unwrap();
    assert_eq!(target.peers(Some(&[5])).unwrap()[0].access_hash, peers()[0].access_hash);
}

#[test]
fn an_update_after_one_with_an_old_time_is_now() {
    let (harness, session) = written("pyrogram@3", "DELETE");
    session.update_peers(&[Peer { last_update_on: Some(1000), ..peers()[0].clone() }]).unwrap();
    session.update_peers(&peers()).unwrap();
    let seen: i64 = value(&harness.file, "SELECT last_update_on FROM peers WHERE id = 5");
    assert!(seen > 1_600_000_000, "{seen}");
}

/// By sessions that know nothing of one another.
#[test]
fn of_what_stands_there_only_the_time_is_written() {
    let at = |time| {
        peers()
            .into_iter()
            .map(move |peer| Peer { last_update_on: Some(time), peer_type: Some(PeerType::User), ..peer })
            .collect::<Vec<_>>()
    };
    for layout in ["kurigram@7", "pyrofork@4"] {
        let harness = Harness::new();
        let rows = || value::<String>(&harness.file, "SELECT group_concat(rowid) FROM usernames");
        create(&harness.file, layout).update_peers(&at(1_000)).unwrap();
        let before = rows();
        open(&harness.file).update_peers(&at(2_000)).unwrap();
        assert_eq!(rows(), before, "{layout}: the rows of the names are the same");
        assert_eq!(open(&harness.file).peers(None).unwrap(), at(2_000), "{layout}");
        if layout == "pyrofork@4" {
            assert_eq!(value::<i64>(&harness.file, "SELECT min(last_update_on) FROM usernames"), 2_000);
        }
        // The same names in another order, one less, and one more.
        for usernames in [&["tgs_six_too", "tgs_six"][..], &["tgs_six"], &["tgs_six", "tgs_new", "tgs_six_too"]] {
            open(&harness.file).update_peers(&[peer(6, usernames)]).unwrap();
            assert_eq!(open(&harness.file).peers(Some(&[6])).unwrap()[0].usernames, usernames, "{layout}");
        }
    }
}
