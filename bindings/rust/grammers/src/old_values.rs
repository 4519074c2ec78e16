//! The values in which this crate kept the data centres beside the home one, before tgsession had a place for them.

use grammers_session::types::DcOption;
use tgsession::{Error, ErrorCode, Result, Session};

const NAME: &str = "grammers dc ";

/// Reads them.
pub fn read(session: &Session) -> Result<Vec<DcOption>> {
    let mut found = Vec::new();
    for name in session.value_names()? {
        if let (Some(id), Some(value)) = (id_of(&name), session.value(&name)?) {
            found.push(decode(id, value.as_bytes()).ok_or_else(|| damaged(&name))?);
        }
    }
    Ok(found)
}

/// Removes them, once they stand where other clients see them.
pub fn remove(session: &Session) -> Result<()> {
    let names = session.value_names()?;
    names.iter().filter(|name| id_of(name).is_some()).try_for_each(|name| session.delete_value(name))
}

fn id_of(name: &str) -> Option<i32> {
    name.strip_prefix(NAME)?.parse().ok()
}

// The addresses as text, each on a line; then the key, if there is one.
fn decode(id: i32, bytes: &[u8]) -> Option<DcOption> {
    let mut parts = bytes.splitn(3, |byte| *byte == b'\n');
    let (ipv4, ipv6, key) = (parts.next()?, parts.next()?, parts.next()?);
    let text = |bytes| std::str::from_utf8(bytes).ok();
    let auth_key = if key.is_empty() { None } else { Some(key.try_into().ok()?) };
    Some(DcOption { id, ipv4: text(ipv4)?.parse().ok()?, ipv6: text(ipv6)?.parse().ok()?, auth_key })
}

fn damaged(name: &str) -> Error {
    Error::new(ErrorCode::Corrupt, format!("the session's value '{name}' is not one of a data centre: delete it"))
}
