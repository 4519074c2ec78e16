//! A session as another client's whole file or folder, which is made anew.

use std::cell::Cell;
use std::path::Path;

use super::conversion::{complete, complete_by, own_peer};
use super::new_file;
use super::options::Passcode;
use super::part::Part;
use super::part_pages::PartPages;
use super::report::{self, Elsewhere};
use super::source_pages::{SourcePages, Start};
use super::{ConvertOptions, NewFile, Report, Session};
use crate::codec;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Contents, FileFormat, Leftovers};
use crate::storage::sqlite::others;
use crate::storage::{OnePage, PeerPages, private_file, private_folder, tdata};

/// Writes the session as a new file of another client, readable by its owner only. What the format has no place for is left
/// out, and the report says so. A SQLite file takes a few megabytes of memory for any number of peers.
///
/// # Errors
///
/// `Incomplete` names the fields that the format needs and nobody knows. A file that is there is never written over. Whenever
/// it fails, there is no new file.
pub fn export_file(source: &Session, format: FileFormat, path: &Path, options: &ConvertOptions<'_>) -> Result<Report> {
    check(format, options)?;
    let export = Export { source, format, path, options, leftovers: source.leftovers()? };
    let was_refused = Cell::new(false);
    let start = Start::read(source)?;
    let mut pages = SourcePages::new(source, &start, &was_refused);
    match export.write(start.contents, &mut pages) {
        // The source is changed meanwhile: all of it is read first.
        Err(_) if was_refused.get() => {
            let mut contents = source.contents()?;
            let peers = std::mem::take(&mut contents.peers);
            export.write(contents, &mut OnePage::new(&peers))
        }
        written => written,
    }
}

fn check(format: FileFormat, options: &ConvertOptions<'_>) -> Result<()> {
    let refuse = |cause: &str| Err(Error::new(ErrorCode::Unsupported, format!("a file of {} {cause}", format.name())));
    if options.passcode.is_some() && format != FileFormat::Tdata {
        return refuse("has no passcode: only Telegram Desktop's tdata has");
    }
    if options.keep_foreign_tables {
        return refuse("takes no tables of other programs: only a SQLite file does");
    }
    Ok(())
}

struct Export<'a> {
    source: &'a Session,
    format: FileFormat,
    path: &'a Path,
    options: &'a ConvertOptions<'a>,
    leftovers: Leftovers,
}

impl Export<'_> {
    /// Writes these contents, with these peers.
    fn write(&self, mut contents: Contents, pages: &mut dyn PeerPages) -> Result<Report> {
        let ConvertOptions { given, overrides, .. } = *self.options;
        contents.peers = own_peer(self.source, &contents.data, self.options.told())?;
        let mut notes = complete_by(&mut contents, given)?;
        notes.extend(complete(&mut contents, overrides, Part::fields_of_file(self.format))?);
        contents.peers.clear();
        let mut part = Part::of_file(self.format, &contents);
        let mut pages = PartPages::new(self.format, pages);
        match self.format {
            FileFormat::Mtcute => self.write_database(others::MTCUTE, &part, &mut pages)?,
            FileFormat::GrammersSqlite => self.write_database(others::GRAMMERS, &part, &mut pages)?,
            _ => {
                part.contents.peers = pages.read_all()?;
                self.write_file(&part.contents)?;
            }
        }
        Ok(Report {
            source: self.source.format()?.to_string(),
            target: self.format.name().to_owned(),
            fields: report::fields(&contents.data, &notes, &part.fields, Elsewhere::LeftOut),
            tables: report::tables_of_part(&contents, &part.contents, &pages.into_tally()),
            ..Report::beside(self.leftovers.clone(), &[])
        })
    }

    fn write_database(&self, client: &str, part: &Part, pages: &mut PartPages<'_>) -> Result<()> {
        let held = others::contents_of_new_file(client, &part.contents, &part.fields)?;
        new_file::make(self.source, NewFile::named(client)?, self.path, None, |target| {
            target.import_pages(&held, pages)?;
            others::check_new_file(client, part.contents.data.dc_id, &target.layout_support()?)
        })
    }

    fn write_file(&self, held: &Contents) -> Result<()> {
        let path = self.path;
        match self.format {
            FileFormat::StoreSession => {
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                private_folder::put(path, &codec::encode_store(held, name)?)
            }
            FileFormat::Tdata => {
                let passcode = self.options.passcode.map(Passcode::as_str).unwrap_or_default();
                private_folder::put(path, &tdata::write(held, passcode)?)
            }
            format => private_file::put(path, &codec::encode_file(format, held)?),
        }
    }
}
