//! Update states: the documents in `update_state`.

use mongodb::bson::{RawDocumentBuf, rawdoc};

use super::fault::Fault;
use super::value::{integer, number, number_or_null};
use super::writes::{Writes, upsert};
use crate::model::UpdateState;

pub const UPDATE_STATE: &str = "update_state";

/// The states in documents, in ascending order of their ids.
pub fn read(documents: &[RawDocumentBuf]) -> Result<Vec<UpdateState>, Fault> {
    let mut states = Vec::with_capacity(documents.len());
    for document in documents {
        states.push(UpdateState {
            id: integer(document, "_id")?.unwrap_or_default(),
            pts: integer(document, "pts")?,
            qts: integer(document, "qts")?,
            date: integer(document, "date")?,
            seq: integer(document, "seq")?,
        });
    }
    states.sort_by_key(|state| state.id);
    Ok(states)
}

/// Adds states to a call's writes. Of two with the same id the later counts.
pub fn write(states: &[UpdateState], writes: &mut Writes) {
    let last = |(index, state): &(usize, &UpdateState)| states[index + 1..].iter().all(|later| later.id != state.id);
    let statement = |state: &UpdateState| {
        let set = rawdoc! {
            "pts": number_or_null(state.pts),
            "qts": number_or_null(state.qts),
            "date": number_or_null(state.date),
            "seq": number_or_null(state.seq),
        };
        upsert(number(state.id), rawdoc! { "$set": set })
    };
    let last = states.iter().enumerate().filter(last);
    writes.update(UPDATE_STATE, last.map(|(_, state)| statement(state)).collect());
}

/// Adds the removal of a state to a call's writes.
pub fn remove(id: i64, writes: &mut Writes) {
    writes.delete(UPDATE_STATE, vec![rawdoc! { "_id": number(id) }]);
}
