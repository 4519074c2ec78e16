//! Bytes of an encrypted session are encrypted with its key.

use tgsession::ErrorCode;
use tgsession::session::{ByteOptions, NewFile, Session};

use crate::common::{self, peer};
use crate::harness::{Harness, options, raw_key};

#[test]
fn bytes_of_an_encrypted_session_are_encrypted_and_complete() {
    for wal in [false, true] {
        let harness = Harness::full(wal, &raw_key());
        let session = harness.open(&raw_key());
        session.update_peers(&[peer(5, &["tgs_five"])]).unwrap();
        let contents = session.contents().unwrap();
        for source in [session, harness.read_only(&raw_key())] {
            for format in [None, Some(NewFile::named("telethon@7").unwrap())] {
                for compress in [false, true] {
                    let bytes = source.to_bytes(ByteOptions { format, compress }).unwrap();
                    assert_eq!(common::pieces(&bytes, &common::key(1)), 0);
                    let opened = Session::open_bytes(&bytes, &options(Some(&raw_key()))).unwrap();
                    assert_eq!(opened.data().unwrap().auth_key, Some(common::key(1)));
                    assert_eq!(opened.contents().unwrap().peers.len(), contents.peers.len(), "wal {wal}");
                    opened.update_peers(&[peer(6, &["tgs_six"])]).unwrap();
                    let again = opened.to_bytes(ByteOptions::default()).unwrap();
                    let place = Harness::new();
                    std::fs::write(&place.file, &again).unwrap();
                    place.check_unreadable();
                    assert_eq!(place.open(&raw_key()).contents().unwrap().peers.len(), contents.peers.len() + 1);
                    if !compress {
                        let refused = Session::open_bytes(&bytes, &options(None)).err().unwrap();
                        assert_eq!(refused.code(), ErrorCode::WrongKey, "{refused}");
                    }
                }
            }
        }
    }
}
