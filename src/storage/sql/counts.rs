//! How much a session holds, counted by the database.

use super::client::{Scope, Step};
use super::fault::Fault;
use super::store::Store;
use crate::model::Counts;

/// Counts the rows of each kind, at one moment.
pub fn read(store: &Store, session: &str) -> Result<Counts, Fault> {
    let steps = store.queries.counts.iter().map(|sql| Step::Run { sql, values: vec![session.into()] });
    let answers = store.run(Scope::Snapshot, &steps.collect::<Vec<_>>())?;
    let mut counts = answers.iter().map(|rows| -> Result<u64, Fault> {
        let count = rows.first().map(|row| row[0].integer("a count")).transpose()?.flatten();
        Ok(count.unwrap_or_default().unsigned_abs())
    });
    let mut next = || counts.next().unwrap_or(Ok(0));
    Ok(Counts { peers: next()?, usernames: next()?, update_states: next()?, sent_files: next()?, values: next()? })
}
