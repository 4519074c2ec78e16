//! The login, the data centres and the update states in the database of grammers-session 0.8 to 0.11, in its own tables.
//!
//! From `storages/sqlite.rs` of these. No row in `dc_home` stands for data centre 2, and no row in `dc_option` for the built-in
//! addresses of a data centre without a key.

pub mod addresses;
pub mod data_centers;
pub mod fields;

use crate::storage::sqlite::simple_states::SimpleStates;

/// Its tables of update states: it reads numbers of 32 bits.
pub const STATES: SimpleStates =
    SimpleStates { account: "update_state", channels: "channel_state", channel_id: "peer_id", most: i32::MAX as i64 };

/// Bits of `subtype`, among users.
pub(super) const IS_SELF: i64 = 1;
pub(super) const IS_BOT: i64 = 2;
