//! Base64 whose buffers are wiped.

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, NO_PAD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::error::{Error, ErrorCode, Result};

const LENIENT: GeneralPurpose =
    GeneralPurpose::new(&alphabet::URL_SAFE, GeneralPurposeConfig::with_decode_allow_trailing_bits(NO_PAD, true));

/// The whole bytes of an unpadded URL-safe text, and whether no bit is left over. `None`: other characters.
pub(super) fn decode_url_safe(text: &str) -> Option<(Zeroizing<Vec<u8>>, bool)> {
    // One character alone holds no byte.
    let whole = text.get(..text.len() - usize::from(text.len() % 4 == 1))?;
    let bytes = decode(&LENIENT, whole)?;
    let clean = whole.len() == text.len() && decode(&URL_SAFE_NO_PAD, whole).is_some();
    Some((bytes, clean))
}

/// The bytes of a text in the engine's alphabet.
pub(super) fn decode(engine: &GeneralPurpose, text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; text.len().div_ceil(4) * 3]);
    let len = engine.decode_slice(text, &mut bytes).ok()?;
    bytes.truncate(len);
    Some(bytes)
}

/// `prefix` and the base64 of `bytes`.
pub(super) fn encode(engine: &GeneralPurpose, prefix: &str, bytes: &[u8]) -> Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(vec![0; prefix.len() + bytes.len().div_ceil(3) * 4]);
    text[..prefix.len()].copy_from_slice(prefix.as_bytes());
    let len = engine.encode_slice(bytes, &mut text[prefix.len()..]).map_err(|_| internal())?;
    text.truncate(prefix.len() + len);
    let text = String::from_utf8(std::mem::take(&mut *text)).map_err(|_| internal())?;
    Ok(Zeroizing::new(text))
}

fn internal() -> Error {
    Error::new(ErrorCode::Internal, "a buffer for base64 is too small")
}
