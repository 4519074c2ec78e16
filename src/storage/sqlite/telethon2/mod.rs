//! Telethon 2's tables: a row for each data centre, one for the account, whose `dc` is the home data centre, and the update states.

pub mod data_centers;
pub mod fields;

use super::simple_states::SimpleStates;

/// Its tables of update states.
pub const STATES: SimpleStates =
    SimpleStates { account: "state", channels: "channelstate", channel_id: "id", most: i64::MAX };
