//! What is wrong with a location, a server or its tables is told by name, and without a secret.

use rusqlite::Connection;
use tgsession::ErrorCode;
use tgsession::model::{Field, FieldValue, Peer, PeerType};
use tgsession::session::{Options, Session};

use crate::common::{full_data, peer, sent_files};
use crate::databases::{Database, all, error, list, mariadb, postgresql, sqlite};

fn open(location: &str) -> tgsession::Error {
    error(Session::open(location, &Options::default()))
}

#[test]
fn wrong_credentials_and_unreachable_servers_are_told_without_the_password() {
    for database in [postgresql(), mariadb()] {
        let wrong = database.location("a").replace("tgsession-test", "hidden-word");
        let error = open(&wrong);
        assert_eq!(error.code(), ErrorCode::Server, "{error}");
        assert!(!error.to_string().contains("hidden-word"), "{error}");
        let (scheme, _) = database.url.split_once("://").unwrap();
        for host in ["no-such-host.invalid", "127.0.0.1:1"] {
            let error = open(&format!("{scheme}://me:hidden-word@{host}/db?session=a"));
            assert_eq!(error.code(), ErrorCode::Server, "{error}");
            assert!(error.to_string().contains(host), "{error}");
            assert!(!error.to_string().contains("hidden-word"), "{error}");
        }
        let (server, _) = database.url.rsplit_once('/').unwrap();
        let error = open(&format!("{server}/no_such_database?session=a"));
        assert!(matches!(error.code(), ErrorCode::Server | ErrorCode::PermissionDenied), "{error}");
        assert!(error.to_string().contains("no_such_database"), "{error}");
    }
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    for scheme in ["postgresql", "mysql"] {
        let error = open(&format!("{scheme}://me@{address}/db?session=a&connect_timeout=1&answer_timeout=1"));
        assert_eq!(error.code(), ErrorCode::Server, "{error}");
    }
}

#[test]
fn a_session_is_named_and_all_are_listed_without_a_name() {
    for database in all() {
        let error = open(&database.all());
        assert_eq!(error.code(), ErrorCode::InvalidArgument);
        assert!(error.to_string().contains("session="), "{error}");
        match list(&database.all()) {
            // The file of the first session is not there yet.
            Err(missing) if database.name == "SQLite" => {
                assert_eq!(missing.code(), ErrorCode::FileNotFound);
                assert!(missing.to_string().contains("there is no such file"), "{missing}");
            }
            listed => assert!(listed.unwrap().is_empty() && database.name != "SQLite", "{}", database.name),
        }
        database.open("b");
        database.open("a").set(&[(Field::DcId, Some(FieldValue::Integer(2)))]).unwrap();
        database.open("c").update_peers(&[peer(5, &[])]).unwrap();
        assert_eq!(list(&database.all()).unwrap(), ["a", "b", "c"], "{}", database.name);
        database.open("b").delete().unwrap();
        assert_eq!(list(&database.all()).unwrap(), ["a", "c"], "{}", database.name);
        assert_eq!(self::error(list(&database.location("a"))).code(), ErrorCode::InvalidArgument);
    }
}

#[test]
fn names_may_hold_anything_and_stay_apart() {
    let long = "n".repeat(255);
    // Encoded as in every URL.
    let names = [
        "a.b",
        "a%2Fb",
        "%24x%24",
        "Anna",
        "anna",
        "ann%C3%A4",
        "x%27%20OR%20%271%27=%271",
        "%25s%3F1",
        "%F0%9F%8E%89",
        &long,
    ];
    for database in all() {
        for (number, name) in (1..).zip(names) {
            database.open(name).update_peers(&[peer(number, &["tgs_name"])]).unwrap();
        }
        for (number, name) in (1..).zip(names) {
            let peers = database.find(name).unwrap().peers(None).unwrap();
            assert_eq!(peers.iter().map(|peer| peer.id).collect::<Vec<_>>(), [number], "{} {name}", database.name);
        }
        let listed = list(&database.all()).unwrap();
        assert_eq!(listed.len(), names.len(), "{}: {listed:?}", database.name);
        database.open("anna").delete().unwrap();
        assert_eq!(database.find("Anna").unwrap().peers(None).unwrap().len(), 1);
        let error = open(&database.location(&"n".repeat(300)));
        assert_eq!(error.code(), ErrorCode::InvalidArgument);
        assert!(error.to_string().contains("255"), "{error}");
    }
}

#[test]
fn another_programs_tables_and_newer_ones_are_left_alone() {
    for database in [postgresql(), mariadb(), sqlite()] {
        let session = database.open("a");
        session.update_peers(&[peer(5, &[])]).unwrap();
        execute(&database, &format!("UPDATE {}version SET version = 4", database.prefix));
        // Not opened before, so it has its own connections.
        let error = open(&format!("{}&pool_size=3", database.location("a")));
        assert_eq!(error.code(), ErrorCode::UnknownVersion, "{error}");
    }
    for database in [postgresql(), mariadb()] {
        execute(&database, &format!("CREATE TABLE {}sessions (id INTEGER, expires INTEGER)", database.prefix));
        let error = open(&database.location("a"));
        assert_eq!(error.code(), ErrorCode::NotASession, "{error}");
        assert!(error.to_string().contains("sessions") && error.to_string().contains("table_prefix"), "{error}");
    }
    let file = sqlite();
    let path = file.url.strip_prefix("sqlite:///").unwrap();
    std::fs::write(path, "no database at all, whatever its name says").unwrap();
    assert_eq!(open(&file.location("a")).code(), ErrorCode::NotASession);
    let missing = "sqlite:////no/such/folder/x.db?session=a";
    assert_ne!(open(missing).code(), ErrorCode::Internal);
}

#[test]
fn tables_that_are_not_managed_are_not_touched() {
    for database in all() {
        let unmanaged = |session: &str| {
            Session::open(&format!("{}&manage_tables=false", database.location(session)), &Options::default())
        };
        let error = error(unmanaged("a"));
        assert_eq!(error.code(), ErrorCode::FileNotFound, "{error}");
        assert!(error.to_string().contains("manage_tables"), "{error}");
        drop(database.open("a"));
        for table in ["fields", "peers", "usernames", "files", "leases", "values"] {
            execute(&database, &format!("DROP TABLE {}tgsession_{table}", database.prefix));
        }
        let session = unmanaged("b").unwrap();
        let set = |field, value| session.set(&[(field, Some(value))]);
        set(Field::DcId, FieldValue::Integer(4)).unwrap();
        set(Field::UserId, FieldValue::Integer(5)).unwrap();
        let refused = self::error(set(Field::ApiId, FieldValue::Integer(4)));
        assert_eq!(refused.code(), ErrorCode::Unsupported);
        assert!(refused.to_string().contains("api_id"), "{refused}");
        let bot = Peer { peer_type: Some(PeerType::Bot), ..peer(5, &["tgs_one", "tgs_two"]) };
        session.update_peers(&[bot]).unwrap();
        assert_eq!(session.peers(None).unwrap(), [peer(5, &["tgs_one"])], "{}", database.name);
        let files = sent_files();
        session.cache_sent_files(&files[..3]).unwrap();
        assert_eq!(self::error(session.cache_sent_files(&files)).code(), ErrorCode::Unsupported);
        assert_eq!(session.sent_files().unwrap(), files[..3]);
        let data = session.data().unwrap();
        assert_eq!((data.dc_id, data.user_id), (Some(4), Some(5)));
        session.delete().unwrap();
    }
}

#[test]
fn a_value_that_does_not_fit_writes_nothing_of_its_batch() {
    for database in all() {
        let session = database.open("a");
        let long = Peer { name: Some("ä".repeat(1_000)), ..peer(6, &[&"u".repeat(60), "tgs_short"]) };
        session.update_peers(std::slice::from_ref(&long)).unwrap();
        assert_eq!(session.peers(None).unwrap(), [long], "{}", database.name);
        if database.name == "SQLite" {
            continue; // there a column's type is a wish, and everything fits
        }
        let too_long = Peer { peer_type: Some(PeerType::Other("t".repeat(300))), ..peer(8, &[]) };
        let error = error(session.update_peers(&[peer(7, &[]), too_long]));
        assert!(matches!(error.code(), ErrorCode::Server), "{error}");
        assert_eq!(session.peers(None).unwrap().len(), 1, "{}", database.name);
    }
}

#[test]
fn what_another_machine_deletes_meanwhile_is_not_found() {
    for database in all() {
        let (here, there) = (database.open("a"), database.open("a"));
        here.set(&crate::common::changes(&full_data())).unwrap();
        here.update_peers(&crate::common::peers()).unwrap();
        there.delete().unwrap();
        assert_eq!(crate::common::id(&here.peer_by_id(101).unwrap()), 0);
        assert_eq!(crate::common::id(&here.peer_by_username("tgs_ada").unwrap()), 0);
        assert_eq!(here.data().unwrap().auth_key, None);
        here.update_peers(&[peer(5, &[])]).unwrap();
        assert_eq!(here.peers(None).unwrap().len(), 1);
    }
}

/// A statement outside of the library, as an administrator would run it.
pub fn execute(database: &Database, sql: &str) {
    match database.name {
        "MariaDB" => {
            use mysql::prelude::Queryable;
            mysql::Conn::new(database.url.as_str()).unwrap().query_drop(sql).unwrap();
        }
        "SQLite" => {
            let path = database.url.strip_prefix("sqlite:///").unwrap();
            Connection::open(path).unwrap().execute_batch(sql).unwrap();
        }
        _ => tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let (client, connection) = tokio_postgres::connect(&database.url, tokio_postgres::NoTls).await.unwrap();
            tokio::spawn(connection);
            client.batch_execute(sql).await.unwrap();
        }),
    }
}
