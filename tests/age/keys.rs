//! Wrong keys, and what is no key: each refused by a message that does not repeat it.

use tgsession::ErrorCode;
use tgsession::session::{AgeKey, AgeLock, ByteOptions, Options, Session};

use crate::samples::{encrypted, open, pair, refused, sealed, sealed_with_passphrase, session};

#[test]
fn another_key_is_an_error_of_its_own() {
    let (sealed, identity) = sealed();
    let with_passphrase = sealed_with_passphrase("right", 2);
    let other = pair().1;
    for (bytes, key, told) in [
        (&sealed, AgeKey::Identity(&other), "none of the identities"),
        (&sealed, AgeKey::Passphrase("right"), "to recipients, not with a passphrase"),
        (&with_passphrase, AgeKey::Passphrase("wrong"), "the passphrase is not its own"),
        (&with_passphrase, AgeKey::Passphrase("right "), "the passphrase is not its own"),
        (&with_passphrase, AgeKey::Identity(&identity), "with a passphrase, not to recipients"),
    ] {
        let error = refused(bytes, key);
        assert_eq!(error.code(), ErrorCode::WrongKey, "{error}");
        assert!(error.to_string().contains(told), "{error}");
        assert!(!error.to_string().contains("wrong") && !error.to_string().contains(&other[20..30]), "{error}");
    }
    open(&with_passphrase, AgeKey::Passphrase("right")).unwrap();
}

#[test]
fn whoever_opens_it_without_a_key_is_told_what_it_is() {
    let (sealed, _) = sealed();
    let folder = tempfile::tempdir().unwrap();
    let armor = b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24ub3JnL3Yx\n";
    for bytes in [&sealed[..], armor] {
        let path = folder.path().join("backup.age");
        std::fs::write(&path, bytes).unwrap();
        let options = Options::default();
        let path = path.to_str().unwrap();
        for error in [Session::open_bytes(bytes, &options).err().unwrap(), Session::open(path, &options).err().unwrap()]
        {
            assert_eq!(error.code(), ErrorCode::WrongKey, "{error}");
            assert!(error.to_string().contains("encrypted with age"), "{error}");
            assert!(error.to_string().contains("tgs_open_age()"), "{error}");
        }
    }
}

#[track_caller]
fn no_recipient(recipients: &[&str], told: &str) {
    let error = session().to_age(AgeLock::Recipients(recipients), ByteOptions::default()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidArgument, "{error}");
    assert!(error.to_string().contains(told), "{error}");
    for text in recipients.iter().filter(|text| text.len() > 30) {
        assert!(!error.to_string().contains(&text[16..28]), "{error}");
    }
}

#[test]
fn what_is_no_recipient_is_named_by_its_number() {
    let (recipient, identity) = pair();
    let ssh = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2Q5G5vOpdDJw3Xrnz2dwKGrdHYmxGCbZFMzjUgKcPW me@host";
    no_recipient(&[], "there is no recipient");
    no_recipient(&[&recipient, &identity], "recipient 2 is an identity, which is a secret");
    no_recipient(&[&recipient, &recipient, &identity.to_lowercase()], "recipient 3 is an identity");
    no_recipient(&[ssh], "recipient 1 is an SSH key");
    no_recipient(
        &[&recipient, "age1yubikey1qgx0yd8gk7hxrq6a0ft8e6zk3ps9y8a0ft8e6zk3ps9y8a0ft8e6"],
        "recipient 2 is damaged or of a plugin",
    );
    no_recipient(&[&recipient[..recipient.len() - 1]], "recipient 1 is damaged");
    no_recipient(&[""], "recipient 1 is not one of age's");
    no_recipient(&["correct horse battery staple of mine"], "recipient 1 is not one of age's");
    session().to_age(AgeLock::Recipients(&[&format!(" {recipient}\n")]), ByteOptions::default()).unwrap();
}

#[test]
fn what_is_no_identity_is_named_by_its_line() {
    let (sealed, identity) = sealed();
    let damaged = identity.replace("1Q", "1P").chars().rev().skip(1).collect::<Vec<_>>();
    let damaged: String = damaged.into_iter().rev().collect();
    let armor = "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n";
    for (text, told) in [
        ("", "the identity is empty"),
        ("# nothing\n\n", "the identity is empty"),
        (&format!("# one\n{damaged}\n"), "line 2 of the identity is a damaged identity"),
        (&format!("{identity}\n-----BEGIN OPENSSH PRIVATE KEY-----\n"), "line 2 of the identity is no identity"),
        ("AGE-PLUGIN-YUBIKEY-1QQQQQQQQ", "line 1 of the identity is no identity"),
        (armor, "itself encrypted"),
    ] {
        let error = refused(&sealed, AgeKey::Identity(text));
        assert_eq!(error.code(), ErrorCode::InvalidArgument, "{error}");
        assert!(error.to_string().contains(told), "{error}");
        assert!(!error.to_string().contains(&identity[20..30]), "{error}");
    }
}

#[test]
fn an_empty_passphrase_is_none() {
    let error = session().to_age(AgeLock::Passphrase(""), ByteOptions::default()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidArgument);
    assert_eq!(refused(&encrypted(b"x", "x", 2), AgeKey::Passphrase("")).code(), ErrorCode::InvalidArgument);
}

#[test]
fn an_identity_becomes_no_file_and_is_in_no_message() {
    let (_, identity) = pair();
    for location in [identity.clone(), format!("{identity}.session"), format!("/tmp/{}", identity.to_lowercase())] {
        let error = Session::open(&location, &Options::default()).err().unwrap();
        assert_eq!(error.code(), ErrorCode::BadSessionString, "{error}");
        assert!(!error.to_string().to_uppercase().contains(&identity[16..28]), "{error}");
        assert!(!std::path::Path::new(&location).exists());
    }
}
