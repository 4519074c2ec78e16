//! `--set NAME=VALUE`: what the caller knows and the source may not.

use tgsession::model::Field;
use tgsession::session::{Options, Session, parse_override};
use tgsession::storage::Change;

use crate::failure::{Failure, Result};

/// Reads all of them. No message repeats a value: it may be a key.
pub fn parse(texts: &[String]) -> Result<Vec<Change>> {
    let wrong = |error: tgsession::Error| Failure::WrongUse(format!("--set: {error}"));
    let changes: Vec<Change> =
        texts.iter().map(|text| parse_override(text)).collect::<Result<_, _>>().map_err(wrong)?;
    // In a script that is more likely an empty variable than the wish to forget a value.
    if let Some((field, _)) = changes.iter().find(|(_, value)| value.is_none()) {
        return Err(Failure::WrongUse(format!("--set {}= has no value", field.name())));
    }
    // The library's own rules: what no session takes is refused before one is opened.
    Session::open(":memory:", &Options::default())?.set(&changes).map_err(wrong)?;
    Ok(changes)
}

/// Refuses what belongs to one login where there are many: all of them would be given it.
pub fn check_for_many(changes: &[Change]) -> Result<()> {
    let shared = |field: &Field| matches!(field, Field::ApiId | Field::TestMode | Field::IsBot | Field::Date);
    match changes.iter().find(|(field, _)| !shared(field)) {
        None => Ok(()),
        Some((field, _)) => {
            Err(Failure::WrongUse(format!("--set {}=… belongs to one session, and SOURCE is a folder", field.name())))
        }
    }
}
