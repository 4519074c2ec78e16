//! A folder on a medium that loses power: what `recorder.c` has recorded, and what could be left of it.
//!
//! What was synced stays. Of what was not, any part can be there: writes and changes of names in any choice, so also a later one
//! without an earlier one, and of a write any of its sectors. A name is as durable as its folder, whatever was synced of its file.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::random::Random;

const SECTOR: usize = 512;

/// The content of each file.
pub type Image = BTreeMap<String, Vec<u8>>;

/// One recorded call.
pub enum Call {
    Create { inode: u64, name: String },
    Write { inode: u64, offset: usize, bytes: Vec<u8> },
    Truncate { inode: u64, len: usize },
    Sync { inode: u64 },
    Gone { inode: u64 },
    Unlink { name: String },
    Rename { from: String, to: String },
    Link { from: String, to: String },
    SyncFolder { there: Vec<(u64, String)> },
    Note(String),
}

impl Call {
    pub fn is_sync(&self) -> bool {
        matches!(self, Self::Sync { .. } | Self::SyncFolder { .. })
    }
}

/// Reads a record.
pub fn calls(record: &[u8]) -> Vec<Call> {
    let (mut calls, mut there, mut at) = (Vec::new(), Vec::new(), 0);
    while at < record.len() {
        let end = at + record[at..].iter().position(|byte| *byte == b'\n').unwrap();
        let line = std::str::from_utf8(&record[at..end]).unwrap();
        at = end + 1;
        let (kind, rest) = line.split_once(' ').unwrap();
        let (first, second) = rest.split_once(' ').unwrap_or((rest, ""));
        let inode = || first.parse().unwrap();
        let (from, to) = rest.split_once('\t').unwrap_or((rest, ""));
        calls.push(match kind {
            "create" => Call::Create { inode: inode(), name: name(second) },
            "write" => {
                let (offset, len) = second.split_once(' ').unwrap();
                let bytes = record[at..at + len.parse::<usize>().unwrap()].to_vec();
                at += bytes.len();
                Call::Write { inode: inode(), offset: offset.parse().unwrap(), bytes }
            }
            "truncate" => Call::Truncate { inode: inode(), len: second.parse().unwrap() },
            "sync" => Call::Sync { inode: inode() },
            "gone" => Call::Gone { inode: inode() },
            "unlink" => Call::Unlink { name: name(rest) },
            "rename" => Call::Rename { from: name(from), to: name(to) },
            "link" => Call::Link { from: name(from), to: name(to) },
            "entry" => {
                there.push((inode(), name(second)));
                continue;
            }
            "sync-folder" => Call::SyncFolder { there: std::mem::take(&mut there) },
            "note" => Call::Note(rest.to_owned()),
            other => panic!("the record has '{other}'"),
        });
    }
    calls
}

fn name(path: &str) -> String {
    path.rsplit('/').next().unwrap().to_owned()
}

/// The files of a folder. An index of a WAL is shared memory only: SQLite makes it anew.
pub fn read(folder: &Path) -> Image {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| !name.ends_with("-shm"))
        .map(|name| (name.clone(), fs::read(folder.join(name)).unwrap()))
        .collect()
}

#[derive(Clone, Default)]
struct File {
    durable: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

/// What becomes of names at once: the file that each has, or none.
type Renaming = Vec<(String, Option<usize>)>;

/// What is left of what was not synced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Left {
    Nothing,
    All,
    /// So many of eight changes.
    Some(u64),
}

/// The folder after some calls.
pub struct Medium {
    files: Vec<File>,
    by_inode: HashMap<u64, usize>,
    names: BTreeMap<String, usize>,
    pending: Vec<Renaming>,
}

impl Medium {
    /// A folder all of which is synced.
    pub fn new(folder: &Path) -> Self {
        let mut medium =
            Self { files: Vec::new(), by_inode: HashMap::new(), names: BTreeMap::new(), pending: Vec::new() };
        for (name, durable) in read(folder) {
            let inode = fs::metadata(folder.join(&name)).unwrap().ino();
            medium.by_inode.insert(inode, medium.files.len());
            medium.names.insert(name, medium.files.len());
            medium.files.push(File { durable, pending: Vec::new() });
        }
        medium
    }

    pub fn apply(&mut self, call: &Call) {
        match call {
            Call::Create { inode, name } => {
                self.by_inode.remove(inode);
                let file = self.file(*inode);
                self.pending.push(vec![(name.clone(), Some(file))]);
            }
            Call::Write { inode, offset, bytes } => self.change(*inode, Change::Write(*offset, bytes.clone())),
            Call::Truncate { inode, len } => self.change(*inode, Change::Truncate(*len)),
            Call::Sync { .. } => {}
            Call::Gone { inode } => drop(self.by_inode.remove(inode)),
            Call::Unlink { name } => self.pending.push(vec![(name.clone(), None)]),
            Call::Rename { from, to } => {
                let file = self.current().get(from).copied();
                self.pending.push(vec![(to.clone(), file), (from.clone(), None)]);
            }
            Call::Link { from, to } => {
                let file = self.current().get(from).copied();
                self.pending.push(vec![(to.clone(), file)]);
            }
            Call::SyncFolder { there } => self.notice(there),
            Call::Note(_) => {}
        }
    }

    /// Does what a sync is for: what was changed before it stays.
    pub fn sync(&mut self, call: &Call) {
        match call {
            Call::Sync { inode } => {
                let file = self.file(*inode);
                let File { durable, pending } = &mut self.files[file];
                pending.drain(..).for_each(|change| change.apply(durable, || true));
            }
            Call::SyncFolder { .. } => {
                self.names = self.current();
                self.pending.clear();
            }
            _ => {}
        }
    }

    fn file(&mut self, inode: u64) -> usize {
        let files = &mut self.files;
        *self.by_inode.entry(inode).or_insert_with(|| {
            files.push(File::default());
            files.len() - 1
        })
    }

    fn change(&mut self, inode: u64, change: Change) {
        let file = self.file(inode);
        self.files[file].pending.push(change);
    }

    // Names can change without the C library: the standard library of Rust's `rustix` asks the kernel itself.
    fn notice(&mut self, there: &[(u64, String)]) {
        let mut gone = self.current();
        for (inode, name) in there {
            let file = self.file(*inode);
            if gone.remove(name) != Some(file) {
                self.pending.push(vec![(name.clone(), Some(file))]);
            }
        }
        self.pending.extend(gone.into_keys().map(|name| vec![(name, None)]));
    }

    fn current(&self) -> BTreeMap<String, usize> {
        self.names_with(|| true)
    }

    fn names_with(&self, mut is_left: impl FnMut() -> bool) -> BTreeMap<String, usize> {
        let mut names = self.names.clone();
        for (name, file) in self.pending.iter().filter(|_| is_left()).flatten() {
            match file {
                Some(file) => drop(names.insert(name.clone(), *file)),
                None => drop(names.remove(name)),
            }
        }
        names
    }

    /// What could be there after a loss of power now.
    pub fn image(&self, left: Left, random: &mut Random) -> Image {
        let mut is_left = || match left {
            Left::Nothing => false,
            Left::All => true,
            Left::Some(of_eight) => random.next() % 8 < of_eight,
        };
        let names = self.names_with(&mut is_left);
        let contents: Vec<Vec<u8>> = self.files.iter().map(|file| file.content(&mut is_left, left)).collect();
        let is_kept = |name: &str| !name.ends_with("-shm");
        names.into_iter().filter(|(name, _)| is_kept(name)).map(|(name, file)| (name, contents[file].clone())).collect()
    }
}

impl File {
    fn content(&self, is_left: &mut impl FnMut() -> bool, left: Left) -> Vec<u8> {
        let mut content = self.durable.clone();
        for change in &self.pending {
            // Half of those writes that are not there as a whole are torn.
            let is_whole = is_left();
            if is_whole {
                change.apply(&mut content, || true);
            } else if left != Left::Nothing && is_left() {
                change.apply(&mut content, &mut *is_left);
            }
        }
        content
    }
}

impl Change {
    /// Changes a file, of a write those sectors that `is_left` picks.
    fn apply(&self, content: &mut Vec<u8>, mut is_left: impl FnMut() -> bool) {
        match self {
            Self::Truncate(len) => {
                if is_left() {
                    content.resize(*len, 0);
                }
            }
            Self::Write(offset, bytes) => {
                let mut at = *offset;
                while at < offset + bytes.len() {
                    let end = ((at / SECTOR + 1) * SECTOR).min(offset + bytes.len());
                    if is_left() {
                        content.resize(content.len().max(end), 0);
                        content[at..end].copy_from_slice(&bytes[at - offset..end - offset]);
                    }
                    at = end;
                }
            }
        }
    }
}
