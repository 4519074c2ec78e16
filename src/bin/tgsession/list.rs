//! `tgsession list`: every session in a folder or a store, and which of them share a login.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};
use tgsession::codec::looks_like_session_string;
use tgsession::redact;
use tgsession::session::{Inspection, Options, Passcode, Session, named};

use crate::desktop::{self, Accounts, PasscodeFile};
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::parallel::Work;
use crate::table::{self, Column, cell};
use crate::visible::visible;
use crate::{files, location};

/// List the sessions in a folder or a database, and mark those that share an auth key
///
/// If two clients use one key at once, Telegram answers AUTH_KEY_DUPLICATED and ends the login.
#[derive(clap::Args)]
pub struct Args {
    /// A folder, or the URL of a database that keeps many sessions, without a session's name
    #[arg(value_name = "FOLDER|URL")]
    place: PathBuf,
    /// One object of JSON a line
    #[arg(long)]
    json: bool,
    /// Also list the folders in it, recursively
    #[arg(long)]
    recursive: bool,
    /// Also list the files that are not sessions
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    passcode: PasscodeFile,
}

#[derive(Default, Serialize)]
struct Entry {
    #[serde(serialize_with = "shown")]
    path: PathBuf,
    // Of Telegram Desktop's folder, which keeps several.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<i64>,
    format: Option<&'static str>,
    version: Option<i64>,
    dc_id: Option<i32>,
    user_id: Option<i64>,
    peers: Option<usize>,
    auth_key_id: Option<String>,
    // Whether another session has the same key, and the first one that has it.
    duplicate: bool,
    #[serde(serialize_with = "shown_if_any")]
    duplicate_of: Option<PathBuf>,
    problem: Option<String>,
}

fn shown<S: Serializer>(path: &Path, to: S) -> std::result::Result<S::Ok, S::Error> {
    to.serialize_str(&redact::path(path))
}

#[allow(clippy::ref_option, reason = "serde's own form")]
fn shown_if_any<S: Serializer>(path: &Option<PathBuf>, to: S) -> std::result::Result<S::Ok, S::Error> {
    path.as_deref().map(redact::path).serialize(to)
}

const COLUMNS: [Column; 6] =
    [("FORMAT", false), ("DC", true), ("USER ID", true), ("PEERS", true), ("KEY ID", false), ("SESSION", false)];

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    let text = args.place.to_string_lossy();
    if !args.place.exists()
        && (looks_like_session_string(&text) || redact::has_secret(&text) && !location::is_url(&text))
    {
        return Err(Failure::WrongUse(
            "FOLDER looks like a session string or another secret, and is no folder".to_owned(),
        ));
    }
    let (mut entries, shown) = match location::is_url(&text) {
        true => (in_store(&text)?, "this database".to_owned()),
        false => (in_folder(args)?, format!("'{}'", redact::path(&args.place))),
    };
    mark_duplicates(&mut entries);
    if args.json {
        return entries.iter().try_for_each(|entry| out.json_line(entry));
    }
    if entries.is_empty() {
        return Err(Failure::Failed(format!("there is no session in {shown}")));
    }
    let rows: Vec<_> = entries.iter().map(|entry| row(entry, &args.place)).collect();
    table::table(out, &COLUMNS, &rows)?;
    warn(&entries, out)
}

fn in_folder(args: &Args) -> Result<Vec<Entry>> {
    let passcode = args.passcode.passcode()?;
    let inspect = |file: &PathBuf| match accounts_in(file, passcode.as_ref()) {
        Some(accounts) => Some(accounts),
        None => inspect_file(file, args.all).map(|entry| vec![entry]),
    };
    let (work, mut entries) = (Work::new(), Vec::new());
    files::in_folder(&args.place, args.recursive, |files| {
        entries.extend(work.filter_map(files, inspect).into_iter().flatten());
        Ok(())
    })?;
    // The accounts of one folder stay in their order.
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(entries)
}

fn in_store(store: &str) -> Result<Vec<Entry>> {
    let names = tgsession::session::list(store)?;
    let inspect = |name: &String| {
        let session = Session::open(&named(store, name), &location::read_only());
        match session.and_then(|session| session.inspect()) {
            Ok(inspection) => described(Path::new(name), inspection),
            Err(error) => Entry { path: name.into(), problem: Some(error.to_string()), ..Entry::default() },
        }
    };
    Ok(Work::new().map(&names, inspect))
}

/// Every account of Telegram Desktop's folder, which its file of keys stands for.
fn accounts_in(path: &Path, passcode: Option<&Passcode>) -> Option<Vec<Entry>> {
    let failed = |error: &tgsession::Error| Entry {
        path: path.to_owned(),
        problem: Some(files::reason(path, error)),
        ..Entry::default()
    };
    let Accounts { indexes, passcode } = match desktop::accounts_in(path, passcode) {
        Ok(accounts) => accounts?,
        Err(error) => return Some(vec![failed(&error)]),
    };
    let inspect = |account: i64| {
        let options = Options { account: Some(account), passcode: passcode.clone(), ..location::read_only() };
        let opened = location::open_file(path, &options).and_then(|session| session.inspect());
        let entry = opened.map_or_else(|error| failed(&error), |inspection| described(path, inspection));
        Entry { account: Some(account), ..entry }
    };
    Some(indexes.into_iter().map(inspect).collect())
}

fn inspect_file(file: &Path, all: bool) -> Option<Entry> {
    match location::open_file(file, &location::read_only()).and_then(|session| session.inspect()) {
        Ok(inspection) => Some(described(file, inspection)),
        Err(error) if !all && files::is_foreign(file, &error) => None,
        Err(error) => {
            Some(Entry { path: file.to_owned(), problem: Some(files::reason(file, &error)), ..Entry::default() })
        }
    }
}

fn described(file: &Path, inspection: Inspection) -> Entry {
    Entry {
        path: file.to_owned(),
        format: Some(inspection.format),
        version: inspection.version,
        dc_id: inspection.dc_id,
        user_id: inspection.user_id,
        peers: Some(inspection.peers),
        auth_key_id: inspection.auth_key_id,
        ..Entry::default()
    }
}

fn mark_duplicates(entries: &mut [Entry]) {
    let mut first: HashMap<String, usize> = HashMap::new();
    for at in 0..entries.len() {
        let Some(id) = entries[at].auth_key_id.clone() else { continue };
        let first = *first.entry(id).or_insert(at);
        if first != at {
            entries[at].duplicate_of = Some(entries[first].path.clone());
            entries[at].duplicate = true;
            entries[first].duplicate = true;
        }
    }
}

fn row(entry: &Entry, folder: &Path) -> Vec<String> {
    let format = entry.format.map(|name| match entry.version {
        Some(version) => format!("{name}@{version}"),
        None => name.to_owned(),
    });
    let file = visible(&within(&entry.path, folder));
    vec![
        cell(format),
        cell(entry.dc_id),
        cell(entry.user_id),
        cell(entry.peers),
        cell(entry.auth_key_id.as_ref()),
        match note(entry, folder) {
            Some(note) => format!("{file}  ({})", visible(&note)),
            None => file,
        },
    ]
}

fn note(entry: &Entry, folder: &Path) -> Option<String> {
    let same = entry.duplicate_of.as_ref().map(|first| format!("same key as {}", within(first, folder)));
    let first = entry.duplicate.then(|| "duplicate key".to_owned());
    let account = entry.account.map(|account| format!("account {account}"));
    let notes: Vec<String> = account.into_iter().chain(entry.problem.clone().or(same).or(first)).collect();
    (!notes.is_empty()).then(|| notes.join(", "))
}

fn within(path: &Path, folder: &Path) -> String {
    let shorter = path.strip_prefix(folder).ok().filter(|rest| !rest.as_os_str().is_empty());
    redact::path(shorter.unwrap_or(path))
}

fn warn(entries: &[Entry], out: &mut Output) -> Result<()> {
    let duplicates = entries.iter().filter(|entry| entry.duplicate).count();
    if duplicates == 0 {
        return Ok(());
    }
    out.line("")?;
    out.line(&format!(
        "{duplicates} of these share an auth key with another: using both at once ends the login (AUTH_KEY_DUPLICATED)"
    ))
}
