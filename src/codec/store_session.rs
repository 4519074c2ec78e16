//! The folder of GramJS's and teleproto's `StoreSession`: a file for each entry.
//!
//! From `sessions/StoreSession.js` of telegram 2.26.22 and teleproto 214.1.7, and `node-localstorage`, which writes the files. A
//! file's name is `NAME:ENTRY` as `encodeURIComponent` makes it of that; another divider than the colon can be chosen.
//!
//! | entry           | content                                                                                        |
//! |-----------------|------------------------------------------------------------------------------------------------|
//! | `authKey`       | `{"type":"Buffer","data":[256 numbers]}`; missing before the login                             |
//! | `dcId`, `port`  | numbers                                                                                        |
//! | `serverAddress` | text; may be the name of a server for browsers                                                 |
//! | `testServers`   | true or false; teleproto only                                                                  |
//! | `dcAuthKeys`    | an object of keys of further data centres; teleproto only                                      |
//! | a marked id     | `["id","hash","username","phone","name","milliseconds"]`, null for what is not told            |
//!
//! Ids are marked with the text `-100`, see [`super::pyrogram_json::whole_mark`]. It names no user.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::pyrogram_json::whole_mark;
use super::secret_json::SecretJson;
use super::{DecodedFile, fields};
use crate::error::{Error, Result};
use crate::model::{
    AUTH_KEY_LEN, AuthKey, Contents, DataCenter, Field, IdKind, Peer, bare_id, id_kind, normalize_phone_number,
    normalize_username,
};

const AUTH_KEY: &str = "authKey";
const DC_ID: &str = "dcId";
const PORT: &str = "port";
const SERVER_ADDRESS: &str = "serverAddress";
const TEST_SERVERS: &str = "testServers";
const DC_AUTH_KEYS: &str = "dcAuthKeys";
const ENTRIES: [&str; 6] = [AUTH_KEY, DC_ID, PORT, SERVER_ADDRESS, TEST_SERVERS, DC_AUTH_KEYS];
const UNDEFINED: &[u8] = b"undefined";
const NULL: &[u8] = b"null";
/// What `encodeURIComponent` leaves as it is, but for what node-localstorage escapes besides.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Whether the names of a folder's files are those of a store: one has the auth key, or, before the login, all the rest is there.
pub fn is_store(names: impl Iterator<Item = impl AsRef<str>>) -> bool {
    let mut rest = [false; 3];
    for (_, entry) in names.filter_map(|name| entry(name.as_ref())) {
        let at = [DC_ID, PORT, SERVER_ADDRESS].iter().position(|name| *name == entry);
        at.into_iter().for_each(|at| rest[at] = true);
        if entry == AUTH_KEY || rest == [true; 3] {
            return true;
        }
    }
    false
}

/// Whether a name is that of any entry: it tells which files are read.
pub fn is_entry(name: &str) -> bool {
    entry(name).is_some_and(|(_, entry)| ENTRIES.contains(&entry.as_str()) || entry.parse::<i64>().is_ok())
}

/// The names of the files beside one of an entry that make a folder a store: the one with the auth key, and those that are there
/// before the login.
pub fn login_beside(name: &str) -> Option<(String, [String; 3])> {
    let (_, entry) = entry(name).filter(|_| is_entry(name))?;
    // Nothing of an entry is escaped.
    let session = name.strip_suffix(entry.as_str())?;
    let beside = |entry| format!("{session}{entry}");
    Some((beside(AUTH_KEY), [DC_ID, PORT, SERVER_ADDRESS].map(beside)))
}

/// The session's name with the divider, and the entry.
fn entry(name: &str) -> Option<(String, String)> {
    let whole = percent_decode_str(name).decode_utf8().ok()?.into_owned();
    let is_of_name = |character: char| character.is_ascii_alphanumeric();
    let known = ENTRIES.into_iter().find(|known| {
        whole.strip_suffix(known).is_some_and(|rest| rest.chars().next_back().is_some_and(|last| !is_of_name(last)))
    });
    let at = match known {
        Some(known) => whole.len() - known.len(),
        None => {
            let digits = whole.rfind(|character: char| !character.is_ascii_digit())?;
            let is_marked = whole[digits..].starts_with('-')
                && whole[..digits].chars().next_back().is_some_and(|last| !is_of_name(last));
            if is_marked { digits } else { digits + whole[digits..].chars().next()?.len_utf8() }
        }
    };
    (at > 0 && at < whole.len()).then(|| (whole[..at].to_owned(), whole[at..].to_owned()))
}

/// Decodes the files of a folder, by their names.
pub fn decode_store(files: &BTreeMap<String, Zeroizing<Vec<u8>>>, location: &str) -> Result<DecodedFile> {
    let sessions: BTreeSet<String> = files
        .keys()
        .filter_map(|file| entry(file))
        .filter(|(_, entry)| entry == AUTH_KEY)
        .map(|(name, _)| name)
        .collect();
    if sessions.len() > 1 {
        let count = sessions.len();
        let cause = format!("it has the files of {count} StoreSessions: move those of each into a folder of its own");
        return Err(Error::not_a_session(location, cause));
    }
    let named = |name: &str| {
        files.iter().find(|(file, _)| entry(file).is_some_and(|(_, entry)| entry == name)).map(|(_, content)| content)
    };
    let value =
        |name: &str| named(name).and_then(|content| serde_json::from_slice::<Value>(content).ok()).map(SecretJson::of);
    let mut contents = Contents::default();
    contents.data.auth_key = match named(AUTH_KEY) {
        None => None,
        // So teleproto writes it before the login.
        Some(content) if [UNDEFINED, NULL].contains(&content.trim_ascii()) => None,
        Some(_) => {
            let damaged = || Error::corrupt(location, "its file with the auth key is damaged");
            Some(value(AUTH_KEY).and_then(|json| auth_key(json.value())).ok_or_else(damaged)?)
        }
    };
    let number = |name: &str| value(name).and_then(|json| json.value().as_i64());
    contents.data.dc_id = number(DC_ID).and_then(|id| i32::try_from(id).ok()).filter(|id| *id > 0);
    contents.data.port = number(PORT).and_then(|port| u16::try_from(port).ok()).filter(|port| *port > 0);
    let address = value(SERVER_ADDRESS).and_then(|json| json.value().as_str().map(str::to_owned));
    contents.data.server_address = address.filter(|text| !text.is_empty() && fields::is_host(text.as_bytes()));
    contents.data.test_mode = value(TEST_SERVERS).and_then(|json| json.value().as_bool());
    let other_keys = value(DC_AUTH_KEYS);
    let has_damaged_key =
        !put_other_keys(&mut contents, other_keys.as_ref()) || (other_keys.is_none() && named(DC_AUTH_KEYS).is_some());
    let mut damaged = 0;
    let mut peers = BTreeMap::new();
    for (name, content) in files {
        if entry(name).is_none_or(|(_, entry)| entry.parse::<i64>().is_err()) {
            continue;
        }
        match serde_json::from_slice::<Value>(content).ok().as_ref().and_then(peer) {
            Some(peer) => drop(peers.insert(peer.id, peer)),
            None => damaged += 1,
        }
    }
    contents.peers = peers.into_values().collect();
    let mut decoded = DecodedFile::new("storesession", None, contents);
    if damaged > 0 {
        decoded = decoded.remark(format!("{damaged} of its files of peers are damaged, and left out"));
    }
    if has_damaged_key {
        decoded = decoded.remark("the key of another data centre in it is damaged, and left out");
    }
    Ok(decoded)
}

/// Keys of other data centres than the home one, whose key has a file of its own. Whether all are whole.
fn put_other_keys(contents: &mut Contents, keys: Option<&SecretJson>) -> bool {
    let home = contents.data.dc_id;
    let mut put = |(id, key): (&String, &Value)| {
        let Some((id, key)) = id.parse::<i32>().ok().zip(auth_key(key)) else { return false };
        let data_center = DataCenter { id, auth_key: Some(key), ..DataCenter::default() };
        Some(id) == home || contents.put_data_center(&data_center).is_ok()
    };
    let entries = keys.and_then(|json| json.value().as_object()).into_iter().flatten();
    entries.filter(|entry| !put(*entry)).count() == 0
}

fn auth_key(value: &Value) -> Option<AuthKey> {
    let numbers = value.get("data").unwrap_or(value).as_array().filter(|numbers| numbers.len() == AUTH_KEY_LEN)?;
    let byte = |number: &Value| number.as_u64().and_then(|number| u8::try_from(number).ok());
    AuthKey::new(&Zeroizing::new(numbers.iter().map(byte).collect::<Option<Vec<u8>>>()?)).ok()
}

fn peer(row: &Value) -> Option<Peer> {
    let row = row.as_array()?;
    let text = |at: usize| row.get(at).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (id, access_hash) = (text(0)?.parse().ok()?, text(1).and_then(|text| text.parse().ok()));
    let milliseconds = text(5).and_then(|text| text.parse::<i64>().ok());
    let id = whole_mark(id, access_hash);
    Some(Peer {
        id,
        // Of a group the client writes 0.
        access_hash: access_hash.filter(|_| id_kind(id) != IdKind::Chat),
        usernames: text(2).map(normalize_username).into_iter().collect(),
        phone_number: text(3).map(normalize_phone_number),
        name: text(4).map(str::to_owned),
        last_update_on: milliseconds.map(|time| time / 1000),
        ..Peer::default()
    })
}

/// Encodes a session as the files of a folder with this name.
pub fn encode_store(contents: &Contents, name: &str) -> Result<Vec<(String, Zeroizing<Vec<u8>>)>> {
    let data = &contents.data;
    let Some((dc_id, key)) = data.dc_id.zip(data.auth_key.as_ref()) else {
        return Err(fields::incomplete("a StoreSession", data, &[Field::DcId, Field::AuthKey]));
    };
    if name == "session" {
        return Err(Error::invalid_argument(
            "GramJS refuses a StoreSession with the name 'session': choose another one",
        ));
    }
    let (address, port) = fields::address("a StoreSession", data, dc_id)?;
    let file = |entry: &str| utf8_percent_encode(&format!("{name}:{entry}"), ESCAPED).to_string();
    let mut files = vec![
        (file(AUTH_KEY), key_text(key)),
        (file(DC_ID), dc_id.to_string().into_bytes().into()),
        (file(PORT), port.to_string().into_bytes().into()),
        (file(SERVER_ADDRESS), Value::from(address).to_string().into_bytes().into()),
    ];
    // These two are teleproto's: GramJS leaves them alone.
    if data.test_mode == Some(true) {
        files.push((file(TEST_SERVERS), b"true".to_vec().into()));
    }
    files.extend(other_keys(contents, dc_id).map(|text| (file(DC_AUTH_KEYS), text)));
    for peer in &contents.peers {
        let (id, row) = peer_row(peer);
        files.push((file(&id), row.to_string().into_bytes().into()));
    }
    Ok(files)
}

fn peer_row(peer: &Peer) -> (String, Value) {
    let (id, hash) = match id_kind(peer.id) {
        IdKind::Channel => (format!("-100{}", bare_id(peer.id)), peer.access_hash),
        IdKind::User => (peer.id.to_string(), peer.access_hash),
        // Groups have none: the client writes 0.
        IdKind::Chat => (peer.id.to_string(), Some(0)),
    };
    let time = peer.last_update_on.map(|time| time.saturating_mul(1000).to_string());
    let hash = hash.map(|hash| hash.to_string());
    let row = json!([id, hash, peer.usernames.first(), peer.phone_number, peer.name, time]);
    (id, row)
}

/// The keys of further data centres, if there are any.
fn other_keys(contents: &Contents, home: i32) -> Option<Zeroizing<Vec<u8>>> {
    let mut text = Zeroizing::new(Vec::new());
    for data_center in contents.data_centers() {
        let Some(key) = data_center.auth_key.filter(|_| data_center.id != home) else { continue };
        let begin = format!("{}\"{}\":", if text.is_empty() { '{' } else { ',' }, data_center.id);
        // Room for all of it: a vector that grows leaves keys behind.
        let mut longer = Zeroizing::new(Vec::with_capacity(text.len() + begin.len() + 6 * AUTH_KEY_LEN));
        longer.extend_from_slice(&text);
        longer.extend_from_slice(begin.as_bytes());
        longer.extend_from_slice(&key_text(&key));
        text = longer;
    }
    (!text.is_empty()).then(|| {
        text.push(b'}');
        text
    })
}

fn key_text(key: &AuthKey) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(5 * AUTH_KEY_LEN));
    text.extend_from_slice(br#"{"type":"Buffer","data":["#);
    for (at, byte) in key.as_bytes().iter().enumerate() {
        if at > 0 {
            text.push(b',');
        }
        text.extend_from_slice(byte.to_string().as_bytes());
    }
    text.extend_from_slice(b"]}");
    text
}
