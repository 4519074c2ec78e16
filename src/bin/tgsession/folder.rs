//! `tgsession convert` on a folder: every session in it, on all cores.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs::{self, DirBuilder};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tgsession::redact;
use tgsession::session::{ConvertOptions, EncryptionKey, Options, Passcode, Report, Session};
use tgsession::storage::Change;
use tgsession::{Error, ErrorCode};

use crate::desktop::Accounts;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::parallel::Work;
use crate::{account, desktop, files, location, target};

/// One conversion of a folder.
pub struct Job<'a> {
    pub source: &'a Path,
    pub target: &'a Path,
    pub kind: target::Kind,
    pub key: Option<EncryptionKey>,
    pub overrides: &'a [Change],
    pub keep_foreign_tables: bool,
    pub recursive: bool,
    pub from: &'a Options,
    pub passcode: Option<&'a Passcode>,
}

/// A session in the folder.
struct Item {
    file: PathBuf,
    // Of Telegram Desktop's folder: one of several, and the passcode that it needs.
    account: Option<i64>,
    passcode: Option<Passcode>,
}

struct Converted {
    name: PathBuf,
    account: Option<i64>,
    // Within the target.
    made: PathBuf,
    result: Result<Report, Problem>,
}

struct Problem {
    reason: String,
    incomplete: bool,
}

const SET_HINT: &str = "Give missing values with --set: api_id, test_mode, is_bot and date for a whole folder, \
                        the others for one session at a time, or in NAME.json beside NAME.session (app_id, user_id, is_bot).";

#[derive(Serialize)]
struct Line<'a> {
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<i64>,
    target: Option<String>,
    report: Option<&'a Report>,
    problem: Option<&'a str>,
}

/// Converts every session in the folder. `no_session` says why the folder itself is not a session.
pub fn convert(job: &Job, no_session: Failure, json: bool, out: &mut Output) -> Result<()> {
    let mut made = BTreeSet::new();
    let done = convert_all(job, &mut made);
    // Removes the folders that stayed empty. Removing one that has files fails, as it should.
    made.iter().rev().for_each(|folder| drop(fs::remove_dir(folder)));
    let done = done?;
    if done.is_empty() {
        return Err(nothing(no_session));
    }
    if json {
        done.iter().try_for_each(|one| out.json_line(&line(job, one)))?;
    }
    summary(job, &done, json, out)
}

fn nothing(no_session: Failure) -> Failure {
    match no_session {
        Failure::Failed(message) => Failure::Failed(format!("{message}, and no file in it is a session")),
        other => other,
    }
}

/// Whether there is another session in the folder than Telegram Desktop's tdata, which stands for the folder otherwise.
pub fn has_others(folder: &Path, recursive: bool, from: &Options) -> Result<bool> {
    let tdata = folder.join("tdata");
    let is_other = |file: &&PathBuf| {
        **file != tdata && open(file, None, None, from).map_or_else(|error| !files::is_foreign(file, &error), |_| true)
    };
    let mut has_others = false;
    files::in_folder(folder, recursive, |files| {
        has_others = has_others || files.iter().any(|file| is_other(&file));
        Ok(())
    })?;
    Ok(has_others)
}

// The folders of a batch are made before its conversions, so that the threads do not race to create one.
fn make_folders(job: &Job, files: &[PathBuf], made: &mut BTreeSet<PathBuf>) -> Result<()> {
    let names = files.iter().filter_map(|file| file.strip_prefix(job.source).ok()?.parent());
    let folders: BTreeSet<PathBuf> = names.flat_map(Path::ancestors).map(|name| job.target.join(name)).collect();
    for folder in folders.into_iter().filter(|folder| !made.contains(folder)).collect::<Vec<_>>() {
        let error = |error| Failure::from(Error::io(&folder, "make the folder", &error));
        private().create(&folder).map_err(error)?;
        made.insert(folder);
    }
    Ok(())
}

#[cfg(unix)]
fn private() -> DirBuilder {
    let mut builder = DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

#[cfg(not(unix))]
fn private() -> DirBuilder {
    DirBuilder::new()
}

fn convert_all(job: &Job, made: &mut BTreeSet<PathBuf>) -> Result<Vec<Converted>> {
    let (work, mut done) = (Work::new(), Vec::new());
    files::in_folder(job.source, job.recursive, |files| {
        make_folders(job, files, made)?;
        let items: Vec<Item> = files.iter().flat_map(|file| items_of(job, file)).collect();
        done.extend(work.filter_map(&items, |item| convert_one(job, item)));
        Ok(())
    })?;
    done.sort_by(|one, other| (&one.name, one.account).cmp(&(&other.name, other.account)));
    Ok(done)
}

/// A file stands for one session, and Telegram Desktop's folder for all of its accounts, unless one was chosen.
fn items_of(job: &Job, file: &Path) -> Vec<Item> {
    let item = |account, passcode| Item { file: file.to_owned(), account, passcode };
    let found = if file.is_dir() { desktop::accounts_in(file, job.from.passcode.as_ref()) } else { Ok(None) };
    match found {
        Ok(Some(Accounts { indexes, passcode })) if indexes.len() > 1 && job.from.account.is_none() => {
            indexes.into_iter().map(|index| item(Some(index), passcode.clone())).collect()
        }
        Ok(Some(Accounts { passcode, .. })) => vec![item(None, passcode)],
        // What is wrong with it, opening it says.
        Ok(None) | Err(_) => vec![item(None, job.from.passcode.clone())],
    }
}

// None for a file of another kind.
fn convert_one(job: &Job, item: &Item) -> Option<Converted> {
    let Item { file, account, passcode } = item;
    let name = file.strip_prefix(job.source).unwrap_or(file).to_owned();
    let made = account.map_or_else(|| name.clone(), |account| name_of_account(&name, account));
    let given = account::beside(file);
    let Job { overrides, keep_foreign_tables, .. } = *job;
    let options = ConvertOptions { overrides, given: &given, keep_foreign_tables, passcode: job.passcode };
    let result = open(file, *account, passcode.as_ref(), job.from)
        .and_then(|source| target::make(&source, &job.target.join(&made), job.kind, job.key.clone(), &options));
    match result {
        Err(error) if files::is_foreign(file, &error) => None,
        other => {
            let result = other.map_err(|error| problem(file, &error));
            Some(Converted { name, account: *account, made, result })
        }
    }
}

/// `tdata-2` for account 2 of `tdata`.
fn name_of_account(name: &Path, account: i64) -> PathBuf {
    let mut last = name.file_name().unwrap_or_default().to_owned();
    last.push(format!("-{account}"));
    name.with_file_name(last)
}

// An account, a passcode and a key are meant for those in the folder that have such.
fn open(file: &Path, account: Option<i64>, passcode: Option<&Passcode>, from: &Options) -> tgsession::Result<Session> {
    let from = &Options { account: account.or(from.account), passcode: passcode.cloned(), ..from.clone() };
    match location::open_file(file, from) {
        Err(error) if error.code() == ErrorCode::Unsupported => {
            let without = Options { account: None, passcode: None, database_key: None, ..from.clone() };
            location::open_file(file, &without)
        }
        opened => opened,
    }
}

fn problem(file: &Path, error: &Error) -> Problem {
    Problem { reason: files::reason(file, error), incomplete: error.code() == ErrorCode::Incomplete }
}

fn line<'a>(job: &Job, one: &'a Converted) -> Line<'a> {
    Line {
        source: redact::path(&job.source.join(&one.name)),
        account: one.account,
        target: one.result.is_ok().then(|| redact::path(&job.target.join(&one.made))),
        report: one.result.as_ref().ok(),
        problem: one.result.as_ref().err().map(|problem| problem.reason.as_str()),
    }
}

fn summary(job: &Job, done: &[Converted], json: bool, out: &mut Output) -> Result<()> {
    let problems: Vec<_> = done.iter().filter_map(|one| Some((one, one.result.as_ref().err()?))).collect();
    let (all, failed) = (done.len(), problems.len());
    if !json && failed < all {
        out.line(&format!("{} of {all} sessions converted into '{}'", all - failed, redact::path(job.target)))?;
    }
    if problems.is_empty() {
        return Ok(());
    }
    let mut message = format!("{failed} of {all} sessions could not be converted:");
    for (one, problem) in &problems {
        let account = one.account.map_or_else(String::new, |account| format!(" (account {account})"));
        let _ = write!(message, "\n  {}{account}: {}", redact::path(&one.name), problem.reason);
    }
    if problems.iter().any(|(_, problem)| problem.incomplete) {
        let _ = write!(message, "\n{SET_HINT}");
    }
    Err(Failure::Failed(message))
}
