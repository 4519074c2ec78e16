//! `tgsession export`: a session string, or the whole session as an age file.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use tgsession::model::StringFormat;
use tgsession::storage::private_file;
use zeroize::Zeroizing;

use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::{age, location, overrides, report, target};

/// Print a session as a session string, or the whole session as an age file
///
/// A session string is the login itself. It goes to standard output; a report of what it holds goes to standard error.
/// An age file holds all of the session, encrypted: `age -d` gives the file of its client back.
#[derive(clap::Args)]
#[group(id = "kind", args = ["to", "to_age_recipient", "to_age_passphrase_file"], required = true, multiple = true)]
pub struct Args {
    /// A session's file, a session string, or - for a string on standard input
    location: String,
    #[command(flatten)]
    from: location::From,
    /// The format of the session string
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(StringFormat::ALL.map(StringFormat::name)))]
    to: Option<String>,
    #[command(flatten)]
    to_age: age::Target,
    /// A value that the session does not have, such as user_id=…; may be repeated
    #[arg(long, value_name = "NAME=VALUE", requires = "to")]
    set: Vec<String>,
    /// Write it to this file, which must not exist yet and only its owner may read, instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    if let Some(output) = &args.output {
        target::check(&output.to_string_lossy())?;
    }
    match &args.to {
        Some(_) if args.to_age.is_given() => {
            Err(Failure::WrongUse("--to is the format of a session string, which an age file is not".to_owned()))
        }
        Some(format) => as_string(args, format.parse()?, out),
        None => as_age(args, out),
    }
}

fn as_string(args: &Args, format: StringFormat, out: &mut Output) -> Result<()> {
    let overrides = overrides::parse(&args.set, args.from.takes_standard_input(&args.location))?;
    let session = location::open(&args.location, &args.from)?;
    let (text, report) = session.export_with(format, &overrides)?;
    let line = Zeroizing::new([text.as_bytes(), b"\n"].concat());
    put(&line, args.output.as_deref(), out)?;
    for line in report::lines(&report) {
        eprintln!("{line}");
    }
    Ok(())
}

fn as_age(args: &Args, out: &mut Output) -> Result<()> {
    if args.to_age.takes_standard_input() && args.from.takes_standard_input(&args.location) {
        return Err(Failure::WrongUse("standard input cannot be both the session and the new passphrase".to_owned()));
    }
    if args.output.is_none() && out.is_terminal() {
        return Err(Failure::WrongUse("an age file is not shown on a terminal: give --output FILE".to_owned()));
    }
    let session = location::open(&args.location, &args.from)?;
    put(&args.to_age.encrypt(&session)?, args.output.as_deref(), out)
}

fn put(content: &[u8], output: Option<&Path>, out: &mut Output) -> Result<()> {
    match output {
        Some(path) => Ok(private_file::put(path, content)?),
        None => {
            out.bytes(content)?;
            out.flush()
        }
    }
}
