//! A process that is killed while it changes the key: the file has the one or the other, and all of its content.

use std::process::{Command, Stdio};
use std::time::Duration;

use tgsession::{EncryptionKey, ErrorCode};

use crate::common;
use crate::harness::{Harness, options, raw_key};

fn another_key() -> EncryptionKey {
    EncryptionKey::from_bytes(&[0xb8; 32]).unwrap()
}

#[test]
#[ignore = "runs in a child process of other tests"]
fn change_keys_forever() {
    let Ok(file) = std::env::var("TGSESSION_TEST_FILE") else { return };
    let (mut key, mut next) = (raw_key(), another_key());
    loop {
        let Ok(session) = tgsession::Session::open(&file, &options(Some(&key))) else {
            std::mem::swap(&mut key, &mut next);
            continue;
        };
        session.change_encryption_key(&next).unwrap();
        std::mem::swap(&mut key, &mut next);
    }
}

#[test]
fn a_file_whose_key_was_being_changed_has_one_of_them_and_everything() {
    for wal in [false, true] {
        let harness = Harness::full(wal, &raw_key());
        let expected = harness.read_only(&raw_key()).contents().unwrap();
        let mut had = [0; 2];
        for round in 0..12 {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["killed::change_keys_forever", "--exact", "--ignored"])
                .env("TGSESSION_TEST_FILE", harness.location())
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_millis(150 + 13 * round));
            assert!(child.try_wait().unwrap().is_none(), "it goes on until it is killed");
            child.kill().unwrap();
            child.wait().unwrap();
            harness.check_unreadable();
            let keys = [raw_key(), another_key()];
            let opened = keys.iter().position(|key| match harness.try_open(Some(key), round % 2 == 0) {
                Ok(session) => {
                    assert_eq!(session.contents().unwrap(), expected, "wal {wal}");
                    true
                }
                Err(error) => {
                    assert_eq!(error.code(), ErrorCode::WrongKey, "wal {wal}: {error}");
                    false
                }
            });
            had[opened.expect("one of them is right")] += 1;
            assert_eq!(common::pieces(&harness.bytes(), &common::key(1)), 0);
        }
        assert!(had[0] + had[1] == 12);
    }
}
