//! A library and we on one file at the same time.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::{Value, json};
use tgsession::ErrorCode;
use tgsession::model::Peer;
use tgsession::session::Session;

use crate::bench::{Bench, open, open_impatiently};
use crate::oracle::Process;

const OURS: i64 = 777_000_900_000;
const THEIRS: i64 = 777_000_500_000;
const BATCH: i64 = 50;

fn our_peer(id: i64) -> Peer {
    Peer { id, access_hash: Some(-id), usernames: vec![format!("tgs_ours_{id}")], ..Peer::default() }
}

/// The library has written and not saved: we read its last save, our write waits or is refused, and after its save
/// everything is there.
pub fn a_writer_that_waits(bench: &mut Bench) {
    let file = bench.begin("hold");
    let mut holder = Process::start(bench.library.key, "hold", &file);
    let account = bench.account();
    bench.oracle.ask("write", &file, &account);
    let before = ids(&open(&file, true));
    let held: Vec<Value> = (0..20).map(|n| their_peer(THEIRS + n)).collect();
    let waiting = open_impatiently(&file);
    holder.say(&json!({"peers": held}));
    assert!(holder.hear().is_some(), "{}: it cannot hold the file", bench.library.key);
    let is_locked = match waiting.update_peers(&[our_peer(OURS)]) {
        Ok(()) => false,
        Err(error) => {
            bench.equal("the error", &ErrorCode::Locked, &error.code());
            bench.equal(
                format!("the error names the file: {error}"),
                &true,
                &error.to_string().contains(file.to_str().unwrap()),
            );
            true
        }
    };
    bench.equal("it holds its lock", &bench.library.holds_its_lock, &is_locked);
    for session in [&waiting, &open(&file, true), &open(&file, false)] {
        let mut seen = ids(session);
        if !is_locked {
            seen.retain(|id| *id != OURS && !(THEIRS..THEIRS + 20).contains(id));
        }
        bench.equal("what it saved", &before, &seen);
    }
    // A writer with a long enough busy timeout succeeds.
    let (patient, path) = (std::sync::Barrier::new(2), file.clone());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let session = open(&path, false);
            patient.wait();
            session.update_peers(&[our_peer(OURS + 2)]).unwrap();
        });
        patient.wait();
        std::thread::sleep(Duration::from_millis(50));
        bench.equal("it saves", &Some(json!({"closed": true})), &holder.close());
    });
    waiting.update_peers(&[our_peer(OURS + 1)]).unwrap();
    let now = ids(&waiting);
    let all = (0..20).map(|n| THEIRS + n).chain([OURS + 1, OURS + 2]).all(|id| now.contains(&id));
    bench.equal("both are there", &true, &all);
}

fn their_peer(id: i64) -> Value {
    json!({"id": id, "access_hash": id, "type": "user", "usernames": [format!("tgs_held_{id}")], "phone_number": null, "name": "Held"})
}

fn ids(session: &Session) -> Vec<i64> {
    session.peers(None).unwrap().iter().map(|peer| peer.id).collect()
}

/// Both write without a pause: every peer of both is there, and the file has the journal mode and version of the library.
pub fn two_writers(bench: &mut Bench) {
    let file = bench.begin("churn");
    let mut churn = Process::start(bench.library.key, "churn", &file);
    let account = bench.account();
    bench.oracle.ask("write", &file, &account);
    let before = ids(&open(&file, true));
    let kept = keeping(&file);
    churn.say(&json!({"rounds": 12, "batch": BATCH, "first_id": THEIRS, "sleep": 0.03}));
    assert!(churn.hear().is_some(), "{}: it cannot churn", bench.library.key);
    let session = open(&file, false);
    let mut written = 0;
    let end = Instant::now() + Duration::from_secs(1);
    while written < 30 && Instant::now() < end {
        session.update_peers(&[our_peer(OURS + written)]).unwrap();
        written += 1;
    }
    let mut last = Value::Null;
    while let Some(line) = churn.hear() {
        last = line;
    }
    bench.equal("it wrote all its rounds", &json!({"rounds": 12}), &last);
    let now = ids(&session);
    let all = before.iter().copied().chain(THEIRS..THEIRS + BATCH).chain(OURS..OURS + written);
    bench.equal("missing", &Vec::<i64>::new(), &all.filter(|id| !now.contains(id)).collect());
    drop(session);
    bench.equal("journal mode and version", &kept, &keeping(&file));
    let check: String =
        Connection::open(&file).unwrap().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    bench.equal("integrity", &"ok".to_owned(), &check);
}

/// The journal mode (as the header tells it) and the version.
fn keeping(file: &Path) -> (u8, i64) {
    let raw = Connection::open(file).unwrap();
    let version = raw.query_row("SELECT * FROM version", [], |row| row.get(0)).unwrap();
    (std::fs::read(file).unwrap()[18], version)
}

/// SIGKILL in the middle of a write: everything that it had saved is there, whether we may write or not.
pub fn a_writer_that_is_killed(bench: &mut Bench) {
    let file = bench.begin("kill");
    let mut churn = Process::start(bench.library.key, "churn", &file);
    let account = bench.account();
    bench.oracle.ask("write", &file, &account);
    let before = ids(&open(&file, true));
    churn.say(&json!({"rounds": 100_000, "batch": BATCH * 4, "first_id": THEIRS, "cache_pages": 2}));
    let saved = (0..6).map(|_| churn.hear().unwrap()["round"].as_i64().unwrap()).last().unwrap();
    churn.kill();
    let killed = snapshot(&file);
    let session = open(&file, true);
    is_whole(bench, &session, &before, saved);
    drop(session);
    bench.equal("read-only nothing changes", &Vec::new(), &changed(&killed, &snapshot(&file)));
    let session = open(&file, false);
    is_whole(bench, &session, &before, saved);
    session.update_peers(&[our_peer(OURS)]).unwrap();
    drop(session);
    let read = bench.oracle.ask("read", &file, &json!({"lookups": {"ids": [OURS]}}));
    bench.equal("the library finds what we wrote", &json!(OURS), &read["lookups"]["ids"][OURS.to_string()]["id"]);
}

fn is_whole(bench: &mut Bench, session: &Session, before: &[i64], saved: i64) {
    let peers = session.peers(None).unwrap();
    let lost: Vec<i64> = before.iter().copied().filter(|id| peers.iter().all(|peer| peer.id != *id)).collect();
    bench.equal("what was there before", &Vec::new(), &lost);
    let theirs: Vec<&Peer> = peers.iter().filter(|peer| (THEIRS..THEIRS + BATCH * 4).contains(&peer.id)).collect();
    bench.equal("a whole round", &usize::try_from(BATCH * 4).unwrap(), &theirs.len());
    let rounds: Vec<i64> = theirs.iter().map(|peer| peer.access_hash.unwrap() / 1_000_000).collect();
    let oldest = rounds.iter().min().copied().unwrap_or_default();
    bench.equal(format!("the oldest round {oldest} is not older than the saved {saved}"), &true, &(oldest >= saved));
    bench.equal("one round", &true, &rounds.iter().all(|round| *round == oldest));
}

/// All files but the `-shm`, which is memory shared by the readers of a WAL.
fn changed(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let names = before
        .keys()
        .chain(after.keys())
        .filter(|name| before.contains_key(*name) != after.contains_key(*name) || !name.ends_with("-shm"));
    names.filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

fn snapshot(file: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(file.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect()
}
