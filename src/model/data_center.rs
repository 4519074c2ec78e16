//! What a login has at one data centre: keys and addresses.

use std::fmt;
use std::net::IpAddr;

use super::auth_key::{AUTH_KEY_LEN, AuthKey};
use super::dc_address::is_default_address;
use super::stored_value::StoredValue;
use crate::error::{Error, Result};

/// A data centre of a login. The home data centre's keys and address are those of [`SessionData`](super::SessionData).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataCenter {
    /// 1 to 5, 203, others possible.
    pub id: i32,
    /// The key of this data centre; absent where the login was not taken there yet.
    pub auth_key: Option<AuthKey>,
    /// The temporary key of perfect forward secrecy.
    pub tmp_auth_key: Option<AuthKey>,
    /// Unix seconds after which the temporary key is not valid any more.
    pub tmp_expires_at: Option<i64>,
    /// Where it is reached, in the order in which a client tries.
    pub addresses: Vec<DcEndpoint>,
}

/// Where a data centre is reached. Whether it is one of the test servers, `test_mode` of the session tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DcEndpoint {
    /// IPv4 or IPv6, as text.
    pub server_address: String,
    /// TCP port.
    pub port: u16,
    /// Whether it serves files only.
    pub is_media_only: bool,
}

impl DcEndpoint {
    /// Whether the address is one of IPv6.
    pub fn is_ipv6(&self) -> bool {
        matches!(self.server_address.parse(), Ok(IpAddr::V6(_)))
    }
}

impl fmt::Display for DcEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { server_address, port, is_media_only } = self;
        let media = if *is_media_only { " (media only)" } else { "" };
        if self.is_ipv6() {
            write!(f, "[{server_address}]:{port}{media}")
        } else {
            write!(f, "{server_address}:{port}{media}")
        }
    }
}

/// Begins the names of the values in which engines keep data centres.
const RESERVED: &str = "tgsession.";
const NAME: &str = "tgsession.data_center.";
const VERSION: u8 = 1;
const HAS_KEY: u8 = 1;
const HAS_TMP_KEY: u8 = 2;
const HAS_EXPIRY: u8 = 4;
const MEDIA_ONLY: u8 = 1;
/// The most addresses of a data centre. Telegram tells about five.
const MOST_ADDRESSES: usize = 64;
const LONGEST_ADDRESS: usize = 255;

/// The name of the value in which engines keep a data centre.
pub fn value_name(dc_id: i32) -> String {
    format!("{NAME}{dc_id}")
}

/// Whether a value is the library's own, and none of a client's.
pub fn is_reserved(value_name: &str) -> bool {
    value_name.starts_with(RESERVED)
}

/// The data centre that is kept in the value of this name.
pub fn id_of_value(name: &str) -> Option<i32> {
    let id = name.strip_prefix(NAME)?.parse().ok()?;
    (value_name(id) == name).then_some(id)
}

impl DataCenter {
    /// Refuses what no data centre has.
    pub fn check(&self) -> Result<()> {
        let wrong = |what: String| Err(Error::invalid_argument(format!("data centre {}: {what}", self.id)));
        if self.id <= 0 {
            return Err(Error::invalid_argument(format!("the id of a data centre is 1 or more, not {}", self.id)));
        }
        if self.addresses.len() > MOST_ADDRESSES {
            return wrong(format!("{MOST_ADDRESSES} addresses at most, not {}", self.addresses.len()));
        }
        for endpoint in &self.addresses {
            let address = &endpoint.server_address;
            if address.trim().is_empty() || address.len() > LONGEST_ADDRESS || address.contains('\0') {
                return wrong(format!("an address is a text of 1 to {LONGEST_ADDRESS} bytes without NUL"));
            }
            if endpoint.port == 0 {
                return wrong("the port of an address must be 1 to 65535, not 0".to_owned());
            }
        }
        Ok(())
    }

    /// What a client's row of the home data centre tells beside the login's fields: its other addresses, where they are not built in.
    pub(crate) fn beside_fields(mut self, server_address: Option<&str>) -> Option<Self> {
        self.auth_key = None;
        self.addresses.retain(|endpoint| {
            let address = endpoint.server_address.as_str();
            Some(address) != server_address && !is_default_address(self.id, address)
        });
        (!self.addresses.is_empty()).then_some(self)
    }

    /// The addresses of its row when these stand in it: the first one is the login's, and stays that.
    pub(crate) fn addresses_in_row(&self, row: &[DcEndpoint]) -> Vec<DcEndpoint> {
        row.iter().take(1).chain(&self.addresses).chain(row.iter().skip(1)).cloned().collect()
    }

    /// The value in which engines keep it: a version, flags, the keys, the expiry, then the addresses; numbers little-endian.
    pub fn to_value(&self) -> Result<StoredValue> {
        self.check()?;
        let flag = |is_set: bool, flag| if is_set { flag } else { 0 };
        let mut bytes =
            zeroize::Zeroizing::new(Vec::with_capacity(2 + 2 * AUTH_KEY_LEN + 9 + 20 * self.addresses.len()));
        bytes.push(VERSION);
        bytes.push(
            flag(self.auth_key.is_some(), HAS_KEY)
                | flag(self.tmp_auth_key.is_some(), HAS_TMP_KEY)
                | flag(self.tmp_expires_at.is_some(), HAS_EXPIRY),
        );
        for key in [&self.auth_key, &self.tmp_auth_key].into_iter().flatten() {
            bytes.extend_from_slice(key.as_bytes());
        }
        bytes.extend(self.tmp_expires_at.iter().flat_map(|seconds| seconds.to_le_bytes()));
        bytes.push(u8::try_from(self.addresses.len()).unwrap_or(u8::MAX));
        for endpoint in &self.addresses {
            bytes.push(flag(endpoint.is_media_only, MEDIA_ONLY));
            bytes.extend_from_slice(&endpoint.port.to_le_bytes());
            bytes.push(u8::try_from(endpoint.server_address.len()).unwrap_or(u8::MAX));
            bytes.extend_from_slice(endpoint.server_address.as_bytes());
        }
        StoredValue::new(&bytes)
    }

    /// The data centre in a value; absent where the value is damaged or of a later version.
    pub fn from_value(id: i32, value: &StoredValue) -> Option<Self> {
        let mut rest = value.as_bytes();
        let [version, flags] = take(&mut rest)?;
        if version != VERSION || flags & !(HAS_KEY | HAS_TMP_KEY | HAS_EXPIRY) != 0 {
            return None;
        }
        let mut key =
            |is_there| if is_there { AuthKey::new(split(&mut rest, AUTH_KEY_LEN)?).ok().map(Some) } else { Some(None) };
        let auth_key = key(flags & HAS_KEY != 0)?;
        let tmp_auth_key = key(flags & HAS_TMP_KEY != 0)?;
        let tmp_expires_at = if flags & HAS_EXPIRY != 0 { Some(i64::from_le_bytes(take(&mut rest)?)) } else { None };
        let [count] = take(&mut rest)?;
        let addresses = (0..count).map(|_| endpoint(&mut rest)).collect::<Option<Vec<_>>>()?;
        let found = Self { id, auth_key, tmp_auth_key, tmp_expires_at, addresses };
        (rest.is_empty() && found.check().is_ok()).then_some(found)
    }
}

fn endpoint(rest: &mut &[u8]) -> Option<DcEndpoint> {
    let [flags, low, high, len] = take(rest)?;
    let server_address = std::str::from_utf8(split(rest, len.into())?).ok()?.to_owned();
    let port = u16::from_le_bytes([low, high]);
    (flags & !MEDIA_ONLY == 0).then_some(DcEndpoint { server_address, port, is_media_only: flags & MEDIA_ONLY != 0 })
}

fn split<'a>(rest: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(len)?;
    *rest = tail;
    Some(head)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    split(rest, N)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> DataCenter {
        let endpoint = |server_address: &str, is_media_only| DcEndpoint {
            server_address: server_address.to_owned(),
            port: 443,
            is_media_only,
        };
        DataCenter {
            id: 4,
            auth_key: Some(AuthKey::new(&[4; 256]).unwrap()),
            tmp_auth_key: Some(AuthKey::new(&[5; 256]).unwrap()),
            tmp_expires_at: Some(1_700_000_000),
            addresses: vec![endpoint("149.154.167.91", false), endpoint("2001:67c:4e8:f004::b", true)],
        }
    }

    #[test]
    fn it_comes_back_from_its_value() {
        let bare = DataCenter { id: 203, ..DataCenter::default() };
        let only_tmp = DataCenter { auth_key: None, tmp_expires_at: None, addresses: vec![], ..full() };
        for one in [full(), bare, only_tmp] {
            assert_eq!(DataCenter::from_value(one.id, &one.to_value().unwrap()), Some(one));
        }
        assert!(full().addresses[1].is_ipv6() && !full().addresses[0].is_ipv6());
    }

    #[test]
    fn a_value_that_is_cut_or_longer_is_none() {
        let value = full().to_value().unwrap();
        let bytes = value.as_bytes();
        for len in 0..bytes.len() {
            assert_eq!(DataCenter::from_value(4, &StoredValue::stored(&bytes[..len])), None, "{len}");
        }
        assert_eq!(DataCenter::from_value(4, &StoredValue::stored(&[bytes, b"x"].concat())), None);
        assert_eq!(DataCenter::from_value(4, &StoredValue::stored(&[&[9], &bytes[1..]].concat())), None);
    }

    #[test]
    fn names_tell_the_data_centre() {
        assert_eq!(id_of_value(&value_name(4)), Some(4));
        for other in ["tgsession.data_center.", "tgsession.data_center.04", "tgsession.data_center.x", "data_center.4"]
        {
            assert_eq!(id_of_value(other), None, "{other}");
        }
        assert!(is_reserved("tgsession.data_center.4") && !is_reserved("tgsession"));
    }

    #[test]
    fn what_no_data_centre_has_is_refused() {
        let address = |server_address: &str, port| DataCenter {
            addresses: vec![DcEndpoint { server_address: server_address.to_owned(), port, is_media_only: false }],
            ..full()
        };
        for one in [DataCenter { id: 0, ..full() }, address("", 443), address(&"a".repeat(256), 443), address("::1", 0)]
        {
            assert!(one.to_value().is_err(), "{one:?}");
        }
        let many = vec![full().addresses[0].clone(); MOST_ADDRESSES + 1];
        assert!(DataCenter { addresses: many, ..full() }.check().unwrap_err().to_string().contains("not 65"));
    }
}
