//! Update states. Telethon stores a channel's under its bare id.

use super::client::{Scope, Step};
use super::fault::Fault;
use super::peer_writes::last_by;
use super::store::Store;
use super::value::Row;
use crate::model::{IdKind, UpdateState, bare_id, id_kind, mark_channel};

/// The statement that reads them.
pub fn read_steps<'a>(store: &'a Store, session: &str) -> Vec<Step<'a>> {
    vec![Step::Run { sql: &store.queries.states, values: vec![session.into()] }]
}

/// Decodes the states from the answer to [`read_steps`], and consumes that answer.
pub fn decode(answers: &mut impl Iterator<Item = Vec<Row>>) -> Result<Vec<UpdateState>, Fault> {
    let rows = answers.next().unwrap_or_default();
    let mut states = rows.iter().map(|row| state(row)).collect::<Result<Vec<_>, _>>()?;
    states.sort_by_key(|state| state.id);
    Ok(states)
}

fn state(row: &[super::value::Value]) -> Result<UpdateState, Fault> {
    let id = row[0].integer("an update state's id")?.unwrap_or_default();
    Ok(UpdateState {
        id: if id > 0 { mark_channel(id) } else { id },
        pts: row[1].integer("pts")?,
        qts: row[2].integer("qts")?,
        date: row[3].integer("date")?,
        seq: row[4].integer("seq")?,
    })
}

/// Reads every state.
pub fn read(store: &Store, session: &str) -> Result<Vec<UpdateState>, Fault> {
    let answers = store.run(Scope::Single, &read_steps(store, session))?;
    decode(&mut answers.into_iter())
}

/// The statements that replace states by their ids.
pub fn write_steps<'a>(store: &'a Store, session: &'a str, states: &[UpdateState]) -> Vec<Step<'a>> {
    let rows: Vec<Row> = last_by(states, |state| state.id)
        .map(|state| {
            // Telethon always writes 0 unread messages.
            let (id, unread) = (stored_id(state.id), 0);
            let numbers = [state.pts, state.qts, state.date, state.seq, Some(unread)];
            std::iter::once(id.into()).chain(numbers.map(Into::into)).collect()
        })
        .collect();
    if rows.is_empty() { Vec::new() } else { vec![Step::Upsert { sql: &store.queries.upsert_states, session, rows }] }
}

/// Removes a state.
pub fn delete(store: &Store, session: &str, id: i64) -> Result<(), Fault> {
    let values = vec![session.into(), stored_id(id).into()];
    store.run(Scope::Write, &[Step::Run { sql: &store.queries.state_delete, values }]).map(drop)
}

fn stored_id(id: i64) -> i64 {
    if id_kind(id) == IdKind::Channel { bare_id(id) } else { id }
}
