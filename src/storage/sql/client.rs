//! What the engine asks of a database, whichever it is.

use super::dialect::Batch;
use super::fault::Fault;
use super::value::{Row, Value};

/// One statement in a call.
#[derive(Debug)]
pub enum Step<'a> {
    /// A statement with its values.
    Run { sql: &'a str, values: Vec<Value> },
    /// Rows to insert or replace in one session, each without the session's name.
    Upsert { sql: &'a str, session: &'a str, rows: Vec<Row> },
    /// Makes tables and indexes.
    Plain { sql: String },
}

/// Which transaction the steps of a call are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// None: one statement that reads.
    Single,
    /// One that reads, and sees one moment.
    Snapshot,
    /// One that writes.
    Write,
    /// The beginning of one that writes; [`Scope::End`] follows.
    Begin,
    /// The end of the one that was begun.
    End,
}

/// A connection. After an error it is thrown away, and with it whatever transaction was open.
pub trait Client: Send {
    /// Runs the steps, on a server in one round trip, and answers each one's rows.
    fn run(&mut self, scope: Scope, steps: &[Step<'_>]) -> Result<Vec<Vec<Row>>, Fault>;

    /// Overwrites what a key that has gone from these tables has left in a file. A server sees to its own files.
    fn erase(&mut self, _tables: &[String]) {}
}

impl Scope {
    /// Whether the steps are part of a transaction that writes.
    pub fn writes(self) -> bool {
        matches!(self, Self::Write | Self::Begin | Self::End)
    }

    /// The statements around the steps.
    pub fn around(self, batch: Batch) -> (&'static [&'static str], Option<&'static str>) {
        let snapshot: &[&str] = match batch {
            Batch::Arrays => &["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"],
            Batch::Rows => {
                &["SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "START TRANSACTION WITH CONSISTENT SNAPSHOT"]
            }
            Batch::Each => &["BEGIN"],
        };
        let write: &[&str] = if batch == Batch::Each { &["BEGIN IMMEDIATE"] } else { &["BEGIN"] };
        match self {
            Self::Single => (&[], None),
            Self::Snapshot => (snapshot, Some("COMMIT")),
            Self::Write => (write, Some("COMMIT")),
            Self::Begin => (write, None),
            Self::End => (&[], Some("COMMIT")),
        }
    }
}
