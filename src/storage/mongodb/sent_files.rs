//! Sent files: a collection of our own.

use mongodb::bson::raw::RawDocument;
use mongodb::bson::{RawBson, RawDocumentBuf, doc, rawdoc};

use super::fault::Fault;
use super::own_data::SENT_FILES;
use super::store::Store;
use super::value::{integer, text};
use super::writes::{Writes, upsert};
use crate::model::{SentFile, SentFileKey, SentFileType};

/// The files in documents, in ascending order of their keys.
pub fn read(documents: &[RawDocumentBuf]) -> Result<Vec<SentFile>, Fault> {
    let mut files = documents.iter().map(|document| file(document)).collect::<Result<Vec<_>, _>>()?;
    files.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(files)
}

/// Finds one file.
pub async fn find(store: &Store, key: &SentFileKey) -> Result<Option<SentFile>, Fault> {
    let found = store.bounded(store.collection(SENT_FILES).find_one(doc! { "_id": id(key) })).await?;
    found.map(|document| file(&document)).transpose()
}

/// Adds files to a call's writes. Of two with the same key the later counts.
pub fn write(files: &[SentFile], writes: &mut Writes) {
    let last = |(index, file): &(usize, &SentFile)| files[index + 1..].iter().all(|later| later.key != file.key);
    let statement = |file: &SentFile| {
        let set = rawdoc! { "id": file.id, "access_hash": file.access_hash };
        upsert(RawBson::String(id(&file.key)), rawdoc! { "$set": set })
    };
    let last = files.iter().enumerate().filter(last);
    writes.update(SENT_FILES, last.map(|(_, file)| statement(file)).collect());
}

// One text, so that a file is found by the index that every collection has.
fn id(key: &SentFileKey) -> String {
    let md5: String = key.md5.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{md5}:{}:{}", key.size, key.file_type.number())
}

fn file(document: &RawDocument) -> Result<SentFile, Fault> {
    let damaged = || Fault::Damaged(format!("a document in its {SENT_FILES} is not a sent file"));
    let key = text(document, "_id")?.as_deref().and_then(key_of).ok_or_else(damaged)?;
    let (id, access_hash) = integer(document, "id")?.zip(integer(document, "access_hash")?).ok_or_else(damaged)?;
    Ok(SentFile { key, id, access_hash })
}

fn key_of(id: &str) -> Option<SentFileKey> {
    let mut parts = id.split(':');
    let (digits, size, number) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let mut md5 = [0; 16];
    for (index, byte) in md5.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(SentFileKey { md5, size, file_type: SentFileType::from_number(number)? })
}
