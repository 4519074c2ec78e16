//! Everything of another session, written in one transaction. The peers come in pages.

use std::cell::RefCell;

use super::fault::Fault;
use super::layout::Layout;
use super::needs::Needs;
use super::own_write::OwnWrite;
use super::peer_writes::{self, PeerWrite};
use super::trial::Trial;
use super::{Sqlite, fields, read_back, sent_files, update_states, values};
use crate::clock::now;
use crate::error::Result;
use crate::model::{Contents, Field};
use crate::storage::peer_batch::WriteMode;
use crate::storage::{Change, PeerPages};

impl Sqlite {
    /// Writes everything: the peers twice over, first to see what tables they need.
    pub(super) fn import_with(&mut self, contents: &Contents, pages: &mut dyn PeerPages) -> Result<()> {
        let changes: Vec<Change> = Field::ALL.map(|field| (field, contents.data.get(field))).into();
        let mode = WriteMode::Import { now: now() };
        let pages = RefCell::new(pages);
        let values: Vec<_> = contents.values.iter().map(|(name, value)| (name.as_str(), value)).collect();
        let trial = Trial { changes: &changes, values: &values };
        if let Some(open) = &mut self.open {
            open.file.forget_written_peers();
        }
        self.write_secrets_of(OwnWrite::All, |file, target| {
            file.write_prepared(
                target,
                |conn, layout, _| Ok(needs_of(layout, *pages.borrow_mut())?.and(trial.needs(conn, layout)?)),
                |layout, needs| {
                    needs
                        .clone()
                        .and(Needs::for_states(layout, &contents.update_states))
                        .and(Needs::for_files(layout, &contents.sent_files))
                },
                |conn, layout, queries, _| {
                    let mut pages = pages.borrow_mut();
                    pages.restart();
                    while let Some(page) = pages.next_page()? {
                        let peers = page.iter().map(|peer| PeerWrite::new(peer, mode));
                        peer_writes::write(conn, layout, queries, peers, &[], mode, None)?;
                    }
                    update_states::write(conn, layout, &contents.update_states)?;
                    sent_files::write(conn, layout, &contents.sent_files)?;
                    // The home data centre, which they tell, first.
                    let loses_key = fields::write(conn, layout, &changes)?;
                    let loses_value = values::write_all(conn, layout, &contents.values)?;
                    read_back::fields(conn, layout, &changes)?;
                    read_back::update_states(conn, layout, &contents.update_states)?;
                    read_back::sent_files(conn, layout, &contents.sent_files)?;
                    Ok(loses_key || loses_value)
                },
            )
        })
    }
}

// A table that one peer needs is made before the first one is written: where names stand depends on it.
fn needs_of(layout: &Layout, pages: &mut dyn PeerPages) -> Result<Needs, Fault> {
    let mut needs = Needs::default();
    pages.restart();
    while let Some(page) = pages.next_page()? {
        needs = needs.and(Needs::for_copied_peers(layout, &page).with_name_indexes());
    }
    Ok(needs)
}
