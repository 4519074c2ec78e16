//! `tgsession doctor`: whether a session is sound, and what can be taken from one that is not.

use std::path::Path;

use serde::Serialize;
use tgsession::model::Severity;
use tgsession::session::{
    self, ConvertOptions, EncryptionKey, Examination, LoginOutcome, NewFile, Report, SalvageMethod, SalvageOptions,
    SalvageReport, Salvaged,
};

use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::passphrase::Passphrase;
use crate::table::{self, Column};
use crate::visible::visible;
use crate::{location, overrides, report, target};

/// Tell whether a session is sound, and take what is left from one that is not
///
/// The session is examined as this library opens it and as its own client would. Each finding is ok, a warning or an error,
/// with what to do about it. Nothing of the session changes, and no secret is shown. It fails if there is an error.
///
/// With --salvage a new session is made: a copy of a sound one, even while a client uses it, or else what the pages of the
/// file still hold. It fails, and still makes the session, if the auth key is lost.
#[derive(clap::Args)]
pub struct Args {
    /// A session's file or URL, a session string, or - for a string on standard input
    location: String,
    /// The session to make, a file or a URL; it must not exist yet
    #[arg(long, value_name = "TARGET")]
    salvage: Option<String>,
    /// The layout of the new file; without it, that of the session's own client
    #[arg(long, value_name = "FORMAT[@VERSION]", value_parser = NewFile::named, requires = "salvage")]
    to: Option<NewFile>,
    /// A value that the session does not have, such as user_id=…; may be repeated
    #[arg(long, value_name = "NAME=VALUE", requires = "salvage")]
    set: Vec<String>,
    /// The id of the auth key to take, if nothing else tells which of several is the session's; none takes none of them
    #[arg(long, value_name = "ID", requires = "salvage")]
    key_id: Option<String>,
    #[command(flatten)]
    passphrase: Passphrase,
    /// One object of JSON
    #[arg(long)]
    json: bool,
}

/// A salvage, and what became of its parts in the new session.
#[derive(Serialize)]
struct Made {
    target: String,
    #[serde(flatten)]
    found: SalvageReport,
    conversion: Report,
}

#[derive(Serialize)]
struct DoctorJson<'a> {
    #[serde(flatten)]
    examination: &'a Examination,
    salvage: Option<&'a Made>,
}

const COLUMNS: [Column; 3] = [("SEVERITY", false), ("CHECK", false), ("FINDING", false)];

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    if args.location == "-" && args.passphrase.is_on_standard_input() {
        return Err(Failure::WrongUse("a session string has no passphrase".to_owned()));
    }
    if let Some(target) = &args.salvage {
        check_target(args, target)?;
    }
    let key = args.passphrase.key()?;
    let examination = match args.location.as_str() {
        "-" => session::examine_string(&location::standard_input()?),
        location => session::examine_with(location, key.as_ref())?,
    };
    if args.salvage.is_none() || !args.json {
        print(args, &examination, None, out)?;
        out.flush()?;
    }
    let Some(target) = &args.salvage else { return verdict(&examination) };
    let made = salvage(args, target, key)?;
    if args.json {
        print(args, &examination, Some(&made), out)?;
    } else {
        out.line("")?;
        table::pairs(out, &lines(&made))?;
    }
    match made.found.login {
        LoginOutcome::Lost => Err(Failure::Failed(format!("the auth key is lost: '{}' has no login", made.target))),
        _ => Ok(()),
    }
}

// A URL may hold a password.
fn shown(target: &str) -> String {
    match target.split_once("://").filter(|_| location::is_url(target)) {
        Some((scheme, _)) => format!("{scheme}://…"),
        None => target.to_owned(),
    }
}

fn check_target(args: &Args, target: &str) -> Result<()> {
    if args.location == "-" {
        return Err(Failure::WrongUse(
            "a session string has nothing to salvage but itself: see `tgsession convert`".into(),
        ));
    }
    match location::is_url(target) {
        true if args.to.is_some() => {
            Err(Failure::WrongUse("--to is the layout of a file; a database has its own".to_owned()))
        }
        true => Ok(()),
        false => target::check(target),
    }
}

fn verdict(examination: &Examination) -> Result<()> {
    let errors = examination.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    match errors {
        0 => Ok(()),
        1 => Err(Failure::Failed(format!("'{}' is not sound: 1 error", examination.location))),
        _ => Err(Failure::Failed(format!("'{}' is not sound: {errors} errors", examination.location))),
    }
}

fn salvage(args: &Args, target: &str, encryption_key: Option<EncryptionKey>) -> Result<Made> {
    let is_taken = args.passphrase.is_on_standard_input();
    let overrides = overrides::parse(&args.set, is_taken)?;
    let conversion = ConvertOptions { overrides: &overrides, ..ConvertOptions::default() };
    let options = SalvageOptions { auth_key_id: args.key_id.clone(), encryption_key, ..SalvageOptions::default() };
    let Salvaged { session, report } =
        session::salvage(&args.location, &options).map_err(|error| with_option(&error))?;
    let conversion = if location::is_url(target) {
        target::make_in_store(&session, target, &conversion)?
    } else {
        let new_file = args.to.map_or_else(|| session.format().map(|format| NewFile::nearest(&format)), Ok)?;
        target::make(&session, Path::new(target), target::Kind::Layout(new_file), None, &conversion)?
    };
    Ok(Made { target: shown(target), found: report, conversion })
}

// The library names no options of the command line.
fn with_option(error: &tgsession::Error) -> Failure {
    let hint = if error.code() == tgsession::ErrorCode::Incomplete { " with --key-id" } else { "" };
    Failure::Failed(format!("{error}{hint}"))
}

fn print(args: &Args, examination: &Examination, salvage: Option<&Made>, out: &mut Output) -> Result<()> {
    if args.json {
        return out.json(&DoctorJson { examination, salvage });
    }
    let absent = || "-".to_owned();
    let rows = [
        ("location", visible(&examination.location)),
        ("kind", examination.kind.to_owned()),
        ("format", examination.format.clone().unwrap_or_else(absent)),
        ("auth_key_id", examination.auth_key_id.clone().unwrap_or_else(absent)),
    ];
    table::pairs(out, &rows.map(|(name, value)| (name.to_owned(), value)))?;
    out.line("")?;
    let row = |finding: &tgsession::model::Finding| {
        let remedy = finding.remedy.as_ref().map_or_else(String::new, |remedy| format!("; {remedy}"));
        let text = visible(&format!("{}{remedy}", finding.message));
        vec![severity(finding.severity).to_owned(), finding.check.to_owned(), text]
    };
    table::table(out, &COLUMNS, &examination.findings.iter().map(row).collect::<Vec<_>>())
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Ok => "ok",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn lines(made: &Made) -> Vec<(String, String)> {
    let found = &made.found;
    let mut rows = vec![
        ("salvaged", visible(&made.target)),
        ("read", method(found).to_owned()),
        ("login", login(found)),
        ("peers", peers(found)),
        ("update_states", found.update_states.to_string()),
        ("sent_files", found.sent_files.to_string()),
        ("values", found.values.to_string()),
    ];
    for candidate in &found.candidates {
        let zeros = if candidate.has_zeros { ", with zeros as no key has them" } else { "" };
        rows.push(("key found", format!("{} {}{zeros}", candidate.auth_key_id, place(candidate.place))));
    }
    if let Some(pages) = &found.pages {
        rows.push(("pages", pages_line(pages)));
    }
    for table in &found.tables {
        rows.push(("table", table_line(table)));
    }
    let rows = rows.into_iter().map(|(name, value)| (name.to_owned(), value));
    let made = report::lines(&made.conversion).into_iter().filter(|line| !line.is_empty());
    rows.chain(made.map(|line| ("made".to_owned(), line))).collect()
}

fn method(found: &SalvageReport) -> &'static str {
    match found.method {
        SalvageMethod::Engine => "as its client reads it: nothing is lost",
        SalvageMethod::Pages => "page by page: what stood in lost pages is lost",
    }
}

fn login(found: &SalvageReport) -> String {
    let id = found.auth_key_id.as_deref().unwrap_or("-");
    match found.login {
        LoginOutcome::Found => format!("key {id}, the session's own"),
        LoginOutcome::Doubtful => format!("key {id}, which nothing but its row tells to be the session's own"),
        LoginOutcome::LoggedOut => "none".to_owned(),
        LoginOutcome::Lost => "lost".to_owned(),
    }
}

fn peers(found: &SalvageReport) -> String {
    let SalvageReport { peers, usernames, lost_peers, .. } = found;
    let lost =
        if *lost_peers > 0 { format!("; {lost_peers} more, which an index names, are lost") } else { String::new() };
    format!("{peers} with {usernames} usernames{lost}")
}

fn place(place: session::Place) -> &'static str {
    match place {
        session::Place::Table => "in its table",
        session::Place::LostPage => "in a page that no table leads to",
        session::Place::Uncommitted => "in a transaction that did not end",
        session::Place::OlderPage => "in an older version of a page",
        session::Place::FreePage => "in free space, where it was removed",
    }
}

fn pages_line(pages: &session::PageCounts) -> String {
    let parts = [
        (pages.damaged, "damaged or missing"),
        (pages.lost, "that no table leads to"),
        (pages.free, "free"),
        (pages.from_wal, "newer in the WAL"),
        (pages.from_journal, "restored by the journal"),
    ];
    let told = parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!(", {count} {what}"));
    let schema = if pages.schema_is_read { "" } else { "; the schema is lost, and the shape of rows told the tables" };
    let gave_up = if pages.gave_up { "; rows claim more than the file has, and the rest was not read" } else { "" };
    format!("{} of {} bytes{}{schema}{gave_up}", pages.total, pages.size, told.collect::<String>())
}

fn table_line(table: &session::TableCounts) -> String {
    let session::TableCounts { name, kept, doubtful, replaced, replaced_by_date } = table;
    let mut line = format!("{name}: {kept} rows");
    if *doubtful > 0 {
        line += &format!(", {doubtful} of them from free space or older pages");
    }
    if *replaced > 0 {
        line += &format!("; {replaced} older ones left out, {replaced_by_date} of them by their date");
    }
    line
}
