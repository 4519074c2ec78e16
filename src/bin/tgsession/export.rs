//! `tgsession export`: a session string.

use clap::builder::PossibleValuesParser;
use tgsession::model::StringFormat;

use crate::failure::Result;
use crate::output::Output;
use crate::{location, overrides, report};

/// Print a session as a session string, which is the login itself
///
/// The string goes to standard output; a report of what it holds goes to standard error.
#[derive(clap::Args)]
pub struct Args {
    /// A session's file, a session string, or - for a string on standard input
    location: String,
    #[command(flatten)]
    from: location::From,
    /// The format of the session string
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(StringFormat::ALL.map(StringFormat::name)))]
    to: String,
    /// A value that the session does not have, such as user_id=…; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
}

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    let format: StringFormat = args.to.parse()?;
    let overrides = overrides::parse(&args.set)?;
    let session = location::open(&args.location, &args.from)?;
    let (text, report) = session.export_with(format, &overrides)?;
    out.line(&text)?;
    out.flush()?;
    for line in report::lines(&report) {
        eprintln!("{line}");
    }
    Ok(())
}
