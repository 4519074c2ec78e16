//! How much a session holds. Only names are read: a username in both collections counts once.

use std::collections::HashSet;

use futures_util::future::{join, join4};
use mongodb::bson::doc;

use super::fault::Fault;
use super::fields;
use super::own_data::{SENT_FILES, VALUES};
use super::peers::{self, PEERS, USERNAMES};
use super::store::Store;
use super::update_states::UPDATE_STATE;
use crate::model::{Counts, count};

/// Counts the documents of each kind.
pub async fn read(store: &Store) -> Result<Counts, Fault> {
    let number = async |name: &str| store.bounded(store.collection(name).count_documents(doc! {})).await;
    let names =
        join(store.find_parts(PEERS, doc! { "username": 1 }), store.find_parts(USERNAMES, doc! { "peer_id": 1 }));
    let (session, names, states, rest) =
        join4(fields::existing(store), names, number(UPDATE_STATE), join(number(SENT_FILES), number(VALUES))).await;
    session?;
    let peers = peers::assemble(&names.0?, &names.1?, HashSet::new())?;
    Ok(Counts {
        peers: count(peers.len()),
        usernames: count(peers.iter().map(|peer| peer.usernames.len()).sum()),
        update_states: states?,
        sent_files: rest.0?,
        values: rest.1?,
    })
}
