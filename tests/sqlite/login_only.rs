//! Files that have the login and no table of peers, as some converters write them: the client reads the key, so do we.

use std::net::Ipv4Addr;

use tgsession::model::{Field, FieldValue};
use tgsession::session::Lookup;

use crate::common::{changes, full_data, key, peer};
use crate::harness::{Harness, create, sql, try_open, value};

const LOGINS: [(&str, &str); 5] = [
    ("telethon@7", "DROP TABLE entities; DROP TABLE sent_files; DROP TABLE update_state"),
    ("telethon@8", "DROP TABLE entities"),
    ("pyrogram@3", "DROP TABLE peers"),
    ("pyrofork@4", "DROP TABLE peers; DROP TABLE usernames; DROP TABLE update_state"),
    ("kurigram@7", "DROP TABLE peers; DROP TABLE usernames; DROP TABLE update_state"),
];

fn login_only(layout: &str, batch: &str) -> Harness {
    let harness = Harness::new();
    let session = create(&harness.file, layout);
    session.set(&changes(&full_data())).unwrap();
    drop(session);
    sql(&harness.file, batch);
    harness
}

#[test]
fn the_login_opens_without_a_table_of_peers() {
    for (layout, batch) in LOGINS {
        let harness = login_only(layout, batch);
        let before = harness.snapshot();
        let session = try_open(&harness.file, true).unwrap();
        let name = session.format().unwrap().name;
        assert_eq!(name == "telethon", layout.starts_with("telethon"), "{layout}: {name}");
        let data = session.data().unwrap();
        assert_eq!((data.auth_key, data.dc_id), (Some(key(1)), full_data().dc_id), "{layout}");
        assert!(session.peers(None).unwrap().is_empty() && session.update_states().unwrap().is_empty());
        assert!(matches!(session.peer_by_id(5).unwrap(), Lookup::NotFound));
        drop(session);
        assert!(harness.snapshot() == before, "{layout}");
    }
}

#[test]
fn what_is_written_stands_aside_and_a_conversion_makes_it_whole() {
    for (layout, batch) in LOGINS {
        let harness = login_only(layout, batch);
        let session = try_open(&harness.file, false).unwrap();
        session.update_peers(&[peer(777_000_901, &["tgs_alone"])]).unwrap();
        session.set(&[(Field::UserId, Some(FieldValue::Integer(777_000_900)))]).unwrap();
        assert!(
            matches!(session.peer_by_username("tgs_alone").unwrap(), Lookup::Found(found) if found.id == 777_000_901)
        );
        let tables = "SELECT count(*) FROM sqlite_schema WHERE name IN ('entities', 'peers')";
        assert_eq!(value::<i64>(&harness.file, tables), 0, "{layout}");
        let whole = Harness::new();
        let target = create(&whole.file, layout);
        tgsession::session::convert(&session, &target, &[]).unwrap();
        assert!(matches!(target.peer_by_id(777_000_901).unwrap(), Lookup::Found(_)), "{layout}");
        assert_eq!(target.data().unwrap().user_id, Some(777_000_900), "{layout}");
        assert_eq!(value::<i64>(&whole.file, tables), 1, "{layout}");
    }
}

#[test]
fn an_address_in_its_bytes_is_read() {
    let harness = login_only("telethon@7", "DROP TABLE entities");
    sql(&harness.file, "UPDATE sessions SET server_address = x'959aa75b'");
    let address = Ipv4Addr::new(149, 154, 167, 91).to_string();
    assert_eq!(try_open(&harness.file, true).unwrap().data().unwrap().server_address, Some(address));
    sql(&harness.file, "UPDATE sessions SET server_address = x'20010b28f23df001000000000000000a'");
    let data = try_open(&harness.file, true).unwrap().data().unwrap();
    assert_eq!(data.server_address.as_deref(), Some("2001:b28:f23d:f001::a"));
}
