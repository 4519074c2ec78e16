//! Whether a host is this machine, so that what is sent to it crosses no network.

use std::net::IpAddr;

/// Whether a host is this machine by what is written: a loopback address or `localhost`. Whatever else a name or an
/// address leads to (`0.0.0.0`, a name of this machine, a tunnel), it is not: who answers a query of the DNS could
/// lead it elsewhere.
pub fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host.trim_end_matches('.').eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_this_machine() {
        for host in ["localhost", "LOCALHOST.", "127.0.0.1", "127.8.9.1", "::1", "[::1]", "::ffff:127.0.0.1"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in
            ["", "0.0.0.0", "::", "localhost.example", "db.localhost", "127.0.0.1.nip.io", "192.168.0.1", "2130706433"]
        {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
