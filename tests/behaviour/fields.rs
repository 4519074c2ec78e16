//! The fields: set, read, made absent, kept.

use tgsession::ErrorCode;
use tgsession::model::Field::{self, *};
use tgsession::model::FieldValue::{self, Integer, Key, Text};
use tgsession::session::Session;

use crate::common::{changes, full_data, key, now};
use crate::engines::{Engine, each, error};

fn set(session: &Session, field: Field, value: FieldValue) {
    session.set(&[(field, Some(value))]).unwrap();
}

#[test]
fn a_new_session_is_not_logged_in() {
    each(|engine| {
        let data = engine.open().data().unwrap();
        assert_eq!((data.auth_key, data.user_id, data.is_bot), (None, None, None));
        assert_eq!((data.api_id, data.takeout_id, data.tmp_auth_key), (None, None, None));
        assert!(data.dc_id.is_none_or(|dc_id| dc_id == 2), "{:?}", data.dc_id);
    });
}

#[test]
fn all_fields_are_kept() {
    each(|engine| {
        let session = engine.open();
        session.set(&changes(&full_data())).unwrap();
        engine.now_and_later(session, |session| assert_eq!(session.data().unwrap(), full_data()));
    });
}

#[test]
fn every_field_is_kept_alone() {
    each(|engine| {
        let session = engine.open();
        for field in Field::ALL {
            let before = session.data().unwrap();
            let value = full_data().get(field).unwrap();
            set(&session, field, value.clone());
            assert_eq!(session.get(field).unwrap(), Some(value), "{}", field.name());
            for other in Field::ALL.into_iter().filter(|other| *other != field) {
                assert_eq!(session.get(other).unwrap(), before.get(other), "{} by {}", other.name(), field.name());
            }
        }
        engine.now_and_later(session, |session| assert_eq!(session.data().unwrap(), full_data()));
    });
}

#[test]
fn every_field_becomes_absent_again() {
    each(|engine| {
        let session = engine.open();
        let new = session.data().unwrap();
        for field in Field::ALL {
            session.set(&changes(&full_data())).unwrap();
            session.set(&[(field, None)]).unwrap();
            let value = session.get(field).unwrap();
            // What a client cannot leave out is as in a new session.
            assert!(value.is_none() || value == new.get(field), "{} is {value:?}", field.name());
            for other in Field::ALL.into_iter().filter(|other| *other != field) {
                let expected = full_data().get(other);
                assert_eq!(session.get(other).unwrap(), expected, "{} without {}", other.name(), field.name());
            }
        }
        let nothing: Vec<_> = Field::ALL.map(|field| (field, None)).into();
        session.set(&nothing).unwrap();
        engine.now_and_later(session, |session| {
            let data = session.data().unwrap();
            assert!(Field::ALL.into_iter().all(|field| data.get(field).is_none() || data.get(field) == new.get(field)));
        });
    });
}

#[test]
fn extremes_are_kept() {
    let address = |text: &str| Text(text.into());
    let extremes = [
        (DcId, vec![Integer(1), Integer(203), Integer(i32::MAX.into())]),
        (ServerAddress, vec![address("2001:67c:4e8:f002::a"), address(&"1".repeat(255)), address("ünï")]),
        (Port, vec![Integer(1), Integer(65_535)]),
        (ApiId, vec![Integer(0), Integer(i32::MAX.into())]),
        (TestMode, vec![Integer(1), Integer(0)]),
        (AuthKey, vec![Key(key(0)), Key(key(255))]),
        (Date, vec![Integer(i64::MIN), Integer(-1), Integer(i64::MAX)]),
        (UserId, vec![Integer(1), Integer(1 << 33), Integer(i64::MAX)]),
        (IsBot, vec![Integer(1), Integer(0)]),
        (TakeoutId, vec![Integer(i64::MIN), Integer(0), Integer(i64::MAX)]),
        (TmpAuthKey, vec![Key(key(128))]),
    ];
    each(|engine| {
        let mut session = engine.open();
        session.set(&changes(&full_data())).unwrap();
        for (field, values) in &extremes {
            for value in values {
                set(&session, *field, value.clone());
                assert_eq!(session.get(*field).unwrap().as_ref(), Some(value), "{}", field.name());
                if let Some(opened) = reopen(engine, &mut session) {
                    session = opened;
                }
                assert_eq!(session.get(*field).unwrap().as_ref(), Some(value), "{} later", field.name());
            }
        }
    });
}

fn reopen(engine: &Engine, session: &mut Session) -> Option<Session> {
    session.capabilities().unwrap().persistent.then(|| engine.open())
}

#[test]
fn what_a_field_cannot_hold_is_refused_and_changes_nothing() {
    let wrong = [
        (DcId, Integer(0)),
        (DcId, Integer(-2)),
        (DcId, Integer(1 << 31)),
        (DcId, Text("2".into())),
        (ServerAddress, Text(String::new())),
        (ServerAddress, Text(" ".into())),
        (ServerAddress, Integer(1)),
        (Port, Integer(0)),
        (Port, Integer(65_536)),
        (ApiId, Integer(-1)),
        (ApiId, Integer(1 << 31)),
        (TestMode, Integer(2)),
        (TestMode, Integer(-1)),
        (AuthKey, Text("key".into())),
        (AuthKey, Integer(0)),
        (Date, Text("today".into())),
        (UserId, Integer(0)),
        (UserId, Integer(-5)),
        (IsBot, Integer(2)),
        (TakeoutId, Key(key(3))),
        (TmpAuthKey, Text("key".into())),
    ];
    each(|engine| {
        let session = engine.open();
        session.set(&changes(&full_data())).unwrap();
        for (field, value) in &wrong {
            let both = [(Date, Some(Integer(1))), (*field, Some(value.clone()))];
            let error = error(session.set(&both));
            assert_eq!(error.code(), ErrorCode::InvalidArgument, "{} {value:?}", field.name());
            assert!(error.to_string().contains(field.name()), "{error}");
            assert_eq!(session.data().unwrap(), full_data(), "{} {value:?}", field.name());
        }
    });
}

#[test]
fn the_last_of_several_changes_of_a_field_counts() {
    each(|engine| {
        let session = engine.open();
        session.set(&[(ApiId, Some(Integer(1))), (ApiId, None), (ApiId, Some(Integer(2)))]).unwrap();
        assert_eq!(session.get(ApiId).unwrap(), Some(Integer(2)));
        session.set(&[(ApiId, Some(Integer(3))), (ApiId, None)]).unwrap();
        assert_eq!(session.get(ApiId).unwrap(), None);
        session.set(&[]).unwrap();
    });
}

#[test]
fn our_own_fields_stay_with_a_new_key_that_we_write() {
    each(|engine| {
        let session = engine.open();
        session.set(&changes(&full_data())).unwrap();
        set(&session, AuthKey, Key(key(9)));
        let expected = tgsession::model::SessionData { auth_key: Some(key(9)), ..full_data() };
        engine.now_and_later(session, |session| assert_eq!(session.data().unwrap(), expected));
    });
}

#[test]
fn save_notes_the_time_where_clients_do() {
    each(|engine| {
        let session = engine.open();
        session.set(&changes(&full_data())).unwrap();
        let before = now();
        session.save().unwrap();
        let keeps_date = session.capabilities().unwrap().keeps_date;
        engine.now_and_later(session, |session| {
            let date = session.data().unwrap().date;
            assert!(if keeps_date { date >= Some(before) } else { date == full_data().date }, "{date:?}");
        });
    });
}

#[test]
fn each_field_is_read_alone() {
    each(|engine| {
        let session = engine.open();
        for field in Field::ALL {
            assert_eq!(session.get(field).unwrap(), session.data().unwrap().get(field), "{}", field.name());
        }
        session.set(&changes(&full_data())).unwrap();
        engine.now_and_later(session, |session| {
            for field in Field::ALL {
                assert_eq!(session.get(field).unwrap(), full_data().get(field), "{}", field.name());
            }
        });
    });
}
