//! What became of each part of a session that was converted or exported.

use std::borrow::Cow;

use serde::Serialize;

use super::part_pages::PartTally;
use super::peer_tally::PeerTally;
use crate::model::{Contents, DataCenter, Field, ForeignTable, Leftovers, OtherLogin, SessionData};
use crate::storage::LayoutSupport;

/// What became of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It stands where the target's client reads it.
    Kept,
    /// The caller overrode it, and it stands where the target's client reads it.
    Overridden,
    /// The source does not tell it; it stands beside the source.
    Given,
    /// The source does not tell it; it was worked out.
    Derived,
    /// The target's client has no place for it: it stands in tables of our own, or is left out of a session string.
    KeptAside,
    /// Nobody knows it.
    Missing,
    /// The source has a number there that the field cannot have, so nobody knows it.
    Unusable,
    /// The target cannot hold it: it is not in a session string.
    LeftOut,
    /// It is no part of the session, and stays in the source: another program's table, or another login.
    LeftBehind,
    /// It is no part of the session, and was taken along: another program's table.
    TakenAlong,
}

/// What became of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldReport {
    /// The field's name.
    pub name: &'static str,
    /// What became of it.
    pub outcome: Outcome,
    /// What a derived value was worked out from, or where a given one stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Cow<'static, str>>,
    /// What stands beside the source and says another value, which was not taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contradicted_by: Option<String>,
}

/// What became of one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableReport {
    /// `peers`, `usernames`, `peer_types`, `names`, `update_states`, `sent_files`, `data_centers` (beside
    /// the home one) or `values`.
    pub name: &'static str,
    /// How many stand where the target's client reads them.
    pub kept: usize,
    /// How many stand in tables of our own.
    pub kept_aside: usize,
    /// How many were worked out.
    pub derived: usize,
    /// How many a session string or another client's whole file has no place for, or not for all of them: a data centre without
    /// its key is one of these.
    pub left_out: usize,
}

/// What became of a table of another program in the source's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForeignTableReport {
    /// Its name and its rows.
    #[serde(flatten)]
    pub table: ForeignTable,
    /// [`Outcome::LeftBehind`] or [`Outcome::TakenAlong`].
    pub outcome: Outcome,
}

/// A login or a key in the source's store that is not the session's, and stays there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OtherLoginReport {
    /// Its data centre and the id of its key.
    #[serde(flatten)]
    pub login: OtherLogin,
    /// [`Outcome::LeftBehind`].
    pub outcome: Outcome,
}

/// What became of everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The source's format and version.
    pub source: String,
    /// The target's format and version.
    pub target: String,
    /// Every field.
    pub fields: Vec<FieldReport>,
    /// Every table that the source fills.
    pub tables: Vec<TableReport>,
    /// Every table in the source's file that is another program's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub foreign_tables: Vec<ForeignTableReport>,
    /// Every other login in the source's store.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_logins: Vec<OtherLoginReport>,
    /// Every key of the same login for another data centre.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_keys: Vec<OtherLoginReport>,
    /// What its owner should know of the source or the target.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

impl Report {
    /// What stands beside the session in the source's store, of which the tables in `taken` were taken along.
    pub(super) fn beside(leftovers: Leftovers, taken: &[String]) -> Self {
        Self {
            foreign_tables: foreign_tables(&leftovers, taken),
            other_logins: left_behind(&leftovers.other_logins),
            other_keys: left_behind(&leftovers.other_keys),
            remarks: leftovers.remarks,
            ..Self::default()
        }
    }
}

/// A field that was not taken from the source as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Note {
    pub field: Field,
    pub outcome: Outcome,
    pub from: Option<Cow<'static, str>>,
    pub contradicted_by: Option<String>,
}

impl Note {
    pub fn new(field: Field, outcome: Outcome, from: Option<Cow<'static, str>>) -> Self {
        Self { field, outcome, from, contradicted_by: None }
    }
}

/// Where what is not kept goes: our own tables, or nowhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Elsewhere {
    KeptAside,
    LeftOut,
}

pub(super) fn fields(data: &SessionData, notes: &[Note], places: &[Field], elsewhere: Elsewhere) -> Vec<FieldReport> {
    let report = |field: Field| {
        // The last one won.
        let note = notes.iter().rev().find(|note| note.field == field);
        let outcome = match (data.get(field), places.contains(&field)) {
            (None, _) if data.unusable.iter().any(|unusable| unusable.field == field) => Outcome::Unusable,
            (None, _) => Outcome::Missing,
            (Some(_), true) => note.map_or(Outcome::Kept, |note| note.outcome),
            (Some(_), false) if elsewhere == Elsewhere::LeftOut => Outcome::LeftOut,
            (Some(_), false) => Outcome::KeptAside,
        };
        let contradicted_by = note.and_then(|note| note.contradicted_by.clone());
        FieldReport { name: field.name(), outcome, from: note.and_then(|note| note.from.clone()), contradicted_by }
    };
    Field::ALL.map(report).into()
}

/// What became of the tables in a layout of ours, where everything has a place. The peers are counted here, and are not in
/// `contents`.
pub(super) fn tables(contents: &Contents, peers: &PeerTally, places: &LayoutSupport) -> Vec<TableReport> {
    let types = peers.with_place(places.peer_types);
    let states = contents.update_states.len();
    let states_kept = contents.update_states.iter().filter(|state| places.holds_state(state)).count();
    let names_kept = match (places.usernames, places.several_usernames) {
        (false, _) => 0,
        (true, false) => peers.named,
        (true, true) => peers.usernames,
    };
    let (files, data_centers, values) =
        (contents.sent_files.len(), contents.data_centers().len(), contents.own_values());
    let table = |name, count: usize, has_place: bool, kept: usize| {
        let kept = if has_place { kept } else { 0 };
        TableReport { name, kept, kept_aside: count - kept, derived: 0, left_out: 0 }
    };
    filled([
        table("peers", peers.peers, places.peers, peers.peers),
        table("usernames", peers.usernames, places.peers, names_kept),
        TableReport { derived: peers.untyped, ..table("peer_types", peers.peers, places.peers, types) },
        table("names", peers.with_name, places.names, peers.with_name),
        table("update_states", states, places.update_states, states_kept),
        table("sent_files", files, places.sent_files, files),
        table("data_centers", data_centers, places.data_centers, data_centers),
        table("values", values, places.values, values),
    ])
}

fn filled<const N: usize>(tables: [TableReport; N]) -> Vec<TableReport> {
    tables.into_iter().filter(|table| table.kept + table.kept_aside + table.left_out > 0).collect()
}

/// What became of the tables where only fields are written. The peers are counted here, and are not in `contents`.
pub(super) fn tables_of_string(contents: &Contents, peers: &PeerTally) -> Vec<TableReport> {
    let none_of = |total| (total, 0);
    let peers = PartTally {
        peers: none_of(peers.peers),
        usernames: none_of(peers.usernames),
        types: none_of(peers.peers),
        names: none_of(peers.with_name),
        untyped: peers.untyped,
    };
    tables_of_part(contents, &contents.data.clone().into(), &peers)
}

/// What became of the tables where only a part of the contents is written. A row is kept if all of it is. The peers are counted,
/// and are in neither.
pub(super) fn tables_of_part(contents: &Contents, part: &Contents, peers: &PartTally) -> Vec<TableReport> {
    let data_centers = contents.data_centers();
    let kept = data_centers.iter().filter(|dc| has_data_center(contents, part, dc)).count();
    let states = contents.update_states.iter().filter(|state| part.update_states.contains(state)).count();
    let table = |name, (total, kept): (usize, usize)| TableReport {
        name,
        kept,
        kept_aside: 0,
        derived: 0,
        left_out: total.saturating_sub(kept),
    };
    filled([
        table("peers", peers.peers),
        table("usernames", peers.usernames),
        TableReport { derived: peers.untyped, ..table("peer_types", peers.types) },
        table("names", peers.names),
        table("update_states", (contents.update_states.len(), states)),
        table("sent_files", (contents.sent_files.len(), part.sent_files.len())),
        table("data_centers", (data_centers.len(), kept)),
        table("values", (contents.own_values(), part.own_values())),
    ])
}

// Both are in ascending order of their ids.
// What only repeats the fields of the home data centre is written with them.
fn has_data_center(contents: &Contents, part: &Contents, data_center: &DataCenter) -> bool {
    let rest = contents.beside_fields(data_center.clone());
    let written = part.data_centers().into_iter().find(|written| written.id == rest.id);
    let written = written.map_or_else(DataCenter::default, |written| part.beside_fields(written));
    let is_there = |endpoint| written.addresses.contains(endpoint);
    rest.addresses.iter().all(is_there)
        && (rest.auth_key, rest.tmp_auth_key, rest.tmp_expires_at)
            == (written.auth_key, written.tmp_auth_key, written.tmp_expires_at)
}

fn foreign_tables(leftovers: &Leftovers, taken: &[String]) -> Vec<ForeignTableReport> {
    let outcome = |table: &ForeignTable| match taken.contains(&table.name) {
        true => Outcome::TakenAlong,
        false => Outcome::LeftBehind,
    };
    let tables = leftovers.foreign_tables.iter();
    tables.map(|table| ForeignTableReport { outcome: outcome(table), table: table.clone() }).collect()
}

fn left_behind(logins: &[OtherLogin]) -> Vec<OtherLoginReport> {
    let report = |login: &OtherLogin| OtherLoginReport { login: login.clone(), outcome: Outcome::LeftBehind };
    logins.iter().map(report).collect()
}
