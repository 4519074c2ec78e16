//! TLS: as `sslmode` asks, with a certificate that is known or not.

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;
use tgsession::ErrorCode;
use tgsession::session::{Options, Session};

use crate::databases::{error, mariadb, postgresql};
use crate::elsewhere::Elsewhere;
use crate::own_server::Server;

fn certificate(names: &[String]) -> (String, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
    (cert.pem(), signing_key.serialize_pem())
}

fn is_as_asked(name: &'static str) {
    let (own, key) = certificate(&["localhost".to_owned()]);
    let server = Server::start(name, &[("server.crt", own.clone()), ("server.key", key)]);
    let folder = TempDir::new().unwrap();
    let file = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        format!("&sslrootcert={}", folder.path().join(name).to_str().unwrap())
    };
    let (known, other) = (file("known.pem", &own), file("other.pem", &certificate(&["localhost".to_owned()]).0));
    let by_name = server.url.replace("127.0.0.1", "localhost");
    let open = |url: &str, rest: &str| Session::open(&format!("{url}?session=a&{rest}"), &Options::default());
    for mode in ["disable", "prefer", "require"] {
        open(&by_name, &format!("sslmode={mode}")).unwrap();
    }
    open(&by_name, &format!("sslmode=verify-full{known}")).unwrap();
    // An address is not that name.
    open(&server.url, &format!("sslmode=verify-ca{known}")).unwrap();
    for (url, rest) in [
        (&server.url, format!("sslmode=verify-full{known}")),
        (&by_name, format!("sslmode=verify-full{other}")),
        (&by_name, format!("sslmode=verify-ca{other}")),
        (&by_name, "sslmode=verify-full".to_owned()),
    ] {
        let error = error(open(url, &rest));
        assert_eq!(error.code(), ErrorCode::Server, "{rest}: {error}");
        assert!(error.to_string().to_lowercase().contains("certificate"), "{rest}: {error}");
        assert!(!error.to_string().contains("tgsession-test"), "{error}");
    }
    let missing = error(open(&by_name, "sslmode=verify-full&sslrootcert=/no/such/file"));
    assert_eq!(missing.code(), ErrorCode::InvalidArgument, "{missing}");
}

#[test]
fn postgresql_is_encrypted_as_asked() {
    is_as_asked("postgresql");
}

#[test]
fn mariadb_is_encrypted_as_asked() {
    is_as_asked("mariadb");
}

#[test]
fn a_server_without_tls_is_refused_where_it_is_required() {
    for database in [postgresql(), mariadb()] {
        let required = format!("{}&sslmode=require", database.location("a"));
        let error = error(Session::open(&required, &Options::default()));
        assert_eq!(error.code(), ErrorCode::Server, "{error}");
        let cause = error.to_string().to_lowercase();
        assert!(cause.contains("tls") || cause.contains("secure connection"), "{error}");
    }
}

fn port(url: &str) -> u16 {
    let (_, rest) = url.split_once("127.0.0.1:").unwrap();
    rest[..rest.find('/').unwrap()].parse().unwrap()
}

/// Where nothing is asked for, a server that is not on this machine is verified.
fn is_verified_elsewhere(name: &'static str) {
    // Its certificate names the addresses of every machine and of this one.
    let own = Elsewhere::new(1).addresses();
    let names: Vec<String> = own.iter().filter_map(|address| Some(address.rsplit_once(':')?.0.to_owned())).collect();
    let (known, key) = certificate(&names);
    let server = Server::start(name, &[("server.crt", known.clone()), ("server.key", key)]);
    let folder = TempDir::new().unwrap();
    let roots = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        format!("sslrootcert={}", folder.path().join(name).to_str().unwrap())
    };
    let (known, other) = (roots("known.pem", &known), roots("other.pem", &certificate(&names).0));
    let forwarder = Elsewhere::new(port(&server.url));
    for address in forwarder.addresses() {
        let url = server.url.replace(&format!("127.0.0.1:{}", port(&server.url)), &address);
        let open = |rest: &str| Session::open(&format!("{url}?session=a&{rest}"), &Options::default());
        for query in [&known, "sslmode=disable", "sslmode=prefer", "sslmode=require", "ssl-mode=REQUIRED"] {
            open(query).unwrap_or_else(|error| panic!("{address} {query}: {error}"));
        }
        open(&format!("sslmode=verify-full&{known}")).unwrap();
        for query in ["", &other, "sslrootcert=system"] {
            let error = error(open(query));
            assert_eq!(error.code(), ErrorCode::Server, "{address} {query}: {error}");
            assert!(error.to_string().contains("certificate"), "{error}");
            assert!(query.ends_with("system") || error.to_string().contains("sslmode=disable"), "{error}");
            assert!(!error.to_string().contains("tgsession-test"), "{error}");
        }
    }
    // On this machine it is as in libpq.
    Session::open(&format!("{}?session=a", server.url), &Options::default()).unwrap();
}

#[test]
fn postgresql_is_verified_elsewhere() {
    is_verified_elsewhere("postgresql");
}

#[test]
fn mariadb_is_verified_elsewhere() {
    is_verified_elsewhere("mariadb");
}

#[test]
fn nothing_is_sent_in_clear_to_a_server_elsewhere_unless_that_is_asked_for() {
    for database in [postgresql(), mariadb()] {
        let forwarder = Elsewhere::new(port(&database.url));
        for address in forwarder.addresses() {
            let url = database.location("a").replace(&format!("127.0.0.1:{}", port(&database.url)), &address);
            let error = error(Session::open(&url, &Options::default()));
            assert_eq!(error.code(), ErrorCode::Server, "{error}");
            assert!(error.to_string().contains("sslmode=disable"), "{error}");
            let user = database.url.split_once("://").unwrap().1.split_once(':').unwrap().0;
            let sent = String::from_utf8_lossy(&forwarder.sent()).into_owned();
            assert!(!sent.contains(user) && !sent.contains("tgsession-test"), "{sent}");
        }
        for address in forwarder.addresses() {
            let url = database.location("a").replace(&format!("127.0.0.1:{}", port(&database.url)), &address);
            Session::open(&format!("{url}&sslmode=disable"), &Options::default()).unwrap();
        }
        assert!(!forwarder.sent().is_empty());
    }
}
