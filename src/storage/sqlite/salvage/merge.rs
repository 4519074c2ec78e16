//! One row for each thing, of all the rows that were found.
//!
//! The row in its table wins over those in other places. Peers tell when they were last seen: of two that were not removed
//! the newer wins, wherever it stands. A removed row counts only for what no other row tells.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::ValueRef;

use super::gather::{Found, Gathered};
use super::place::Place;
use super::shape::Shape;

/// The rows of a table that are kept.
pub struct Table {
    pub name: &'static str,
    /// Of [`Gathered::rows`], in the order in which they are written.
    pub rows: Vec<usize>,
    /// Rows that others have replaced.
    pub replaced: usize,
    /// Of those, rows that were replaced because they are older by their own date.
    pub replaced_by_date: usize,
}

/// What tells one thing from another of its table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    One,
    Id(i64),
    Text(Vec<u8>),
    Pair(i64, Vec<u8>),
    File(Vec<u8>, i64, i64),
}

/// Merges the rows of every table but those of the login, of which one is chosen.
pub fn merge(gathered: &Gathered, login: Option<usize>) -> Vec<Table> {
    let mut tables: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for (at, found) in gathered.rows.iter().enumerate() {
        let Some(shape) = gathered.shapes.get(found.shape) else { continue };
        if shape.table != "sessions" || login == Some(at) {
            tables.entry(shape.table).or_default().push(at);
        }
    }
    tables.into_iter().map(|(name, rows)| one_of_each(gathered, name, rows, login)).collect()
}

fn one_of_each(gathered: &Gathered, name: &'static str, mut rows: Vec<usize>, login: Option<usize>) -> Table {
    rows.sort_by_cached_key(|at| (login != Some(*at), rank(gathered, *at), *at));
    let mut kept: BTreeMap<Key, usize> = BTreeMap::new();
    let (mut replaced, mut replaced_by_date) = (0, 0);
    for at in rows {
        let Some(key) = key(gathered, at) else { continue };
        match kept.get(&key) {
            None => {
                kept.insert(key, at);
            }
            Some(better) => {
                replaced += 1;
                replaced_by_date += usize::from(date(gathered, *better) > date(gathered, at));
            }
        }
    }
    let mut rows: Vec<usize> = kept.into_values().collect();
    drop_past_names(gathered, name, &mut rows);
    // Usernames stand in the order in which they were written.
    rows.sort_by_key(|at| gathered.rows.get(*at).map(|found| (found.place, found.row.rowid)));
    Table { name, rows, replaced, replaced_by_date }
}

// A username that was removed is not given back to a peer that has others, or from the one that has it now.
fn drop_past_names(gathered: &Gathered, name: &str, rows: &mut Vec<usize>) {
    if !name.ends_with("usernames") {
        return;
    }
    let pair = |at: usize| match key(gathered, at) {
        Some(Key::Pair(id, username)) => Some((id, username)),
        _ => None,
    };
    let is_past = |at: usize| gathered.rows.get(at).is_some_and(|found| found.place.is_past());
    let now: Vec<(i64, Vec<u8>)> = rows.iter().filter(|at| !is_past(**at)).filter_map(|at| pair(*at)).collect();
    let ids: BTreeSet<i64> = now.iter().map(|(id, _)| *id).collect();
    let names: BTreeSet<&[u8]> = now.iter().map(|(_, name)| name.as_slice()).collect();
    rows.retain(|at| {
        let Some((id, name)) = pair(*at).filter(|_| is_past(*at)) else { return true };
        !ids.contains(&id) && !names.contains(name.as_slice())
    });
}

// The lowest is the best.
fn rank(gathered: &Gathered, at: usize) -> impl Ord {
    let place = gathered.rows.get(at).map_or(Place::FreePage, |found| found.place);
    let order = gathered.rows.get(at).map_or(0, |found| found.order);
    (place == Place::FreePage, Reverse(date(gathered, at)), place, Reverse(order))
}

// When a peer was last seen.
fn date(gathered: &Gathered, at: usize) -> Option<i64> {
    let (found, shape) = found(gathered, at)?;
    let column = match shape.table {
        "peers" | "tgsession_peers" | "usernames" => "last_update_on",
        "entities" => "date",
        _ => return None,
    };
    match shape.named_value(&found.row, column) {
        ValueRef::Integer(date) => Some(date),
        _ => None,
    }
}

fn key(gathered: &Gathered, at: usize) -> Option<Key> {
    let (found, shape) = found(gathered, at)?;
    let integer = |name: &str| match shape.named_value(&found.row, name) {
        ValueRef::Integer(number) => Some(number),
        _ => None,
    };
    let bytes = |name: &str| match shape.named_value(&found.row, name) {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(bytes.to_vec()),
        _ => None,
    };
    match shape.table {
        "sessions" | "version" | "state" | "user" => Some(Key::One),
        "usernames" if integer("peer_id").is_some() => Some(Key::Text(bytes("id")?)),
        "usernames" | "tgsession_usernames" => Some(Key::Pair(integer("id")?, bytes("username")?)),
        "tgsession_fields" | "tgsession_values" => Some(Key::Text(bytes("name")?)),
        "sent_files" | "tgsession_files" => {
            Some(Key::File(bytes("md5_digest")?, integer("file_size")?, integer("type")?))
        }
        _ => Some(Key::Id(integer("id")?)),
    }
}

fn found(gathered: &Gathered, at: usize) -> Option<(&Found, &Shape)> {
    let found = gathered.rows.get(at)?;
    Some((found, gathered.shapes.get(found.shape)?))
}
