//! Our documents are MongoStorage's own: the same keys, the same values, the same BSON types.

use mongodb::bson::{Bson, Document, doc};
use serde_json::json;
use tgsession::model::{Field, Peer};

use crate::common::{LONG_AGO, changes, full_data, peer, peers};
use crate::harness::{Place, full_account, library};
use crate::neutral;

const COLLECTIONS: [&str; 4] = ["session", "peers", "usernames", "update_state"];

#[test]
fn a_new_session_is_the_one_that_mongo_storage_makes() {
    let (theirs, ours) = (Place::new(), Place::new());
    library().ask("write", &theirs.file(), &json!({"save": false}));
    drop(ours.open());
    for collection in COLLECTIONS {
        assert_eq!(ours.documents(collection), theirs.documents(collection), "{collection}");
    }
    assert_eq!(ours.documents("session").len(), 1);
}

#[test]
fn an_account_is_written_as_mongo_storage_writes_it() {
    let (theirs, ours) = (Place::new(), Place::new());
    let mut account = full_account();
    account["now"] = json!(LONG_AGO);
    library().ask("write", &theirs.file(), &account);
    let contents = neutral::contents(&account);
    let session = ours.open();
    let known = [Field::DcId, Field::ApiId, Field::TestMode, Field::AuthKey, Field::Date, Field::UserId, Field::IsBot];
    session.set(&known.map(|field| (field, contents.data.get(field)))).unwrap();
    // Names are nothing to MongoStorage, and its client says 0 for a group's hash.
    let as_theirs = |peer: &Peer| Peer {
        name: None,
        last_update_on: Some(LONG_AGO),
        access_hash: peer.access_hash.or((peer.id < 0 && peer.id > -1_000_000_000_000).then_some(0)),
        ..peer.clone()
    };
    let peers: Vec<Peer> = contents.peers.iter().map(as_theirs).collect();
    session.update_peers(&peers).unwrap();
    session.set_update_states(&contents.update_states).unwrap();
    for collection in COLLECTIONS {
        let (theirs, ours) = (theirs.documents(collection), ours.documents(collection));
        assert!(!theirs.is_empty(), "{collection}");
        assert_eq!(theirs.len(), ours.len(), "{collection}");
        for (theirs, mut ours) in theirs.into_iter().zip(ours) {
            // The order of three names and more is kept beside, where MongoStorage does not look.
            let part = ours.remove("tgsession");
            assert!(part.is_none() || collection == "peers", "{ours}");
            assert_eq!(sorted(ours), sorted(theirs), "{collection}");
        }
    }
}

/// By what it writes in one go or one by one: both ways make the same documents.
#[test]
fn many_peers_are_written_as_few_are() {
    let (few, many) = (Place::new(), Place::new());
    let batch: Vec<Peer> =
        (1..=120).map(|id| crate::common::seen(id, &[&format!("tgs_{id}")], LONG_AGO)).chain(peers()).collect();
    let (by_few, by_many) = (few.open(), many.open());
    for some in batch.chunks(40) {
        by_few.update_peers(some).unwrap();
    }
    // New, seen again, and some changed.
    by_many.update_peers(&batch).unwrap();
    by_many.update_peers(&batch).unwrap();
    let mut changed = batch.clone();
    changed[0] = crate::common::seen(1, &["tgs_120", "tgs_moved"], LONG_AGO + 5);
    changed[119].usernames.clear();
    changed[60].usernames.clear();
    by_many.update_peers(&changed).unwrap();
    by_few.update_peers(&changed[..90]).unwrap();
    by_few.update_peers(&changed[90..]).unwrap();
    for collection in COLLECTIONS {
        let sort = |documents: Vec<Document>| documents.into_iter().map(sorted).collect::<Vec<_>>();
        assert_eq!(sort(many.documents(collection)), sort(few.documents(collection)), "{collection}");
    }
    assert_eq!(by_many.contents().unwrap(), by_few.contents().unwrap());
}

#[test]
fn what_it_has_no_place_for_stands_in_one_key_that_it_does_not_know() {
    let place = Place::new();
    let session = place.open();
    session.set(&changes(&full_data())).unwrap();
    let mut document = place.documents("session").remove(0);
    let Some(Bson::Document(part)) = document.remove("tgsession") else { panic!("{document}") };
    assert_eq!(
        part.keys().map(String::as_str).collect::<Vec<_>>(),
        ["version", "auth_key_id", "server_address", "port", "takeout_id", "tmp_auth_key"]
    );
    assert_eq!(document.len(), 8);
    session.update_peers(&peers()).unwrap();
    for mut document in place.documents("peers") {
        document.remove("tgsession");
        assert_eq!(document.len(), 6, "{document}");
    }
    // What a client whose layout it is has written since wins over ours, and does not lose it.
    place.command(doc! { "update": "session", "updates": [{ "q": { "_id": 0 }, "u": { "$set": { "api_id": 7 } } }] });
    assert_eq!(session.data().unwrap(), tgsession::model::SessionData { api_id: Some(7), ..full_data() });
    // After another login ours is another account's.
    let key = mongodb::bson::Binary { subtype: mongodb::bson::spec::BinarySubtype::Generic, bytes: vec![9; 256] };
    place.command(
        doc! { "update": "session", "updates": [{ "q": { "_id": 0 }, "u": { "$set": { "auth_key": key } } }] },
    );
    let data = session.data().unwrap();
    assert_eq!((data.server_address, data.port, data.takeout_id, data.tmp_auth_key), (None, None, None, None));
}

fn numbered(ids: std::ops::RangeInclusive<i64>) -> Vec<Peer> {
    ids.map(|id| peer(id, &[])).collect()
}

fn indexed_keys(place: &Place, collection: &str) -> Vec<String> {
    let answer = place.command(doc! { "listIndexes": collection });
    let indexes = answer.get_document("cursor").unwrap().get_array("firstBatch").unwrap().clone();
    let key = |index: &Bson| index.as_document().unwrap().get_document("key").unwrap().keys().next().unwrap().clone();
    let mut keys: Vec<String> = indexes.iter().map(key).collect();
    keys.sort();
    keys
}

#[test]
fn what_is_looked_up_is_indexed_where_there_is_much_of_it() {
    let all_at_once = |place: &Place| place.open().update_peers(&numbered(1..=100)).unwrap();
    let bit_by_bit = |place: &Place| {
        let session = place.open();
        for id in 1..=210 {
            session.update_peers(&numbered(id..=id)).unwrap();
        }
    };
    let beside_mongo_storages = |place: &Place| {
        let session = place.open();
        let documents: Vec<Bson> = (1..=100_i64).map(|id| doc! { "_id": id }.into()).collect();
        place.command(doc! { "insert": "peers", "documents": documents });
        session.update_peers(&peers()).unwrap();
    };
    for fill in [&all_at_once as &dyn Fn(&Place), &bit_by_bit, &beside_mongo_storages] {
        let place = Place::new();
        fill(&place);
        assert_eq!(indexed_keys(&place, "peers"), ["_id", "phone_number", "username"]);
        assert_eq!(indexed_keys(&place, "usernames"), ["_id", "peer_id"]);
    }
    // An index is a file of its own on the server.
    let place = Place::new();
    place.open().update_peers(&peers()).unwrap();
    assert_eq!(indexed_keys(&place, "peers"), ["_id"]);
}

fn sorted(document: Document) -> Vec<(String, Bson)> {
    let mut pairs: Vec<(String, Bson)> = document.into_iter().collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    pairs
}
