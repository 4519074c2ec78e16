//! Opens a session, and lists all of them.

use futures_util::future::join_all;
use mongodb::bson::doc;

use super::fault::Fault;
use super::fields::{self, SESSION};
use super::peers::{PEERS, USERNAMES};
use super::server::{Server, runtime};
use super::store::Store;
use super::target;
use super::update_states::UPDATE_STATE;
use crate::error::{Error, Result};
use crate::redact;

/// Collections that may be in a database without a session: MongoStorage leaves its peers behind.
const REMAINS: &[&str] = &[SESSION, PEERS, USERNAMES, UPDATE_STATE];
/// How many databases are read in parallel.
const AT_ONCE: usize = 8;

/// Checks that the session exists; creates it if `create` is set.
pub async fn open(store: &Store, create: bool) -> Result<(), Fault> {
    if fields::find(store).await?.is_some() {
        return Ok(());
    }
    if !create {
        return Err(fields::missing(&store.shown));
    }
    redact::check_new_name(store.database.name())?;
    check_for_others(store).await?;
    store.write(&fields::create()).await
}

// A mistyped name must not create a session in another program's database.
async fn check_for_others(store: &Store) -> Result<(), Fault> {
    let names = store.bounded(store.database.list_collection_names()).await?;
    let is_foreign = |name: &&String| {
        !(REMAINS.contains(&name.as_str()) || name.starts_with("tgsession_") || name.starts_with("system."))
    };
    let foreign: Vec<&str> = names.iter().filter(is_foreign).map(String::as_str).take(5).collect();
    if foreign.is_empty() {
        return Ok(());
    }
    let cause = format!("it is the database of another program, with the collections {}", foreign.join(", "));
    Err(Error::not_a_session(&store.shown, cause).into())
}

/// The names of the sessions on a server, in ascending order. The location has no session's name.
pub fn list(location: &str, busy_timeout: std::time::Duration) -> Result<Vec<String>> {
    let address = target::server(location, busy_timeout)?;
    let server = runtime()?.block_on(Server::get(&address))?;
    let listed = async {
        let within = |asked| tokio::time::timeout(address.answer, asked);
        let silent = |_| Fault::Timeout(address.answer);
        let mut names = within(server.client().list_database_names().into_future()).await.map_err(silent)??;
        names.sort_unstable();
        let mut sessions = Vec::new();
        for some in names.chunks(AT_ONCE) {
            let found = join_all(some.iter().map(|name| holds_session(&server, name, address.answer))).await;
            for (name, found) in some.iter().zip(found) {
                if found? {
                    sessions.push(name.clone());
                }
            }
        }
        Ok(sessions)
    };
    runtime()?
        .block_on(listed)
        .map_err(|fault: Fault| server.explained(fault.on(&address.shown, "list the sessions of")))
}

async fn holds_session(server: &Server, name: &str, limit: std::time::Duration) -> Result<bool, Fault> {
    let sessions = server.database(name).collection::<mongodb::bson::RawDocumentBuf>(SESSION);
    let filter = doc! { "_id": 0, "dc_id": { "$exists": true }, "auth_key": { "$exists": true } };
    // Without the key itself.
    let asked = sessions.find_one(filter).projection(doc! { "_id": 1 });
    let found = tokio::time::timeout(limit, asked.into_future()).await.map_err(|_| Fault::Timeout(limit))?;
    Ok(found?.is_some())
}
