//! Eight processes on one file, this library and Python's `sqlite3`, readers and writers, of which some are killed: what was
//! acknowledged is there, and nobody ever sees a part of a batch.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use tgsession::model::Peer;
use tgsession::session::{Options, Session};

use crate::child::{self, Running};
use crate::common::peer;
use crate::harness::{Harness, create, open, sql, value};

pub const BATCH: i64 = 5;
const HALF: Duration = Duration::from_millis(1_500);
// Two minutes. A process waits for the lock no longer than half a minute.
const MOST_TURNS: usize = 80;

// As Python's clients do it. Each process has ids of its own.
const PYTHON_WRITER: &str = r#"
import itertools, os, sqlite3, sys
conn = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
first = os.getpid() * 1_000_000
print("ready", flush=True)
for number in itertools.count():
    conn.execute("BEGIN IMMEDIATE")
    conn.executemany("REPLACE INTO peers (id, access_hash, type) VALUES (?, ?, 'user')",
                     [(first + number * 5 + i, first) for i in range(5)])
    conn.execute("COMMIT")
    print("wrote", first, number, flush=True)
"#;
const PYTHON_READER: &str = r#"
import sqlite3, sys
conn = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
print("ready", flush=True)
while True:
    for first, count in conn.execute("SELECT access_hash, count(*) FROM peers GROUP BY access_hash"):
        if count % 5:
            print("torn", first, count, flush=True)
    print("read", flush=True)
"#;

fn open_patiently(file: &Path, read_only: bool) -> Session {
    let options = Options { read_only, create: false, busy_timeout: Duration::from_secs(30), ..Options::default() };
    Session::open(file.to_str().unwrap(), &options).unwrap()
}

fn first_id() -> i64 {
    i64::from(std::process::id()) * 1_000_000
}

fn batch(first: i64, number: i64) -> Vec<Peer> {
    let ids = first + number * BATCH..first + (number + 1) * BATCH;
    ids.map(|id| Peer { access_hash: Some(first), ..peer(id, &[]) }).collect()
}

/// In a child: writes new peers, and tells of each batch that is written.
pub fn write_new_peers(file: &Path) {
    let session = open_patiently(file, false);
    child::say("ready");
    for number in 0.. {
        session.update_peers(&batch(first_id(), number)).unwrap();
        child::say(&format!("wrote {} {number}", first_id()));
        if number % 10 == 0 {
            session.save().unwrap();
        }
    }
}

/// In a child: reads all peers, by turns in a session that stays open and in one that is opened for it.
pub fn read_all_peers(file: &Path) {
    let session = open_patiently(file, true);
    child::say("ready");
    loop {
        for peers in [session.peers(None).unwrap(), open_patiently(file, true).peers(None).unwrap()] {
            let mut counts = BTreeMap::<i64, i64>::new();
            peers.iter().for_each(|peer| *counts.entry(peer.access_hash.unwrap()).or_default() += 1);
            for (first, count) in counts.into_iter().filter(|(_, count)| count % BATCH != 0) {
                child::say(&format!("torn {first} {count}"));
            }
        }
        child::say("read");
    }
}

/// The batches that were acknowledged: the first id of each writer, and the number.
pub fn acknowledged(said: &[String]) -> Vec<(i64, i64)> {
    let wrote = said.iter().filter_map(|line| line.strip_prefix("wrote ")?.split_once(' '));
    wrote.map(|(first, number)| (first.parse().unwrap(), number.parse().unwrap())).collect()
}

const KINDS: [(&str, &[usize]); 4] =
    [("writer", &[0, 2, 4]), ("writer of Python's", &[1, 3]), ("reader", &[5, 6]), ("reader of Python's", &[7])];

#[test]
#[ignore = "needs python3: make test-rust"]
fn eight_processes_lose_nothing() {
    for mode in ["DELETE", "WAL"] {
        let harness = Harness::new();
        drop(create(&harness.file, "pyrogram@3"));
        sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
        let ours = |action| child::start(action, &harness.file);
        let python = |script| child::start_python(script, &harness.file);
        let mut running: Vec<Running> = vec![
            ours("write_new_peers"),
            python(PYTHON_WRITER),
            ours("write_new_peers"),
            python(PYTHON_WRITER),
            ours("write_new_peers"),
            ours("read_all_peers"),
            ours("read_all_peers"),
            python(PYTHON_READER),
        ];
        // SQLite's lock is not fair: on a busy machine it takes long until one of each kind had its turn.
        let mut turns = 0;
        while let Some((kind, _)) =
            KINDS.iter().find(|(_, processes)| !processes.iter().any(|process| running[*process].has_said_more()))
        {
            assert!(turns < MOST_TURNS, "{mode}: no {kind} did anything");
            turns += 1;
            std::thread::sleep(HALF);
        }
        std::thread::sleep(HALF);
        let mut said: Vec<Vec<String>> = running.drain(..2).map(Running::kill).collect();
        std::thread::sleep(HALF);
        said.extend(running.into_iter().map(Running::kill));

        let torn: Vec<_> = said.iter().flatten().filter(|line| line.starts_with("torn")).collect();
        assert!(torn.is_empty(), "{mode}: {torn:?}");
        let peers: BTreeMap<i64, Option<i64>> =
            open(&harness.file).peers(None).unwrap().into_iter().map(|peer| (peer.id, peer.access_hash)).collect();
        let batches: Vec<_> = said.iter().flat_map(|said| acknowledged(said)).collect();
        for (first, number) in &batches {
            for peer in batch(*first, *number) {
                assert_eq!(peers.get(&peer.id), Some(&Some(*first)), "{mode}: of batch {number} of {first}");
            }
        }
        assert_eq!(value::<String>(&harness.file, "PRAGMA integrity_check"), "ok");
        println!("{mode}: {} batches were acknowledged", batches.len());
    }
}
