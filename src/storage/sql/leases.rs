//! Leases on auth keys, by the server's clock.

use super::client::{Scope, Step};
use super::fault::Fault;
use super::queries::Own;
use super::store::{Store, no_place};
use crate::storage::{Holder, Lessee};

/// Takes or renews a lease; answers who else holds it.
pub fn take(
    store: &Store,
    session: &str,
    key_id: &str,
    lessee: &Lessee,
    seconds: u32,
) -> Result<Option<Holder>, Fault> {
    let own = own(store)?;
    let values = || {
        let milliseconds = i64::from(seconds) * 1000;
        let Lessee { token, owner } = lessee;
        vec![session.into(), key_id.into(), token.as_str().into(), owner.as_str().into(), milliseconds.into()]
    };
    let steps = [
        Step::Run { sql: &own.lease_renew, values: values() },
        Step::Run { sql: &own.lease_new, values: values() },
        Step::Run { sql: &own.lease, values: vec![key_id.into()] },
    ];
    let answers = store.run(Scope::Write, &steps)?;
    let Some(row) = answers.last().and_then(|rows| rows.first()) else {
        return Err(Fault::Damaged("the lease that was written is not there".to_owned()));
    };
    if row[0].text().as_deref() == Some(&lessee.token) {
        return Ok(None);
    }
    let since = row[2].integer("the time of a lease")?.unwrap_or_default() / 1000;
    Ok(Some(Holder { owner: row[1].text().unwrap_or_default(), since }))
}

/// Gives a lease back.
pub fn release(store: &Store, key_id: &str, token: &str) -> Result<(), Fault> {
    let sql = &own(store)?.lease_delete;
    store.run(Scope::Write, &[Step::Run { sql, values: vec![key_id.into(), token.into()] }]).map(drop)
}

fn own(store: &Store) -> Result<&Own, Fault> {
    store.queries.own.as_ref().ok_or_else(|| no_place("leases"))
}
