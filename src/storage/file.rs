//! What a file is, told by its first bytes and before any engine touches it; and the files beside it.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::descriptors;
use super::sqlite::cipher;
use crate::error::{Error, Result};

const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";
const SQLITE_HEADER: u64 = 100;

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Nothing is there.
    Missing,
    /// A SQLite database.
    Sqlite,
    /// What may be an encrypted SQLite database.
    Encrypted,
    /// A text that begins like a JSON object.
    Json,
}

/// Tells what a path leads to. What cannot be a session is an error that says what it looks like.
pub fn kind(path: &Path) -> Result<FileKind> {
    let location = path.to_string_lossy();
    let metadata = match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(FileKind::Missing),
        other => other.map_err(|error| Error::io(path, "open", &error))?,
    };
    if metadata.is_dir() {
        return Err(Error::not_a_session(&location, folder(path)));
    }
    if !metadata.is_file() {
        return Err(Error::not_a_session(&location, "it is no ordinary file"));
    }
    if metadata.len() == 0 {
        return Err(Error::not_a_session(&location, "the file is empty (0 bytes)"));
    }
    kind_of_bytes(&head(path)?, metadata.len(), &location)
}

fn folder(path: &Path) -> &'static str {
    if path.join("key_datas").exists() || path.join("key_data").exists() {
        "it is Telegram Desktop's tdata folder, which is not read yet"
    } else {
        "it is a folder"
    }
}

fn head(path: &Path) -> Result<Vec<u8>> {
    let mut head = Vec::new();
    let read = descriptors::with_file(path, |file| file.take(SQLITE_HEADER).read_to_end(&mut head));
    read.map_err(|error| Error::io(path, "read", &error))?;
    Ok(head)
}

/// Tells what bytes are, of which `head` are the first and `len` is the number.
pub fn kind_of_bytes(head: &[u8], len: u64, location: &str) -> Result<FileKind> {
    if head.starts_with(SQLITE_MAGIC) {
        if len < SQLITE_HEADER {
            return Err(Error::corrupt(location, format!("the SQLite file is cut off after {len} bytes")));
        }
        return Ok(FileKind::Sqlite);
    }
    if cipher::may_be_encrypted(head, len) {
        return Ok(FileKind::Encrypted);
    }
    if head.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') {
        return Ok(FileKind::Json);
    }
    Err(Error::not_a_session(location, "it is not a SQLite database, or is encrypted"))
}

/// Whether the header of a SQLite file says that it is in WAL mode.
pub fn is_wal(path: &Path) -> Result<bool> {
    head(path).map(|head| head.get(18) == Some(&2) || head.get(19) == Some(&2))
}

/// Whether a file, and its folder, may be written as far as their permissions and media say. They are not opened.
#[cfg(unix)]
pub fn may_be_written(path: &Path) -> bool {
    use rustix::fs::{Access, access};
    access(path, Access::WRITE_OK).is_ok() && access(folder_of(path), Access::WRITE_OK).is_ok()
}

/// Whether a file may be written as far as its permissions say. Others show when it is opened.
#[cfg(not(unix))]
pub fn may_be_written(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| !metadata.permissions().readonly())
}

/// The path of a file that SQLite keeps beside a database: `-wal`, `-shm` or `-journal`.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// A path as Windows takes it from SQLite and from whoever moves files: one of 260 characters or more only in its long
/// form, `\\?\C:\…`. (std does the same for what it opens.) The names beside a file are some characters longer.
#[cfg(windows)]
pub fn reachable(path: &Path) -> PathBuf {
    match std::path::absolute(path) {
        Ok(absolute) if absolute.as_os_str().len() >= LONGEST_SHORT => in_long_form(&absolute),
        _ => path.to_owned(),
    }
}

/// A path as the system takes it. Only on Windows is that another one.
#[cfg(not(windows))]
pub fn reachable(path: &Path) -> PathBuf {
    path.to_owned()
}

#[cfg(windows)]
const LONGEST_SHORT: usize = 220;

#[cfg(windows)]
fn in_long_form(absolute: &Path) -> PathBuf {
    use std::path::{Component, Prefix};
    let Some(Component::Prefix(prefix)) = absolute.components().next() else { return absolute.to_owned() };
    // SQLite takes only UTF-8.
    let Some(text) = absolute.to_str() else { return absolute.to_owned() };
    match prefix.kind() {
        Prefix::Disk(_) => format!(r"\\?\{text}").into(),
        Prefix::UNC(..) => format!(r"\\?\UNC\{}", text.trim_start_matches('\\')).into(),
        _ => absolute.to_owned(),
    }
}

/// The length of a file; 0 where there is none.
pub fn len(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Removes a file; where it cannot be removed, nothing has changed.
pub fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(|error| Error::io(path, "remove", &error)),
    }
}

/// Removes what SQLite left beside a file that is gone: it would be taken for the next file's.
pub fn remove_beside(path: &Path) -> Result<()> {
    ["-journal", "-wal", "-shm"].into_iter().try_for_each(|suffix| remove(&beside(path, suffix)))
}

/// The folder in which a path is.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the contents of a file that others have written survive a loss of power.
pub fn sync(path: &Path) -> std::io::Result<()> {
    // Windows syncs nothing through a handle that may not write.
    File::options().read(true).write(cfg!(windows)).open(path)?.sync_data()
}

/// Makes the entries of a file's folder survive a loss of power, where the system can.
pub fn sync_folder(path: &Path) -> Result<()> {
    if cfg!(windows) {
        return Ok(()); // a folder cannot be opened for that
    }
    let folder = folder_of(path);
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| Error::io(folder, "sync", &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(windows)]
    #[test]
    fn long_paths_are_given_in_their_long_form() {
        let (short, long) = (r"C:\a.session", format!(r"C:\{}\a.session", "x".repeat(230)));
        assert_eq!(reachable(Path::new(short)), Path::new(short));
        assert_eq!(reachable(Path::new(&long)), Path::new(&format!(r"\\?\{long}")));
        let share = format!(r"\\server\share\{}\a.session", "x".repeat(230));
        assert_eq!(reachable(Path::new(&share)), Path::new(&format!(r"\\?\UNC\{}", &share[2..])));
        let done = format!(r"\\?\{long}");
        assert_eq!(reachable(Path::new(&done)), Path::new(&done));
    }

    #[test]
    fn first_bytes_tell() {
        let sqlite = [SQLITE_MAGIC.as_slice(), &[0; 84]].concat();
        assert_eq!(kind_of_bytes(&sqlite, 4096, "x").unwrap(), FileKind::Sqlite);
        assert_eq!(kind_of_bytes(b" \n{\"dc_id\"", 10, "x").unwrap(), FileKind::Json);
        assert!(kind_of_bytes(&sqlite[..50], 50, "x").unwrap_err().to_string().contains("cut off after 50"));
        assert!(kind_of_bytes(&[7; 100], 4096, "x").unwrap_err().to_string().contains("encrypted"));
    }
}
