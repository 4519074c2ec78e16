//! `tgsession export`: a session string.

use clap::builder::PossibleValuesParser;
use tgsession::model::StringFormat;
use tgsession::session::{Options, Outcome, Report, Session, convert};
use tgsession::storage::Change;
use zeroize::Zeroizing;

use crate::failure::Result;
use crate::output::Output;
use crate::{given, location, report};

/// Print a session as a session string, which is the login itself
///
/// The string goes to standard output; what of the session it holds is told on standard error.
#[derive(clap::Args)]
pub struct Args {
    /// A session's file, a session string, or - for a string on standard input
    location: String,
    /// Whose session string
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(StringFormat::ALL.map(StringFormat::name)))]
    to: String,
    /// A value that the session does not tell, such as user_id=…; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
}

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    let format: StringFormat = args.to.parse()?;
    let given = given::parse(&args.set)?;
    let session = location::open(&args.location)?;
    let (text, report) = if given.is_empty() { session.export(format)? } else { with(&session, &given, format)? };
    out.line(&text)?;
    out.flush()?;
    for line in report::lines(&report) {
        eprintln!("{line}");
    }
    Ok(())
}

// Through a session in memory, which takes whatever is given.
fn with(session: &Session, given: &[Change], format: StringFormat) -> Result<(Zeroizing<String>, Report)> {
    let memory = Session::open(":memory:", &Options::default())?;
    convert(session, &memory, given)?;
    let (text, mut report) = memory.export(format)?;
    report.source = session.format()?.to_string();
    for field in report.fields.iter_mut().filter(|field| field.outcome == Outcome::Kept) {
        if given.iter().any(|(set, _)| set.name() == field.name) {
            field.outcome = Outcome::Given;
        }
    }
    Ok((text, report))
}
