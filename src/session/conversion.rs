//! Any session to any other, with nothing lost and nothing invented.

use std::cell::Cell;

use zeroize::Zeroizing;

use super::options::Passcode;
use super::peer_tally::PeerTally;
use super::report::{self, Elsewhere, Note, Outcome};
use super::source_pages::{SourcePages, Start};
use super::{Report, Session};
use crate::codec;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{
    Contents, Field, FieldValue, Format, Peer, PeerType, SessionData, StringFormat, dc_of_address, default_address,
    is_test_address, is_web_address,
};
use crate::redact;
use crate::storage::Change;

/// Copies everything from one session to another. `overrides` are values that the caller knows and the source may not;
/// they win over the source's. Where the target's client would destroy the session, or ask its user, because a value is
/// unknown, nothing is written and the error names the value.
pub fn convert(source: &Session, target: &Session, overrides: &[Change]) -> Result<Report> {
    convert_with(source, target, &ConvertOptions { overrides, ..ConvertOptions::default() })
}

/// How a session is converted.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConvertOptions<'a> {
    /// Values that the caller knows and the source may not; they win over the source's.
    pub overrides: &'a [Change],
    /// Values that stand beside the source and complete it: the source's own win. Each comes with where it stands.
    pub given: &'a [Given],
    /// Other programs' tables in the source's file are taken along, with their rows, into a SQLite file: any other target is
    /// `Unsupported`. Views and virtual tables are not.
    pub keep_foreign_tables: bool,
    /// The passcode of a new tdata of Telegram Desktop. Absent for none.
    pub passcode: Option<&'a Passcode>,
}

impl<'a> ConvertOptions<'a> {
    /// All values that the caller tells.
    pub(super) fn told(&self) -> impl Iterator<Item = &'a Change> {
        self.overrides.iter().chain(self.given.iter().map(|given| &given.change))
    }
}

/// A value that stands beside a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The field and its value.
    pub change: Change,
    /// Where it stands, as the report names it: a file's name.
    pub by: String,
}

/// As [`convert`], with more to choose. Tables are taken along after the session is written, all of them or none: one that
/// cannot be is an error that names it.
pub fn convert_with(source: &Session, target: &Session, options: &ConvertOptions<'_>) -> Result<Report> {
    let ConvertOptions { overrides, given, keep_foreign_tables, .. } = *options;
    if keep_foreign_tables {
        target.check_takes_foreign_tables()?;
    }
    let leftovers = source.leftovers()?;
    let target_format = target.format()?;
    let required = required_by(&target_format);
    let (source_format, places) = (source.format()?, target.layout_support()?);
    let Copied { contents, peers, notes } = copy(source, target, options, |contents| {
        let mut notes = complete_by(contents, given)?;
        notes.extend(complete(contents, overrides, &required)?);
        refuse_unknown(&contents.data, &required, &target_format.to_string())?;
        keep_another_login(&target.data()?, &contents.data, &target.location()?)?;
        Ok(notes)
    })?;
    let taken = if keep_foreign_tables { take_along(source, target)? } else { Vec::new() };
    // It may be another one now. What is written is written, whether that can be read or not.
    let places = target.layout_support().unwrap_or(places);
    Ok(Report {
        source: source_format.to_string(),
        target: target_format.to_string(),
        fields: report::fields(&contents.data, &notes, &places.fields, Elsewhere::KeptAside),
        tables: report::tables(&contents, &peers, &places),
        ..Report::beside(leftovers, &taken)
    })
}

/// What was copied: everything but the peers, and how many these were.
struct Copied {
    contents: Contents,
    peers: PeerTally,
    notes: Vec<Note>,
}

/// Copies everything, after `complete` has put in what else is known. The peers go from one to the other in pages; where the
/// source is changed meanwhile, or where it cannot be read while the target is written, all are read first.
fn copy(
    source: &Session,
    target: &Session,
    options: &ConvertOptions<'_>,
    complete: impl Fn(&mut Contents) -> Result<Vec<Note>>,
) -> Result<Copied> {
    let is_apart = source.location()? != target.location()?;
    if is_apart && let Some(copied) = copy_in_pages(source, target, options, &complete)? {
        return Ok(copied);
    }
    let mut contents = source.contents()?;
    let notes = complete(&mut contents)?;
    target.import(&contents)?;
    let peers = PeerTally::of(&contents.peers);
    Ok(Copied { contents, peers, notes })
}

// `None` where nothing was written.
fn copy_in_pages(
    source: &Session,
    target: &Session,
    options: &ConvertOptions<'_>,
    complete: impl Fn(&mut Contents) -> Result<Vec<Note>>,
) -> Result<Option<Copied>> {
    let mut start = Start::read(source)?;
    start.contents.peers = own_peer(source, &start.contents.data, options.told())?;
    let notes = complete(&mut start.contents)?;
    start.contents.peers.clear();
    let was_refused = Cell::new(false);
    let mut pages = SourcePages::new(source, &start, &was_refused);
    match target.import_pages(&start.contents, &mut pages) {
        Err(_) if was_refused.get() => Ok(None),
        imported => imported.map(|()| Some(Copied { peers: pages.into_tally(), contents: start.contents, notes })),
    }
}

// The account's own, which may tell what the fields do not. Whose account it is, `told` may say.
pub(super) fn own_peer<'a>(
    source: &Session,
    data: &SessionData,
    told: impl IntoIterator<Item = &'a Change>,
) -> Result<Vec<Peer>> {
    let user_id = |(field, value): &Change| match (field, value) {
        (Field::UserId, Some(FieldValue::Integer(id))) => Some(*id),
        _ => None,
    };
    let ids: Vec<i64> = data.user_id.into_iter().chain(told.into_iter().filter_map(user_id)).collect();
    if ids.is_empty() { Ok(Vec::new()) } else { source.peers(Some(&ids)) }
}

// The names of the tables that were.
fn take_along(source: &Session, target: &Session) -> Result<Vec<String>> {
    let tables = source.foreign_rows()?;
    if !tables.is_empty() {
        target.add_foreign_rows(&tables)?;
    }
    Ok(tables.iter().map(|table| redact::shown(&table.name).into_owned()).collect())
}

/// Puts in what stands beside the source, where the source has no value of its own.
pub(super) fn complete_by(contents: &mut Contents, given: &[Given]) -> Result<Vec<Note>> {
    let mut notes = Vec::new();
    for Given { change, by } in given {
        let field = change.0;
        super::validation::check_change(change)?;
        if !is_unknown(&contents.data, field) {
            let contradicts = contents.data.get(field) != change.1;
            let note = Note::new(field, Outcome::Kept, None);
            notes.extend(contradicts.then(|| Note { contradicted_by: Some(by.clone()), ..note }));
        } else if contents.data.set(field, change.1.clone()) {
            notes.push(Note::new(field, Outcome::Given, Some(by.clone().into())));
        }
    }
    Ok(notes)
}

/// The session as a session string. Of its peers only the account's own is read.
pub fn export_string(source: &Session, format: StringFormat) -> Result<Zeroizing<String>> {
    let data = source.data()?;
    let mut contents = Contents { peers: own_peer(source, &data, &[])?, ..data.into() };
    Ok(encode(&mut contents, format, &[])?.text)
}

/// The session as a session string, and what of it the string holds.
pub fn export(source: &Session, format: StringFormat, overrides: &[Change]) -> Result<(Zeroizing<String>, Report)> {
    let (mut contents, leftovers) = (source.contents_without_peers()?, source.leftovers()?);
    contents.peers = own_peer(source, &contents.data, overrides)?;
    let mut peers = PeerTally::default();
    for page in source.peer_pages() {
        peers.add(&page?);
    }
    let Encoded { text, notes, held } = encode(&mut contents, format, overrides)?;
    let report = Report {
        source: source.format()?.to_string(),
        target: format.name().to_owned(),
        fields: report::fields(&contents.data, &notes, &held, Elsewhere::LeftOut),
        tables: report::tables_of_string(&contents, &peers),
        ..Report::beside(leftovers, &[])
    };
    Ok((text, report))
}

struct Encoded {
    text: Zeroizing<String>,
    notes: Vec<Note>,
    /// The fields that the string holds.
    held: Vec<Field>,
}

fn encode(contents: &mut Contents, format: StringFormat, overrides: &[Change]) -> Result<Encoded> {
    let mut held = fields_of(format).to_vec();
    let is_kept = |field: &Field| format == StringFormat::GramJs && is_of_web(&contents.data, *field);
    let wanted: Vec<Field> = held.iter().filter(|field| !is_kept(field)).copied().collect();
    let notes = complete(contents, overrides, &wanted)?;
    // mtcute has one place for both of them.
    if format == StringFormat::Mtcute && contents.data.user_id.zip(contents.data.is_bot).is_none() {
        held.retain(|field| ![Field::UserId, Field::IsBot].contains(field));
    }
    let text = codec::encode_session_string(format, &contents.data)?;
    Ok(Encoded { text, notes, held })
}

// Pyrogram's family takes NULL in any of these for an empty session and overwrites the key, or asks for the api_id on
// its standard input. Telethon takes no session without an address. Without one mtcute and grammers would go to another place, and
// of the test servers only the address tells them.
fn required_by(format: &Format) -> Vec<Field> {
    use Field::{ApiId, AuthKey, DcId, IsBot, Port, ServerAddress, TestMode, UserId};
    let mut required = match format.name {
        "pyrogram" | "pyrofork" | "kurigram" => vec![DcId, AuthKey, ApiId, TestMode, UserId, IsBot],
        "telethon" | "alchemysession" => vec![DcId, AuthKey, ServerAddress, Port],
        "mtcute" | "grammers" => vec![DcId, AuthKey, ServerAddress, Port, TestMode],
        _ => Vec::new(),
    };
    if format.name == "kurigram" && format.version >= Some(7) {
        required.extend([ServerAddress, Port]);
    }
    required
}

fn fields_of(format: StringFormat) -> &'static [Field] {
    use Field::{ApiId, AuthKey, DcId, IsBot, Port, ServerAddress, TestMode, UserId};
    match format {
        StringFormat::Pyrogram => &[DcId, ApiId, TestMode, AuthKey, UserId, IsBot],
        StringFormat::Pyrogram1 => &[DcId, TestMode, AuthKey, UserId, IsBot],
        StringFormat::Telethon | StringFormat::GramJs => &[DcId, ServerAddress, Port, AuthKey],
        StringFormat::Gogram => &[DcId, ServerAddress, Port, AuthKey, ApiId],
        StringFormat::Mtcute => &[DcId, ServerAddress, Port, TestMode, AuthKey, UserId, IsBot],
        StringFormat::MtKruto => &[DcId, ApiId, TestMode, AuthKey, UserId, IsBot],
    }
}

/// Puts in the overrides, and of the wanted fields what can be worked out.
pub(super) fn complete(contents: &mut Contents, overrides: &[Change], wanted: &[Field]) -> Result<Vec<Note>> {
    let mut notes = Vec::new();
    for change @ (field, value) in overrides {
        super::validation::check_change(change)?;
        if !contents.data.set(*field, value.clone()) {
            return Err(Error::invalid_argument(format!("{} is out of range", field.name())));
        }
        notes.push(Note::new(*field, Outcome::Overridden, None));
    }
    if contents.data.auth_key.is_none() {
        return Ok(notes);
    }
    for field in wanted.iter().filter(|field| is_unknown(&contents.data, **field)).copied().collect::<Vec<_>>() {
        if let Some((value, from)) = derive(contents, field) {
            if !contents.data.set(field, Some(value)) {
                return Err(Error::new(ErrorCode::Internal, format!("{} was derived wrongly", field.name())));
            }
            notes.push(Note::new(field, Outcome::Derived, Some(from.into())));
        }
    }
    Ok(notes)
}

// To a Pyrogram an api_id of 0 is none.
fn is_unknown(data: &SessionData, field: Field) -> bool {
    let is_none = matches!((field, data.get(field)), (_, None) | (Field::ApiId, Some(FieldValue::Integer(0))));
    is_none || is_of_web(data, field)
}

// Only GramJS in a browser can use it.
fn is_of_web(data: &SessionData, field: Field) -> bool {
    field == Field::ServerAddress && data.server_address.as_deref().is_some_and(is_web_address)
}

// A session that is not logged in has nothing to lose: it may lack anything.
fn refuse_unknown(data: &SessionData, required: &[Field], target: &str) -> Result<()> {
    if data.auth_key.is_none() {
        return Ok(());
    }
    let unknown: Vec<&str> =
        required.iter().filter(|field| is_unknown(data, **field)).map(|field| field.name()).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let names = unknown.join(", ");
    let message = format!("{target} cannot do without {names}, and the source does not tell: give the right value");
    Err(Error::new(ErrorCode::Incomplete, message))
}

fn derive(contents: &Contents, field: Field) -> Option<(FieldValue, &'static str)> {
    let data = &contents.data;
    // Where only an address is stored it tells the test servers from the others; without one nothing does.
    let test_mode = data.test_mode.or_else(|| data.server_address.as_deref().map(is_test_address));
    match field {
        // Telethon 0.18 keeps the key and the address of a JSON file, and dc_id 0.
        Field::DcId => {
            let dc_id = dc_of_address(data.server_address.as_deref()?)?;
            Some((FieldValue::Integer(dc_id.into()), "server_address"))
        }
        Field::TestMode => test_mode.map(|test_mode| (FieldValue::Integer(test_mode.into()), "server_address")),
        Field::ServerAddress => {
            let address = default_address(data.dc_id?, test_mode.unwrap_or(false))?;
            Some((FieldValue::Text(address.server_address.to_owned()), "dc_id and test_mode"))
        }
        Field::Port => {
            let address = default_address(data.dc_id?, test_mode.unwrap_or(false))?;
            Some((FieldValue::Integer(address.port.into()), "dc_id and test_mode"))
        }
        Field::IsBot => {
            let own = contents.peers.iter().find(|peer| Some(peer.id) == data.user_id)?;
            match own.peer_type {
                Some(PeerType::Bot) => Some((FieldValue::Integer(1), "the account's own peer")),
                Some(PeerType::User) => Some((FieldValue::Integer(0), "the account's own peer")),
                _ => None,
            }
        }
        _ => None,
    }
}

// Whoever converts into a session that holds another login would lose that one.
fn keep_another_login(target: &SessionData, source: &SessionData, location: &str) -> Result<()> {
    if target.auth_key.is_some() && target.auth_key != source.auth_key {
        let message = format!("'{location}' already holds another login, which would be lost");
        return Err(Error::invalid_argument(message));
    }
    Ok(())
}
