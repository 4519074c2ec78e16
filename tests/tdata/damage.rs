//! Damaged and hostile folders: what is read is right, and everything else is refused.

use tgsession::ErrorCode;
use tgsession::codec::tdata::{open_container, pack_container};

use super::*;

const ACCOUNT: &str = "D877F783D5D3EF8Cs";
const OTHER: &str = "F8806DD0C461824Fs";
const KEYS: &str = "key_datas";

/// Every change of a file: each byte flipped, and each length.
fn changes(whole: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let flipped = (0..whole.len()).map(|at| {
        let mut bytes = whole.to_vec();
        bytes[at] ^= 1 << (at % 8);
        bytes
    });
    flipped.chain((0..whole.len()).map(|len| whole[..len].to_vec()))
}

fn refused(place: &Path, account: i64) -> tgsession::Error {
    open(place, Some(account), None).err().expect("a changed file is refused")
}

#[test]
fn every_change_of_the_keys_is_refused() {
    for name in PLAIN {
        let place = copy(name);
        let path = place.path().join(KEYS);
        for bytes in changes(&fs::read(&path).unwrap()) {
            fs::write(&path, &bytes).unwrap();
            let error = refused(place.path(), 0);
            assert_eq!(error.code(), ErrorCode::Corrupt, "{error}");
            assert!(error.to_string().contains(KEYS), "{error}");
        }
    }
}

// The checksum is no secret: who changes a file on purpose makes it right.
#[test]
fn every_change_within_the_container_is_refused_or_changes_nothing() {
    for name in PLAIN {
        let place = copy(name);
        for file in [KEYS, ACCOUNT] {
            let path = place.path().join(file);
            let whole = fs::read(&path).unwrap();
            let (version, content) = open_container(&whole).unwrap();
            for bytes in changes(content) {
                fs::write(&path, &*pack_container(&bytes, version)).unwrap();
                if let Ok(session) = open(place.path(), Some(0), None) {
                    check(&session, FIRST);
                }
            }
            fs::write(&path, &whole).unwrap();
        }
    }
}

#[test]
fn a_damaged_account_is_named_and_leaves_the_other() {
    for name in PLAIN {
        let place = copy(name);
        let path = place.path().join(ACCOUNT);
        for bytes in changes(&fs::read(&path).unwrap()).step_by(5) {
            fs::write(&path, &bytes).unwrap();
            let error = refused(place.path(), 0);
            assert_eq!(error.code(), ErrorCode::Corrupt, "{error}");
            assert!(error.to_string().contains(ACCOUNT), "{error}");
            let other = open(place.path(), None, None).unwrap();
            check(&other, SECOND);
            let remarks = other.leftovers().unwrap().remarks;
            assert!(remarks.iter().any(|remark| remark.contains(ACCOUNT)), "{remarks:?}");
        }
        fs::remove_file(&path).unwrap();
        check(&open(place.path(), None, None).unwrap(), SECOND);
        assert_eq!(refused(place.path(), 0).code(), ErrorCode::Corrupt);
        fs::remove_file(place.path().join(OTHER)).unwrap();
        assert!(open(place.path(), None, None).is_err());
    }
}

#[test]
fn another_account_does_not_take_the_place_of_the_shown_one() {
    for name in PLAIN {
        let place = copy(name);
        let path = place.path().join(OTHER);
        let whole = fs::read(&path).unwrap();
        for damaged in [&whole[..whole.len() - 1], b""] {
            fs::write(&path, damaged).unwrap();
            let error = open(place.path(), None, None).err().unwrap();
            assert_eq!(error.code(), ErrorCode::Corrupt, "{error}");
            for part in [OTHER, "account 2", "--account", "0 (user 777000123)"] {
                assert!(error.to_string().contains(part), "{part}: {error}");
            }
            check(&open(place.path(), Some(0), None).unwrap(), FIRST);
        }
    }
}

#[test]
fn what_holds_no_keys_may_be_damaged() {
    let place = copy("classic");
    for file in ["maps", "configs"] {
        fs::write(place.path().join("F8806DD0C461824F").join(file), "TDF$").unwrap();
    }
    let session = open(place.path(), None, None).unwrap();
    check(&session, SECOND);
    // It alone tells the test servers.
    let remarks = session.leftovers().unwrap().remarks;
    assert!(remarks.iter().any(|remark| remark.contains("configs of account 2")), "{remarks:?}");
}

#[test]
fn without_its_keys_a_folder_is_named() {
    let place = copy("classic");
    fs::remove_file(place.path().join(KEYS)).unwrap();
    let error = open(place.path(), None, None).err().unwrap().to_string();
    assert!(error.contains("its key_datas is missing"), "{error}");
}

#[test]
fn an_account_of_another_folder_is_damage_and_no_wrong_passcode() {
    let place = copy("classic-passcode");
    fs::copy(folder("classic").join(ACCOUNT), place.path().join(ACCOUNT)).unwrap();
    let error = open(place.path(), Some(0), Some(PASSCODE)).err().unwrap();
    assert_eq!(error.code(), ErrorCode::Corrupt, "{error}");
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_are_refused() {
    let (place, elsewhere) = (copy("classic"), copy("classic"));
    let path = place.path().join(ACCOUNT);
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join(ACCOUNT), &path).unwrap();
    assert_eq!(refused(place.path(), 0).code(), ErrorCode::NotASession);
    check(&open(place.path(), Some(2), None).unwrap(), SECOND);
}

// A trailer of the layout since 7.3, with one passcode that counts.
fn locked(kind: u32, memory: u32, time: u32, parallel: u32) -> Vec<u8> {
    let mut trailer = Vec::new();
    for number in [0x4B44_3200, 2, 7, 1, kind, 7, memory, time, parallel, 32] {
        trailer.extend(u32::to_be_bytes(number));
    }
    trailer.extend([1; 32]);
    trailer.extend(288_u32.to_be_bytes());
    trailer.extend([2; 288]);
    trailer
}

#[test]
fn work_without_bounds_is_refused_before_it_is_done() {
    let place = copy("classic");
    let path = place.path().join(KEYS);
    let whole = fs::read(&path).unwrap();
    let (_, content) = open_container(&whole).unwrap();
    let write = |trailer: &[u8]| {
        let len = u32::try_from(trailer.len()).unwrap().to_be_bytes();
        fs::write(&path, &*pack_container(&[content, &len, trailer].concat(), 7_003_001)).unwrap();
        open(place.path(), None, Some("x")).err().unwrap().code()
    };
    for (kind, memory, time, parallel) in [
        (1, 262_145, 1, 1),
        (1, u32::MAX, u32::MAX, 1),
        (1, 64, 65, 1),
        (1, 4096, 1, 17),
        (1, 15, 1, 2),
        (1, 64, 0, 1),
        (2, 1000, 8, 1),
        (2, 1 << 20, 8, 1),
        (2, 2, u32::MAX, u32::MAX),
        (2, 16, 0, 1),
        (0, 64, 1, 1),
        (3, 64, 1, 1),
    ] {
        assert_eq!(
            write(&locked(kind, memory, time, parallel)),
            ErrorCode::Corrupt,
            "{kind} {memory} {time} {parallel}"
        );
    }
    // In bounds, and of another passcode.
    assert_eq!(write(&locked(1, 64, 1, 1)), ErrorCode::WrongKey);
    assert_eq!(write(&locked(2, 16, 8, 1)), ErrorCode::WrongKey);
    // A change of the passcode that was cut short counts for nothing: there is none.
    let mut stale = locked(1, 64, 1, 1);
    stale[11] = 6;
    assert_eq!(write(&stale), ErrorCode::WrongKey);
    check(&open(place.path(), None, None).unwrap(), SECOND);
}
