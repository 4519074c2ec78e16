//! `tgsession compact`: gives back the room in session files that nothing is in.

use std::num::NonZeroU64;

use tgsession::redact;
use tgsession::session::{EncryptionKey, Options, Session};

use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::passphrase::Passphrase;

/// Give the room in session files that nothing is in back to the file system
///
/// Deleted peers leave room that the next ones take. Without room to give back, nothing is written. A file whose auto_vacuum is
/// incremental gives it back in steps; any other file is written anew by SQLite's VACUUM, while other programs wait. Its
/// medium needs room for a copy meanwhile.
#[derive(clap::Args)]
pub struct Args {
    /// Session files
    #[arg(required = true)]
    files: Vec<String>,
    #[command(flatten)]
    passphrase: Passphrase,
    /// Write about so many bytes at most in one step; a file that can only be written anew as a whole, and is larger, is refused
    #[arg(long, value_name = "BYTES")]
    max_bytes: Option<NonZeroU64>,
}

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    let key = args.passphrase.key()?;
    let mut failed = Vec::new();
    for file in &args.files {
        match compact(file, key.clone(), args.max_bytes) {
            Ok(freed) => out.line(&format!("{}: {freed} bytes given back", redact::shown(file)))?,
            Err(error) => failed.push(error.to_string()),
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(Failure::Failed(failed.join("\n"))) }
}

fn compact(file: &str, encryption_key: Option<EncryptionKey>, step: Option<NonZeroU64>) -> tgsession::Result<u64> {
    let session = Session::open(file, &Options { create: false, encryption_key, ..Options::default() })?;
    let mut freed = 0;
    loop {
        match session.compact(step)? {
            0 => return Ok(freed),
            more => freed += more,
        }
    }
}
