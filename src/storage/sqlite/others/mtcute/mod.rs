//! The login, the data centres and the update states in the database of mtcute 0.12 to 0.30, in its own tables.
//!
//! From `storage/sqlite` and `highlevel/storage/service` of `@mtcute/core`. A permanent key belongs to its data centre, temporary keys
//! (of each connection, the main one's has index 0) and salts belong to the permanent key. `message_refs` is mtcute's own.

pub mod data_centers;
pub mod fields;
pub mod key_value;
pub mod update_states;
