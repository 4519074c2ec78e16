//! Reads everything in a session.

use std::collections::HashSet;

use futures_util::future::{join3, join4};
use mongodb::ClientSession;
use mongodb::bson::doc;
use mongodb::options::ReadConcern;

use super::fault::Fault;
use super::own_data::{SENT_FILES, VALUES};
use super::peers::{self, PEERS, USERNAMES};
use super::store::Store;
use super::update_states::{self, UPDATE_STATE};
use super::{fields, sent_files, values};
use crate::model::Contents;

/// Reads everything: in one snapshot if the server has transactions.
pub async fn read(store: &Store) -> Result<Contents, Fault> {
    if store.server.has_transactions().await? { in_a_snapshot(store).await } else { at_once(store).await }
}

async fn at_once(store: &Store) -> Result<Contents, Fault> {
    let (session, peers, names, rest) = join4(
        fields::existing(store),
        store.find(PEERS, doc! {}, None),
        store.find(USERNAMES, doc! {}, None),
        join3(
            store.find(UPDATE_STATE, doc! {}, None),
            store.find(SENT_FILES, doc! {}, None),
            store.find(VALUES, doc! {}, None),
        ),
    )
    .await;
    Ok(Contents {
        data: fields::read(&session?)?,
        peers: peers::assemble(&peers?, &names?, HashSet::new())?,
        update_states: update_states::read(&rest.0?)?,
        sent_files: sent_files::read(&rest.1?)?,
        values: values::read(&rest.2?)?,
    })
}

async fn in_a_snapshot(store: &Store) -> Result<Contents, Fault> {
    let mut session = store.bounded(store.server.client().start_session()).await?;
    let snapshot = ReadConcern::snapshot();
    store.bounded(session.start_transaction().read_concern(snapshot)).await?;
    let contents = within(store, &mut session).await;
    let _ = store.bounded(session.abort_transaction()).await; // nothing was written
    contents
}

async fn within(store: &Store, session: &mut ClientSession) -> Result<Contents, Fault> {
    let document = store.find(fields::SESSION, doc! { "_id": 0 }, Some(session)).await?;
    let document = document.first().ok_or_else(|| fields::missing(&store.shown))?;
    let peers = store.find(PEERS, doc! {}, Some(session)).await?;
    let names = store.find(USERNAMES, doc! {}, Some(session)).await?;
    Ok(Contents {
        data: fields::read(document)?,
        peers: peers::assemble(&peers, &names, HashSet::new())?,
        update_states: update_states::read(&store.find(UPDATE_STATE, doc! {}, Some(session)).await?)?,
        sent_files: sent_files::read(&store.find(SENT_FILES, doc! {}, Some(session)).await?)?,
        values: values::read(&store.find(VALUES, doc! {}, Some(session)).await?)?,
    })
}
