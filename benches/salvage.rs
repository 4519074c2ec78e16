//! How much comes back from many damaged files, beside the command `.recover` of `sqlite3`, in the same run.
//!
//! `make bench-salvage`, or `cargo bench --bench salvage -- FILES SEED`.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "a program that measures")]

#[path = "../tests/salvage/damage.rs"]
mod damage;
#[path = "../tests/salvage/damaged_files.rs"]
mod damaged_files;
#[path = "../tests/salvage/random.rs"]
mod random;
#[path = "../tests/salvage/sample.rs"]
mod sample;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;
use rusqlite::types::Value;

use damage::KINDS;
use damaged_files::{Damaged, Recovered, by_salvage};
use random::Random;
use sample::Sample;

/// The sums of many files.
#[derive(Default)]
struct Sums {
    files: usize,
    peers_there: usize,
    ours: Sum,
    theirs: Sum,
}

#[derive(Default)]
struct Sum {
    keys: usize,
    wrong_keys: usize,
    wrong_and_certain: usize,
    peers: usize,
    wrong_peers: usize,
    stopped: usize,
}

impl Sum {
    fn add(&mut self, recovered: Recovered) {
        self.keys += usize::from(recovered.key);
        self.wrong_keys += usize::from(recovered.wrong_key);
        self.wrong_and_certain += usize::from(recovered.wrong_key && !recovered.is_doubtful);
        self.peers += recovered.peers;
        self.wrong_peers += recovered.wrong_peers;
        self.stopped += usize::from(recovered.was_stopped);
    }
}

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let files = numbers.next().unwrap_or(1000);
    let seed = numbers.next().unwrap_or(14);
    let mut random = Random(u64::try_from(seed).unwrap());
    let mut sums: BTreeMap<String, Sums> = BTreeMap::new();
    for number in 0..files {
        let sample = Sample::new(number, &mut random);
        let damaged = Damaged::new(&sample, number, &mut random);
        let (ours, theirs) = (by_salvage(&damaged, &sample), by_recover(&damaged, &sample));
        let percent = match damaged.percent {
            ..=10 => "1 to 10 % of the pages",
            11..=25 => "11 to 25 %",
            _ => "26 to 50 %",
        };
        let kind = format!("{:?}", damaged.kind).to_lowercase();
        for row in ["all".to_owned(), kind, percent.to_owned()] {
            let sums = sums.entry(row).or_default();
            sums.files += 1;
            sums.peers_there += sample.peers.len();
            sums.ours.add(ours);
            sums.theirs.add(theirs);
        }
    }
    let rows = ["all".to_owned()].into_iter().chain(KINDS.map(|kind| format!("{kind:?}").to_lowercase()));
    let percents = ["1 to 10 % of the pages", "11 to 25 %", "26 to 50 %"].map(str::to_owned);
    println!("| damage | files | key: tgsession | .recover | peers: tgsession | .recover |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    for row in rows.chain(percents) {
        if let Some(sums) = sums.get(&row) {
            print_row(&row, sums);
        }
    }
    let Sums { ours, theirs, .. } = &sums["all"];
    println!(
        "\ntgsession: {} wrong keys, of which it called {} doubtful; {} peers with a wrong access hash",
        ours.wrong_keys,
        ours.wrong_keys - ours.wrong_and_certain,
        ours.wrong_peers
    );
    println!(".recover: {} files on which it was stopped after {SECONDS} s", theirs.stopped);
}

#[allow(clippy::cast_precision_loss, reason = "a percentage")]
fn print_row(name: &str, sums: &Sums) {
    let share = |part: usize, whole: usize| format!("{:.1} %", 100.0 * part as f64 / whole as f64);
    let Sums { files, peers_there, ours, theirs } = sums;
    println!(
        "| {name} | {files} | {} | {} | {} | {} |",
        share(ours.keys, *files),
        share(theirs.keys, *files),
        share(ours.peers, *peers_there),
        share(theirs.peers, *peers_there),
    );
}

/// How long `.recover` may take for a file of 200 kilobytes; 0.1 s are usual.
const SECONDS: &str = "10";

// Whatever table the rows are in, `lost_and_found` too: nobody told it which key and which columns are meant.
fn by_recover(damaged: &Damaged, sample: &Sample) -> Recovered {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    for entry in fs::read_dir(damaged.folder.path()).unwrap().map(|entry| entry.unwrap()) {
        fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    let (file, sql) = (folder.path().join("account.session"), folder.path().join("recovered.sql"));
    // It runs on without end on some files; what it has printed until then counts.
    let recover = Command::new("timeout").arg(SECONDS).arg(sqlite3()).arg(&file).arg(".recover").output();
    let recover = recover.expect("the measurement needs timeout, of coreutils");
    fs::write(&sql, [recover.stdout.as_slice(), b"\nCOMMIT;\n"].concat()).unwrap();
    let database = folder.path().join("recovered.db");
    let run = Command::new(sqlite3()).arg(&database).arg(format!(".read {}", sql.display())).output().unwrap();
    let _ = run.status; // it goes on after an error
    Recovered { was_stopped: recover.status.code() == Some(124), ..found_in(&database, sample) }
}

// `tests/salvage/build-sqlite3` makes it, where `make bench-salvage` says.
fn sqlite3() -> PathBuf {
    std::env::var_os("TGS_SQLITE3")
        .expect("TGS_SQLITE3 names no sqlite3 that can .recover: run `make bench-salvage`")
        .into()
}

fn found_in(database: &Path, sample: &Sample) -> Recovered {
    let conn = Connection::open(database).unwrap();
    let names = "SELECT name FROM sqlite_master WHERE type = 'table'";
    let Ok(mut statement) = conn.prepare(names) else { return Recovered::default() };
    let tables: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().filter_map(Result::ok).collect();
    let (mut recovered, mut ids) = (Recovered::default(), std::collections::BTreeSet::new());
    for table in tables {
        let Ok(mut statement) = conn.prepare(&format!("SELECT * FROM \"{table}\"")) else { continue };
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Ok(Some(row)) = rows.next() {
            let values: Vec<Value> = (0..columns).filter_map(|column| row.get(column).ok()).collect();
            let key = |value: &Value| matches!(value, Value::Blob(blob) if *blob == sample.key.as_bytes());
            recovered.key |= values.iter().any(key);
            if is_of_peers(&table, &values, sample) {
                ids.extend(peer_of(&values, sample));
            }
        }
    }
    recovered.peers = ids.len();
    recovered
}

// An entry of an index and an update state have the id of a peer, and our own table what the client has no column for: none
// of them has a peer.
fn is_of_peers(table: &str, values: &[Value], sample: &Sample) -> bool {
    let own = 8;
    let fields = match values.get(2) {
        Some(Value::Integer(fields)) if table.starts_with("lost_and_found") => *fields,
        _ if table == "tgsession_peers" => own,
        _ => 5,
    };
    table != "update_state" && fields >= 5 && (fields != own || sample.layout == "telethon@10")
}

// A row that has a peer's id and its access hash.
fn peer_of(values: &[Value], sample: &Sample) -> Option<i64> {
    let numbers: Vec<i64> = values
        .iter()
        .filter_map(|value| match value {
            Value::Integer(number) => Some(*number),
            _ => None,
        })
        .collect();
    let has_hash = |hash: Option<i64>| hash.is_none_or(|hash| numbers.contains(&hash));
    numbers.iter().copied().find(|id| sample.peers.get(id).is_some_and(|hash| has_hash(*hash)))
}
