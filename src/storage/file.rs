//! A file before any engine touches it: what it is, and the files beside it.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::descriptors;
use super::file_kind::{self, FileKind, HEAD_LEN, MADELINE, POSTBOX, kind_of_bytes};
use crate::error::{Error, Result};
use crate::host::{self, fs};

/// Tells what a path leads to. What cannot be a session is an error that says what it looks like.
pub fn kind(path: &Path) -> Result<FileKind> {
    match fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(FileKind::Missing),
        other => kind_of(path, &other.map_err(|error| Error::io(path, "open", &error))?),
    }
}

/// Tells what a path leads to that is there.
pub fn kind_of(path: &Path, metadata: &fs::Metadata) -> Result<FileKind> {
    let location = path.to_string_lossy();
    if metadata.is_dir() {
        return Err(Error::not_a_session(&location, folder(path)));
    }
    if !metadata.is_file() {
        return Err(Error::not_a_session(&location, "it is no ordinary file"));
    }
    if metadata.len() == 0 {
        return Err(Error::not_a_session(&location, "the file is empty (0 bytes)"));
    }
    kind_of_bytes(&head(path)?, metadata.len(), &location).map_err(|error| by_name(path, &location).unwrap_or(error))
}

// What no byte of it tells.
fn by_name(path: &Path, location: &str) -> Option<Error> {
    let what = match path.file_name()?.to_str()? {
        "session.dat" => {
            "it has the name of gogram's session, and is none under gogram's own key: it needs the key of its owner \
             (--database-key-file, tgs_options_set_database_key), or is damaged"
        }
        name if name.starts_with("cache") && name.ends_with(".db") => {
            "it has the name of gogram's cache of peers, which has no login: name the session.dat beside it"
        }
        "td.binlog" | "td_test.binlog" => {
            "it has the name of TDLib's database, and does not begin as one: it is damaged or encrypted otherwise"
        }
        ".tempkeyEncrypted" => POSTBOX,
        "WTelegram.session" => "it has the name of WTelegramClient's session, and is none: it is damaged",
        _ => return None,
    };
    Some(Error::not_a_session(location, what))
}

fn folder(path: &Path) -> &'static str {
    let has = |names: [&str; 2]| names.iter().any(|name| host::exists(&path.join(name)));
    // Of the account, of all accounts, and of the application: the App Store's and its maker's own have a folder each.
    let is_postbox = || {
        has(["accounts-metadata", ".tempkeyEncrypted"])
            || has(["postbox/db/db_sqlite", "db/db_sqlite"])
            || has(["appstore/accounts-metadata", "stable/accounts-metadata"])
    };
    if has(["key_datas", "key_data"]) {
        "it is Telegram Desktop's tdata folder, whose key_datas is damaged"
    } else if has(["tdata/key_datas", "tdata/key_data"]) {
        "it is the folder around Telegram Desktop's tdata, whose key_datas is damaged"
    } else if has(["safe.php", "lightState.php"]) {
        MADELINE
    } else if is_postbox() {
        POSTBOX
    } else if has(["maps", "map0"]) || has(["map1", "configs"]) {
        "it is the folder of an account in Telegram Desktop's tdata: name the tdata folder around it"
    } else {
        "it is a folder: name the file in it that is the session"
    }
}

/// What there is to say of a database of Telegram for macOS or iOS, which may begin as one of SQLite and is encrypted after that.
pub fn of_postbox(path: &Path) -> Option<Error> {
    path.ends_with("db/db_sqlite").then(|| Error::not_a_session(&path.to_string_lossy(), POSTBOX))
}

fn head(path: &Path) -> Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD_LEN + 1); // one more, so that reading to the end needs no larger buffer
    let read = descriptors::with_file(path, |file| file.take(HEAD_LEN as u64).read_to_end(&mut head));
    read.map_err(|error| Error::io(path, "read", &error))?;
    Ok(head)
}

/// Whether a path leads to a file of age.
pub fn is_age(path: &Path) -> bool {
    head(path).is_ok_and(|head| file_kind::is_age(&head))
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
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Removes a file; where it cannot be removed, nothing has changed.
pub fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
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
    std::fs::File::options().read(true).write(cfg!(windows)).open(path)?.sync_data()
}

/// Makes the entries of a file's folder survive a loss of power, where the system can.
pub fn sync_folder(path: &Path) -> Result<()> {
    if cfg!(windows) || host::IS_WEB {
        return Ok(()); // a folder cannot be opened for that
    }
    let folder = folder_of(path);
    let synced = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| Error::io(folder, "sync", &error))
}

#[cfg(all(test, windows))]
mod tests {
    use super::*;

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
}
