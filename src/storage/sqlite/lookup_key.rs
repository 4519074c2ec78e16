//! What a peer is looked up by.

/// What a peer is looked up by.
#[derive(Clone, Copy, Hash)]
pub enum LookupKey<'a> {
    Id(i64),
    Username(&'a str),
    PhoneNumber(&'a str),
    /// The display name.
    Name(&'a str),
}

/// Which of them it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum LookupKind {
    Id,
    Username,
    PhoneNumber,
    Name,
}

impl LookupKey<'_> {
    /// Which of them it is.
    pub fn kind(&self) -> LookupKind {
        match self {
            Self::Id(_) => LookupKind::Id,
            Self::Username(_) => LookupKind::Username,
            Self::PhoneNumber(_) => LookupKind::PhoneNumber,
            Self::Name(_) => LookupKind::Name,
        }
    }
}
