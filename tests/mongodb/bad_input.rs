//! What people and other programs do wrong: an error that names the place and the cause, and no secret.

use std::time::Duration;

use mongodb::bson::doc;
use tgsession::model::{Field, FieldValue};
use tgsession::session::{Lookup, Options, Session};
use tgsession::storage::mongodb::list;
use tgsession::{Error, ErrorCode};

use crate::common::{changes, full_data, id, now, peers, seen};
use crate::harness::{OwnServer, Place, impatient};
use crate::mongodb_server::server;

fn failure(location: &str, options: &Options) -> Error {
    let error = Session::open(location, options).map(drop).expect_err("this must fail");
    assert!(!error.to_string().contains("hunter2"), "{error}");
    error
}

fn host() -> String {
    server().trim_start_matches("mongodb://").trim_end_matches('/').to_owned()
}

#[test]
fn wrong_credentials_are_refused_and_not_shown() {
    // FerretDB 1 knows no user of SCRAM; it takes anybody who says PLAIN.
    let name = Place::new().name;
    let error = failure(&format!("mongodb://me:hunter2@{}/{name}", host()), &Options::default());
    assert_eq!(error.code(), ErrorCode::PermissionDenied, "{error}");
    assert!(error.to_string().contains(&format!("mongodb://{}/{name}", host())), "{error}");
    let plain = format!("mongodb://me:hunter2@{}/{name}?authMechanism=PLAIN&authSource=%24external", host());
    let session = Session::open(&plain, &Options::default()).unwrap();
    assert_eq!(session.location().unwrap(), format!("mongodb://{}/{name}", host()));
}

#[test]
fn a_server_that_is_not_there_is_waited_for_only_so_long() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    // The one refuses, the other has no name, the third never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    for host in [free.to_string(), "no-such-host.invalid:1".into(), silent.local_addr().unwrap().to_string()] {
        let error = failure(&format!("mongodb://me:hunter2@{host}/bot"), &impatient());
        assert_eq!(error.code(), ErrorCode::Server, "{error}");
        assert!(error.to_string().contains(&format!("mongodb://{host}/bot")), "{error}");
        assert_eq!(
            list(&format!("mongodb://{host}/"), Duration::from_millis(300)).unwrap_err().code(),
            ErrorCode::Server
        );
    }
    // The URL's own word counts.
    let url = format!("mongodb://{free}/bot?serverSelectionTimeoutMS=100");
    assert_eq!(
        failure(&url, &Options { busy_timeout: Duration::from_secs(3_600), ..Options::default() }).code(),
        ErrorCode::Server
    );
}

#[test]
fn names_and_parameters_that_cannot_be_are_refused() {
    let long = "x".repeat(300);
    for name in ["", "a.b", "a%2fb", "a/b", "$a", "a$b", "a b", "admin", &long] {
        let error = failure(&format!("{}{name}", server()), &Options::default());
        assert_eq!(error.code(), ErrorCode::InvalidArgument, "{name}: {error}");
    }
    for query in ["remove_peers=perhaps", "socketTimeoutMS=soon", "tls=perhaps", "no_such_option_of_anybody", "w=-1"] {
        let error = failure(&format!("mongodb://me:hunter2@{}/bot?{query}", host()), &Options::default());
        assert_eq!(error.code(), ErrorCode::InvalidArgument, "{query}: {error}");
    }
    // A bare character of a password moves the rest of the URL.
    for user in ["me:hunter2/x", "me:hunter2?x", "me:hunter2@x"] {
        let error = failure(&format!("mongodb://{user}@{}/bot", host()), &Options::default());
        assert_eq!(error.code(), ErrorCode::InvalidArgument, "{error}");
    }
}

#[test]
fn the_database_of_another_program_stays_its_own() {
    let place = Place::new();
    place.command(doc! { "insert": "orders", "documents": [{ "_id": 1 }] });
    let error = failure(&place.location, &Options::default());
    assert_eq!(error.code(), ErrorCode::NotASession, "{error}");
    assert!(error.to_string().contains("orders"), "{error}");
    assert!(place.documents("session").is_empty());
    // A collection of that name, and something else in it.
    let place = Place::new();
    place.command(doc! { "insert": "session", "documents": [{ "_id": 0, "user": "x" }] });
    assert_eq!(failure(&place.location, &Options::default()).code(), ErrorCode::NotASession);
    assert_eq!(place.documents("session"), [doc! { "_id": 0, "user": "x" }]);
    assert!(!list(&server(), Duration::from_secs(5)).unwrap().contains(&place.name));
}

#[test]
fn a_newer_layout_and_damaged_values_are_told() {
    let place = Place::new();
    let session = place.open();
    session.set(&changes(&full_data())).unwrap();
    let set = |values: mongodb::bson::Document| {
        place.command(doc! { "update": "session", "updates": [{ "q": { "_id": 0 }, "u": { "$set": values } }] });
    };
    set(doc! { "tgsession.version": 2 });
    let error = session.data().unwrap_err();
    assert_eq!(error.code(), ErrorCode::UnknownVersion, "{error}");
    assert_eq!(failure(&place.location, &Options::default()).code(), ErrorCode::UnknownVersion);
    assert_eq!(
        session.set(&[(Field::Port, Some(FieldValue::Integer(1)))]).unwrap_err().code(),
        ErrorCode::UnknownVersion
    );
    set(doc! { "tgsession.version": 1 });
    let short = mongodb::bson::Binary { subtype: mongodb::bson::spec::BinarySubtype::Generic, bytes: vec![1; 255] };
    for (key, value) in [("auth_key", short.into()), ("dc_id", "two".into()), ("user_id", doc! {}.into())] {
        let before = place.documents("session")[0].get(key).unwrap().clone();
        let damaged: mongodb::bson::Bson = value;
        set(doc! { key: damaged });
        let error = session.data().unwrap_err();
        assert_eq!(error.code(), ErrorCode::Corrupt, "{error}");
        assert!(error.to_string().contains(key) && error.to_string().contains(&place.name), "{error}");
        set(doc! { key: before });
    }
    assert_eq!(session.data().unwrap(), full_data());
}

#[test]
fn what_another_machine_removes_meanwhile_is_gone_and_does_not_come_back() {
    let place = Place::new();
    let (session, other) = (place.open(), place.open());
    session.update_peers(&peers()).unwrap();
    let batch: Vec<_> = (1..=150).map(|id| seen(id, &[&format!("tgs_{id}")], now())).collect();
    session.update_peers(&batch).unwrap();
    place.command(doc! { "delete": "peers", "deletes": [{ "q": { "_id": { "$in": [5, 102] } }, "limit": 0 }] });
    assert_eq!(other.peer_by_id(5).unwrap(), Lookup::NotFound);
    assert_eq!(other.peer_by_username("tgs_5").unwrap(), Lookup::NotFound);
    // Seen again they are there again.
    session.update_peers(&batch).unwrap();
    assert_eq!(id(&other.peer_by_username("tgs_5").unwrap()), 5);
    // A username of a peer that does not exist.
    place.command(
        doc! { "insert": "usernames", "documents": [{ "_id": "tgs_lost", "peer_id": 9_999, "last_update_on": 1 }] },
    );
    assert_eq!(session.peer_by_username("tgs_lost").unwrap(), Lookup::NotFound);
    other.delete().unwrap();
    for error in [
        session.data().map(drop).unwrap_err(),
        session.set(&[(Field::ApiId, Some(FieldValue::Integer(1)))]).unwrap_err(),
        session.set(&changes(&full_data())).unwrap_err(),
        session.save().unwrap_err(),
        failure(&place.location, &Options { create: false, ..Options::default() }),
    ] {
        assert_eq!(error.code(), ErrorCode::FileNotFound, "{error}");
    }
    assert!(place.documents("session").is_empty(), "half a session came back");
}

#[test]
fn tls_is_spoken_where_the_url_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let [certificate, key] = ["certificate.pem", "key.pem"].map(|name| folder.path().join(name));
    let made = std::process::Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args([
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-addext",
            "basicConstraints=CA:FALSE",
        ])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .expect("the test needs openssl");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let server = OwnServer::start_with(folder, vec![certificate.clone(), key]);
    let location = server.location("bot");
    let trusting = format!("{location}?tls=true&tlsCAFile={}", certificate.to_str().unwrap().replace('/', "%2F"));
    let session = Session::open(&trusting, &Options::default()).unwrap();
    session.update_peers(&peers()).unwrap();
    assert_eq!(session.peers(None).unwrap().len(), peers().len());
    for wrong in [location.clone(), format!("{location}?tls=true")] {
        assert_eq!(failure(&wrong, &impatient()).code(), ErrorCode::Server);
    }
}
