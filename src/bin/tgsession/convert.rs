//! `tgsession convert`: a session, or every session in a folder, into another client's.

use std::path::Path;

use tgsession::model::Field;
use tgsession::session::NewFile;

use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::{folder, given, location, report, target};

/// Convert a session, or every session in a folder, into the file of another client or into a database
///
/// The source is only read. What the other client has no place for is kept in tables that it does not see. Where it
/// would destroy the session because a value is unknown, nothing is written: give the value with --set.
#[derive(clap::Args)]
pub struct Args {
    /// A session's file or URL, a session string, - for a string on standard input, or a folder
    source: String,
    /// The file to make, or the folder if SOURCE is one, or the URL of a session; it must not exist yet
    target: String,
    #[arg(long, value_name = "FORMAT[@VERSION]", value_parser = NewFile::named, help = formats())]
    to: Option<NewFile>,
    /// A value that the source does not tell, such as user_id=…; may be repeated
    #[arg(long, value_name = "NAME=VALUE", long_help = names())]
    set: Vec<String>,
    /// Enter the folders in the folder too
    #[arg(long)]
    recursive: bool,
    /// The report as JSON: one object, or one a line for a folder
    #[arg(long)]
    json: bool,
}

fn formats() -> String {
    format!("Whose file: {}; without a version the newest of these", NewFile::names().join(", "))
}

fn names() -> String {
    format!("A value that the source does not tell; may be repeated. The names: {}", Field::names())
}

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    let given = given::parse(&args.set)?;
    let report = if location::is_url(&args.target) {
        if args.to.is_some() {
            return Err(Failure::WrongUse("--to is the layout of a file; a database has its own".to_owned()));
        }
        target::make_in_store(&location::open(&args.source)?, &args.target, &given)?
    } else {
        let missing = || Failure::WrongUse("--to FORMAT[@VERSION] is missing: whose file TARGET becomes".to_owned());
        let new_file = args.to.ok_or_else(missing)?;
        target::check(&args.target)?;
        let target = Path::new(&args.target);
        match location::open(&args.source) {
            Err(failure) if location::is_folder(&args.source) => {
                given::check_for_many(&given)?;
                let source = Path::new(&args.source);
                let order = folder::Order { source, target, new_file, given: &given, recursive: args.recursive };
                return folder::convert(&order, failure, args.json, out);
            }
            source => target::make(&source?, target, new_file, &given)?,
        }
    };
    if args.json {
        return out.json(&report);
    }
    report::lines(&report).iter().try_for_each(|line| out.line(line))
}
