//! The engines under test. A new engine is one more maker here.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tempfile::TempDir;
use tgsession::session::{ByteOptions, NewFile, Options, Session};
use tgsession::{Error, Result};

use crate::common::new_databases;
use crate::memory_engine::MemoryEngine;

/// The location of one empty session in one engine.
pub struct Engine {
    pub name: String,
    /// The size of a large batch for it.
    pub many: i64,
    open: Box<dyn Fn(Options) -> Result<Session>>,
}

type Maker = Box<dyn Fn() -> Engine>;

impl Engine {
    /// Opens the session: empty at first, later with what was written, if the engine is persistent.
    pub fn open(&self) -> Session {
        self.try_open(Options::default()).unwrap()
    }

    /// Opens it with options, of which the layout of new files is the engine's.
    pub fn try_open(&self, options: Options) -> Result<Session> {
        (self.open)(options)
    }

    /// Opens it again, if the engine is persistent.
    pub fn reopen(&self, session: Session) -> Option<Session> {
        let persistent = session.capabilities().unwrap().persistent;
        drop(session);
        persistent.then(|| self.open())
    }

    /// Checks a session now and, if the engine is persistent, again after it was reopened.
    pub fn now_and_later(&self, session: Session, check: impl Fn(&Session)) {
        check(&session);
        if let Some(session) = self.reopen(session) {
            check(&session);
        }
    }
}

fn memory() -> Engine {
    Engine { name: "memory".into(), many: 5_000, open: Box::new(|options| Session::open(":memory:", &options)) }
}

fn custom(has_indexes: bool) -> Engine {
    let mut kept = MemoryEngine::default();
    kept.has_indexes = has_indexes;
    let name = if has_indexes { "custom" } else { "custom without indexes" };
    Engine {
        name: name.into(),
        many: 5_000,
        open: Box::new(move |options| Session::open_engine(kept.clone(), &options)),
    }
}

fn bytes() -> Engine {
    let empty = Session::open(":memory:", &Options::default()).unwrap();
    let empty = empty.to_bytes(ByteOptions::default()).unwrap();
    Engine { name: "bytes".into(), many: 5_000, open: Box::new(move |options| Session::open_bytes(&empty, &options)) }
}

fn sqlite(layout: &str) -> Engine {
    let folder = TempDir::new().unwrap();
    let new_file = NewFile::named(layout).unwrap();
    let open = move |options| {
        let path = folder.path().join("my account.session");
        Session::open(path.to_str().unwrap(), &Options { new_file, ..options })
    };
    Engine { name: layout.into(), many: 5_000, open: Box::new(open) }
}

/// A database of another client, in place.
fn other_client(name: &str, tables: &'static str) -> Engine {
    let folder = TempDir::new().unwrap();
    let open = move |options: Options| {
        let path = folder.path().join("my account.session");
        // Its client makes it, where something may be made.
        if options.create && !options.read_only {
            new_databases::create(&path, tables);
        }
        Session::open(path.to_str().unwrap(), &options)
    };
    Engine { name: name.into(), many: 5_000, open: Box::new(open) }
}

/// A database of its own on the server that `tests/servers/run mongodb` started.
#[cfg(feature = "mongodb")]
fn mongodb() -> Engine {
    let location = format!("{}?remove_peers=true", crate::mongodb::new_location());
    // FerretDB 1.24 over SQLite reads all documents for each one that it changes.
    Engine { name: "mongodb".into(), many: 500, open: Box::new(move |options| Session::open(&location, &options)) }
}

/// A session of its own in the database at a URL.
#[cfg(feature = "sql")]
fn sql(name: &str, url: String, kept: Option<TempDir>) -> Engine {
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let session = format!("behaviour {} {number}", std::process::id());
    let open = move |options: Options| {
        let _kept = &kept;
        Session::open(&format!("{url}?session={session}"), &options)
    };
    Engine { name: name.into(), many: 5_000, open: Box::new(open) }
}

#[cfg(feature = "sql")]
fn sql_file() -> Engine {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite:///{}/sessions.db", folder.path().to_str().unwrap());
    sql("SQLite, many sessions", url, Some(folder))
}

#[cfg(feature = "sql")]
fn sql_server(variable: &str) -> Engine {
    sql(variable, crate::common::server(variable), None)
}

#[cfg(feature = "sql")]
fn sql_makers() -> Vec<Maker> {
    let servers = ["TGS_POSTGRESQL", "TGS_PGBOUNCER", "TGS_MARIADB"];
    let servers = servers.map(|variable| Box::new(move || sql_server(variable)) as Maker);
    std::iter::once(Box::new(sql_file) as Maker).chain(servers).collect()
}

#[cfg(not(feature = "sql"))]
fn sql_makers() -> Vec<Maker> {
    Vec::new()
}

#[cfg(feature = "mongodb")]
fn mongodb_makers() -> Vec<Maker> {
    vec![Box::new(mongodb)]
}

#[cfg(not(feature = "mongodb"))]
fn mongodb_makers() -> Vec<Maker> {
    Vec::new()
}

fn makers() -> Vec<Maker> {
    let files = NewFile::names().into_iter().map(|layout| Box::new(move || sqlite(&layout)) as Maker);
    let others: [Maker; 6] = [
        Box::new(memory),
        Box::new(bytes),
        Box::new(|| custom(true)),
        Box::new(|| custom(false)),
        Box::new(|| other_client("mtcute", new_databases::MTCUTE)),
        Box::new(|| other_client("grammers", new_databases::GRAMMERS)),
    ];
    others.into_iter().chain(files).chain(sql_makers()).chain(mongodb_makers()).collect()
}

/// Every engine, each with an empty session of its own.
pub fn engines() -> Vec<Engine> {
    makers().iter().map(|make| make()).collect()
}

/// Runs a case on every engine, and names those that failed.
pub fn each(case: impl Fn(&Engine)) {
    let failed = |engine: &Engine| catch_unwind(AssertUnwindSafe(|| case(engine))).is_err();
    let failed: Vec<String> = engines().into_iter().filter(failed).map(|engine| engine.name).collect();
    assert!(failed.is_empty(), "failed on {}", failed.join(", "));
}

/// The error of a call that must fail.
pub fn error<T: std::fmt::Debug>(result: Result<T>) -> Error {
    result.expect_err("this must fail")
}
