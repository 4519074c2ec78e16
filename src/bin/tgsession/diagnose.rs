//! `tgsession diagnose`: what a file or a text is, and what is wrong with it.

use std::path::Path;

use serde::Serialize;
use tgsession::codec::{Diagnosis, DiagnosisFields, TextKind};
use tgsession::model::{Finding, Severity};
use tgsession::session::{Examination, Session, diagnose, examine};
use tgsession::{Error, ErrorCode};

use crate::failure::Result;
use crate::output::Output;
use crate::{location, table};

/// Tell what a file or a text is, and what is wrong with it
///
/// It succeeds whatever it finds; `intact` says whether the session can be opened, by its own client too. No secret is
/// shown. `tgsession doctor` tells more of a file.
#[derive(clap::Args)]
pub struct Args {
    /// A file, a text, or - for a text on standard input
    #[arg(value_name = "TEXT|FILE")]
    text: String,
    /// One object of JSON
    #[arg(long)]
    json: bool,
}

/// The diagnosis of a text, in the form of that of a file.
#[derive(Serialize)]
struct TextDiagnosis {
    #[serde(flatten)]
    diagnosis: Diagnosis,
    remarks: [&'static str; 0],
}

/// The diagnosis of a file, in the form of the library's diagnosis of a text, and more.
#[derive(Serialize)]
struct FileDiagnosis {
    kind: &'static str,
    format: Option<&'static str>,
    version: Option<i64>,
    intact: bool,
    mended: [&'static str; 0],
    problem: Option<String>,
    fields: Option<DiagnosisFields>,
    // What its own client opens all the same.
    remarks: Vec<String>,
}

// Who may read the file is another question.
const OF_PERMISSIONS: &str = "mode";

pub fn run(args: &Args, out: &mut Output) -> Result<()> {
    let path = Path::new(&args.text);
    let diagnosis = match args.text.as_str() {
        "-" => of_text(diagnose(&location::standard_input()?))?,
        _ if path.exists() => of_path(path)?,
        text => of_text(of_argument(text))?,
    };
    if args.json {
        return out.json(&diagnosis);
    }
    let mut rows = table::members(&diagnosis, &["fields"]);
    rows.extend(table::members(&diagnosis["fields"], &[]));
    table::pairs(out, &rows)
}

fn of_text(diagnosis: Diagnosis) -> Result<serde_json::Value> {
    Ok(serde_json::to_value(TextDiagnosis { diagnosis, remarks: [] })?)
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
    // Some people keep a session string in a file.
    if let Some(text) = location::text_in(path) {
        return of_text(diagnose(&text));
    }
    let opened = location::open_file(path, &location::read_only())
        .and_then(|session| of_session(&session, &examine(&location::text_of(path)?)?));
    Ok(serde_json::to_value(opened.or_else(of_error)?)?)
}

fn of_session(session: &Session, examination: &Examination) -> tgsession::Result<FileDiagnosis> {
    let (format, contents) = (session.format()?, session.contents()?);
    let found = |severity| examination.findings.iter().filter(move |finding| finding.severity == severity);
    let errors: Vec<String> = found(Severity::Error).map(sentence).collect();
    Ok(FileDiagnosis {
        kind: "session_file",
        format: Some(format.name),
        version: format.version,
        intact: examination.is_sound,
        mended: [],
        problem: (!errors.is_empty()).then(|| errors.join("; ")),
        fields: Some((&contents.data).into()),
        remarks: found(Severity::Warning).filter(|finding| finding.check != OF_PERMISSIONS).map(sentence).collect(),
    })
}

fn sentence(finding: &Finding) -> String {
    finding.remedy.as_ref().map_or_else(|| finding.message.clone(), |remedy| format!("{}: {remedy}", finding.message))
}

// A damaged file is an answer; a file that cannot be read is a failure.
fn of_error(error: Error) -> tgsession::Result<FileDiagnosis> {
    let kind = match error.code() {
        // Of several sessions in one folder the caller has to choose.
        ErrorCode::NotASession | ErrorCode::InvalidArgument => "other",
        ErrorCode::WrongKey => "encrypted_file",
        ErrorCode::Corrupt | ErrorCode::UnknownVersion => "session_file",
        _ => return Err(error),
    };
    let problem = Some(error.to_string());
    Ok(FileDiagnosis {
        kind,
        format: None,
        version: None,
        intact: false,
        mended: [],
        problem,
        remarks: Vec::new(),
        fields: None,
    })
}
