//! A folder of Telegram Desktop: which files are read, and whose account. It is only read, so that a running application never
//! loses anything.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::codec::DecodedFile;
use crate::codec::tdata::{self, Fault, LocalKey, account, folder_name, key_data};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Contents, FileFormat, Format, Leftovers, OtherLogin};
use crate::redact;

const KEY_PREFIX: &str = "key_";
const USUAL_BASE: &str = "data";
/// Today's suffix, and the two that were written in turn until 2020.
const SUFFIXES: [&str; 3] = ["s", "0", "1"];
const LARGEST_FILE: u64 = 16 << 20;
/// An unusual name is looked for among so many entries.
const MOST_ENTRIES: usize = 10_000;
/// The first version with a layout of several accounts is enough for all that is written: every application reads it.
const WRITTEN_VERSION: u32 = 3_004_000;

/// What the caller chooses of a folder.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choice<'a> {
    /// The index that Telegram Desktop gives the account, or the account's user id; absent for the one that is shown.
    pub account: Option<i64>,
    /// The passcode; absent for none.
    pub passcode: Option<&'a str>,
}

/// The folder that a path leads to: itself, the one in it, or the one around a key file. With the base of its names.
pub fn locate(path: &Path) -> Result<Option<(PathBuf, String)>> {
    locate_in(path, path.is_dir())
}

/// The same, where it is known whether the path is a folder.
pub fn locate_in(path: &Path, is_folder: bool) -> Result<Option<(PathBuf, String)>> {
    if is_folder {
        for folder in [path.to_owned(), path.join("tdata")] {
            if let Some(base) = base_in(&folder)? {
                return Ok(Some((folder, base)));
            }
        }
        return Ok(None);
    }
    let base = path.file_name().and_then(|name| base_of(name.to_str()?));
    // A single file of that name is none of a folder's unless it is a container.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(base.filter(|_| starts_as_container(path)).map(|base| (folder.to_owned(), base)))
}

fn base_of(name: &str) -> Option<String> {
    let base = SUFFIXES.iter().find_map(|suffix| name.strip_prefix(KEY_PREFIX)?.strip_suffix(suffix))?;
    (!base.is_empty()).then(|| base.to_owned())
}

// The usual name first: a folder with a million files is not read for it.
fn base_in(folder: &Path) -> Result<Option<String>> {
    let is_there = |name: String| folder.join(name).is_file();
    let account = folder.join(folder_name::of_account(USUAL_BASE, 0));
    let is_usual = |suffix: &str| {
        is_there(format!("{KEY_PREFIX}{USUAL_BASE}{suffix}")) || account.join(format!("map{suffix}")).is_file()
    };
    if SUFFIXES.iter().any(|suffix| is_usual(suffix)) {
        return Ok(Some(USUAL_BASE.to_owned()));
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().take(MOST_ENTRIES).flatten();
    let mut others: Vec<String> = entries
        .filter_map(|entry| base_of(entry.file_name().to_str()?).filter(|_| starts_as_container(&entry.path())))
        .collect();
    others.sort();
    others.dedup();
    if others.len() > 1 {
        let message =
            format!("'{}' has {} files of keys (key_…): name one of them", redact::path(folder), others.len());
        return Err(Error::new(ErrorCode::InvalidArgument, message));
    }
    Ok(others.pop())
}

fn starts_as_container(path: &Path) -> bool {
    let mut head = [0; 4];
    // To open a pipe is to wait.
    path.is_file() && File::open(path).is_ok_and(|mut file| file.read_exact(&mut head).is_ok()) && head == *b"TDF$"
}

struct Folder<'a> {
    path: &'a Path,
    base: &'a str,
    local_key: LocalKey,
}

/// One account of a folder.
struct Account {
    index: i32,
    contents: Contents,
}

/// The indexes of the accounts, in ascending order, whether they can be read or not.
pub fn accounts(folder: &Path, base: &str, passcode: Option<&str>) -> Result<Vec<i32>> {
    let mut found = open(folder, base, passcode.unwrap_or_default())?.accounts;
    found.sort_unstable();
    Ok(found)
}

/// Reads an account.
pub fn read(folder: &Path, base: &str, choice: Choice<'_>) -> Result<DecodedFile> {
    let Opened { folder, version, accounts, active, remark } = open(folder, base, choice.passcode.unwrap_or_default())?;
    let mut remarks: Vec<String> = remark.into_iter().collect();
    let mut found = Vec::new();
    for index in accounts {
        let is_wanted = choice.account == Some(index.into());
        match folder.account(index) {
            Ok((contents, remark)) => {
                remarks.extend(remark);
                match contents {
                    Some(contents) => found.push(Account { index, contents }),
                    None => remarks.push(format!("account {index} of the folder is not logged in")),
                }
            }
            Err(error) if is_wanted => return Err(error),
            Err(error) => remarks.push(format!("account {index} of the folder is not read: {error}")),
        }
    }
    if found.is_empty() {
        return Err(nobody(folder.path, &remarks));
    }
    let at =
        chosen(&found, choice.account, active).ok_or_else(|| no_such_account(folder.path, &found, choice.account))?;
    let chosen = found.remove(at);
    let others: Vec<OtherLogin> = found.iter().map(|other| login(&other.contents)).collect();
    let told = found.iter().map(|other| {
        let user = other.contents.data.user_id.map_or_else(|| "an unknown user".to_owned(), |id| format!("user {id}"));
        format!("account {} of the folder is {user}: choose it with --account or tgs_options_set_account", other.index)
    });
    remarks.extend(told);
    let leftovers = Leftovers { other_logins: others, remarks, ..Leftovers::default() };
    let format = Format { name: "tdata", version: Some(version.into()) };
    Ok(DecodedFile { format, contents: chosen.contents, leftovers })
}

fn nobody(folder: &Path, remarks: &[String]) -> Error {
    let cause = if remarks.is_empty() { "it lists no account".to_owned() } else { remarks.join("; ") };
    Error::corrupt(&folder.to_string_lossy(), format!("no account in it can be read: {cause}"))
}

fn login(contents: &Contents) -> OtherLogin {
    let key = contents.data.auth_key.as_ref().map_or(&[] as &[u8], |key| key.as_bytes());
    OtherLogin::new(contents.data.dc_id.map(Into::into), key)
}

// An index is one digit, and no user has such an id.
fn chosen(found: &[Account], account: Option<i64>, active: Option<i32>) -> Option<usize> {
    match account {
        Some(wanted) => found
            .iter()
            .position(|account| i64::from(account.index) == wanted || account.contents.data.user_id == Some(wanted)),
        None => Some(found.iter().position(|account| Some(account.index) == active).unwrap_or(0)),
    }
}

fn no_such_account(folder: &Path, found: &[Account], wanted: Option<i64>) -> Error {
    let listed: Vec<String> = found
        .iter()
        .map(|account| match account.contents.data.user_id {
            Some(id) => format!("{} (user {id})", account.index),
            None => account.index.to_string(),
        })
        .collect();
    let wanted = wanted.unwrap_or_default();
    let message = format!(
        "'{}' has no account {wanted} that can be read; there are: {}",
        redact::path(folder),
        listed.join(", ")
    );
    Error::new(ErrorCode::InvalidArgument, message)
}

struct Opened<'a> {
    folder: Folder<'a>,
    version: u32,
    accounts: Vec<i32>,
    active: Option<i32>,
    remark: Option<String>,
}

fn open<'a>(path: &'a Path, base: &'a str, passcode: &str) -> Result<Opened<'a>> {
    if let Some(Copy { path: file, version, content, remark }) = file(path, &format!("{KEY_PREFIX}{base}"))? {
        let found = key_data::read(&content, passcode).map_err(|fault| failed(&file, fault))?;
        let folder = Folder { path, base, local_key: found.local_key };
        return Ok(Opened { folder, version, accounts: found.accounts, active: found.active, remark });
    }
    // Before 2.1.14: one account.
    let account = path.join(folder_name::of_account(base, 0));
    let missing = || Error::not_a_session(&path.to_string_lossy(), "it is Telegram Desktop's tdata without key_datas");
    let map = if is_own_folder(&account) { file(&account, "map")? } else { None };
    let Copy { path: file, version, content, remark } = map.ok_or_else(missing)?;
    let local_key = key_data::read_legacy(&content, passcode).map_err(|fault| failed(&file, fault))?;
    Ok(Opened { folder: Folder { path, base, local_key }, version, accounts: vec![0], active: Some(0), remark })
}

fn failed(path: &Path, fault: Fault) -> Error {
    let location = path.to_string_lossy();
    match fault {
        Fault::Passcode(cause) => Error::wrong_key(&location, cause),
        Fault::Damage(cause) => Error::corrupt(&location, cause),
    }
}

impl Folder<'_> {
    /// `None` if nobody is logged in.
    fn account(&self, index: i32) -> Result<(Option<Contents>, Option<String>)> {
        let name = folder_name::of_account(self.base, index);
        let missing = || Error::corrupt(&self.path.join(&name).to_string_lossy(), "the file with its keys is missing");
        let found = file(self.path, &name)?.ok_or_else(missing)?;
        let contents = account::read(&found.content, &self.local_key).map_err(|fault| failed(&found.path, fault))?;
        let Some(mut contents) = contents else { return Ok((None, found.remark)) };
        // Whatever is wrong with it, Telegram Desktop takes the production servers then.
        let folder = self.path.join(&name);
        if is_own_folder(&folder)
            && let Ok(Some(config)) = file(&folder, "config")
        {
            contents.data.test_mode = Some(account::is_test(&config.content, &self.local_key).unwrap_or(false));
        }
        Ok((Some(contents), found.remark))
    }
}

/// A file that was read.
struct Copy {
    path: PathBuf,
    version: u32,
    content: Zeroizing<Vec<u8>>,
    remark: Option<String>,
}

/// The newest whole copy of a file. `None` if there is no copy.
fn file(folder: &Path, name: &str) -> Result<Option<Copy>> {
    let mut first: Option<Error> = None;
    for path in copies(folder, name) {
        match copy(&path) {
            Ok(whole) => {
                let shown = redact::path(&path);
                let remark = first.map(|error| format!("{error}; '{shown}', an earlier copy, was read in its place"));
                return Ok(Some(Copy { remark, ..whole }));
            }
            Err(error) => drop(first.get_or_insert(error)),
        }
    }
    first.map_or(Ok(None), Err)
}

fn copy(path: &Path) -> Result<Copy> {
    let bytes = bytes(path)?;
    let (version, content) = tdata::open_container(&bytes).map_err(|fault| failed(path, fault))?;
    Ok(Copy { path: path.to_owned(), version, content: Zeroizing::new(content.to_vec()), remark: None })
}

/// A folder in the folder. A link could lead out of it.
fn is_own_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
}

// `s` wins; of the other two the newer one.
fn copies(folder: &Path, name: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = SUFFIXES.iter().map(|suffix| folder.join(format!("{name}{suffix}"))).collect();
    let time = |path: &Path| path.metadata().and_then(|metadata| metadata.modified()).ok();
    if time(&paths[2]) > time(&paths[1]) {
        paths.swap(1, 2);
    }
    paths.retain(|path| path.symlink_metadata().is_ok());
    paths
}

fn bytes(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let io = |error: std::io::Error| Error::io(path, "read", &error);
    // A link could lead out of the folder.
    let metadata = path.symlink_metadata().map_err(io)?;
    if !metadata.is_file() {
        return Err(Error::not_a_session(
            &path.to_string_lossy(),
            "it is a link or a folder where Telegram Desktop has a file",
        ));
    }
    if metadata.len() > LARGEST_FILE {
        return Err(Error::too_large(&path.to_string_lossy(), LARGEST_FILE));
    }
    std::fs::read(path).map(Zeroizing::new).map_err(io)
}

/// The files of a new folder with this session: names and contents. An empty passcode is none.
pub fn write(contents: &Contents, passcode: &str) -> Result<Vec<(String, Zeroizing<Vec<u8>>)>> {
    let random = |bytes: &mut [u8]| {
        getrandom::fill(bytes).map_err(|_| Error::new(ErrorCode::Io, "the system gives no random numbers"))
    };
    let mut key_bytes = Zeroizing::new([0; 256]);
    random(&mut *key_bytes)?;
    let local_key = LocalKey::new(*key_bytes);
    let mut salt = [0; 64];
    random(&mut salt)?;
    let mut padding = [[0; 16]; 3];
    padding.iter_mut().try_for_each(|bytes| random(bytes))?;
    let needed = || {
        let message = format!("a {} cannot do without dc_id, auth_key and user_id", FileFormat::Tdata.name());
        Error::new(ErrorCode::Incomplete, message)
    };
    let account = account::write(contents, &local_key, padding[0]).ok_or_else(needed)?;
    let name = folder_name::of_account(USUAL_BASE, 0);
    let mut files = vec![
        (format!("{KEY_PREFIX}{USUAL_BASE}s"), key_data::write(&local_key, passcode, &salt)),
        (format!("{name}s"), account),
        (format!("{name}/maps"), account::write_map(&local_key, padding[1])),
    ];
    if contents.data.test_mode == Some(true) {
        files.push((format!("{name}/configs"), account::write_test_configs(contents, &local_key, padding[2])));
    }
    let packed =
        |(name, content): (String, Zeroizing<Vec<u8>>)| (name, tdata::pack_container(&content, WRITTEN_VERSION));
    Ok(files.into_iter().map(packed).collect())
}
