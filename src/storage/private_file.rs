//! New files that hold a session: complete or not there at all, and readable only by their owner, whatever the umask is.
//!
//! Where the system can, a file has no name before it is complete, so that a process that is killed leaves nothing. Elsewhere,
//! and where SQLite fills a file that is too large for memory, it has the name of a draft. Its maker keeps it locked; a
//! draft that nobody holds is left over, and whoever makes the next draft in the folder removes it.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use super::file;
use crate::error::{Error, ErrorCode, Result};
use crate::host;
use crate::redact;

const DRAFT: &str = ".tgsession-";
// Somebody may take a new draft for one that is left over, in the moment before it is locked.
const DRAFT_TRIES: usize = 10;

/// Makes a file with this content, in a folder that is there, and makes it survive a loss of power.
///
/// # Errors
///
/// `InvalidArgument` where a file of that name is there already: it stays. `FileNotFound` without the folder.
pub fn put(path: &Path, content: &[u8]) -> Result<()> {
    check_folder(path)?;
    finish(path, create(path, content))
}

/// The same of a file that `fill` writes by the name of its draft, for one that is too large for memory. The draft is locked as a
/// whole: `fill` takes no locks on it, and has closed it at its end. If it fails, nothing is left.
///
/// # Errors
///
/// Those of `fill`, and of [`put`].
pub fn make<T>(path: &Path, fill: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
    check_folder(path)?;
    let target = file::reachable(path);
    let folder = file::folder_of(&target);
    remove_left_drafts(folder);
    let draft = locked_draft(folder).map_err(|error| Error::io(path, "create", &error))?;
    // There a lock keeps out this process too, and what is open cannot be removed.
    #[cfg(windows)]
    let _ = draft.as_file().unlock();
    let made = fill(draft.path())?;
    finish(path, name(draft, &target))?;
    Ok(made)
}

fn finish(path: &Path, created: io::Result<()>) -> Result<()> {
    match created {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let message = format!("'{}' already exists and is not overwritten", redact::path(path));
            Err(Error::new(ErrorCode::InvalidArgument, message))
        }
        other => {
            other.map_err(|error| Error::io(path, "create", &error))?;
            file::sync_folder(path)
        }
    }
}

/// Refuses a new file without its folder.
pub fn check_folder(path: &Path) -> Result<()> {
    // In a module a folder is there as soon as something is in it.
    if host::IS_WEB || host::is_dir(file::folder_of(path)) {
        return Ok(());
    }
    // Of the whole path: a secret with a slash in it is told from a folder only there.
    let shown = redact::path(path);
    let folder = file::folder_of(Path::new(&shown)).display();
    let message = format!("cannot create '{shown}': there is no folder '{folder}'");
    Err(Error::new(ErrorCode::FileNotFound, message))
}

/// Makes a file with this content. What is there already is an error and stays.
pub fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    let path = &file::reachable(path);
    match create_without_draft(path, content) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => create_from_draft(path, content),
        other => other,
    }
}

// Any error is a reason to try the other way: it says more, and not every file system and system can do this.
#[cfg(target_os = "linux")]
fn create_without_draft(path: &Path, content: &[u8]) -> io::Result<()> {
    use std::os::fd::AsRawFd;

    use rustix::fs::{AtFlags, CWD, Mode, OFlags};

    let flags = OFlags::WRONLY | OFlags::TMPFILE | OFlags::CLOEXEC;
    let mut file = File::from(rustix::fs::open(file::folder_of(path), flags, Mode::RUSR | Mode::WUSR)?);
    file.write_all(content)?;
    file.sync_all()?;
    let unnamed = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(rustix::fs::linkat(CWD, unnamed, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

// Nothing is lost there but with the whole memory.
#[cfg(target_family = "wasm")]
fn create_without_draft(path: &Path, content: &[u8]) -> io::Result<()> {
    host::fs::create_new(path, content)
}

#[cfg(not(any(target_os = "linux", target_family = "wasm")))]
fn create_without_draft(_: &Path, _: &[u8]) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn create_from_draft(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = file::folder_of(path);
    remove_left_drafts(folder);
    let draft = locked_draft(folder)?;
    draft.as_file().write_all(content)?;
    name(draft, path)
}

// Not before all of it is on the medium.
fn name(draft: NamedTempFile, path: &Path) -> io::Result<()> {
    draft.as_file().sync_all()?;
    draft.persist_noclobber(path)?;
    Ok(())
}

fn locked_draft(folder: &Path) -> io::Result<NamedTempFile> {
    for _ in 0..DRAFT_TRIES {
        let draft = Builder::new().prefix(DRAFT).tempfile_in(folder)?;
        // Where a file system has no locks, no draft is taken for one that is left over.
        let _ = draft.as_file().lock();
        if draft.path().exists() {
            return Ok(draft);
        }
    }
    Err(io::Error::other("another program keeps removing what is made there"))
}

// What cannot be removed stays: it is not what was asked for.
fn remove_left_drafts(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let drafts = entries.filter(|entry| entry.file_name().as_encoded_bytes().starts_with(DRAFT.as_bytes()));
    // Not a link: it could lead to a file of somebody's.
    for draft in drafts.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file())) {
        let left = File::options().read(true).write(true).open(draft.path()).is_ok_and(|file| file.try_lock().is_ok());
        if left {
            let _ = std::fs::remove_file(draft.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn both_ways_make_files_for_their_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        for (name, create) in [("a", create as fn(&Path, &[u8]) -> io::Result<()>), ("b", create_from_draft)] {
            let path = folder.path().join(name);
            create(&path, b"a session").unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), b"a session");
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                assert_eq!(path.metadata().unwrap().permissions().mode() & 0o7777, 0o600);
            }
        }
        assert_eq!(names(folder.path()), ["a", "b"]);
    }

    #[test]
    fn what_is_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("precious");
        std::fs::write(&path, "a session").unwrap();
        for create in [create as fn(&Path, &[u8]) -> io::Result<()>, create_from_draft] {
            assert_eq!(create(&path, b"another").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(std::fs::read_to_string(&path).unwrap(), "a session");
        }
        assert_eq!(names(folder.path()), ["precious"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (link, elsewhere) = (folder.path().join("link"), folder.path().join("elsewhere"));
        std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
        for create in [create as fn(&Path, &[u8]) -> io::Result<()>, create_from_draft] {
            assert_eq!(create(&link, b"a session").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        }
        assert!(!elsewhere.exists());
    }

    #[test]
    fn drafts_of_dead_processes_are_removed_and_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        let in_use = locked_draft(folder.path()).unwrap();
        std::fs::write(folder.path().join(".tgsession-left"), "half a session").unwrap();
        std::fs::write(folder.path().join("other"), "").unwrap();
        create_from_draft(&folder.path().join("new"), b"a session").unwrap();
        let used = in_use.path().file_name().unwrap().to_str().unwrap();
        assert_eq!(names(folder.path()), [used, "new", "other"]);
    }

    #[test]
    fn a_file_that_is_made_by_its_draft_is_whole_or_not_there() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".tgsession-left"), "half a session").unwrap();
        let path = folder.path().join("new");
        let write = |draft: &Path| {
            assert!(names(folder.path()).len() == 1 && !path.exists(), "only the draft");
            std::fs::write(draft, b"a session").map_err(|error| Error::io(draft, "write", &error))
        };
        make(&path, write).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"a session");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o7777, 0o600);
        }
        let another = |draft: &Path| {
            std::fs::write(draft, b"another").unwrap();
            Ok(())
        };
        let there = make(&path, another).unwrap_err();
        assert_eq!(there.code(), ErrorCode::InvalidArgument);
        let refused = || Error::new(ErrorCode::DiskFull, "no space is left");
        assert_eq!(make::<()>(&folder.path().join("b"), |_| Err(refused())).unwrap_err().code(), ErrorCode::DiskFull);
        assert_eq!(make(&folder.path().join("none/b"), |_| Ok(())).unwrap_err().code(), ErrorCode::FileNotFound);
        assert_eq!(names(folder.path()), ["new"]);
        assert_eq!(std::fs::read(&path).unwrap(), b"a session");
    }

    #[test]
    fn the_error_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let error = create(&folder.path().join("a/b"), b"").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
