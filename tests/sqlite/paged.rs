//! A session with more peers than one page has: it is read and converted page by page, and all of it is of one moment.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tgsession::model::{Peer, PeerType, StringFormat};
use tgsession::session::{ConvertOptions, NewFile, Options, Session, convert, convert_into_file};

use crate::common::{full_contents, peer};
use crate::harness::{Harness, create, open, raw, read_only, sql, value};

// More than two pages.
const PEERS: i64 = 4_500;

fn many() -> Vec<Peer> {
    let one = |number: i64| {
        let name = format!("tgs_{number}");
        let names: &[&str] = match number % 5 {
            0 => &[],
            1 => &[&name, &format!("{name}_more")],
            _ => &[&name],
        };
        let id = if number % 3 == 0 { -1_000_000_000_000 - number } else { number };
        Peer { name: (number % 7 == 0).then(|| format!("Name {number}")), ..peer(id, names) }
    };
    let mut peers: Vec<Peer> = (1..=PEERS).map(one).collect();
    // The last one alone needs the tables that hold this.
    peers
        .push(Peer { peer_type: Some(PeerType::Other("tgs_new_type".into())), ..peer(PEERS + 1, &["a1", "b2", "c3"]) });
    peers.sort_by_key(|peer| peer.id);
    peers
}

fn paged(session: &Session) -> Vec<Peer> {
    let pages: Vec<Vec<Peer>> = session.peer_pages().map(Result::unwrap).collect();
    assert!(pages.iter().all(|page| page.len() <= 2_000) || pages.len() == 1);
    pages.concat()
}

#[test]
fn pages_hold_what_reading_all_at_once_does_in_every_layout() {
    for layout in ["pyrogram@3", "kurigram@7", "kurigram@6", "pyrofork@4", "telethon@8", "telethon@10"] {
        let harness = Harness::full(layout);
        open(&harness.file).update_peers(&many()).unwrap();
        for session in [open(&harness.file), read_only(&harness.file)] {
            let all = session.peers(None).unwrap();
            assert!(all.len() > 4_500, "{layout}");
            assert_eq!(paged(&session), all, "{layout}");
            let inspected = session.inspect().unwrap();
            let usernames: usize = all.iter().map(|peer| peer.usernames.len()).sum();
            assert_eq!((inspected.peers, inspected.usernames), (all.len(), usernames), "{layout}");
        }
    }
}

#[test]
fn a_table_without_a_key_or_an_index_is_read_at_once() {
    let harness = Harness::full("kurigram@7");
    open(&harness.file).update_peers(&many()).unwrap();
    sql(&harness.file, "DROP INDEX idx_usernames_id");
    let session = read_only(&harness.file);
    assert_eq!(session.peer_pages().count(), 1);
    assert_eq!(paged(&session), session.peers(None).unwrap());
    drop(session);
    let rebuilt = "CREATE TABLE new AS SELECT * FROM peers; DROP TABLE peers; ALTER TABLE new RENAME TO peers";
    sql(&harness.file, rebuilt);
    let session = read_only(&harness.file);
    assert_eq!(session.peer_pages().count(), 1);
    assert_eq!(paged(&session), session.peers(None).unwrap());
    drop(session);
    sql(&harness.file, "INSERT INTO peers (id, access_hash) VALUES (NULL, 1)");
    let session = read_only(&harness.file);
    let (paged, whole) = (session.peer_pages().next().unwrap().unwrap_err(), session.peers(None).unwrap_err());
    assert_eq!(paged.code(), whole.code());
}

#[test]
fn a_conversion_in_pages_makes_what_one_at_once_makes() {
    for from in ["pyrogram@3", "telethon@8"] {
        for to in ["pyrogram@3", "kurigram@7", "pyrofork@4", "telethon@8"] {
            let (source, target, other) = (Harness::full(from), Harness::new(), Harness::new());
            let source = open(&source.file);
            source.update_peers(&many()).unwrap();
            let report = convert(&source, &create(&target.file, to), &[]).unwrap();
            // In memory all of it stands in one page.
            let memory = Session::open(":memory:", &Options::default()).unwrap();
            convert(&source, &memory, &[]).unwrap();
            let of_memory = convert(&memory, &create(&other.file, to), &[]).unwrap();
            assert_eq!((&report.tables, &report.fields), (&of_memory.tables, &of_memory.fields), "{from} {to}");
            let (made, expected) = (open(&target.file).contents().unwrap(), open(&other.file).contents().unwrap());
            assert!(made == expected, "{from} {to}");
            assert_eq!(made.peers.len(), source.peers(None).unwrap().len());
        }
    }
}

/// Runs while another connection changes all access hashes again and again, with a pause between two changes.
fn while_hashes_change(file: &Path, pause: Duration, run: impl FnOnce()) {
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let conn = raw(file);
            while !is_over.load(Ordering::Relaxed) {
                conn.execute("UPDATE peers SET access_hash = access_hash + 1", []).unwrap();
                std::thread::sleep(pause);
            }
        });
        run();
        is_over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn what_is_changed_during_a_conversion_is_in_it_whole_or_not_at_all() {
    let (source, target) = (Harness::full("pyrogram@3"), Harness::new());
    open(&source.file).update_peers(&many()).unwrap();
    sql(&source.file, "UPDATE peers SET access_hash = 1");
    while_hashes_change(&source.file, Duration::ZERO, || {
        for _ in 0..5 {
            let _ = std::fs::remove_file(&target.file);
            let from = Session::open(source.file.to_str().unwrap(), &Options::default()).unwrap();
            convert(&from, &create(&target.file, "kurigram@7"), &[]).unwrap();
            let peers = open(&target.file).peers(None).unwrap();
            assert!(peers.iter().all(|peer| peer.access_hash == peers[0].access_hash));
            assert!(peers.len() > 4_500);
        }
    });
}

#[test]
fn what_is_changed_while_a_draft_is_filled_is_in_the_new_file_whole_or_not_at_all() {
    let (source, target) = (Harness::full("pyrogram@3"), Harness::new());
    // More than are converted in memory.
    let peers: Vec<Peer> = (1_000_000..1_025_100).map(|id| peer(id, &[&format!("tgs_{id}")])).collect();
    open(&source.file).update_peers(&peers).unwrap();
    // A conversion takes longer than what is between two changes.
    let change = "DROP TRIGGER IF EXISTS trg_peers_last_update_on; UPDATE peers SET access_hash = 1";
    sql(&source.file, change);
    while_hashes_change(&source.file, Duration::from_millis(50), || {
        let layout = NewFile::named("kurigram@7").unwrap();
        for _ in 0..2 {
            let busy_timeout = Duration::from_secs(60);
            let options = Options { read_only: true, busy_timeout, ..Options::default() };
            let from = Session::open(source.file.to_str().unwrap(), &options).unwrap();
            convert_into_file(&from, layout, &target.file, None, &ConvertOptions::default()).unwrap();
            assert_eq!(target.names(), ["account.session"]);
            assert_eq!(value::<String>(&target.file, "PRAGMA integrity_check"), "ok");
            let made = open(&target.file).peers(None).unwrap();
            assert!(made.iter().all(|peer| peer.access_hash == made[0].access_hash) && made.len() > peers.len());
            std::fs::remove_file(&target.file).unwrap();
        }
    });
}

#[test]
fn a_session_is_converted_into_its_own_file_too() {
    let harness = Harness::full("pyrogram@3");
    let (session, again) = (open(&harness.file), open(&harness.file));
    session.update_peers(&many()).unwrap();
    let before = session.contents().unwrap();
    convert(&session, &session, &[]).unwrap();
    convert(&session, &again, &[]).unwrap();
    assert!(session.contents().unwrap() == before);
}

#[test]
fn an_export_counts_what_it_leaves_out() {
    let harness = Harness::full("kurigram@7");
    let session = open(&harness.file);
    session.update_peers(&many()).unwrap();
    let (text, report) = session.export(StringFormat::Telethon).unwrap();
    assert!(*text == *session.export_string(StringFormat::Telethon).unwrap());
    let all = session.peers(None).unwrap();
    let left_out = |name: &str| report.tables.iter().find(|table| table.name == name).unwrap().left_out;
    assert_eq!(left_out("peers"), all.len());
    assert_eq!(left_out("usernames"), all.iter().map(|peer| peer.usernames.len()).sum::<usize>());
    assert_eq!(left_out("names"), all.iter().filter(|peer| peer.name.is_some()).count());
    assert!(full_contents().peers.len() < all.len());
}
