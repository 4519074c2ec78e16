//! The folder of GramJS's `StoreSession`, which is read as a whole.

use std::collections::BTreeMap;
use std::path::Path;

use zeroize::Zeroizing;

use crate::codec::{self, DecodedFile, decode_store, is_entry, login_beside};
use crate::error::{Error, Result};
use crate::host::fs::{self, DirEntry};
use crate::redact;
use crate::storage::file::folder_of;

/// More files than any store has are another folder.
const MOST_FILES: usize = 1 << 20;
/// A file of a peer has less; that of the key has a kilobyte.
const LARGEST_FILE: u64 = 1 << 16;

/// Whether a folder is one.
pub fn is_store(folder: &Path) -> bool {
    let names = entries(folder).map(|entries| entries.filter_map(|entry| name(&entry)).filter(|name| is_entry(name)));
    names.is_ok_and(codec::is_store)
}

/// Whether a file is one of those that make up a store. Many a file is named like one: the folder is not read for it.
pub fn is_part(path: &Path) -> bool {
    let login = path.file_name().and_then(|name| login_beside(name.to_str()?));
    let is_there = |name: &String| folder_of(path).join(name).is_file();
    login.is_some_and(|(key, rest)| path.is_file() && (is_there(&key) || rest.iter().all(is_there)))
}

/// Reads a folder. Links in it, which could lead out of it, are not followed.
pub fn read(folder: &Path, max_bytes: u64) -> Result<DecodedFile> {
    let location = folder.to_string_lossy();
    let failed = |error: std::io::Error| Error::io(folder, "read", &error);
    let mut files = BTreeMap::new();
    let (mut total, mut passed_over) = (0, 0);
    for entry in entries(folder).map_err(failed)? {
        let Some(name) = name(&entry).filter(|name| is_entry(name)) else { continue };
        let metadata = entry.metadata().map_err(failed)?;
        if !metadata.is_file() || metadata.len() > LARGEST_FILE {
            passed_over += 1;
            continue;
        }
        total += metadata.len();
        if total > max_bytes {
            return Err(Error::too_large(&location, max_bytes));
        }
        let content = fs::read(entry.path()).map_err(|error| Error::io(&entry.path(), "read", &error))?;
        files.insert(name, Zeroizing::new(content));
    }
    let mut decoded = decode_store(&files, &redact::shown(&location))?;
    if passed_over > 0 {
        let remark = format!("{passed_over} of its files are links, folders or too large, and are not read");
        decoded.leftovers.remarks.push(remark);
    }
    Ok(decoded)
}

fn entries(folder: &Path) -> std::io::Result<impl Iterator<Item = DirEntry>> {
    Ok(fs::read_dir(folder)?.take(MOST_FILES).filter_map(std::result::Result::ok))
}

fn name(entry: &DirEntry) -> Option<String> {
    entry.file_name().into_string().ok()
}
