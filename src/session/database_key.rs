//! The key of another client's encrypted file.

use crate::error::{Error, Result};
use crate::model::StoredValue;

// Far more than any client's key has.
const LONGEST: usize = 1 << 12;

/// The key of TDLib's database, of a file of WTelegramClient (api_hash or session_key) or of gogram. It is wiped when it is
/// dropped, and `Debug` shows its length only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseKey(StoredValue);

impl DatabaseKey {
    /// Takes at most 4096 bytes. None at all is TDLib's own default.
    pub fn new(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > LONGEST {
            let message = format!("a database key has {LONGEST} bytes at most, not {}", bytes.len());
            return Err(Error::invalid_argument(message));
        }
        StoredValue::new(bytes).map(Self)
    }

    /// The bytes. A caller that copies them must wipe the copy.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}
