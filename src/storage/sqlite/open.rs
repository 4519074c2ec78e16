//! An open file: its connection, its layout and the statements for it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ToSql, Transaction, TransactionBehavior};

use super::answers::Answers;
use super::fault::Fault;
use super::layout::Layout;
use super::name_index::{By, NameIndex};
use super::needs::Needs;
use super::peer_writes;
use super::peers::{self, Lookup};
use super::queries::Queries;
use super::reach::Reach;
use super::schema::{self, Schema};
use super::sightings::Sightings;
use super::watch::Watch;
use super::{fields, update_states};
use crate::model::{Field, FieldValue, FoundPeer, Peer, UpdateState};
use crate::storage::file;
use crate::storage::writing::Writing;

/// Which file, and how long to wait for its lock.
pub struct Place {
    pub path: PathBuf,
    /// The symbolic link that leads to it, if it was opened by one.
    pub link: Option<PathBuf>,
    /// The path as errors show it.
    pub location: String,
    pub busy_timeout: Duration,
}

/// A file that is open.
pub struct Open {
    pub reach: Reach,
    pub layout: Layout,
    pub queries: Queries,
    names: NameIndex,
    sightings: Sightings,
    // Only of the file itself. Dropped after the connection.
    answers: Option<Answers>,
}

impl Place {
    pub fn new(path: &Path, busy_timeout: Duration) -> Self {
        // SQLite keeps the journal beside the file, not beside a link to it.
        let is_link = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        let target = if is_link { std::fs::canonicalize(path).ok() } else { None };
        let location = path.to_string_lossy().into_owned();
        Self {
            link: is_link.then(|| path.to_owned()),
            path: target.unwrap_or_else(|| file::reachable(path)),
            location,
            busy_timeout,
        }
    }
}

impl Open {
    /// Opens the file itself, to read and write.
    pub fn live(place: &Place) -> Result<Self, Fault> {
        let open = Self::through(Reach::live(&place.path, place.busy_timeout)?, place)?;
        let mode: String = open.reach.conn.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
        if mode == "wal" {
            // Survives a killed process; `save` makes it survive a loss of power.
            open.reach.conn.execute_batch("PRAGMA synchronous = NORMAL")?;
        }
        Ok(open)
    }

    /// Opens the file so that nothing of it changes.
    pub fn read_only(place: &Place) -> Result<Self, Fault> {
        Self::through(Reach::read_only(&place.path, place.busy_timeout)?, place)
    }

    /// Opens a private copy of the file as it is now.
    pub fn copy(place: &Place) -> Result<Self, Fault> {
        Self::through(Reach::copy(&place.path, place.busy_timeout)?, place)
    }

    pub(super) fn through(reach: Reach, place: &Place) -> Result<Self, Fault> {
        let (layout, queries) = read_layout(&reach.conn, place)?;
        let answers = reach.is_live().then(|| Answers::new(Watch::new(&place.path)));
        Ok(Self { reach, layout, queries, names: NameIndex::default(), sightings: Sightings::default(), answers })
    }

    /// Whether the file may have changed unseen: open it anew.
    pub fn is_stale(&self, place: &Place) -> bool {
        self.reach.is_stale(&place.path)
    }

    /// Whether this is the file itself.
    pub fn is_live(&self) -> bool {
        self.reach.is_live()
    }

    /// Reads within one state of the file.
    pub fn read<T>(
        &mut self,
        place: &Place,
        read: impl Fn(&Connection, &Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let transaction = Transaction::new_unchecked(&self.reach.conn, TransactionBehavior::Deferred)?;
        if schema::cookie(&transaction)? != self.layout.cookie {
            (self.layout, self.queries) = read_layout(&transaction, place)?;
        }
        read(&transaction, self)
    }

    /// Finds one peer.
    pub fn find(&mut self, place: &Place, by: By<'_>) -> Result<Option<FoundPeer>, Fault> {
        if let Some(found) = self.answers.as_mut().and_then(|answers| answers.peer(by)) {
            return Ok(found);
        }
        let keep = self.answers.as_mut().is_some_and(|answers| answers.is_worth_keeping(by));
        let found = self.look_up(place, by)?;
        if let Some(answers) = self.answers.as_mut().filter(|_| keep) {
            answers.remember_peer(by, &found);
        }
        Ok(found)
    }

    /// Reads one field.
    pub fn field(&mut self, place: &Place, field: Field) -> Result<Option<FieldValue>, Fault> {
        if let Some(value) = self.answers.as_mut().and_then(|answers| answers.field(field)) {
            return Ok(value);
        }
        let value = self.read(place, |conn, open| fields::get(conn, &open.layout, field))?;
        if let Some(answers) = &mut self.answers {
            answers.remember_field(field, &value);
        }
        Ok(value)
    }

    /// Reads one update state.
    pub fn state(&mut self, place: &Place, id: i64) -> Result<Option<UpdateState>, Fault> {
        if let Some(state) = self.answers.as_mut().and_then(|answers| answers.state(id)) {
            return Ok(state);
        }
        let state = self.read(place, |conn, open| update_states::find(conn, &open.layout, id))?;
        if let Some(answers) = &mut self.answers {
            answers.remember_state(id, state);
        }
        Ok(state)
    }

    // No transaction: that would cost as much as the lookup.
    fn look_up(&mut self, place: &Place, by: By<'_>) -> Result<Option<FoundPeer>, Fault> {
        match self.names.lookup(&self.reach.conn, &self.layout, by)? {
            None => self.ask(place, by, 0),
            Some(Some(id)) => self.ask(place, By::Id(id), 0),
            // The column is the first that is asked.
            Some(None) => self.ask(place, by, 1),
        }
    }

    // Asks statements in turn until one finds a peer.
    fn ask(&mut self, place: &Place, by: By<'_>, first: usize) -> Result<Option<FoundPeer>, Fault> {
        'again: loop {
            let (statements, key): (_, &dyn ToSql) = match &by {
                By::Id(id) => (&self.queries.by_id, id),
                By::Username(username) => (&self.queries.by_username, username),
                By::PhoneNumber(number) => (&self.queries.by_phone_number, number),
                By::Name(name) => (&self.queries.by_name, name),
            };
            // Where no table is there to be asked, somebody may have made one.
            let nobody_is_asked = statements.len() <= first;
            for sql in statements.iter().skip(first) {
                let Lookup { found, prepared_anew } = peers::find(&self.reach.conn, sql, key)?;
                if prepared_anew && self.schema_has_changed()? {
                    (self.layout, self.queries) = read_layout(&self.reach.conn, place)?;
                    continue 'again;
                }
                if found.is_some() {
                    return Ok(found);
                }
            }
            if nobody_is_asked && self.schema_has_changed()? {
                (self.layout, self.queries) = read_layout(&self.reach.conn, place)?;
                continue;
            }
            return Ok(None);
        }
    }

    // Another client may have migrated the file, or added tables.
    fn schema_has_changed(&self) -> Result<bool, Fault> {
        Ok(schema::cookie(&self.reach.conn)? != self.layout.cookie)
    }

    /// Writes those of the peers that do not stand in the file already; false if all of them do. Then nobody's lock is
    /// waited for.
    pub fn see(&mut self, place: &Place, peers: &[Peer], now: i64) -> Result<bool, Fault> {
        let all: Vec<&Peer> = peers.iter().collect();
        let news = if self.sightings.may_know(peers) {
            self.sightings.outdated(&self.reach.conn)?;
            self.sightings.news(peers, now)
        } else {
            all.clone()
        };
        if news.is_empty() {
            return Ok(false);
        }
        // With an error, they stay forgotten.
        let mut sightings = std::mem::take(&mut self.sightings);
        let (taken, written) = self.write(
            place,
            |layout| Needs::of_peers(layout, peers),
            |conn, layout, queries| {
                // Somebody may have written just before this transaction began.
                let written = if sightings.outdated(conn)? { &all } else { &news };
                let taken = peer_writes::write(conn, layout, queries, written.iter().copied(), Writing::Seen { now })?;
                Ok((taken, written))
            },
        )?;
        if taken {
            // Who lost a username is not known by id.
            sightings.forget();
        } else {
            sightings.remember(written, now);
        }
        self.sightings = sightings;
        Ok(true)
    }

    /// Peers are about to be written past [`Self::see`].
    pub fn forget_sightings(&mut self) {
        self.sightings.forget();
    }

    /// Writes in one transaction: all of it, or nothing.
    pub fn write<T>(
        &mut self,
        place: &Place,
        needs: impl Fn(&Layout) -> Needs,
        mut write: impl FnMut(&Connection, &Layout, &Queries) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let transaction = Transaction::new_unchecked(&self.reach.conn, TransactionBehavior::Immediate)?;
        // The layout within this transaction: it becomes ours only with what was made.
        let mut made = None;
        if schema::cookie(&transaction)? != self.layout.cookie {
            made = Some(read_layout(&transaction, place)?);
        }
        let layout = made.as_ref().map_or(&self.layout, |(layout, _)| layout);
        if needs(layout).make(&transaction, layout)? {
            made = Some(read_layout(&transaction, place)?);
        }
        let (layout, queries) =
            made.as_ref().map_or((&self.layout, &self.queries), |(layout, queries)| (layout, queries));
        let answer = write(&transaction, layout, queries)?;
        transaction.commit()?;
        self.names = NameIndex::default();
        if let Some((layout, queries)) = made {
            (self.layout, self.queries) = (layout, queries);
        }
        Ok(answer)
    }
}

fn read_layout(conn: &Connection, place: &Place) -> Result<(Layout, Queries), Fault> {
    let layout = Layout::of(&Schema::read(conn)?, &place.location)?;
    let queries = Queries::of(&layout);
    // Prepared now, the statements notice when another client changes the schema.
    let lookups = queries.by_id.iter().chain(&queries.by_phone_number).chain(&queries.by_username);
    for sql in lookups.chain(&queries.by_name) {
        conn.prepare_cached(sql)?;
    }
    Ok((layout, queries))
}
