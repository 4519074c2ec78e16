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
