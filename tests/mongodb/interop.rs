//! MongoStorage and we in turns: they write and we read, we write and they read, and nothing is lost by that.

use serde_json::{Value, json};
use tgsession::model::{Contents, Field, Peer, SessionData};
use tgsession::session::{Lookup, Session};

use crate::agreement::{Difference, differences};
use crate::common::{CHANNEL, full_contents, id, now, seen};
use crate::harness::{Place, full_account, library};
use crate::neutral;

fn lookups(peers: &[Peer]) -> Value {
    let names = peers.iter().flat_map(|peer| peer.usernames.iter().map(String::as_str)).chain(["tgs_nobody"]);
    let phones = peers.iter().filter_map(|peer| peer.phone_number.as_deref()).chain(["99966119998"]);
    json!({"lookups": {
        "ids": peers.iter().map(|peer| peer.id).chain([777_999_999]).collect::<Vec<_>>(),
        "usernames": names.collect::<Vec<_>>(),
        "phones": phones.collect::<Vec<_>>(),
    }})
}

fn agree(session: &Session, read: &Value) {
    let found = differences(session, read);
    assert!(found.is_empty(), "{}", Difference::show(&found));
}

#[test]
fn they_write_and_we_read() {
    let (place, mut library) = (Place::new(), library());
    library.ask("write", &place.file(), &json!({"save": false}));
    let session = place.open();
    // A 0 where nothing is known is MongoStorage's own.
    let data = session.data().unwrap();
    assert_eq!(data, SessionData { dc_id: Some(2), date: Some(0), ..SessionData::default() });
    let account = full_account();
    library.ask("write", &place.file(), &account);
    let asked = lookups(&neutral::contents(&account).peers);
    agree(&session, &library.ask("read", &place.file(), &asked));
    let later = json!({"via": "client", "peers": [
        {"id": 777_000_101, "access_hash": 4, "type": "user", "usernames": ["tgs_anna_new"], "phone_number": "99966110001", "name": "Anna"},
        {"id": 777_000_106, "access_hash": 5, "type": "user", "usernames": ["tgs_late"], "phone_number": null, "name": "Late"},
    ], "session": {"date": 1_700_000_001}});
    library.ask("write", &place.file(), &later);
    agree(&session, &library.ask("read", &place.file(), &asked));
    assert_eq!(id(&session.peer_by_username("tgs_late").unwrap()), 777_000_106);
}

#[test]
fn we_write_and_they_read_and_go_on_and_nothing_is_lost() {
    let (place, mut library) = (Place::new(), library());
    let session = place.open();
    let mut contents = full_contents();
    contents.data.is_bot = Some(false);
    for peer in &mut contents.peers {
        peer.last_update_on = Some(now());
    }
    write(&session, &contents);
    let read = library.ask("read", &place.file(), &lookups(&contents.peers));
    for field in [Field::DcId, Field::ApiId, Field::TestMode, Field::AuthKey, Field::UserId, Field::IsBot, Field::Date]
    {
        assert_eq!(neutral::data(&read["session"]).get(field), contents.data.get(field), "{}", field.name());
    }
    assert_eq!(neutral::contents(&read).update_states, contents.update_states);
    for peer in &contents.peers {
        let found = &read["lookups"]["ids"][peer.id.to_string()];
        assert_eq!(found["id"], json!(tgsession::model::bare_id(peer.id)), "{found}");
        for name in &peer.usernames {
            assert_eq!(&read["lookups"]["usernames"][name], found, "{name}");
        }
        if let Some(phone) = &peer.phone_number {
            assert_eq!(&read["lookups"]["phones"][phone], found);
        }
    }
    let anna = json!({"id": 101, "access_hash": 4, "type": "user", "usernames": ["tgs_anna"], "phone_number": null, "name": "Anna"});
    library.ask("write", &place.file(), &json!({"via": "client", "peers": [anna], "session": {"date": 5}}));
    let after = session.contents().unwrap();
    assert_eq!(after.data, SessionData { date: Some(5), ..contents.data.clone() });
    assert_eq!((&after.update_states, &after.sent_files), (&contents.update_states, &contents.sent_files));
    for (before, after) in contents.peers.iter().zip(&after.peers) {
        let told = Peer { peer_type: Some(before.effective_type()), ..before.clone() };
        if after.id == 101 {
            assert_eq!((after.access_hash, after.usernames.first().map(String::as_str)), (Some(4), Some("tgs_anna")));
        } else {
            assert_eq!(after, &told);
        }
    }
}

fn write(session: &Session, contents: &Contents) {
    session.set(&Field::ALL.map(|field| (field, contents.data.get(field)))).unwrap();
    session.update_peers(&contents.peers).unwrap();
    session.set_update_states(&contents.update_states).unwrap();
    session.cache_sent_files(&contents.sent_files).unwrap();
}

/// MongoStorage leaves a name with its old owner; where the new owner has several it finds the old one. We do not.
#[test]
fn a_name_that_they_moved_is_its_newest_owners() {
    let (place, mut library) = (Place::new(), library());
    let session = place.open();
    session.update_peers(&[seen(5, &["tgs_moving"], now() - 100)]).unwrap();
    let owner = json!({"id": CHANNEL, "access_hash": 1, "type": "channel", "usernames": ["tgs_else", "tgs_moving"], "phone_number": null});
    library.ask("write", &place.file(), &json!({"via": "client", "peers": [owner]}));
    assert_eq!(id(&session.peer_by_username("tgs_moving").unwrap()), CHANNEL);
    let theirs = library.ask("read", &place.file(), &json!({"lookups": {"usernames": ["tgs_moving"]}}));
    assert_eq!(theirs["lookups"]["usernames"]["tgs_moving"]["id"], json!(5), "MongoStorage has learnt it");
    // Seen again by us it is settled for both.
    session.update_peers(&[seen(CHANNEL, &["tgs_else", "tgs_moving"], now())]).unwrap();
    let theirs = library.ask("read", &place.file(), &json!({"lookups": {"usernames": ["tgs_moving"]}}));
    assert_eq!(theirs["lookups"]["usernames"]["tgs_moving"]["id"], json!(1_777_000_303));
}

#[test]
fn each_removes_as_mongo_storage_does() {
    let place = Place::new();
    let session = place.open();
    write(&session, &full_contents());
    session.delete().unwrap();
    assert!(place.documents("session").is_empty() && place.documents("update_state").is_empty());
    assert!(place.documents("tgsession_sent_files").is_empty());
    assert_eq!(place.documents("peers").len(), full_contents().peers.len(), "without remove_peers they stay");
    // The next client finds them.
    library().ask("write", &place.file(), &json!({"save": false}));
    let session = Session::open(&format!("{}?remove_peers=true", place.location), &Default::default()).unwrap();
    assert!(matches!(session.peer_by_id(101).unwrap(), Lookup::Found(_)));
    session.delete().unwrap();
    assert!(place.documents("peers").is_empty() && place.documents("usernames").is_empty());
}
