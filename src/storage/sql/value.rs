//! Values as they go to a database and come back, whichever it is.

use zeroize::Zeroizing;

use super::fault::Fault;

/// One value. Lists stand only after `IN`.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Integer(i64),
    Text(String),
    /// May be a key.
    Bytes(Zeroizing<Vec<u8>>),
    Integers(Vec<i64>),
    Texts(Vec<String>),
}

/// What a statement answers, one row.
pub type Row = Vec<Value>;

impl Value {
    /// An integer; text is read.
    pub fn integer(&self, what: &str) -> Result<Option<i64>, Fault> {
        match self {
            Self::Null => Ok(None),
            Self::Integer(number) => Ok(Some(*number)),
            Self::Text(text) => match text.trim().parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(Fault::Damaged(format!("{what} is not a number"))),
            },
            _ => Err(Fault::Damaged(format!("{what} is not a number"))),
        }
    }

    /// A text that is not empty; a number is written out.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) if !text.is_empty() => Some(text.clone()),
            Self::Integer(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Bytes, of which there are some.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) if !bytes.is_empty() => Some(bytes),
            Self::Text(text) if !text.is_empty() => Some(text.as_bytes()),
            _ => None,
        }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Integer(flag.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec().into())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
