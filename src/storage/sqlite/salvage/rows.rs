//! Rows of the pages: by their cells or, where a page is damaged, wherever bytes look like one.

use std::ops::Range;

use zeroize::Zeroizing;

use super::page::{Cell, Page, PageKind, number32};
use super::pages::Pages;
use super::record::{Row, serial_len, varint};

// A row of a session has a kilobyte; the text of a table's creation some.
const LONGEST_PAYLOAD: usize = 1 << 16;
// What a row takes beside its payload, and each of its columns.
const ROW: usize = 160;
const COLUMN: usize = 24;
// The rows of clients take 6 times the bytes of their pages.
const MOST_TIMES: usize = 8;

/// Reads the rows of pages. What it has taken from them is bounded: cells may claim the same bytes again and again.
pub struct Reader<'a, 'b> {
    pages: &'b Pages<'a>,
    // How much memory the rows may still take.
    budget: usize,
}

impl<'a, 'b> Reader<'a, 'b> {
    pub fn new(pages: &'b Pages<'a>, bytes: usize) -> Self {
        Self { pages, budget: bytes.saturating_mul(MOST_TIMES).saturating_add(1 << 20) }
    }

    /// Whether it gave up because cells claim more than there is.
    pub fn is_exhausted(&self) -> bool {
        self.budget == 0
    }

    /// The rows of a page, and how many of its cells have none.
    pub fn of_page(&mut self, page: &Page<'_>) -> (Vec<Row>, usize) {
        let (mut rows, mut lost) = (Vec::new(), page.bad_cells);
        for cell in page.cells.iter().filter(|_| page.kind != PageKind::TableInterior) {
            match self.row(page, cell) {
                Some(row) => rows.push(row),
                None => lost += 1,
            }
        }
        (rows, lost)
    }

    // A chain of overflow pages may lead in a circle, but not beyond the length of the payload.
    fn row(&mut self, page: &Page<'_>, cell: &Cell) -> Option<Row> {
        if cell.payload_len > LONGEST_PAYLOAD {
            return None;
        }
        if self.budget < cell.payload_len {
            self.budget = 0;
            return None;
        }
        // Of its whole length at once: a vector that grows leaves copies of the key behind.
        let mut payload = Zeroizing::new(Vec::with_capacity(cell.payload_len));
        payload.extend_from_slice(page.local(cell));
        let mut next = cell.overflow;
        while payload.len() < cell.payload_len {
            let bytes = self.pages.current(next.filter(|next| *next != 0)?)?;
            let rest = bytes.get(4..)?;
            let wanted = cell.payload_len - payload.len();
            payload.extend_from_slice(rest.get(..wanted).unwrap_or(rest));
            next = number32(bytes, 0);
        }
        // Nothing else tells an overflow page from one with which it was overwritten.
        let has_ended = cell.overflow.is_none() || next == Some(0);
        if !has_ended {
            return None;
        }
        let row = Row::decode(cell.rowid, payload)?;
        self.spend(cell.payload_len, &row);
        Some(row)
    }

    fn spend(&mut self, payload_len: usize, row: &Row) {
        self.budget = self.budget.saturating_sub(payload_len + ROW + COLUMN * row.len());
    }

    /// The rows that begin anywhere in these bytes, if `is_row` says that they are.
    pub fn in_bytes(&mut self, bytes: &[u8], is_row: impl Fn(&Row) -> bool) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let found = cell_at(&bytes[at..]).filter(|(_, payload)| payload.len() <= self.budget);
            let row = found.and_then(|(rowid, payload)| {
                let len = payload.end;
                let row = Row::decode(Some(rowid), Zeroizing::new(bytes[at..][payload].to_vec()))?;
                is_row(&row).then_some((row, len))
            });
            match row {
                Some((row, len)) => {
                    self.spend(len, &row);
                    rows.push(row);
                    at += len;
                }
                None => at += 1,
            }
        }
        rows
    }
}

// A cell of a leaf at the start of bytes, by its lengths alone: nearly all garbage fails here.
fn cell_at(bytes: &[u8]) -> Option<(i64, Range<usize>)> {
    let (payload_len, first) = varint(bytes)?;
    let payload_len = usize::try_from(payload_len).ok().filter(|len| (4..=bytes.len()).contains(len))?;
    let (rowid, second) = varint(bytes.get(first..)?)?;
    let payload = bytes.get(first + second..first + second + payload_len)?;
    let (header_len, mut at) = varint(payload)?;
    let header_len = usize::try_from(header_len).ok().filter(|len| (2..=64).contains(len))?;
    let header = payload.get(..header_len)?;
    let mut values = header_len;
    while at < header_len {
        let (serial, len) = varint(header.get(at..)?)?;
        at += len;
        values = values.checked_add(serial_len(serial)?)?;
    }
    let start = first + second;
    (values == payload_len).then_some((rowid.cast_signed(), start..start + payload_len))
}
