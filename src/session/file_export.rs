//! A session as another client's whole file or folder, which is made anew.

use std::path::Path;

use super::conversion::{complete, complete_by};
use super::options::Passcode;
use super::part::Part;
use super::report::{self, Elsewhere};
use super::{ConvertOptions, Report, Session};
use crate::codec;
use crate::error::{Error, ErrorCode, Result};
use crate::model::FileFormat;
use crate::storage::sqlite::others;
use crate::storage::{private_file, private_folder, tdata};

/// Writes the session as a new file of another client, readable by its owner only. What the format has no place for is left
/// out, and the report says so.
///
/// # Errors
///
/// `Incomplete` names the fields that the format needs and nobody knows. A file that is there is never written over. Whenever
/// it fails, there is no new file.
pub fn export_file(source: &Session, format: FileFormat, path: &Path, options: &ConvertOptions<'_>) -> Result<Report> {
    if options.passcode.is_some() && format != FileFormat::Tdata {
        let message = format!("a file of {} has no passcode: only Telegram Desktop's tdata has", format.name());
        return Err(Error::new(ErrorCode::Unsupported, message));
    }
    if options.keep_foreign_tables {
        let message = format!("a file of {} takes no tables of other programs: only a SQLite file does", format.name());
        return Err(Error::new(ErrorCode::Unsupported, message));
    }
    let (mut contents, leftovers) = (source.contents()?, source.leftovers()?);
    let mut notes = complete_by(&mut contents, options.given)?;
    notes.extend(complete(&mut contents, options.overrides, Part::fields_of_file(format))?);
    let part = Part::of_file(format, &contents);
    let held = &part.contents;
    match format {
        FileFormat::StoreSession => {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            private_folder::put(path, &codec::encode_store(held, name)?)?;
        }
        FileFormat::Tdata => {
            private_folder::put(path, &tdata::write(held, options.passcode.map(Passcode::as_str).unwrap_or_default())?)?
        }
        FileFormat::Mtcute => private_file::put(path, &others::mtcute_file(held, &part.fields)?)?,
        FileFormat::GrammersSqlite => private_file::put(path, &others::grammers_file(held, &part.fields)?)?,
        _ => private_file::put(path, &codec::encode_file(format, held)?)?,
    }
    Ok(Report {
        source: source.format()?.to_string(),
        target: format.name().to_owned(),
        fields: report::fields(&contents.data, &notes, &part.fields, Elsewhere::LeftOut),
        tables: report::tables_of_part(&contents, held),
        ..Report::beside(leftovers, &[])
    })
}
