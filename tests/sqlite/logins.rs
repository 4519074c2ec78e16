//! Our own fields belong to one login.

use tgsession::model::{Field, FieldValue, SessionData};

use crate::common::{changes, full_data, key};
use crate::harness::{Harness, key_sql, open, read_only, sql};

fn kept_aside(data: &SessionData, places: &[Field]) -> Vec<Field> {
    Field::ALL.into_iter().filter(|field| !places.contains(field) && data.get(*field).is_some()).collect()
}

#[test]
fn another_login_of_the_client_does_not_inherit_them() {
    for layout in ["pyrogram@3", "kurigram@7", "kurigram@6", "pyrofork@4", "telethon@8", "telethon@7"] {
        for anew in [key_sql(9), "NULL".to_owned()] {
            let harness = Harness::full(layout);
            let session = open(&harness.file);
            let places = session.layout_support().unwrap().fields;
            assert!(!kept_aside(&full_data(), &places).is_empty());
            sql(&harness.file, &format!("UPDATE sessions SET auth_key = {anew}"));
            for session in [&session, &read_only(&harness.file)] {
                assert!(kept_aside(&session.data().unwrap(), &places).is_empty(), "{layout}");
            }
            // A write of ours does not bring them back: not of one of them, nor of a column.
            session.set(&[(Field::DcId, Some(FieldValue::Integer(5)))]).unwrap();
            assert!(kept_aside(&session.data().unwrap(), &places).is_empty(), "{layout}");
            let own = kept_aside(&full_data(), &places)[0];
            session.set(&[(own, full_data().get(own))]).unwrap();
            assert_eq!(kept_aside(&session.data().unwrap(), &places), [own], "{layout}");
            session.set(&changes(&full_data())).unwrap();
            assert_eq!(read_only(&harness.file).data().unwrap(), full_data());
        }
    }
}

#[test]
fn the_same_login_keeps_them_when_the_client_rewrites_its_row() {
    let harness = Harness::full("telethon@8");
    let session = open(&harness.file);
    sql(
        &harness.file,
        &format!(
            "DELETE FROM sessions; INSERT INTO sessions VALUES (4, '149.154.167.92', 443, {}, -77, {})",
            key_sql(1),
            key_sql(2)
        ),
    );
    assert_eq!(session.data().unwrap(), full_data());
    assert_eq!(session.data().unwrap().auth_key, Some(key(1)));
}
