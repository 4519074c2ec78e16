//! The size of a database's pages: from its header or, where that is damaged, from the pages themselves.

use super::page::{MAGIC, Page, number16};

const SIZES: [usize; 8] = [4096, 512, 1024, 2048, 8192, 16_384, 32_768, 65_536];
// SQLite's own smallest.
const LEAST_USABLE: usize = 480;
// So many pages tell the size as well as all of them.
const ENOUGH: usize = 2000;

/// How a database is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSize {
    pub bytes: usize,
    /// Without what is reserved at the end of each page.
    pub usable: usize,
    /// The header does not tell it, or is wrong.
    pub is_guessed: bool,
}

/// Finds the size. `others` are what a WAL and a journal tell.
pub fn find(database: &[u8], others: &[usize]) -> PageSize {
    let told = of_header(database);
    if let Some(told) = told.filter(|told| score(database, *told) > 0) {
        return told;
    }
    let guesses = others.iter().chain(&SIZES).map(|size| PageSize { bytes: *size, usable: *size, is_guessed: true });
    // Of equally good ones the first.
    let best = guesses.rev().max_by_key(|guess| score(database, *guess)).filter(|best| score(database, *best) > 0);
    let other = others.first().map(|size| PageSize { bytes: *size, usable: *size, is_guessed: true });
    let standard = PageSize { bytes: SIZES[0], usable: SIZES[0], is_guessed: true };
    best.or(told).or(other).unwrap_or(standard)
}

/// The size that a header tells, if it is one that SQLite knows.
pub fn of_header(database: &[u8]) -> Option<PageSize> {
    if !database.starts_with(MAGIC) {
        return None;
    }
    let bytes = known(match number16(database, 16)? {
        1 => 65_536,
        size => usize::from(size),
    })?;
    let usable = bytes.checked_sub(usize::from(*database.get(20)?)).filter(|usable| *usable >= LEAST_USABLE)?;
    Some(PageSize { bytes, usable, is_guessed: false })
}

/// A size, if SQLite knows it.
pub fn known(size: usize) -> Option<usize> {
    SIZES.contains(&size).then_some(size)
}

// How many bytes lie in pages that look as SQLite leaves them.
fn score(database: &[u8], size: PageSize) -> usize {
    let pages = database.chunks(size.bytes).take(ENOUGH);
    let exact = pages.filter_map(|page| Page::parse(page.get(..size.usable)?, size.usable)).filter(Page::is_exact);
    exact.count() * size.bytes
}
