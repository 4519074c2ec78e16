//! `--database-key-file`: the key of another client's encrypted file.

use std::path::PathBuf;

use tgsession::session::DatabaseKey;

use crate::failure::Result;
use crate::passphrase::{is_standard_input, line_in};

/// The key of what a command reads.
#[derive(clap::Args, Default)]
pub struct DatabaseKeyFile {
    /// The file with the key of another client's encrypted file, or - for standard input
    ///
    /// The database key of TDLib's td.binlog (nothing for TDLib's own default), the api_hash or session_key of a session of
    /// WTelegramClient, the SessionAESKey of a session of gogram. The key is the file's bytes without the line end after them.
    #[arg(long, value_name = "FILE")]
    database_key_file: Option<PathBuf>,
}

impl DatabaseKeyFile {
    /// The key; absent if no file was named.
    pub fn key(&self) -> Result<Option<DatabaseKey>> {
        let bytes = self.database_key_file.as_deref().map(line_in).transpose()?;
        Ok(bytes.map(|bytes| DatabaseKey::new(&bytes)).transpose()?)
    }

    /// Whether it comes from standard input.
    pub fn is_on_standard_input(&self) -> bool {
        self.database_key_file.as_deref().is_some_and(is_standard_input)
    }
}
