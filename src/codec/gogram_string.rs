//! The session string of gogram.
//!
//! From `StringSession` of gogram v1.6.11-0.20251216220425-d8aa810fd1e2 (`internal/session/string.go`): `1BvE`, then
//! JSON in URL-safe base64 without padding, without the members that are empty:
//!
//! | member    | field                                                             |
//! |-----------|-------------------------------------------------------------------|
//! | `key`     | auth_key, standard base64                                         |
//! | `hash`    | auth_key_id, 8 bytes in standard base64: it guards the key        |
//! | `dc_id`   | dc_id; its `telegram.Session` writes none                         |
//! | `ip_addr` | server_address and port: `149.154.167.91:443`, `[2001:…]:443`     |
//! | `app_id`  | api_id                                                            |
//!
//! The older `1BvX` holds key, hash, ip_addr, dc_id and app_id with `:_:` or `::` between them, key and hash as they
//! are. It is read, never written.

use std::net::{IpAddr, SocketAddr};

use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::base64_text;
use super::candidate::Candidate;
use super::fields;
use super::problem::{Problem, value};
use super::secret_json::{self, SecretJson};
use crate::error::{Error, Result};
use crate::model::{AUTH_KEY_LEN, AuthKey, Field, SessionData, dc_of_address};

pub(super) const TITLE: &str = "a gogram";
/// What is written, in messages.
const WHAT: &str = "a gogram session string";
pub(super) const PREFIX: &str = "1BvE";
pub(super) const PREFIX_LEGACY: &str = "1BvX";

const HASH_LEN: usize = 8;
const SEPARATORS: [&str; 2] = [":_:", "::"];
const CAPACITY: usize = 1024;
const NEEDED: [Field; 2] = [Field::DcId, Field::AuthKey];

/// The prefix is enough.
pub(super) fn claims(_: &Candidate) -> bool {
    true
}

pub(super) fn decode(candidate: &Candidate) -> Result<SessionData, Problem> {
    candidate.expect_clean_end()?;
    let json = SecretJson::parse(candidate.bytes()).ok_or(Problem::EndsEarly)?;
    let auth_key = json.text("key").and_then(secret_json::auth_key).ok_or_else(bad_key)?;
    if let Some(hash) = json.text("hash") {
        check_hash(&auth_key, &secret_json::bytes(hash).ok_or_else(bad_key)?)?;
    }
    let app_id = json.integer("app_id").unwrap_or(0);
    session(auth_key, json.integer("dc_id").unwrap_or(0), json.text("ip_addr"), app_id)
}

/// The older layout.
pub(super) fn decode_legacy(candidate: &Candidate) -> Result<SessionData, Problem> {
    candidate.expect_clean_end()?;
    let (auth_key, rest) = candidate.bytes().split_at_checked(AUTH_KEY_LEN).ok_or(Problem::EndsEarly)?;
    let auth_key = AuthKey::new(auth_key).map_err(|_| bad_key())?;
    let separator = SEPARATORS.into_iter().find(|separator| rest.starts_with(separator.as_bytes()));
    let separator = separator.ok_or_else(bad_key)?;
    let (hash, rest) = rest[separator.len()..].split_at_checked(HASH_LEN).ok_or(Problem::EndsEarly)?;
    check_hash(&auth_key, hash)?;
    let rest =
        std::str::from_utf8(rest).ok().and_then(|rest| rest.strip_prefix(separator)).ok_or(Problem::EndsEarly)?;
    // From the end: an IPv6 address has colons of its own.
    let mut parts = rest.rsplitn(3, separator);
    let mut number = || parts.next().and_then(|part| part.parse().ok()).ok_or(Problem::EndsEarly);
    let (app_id, dc_id) = (number()?, number()?);
    session(auth_key, dc_id, parts.next(), app_id)
}

fn check_hash(auth_key: &AuthKey, hash: &[u8]) -> Result<(), Problem> {
    if hash == auth_key.id() { Ok(()) } else { Err(value("its key and the key's hash do not agree")) }
}

fn bad_key() -> Problem {
    value("its auth key is missing or damaged")
}

fn session(auth_key: AuthKey, dc_id: i64, address: Option<&str>, app_id: i64) -> Result<SessionData, Problem> {
    let (server_address, port) = address.map(split_address).transpose()?.unzip();
    let dc_id = i32::try_from(dc_id).ok().filter(|dc_id| *dc_id >= 0).ok_or_else(|| value("its data centre is odd"))?;
    Ok(SessionData {
        dc_id: Some(dc_id).filter(|dc_id| *dc_id != 0).or(server_address.as_deref().and_then(dc_of_address)),
        server_address,
        port,
        api_id: fields::api_id(u32::try_from(app_id).unwrap_or(u32::MAX))?,
        auth_key: Some(auth_key),
        ..SessionData::default()
    })
}

pub(super) fn split_address(text: &str) -> Result<(String, u16), Problem> {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Ok((fields::ip_address(address.ip())?, fields::port(address.port())?));
    }
    let (host, port) = text.rsplit_once(':').ok_or_else(|| value("its address has no port"))?;
    let port = port.parse().map_err(|_| value("its address has no port"))?;
    if host.is_empty() || !fields::is_host(host.as_bytes()) {
        return Err(value("its address is none of a server"));
    }
    Ok((host.to_owned(), fields::port(port)?))
}

pub(super) fn encode(data: &SessionData) -> Result<Zeroizing<String>> {
    let (Some(dc_id), Some(auth_key)) = (data.dc_id, &data.auth_key) else {
        return Err(fields::incomplete(WHAT, data, &NEEDED));
    };
    if dc_id <= 0 {
        return Err(fields::unfit(WHAT, Field::DcId, dc_id.into()));
    }
    let (address, port) = fields::address(WHAT, data, dc_id)?;
    let mut json = Zeroizing::new(String::with_capacity(CAPACITY));
    json.push_str(r#"{"key":""#);
    json.push_str(&base64_text::encode(&STANDARD, "", auth_key.as_bytes())?);
    json.push_str(r#"","hash":""#);
    json.push_str(&base64_text::encode(&STANDARD, "", &auth_key.id())?);
    json.push_str(&format!(r#"","dc_id":{dc_id},"ip_addr":"{}""#, join_address(&address, port)?));
    if let Some(api_id) = data.api_id.filter(|api_id| *api_id != 0) {
        json.push_str(&format!(r#","app_id":{api_id}"#));
    }
    json.push('}');
    base64_text::encode(&URL_SAFE_NO_PAD, PREFIX, json.as_bytes())
}

pub(super) fn join_address(address: &str, port: u16) -> Result<String> {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V6(_)) => Ok(format!("[{address}]:{port}")),
        _ if !address.is_empty() && address.len() <= 255 && fields::is_host(address.as_bytes()) => {
            Ok(format!("{address}:{port}"))
        }
        _ => Err(Error::invalid_argument(format!("{TITLE} session cannot hold the address '{address}'"))),
    }
}
