//! A session as another client's whole file or folder, which is made anew.

use std::path::Path;

use super::conversion::{complete, complete_by};
use super::options::Passcode;
use super::peer_tally::PeerTally;
use super::report::{self, Elsewhere};
use super::{ConvertOptions, Report, Session};
use crate::codec;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Field, FileFormat};
use crate::storage::sqlite::others;
use crate::storage::{LayoutSupport, private_file, private_folder, tdata};

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
    let places = places(format);
    let mut notes = complete_by(&mut contents, options.given)?;
    notes.extend(complete(&mut contents, options.overrides, &places.fields)?);
    match format {
        FileFormat::StoreSession => {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            private_folder::put(path, &codec::encode_store(&contents, name)?)?;
        }
        FileFormat::Tdata => private_folder::put(
            path,
            &tdata::write(&contents, options.passcode.map(Passcode::as_str).unwrap_or_default())?,
        )?,
        FileFormat::Mtcute => private_file::put(path, &others::mtcute_file(&contents)?)?,
        FileFormat::GrammersSqlite => private_file::put(path, &others::grammers_file(&contents)?)?,
        _ => private_file::put(path, &codec::encode_file(format, &contents)?)?,
    }
    Ok(Report {
        source: source.format()?.to_string(),
        target: format.name().to_owned(),
        fields: report::fields(&contents.data, &notes, &places.fields, Elsewhere::LeftOut),
        tables: report::tables(&contents, &PeerTally::of(&contents.peers), &places, Elsewhere::LeftOut),
        ..Report::beside(leftovers, &[])
    })
}

/// What a format has a place for.
fn places(format: FileFormat) -> LayoutSupport {
    use Field::{ApiId, AuthKey, DcId, IsBot, Port, ServerAddress, TestMode, TmpAuthKey, UserId};
    match format {
        // Of other data centres it keeps the addresses only.
        FileFormat::Gotd => LayoutSupport::only(&[DcId, ServerAddress, Port, TestMode, AuthKey]),
        FileFormat::StoreSession => LayoutSupport {
            peers: true,
            peer_types: Some(&[]),
            names: true,
            last_seen_times: true,
            ..LayoutSupport::only(&[DcId, ServerAddress, Port, AuthKey])
        },
        FileFormat::Tdata => {
            LayoutSupport { data_centers: true, ..LayoutSupport::only(&[DcId, AuthKey, UserId, TestMode]) }
        }
        FileFormat::Mtcute => LayoutSupport {
            data_centers: true,
            peers: true,
            peer_types: Some(&[]),
            several_usernames: true,
            last_seen_times: true,
            update_states: true,
            simple_states_only: true,
            ..LayoutSupport::only(&[DcId, ServerAddress, Port, TestMode, AuthKey, UserId, IsBot, TmpAuthKey])
        },
        FileFormat::GrammersSqlite => LayoutSupport {
            data_centers: true,
            peers: true,
            peer_types: Some(&["user", "bot", "group", "channel", "supergroup", "community"]),
            update_states: true,
            simple_states_only: true,
            ..LayoutSupport::only(&[DcId, ServerAddress, Port, AuthKey, UserId, IsBot])
        },
        // The data centre is told by the address.
        FileFormat::Gogram => LayoutSupport::only(&[ServerAddress, Port, AuthKey, ApiId]),
        FileFormat::Grammers => LayoutSupport {
            data_centers: true,
            update_states: true,
            ..LayoutSupport::only(&[DcId, ServerAddress, Port, AuthKey, UserId, IsBot])
        },
    }
}
