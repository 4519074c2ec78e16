//! What is in the folders is read, by account and passcode.

use tempfile::TempDir;
use tgsession::ErrorCode;
use tgsession::session::tdata_accounts;

use super::*;

fn code(path: &Path, account: Option<i64>, passcode: Option<&str>) -> (ErrorCode, String) {
    let error = open(path, account, passcode).err().expect("it is refused");
    (error.code(), error.to_string())
}

#[test]
fn both_layouts_are_read_by_index_and_user() {
    for name in PLAIN {
        // The program that wrote them made the second one active.
        for account in [Some(2), Some(5_000_000_123), None] {
            check(&open(&folder(name), account, None).unwrap(), SECOND);
        }
        for account in [Some(0), Some(777_000_123)] {
            check(&open(&folder(name), account, None).unwrap(), FIRST);
        }
    }
}

#[test]
fn the_format_tells_the_program_and_nothing_is_written() {
    for (name, version) in [("classic", 3_004_000), ("since-7.3", 7_003_001)] {
        let session = open(&folder(name), None, None).unwrap();
        let format = session.format().unwrap();
        assert_eq!((format.name, format.version), ("tdata", Some(version)), "{name}");
        assert!(!session.capabilities().unwrap().writable);
    }
}

#[test]
fn passcodes_open_their_folders_and_no_other_does() {
    for name in LOCKED {
        let place = folder(name);
        check(&open(&place, None, Some(PASSCODE)).unwrap(), SECOND);
        // The form of two characters for one letter is another passcode, too.
        for wrong in ["другой", "пароль Е\u{308}лки 🔑"] {
            let (code, message) = code(&place, None, Some(wrong));
            assert_eq!(code, ErrorCode::WrongKey, "{message}");
            assert!(message.contains("key_datas") && !message.contains(wrong), "{message}");
        }
        for none in [None, Some("")] {
            assert_eq!(code(&place, None, none).0, ErrorCode::WrongKey);
        }
    }
    for name in PLAIN {
        assert_eq!(code(&folder(name), None, Some(PASSCODE)).0, ErrorCode::WrongKey);
    }
}

#[test]
fn others_are_told_of() {
    let leftovers = open(&folder("since-7.3"), Some(0), None).unwrap().leftovers().unwrap();
    assert_eq!(leftovers.other_logins.len(), 1);
    assert_eq!(leftovers.other_logins[0].dc_id, Some(4));
    assert_eq!(leftovers.other_logins[0].auth_key_id, Some(key(11).id_hex()));
    assert!(leftovers.remarks.iter().any(|remark| remark.contains("5000000123")), "{:?}", leftovers.remarks);
    assert_eq!(tdata_accounts(&folder("since-7.3"), None).unwrap(), Some(vec![0, 2]));
}

#[test]
fn an_account_that_is_not_there_is_refused_with_those_that_are() {
    for account in [1, 5, 777_000_124] {
        let (code, message) = code(&folder("classic"), Some(account), None);
        assert_eq!(code, ErrorCode::InvalidArgument);
        assert!(message.contains("777000123") && message.contains("5000000123"), "{message}");
    }
}

#[test]
fn the_folder_around_it_and_its_file_of_keys_are_it_too() {
    let around = TempDir::new().unwrap();
    fs::create_dir(around.path().join("tdata")).unwrap();
    copy_into(&folder("classic"), &around.path().join("tdata"));
    check(&open(around.path(), None, None).unwrap(), SECOND);
    check(&open(&around.path().join("tdata/key_datas"), None, None).unwrap(), SECOND);
    let (code, message) = code(&around.path().join("tdata/D877F783D5D3EF8Cs"), None, None);
    assert_eq!(code, ErrorCode::NotASession);
    assert!(message.contains("key_datas"), "{message}");
}

#[test]
fn another_name_is_found_and_two_of_them_are_two_sessions() {
    let place = copy("other-name");
    check(&open(place.path(), None, None).unwrap(), FIRST);
    check(&open(&place.path().join("key_openteles"), None, None).unwrap(), FIRST);
    fs::copy(place.path().join("key_openteles"), place.path().join("key_others")).unwrap();
    assert_eq!(code(place.path(), None, None).0, ErrorCode::InvalidArgument);
    check(&open(&place.path().join("key_openteles"), None, None).unwrap(), FIRST);
}

#[test]
fn names_of_the_time_before_2020_are_read() {
    let place = copy("classic");
    for name in ["key_data", "D877F783D5D3EF8C", "F8806DD0C461824F"] {
        fs::rename(place.path().join(format!("{name}s")), place.path().join(format!("{name}1"))).unwrap();
    }
    check(&open(place.path(), None, None).unwrap(), SECOND);
    // A copy that was cut short does not hide the whole one.
    fs::write(place.path().join("key_data0"), "TDF$").unwrap();
    let session = open(place.path(), None, None).unwrap();
    check(&session, SECOND);
    let remarks = session.leftovers().unwrap().remarks;
    assert!(remarks.iter().any(|remark| remark.contains("key_data0") && remark.contains("key_data1")), "{remarks:?}");
}
