//! The header of a database, and how long the file is.

use crate::model::Finding;
use crate::storage::sqlite::salvage::{Files, page_size, promised_pages};

use super::SALVAGE;

const HEADER: &str = "header";
const LEN: usize = 100;

/// Examines the header.
pub fn findings(files: &Files<'_>) -> Vec<Finding> {
    let database = files.database;
    if database.len() < LEN {
        let message = format!("the file has {} bytes, and the header of a SQLite database {LEN}", database.len());
        return vec![Finding::error(HEADER, message, SALVAGE)];
    }
    let Some(size) = page_size(database) else {
        return vec![Finding::error(HEADER, "the header is not that of a SQLite database", SALVAGE)];
    };
    let mut findings = Vec::new();
    // The versions for writers and readers, and three numbers that never differ.
    if !database[18..20].iter().all(|version| matches!(version, 1 | 2)) || database[21..24] != [64, 32, 32] {
        findings.push(Finding::error(HEADER, "a number in the header is one that SQLite does not write", SALVAGE));
    }
    // 0 stands in a database that is still empty.
    if !matches!(database[56..60], [0, 0, 0, 0 | 1]) {
        let message = "its texts are not in UTF-8, which no client chooses";
        findings.push(Finding::warning(HEADER, message, "copy it into a new session with `tgsession convert`"));
    }
    findings.extend(length(files, size));
    if findings.is_empty() {
        let pages = database.len() / size;
        findings.push(Finding::ok(HEADER, format!("the header is intact: {pages} pages of {size} bytes")));
    }
    findings
}

fn length(files: &Files<'_>, size: usize) -> Option<Finding> {
    let len = files.database.len();
    let promised = promised_pages(files.database)?.checked_mul(size)?;
    if len < promised && files.wal.is_empty() {
        let message = format!("the file is cut off: {len} of {promised} bytes are there");
        return Some(Finding::error("length", message, SALVAGE));
    }
    if len > promised && files.wal.is_empty() && files.journal.is_empty() {
        let message = format!("behind the {promised} bytes of the database are {} more", len - promised);
        return Some(Finding::warning("length", message, "SQLite ignores them: nothing needs to be done"));
    }
    None
}
