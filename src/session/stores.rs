//! Stores that keep many sessions, each behind a URL.

use zeroize::Zeroizing;

use super::options::Options;
use crate::error::{Error, ErrorCode, Result};
#[cfg(any(feature = "mongodb", feature = "sql"))]
use crate::storage::Opening;
use crate::storage::Storage;
#[cfg(feature = "mongodb")]
use crate::storage::mongodb::{self, MongoDb};
#[cfg(feature = "sql")]
use crate::storage::sql::{self, Sql};

// The schemes of databases have 16 at most.
const LONGEST_SCHEME: usize = 16;

/// The scheme of a URL, which is never taken for a file's name.
pub fn url_scheme(location: &str) -> Option<&str> {
    // A single letter is a drive of Windows.
    let (scheme, _) = location.split_once("://").filter(|(scheme, _)| scheme.len() > 1)?;
    let is_scheme = |character: char| character.is_ascii_alphanumeric() || matches!(character, '+' | '-' | '.');
    (scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.chars().all(is_scheme)).then_some(scheme)
}

/// Opens a session in a store.
pub fn open(scheme: &str, location: &str, options: &Options) -> Result<Box<dyn Storage>> {
    let _ = (location, options); // of builds without engines for URLs
    match scheme.to_ascii_lowercase().as_str() {
        #[cfg(feature = "mongodb")]
        "mongodb" | "mongodb+srv" => {
            options.check_format("the session in MongoDB", mongodb::FORMAT)?;
            Ok(Box::new(MongoDb::open(location, opening(options))?))
        }
        #[cfg(feature = "sql")]
        scheme if sql::is_scheme(scheme) => {
            options.check_format("the session in the database", sql::FORMAT)?;
            Ok(Box::new(Sql::open(location, opening(options))?))
        }
        scheme => Err(no_engine(scheme)),
    }
}

#[cfg(any(feature = "mongodb", feature = "sql"))]
fn opening(options: &Options) -> Opening {
    let Options { read_only, create, busy_timeout, .. } = *options;
    Opening { read_only, create, busy_timeout }
}

/// Lists the sessions in a store, by their names, in ascending order.
pub fn list(location: &str) -> Result<Vec<String>> {
    let Some(scheme) = url_scheme(location) else {
        return Err(Error::new(ErrorCode::Unsupported, "only a store that keeps many sessions can list them"));
    };
    let found: Option<Vec<String>> = match scheme.to_ascii_lowercase().as_str() {
        #[cfg(feature = "mongodb")]
        "mongodb" | "mongodb+srv" => Some(mongodb::list(location, Options::default().busy_timeout)?),
        #[cfg(feature = "sql")]
        scheme if sql::is_scheme(scheme) => Some(sql::list(location, Options::default().busy_timeout)?),
        _ => None,
    };
    found.map(in_order).ok_or_else(|| no_engine(scheme))
}

fn in_order(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names
}

/// The location of the session with this name in a store. It may hold the store's password.
pub fn named(store: &str, name: &str) -> Zeroizing<String> {
    let name = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    let (place, query) = store.split_once('?').unwrap_or((store, ""));
    if url_scheme(store).is_some_and(|scheme| scheme.starts_with("mongodb")) {
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        return format!("{}/{name}{query}", place.trim_end_matches('/')).into();
    }
    let query = if query.is_empty() { String::new() } else { format!("{query}&") };
    format!("{place}?{query}session={name}").into()
}

// The rest of the URL may hold a password.
fn no_engine(scheme: &str) -> Error {
    // A secret can be in its place.
    let is_plain =
        scheme.len() <= LONGEST_SCHEME && scheme.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'+');
    let kind = if is_plain { format!("{scheme}:// locations") } else { "locations of this kind".to_owned() };
    let message = format!("this build of tgsession has no engine for {kind}");
    Error::new(ErrorCode::Unsupported, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drive_is_no_scheme() {
        assert_eq!(url_scheme("mongodb+srv://host/"), Some("mongodb+srv"));
        for path in [r"C:\folder\a.session", "C:/folder/a.session", "c://folder/a.session", r"\\?\C:\a.session"] {
            assert_eq!(url_scheme(path), None, "{path}");
        }
    }

    #[test]
    fn a_session_is_named_in_its_store() {
        let named = |store, name| named(store, name).to_string();
        assert_eq!(named("mongodb://host", "my_bot"), "mongodb://host/my%5Fbot");
        assert_eq!(named("mongodb://host/?tls=true", "a"), "mongodb://host/a?tls=true");
        assert_eq!(named("postgresql://host/db", "a b"), "postgresql://host/db?session=a%20b");
        assert_eq!(named("sqlite:///file?table_prefix=x_", "a&b"), "sqlite:///file?table_prefix=x_&session=a%26b");
    }
}
