//! Takes what is left of a session from a damaged database, page by page.
//!
//! SQLite reads a table through its tree: a page that is lost takes all below it along, and a lost first page everything.
//! Here every page is read for itself, in each version that the file, its WAL and its journal have. Whose row it is tells
//! the tree, where it is intact, or else the shape of the row. The rows that count are written into a database in memory, and
//! the engine reads that as it reads any file.

mod definition;
mod files;
mod gather;
mod journal;
mod kind;
mod logins;
mod merge;
mod page;
mod page_size;
mod pages;
mod place;
mod rebuild;
mod record;
mod rows;
mod schema_rows;
mod shape;
mod snapshot;
mod tree;
mod wal;

pub use files::OwnedFiles;
pub use journal::Journal;
pub use logins::{Candidate, NO_KEY};
pub use pages::Files;
pub use place::Place;
pub use snapshot::{Unread, snapshot};
pub use wal::{Age, Wal};

use std::collections::BTreeSet;

use serde::Serialize;

use super::Sqlite;
use super::file_access::FileAccess;
use super::open_file::OpenFile;
use super::target::Target;
use crate::error::Result;
use crate::storage::Storage;

/// What the pages of a database held.
pub struct Salvaged {
    /// The session, in memory.
    pub storage: Box<dyn Storage>,
    /// Where the row of the login stood; `None` if none was found.
    pub login: Option<Place>,
    /// Nothing but its row tells that the login is the session's.
    pub login_is_doubtful: bool,
    /// Every auth key that was found.
    pub candidates: Vec<Candidate>,
    pub tables: Vec<TableCounts>,
    /// Peers that an index names and whose rows were not found. There may be more.
    pub lost_peers: usize,
    pub pages: PageCounts,
}

/// What became of the rows of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableCounts {
    /// The table's name.
    pub name: &'static str,
    /// How many rows are kept.
    pub kept: usize,
    /// Of them, those that were removed or replaced in the file.
    pub doubtful: usize,
    /// Rows that a newer or better one has replaced.
    pub replaced: usize,
    /// Of them, those that are older by their own date.
    pub replaced_by_date: usize,
}

/// What became of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PageCounts {
    /// How many there are, of so many bytes each.
    pub total: usize,
    /// How many bytes a page has.
    pub size: usize,
    /// Those of a table or an index that are missing or damaged.
    pub damaged: usize,
    /// Those that no table leads to.
    pub lost: usize,
    /// Those that are free.
    pub free: usize,
    /// Those of which the WAL has a newer version.
    pub from_wal: usize,
    /// Those that the journal of a transaction that did not end restores.
    pub from_journal: usize,
    /// Damaged frames of the WAL.
    pub damaged_frames: usize,
    /// Rows that could not be read, in pages that could.
    pub lost_rows: usize,
    /// The schema tells the tables; else the shape of their rows does.
    pub schema_is_read: bool,
    /// Rows claim more bytes than the file has, and the rest was not read.
    pub gave_up: bool,
}

/// Whether bytes have pages of a database, whatever became of its header.
pub fn has_pages(files: Files<'_>) -> bool {
    let pages = pages::Pages::new(files);
    pages.numbers().any(|number| pages.current_page(number).is_some_and(|page| page.is_exact()))
}

/// The size of a database's pages, if its header tells it.
pub fn page_size(database: &[u8]) -> Option<usize> {
    page_size::of_header(database).map(|size| size.bytes)
}

/// How many pages a database has by its header, if the last program that wrote the file has noted it.
pub fn promised_pages(database: &[u8]) -> Option<usize> {
    let number = |at| page::number32(database, at);
    usize::try_from(number(28)?).ok().filter(|_| number(24) == number(92))
}

/// The id of the auth key in the session's own login.
pub fn own_key_id(files: Files<'_>) -> Option<String> {
    logins::own_key_id(&gather::gather(files))
}

/// The auth keys that a database's pages hold, without anything else.
pub fn candidates(files: Files<'_>) -> Vec<Candidate> {
    logins::candidates(&gather::gather(files))
}

/// Reads all pages, and takes the login whose key has this id, or the session's own.
pub fn salvage(files: Files<'_>, auth_key_id: Option<&str>, location: &str) -> Result<Salvaged> {
    let gathered = gather::gather(files);
    if gathered.rows.is_empty() {
        return Err(crate::error::Error::corrupt(location, "no row of a session is left in it"));
    }
    let choice = logins::choose(&gathered, auth_key_id, location)?;
    let kept = merge::merge(&gathered, choice.row);
    let target = Target::in_memory(location, u64::MAX, None);
    let opened = FileAccess::memory(None, false, None).and_then(|access| {
        rebuild::rebuild(&access.conn, &gathered, &kept)?;
        OpenFile::new(access, &target)
    });
    let file = opened.map_err(|fault| fault.on(location, "salvage"))?;
    let place = |at: &usize| gathered.rows.get(*at).map(|found| found.place);
    let is_past = |at: &&usize| place(at).is_some_and(Place::is_past);
    let counts = |table: &merge::Table| TableCounts {
        name: table.name,
        kept: table.rows.len(),
        doubtful: table.rows.iter().filter(is_past).count(),
        replaced: table.replaced,
        replaced_by_date: table.replaced_by_date,
    };
    let pages = gathered.pages;
    Ok(Salvaged {
        storage: Box::new(Sqlite::new(target, file, false)),
        login: choice.row.as_ref().and_then(place),
        login_is_doubtful: choice.is_doubtful,
        candidates: logins::candidates(&gathered),
        tables: kept.iter().map(counts).collect(),
        lost_peers: gathered.named_peers.difference(&ids_of_peers(&gathered, &kept)).count(),
        pages: PageCounts {
            total: pages.total,
            size: pages.size,
            damaged: pages.damaged,
            lost: pages.lost,
            free: pages.free,
            from_wal: pages.from_wal,
            from_journal: pages.from_journal,
            damaged_frames: pages.damaged_frames,
            lost_rows: pages.lost_cells,
            schema_is_read: !gathered.tables.is_empty(),
            gave_up: gathered.gave_up,
        },
    })
}

fn ids_of_peers(gathered: &gather::Gathered, kept: &[merge::Table]) -> BTreeSet<i64> {
    let rows = kept.iter().filter(|table| ["peers", "entities"].contains(&table.name)).flat_map(|table| &table.rows);
    rows.filter_map(|at| gathered.rows.get(*at)?.row.rowid).collect()
}
