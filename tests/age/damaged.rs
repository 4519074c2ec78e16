//! Files that were cut off or changed: an error, never a part of a session.

use tgsession::ErrorCode;
use tgsession::session::AgeKey;

use crate::samples::{refused, sealed, sealed_with_passphrase};

const EXPECTED: [ErrorCode; 5] = [
    ErrorCode::Corrupt,
    ErrorCode::NotASession,
    ErrorCode::WrongKey, // a stanza that was changed is that of nobody
    ErrorCode::UnknownVersion,
    ErrorCode::Unsupported, // a work factor that was changed
];

// Every byte of the header, and the beginnings and ends of chunks and of what is between.
fn places(len: usize) -> impl Iterator<Item = usize> {
    let is_near = |at: usize| at % 65_552 < 4 || at.is_multiple_of(997);
    (0..len).filter(move |at| *at < 600 || is_near(*at) || len - at < 20)
}

#[track_caller]
fn is_refused(bytes: &[u8], key: AgeKey<'_>, context: usize) {
    let code = refused(bytes, key).code();
    assert!(EXPECTED.contains(&code), "{context}: {code:?}");
}

#[test]
fn what_is_cut_off_does_not_open() {
    let (sealed, identity) = sealed();
    assert!(sealed.len() > 65_552, "more than one chunk");
    for len in places(sealed.len()) {
        is_refused(&sealed[..len], AgeKey::Identity(&identity), len);
    }
    // Where its parts end: what was read up to there is intact.
    let header = sealed.windows(5).position(|part| part == b"\n--- ").unwrap();
    let payload = header + sealed[header + 1..].iter().position(|byte| *byte == b'\n').unwrap() + 2;
    let chunk = payload + 16 + 65_552;
    for len in [payload, payload + 16, chunk - 1, chunk, chunk + 1] {
        assert_eq!(refused(&sealed[..len], AgeKey::Identity(&identity)).code(), ErrorCode::Corrupt, "{len}");
    }
}

#[test]
fn what_was_changed_does_not_open() {
    let (sealed, identity) = sealed();
    for at in places(sealed.len()) {
        let mut changed = sealed.clone();
        changed[at] ^= 1 << (at % 8);
        is_refused(&changed, AgeKey::Identity(&identity), at);
    }
    let longer = [&sealed[..], b"x"].concat();
    is_refused(&longer, AgeKey::Identity(&identity), sealed.len());
}

#[test]
fn what_was_changed_does_not_open_by_its_passphrase() {
    let sealed = sealed_with_passphrase("passphrase", 2);
    for at in (0..300).chain([sealed.len() - 1]) {
        let mut changed = sealed.clone();
        changed[at] ^= 1 << (at % 3);
        is_refused(&changed, AgeKey::Passphrase("passphrase"), at);
    }
}

#[test]
fn damaged_armor_does_not_open() {
    let (_, identity) = sealed();
    let begin = "-----BEGIN AGE ENCRYPTED FILE-----";
    let end = "-----END AGE ENCRYPTED FILE-----";
    for text in
        [begin.to_owned(), format!("{begin}\n{end}"), format!("{begin}\n!!!\n{end}\n"), format!("{begin}\nYWdl\n")]
    {
        let code = refused(text.as_bytes(), AgeKey::Identity(&identity)).code();
        assert!([ErrorCode::Corrupt, ErrorCode::NotASession].contains(&code), "{text}: {code:?}");
    }
}

#[test]
fn what_is_not_age_is_no_session() {
    let (_, identity) = sealed();
    for bytes in [&b""[..], b"{", b"SQLite format 3\0", &[0x1f, 0x8b, 0], b"age-encryption.org", &[0; 1000]] {
        let code = refused(bytes, AgeKey::Identity(&identity)).code();
        assert!([ErrorCode::NotASession, ErrorCode::Corrupt].contains(&code), "{code:?}");
    }
    let version = refused(b"age-encryption.org/v2\n-> X25519 x\nx\n--- x\n", AgeKey::Identity(&identity));
    assert_eq!(version.code(), ErrorCode::UnknownVersion);
}
