//! What is encrypted comes back whole, and nothing of it is seen before.

use std::io::Write;

use tgsession::ErrorCode;
use tgsession::session::{AgeKey, AgeLock, ByteOptions, NewFile, Options, Session};

use crate::common::{full_data, key, pieces};
use crate::samples::{encrypted, open, pair, sealed, session};

#[test]
fn a_recipient_gets_the_whole_session() {
    let (sealed, identity) = sealed();
    let (back, whole) = (open(&sealed, AgeKey::Identity(&identity)).unwrap(), session());
    assert_eq!(back.contents().unwrap().data, whole.contents().unwrap().data);
    assert_eq!(back.peers(None).unwrap().len(), whole.peers(None).unwrap().len());
    assert_eq!(back.update_states().unwrap(), whole.update_states().unwrap());
    assert_eq!(back.sent_files().unwrap(), whole.sent_files().unwrap());
    // It is in memory, and can be written.
    back.set(&[(tgsession::Field::TakeoutId, None)]).unwrap();
    assert_eq!(back.data().unwrap().takeout_id, None);
}

#[test]
fn a_passphrase_opens_what_it_closed() {
    for passphrase in ["correct horse battery staple", "пароль", " "] {
        let sealed = session().to_age(AgeLock::Passphrase(passphrase), ByteOptions::default()).unwrap();
        // As the tool writes it.
        assert_eq!(
            sealed.split(|byte| *byte == b'\n').nth(1).unwrap().rsplit(|byte| *byte == b' ').next(),
            Some(&b"18"[..])
        );
        assert_eq!(open(&sealed, AgeKey::Passphrase(passphrase)).unwrap().data().unwrap(), full_data());
    }
}

#[test]
fn each_of_many_recipients_can_open_it() {
    let pairs: Vec<_> = (0..20).map(|_| pair()).collect();
    let recipients: Vec<&str> = pairs.iter().map(|(recipient, _)| recipient.as_str()).collect();
    let sealed = session().to_age(AgeLock::Recipients(&recipients), ByteOptions::default()).unwrap();
    for (_, identity) in &pairs {
        assert_eq!(open(&sealed, AgeKey::Identity(identity)).unwrap().data().unwrap(), full_data());
    }
    // The most that there may be are read again, too.
    let most = vec![recipients[0]; 500];
    let sealed = session().to_age(AgeLock::Recipients(&most), ByteOptions::default()).unwrap();
    open(&sealed, AgeKey::Identity(&pairs[0].1)).unwrap();
    let more = vec![recipients[0]; 501];
    let refused = session().to_age(AgeLock::Recipients(&more), ByteOptions::default()).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::InvalidArgument);
    assert!(refused.to_string().contains("500 at most"), "{refused}");
}

#[test]
fn an_identity_file_has_comments_and_several_identities() {
    let (sealed, identity) = sealed();
    let file = format!("# created: 2026-01-01\r\n# public key: age1…\r\n\r\n{}\r\n  {identity}\r\n", pair().1);
    assert_eq!(open(&sealed, AgeKey::Identity(&file)).unwrap().data().unwrap(), full_data());
}

#[test]
fn what_is_in_it_is_a_clients_file() {
    let (recipient, identity) = pair();
    let path = tempfile::tempdir().unwrap();
    let path = path.path().join("a.session");
    for name in NewFile::names() {
        let format = Some(NewFile::named(&name).unwrap());
        for compress in [false, true] {
            let options = ByteOptions { format, compress };
            let sealed = session().to_age(AgeLock::Recipients(&[&recipient]), options).unwrap();
            assert_eq!(open(&sealed, AgeKey::Identity(&identity)).unwrap().format().unwrap().to_string(), name);
            let identity: age::x25519::Identity = identity.parse().unwrap();
            let plain = age::decrypt(&identity, &sealed).unwrap();
            assert_eq!(plain.starts_with(b"SQLite format 3"), !compress);
            if !compress {
                std::fs::write(&path, &plain).unwrap();
                let file = Session::open(path.to_str().unwrap(), &Options::default()).unwrap();
                assert_eq!(file.data().unwrap(), full_data());
            }
        }
    }
}

#[test]
fn armor_is_read() {
    let (sealed, identity) = sealed();
    let mut armored = Vec::new();
    let format = age::armor::Format::AsciiArmor;
    let mut writer = age::armor::ArmoredWriter::wrap_output(&mut armored, format).unwrap();
    writer.write_all(&sealed).unwrap();
    writer.finish().unwrap();
    let text = String::from_utf8(armored).unwrap();
    for text in [text.clone(), format!("\n  {text}\n\n"), text.replace('\n', "\r\n"), text.trim_end().to_owned()] {
        let back = open(text.as_bytes(), AgeKey::Identity(&identity)).unwrap();
        assert_eq!(back.data().unwrap(), full_data());
    }
}

#[test]
fn nothing_of_the_session_is_seen() {
    let (sealed, _) = sealed();
    assert_eq!(pieces(&sealed, &key(1)) + pieces(&sealed, &key(2)), 0);
    for text in [&b"SQLite"[..], b"CREATE", b"149.154"] {
        assert!(!sealed.windows(text.len()).any(|part| part == text));
    }
    // Two files of one session have nothing in common behind the header.
    let (other, _) = crate::samples::sealed();
    assert_ne!(sealed[sealed.len() - 64..], other[other.len() - 64..]);
}

#[test]
fn the_options_hold_for_what_is_decrypted() {
    let (sealed, identity) = sealed();
    let key = AgeKey::Identity(&identity);
    let read_only = Session::open_age(&sealed, key, &Options { read_only: true, ..Options::default() }).unwrap();
    assert_eq!(read_only.set(&[(tgsession::Field::DcId, None)]).unwrap_err().code(), ErrorCode::ReadOnly);
    let expected_format = Some("telethon".parse().unwrap());
    let other = Session::open_age(&sealed, key, &Options { expected_format, ..Options::default() }).err().unwrap();
    assert_eq!(other.code(), ErrorCode::NotASession);
    for max_bytes in [0, 1, 4096, 20_000] {
        let small = Session::open_age(&sealed, key, &Options { max_bytes, ..Options::default() }).err().unwrap();
        assert_eq!(small.code(), ErrorCode::Unsupported, "{small}");
        assert!(small.to_string().contains("max_bytes"), "{small}");
    }
    // JSON of a client is read, and what is no session is none.
    let json = br#"{"dc_id": 2, "test_mode": null, "auth_key": "", "user_id": 1, "date": 0, "is_bot": true}"#;
    let error = open(&encrypted(json, "x", 2), AgeKey::Passphrase("x")).err();
    assert!(error.is_none_or(|error| error.code() == ErrorCode::Corrupt || error.code() == ErrorCode::NotASession));
    let letter = encrypted(b"This is a letter to a friend.", "x", 2);
    assert_eq!(open(&letter, AgeKey::Passphrase("x")).err().unwrap().code(), ErrorCode::NotASession);
}
