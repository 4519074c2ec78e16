//! Examines a session's database: as SQLite sees it, and as its owner, the client whose layout it has, would open it. The
//! files are only read.

mod beside;
mod columns;
mod header;
mod logins;
mod others;
mod owner;
mod pyrogram;
mod telethon;

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::cipher::EncryptionKey;
use super::fault::Fault;
use super::file_access::FileAccess;
use super::integrity;
use super::layout::Layout;
use super::others as other_clients;
use super::salvage::OwnedFiles;
use super::schema::Schema;
use super::target::Target;
use crate::error::Result;
use crate::model::{Finding, Format};

const SALVAGE: &str = "take what is left with `tgsession doctor LOCATION --salvage TARGET`";

/// What was found, and whose session it is.
pub struct Examined {
    pub findings: Vec<Finding>,
    pub format: Option<Format>,
}

/// Examines a database. Larger files are refused: they are read into memory.
pub fn examine(path: &Path, busy_timeout: Duration, largest: u64, key: Option<EncryptionKey>) -> Result<Examined> {
    let target = Target::new(path, busy_timeout, largest, key);
    if target.key.is_some() {
        return Ok(Examined::of_encrypted(&target));
    }
    let files = OwnedFiles::read(&target.path, largest)?;
    let mut findings = header::findings(&files.borrow());
    findings.extend(beside::findings(&target.path, &files.borrow()));
    let mut examined = Examined { findings, format: None };
    if let Err(fault) = examined.open(&target) {
        examined.findings.push(unreadable(&target.error(fault, "open").to_string()));
    }
    examined.findings.extend(logins::others(&files.borrow()));
    Ok(examined)
}

fn unreadable(message: &str) -> Finding {
    Finding::error("open", message, SALVAGE)
}

impl Examined {
    // As SQLite sees it only: nothing else reads its pages.
    fn of_encrypted(target: &Target) -> Self {
        let mut examined = Self { findings: Vec::new(), format: None };
        if let Err(fault) = examined.open(target) {
            examined.findings.push(unreadable(&target.error(fault, "open").to_string()));
        }
        examined
    }

    fn open(&mut self, target: &Target) -> Result<(), Fault> {
        let mut access = FileAccess::read_only(&target.path, target.waits.reader, target.key.as_ref())?;
        self.findings.extend(beside::lock(target, access.is_live()));
        let integrity = integrity_of(&mut access.conn, target);
        self.findings.extend(integrity.unwrap_or_else(|fault| {
            vec![Finding::error("integrity", fault.on(&target.location, "check").to_string(), SALVAGE)]
        }));
        let schema = Schema::read(&access.conn)?;
        let layout = match Layout::new(&schema, schema.marks(&access.conn)?, &target.location) {
            Err(error) => {
                // One that is read as a whole, and examined as it is opened.
                self.format = other_clients::format_of(&access.conn, &schema)?;
                return if self.format.is_some() { Ok(()) } else { Err(error.into()) };
            }
            layout => layout?,
        };
        self.format = Some(layout.format());
        self.findings.extend(owner::findings(&access.conn, &layout)?);
        Ok(())
    }
}

fn integrity_of(conn: &mut Connection, target: &Target) -> Result<Vec<Finding>, Fault> {
    let problems = integrity::problems(conn, &target.location)?;
    if problems.is_empty() {
        return Ok(vec![Finding::ok("integrity", "SQLite finds no damage")]);
    }
    let error = |problem: &String| {
        let is_of_index = problem.contains("missing from index") || problem.contains("wrong # of entries in index");
        let remedy = if is_of_index { "run `REINDEX` on the file, while no client uses it" } else { SALVAGE };
        Finding::error("integrity", format!("SQLite finds damage: {}", problem.replace('\n', " ")), remedy)
    };
    Ok(problems.iter().map(error).collect())
}
