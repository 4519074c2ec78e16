//! Peers in pages: a session may have a million of them, and nobody needs them in memory at once.

use std::borrow::Cow;

use crate::error::Result;
use crate::model::Peer;

/// So many peers are read and written at a time.
pub(in crate::storage) const PAGE: usize = 2_000;

/// Some peers of a session.
#[derive(Debug, Default)]
pub struct PeerPage {
    /// In ascending order of their ids.
    pub peers: Vec<Peer>,
    /// None have higher ids.
    pub is_last: bool,
}

impl PeerPage {
    /// The lowest id that those of the next page may have; `None` after the last page.
    pub fn next(&self) -> Option<i64> {
        self.peers.last().filter(|_| !self.is_last).and_then(|peer| peer.id.checked_add(1))
    }
}

/// Where the peers of a session come from, page by page. All pages are of one state of it.
pub trait PeerPages {
    /// Begins again with the first page.
    fn restart(&mut self);

    /// The next page; `None` after the last one.
    ///
    /// # Errors
    ///
    /// Those of reading, and of a session that somebody has changed since the first page.
    fn next_page(&mut self) -> Result<Option<Cow<'_, [Peer]>>>;
}

/// Peers that are in memory already.
pub struct OnePage<'a> {
    peers: &'a [Peer],
    is_read: bool,
}

impl<'a> OnePage<'a> {
    pub fn new(peers: &'a [Peer]) -> Self {
        Self { peers, is_read: false }
    }
}

impl PeerPages for OnePage<'_> {
    fn restart(&mut self) {
        self.is_read = false;
    }

    fn next_page(&mut self) -> Result<Option<Cow<'_, [Peer]>>> {
        let is_first = !std::mem::replace(&mut self.is_read, true);
        Ok(is_first.then_some(Cow::Borrowed(self.peers)))
    }
}
