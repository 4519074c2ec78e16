//! TLS: on by itself for a server that is not on this machine.

use tgsession::ErrorCode;
use tgsession::session::{Options, Session};
use tgsession::storage::mongodb::list;

use crate::elsewhere::Elsewhere;
use crate::harness::{Place, impatient};
use crate::mongodb_server::server;

#[test]
fn nothing_is_sent_in_clear_to_a_server_elsewhere_unless_that_is_asked_for() {
    let port = server().trim_end_matches('/').rsplit_once(':').unwrap().1.parse().unwrap();
    let forwarder = Elsewhere::new(port);
    for address in forwarder.addresses() {
        let name = Place::new().name;
        for query in ["", "?tlsAllowInvalidCertificates=true", "?tls=true"] {
            let url = format!("mongodb://{address}/{name}{query}");
            let error = Session::open(&url, &impatient()).map(drop).unwrap_err();
            assert_eq!(error.code(), ErrorCode::Server, "{error}");
            assert_eq!(error.to_string().contains("tls=false"), query.is_empty(), "{error}");
        }
        let error = list(&format!("mongodb://{address}/"), impatient().busy_timeout).unwrap_err();
        assert!(error.to_string().contains("tls=false"), "{error}");
        let sent = String::from_utf8_lossy(&forwarder.sent()).into_owned();
        assert!(!sent.contains("tgsession") && !sent.contains(&name), "{sent}");
    }
    for address in forwarder.addresses() {
        let name = Place::new().name;
        for off in ["tls=false", "ssl=false"] {
            Session::open(&format!("mongodb://{address}/{name}?{off}"), &Options::default()).unwrap();
        }
    }
}
