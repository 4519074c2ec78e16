//! `tgsession convert` on a folder: every session in it, on all cores.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs::{self, DirBuilder};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tgsession::session::{NewFile, Report};
use tgsession::storage::Change;
use tgsession::{Error, ErrorCode};

use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::{files, location, parallel, target};

/// What is to be converted into what.
pub struct Order<'a> {
    pub source: &'a Path,
    pub target: &'a Path,
    pub new_file: NewFile,
    pub given: &'a [Change],
    pub recursive: bool,
}

struct Converted {
    name: PathBuf,
    result: Result<Report, Problem>,
}

struct Problem {
    reason: String,
    incomplete: bool,
}

const GIVE: &str = "What a session does not tell is given with --set: api_id, test_mode, is_bot and date to a whole \
                    folder, the others to one session at a time.";

#[derive(Serialize)]
struct Line<'a> {
    source: PathBuf,
    target: Option<PathBuf>,
    report: Option<&'a Report>,
    problem: Option<&'a str>,
}

/// Converts every session. `no_session` tells why the folder itself is none.
pub fn convert(order: &Order, no_session: Failure, json: bool, out: &mut Output) -> Result<()> {
    let files = files::in_folder(order.source, order.recursive)?;
    let mut made = Vec::new();
    let done = make_folders(order, &files, &mut made).map(|()| convert_all(order, &files));
    // Those in which nothing came to lie; the others are not removed by this.
    made.iter().rev().for_each(|folder| drop(fs::remove_dir(folder)));
    let done = done?;
    if done.is_empty() {
        return Err(nothing(no_session));
    }
    if json {
        done.iter().try_for_each(|one| out.json_line(&line(order, one)))?;
    }
    summary(order, &done, json, out)
}

fn nothing(no_session: Failure) -> Failure {
    match no_session {
        Failure::Failed(message) => Failure::Failed(format!("{message}, and no file in it is a session")),
        other => other,
    }
}

// Before the work, so that its threads need not agree on who makes one.
fn make_folders(order: &Order, files: &[PathBuf], made: &mut Vec<PathBuf>) -> Result<()> {
    let names = files.iter().filter_map(|file| file.strip_prefix(order.source).ok()?.parent());
    let folders: BTreeSet<PathBuf> = names.flat_map(Path::ancestors).map(|name| order.target.join(name)).collect();
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

fn convert_all(order: &Order, files: &[PathBuf]) -> Vec<Converted> {
    parallel::map(files, |file| convert_one(order, file)).into_iter().flatten().collect()
}

// Nothing for a file that is another kind of file.
fn convert_one(order: &Order, file: &Path) -> Option<Converted> {
    let name = file.strip_prefix(order.source).unwrap_or(file).to_owned();
    let result = location::open_file(file)
        .and_then(|source| target::make(&source, &order.target.join(&name), order.new_file, order.given));
    match result {
        Err(error) if files::is_foreign(file, &error) => None,
        other => Some(Converted { name, result: other.map_err(|error| problem(file, &error)) }),
    }
}

fn problem(file: &Path, error: &Error) -> Problem {
    Problem { reason: files::reason(file, error), incomplete: error.code() == ErrorCode::Incomplete }
}

fn line<'a>(order: &Order, one: &'a Converted) -> Line<'a> {
    Line {
        source: order.source.join(&one.name),
        target: one.result.is_ok().then(|| order.target.join(&one.name)),
        report: one.result.as_ref().ok(),
        problem: one.result.as_ref().err().map(|problem| problem.reason.as_str()),
    }
}

fn summary(order: &Order, done: &[Converted], json: bool, out: &mut Output) -> Result<()> {
    let problems: Vec<_> = done.iter().filter_map(|one| Some((&one.name, one.result.as_ref().err()?))).collect();
    let (all, failed) = (done.len(), problems.len());
    if !json && failed < all {
        out.line(&format!("{} of {all} sessions converted into '{}'", all - failed, order.target.display()))?;
    }
    if problems.is_empty() {
        return Ok(());
    }
    let mut message = format!("{failed} of {all} sessions could not be converted:");
    for (name, problem) in &problems {
        let _ = write!(message, "\n  {}: {}", name.display(), problem.reason);
    }
    if problems.iter().any(|(_, problem)| problem.incomplete) {
        let _ = write!(message, "\n{GIVE}");
    }
    Err(Failure::Failed(message))
}
