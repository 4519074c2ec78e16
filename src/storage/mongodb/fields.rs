//! The fields: the one document in `session`.
//!
//! Those that MongoStorage cannot store are in our own part of it ([`super::own_data`]). They belong to one login: the
//! id of the auth key that they were written for is stored with them. After the client has logged in again they are
//! another account's, and are not read any more.

use mongodb::bson::raw::{RawBsonRef, RawDocument};
use mongodb::bson::{RawBson, RawDocumentBuf, cstr, doc, rawdoc};

use super::fault::Fault;
use super::store::Store;
use super::writes::{Writes, change};
use super::{own_data, value};
use crate::error::{Error, ErrorCode};
use crate::model::{AuthKey, DEFAULT_DC_ID, Field, FieldValue, SessionData};
use crate::storage::Change;

/// Where MongoStorage keeps its one document.
pub const SESSION: &str = "session";

/// The fields that MongoStorage stores.
pub const CLIENT_FIELDS: &[Field] =
    &[Field::DcId, Field::ApiId, Field::TestMode, Field::AuthKey, Field::Date, Field::UserId, Field::IsBot];

/// What MongoStorage writes when it makes a session (`MongoStorage.open`).
pub fn create() -> Writes {
    let new = rawdoc! {
        "_id": 0,
        "dc_id": DEFAULT_DC_ID,
        "api_id": RawBson::Null,
        "test_mode": RawBson::Null,
        "auth_key": value::binary(&[]),
        "date": 0,
        "user_id": 0,
        "is_bot": 0,
    };
    let mut writes = Writes::default();
    // Inserted, as MongoStorage does: FerretDB 1.24 drops the nulls of an upsert, without which MongoStorage fails.
    writes.insert(SESSION, vec![new]);
    writes
}

/// The document, if the session exists.
pub async fn find(store: &Store) -> Result<Option<RawDocumentBuf>, Fault> {
    let document = store.bounded(store.collection(SESSION).find_one(doc! { "_id": 0 })).await?;
    if let Some(document) = &document {
        check(document, &store.shown)?;
    }
    Ok(document)
}

/// The document, which must exist.
pub async fn existing(store: &Store) -> Result<RawDocumentBuf, Fault> {
    find(store).await?.ok_or_else(|| missing(&store.shown))
}

/// The error if there is no session, or not any more.
pub fn missing(shown: &str) -> Fault {
    let message = format!("'{shown}' is not there: no document with _id 0 in its collection 'session'");
    Fault::Ours(Error::new(ErrorCode::FileNotFound, message))
}

// Another program may have a collection of that name.
fn check(document: &RawDocument, shown: &str) -> Result<(), Fault> {
    for name in ["dc_id", "auth_key"] {
        if document.get(name)?.is_none() {
            let cause = format!("the document with _id 0 in its collection 'session' has no {name}");
            return Err(Error::not_a_session(shown, cause).into());
        }
    }
    let version = part(document)?.map(|part| value::integer(part, "version")).transpose()?.flatten();
    match version {
        Some(newer) if newer > own_data::VERSION => {
            let message = format!("'{shown}' was written by a newer tgsession: its part has version {newer}");
            Err(Error::new(ErrorCode::UnknownVersion, message).into())
        }
        _ => Ok(()),
    }
}

/// Our own part of a document.
pub fn part(document: &RawDocument) -> Result<Option<&RawDocument>, Fault> {
    match value::get(document, own_data::PART)? {
        Some(RawBsonRef::Document(part)) => Ok(Some(part)),
        None => Ok(None),
        Some(_) => Err(Fault::Damaged(format!("its {} is not a document", own_data::PART))),
    }
}

/// The fields in a document.
pub fn read(document: &RawDocument) -> Result<SessionData, Fault> {
    let mut data = SessionData { auth_key: value::key(document, Field::AuthKey)?, ..SessionData::default() };
    for field in CLIENT_FIELDS.iter().filter(|field| **field != Field::AuthKey) {
        let stored = value::integer(document, field.name())?;
        let stored = stored.filter(|_| !is_never_set(document, *field));
        put(&mut data, *field, stored.map(FieldValue::Integer))?;
    }
    if let Some(part) = own_part(document, data.auth_key.as_ref())? {
        for field in Field::ALL.into_iter().filter(|field| !CLIENT_FIELDS.contains(field)) {
            put(&mut data, field, read_own(part, field)?)?;
        }
    }
    Ok(data)
}

// MongoStorage begins with a 0 where nothing is known yet; a bot that is none is written as false.
fn is_never_set(document: &RawDocument, field: Field) -> bool {
    let is_zero = matches!(document.get(field.name()), Ok(Some(RawBsonRef::Int32(0) | RawBsonRef::Int64(0))));
    is_zero && matches!(field, Field::UserId | Field::IsBot)
}

fn own_part<'a>(document: &'a RawDocument, key: Option<&AuthKey>) -> Result<Option<&'a RawDocument>, Fault> {
    let Some(part) = part(document)? else { return Ok(None) };
    let owner = value::text(part, "auth_key_id")?.unwrap_or_default();
    Ok((owner == owner_key_id(key)).then_some(part))
}

fn owner_key_id(key: Option<&AuthKey>) -> String {
    key.map_or_else(String::new, AuthKey::id_hex)
}

fn read_own(part: &RawDocument, field: Field) -> Result<Option<FieldValue>, Fault> {
    Ok(match field {
        Field::TmpAuthKey => value::key(part, field)?.map(FieldValue::Key),
        Field::ServerAddress => value::text(part, field.name())?.map(FieldValue::Text),
        _ => value::integer(part, field.name())?.map(FieldValue::Integer),
    })
}

fn put(data: &mut SessionData, field: Field, found: Option<FieldValue>) -> Result<(), Fault> {
    if data.set_stored(field, found) {
        Ok(())
    } else {
        Err(Fault::Damaged(format!("its {} is of another type", field.name())))
    }
}

/// Adds changes of fields to a call's writes.
pub async fn write(store: &Store, changes: &[Change], writes: &mut Writes) -> Result<(), Fault> {
    let set = client_part(changes);
    let is_plain = |(field, _): &Change| CLIENT_FIELDS.contains(field) && *field != Field::AuthKey;
    if changes.iter().all(is_plain) {
        if !changes.is_empty() {
            writes.update(SESSION, vec![change(rawdoc! { "_id": 0 }, rawdoc! { "$set": set }, 1)]);
        }
        return Ok(());
    }
    let document = existing(store).await?;
    let mut filter = rawdoc! { "_id": 0 };
    filter.append(cstr!("auth_key"), as_read(&document, "auth_key")?);
    filter.append(cstr!("tgsession"), as_read(&document, own_data::PART)?);
    let update = match changed_part(&document, changes)? {
        Some(part) => {
            let mut set = set;
            set.append(cstr!("tgsession"), part);
            rawdoc! { "$set": set }
        }
        None if set.is_empty() => rawdoc! { "$unset": { "tgsession": "" } },
        None => rawdoc! { "$set": set, "$unset": { "tgsession": "" } },
    };
    writes.update(SESSION, vec![change(filter, update, 1)]);
    Ok(())
}

// What a condition on a value as it was read looks like.
fn as_read(document: &RawDocument, key: &str) -> Result<RawBson, Fault> {
    Ok(match document.get(key)? {
        Some(value) => RawBson::Document(rawdoc! { "$eq": value }),
        None => RawBson::Document(rawdoc! { "$exists": false }),
    })
}

/// The keys of MongoStorage that changes set. Of several changes of a field the last counts.
fn client_part(changes: &[Change]) -> RawDocumentBuf {
    let mut set = RawDocumentBuf::new();
    for field in CLIENT_FIELDS {
        if let Some((_, value)) = changes.iter().rev().find(|(changed, _)| changed == field) {
            let value = stored(*field, value.as_ref());
            match field {
                Field::DcId => set.append(cstr!("dc_id"), value),
                Field::ApiId => set.append(cstr!("api_id"), value),
                Field::TestMode => set.append(cstr!("test_mode"), value),
                Field::AuthKey => set.append(cstr!("auth_key"), value),
                Field::Date => set.append(cstr!("date"), value),
                Field::UserId => set.append(cstr!("user_id"), value),
                _ => set.append(cstr!("is_bot"), value),
            }
        }
    }
    set
}

// As MongoStorage writes it, and as it begins where nothing is known.
fn stored(field: Field, value: Option<&FieldValue>) -> RawBson {
    match (field, value) {
        (Field::TestMode | Field::IsBot, Some(FieldValue::Integer(number))) => RawBson::Boolean(*number != 0),
        (_, Some(FieldValue::Integer(number))) => value::number(*number),
        (_, Some(FieldValue::Text(text))) => RawBson::String(text.clone()),
        (_, Some(FieldValue::Key(key))) => value::binary(key.as_bytes()),
        (Field::DcId, None) => RawBson::Int32(DEFAULT_DC_ID),
        (Field::AuthKey, None) => value::binary(&[]),
        (Field::Date | Field::UserId | Field::IsBot, None) => RawBson::Int32(0),
        (_, None) => RawBson::Null,
    }
}

/// Our own part after changes; `None` if no field of ours has a value.
fn changed_part(document: &RawDocument, changes: &[Change]) -> Result<Option<RawDocumentBuf>, Fault> {
    let mut data = read(document)?;
    for (field, value) in changes {
        put(&mut data, *field, value.clone())?;
    }
    let mut part =
        rawdoc! { "version": value::number(own_data::VERSION), "auth_key_id": owner_key_id(data.auth_key.as_ref()) };
    let empty_len = part.as_bytes().len();
    let values = [Field::ServerAddress, Field::Port, Field::TakeoutId, Field::TmpAuthKey].map(|field| data.get(field));
    let [server_address, port, takeout_id, tmp_auth_key] = values;
    for (key, field, value) in [
        (cstr!("server_address"), Field::ServerAddress, server_address),
        (cstr!("port"), Field::Port, port),
        (cstr!("takeout_id"), Field::TakeoutId, takeout_id),
        (cstr!("tmp_auth_key"), Field::TmpAuthKey, tmp_auth_key),
    ] {
        if value.is_some() {
            part.append(key, stored(field, value.as_ref()));
        }
    }
    Ok((part.as_bytes().len() > empty_len).then_some(part))
}
