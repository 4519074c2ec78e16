//! Whether our own tables are needed for fields and values. In a file whose client spreads the login over several tables, that
//! depends on what these hold already: it is tried, and taken back.

use rusqlite::Connection;

use super::fault::Fault;
use super::layout::Layout;
use super::needs::Needs;
use super::{data_centers, fields};
use crate::model::{Field, StoredValue};
use crate::storage::Change;

/// What is about to be written.
#[derive(Clone, Copy, Default)]
pub struct Trial<'a> {
    pub changes: &'a [Change],
    /// Those that are set, with their names.
    pub values: &'a [(&'a str, &'a StoredValue)],
}

impl Trial<'_> {
    /// Works out the needs, within the transaction that writes.
    pub fn needs(&self, conn: &Connection, layout: &Layout) -> Result<Needs, Fault> {
        if !layout.has_spread_login() {
            let has_values = !self.values.is_empty();
            return Ok(Needs::for_fields(fields::needs_own(layout, self.changes)).and(Needs::for_values(has_values)));
        }
        conn.execute_batch("SAVEPOINT tgsession_trial")?;
        let tried = self.run(conn, layout);
        let undone = conn.execute_batch("ROLLBACK TO tgsession_trial; RELEASE tgsession_trial");
        // The error of what was tried tells more.
        let needs = tried?;
        undone?;
        Ok(needs)
    }

    fn run(&self, conn: &Connection, layout: &Layout) -> Result<Needs, Fault> {
        let wanted = fields::write_client(conn, layout, self.changes)?;
        let mut needs_values = false;
        for (name, value) in self.values {
            needs_values |= match data_centers::of_value(layout, name) {
                Some(id) => data_centers::write(conn, layout, id, Some(value))?.is_some(),
                None => true,
            };
        }
        // A value may be what makes a field whole: when a temporary key expires.
        let held = fields::read_client(conn, layout)?;
        let needs_fields = Field::ALL.iter().any(|field| wanted.get(*field) != held.get(*field));
        // Where fields stand aside, they tell which data centre is the home one.
        needs_values |= needs_fields && !self.values.is_empty();
        Ok(Needs::for_fields(needs_fields).and(Needs::for_values(needs_values)))
    }
}
