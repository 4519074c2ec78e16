//! What may be written: checked before an engine sees it, so that all engines refuse the same.

use crate::error::{Error, Result};
use crate::model::{Field, FieldValue, IdKind, PartialPeer, Peer, PeerType, SessionData, UpdateState, id_kind};
use crate::storage::Change;

/// Whether a field can hold a value.
pub fn check_change((field, value): &Change) -> Result<()> {
    let name = field.name();
    let (lowest, highest) = match field {
        Field::DcId | Field::UserId => (1, i64::MAX),
        Field::Port => (1, u16::MAX.into()),
        Field::ApiId => (0, i32::MAX.into()),
        Field::TestMode | Field::IsBot => (0, 1),
        _ => (i64::MIN, i64::MAX),
    };
    match value {
        Some(FieldValue::Integer(number)) if !(lowest..=highest).contains(number) => {
            Err(Error::invalid_argument(format!("{name} must be {lowest} to {highest}, not {number}")))
        }
        value if !SessionData::default().set(*field, value.clone()) => {
            Err(Error::invalid_argument(format!("{name} cannot hold a value of that type or size")))
        }
        Some(FieldValue::Text(text)) if text.trim().is_empty() => {
            Err(Error::invalid_argument(format!("{name} must not be empty; absent is said with NULL")))
        }
        _ => Ok(()),
    }
}

/// Whether a peer can be written.
pub fn check_peer(peer: &Peer) -> Result<()> {
    check_id_and_type(peer.id, peer.peer_type.as_ref())
}

/// Whether a peer can be merged.
pub fn check_partial_peer(told: &PartialPeer) -> Result<()> {
    check_id_and_type(told.id, told.peer_type.as_ref())
}

fn check_id_and_type(id: i64, peer_type: Option<&PeerType>) -> Result<()> {
    if id == 0 {
        return Err(Error::invalid_argument("a peer's id must not be 0"));
    }
    if matches!(peer_type, Some(PeerType::Other(name)) if name.is_empty()) {
        return Err(Error::invalid_argument(format!("the type of peer {id} is an empty text")));
    }
    Ok(())
}

/// Whether an update state can be written.
pub fn check_update_state(state: &UpdateState) -> Result<()> {
    if !is_state_id(state.id) {
        let message = format!("an update state has the id 0 or the marked id of a channel, not {}", state.id);
        return Err(Error::invalid_argument(message));
    }
    Ok(())
}

/// Whether an update state can have this id: the account's state has 0, a channel's its marked id.
pub fn is_state_id(id: i64) -> bool {
    id == 0 || id_kind(id) == IdKind::Channel
}
