//! Sent files. Those of 2 GiB and more do not fit into AlchemySession's column; they are in a table of our own.

use super::client::{Scope, Step};
use super::fault::Fault;
use super::peer_writes::last_by;
use super::store::{Store, no_place};
use super::value::{Row, Value};
use crate::model::{SentFile, SentFileKey, SentFileType};

/// The statements that read them.
pub fn read_steps<'a>(store: &'a Store, session: &str) -> Vec<Step<'a>> {
    store.queries.files.iter().map(|sql| Step::Run { sql, values: vec![session.into()] }).collect()
}

/// Decodes the files from the answers to [`read_steps`], and consumes those answers.
pub fn decode(store: &Store, answers: &mut impl Iterator<Item = Vec<Row>>) -> Result<Vec<SentFile>, Fault> {
    let rows = answers.take(store.queries.files.len()).flatten();
    let mut files = rows.filter_map(|row| file(&row).transpose()).collect::<Result<Vec<_>, _>>()?;
    files.sort_by(|a, b| a.key.cmp(&b.key));
    files.dedup_by(|a, b| a.key == b.key);
    Ok(files)
}

// A row that Telethon never writes is skipped.
fn file(row: &[Value]) -> Result<Option<SentFile>, Fault> {
    let [md5, size, file_type, id, hash] = row else { return Ok(None) };
    let md5 = md5.bytes().and_then(|bytes| bytes.try_into().ok());
    let file_type = file_type.integer("a file's type")?.and_then(SentFileType::from_number);
    let (id, access_hash) = (id.integer("a file's id")?, hash.integer("a file's hash")?);
    Ok(match (md5, size.integer("a file's size")?, file_type, id, access_hash) {
        (Some(md5), Some(size), Some(file_type), Some(id), Some(access_hash)) => {
            Some(SentFile { key: SentFileKey { md5, size, file_type }, id, access_hash })
        }
        _ => None,
    })
}

/// Reads every file, in ascending order of the keys.
pub fn read(store: &Store, session: &str) -> Result<Vec<SentFile>, Fault> {
    let answers = store.run(Scope::Snapshot, &read_steps(store, session))?;
    decode(store, &mut answers.into_iter())
}

/// Finds one file.
pub fn find(store: &Store, session: &str, key: &SentFileKey) -> Result<Option<SentFile>, Fault> {
    let Some(sql) = store.queries.file.get(usize::from(is_large(key))) else { return Ok(None) };
    let values = vec![session.into(), key.md5.as_slice().into(), key.size.into(), key.file_type.number().into()];
    let rows = store.run(Scope::Single, &[Step::Run { sql, values }])?;
    rows.iter().flatten().next().map_or(Ok(None), |row| file(row))
}

fn is_large(key: &SentFileKey) -> bool {
    i32::try_from(key.size).is_err()
}

/// The statements that replace files by their keys.
pub fn write_steps<'a>(store: &'a Store, session: &'a str, files: &[SentFile]) -> Result<Vec<Step<'a>>, Fault> {
    let row = |SentFile { key, id, access_hash }: &SentFile| -> Row {
        let size = key.size.into();
        vec![key.md5.as_slice().into(), size, key.file_type.number().into(), (*id).into(), (*access_hash).into()]
    };
    let (large, fitting): (Vec<_>, Vec<_>) =
        last_by(files, |file| (file.key.md5, file.key.size, file.key.file_type.number()))
            .partition(|file| is_large(&file.key));
    let mut steps = Vec::new();
    if !fitting.is_empty() {
        let rows = fitting.into_iter().map(row).collect();
        steps.push(Step::Upsert { sql: &store.queries.upsert_files, session, rows });
    }
    if !large.is_empty() {
        let own = store.queries.own.as_ref().ok_or_else(|| no_place("sent files of 2 GiB and more"))?;
        steps.push(Step::Upsert { sql: &own.upsert_files, session, rows: large.into_iter().map(row).collect() });
    }
    Ok(steps)
}
