//! Session files in JSON: recognizes their client.

use super::secret_json::SecretJson;
use super::{DecodedFile, gotd_json, pyrogram_json, telethon_json, web_json};
use crate::error::{Error, Result};
use crate::model::Format;

// Members by which the JSON files of others are known, and what they are.
const OTHERS: &[(&[&str], &str)] = &[
    (&["key", "hash", "hostname"], "a session file of gogram; its session string is what tgsession reads"),
    (&["app_id", "app_hash"], "the description of an account; the session is in another file beside it"),
    (&["personal_information"], "an export of Telegram Desktop, which holds chats and no session"),
    (&["chats", "about"], "an export of Telegram Desktop, which holds chats and no session"),
];

/// Why a text is no JSON object. One that is cut off is damaged if it names a key.
fn no_json(text: &[u8], location: &str) -> Error {
    let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(text) else {
        return Error::not_a_session(location, "it is no JSON object");
    };
    let names = |name: &[u8]| text.windows(name.len()).any(|part| part.eq_ignore_ascii_case(name));
    if !error.is_eof() {
        let (line, column) = (error.line(), error.column());
        let cause = format!("it begins as a JSON object, and is none from line {line}, column {column} on");
        return Error::not_a_session(location, cause);
    }
    let cause = "it is a JSON object that ends in the middle: it was cut off";
    match [&b"auth_key"[..], b"AuthKey", b"DCOptions"].into_iter().any(names) {
        true => Error::corrupt(location, cause),
        false => Error::not_a_session(location, cause),
    }
}

/// Decodes a session in JSON: a file of Pyrogram up to 0.14 or of Telethon before 0.16, both as version 0, an export of
/// Telegram Web's storage, or a session of gotd.
///
/// `location` names the file in messages.
///
/// # Errors
///
/// `NotASession` for other JSON, with a message that says what it is, and for text that is none; `Corrupt` where the
/// file is one of them and damaged.
pub fn decode_json(text: &[u8], location: &str) -> Result<DecodedFile> {
    let json = SecretJson::parse(text).ok_or_else(|| no_json(text, location))?;
    if json.has(&["dc_id", "auth_key", "user_id"]) {
        let contents = pyrogram_json::decode(&json).map_err(|problem| Error::corrupt(location, problem))?;
        return Ok(DecodedFile::new("pyrogram", Some(0), contents));
    }
    if json.has(&["auth_key_data", "server_address"]) {
        let contents = telethon_json::decode(&json).map_err(|problem| Error::corrupt(location, problem))?;
        return Ok(DecodedFile::new("telethon", Some(0), contents));
    }
    if gotd_json::claims(&json) {
        let contents = gotd_json::decode(&json).map_err(|problem| Error::corrupt(location, problem))?;
        return Ok(DecodedFile::new("gotd", None, contents));
    }
    if web_json::claims(&json) {
        let decoded = web_json::decode(&json).map_err(|problem| Error::corrupt(location, problem))?;
        let (contents, leftovers) = decoded.ok_or_else(|| Error::not_a_session(location, web_json::NO_KEY))?;
        let format = Format { name: "telegram-web", version: None };
        return Ok(DecodedFile { format, contents, leftovers });
    }
    let other = OTHERS.iter().find(|(members, _)| json.has(members));
    Err(Error::not_a_session(location, other.map_or("it is JSON of another kind", |(_, what)| what)))
}
