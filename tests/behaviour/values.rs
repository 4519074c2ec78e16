//! Values that a client keeps beside its session.

use tgsession::ErrorCode;
use tgsession::session::{ByteOptions, Options, Session};

use crate::common::values;
use crate::contents::fill;
use crate::engines::{each, error};

fn names() -> Vec<String> {
    values().into_keys().collect()
}

#[test]
fn each_is_read_alone_and_listed_by_its_name() {
    each(|engine| {
        let session = engine.open();
        assert!(session.value_names().unwrap().is_empty());
        assert_eq!(session.value("config").unwrap(), None);
        session.delete_value("config").unwrap();
        for (name, value) in values().iter().rev() {
            session.set_value(name, value.as_bytes()).unwrap();
        }
        engine.now_and_later(session, |session| {
            assert_eq!(session.value_names().unwrap(), names());
            for (name, value) in values() {
                assert_eq!(session.value(&name).unwrap(), Some(value), "{name}");
            }
            // Names are compared byte by byte.
            for other in ["Config", "salts", "ключ"] {
                assert_eq!(session.value(other).unwrap(), None, "{other}");
            }
            assert_eq!(session.contents().unwrap().values, values());
        });
    });
}

#[test]
fn one_is_replaced_or_removed_and_the_others_stay() {
    each(|engine| {
        let session = engine.open();
        fill(&session);
        session.set_value("config", b"longer than it was before, and other").unwrap();
        session.set_value("config", b"new").unwrap();
        session.delete_value("salts 4").unwrap();
        session.delete_value("salts 4").unwrap();
        session.set_value("zero", &[]).unwrap();
        engine.now_and_later(session, |session| {
            assert_eq!(session.value("config").unwrap().unwrap().as_bytes(), b"new");
            assert_eq!(session.value("salts 4").unwrap(), None);
            assert_eq!(session.value("zero").unwrap().unwrap().as_bytes(), b"");
            assert_eq!(session.value_names().unwrap(), ["config", "zero", "Ключ"]);
        });
    });
}

#[test]
fn the_largest_fits_and_a_larger_one_is_refused() {
    let most: Vec<u8> = (0..1 << 20).map(|at: u32| (at * 7 % 251) as u8).collect();
    let long_name = "n".repeat(255);
    each(|engine| {
        let session = engine.open();
        session.set_value(&long_name, &most).unwrap();
        let refused = error(session.set_value("salts", &[most.as_slice(), &[0]].concat()));
        assert_eq!(refused.code(), ErrorCode::InvalidArgument);
        for name in ["", " salts", "a\0b", &format!("{long_name}n")] {
            assert_eq!(error(session.set_value(name, b"x")).code(), ErrorCode::InvalidArgument, "{name}");
            assert_eq!(error(session.value(name)).code(), ErrorCode::InvalidArgument, "{name}");
            assert_eq!(error(session.delete_value(name)).code(), ErrorCode::InvalidArgument, "{name}");
        }
        engine.now_and_later(session, |session| {
            assert_eq!(session.value_names().unwrap(), [long_name.as_str()]);
            assert_eq!(session.value(&long_name).unwrap().unwrap().as_bytes(), most);
        });
    });
}

#[test]
fn bytes_have_them_and_a_deleted_session_has_none() {
    each(|engine| {
        let session = engine.open();
        fill(&session);
        let bytes = session.to_bytes(ByteOptions::default()).unwrap();
        let copy = Session::open_bytes(&bytes, &Options::default()).unwrap();
        assert_eq!(copy.contents().unwrap().values, values());
        session.delete().unwrap();
        assert_eq!(error(session.value("config")).code(), ErrorCode::Closed);
        drop(session);
        if engine.open().capabilities().unwrap().persistent {
            assert!(engine.open().value_names().unwrap().is_empty());
        }
    });
}

#[test]
fn a_read_only_session_keeps_its_own() {
    each(|engine| {
        let session = engine.open();
        fill(&session);
        if engine.reopen(session).is_none() {
            return;
        }
        let reader = engine.try_open(Options { read_only: true, ..Options::default() }).unwrap();
        assert_eq!(error(reader.set_value("config", b"x")).code(), ErrorCode::ReadOnly);
        assert_eq!(error(reader.delete_value("config")).code(), ErrorCode::ReadOnly);
        assert_eq!(reader.contents().unwrap().values, values());
    });
}

#[test]
fn only_what_changes_counts_as_a_change() {
    each(|engine| {
        let session = engine.open();
        session.set_value("config", b"x").unwrap();
        assert_eq!(session.change_count(), 1);
        let _ = (session.value("config").unwrap(), session.value_names().unwrap(), session.counts().unwrap());
        assert_eq!(session.change_count(), 1);
        session.set_value("config", b"y").unwrap();
        assert_eq!(session.change_count(), 2);
    });
}
