//! One set of tables in one database: what all its sessions share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::client::{Scope, Step};
use super::fault::Fault;
use super::place::Place;
use super::pool::Pool;
use super::queries::Queries;
use super::schema;
use super::value::Row;
use crate::error::{Error, ErrorCode};

/// A set of tables that was looked at.
pub struct Store {
    pub version: i64,
    pub queries: Queries,
    pub pool: Arc<Pool>,
}

/// What one process has of each kind, as long as somebody uses it.
struct Shared<T>(Mutex<Option<HashMap<String, Weak<T>>>>);

static POOLS: Shared<Pool> = Shared(Mutex::new(None));
static STORES: Shared<Store> = Shared(Mutex::new(None));

impl<T> Shared<T> {
    fn get(&self, key: &str) -> Option<Arc<T>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref()?.get(key)?.upgrade()
    }

    /// Whoever comes second takes the first one's.
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

// Keys name a database by its whole URL; nobody shall find a password in them.
fn key(place: &Place, tables: &str) -> String {
    use sha1::{Digest, Sha1};
    let digest = Sha1::new().chain_update(place.key.as_bytes()).chain_update(tables.as_bytes()).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether tables are made where they are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Making {
    /// All that are missing.
    Allowed,
    /// Only our own, beside a client's that are there.
    OwnOnly,
    /// None.
    Forbidden,
}

impl Store {
    /// The tables of a place, looked at once in a process. `None` where there are none and none may be made.
    pub fn open(place: Place, making: Making) -> Result<Option<Arc<Self>>, Fault> {
        let tables = format!(" {} {making:?}", place.prefix);
        let of_store = key(&place, &tables);
        match STORES.get(&of_store) {
            Some(store) => Ok(Some(store)),
            None => Self::look(place, making, &of_store),
        }
    }

    /// Looks again, after a table was not there.
    pub fn reopen(place: Place, making: Making) -> Result<Option<Arc<Self>>, Fault> {
        let tables = format!(" {} {making:?}", place.prefix);
        STORES.forget(&key(&place, &tables));
        Self::open(place, making)
    }

    fn look(mut place: Place, making: Making, of_store: &str) -> Result<Option<Arc<Self>>, Fault> {
        if let Some(file) = &place.file
            && !file.path.exists()
        {
            if making != Making::Allowed {
                return Ok(None);
            }
            file.create()?;
        }
        let of_pool = key(&place, "");
        let pool = match POOLS.get(&of_pool) {
            Some(pool) => pool,
            None => POOLS.put(&of_pool, Pool::new(place.connector()?, place.waits, place.pool_size)),
        };
        let Place { dialect, prefix, .. } = place;
        let Some(found) = schema::look(&pool, dialect, &prefix, making)? else { return Ok(None) };
        let queries = Queries::of(dialect, &prefix, found.own);
        Ok(Some(STORES.put(of_store, Self { version: found.version, queries, pool })))
    }

    /// Runs the steps of one call.
    pub fn run(&self, scope: Scope, steps: &[Step<'_>]) -> Result<Vec<Vec<Row>>, Fault> {
        self.pool.run(|client| client.run(scope, steps))
    }
}

/// The error of a value that only our own tables could hold.
pub fn no_place(what: &str) -> Fault {
    let cause = format!("AlchemySession has no place for {what}, and tgsession's own tables are not there");
    Fault::Refused(ErrorCode::Unsupported, cause)
}

/// The error of a version that is not known.
pub fn unknown_version(shown: &str, version: i64, newest: i64) -> Fault {
    let message = format!("the tables in {shown} are of version {version}; this library knows up to {newest}");
    Fault::Ours(Error::new(ErrorCode::UnknownVersion, message))
}
