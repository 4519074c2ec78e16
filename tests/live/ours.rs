//! We write a file for a library. The library opens it, finds everything and uses it, and our data survives that.

use std::path::Path;

use serde_json::{Value, json};
use tgsession::model::{Contents, Field, Peer, PeerType};
use tgsession::session::Lookup;

use crate::bench::{Bench, create, lookups, open};
use crate::library::Names;
use crate::neutral;

pub fn a_file_of_ours_is_used(bench: &mut Bench, format: &'static str) {
    let file = bench.begin(format);
    let contents = written(bench);
    write(&file, format, &contents);
    used(bench, &file, &contents, format);
    let (_, becomes) = bench.library.opens.iter().find(|(opened, _)| *opened == format).unwrap();
    bench.equal("format", &(*becomes).to_owned(), &open(&file, true).format().unwrap().to_string());
}

/// The library cannot use this layout. Whatever it does before it fails, our data survives.
pub fn a_file_of_ours_is_refused(bench: &mut Bench, format: &'static str, reason: &str) {
    let file = bench.begin(format);
    write(&file, format, &written(bench));
    let before = open(&file, true).contents().unwrap();
    let late = json!({"id": 777_000_106, "access_hash": 5, "type": "user", "usernames": ["tgs_late"], "phone_number": null, "name": "Late"});
    let failure = match bench.oracle.try_ask("read", &file, &json!({})) {
        Ok(_) => bench.oracle.try_ask("write", &file, &json!({"via": "client", "peers": [late]})).err(),
        Err(failure) => Some(failure),
    };
    let failure = failure.unwrap_or_default();
    bench.equal(format!("it fails: {failure}"), &true, &failure.contains(reason));
    let mut after = open(&file, false).contents().unwrap();
    after.peers.retain(|peer| peer.id != 777_000_106);
    bench.equal("after its failure: fields", &before.data, &after.data);
    bench.equal("after its failure: all", &true, &(before == after));
}

fn write(file: &Path, format: &str, contents: &Contents) {
    let session = create(file, format);
    session.set(&Field::ALL.map(|field| (field, contents.data.get(field)))).unwrap();
    session.update_peers(&contents.peers).unwrap();
    session.set_update_states(&contents.update_states).unwrap();
    session.cache_sent_files(&contents.sent_files).unwrap();
}

fn written(bench: &Bench) -> Contents {
    let mut contents = bench.contents();
    contents.data.is_bot = Some(false);
    contents.data.takeout_id = contents.data.takeout_id.or((!bench.library.fails_on_takeouts()).then_some(77));
    contents
}

/// Lets the library read all, see some peers, and save; then everything must still be there.
pub fn used(bench: &mut Bench, file: &Path, contents: &Contents, format: &str) {
    let read = match bench.oracle.try_ask("read", file, &lookups(&contents.peers)) {
        Ok(read) => read,
        Err(failure) => return bench.equal("it opens the file", &String::new(), &failure),
    };
    library_sees(bench, contents, &read, format);
    let anna = json!({"id": 777_000_101, "access_hash": 4, "type": "user", "usernames": ["tgs_anna_new"],
                      "phone_number": "99966110001", "name": "Anna"});
    let many = json!({"id": -1_001_777_000_302_i64, "access_hash": 6, "type": "channel",
                      "usernames": ["tgs_many_d", "tgs_many_e"], "phone_number": null, "name": "Many"});
    let seen = json!([anna, many]);
    if let Err(failure) = bench.oracle.try_ask(
        "write",
        file,
        &json!({"via": "client", "peers": seen, "session": {"date": contents.data.date}}),
    ) {
        return bench.equal("it goes on", &String::new(), &failure);
    }
    nothing_is_lost(bench, contents, &seen, file);
}

fn library_sees(bench: &mut Bench, contents: &Contents, read: &Value, format: &str) {
    let theirs = neutral::contents(read);
    for field in Field::ALL.into_iter().filter(|field| !read["session"][field.name()].is_null()) {
        // 1.43 reads these two swapped.
        if bench.library.fails_on_takeouts() && [Field::TakeoutId, Field::TmpAuthKey].contains(&field) {
            continue;
        }
        bench.equal(field.name(), &theirs.data.get(field), &contents.data.get(field));
    }
    for field in [Field::DcId, Field::AuthKey] {
        bench.equal(format!("has {}", field.name()), &theirs.data.get(field), &contents.data.get(field));
    }
    // Values that the layout could not hold stay in our own tables.
    if read.get("update_states").is_some() && format != "pyrogram@3" {
        bench.equal("states", &theirs.update_states, &contents.update_states);
    }
    if read.get("sent_files").is_some() {
        bench.equal("files", &theirs.sent_files, &contents.sent_files);
    }
    bench.equal("peers", &theirs.peers.len(), &contents.peers.len());
    for peer in &contents.peers {
        let expected = answer(bench, peer);
        let answers = &read["lookups"];
        bench.equal(format!("peer {}", peer.id), &answers["ids"][peer.id.to_string()], &expected);
        for name in peer.usernames.iter().take(bench.library.names_found(format)) {
            bench.equal(format!("peer {name}"), &answers["usernames"][name], &expected);
        }
        if let Some(phone) = &peer.phone_number {
            bench.equal(format!("phone {phone}"), &answers["phones"][phone], &expected);
        }
    }
}

/// The library's `InputPeer`.
fn answer(bench: &Bench, peer: &Peer) -> Value {
    let kind = match peer.effective_type() {
        PeerType::User | PeerType::Bot => "user",
        PeerType::Group => "chat",
        _ => "channel",
    };
    // Telethon's column is NOT NULL.
    let hash = peer.access_hash.or(bench.library.is_telethon().then_some(0));
    json!({"kind": kind, "id": tgsession::model::bare_id(peer.id), "access_hash": hash.filter(|_| kind != "chat")})
}

fn nothing_is_lost(bench: &mut Bench, before: &Contents, seen: &Value, file: &Path) {
    let session = open(file, false);
    let after = session.contents().unwrap();
    let seen: Vec<Peer> = seen.as_array().unwrap().iter().map(neutral::peer).collect();
    for field in Field::ALL {
        if bench.library.fails_on_takeouts() && [Field::TakeoutId, Field::TmpAuthKey].contains(&field) {
            continue;
        }
        bench.equal(format!("after: {}", field.name()), &before.data.get(field), &after.data.get(field));
    }
    bench.equal("after: states", &before.update_states, &after.update_states);
    bench.equal("after: files", &before.sent_files, &after.sent_files);
    bench.equal("after: peers", &before.peers.len(), &after.peers.len());
    for (before, after) in before.peers.iter().zip(&after.peers) {
        match seen.iter().find(|peer| peer.id == after.id) {
            Some(seen) => seen_again(bench, seen, after),
            None => {
                // Telethon stores no type; it derives it from the marked id.
                let peer_type = Some(before.effective_type());
                let before = Peer { peer_type, last_update_on: None, ..before.clone() };
                let after = Peer { peer_type: Some(after.effective_type()), last_update_on: None, ..after.clone() };
                bench.equal(format!("after: peer {}", before.id), &before, &after);
            }
        }
        for name in &after.usernames {
            let found = session.peer_by_username(name).unwrap();
            bench.equal(
                format!("after: finding {name}"),
                &true,
                &matches!(found, Lookup::Found(peer) if peer.id == after.id),
            );
        }
    }
}

/// If the client's layout can hold a value, the client's own value wins.
fn seen_again(bench: &mut Bench, seen: &Peer, after: &Peer) {
    bench.equal(format!("seen again: hash of {}", seen.id), &seen.access_hash, &after.access_hash);
    bench.equal(format!("seen again: first name of {}", seen.id), &seen.usernames.first(), &after.usernames.first());
    if bench.library.names == Names::Several && !(bench.library.leaves_old_names() && after.id < 0) {
        bench.equal(format!("seen again: names of {}", seen.id), &seen.usernames, &after.usernames);
    }
}
