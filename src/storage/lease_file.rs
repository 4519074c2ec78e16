//! The lease on an auth key for one machine: a locked file, named by the key's id. The kernel unlocks it when its owner
//! dies, so a lease never outlives its owner.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::Holder;
use crate::clock::now;
use crate::error::{Error, ErrorCode, Result};

// Somebody else may have written it.
const LONGEST_NOTE: u64 = 1 << 12;

/// A lease that is held until this is dropped.
#[derive(Debug)]
pub struct LeaseFile {
    file: File,
    note: Note,
}

/// Where it stands who holds a lease: in the locked file, or, where nobody else can read a locked file, beside it.
#[derive(Debug)]
struct Note {
    beside: Option<PathBuf>,
}

/// What became of an attempt to take a lease.
pub type Taken = std::result::Result<LeaseFile, Holder>;

impl LeaseFile {
    /// Takes the lease on a key on this machine, for whoever runs on it.
    pub fn take(key_id: &str, owner: &str) -> Result<Taken> {
        Self::take_in(&std::env::temp_dir().join("tgsession-leases"), key_id, owner)
    }

    fn take_in(folder: &Path, key_id: &str, owner: &str) -> Result<Taken> {
        make_folder(folder)?;
        let path = folder.join(key_id);
        let file = open(&path).map_err(|error| Error::io(&path, "open the lease", &error))?;
        if !is_plain(&path, &file).map_err(|error| Error::io(&path, "look at the lease", &error))? {
            let message = format!("'{}' is no lease but a link: somebody else has put it there", path.display());
            return Err(Error::new(ErrorCode::PermissionDenied, message));
        }
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Ok(Err(holder(&Note::of(&path).read(file)))),
            Err(TryLockError::Error(error)) => Err(Error::io(&path, "lock the lease", &error)),
            Ok(()) => {
                let lease = Self { file, note: Note::of(&path) };
                lease.note.write(&lease.file, owner).map_err(|error| Error::io(&path, "write the lease", &error))?;
                Ok(Ok(lease))
            }
        }
    }
}

impl Note {
    fn of(lease: &Path) -> Self {
        Self { beside: cfg!(windows).then(|| lease.with_extension("owner")) }
    }

    fn write(&self, mut lease: &File, owner: &str) -> io::Result<()> {
        let text = format!("{}\n{owner}", now());
        if let Some(path) = &self.beside {
            return fs::write(path, text);
        }
        lease.set_len(0)?;
        lease.write_all(text.as_bytes())
    }

    // Nothing where there is none.
    fn read(&self, mut lease: File) -> String {
        let mut text = String::new();
        let _ = match &self.beside {
            Some(path) => File::open(path).and_then(|note| note.take(LONGEST_NOTE).read_to_string(&mut text)),
            None => lease.rewind().and_then(|()| lease.take(LONGEST_NOTE).read_to_string(&mut text)),
        };
        text
    }

    fn clear(&self, lease: &File) {
        let _ = match &self.beside {
            Some(path) => fs::remove_file(path),
            None => lease.set_len(0),
        };
    }
}

impl Drop for LeaseFile {
    // The file stays: removing it could take it away from under the next owner.
    fn drop(&mut self) {
        self.note.clear(&self.file);
        let _ = self.file.unlock();
    }
}

// Every user of the machine puts leases there (on Windows, where each has a folder for temporary files, only this one): one login is easily run by two of them.
fn make_folder(folder: &Path) -> Result<()> {
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        other => other.map_err(|error| Error::io(folder, "create", &error))?,
    }
    open_to_all(folder, 0o1777).map_err(|error| Error::io(folder, "set the permissions of", &error))
}

fn open(path: &PathBuf) -> io::Result<File> {
    match OpenOptions::new().read(true).write(true).create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            OpenOptions::new().read(true).write(true).open(path)
        }
        Err(error) => Err(error),
        Ok(file) => open_to_all(path, 0o666).map(|()| file),
    }
}

// Whoever may put files there may put a link there that leads to a file of ours, which must not be emptied.
#[cfg(unix)]
fn is_plain(path: &Path, file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let (named, opened) = (fs::symlink_metadata(path)?, file.metadata()?);
    let same = (named.dev(), named.ino()) == (opened.dev(), opened.ino());
    Ok(same && opened.is_file() && opened.nlink() == 1)
}

#[cfg(not(unix))]
fn is_plain(path: &Path, _: &File) -> io::Result<bool> {
    Ok(fs::symlink_metadata(path)?.is_file())
}

#[cfg(unix)]
fn open_to_all(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn open_to_all(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

fn holder(text: &str) -> Holder {
    let (since, owner) = text.split_once('\n').unwrap_or(("", ""));
    let owner: String = owner.chars().filter(|character| !character.is_control()).collect();
    Holder {
        owner: if owner.is_empty() { "another process on this machine".to_owned() } else { owner },
        since: since.parse().unwrap_or_else(|_| now()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_the_next_after_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("leases");
        let first = LeaseFile::take_in(&folder, "0123", "the first").unwrap().unwrap();
        let holder = LeaseFile::take_in(&folder, "0123", "the second").unwrap().unwrap_err();
        assert_eq!(holder.owner, "the first");
        assert!(now().abs_diff(holder.since) < 60);
        LeaseFile::take_in(&folder, "4567", "the second").unwrap().unwrap();
        drop(first);
        LeaseFile::take_in(&folder, "0123", "the third").unwrap().unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_a_leases_place_is_refused_and_what_it_leads_to_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (leases, precious) = (folder.path().join("leases"), folder.path().join("precious"));
        make_folder(&leases).unwrap();
        fs::write(&precious, "a session").unwrap();
        std::os::unix::fs::symlink(&precious, leases.join("0123")).unwrap();
        fs::hard_link(&precious, leases.join("4567")).unwrap();
        for key_id in ["0123", "4567"] {
            let error = LeaseFile::take_in(&leases, key_id, "me").unwrap_err();
            assert_eq!(error.code(), ErrorCode::PermissionDenied);
        }
        assert_eq!(fs::read_to_string(&precious).unwrap(), "a session");
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let error = LeaseFile::take_in(&folder.path().join("a/b"), "0123", "me").unwrap_err();
        assert!(error.to_string().contains("a/b"));
    }
}
