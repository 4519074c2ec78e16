//! LOCATION: the session that a command reads.

use std::fs;
use std::io::{self, BufRead, IsTerminal, Read};
use std::path::Path;

use clap::builder::PossibleValuesParser;
use tgsession::ErrorCode;
use tgsession::model::ExpectedFormat;
use tgsession::redact;
use tgsession::session::{Options, Session};
use tgsession::storage::file;
use tgsession::storage::file_kind::{self, FileKind};
use zeroize::Zeroizing;

use crate::age;
use crate::database_key::DatabaseKeyFile;
use crate::desktop::Desktop;
use crate::failure::{Failure, Result};
use crate::passphrase::Passphrase;

const STANDARD_INPUT: &str = "-";
// In bytes; far more than any session string or JSON session has.
const MAX_INPUT: u64 = 1 << 20;

/// The options of every command that reads: the session does not change, and none is created.
pub fn read_only() -> Options {
    Options { read_only: true, create: false, ..Options::default() }
}

/// `--from` and `--passphrase-file`: the format of what a command reads, and what it is encrypted with.
#[derive(clap::Args, Default)]
pub struct From {
    /// The format that the session has, if you know it; a session of another format is refused
    ///
    /// Some session strings can be read in two ways: as an intact string of one format, and as what is left of a longer
    /// one that lost some characters. They are refused unless their format is named.
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(ExpectedFormat::names()))]
    from: Option<String>,
    #[command(flatten)]
    age: age::Source,
    #[command(flatten)]
    passphrase: Passphrase,
    #[command(flatten)]
    database_key: DatabaseKeyFile,
    #[command(flatten)]
    desktop: Desktop,
}

impl From {
    pub fn options(&self) -> Result<Options> {
        let expected_format = self.from.as_deref().map(str::parse).transpose()?;
        let (encryption_key, database_key) = (self.passphrase.key()?, self.database_key.key()?);
        let (account, passcode) = (self.desktop.account(), self.desktop.passcode()?);
        Ok(Options { expected_format, encryption_key, database_key, account, passcode, ..read_only() })
    }

    /// Whether the location is said to be an age file.
    pub fn is_age(&self) -> bool {
        self.age.is_given()
    }

    /// Whether opening a location reads standard input.
    pub fn takes_standard_input(&self, location: &str) -> bool {
        location == STANDARD_INPUT || self.age.takes_standard_input() || self.keys_on_standard_input() > 0
    }

    fn keys_on_standard_input(&self) -> usize {
        let keys = [
            self.passphrase.is_on_standard_input(),
            self.database_key.is_on_standard_input(),
            self.desktop.is_on_standard_input(),
        ];
        keys.into_iter().filter(|is_there| *is_there).count()
    }
}

/// Opens what a location names.
pub fn open(location: &str, from: &From) -> Result<Session> {
    if usize::from(location == STANDARD_INPUT) + from.keys_on_standard_input() > 1 {
        return Err(Failure::WrongUse(
            "the session and its passphrase or key cannot both be on standard input".to_owned(),
        ));
    }
    open_with(location, from, &from.options()?)
}

/// The same, where the options have been read: standard input is read once.
pub fn open_with(location: &str, from: &From, options: &Options) -> Result<Session> {
    if from.is_age() {
        return from.age.open(location, options);
    }
    if location == STANDARD_INPUT {
        return Ok(Session::open_string(&standard_input()?, options)?);
    }
    Session::open(location, options).map_err(|error| with_hint(error, Path::new(location)))
}

// The library does not know what the command line calls its options.
fn with_hint(error: tgsession::Error, path: &Path) -> Failure {
    if error.code() == ErrorCode::WrongKey && file::is_age(path) {
        let path = redact::path(path);
        return Failure::Failed(format!(
            "'{path}' is encrypted with age: give --age-identity FILE or --age-passphrase-file FILE, or decrypt it (age -d)"
        ));
    }
    error.into()
}

/// The text in a file, if it is one.
pub fn text_in(path: &Path) -> Option<Zeroizing<String>> {
    let is_text = file::kind(path).is_ok_and(|kind| kind == FileKind::Text);
    file_kind::text_of(&Zeroizing::new(is_text.then(|| fs::read(path).ok()).flatten()?))
}

/// Opens a file.
pub fn open_file(path: &Path, options: &Options) -> tgsession::Result<Session> {
    Session::open(&text_of(path)?, options)
}

/// A path as text, as the library takes it.
pub fn text_of(path: &Path) -> tgsession::Result<String> {
    let text = path.to_str().ok_or_else(|| {
        tgsession::Error::invalid_argument(format!("cannot open '{}': its name is not UTF-8", redact::path(path)))
    })?;
    Ok(text.to_owned())
}

/// Whether an argument is a URL, which is never a path. A single letter before it is a drive of Windows.
pub fn is_url(argument: &str) -> bool {
    argument.find("://").is_some_and(|at| at != 1)
}

/// Whether an argument names a folder.
pub fn is_folder(argument: &str) -> bool {
    argument != STANDARD_INPUT && Path::new(argument).is_dir()
}

/// The text on standard input, which is a session string or the like.
pub fn standard_input() -> Result<Zeroizing<String>> {
    text_on_standard_input("Session string")
}

/// The text on standard input, which a person is asked for.
pub fn text_on_standard_input(what: &str) -> Result<Zeroizing<String>> {
    let stdin = io::stdin();
    let mut bytes = Zeroizing::new(Vec::new());
    let read = if stdin.is_terminal() {
        eprint!("{what}: ");
        stdin.lock().read_until(b'\n', &mut bytes)
    } else {
        stdin.lock().take(MAX_INPUT).read_to_end(&mut bytes)
    };
    let text = file_kind::text_of(&bytes)
        .ok_or_else(|| Failure::Failed("what standard input gives is not a text".to_owned()))?;
    match read {
        Ok(_) if text.trim().is_empty() => Err(Failure::Failed("standard input is empty".to_owned())),
        Ok(_) => Ok(text),
        Err(error) => Err(Failure::Failed(format!("cannot read standard input: {error}"))),
    }
}
