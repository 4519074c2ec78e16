//! Every version of every page: in the database, its write-ahead log and its journal.

use std::collections::BTreeMap;

use super::journal::Journal;
use super::page::{MAGIC, Page};
use super::page_size::{self, PageSize};
use super::wal::{Age, Wal};

/// The bytes of a database and of what stands beside it; empty where there is no such file.
#[derive(Clone, Copy)]
pub struct Files<'a> {
    pub database: &'a [u8],
    pub wal: &'a [u8],
    pub journal: &'a [u8],
}

/// The pages of a database.
pub struct Pages<'a> {
    pub size: PageSize,
    /// How many pages the database has, or would have if the WAL went into it.
    pub count: u32,
    /// Pages of which the WAL has the version that counts.
    pub from_wal: usize,
    /// Pages of which the journal has it.
    pub from_journal: usize,
    /// Frames of the WAL that are damaged.
    pub damaged_frames: usize,
    database: &'a [u8],
    // The versions that are not in the database, and the age of the one that is.
    others: BTreeMap<u32, Others<'a>>,
    // From here on the database's pages are of a transaction that did not end.
    uncommitted_from: u32,
}

struct Others<'a> {
    versions: Vec<Version<'a>>,
    age_in_database: Age,
}

/// One version of a page.
#[derive(Clone, Copy)]
pub struct Version<'a> {
    pub bytes: &'a [u8],
    pub age: Age,
    /// The later, the higher.
    pub order: usize,
}

impl<'a> Pages<'a> {
    pub fn new(files: Files<'a>) -> Self {
        let (wal, journal) = (Wal::read(files.wal), Journal::read(files.journal));
        let told: Vec<usize> =
            wal.iter().map(|wal| wal.page_size).chain(journal.iter().map(|journal| journal.page_size)).collect();
        let size = page_size::find(files.database, &told);
        let count = u32::try_from(files.database.len().div_ceil(size.bytes)).unwrap_or(u32::MAX);
        let mut pages = Self {
            size,
            count,
            from_wal: 0,
            from_journal: 0,
            damaged_frames: 0,
            database: files.database,
            others: BTreeMap::new(),
            uncommitted_from: u32::MAX,
        };
        // One with other pages belongs to another database.
        if let Some(journal) = journal.filter(|journal| journal.page_size == size.bytes) {
            pages.add_journal(&journal);
        }
        if let Some(wal) = wal.filter(|wal| wal.page_size == size.bytes) {
            pages.add_wal(&wal);
        }
        pages
    }

    fn add_journal(&mut self, journal: &Journal<'a>) {
        self.uncommitted_from = journal.pages_before.saturating_add(1);
        for (page, bytes) in &journal.originals {
            let others = self.others.entry(*page).or_insert(Others::none());
            others.age_in_database = Age::Uncommitted;
            if others.versions.is_empty() {
                others.versions.push(Version { bytes, age: Age::Current, order: 1 });
                self.from_journal += 1;
            }
        }
    }

    fn add_wal(&mut self, wal: &Wal<'a>) {
        self.damaged_frames = wal.damaged;
        for (at, frame) in wal.frames.iter().enumerate() {
            let others = self.others.entry(frame.page).or_insert(Others::none());
            if frame.age == Age::Current {
                let is_first = !others.versions.iter().any(|version| version.age == Age::Current);
                self.from_wal += usize::from(is_first);
                others.versions.iter_mut().filter(|version| version.age == Age::Current).for_each(|version| {
                    version.age = Age::Older;
                });
                others.age_in_database = Age::Older;
                self.count = self.count.max(frame.page);
            }
            others.versions.push(Version { bytes: frame.bytes, age: frame.age, order: at + 2 });
        }
    }

    /// The numbers of all pages of which there is any version.
    pub fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        let in_database = u32::try_from(self.database.len().div_ceil(self.size.bytes)).unwrap_or(u32::MAX);
        (1..=in_database).chain(self.others.range(in_database.saturating_add(1)..).map(|(number, _)| *number))
    }

    /// Every version of a page, the one that counts first.
    pub fn versions(&self, number: u32) -> Vec<Version<'a>> {
        let others = self.others.get(&number);
        let age_in_database = match others {
            Some(others) => others.age_in_database,
            None if number >= self.uncommitted_from => Age::Uncommitted,
            None => Age::Current,
        };
        let in_database = self.in_database(number).map(|bytes| Version { bytes, age: age_in_database, order: 0 });
        let mut versions: Vec<Version<'a>> = in_database.into_iter().collect();
        versions.extend(others.into_iter().flat_map(|others| &others.versions));
        for version in &mut versions {
            version.bytes = version.bytes.get(..self.size.usable).unwrap_or(version.bytes);
        }
        versions.sort_by_key(|version| version.age);
        versions
    }

    /// The version of a page that SQLite would read.
    pub fn current(&self, number: u32) -> Option<&'a [u8]> {
        self.versions(number).first().filter(|version| version.age == Age::Current).map(|version| version.bytes)
    }

    /// That version, if it is a page of a b-tree.
    pub fn current_page(&self, number: u32) -> Option<Page<'a>> {
        Page::parse(self.current(number)?, self.size.usable)
    }

    /// The page that has the file's header: the first, unless pages were swapped.
    pub fn first(&self) -> Option<u32> {
        self.numbers().find(|number| self.current(*number).is_some_and(|bytes| bytes.starts_with(MAGIC)))
    }

    fn in_database(&self, number: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(number.checked_sub(1)?).ok()?.checked_mul(self.size.bytes)?;
        let end = start.saturating_add(self.size.bytes).min(self.database.len());
        self.database.get(start..end).filter(|bytes| !bytes.is_empty())
    }
}

impl Others<'_> {
    fn none() -> Self {
        Self { versions: Vec::new(), age_in_database: Age::Current }
    }
}
