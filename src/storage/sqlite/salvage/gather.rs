//! All rows of sessions that a database's pages hold, each with its place.

use std::collections::{BTreeMap, BTreeSet};

use super::page::{Page, PageKind};
use super::pages::{Files, Pages, Version};
use super::place::Place;
use super::record::Row;
use super::rows::Reader;
use super::schema_rows::SchemaRows;
use super::shape::Shape;
use super::tree;

/// A row that was found.
pub struct Found {
    /// Of [`Gathered::shapes`].
    pub shape: usize,
    pub place: Place,
    /// Of rows in the same place, the later has the higher number.
    pub order: usize,
    pub row: Row,
}

/// What the pages hold.
pub struct Gathered {
    pub shapes: Vec<Shape>,
    pub rows: Vec<Found>,
    pub pages: PageCounts,
    /// The tables that the schema names; of others the shape of the rows tells which they are.
    pub tables: Vec<&'static str>,
    /// The ids of peers that indexes name.
    pub named_peers: BTreeSet<i64>,
    /// Cells claim more bytes than the file has: the rest was not read.
    pub gave_up: bool,
}

/// How many pages there are, and what became of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageCounts {
    pub total: usize,
    pub size: usize,
    /// In the tree of a table or an index, but missing or damaged.
    pub damaged: usize,
    /// In no tree and not free.
    pub lost: usize,
    pub free: usize,
    pub from_wal: usize,
    pub from_journal: usize,
    pub damaged_frames: usize,
    /// Cells that could not be read, in pages that could.
    pub lost_cells: usize,
}

struct Gathering<'a, 'b> {
    pages: &'b Pages<'a>,
    reader: Reader<'a, 'b>,
    shapes: Vec<Shape>,
    owners: BTreeMap<u32, Owner>,
    named_peers: BTreeSet<i64>,
    free: BTreeSet<u32>,
    rows: Vec<Found>,
    counts: PageCounts,
}

/// Whose tree a page is in.
#[derive(Clone, Copy)]
enum Owner {
    /// A table of this shape.
    Table(usize),
    IndexOfPeers,
    /// The schema itself, another index, or a table that is none of a session's.
    Other,
}

/// Reads all pages.
pub fn gather(files: Files<'_>) -> Gathered {
    let pages = Pages::new(files);
    let bytes = files.database.len() + files.wal.len() + files.journal.len();
    let mut reader = Reader::new(&pages, bytes);
    let schema = SchemaRows::read(&pages, &mut reader);
    let tables = schema.tables().map(|shape| shape.table).collect();
    let (shapes, owners_of_entries) = shapes(&schema);
    let counts = PageCounts {
        total: usize::try_from(pages.count).unwrap_or(usize::MAX),
        size: pages.size.bytes,
        from_wal: pages.from_wal,
        from_journal: pages.from_journal,
        damaged_frames: pages.damaged_frames,
        ..PageCounts::default()
    };
    let (owners, free) = (BTreeMap::new(), BTreeSet::new());
    let (rows, named_peers) = (Vec::new(), BTreeSet::new());
    let mut gathering = Gathering { pages: &pages, reader, shapes, owners, named_peers, free, rows, counts };
    gathering.read_trees(&schema, &owners_of_entries);
    for number in pages.numbers() {
        for version in pages.versions(number) {
            gathering.read_version(number, version);
        }
    }
    let gave_up = gathering.reader.is_exhausted();
    let Gathering { shapes, rows, counts, named_peers, .. } = gathering;
    Gathered { shapes, rows, pages: counts, tables, named_peers, gave_up }
}

// The tables of the schema, and every shape of those that it lacks: its own part of the schema may be damaged.
fn shapes(schema: &SchemaRows) -> (Vec<Shape>, Vec<Owner>) {
    let mut shapes: Vec<Shape> = Vec::new();
    let mut owners = Vec::new();
    for entry in &schema.entries {
        owners.push(match &entry.shape {
            Some(shape) => {
                shapes.push(shape.clone());
                Owner::Table(shapes.len() - 1)
            }
            None if entry.is_index_of_peers => Owner::IndexOfPeers,
            None => Owner::Other,
        });
    }
    let is_known = |shape: &Shape| schema.tables().any(|known| known.table == shape.table);
    shapes.extend(Shape::all().into_iter().filter(|shape| !is_known(shape)));
    (shapes, owners)
}

impl Gathering<'_, '_> {
    fn read_trees(&mut self, schema: &SchemaRows, owners: &[Owner]) {
        let mut seen: BTreeSet<u32> = schema.pages.iter().copied().collect();
        self.owners.extend(schema.pages.iter().map(|number| (*number, Owner::Other)));
        for (entry, owner) in schema.entries.iter().zip(owners) {
            let tree = tree::walk(self.pages, entry.root, &mut seen);
            self.counts.damaged += tree.unreadable;
            self.owners.extend(tree.pages.iter().map(|number| (*number, *owner)));
        }
        if let Some(first) = self.pages.first() {
            self.free = tree::free_pages(self.pages, first, &seen);
            self.counts.free = self.free.len();
        }
    }

    fn read_version(&mut self, number: u32, version: Version<'_>) {
        let past = Place::of_age(version.age);
        let is_free = self.free.contains(&number);
        if past.is_none() && !is_free && !self.owners.contains_key(&number) {
            self.counts.lost += 1;
        }
        let away = past.unwrap_or(if is_free { Place::FreePage } else { Place::LostPage });
        match Page::parse(version.bytes, self.pages.size.usable) {
            Some(page) => self.read_page(number, &page, past.is_none(), away, version),
            None => self.read_bytes(version.bytes, away, version.order),
        }
    }

    fn read_page(&mut self, number: u32, page: &Page<'_>, is_current: bool, away: Place, version: Version<'_>) {
        if page.kind == PageKind::TableInterior {
            return;
        }
        let (rows, lost) = self.reader.of_page(page);
        let owner = self.owners.get(&number).copied().filter(|_| is_current);
        if let Some(Owner::IndexOfPeers) = owner {
            self.named_peers.extend(rows.iter().filter_map(|row| row.last_integer()));
        }
        let shape = match owner {
            Some(Owner::Table(shape)) if self.fit(shape, &rows) > 0 => Some((shape, Place::Table)),
            _ => None,
        };
        // Pages may have been exchanged: one of an index may hold rows of a table.
        let shape = shape.or_else(|| self.most_fitting(&rows).map(|shape| (shape, away)));
        if is_current {
            self.counts.lost_cells += lost;
        }
        if let Some((shape, place)) = shape {
            self.keep(rows, shape, place, version.order);
        }
        // Between the rows of an intact page is what was removed.
        let between = if page.bad_cells > 0 { away } else { away.max(Place::FreePage) };
        if page.kind == PageKind::TableLeaf {
            for gap in &page.gaps {
                self.read_bytes(version.bytes.get(gap.clone()).unwrap_or_default(), between, version.order);
            }
        }
    }

    fn fit(&self, shape: usize, rows: &[Row]) -> usize {
        self.shapes.get(shape).map_or(0, |shape| rows.iter().filter(|row| shape.fits(row)).count())
    }

    // All rows of a page belong to one table. Of those that fit equally well the first is taken.
    fn most_fitting(&self, rows: &[Row]) -> Option<usize> {
        let fits = (0..self.shapes.len()).rev().map(|shape| (self.fit(shape, rows), shape));
        fits.filter(|(count, _)| *count > 0).max_by_key(|(count, _)| *count).map(|(_, shape)| shape)
    }

    fn keep(&mut self, rows: Vec<Row>, shape: usize, place: Place, order: usize) {
        let Some(fitting) = self.shapes.get(shape) else { return };
        let fitting = rows.into_iter().filter(|row| fitting.fits(row));
        self.rows.extend(fitting.map(|row| Found { shape, place, order, row }));
    }

    fn read_bytes(&mut self, bytes: &[u8], place: Place, order: usize) {
        let shapes = &self.shapes;
        let shape_of = |row: &Row| shapes.iter().position(|shape| shape.fits_by_itself(row));
        let rows = self.reader.in_bytes(bytes, |row| shape_of(row).is_some());
        let found = rows.into_iter().filter_map(|row| Some(Found { shape: shape_of(&row)?, place, order, row }));
        let found: Vec<Found> = found.collect();
        self.rows.extend(found);
    }
}
