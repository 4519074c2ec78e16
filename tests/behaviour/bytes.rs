//! Bytes in, bytes out.

use tgsession::model::StringFormat;
use tgsession::session::{ByteOptions, NewFile, Options, Session};
use tgsession::{Error, ErrorCode};

use crate::common::{changes, full_data, key, peer};
use crate::contents::fill;
use crate::engines::{each, error};

fn opened(bytes: &[u8]) -> Session {
    Session::open_bytes(bytes, &Options::default()).unwrap()
}

fn refused(bytes: &[u8]) -> Error {
    error(Session::open_bytes(bytes, &Options::default()).map(drop))
}

#[test]
fn every_engine_goes_into_bytes_and_comes_back_whole() {
    each(|engine| {
        let session = engine.open();
        fill(&session);
        for compress in [false, true] {
            let bytes = session.to_bytes(ByteOptions { compress, ..ByteOptions::default() }).unwrap();
            let back = opened(&bytes);
            let (back, whole) = (back.contents().unwrap(), session.contents().unwrap());
            assert_eq!(back.data, whole.data);
            assert_eq!(back.peers.len(), whole.peers.len());
            for (back, whole) in back.peers.iter().zip(&whole.peers) {
                assert_eq!((back.id, &back.usernames), (whole.id, &whole.usernames));
                assert_eq!(back.effective_type(), whole.effective_type());
            }
            assert_eq!((back.update_states, back.sent_files), (whole.update_states, whole.sent_files));
        }
    });
}

#[test]
fn the_bytes_are_a_file_of_the_layout_that_was_asked_for() {
    let session = Session::open(":memory:", &Options::default()).unwrap();
    fill(&session);
    let folder = tempfile::tempdir().unwrap();
    for name in NewFile::names() {
        let format = Some(NewFile::named(&name).unwrap());
        let bytes = session.to_bytes(ByteOptions { format, compress: false }).unwrap();
        assert_eq!(opened(&bytes).format().unwrap().to_string(), name);
        let path = folder.path().join(&name);
        std::fs::write(&path, &*bytes).unwrap();
        let file = Session::open(path.to_str().unwrap(), &Options::default()).unwrap();
        assert_eq!(file.data().unwrap(), full_data(), "{name}");
    }
}

#[test]
fn what_the_layout_cannot_do_without_is_asked_for() {
    let string = Session::open(":memory:", &Options::default()).unwrap();
    string.set(&changes(&full_data())).unwrap();
    let (text, _) = string.export(StringFormat::Telethon).unwrap();
    let session = Session::open_string(&text, &Options::default()).unwrap();
    let bytes = session.to_bytes(ByteOptions::default()).unwrap();
    assert_eq!(opened(&bytes).format().unwrap().to_string(), "telethon@7");
    let format = Some(NewFile::standard());
    let refused = error(session.to_bytes(ByteOptions { format, compress: false }));
    assert_eq!(refused.code(), ErrorCode::Incomplete);
    assert!(refused.to_string().contains("user_id"));
}

#[test]
fn a_file_in_wal_mode_comes_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wal.session");
    let session = Session::open(path.to_str().unwrap(), &Options::default()).unwrap();
    let client = rusqlite::Connection::open(&path).unwrap();
    client.pragma_update(None, "journal_mode", "WAL").unwrap();
    session.update_peers(&[peer(5, &["tgs_wal"])]).unwrap();
    let back = opened(&session.to_bytes(ByteOptions::default()).unwrap());
    assert_eq!(back.peers(None).unwrap().len(), 1);
    back.update_peers(&[peer(6, &[])]).unwrap();
    assert_eq!(opened(&back.to_bytes(ByteOptions::default()).unwrap()).peers(None).unwrap().len(), 2);
}

#[test]
fn only_what_changes_something_counts() {
    let new = Session::open(":memory:", &Options::default()).unwrap();
    let session = opened(&new.to_bytes(ByteOptions::default()).unwrap());
    assert_eq!(session.change_count(), 0);
    session.peer_by_id(5).unwrap();
    session.delete_update_state(0).unwrap();
    session.to_bytes(ByteOptions::default()).unwrap();
    assert_eq!(session.change_count(), 0);
    session.update_peers(&[peer(5, &[])]).unwrap();
    assert_eq!(session.change_count(), 1);
    session.set(&changes(&full_data())).unwrap();
    assert_eq!(session.change_count(), 2);
}

#[test]
fn bytes_can_be_read_only() {
    let new = Session::open(":memory:", &Options::default()).unwrap();
    let bytes = new.to_bytes(ByteOptions::default()).unwrap();
    let options = Options { read_only: true, ..Options::default() };
    let session = Session::open_bytes(&bytes, &options).unwrap();
    assert_eq!(error(session.update_peers(&[peer(5, &[])])).code(), ErrorCode::ReadOnly);
}

// SQLite fills the last page with zeros, and its next commit counts it: our bytes would be shorter than they say.
#[test]
fn a_last_page_that_is_cut_off_is_missed_without_a_valid_count_too() {
    let session = Session::open(":memory:", &Options::default()).unwrap();
    fill(&session);
    let whole = session.to_bytes(ByteOptions::default()).unwrap();
    for count_is_valid in [true, false] {
        let mut bytes = whole.clone();
        bytes[24] ^= u8::from(!count_is_valid);
        assert_eq!(opened(&bytes).data().unwrap(), full_data());
        let error = refused(&bytes[..whole.len() - 44]);
        assert_eq!(error.code(), ErrorCode::Corrupt, "{error}");
        assert!(error.to_string().contains("cut off"), "{error}");
    }
}

#[test]
fn bad_bytes_are_refused_with_the_cause() {
    let new = Session::open(":memory:", &Options::default()).unwrap();
    new.set(&changes(&full_data())).unwrap();
    let whole = new.to_bytes(ByteOptions::default()).unwrap();
    let packed = new.to_bytes(ByteOptions { compress: true, ..ByteOptions::default() }).unwrap();
    assert!(packed.len() < whole.len());

    assert_eq!(refused(b"").code(), ErrorCode::NotASession);
    assert_eq!(refused(b"no session").code(), ErrorCode::NotASession);
    assert_eq!(refused(&whole[..50]).code(), ErrorCode::Corrupt);
    assert_eq!(refused(&whole[..whole.len() / 2]).code(), ErrorCode::Corrupt);
    assert_eq!(refused(&packed[..packed.len() - 9]).code(), ErrorCode::Corrupt);
    assert_eq!(refused(&[0x1f, 0x8b]).code(), ErrorCode::Corrupt);
    let hex: String = key(1).as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    for bytes in [&whole[..], &packed[..]] {
        for len in (0..bytes.len()).step_by(97) {
            if let Err(error) = Session::open_bytes(&bytes[..len], &Options::default()) {
                assert!(!error.to_string().contains(&hex));
            }
        }
    }
}
