//! Takes a copy of a session that is in use, or what is left of one that is damaged. The source is only read.

use std::path::Path;

use serde::Serialize;

use super::{EncryptionKey, Options, Session, location, stores};
use crate::error::{Error, Result};
use crate::host;
use crate::model::AuthKey;
use crate::storage::sqlite::salvage::{self, Candidate, NO_KEY, OwnedFiles, PageCounts, Place, TableCounts, Unread};

/// How a session is salvaged.
#[derive(Clone, Debug)]
pub struct SalvageOptions {
    /// The id of the auth key to take, or `none`. Absent: the session's own, or the only one that is left.
    pub auth_key_id: Option<String>,
    /// Larger files are refused: they are read into memory.
    pub largest: u64,
    /// What the file is encrypted with. From a damaged page that is encrypted nothing can be taken.
    pub encryption_key: Option<EncryptionKey>,
}

impl Default for SalvageOptions {
    fn default() -> Self {
        Self { auth_key_id: None, largest: 256 << 20, encryption_key: None }
    }
}

/// A session that was salvaged.
pub struct Salvaged {
    /// It is in memory. [`super::convert`] writes it into a new one.
    pub session: Session,
    /// What was found, and what was not.
    pub report: SalvageReport,
}

/// By which way a session was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SalvageMethod {
    /// By its engine: it is in order.
    Engine,
    /// Page by page: it is damaged.
    Pages,
}

/// What became of a session's login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginOutcome {
    /// The session's own login.
    Found,
    /// The only one that is left, or the one that was named: nothing but its row tells that it is the session's.
    Doubtful,
    /// The session is not logged in, or no key was wanted.
    LoggedOut,
    /// No auth key was found.
    Lost,
}

/// What was found of a session. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SalvageReport {
    /// By which way.
    pub method: SalvageMethod,
    /// Why the engine could not read it.
    pub problem: Option<String>,
    /// The client of the layout, and its version.
    pub format: String,
    /// What became of the login.
    pub login: LoginOutcome,
    /// The id of its auth key.
    pub auth_key_id: Option<String>,
    /// Where its row stood.
    pub login_place: Option<Place>,
    /// Every auth key that the pages hold.
    pub candidates: Vec<Candidate>,
    /// How many peers.
    pub peers: usize,
    /// How many more an index of the file names, whose rows were not found. There may be others that none names.
    pub lost_peers: usize,
    /// How many usernames they have.
    pub usernames: usize,
    /// How many update states.
    pub update_states: usize,
    /// How many sent files.
    pub sent_files: usize,
    /// How many values that a client kept beside.
    pub values: usize,
    /// The tables that were read page by page.
    pub tables: Vec<TableCounts>,
    /// The pages that were read.
    pub pages: Option<PageCounts>,
}

/// Salvages a session: by its engine, if that finds it in order, or else from the pages of its file.
pub fn salvage(location: &str, options: &SalvageOptions) -> Result<Salvaged> {
    let path = Path::new(location);
    if stores::url_scheme(location).is_some() || !host::is_file(path) {
        return of_engine(Session::open(location, &read_only())?, Vec::new());
    }
    if let Some(key) = &options.encryption_key {
        return of_encrypted(path, key, options);
    }
    let files = OwnedFiles::read(path, options.largest)?;
    let is_database = location::is_sqlite(path) || salvage::has_pages(files.borrow());
    if !is_database {
        return of_engine(Session::open(location, &read_only())?, Vec::new());
    }
    let candidates = salvage::candidates(files.borrow());
    let wanted = options.auth_key_id.as_deref();
    match salvage::snapshot(path, read_only().busy_timeout, options.largest, None) {
        Ok(storage) => match Session::over(storage, &read_only())? {
            session if is_wanted(&session, wanted)? => of_engine(session, candidates),
            _ => of_pages(&files, wanted, location, None),
        },
        Err(Unread::Damaged(error)) => of_pages(&files, wanted, location, Some(error.to_string())),
        Err(Unread::Other(error)) => Err(error),
    }
}

// By SQLite only: what stands on its pages is known to nobody else.
fn of_encrypted(path: &Path, key: &EncryptionKey, options: &SalvageOptions) -> Result<Salvaged> {
    if location::is_sqlite(path) {
        return Err(Error::not_encrypted(&path.to_string_lossy()));
    }
    match salvage::snapshot(path, read_only().busy_timeout, options.largest, Some(key.clone())) {
        Ok(storage) => of_engine(Session::over(storage, &read_only())?, Vec::new()),
        Err(Unread::Damaged(error) | Unread::Other(error)) => Err(error),
    }
}

fn read_only() -> Options {
    Options { read_only: true, create: false, ..Options::default() }
}

fn is_wanted(session: &Session, wanted: Option<&str>) -> Result<bool> {
    let Some(wanted) = wanted else { return Ok(true) };
    let own = session.data()?.auth_key.as_ref().map_or_else(|| NO_KEY.to_owned(), AuthKey::id_hex);
    Ok(own.eq_ignore_ascii_case(wanted))
}

fn of_engine(session: Session, candidates: Vec<Candidate>) -> Result<Salvaged> {
    let has_key = session.data()?.auth_key.is_some();
    let report = SalvageReport {
        method: SalvageMethod::Engine,
        login: if has_key { LoginOutcome::Found } else { LoginOutcome::LoggedOut },
        candidates,
        ..SalvageReport::of(&session)?
    };
    Ok(Salvaged { session, report })
}

fn of_pages(files: &OwnedFiles, wanted: Option<&str>, location: &str, problem: Option<String>) -> Result<Salvaged> {
    let salvaged = salvage::salvage(files.borrow(), wanted, location)?;
    let session = Session::over(salvaged.storage, &read_only())?;
    let has_key = session.data()?.auth_key.is_some();
    let login = match salvaged.login {
        _ if has_key && !salvaged.login_is_doubtful => LoginOutcome::Found,
        _ if has_key => LoginOutcome::Doubtful,
        Some(Place::Table) => LoginOutcome::LoggedOut,
        _ if wanted == Some(NO_KEY) => LoginOutcome::LoggedOut,
        _ => LoginOutcome::Lost,
    };
    let report = SalvageReport {
        method: SalvageMethod::Pages,
        problem,
        login,
        login_place: salvaged.login,
        candidates: salvaged.candidates,
        lost_peers: salvaged.lost_peers,
        tables: salvaged.tables,
        pages: Some(salvaged.pages),
        ..SalvageReport::of(&session)?
    };
    Ok(Salvaged { session, report })
}

impl SalvageReport {
    fn of(session: &Session) -> Result<Self> {
        let contents = session.contents()?;
        Ok(Self {
            method: SalvageMethod::Engine,
            problem: None,
            format: session.format()?.to_string(),
            login: LoginOutcome::Lost,
            auth_key_id: contents.data.auth_key.as_ref().map(AuthKey::id_hex),
            login_place: None,
            candidates: Vec::new(),
            peers: contents.peers.len(),
            lost_peers: 0,
            usernames: contents.peers.iter().map(|peer| peer.usernames.len()).sum(),
            update_states: contents.update_states.len(),
            sent_files: contents.sent_files.len(),
            values: contents.own_values(),
            tables: Vec::new(),
            pages: None,
        })
    }

    /// Whether all that the session held was found, as far as anybody can tell.
    pub fn is_complete(&self) -> bool {
        self.method == SalvageMethod::Engine
    }
}
