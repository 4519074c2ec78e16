//! The blobs in mtcute's database: where a data centre is, the account, and what Telegram told of a peer.
//!
//! From `utils/dcs.js`, `highlevel/storage/service/current-user.js` and `storage/service/utils.js` of `@mtcute/core` 0.12 to
//! 0.30. A data centre is as in the session string. The account: int 1, int flags (1 bot), long user_id, and its usernames. A peer
//! is TL of the layer of that release: only what all layers have in front is read.

use super::mtcute_string::{self, DC_TEST_SINCE};
use super::problem::Problem;
use super::tl::TlReader;
use crate::model::{DcEndpoint, PeerType};

const USER_VERSION: i32 = 1;
const IS_BOT: i32 = 1;
const USERS: [u32; 3] = [0x3177_4388, 0x8331_4fca, 0x215c_4438];
const CHANNELS: [u32; 4] = [0x1c32_b11c, 0xfe44_78bd, 0x0aad_fc8f, 0x8e87_ccd8];
const CHANNEL_FORBIDDEN: u32 = 0x17d4_93d5;
const CHAT: u32 = 0x41cb_f256;
const CHAT_FORBIDDEN: u32 = 0x6592_a1a7;

/// A data centre.
pub struct MtcuteDc {
    /// Its id.
    pub id: i32,
    /// Its address.
    pub endpoint: DcEndpoint,
    /// Absent where the release noted none.
    pub test_mode: Option<bool>,
}

/// Reads a data centre; absent where it is damaged.
pub fn mtcute_dc(bytes: &[u8]) -> Option<MtcuteDc> {
    let dc = mtcute_string::read_dc(bytes).ok()?;
    let endpoint = DcEndpoint { server_address: dc.address, port: dc.port, is_media_only: dc.is_media_only };
    let test_mode = bytes.first().is_some_and(|version| *version >= DC_TEST_SINCE).then_some(dc.is_test);
    Some(MtcuteDc { id: dc.id, endpoint, test_mode })
}

/// Reads the account: its id, and whether it is a bot.
pub fn mtcute_user(bytes: &[u8]) -> Option<(i64, bool)> {
    let mut reader = TlReader::new(bytes);
    let (version, flags, id) = (reader.int().ok()?, reader.int().ok()?, reader.long().ok()?);
    (version == USER_VERSION && id > 0).then_some((id, flags & IS_BOT != 0))
}

/// What a peer is and its name, as far as its constructor is known.
pub fn mtcute_peer(bytes: &[u8]) -> (Option<PeerType>, Option<String>) {
    read_peer(bytes).unwrap_or_default()
}

fn read_peer(bytes: &[u8]) -> Result<(Option<PeerType>, Option<String>), Problem> {
    let mut reader = TlReader::new(bytes);
    let constructor = u32::from_le_bytes(reader.int()?.to_le_bytes());
    if constructor == CHAT_FORBIDDEN {
        reader.long()?;
        return Ok((Some(PeerType::Group), text(&mut reader)?));
    }
    let flags = reader.int()?;
    let has = |bit: u32| flags & (1 << bit) != 0;
    if USERS.contains(&constructor) {
        reader.int()?;
        reader.long()?;
        if has(0) {
            reader.long()?;
        }
        let mut name = |bit| if has(bit) { text(&mut reader) } else { Ok(None) };
        let names = [name(1)?, name(2)?];
        let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let peer_type = if has(14) { PeerType::Bot } else { PeerType::User };
        return Ok((Some(peer_type), Some(name).filter(|name| !name.is_empty())));
    }
    if constructor == CHAT {
        reader.long()?;
        return Ok((Some(PeerType::Group), text(&mut reader)?));
    }
    let is_known = CHANNELS.contains(&constructor);
    if !is_known && constructor != CHANNEL_FORBIDDEN {
        return Ok((None, None));
    }
    if is_known {
        reader.int()?;
    }
    reader.long()?;
    if !is_known || has(13) {
        reader.long()?;
    }
    let peer_type = if has(8) { PeerType::Supergroup } else { PeerType::Channel };
    Ok((Some(peer_type), text(&mut reader)?))
}

fn text(reader: &mut TlReader<'_>) -> Result<Option<String>, Problem> {
    let text = String::from_utf8_lossy(reader.bytes()?).into_owned();
    Ok(Some(text).filter(|text| !text.is_empty()))
}
