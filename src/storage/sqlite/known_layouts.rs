//! The layouts of the files that were opened before. A program with thousands of sessions has a handful of layouts: each is
//! worked out once, and shared.
//!
//! The text of a schema is all that a layout is made from, with what few rows tell of the client. SQLite reads that text at
//! opening in any case.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use rusqlite::Connection;

use super::fault::Fault;
use super::layout::Layout;
use super::main_file;
use super::queries::Queries;
use super::schema::{self, Marks, Schema};

// Of clients there are two dozen; what people have made of their files may be anything.
const MOST_SCHEMAS: usize = 64;
const LONGEST_TEXT: usize = 16 * 1024;
const MOST_LAYOUTS: usize = 8;

/// A layout with the statements for it.
#[derive(Clone)]
pub struct KnownLayout {
    pub layout: Arc<Layout>,
    pub queries: Arc<Queries>,
}

struct KnownSchema {
    schema: Arc<Schema>,
    layouts: Vec<(Marks, KnownLayout)>,
}

type Known = BTreeMap<Vec<u8>, KnownSchema>;

// Of a first page.
const PAGE_SIZE: usize = 4096;
const SIZE_AT: usize = 16;
const MODE_AT: usize = 18;
const RESERVED_AT: usize = 20;
const ENCODING_AT: usize = 56;
const TREE_AT: usize = 100;
// Of a table that has one page.
const LEAF: u8 = 13;

// First pages, and the texts of the schemas in them.
static PAGES: Mutex<BTreeMap<Vec<u8>, Vec<u8>>> = Mutex::new(BTreeMap::new());

// No HashMap: valgrind takes a static one for lost.
static KNOWN: Mutex<Known> = Mutex::new(BTreeMap::new());

/// The layout of a file. Within a transaction, or while a statement holds SQLite's read lock.
pub fn read(conn: &Connection, location: &str) -> Result<KnownLayout, Fault> {
    of_text(conn, schema::text(conn)?, location)
}

/// The same through a connection that has written nothing: a first page that was seen before tells the text of the schema.
pub fn read_first(conn: &Connection, location: &str) -> Result<KnownLayout, Fault> {
    let Some(page) = schema_page(conn) else { return read(conn, location) };
    let known = PAGES.try_lock().ok().and_then(|pages| pages.get(&page).cloned());
    let text = match known {
        Some(text) => text,
        None => {
            let text = schema::text(conn)?;
            if let Ok(mut pages) = PAGES.try_lock() {
                if pages.len() >= MOST_SCHEMAS {
                    pages.clear();
                }
                pages.insert(page, text.clone());
            }
            text
        }
    };
    of_text(conn, text, location)
}

// The first page, if all of the schema is in it, and if it is in the file: not in a WAL. What changes with each commit is left out.
fn schema_page(conn: &Connection) -> Option<Vec<u8>> {
    let page: [u8; PAGE_SIZE] = main_file::read(conn, 0)?;
    let has_size = page[SIZE_AT..SIZE_AT + 2] == [16, 0];
    let has_rollback_journal = page[MODE_AT..MODE_AT + 2] == [1, 1];
    if !(has_size && has_rollback_journal && page[TREE_AT] == LEAF) {
        return None;
    }
    Some([&page[RESERVED_AT..=RESERVED_AT], &page[ENCODING_AT..ENCODING_AT + 4], &page[TREE_AT..]].concat())
}

fn of_text(conn: &Connection, text: Vec<u8>, location: &str) -> Result<KnownLayout, Fault> {
    let known = with_known(|known| known.get(&text).map(|known| (Arc::clone(&known.schema), known.layouts.clone())));
    let (schema, layouts) = match known.flatten() {
        Some(known) => known,
        None => (Arc::new(Schema::read(conn)?), Vec::new()),
    };
    let marks = schema.marks(conn)?;
    if let Some((_, known)) = layouts.into_iter().find(|(its, _)| *its == marks) {
        return Ok(known);
    }
    let layout = Layout::new(&schema, marks, location)?;
    let queries = Arc::new(Queries::new(&layout));
    let new = KnownLayout { layout: Arc::new(layout), queries };
    with_known(|known| remember(known, text, schema, marks, new.clone()));
    Ok(new)
}

fn remember(known: &mut Known, text: Vec<u8>, schema: Arc<Schema>, marks: Marks, new: KnownLayout) {
    if text.len() > LONGEST_TEXT {
        return;
    }
    if known.len() >= MOST_SCHEMAS && !known.contains_key(&text) {
        known.clear();
    }
    let layouts = &mut known.entry(text).or_insert_with(|| KnownSchema { schema, layouts: Vec::new() }).layouts;
    if layouts.len() >= MOST_LAYOUTS {
        layouts.clear();
    }
    layouts.push((marks, new));
}

// Nobody waits for it: another thread may have been in it when this process was forked.
fn with_known<T>(use_known: impl FnOnce(&mut Known) -> T) -> Option<T> {
    KNOWN.try_lock().ok().map(|mut known| use_known(&mut known))
}

#[cfg(test)]
mod tests {
    use super::super::dialects::pyrogram;
    use super::*;

    fn file(more: &str) -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        pyrogram::DIALECT.creates[0].1.iter().for_each(|sql| conn.execute_batch(sql).unwrap());
        conn.execute_batch(more).unwrap();
        conn
    }

    #[test]
    fn a_layout_is_shared_only_by_files_of_the_same_schema_and_version() {
        let names = [
            "INSERT INTO version VALUES (3)",
            "INSERT INTO version VALUES (4)",
            "INSERT INTO version VALUES (3); CREATE TABLE x (y)",
            "INSERT INTO version VALUES (3); CREATE VIEW x AS SELECT 1",
        ];
        let text = |more: &&str| schema::text(&file(more)).unwrap();
        let texts: Vec<Vec<u8>> = names.iter().map(text).collect();
        assert!(texts[0] == texts[1] && texts[0] != texts[2] && texts[2] != texts[3]);
        let mut known = Known::new();
        let layout = || {
            let conn = file(names[0]);
            let schema = Schema::read(&conn).unwrap();
            let layout = Layout::new(&schema, schema.marks(&conn).unwrap(), "a file").unwrap();
            let queries = Arc::new(Queries::new(&layout));
            (Arc::new(schema), KnownLayout { layout: Arc::new(layout), queries })
        };
        for number in 0..200 {
            let (schema, new) = layout();
            let marks = Marks { version: Some(number), ..Marks::default() };
            remember(&mut known, texts[0].clone(), schema, marks, new);
            assert!(known[&texts[0]].layouts.len() <= MOST_LAYOUTS);
            let (schema, new) = layout();
            remember(&mut known, number.to_le_bytes().to_vec(), schema, marks, new);
            assert!(known.len() <= MOST_SCHEMAS);
        }
        let (schema, new) = layout();
        remember(&mut known, vec![0; LONGEST_TEXT + 1], schema, Marks::default(), new);
        assert!(!known.contains_key([0; LONGEST_TEXT + 1].as_slice()));
    }
}
