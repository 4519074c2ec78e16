//! The engines under test. An engine of tomorrow is one more maker here.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tempfile::TempDir;
use tgsession::session::{NewFile, Options, Session};
use tgsession::{Error, Result};

/// One empty session's place in one engine.
pub struct Engine {
    pub name: String,
    /// How many peers are many to it.
    pub many: i64,
    open: Box<dyn Fn(Options) -> Result<Session>>,
}

type Maker = Box<dyn Fn() -> Engine>;

impl Engine {
    /// Opens the session of this place: an empty one at first; later what is kept there, if the engine keeps it.
    pub fn open(&self) -> Session {
        self.try_open(Options::default()).unwrap()
    }

    /// Opens it with options, of which the layout of new files is the engine's.
    pub fn try_open(&self, options: Options) -> Result<Session> {
        (self.open)(options)
    }

    /// Opens it anew, if the engine kept anything.
    pub fn reopen(&self, session: Session) -> Option<Session> {
        let persistent = session.capabilities().unwrap().persistent;
        drop(session);
        persistent.then(|| self.open())
    }

    /// Checks a session now and, where it is kept, once more after it was opened anew.
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

fn sqlite(layout: &str) -> Engine {
    let folder = TempDir::new().unwrap();
    let new_file = NewFile::named(layout).unwrap();
    let open = move |options| {
        let path = folder.path().join("my account.session");
        Session::open(path.to_str().unwrap(), &Options { new_file, ..options })
    };
    Engine { name: layout.into(), many: 5_000, open: Box::new(open) }
}

/// A database of its own on the server that `tests/servers/run mongodb` started.
#[cfg(feature = "mongodb")]
fn mongodb() -> Engine {
    let location = format!("{}?remove_peers=true", crate::mongodb::new_location());
    // FerretDB 1.24 over SQLite reads all documents for each one that it changes.
    Engine { name: "mongodb".into(), many: 500, open: Box::new(move |options| Session::open(&location, &options)) }
}

fn makers() -> Vec<Maker> {
    let files = NewFile::names().into_iter().map(|layout| Box::new(move || sqlite(&layout)) as Maker);
    let mut makers: Vec<Maker> = std::iter::once(Box::new(memory) as Maker).chain(files).collect();
    #[cfg(feature = "mongodb")]
    makers.push(Box::new(mongodb));
    makers
}

/// Every engine, each with an empty place of its own.
pub fn engines() -> Vec<Engine> {
    makers().iter().map(|make| make()).collect()
}

/// Runs a case on every engine, and tells which ones failed it.
pub fn each(case: impl Fn(&Engine)) {
    let failed = |engine: &Engine| catch_unwind(AssertUnwindSafe(|| case(engine))).is_err();
    let failed: Vec<String> = engines().into_iter().filter(failed).map(|engine| engine.name).collect();
    assert!(failed.is_empty(), "failed on {}", failed.join(", "));
}

/// The error of what must fail.
pub fn error<T: std::fmt::Debug>(result: Result<T>) -> Error {
    result.expect_err("this must fail")
}
