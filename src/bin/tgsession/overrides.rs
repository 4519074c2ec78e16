//! `--set NAME=VALUE`: values that override or complete those of the source.

use tgsession::model::Field;
use tgsession::session::{Options, Session, parse_override};
use tgsession::storage::Change;

use crate::failure::{Failure, Result};

/// Parses all of them. No message repeats a value: it may be a key.
pub fn parse(texts: &[String]) -> Result<Vec<Change>> {
    let wrong = |error: tgsession::Error| Failure::WrongUse(format!("--set: {error}"));
    let changes: Vec<Change> =
        texts.iter().map(|text| parse_override(text)).collect::<Result<_, _>>().map_err(wrong)?;
    // In a script this is more likely an empty variable than a request to clear the value.
    if let Some((field, _)) = changes.iter().find(|(_, value)| value.is_none()) {
        return Err(Failure::WrongUse(format!("--set {}= has no value", field.name())));
    }
    // A session in memory applies the library's own rules, so that a bad value is refused before a session is opened.
    Session::open(":memory:", &Options::default())?.set(&changes).map_err(wrong)?;
    Ok(changes)
}

/// Refuses a value that belongs to one login if there are many: it would be written into all of them.
pub fn check_for_many(changes: &[Change]) -> Result<()> {
    let shared = |field: &Field| matches!(field, Field::ApiId | Field::TestMode | Field::IsBot | Field::Date);
    match changes.iter().find(|(field, _)| !shared(field)) {
        None => Ok(()),
        Some((field, _)) => {
            Err(Failure::WrongUse(format!("--set {}=… belongs to one session, and SOURCE is a folder", field.name())))
        }
    }
}
