//! The database's own table of tables, as far as it can be read.

use rusqlite::types::ValueRef;

use super::definition::Definition;
use super::kind::Kind;
use super::page::{Page, PageKind};
use super::pages::Pages;
use super::record::Row;
use super::rows::Reader;
use super::shape::Shape;
use super::tree;

/// A table or an index that the schema names.
pub struct Entry {
    /// The shape of a table of sessions; `None` for an index, or a table of another kind.
    pub shape: Option<Shape>,
    /// An index of a table of peers: its entries end with the ids of peers.
    pub is_index_of_peers: bool,
    pub root: u32,
}

/// What is left of the schema.
#[derive(Default)]
pub struct SchemaRows {
    pub entries: Vec<Entry>,
    /// The pages of the schema's own tree.
    pub pages: Vec<u32>,
}

impl SchemaRows {
    /// Reads it from its tree; where that has nothing, from whatever page has rows of it.
    pub fn read(pages: &Pages<'_>, reader: &mut Reader<'_, '_>) -> Self {
        let first = pages.first();
        let tree = first.map(|first| tree::walk(pages, first, &mut Default::default())).unwrap_or_default();
        let mut schema = Self { entries: Vec::new(), pages: tree.pages };
        for number in schema.pages.clone() {
            schema.read_page(number, pages, reader);
        }
        if !schema.has_tables() {
            for number in pages.numbers() {
                schema.read_page(number, pages, reader);
            }
        }
        schema
    }

    fn read_page(&mut self, number: u32, pages: &Pages<'_>, reader: &mut Reader<'_, '_>) {
        let Some(bytes) = pages.current(number) else { return };
        let page = Page::parse(bytes, pages.size.usable);
        let rows = match page.filter(|page| page.bad_cells == 0) {
            Some(page) if page.kind == PageKind::TableLeaf => reader.of_page(&page).0,
            Some(_) => return,
            None => reader.in_bytes(bytes, is_entry),
        };
        self.entries.extend(rows.iter().filter(|row| is_entry(row)).filter_map(entry));
    }

    /// Whether any table is known.
    pub fn has_tables(&self) -> bool {
        self.tables().next().is_some()
    }

    /// The shapes of the tables that are known.
    pub fn tables(&self) -> impl Iterator<Item = &Shape> {
        self.entries.iter().filter_map(|entry| entry.shape.as_ref())
    }
}

fn is_entry(row: &Row) -> bool {
    let kinds = [Kind::SchemaType, Kind::Text, Kind::Text, Kind::Number, Kind::Sql];
    row.len() == kinds.len()
        && kinds.iter().enumerate().all(|(column, kind)| kind.fits(row.stored(column)))
        && matches!(row.stored(1), ValueRef::Text(_))
}

fn entry(row: &Row) -> Option<Entry> {
    let text = |column| match row.stored(column) {
        ValueRef::Text(text) => std::str::from_utf8(text).ok(),
        _ => None,
    };
    let root = match row.stored(3) {
        ValueRef::Integer(root) => u32::try_from(root).ok()?,
        _ => return None,
    };
    let is_table = text(0) == Some("table");
    let definition = if is_table { text(4).and_then(Definition::read) } else { None };
    let name = text(1)?.to_lowercase();
    let shape = definition
        .and_then(|definition| Shape::named(&name, &definition.columns, definition.alias, definition.without_rowid));
    let of_peers = matches!(text(2), Some("peers" | "entities"));
    Some(Entry { shape, is_index_of_peers: text(0) == Some("index") && of_peers, root })
}
