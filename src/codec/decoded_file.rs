//! What a whole file of another client holds.

use crate::model::{Contents, Format, Leftovers};

/// A file that was decoded as a whole.
#[derive(Debug)]
pub struct DecodedFile {
    /// Its client, and the version of the layout.
    pub format: Format,
    /// What is read.
    pub contents: Contents,
    /// What is not.
    pub leftovers: Leftovers,
}

impl DecodedFile {
    /// A file with nothing beside the session.
    pub(super) fn new(name: &'static str, version: Option<i64>, contents: Contents) -> Self {
        Self { format: Format { name, version }, contents, leftovers: Leftovers::default() }
    }

    /// With a sentence about it for people.
    pub(super) fn remark(mut self, remark: impl Into<String>) -> Self {
        self.leftovers.remarks.push(remark.into());
        self
    }
}
