//! `tgsession diagnose`: what a file or a text is, and what is wrong with it.

use std::path::Path;

use serde::Serialize;
use tgsession::codec::{Diagnosis, DiagnosisFields, TextKind};
use tgsession::session::{Session, diagnose};
use tgsession::storage::file;
use tgsession::{Error, ErrorCode};

use crate::failure::Result;
use crate::output::Output;
use crate::{location, table};

/// Tell what a file or a text is, and what is wrong with it
///
/// It succeeds whatever it finds; `intact` says whether the session can be opened. No secret is shown.
#[derive(clap::Args)]
pub struct Args {
    /// A file, a text, or - for a text on standard input
    #[arg(value_name = "TEXT|FILE")]
    text: String,
    /// One object of JSON
    #[arg(long)]
    json: bool,
}

/// The diagnosis of a file, in the form of the library's diagnosis of a text.
#[derive(Serialize)]
struct FileDiagnosis {
    kind: &'static str,
    format: Option<&'static str>,
    version: Option<i64>,
    intact: bool,
    mended: [&'static str; 0],
    problem: Option<String>,
    fields: Option<DiagnosisFields>,
}

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    let path = Path::new(&args.text);
    let diagnosis = match args.text.as_str() {
        "-" => serde_json::to_value(diagnose(&location::standard_input()?))?,
        _ if path.exists() => of_path(path)?,
        text => serde_json::to_value(of_argument(text))?,
    };
    if args.json {
        return out.json(&diagnosis);
    }
    let mut rows = table::members(&diagnosis, &["fields"]);
    rows.extend(table::members(&diagnosis["fields"], &[]));
    table::pairs(out, &rows)
}

// A text that is nothing known may be the path of a missing file.
fn of_argument(text: &str) -> Diagnosis {
    let diagnosis = diagnose(text);
    match diagnosis.kind {
        TextKind::Other => {
            let problem = "no such file, and the text is not a session string".to_owned();
            Diagnosis { problem: Some(problem), ..diagnosis }
        }
        _ => diagnosis,
    }
}

fn of_path(path: &Path) -> Result<serde_json::Value> {
    let opened = location::open_file(path, &location::read_only()).and_then(|session| of_session(&session));
    if let (Err(_), Some(text), false) = (&opened, location::short_text(path), file::is_age(path)) {
        // Some people keep a session string in a file.
        return Ok(serde_json::to_value(diagnose(&text))?);
    }
    let diagnosis = opened.or_else(of_error)?;
    Ok(serde_json::to_value(diagnosis)?)
}

fn of_session(session: &Session) -> tgsession::Result<FileDiagnosis> {
    let (format, contents) = (session.format()?, session.contents()?);
    Ok(FileDiagnosis {
        kind: "session_file",
        format: Some(format.name),
        version: format.version,
        intact: true,
        mended: [],
        problem: None,
        fields: Some((&contents.data).into()),
    })
}

// A damaged file is an answer; a file that cannot be read is a failure.
fn of_error(error: Error) -> tgsession::Result<FileDiagnosis> {
    let kind = match error.code() {
        ErrorCode::NotASession => "other",
        ErrorCode::WrongKey => "encrypted_file",
        ErrorCode::Corrupt | ErrorCode::UnknownVersion => "session_file",
        _ => return Err(error),
    };
    let problem = Some(error.to_string());
    Ok(FileDiagnosis { kind, format: None, version: None, intact: false, mended: [], problem, fields: None })
}
