//! Many threads with one handle, while another program holds the file: every call is answered within its own time, and
//! who only reads does not stand in the writers' queue.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tgsession::model::{Field, FieldValue};
use tgsession::session::{Options, Session, UsernameExpiry};
use tgsession::{ErrorCode, Result};

use crate::child;
use crate::common::{id, peer, states};
use crate::harness::{Harness, raw, sql};

const WRITERS: i64 = 16;
const READERS: usize = 4;
const BUSY: Duration = Duration::from_millis(600);
/// What is promised is `BUSY`. This is for a machine with other work, and far from the sum of all.
const ANSWERED: Duration = Duration::from_millis(5 * 600);

/// Holds a read transaction, which keeps a commit out.
pub fn hold_shared(file: &Path) {
    let conn = raw(file);
    conn.execute_batch("BEGIN").unwrap();
    let _: i64 = conn.query_row("SELECT count(*) FROM peers", [], |row| row.get(0)).unwrap();
    child::wait();
}

fn handle(harness: &Harness, busy_timeout: Duration) -> Session {
    let options = Options { busy_timeout, create: false, username_expiry: UsernameExpiry::Never, ..Options::default() };
    Session::open(harness.file.to_str().unwrap(), &options).unwrap()
}

fn timed<T>(call: impl FnOnce() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    let answer = call();
    assert!(started.elapsed() < ANSWERED, "it took {:?}", started.elapsed());
    answer
}

/// One call of each kind, which is answered although others write.
fn read(session: &Session, round: i64) {
    // A peer that no cache has an answer for, and one that it has.
    assert_eq!(id(&timed(|| session.peer_by_id(101)).unwrap()), 101);
    assert_eq!(id(&timed(|| session.peer_by_id(500_000 + round)).unwrap()), 0);
    assert_eq!(id(&timed(|| session.peer_by_username("tgs_one")).unwrap()), 101);
    assert!(timed(|| session.get(Field::AuthKey)).unwrap().is_some());
    assert_eq!(timed(|| session.update_states()).unwrap(), states());
}

/// Readers read all the time; `while_they_read` ends when each of them has read often since it began.
fn with_readers(session: &Session, while_they_read: impl FnOnce(&dyn Fn())) {
    let (is_over, rounds) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..READERS {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    read(session, rounds.fetch_add(1, Ordering::Relaxed) as i64);
                }
            });
        }
        let before = rounds.load(Ordering::Relaxed);
        while_they_read(&|| {
            let started = Instant::now();
            while rounds.load(Ordering::Relaxed) < before + 100 && started.elapsed() < ANSWERED {
                std::thread::sleep(Duration::from_millis(1));
            }
            let read = rounds.load(Ordering::Relaxed) - before;
            is_over.store(true, Ordering::Relaxed);
            assert!(read >= 100, "only {read} rounds");
        });
        is_over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn writers_are_refused_in_time_and_readers_read() {
    for (mode, action) in [("DELETE", "hold_reserved"), ("WAL", "hold_reserved"), ("DELETE", "hold_shared")] {
        let harness = Harness::full("pyrogram@3");
        sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
        let session = handle(&harness, BUSY);
        let holder = child::start(action, &harness.file);
        with_readers(&session, |have_read_often| {
            std::thread::scope(|scope| {
                for number in 1..=WRITERS {
                    let session = &session;
                    scope.spawn(move || {
                        let error = timed(|| session.update_peers(&[peer(number, &[])])).unwrap_err();
                        assert_eq!(error.code(), ErrorCode::Locked, "{mode} {action}: {error}");
                    });
                }
                have_read_often();
            });
        });
        holder.kill();
        session.update_peers(&[peer(7, &["tgs_later"])]).unwrap();
        assert_eq!(id(&session.peer_by_username("tgs_later").unwrap()), 7);
    }
}

#[test]
fn writers_wait_until_the_lock_is_free_and_all_of_them_write() {
    for (mode, action) in [("DELETE", "hold_reserved"), ("WAL", "hold_reserved"), ("DELETE", "hold_shared")] {
        let harness = Harness::full("pyrogram@3");
        sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
        let session = handle(&harness, Duration::from_secs(60));
        let holder = child::start(action, &harness.file);
        std::thread::scope(|scope| {
            for number in 1..=WRITERS {
                let session = &session;
                scope.spawn(move || {
                    session.update_peers(&[peer(600_000 + number, &[])]).unwrap();
                    // What one has written is there for it at once.
                    assert_eq!(id(&session.peer_by_id(600_000 + number).unwrap()), 600_000 + number);
                });
            }
            with_readers(&session, |have_read_often| have_read_often());
            holder.kill();
        });
        let ids: Vec<i64> = (1..=WRITERS).map(|number| 600_000 + number).collect();
        assert_eq!(session.peers(Some(&ids)).unwrap().len(), ids.len());
    }
}

#[test]
fn where_nobody_can_read_either_all_are_answered_in_time() {
    let harness = Harness::full("pyrogram@3");
    let session = handle(&harness, BUSY);
    let holder = child::start("hold_exclusive", &harness.file);
    let changes = [(Field::ApiId, Some(FieldValue::Integer(7)))];
    std::thread::scope(|scope| {
        for number in 0..WRITERS {
            let (session, changes) = (&session, &changes);
            scope.spawn(move || {
                let answers = [
                    timed(|| session.set(changes)),
                    timed(|| session.peer_by_id(number + 1).map(drop)),
                    timed(|| session.save()),
                ];
                assert!(answers.iter().all(|answer| answer.as_ref().is_err_and(|e| e.code() == ErrorCode::Locked)));
            });
        }
    });
    let started = Instant::now();
    let opened = Session::open(harness.file.to_str().unwrap(), &Options { busy_timeout: BUSY, ..Options::default() });
    assert_eq!(opened.err().map(|error| error.code()), Some(ErrorCode::Locked));
    assert!((BUSY..ANSWERED).contains(&started.elapsed()), "{:?}", started.elapsed());
    holder.kill();
    session.set(&changes).unwrap();
}

/// Programs that read all the time keep a writer out only for as long as one of them reads.
#[test]
fn readers_elsewhere_do_not_starve_a_writer() {
    let harness = Harness::full("pyrogram@3");
    let session = handle(&harness, Duration::from_secs(30));
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let conn = raw(&harness.file);
                let mut statement = conn.prepare("SELECT count(*) FROM peers a, peers b, peers c, peers d").unwrap();
                while !is_over.load(Ordering::Relaxed) {
                    let _: i64 = statement.query_row([], |row| row.get(0)).unwrap();
                }
            });
        }
        for number in 0..20 {
            let written = session.update_peers(&[peer(600_000 + number, &[])]);
            is_over.fetch_or(written.is_err(), Ordering::Relaxed);
            written.unwrap();
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

/// Who waits for no other program still waits for the other threads of its own.
#[test]
fn threads_share_a_handle_that_waits_for_nobody() {
    let harness = Harness::full("pyrogram@3");
    let session = handle(&harness, Duration::ZERO);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let session = &session;
            scope.spawn(move || {
                for round in 0..20 {
                    session.update_peers(&[peer(600_000 + thread * 100 + round, &[])]).unwrap();
                    read(session, round);
                }
            });
        }
    });
}
