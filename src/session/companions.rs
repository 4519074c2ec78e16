//! Files beside another client's own, which belong to the session: gogram's cache of peers, and the account of Telegram for
//! Android.

use std::ops::Not;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::codec::{BinaryFile, DecodedFile, decode_android_user, decode_gogram_cache};
use crate::host::fs;
use crate::storage::file::{folder_of, kind};
use crate::storage::file_kind::FileKind;

/// A cache of a hundred thousand peers has less than half of that.
const LARGEST_CACHE: u64 = 1 << 22;
const LARGEST_XML: u64 = 1 << 20;
/// In a folder with more files nobody can say whose a cache is.
const MOST_FILES: usize = 1000;

/// Adds what stands beside the file at `path`; `None` for a session that came in bytes.
pub(super) fn complete(path: Option<&Path>, file: &mut DecodedFile) {
    match file.format.name {
        "gogram" => {
            if let Some(path) = path {
                gogram(path, file);
            }
        }
        "android" => android(path, file),
        _ => {}
    }
}

fn gogram(path: &Path, file: &mut DecodedFile) {
    let (caches, is_only) = around(path);
    let [cache] = caches.as_slice() else {
        if !caches.is_empty() {
            let message = "the caches of peers beside it are not read: there are several, and none says whose it is";
            file.leftovers.remarks.push(message.to_owned());
        }
        return;
    };
    let name = shown(cache);
    if !is_only {
        let message = format!("{name} is not read: there are several sessions beside it, and it may be another one's");
        file.leftovers.remarks.push(message);
        return;
    }
    match content(cache, LARGEST_CACHE).and_then(|bytes| decode_gogram_cache(&bytes)) {
        Some(found) => {
            let peers = found.peers.len();
            file.contents.data.user_id = found.owner;
            file.contents.peers = found.peers;
            file.leftovers.remarks.push(format!("{peers} peers, and user_id, are from {name} beside it"));
        }
        None => file.leftovers.remarks.push(format!("{name} beside it, the cache of peers, is damaged or too large")),
    }
}

/// The caches beside a session of gogram, and whether no other session of gogram is there.
fn around(path: &Path) -> (Vec<PathBuf>, bool) {
    let Ok(entries) = fs::read_dir(folder_of(path)) else { return (Vec::new(), true) };
    let paths: Vec<PathBuf> = entries.take(MOST_FILES).filter_map(|entry| Some(entry.ok()?.path())).collect();
    let is_other = |other: &&PathBuf| {
        other.file_name() != path.file_name()
            && kind(other).is_ok_and(|kind| kind == FileKind::Binary(BinaryFile::Gogram))
    };
    let is_only = paths.len() < MOST_FILES && !paths.iter().any(|other| is_other(&other));
    (paths.into_iter().filter(|path| is_cache(path)).collect(), is_only)
}

fn is_cache(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    name.starts_with("cache") && name.ends_with(".db") && kind(path).is_ok_and(|kind| kind == FileKind::Sqlite).not()
}

fn android(path: Option<&Path>, file: &mut DecodedFile) {
    let found = path.and_then(|path| places(path).into_iter().find_map(|place| content(&place, LARGEST_XML)));
    let user = found.as_ref().and_then(|bytes| decode_android_user(std::str::from_utf8(bytes).ok()?));
    match user {
        Some(user) => {
            file.contents.data.user_id = Some(user.user_id);
            file.contents.data.is_bot = user.is_bot;
        }
        None if found.is_some() => {
            let message = "the account in its userconfing.xml is not told: it is missing there, or of an unknown layer";
            file.leftovers.remarks.push(message.to_owned());
        }
        None => {
            let message = "the account stands in shared_prefs/userconfing.xml, which is not beside it: user_id and is_bot are unknown";
            file.leftovers.remarks.push(message.to_owned());
        }
    }
}

/// Where the XML of a `tgnet.dat` may be: beside it, or where the application has it. Further accounts have a folder each.
fn places(path: &Path) -> Vec<PathBuf> {
    let folder = folder_of(path);
    let number = folder.file_name().and_then(|name| name.to_str()?.strip_prefix("account")?.parse::<u8>().ok());
    let name = number.map_or_else(|| "userconfing.xml".to_owned(), |number| format!("userconfig{number}.xml"));
    let up = if number.is_some() { "../.." } else { ".." };
    vec![folder.join(&name), folder.join(up).join("shared_prefs").join(name)]
}

/// The whole of an ordinary file that is not too large. A link, which could lead anywhere, is not followed.
fn content(path: &Path, largest: u64) -> Option<Zeroizing<Vec<u8>>> {
    let metadata = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    if metadata.len() > largest { None } else { fs::read(path).ok().map(Zeroizing::new) }
}

fn shown(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
