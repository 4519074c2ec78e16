//! Examines a session of any kind: what it is, whether it opens, and whether its own client would open it.

use std::path::Path;

use serde::Serialize;

use super::{EncryptionKey, Options, Session, stores};
use crate::codec::{self, TextKind};
use crate::error::{Error, ErrorCode, Result};
use crate::host;
use crate::model::{
    AuthKey, DEFAULT_DC_ID, Finding, ForeignTable, Leftovers, OtherLogin, SessionData, Severity, Unusable,
    dc_of_address, is_test_address,
};
use crate::redact;
use crate::storage::file_kind::FileKind;
use crate::storage::sqlite::{examine as database, salvage};
use crate::storage::{file, file_findings};

// A random key has no such run of zeros.
const ZEROS: usize = 16;
const LARGEST: u64 = 256 << 20;
/// So many tables of other programs are named one by one.
const MOST_TABLES: usize = 20;

/// What was found about a session. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Examination {
    /// The location as it may be shown.
    pub location: String,
    /// `sqlite`, `encrypted`, `json`, `gzip`, `base64`, `text`, `binary`, `folder`, `session_string`, `store` or `other`.
    pub kind: &'static str,
    /// The client of the layout, and its version.
    pub format: Option<String>,
    /// The id of the auth key.
    pub auth_key_id: Option<String>,
    /// No finding is an error.
    pub is_sound: bool,
    /// Every finding, the worst first.
    pub findings: Vec<Finding>,
}

/// Examines what a location names. Nothing of it changes.
pub fn examine(location: &str) -> Result<Examination> {
    examine_with(location, None)
}

/// Examines what a location names: a file that is encrypted, if there is a key. Nothing of it changes.
pub fn examine_with(location: &str, key: Option<&EncryptionKey>) -> Result<Examination> {
    let path = Path::new(location);
    if let Some(scheme) = stores::url_scheme(location) {
        return Ok(of_store(scheme, location));
    }
    // A text that may be a secret is not repeated as the name of a missing file.
    if host::fs::symlink_metadata(path).is_err() && codec::diagnose(location).kind != TextKind::Other {
        return Ok(examine_string(location));
    }
    host::fs::metadata(path).map_err(|error| Error::io(path, "open", &error))?;
    of_path(path, location, key)
}

/// Examines a session string.
pub fn examine_string(text: &str) -> Examination {
    let diagnosis = codec::diagnose(text);
    let mut examination = Examination::new("session string", "session_string");
    examination.format = diagnosis.format.map(str::to_owned);
    if let Some(problem) = diagnosis.problem {
        examination.add(Finding::error("string", problem, "copy the whole string again from where it was exported"));
    }
    if !diagnosis.mended.is_empty() {
        let message = format!("it was repaired to be read: {}", diagnosis.mended.join(", "));
        examination.add(Finding::warning("string", message, "keep the string without these changes"));
    }
    if let Ok(decoded) = codec::decode_session_string(text) {
        examination.add(Finding::ok("string", "every character is there"));
        examination.add_login(&decoded.data);
    }
    examination.sorted()
}

fn of_store(scheme: &str, location: &str) -> Examination {
    let mut examination = Examination::new(&format!("a session in {scheme}"), "store");
    match Session::open(location, &read_only()) {
        Ok(session) => examination.add_session(&session),
        Err(error) => {
            examination.add(Finding::error("open", error.to_string(), "see whether the store and the name are right"));
        }
    }
    examination.sorted()
}

fn of_path(path: &Path, location: &str, key: Option<&EncryptionKey>) -> Result<Examination> {
    let mut examination = Examination::new(location, "other");
    examination.findings = file_findings::findings(path);
    let kind = file::kind(path);
    let is_database = match &kind {
        Ok(FileKind::Sqlite) => true,
        Ok(FileKind::Encrypted) => key.is_some(),
        // Its first page may have been overwritten.
        Ok(FileKind::Text) | Err(_) => host::is_file(path) && has_pages(path)?,
        Ok(_) => false,
    };
    if is_database {
        examination.kind = "sqlite";
        let found = database::examine(path, read_only().busy_timeout, LARGEST, key.cloned())?;
        examination.format = found.format.map(|format| format.to_string());
        examination.findings.extend(found.findings);
    } else if path.is_dir() {
        examination.kind = "folder";
    } else if let Ok(kind) = kind {
        examination.kind = name_of(kind);
    }
    if !examination.findings.iter().any(|finding| finding.check == "open") {
        match Session::open(location, &Options { encryption_key: key.cloned(), ..read_only() }) {
            Ok(session) => examination.add_session(&session),
            Err(error) if error.code() == ErrorCode::WrongKey => {
                examination.add(Finding::error(
                    "open",
                    error.to_string(),
                    "examine it with the passphrase of its owner",
                ));
            }
            Err(error) => {
                let remedy = "see with `tgsession diagnose` what the file is";
                examination.add(Finding::error("open", error.to_string(), remedy));
            }
        }
    }
    Ok(examination.sorted())
}

fn name_of(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Missing => "other",
        FileKind::Sqlite => "sqlite",
        FileKind::Encrypted => "encrypted",
        FileKind::Json => "json",
        FileKind::Gzip => "gzip",
        FileKind::Base64 => "base64",
        FileKind::Text => "text",
        FileKind::Binary(_) => "binary",
    }
}

fn has_pages(path: &Path) -> Result<bool> {
    Ok(salvage::has_pages(salvage::OwnedFiles::read(path, LARGEST)?.borrow()))
}

fn read_only() -> Options {
    Options { read_only: true, create: false, ..Options::default() }
}

impl Examination {
    fn new(location: &str, kind: &'static str) -> Self {
        Self {
            location: redact::shown(location).into_owned(),
            kind,
            format: None,
            auth_key_id: None,
            is_sound: false,
            findings: Vec::new(),
        }
    }

    fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    // As this library opens it.
    fn add_session(&mut self, session: &Session) {
        let read = session.contents().and_then(|contents| Ok((contents, session.format()?, session.location()?)));
        match read {
            Ok((contents, format, location)) => {
                self.location = location;
                self.format = Some(format.to_string());
                let (peers, states) = (contents.peers.len(), contents.update_states.len());
                self.add(Finding::ok("open", format!("it opens: {peers} peers and {states} update states are read")));
                self.add_login(&contents.data);
                // What cannot be read of the session is told already.
                self.findings.extend(session.leftovers().iter().flat_map(of_leftovers));
            }
            Err(error) => {
                let remedy = "take what is left with `tgsession doctor LOCATION --salvage TARGET`";
                self.add(Finding::error("open", error.to_string(), remedy));
            }
        }
    }

    fn add_login(&mut self, data: &SessionData) {
        let before = self.findings.len();
        let unusable = |unusable: &Unusable| {
            let remedy =
                format!("give the right one: `tgsession convert LOCATION TARGET --set {}=…`", unusable.field.name());
            Finding::error("login", unusable.sentence(), remedy)
        };
        self.findings.extend(data.unusable.iter().map(unusable));
        match &data.auth_key {
            None => {
                let message = "it is not logged in: it has no auth key";
                self.add(Finding::warning("login", message, "log in with its client"));
            }
            Some(key) => {
                self.auth_key_id = Some(key.id_hex());
                self.findings.extend(of_key(key));
                self.findings.extend(of_address(data));
            }
        }
        let is_quiet = self.findings.len() == before;
        if let Some(id) = self.auth_key_id.as_ref().filter(|_| is_quiet) {
            let message = format!("it has the auth key {id} of data centre {}", data.dc_id.unwrap_or(DEFAULT_DC_ID));
            self.add(Finding::ok("login", message));
        }
    }

    fn sorted(mut self) -> Self {
        self.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        self.is_sound = self.findings.iter().all(|finding| finding.severity != Severity::Error);
        self
    }
}

fn of_leftovers(leftovers: &Leftovers) -> Vec<Finding> {
    let login = |login: &OtherLogin| {
        let message = format!("there is another login, which is not read: {login}");
        Finding::warning("login", message, "keep it in a session of its own, or log it out with its client")
    };
    let table = |table: &ForeignTable| {
        let message = format!("a table of another program is in the file: {table}");
        let remedy = "a conversion leaves it behind, unless `tgsession convert --keep-foreign-tables` takes it along";
        Finding::warning("tables", message, remedy)
    };
    let tables = leftovers.foreign_tables.iter();
    let more = tables.len().saturating_sub(MOST_TABLES);
    let more = (more > 0).then(|| {
        let remedy = "see all of them with `tgsession inspect`";
        Finding::warning("tables", format!("{more} more tables of other programs are in the file"), remedy)
    });
    let remark = |remark: &String| Finding {
        check: "remark",
        severity: Severity::Warning,
        message: remark.clone(),
        remedy: None,
    };
    let logins = leftovers.other_logins.iter().map(login);
    let tables = tables.take(MOST_TABLES).map(table).chain(more);
    logins.chain(tables).chain(leftovers.remarks.iter().map(remark)).collect()
}

fn of_key(key: &AuthKey) -> Option<Finding> {
    let bytes = key.as_bytes();
    let remedy = "log in again, or look for the key with `tgsession doctor LOCATION --salvage TARGET`";
    if bytes.iter().all(|byte| *byte == 0) {
        return Some(Finding::error("login", "the auth key consists of zeros: the login is lost", remedy));
    }
    let has_run = bytes.windows(ZEROS).any(|run| run.iter().all(|byte| *byte == 0));
    let message = format!("the auth key has {ZEROS} zeros in a row, as no key has: a part of it was overwritten");
    has_run.then(|| Finding::error("login", message, remedy))
}

fn of_address(data: &SessionData) -> Vec<Finding> {
    let mut findings = Vec::new();
    let known = [1, 2, 3, 4, 5, 203];
    if let Some(dc_id) = data.dc_id.filter(|dc_id| !known.contains(dc_id)) {
        let message = format!("no data centre has the number {dc_id}");
        findings.push(Finding::warning("login", message, "set dc_id to the data centre of the login"));
    }
    let Some(address) = &data.server_address else { return findings };
    let of_address = dc_of_address(address);
    if let (Some(dc_id), Some(other)) = (data.dc_id, of_address.filter(|other| data.dc_id != Some(*other))) {
        let message = format!("dc_id is {dc_id}, but {address} is the address of data centre {other}");
        findings.push(Finding::error("login", message, "set both to the data centre of the login"));
    }
    let is_test = is_test_address(address);
    if of_address.is_some() && data.test_mode.is_some_and(|test_mode| test_mode != is_test) {
        let (of, mode) = if is_test { ("the test servers", "off") } else { ("the production servers", "on") };
        let message = format!("{address} is one of {of}, but test_mode is {mode}");
        findings.push(Finding::error("login", message, "set test_mode, or the address, to that of the login"));
    }
    if data.port == Some(0) {
        findings.push(Finding::error("login", "the port is 0", "set port: 443, or 80 for the test servers"));
    }
    findings
}
