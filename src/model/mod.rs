//! What a session holds, in Telegram's terms. Nothing here does I/O.

mod auth_key;
mod contents;
mod counts;
mod data_center;
mod dc_address;
mod file_format;
mod finding;
mod format;
mod leftovers;
mod marked_id;
mod peer;
mod peer_type;
mod prune;
mod sent_file;
mod session_data;
mod stored_value;
mod text;
mod update_state;

pub use auth_key::{AUTH_KEY_LEN, AuthKey};
pub use contents::Contents;
pub use counts::{Counts, count};
pub use data_center::{DataCenter, DcEndpoint, id_of_value, is_reserved, value_name};
pub use dc_address::{DEFAULT_DC_ID, DcAddress, dc_of_address, default_address, is_test_address, is_web_address};
pub use file_format::FileFormat;
pub use finding::{Finding, Severity};
pub use format::{ExpectedFormat, Format, StringFormat};
pub use leftovers::{ForeignTable, Leftovers, OtherLogin};
pub use marked_id::{IdKind, bare_id, id_kind, mark_channel};
pub use peer::{FoundPeer, PartialPeer, Peer};
pub use peer_type::PeerType;
pub use prune::{PeerAge, Prune};
pub use sent_file::{SentFile, SentFileKey, SentFileType};
pub use session_data::{Field, FieldValue, SessionData, Unusable};
pub use stored_value::{StoredValue, VALUE_LEN, VALUE_NAME_LEN, check_value_name};
pub use text::{is_normalized_phone_number, is_normalized_username, normalize_phone_number, normalize_username};
pub use update_state::UpdateState;
