//! Opening each fixture: what is read, and that nothing changes by it.

use std::collections::BTreeMap;

use serde_json::json;
use tgsession::session::UsernameExpiry;

use crate::agreement::{self, Comparison, Difference};
use crate::fixture::{self, Fixture};
use crate::known::{self, KNOWN};

#[test]
fn read_only_every_file_is_read_as_its_library_reads_it() {
    check(true);
}

#[test]
fn read_write_every_file_is_read_as_its_library_reads_it() {
    check(false);
}

/// The one file that its library cannot read but that is whole.
#[test]
fn a_takeout_of_telethon_1_43_is_read() {
    let fixture = fixture::all().into_iter().find(|fixture| fixture.title == "telethon-1.43.2/takeout").unwrap();
    let copy = fixture.copy();
    let data = copy.open(true, UsernameExpiry::Never).data().unwrap();
    assert_eq!((data.dc_id, data.takeout_id, data.user_id), (Some(4), Some(99), Some(7_770_001_234_567)));
    assert!(data.auth_key.is_some() && data.tmp_auth_key.is_none());
}

fn check(read_only: bool) {
    let mut used = vec![false; KNOWN.len()];
    let mut failures = String::new();
    for fixture in fixture::all() {
        let mut differences = read(&fixture, read_only);
        differences.retain(|difference| {
            let known = KNOWN.iter().position(|known| known.covers(&fixture, &difference.place));
            known.inspect(|index| used[*index] = true).is_none()
        });
        if !differences.is_empty() {
            failures += &format!("\n{}:{}", fixture.title, Difference::show(&differences));
        }
    }
    assert!(failures.is_empty(), "{failures}");
    let unused: Vec<_> = KNOWN.iter().zip(used).filter(|(_, used)| !used).map(|(known, _)| known.reason).collect();
    assert!(unused.is_empty(), "these differences are gone: {unused:?}");
}

fn read(fixture: &Fixture, read_only: bool) -> Vec<Difference> {
    let copy = fixture.copy();
    let before = copy.snapshot();
    let mut compared = Comparison::default();
    let session = copy.open(read_only, UsernameExpiry::Never);
    compared.equal("format", &known::format(fixture).to_owned(), &session.format().unwrap().to_string());
    match fixture.expected.get("read") {
        Some(read) => compared.0.extend(agreement::differences(&session, read)),
        None => compared.0.extend(agreement::differences(&session, &json!({}))),
    }
    // A fixture may be younger than 8 hours, but is older than 0.
    let expires = session.capabilities().unwrap().usernames_expire;
    let hours_later = copy.open(read_only, if expires { UsernameExpiry::After(0) } else { UsernameExpiry::Never });
    let later = json!({"usernames": fixture.expected["usernames_after_8_hours"]});
    let mut expired = Comparison::default();
    agreement::lookups(&hours_later, &later, &mut expired);
    compared.0.extend(expired.0.into_iter().map(|d| Difference { place: format!("8 hours later {}", d.place), ..d }));
    drop((session, hours_later));
    compared.0.extend(changes(fixture, &before, &copy.snapshot(), read_only));
    compared.0
}

type Files = BTreeMap<String, Vec<u8>>;

/// Nothing changes; but who opens a killed client's file to write has SQLite roll its journal back, or index its WAL.
fn changes(fixture: &Fixture, before: &Files, after: &Files, read_only: bool) -> Vec<Difference> {
    let (mut before, mut after) = (before.clone(), after.clone());
    if fixture.was_killed() && !read_only {
        after.retain(|name, _| !name.ends_with("-shm"));
        if before.keys().any(|name| name.ends_with("-journal")) {
            before.retain(|name, _| name.ends_with("-wal"));
            after.retain(|name, _| !name.ends_with(".session"));
        }
    }
    let names = before.keys().chain(after.keys());
    let changed = names.filter(|name| before.get(*name) != after.get(*name));
    changed
        .map(|name| Difference { place: format!("the file {name}"), views: "it is not what it was".into() })
        .collect()
}
