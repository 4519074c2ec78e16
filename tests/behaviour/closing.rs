//! Deleting, and what a deleted or read-only session answers.

use tgsession::model::{Field, FieldValue, StringFormat};
use tgsession::session::{Options, Session, convert};
use tgsession::{ErrorCode, Result};

use crate::common::{changes, full_data, peer, sent_files, states};
use crate::engines::{each, error};

type Call = (&'static str, fn(&Session) -> Result<()>);

const READS: [Call; 14] = [
    ("format", |session| session.format().map(drop)),
    ("places", |session| session.layout_support().map(drop)),
    ("data", |session| session.data().map(drop)),
    ("peer_by_id", |session| session.peer_by_id(5).map(drop)),
    ("peer_by_username", |session| session.peer_by_username("tgs_ada").map(drop)),
    ("peer_by_phone_number", |session| session.peer_by_phone_number("1").map(drop)),
    ("an empty username", |session| session.peer_by_username("@").map(drop)),
    ("an empty phone number", |session| session.peer_by_phone_number("").map(drop)),
    ("an empty name", |session| session.peer_by_name("").map(drop)),
    ("peers", |session| session.peers(None).map(drop)),
    ("update_states", |session| session.update_states().map(drop)),
    ("sent_file", |session| session.sent_file(&sent_files()[0].key).map(drop)),
    ("contents", |session| session.contents().map(drop)),
    ("inspect", |session| session.inspect().map(drop)),
];

const WRITES: [Call; 7] = [
    ("set", |session| session.set(&[(Field::ApiId, Some(FieldValue::Integer(1)))])),
    ("update_peers", |session| session.update_peers(&[peer(5, &[])])),
    ("set_update_states", |session| session.set_update_states(&states())),
    ("delete_update_state", |session| session.delete_update_state(0)),
    ("cache_sent_files", |session| session.cache_sent_files(&sent_files())),
    ("save", Session::save),
    ("delete", Session::delete),
];

#[test]
fn a_deleted_session_is_gone_and_every_later_call_fails() {
    each(|engine| {
        let session = engine.open();
        session.set(&changes(&full_data())).unwrap();
        session.update_peers(&[peer(5, &["tgs_one"])]).unwrap();
        session.delete().unwrap();
        for (name, call) in READS.iter().chain(&WRITES) {
            assert_eq!(error(call(&session)).code(), ErrorCode::Closed, "{name}");
        }
        assert_eq!(error(session.export(StringFormat::Telethon)).code(), ErrorCode::Closed);
        let other = Session::open(":memory:", &Options::default()).unwrap();
        assert_eq!(error(convert(&session, &other, &[])).code(), ErrorCode::Closed);
        assert_eq!(error(convert(&other, &session, &[])).code(), ErrorCode::Closed);
        drop(session);
        let anew = engine.open();
        assert_eq!((anew.data().unwrap().auth_key, anew.peers(None).unwrap().len()), (None, 0));
    });
}

#[test]
fn a_read_only_session_answers_and_refuses_to_write() {
    each(|engine| {
        let session = engine.open();
        session.set(&changes(&full_data())).unwrap();
        let Some(kept) = engine.reopen(session) else { return };
        let session = engine.try_open(Options { read_only: true, ..Options::default() }).unwrap();
        assert!(!session.capabilities().unwrap().writable);
        for (name, call) in WRITES {
            assert_eq!(error(call(&session)).code(), ErrorCode::ReadOnly, "{name}");
        }
        for (name, call) in READS {
            call(&session).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        // Both sessions are as they were; what the other writes is seen.
        assert_eq!(session.data().unwrap(), full_data());
        kept.update_peers(&[peer(5, &["tgs_one"])]).unwrap();
        assert_eq!(session.peers(None).unwrap().len(), 1);
    });
}

#[test]
fn nothing_is_made_where_nothing_may_be_made() {
    each(|engine| {
        if !engine.open().capabilities().unwrap().persistent {
            return;
        }
        engine.open().delete().unwrap();
        for options in
            [Options { create: false, ..Options::default() }, Options { read_only: true, ..Options::default() }]
        {
            assert_eq!(error(engine.try_open(options).map(drop)).code(), ErrorCode::FileNotFound);
        }
    });
}
