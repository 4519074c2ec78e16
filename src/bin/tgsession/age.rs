//! The options that read and write age files. Those that read begin with `--age`, those that write with `--to-age`.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use tgsession::Error;
use tgsession::redact;
use tgsession::session::{AgeKey, AgeLock, ByteOptions, Options, Session};
use zeroize::Zeroizing;

use crate::failure::{Failure, Result};

const STANDARD_INPUT: &str = "-";
// In bytes; more than any passphrase, or file of identities, has.
const MAX_SECRET: u64 = 1 << 16;

/// What decrypts a location that is an age file.
#[derive(clap::Args, Default)]
pub struct Source {
    /// LOCATION is an age file, or - for one on standard input, and this is the file of identities that decrypts it
    ///
    /// It is a file of age-keygen: AGE-SECRET-KEY-1… lines and comments. - is standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "age_passphrase_file")]
    age_identity: Option<PathBuf>,
    /// LOCATION is an age file, or - for one on standard input, and its passphrase is in this file; - is standard input
    #[arg(long, value_name = "FILE")]
    age_passphrase_file: Option<PathBuf>,
}

/// What an age file is encrypted with.
#[derive(clap::Args)]
#[group(id = "to_age", multiple = true)]
pub struct Target {
    /// Write the whole session as an age file that the owner of this recipient (age1…) decrypts; may be repeated
    #[arg(long, value_name = "RECIPIENT", conflicts_with = "to_age_passphrase_file")]
    to_age_recipient: Vec<String>,
    /// Write the whole session as an age file with the passphrase in this file; - is standard input
    #[arg(long, value_name = "FILE")]
    to_age_passphrase_file: Option<PathBuf>,
}

impl Source {
    /// Whether a location is said to be an age file.
    pub fn is_given(&self) -> bool {
        self.age_identity.is_some() || self.age_passphrase_file.is_some()
    }

    /// Whether its secret is on standard input.
    pub fn takes_standard_input(&self) -> bool {
        [&self.age_identity, &self.age_passphrase_file].into_iter().flatten().any(|path| is_standard_input(path))
    }

    /// Opens an age file.
    pub fn open(&self, location: &str, options: &Options) -> Result<Session> {
        let secret = self.age_identity.as_deref().or(self.age_passphrase_file.as_deref()).unwrap_or(Path::new(""));
        if location == STANDARD_INPUT && is_standard_input(secret) {
            return Err(Failure::WrongUse("standard input cannot be both the age file and its secret".to_owned()));
        }
        let text = read_secret(secret)?;
        let bytes = read_location(location, options.max_bytes)?;
        let key = match self.age_identity {
            Some(_) => AgeKey::Identity(&text),
            None => AgeKey::Passphrase(without_line_end(&text)),
        };
        Ok(Session::open_age(&bytes, key, options)?)
    }
}

impl Target {
    /// Whether an age file is asked for.
    pub fn is_given(&self) -> bool {
        !self.to_age_recipient.is_empty() || self.to_age_passphrase_file.is_some()
    }

    /// Whether its passphrase is on standard input.
    pub fn takes_standard_input(&self) -> bool {
        self.to_age_passphrase_file.as_deref().is_some_and(is_standard_input)
    }

    /// The session as an age file.
    pub fn encrypt(&self, session: &Session) -> Result<Vec<u8>> {
        let options = ByteOptions::default();
        if let Some(file) = &self.to_age_passphrase_file {
            let text = read_secret(file)?;
            return Ok(session.to_age(AgeLock::Passphrase(without_line_end(&text)), options)?);
        }
        let recipients: Vec<&str> = self.to_age_recipient.iter().map(String::as_str).collect();
        Ok(session.to_age(AgeLock::Recipients(&recipients), options)?)
    }
}

fn is_standard_input(path: &Path) -> bool {
    path == Path::new(STANDARD_INPUT)
}

fn read_secret(path: &Path) -> Result<Zeroizing<String>> {
    let bytes = if is_standard_input(path) {
        read(io::stdin().lock(), MAX_SECRET, || "standard input".to_owned())
    } else {
        let failed = |error| Failure::from(Error::io(path, "read", &error));
        read(File::open(path).map_err(failed)?, MAX_SECRET, || format!("'{}'", redact::path(path)))
    }?;
    let wrong =
        || Failure::Failed(format!("'{}' is not UTF-8: it is no passphrase and no identity", redact::path(path)));
    Ok(Zeroizing::new(std::str::from_utf8(&bytes).map_err(|_| wrong())?.to_owned()))
}

// An age file is a little longer than what is in it.
fn read_location(location: &str, max_bytes: u64) -> Result<Zeroizing<Vec<u8>>> {
    let largest = max_bytes.saturating_mul(2);
    if location == STANDARD_INPUT {
        return read(io::stdin().lock(), largest, || "standard input".to_owned());
    }
    let path = Path::new(location);
    let failed = |error| Failure::from(Error::io(path, "open", &error));
    read(File::open(path).map_err(failed)?, largest, || format!("'{}'", redact::path(path)))
}

// `name` is only what a message shows.
fn read(source: impl Read, largest: u64, name: impl Fn() -> String) -> Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(largest.min(MAX_SECRET)).unwrap_or(0) + 1));
    let read = source.take(largest.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| Failure::Failed(format!("cannot read {}: {error}", name())))?;
    match u64::try_from(bytes.len()) {
        Ok(len) if len <= largest => Ok(bytes),
        _ => Err(Failure::Failed(format!("cannot read {}: it is larger than {largest} bytes", name()))),
    }
}

// Editors end the last line.
fn without_line_end(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}
