//! An open file: its connection, its layout and the statements for it.

use std::borrow::{Borrow, Cow};
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::limits::Limit;
use rusqlite::{Connection, ToSql, Transaction, TransactionBehavior, ffi};

use super::dialects::LoginTables;
use super::fault::Fault;
use super::file_access::FileAccess;
use super::first_fields::FirstFields;
use super::known_layouts::{self, KnownLayout};
use super::layout::Layout;
use super::lookup_key::{LookupKey, LookupKind};
use super::main_file;
use super::name_index::{NameIndex, Owner, numeric};
use super::needs::Needs;
use super::peer_writes::{self, PeerWrite};
use super::peers::{self, LookupResult};
use super::queries::Queries;
use super::read_back;
use super::row_names::RowNames;
use super::schema;
use super::target::Target;
use super::watch::{ChangeCounter, Moment, Watch};
use super::written_peers::WrittenPeers;
use crate::error::{Error, ErrorCode};
use crate::model::{FoundPeer, PartialPeer, Peer, Prune};
use crate::storage::merge_batch::MergeBatch;
use crate::storage::peer_batch::{PeerBatch, WriteMode};

const OF_UNLOCKING: [i32; 2] = [ffi::SQLITE_IOERR_UNLOCK, ffi::SQLITE_IOERR_RDLOCK];

static OPENED: AtomicU64 = AtomicU64::new(0);

/// A file that is open.
pub struct OpenFile {
    pub access: FileAccess,
    pub layout: Arc<Layout>,
    pub queries: Arc<Queries>,
    // SQLite's counter of schema changes when the layout was read.
    cookie: i64,
    // The kinds of keys whose statements are prepared, in this layout.
    prepared: Vec<LookupKind>,
    /// Of each connection another one.
    pub serial: u64,
    names: NameIndex,
    written_peers: WrittenPeers,
    /// How often this connection has begun to write.
    pub writes: u64,
    // How commits wait for the medium has been set.
    is_ready_to_write: bool,
    /// Tells when the file was written. Only for the file itself, not for copies.
    pub watch: Option<Watch>,
    /// What was read at opening, for the cache.
    pub first_fields: Option<FirstFields>,
    /// The system did not let go of its lock: only closing it does.
    pub keeps_lock: bool,
}

impl OpenFile {
    /// Opens the file itself, to read and write.
    pub fn live(target: &Target) -> Result<Self, Fault> {
        let access = FileAccess::live(&target.path, target.key.as_ref(), target.is_exclusive)?;
        Self::new(access, target)
    }

    /// Opens the file so that nothing of it changes.
    pub fn read_only(target: &Target) -> Result<Self, Fault> {
        Self::new(FileAccess::read_only(&target.path, target.waits.reader, target.key.as_ref())?, target)
    }

    /// Opens a copy in memory of the file as it is now.
    pub fn copy(target: &Target) -> Result<Self, Fault> {
        Self::new(FileAccess::copy(&target.path, target.key.as_ref())?, target)
    }

    pub(super) fn new(access: FileAccess, target: &Target) -> Result<Self, Fault> {
        access.conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, target.max_bytes.try_into().unwrap_or(i32::MAX))?;
        let mut watch = access.is_live().then(|| Watch::new(target.key.is_some()));
        let (FileLayout { known, cookie }, first_fields) = FileLayout::read_first(&access, watch.as_mut(), target)
            .inspect_err(|_| access.leave_as_found(&target.path))?;
        // Most sessions of many wait: what told their layout is not read again.
        main_file::release_pages(&access.conn);
        Ok(Self {
            access,
            layout: known.layout,
            queries: known.queries,
            cookie,
            prepared: Vec::new(),
            serial: OPENED.fetch_add(1, Ordering::Relaxed),
            names: NameIndex::default(),
            written_peers: WrittenPeers::default(),
            writes: 0,
            is_ready_to_write: false,
            watch,
            first_fields,
            keeps_lock: false,
        })
    }

    /// What changes with each commit; `None` if it cannot be told.
    pub fn counter(&mut self) -> Option<ChangeCounter> {
        if self.access.is_exclusive() {
            return Some(ChangeCounter::Own(self.writes));
        }
        self.watch.as_mut()?.counter(&self.access.conn)
    }

    /// The state of the file; `None` if it cannot be told, or changes just now.
    pub fn moment(&mut self) -> Option<Moment> {
        if self.access.is_exclusive() {
            return Some(Moment::of_own_file(self.writes));
        }
        self.watch.as_mut()?.moment(&self.access.conn)
    }

    /// Whether what is read is the newest state, and not that of a moment which is kept.
    pub fn reads_newest(&self) -> bool {
        self.access.conn.is_autocommit()
    }

    /// Reads within one state of the file.
    pub fn read<T>(
        &mut self,
        target: &Target,
        read: impl FnOnce(&Connection, &Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut statement = self.access.conn.prepare_cached(schema::COOKIE)?;
        let mut rows = statement.query([])?; // which keeps the state, until it is dropped
        let cookie = schema::next_cookie(&mut rows)?;
        if cookie != self.cookie {
            let KnownLayout { layout, queries } = known_layouts::read(&self.access.conn, &target.location)?;
            (self.layout, self.queries, self.cookie) = (layout, queries, cookie);
            self.prepared.clear();
        }
        read(&self.access.conn, self)
    }

    /// Reads within one state of the file what may be most of it, and gives the pages back.
    pub fn read_whole<T>(
        &mut self,
        target: &Target,
        read: impl FnOnce(&Connection, &Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let answer = self.read(target, read);
        main_file::release_pages(&self.access.conn);
        answer
    }

    /// Finds one peer. Not in a transaction, which would cost as much as the lookup.
    pub fn find(&mut self, target: &Target, key: LookupKey<'_>) -> Result<Option<FoundPeer>, Fault> {
        match self.names.lookup(&self.access.conn, &self.layout, key)? {
            Owner::Unknown => self.run_lookup(target, key),
            Owner::Nobody => Ok(None),
            Owner::AtMost(id) => {
                let read = |conn: &Connection, file: &Self| peers::read(conn, &file.queries, Some(&[id]));
                match self.read(target, read)?.iter().find(|peer| is_named(peer, key)) {
                    Some(peer) => Ok(Some(FoundPeer::from(peer))),
                    None => self.run_lookup(target, key),
                }
            }
        }
    }

    /// Runs the statements for a key in turn until one finds a peer. Reads the layout again first if another client has
    /// changed the schema: it may have migrated the file, or added the tables that were missing.
    fn run_lookup(&mut self, target: &Target, key: LookupKey<'_>) -> Result<Option<FoundPeer>, Fault> {
        if self.prepared.contains(&key.kind())
            && let Some(found) = self.find_prepared(key)?
        {
            return Ok(found);
        }
        let found = self.read(target, |conn, file| {
            let (statements, value) = file.lookup(&key);
            // Prepared in the layout that is known, they notice when another client changes the schema.
            for sql in statements {
                conn.prepare_cached(sql)?;
            }
            find_by(conn, statements, value)
        })?;
        if !self.prepared.contains(&key.kind()) {
            self.prepared.push(key.kind());
        }
        Ok(found)
    }

    /// Finds one peer by statements that were prepared before; the outer `None` means that the schema is another one.
    fn find_prepared(&self, key: LookupKey<'_>) -> Result<Option<Option<FoundPeer>>, Fault> {
        let (statements, value) = self.lookup(&key);
        for sql in statements {
            let LookupResult { found, was_reprepared } = peers::find(&self.access.conn, sql, value)?;
            if was_reprepared && self.has_new_schema()? {
                return Ok(None);
            }
            if found.is_some() {
                return Ok(Some(found));
            }
        }
        let has_no_table = statements.is_empty();
        Ok(if has_no_table && self.has_new_schema()? { None } else { Some(None) })
    }

    /// The statements for a key, and their parameter.
    fn lookup<'a>(&'a self, key: &'a LookupKey<'_>) -> (&'a [String], &'a dyn ToSql) {
        match key {
            LookupKey::Id(id) => (&self.queries.by_id, id),
            LookupKey::Username(username) => (&self.queries.by_username, username),
            LookupKey::PhoneNumber(number) => (&self.queries.by_phone_number, number),
            LookupKey::Name(name) => (&self.queries.by_name, name),
        }
    }

    fn has_new_schema(&self) -> Result<bool, Fault> {
        Ok(schema::cookie(&self.access.conn)? != self.cookie)
    }

    /// Writes those peers of a batch that are not known to be in the file already. Returns false, without waiting for
    /// any lock, if that leaves nothing to write.
    pub fn write_changed(&mut self, target: &Target, peers: &[Peer], now: i64) -> Result<bool, Fault> {
        let mode = WriteMode::Update { now };
        let PeerBatch { peers, abandoned, .. } = PeerBatch::new(peers, mode);
        let all: Vec<&Peer> = peers.iter().map(AsRef::as_ref).collect();
        let changed = if self.written_peers.may_know(all.iter().map(|peer| peer.id)) {
            self.written_peers.forget_if_outdated(&self.access.conn)?;
            self.written_peers.changed(&all, now)
        } else {
            all.clone()
        };
        if changed.is_empty() && abandoned.is_empty() {
            return Ok(false);
        }
        // Taken out, so that an error leaves it empty.
        let mut written_peers = std::mem::take(&mut self.written_peers);
        let names = RefCell::new(std::mem::take(&mut self.names));
        let written = self.write_prepared(
            target,
            |conn, layout, _| names.borrow_mut().is_ready_to_write(conn, layout),
            |layout, &in_memory| needs_of(layout, &peers, in_memory),
            |conn, layout, queries, _| {
                // Another program may have written just before this transaction began.
                let written = if written_peers.forget_if_outdated(conn)? { &all } else { &changed };
                let writes = written.iter().map(|peer| PeerWrite::new(peer, mode));
                let names = names.borrow();
                let known = NameIndex::has_usernames_of(layout).then_some(&*names);
                let took = peer_writes::write(conn, layout, queries, writes.clone(), &abandoned, mode, known)?;
                read_back::peers(conn, queries, writes, known.is_some())?;
                Ok((took, written))
            },
        );
        self.know_names(names.into_inner(), &written, |written| written.iter().copied());
        self.know(written_peers, written, |known, written| known.remember(written, now))
    }

    /// Merges those of a batch that are not known to be in the file already. Returns false, without waiting for any lock,
    /// if that leaves nothing to write.
    pub fn merge_changed(&mut self, target: &Target, told: &[PartialPeer], now: i64) -> Result<bool, Fault> {
        let batch = MergeBatch::new(told);
        let all: Vec<&PartialPeer> = batch.peers.iter().map(AsRef::as_ref).collect();
        let changed = if self.written_peers.may_know(all.iter().map(|told| told.id)) {
            self.written_peers.forget_if_outdated(&self.access.conn)?;
            self.written_peers.untold(&all, now)
        } else {
            all.clone()
        };
        if changed.is_empty() && batch.abandoned.is_empty() {
            return Ok(false);
        }
        let mode = WriteMode::Update { now };
        // Taken out, so that an error leaves it empty.
        let mut written_peers = std::mem::take(&mut self.written_peers);
        let names = RefCell::new(std::mem::take(&mut self.names));
        let written = self.write_prepared(
            target,
            |conn, layout, queries| {
                let mut names = names.borrow_mut();
                let in_memory = names.is_ready_to_write(conn, layout)?;
                // Another program may have written just before this transaction began.
                let told = if written_peers.forget_if_outdated(conn)? { &all } else { &changed };
                let mut merged = merged(&batch, told, conn, queries, in_memory.then_some(&*names))?;
                merged.retain(|merged| {
                    let is_written = written_peers.is_written(&merged.peer, now);
                    if is_written {
                        written_peers.remember_told(merged.told);
                    }
                    !is_written
                });
                Ok((in_memory, merged))
            },
            |layout, (in_memory, merged)| {
                let peers: Vec<&Peer> = merged.iter().map(|merged| &merged.peer).collect();
                needs_of(layout, &peers, *in_memory)
            },
            |conn, layout, queries, (_, merged)| {
                let writes = merged.iter().map(Merged::write);
                let names = names.borrow();
                let known = NameIndex::has_usernames_of(layout).then_some(&*names);
                let took = peer_writes::write(conn, layout, queries, writes.clone(), &batch.abandoned, mode, known)?;
                read_back::peers(conn, queries, writes, known.is_some())?;
                Ok((took, merged))
            },
        );
        self.know_names(names.into_inner(), &written, |merged| merged.iter().map(|merged| &merged.peer));
        self.know(written_peers, written, |known, merged| {
            known.remember_merged(merged.iter().map(|merged| (merged.told, &merged.peer)), now);
        })
    }

    /// Puts back what is known of written peers, after a batch that took usernames from others or did not. Answers true.
    fn know<T>(
        &mut self,
        mut known: WrittenPeers,
        written: Result<(bool, T), Fault>,
        remember: impl FnOnce(&mut WrittenPeers, T),
    ) -> Result<bool, Fault> {
        match written {
            // Nothing was written: the next try needs to know what has been so far.
            Err(fault) if fault.is_locked() => {
                self.written_peers = known;
                return Err(fault);
            }
            // Nobody knows.
            Err(fault) => return Err(fault),
            // The ids of the peers that lost a username are not known here.
            Ok((true, _)) => known.clear(),
            Ok((false, written)) => remember(&mut known, written),
        }
        self.written_peers = known;
        Ok(true)
    }

    /// Puts back what is known of the owners of names, with those that were written.
    fn know_names<'a, T, P: Iterator<Item = &'a Peer>>(
        &mut self,
        mut names: NameIndex,
        written: &'a Result<(bool, T), Fault>,
        peers: impl FnOnce(&'a T) -> P,
    ) {
        match written {
            Ok((_, written)) if self.layout.lookups_scan => names.remember(peers(written)),
            Err(fault) if fault.is_locked() => {}
            // They have an index now, or nobody knows.
            _ => return,
        }
        self.names = names;
    }

    /// Removes the peers with the given ids, or all.
    pub fn delete_peers(&mut self, target: &Target, ids: Option<&[i64]>) -> Result<(), Fault> {
        self.remove_peers(target, |_, _| Ok(ids.map(Cow::Borrowed))).map(drop)
    }

    /// Removes the peers that `prune` chooses, and tells how many.
    pub fn prune_peers(&mut self, target: &Target, prune: &Prune) -> Result<usize, Fault> {
        let choose =
            |conn: &Connection, queries: &Queries| Ok(Some(Cow::Owned(prune.chosen(peers::ages(conn, queries)?))));
        Ok(self.remove_peers(target, choose)?.map_or(0, |removed| removed.len()))
    }

    /// Removes the peers that are chosen in the same transaction: those with the ids, or all.
    fn remove_peers<'a>(
        &mut self,
        target: &Target,
        choose: impl FnOnce(&Connection, &Queries) -> Result<Option<Cow<'a, [i64]>>, Fault>,
    ) -> Result<Option<Cow<'a, [i64]>>, Fault> {
        let mut written_peers = std::mem::take(&mut self.written_peers);
        let removed = self.write(
            target,
            |_| Needs::default(),
            |conn, layout, queries| {
                let ids = choose(conn, queries)?;
                if layout.has_peers() {
                    peer_writes::delete(conn, layout, queries, ids.as_deref())?;
                }
                Ok(ids)
            },
        );
        match &removed {
            Ok(ids) => written_peers.forget(ids.as_deref()),
            Err(fault) if fault.is_locked() => {}
            Err(_) => written_peers.clear(),
        }
        self.written_peers = written_peers;
        removed
    }

    /// Finds many peers by their ids, at one moment.
    pub fn find_all(&mut self, target: &Target, ids: &[i64]) -> Result<Vec<Option<FoundPeer>>, Fault> {
        self.read(target, |conn, file| {
            let find = |id: &i64| match file.queries.by_id.first() {
                Some(sql) => Ok(peers::find(conn, sql, id)?.found),
                None => Ok(None),
            };
            ids.iter().map(find).collect()
        })
    }

    /// Forgets which peers are in the file: they are about to be written without [`Self::write_changed`].
    pub fn forget_written_peers(&mut self) {
        self.written_peers.clear();
        self.names = NameIndex::default();
    }

    /// Writes in one transaction: all of it, or nothing.
    pub fn write<T>(
        &mut self,
        target: &Target,
        needs: impl FnOnce(&Layout) -> Needs,
        write: impl FnOnce(&Connection, &Layout, &Queries) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.write_prepared(
            target,
            |_, _, _| Ok(()),
            |layout, ()| needs(layout),
            |conn, layout, queries, ()| write(conn, layout, queries),
        )
    }

    /// The same of what has to be read first, in the same transaction.
    pub fn write_prepared<P, T>(
        &mut self,
        target: &Target,
        prepare: impl FnOnce(&Connection, &Layout, &Queries) -> Result<P, Fault>,
        needs: impl FnOnce(&Layout, &P) -> Needs,
        write: impl FnOnce(&Connection, &Layout, &Queries, P) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.writes += 1;
        self.make_ready_to_write()?;
        let transaction = Transaction::new_unchecked(&self.access.conn, TransactionBehavior::Immediate)?;
        match &mut self.watch {
            Some(watch) if self.access.is_exclusive() => watch.note_own_start(self.writes - 1),
            Some(watch) => watch.note_start(&transaction),
            None => {}
        }
        // The layout within this transaction: it becomes ours only if the transaction is committed.
        let mut new_layout = None;
        if schema::cookie(&transaction)? != self.cookie {
            new_layout = Some(FileLayout::read(&transaction, target)?);
        }
        let (layout, queries) = new_layout.as_ref().map_or((&self.layout, &self.queries), FileLayout::parts);
        check_may_be_written(layout, &target.location)?;
        let prepared = prepare(&transaction, layout, queries)?;
        if needs(layout, &prepared).create_missing(&transaction, layout)? {
            new_layout = Some(FileLayout::read(&transaction, target)?);
        }
        let (layout, queries) = new_layout.as_ref().map_or((&self.layout, &self.queries), FileLayout::parts);
        let answer = write(&transaction, layout, queries, prepared)?;
        self.keeps_lock = commit(transaction, &self.access.conn, target.waits.commit)?;
        if let Some(FileLayout { known: KnownLayout { layout, queries }, cookie }) = new_layout {
            (self.layout, self.queries, self.cookie) = (layout, queries, cookie);
            self.prepared.clear();
        }
        Ok(answer)
    }

    /// Writes in a transaction of the statement's own: SQLite runs it in no other one.
    pub fn write_alone(&mut self, target: &Target, sql: &str) -> Result<(), Fault> {
        self.writes += 1;
        self.make_ready_to_write()?;
        let conn = &self.access.conn;
        // As a commit, for reads that end soon.
        conn.busy_timeout(target.waits.commit)?;
        let written = conn.execute_batch(sql);
        conn.busy_timeout(Duration::ZERO)?;
        Ok(written?)
    }

    // Only who writes needs to know whether there is a WAL.
    fn make_ready_to_write(&mut self) -> Result<(), Fault> {
        if !self.is_ready_to_write && self.access.is_live() {
            let mode: String = self.access.conn.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
            if mode == "wal" {
                // Survives a killed process; `save` makes it survive a loss of power.
                self.access.conn.execute_batch("PRAGMA synchronous = NORMAL")?;
            }
        }
        self.is_ready_to_write = true;
        Ok(())
    }
}

/// The layout of a file, at one state of its schema.
struct FileLayout {
    known: KnownLayout,
    cookie: i64,
}

impl FileLayout {
    fn read(conn: &Connection, target: &Target) -> Result<Self, Fault> {
        let mut statement = conn.prepare_cached(schema::COOKIE)?;
        let mut rows = statement.query([])?; // which keeps the state, until it is dropped
        let cookie = schema::next_cookie(&mut rows)?;
        Ok(Self { known: known_layouts::read(conn, &target.location)?, cookie })
    }

    /// Before anything was written, with the fields for the cache of a file that is watched.
    fn read_first(
        access: &FileAccess,
        watch: Option<&mut Watch>,
        target: &Target,
    ) -> Result<(Self, Option<FirstFields>), Fault> {
        let conn = &access.conn;
        let mut statement = conn.prepare_cached(schema::COOKIE)?;
        let mut rows = statement.query([])?; // which keeps the state, until it is dropped
        let cookie = schema::next_cookie(&mut rows)?;
        let known = known_layouts::read_first(conn, &target.location)?;
        let counter = match watch {
            Some(_) if target.key.is_some() || !target.keeps_answers() => None,
            Some(_) if access.is_exclusive() => Some(ChangeCounter::Own(0)),
            Some(watch) => watch.counter(conn),
            None => None,
        };
        let first_fields = FirstFields::read(conn, &known.layout, counter);
        Ok((Self { known, cookie }, first_fields))
    }

    fn parts(&self) -> (&Arc<Layout>, &Arc<Queries>) {
        (&self.known.layout, &self.known.queries)
    }
}

/// What was told of a peer, and the whole peer that it makes.
struct Merged<'a> {
    told: &'a PartialPeer,
    peer: Peer,
    is_known: bool,
    keeps_usernames: bool,
}

impl Merged<'_> {
    fn write(&self) -> PeerWrite<'_> {
        PeerWrite {
            peer: &self.peer,
            takes_usernames: self.told.usernames.is_some(),
            is_known: self.is_known,
            keeps_usernames: self.keeps_usernames,
        }
    }
}

fn merged<'a>(
    batch: &MergeBatch<'_>,
    told: &[&'a PartialPeer],
    conn: &Connection,
    queries: &Queries,
    names: Option<&NameIndex>,
) -> Result<Vec<Merged<'a>>, Fault> {
    let ids: Vec<i64> = told.iter().map(|told| told.id).collect();
    let mut stored = peers::read(conn, queries, Some(&ids))?.into_iter().peekable(); // in the same order
    let mut merged = Vec::with_capacity(told.len());
    let mut row_names = RowNames::for_batch(conn, queries.row_names.as_ref(), told.len())?;
    for told in told {
        let stored = stored.next_if(|peer| peer.id == told.id);
        let stored_names = stored.as_ref().map(|peer| peer.usernames.len());
        let mut peer = batch.one_onto(told, stored);
        if told.usernames.is_none() {
            give_up_usernames(&mut peer, conn, queries, row_names.as_mut(), names)?;
        }
        let keeps_usernames = told.usernames.is_none() && stored_names == Some(peer.usernames.len());
        merged.push(Merged { told, peer, is_known: stored_names.is_some(), keeps_usernames });
    }
    Ok(merged)
}

// The clients leave a username with its earlier owner too, and trust the newer peer.
fn give_up_usernames(
    peer: &mut Peer,
    conn: &Connection,
    queries: &Queries,
    mut row_names: Option<&mut RowNames<'_>>,
    names: Option<&NameIndex>,
) -> Result<(), Fault> {
    let mut kept = Vec::with_capacity(peer.usernames.len());
    for username in std::mem::take(&mut peer.usernames) {
        let owners = row_names.as_mut().map(|names| names.owners(&username)).transpose()?;
        let is_only_its = owners.is_some_and(|owners| owners.iter().all(|owner| owner.id == peer.id))
            || names.is_some_and(|names| names.owner_of(&username) == Owner::AtMost(peer.id));
        if is_only_its || find_by(conn, &queries.by_username, &username)?.is_none_or(|found| found.id == peer.id) {
            kept.push(username);
        }
    }
    peer.usernames = kept;
    Ok(())
}

fn needs_of(layout: &Layout, peers: &[impl Borrow<Peer>], names_in_memory: bool) -> Needs {
    let needs = Needs::for_peers(layout, peers);
    if names_in_memory { needs } else { needs.with_name_indexes() }
}

/// Whether a peer has what it is looked up by.
fn is_named(peer: &Peer, key: LookupKey<'_>) -> bool {
    match key {
        LookupKey::Username(username) => peer.usernames.iter().any(|name| name == username),
        LookupKey::PhoneNumber(number) => peer.phone_number.as_deref().and_then(numeric) == numeric(number),
        LookupKey::Id(_) | LookupKey::Name(_) => false,
    }
}

fn find_by(conn: &Connection, statements: &[String], key: &dyn ToSql) -> Result<Option<FoundPeer>, Fault> {
    for sql in statements {
        if let Some(found) = peers::find(conn, sql, key)?.found {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Refuses a layout that is only read.
pub fn check_may_be_written(layout: &Layout, location: &str) -> Result<(), Fault> {
    if !layout.is_only_read() {
        return Ok(());
    }
    let whose = match layout.dialect.login {
        LoginTables::Query(_) => "it is a session of a Telethon 2 alpha".to_owned(),
        _ => format!("its tables are none that today's releases of {} make", layout.dialect.name),
    };
    let cause = format!("{whose}, which is only read: convert it into a new file, and write that");
    Err(Error::new(ErrorCode::ReadOnly, format!("cannot write '{location}': {cause}")).into())
}

// Other programs' reads end soon, and begin all the time: only who waits for them with SQLite's lock gets past them.
// Returns whether the lock could not be given back: that is the last thing that SQLite does, when all is done.
fn commit(transaction: Transaction<'_>, conn: &Connection, wait: Duration) -> Result<bool, Fault> {
    conn.busy_timeout(wait)?;
    let committed = transaction.commit();
    conn.busy_timeout(Duration::ZERO)?;
    match committed {
        Err(error) if error.sqlite_extended_error_code().is_some_and(|code| OF_UNLOCKING.contains(&code)) => Ok(true),
        committed => Ok(committed.map(|()| false)?),
    }
}
