//! The account in `userconfing.xml` of Telegram for Android, which is beside `tgnet.dat`: read, never written.
//!
//! The text `user` in it is base64 of a TL `User` of the application's layer. Its constructor tells where the id stands:
//!
//! | constructors                                                                 | before the id   |
//! |------------------------------------------------------------------------------|-----------------|
//! | `userEmpty`                                                                  | nothing         |
//! | `user` of layers 133 to 147                                                  | flags           |
//! | `user` since layer 148                                                       | flags, flags2   |

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::fields::MAX_USER_ID;
use super::tl::TlReader;

const USER_EMPTY: u32 = 0xd3bc_4b7a;
const ONE_FLAGS: [u32; 2] = [0x3ff6_ecb0, 0x5d99_adee];
const TWO_FLAGS: [u32; 8] =
    [0x8f97_c628, 0xabb5_f120, 0x215c_4438, 0x8331_4fca, 0x4b46_c37e, 0x020b_1422, 0x3177_4388, 0xb1b8_cc83];
const BOT: i32 = 1 << 14;
const BEGINS: &str = "<string name=\"user\">";
const ENDS: &str = "</string>";
const LINE_END: &str = "&#10;";

/// The account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AndroidUser {
    /// Its id.
    pub user_id: i64,
    /// Told by `user`, and not by `userEmpty`.
    pub is_bot: Option<bool>,
}

/// The account in the text of the XML; `None` if there is none, or of an unknown layer.
pub fn decode_android_user(xml: &str) -> Option<AndroidUser> {
    let (_, rest) = xml.split_once(BEGINS)?;
    let (text, _) = rest.split_once(ENDS)?;
    let digits: Zeroizing<String> = text
        .replace(LINE_END, "")
        .chars()
        .filter(|character| !character.is_ascii_whitespace())
        .collect::<String>()
        .into();
    let bytes = Zeroizing::new(STANDARD.decode(&*digits).ok()?);
    let mut tl = TlReader::new(&bytes);
    let constructor = u32::from_le_bytes(tl.array().ok()?);
    let flags = match constructor {
        USER_EMPTY => None,
        known if ONE_FLAGS.contains(&known) || TWO_FLAGS.contains(&known) => Some(tl.int().ok()?),
        _ => return None,
    };
    if TWO_FLAGS.contains(&constructor) {
        tl.int().ok()?;
    }
    let user_id = tl.long().ok().filter(|id| (1..=MAX_USER_ID).contains(id))?;
    Some(AndroidUser { user_id, is_bot: flags.map(|flags| flags & BOT != 0) })
}
