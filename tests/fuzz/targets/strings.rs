//! Session strings: a text is refused, or means what its encoder would write.

use tgsession::codec::{decode_session_string, diagnose, encode_session_string, looks_like_session_string};

use super::secrets::check_message;

pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = (diagnose(&text), looks_like_session_string(&text));
    let decoded = match decode_session_string(&text) {
        Ok(decoded) => decoded,
        Err(error) => return check_message(&error, &text),
    };
    // Strings of older layouts may lack what today's need.
    let Ok(encoded) = encode_session_string(decoded.format, &decoded.data) else { return };
    let again = decode_session_string(&encoded).unwrap_or_else(|error| panic!("{:?}: {error}", decoded.format));
    assert_eq!(again.format, decoded.format);
    assert_eq!(again.data.auth_key, decoded.data.auth_key);
    assert_eq!(again.data.dc_id, decoded.data.dc_id);
}
