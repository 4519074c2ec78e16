//! The fields of a session: the row of `sessions`, the account's own id in `entities`, and our own row for the rest.
//!
//! Our own fields belong to one login: the id of the auth key that they were written for is stored with them. After the
//! client has logged in again they are another account's, and are not read any more.

use super::client::{Client, Scope, Step};
use super::fault::Fault;
use super::store::{Store, no_place};
use super::value::{Row, Value};
use crate::error::{Error, ErrorCode};
use crate::model::{AuthKey, Field, FieldValue, SessionData};
use crate::storage::Change;

/// The fields that AlchemySession stores.
pub const CLIENT_FIELDS: [Field; 5] = [Field::DcId, Field::ServerAddress, Field::Port, Field::AuthKey, Field::UserId];

// In the order of the columns, which follow the key's id.
const OWN: [Field; 6] = [Field::ApiId, Field::TestMode, Field::Date, Field::IsBot, Field::TakeoutId, Field::TmpAuthKey];

/// The fields as they are stored.
pub struct StoredFields {
    pub data: SessionData,
    logins: usize,
    /// Our own row has a key of another login, which is not read.
    has_other_key: bool,
}

/// The statements that read them.
pub fn read_steps<'a>(store: &'a Store, session: &str, lock: bool) -> Vec<Step<'a>> {
    let queries = &store.queries;
    let login = if lock { &queries.login_locked } else { &queries.login };
    let own = queries.own.as_ref().map(|own| if lock { &own.fields_locked } else { &own.fields });
    // Our own row first: its lock keeps other writers of the session away.
    let statements = own.into_iter().chain([login, &queries.account]);
    statements.map(|sql| Step::Run { sql, values: vec![session.into()] }).collect()
}

impl StoredFields {
    /// Decodes the fields from the answers to [`read_steps`], and consumes those answers.
    pub fn decode(store: &Store, answers: &mut impl Iterator<Item = Vec<Row>>) -> Result<Self, Fault> {
        let mut next = || answers.next().unwrap_or_default();
        let own = if store.queries.own.is_some() { next() } else { Vec::new() };
        let (logins, account) = (next(), next());
        let mut data = SessionData::default();
        if let Some(row) = logins.first() {
            put(
                &mut data,
                Field::DcId,
                integer(&row[0], Field::DcId)?.filter(|dc_id| *dc_id != 0).map(FieldValue::Integer),
            )?;
            put(&mut data, Field::ServerAddress, row[1].text().map(FieldValue::Text))?;
            put(&mut data, Field::Port, integer(&row[2], Field::Port)?.map(FieldValue::Integer))?;
            put(&mut data, Field::AuthKey, key(&row[3], Field::AuthKey)?.map(FieldValue::Key))?;
        }
        if let Some(row) = account.first() {
            put(&mut data, Field::UserId, integer(&row[0], Field::UserId)?.map(FieldValue::Integer))?;
        }
        let (own, other) = match own.first() {
            Some(row) if row[0].text().unwrap_or_default() == key_id(&data) => (Some(row), None),
            row => (None, row),
        };
        if let Some(row) = own {
            for (field, value) in OWN.into_iter().zip(&row[1..]) {
                let value = match field {
                    Field::TmpAuthKey => key(value, field)?.map(FieldValue::Key),
                    _ => integer(value, field)?.map(FieldValue::Integer),
                };
                put(&mut data, field, value)?;
            }
        }
        let has_other_key = other.and_then(|row| row.last()?.bytes()).is_some();
        Ok(Self { data, logins: logins.len(), has_other_key })
    }

    /// Whether a key goes when these fields are written.
    fn loses_key(&self, new: &SessionData) -> bool {
        let goes = |old: &Option<AuthKey>, new: &Option<AuthKey>| old.is_some() && old != new;
        self.has_other_key
            || self.logins > 1
            || goes(&self.data.auth_key, &new.auth_key)
            || goes(&self.data.tmp_auth_key, &new.tmp_auth_key)
    }
}

/// Reads the fields.
pub fn read(store: &Store, session: &str) -> Result<SessionData, Fault> {
    let answers = store.run(Scope::Snapshot, &read_steps(store, session, false))?;
    Ok(StoredFields::decode(store, &mut answers.into_iter())?.data)
}

/// Writes fields, and whatever `more` adds, in one transaction.
pub fn write<'a>(
    store: &'a Store,
    session: &'a str,
    changes: &[Change],
    more: &dyn Fn() -> Vec<Step<'a>>,
) -> Result<(), Fault> {
    check(store, changes)?;
    store.pool.run(|client| write_on(client, store, session, changes, more()))
}

fn write_on<'a>(
    client: &mut dyn Client,
    store: &'a Store,
    session: &'a str,
    changes: &[Change],
    more: Vec<Step<'a>>,
) -> Result<(), Fault> {
    let answers = client.run(Scope::Begin, &read_steps(store, session, true))?;
    let stored = StoredFields::decode(store, &mut answers.into_iter())?;
    let mut data = stored.data.clone();
    for (field, value) in changes {
        if !data.set(*field, value.clone()) {
            return Err(Error::new(ErrorCode::InvalidArgument, format!("{} is out of range", field.name())).into());
        }
    }
    let mut steps = more;
    steps.extend(write_steps(store, session, &stored, &data));
    client.run(Scope::End, &steps)?;
    if stored.loses_key(&data) {
        client.erase(&store.queries.secret_tables);
    }
    Ok(())
}

// A field that cannot be stored is an error, not a loss.
fn check(store: &Store, changes: &[Change]) -> Result<(), Fault> {
    let homeless = |(field, value): &&Change| value.is_some() && !CLIENT_FIELDS.contains(field);
    match changes.iter().find(homeless) {
        Some((field, _)) if store.queries.own.is_none() => Err(no_place(field.name())),
        _ => Ok(()),
    }
}

fn write_steps<'a>(store: &'a Store, session: &'a str, stored: &StoredFields, data: &SessionData) -> Vec<Step<'a>> {
    let queries = &store.queries;
    let login: Row = vec![
        data.dc_id.map_or(0, i64::from).into(),
        data.server_address.clone().into(),
        data.port.map(i64::from).into(),
        data.auth_key.as_ref().map_or(&[][..], |key| key.as_bytes()).into(),
    ];
    let mut steps = Vec::new();
    match stored.logins {
        0 if !has_login(data) => {}
        0 => steps.push(Step::Upsert { sql: &queries.upsert_login, session, rows: vec![login] }),
        logins => {
            if logins > 1 {
                // The key has the dc_id in it: of several rows the first counts, and the others would be in its way.
                let first = stored.data.dc_id.map_or(0, i64::from).into();
                steps.push(Step::Run { sql: &queries.login_others, values: vec![session.into(), first] });
            }
            let values = std::iter::once(session.into()).chain(login).collect();
            steps.push(Step::Run { sql: &queries.login_update, values });
        }
    }
    match data.user_id {
        same if same == stored.data.user_id => {}
        Some(user_id) => {
            let row = vec![0.into(), user_id.into(), Value::Null, Value::Null, Value::Null];
            steps.push(Step::Upsert { sql: &queries.upsert_entities, session, rows: vec![row] });
        }
        None => steps.push(Step::Run { sql: &queries.account_delete, values: vec![session.into()] }),
    }
    if let Some(own) = &queries.own {
        let fields = OWN.into_iter().map(|field| match data.get(field) {
            None => Value::Null,
            Some(FieldValue::Integer(number)) => number.into(),
            Some(FieldValue::Text(text)) => text.into(),
            Some(FieldValue::Key(key)) => key.as_bytes().as_slice().into(),
        });
        let row = std::iter::once(key_id(data).into()).chain(fields).collect();
        steps.push(Step::Upsert { sql: &own.upsert_fields, session, rows: vec![row] });
    }
    steps
}

fn has_login(data: &SessionData) -> bool {
    data.dc_id.is_some() || data.server_address.is_some() || data.port.is_some() || data.auth_key.is_some()
}

fn key_id(data: &SessionData) -> String {
    data.auth_key.as_ref().map_or_else(String::new, AuthKey::id_hex)
}

fn integer(value: &Value, field: Field) -> Result<Option<i64>, Fault> {
    value.integer(field.name())
}

fn key(value: &Value, field: Field) -> Result<Option<AuthKey>, Fault> {
    let damaged = |len| Fault::Damaged(format!("its {} has {len} bytes, not 256", field.name()));
    value.bytes().map(|bytes| AuthKey::new(bytes).map_err(|_| damaged(bytes.len()))).transpose()
}

fn put(data: &mut SessionData, field: Field, found: Option<FieldValue>) -> Result<(), Fault> {
    if data.set_stored(field, found) {
        Ok(())
    } else {
        Err(Fault::Damaged(format!("its {} is of another type", field.name())))
    }
}
