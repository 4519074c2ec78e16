//! What stands beside a database: a journal or WAL of a process that was killed, or of another file.

use std::path::Path;

use crate::host;
use crate::model::Finding;
use crate::storage::file;
use crate::storage::sqlite::salvage::{Age, Files, Journal, Wal, own_key_id, page_size};
use crate::storage::sqlite::target::Target;

use super::SALVAGE;

const MOVE: &str = "move it away before any client opens the session: SQLite would write its pages into the file";

/// Examines the files beside a database.
pub fn findings(path: &Path, files: &Files<'_>) -> Vec<Finding> {
    let mut findings = journal(files);
    findings.extend(wal(path, files));
    let has = |suffix| host::exists(&file::beside(path, suffix));
    if has("-shm") && !has("-wal") {
        let message = "a -shm stands beside the file without a -wal";
        findings.push(Finding::warning(
            "wal",
            message,
            "remove it while no client runs: SQLite makes it when it needs it",
        ));
    }
    findings
}

/// Another program's lock. A reader that cannot have the file itself has read a copy.
pub fn lock(target: &Target, is_live: bool) -> Option<Finding> {
    let has_wal = file::is_wal(&target.path).unwrap_or(false) || file::len(&file::beside(&target.path, "-wal")) > 0;
    let has_journal = file::len(&file::beside(&target.path, "-journal")) > 0;
    let message = "another program has the file locked, and this is about a copy of it";
    let remedy = "examine it again when that program has closed it";
    (!is_live && !has_wal && !has_journal).then(|| Finding::warning("lock", message, remedy))
}

fn journal(files: &Files<'_>) -> Vec<Finding> {
    let is_wiped = files.journal.iter().take(8).all(|byte| *byte == 0);
    if files.journal.is_empty() || is_wiped {
        return Vec::new();
    }
    let Some(journal) = Journal::read(files.journal) else {
        let message = "the -journal beside the file has nothing that SQLite would take back";
        return vec![Finding::warning("journal", message, "remove it while no client runs")];
    };
    if page_size(files.database).is_some_and(|size| size != journal.page_size) {
        let message = "the -journal beside the file belongs to another database, with pages of another size";
        return vec![Finding::error("journal", message, MOVE)];
    }
    let message = format!(
        "a transaction did not end, or is under way: the -journal has the state before it (pages: {})",
        journal.originals.len()
    );
    let remedy = "keep the -journal with the file: the next client that opens it takes the transaction back";
    vec![Finding::warning("journal", message, remedy)]
}

fn wal(path: &Path, files: &Files<'_>) -> Vec<Finding> {
    if files.wal.is_empty() {
        return Vec::new();
    }
    let Some(wal) = Wal::read(files.wal) else {
        let message = "the header of the -wal is damaged: SQLite ignores all that it holds";
        return vec![Finding::error("wal", message, SALVAGE)];
    };
    if page_size(files.database).is_some_and(|size| size != wal.page_size) {
        let message = "the -wal beside the file belongs to another database, with pages of another size";
        return vec![Finding::error("wal", message, MOVE)];
    }
    let mut findings = Vec::new();
    findings.extend(another_login(files));
    if wal.damaged > 0 {
        let message = format!("the -wal is damaged (frames: {}), and SQLite ignores all that comes after", wal.damaged);
        findings.push(Finding::error("wal", message, SALVAGE));
    }
    let frames = wal.frames.iter().filter(|frame| frame.age == Age::Current).count();
    if file::len(&file::beside(path, "-shm")) == 0 && frames > 0 {
        let message = format!("a process was killed: its last changes are in the -wal only (frames: {frames})");
        let remedy = "keep the -wal with the file: the next client that opens it moves them there";
        findings.push(Finding::warning("wal", message, remedy));
    } else if findings.is_empty() {
        let message = format!("the -wal belongs to the file (frames: {frames})");
        findings.push(Finding::ok("wal", message));
    }
    findings
}

// A file that was put in the place of another, beside the WAL of that other.
fn another_login(files: &Files<'_>) -> Option<Finding> {
    let in_file = own_key_id(Files { wal: &[], ..*files })?;
    let with_wal = own_key_id(*files)?;
    let message = format!("the -wal has another login (key {with_wal}) than the file itself (key {in_file})");
    let remedy = "if the file was restored or copied here, move the -wal away before any client opens it";
    (in_file != with_wal).then(|| Finding::warning("wal", message, remedy))
}
