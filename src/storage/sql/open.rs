//! Opens a session, and lists all of them.

use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::Sql;
use super::client::{Scope, Step};
use super::fault::Fault;
use super::schema::CreateTables;
use super::store::Store;
use super::target::Target;
use crate::error::{Error, ErrorCode, Result};
use crate::redact;
use crate::storage::Opening;

/// Which tables opening may create.
fn create_tables(opening: Opening, target: &Target) -> CreateTables {
    match opening {
        Opening { read_only: true, .. } => CreateTables::Forbidden,
        _ if !target.manage_tables => CreateTables::Forbidden,
        Opening { create: true, .. } => CreateTables::Allowed,
        _ => CreateTables::OwnOnly,
    }
}

/// Opens a session.
pub fn open(location: &str, opening: Opening) -> Result<Sql> {
    let target = Target::parse(location, opening.busy_timeout)?;
    let shown = target.shown.clone();
    let Some(session) = target.session.clone() else {
        let message = format!("'{shown}' names no session: it ends in ?session=NAME");
        return Err(Error::invalid_argument(message));
    };
    let (create, managed) = (create_tables(opening, &target), target.manage_tables);
    let store = Store::open(target, create).map_err(|fault| fault.on(&shown, "open"))?;
    let missing = |what: &str| Error::new(ErrorCode::FileNotFound, format!("cannot open '{shown}': {what}"));
    let Some(store) = store else {
        let hint = if managed { "" } else { ", and manage_tables=false says that none are made" };
        return Err(missing(&format!("AlchemySession's tables are not there{hint}")));
    };
    let there = visit(&store, &session, opening).map_err(|fault| fault.on(&shown, "open"))?;
    if !there {
        return Err(missing("there is no such session"));
    }
    Ok(Sql { url: Zeroizing::new(location.to_owned()), opening, store, session, shown, deleted: Arc::default() })
}

/// Reads the tables of a session again.
pub fn reopen(location: &str, opening: Opening) -> Result<Option<Arc<Store>>, Fault> {
    let target = Target::parse(location, opening.busy_timeout)?;
    let create = create_tables(opening, &target);
    Store::reopen(target, create)
}

/// Whether the session exists now: it did, or it was created.
fn visit(store: &Store, session: &str, opening: Opening) -> Result<bool, Fault> {
    let queries = &store.queries;
    let run = |sql| Step::Run { sql, values: vec![session.into()] };
    let own = queries.own.as_ref();
    let steps: Vec<_> = queries.traces.iter().chain(own.map(|own| &own.fields)).map(|sql| run(sql)).collect();
    let mut answers = store.run(Scope::Snapshot, &steps)?;
    let own_row = own.and_then(|_| answers.pop()).unwrap_or_default();
    for name in answers.iter().flatten().filter_map(|row| row[0].text()) {
        if name != session {
            let message = format!(
                "the database takes '{}' and '{}' for one name; choose another",
                redact::shown(session),
                redact::shown(&name)
            );
            return Err(Error::invalid_argument(message).into());
        }
    }
    let has_login = answers.first().is_some_and(|rows| !rows.is_empty());
    let bound = own_row.first().is_some_and(|row| row[0].text().is_some());
    // Its client has deleted the session, and left our rows, which it does not know.
    let left_behind = bound && !has_login;
    let is_clients = answers.iter().any(|rows| !rows.is_empty());
    let there = is_clients || (!own_row.is_empty() && !bound);
    if opening.read_only || store.is_only_read || !(there || opening.create) {
        return Ok(there);
    }
    if !there {
        redact::check_new_name(session)?;
    }
    if let Some(own) = own.filter(|_| left_behind || own_row.is_empty()) {
        let deletes = own.deletes.iter().filter(|_| left_behind);
        let steps: Vec<_> = deletes.chain([&own.fields_new]).map(|sql| run(sql)).collect();
        store.run_and_erase(&steps)?;
    }
    Ok(true)
}

/// The names of the sessions in a database: the location is one without `session=`.
pub fn list(location: &str, busy_timeout: Duration) -> Result<Vec<String>> {
    let target = Target::parse(location, busy_timeout)?;
    let shown = target.shown.clone();
    if target.session.is_some() {
        return Err(Error::invalid_argument(format!("'{shown}' names a session; without session= it lists all")));
    }
    let listed = || -> Result<Vec<String>, Fault> {
        let Some(store) = Store::open(target, CreateTables::Forbidden)? else { return Ok(Vec::new()) };
        let rows = store.run(Scope::Single, &[Step::Run { sql: &store.queries.list, values: Vec::new() }])?;
        Ok(rows.iter().flatten().filter_map(|row| row[0].text()).collect())
    };
    listed().map_err(|fault| fault.on(&shown, "list the sessions in"))
}
