//! A library writes, and we read the same as the library itself, while it keeps writing.

use serde_json::{Value, json};
use tgsession::session::Session;

use crate::agreement;
use crate::bench::{Bench, lookups, open};
use crate::neutral;

pub fn a_file_of_theirs_is_read(bench: &mut Bench) {
    let file = bench.begin("theirs");
    bench.oracle.ask("write", &file, &json!({"save": false}));
    // Telethon 0.16 cannot open its own file without a session row (tests/oracle/README.md).
    if bench.library.key != "telethon-0.16" {
        let session = open(&file, true);
        let read = bench.oracle.ask("read", &file, &json!({}));
        agree(bench, &session, &read);
    }
    let _ = std::fs::remove_file(&file);
    let account = bench.account();
    bench.oracle.ask("write", &file, &account);
    // It stays open: it must see the library's next writes without reopening the file.
    let session = open(&file, false);
    let peers = neutral::contents(&account).peers;
    let read = bench.oracle.ask("read", &file, &lookups(&peers));
    agree(bench, &session, &read);
    let later = json!({"via": "client", "peers": [
        {"id": 777_000_101, "access_hash": 4, "type": "user", "usernames": ["tgs_anna_new"], "phone_number": "99966110001", "name": "Anna"},
        {"id": 777_000_106, "access_hash": 5, "type": "user", "usernames": ["tgs_late"], "phone_number": null, "name": "Late"},
    ], "session": {"date": 1_700_000_001}});
    bench.oracle.ask("write", &file, &later);
    let read = bench.oracle.ask("read", &file, &lookups(&peers));
    agree(bench, &session, &read);
    let seen = session.peer_by_username("tgs_late").unwrap();
    bench.equal(
        "seen later",
        &true,
        &matches!(seen, tgsession::session::Lookup::Found(peer) if peer.id == 777_000_106),
    );
}

fn agree(bench: &mut Bench, session: &Session, read: &Value) {
    let mut differences = agreement::differences(session, read);
    if bench.library.leaves_old_names() {
        // It writes a channel's further names under the bare id, where it never finds them again.
        differences.retain(|d| !["peer -1001777000302", "lookups.usernames.tgs_many_b"].contains(&d.place.as_str()));
    }
    bench.extend(differences);
}
