//! `tgsession delete`: a session and all that belongs to it.

use tgsession::session::{Options, Session};

use crate::failure::{Failure, Result};
use crate::location;
use crate::output::Output;

/// Delete a session and all that belongs to it
///
/// The login itself stays in the list of devices of its account until it is ended there.
#[derive(clap::Args)]
pub struct Args {
    /// A session's file or URL
    location: String,
    /// Without this nothing is deleted
    #[arg(long)]
    yes: bool,
}

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    let found = location::open(&args.location)?;
    let (shown, persistent) = (found.location()?, found.capabilities()?.persistent);
    drop(found);
    if !persistent {
        return Err(Failure::WrongUse("LOCATION is a session string or JSON: nothing of it can be deleted".to_owned()));
    }
    if !args.yes {
        return Err(Failure::WrongUse(format!("'{shown}' would be gone for good: give --yes")));
    }
    Session::open(&args.location, &Options { create: false, ..Options::default() })?.delete()?;
    out.line(&format!("deleted {shown}"))
}
