//! Update states: the client's table, or our own if the client has none.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};

use super::dialects::{LoginTables, UpdateStatesTable};
use super::fault::{Fault, check_written};
use super::layout::Layout;
use super::others::{grammers, mtcute};
use super::simple_states::SimpleStates;
use super::{own_tables, telethon2, value};
use crate::model::{IdKind, UpdateState, bare_id, id_kind, mark_channel};

/// Reads every state; the client's wins over ours.
pub fn read(conn: &Connection, layout: &Layout) -> Result<Vec<UpdateState>, Fault> {
    let mut states = BTreeMap::new();
    if layout.own.states {
        read_table(conn, &own_tables::UPDATE_STATES, &mut states)?;
    }
    if let Some(table) = &layout.update_states {
        read_table(conn, table, &mut states)?;
    }
    states.extend(read_client(conn, layout)?.into_iter().map(|state| (state.id, state)));
    Ok(states.into_values().collect())
}

/// The client's own, where they are not all in one table.
fn read_client(conn: &Connection, layout: &Layout) -> Result<Vec<UpdateState>, Fault> {
    match (simple(layout), layout.dialect.login) {
        (Some(tables), _) => tables.read(conn),
        (None, LoginTables::Mtcute) => mtcute::update_states::read(conn),
        (None, _) => Ok(Vec::new()),
    }
}

fn find_client(conn: &Connection, layout: &Layout, id: i64) -> Result<Option<UpdateState>, Fault> {
    match (simple(layout), layout.dialect.login) {
        (Some(tables), _) => tables.find(conn, id),
        (None, LoginTables::Mtcute) => mtcute::update_states::find(conn, id),
        (None, _) => Ok(None),
    }
}

/// The client's tables, where it has one for the account and one for the channels.
pub fn simple(layout: &Layout) -> Option<&'static SimpleStates> {
    match layout.dialect.login {
        LoginTables::UserAndDatacenter => Some(&telethon2::STATES),
        LoginTables::Grammers => Some(&grammers::STATES).filter(|_| layout.has_simple_states),
        _ => None,
    }
}

/// Writes a state where the client keeps it, if that can store all of it.
fn write_client(conn: &Connection, layout: &Layout, state: &UpdateState) -> Result<bool, Fault> {
    match (simple(layout), layout.dialect.login) {
        (Some(tables), _) => tables.write(conn, state),
        (None, LoginTables::Mtcute) => mtcute::update_states::write(conn, state),
        (None, _) => Ok(false),
    }
}

/// Reads one state.
pub fn find(conn: &Connection, layout: &Layout, id: i64) -> Result<Option<UpdateState>, Fault> {
    if let Some(found) = find_client(conn, layout, id)? {
        return Ok(Some(found));
    }
    let tables = layout.update_states.iter().chain(layout.own.states.then_some(&own_tables::UPDATE_STATES));
    for table in tables {
        let sql = format!("SELECT id, pts, qts, date, seq FROM {} WHERE id = ?1", table.table);
        let mut statement = conn.prepare_cached(&sql)?;
        let mut rows = statement.query([stored_id(table, id)])?;
        let found = rows.next()?.map(|row| state(table, row)).transpose()?;
        // A channel's bare id is not its id.
        if let Some(found) = found.filter(|found| found.id == id) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Whether the client has no place for some of these states.
pub fn needs_own(layout: &Layout, states: &[UpdateState]) -> bool {
    layout.update_states.is_none() && !states.iter().all(|state| client_holds(layout, state))
}

fn client_holds(layout: &Layout, state: &UpdateState) -> bool {
    match (simple(layout), layout.dialect.login) {
        (Some(tables), _) => tables.holds(state),
        (None, LoginTables::Mtcute) => mtcute::update_states::holds(state),
        (None, _) => false,
    }
}

/// Replaces states.
pub fn write(conn: &Connection, layout: &Layout, states: &[UpdateState]) -> Result<(), Fault> {
    for state in states {
        delete_own(conn, layout, state.id)?;
        if let Some(table) = &layout.update_states {
            write_row(conn, table, state)?;
        } else if !write_client(conn, layout, state)? {
            write_row(conn, &own_tables::UPDATE_STATES, state)?;
        }
    }
    Ok(())
}

/// Removes a state from all tables.
pub fn delete(conn: &Connection, layout: &Layout, id: i64) -> Result<(), Fault> {
    delete_own(conn, layout, id)?;
    if let Some(table) = &layout.update_states {
        let sql = format!("DELETE FROM {} WHERE id = ?1", table.table);
        conn.prepare_cached(&sql)?.execute([stored_id(table, id)])?;
    }
    if let Some(tables) = simple(layout) {
        tables.delete(conn, id)?;
    }
    if layout.dialect.login == LoginTables::Mtcute {
        mtcute::update_states::delete(conn, id)?;
    }
    Ok(())
}

fn delete_own(conn: &Connection, layout: &Layout, id: i64) -> Result<(), Fault> {
    if layout.own.states {
        conn.prepare_cached("DELETE FROM tgsession_states WHERE id = ?1")?.execute([id])?;
    }
    Ok(())
}

fn read_table(
    conn: &Connection,
    table: &UpdateStatesTable,
    states: &mut BTreeMap<i64, UpdateState>,
) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached(&format!("SELECT id, pts, qts, date, seq FROM {}", table.table))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let state = state(table, row)?;
        states.insert(state.id, state);
    }
    Ok(())
}

fn state(table: &UpdateStatesTable, row: &Row<'_>) -> Result<UpdateState, Fault> {
    Ok(UpdateState {
        id: model_id(table, row.get(0)?),
        pts: value::integer(row.get_ref(1)?, "pts")?,
        qts: value::integer(row.get_ref(2)?, "qts")?,
        date: value::integer(row.get_ref(3)?, "date")?,
        seq: value::integer(row.get_ref(4)?, "seq")?,
    })
}

// A replaced row would lose what an unknown fork has in further columns.
fn write_row(conn: &Connection, table: &UpdateStatesTable, state: &UpdateState) -> Result<(), Fault> {
    let table_name = table.table;
    let values = params![stored_id(table, state.id), state.pts, state.qts, state.date, state.seq];
    let change = format!("UPDATE {table_name} SET pts = ?2, qts = ?3, date = ?4, seq = ?5 WHERE id = ?1");
    if conn.prepare_cached(&change)?.execute(values)? > 0 {
        return Ok(());
    }
    let add = format!("INSERT INTO {table_name} (id, pts, qts, date, seq) VALUES (?1, ?2, ?3, ?4, ?5)");
    check_written(conn.prepare_cached(&add)?.execute(values)?)
}

fn model_id(table: &UpdateStatesTable, id: i64) -> i64 {
    if table.bare_channel_ids && id > 0 { mark_channel(id) } else { id }
}

fn stored_id(table: &UpdateStatesTable, id: i64) -> i64 {
    if table.bare_channel_ids && id_kind(id) == IdKind::Channel { bare_id(id) } else { id }
}
