//! Telegram's data centres and the addresses that clients write for them.

use std::net::IpAddr;

/// The data centre of a session that has not logged in.
pub const DEFAULT_DC_ID: i32 = 2;

const PRODUCTION_PORT: u16 = 443;
const TEST_PORT: u16 = 80;

// From the tables that Pyrogram, Kurigram and Telethon ship. Neighbours of these addresses are in use too:
// the address that a file holds is kept, and one is derived only where there is none.
const PRODUCTION: &[(i32, &str)] = &[
    (1, "149.154.175.53"),
    (2, "149.154.167.51"),
    (3, "149.154.175.100"),
    (4, "149.154.167.91"),
    (5, "91.108.56.130"),
    (203, "91.105.192.100"),
];
const TEST: &[(i32, &str)] = &[(1, "149.154.175.10"), (2, "149.154.167.40"), (3, "149.154.175.117")];
const TEST_IPV6: &[(i32, &str)] =
    &[(1, "2001:b28:f23d:f001::e"), (2, "2001:67c:4e8:f002::e"), (3, "2001:b28:f23d:f003::e")];

// Addresses that are found in files beside those above. IPv6, and what ends in `b` for media: Pyrogram 2.0.106
// (`session/internals/data_center.py`). IPv4: Pyrogram 0.14.1 (1 .50, 5 .149), TDLib's `ConnectionCreator` (1 .50,
// 2 95.161.76.100, 5 149.154.171.5), what Telegram's my.telegram.org shows (2 .50), grammers (2 .41, 4 .92, 5 .104).
const NEIGHBOURS: &[(i32, &str)] = &[
    (1, "149.154.175.50"),
    (2, "149.154.167.41"),
    (2, "149.154.167.50"),
    (2, "95.161.76.100"),
    (4, "149.154.167.92"),
    (5, "91.108.56.104"),
    (5, "91.108.56.149"),
    (5, "149.154.171.5"),
    (1, "2001:b28:f23d:f001::a"),
    (2, "2001:67c:4e8:f002::a"),
    (2, "2001:67c:4e8:f002::b"),
    (3, "2001:b28:f23d:f003::a"),
    (4, "2001:67c:4e8:f004::a"),
    (4, "2001:67c:4e8:f004::b"),
    (5, "2001:b28:f23f:f005::a"),
];

const WEB_SUFFIX: &str = ".web.telegram.org";

/// The address of a data centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DcAddress {
    /// An IPv4 address.
    pub server_address: &'static str,
    /// A TCP port.
    pub port: u16,
}

/// The address that clients write for a data centre; `None` for an unknown data centre.
pub fn default_address(dc_id: i32, test_mode: bool) -> Option<DcAddress> {
    let (table, port) = if test_mode { (TEST, TEST_PORT) } else { (PRODUCTION, PRODUCTION_PORT) };
    let (_, server_address) = table.iter().find(|(id, _)| *id == dc_id)?;
    Some(DcAddress { server_address, port })
}

/// Whether clients write this address for a data centre, in production or of the test servers.
pub(crate) fn is_default_address(dc_id: i32, server_address: &str) -> bool {
    [false, true]
        .iter()
        .filter_map(|test| default_address(dc_id, *test))
        .any(|usual| usual.server_address == server_address)
}

/// Whether an address belongs to a test data centre. Where only an address is stored, this decides `test_mode`.
pub fn is_test_address(server_address: &str) -> bool {
    find(&[TEST, TEST_IPV6], server_address).is_some()
}

/// The data centre of an address; `None` if it is not known for certain. An address never contradicts a `dc_id` that
/// is stored: this is for sessions that have none.
pub fn dc_of_address(server_address: &str) -> Option<i32> {
    find(&[PRODUCTION, NEIGHBOURS, TEST, TEST_IPV6], server_address)
}

/// Whether an address is the name of a WebSocket server of Telegram's (`vesta.web.telegram.org`), which GramJS in a browser
/// connects to. Clients outside browsers speak another protocol, and no server answers them there.
pub fn is_web_address(server_address: &str) -> bool {
    server_address.to_ascii_lowercase().ends_with(WEB_SUFFIX)
}

// Old Telethons write an IPv6 address in brackets.
fn parse(server_address: &str) -> Option<IpAddr> {
    let bare = server_address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(server_address);
    bare.parse().ok()
}

// An IPv6 address has many spellings.
fn find(tables: &[&[(i32, &str)]], server_address: &str) -> Option<i32> {
    let address = parse(server_address)?;
    let known = tables.iter().copied().flatten();
    known.copied().find(|(_, text)| text.parse() == Ok(address)).map(|(dc_id, _)| dc_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_data_centre_has_its_address() {
        assert_eq!(default_address(4, false), Some(DcAddress { server_address: "149.154.167.91", port: 443 }));
        assert_eq!(default_address(2, true), Some(DcAddress { server_address: "149.154.167.40", port: 80 }));
        assert_eq!(default_address(4, true), None);
        assert_eq!(default_address(99, false), None);
    }

    #[test]
    fn a_test_address_is_known_in_both_families() {
        assert!(is_test_address("149.154.167.40"));
        assert!(is_test_address("2001:067c:04e8:f002:0000:0000:0000:000e"));
        assert!(!is_test_address("149.154.167.51"));
        assert!(!is_test_address("not an address"));
    }

    #[test]
    fn servers_of_browsers_are_known_by_their_names() {
        assert!(is_web_address("vesta.web.telegram.org"));
        assert!(is_web_address("Pluto-1.web.telegram.org"));
        assert!(!is_web_address("149.154.167.91"));
        assert!(!is_web_address("localhost"));
    }

    #[test]
    fn an_address_tells_its_data_centre() {
        for (address, dc_id) in [
            ("149.154.167.51", Some(2)),
            ("149.154.167.41", Some(2)),
            ("91.108.56.104", Some(5)),
            ("149.154.167.40", Some(2)),
            ("[2001:67c:4e8:f004:0::a]", Some(4)),
            ("2001:67c:4e8:f002::e", Some(2)),
            ("149.154.167.1", None),
            ("localhost", None),
        ] {
            assert_eq!(dc_of_address(address), dc_id, "{address}");
        }
    }
}
