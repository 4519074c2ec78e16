//! `tgsession convert`: a session, or every session in a folder, into another client's.

use std::path::{Path, PathBuf};

use tgsession::model::{Field, FileFormat};
use tgsession::redact;
use tgsession::session::{ConvertOptions, Options, Passcode, Session, is_session_folder};

use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::{account, desktop, folder, location, overrides, passphrase, report, target};

/// Convert a session, or every session in a folder, into the file of another client or into a database
///
/// The source is only read. Data that the other client's layout cannot hold is kept in tables that it ignores. If a value
/// is unknown without which that client would destroy the session, nothing is written: give the value with --set. What a
/// description of the account beside the session tells (PHONE.json beside PHONE.session, as packs of accounts have it) is taken
/// from there, and the report says so; --set wins.
///
/// A bare auth key becomes a session with SOURCE :memory: and --set auth_key=-, which reads its hexadecimal digits from standard
/// input: tgsession convert :memory: TARGET --to telethon --set auth_key=- --set dc_id=2
#[derive(clap::Args)]
pub struct Args {
    /// A session's file or URL, a session string, - for a string on standard input, :memory: for none, or a folder
    source: String,
    /// The file to make, or the folder if SOURCE is one, or the URL of a session; it must not exist yet
    target: String,
    #[command(flatten)]
    from: location::From,
    #[arg(long, value_name = "FORMAT[@VERSION]", value_parser = target::Kind::named, help = formats())]
    to: Option<target::Kind>,
    /// Encrypt the new file with the passphrase in this file, or on standard input if it is -
    #[arg(long, value_name = "FILE")]
    to_passphrase_file: Option<PathBuf>,
    /// Keep the new tdata of Telegram Desktop under the passcode in this file, or on standard input if it is -
    #[arg(long, value_name = "FILE")]
    to_passcode_file: Option<PathBuf>,
    /// A value that the source does not have, such as user_id=…; may be repeated
    #[arg(long, value_name = "NAME=VALUE", long_help = names())]
    set: Vec<String>,
    /// Take along the tables of other programs in the source's file, with their rows, into a file
    ///
    /// Without it they stay in the source, and the report names them. A view or a virtual table is never taken along. A table
    /// with a name that the new layout has itself is an error: nothing is made.
    #[arg(long)]
    keep_foreign_tables: bool,
    /// Also convert the folders in it, recursively
    #[arg(long)]
    recursive: bool,
    /// The report as JSON: one object, or one a line for a folder
    #[arg(long)]
    json: bool,
}

fn formats() -> String {
    format!(
        "The layout or format of the new file: {}; without a version, the newest of these; mtcute and grammers-sqlite have nothing of ours \
         in them",
        target::Kind::names()
    )
}

fn names() -> String {
    let names = Field::names();
    format!(
        "A value that the source does not have; may be repeated. auth_key=- reads the key's 512 hexadecimal digits from standard \
         input, where no other user sees them. The names: {names}"
    )
}

impl Args {
    fn check_standard_input(&self) -> Result<()> {
        let uses = self.new_secrets_on_standard_input() + usize::from(self.from.takes_standard_input(&self.source));
        if uses > 1 {
            return Err(Failure::WrongUse("only one thing can be on standard input".to_owned()));
        }
        Ok(())
    }

    // What else than a value is on standard input.
    fn takes_standard_input(&self) -> bool {
        self.from.takes_standard_input(&self.source) || self.new_secrets_on_standard_input() > 0
    }

    fn new_secrets_on_standard_input(&self) -> usize {
        let files = [&self.to_passphrase_file, &self.to_passcode_file];
        files.into_iter().flatten().filter(|file| passphrase::is_standard_input(file)).count()
    }

    fn passcode(&self) -> Result<Option<Passcode>> {
        if self.to_passcode_file.is_some() && !matches!(self.to, Some(target::Kind::File(FileFormat::Tdata))) {
            return Err(Failure::WrongUse(
                "--to-passcode-file needs --to tdata: nothing else has a passcode".to_owned(),
            ));
        }
        self.to_passcode_file.as_deref().map(desktop::read).transpose()
    }
}

/// The source, if it is a session: a folder in which sessions lie beside Telegram Desktop's tdata is one of several.
fn open_alone(args: &Args, from: &Options) -> Result<Result<Session>> {
    let opened = location::open_with(&args.source, &args.from, from);
    let source = Path::new(&args.source);
    let is_around = opened.is_ok() && location::is_folder(&args.source) && !is_session_folder(source);
    if is_around && folder::has_others(source, args.recursive, from)? {
        return Ok(Err(Failure::Failed(format!("'{}' holds several sessions", redact::path(source)))));
    }
    Ok(opened)
}

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    args.check_standard_input()?;
    let overrides = overrides::parse(&args.set, args.takes_standard_input())?;
    let given = account::beside(Path::new(&args.source));
    let passcode = args.passcode()?;
    let options = ConvertOptions {
        overrides: &overrides,
        given: &given,
        keep_foreign_tables: args.keep_foreign_tables,
        passcode: passcode.as_ref(),
    };
    let key = args.to_passphrase_file.as_deref().map(passphrase::read).transpose()?;
    let report = if location::is_url(&args.target) {
        if key.is_some() {
            return Err(Failure::WrongUse(
                "--to-passphrase-file encrypts a file; a database has its own means".to_owned(),
            ));
        }
        if args.to.is_some() {
            return Err(Failure::WrongUse("--to is the layout of a file; a database has its own".to_owned()));
        }
        if args.keep_foreign_tables {
            // The library refuses it, too; but opening TARGET would already make something there.
            return Err(Failure::WrongUse(
                "--keep-foreign-tables needs a file as TARGET: a database is shared".to_owned(),
            ));
        }
        target::make_in_store(&location::open(&args.source, &args.from)?, &args.target, &options)?
    } else {
        let missing =
            || Failure::WrongUse("--to FORMAT[@VERSION] is missing: it names the layout of the file TARGET".to_owned());
        let kind = args.to.ok_or_else(missing)?;
        target::check(&args.target)?;
        let target = Path::new(&args.target);
        let from = &args.from.options()?;
        match open_alone(args, from)? {
            Err(_) if location::is_folder(&args.source) && args.from.is_age() => {
                return Err(Failure::WrongUse("SOURCE is a folder, and an age file is one session".to_owned()));
            }
            Err(failure) if location::is_folder(&args.source) => {
                overrides::check_for_many(&overrides)?;
                let source = Path::new(&args.source);
                let job = folder::Job {
                    source,
                    target,
                    kind,
                    key,
                    overrides: &overrides,
                    keep_foreign_tables: args.keep_foreign_tables,
                    recursive: args.recursive,
                    from,
                    passcode: passcode.as_ref(),
                };
                return folder::convert(&job, failure, args.json, out);
            }
            source => target::make(&source?, target, kind, key, &options)?,
        }
    };
    if args.json {
        return out.json(&report);
    }
    report::lines(&report).iter().try_for_each(|line| out.line(line))
}
