//! The blobs in mtcute's database: where a data centre is, the account, and what Telegram told of a peer.
//!
//! From `utils/dcs.js`, `highlevel/storage/service/current-user.js` and `storage/service/utils.js` of `@mtcute/core` 0.12 to
//! 0.30. A data centre is as in the session string. The account: int 1, int flags (1 bot), long user_id, and its usernames. A peer
//! is TL of the layer of that release: only what all layers have in front is read.

use zeroize::Zeroizing;

use super::mtcute_string::{self, DC_TEST_SINCE};
use super::tl::TlReader;
use crate::error::Error;
use crate::model::{DEFAULT_DC_ID, DcEndpoint, IdKind, PeerType, SessionData, bare_id, id_kind};

const USER_VERSION: i32 = 1;
const IS_BOT: i32 = 1;
/// Where the id stands: behind the constructor and its flags, or behind two of them.
const BEHIND_FLAGS: [usize; 2] = [8, 12];
const CHANNEL_FORBIDDEN: [u8; 4] = 0x17d4_93d5_u32.to_le_bytes();

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

/// What the peer of a marked id is, and its name. A layer that is not known tells itself by where the id stands; what does not
/// have it is not looked into.
pub fn mtcute_peer(id: i64, bytes: &[u8]) -> (Option<PeerType>, Option<String>) {
    let read = match id_kind(id) {
        IdKind::User => read_user(id, bytes),
        IdKind::Chat => read_chat(id, bytes),
        IdKind::Channel => read_channel(id, bytes),
    };
    read.unwrap_or_default()
}

/// The blob of the home data centre.
pub fn mtcute_dc_bytes(data: &SessionData) -> Result<Zeroizing<Vec<u8>>, Error> {
    mtcute_string::write_dc(data, data.dc_id.unwrap_or(DEFAULT_DC_ID))
}

/// The blob of the home data centre's address for files.
pub fn mtcute_media_dc_bytes(data: &SessionData, media: &DcEndpoint) -> Result<Zeroizing<Vec<u8>>, Error> {
    let DcEndpoint { server_address, port, .. } = media;
    let of_media = SessionData {
        dc_id: data.dc_id,
        server_address: Some(server_address.clone()),
        port: Some(*port),
        test_mode: data.test_mode,
        ..SessionData::default()
    };
    let mut bytes = mtcute_dc_bytes(&of_media)?;
    mtcute_string::mark_media(&mut bytes);
    Ok(bytes)
}

/// The blob of the account, without its usernames.
pub fn mtcute_user_bytes(user_id: i64, is_bot: bool) -> Vec<u8> {
    let flags = if is_bot { IS_BOT } else { 0 };
    let mut bytes = USER_VERSION.to_le_bytes().to_vec();
    bytes.extend(flags.to_le_bytes());
    bytes.extend(user_id.to_le_bytes());
    bytes
}

/// The flags of a constructor, and what comes after the id.
fn after_id<'a>(id: i64, bytes: &'a [u8], starts: &[usize]) -> Option<(i32, TlReader<'a>)> {
    let flags = TlReader::new(bytes.get(4..)?).int().ok()?;
    let wanted = bare_id(id).to_le_bytes();
    let start = starts.iter().find(|start| bytes.get(**start..).is_some_and(|rest| rest.starts_with(&wanted)))?;
    Some((flags, TlReader::new(bytes.get(start + wanted.len()..)?)))
}

fn read_user(id: i64, bytes: &[u8]) -> Option<(Option<PeerType>, Option<String>)> {
    let (flags, mut reader) = after_id(id, bytes, &BEHIND_FLAGS)?;
    let has = |bit: u32| flags & (1 << bit) != 0;
    if has(0) {
        reader.long().ok()?;
    }
    let mut name = |bit| if has(bit) { text(&mut reader) } else { None };
    let names = [name(1), name(2)];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let peer_type = if has(14) { PeerType::Bot } else { PeerType::User };
    Some((Some(peer_type), Some(name).filter(|name| !name.is_empty())))
}

fn read_chat(id: i64, bytes: &[u8]) -> Option<(Option<PeerType>, Option<String>)> {
    // One that is forbidden has no flags.
    let (_, mut reader) = after_id(id, bytes, &[BEHIND_FLAGS[0], 4])?;
    Some((Some(PeerType::Group), text(&mut reader)))
}

fn read_channel(id: i64, bytes: &[u8]) -> Option<(Option<PeerType>, Option<String>)> {
    let (flags, mut reader) = after_id(id, bytes, &BEHIND_FLAGS)?;
    let has = |bit: u32| flags & (1 << bit) != 0;
    if has(13) || bytes.starts_with(&CHANNEL_FORBIDDEN) {
        reader.long().ok()?;
    }
    let peer_type = if has(8) { PeerType::Supergroup } else { PeerType::Channel };
    Some((Some(peer_type), text(&mut reader)))
}

fn text(reader: &mut TlReader<'_>) -> Option<String> {
    let text = String::from_utf8_lossy(reader.bytes().ok()?).into_owned();
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANNEL: i64 = -1_000_000_000_000 - 9;

    fn tl(words: &[i32], id: i64, rest: &[u8]) -> Vec<u8> {
        let words = words.iter().flat_map(|word| word.to_le_bytes());
        words.chain(bare_id(id).to_le_bytes()).chain(rest.iter().copied()).collect()
    }

    #[test]
    fn a_layer_with_further_flags_or_without_is_read() {
        for words in [&[1, 1 << 1 | 1 << 14][..], &[1, 1 << 1 | 1 << 14, 0]] {
            let (peer_type, name) = mtcute_peer(7, &tl(words, 7, b"\x03Bot"));
            assert_eq!((peer_type, name.as_deref()), (Some(PeerType::Bot), Some("Bot")));
        }
        for (flags, expected) in [(1 << 8, PeerType::Supergroup), (1 << 5, PeerType::Channel)] {
            assert_eq!(mtcute_peer(CHANNEL, &tl(&[1, flags, 0], CHANNEL, b"\x03Any")).0, Some(expected));
        }
        let forbidden = i32::from_le_bytes(CHANNEL_FORBIDDEN);
        let told = mtcute_peer(CHANNEL, &tl(&[forbidden, 1 << 5], CHANNEL, b"\x01\0\0\0\0\0\0\0\x03Any"));
        assert_eq!(told, (Some(PeerType::Channel), Some("Any".to_owned())));
        for words in [&[1][..], &[1, 0]] {
            assert_eq!(mtcute_peer(-5, &tl(words, -5, b"\x03Any")), (Some(PeerType::Group), Some("Any".to_owned())));
        }
    }

    #[test]
    fn another_peer_or_a_cut_one_tells_nothing() {
        let user = tl(&[1, 1 << 1], 7, b"\x03Ada");
        assert_eq!(mtcute_peer(8, &user), (None, None));
        for len in 0..user.len() {
            assert_eq!(mtcute_peer(7, &user[..len]).1, None, "{len}");
        }
    }
}
