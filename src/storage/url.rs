//! The location of an engine behind a server: a URL, the parameters in it that are ours, and how errors show it.

use crate::error::{Error, Result};

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

impl Url {
    /// Takes a URL apart. The error does not show it: it may hold a password.
    pub fn parse(text: &str) -> Result<Self> {
        let broken = || Error::invalid_argument("the location is not a URL of the form scheme://host/path?name=value");
        let (scheme, rest) = text.split_once("://").ok_or_else(broken)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user_info, hosts) = match authority.rsplit_once('@') {
            Some((user_info, hosts)) => (Some(user_info.to_owned()), hosts),
            None => (None, authority),
        };
        let parameters = query.split('&').filter(|pair| !pair.is_empty());
        let parameters = parameters.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        Ok(Self {
            scheme: scheme.to_ascii_lowercase(),
            user_info,
            hosts: hosts.to_owned(),
            path: path.to_owned(),
            parameters: parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        })
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

    /// Whether a user or a password seems not to be percent-encoded: there is a bare `@`, or a port that is not a
    /// number. Such a URL was split in the wrong places, and must not be shown.
    #[cfg(feature = "mongodb")]
    pub fn has_loose_ends(&self) -> bool {
        let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
        let is_host = |host: &str| match host.rsplit_once(':') {
            Some((name, port)) => is_port(port) && (!name.contains(':') || name.ends_with(']')),
            None => true,
        };
        let has_at = self.path.contains('@')
            || self.user_info.as_ref().is_some_and(|info| info.contains('@'))
            || self.parameters.iter().any(|(name, value)| name.contains('@') || value.contains('@'));
        has_at || !self.hosts.split(',').all(is_host)
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
        let Some(index) = self.parameters.iter().position(|(key, _)| key.eq_ignore_ascii_case(name)) else {
            return Ok(None);
        };
        let (_, value) = self.parameters.remove(index);
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

    /// The remaining URL, for the driver. It may hold a password.
    pub fn for_driver(&self) -> zeroize::Zeroizing<String> {
        let user_info = self.user_info.as_ref().map(|user_info| format!("{user_info}@")).unwrap_or_default();
        let pairs: Vec<String> = self.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
        format!("{}://{user_info}{}/{}{query}", self.scheme, self.hosts, self.path).into()
    }

    /// The location without user, password and parameters, for error messages.
    pub fn shown(&self) -> String {
        format!("{}://{}/{}", self.scheme, self.hosts, self.path)
    }
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
    fn a_url_may_have_no_host_and_no_query() {
        let url = Url::parse("sqlite:///folder/my%20file.db").unwrap();
        assert_eq!(url.path().unwrap(), "folder/my file.db");
        assert_eq!(*url.for_driver(), "sqlite:///folder/my%20file.db");
    }
}
