//! Many sessions share few connections.

use std::time::{Duration, Instant};

use tgsession::model::{Field, FieldValue};
use tgsession::session::{Options, Session};

use crate::bad_input::execute;
use crate::common::{id, peer};
use crate::databases::{Database, all, mariadb, postgresql};

#[test]
fn a_hundred_sessions_at_once_use_a_few_connections() {
    for database in all() {
        let wait = Options { busy_timeout: std::time::Duration::from_secs(60), ..Options::default() };
        let sessions: Vec<Session> =
            (0..100).map(|number| database.try_open(&format!("s{number}"), &wait).unwrap()).collect();
        std::thread::scope(|scope| {
            for (number, session) in (1_i64..).zip(&sessions) {
                scope.spawn(move || {
                    session.update_peers(&[peer(number, &["tgs_same"])]).unwrap();
                    session.set(&[(Field::ApiId, Some(FieldValue::Integer(number)))]).unwrap();
                    assert_eq!(id(&session.peer_by_username("tgs_same").unwrap()), number);
                });
            }
        });
        for (number, session) in (1_i64..).zip(&sessions) {
            assert_eq!(session.get(Field::ApiId).unwrap(), Some(FieldValue::Integer(number)), "{}", database.name);
            assert_eq!(session.peers(None).unwrap().len(), 1, "{}", database.name);
        }
    }
}

/// The connections of a pool are counted by its limit: one more than the server is asked for is never needed.
#[test]
fn one_connection_is_enough() {
    for database in [postgresql(), mariadb()] {
        let location = |number: i64| format!("{}&pool_size=1", database.location(&format!("s{number}")));
        let sessions: Vec<Session> =
            (1..=20).map(|number| Session::open(&location(number), &Options::default()).unwrap()).collect();
        std::thread::scope(|scope| {
            for (number, session) in (1_i64..).zip(&sessions) {
                scope.spawn(move || session.update_peers(&[peer(number, &[])]).unwrap());
            }
        });
        assert!(sessions.iter().all(|session| session.peers(None).unwrap().len() == 1), "{}", database.name);
    }
}

#[test]
fn a_lock_that_nobody_gives_back_is_waited_for_no_longer_than_asked() {
    for database in [postgresql(), mariadb()] {
        let impatient = Options { busy_timeout: std::time::Duration::from_secs(1), ..Options::default() };
        let session = database.try_open("a", &impatient).unwrap();
        session.update_peers(&[peer(5, &[])]).unwrap();
        let error = holding(&database, || session.update_peers(&[peer(5, &["tgs_new"])]).unwrap_err());
        assert_eq!(error.code(), tgsession::ErrorCode::Locked, "{error}");
        session.update_peers(&[peer(5, &["tgs_new"])]).unwrap();
        assert_eq!(session.peers(None).unwrap()[0].usernames, ["tgs_new"], "{}", database.name);
    }
}

#[test]
fn who_reads_does_not_wait_for_who_waits_for_a_lock() {
    const BUSY: Duration = Duration::from_secs(2);
    for database in [postgresql(), mariadb()] {
        let session = database.try_open("a", &Options { busy_timeout: BUSY, ..Options::default() }).unwrap();
        session.update_peers(&[peer(5, &["tgs_name"])]).unwrap();
        let refused = || session.update_peers(&[peer(5, &[])]).unwrap_err().code();
        holding(&database, || {
            std::thread::scope(|scope| {
                let started = Instant::now();
                let writers: Vec<_> = (0..8).map(|_| scope.spawn(refused)).collect();
                std::thread::sleep(Duration::from_millis(100));
                for _ in 0..50 {
                    assert_eq!(id(&session.peer_by_username("tgs_name").unwrap()), 5);
                }
                assert!(writers.iter().all(|writer| !writer.is_finished()), "{}", database.name);
                assert!(writers.into_iter().all(|writer| writer.join().unwrap() == tgsession::ErrorCode::Locked));
                assert!(started.elapsed() < 3 * BUSY, "{}: {:?}", database.name, started.elapsed());
            });
        });
    }
}

/// Does something while another transaction has written the peers.
fn holding<T>(database: &Database, work: impl Fn() -> T) -> T {
    let sql = format!("UPDATE {}entities SET name = 'held'", database.prefix);
    if database.name == "PostgreSQL" {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&database.url, tokio_postgres::NoTls).await.unwrap();
            tokio::spawn(connection);
            client.batch_execute(&format!("BEGIN; {sql}")).await.unwrap();
            client
        });
        let done = work();
        runtime.block_on(client.batch_execute("ROLLBACK")).unwrap();
        return done;
    }
    use mysql::prelude::Queryable;
    let mut client = mysql::Conn::new(database.url.as_str()).unwrap();
    client.query_drop("BEGIN").unwrap();
    client.query_drop(sql).unwrap();
    let done = work();
    client.query_drop("ROLLBACK").unwrap();
    done
}

#[test]
fn a_table_that_is_made_anew_is_found_again() {
    for database in all() {
        let session = database.open("a");
        for table in ["fields", "peers", "usernames", "files", "leases", "values"] {
            execute(&database, &format!("DROP TABLE {}tgsession_{table}", database.prefix));
        }
        session.update_peers(&[peer(5, &["tgs_one", "tgs_two"])]).unwrap();
        assert_eq!(session.peers(None).unwrap(), [peer(5, &["tgs_one", "tgs_two"])], "{}", database.name);
    }
}
