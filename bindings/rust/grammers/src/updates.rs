//! Update states: the account's, and one for each channel.

use grammers_session::types::{ChannelState, PeerId, UpdateState, UpdatesState};
use tgsession::{Result, Session, UpdateState as Stored};

const ACCOUNT: i64 = 0;

/// Reads all of them. What a client has not stored is 0 to grammers.
pub fn read(session: &Session) -> Result<UpdatesState> {
    let mut all = UpdatesState::default();
    for state in session.update_states()? {
        let pts = number(state.pts);
        if state.id == ACCOUNT {
            (all.pts, all.qts, all.date, all.seq) = (pts, number(state.qts), number(state.date), number(state.seq));
        } else if let Some(id) = PeerId::from_bot_api_dialog_id(state.id).and_then(PeerId::bare_id) {
            all.channels.push(ChannelState { id, pts });
        }
    }
    Ok(all)
}

/// Writes what is told; the rest stays.
pub fn write(session: &Session, update: UpdateState) -> Result<()> {
    match update {
        UpdateState::All(all) => write_all(session, &all),
        UpdateState::Primary { pts, date, seq } => {
            let (pts, date, seq) = (Some(pts.into()), Some(date.into()), Some(seq.into()));
            session.set_update_states(&[Stored { pts, date, seq, ..account(session)? }])
        }
        UpdateState::Secondary { qts } => {
            session.set_update_states(&[Stored { qts: Some(qts.into()), ..account(session)? }])
        }
        UpdateState::Channel { id, pts } => {
            let state = marked(id).map(|id| Stored { id, pts: Some(pts.into()), ..Stored::default() });
            session.set_update_states(state.as_slice())
        }
    }
}

fn write_all(session: &Session, all: &UpdatesState) -> Result<()> {
    let own = Stored {
        id: ACCOUNT,
        pts: Some(all.pts.into()),
        qts: Some(all.qts.into()),
        date: Some(all.date.into()),
        seq: Some(all.seq.into()),
    };
    let channels = all.channels.iter().filter_map(|channel| {
        Some(Stored { id: marked(channel.id)?, pts: Some(channel.pts.into()), ..Stored::default() })
    });
    let states: Vec<Stored> = std::iter::once(own).chain(channels).collect();
    session.set_update_states(&states)?;
    let is_left_out = |id: &i64| states.iter().all(|state| state.id != *id);
    let stored = session.update_states()?.into_iter().map(|state| state.id);
    stored.filter(is_left_out).try_for_each(|id| session.delete_update_state(id))
}

fn account(session: &Session) -> Result<Stored> {
    Ok(session.update_state(ACCOUNT)?.unwrap_or_default())
}

fn marked(channel: i64) -> Option<i64> {
    PeerId::channel(channel)?.bot_api_dialog_id()
}

fn number(value: Option<i64>) -> i32 {
    value.and_then(|value| value.try_into().ok()).unwrap_or_default()
}
