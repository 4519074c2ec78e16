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

use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::{account, files, location, parallel, target};

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

struct Converted {
    name: PathBuf,
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
    target: Option<String>,
    report: Option<&'a Report>,
    problem: Option<&'a str>,
}

/// Converts every session in the folder. `no_session` says why the folder itself is not a session.
pub fn convert(job: &Job, no_session: Failure, json: bool, out: &mut Output) -> Result<()> {
    let files = files::in_folder(job.source, job.recursive)?;
    let mut made = Vec::new();
    let done = make_folders(job, &files, &mut made).map(|()| convert_all(job, &files));
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

// All folders are made before the conversions, so that the threads do not race to create one.
fn make_folders(job: &Job, files: &[PathBuf], made: &mut Vec<PathBuf>) -> Result<()> {
    let names = files.iter().filter_map(|file| file.strip_prefix(job.source).ok()?.parent());
    let folders: BTreeSet<PathBuf> = names.flat_map(Path::ancestors).map(|name| job.target.join(name)).collect();
    for folder in folders {
        let error = |error| Failure::from(Error::io(&folder, "make the folder", &error));
        private().create(&folder).map_err(error)?;
        made.push(folder);
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

fn convert_all(job: &Job, files: &[PathBuf]) -> Vec<Converted> {
    parallel::map(files, |file| convert_one(job, file)).into_iter().flatten().collect()
}

// None for a file of another kind.
fn convert_one(job: &Job, file: &Path) -> Option<Converted> {
    let name = file.strip_prefix(job.source).unwrap_or(file).to_owned();
    let given = account::beside(file);
    let Job { overrides, keep_foreign_tables, passcode, .. } = *job;
    let options = ConvertOptions { overrides, given: &given, keep_foreign_tables, passcode };
    let result = open(file, job.from)
        .and_then(|source| target::make(&source, &job.target.join(&name), job.kind, job.key.clone(), &options));
    match result {
        Err(error) if files::is_foreign(file, &error) => None,
        other => Some(Converted { name, result: other.map_err(|error| problem(file, &error)) }),
    }
}

// An account, a passcode and a key are meant for those in the folder that have such.
fn open(file: &Path, from: &Options) -> tgsession::Result<Session> {
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
        target: one.result.is_ok().then(|| redact::path(&job.target.join(&one.name))),
        report: one.result.as_ref().ok(),
        problem: one.result.as_ref().err().map(|problem| problem.reason.as_str()),
    }
}

fn summary(job: &Job, done: &[Converted], json: bool, out: &mut Output) -> Result<()> {
    let problems: Vec<_> = done.iter().filter_map(|one| Some((&one.name, one.result.as_ref().err()?))).collect();
    let (all, failed) = (done.len(), problems.len());
    if !json && failed < all {
        out.line(&format!("{} of {all} sessions converted into '{}'", all - failed, redact::path(job.target)))?;
    }
    if problems.is_empty() {
        return Ok(());
    }
    let mut message = format!("{failed} of {all} sessions could not be converted:");
    for (name, problem) in &problems {
        let _ = write!(message, "\n  {}: {}", redact::path(name), problem.reason);
    }
    if problems.iter().any(|(_, problem)| problem.incomplete) {
        let _ = write!(message, "\n{SET_HINT}");
    }
    Err(Failure::Failed(message))
}
