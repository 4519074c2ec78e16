//! One set of tables in one database: what all its sessions share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::client::{Scope, Step};
use super::fault::Fault;
use super::pool::Pool;
use super::queries::Queries;
use super::schema::{self, CreateTables, Found};
use super::target::Target;
use super::value::Row;
use crate::error::ErrorCode;

/// A set of tables, and the connections to it.
pub struct Store {
    /// Absent where no table tells it.
    pub version: Option<i64>,
    /// They are mautrix-telegram's.
    pub is_only_read: bool,
    pub queries: Queries,
    pub pool: Arc<Pool>,
}

/// Objects that all sessions of the process share, as long as one of them uses them.
struct Shared<T>(Mutex<Option<HashMap<String, Weak<T>>>>);

static POOLS: Shared<Pool> = Shared(Mutex::new(None));
static STORES: Shared<Store> = Shared(Mutex::new(None));

impl<T> Shared<T> {
    fn get(&self, key: &str) -> Option<Arc<T>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref()?.get(key)?.upgrade()
    }

    /// Of two threads that add the same key, the second gets the first one's object.
    fn put(&self, key: &str, new: T) -> Arc<T> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get_or_insert_default();
        if let Some(first) = known.get(key).and_then(Weak::upgrade) {
            return first;
        }
        known.retain(|_, shared| shared.strong_count() > 0);
        let new = Arc::new(new);
        known.insert(key.to_owned(), Arc::downgrade(&new));
        new
    }

    fn forget(&self, key: &str) {
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            known.remove(key);
        }
    }
}

// The keys are hashed, because a database is identified by its whole URL, which may hold a password.
fn key(target: &Target, tables: &str) -> String {
    use sha1::{Digest, Sha1};
    let digest = Sha1::new().chain_update(target.key.as_bytes()).chain_update(tables.as_bytes()).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Store {
    /// The tables of a target, read once in a process. `None` if there are none and none may be created.
    pub fn open(target: Target, create_tables: CreateTables) -> Result<Option<Arc<Self>>, Fault> {
        let tables = format!(" {} {create_tables:?}", target.prefix);
        let store_key = key(&target, &tables);
        match STORES.get(&store_key) {
            Some(store) => Ok(Some(store)),
            None => Self::look(target, create_tables, &store_key),
        }
    }

    /// Reads the tables again, after one was missing.
    pub fn reopen(target: Target, create_tables: CreateTables) -> Result<Option<Arc<Self>>, Fault> {
        let tables = format!(" {} {create_tables:?}", target.prefix);
        STORES.forget(&key(&target, &tables));
        Self::open(target, create_tables)
    }

    fn look(mut target: Target, create_tables: CreateTables, store_key: &str) -> Result<Option<Arc<Self>>, Fault> {
        if let Some(file) = &target.file
            && !file.path.exists()
        {
            if create_tables != CreateTables::Allowed {
                let hint = if target.manage_tables { "" } else { ", and manage_tables=false says that none is made" };
                return Err(Fault::Refused(ErrorCode::FileNotFound, format!("there is no such file{hint}")));
            }
            file.create()?;
        }
        let pool_key = key(&target, "");
        let pool = match POOLS.get(&pool_key) {
            Some(pool) => pool,
            None => POOLS.put(&pool_key, Pool::new(target.connector()?, target.waits, target.pool_size)),
        };
        let Target { dialect, prefix, .. } = target;
        let Some(found) = schema::look(&pool, dialect, &prefix, create_tables)? else { return Ok(None) };
        let mut queries = Queries::new(dialect, &prefix, found.own, found.values);
        if found.is_only_read {
            queries.phone_is_text(dialect, &prefix);
        }
        let Found { version, is_only_read, .. } = found;
        Ok(Some(STORES.put(store_key, Self { version, is_only_read, queries, pool })))
    }

    /// Locks a session for its writers, if our own tables are there.
    pub fn lock_session(&self, session: &str) -> Option<Step<'_>> {
        self.queries.own.as_ref().map(|own| Step::Run { sql: &own.lock_session, values: vec![session.into()] })
    }

    /// Runs the steps of one call.
    pub fn run(&self, scope: Scope, steps: &[Step<'_>]) -> Result<Vec<Vec<Row>>, Fault> {
        self.pool.run(|client| client.run(scope, steps))
    }

    /// Runs the steps of a transaction that takes keys away.
    pub fn run_and_erase(&self, steps: &[Step<'_>]) -> Result<(), Fault> {
        self.pool.run(|client| {
            client.run(Scope::Write, steps)?;
            client.erase(&self.queries.secret_tables);
            Ok(())
        })
    }
}

/// The error for a value that only our own tables could store.
pub fn no_place(what: &str) -> Fault {
    let cause = format!("AlchemySession cannot store {what}, and tgsession's own tables are missing");
    Fault::Refused(ErrorCode::Unsupported, cause)
}
