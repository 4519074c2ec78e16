//! The logins that were found, and which of them is the session's own.

use std::collections::BTreeSet;

use serde::Serialize;

use super::gather::{Found, Gathered};
use super::place::Place;
use crate::error::{Error, ErrorCode, Result};
use crate::model::AuthKey;

// A random key has no such run of zeros; one over which zeros were written has.
const ZEROS: usize = 16;

/// What is named instead of an id to take none of the keys.
pub const NO_KEY: &str = "none";

/// An auth key that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// See [`AuthKey::id_hex`].
    pub auth_key_id: String,
    /// The best place in which it stands.
    pub place: Place,
    /// In how many rows it stands.
    pub rows: usize,
    /// It has zeros in a row, as no key has.
    pub has_zeros: bool,
}

/// The row of the login, and why it.
pub struct Choice {
    /// Of [`Gathered::rows`]; `None` if no row of a login was found.
    pub row: Option<usize>,
    /// Nothing but the row itself tells that it is this session's login.
    pub is_doubtful: bool,
}

struct Key {
    candidate: Candidate,
    // The best row.
    row: usize,
}

/// Every key, those in better places first.
pub fn candidates(gathered: &Gathered) -> Vec<Candidate> {
    keys(gathered).into_iter().map(|key| key.candidate).collect()
}

/// Chooses the login: the one that is named, else the one in the session's own table, else the only one that is left.
pub fn choose(gathered: &Gathered, wanted: Option<&str>, location: &str) -> Result<Choice> {
    let keys = keys(gathered);
    if wanted == Some(NO_KEY) {
        return Ok(Choice { row: None, is_doubtful: false });
    }
    if let Some(wanted) = wanted {
        return named(&keys, wanted, location);
    }
    if let Some(own) = own_row(gathered) {
        return Ok(Choice { row: Some(own), is_doubtful: key_of(gathered, own).is_some_and(|key| has_zeros(&key)) });
    }
    let lost = |key: &&Key| key.candidate.place == Place::LostPage;
    let known = |key: &&Key| key.candidate.place != Place::FreePage;
    let mut likely: Vec<&Key> = keys.iter().filter(lost).collect();
    if likely.is_empty() {
        likely = keys.iter().filter(known).collect();
    }
    match likely.as_slice() {
        [] if keys.is_empty() => Ok(Choice { row: best(gathered), is_doubtful: true }),
        [only] => Ok(Choice { row: Some(only.row), is_doubtful: true }),
        [first, ..] if are_of_different_dcs(gathered, &likely) => {
            Ok(Choice { row: Some(first.row), is_doubtful: true })
        }
        _ => Err(undecided(&keys, location)),
    }
}

fn named(keys: &[Key], wanted: &str, location: &str) -> Result<Choice> {
    let found = keys.iter().find(|key| key.candidate.auth_key_id == wanted.to_ascii_lowercase());
    let found = found.ok_or_else(|| {
        let message = format!("'{location}' has no auth key of the id that was named; it has {}", list(keys));
        Error::invalid_argument(message)
    })?;
    let is_doubtful = found.candidate.place != Place::Table || found.candidate.has_zeros;
    Ok(Choice { row: Some(found.row), is_doubtful })
}

// Telethon 2 has a key for each data centre.
fn are_of_different_dcs(gathered: &Gathered, keys: &[&Key]) -> bool {
    let rows = keys.iter().filter_map(|key| gathered.rows.get(key.row));
    let of_dcs: Vec<&Found> = rows.filter(|found| table(gathered, found) == "datacenter").collect();
    let dcs: BTreeSet<Option<i64>> = of_dcs.iter().map(|found| found.row.rowid).collect();
    dcs.len() == keys.len()
}

// A row in the table itself is the login, with a key or without. Of several, clients read the first.
fn own_row(gathered: &Gathered) -> Option<usize> {
    let own = login_rows(gathered).filter(|(_, found)| found.place == Place::Table);
    // Telethon 2 has a row for each data centre, and most have no key.
    let sessions = |(_, found): &(usize, &Found)| table(gathered, found) == "sessions";
    let with_key = |(at, _): &(usize, &Found)| key_of(gathered, *at).is_some();
    let home = home_of_account(gathered);
    let rank = |(at, found): &(usize, &Found)| {
        let is_home = home.is_some() && found.row.rowid == home && !sessions(&(*at, *found));
        (!with_key(&(*at, *found)) && !sessions(&(*at, *found)), !is_home, found.row.rowid)
    };
    own.filter(|row| sessions(row) || with_key(row)).min_by_key(rank).map(|(at, _)| at)
}

// The data centre that Telethon 2's row of the account names.
fn home_of_account(gathered: &Gathered) -> Option<i64> {
    let mut own = gathered.rows.iter().filter(|found| found.place == Place::Table && table(gathered, found) == "user");
    let found = own.next()?;
    gathered.shapes.get(found.shape)?.named_value(&found.row, "dc").as_i64().ok()
}

/// The id of the key in that row.
pub fn own_key_id(gathered: &Gathered) -> Option<String> {
    Some(key_of(gathered, own_row(gathered)?)?.id_hex())
}

// Without any key, the row still has fields.
fn best(gathered: &Gathered) -> Option<usize> {
    let rows = login_rows(gathered).filter(|(_, found)| !found.place.is_past());
    rows.min_by_key(|(_, found)| found.place).map(|(at, _)| at)
}

fn login_rows(gathered: &Gathered) -> impl Iterator<Item = (usize, &Found)> {
    let is_login = |found: &Found| gathered.shapes.get(found.shape).is_some_and(super::shape::Shape::is_login);
    gathered.rows.iter().enumerate().filter(move |(_, found)| is_login(found))
}

fn table(gathered: &Gathered, found: &Found) -> &'static str {
    gathered.shapes.get(found.shape).map_or("", |shape| shape.table)
}

/// The key in a row.
pub fn key_of(gathered: &Gathered, row: usize) -> Option<AuthKey> {
    let found = gathered.rows.get(row)?;
    let key = gathered.shapes.get(found.shape)?.key(&found.row)?;
    AuthKey::new(key).ok().filter(|_| key.iter().any(|byte| *byte != 0))
}

fn keys(gathered: &Gathered) -> Vec<Key> {
    let mut keys: Vec<(AuthKey, Key)> = Vec::new();
    let mut rows: Vec<(usize, &Found)> = login_rows(gathered).collect();
    // The best first; of equally good ones the newest.
    rows.sort_by_key(|(_, found)| (found.place, std::cmp::Reverse(found.order)));
    for (row, found) in rows {
        let Some(key) = key_of(gathered, row) else { continue };
        if let Some((_, known)) = keys.iter_mut().find(|(known, _)| *known == key) {
            known.candidate.rows += 1;
            continue;
        }
        let (auth_key_id, has_zeros) = (key.id_hex(), has_zeros(&key));
        let candidate = Candidate { auth_key_id, place: found.place, rows: 1, has_zeros };
        keys.push((key, Key { candidate, row }));
    }
    keys.into_iter().map(|(_, key)| key).collect()
}

fn has_zeros(key: &AuthKey) -> bool {
    key.as_bytes().windows(ZEROS).any(|run| run.iter().all(|byte| *byte == 0))
}

fn undecided(keys: &[Key], location: &str) -> Error {
    let message = format!(
        "'{location}' has no intact login of its own, and nothing tells which auth key is this session's: {}; name one of them, or none",
        list(keys)
    );
    Error::new(ErrorCode::Incomplete, message)
}

fn list(keys: &[Key]) -> String {
    let place = |place: Place| match place {
        Place::Table => "in its table",
        Place::LostPage => "in a page that no table leads to",
        Place::Uncommitted => "in a transaction that did not end",
        Place::OlderPage => "in an older version of a page",
        Place::FreePage => "in free space, where it was removed",
    };
    let one = |key: &Key| format!("{} ({})", key.candidate.auth_key_id, place(key.candidate.place));
    let all: Vec<String> = keys.iter().map(one).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}
