//! Values that a client keeps beside its session: a collection of our own.

use std::collections::BTreeMap;

use mongodb::bson::raw::{RawBsonRef, RawDocument};
use mongodb::bson::{RawBson, RawDocumentBuf, doc, rawdoc};

use super::fault::Fault;
use super::own_data::VALUES;
use super::store::Store;
use super::value::{binary, get, text};
use super::writes::{Writes, upsert};
use crate::model::StoredValue;

/// The values in documents.
pub fn read(documents: &[RawDocumentBuf]) -> Result<BTreeMap<String, StoredValue>, Fault> {
    documents.iter().map(|document| Ok((name(document)?, bytes(document)?))).collect()
}

/// Reads the names, in ascending order.
pub async fn names(store: &Store) -> Result<Vec<String>, Fault> {
    let found = store.find_parts(VALUES, doc! { "_id": 1 }).await?;
    let mut names = found.iter().map(|document| name(document)).collect::<Result<Vec<_>, _>>()?;
    names.sort_unstable();
    Ok(names)
}

/// Reads one value.
pub async fn find(store: &Store, name: &str) -> Result<Option<StoredValue>, Fault> {
    let found = store.bounded(store.collection(VALUES).find_one(doc! { "_id": name })).await?;
    found.map(|document| bytes(&document)).transpose()
}

/// Adds values to a call's writes.
pub fn write<'a>(values: impl IntoIterator<Item = (&'a str, &'a StoredValue)>, writes: &mut Writes) {
    let statements = values.into_iter().map(|(name, value)| {
        let set = rawdoc! { "$set": { "value": binary(value.as_bytes()) } };
        upsert(RawBson::String(name.to_owned()), set)
    });
    writes.update(VALUES, statements.collect());
}

/// Adds the removal of a value to a call's writes.
pub fn remove(name: &str, writes: &mut Writes) {
    writes.delete(VALUES, vec![rawdoc! { "_id": name }]);
}

fn name(document: &RawDocument) -> Result<String, Fault> {
    text(document, "_id")?.ok_or_else(damaged)
}

fn bytes(document: &RawDocument) -> Result<StoredValue, Fault> {
    match get(document, "value")? {
        Some(RawBsonRef::Binary(binary)) => Ok(StoredValue::stored(binary.bytes)),
        _ => Err(damaged()),
    }
}

fn damaged() -> Fault {
    Fault::Damaged(format!("a document in its {VALUES} is not a value"))
}
