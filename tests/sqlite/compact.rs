//! Room that nothing is in, given back on request: what is left stays as it was, whoever else uses the file, and though the
//! process is killed.

use std::num::NonZeroU64;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tgsession::ErrorCode;
use tgsession::model::{Contents, Peer, Prune};
use tgsession::session::{ByteOptions, NewFile, Options, Session};

use crate::child::{self, Bound};
use crate::common::{id, key, new_databases, now, peer, seen};
use crate::dump;
use crate::harness::{Harness, check_error, create, open, raw, read_only, sql, try_open, value};

const MODES: [&str; 2] = ["DELETE", "WAL"];
const PEERS: i64 = 20_000;
// Of no peer that `Harness::full` writes.
const FIRST: i64 = 1_000_000;

/// What an older client may have left: a table that was dropped.
const MAKE_ROOM: &str = "CREATE TABLE room (bytes); INSERT INTO room VALUES (zeroblob(300000)); DROP TABLE room";
/// Rows that have only their order.
const OF_ANOTHER_PROGRAM: &str = "CREATE TABLE others (a, b TEXT); DELETE FROM others;
    INSERT INTO others VALUES (2, 'x'), (1, 'y'), (3, 'z'); DELETE FROM others WHERE a = 1";
const IN_STEPS: &str = "PRAGMA auto_vacuum = 2; VACUUM";

fn many() -> Vec<Peer> {
    (FIRST..FIRST + PEERS).map(|id| seen(id, &[&format!("tgs_{id}")], 1_000)).collect()
}

fn limit(bytes: u64) -> Option<NonZeroU64> {
    NonZeroU64::new(bytes)
}

fn len(file: &Path) -> u64 {
    file.metadata().unwrap().len()
}

fn dump(file: &Path) -> Vec<String> {
    dump::dump(&raw(file))
}

/// The file is as it was.
#[track_caller]
fn check(file: &Path, before: &[String], what: &str) {
    let after = dump(file);
    let changed = before.iter().zip(&after).find(|(before, after)| before != after);
    assert!(before == after.as_slice(), "{what}: {changed:?}, {} and {} lines", before.len(), after.len());
}

/// A file most of whose pages hold nothing.
fn with_room(layout: &str, mode: &str) -> Harness {
    let harness = Harness::full(layout);
    sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
    let session = open(&harness.file);
    session.update_peers(&many()).unwrap();
    session.prune_peers(&Prune { seen_before: Some(2_000), ..Prune::default() }).unwrap();
    drop(session);
    harness
}

#[test]
fn what_pruned_peers_have_left_is_given_back() {
    for mode in MODES {
        let harness = with_room("pyrogram@3", mode);
        let (before, was) = (dump(&harness.file), len(&harness.file));
        let inode = std::os::unix::fs::MetadataExt::ino(&harness.file.metadata().unwrap());
        std::fs::set_permissions(&harness.file, std::fs::Permissions::from_mode(0o640)).unwrap();
        let session = open(&harness.file);
        let freed = session.compact(None).unwrap();
        assert_eq!(session.compact(None).unwrap(), 0);
        assert_eq!(was - len(&harness.file), freed, "{mode}");
        assert!(freed > was / 2, "{mode}: {freed} of {was}");
        drop(session);
        check(&harness.file, &before, mode);
        let metadata = harness.file.metadata().unwrap();
        assert_eq!(metadata.permissions().mode() & 0o7777, 0o640);
        assert_eq!(std::os::unix::fs::MetadataExt::ino(&metadata), inode);
        assert_eq!(harness.names(), ["account.session"]);
    }
}

/// Every file of a client that there is, and every layout that a new one can have.
fn of_every_client(harness: &Harness) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for layout in NewFile::names() {
        let file = harness.folder.path().join(&layout);
        let session = create(&file, &layout);
        session.update_peers(&[peer(5, &["tgs_five"]), peer(6, &[])]).unwrap();
        files.push(file);
    }
    for (name, tables) in [("mtcute", new_databases::MTCUTE), ("grammers", new_databases::GRAMMERS)] {
        let file = harness.folder.path().join(name);
        new_databases::create(&file, tables);
        open(&file).update_peers(&[peer(5, &["tgs_five"]), peer(6, &[])]).unwrap();
        files.push(file);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let folders = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    for path in folders.flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path()) {
        let is_sqlite = path.is_file() && std::fs::read(&path).unwrap().starts_with(b"SQLite format 3\0");
        if is_sqlite && path.extension().is_some_and(|extension| extension == "session") {
            let name = format!(
                "{}-{}",
                path.parent().unwrap().file_name().unwrap().display(),
                path.file_name().unwrap().display()
            );
            files.push(harness.folder.path().join(name));
            std::fs::copy(&path, files.last().unwrap()).unwrap();
        }
    }
    files
}

#[test]
fn the_files_of_every_client_stay_theirs() {
    let harness = Harness::new();
    let (mut compacted, mut refused) = (0, 0);
    for file in of_every_client(&harness) {
        // What was killed lacks its journal.
        let is_intact = raw(&file).query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
        if is_intact.is_ok_and(|answer| answer != "ok") {
            continue;
        }
        sql(&file, MAKE_ROOM);
        sql(&file, OF_ANOTHER_PROGRAM);
        let Ok(session) = try_open(&file, false) else { continue };
        let (before, was, contents) = (dump(&file), len(&file), session.contents().unwrap());
        if !session.capabilities().unwrap().writable || !session.capabilities().unwrap().persistent {
            let answer = session.compact(None).map_err(|error| error.code());
            assert!(matches!(answer, Ok(0) | Err(ErrorCode::ReadOnly)), "{}: {answer:?}", file.display());
            refused += 1;
            continue;
        }
        let freed = session.compact(None).unwrap();
        assert!(freed >= 290_000 && was - len(&file) == freed, "{}: {freed}", file.display());
        assert_eq!(session.contents().unwrap(), contents, "{}", file.display());
        session.update_peers(&[peer(77, &["tgs_later"])]).unwrap();
        assert_eq!(id(&session.peer_by_username("tgs_later").unwrap()), 77);
        session.delete_peers(&[77]).unwrap();
        drop(session);
        let after = dump(&file);
        // What our own write of the peer has made, Telethon's indexes and our tables, is there beside it.
        let missing: Vec<&String> = before.iter().filter(|line| !after.contains(line)).collect();
        assert!(missing.is_empty(), "{}: {missing:#?}", file.display());
        compacted += 1;
    }
    assert!(compacted > 40 && refused > 0, "{compacted} {refused}");
}

#[test]
fn a_file_with_incremental_auto_vacuum_gives_back_in_steps() {
    for mode in MODES {
        let harness = Harness::full("telethon@7");
        sql(&harness.file, &format!("PRAGMA page_size = 1024; {IN_STEPS}; PRAGMA journal_mode = {mode}"));
        sql(&harness.file, MAKE_ROOM);
        let (before, was) = (dump(&harness.file), len(&harness.file));
        let session = open(&harness.file);
        let steps: Vec<u64> =
            std::iter::from_fn(|| Some(session.compact(limit(65_536)).unwrap()).filter(|freed| *freed > 0)).collect();
        assert!(steps.len() >= 5 && steps.iter().all(|freed| *freed <= 65_536 + 1_024), "{mode}: {steps:?}");
        // Less than a page is a page.
        assert_eq!(session.compact(limit(1)).unwrap(), 0);
        assert_eq!(was - len(&harness.file), steps.iter().sum::<u64>(), "{mode}");
        drop(session);
        check(&harness.file, &before, mode);
        sql(&harness.file, MAKE_ROOM);
        let session = open(&harness.file);
        assert_eq!(session.compact(limit(1)).unwrap(), 1_024);
        assert!(session.compact(None).unwrap() >= 290_000);
        drop(session);
        check(&harness.file, &before, mode);
    }
}

#[test]
fn a_whole_that_is_larger_than_the_limit_is_refused_with_its_size() {
    for mode in MODES {
        let harness = with_room("pyrogram@3", mode);
        let before = harness.snapshot();
        let free: u64 = value::<i64>(&harness.file, "PRAGMA freelist_count").cast_unsigned() * 4_096;
        let left = len(&harness.file) - free;
        let session = open(&harness.file);
        let error = session.compact(limit(left - 1)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Unsupported);
        check_error(&error, &harness.file, &[key(1), key(2)]);
        assert!(error.to_string().contains(&left.to_string()), "{error}");
        drop(session);
        assert!(harness.snapshot() == before, "{mode}");
        assert!(open(&harness.file).compact(limit(left)).unwrap() >= free);
    }
}

#[test]
fn without_room_nothing_is_written() {
    for mode in MODES {
        let harness = Harness::full("pyrogram@3");
        sql(&harness.file, &format!("VACUUM; PRAGMA journal_mode = {mode}"));
        let (before, modified) = (harness.snapshot(), harness.file.metadata().unwrap().modified().unwrap());
        let session = open(&harness.file);
        assert_eq!((session.compact(None).unwrap(), session.compact(limit(1)).unwrap()), (0, 0));
        drop(session);
        assert!(harness.snapshot() == before, "{mode}");
        assert_eq!(harness.file.metadata().unwrap().modified().unwrap(), modified);
    }
}

#[test]
fn a_session_that_only_reads_is_refused() {
    let harness = with_room("pyrogram@3", "DELETE");
    let before = harness.snapshot();
    let error = read_only(&harness.file).compact(None).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ReadOnly, "{error}");
    assert!(harness.snapshot() == before);
}

#[test]
fn another_programs_lock_is_waited_for_and_then_told() {
    for (mode, action) in
        [("DELETE", "hold_reserved"), ("DELETE", "hold_shared"), ("DELETE", "hold_exclusive"), ("WAL", "hold_reserved")]
    {
        for setting in ["", IN_STEPS] {
            let harness = with_room("pyrogram@3", mode);
            sql(&harness.file, setting);
            sql(&harness.file, MAKE_ROOM);
            let before = dump(&harness.file);
            let session = open(&harness.file);
            let holder = child::start(action, &harness.file);
            let error = session.compact(None).unwrap_err();
            assert_eq!(error.code(), ErrorCode::Locked, "{mode} {action}: {error}");
            check_error(&error, &harness.file, &[key(1), key(2)]);
            let patient = Options { busy_timeout: Duration::from_secs(60), create: false, ..Options::default() };
            let patient =
                (action != "hold_exclusive").then(|| Session::open(harness.file.to_str().unwrap(), &patient).unwrap());
            std::thread::scope(|scope| {
                let waits = patient.as_ref().map(|session| scope.spawn(|| session.compact(None).unwrap()));
                std::thread::sleep(Duration::from_millis(300));
                holder.kill();
                assert!(waits.is_none_or(|waits| waits.join().unwrap() > 0));
            });
            drop((session, patient));
            check(&harness.file, &before, &format!("{mode} {action}"));
        }
    }
}

#[test]
fn with_a_wal_a_reader_goes_on_and_the_file_becomes_shorter_after_it() {
    let harness = with_room("pyrogram@3", "WAL");
    let (before, was) = (dump(&harness.file), len(&harness.file));
    let session = open(&harness.file);
    let holder = child::start("hold_shared", &harness.file);
    let freed = session.compact(None).unwrap();
    assert!(freed > 0);
    assert_eq!(len(&harness.file), was);
    let other = child::start("hold_shared", &harness.file);
    holder.kill();
    other.kill();
    drop(session);
    assert_eq!(was - len(&harness.file), freed);
    check(&harness.file, &before, "");
}

#[test]
fn what_sessions_keep_in_memory_stays_right() {
    for (layout, mode) in
        [("pyrogram@3", "DELETE"), ("kurigram@7", "WAL"), ("telethon@7", "DELETE"), ("telethon@7", "WAL")]
    {
        let harness = Harness::full(layout);
        sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
        let (ours, theirs) = (open(&harness.file), open(&harness.file));
        let ids: Vec<i64> = (1..=2_000).map(|number| FIRST + number).collect();
        let new: Vec<Peer> = ids.iter().map(|id| seen(*id, &[&format!("tgs_{id}")], now())).collect();
        ours.update_peers(&new).unwrap();
        let look = |session: &Session, gone: bool| {
            for _ in 0..3 {
                assert_eq!(id(&session.peer_by_username("tgs_1000001").unwrap()), if gone { 0 } else { FIRST + 1 });
                assert_eq!(id(&session.peer_by_id(FIRST + 2_000).unwrap()), FIRST + 2_000);
                assert_eq!(id(&session.peer_by_username("tgs_1002000").unwrap()), FIRST + 2_000);
                assert!(session.data().unwrap().auth_key.is_some());
            }
        };
        [&ours, &theirs].iter().for_each(|session| look(session, false));
        ours.delete_peers(&ids[..1_900]).unwrap();
        [&ours, &theirs].iter().for_each(|session| look(session, true));
        assert!(ours.compact(None).unwrap() > 0, "{layout}");
        [&ours, &theirs].iter().for_each(|session| look(session, true));
        // A peer that this session wrote before: one that was deleted, and one that is there.
        ours.update_peers(&[new[0].clone(), new[1_999].clone()]).unwrap();
        [&theirs, &ours].iter().for_each(|session| look(session, false));
        theirs.update_peers(&[peer(7, &["tgs_1002000"])]).unwrap();
        assert_eq!(id(&ours.peer_by_username("tgs_1002000").unwrap()), 7, "{layout}");
        child::run("vacuum", &harness.file, Bound::Nothing);
        assert_eq!(ours.contents().unwrap(), theirs.contents().unwrap());
    }
}

/// What another program may do.
pub fn vacuum(file: &Path) {
    sql(file, "VACUUM");
}

#[test]
fn a_file_that_is_a_sessions_alone_is_compacted_too() {
    for mode in MODES {
        for setting in ["", IN_STEPS] {
            let harness = with_room("pyrogram@3", mode);
            sql(&harness.file, setting);
            sql(&harness.file, MAKE_ROOM);
            let before = dump(&harness.file);
            let options = Options { exclusive: true, create: false, ..Options::default() };
            let session = Session::open(harness.file.to_str().unwrap(), &options).unwrap();
            assert_eq!(id(&session.peer_by_id(101).unwrap()), 101);
            assert!(session.compact(None).unwrap() >= 290_000);
            assert_eq!(id(&session.peer_by_id(101).unwrap()), 101);
            assert_eq!(try_open(&harness.file, false).err().unwrap().code(), ErrorCode::Locked);
            drop(session);
            check(&harness.file, &before, &format!("{mode} '{setting}'"));
            assert_eq!(harness.names(), ["account.session"]);
        }
    }
}

#[test]
fn a_session_in_bytes_has_fewer_of_them() {
    for setting in ["", IN_STEPS] {
        let harness = with_room("pyrogram@3", "DELETE");
        sql(&harness.file, setting);
        sql(&harness.file, MAKE_ROOM);
        let (before, bytes) = (dump(&harness.file), std::fs::read(&harness.file).unwrap());
        let session = Session::open_bytes(&bytes, &Options::default()).unwrap();
        let freed = session.compact(None).unwrap();
        let after = session.to_bytes(ByteOptions::default()).unwrap();
        assert_eq!((bytes.len() - after.len()) as u64, freed);
        assert!(freed >= 290_000);
        std::fs::write(&harness.file, &after).unwrap();
        check(&harness.file, &before, "");
    }
}

/// Makes room and gives it back, again and again.
pub fn compact_forever(file: &Path) {
    let session = open(file);
    let new: Vec<Peer> = (FIRST..FIRST + 3_000).map(|id| seen(id, &[&format!("tgs_{id}")], 1_000)).collect();
    child::say("ready");
    loop {
        session.update_peers(&new).unwrap();
        session.prune_peers(&Prune { seen_before: Some(2_000), ..Prune::default() }).unwrap();
        assert!(session.compact(limit(4_000_000)).unwrap() > 0);
    }
}

#[test]
fn a_process_that_is_killed_meanwhile_has_lost_nothing() {
    for mode in MODES {
        for setting in ["", IN_STEPS] {
            let harness = Harness::full("pyrogram@3");
            // Enough to be in the middle of.
            let kept: Vec<Peer> = (1..=5_000).map(|number| peer(2_000_000 + number, &[])).collect();
            open(&harness.file).update_peers(&kept).unwrap();
            sql(&harness.file, setting);
            sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
            let of_others = |contents: Contents| Contents {
                peers: contents.peers.into_iter().filter(|peer| !(FIRST..FIRST + 3_000).contains(&peer.id)).collect(),
                ..contents
            };
            let before = of_others(open(&harness.file).contents().unwrap());
            for delay in [0, 60, 150, 210, 333, 480] {
                let running = child::start("compact_forever", &harness.file);
                std::thread::sleep(Duration::from_millis(delay));
                running.kill();
                let session = open(&harness.file);
                assert_eq!(of_others(session.contents().unwrap()), before, "{mode} '{setting}' {delay}");
                drop(session);
                assert_eq!(value::<String>(&harness.file, "PRAGMA integrity_check"), "ok");
            }
        }
    }
}

/// There is no room for the copy that it takes.
pub fn compact_without_room(file: &Path) {
    let session = open(file);
    let before = session.contents().unwrap();
    let error = session.compact(None).unwrap_err();
    assert!(matches!(error.code(), ErrorCode::DiskFull | ErrorCode::Io), "{:?}: {error}", error.code());
    check_error(&error, file, &[key(1), key(2)]);
    assert_eq!(session.contents().unwrap(), before);
}

#[test]
fn on_a_full_medium_it_fails_and_nothing_is_lost() {
    for mode in MODES {
        let harness = Harness::full("pyrogram@3");
        open(&harness.file).update_peers(&many()).unwrap();
        sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
        sql(&harness.file, MAKE_ROOM);
        let before = dump(&harness.file);
        // The file itself is larger, and so is what is left of it.
        child::run("compact_without_room", &harness.file, Bound::FileSize(600));
        check(&harness.file, &before, mode);
        assert!(open(&harness.file).compact(None).unwrap() >= 300_000);
        check(&harness.file, &before, mode);
    }
}
