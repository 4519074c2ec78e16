//! Several reads of one state of a session.

use std::ops::{Deref, DerefMut};

use crate::error::Result;
use crate::storage::Storage;

/// While this lives, all that is read is of one state, where the engine can keep one.
pub struct Moment<'a>(&'a mut dyn Storage);

impl<'a> Moment<'a> {
    pub fn begin(storage: &'a mut dyn Storage) -> Result<Self> {
        storage.begin_moment()?;
        Ok(Self(storage))
    }
}

impl<'a> Deref for Moment<'a> {
    type Target = dyn Storage + 'a;

    fn deref(&self) -> &Self::Target {
        self.0
    }
}

impl DerefMut for Moment<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.0
    }
}

impl Drop for Moment<'_> {
    fn drop(&mut self) {
        self.0.end_moment();
    }
}
