//! Telethon 2's own table of data centres, in the two shapes that its version 10 has had.

use std::path::Path;

use rusqlite::types::Value;
use tgsession::model::{AuthKey, DataCenter, DcEndpoint, Field, FieldValue};
use tgsession::session::{SalvageOptions, Session, convert, examine, salvage};

use crate::common::{changes, full_data, key};
use crate::harness::{Harness, create, key_sql, open, raw, read_only, sql, value};

/// The first builds of version 10.
const FIRST: &str = "
    CREATE TABLE version (version integer primary key); INSERT INTO version VALUES (10);
    CREATE TABLE datacenter (id integer primary key, addr text not null, auth blob);
    CREATE TABLE user (id integer primary key, dc integer not null, bot integer not null);
    CREATE TABLE state (pts integer not null, qts integer not null, date integer not null, seq integer not null);
    CREATE TABLE channelstate (id integer primary key, pts integer not null)";

fn new() -> Harness {
    let harness = Harness::new();
    create(&harness.file, "telethon@10").set(&changes(&full_data())).unwrap();
    harness
}

fn first() -> Harness {
    let harness = Harness::of_sql(FIRST);
    open(&harness.file).set(&changes(&full_data())).unwrap();
    harness
}

fn endpoint(server_address: &str, is_media_only: bool) -> DcEndpoint {
    DcEndpoint { server_address: server_address.to_owned(), port: 443, is_media_only }
}

fn of_2() -> DataCenter {
    let addresses = vec![endpoint("149.154.167.51", false), endpoint("2001:67c:4e8:f002::a", false)];
    DataCenter { id: 2, auth_key: Some(key(20)), addresses, ..DataCenter::default() }
}

fn row(file: &Path, columns: &str, id: i32) -> Vec<Value> {
    let conn = raw(file);
    let mut statement = conn.prepare(&format!("SELECT {columns} FROM datacenter WHERE id = {id}")).unwrap();
    let count = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let row = rows.next().unwrap();
    row.map_or_else(Vec::new, |row| (0..count).map(|column| row.get(column).unwrap()).collect())
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn blob(key: &AuthKey) -> Value {
    Value::Blob(key.as_bytes().to_vec())
}

fn kept_aside(file: &Path) -> i64 {
    let has_table = "SELECT count(*) FROM sqlite_master WHERE name = 'tgsession_values'";
    if value::<i64>(file, has_table) == 0 { 0 } else { value(file, "SELECT count(*) FROM tgsession_values") }
}

#[test]
fn a_data_centre_stands_in_its_own_row() {
    let harness = new();
    let session = open(&harness.file);
    assert!(session.layout_support().unwrap().data_centers);
    session.set_data_center(&of_2()).unwrap();
    session
        .set_data_center(&DataCenter { id: 3, addresses: vec![endpoint("::1", false)], ..DataCenter::default() })
        .unwrap();
    let columns = "ipv4_addr, ipv6_addr, auth";
    let expected = [text("149.154.167.51:443"), text("2001:67c:4e8:f002::a:443"), blob(&key(20))];
    assert_eq!(row(&harness.file, columns, 2), expected);
    assert_eq!(row(&harness.file, columns, 3), [Value::Null, text("::1:443"), Value::Null]);
    assert_eq!((kept_aside(&harness.file), session.data().unwrap()), (0, full_data()));
    for session in [&session, &read_only(&harness.file)] {
        assert_eq!(session.data_center_ids().unwrap(), [2, 3, 4]);
        assert_eq!(session.data_center(2).unwrap(), Some(of_2()));
        assert_eq!(session.contents().unwrap().data_centers().len(), 2);
    }
    session.delete_data_center(2).unwrap();
    assert!(row(&harness.file, columns, 2).is_empty() && session.data_center(2).unwrap().is_none());
}

#[test]
fn the_first_builds_hold_one_address_and_the_rest_is_kept_aside() {
    let harness = first();
    let session = open(&harness.file);
    assert_eq!(session.data().unwrap(), full_data());
    session.set_data_center(&of_2()).unwrap();
    assert_eq!(row(&harness.file, "addr, auth", 2), [text("149.154.167.51:443"), blob(&key(20))]);
    assert_eq!((session.data_center(2).unwrap(), kept_aside(&harness.file)), (Some(of_2()), 1));
    // The key stands in one place.
    let length = "SELECT length(value) FROM tgsession_values";
    assert!(value::<i64>(&harness.file, length) < 256);
    sql(&harness.file, "UPDATE datacenter SET addr = '149.154.167.50' WHERE id = 2");
    let without_port = session.data_center(2).unwrap().unwrap();
    assert!(without_port.addresses.is_empty() && without_port.auth_key == Some(key(20)));
}

#[test]
fn what_a_row_cannot_hold_is_kept_aside_until_the_client_says_more() {
    let harness = new();
    let session = open(&harness.file);
    let mut whole = of_2();
    (whole.tmp_auth_key, whole.tmp_expires_at) = (Some(key(21)), Some(1_900_000_000));
    whole.addresses.extend([endpoint("149.154.167.222", true), endpoint("1.2.3.4", false)]);
    session.set_data_center(&whole).unwrap();
    assert_eq!(session.data_center(2).unwrap(), Some(whole.clone()));
    assert_eq!(row(&harness.file, "ipv4_addr", 2), [text("149.154.167.51:443")]);
    sql(&harness.file, "UPDATE datacenter SET ipv4_addr = '149.154.167.41:443' WHERE id = 2");
    let now = session.data_center(2).unwrap().unwrap();
    let addresses: Vec<_> = now.addresses.iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["149.154.167.41:443", "[2001:67c:4e8:f002::a]:443"]);
    assert!(now.auth_key == Some(key(20)) && now.tmp_auth_key == Some(key(21)));
    // Where no row can hold anything of it, all of it stands aside.
    let only_media = DataCenter { id: 5, addresses: vec![endpoint("1.2.3.5", true)], ..DataCenter::default() };
    session.set_data_center(&only_media).unwrap();
    assert!(row(&harness.file, "id", 5).is_empty());
    assert_eq!(session.data_center(5).unwrap(), Some(only_media));
}

// It writes the addresses of all data centres that Telegram tells, and a key where it has one.
#[test]
fn a_file_of_the_client_is_read_and_its_rows_stay() {
    let harness = new();
    sql(
        &harness.file,
        &format!(
            "DROP TABLE tgsession_fields; DELETE FROM datacenter;
             INSERT INTO datacenter VALUES (1, '149.154.175.53:443', '2001:b28:f23d:f001::a:443', NULL),
                (2, '149.154.167.41:443', '2001:67c:4e8:f002::a:443', {}), (4, '149.154.167.92:443', '2001:67c:4e8:f004::a:443', {});
             UPDATE user SET username = 'tgs_me'",
            key_sql(2),
            key_sql(1)
        ),
    );
    let before = harness.snapshot();
    let session = read_only(&harness.file);
    assert_eq!(session.data_center_ids().unwrap(), [1, 2, 4]);
    let home = session.data_center(4).unwrap().unwrap();
    let addresses: Vec<_> = home.addresses.iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["149.154.167.92:443", "[2001:67c:4e8:f004::a]:443"]);
    assert!(session.data_center(2).unwrap().unwrap().auth_key == Some(key(2)) && harness.snapshot() == before);
    assert!(examine(harness.file.to_str().unwrap()).unwrap().is_sound);
    drop(session);
    let session = open(&harness.file);
    session.set(&[(Field::ApiId, Some(FieldValue::Integer(7)))]).unwrap();
    session.set(&[(Field::ServerAddress, Some(FieldValue::Text("149.154.167.91".into())))]).unwrap();
    let of_home = [text("149.154.167.91:443"), text("2001:67c:4e8:f004::a:443"), blob(&key(1))];
    assert_eq!(row(&harness.file, "ipv4_addr, ipv6_addr, auth", 4), of_home);
    assert_eq!(row(&harness.file, "ipv6_addr", 1), [text("2001:b28:f23d:f001::a:443")]);
    assert_eq!(value::<String>(&harness.file, "SELECT username FROM user"), "tgs_me");
    for layout in ["kurigram@7", "telethon@10"] {
        let other = Harness::new();
        let target = create(&other.file, layout);
        let report = convert(&session, &target, &[]).unwrap();
        assert_eq!(target.contents().unwrap().data_centers(), session.contents().unwrap().data_centers(), "{layout}");
        let of_data_centers = report.tables.iter().find(|table| table.name == "data_centers").unwrap();
        assert_eq!(of_data_centers.kept > 0, layout == "telethon@10", "{of_data_centers:?}");
    }
}

#[test]
fn an_address_of_ipv6_stands_where_the_client_looks_for_it() {
    let harness = new();
    let session = open(&harness.file);
    let v6 = FieldValue::Text("2001:67c:4e8:f004::b".into());
    session.set(&[(Field::ServerAddress, Some(v6.clone()))]).unwrap();
    assert_eq!(row(&harness.file, "ipv4_addr, ipv6_addr", 4), [Value::Null, text("2001:67c:4e8:f004::b:443")]);
    assert_eq!(session.get(Field::ServerAddress).unwrap(), Some(v6));
    session.set(&[(Field::ServerAddress, None), (Field::Port, None)]).unwrap();
    assert_eq!(row(&harness.file, "ipv4_addr, ipv6_addr", 4), [Value::Null, Value::Null]);
}

#[test]
fn an_account_that_is_not_known_any_more_leaves_the_keys() {
    for harness in [new(), first()] {
        let session = open(&harness.file);
        session.set_data_center(&of_2()).unwrap();
        for field in [Field::UserId, Field::IsBot] {
            session.set(&[(field, None)]).unwrap();
            assert_eq!(value::<i64>(&harness.file, "SELECT count(*) FROM user"), 0);
            for session in [&session, &read_only(&harness.file)] {
                let data = session.data().unwrap();
                assert_eq!((data.dc_id, data.api_id, data.get(field)), (Some(4), full_data().api_id, None));
                assert!(data.auth_key == full_data().auth_key);
                assert_eq!(session.data_center(2).unwrap(), Some(of_2()));
            }
            session.set(&[(field, full_data().get(field))]).unwrap();
            assert_eq!(session.data().unwrap(), full_data());
        }
        session.set(&[(Field::UserId, None)]).unwrap();
        session.set_data_center(&DataCenter { id: 1, auth_key: Some(key(10)), ..DataCenter::default() }).unwrap();
        session.delete_data_center(2).unwrap();
        assert!(session.data().unwrap().auth_key == full_data().auth_key);
        assert!(session.data_center(1).unwrap().unwrap().auth_key == Some(key(10)));
    }
}

// Only its key tells the home data centre then, and a second key would hide it.
#[test]
fn before_the_account_is_known_a_further_key_is_kept_aside() {
    let harness = Harness::of_sql(FIRST);
    sql(&harness.file, &format!("INSERT INTO datacenter VALUES (4, '149.154.167.92:443', {})", key_sql(1)));
    let session = open(&harness.file);
    session.set_data_center(&of_2()).unwrap();
    assert!(row(&harness.file, "id", 2).is_empty());
    for session in [&session, &read_only(&harness.file)] {
        assert_eq!((session.data().unwrap().dc_id, session.data().unwrap().auth_key), (Some(4), Some(key(1))));
        assert_eq!(session.data_center(2).unwrap(), Some(of_2()));
    }
}

#[test]
fn a_login_that_moves_keeps_its_keys_and_another_one_does_not() {
    for has_account in [true, false] {
        let harness = new();
        let session = open(&harness.file);
        if !has_account {
            session.set(&[(Field::UserId, None)]).unwrap();
        }
        session.set_data_center(&of_2()).unwrap();
        let to = |session: &Session, id, key: &AuthKey| {
            let key = (Field::AuthKey, Some(FieldValue::Key(key.clone())));
            session.set(&[(Field::DcId, Some(FieldValue::Integer(id))), key]).unwrap();
        };
        to(&session, 2, &key(20));
        assert!(session.data_center(4).unwrap().unwrap().auth_key == Some(key(1)), "{has_account}");
        assert!(session.data().unwrap().auth_key == Some(key(20)) && session.data().unwrap().dc_id == Some(2));
        to(&session, 4, &key(1));
        assert!(session.data_center(2).unwrap().unwrap().auth_key == Some(key(20)));
        to(&session, 1, &key(60));
        for id in [2, 4] {
            let kept = session.data_center(id).unwrap().and_then(|found| found.auth_key);
            assert!(kept.is_none(), "{has_account}: data centre {id} has the key of another login");
        }
        assert!(session.data().unwrap().auth_key == Some(key(60)));
    }
}

#[test]
fn a_damaged_key_is_named_and_a_salvage_takes_the_home_one() {
    let harness = new();
    open(&harness.file).set_data_center(&of_2()).unwrap();
    let salvaged = salvage(harness.file.to_str().unwrap(), &SalvageOptions::default()).unwrap();
    let data = salvaged.session.data().unwrap();
    assert!(data.dc_id == Some(4) && data.auth_key == Some(key(1)));
    assert_eq!(salvaged.session.data_center(2).unwrap(), Some(of_2()));
    sql(&harness.file, "UPDATE datacenter SET auth = x'0102' WHERE id = 2");
    let session = read_only(&harness.file);
    let remarks = session.leftovers().unwrap().remarks;
    assert_eq!(remarks, ["the key of data centre 2 is left out: it has 2 bytes, not 256"]);
    assert!(session.data_center(2).unwrap().unwrap().auth_key.is_none());
}
