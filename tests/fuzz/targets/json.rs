//! Session files in JSON.

use tgsession::codec::decode_json;

use super::secrets::check_message;

pub fn run(bytes: &[u8]) {
    if let Err(error) = decode_json(bytes, "fuzz.session") {
        check_message(&error, &String::from_utf8_lossy(bytes));
    }
}
