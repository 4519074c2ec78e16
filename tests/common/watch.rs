//! Watches folders while something runs: every file and folder that is ever in them, and its mode.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};

const END: &str = "the watch ends";

/// Something that was there, if only for a moment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    pub path: PathBuf,
    /// The permission bits; `None` if it was gone before they could be read.
    pub mode: Option<u32>,
}

impl Seen {
    fn at(path: &Path) -> Self {
        let mode = fs::symlink_metadata(path).ok().map(|found| found.permissions().mode() & 0o7777);
        Self { path: path.to_owned(), mode }
    }
}

/// A watch that runs in a thread of its own.
pub struct Watch {
    first: PathBuf,
    thread: JoinHandle<BTreeSet<Seen>>,
}

impl Watch {
    /// Watches folders, and the folders that are made in them.
    pub fn start(folders: &[&Path]) -> Self {
        let mut eye = Eye {
            inotify: inotify::init(CreateFlags::CLOEXEC).unwrap(),
            folders: BTreeMap::new(),
            seen: BTreeSet::new(),
        };
        folders.iter().for_each(|folder| eye.add(folder));
        let first = folders[0].to_owned();
        Self { first, thread: std::thread::spawn(move || eye.look()) }
    }

    /// Everything that was there since the watch began, and all that is there now.
    pub fn stop(self) -> BTreeSet<Seen> {
        let end = self.first.join(END);
        fs::write(&end, "").unwrap();
        let seen = self.thread.join().unwrap();
        fs::remove_file(end).unwrap();
        seen
    }
}

struct Eye {
    inotify: OwnedFd,
    folders: BTreeMap<i32, PathBuf>,
    seen: BTreeSet<Seen>,
}

impl Eye {
    fn add(&mut self, folder: &Path) {
        let flags = WatchFlags::CREATE | WatchFlags::MOVED_TO | WatchFlags::ATTRIB;
        let Ok(number) = inotify::add_watch(&self.inotify, folder, flags) else { return };
        self.folders.insert(number, folder.to_owned());
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            self.note(&entry.path());
        }
    }

    fn note(&mut self, path: &Path) {
        self.seen.insert(Seen::at(path));
        if path.is_dir() && !self.folders.values().any(|known| known == path) {
            self.add(path);
        }
    }

    fn look(mut self) -> BTreeSet<Seen> {
        loop {
            for path in self.events() {
                if path.ends_with(END) {
                    let folders: Vec<PathBuf> = self.folders.values().cloned().collect();
                    folders.iter().for_each(|folder| self.add(folder));
                    self.seen.retain(|seen| !seen.path.ends_with(END));
                    return self.seen;
                }
                self.note(&path);
            }
        }
    }

    fn events(&self) -> Vec<PathBuf> {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut reader = Reader::new(&self.inotify, &mut buffer);
        let mut paths = Vec::new();
        loop {
            let event = reader.next().unwrap();
            assert!(!event.events().contains(ReadFlags::QUEUE_OVERFLOW));
            if let (Some(folder), Some(name)) = (self.folders.get(&event.wd()), event.file_name()) {
                paths.push(folder.join(name.to_str().unwrap()));
            }
            if reader.is_buffer_empty() {
                return paths;
            }
        }
    }
}

/// Every file is 0600 and every folder 0700 or less. Leases are shared by all users of a machine.
#[track_caller]
pub fn assert_private(seen: &BTreeSet<Seen>, context: &str) {
    let is_shared = |path: &Path| path.iter().any(|part| part == "tgsession-leases");
    for Seen { path, mode } in seen.iter().filter(|seen| !is_shared(&seen.path)) {
        assert_eq!(
            mode.unwrap_or(0o600) & 0o077,
            0,
            "{context}: {} has the mode {:o}",
            path.display(),
            mode.unwrap_or(0)
        );
    }
}
