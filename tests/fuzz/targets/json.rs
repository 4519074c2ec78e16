//! Session files in JSON.

use tgsession::codec::{decode_account, decode_json};

use super::secrets::check_message;

pub fn run(bytes: &[u8]) {
    let _ = decode_account(bytes);
    if let Err(error) = decode_json(bytes, "fuzz.session") {
        check_message(&error, &String::from_utf8_lossy(bytes));
    }
}
