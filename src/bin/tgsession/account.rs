//! The description of an account that stands beside a session in packs of sessions: `PHONE.json` beside `PHONE.session`.

use std::fs;
use std::io::Read;
use std::path::Path;

use tgsession::codec::decode_account;
use tgsession::redact;
use tgsession::session::Given;
use zeroize::Zeroizing;

// In bytes; far more than any has.
const LARGEST: u64 = 1 << 20;

/// The values that the description beside a session's file gives; none if there is none.
pub fn beside(session: &Path) -> Vec<Given> {
    let path = session.with_extension("json");
    // Reading a pipe could wait for ever.
    if path == session || !path.is_file() {
        return Vec::new();
    }
    let mut text = Zeroizing::new(Vec::new());
    let read = fs::File::open(&path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut text));
    if read.is_err() || text.len() as u64 > LARGEST {
        return Vec::new();
    }
    let by = path.file_name().map(|name| redact::path(Path::new(name))).unwrap_or_default();
    let given = |(field, value)| Given { change: (field, Some(value)), by: by.clone() };
    decode_account(&text).into_iter().map(given).collect()
}
