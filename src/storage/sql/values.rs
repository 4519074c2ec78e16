//! Values that a client keeps beside its session: in a table of our own.

use std::collections::BTreeMap;

use super::client::{Scope, Step};
use super::fault::Fault;
use super::queries;
use super::store::{Store, no_place};
use super::value::{Row, Value};
use crate::model::StoredValue;

/// The statement that reads all of them, if there is a table.
pub fn read_steps<'a>(store: &'a Store, session: &str) -> Vec<Step<'a>> {
    let all = store.queries.values.iter().map(|values| &values.all);
    all.map(|sql| Step::Run { sql, values: vec![session.into()] }).collect()
}

/// Decodes the values from the answer to [`read_steps`], and consumes that answer.
pub fn decode(
    store: &Store,
    answers: &mut impl Iterator<Item = Vec<Row>>,
) -> Result<BTreeMap<String, StoredValue>, Fault> {
    let rows = answers.take(store.queries.values.iter().len()).flatten();
    rows.map(|row| match row.as_slice() {
        [name, value] => Ok((name.text().unwrap_or_default(), bytes(value)?)),
        _ => Err(damaged()),
    })
    .collect()
}

/// Reads the names, in ascending order.
pub fn names(store: &Store, session: &str) -> Result<Vec<String>, Fault> {
    let Some(values) = &store.queries.values else { return Ok(Vec::new()) };
    let rows = store.run(Scope::Single, &[Step::Run { sql: &values.names, values: vec![session.into()] }])?;
    let mut names: Vec<String> = rows.iter().flatten().filter_map(|row| row[0].text()).collect();
    names.sort_unstable();
    Ok(names)
}

/// Reads one value.
pub fn find(store: &Store, session: &str, name: &str) -> Result<Option<StoredValue>, Fault> {
    let Some(values) = &store.queries.values else { return Ok(None) };
    let rows = store.run(Scope::Single, &[one(values, session, name)])?;
    rows.iter().flatten().next().map(|row| bytes(&row[0])).transpose()
}

fn one<'a>(values: &'a queries::Values, session: &str, name: &str) -> Step<'a> {
    Step::Run { sql: &values.one, values: vec![session.into(), name.into()] }
}

/// Sets a value, or removes it. In a file nothing is left of an earlier one.
pub fn write(store: &Store, session: &str, name: &str, value: Option<&StoredValue>) -> Result<(), Fault> {
    let Some(values) = &store.queries.values else {
        return if value.is_some() { Err(no_place("values")) } else { Ok(()) };
    };
    store.pool.run(|client| {
        let steps: Vec<_> = store.lock_session(session).into_iter().chain([one(values, session, name)]).collect();
        let had = client.run(Scope::Begin, &steps)?.last().is_some_and(|rows| !rows.is_empty());
        let step = match value {
            Some(value) => Step::Upsert { sql: &values.upsert, session, rows: vec![row(name, value)] },
            None => Step::Run { sql: &values.delete, values: vec![session.into(), name.into()] },
        };
        client.run(Scope::End, &[step])?;
        if had {
            client.erase(std::slice::from_ref(&values.table));
        }
        Ok(())
    })
}

/// The statement that sets several values.
pub fn write_steps<'a>(
    store: &'a Store,
    session: &'a str,
    new: &BTreeMap<String, StoredValue>,
) -> Result<Vec<Step<'a>>, Fault> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let values = store.queries.values.as_ref().ok_or_else(|| no_place("values"))?;
    let rows = new.iter().map(|(name, value)| row(name, value)).collect();
    Ok(vec![Step::Upsert { sql: &values.upsert, session, rows }])
}

/// Overwrites what [`write_steps`] may have replaced.
pub fn erase_replaced(store: &Store, new: &BTreeMap<String, StoredValue>) -> Result<(), Fault> {
    let table = store.queries.values.iter().filter(|_| !new.is_empty()).map(|values| &values.table);
    for table in table {
        store.pool.run(|client| {
            client.erase(std::slice::from_ref(table));
            Ok(())
        })?;
    }
    Ok(())
}

fn row(name: &str, value: &StoredValue) -> Row {
    vec![name.into(), value.as_bytes().into()]
}

// Empty bytes are a value too.
fn bytes(value: &Value) -> Result<StoredValue, Fault> {
    match value {
        Value::Bytes(bytes) => Ok(StoredValue::stored(bytes)),
        Value::Text(text) => Ok(StoredValue::stored(text.as_bytes())),
        _ => Err(damaged()),
    }
}

fn damaged() -> Fault {
    Fault::Damaged("a value is not a blob".to_owned())
}
