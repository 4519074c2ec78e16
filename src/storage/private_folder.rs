//! New folders that hold a session: complete or not there at all, and readable only by their owner.

use std::io;
use std::path::Path;

use tempfile::Builder;
use zeroize::Zeroizing;

use super::{file, private_file};
use crate::error::{Error, ErrorCode, Result};
use crate::host;
use crate::redact;

const DRAFT: &str = ".tgsession-folder-";

/// A file of the folder: its path in it, with `/` between the parts, and its content.
pub type Part = (String, Zeroizing<Vec<u8>>);

/// Makes a folder with these files, and makes it survive a loss of power. It gets its name when it is complete.
///
/// # Errors
///
/// `InvalidArgument` where something of that name is there already: it stays. `FileNotFound` without the folder around it.
pub fn put(path: &Path, parts: &[Part]) -> Result<()> {
    private_file::check_folder(path)?;
    if host::fs::symlink_metadata(path).is_ok() {
        return Err(exists(path));
    }
    let failed = |error: io::Error| Error::io(path, "create", &error);
    if host::IS_WEB {
        // Nobody sees it half made there.
        return parts
            .iter()
            .try_for_each(|(name, content)| private_file::create(&path.join(name), content).map_err(failed));
    }
    // It is removed where anything fails.
    let draft = private(Builder::new().prefix(DRAFT)).tempdir_in(file::folder_of(path)).map_err(failed)?;
    for (name, content) in parts {
        let place = draft.path().join(name);
        make_folder(file::folder_of(&place), draft.path()).map_err(failed)?;
        private_file::create(&place, content).map_err(failed)?;
    }
    rename(draft.path(), path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty => exists(path),
        _ => failed(error),
    })?;
    let _ = draft.keep(); // it has another name now
    file::sync_folder(path)
}

fn exists(path: &Path) -> Error {
    let message = format!("'{}' already exists and is not overwritten", redact::path(path));
    Error::new(ErrorCode::InvalidArgument, message)
}

#[cfg(unix)]
fn private<'a, 'b>(builder: &'a mut Builder<'b, 'b>) -> &'a mut Builder<'b, 'b> {
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700))
}

// On Windows the folder around it tells who may read it.
#[cfg(not(unix))]
fn private<'a, 'b>(builder: &'a mut Builder<'b, 'b>) -> &'a mut Builder<'b, 'b> {
    builder
}

#[cfg(unix)]
fn private_builder() -> std::fs::DirBuilder {
    let mut builder = std::fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

#[cfg(not(unix))]
fn private_builder() -> std::fs::DirBuilder {
    std::fs::DirBuilder::new()
}

// The folders within are one deep.
fn make_folder(folder: &Path, draft: &Path) -> io::Result<()> {
    if folder == draft || folder.is_dir() {
        return Ok(());
    }
    private_builder().create(folder)
}

// An empty folder of that name, which another program made meanwhile, stays too where the system can.
#[cfg(target_os = "linux")]
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => std::fs::rename(from, to),
        renamed => Ok(renamed?),
    }
}

#[cfg(not(target_os = "linux"))]
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::rename(from, to)
}
