//! The SQL engine: many sessions in one database, in the layout of telethon-session-sqlalchemy (AlchemySession).
//!
//! Statements are written once (`queries`) and translated by a dialect, which is data (`dialect`). A client runs those
//! of one call in one round trip (`clients`), on connections that all sessions of the process share (`pool`).

mod client;
mod clients;
mod counts;
mod dialect;
mod fault;
mod fields;
mod leases;
mod open;
mod peer_writes;
mod peers;
mod pool;
mod queries;
mod schema;
mod sent_files;
mod store;
mod tables;
mod target;
mod update_states;
mod value;
mod values;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use zeroize::Zeroizing;

pub use open::list;

use super::peer_batch::WriteMode;
use super::{Capabilities, Change, Holder, LayoutSupport, Leases, Lessee, Opening, Storage};
use crate::clock::now;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{
    Contents, Counts, Field, Format, FoundPeer, Leftovers, OtherLogin, PartialPeer, Peer, Prune, SentFile, SentFileKey,
    SessionData, StoredValue, UpdateState,
};
use client::{Scope, Step};
use fault::Fault;
use store::Store;
use value::Value;

/// Whether a URL of this scheme is for this engine.
pub fn is_scheme(scheme: &str) -> bool {
    target::dialect_of(scheme).is_some()
}

/// The name of the layout, which is AlchemySession's.
pub const FORMAT: &str = "alchemysession";

/// A session in a database.
pub struct Sql {
    // To read the tables again. It may hold a password.
    url: Zeroizing<String>,
    opening: Opening,
    store: Arc<Store>,
    session: String,
    shown: String,
    // Shared with the reader.
    deleted: Arc<AtomicBool>,
}

impl Sql {
    /// Opens the session that a URL names.
    pub fn open(location: &str, opening: Opening) -> Result<Self> {
        open::open(location, opening)
    }

    fn check_there(&self) -> Result<()> {
        if self.deleted.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorCode::Closed, format!("'{}' was deleted", self.shown)));
        }
        Ok(())
    }

    fn check_writable(&self) -> Result<()> {
        self.check_there()?;
        if self.opening.read_only {
            return Err(Error::read_only(&self.shown));
        }
        if self.store.is_only_read {
            let cause =
                "these are mautrix-telegram's tables, which are only read: convert the session, and write the new one";
            return Err(Error::new(ErrorCode::ReadOnly, format!("cannot write '{}': {cause}", self.shown)));
        }
        Ok(())
    }

    fn read<T>(&mut self, work: impl Fn(&Store, &str) -> Result<T, Fault>) -> Result<T> {
        self.check_there()?;
        self.work("read", work)
    }

    fn write<T>(&mut self, work: impl Fn(&Store, &str) -> Result<T, Fault>) -> Result<T> {
        self.check_writable()?;
        self.work("write", work)
    }

    fn work<T>(&mut self, action: &str, work: impl Fn(&Store, &str) -> Result<T, Fault>) -> Result<T> {
        let result = match work(&self.store, &self.session) {
            // Another program has removed a table, or created others.
            Err(Fault::NoTable(cause)) => match open::reopen(&self.url, self.opening) {
                Ok(Some(store)) => {
                    self.store = store;
                    work(&self.store, &self.session)
                }
                Ok(None) => Err(Fault::NoTable(cause)),
                Err(fault) => Err(fault),
            },
            result => result,
        };
        result.map_err(|fault| fault.on(&self.shown, action))
    }

    /// Runs steps in one transaction, which excludes our other writers of this session.
    fn run_steps<'a>(store: &'a Store, session: &'a str, steps: Vec<Step<'a>>) -> Result<(), Fault> {
        if steps.is_empty() {
            return Ok(());
        }
        let steps: Vec<Step<'_>> = store.lock_session(session).into_iter().chain(steps).collect();
        store.run(Scope::Write, &steps).map(drop)
    }
}

impl Storage for Sql {
    fn location(&self) -> &str {
        &self.shown
    }

    fn format(&mut self) -> Result<Format> {
        self.check_there()?;
        Ok(Format { name: FORMAT, version: self.store.version })
    }

    fn capabilities(&self) -> Capabilities {
        let writable = !self.opening.read_only && !self.store.is_only_read;
        Capabilities {
            persistent: true,
            writable,
            usernames_expire: false,
            keeps_date: false,
            compacts: false,
            takes_foreign_tables: false,
        }
    }

    fn layout_support(&mut self) -> Result<LayoutSupport> {
        self.check_there()?;
        Ok(LayoutSupport {
            fields: fields::CLIENT_FIELDS.into(),
            usernames: true,
            several_usernames: false,
            peer_types: Some(&[]),
            last_seen_times: false,
            data_centers: false,
            values: false,
            ..LayoutSupport::all()
        })
    }

    fn data(&mut self) -> Result<SessionData> {
        self.read(fields::read)
    }

    fn set(&mut self, changes: &[Change]) -> Result<()> {
        self.write(|store, session| fields::write(store, session, changes, &Vec::new))
    }

    fn update_peers(&mut self, peers: &[Peer]) -> Result<()> {
        self.write(|store, session| {
            let mode = WriteMode::Update { now: now() };
            Self::run_steps(store, session, peer_writes::write_steps(store, session, peers, mode))
        })
    }

    fn merge_peers(&mut self, told: &[PartialPeer]) -> Result<()> {
        self.write(|store, session| peer_writes::merge(store, session, told))
    }

    fn delete_peers(&mut self, ids: Option<&[i64]>) -> Result<()> {
        if ids.is_some_and(<[i64]>::is_empty) {
            return self.check_writable();
        }
        self.write(|store, session| Self::run_steps(store, session, peer_writes::delete_steps(store, session, ids)))
    }

    fn prune_peers(&mut self, prune: &Prune) -> Result<usize> {
        self.write(|store, session| peer_writes::prune(store, session, prune))
    }

    fn peers_by_ids(&mut self, ids: &[i64]) -> Result<Vec<Option<FoundPeer>>> {
        self.read(|store, session| peers::by_ids(store, session, ids))
    }

    fn peer_by_id(&mut self, id: i64) -> Result<Option<FoundPeer>> {
        self.read(|store, session| peers::by_id(store, session, id))
    }

    fn peer_by_username(&mut self, username: &str) -> Result<Option<FoundPeer>> {
        self.read(|store, session| peers::by_username(store, session, username))
    }

    fn peer_by_phone_number(&mut self, phone_number: &str) -> Result<Option<FoundPeer>> {
        self.read(|store, session| peers::by_phone(store, session, phone_number))
    }

    fn peer_by_name(&mut self, name: &str) -> Result<Option<FoundPeer>> {
        self.read(|store, session| peers::by_name(store, session, name))
    }

    fn peers(&mut self, ids: Option<&[i64]>) -> Result<Vec<Peer>> {
        self.read(|store, session| peers::read(store, session, ids))
    }

    fn update_states(&mut self) -> Result<Vec<UpdateState>> {
        self.read(update_states::read)
    }

    fn set_update_states(&mut self, states: &[UpdateState]) -> Result<()> {
        self.write(|store, session| Self::run_steps(store, session, update_states::write_steps(store, session, states)))
    }

    fn delete_update_state(&mut self, id: i64) -> Result<()> {
        self.write(|store, session| update_states::delete(store, session, id))
    }

    fn sent_files(&mut self) -> Result<Vec<SentFile>> {
        self.read(sent_files::read)
    }

    fn sent_file(&mut self, key: &SentFileKey) -> Result<Option<SentFile>> {
        self.read(|store, session| sent_files::find(store, session, key))
    }

    fn cache_sent_files(&mut self, files: &[SentFile]) -> Result<()> {
        self.write(|store, session| Self::run_steps(store, session, sent_files::write_steps(store, session, files)?))
    }

    fn value_names(&mut self) -> Result<Vec<String>> {
        self.read(values::names)
    }

    fn value(&mut self, name: &str) -> Result<Option<StoredValue>> {
        self.read(|store, session| values::find(store, session, name))
    }

    fn set_value(&mut self, name: &str, value: Option<&StoredValue>) -> Result<()> {
        self.write(|store, session| values::write(store, session, name, value))
    }

    fn counts(&mut self) -> Result<Counts> {
        self.read(counts::read)
    }

    fn contents(&mut self) -> Result<Contents> {
        self.read(|store, session| {
            let mut steps = fields::read_steps(store, session, false);
            steps.extend(peers::read_steps(store, session, None));
            steps.extend(update_states::read_steps(store, session));
            steps.extend(sent_files::read_steps(store, session));
            steps.extend(values::read_steps(store, session));
            let mut answers = store.run(Scope::Snapshot, &steps)?.into_iter();
            Ok(Contents {
                data: fields::StoredFields::decode(store, &mut answers)?.data,
                peers: peers::decode(store, &mut answers)?,
                update_states: update_states::decode(&mut answers)?,
                sent_files: sent_files::decode(store, &mut answers)?,
                values: values::decode(store, &mut answers)?,
            })
        })
    }

    fn leftovers(&mut self) -> Result<Leftovers> {
        // Its other tables are other programs' own, and are not this session's file.
        self.read(|store, session| {
            let step = Step::Run { sql: &store.queries.login, values: vec![session.into()] };
            let rows = store.run(Scope::Single, &[step])?.into_iter().flatten().skip(1);
            let login = |row: Vec<Value>| -> Result<OtherLogin, Fault> {
                Ok(OtherLogin::new(row[0].integer("dc_id")?, row[3].bytes().unwrap_or_default()))
            };
            Ok(Leftovers { other_logins: rows.map(login).collect::<Result<_, _>>()?, ..Leftovers::default() })
        })
    }

    fn import(&mut self, contents: &Contents) -> Result<()> {
        let changes: Vec<Change> = Field::ALL.map(|field| (field, contents.data.get(field))).into();
        self.write(|store, session| {
            // Says early what has no place.
            sent_files::write_steps(store, session, &contents.sent_files).map(drop)?;
            values::write_steps(store, session, &contents.values).map(drop)?;
            fields::write(store, session, &changes, &|| {
                let mut steps =
                    peer_writes::write_steps(store, session, &contents.peers, WriteMode::Import { now: now() });
                steps.extend(update_states::write_steps(store, session, &contents.update_states));
                steps.extend(sent_files::write_steps(store, session, &contents.sent_files).unwrap_or_default());
                steps.extend(values::write_steps(store, session, &contents.values).unwrap_or_default());
                steps
            })?;
            values::erase_replaced(store, &contents.values)
        })
    }

    // The server answers a write only after it is on its medium.
    fn save(&mut self) -> Result<()> {
        self.check_writable()
    }

    fn delete(&mut self) -> Result<()> {
        self.write(|store, session| {
            let steps = store.queries.deletes.iter();
            let steps: Vec<_> = steps.map(|sql| Step::Run { sql, values: vec![session.into()] }).collect();
            store.run_and_erase(&steps)
        })?;
        self.deleted.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn reader(&self) -> Option<Box<dyn Storage>> {
        let Self { url, opening, store, session, shown, deleted } = self;
        Some(Box::new(Self {
            url: url.clone(),
            opening: *opening,
            store: Arc::clone(store),
            session: session.clone(),
            shown: shown.clone(),
            deleted: Arc::clone(deleted),
        }))
    }

    fn leases(&mut self) -> Option<&mut dyn Leases> {
        self.store.queries.own.is_some().then_some(self)
    }
}

impl Leases for Sql {
    fn take(&mut self, key_id: &str, lessee: &Lessee, seconds: u32) -> Result<Option<Holder>> {
        self.write(|store, session| leases::take(store, session, key_id, lessee, seconds))
    }

    fn release(&mut self, key_id: &str, token: &str) -> Result<()> {
        self.write(|store, _| leases::release(store, key_id, token))
    }
}
