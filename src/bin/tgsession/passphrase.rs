//! Passphrases, which come from files or standard input and never from the arguments, where every user sees them.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use tgsession::session::{EncryptionKey, Options, Session};
use tgsession::{Error, redact};
use zeroize::Zeroizing;

use crate::failure::{Failure, Result};
use crate::output::Output;

// In bytes; far more than anybody types.
const LONGEST: u64 = 1 << 16;

/// `--passphrase-file`: what the session that a command reads is encrypted with.
#[derive(clap::Args, Default)]
pub struct Passphrase {
    /// The file with the passphrase of an encrypted session, or - for standard input
    ///
    /// The passphrase is the file's text without the line end after it.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl Passphrase {
    /// The key; absent if no file was named.
    pub fn key(&self) -> Result<Option<EncryptionKey>> {
        self.passphrase_file.as_deref().map(read).transpose()
    }

    /// Whether it comes from standard input.
    pub fn is_on_standard_input(&self) -> bool {
        self.passphrase_file.as_deref().is_some_and(is_standard_input)
    }
}

/// Whether a path stands for standard input.
pub fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

/// Reads a passphrase.
pub fn read(path: &Path) -> Result<EncryptionKey> {
    let line = line_in(path)?;
    let text = std::str::from_utf8(&line).map_err(|_| wrong(path, "it is not UTF-8"))?;
    Ok(EncryptionKey::from_passphrase(text)?)
}

/// What a file or standard input has, without the line end after it.
pub fn line_in(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(bytes(path)?);
    if bytes.len() as u64 > LONGEST {
        return Err(wrong(path, "it is too long"));
    }
    let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let len = line.strip_suffix(b"\r").unwrap_or(line).len();
    bytes.truncate(len);
    Ok(bytes)
}

fn wrong(path: &Path, cause: &str) -> Failure {
    Failure::Failed(format!("the passphrase in {}: {cause}", shown(path)))
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(256);
    let read = if is_standard_input(path) {
        let stdin = io::stdin();
        if stdin.is_terminal() {
            eprint!("Passphrase: ");
            return line_of(&stdin);
        }
        stdin.lock().take(LONGEST + 1).read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes))
    };
    match read {
        Ok(_) => Ok(bytes),
        Err(error) if is_standard_input(path) => {
            Err(Failure::Failed(format!("cannot read the passphrase on standard input: {error}")))
        }
        Err(error) => Err(Error::io(path, "read the passphrase in", &error).into()),
    }
}

fn line_of(stdin: &io::Stdin) -> Result<Vec<u8>> {
    let mut line = String::new();
    let read = stdin.read_line(&mut line);
    read.map_err(|error| Failure::Failed(format!("cannot read the passphrase on standard input: {error}")))?;
    Ok(line.into_bytes())
}

fn shown(path: &Path) -> String {
    if is_standard_input(path) { "standard input".to_owned() } else { format!("'{}'", redact::path(path)) }
}

/// Change the passphrase of an encrypted session
///
/// The whole file is encrypted anew, in one transaction: after a failure it has the passphrase that it had. A plain session
/// becomes an encrypted one with `tgsession convert`.
#[derive(clap::Args)]
pub struct Args {
    /// An encrypted session's file
    location: String,
    /// The file with its passphrase, or - for standard input
    #[arg(long, value_name = "FILE")]
    passphrase_file: PathBuf,
    /// The file with its new passphrase, or - for standard input
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: PathBuf,
}

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    if is_standard_input(&args.passphrase_file) && is_standard_input(&args.new_passphrase_file) {
        return Err(Failure::WrongUse("only one of the passphrases can be on standard input".to_owned()));
    }
    let (old, new) = (read(&args.passphrase_file)?, read(&args.new_passphrase_file)?);
    let options = Options { create: false, encryption_key: Some(old), ..Options::default() };
    let session = Session::open(&args.location, &options)?;
    session.change_encryption_key(&new)?;
    out.line(&format!("changed the passphrase of {}", session.location()?))
}
