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
        let file = open(&path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Ok(Err(holder(&Note::beside(&path).read(file)))),
            Err(TryLockError::Error(error)) => Err(Error::io(&path, "lock the lease", &error)),
            Ok(()) => {
                let lease = Self { file, note: Note::beside(&path) };
                lease.note.write(&lease.file, owner).map_err(|error| Error::io(&path, "write the lease", &error))?;
                Ok(Ok(lease))
            }
        }
    }
}

impl Note {
    fn beside(lease: &Path) -> Self {
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

// Every user of the machine puts leases there, because one login is easily run by two of them. On Windows each user has a
// folder for temporary files, and only that user's leases are in it.
fn make_folder(folder: &Path) -> Result<()> {
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => check_folder(folder),
        Err(error) => Err(Error::io(folder, "create", &error)),
        Ok(()) => open_folder_to_all(folder).map_err(|error| Error::io(folder, "set the permissions of", &error)),
    }
}

#[cfg(unix)]
fn open_folder_to_all(folder: &Path) -> io::Result<()> {
    open_to_all(&File::open(folder)?, 0o1777)
}

#[cfg(not(unix))]
fn open_folder_to_all(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Refuses a folder in which somebody else could take a lease away, or put a link in its place.
#[cfg(unix)]
fn check_folder(folder: &Path) -> Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    const WRITABLE_BY_OTHERS: u32 = 0o022;
    const STICKY: u32 = 0o1000;
    let found = fs::symlink_metadata(folder).map_err(|error| Error::io(folder, "look at", &error))?;
    let user = rustix::process::geteuid().as_raw();
    let mode = found.permissions().mode();
    let cause = if !found.is_dir() {
        "it is not a folder"
    } else if found.uid() != user && found.uid() != 0 {
        "it belongs to another user, who could take leases away"
    } else if mode & WRITABLE_BY_OTHERS != 0 && mode & STICKY == 0 {
        "others may remove what is in it"
    } else {
        return Ok(());
    };
    let remedy = "remove it, or have root make it with the mode 1777";
    let message = format!("cannot take a lease in '{}': {cause}: {remedy}", folder.display());
    Err(Error::new(ErrorCode::PermissionDenied, message))
}

#[cfg(not(unix))]
fn check_folder(_: &Path) -> Result<()> {
    Ok(())
}

// Links are not followed: one could lead to a file of ours, which must be neither emptied nor opened to others.
fn open(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    let opened = match options.clone().create_new(true).open(path) {
        Ok(file) => open_to_all(&file, 0o666).map(|()| file),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => options.open(path),
        Err(error) => Err(error),
    };
    match opened {
        Ok(file) if is_plain(&file).map_err(|error| Error::io(path, "look at the lease", &error))? => Ok(file),
        // The answer to a link that is not followed is no error of its own on every system.
        _ if fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) => Err(not_a_lease(path)),
        Ok(_) => Err(not_a_lease(path)),
        Err(error) => Err(Error::io(path, "open the lease", &error)),
    }
}

fn not_a_lease(path: &Path) -> Error {
    let message = format!("'{}' is not a lease but a link: somebody else has put it there", path.display());
    Error::new(ErrorCode::PermissionDenied, message)
}

// A file with a second name may be one of ours.
#[cfg(unix)]
fn is_plain(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let opened = file.metadata()?;
    Ok(opened.is_file() && opened.nlink() == 1)
}

#[cfg(not(unix))]
fn is_plain(file: &File) -> io::Result<bool> {
    Ok(file.metadata()?.is_file())
}

// By the descriptor: whatever has the name now keeps its permissions.
#[cfg(unix)]
fn open_to_all(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn open_to_all(_: &File, _: u32) -> io::Result<()> {
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

    #[cfg(unix)]
    #[test]
    fn a_folder_in_which_others_could_remove_leases_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (leases, link) = (folder.path().join("leases"), folder.path().join("link"));
        make_folder(&leases).unwrap();
        std::os::unix::fs::symlink(&leases, &link).unwrap();
        assert_eq!(LeaseFile::take_in(&link, "0123", "me").unwrap_err().code(), ErrorCode::PermissionDenied);
        fs::set_permissions(&leases, fs::Permissions::from_mode(0o777)).unwrap();
        assert_eq!(LeaseFile::take_in(&leases, "0123", "me").unwrap_err().code(), ErrorCode::PermissionDenied);
        fs::set_permissions(&leases, fs::Permissions::from_mode(0o1777)).unwrap();
        LeaseFile::take_in(&leases, "0123", "me").unwrap().unwrap();
        if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(&leases, Some(12345), None).unwrap();
            assert_eq!(LeaseFile::take_in(&leases, "0123", "me").unwrap_err().code(), ErrorCode::PermissionDenied);
        }
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let error = LeaseFile::take_in(&folder.path().join("a/b"), "0123", "me").unwrap_err();
        assert!(error.to_string().contains("a/b"));
    }
}
