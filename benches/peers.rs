//! What the library costs beside plain SQLite, through the same rusqlite, on the same file layout, in the same run.
//!
//! `make bench`, or `cargo bench --bench peers -- PEERS ROUNDS`. Each round runs both, one after the other; the table
//! shows the medians and their ratio.

#![allow(clippy::unwrap_used, missing_docs, reason = "a program that measures")]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior, params};
use tgsession::model::{PartialPeer, Peer, PeerType};
use tgsession::session::{Lookup, Options, Session};

const LOOKUPS: usize = 20_000;

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let peers = invent(numbers.next().unwrap_or(100_000));
    let rounds = numbers.next().unwrap_or(7);
    let folder = tempfile::tempdir().unwrap();

    println!("{} peers, {LOOKUPS} lookups, {rounds} rounds: medians\n", peers.len());
    println!("{:34} {:>12} {:>14} {:>7}", "", "tgsession", "plain SQLite", "ratio");
    update_peers("update_peers, new file, one call", &peers, rounds, folder.path());
    for batch in [200, 1] {
        update_in_batches(&peers[..200 * batch], batch, rounds, folder.path());
    }

    merging(&peers, rounds, folder.path());

    let path = folder.path().join("lookups.session");
    Session::open(path.to_str().unwrap(), &Options::default()).unwrap().update_peers(&peers).unwrap();
    lookups(&path, &peers, rounds);
    opening(&path, &peers, rounds, folder.path());
}

fn invent(count: usize) -> Vec<Peer> {
    let peer = |index: usize| {
        let id = 777_000_000_000 + i64::try_from(index).unwrap();
        Peer {
            id,
            access_hash: Some(id.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64.cast_signed())),
            peer_type: Some(PeerType::User),
            usernames: vec![format!("tgs_user_{index}")],
            phone_number: Some(format!("99966{index:07}")),
            ..Peer::default()
        }
    };
    (0..count).map(peer).collect()
}

/// Runs both by turns and prints the medians.
fn compare(what: &str, rounds: usize, mut ours: impl FnMut(usize), mut plain: impl FnMut(usize)) {
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..rounds {
        times[0].push(time(|| ours(round)));
        times[1].push(time(|| plain(round)));
    }
    let [ours, plain] = times.map(|mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    });
    println!("{what:34} {ours:>12.2?} {plain:>14.2?} {:>7.2}", ours.as_secs_f64() / plain.as_secs_f64());
}

fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

fn update_peers(what: &str, peers: &[Peer], rounds: usize, folder: &Path) {
    let ours: Vec<_> = (0..rounds).map(|round| new_session(folder, &format!("ours{round}"))).collect();
    let plain: Vec<_> = (0..rounds).map(|round| plain_connection(folder, &format!("plain{round}"))).collect();
    compare(what, rounds, |round| ours[round].update_peers(peers).unwrap(), |round| plain_update(&plain[round], peers));
}

fn update_in_batches(peers: &[Peer], batch: usize, rounds: usize, folder: &Path) {
    let ours = new_session(folder, &format!("batches{batch}"));
    let plain = plain_connection(folder, &format!("plainbatches{batch}"));
    compare(
        &format!("update_peers, {} calls of {batch}", peers.len() / batch),
        rounds,
        |_| peers.chunks(batch).for_each(|peers| ours.update_peers(peers).unwrap()),
        |_| peers.chunks(batch).for_each(|peers| plain_update(&plain, peers)),
    );
}

/// Other access hashes each time, and nothing else of the peers. Here the second column is an update, which has to tell all.
fn merging(peers: &[Peer], rounds: usize, folder: &Path) {
    let [merged, updated] = ["merged", "updated"].map(|name| new_session(folder, name));
    let hash = |peer: &Peer, turn: i64| peer.access_hash.map(|hash| hash ^ turn);
    let told = [1, 2].map(|turn| {
        let partial =
            |peer: &Peer| PartialPeer { id: peer.id, access_hash: hash(peer, turn), ..PartialPeer::default() };
        peers.iter().map(partial).collect::<Vec<_>>()
    });
    let whole = [1, 2].map(|turn| {
        let other = |peer: &Peer| Peer { access_hash: hash(peer, turn), ..peer.clone() };
        peers.iter().map(other).collect::<Vec<_>>()
    });
    for session in [&merged, &updated] {
        session.update_peers(peers).unwrap();
    }
    compare(
        "merge_peers beside update_peers",
        rounds,
        |round| merged.merge_peers(&told[round % 2]).unwrap(),
        |round| updated.update_peers(&whole[round % 2]).unwrap(),
    );
    let few = 200.min(peers.len());
    compare(
        "100 × merge_peers of 200 beside it",
        rounds,
        |_| (0..100).for_each(|round| merged.merge_peers(&told[round % 2][..few]).unwrap()),
        |_| (0..100).for_each(|round| updated.update_peers(&whole[round % 2][..few]).unwrap()),
    );
}

fn new_session(folder: &Path, name: &str) -> Session {
    Session::open(folder.join(name).to_str().unwrap(), &Options::default()).unwrap()
}

/// The same layout, made by us and closed; then the connection that a careful programmer would open.
fn plain_connection(folder: &Path, name: &str) -> Connection {
    drop(new_session(folder, name));
    connect(&folder.join(name))
}

fn connect(path: &Path) -> Connection {
    let conn = Connection::open(path).unwrap();
    conn.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    conn
}

fn plain_update(conn: &Connection, peers: &[Peer]) {
    let transaction = rusqlite::Transaction::new_unchecked(conn, TransactionBehavior::Immediate).unwrap();
    let mut statement = transaction
        .prepare_cached("REPLACE INTO peers (id, access_hash, type, username, phone_number) VALUES (?, ?, ?, ?, ?)")
        .unwrap();
    for peer in peers {
        statement.execute(params![peer.id, peer.access_hash, "user", peer.usernames[0], peer.phone_number]).unwrap();
    }
    drop(statement);
    transaction.commit().unwrap();
}

fn lookups(path: &Path, peers: &[Peer], rounds: usize) {
    let ours = Session::open(path.to_str().unwrap(), &Options::default()).unwrap();
    let conn = connect(path);
    let chosen: Vec<&Peer> = (0..LOOKUPS).map(|index| &peers[index * 7919 % peers.len()]).collect();
    let found = |lookup: tgsession::Result<Lookup>| assert!(matches!(black_box(lookup), Ok(Lookup::Found(_))));
    compare(
        "get_peer_by_id",
        rounds,
        |_| chosen.iter().for_each(|peer| found(ours.peer_by_id(peer.id))),
        |_| chosen.iter().for_each(|peer| plain_lookup(&conn, "id = ?1", &peer.id)),
    );
    compare(
        "get_peer_by_username",
        rounds,
        |_| chosen.iter().for_each(|peer| found(ours.peer_by_username(&peer.usernames[0]))),
        |_| {
            chosen.iter().for_each(|peer| {
                plain_lookup(&conn, "username = ?1 ORDER BY last_update_on DESC", &peer.usernames[0]);
            })
        },
    );
    compare(
        "get_peer_by_phone_number",
        rounds,
        |_| chosen.iter().for_each(|peer| found(ours.peer_by_phone_number(peer.phone_number.as_deref().unwrap()))),
        |_| chosen.iter().for_each(|peer| plain_lookup(&conn, "phone_number = ?1", &peer.phone_number)),
    );
}

fn plain_lookup(conn: &Connection, condition: &str, key: &dyn rusqlite::ToSql) {
    let sql = format!("SELECT id, access_hash, type, last_update_on FROM peers WHERE {condition}");
    let mut statement = conn.prepare_cached(&sql).unwrap();
    let row: (i64, Option<i64>, String, i64) =
        statement.query_row([key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap();
    black_box(row);
}

/// The same with many peers as with ten: here the second column is the small file.
fn opening(many: &Path, peers: &[Peer], rounds: usize, folder: &Path) {
    let few = folder.join("few.session");
    Session::open(few.to_str().unwrap(), &Options::default()).unwrap().update_peers(&peers[..10]).unwrap();
    let open = |path: &Path| {
        for _ in 0..200 {
            black_box(Session::open(path.to_str().unwrap(), &Options::default()).unwrap());
        }
    };
    compare("200 × open: all peers beside ten", rounds, |_| open(many), |_| open(&few));
}
