//! `tgsession delete`: deletes a session and everything that belongs to it.

use std::path::Path;

use tgsession::session::{Options, Session};

use crate::failure::{Failure, Result};
use crate::location;
use crate::output::Output;
use crate::passphrase::Passphrase;

/// Delete a session and everything that belongs to it
///
/// The login stays in the account's list of devices until it is ended there.
#[derive(clap::Args)]
pub struct Args {
    /// A session's file or URL
    location: String,
    #[command(flatten)]
    passphrase: Passphrase,
    /// Confirms the deletion; without it nothing is deleted
    #[arg(long)]
    yes: bool,
}

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    let of_string = || Failure::WrongUse("LOCATION is a session string, which cannot be deleted".to_owned());
    if args.location == "-" {
        return Err(of_string());
    }
    let encryption_key = args.passphrase.key()?;
    let options = Options { encryption_key, ..location::read_only() };
    let found = Session::open(&args.location, &options)?;
    let (shown, persistent, format) = (found.location()?, found.capabilities()?.persistent, found.format()?);
    drop(found);
    if !persistent {
        if !Path::new(&args.location).exists() {
            return Err(of_string());
        }
        let message = format!("LOCATION is a session of {format}, which is only read here: nothing is deleted");
        return Err(Failure::WrongUse(message));
    }
    if !args.yes {
        return Err(Failure::WrongUse(format!("this deletes '{shown}' for good: confirm with --yes")));
    }
    Session::open(&args.location, &Options { read_only: false, ..options })?.delete()?;
    out.line(&format!("deleted {shown}"))
}
