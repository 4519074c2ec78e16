//! Telegram Desktop's `tdata`: its files as bytes. `storage::tdata` finds and reads them.
//!
//! From `storage/storage_domain.cpp`, `storage/details/storage_file_utilities.cpp`, `storage/storage_account.cpp`,
//! `main/main_account.cpp` and `mtproto/mtproto_config.cpp` of telegramdesktop/tdesktop 929032d5 (6.1.2) and of 7.3, and
//! `tdata/key_data.rs` of opentele2-core 2.0.0.

pub mod account;
mod container;
mod crypt;
pub mod folder_name;
pub mod key_data;
mod local_key;
mod stream;

pub use container::{open_container, pack_container};
pub use local_key::LocalKey;

/// What is wrong with a file, in words that follow its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The passcode is not that of the folder, or one is needed.
    Passcode(&'static str),
    /// The file is damaged.
    Damage(String),
}

impl Fault {
    fn damage(cause: impl Into<String>) -> Self {
        Self::Damage(cause.into())
    }
}
