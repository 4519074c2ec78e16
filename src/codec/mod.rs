//! Formats of bytes and text: each codec converts its bytes to the model and back, and opens no file.
//!
//! A text is normalized (`normalize`), given to the codec that claims it (`recognize`), and decoded there or refused.

mod account_json;
#[cfg(feature = "age")]
pub mod age;
mod android_user;
mod base64_text;
mod binary;
mod candidate;
mod cbc_text;
mod decoded_file;
mod diagnosis;
mod fields;
mod gob;
mod gogram_cache;
mod gogram_file;
mod gogram_string;
mod gotd_json;
mod gramjs_string;
mod grammers_file;
mod json;
mod mtcute_blobs;
mod mtcute_string;
mod mtkruto_string;
mod normalize;
mod problem;
mod pyrogram1_string;
mod pyrogram_json;
mod pyrogram_string;
mod recognize;
mod remains;
mod rle;
mod secret_json;
mod store_session;
mod td_binlog;
pub mod tdata;
mod telethon_json;
mod telethon_string;
mod tgnet_file;
mod tl;
mod web_json;
mod wtelegram_file;
mod wzgram_string;

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::model::{Contents, FileFormat, SessionData, StringFormat};

pub use account_json::decode_account;
pub use android_user::{AndroidUser, decode_android_user};
pub use binary::{BinaryFile, decode_binary, decode_by_key, may_be_keyed, recognize_binary};
pub use decoded_file::DecodedFile;
pub use diagnosis::{Diagnosis, DiagnosisFields, TextKind, diagnose};
pub use gogram_cache::{GogramCache, decode_gogram_cache};
pub use json::decode_json;
pub use mtcute_blobs::{
    MtcuteDc, mtcute_dc, mtcute_dc_bytes, mtcute_media_dc_bytes, mtcute_peer, mtcute_user, mtcute_user_bytes,
};
pub use store_session::{decode_store, encode_store, is_entry, is_store, login_beside};

pub(crate) use fields::incomplete;

/// What a session string holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The format of the string.
    pub format: StringFormat,
    /// The number of the layout, where the format numbers its layouts: Telethon's and GramJS's 1, mtcute's 3.
    pub version: Option<i64>,
    /// The fields that the string stores, and no others: nothing is derived but gogram's missing `dc_id`.
    pub data: SessionData,
}

/// Recognises and decodes a session string of any format.
///
/// White space, quotes, invisible characters, lost or added padding and the other base64 alphabet are repaired. What
/// can also be what is left of a longer string that lost characters in a row is refused: it would give another key.
///
/// # Errors
///
/// `BadSessionString` for any other damage, with a message that tells what the text looks like and what is wrong.
pub fn decode_session_string(text: &str) -> Result<Decoded> {
    recognize::decode(text)
}

/// Decodes a session string whose format the caller knows.
///
/// It accepts what [`decode_session_string`] refuses because it cannot be told from what is left of a longer string of
/// another layout: some genuine strings of [`StringFormat::Pyrogram1`], and the older layouts of
/// [`StringFormat::MtKruto`]. An intact string of another format is refused.
///
/// # Errors
///
/// `BadSessionString` if the text is not an intact string of that format.
pub fn decode_session_string_as(format: StringFormat, text: &str) -> Result<Decoded> {
    recognize::decode_as(format, text)
}

/// Encodes a session string exactly as the format's own client does.
///
/// An address that is absent is derived from `dc_id`; `test_mode` that is absent is told by the address.
///
/// # Errors
///
/// `Incomplete` names the fields that the format needs and the session lacks; `InvalidArgument` and `Unsupported`
/// name a value that the format cannot hold.
pub fn encode_session_string(format: StringFormat, data: &SessionData) -> Result<Zeroizing<String>> {
    match format {
        StringFormat::Pyrogram => pyrogram_string::encode(data),
        StringFormat::Pyrogram1 => pyrogram1_string::encode(data),
        StringFormat::Telethon => telethon_string::encode(data),
        StringFormat::GramJs => gramjs_string::encode(data),
        StringFormat::Mtcute => mtcute_string::encode(data),
        StringFormat::MtKruto => mtkruto_string::encode(data),
        StringFormat::Gogram => gogram_string::encode(data),
    }
}

/// Encodes a whole file as the format's own client does.
///
/// # Errors
///
/// `Incomplete` names the fields that the format needs and the session lacks; `InvalidArgument` names a value that the format
/// cannot hold.
pub fn encode_file(format: FileFormat, contents: &Contents) -> Result<Zeroizing<Vec<u8>>> {
    match format {
        FileFormat::Gotd => gotd_json::encode(contents),
        FileFormat::Gogram => gogram_file::encode(contents),
        FileFormat::Grammers => grammers_file::encode(contents),
        FileFormat::StoreSession | FileFormat::Tdata | FileFormat::Mtcute | FileFormat::GrammersSqlite => {
            Err(Error::invalid_argument(format!(
                "a {} is a folder or a database: tgs_export_file() makes it",
                format.name()
            )))
        }
    }
}

/// Whether a text that may be a path must be treated as a session string, intact or damaged. A damaged session string
/// must never become the name of a file.
pub fn looks_like_session_string(text: &str) -> bool {
    recognize::looks_like(text)
}
