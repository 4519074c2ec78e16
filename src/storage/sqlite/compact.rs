//! The pages of a file that hold nothing, given back to the file system: only on request.
//!
//! A file whose `auto_vacuum` is incremental gives back some pages at a time. Any other one is written anew by SQLite's VACUUM: what
//! is left in it passes through memory, and no other program reads or, in WAL mode, writes meanwhile. Both are one transaction.

use std::num::NonZeroU64;

use rusqlite::Connection;

use super::erase;
use super::fault::Fault;
use super::needs::Needs;
use super::open_file::{OpenFile, check_may_be_written};
use super::target::Target;
use crate::error::{Error, ErrorCode};

const INCREMENTAL: i64 = 2;

/// What a file has room for and what is in it, in pages.
struct Room {
    pages: u64,
    free: u64,
    page_size: u64,
    gives_back_in_steps: bool,
}

impl Room {
    fn read(conn: &Connection) -> Result<Self, Fault> {
        let number = |name: &str| conn.query_row(&format!("PRAGMA main.{name}"), [], |row| row.get::<_, i64>(0));
        let (pages, free) = (number("page_count")?.cast_unsigned(), erase::free_pages(conn)?.cast_unsigned());
        let page_size = erase::page_size(conn)?.cast_unsigned();
        Ok(Self { pages, free, page_size, gives_back_in_steps: number("auto_vacuum")? == INCREMENTAL })
    }

    /// How many pages hold something.
    fn filled(&self) -> u64 {
        self.pages.saturating_sub(self.free)
    }
}

impl OpenFile {
    /// Gives pages back, and tells how many bytes: in a file with a WAL the file itself becomes shorter when nobody reads what was
    /// before. `None`, and nothing was written, where there are none.
    pub fn compact(&mut self, target: &Target, limit: Option<NonZeroU64>) -> Result<Option<u64>, Fault> {
        let before = self.read(target, |conn, _| Room::read(conn))?;
        if before.free == 0 {
            return Ok(None);
        }
        check_may_be_written(&self.layout, &target.location)?;
        if before.gives_back_in_steps {
            let pages = limit.map_or(before.free, |limit| (limit.get() / before.page_size).clamp(1, before.free));
            self.write(target, |_| Needs::default(), |conn, _, _| give_back(conn, pages))?;
        } else {
            check_limit(&before, limit, &target.location)?;
            self.write_alone(target, "VACUUM main")?;
        }
        if !self.access.is_memory() {
            erase::try_to_empty_wal(&self.access.conn);
        }
        // It is done, even if another program has taken the lock meanwhile.
        let pages = self.read_whole(target, |conn, _| Room::read(conn)).map_or(before.filled(), |after| after.pages);
        Ok(Some(before.pages.saturating_sub(pages) * before.page_size))
    }
}

// SQLite gives back one page a row.
fn give_back(conn: &Connection, pages: u64) -> Result<(), Fault> {
    let mut statement = conn.prepare(&format!("PRAGMA main.incremental_vacuum({pages})"))?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}

fn check_limit(room: &Room, limit: Option<NonZeroU64>, location: &str) -> Result<(), Fault> {
    let left = room.filled() * room.page_size;
    let Some(limit) = limit.filter(|limit| limit.get() < left) else { return Ok(()) };
    let cause =
        format!("its layout has no auto_vacuum in steps, so that one step has to write all {left} bytes that are left");
    let remedy = format!("allow {left} or more, or 0 for any number, in place of {limit}");
    Err(Error::new(ErrorCode::Unsupported, format!("cannot compact '{location}': {cause}; {remedy}")).into())
}
