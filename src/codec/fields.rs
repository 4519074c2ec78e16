//! Checks of values that several formats share.

use std::net::IpAddr;

use super::problem::{Problem, value};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{DataCenter, Field, SessionData, dc_of_address, default_address, is_test_address};

/// Telegram's ids of users stay below 2^40 today (TDLib's `UserId::MAX_USER_ID`); there is room for them to grow.
pub(super) const MAX_USER_ID: i64 = (1 << 48) - 1;

// The data centres that hold accounts, and the one that Pyrogram's tables name beside them.
const KNOWN_DCS: [i32; 6] = [1, 2, 3, 4, 5, 203];

/// Whether a data centre can be an account's. Formats that store nothing else to check accept these only.
pub(super) fn is_known_dc(dc_id: i32) -> bool {
    KNOWN_DCS.contains(&dc_id)
}

/// A data centre of a format that accepts only known ones.
pub(super) fn known_dc(byte: u8) -> Result<i32, Problem> {
    let dc_id = byte.into();
    if is_known_dc(dc_id) { Ok(dc_id) } else { Err(value(format!("its data centre is {dc_id}"))) }
}

/// A boolean is 0 or 1 and nothing else.
pub(super) fn boolean(byte: u8, name: &str) -> Result<bool, Problem> {
    match byte {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(value(format!("its {name} is neither yes nor no"))),
    }
}

/// A user id; 0 is how converters write "unknown".
pub(super) fn user_id(id: i64) -> Result<Option<i64>, Problem> {
    match id {
        0 => Ok(None),
        1..=MAX_USER_ID => Ok(Some(id)),
        _ => Err(value("its user id is out of range")),
    }
}

/// An api id; 0 is how converters write "unknown".
pub(super) fn api_id(id: u32) -> Result<Option<i32>, Problem> {
    let id = i32::try_from(id).map_err(|_| value("its api id is out of range"))?;
    Ok(Some(id).filter(|id| *id != 0))
}

/// A data centre of a format that stores its address too: any but 0.
pub(super) fn dc_id(byte: u8) -> Result<i32, Problem> {
    if byte == 0 { Err(value("its data centre is 0")) } else { Ok(byte.into()) }
}

/// A TCP port: any but 0.
pub(super) fn port(port: u16) -> Result<u16, Problem> {
    if port == 0 { Err(value("its port is 0")) } else { Ok(port) }
}

/// An address that a connection can be made to.
pub(super) fn ip_address(address: IpAddr) -> Result<String, Problem> {
    let usable = match address {
        IpAddr::V4(v4) => !matches!(v4.octets()[0], 0 | 224..),
        IpAddr::V6(v6) => !v6.is_unspecified() && !v6.is_multicast(),
    };
    if usable { Ok(address.to_string()) } else { Err(value("its address is none of a server")) }
}

/// Whether a text can be the name or the address of a server.
pub(super) fn is_host(text: &[u8]) -> bool {
    text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'-'))
}

/// Sets the key and the first address of the home data centre. A known address tells `test_mode`.
pub(super) fn set_home(data: &mut SessionData, home: &DataCenter) {
    data.auth_key.clone_from(&home.auth_key);
    if let Some(first) = home.addresses.first() {
        data.server_address = Some(first.server_address.clone());
        data.port = Some(first.port);
        data.test_mode = dc_of_address(&first.server_address).map(|_| is_test_address(&first.server_address));
    }
}

/// The error for absent fields: names those of `needed` that are. `what` is what is written: "a Telethon session string".
pub(crate) fn incomplete(what: &str, data: &SessionData, needed: &[Field]) -> Error {
    let absent = needed.iter().filter(|field| data.get(**field).is_none());
    let names: Vec<_> = absent.map(|field| field.name()).collect();
    Error::new(ErrorCode::Incomplete, format!("{what} cannot do without {}", names.join(", ")))
}

/// The error for a value that a format cannot hold.
pub(super) fn unfit(what: &str, field: Field, number: i64) -> Error {
    Error::invalid_argument(format!("{what} cannot hold {} {number}", field.name()))
}

/// `test_mode` as stored, else as the address tells.
pub(super) fn test_mode(data: &SessionData) -> bool {
    data.test_mode.unwrap_or_else(|| data.server_address.as_deref().is_some_and(is_test_address))
}

/// The address and port as stored, else as clients write them for the data centre.
pub(super) fn address(what: &str, data: &SessionData, dc_id: i32) -> Result<(String, u16)> {
    let usual = default_address(dc_id, test_mode(data));
    let port = data.port.or(usual.map(|usual| usual.port));
    match (&data.server_address, usual, port) {
        (Some(_), _, Some(0)) => Err(unfit(what, Field::Port, 0)),
        (Some(address), _, Some(port)) => Ok((address.clone(), port)),
        (None, Some(usual), Some(port)) => Ok((usual.server_address.to_owned(), port)),
        _ => Err(incomplete(what, data, &[Field::ServerAddress, Field::Port])),
    }
}

/// A data centre that a format's one byte can hold.
pub(super) fn dc_byte(what: &str, dc_id: i32) -> Result<u8> {
    u8::try_from(dc_id).ok().filter(|byte| *byte != 0).ok_or_else(|| unfit(what, Field::DcId, dc_id.into()))
}

/// A data centre that a decoder of the format accepts.
pub(super) fn known_dc_byte(what: &str, dc_id: i32) -> Result<u8> {
    if is_known_dc(dc_id) { dc_byte(what, dc_id) } else { Err(unfit(what, Field::DcId, dc_id.into())) }
}
