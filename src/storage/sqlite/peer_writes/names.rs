//! The rows of peers' usernames in one table.

use rusqlite::{CachedStatement, Connection};

use crate::model::Peer;
use crate::storage::peer_batch::WriteMode;
use crate::storage::sqlite::fault::{Fault, check_written};
use crate::storage::sqlite::queries::UsernamesWrites;

/// Replaces the usernames of peers.
pub struct NamesWriter<'a> {
    read: CachedStatement<'a>,
    delete: CachedStatement<'a>,
    add: CachedStatement<'a>,
    // For a table with a last-seen time.
    touch: Option<CachedStatement<'a>>,
}

impl<'a> NamesWriter<'a> {
    pub fn new(conn: &'a Connection, sql: &UsernamesWrites) -> Result<Self, Fault> {
        Ok(Self {
            read: conn.prepare_cached(&sql.read)?,
            delete: conn.prepare_cached(&sql.delete)?,
            add: conn.prepare_cached(&sql.add)?,
            touch: sql.touch.as_deref().map(|sql| conn.prepare_cached(sql)).transpose()?,
        })
    }

    /// Whether the table has a last-seen time, which is written even where the usernames stay.
    pub fn has_times(&self) -> bool {
        self.touch.is_some()
    }

    /// Replaces the usernames that are stored under these ids by the peer's.
    pub fn write(&mut self, ids: &[i64], peer: &Peer, names: &[String], mode: WriteMode) -> Result<(), Fault> {
        let mut stands = false;
        for id in ids {
            match self.compare(*id, names)? {
                Stands::Nothing => {}
                Stands::TheSame if *id == peer.id => stands = true,
                _ => {
                    self.delete.execute([id])?;
                }
            }
        }
        if stands {
            return self.touch(peer, mode);
        }
        for name in names {
            self.add.raw_bind_parameter(1, peer.id)?;
            self.add.raw_bind_parameter(2, name)?;
            if self.touch.is_some() {
                self.add.raw_bind_parameter(3, mode.last_update_on(peer))?;
            }
            check_written(self.add.raw_execute()?)?;
        }
        Ok(())
    }

    fn touch(&mut self, peer: &Peer, mode: WriteMode) -> Result<(), Fault> {
        if let Some(touch) = &mut self.touch {
            check_written(touch.execute([peer.id, mode.last_update_on(peer)])?)?;
        }
        Ok(())
    }

    // Writing an unchanged row again would write two indexes.
    fn compare(&mut self, id: i64, names: &[String]) -> Result<Stands, Fault> {
        let mut rows = self.read.query([id])?;
        let (mut count, mut same) = (0, true);
        while let Some(row) = rows.next()? {
            let name = names.get(count).map(String::as_bytes);
            same &= name.is_some() && row.get_ref(0)?.as_bytes().ok() == name;
            count += 1;
        }
        Ok(match count {
            0 => Stands::Nothing,
            count if same && count == names.len() => Stands::TheSame,
            _ => Stands::Others,
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    Nothing,
    TheSame,
    Others,
}
