//! Leases: a collection of our own, by the server's clock.

use mongodb::bson::{doc, rawdoc};

use super::fault::Fault;
use super::own_data::LEASES;
use super::store::Store;
use super::value::{integer, text};
use super::writes;
use crate::storage::{Holder, Lessee};

/// Takes or renews a lease; answers who else holds it.
pub async fn take(store: &Store, key_id: &str, lessee: &Lessee, seconds: u32) -> Result<Option<Holder>, Fault> {
    let hello = store.server.hello().await?;
    let no_clock = |_| Fault::Damaged("its server does not tell the time".to_owned());
    let now = hello.get_datetime("localTime").map_err(no_clock)?.timestamp_millis();
    let ends = now + i64::from(seconds) * 1_000;
    let Lessee { token, owner } = lessee;
    // The first renews. The second takes a lease that is free or has expired. It does not find one that another holder
    // has, and then the upsert fails because the `_id` exists.
    let command = rawdoc! { "update": LEASES, "updates": [
        { "q": { "_id": key_id, "token": token.as_str(), "ends": { "$gt": now } },
          "u": { "$set": { "owner": owner.as_str(), "ends": ends } } },
        { "q": { "_id": key_id, "ends": { "$lte": now } },
          "u": { "$set": { "token": token.as_str(), "owner": owner.as_str(), "since": now / 1_000, "ends": ends } },
          "upsert": true },
    ] };
    let answer = store.bounded(store.database.run_raw_command(command)).await?;
    match writes::check(&answer) {
        Ok(()) => Ok(None),
        Err(fault) if fault.is_duplicate() => holder(store, key_id, token).await,
        Err(fault) => Err(fault),
    }
}

async fn holder(store: &Store, key_id: &str, token: &str) -> Result<Option<Holder>, Fault> {
    let found = store.bounded(store.collection(LEASES).find_one(doc! { "_id": key_id })).await?;
    // It was released in the meantime.
    let Some(found) = found else { return Err(Fault::Conflict) };
    if text(&found, "token")?.as_deref() == Some(token) {
        return Ok(None); // renewed
    }
    Ok(Some(Holder {
        owner: text(&found, "owner")?.unwrap_or_default(),
        since: integer(&found, "since")?.unwrap_or_default(),
    }))
}

/// Gives a lease back.
pub async fn release(store: &Store, key_id: &str, token: &str) -> Result<(), Fault> {
    let mut writes = writes::Writes::default();
    writes.delete(LEASES, vec![rawdoc! { "_id": key_id, "token": token }]);
    store.write(&writes).await
}
