//! The session file of WTelegramClient, `WTelegram.session`: read with its key, never written.
//!
//! From `src/Session.cs` and `src/Client.cs` of wiz0u/WTelegramClient 3f1a4ea. The file is a ring: two little-endian numbers, the
//! place and the length of the block that counts, and blocks. A block is an IV of 16 bytes and AES in CBC mode with PKCS #7
//! padding of the SHA-256 of JSON, and the JSON. The key is `session_key`, or else `api_hash`, both from hexadecimal digits.
//!
//! | member       | value                                                                                        |
//! |--------------|----------------------------------------------------------------------------------------------|
//! | `ApiId`      | api_id                                                                                       |
//! | `UserId`     | user_id; a member with its usual value is left out                                           |
//! | `MainDC`     | dc_id                                                                                        |
//! | `DCSessions` | by data centre (negative: media only): `AuthKey`, `DataCenter` {`id`, `ip_address`, `port`}  |

use serde_json::Value;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::secret_json::{self, SecretJson};
use super::{DecodedFile, cbc_text, fields};
use crate::error::{Error, Result};
use crate::model::{AuthKey, Contents, DataCenter, DcEndpoint};

const HEADER: usize = 8;
const IV: usize = 16;
const DIGEST: usize = 32;
const BLOCK: usize = 16;
const NEEDS_KEY: &str = "it looks like a session of WTelegramClient, which is encrypted: its key, the api_hash or the session_key of its \
                         program, is needed (--database-key-file, tgs_options_set_database_key)";

/// Whether the first bytes place a block inside the file. That is not certain: only the key tells.
pub(super) fn claims(head: &[u8], len: u64) -> bool {
    place(head, len).is_some()
}

fn place(head: &[u8], len: u64) -> Option<(usize, usize)> {
    let number = |at: usize| i32::from_le_bytes(head.get(at..at + 4)?.try_into().ok()?).try_into().ok();
    let (at, block): (usize, usize) = (number(0)?, number(4)?);
    let end = u64::try_from(at.checked_add(block)?).ok()?;
    let is_block = block >= IV + DIGEST + BLOCK && block.is_multiple_of(BLOCK);
    (at >= HEADER && is_block && end <= len).then_some((at, block))
}

pub(super) fn decode(bytes: &[u8], key: Option<&[u8]>, location: &str) -> Result<DecodedFile> {
    let len = bytes.len().try_into().unwrap_or(u64::MAX);
    let Some((at, block)) = place(bytes, len) else { return Err(Error::corrupt(location, "its block is cut off")) };
    let Some(key) = key else { return Err(Error::wrong_key(location, NEEDS_KEY)) };
    let wrong = || {
        Error::wrong_key(
            location,
            "the key is not that of this session of WTelegramClient: it is api_hash or session_key",
        )
    };
    let (iv, text) = bytes[at..at + block].split_at(IV);
    let digits = of_digits(key);
    let plain = cbc_text::decrypt(digits.as_deref().map_or(key, Vec::as_slice), iv, text).ok_or_else(wrong)?;
    let (digest, json) = plain.split_at_checked(DIGEST).ok_or_else(wrong)?;
    if Sha256::digest(json).as_slice() != digest {
        return Err(wrong());
    }
    let json = SecretJson::parse(json).ok_or_else(|| Error::corrupt(location, "what it decrypts to is no JSON"))?;
    let contents = contents(&json).map_err(|problem| Error::corrupt(location, problem))?;
    Ok(DecodedFile::new("wtelegramclient", None, contents))
}

/// Both keys are written as hexadecimal digits.
fn of_digits(key: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let nibble = |digit: &u8| char::from(*digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let nibbles = Zeroizing::new(key.iter().map(nibble).collect::<Option<Vec<u8>>>()?);
    let is_key = [32, 48, 64].contains(&nibbles.len());
    is_key.then(|| Zeroizing::new(nibbles.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()))
}

fn contents(json: &SecretJson) -> std::result::Result<Contents, String> {
    let home = json.integer("MainDC").and_then(|id| i32::try_from(id).ok()).filter(|id| *id > 0);
    let mut contents = Contents::default();
    contents.data.dc_id = home;
    contents.data.api_id = json.integer("ApiId").and_then(|id| i32::try_from(id).ok()).filter(|id| *id > 0);
    contents.data.user_id = json.integer("UserId").filter(|id| (1..=fields::MAX_USER_ID).contains(id));
    for (name, session) in json.get("DCSessions").and_then(Value::as_object).into_iter().flatten() {
        // A negative id is a connection for files with a key of its own, which no other client has a place for.
        let Some(id) = name.parse::<i32>().ok().filter(|id| *id > 0) else { continue };
        let found = data_center(id, &SecretJson::of(session.clone()))?;
        if Some(id) == home {
            fields::set_home(&mut contents.data, &found);
        } else {
            contents.put_data_center(&found).map_err(|_| format!("its data centre {id} cannot be"))?;
        }
    }
    Ok(contents)
}

fn data_center(id: i32, session: &SecretJson) -> std::result::Result<DataCenter, String> {
    let damaged = || format!("the auth key of its data centre {id} is damaged");
    let key = |text: &str| secret_json::auth_key(text).ok_or_else(damaged);
    let auth_key: Option<AuthKey> = session.text("AuthKey").filter(|text| !text.is_empty()).map(key).transpose()?;
    let told = session.get("DataCenter").cloned().map(SecretJson::of);
    let address = told.as_ref().and_then(|told| {
        let port = told.integer("port").and_then(|port| u16::try_from(port).ok()).filter(|port| *port > 0)?;
        let server_address = told.text("ip_address").filter(|text| !text.is_empty())?.to_owned();
        Some(DcEndpoint { server_address, port, is_media_only: false })
    });
    Ok(DataCenter { id, auth_key, addresses: address.into_iter().collect(), ..DataCenter::default() })
}
