//! TLS: as `sslmode` asks, with a certificate that is known or not.

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;
use tgsession::ErrorCode;
use tgsession::session::{Options, Session};

use crate::databases::{error, mariadb, postgresql};
use crate::own_server::Server;

fn certificate(name: &str) -> (String, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    (cert.pem(), signing_key.serialize_pem())
}

fn is_as_asked(name: &'static str) {
    let (own, key) = certificate("localhost");
    let server = Server::start(name, &[("server.crt", own.clone()), ("server.key", key)]);
    let folder = TempDir::new().unwrap();
    let file = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        format!("&sslrootcert={}", folder.path().join(name).to_str().unwrap())
    };
    let (known, other) = (file("known.pem", &own), file("other.pem", &certificate("localhost").0));
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
