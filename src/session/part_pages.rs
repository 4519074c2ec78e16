//! The peers that another client's whole file holds, page by page, and how much of the session's it leaves out.

use std::borrow::Cow;

use super::part::peer_in;
use crate::error::Result;
use crate::model::{FileFormat, Peer};
use crate::storage::PeerPages;

/// What peers have: in all, and what of it is written.
#[derive(Default)]
pub(super) struct PartTally {
    pub(super) peers: (usize, usize),
    pub(super) usernames: (usize, usize),
    pub(super) types: (usize, usize),
    pub(super) names: (usize, usize),
    pub(super) untyped: usize,
}

impl PartTally {
    fn add(&mut self, peer: &Peer, written: Option<&Peer>) {
        let add = |(total, kept): &mut (usize, usize), count: fn(&Peer, &Peer) -> usize| {
            *total += count(peer, peer);
            *kept += written.map_or(0, |written| count(peer, written));
        };
        add(&mut self.peers, |_, _| 1);
        add(&mut self.usernames, |peer, there| {
            there.usernames.iter().filter(|name| peer.usernames.contains(name)).count()
        });
        add(&mut self.types, |peer, there| usize::from(peer.effective_type() == there.effective_type()));
        add(&mut self.names, |peer, there| usize::from(peer.name.is_some() && peer.name == there.name));
        self.untyped += usize::from(peer.peer_type.is_none());
    }
}

/// The part of each page that a format holds.
pub(super) struct PartPages<'a> {
    format: FileFormat,
    pages: &'a mut dyn PeerPages,
    tally: PartTally,
}

impl<'a> PartPages<'a> {
    pub(super) fn new(format: FileFormat, pages: &'a mut dyn PeerPages) -> Self {
        Self { format, pages, tally: PartTally::default() }
    }

    /// All of them, for a file that is made in memory.
    pub(super) fn read_all(&mut self) -> Result<Vec<Peer>> {
        self.restart();
        let mut peers = Vec::new();
        while let Some(page) = self.next_page()? {
            peers.extend(page.into_owned());
        }
        Ok(peers)
    }

    /// Of the pages that were read.
    pub(super) fn into_tally(self) -> PartTally {
        self.tally
    }
}

impl PeerPages for PartPages<'_> {
    fn restart(&mut self) {
        self.pages.restart();
        self.tally = PartTally::default();
    }

    fn next_page(&mut self) -> Result<Option<Cow<'_, [Peer]>>> {
        let Some(page) = self.pages.next_page()? else { return Ok(None) };
        let mut part = Vec::new();
        for peer in page.iter() {
            let written = peer_in(self.format, peer);
            self.tally.add(peer, written.as_ref());
            part.extend(written);
        }
        Ok(Some(part.into()))
    }
}
