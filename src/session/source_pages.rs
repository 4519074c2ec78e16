//! The peers of a session that is converted, page by page, and how many there are of each kind.
//!
//! Each page is a call of its own, so that nobody is kept out of the source meanwhile. Between the pages somebody may change it:
//! then they do not belong together, and the reader says so.

use std::borrow::Cow;
use std::cell::Cell;

use super::Session;
use super::peer_tally::PeerTally;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Contents, Peer};
use crate::storage::{PeerPages, StateMark};

/// Everything but the peers, and the state that it is of.
pub struct Start {
    pub contents: Contents,
    mark: Option<StateMark>,
}

/// Reads the peers of one state of a session.
pub struct SourcePages<'a> {
    source: &'a Session,
    mark: Option<StateMark>,
    // The lowest id that was not read; `None` after the last page.
    next: Option<i64>,
    tally: PeerTally,
    was_refused: &'a Cell<bool>,
}

impl Start {
    /// Reads what is needed before the peers.
    pub fn read(source: &Session) -> Result<Self> {
        source.read(|storage| {
            let mark = storage.state_mark()?;
            let contents = storage.contents_without_peers()?;
            let is_one_state = mark == storage.state_mark()?;
            // As for a lock, the caller tries again.
            if is_one_state { Ok(Self { contents, mark }) } else { Err(changed()) }
        })
    }
}

impl<'a> SourcePages<'a> {
    /// Before the first page. Sets `was_refused` where the pages are of several states, or cannot be read.
    pub fn new(source: &'a Session, start: &Start, was_refused: &'a Cell<bool>) -> Self {
        Self { source, mark: start.mark, next: Some(i64::MIN), tally: PeerTally::default(), was_refused }
    }

    /// How many peers of each kind there were.
    pub fn into_tally(self) -> PeerTally {
        self.tally
    }
}

impl SourcePages<'_> {
    // Not as a lock of the target's, for which its writer would wait.
    fn refuse(&self, cause: &str) -> Error {
        self.was_refused.set(true);
        Error::new(ErrorCode::Internal, cause)
    }
}

impl PeerPages for SourcePages<'_> {
    fn restart(&mut self) {
        (self.next, self.tally) = (Some(i64::MIN), PeerTally::default());
    }

    fn next_page(&mut self) -> Result<Option<Cow<'_, [Peer]>>> {
        let Some(from) = self.next else { return Ok(None) };
        let read = self.source.read(|storage| Ok((storage.peers_from(from)?, storage.state_mark()?)));
        let (page, mark) = match read {
            Err(error) if error.code() == ErrorCode::Locked => return Err(self.refuse(&error.to_string())),
            read => read?,
        };
        if mark != self.mark {
            return Err(self.refuse("the source was changed while it was read"));
        }
        self.tally.add(&page.peers);
        self.next = page.next();
        Ok(Some(page.peers.into()))
    }
}

fn changed() -> Error {
    Error::new(ErrorCode::Locked, "another program keeps changing the source: try again")
}
