//! The session file of gogram, `session.dat`.
//!
//! From `internal/session/file.go` and `internal/aes_ige/aes_common.go` of gogram v1.4.0 to v1.7.1, which write the same: AES in
//! CBC mode, with the first 16 bytes of the key for the IV and PKCS #5 padding, of JSON:
//!
//! | member     | value                                                              |
//! |------------|--------------------------------------------------------------------|
//! | `key`      | auth_key, standard base64                                          |
//! | `hash`     | its id, 8 bytes in standard base64: it guards the key              |
//! | `salt`     | the server's salt: not kept, a client gets it anew                 |
//! | `hostname` | server_address and port: `149.154.167.91:443`, or without a port   |
//! | `app_id`   | api_id                                                             |
//!
//! It names no data centre, but by the address, and no user. The key is 16, 24 or 32 characters of the owner's, or the constant
//! in gogram's source: whoever has such a file has the login. There is neither a magic number nor a checksum.

use std::net::IpAddr;

use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::gogram_string::{join_address, split_address};
use super::secret_json::{self, SecretJson};
use super::{DecodedFile, base64_text, cbc_text, fields};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{AuthKey, Contents, Field, SessionData, dc_of_address, default_address};

const WHAT: &str = "a gogram session";
const DEFAULT_KEY: &[u8; 16] = b"1234567890123456";
const BEGINS: &[u8] = br#"{"key":""#;
const BLOCK: usize = 16;
/// A key in base64 and what stands around it.
const SHORTEST: u64 = 400;
const LONGEST: u64 = 4096;
const DEFAULT_PORT: u16 = 443;
const PUBLIC: &str =
    "gogram encrypts this file with a key that is in its source: whoever can read the file has the login";

/// Whether the first bytes are those of a file under the key that everybody knows, which may be cut off.
pub(super) fn claims(head: &[u8], len: u64) -> bool {
    let Some(first) = head.get(..BLOCK) else { return false };
    len <= LONGEST && first_block(DEFAULT_KEY, first).is_some_and(|text| text.starts_with(BEGINS))
}

/// Whether a file has a length that one of gogram's can have.
pub(super) fn may_be(len: u64) -> bool {
    (SHORTEST..=LONGEST).contains(&len) && len.is_multiple_of(BLOCK as u64)
}

// Without the padding that only the last block has.
fn first_block(key: &[u8; BLOCK], block: &[u8]) -> Option<[u8; BLOCK]> {
    use cbc::cipher::{Block, BlockModeDecrypt, KeyIvInit};
    let mut text: Block<aes::Aes128> = block.try_into().ok()?;
    cbc::Decryptor::<aes::Aes128>::new(key.into(), key.into()).decrypt_block(&mut text);
    Some(text.into())
}

/// Decodes a file, under the owner's key or the one that everybody knows. `None` if the key does not decrypt it.
pub(super) fn decode(bytes: &[u8], key: Option<&[u8]>, location: &str) -> Result<Option<DecodedFile>> {
    let own = key.filter(|key| *key != DEFAULT_KEY);
    let key = own.unwrap_or(DEFAULT_KEY);
    let Some(iv) = key.get(..BLOCK) else { return Ok(None) };
    let Some(json) = cbc_text::decrypt(key, iv, bytes).and_then(|text| SecretJson::parse(&text)) else {
        return Ok(None);
    };
    let contents = contents(&json).map_err(|problem| Error::corrupt(location, problem))?;
    let decoded = DecodedFile::new("gogram", None, contents);
    Ok(Some(if own.is_some() { decoded } else { decoded.remark(PUBLIC) }))
}

/// Decodes a file whose first bytes are those of one under the key that everybody knows.
pub(super) fn decode_public(bytes: &[u8], key: Option<&[u8]>, location: &str) -> Result<DecodedFile> {
    if key.is_some_and(|key| key != DEFAULT_KEY) {
        let cause =
            "it is a file of gogram under the key in gogram's source, and not under this one: leave the key out";
        return Err(Error::wrong_key(location, cause));
    }
    let damaged = || {
        let cause = match bytes.len() % BLOCK {
            0 => "its first bytes decrypt to a session of gogram, and its end does not",
            _ => "it is a session of gogram that is cut off: its length is no multiple of 16",
        };
        Error::corrupt(location, cause)
    };
    decode(bytes, None, location)?.ok_or_else(damaged)
}

fn contents(json: &SecretJson) -> std::result::Result<Contents, String> {
    let damaged = || "its auth key is missing or damaged".to_owned();
    let auth_key = json.text("key").and_then(secret_json::auth_key).ok_or_else(damaged)?;
    let hash = json.text("hash").and_then(secret_json::bytes).ok_or_else(damaged)?;
    if *hash != AuthKey::id(&auth_key) {
        return Err("its key and the key's hash do not agree".to_owned());
    }
    let (server_address, port) =
        json.text("hostname").filter(|text| !text.is_empty()).map(address).transpose()?.unzip();
    Ok(Contents::from(SessionData {
        dc_id: server_address.as_deref().and_then(dc_of_address),
        server_address,
        port,
        api_id: json.integer("app_id").and_then(|id| i32::try_from(id).ok()).filter(|id| *id > 0),
        auth_key: Some(auth_key),
        ..SessionData::default()
    }))
}

fn address(text: &str) -> std::result::Result<(String, u16), String> {
    if text.parse::<IpAddr>().is_ok() {
        return Ok((text.to_owned(), DEFAULT_PORT));
    }
    split_address(text).map_err(|_| "its address is none of a server".to_owned())
}

/// Encodes the session as gogram does without a key of the owner's.
pub(super) fn encode(contents: &Contents) -> Result<Zeroizing<Vec<u8>>> {
    let data = &contents.data;
    let usual = data.dc_id.and_then(|id| default_address(id, fields::test_mode(data)));
    let address = data.server_address.clone().or_else(|| usual.map(|usual| usual.server_address.to_owned()));
    let port = data.port.or(usual.map(|usual| usual.port));
    let Some(key) = &data.auth_key else { return Err(fields::incomplete(WHAT, data, &[Field::AuthKey])) };
    let Some((address, port)) = address.zip(port) else {
        return Err(fields::incomplete(WHAT, data, &[Field::ServerAddress, Field::Port]));
    };
    let key_text = base64_text::encode(&STANDARD, "", key.as_bytes())?;
    let id_text = base64_text::encode(&STANDARD, "", &key.id())?;
    let salt = base64_text::encode(&STANDARD, "", &[0; 8])?;
    let (host, app_id) = (join_address(&address, port)?, data.api_id.unwrap_or(0).to_string());
    let parts = [
        r#"{"key":""#,
        &key_text,
        r#"","hash":""#,
        &id_text,
        r#"","salt":""#,
        &salt,
        r#"","hostname":""#,
        &host,
        r#"","app_id":"#,
        &app_id,
        "}",
    ];
    let mut json = Zeroizing::new(Vec::with_capacity(1024));
    parts.iter().for_each(|part| json.extend_from_slice(part.as_bytes()));
    let encrypted = cbc_text::encrypt_128(DEFAULT_KEY, DEFAULT_KEY, &json);
    encrypted.ok_or_else(|| Error::new(ErrorCode::Internal, "a buffer for encryption is too small"))
}
