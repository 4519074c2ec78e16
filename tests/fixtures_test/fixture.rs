//! One fixture: a file that a real library made, and what that library reads from it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;
use tgsession::session::{Options, Session, UsernameExpiry};

pub struct Fixture {
    /// `library/name`.
    pub title: String,
    pub library: String,
    pub name: String,
    /// What was put in, and what the library reads.
    pub expected: Value,
    folder: PathBuf,
}

/// A fixture's files in a folder of their own.
pub struct Copy {
    pub folder: TempDir,
    pub file: PathBuf,
}

/// Every fixture there is. The count stands here so that none is lost silently.
pub fn all() -> Vec<Fixture> {
    let mut fixtures = Vec::new();
    for folder in sorted(&root()) {
        for file in sorted(&folder) {
            let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
            let is_json = file.extension().is_some_and(|extension| extension == "json");
            if is_json && !["manifest", "strings"].contains(&name.as_str()) {
                fixtures.push(Fixture::read(&folder, &name));
            }
        }
    }
    assert_eq!(fixtures.len(), 168, "fixtures were added or lost: count them, and change this number");
    fixtures
}

/// A folder for this test, in memory where the system has such: nothing here is about losing power.
pub fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

pub fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

impl Fixture {
    fn read(folder: &Path, name: &str) -> Self {
        let library = folder.file_name().unwrap().to_str().unwrap().to_owned();
        Self {
            title: format!("{library}/{name}"),
            library,
            name: name.to_owned(),
            expected: read_json(&folder.join(format!("{name}.json"))),
            folder: folder.to_owned(),
        }
    }

    /// A `-journal` or `-wal` belongs to its file.
    pub fn copy(&self) -> Copy {
        let folder = folder();
        for suffix in ["", "-journal", "-wal"] {
            let name = format!("{}.session{suffix}", self.name);
            if self.folder.join(&name).exists() {
                fs::copy(self.folder.join(&name), folder.path().join(&name)).unwrap();
            }
        }
        let file = folder.path().join(format!("{}.session", self.name));
        Copy { folder, file }
    }

    pub fn was_killed(&self) -> bool {
        self.name.starts_with("killed")
    }
}

impl Copy {
    /// Opens it. Usernames never expire, but where that is the question.
    pub fn open(&self, read_only: bool, username_expiry: UsernameExpiry) -> Session {
        let options = Options { read_only, create: false, username_expiry, ..Options::default() };
        Session::open(self.file.to_str().unwrap(), &options).unwrap()
    }

    /// Every file in the folder, byte for byte.
    pub fn snapshot(&self) -> BTreeMap<String, Vec<u8>> {
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        sorted(self.folder.path()).iter().map(|path| (name(path), fs::read(path).unwrap())).collect()
    }
}
