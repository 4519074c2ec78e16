//! Update states in two tables, as Telethon 2 and grammers keep them: the account's, with all four numbers, and the channels', with
//! their pts alone.

use rusqlite::Connection;

use super::fault::{Fault, check_written};
use super::value;
use crate::model::{IdKind, UpdateState, bare_id, id_kind, mark_channel};

/// What the tables are called.
pub struct SimpleStates {
    pub account: &'static str,
    pub channels: &'static str,
    /// The column of the channels' bare ids.
    pub channel_id: &'static str,
    /// The client takes no larger numbers.
    pub most: i64,
}

impl SimpleStates {
    /// Reads the account's and the channels' states.
    pub fn read(&self, conn: &Connection) -> Result<Vec<UpdateState>, Fault> {
        let mut states: Vec<UpdateState> = self.account(conn)?.into_iter().collect();
        let (id, channels) = (self.channel_id, self.channels);
        let mut statement = conn.prepare(&format!("SELECT {id}, pts FROM {channels} ORDER BY {id}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = mark_channel(row.get(0)?);
            states.push(UpdateState { id, pts: value::integer(row.get_ref(1)?, "pts")?, ..UpdateState::default() });
        }
        Ok(states)
    }

    /// Reads one state.
    pub fn find(&self, conn: &Connection, id: i64) -> Result<Option<UpdateState>, Fault> {
        match id_kind(id) {
            IdKind::User if id == 0 => self.account(conn),
            IdKind::Channel => {
                let sql = format!("SELECT pts FROM {} WHERE {} = ?1", self.channels, self.channel_id);
                let mut statement = conn.prepare_cached(&sql)?;
                let mut rows = statement.query([bare_id(id)])?;
                let Some(row) = rows.next()? else { return Ok(None) };
                let pts = value::integer(row.get_ref(0)?, "pts")?;
                Ok(Some(UpdateState { id, pts, ..UpdateState::default() }))
            }
            _ => Ok(None),
        }
    }

    fn account(&self, conn: &Connection) -> Result<Option<UpdateState>, Fault> {
        let mut statement =
            conn.prepare_cached(&format!("SELECT pts, qts, date, seq FROM {} LIMIT 1", self.account))?;
        let mut rows = statement.query([])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(Some(UpdateState {
            id: 0,
            pts: value::integer(row.get_ref(0)?, "pts")?,
            qts: value::integer(row.get_ref(1)?, "qts")?,
            date: value::integer(row.get_ref(2)?, "date")?,
            seq: value::integer(row.get_ref(3)?, "seq")?,
        }))
    }

    /// Whether the client can store all of a state.
    pub fn holds(&self, state: &UpdateState) -> bool {
        let numbers = [state.pts, state.qts, state.date, state.seq];
        let has_place = state.id == 0 || id_kind(state.id) == IdKind::Channel;
        has_place
            && state.is_simple()
            && numbers.into_iter().flatten().all(|number| (-self.most..=self.most).contains(&number))
    }

    /// Writes a state if the client can store all of it.
    pub fn write(&self, conn: &Connection, state: &UpdateState) -> Result<bool, Fault> {
        self.delete(conn, state.id)?;
        if !self.holds(state) {
            return Ok(false);
        }
        match *state {
            UpdateState { id: 0, pts: Some(pts), qts: Some(qts), date: Some(date), seq: Some(seq) } => {
                let sql = format!("INSERT INTO {} (pts, qts, date, seq) VALUES (?1, ?2, ?3, ?4)", self.account);
                check_written(conn.execute(&sql, [pts, qts, date, seq])?)?;
            }
            UpdateState { id, pts: Some(pts), .. } => {
                let sql = format!("INSERT INTO {} ({}, pts) VALUES (?1, ?2)", self.channels, self.channel_id);
                check_written(conn.execute(&sql, [bare_id(id), pts])?)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Removes a state.
    pub fn delete(&self, conn: &Connection, id: i64) -> Result<(), Fault> {
        match id_kind(id) {
            IdKind::User if id == 0 => conn.execute(&format!("DELETE FROM {}", self.account), [])?,
            IdKind::Channel => {
                let sql = format!("DELETE FROM {} WHERE {} = ?1", self.channels, self.channel_id);
                conn.execute(&sql, [bare_id(id)])?
            }
            _ => 0,
        };
        Ok(())
    }

    /// The statements that list the ids of all states.
    pub fn ids(&self) -> [String; 2] {
        let of_channels = format!("SELECT -1000000000000 - {} FROM {}", self.channel_id, self.channels);
        [format!("SELECT 0 FROM (SELECT 1 FROM {} LIMIT 1)", self.account), of_channels]
    }
}
