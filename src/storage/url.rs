//! The location of an engine behind a server: a URL, the parameters in it that are ours, and how errors show it.
//!
//! A password in which `/`, `?`, `#` or `@` is not percent-encoded would be taken apart in the wrong places, and a piece
//! of it would be shown, or asked of the DNS, as the name of a host. A URL that can be one is refused.

use crate::error::{Error, Result};
use crate::redact;

/// A URL whose own parameters were taken out, so that the rest is its driver's.
pub struct Url {
    scheme: String,
    /// `user:password`, still encoded.
    user_info: Option<String>,
    /// Host and port, or several of them with commas between.
    hosts: String,
    /// What follows the hosts up to `?`, still encoded, without its first slash.
    path: String,
    /// Name and value, still encoded, in their order.
    parameters: Vec<(String, String)>,
}

/// The drivers' longest is `tlsAllowInvalidCertificates`.
const LONGEST_PARAMETER: usize = 40;

impl Url {
    /// Takes a URL apart. The error does not show it: it may hold a password.
    pub fn parse(text: &str) -> Result<Self> {
        let broken = || {
            Error::invalid_argument(
                "the location is not a URL of the form scheme://user:password@host:port/name?parameter=value; in user, \
                 password and names the characters @ : / ? # [ ] % must be percent-encoded (@ as %40, / as %2F)",
            )
        };
        let (scheme, rest) = text.split_once("://").ok_or_else(broken)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user_info, hosts) = match authority.rsplit_once('@') {
            Some((user_info, hosts)) => (Some(user_info.to_owned()), hosts),
            None => (None, authority),
        };
        let parameters = query.split('&').filter(|pair| !pair.is_empty());
        let parameters = parameters.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let url = Self {
            scheme: scheme.to_ascii_lowercase(),
            user_info,
            hosts: hosts.to_owned(),
            path: path.to_owned(),
            parameters: parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        };
        if url.is_ambiguous() { Err(broken()) } else { Ok(url) }
    }

    // A file has no password, and its name may hold an @; not one that looks like a password's end.
    fn is_ambiguous(&self) -> bool {
        let is_file = self.scheme.starts_with("sqlite") && self.hosts.is_empty() && self.user_info.is_none();
        let has_at = self.path.contains('@')
            || self.user_info.as_ref().is_some_and(|info| info.contains('@'))
            || self.parameters.iter().any(|(name, value)| name.contains('@') || value.contains('@'));
        // In a session string behind a scheme the first slash ends no host.
        let is_secret = !is_file && redact::has_secret(&format!("{}/{}", self.hosts, self.path))
            || self.parameters.iter().any(|(name, _)| name.len() > LONGEST_PARAMETER || redact::has_secret(name));
        is_secret || has_at && !(is_file && self.is_path_of_file()) || !self.hosts.split(',').all(is_host)
    }

    fn is_path_of_file(&self) -> bool {
        !redact::is_whole_secret(&self.path) && self.parameters.iter().all(|(name, _)| !name.contains('@'))
    }

    /// The scheme, in lower case.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The path without its first slash, decoded.
    pub fn path(&self) -> Result<String> {
        decoded("path", &self.path)
    }

    /// Takes the path out, without its first slash, decoded.
    #[cfg(feature = "mongodb")]
    pub fn take_path(&mut self) -> Result<String> {
        let path = self.path()?;
        self.path.clear();
        Ok(path)
    }

    /// The user and the password, as written and decoded. No error message may repeat them.
    #[cfg(feature = "mongodb")]
    pub fn secrets(&self) -> Vec<zeroize::Zeroizing<String>> {
        let named = self.user_info.iter().flat_map(|info| info.split(':'));
        let written: Vec<&str> = named.filter(|part| !part.is_empty()).collect();
        let plain = written.iter().filter_map(|part| decoded("user", part).ok());
        plain.chain(written.iter().map(|part| (*part).to_owned())).map(Into::into).collect()
    }

    /// Takes a parameter of ours out, decoded. As in drivers, its name may be written in any case.
    pub fn take(&mut self, name: &str) -> Result<Option<String>> {
        let is_named = |(key, _): &(String, String)| key.eq_ignore_ascii_case(name);
        let Some(index) = self.parameters.iter().position(is_named) else { return Ok(None) };
        let (_, value) = self.parameters.remove(index);
        if self.parameters.iter().any(is_named) {
            return Err(Error::invalid_argument(format!("{name}= is in the URL twice")));
        }
        if value.is_empty() {
            return Err(Error::invalid_argument(format!("{name}= in the URL is empty")));
        }
        decoded(name, &value).map(Some)
    }

    /// Takes a parameter that is `true` or `false` out.
    pub fn take_flag(&mut self, name: &str, default: bool) -> Result<bool> {
        match self.take(name)?.as_deref() {
            None => Ok(default),
            Some("true" | "1") => Ok(true),
            Some("false" | "0") => Ok(false),
            Some(_) => Err(Error::invalid_argument(format!("{name} in the URL must be true or false"))),
        }
    }

    /// A parameter that nobody has taken and that is none of these, as a message names it. A piece of a password can stand where
    /// a name should: only what looks like a name is repeated.
    #[cfg(feature = "sql")]
    pub fn unknown(&self, known: &[&str]) -> Option<String> {
        const LONGEST_NAME: usize = 20;
        let is_known = |name: &str| known.iter().any(|known| known.eq_ignore_ascii_case(name));
        let (name, _) = self.parameters.iter().find(|(name, _)| !is_known(name))?;
        let is_name = name.len() <= LONGEST_NAME && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        Some(if is_name { format!("a parameter '{name}'") } else { "a parameter".to_owned() })
    }

    /// The remaining URL, for the driver. It may hold a password.
    pub fn for_driver(&self) -> zeroize::Zeroizing<String> {
        let user_info = self.user_info.as_ref().map(|user_info| encoded(user_info));
        let user_info = user_info.map(|user_info| format!("{}@", *user_info)).unwrap_or_default();
        let pairs: Vec<String> = self.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
        format!("{}://{user_info}{}/{}{query}", self.scheme, self.hosts, self.path).into()
    }

    /// The location without user, password and parameters, for error messages.
    pub fn shown(&self) -> String {
        format!("{}://{}/{}", self.scheme, self.hosts, redact::shown(&self.path))
    }
}

// A host has labels of 63 characters at most. A piece of a session string is never asked of the DNS.
fn is_host(host: &str) -> bool {
    const LONGEST_LABEL: usize = 63;
    const LONGEST_HEX: usize = 32;
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (host, ""),
    };
    let is_port = port.is_empty() || port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    if let Some(address) = name.strip_prefix('[') {
        let fits = |character: char| character.is_ascii_hexdigit() || ":.%".contains(character);
        return is_port && address.strip_suffix(']').is_some_and(|address| address.chars().all(fits));
    }
    // A percent-encoded path of a socket has no labels.
    let is_label = |label: &str| {
        let is_hex = label.len() > LONGEST_HEX && label.bytes().all(|byte| byte.is_ascii_hexdigit());
        label.len() <= LONGEST_LABEL && !is_hex
    };
    let is_socket = name.starts_with("%2F") || name.starts_with("%2f");
    let fits = |character: char| character.is_alphanumeric() || "-_.%".contains(character);
    is_port
        && name.chars().all(fits)
        && !name.contains("..")
        && (is_socket || name.split('.').all(is_label) && !redact::has_secret(name))
}

/// User and password as every driver reads them: what has a meaning in URLs is percent-encoded.
fn encoded(user_info: &str) -> zeroize::Zeroizing<String> {
    use std::fmt::Write;
    let mut out = zeroize::Zeroizing::new(String::with_capacity(user_info.len() * 3));
    let mut colons = 0;
    for (at, byte) in user_info.bytes().enumerate() {
        let is_code =
            || user_info.as_bytes().get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        colons += usize::from(byte == b':');
        let stays = match byte {
            b':' => colons == 1,
            b'%' => is_code(),
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte),
        };
        if stays {
            out.push(byte.into());
        } else {
            // A String takes whatever is written to it.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Decodes `%20` and the like.
fn decoded(what: &str, text: &str) -> Result<String> {
    let text = percent_encoding::percent_decode_str(text).decode_utf8();
    let text = text.map_err(|_| Error::invalid_argument(format!("{what} in the URL is not UTF-8")))?;
    Ok(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_parameters_are_taken_and_the_rest_is_the_drivers() {
        let text = "PostgreSQL://me:p%40ss@one:5432,two/db?session=my%20account&sslmode=require&manage_tables=false";
        let mut url = Url::parse(text).unwrap();
        assert_eq!(url.take("session").unwrap().as_deref(), Some("my account"));
        assert_eq!(url.take("session").unwrap(), None);
        assert!(!url.take_flag("manage_tables", true).unwrap());
        assert!(url.take_flag("pooled", true).unwrap());
        assert_eq!(*url.for_driver(), "postgresql://me:p%40ss@one:5432,two/db?sslmode=require");
        assert_eq!(url.shown(), "postgresql://one:5432,two/db");
    }

    #[test]
    fn a_password_is_in_no_error() {
        let error = Url::parse("me:secret@host").map(|_| ()).unwrap_err();
        assert!(!error.to_string().contains("secret"));
        let mut url = Url::parse("mongodb://me:secret@host/name?flag=perhaps&bad=%ff").unwrap();
        for error in [url.take_flag("flag", true).unwrap_err(), url.take("bad").unwrap_err()] {
            assert!(!error.to_string().contains("secret"));
        }
        assert!(!url.shown().contains("secret"));
    }

    #[test]
    fn a_password_that_was_not_encoded_is_refused_or_read_as_it_is() {
        for scheme in ["postgresql", "mysql", "mongodb", "mongodb+srv", "sqlite"] {
            for wrong in [
                "me:sec/ret@host/db",
                "me:12/34@host/db",
                "me:sec?ret@host/db",
                "me:12?a=b@host/db",
                "me:p@ss@host/db",
                "me:12/3?x=4@host/db",
                "me:pass",
                "me:99999",
                "me:sec[ret",
                "sec ret",
                "#secret",
            ] {
                assert!(Url::parse(&format!("{scheme}://{wrong}")).is_err(), "{scheme} {wrong}");
            }
        }
        let url = Url::parse("mysql://me:a#b[c]%d %41:e@host/db").unwrap();
        assert_eq!(*url.for_driver(), "mysql://me:a%23b%5Bc%5D%25d%20%41%3Ae@host/db");
        for right in [
            "postgresql://[::1]:5432/db",
            "postgresql://%2Fvar%2Frun/db",
            "mongodb://a:1,b_c,d/x",
            "mysql://host:/db",
            "postgresql:///db",
            "sqlite:////home/me@work/a.db?session=me@work",
            "mongodb+srv://münchen.example/x",
        ] {
            assert!(Url::parse(right).is_ok(), "{right}");
        }
    }

    #[test]
    fn a_session_string_behind_a_scheme_is_no_host() {
        let piece = "AgDO4Mfe072KZrNSKFXZgXLaJWgmXqBtWiBkOQu1H81jfGttRGt-7ujDv_riCaTY";
        let slash = format!("{}/{}", &piece[..9], &piece[9..]);
        for text in
            [piece.to_owned(), piece[..50].to_owned(), piece.repeat(5), format!("{}.{piece}", &piece[..9]), slash]
        {
            assert!(Url::parse(&format!("mongodb://{text}")).is_err(), "{text}");
        }
    }

    #[test]
    fn a_url_may_have_no_host_and_no_query() {
        let url = Url::parse("sqlite:///folder/my%20file.db").unwrap();
        assert_eq!(url.path().unwrap(), "folder/my file.db");
        assert_eq!(*url.for_driver(), "sqlite:///folder/my%20file.db");
    }
}
