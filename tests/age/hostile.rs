//! Files that ask for too much.

use std::time::{Duration, Instant};

use tgsession::ErrorCode;
use tgsession::session::AgeKey;

use crate::samples::{refused, sealed, sealed_with_passphrase};

fn with_work_factor(factor: &str) -> Vec<u8> {
    let sealed = sealed_with_passphrase("passphrase", 2);
    let end = sealed.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1).unwrap().0;
    assert_eq!(&sealed[end - 2..end], b" 2");
    [&sealed[..end - 1], factor.as_bytes(), &sealed[end..]].concat()
}

#[test]
fn a_huge_work_factor_is_refused_at_once() {
    for factor in ["21", "22", "30", "63", "64", "255", "256", "18446744073709551616"] {
        let before = Instant::now();
        let error = refused(&with_work_factor(factor), AgeKey::Passphrase("passphrase"));
        let is_number = factor.len() < 10;
        assert_eq!(
            error.code(),
            if is_number { ErrorCode::Unsupported } else { ErrorCode::Corrupt },
            "{factor}: {error}"
        );
        assert!(!is_number || error.to_string().contains("work factor"), "{error}");
        assert!(before.elapsed() < Duration::from_millis(500));
    }
    for factor in ["0", "-1", "+2", "02", "", "x"] {
        let code = refused(&with_work_factor(factor), AgeKey::Passphrase("passphrase")).code();
        assert!([ErrorCode::Corrupt, ErrorCode::WrongKey].contains(&code), "{factor}: {code:?}");
    }
}

#[test]
fn a_header_without_an_end_is_refused_at_once() {
    let (_, identity) = sealed();
    let stanza =
        b"-> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\nqRS0fMPkZWpZPFRkFoTDVNAL5GAEpO1ozxcF7g0PKbs\n";
    let endless = [&b"age-encryption.org/v1\n"[..], &stanza.repeat(100_000)].concat();
    let before = Instant::now();
    assert_eq!(refused(&endless, AgeKey::Identity(&identity)).code(), ErrorCode::Corrupt);
    let late = [&endless[..], b"--- uP5qDEUXr1aDWqpCCQy9RiQ1vxI6Ypaa8xXhSPoGQQ8\n0123456789abcdef"].concat();
    assert_eq!(refused(&late, AgeKey::Identity(&identity)).code(), ErrorCode::Corrupt);
    assert!(before.elapsed() < Duration::from_secs(2), "{:?}", before.elapsed());
}
