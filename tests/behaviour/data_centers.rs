//! What a login has at data centres beside its home.

use tgsession::ErrorCode;
use tgsession::model::{DataCenter, DcEndpoint, Field, FieldValue};
use tgsession::session::{ByteOptions, Options, Session};

use crate::common::{key, values};
use crate::contents::fill;
use crate::engines::{each, error};

fn endpoint(server_address: &str) -> DcEndpoint {
    DcEndpoint { server_address: server_address.to_owned(), port: 443, is_media_only: server_address.contains(':') }
}

pub fn data_center(id: i32, seed: u8) -> DataCenter {
    DataCenter {
        id,
        auth_key: Some(key(seed)),
        tmp_auth_key: Some(key(seed + 1)),
        tmp_expires_at: Some(1_900_000_000),
        addresses: vec![endpoint("149.154.175.100"), endpoint("2001:b28:f23d:f003::a")],
    }
}

fn value(seed: u8) -> Option<FieldValue> {
    Some(FieldValue::Key(key(seed)))
}

#[test]
fn each_is_read_alone_replaced_and_removed() {
    each(|engine| {
        let session = engine.open();
        assert!(session.data_center_ids().unwrap().is_empty());
        assert_eq!(session.data_center(3).unwrap(), None);
        session.delete_data_center(3).unwrap();
        fill(&session);
        let home = session.data().unwrap().dc_id.unwrap();
        let bare = DataCenter { id: 203, ..DataCenter::default() };
        session.set_data_center(&data_center(3, 9)).unwrap();
        session.set_data_center(&data_center(3, 10)).unwrap();
        session.set_data_center(&bare).unwrap();
        session.set_data_center(&data_center(5, 11)).unwrap();
        session.delete_data_center(5).unwrap();
        engine.now_and_later(session, |session| {
            let mut ids = [3, 203, home];
            ids.sort_unstable();
            assert_eq!(session.data_center_ids().unwrap(), ids);
            assert_eq!(session.data_center(3).unwrap(), Some(data_center(3, 10)));
            assert_eq!(session.data_center(203).unwrap(), Some(bare.clone()));
            assert_eq!(session.data_center(5).unwrap(), None);
            assert_eq!(session.contents().unwrap().data_centers(), [data_center(3, 10), bare.clone()]);
            // They are none of a client's own values.
            assert_eq!(session.value_names().unwrap(), values().into_keys().collect::<Vec<_>>());
            assert_eq!(session.counts().unwrap().values, u64::try_from(values().len()).unwrap());
        });
    });
}

#[test]
fn the_fields_tell_the_home_one() {
    each(|engine| {
        let session = engine.open();
        fill(&session);
        let data = session.data().unwrap();
        let home = data.dc_id.unwrap();
        let found = session.data_center(home).unwrap().unwrap();
        assert_eq!((&found.auth_key, &found.tmp_auth_key), (&data.auth_key, &data.tmp_auth_key));
        assert_eq!(Some(&found.addresses[0].server_address), data.server_address.as_ref());
        // What is absent stays.
        let beside = DataCenter { id: home, addresses: vec![endpoint("149.154.167.92")], ..DataCenter::default() };
        session.set_data_center(&beside).unwrap();
        assert_eq!(session.data().unwrap(), data);
        session.set_data_center(&data_center(home, 30)).unwrap();
        engine.now_and_later(session, |session| {
            let (now, found) = (session.data().unwrap(), session.data_center(home).unwrap().unwrap());
            assert_eq!((&now.auth_key, &now.tmp_auth_key), (&Some(key(30)), &Some(key(31))));
            assert_eq!((now.user_id, &now.server_address), (data.user_id, &data.server_address));
            assert_eq!((found.auth_key, found.tmp_expires_at), (now.auth_key, Some(1_900_000_000)));
            assert_eq!(found.addresses.len(), 3);
        });
    });
}

#[test]
fn they_go_with_the_login() {
    each(|engine| {
        let session = engine.open();
        fill(&session);
        let add = || session.set_data_center(&data_center(3, 9)).unwrap();
        let set = |key| session.set(&[(Field::AuthKey, key)]).unwrap();
        add();
        set(session.get(Field::AuthKey).unwrap());
        assert!(session.data_center(3).unwrap().is_some(), "the same login");
        set(value(9));
        assert!(session.data_center(3).unwrap().is_some(), "it has moved there");
        set(value(40));
        assert_eq!(session.data_center(3).unwrap(), None, "another login");
        add();
        set(None);
        assert_eq!(session.data_center(3).unwrap(), None, "logged out");
        assert_eq!(session.contents().unwrap().values, values());
    });
}

#[test]
fn bytes_have_them_and_what_cannot_be_is_refused() {
    each(|engine| {
        let session = engine.open();
        fill(&session);
        session.set_data_center(&data_center(3, 9)).unwrap();
        for wrong in [DataCenter { id: 0, ..data_center(3, 9) }, DataCenter { id: -4, ..data_center(3, 9) }] {
            assert_eq!(error(session.set_data_center(&wrong)).code(), ErrorCode::InvalidArgument);
        }
        for name in ["tgsession.data_center.3", "tgsession.x"] {
            assert_eq!(error(session.set_value(name, b"x")).code(), ErrorCode::InvalidArgument, "{name}");
            assert_eq!(error(session.value(name)).code(), ErrorCode::InvalidArgument, "{name}");
            assert_eq!(error(session.delete_value(name)).code(), ErrorCode::InvalidArgument, "{name}");
        }
        let bytes = session.to_bytes(ByteOptions::default()).unwrap();
        let copy = Session::open_bytes(&bytes, &Options::default()).unwrap();
        assert_eq!(copy.contents().unwrap().data_centers(), [data_center(3, 9)]);
        session.delete().unwrap();
        assert_eq!(error(session.data_center(3)).code(), ErrorCode::Closed);
    });
}
