//! Pages of b-trees: their headers and cells, read from bytes that may be anything.

use std::ops::Range;

use super::record::varint;

/// How a database begins.
pub const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// The first page begins with the header of the file.
pub const FILE_HEADER: usize = 100;
// SQLite allows no more bytes in fragments.
const MOST_FRAGMENTS: u8 = 60;

/// What a page of a b-tree holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageKind {
    /// Rows, by their ids.
    TableLeaf,
    /// The pages of rows.
    TableInterior,
    /// Entries of an index, or rows of a table without row ids.
    IndexLeaf,
    /// Such entries, and the pages of more.
    IndexInterior,
}

/// A page of a b-tree.
pub struct Page<'a> {
    pub kind: PageKind,
    /// The cells that lie within the page and apart from each other.
    pub cells: Vec<Cell>,
    /// How many do not: the page is damaged.
    pub bad_cells: usize,
    /// The page of what comes after the last cell.
    pub right_child: Option<u32>,
    /// Where neither pointers nor cells are.
    pub gaps: Vec<Range<usize>>,
    bytes: &'a [u8],
    usable: usize,
}

/// One cell of a page.
#[derive(Clone, Debug)]
pub struct Cell {
    pub rowid: Option<i64>,
    pub child: Option<u32>,
    /// The length of the whole payload.
    pub payload_len: usize,
    /// What of it is in this page.
    pub local: Range<usize>,
    /// The first page of the rest.
    pub overflow: Option<u32>,
    whole: Range<usize>,
}

impl<'a> Page<'a> {
    /// Reads a page of so many usable bytes; fewer may be there. `None` if it is not one of a b-tree.
    pub fn parse(bytes: &'a [u8], usable: usize) -> Option<Self> {
        let start = if bytes.starts_with(MAGIC) { FILE_HEADER } else { 0 };
        let kind = kind(*bytes.get(start)?)?;
        let is_interior = matches!(kind, PageKind::TableInterior | PageKind::IndexInterior);
        let count = usize::from(number16(bytes, start + 3)?);
        let pointers = start + if is_interior { 12 } else { 8 };
        let pointers_end = pointers + 2 * count;
        let content = match number16(bytes, start + 5)? {
            0 => 65_536,
            content => usize::from(content),
        };
        let is_plausible = pointers_end <= content && content <= usable && *bytes.get(start + 7)? <= MOST_FRAGMENTS;
        if !is_plausible {
            return None;
        }
        let right_child = if is_interior { Some(number32(bytes, start + 8)?) } else { None };
        let mut page = Self { kind, cells: Vec::new(), bad_cells: 0, right_child, gaps: Vec::new(), bytes, usable };
        page.read_cells(pointers..pointers_end);
        Some(page)
    }

    fn read_cells(&mut self, pointers: Range<usize>) {
        let pointers_end = pointers.end;
        let mut at: Vec<usize> =
            pointers.step_by(2).filter_map(|at| number16(self.bytes, at)).map(usize::from).collect();
        at.sort_unstable();
        let mut free_from = pointers_end;
        for at in at {
            match self.cell(at).filter(|cell| cell.whole.start >= free_from) {
                Some(cell) => {
                    self.gaps.push(free_from..cell.whole.start);
                    free_from = cell.whole.end;
                    self.cells.push(cell);
                }
                None => self.bad_cells += 1,
            }
        }
        self.gaps.push(free_from..self.bytes.len());
        self.gaps.retain(|gap| !gap.is_empty());
    }

    fn cell(&self, at: usize) -> Option<Cell> {
        let mut next = at;
        let child = match self.kind {
            PageKind::TableInterior | PageKind::IndexInterior => Some(number32(self.bytes, take(&mut next, 4))?),
            _ => None,
        };
        if self.kind == PageKind::TableInterior {
            let (rowid, len) = varint(self.bytes.get(next..)?)?;
            let whole = at..next + len;
            return Some(Cell {
                rowid: Some(rowid.cast_signed()),
                child,
                payload_len: 0,
                local: 0..0,
                overflow: None,
                whole,
            });
        }
        let (payload_len, len) = varint(self.bytes.get(next..)?)?;
        let payload_len = usize::try_from(payload_len).ok()?;
        take(&mut next, len);
        let mut rowid = None;
        if self.kind == PageKind::TableLeaf {
            let (number, len) = varint(self.bytes.get(next..)?)?;
            take(&mut next, len);
            rowid = Some(number.cast_signed());
        }
        let local_len = local_len(payload_len, self.usable, self.kind);
        let local = next..next.checked_add(local_len)?;
        let is_whole = local_len == payload_len;
        let overflow = if is_whole { None } else { Some(number32(self.bytes, local.end)?) };
        let end = local.end + if is_whole { 0 } else { 4 };
        (end <= self.bytes.len()).then_some(Cell { rowid, child, payload_len, local, overflow, whole: at..end })
    }

    /// The bytes of a cell's payload that are in this page.
    pub fn local(&self, cell: &Cell) -> &'a [u8] {
        self.bytes.get(cell.local.clone()).unwrap_or_default()
    }

    /// Whether it looks as SQLite leaves a page of this size: with all cells in place, and the last one at its end.
    pub fn is_exact(&self) -> bool {
        self.bad_cells == 0 && self.cells.last().is_some_and(|cell| cell.whole.end == self.usable)
    }
}

fn kind(byte: u8) -> Option<PageKind> {
    match byte {
        0x0d => Some(PageKind::TableLeaf),
        0x05 => Some(PageKind::TableInterior),
        0x0a => Some(PageKind::IndexLeaf),
        0x02 => Some(PageKind::IndexInterior),
        _ => None,
    }
}

fn take(next: &mut usize, len: usize) -> usize {
    let at = *next;
    *next += len;
    at
}

// How many bytes of a payload stay in the page; the rest is in overflow pages. The formulas are the file format's.
fn local_len(payload: usize, usable: usize, kind: PageKind) -> usize {
    let smallest = (usable - 12) * 32 / 255 - 23;
    let largest = if kind == PageKind::TableLeaf { usable - 35 } else { (usable - 12) * 64 / 255 - 23 };
    if payload <= largest {
        return payload;
    }
    let kept = smallest + (payload - smallest) % (usable - 4);
    if kept <= largest { kept } else { smallest }
}

/// Two bytes, big-endian.
pub fn number16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// Four bytes, big-endian.
pub fn number32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}
