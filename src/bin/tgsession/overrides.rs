//! `--set NAME=VALUE`: values that override or complete those of the source.

use tgsession::model::Field;
use tgsession::session::{Options, Session, parse_override};
use tgsession::storage::Change;

use zeroize::Zeroizing;

use crate::failure::{Failure, Result};
use crate::location;

// A key among the arguments is seen by every user of the machine.
const ON_STANDARD_INPUT: [&str; 2] = ["auth_key=-", "tmp_auth_key=-"];

/// Parses all of them. A key may be on standard input, unless something else is there. No message repeats a value: it may be a
/// key.
pub fn parse(texts: &[String], is_standard_input_taken: bool) -> Result<Vec<Change>> {
    let wrong = |error: tgsession::Error| Failure::WrongUse(format!("--set: {error}"));
    let is_outside = |text: &&String| ON_STANDARD_INPUT.contains(&text.trim());
    if texts.iter().filter(is_outside).count() + usize::from(is_standard_input_taken) > 1 {
        return Err(Failure::WrongUse("only one thing can be on standard input".to_owned()));
    }
    let parse = |text: &String| match is_outside(&text) {
        true => parse_override(&with_key(text)?).map_err(wrong),
        false => parse_override(text).map_err(wrong),
    };
    let changes: Vec<Change> = texts.iter().map(parse).collect::<Result<_>>()?;
    // In a script this is more likely an empty variable than a request to clear the value.
    if let Some((field, _)) = changes.iter().find(|(_, value)| value.is_none()) {
        return Err(Failure::WrongUse(format!("--set {}= has no value", field.name())));
    }
    // A session in memory applies the library's own rules, so that a bad value is refused before a session is opened.
    Session::open(":memory:", &Options::default())?.set(&changes).map_err(wrong)?;
    Ok(changes)
}

fn with_key(text: &str) -> Result<Zeroizing<String>> {
    let name = text.trim().trim_end_matches('-');
    let digits = location::text_on_standard_input("Auth key in hexadecimal digits")?;
    Ok(Zeroizing::new(format!("{name}{}", digits.trim())))
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
