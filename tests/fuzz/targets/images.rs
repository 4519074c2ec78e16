//! Sessions in bytes: SQLite files and what is packed by gzip. What opens is read, written and read again.

use tgsession::model::{Field, FieldValue, Peer};
use tgsession::session::{ByteOptions, ConvertOptions, Lookup, NewFile, Options, Session, convert_with};

pub fn run(bytes: &[u8]) {
    let Ok(session) = Session::open_bytes(bytes, &Options::default()) else { return };
    read(&session);
    let peer = Peer {
        id: 909,
        access_hash: Some(7),
        peer_type: None,
        usernames: vec!["tgs_fuzz".to_owned()],
        phone_number: None,
        name: None,
        last_update_on: None,
    };
    if session.update_peers(&[peer]).is_ok() {
        check_found(&session);
        if let Ok(image) = session.to_bytes(ByteOptions::default()) {
            let again = Session::open_bytes(&image, &Options::default());
            check_found(&again.unwrap_or_else(|error| panic!("our own bytes do not open: {error}")));
        }
    }
    let _ = session.set(&[(Field::DcId, Some(FieldValue::Integer(3)))]);
    read(&session);
    take_along(&session);
}

// Other programs' tables into a new session.
fn take_along(session: &Session) {
    let target = Session::new_in_bytes(NewFile::standard(), "a new session", None).unwrap();
    let options = ConvertOptions { keep_foreign_tables: true, ..ConvertOptions::default() };
    let _ = convert_with(session, &target, &options);
    assert_eq!(target.format().unwrap().to_string(), "pyrogram@3");
}

fn read(session: &Session) {
    let _ = (session.format(), session.layout_support(), session.data(), session.inspect());
    let _ = (session.peers(None), session.update_states(), session.sent_files());
    let _ = (session.peer_by_id(101), session.peer_by_username("tgs_alice"), session.peer_by_phone_number("99966"));
}

// What was acknowledged is found, or refused as damaged.
fn check_found(session: &Session) {
    match session.peer_by_id(909) {
        Ok(Lookup::Found(found)) => assert_eq!(found.access_hash, Some(7)),
        Ok(_) => panic!("an acknowledged peer is lost"),
        Err(_) => {}
    }
}
