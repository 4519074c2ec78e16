//! The target of a URL: which server, which session, and how long to wait.

use std::time::Duration;

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::storage::url::Url;

/// Characters that MongoDB does not allow in the name of a database.
const FORBIDDEN: &[char] = &['/', '\\', '.', ' ', '"', '$', '*', '<', '>', ':', '|', '?', '\0'];
/// The server's own databases.
const RESERVED: &[&str] = &["admin", "config", "local"];
/// A database's name has at most this many bytes.
const LONGEST_NAME: usize = 63;
/// How long an answer may take, unless `socketTimeoutMS` says otherwise.
const ANSWER: Duration = Duration::from_secs(30);

/// A server's address, and how to use it.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// For the driver, without our parameters and without the session's name. It may hold a password.
    pub url: Zeroizing<String>,
    /// As errors name it.
    pub shown: String,
    /// How long a call looks for a server that answers, unless the URL says otherwise.
    pub busy_timeout: Duration,
    /// How long one answer may take.
    pub answer: Duration,
}

impl Address {
    /// The user and the password, as they are written and decoded: what no error may repeat.
    pub fn secrets(&self) -> Vec<Zeroizing<String>> {
        Url::parse(&self.url).map(|url| url.secrets()).unwrap_or_default()
    }
}

/// A session on a server.
pub struct Target {
    /// Its server.
    pub address: Address,
    /// Its name, which is its database's.
    pub name: String,
    /// As errors name it: without user, password and parameters.
    pub shown: String,
    /// Whether its peers are removed with it.
    pub remove_peers: bool,
}

impl Target {
    /// Takes the location of a session apart. No error shows what may be a password.
    pub fn parse(location: &str, busy_timeout: Duration) -> Result<Self> {
        let mut url = checked(location)?;
        let shown = url.shown();
        // MongoStorage's own default.
        let remove_peers = url.take_flag("remove_peers", false)?;
        let name = url.take_path()?;
        check_name(&name, &shown)?;
        Ok(Self { address: address(url, busy_timeout)?, name, shown, remove_peers })
    }
}

/// Takes the location of a server apart, which names no session.
pub fn server(location: &str, busy_timeout: Duration) -> Result<Address> {
    let mut url = checked(location)?;
    if !url.take_path()?.is_empty() {
        let message = format!("'{}' names a session, not a server: remove the path after the host", url.shown());
        return Err(Error::invalid_argument(message));
    }
    url.take_flag("remove_peers", false)?;
    address(url, busy_timeout)
}

fn checked(location: &str) -> Result<Url> {
    let url = Url::parse(location)?;
    if !matches!(url.scheme(), "mongodb" | "mongodb+srv") {
        return Err(Error::invalid_argument("the location is not a URL of the form mongodb://host/session"));
    }
    Ok(url)
}

fn address(mut url: Url, busy_timeout: Duration) -> Result<Address> {
    let answer = match url.take("socketTimeoutMS")? {
        None => ANSWER,
        Some(text) => match text.parse() {
            Ok(millis) if millis > 0 => Duration::from_millis(millis),
            _ => return Err(Error::invalid_argument("socketTimeoutMS in the URL must be a positive number")),
        },
    };
    Ok(Address { shown: url.shown(), url: url.for_driver(), busy_timeout, answer })
}

fn check_name(name: &str, shown: &str) -> Result<()> {
    let cause = if name.is_empty() {
        "it names no session: mongodb://host/NAME".to_owned()
    } else if name.len() > LONGEST_NAME {
        format!("the session's name has {} bytes, and a MongoDB database's at most {LONGEST_NAME}", name.len())
    } else if let Some(character) = name.chars().find(|character| FORBIDDEN.contains(character)) {
        format!("the session's name holds {character:?}, which MongoDB allows in no database's name")
    } else if RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
        format!("'{name}' is a database of the server itself")
    } else {
        return Ok(());
    };
    Err(Error::invalid_argument(format!("'{}' cannot be a session: {cause}", shortened(shown))))
}

// An error stays readable whatever was typed.
fn shortened(shown: &str) -> String {
    const LONGEST: usize = 100;
    match shown.char_indices().nth(LONGEST) {
        None => shown.to_owned(),
        Some((end, _)) => format!("{}…", &shown[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(location: &str) -> Result<Target> {
        Target::parse(location, Duration::from_secs(5))
    }

    #[test]
    fn the_path_is_the_session_and_the_rest_the_drivers() {
        let text = "mongodb://me:p%40ss@one:27017,two/my_bot?tls=true&remove_peers=true&socketTimeoutMS=700";
        let target = parse(text).unwrap();
        assert_eq!((target.name.as_str(), target.remove_peers), ("my_bot", true));
        assert_eq!(*target.address.url, "mongodb://me:p%40ss@one:27017,two/?tls=true");
        assert_eq!(target.address.answer, Duration::from_millis(700));
        assert_eq!(
            (target.shown.as_str(), target.address.shown.as_str()),
            ("mongodb://one:27017,two/my_bot", "mongodb://one:27017,two/")
        );
        assert!(!parse("mongodb://host/my_bot").unwrap().remove_peers);
        assert!(parse("mongodb://[::1]:27017/my_bot").is_ok());
    }

    #[test]
    fn a_name_that_no_database_can_have_is_refused_and_no_password_is_shown() {
        let long = "x".repeat(300);
        let names = ["", "a.b", "a%2Fb", "a/b", "$a", "a%20b", "admin", "Local", "a%00b", &long, &"é".repeat(32)];
        for name in names {
            let error = parse(&format!("mongodb://me:secret@host/{name}")).map(|_| ()).unwrap_err().to_string();
            assert!(!error.contains("secret") && error.len() < 400, "{error}");
        }
        assert!(parse(&format!("mongodb://host/{}", "x".repeat(63))).is_ok());
        assert!(parse("mongodb://host/имя_бота").is_ok());
    }

    #[test]
    fn a_password_that_is_not_encoded_is_not_shown() {
        for wrong in
            ["me:sec/ret@host/name", "me:sec?ret@host/name", "me:12/34@host/name", "me:secret@x@host/name", "me:secret"]
        {
            let error = parse(&format!("mongodb://{wrong}")).map(|_| ()).unwrap_err().to_string();
            assert!(!["sec", "ret@", "12", "34"].iter().any(|part| error.contains(part)), "{error}");
        }
    }

    #[test]
    fn a_server_has_no_path() {
        assert!(server("mongodb://host", Duration::ZERO).is_ok());
        assert!(server("mongodb://host/?tls=true", Duration::ZERO).is_ok());
        assert!(server("mongodb://host/name", Duration::ZERO).is_err());
    }
}
