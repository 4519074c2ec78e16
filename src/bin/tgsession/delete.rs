//! `tgsession delete`: deletes a session and everything that belongs to it.

use tgsession::session::{Options, Session};

use crate::failure::{Failure, Result};
use crate::location;
use crate::output::Output;

/// Delete a session and everything that belongs to it
///
/// The login stays in the account's list of devices until it is ended there.
#[derive(clap::Args)]
pub struct Args {
    /// A session's file or URL
    location: String,
    /// Confirms the deletion; without it nothing is deleted
    #[arg(long)]
    yes: bool,
}

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    let found = location::open(&args.location, &location::From::default())?;
    let (shown, persistent) = (found.location()?, found.capabilities()?.persistent);
    drop(found);
    if !persistent {
        return Err(Failure::WrongUse(
            "LOCATION is a session string or a JSON file, which cannot be deleted".to_owned(),
        ));
    }
    if !args.yes {
        return Err(Failure::WrongUse(format!("this deletes '{shown}' for good: confirm with --yes")));
    }
    Session::open(&args.location, &Options { create: false, ..Options::default() })?.delete()?;
    out.line(&format!("deleted {shown}"))
}
