//! Room that is given back in an encrypted file: it stays encrypted, with its key.

use std::num::NonZeroU64;

use tgsession::ErrorCode;
use tgsession::model::{Peer, Prune};
use tgsession::session::{ByteOptions, Session};

use crate::common::{self, seen};
use crate::harness::{Harness, options, passphrase, raw_key};

const SETTINGS: [&str; 2] = ["PRAGMA auto_vacuum", "PRAGMA auto_vacuum = 2; VACUUM"];

/// A file most of whose pages hold nothing.
fn with_room(wal: bool, setting: &str) -> Harness {
    let harness = Harness::full(wal, &raw_key());
    harness.sql(setting);
    let session = harness.open(&raw_key());
    let new: Vec<Peer> = (1_000_000..1_010_000).map(|id| seen(id, &[&format!("tgs_{id}")], 1_000)).collect();
    session.update_peers(&new).unwrap();
    session.prune_peers(&Prune { seen_before: Some(2_000), ..Prune::default() }).unwrap();
    drop(session);
    harness
}

#[test]
fn an_encrypted_file_gives_back_too() {
    for (wal, setting) in [false, true].into_iter().flat_map(|wal| SETTINGS.map(|setting| (wal, setting))) {
        let harness = with_room(wal, setting);
        let len = || harness.file.metadata().unwrap().len();
        let (before, was) = (harness.read_only(&raw_key()).contents().unwrap(), len());
        let session = harness.open(&raw_key());
        let freed = session.compact(None).unwrap();
        assert!(freed > was / 2 && was - len() == freed, "{wal} '{setting}': {freed} of {was}");
        assert_eq!(session.compact(None).unwrap(), 0);
        assert_eq!(session.contents().unwrap(), before);
        session.update_peers(&[common::peer(7, &["tgs_seven"])]).unwrap();
        session.delete_peers(&[7]).unwrap();
        drop(session);
        harness.check_unreadable();
        assert_eq!(harness.read_only(&raw_key()).contents().unwrap(), before);
        assert_eq!(harness.names(), ["account.session"]);
        let wrong = harness.try_open(Some(&passphrase("wrong")), false).err().unwrap();
        assert_eq!(wrong.code(), ErrorCode::WrongKey);
    }
}

#[test]
fn the_limit_holds_and_bytes_become_fewer() {
    let harness = with_room(false, SETTINGS[0]);
    let bytes = std::fs::read(&harness.file).unwrap();
    let refused = harness.open(&raw_key()).compact(NonZeroU64::new(4_096)).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Unsupported, "{refused}");
    assert!(std::fs::read(&harness.file).unwrap() == bytes);
    let session = Session::open_bytes(&bytes, &options(Some(&raw_key()))).unwrap();
    let freed = session.compact(None).unwrap();
    let after = session.to_bytes(ByteOptions::default()).unwrap();
    assert_eq!((bytes.len() - after.len()) as u64, freed);
    std::fs::write(&harness.file, &after).unwrap();
    assert_eq!(harness.open(&raw_key()).contents().unwrap(), session.contents().unwrap());
}
