//! What this library writes is read by it. (`live.rs` asks others.)

use tempfile::TempDir;
use tgsession::ErrorCode;
use tgsession::model::{DataCenter, FileFormat};
use tgsession::session::{ConvertOptions, NewFile, Passcode, export_file};

use super::*;

fn export(source: &Session, target: &Path) -> tgsession::Result<tgsession::session::Report> {
    export_file(source, FileFormat::Tdata, target, &ConvertOptions::default())
}

#[test]
fn every_account_comes_back() {
    let place = TempDir::new().unwrap();
    for (account, expected) in [(0, FIRST), (2, SECOND)] {
        let target = place.path().join(account.to_string());
        let report = export(&open(&folder("since-7.3"), Some(account), None).unwrap(), &target).unwrap();
        assert_eq!(report.target, "tdata");
        let session = open(&target, None, None).unwrap();
        check(&session, expected);
        // An early version: Telegram Desktop takes a later one than its own for none.
        assert_eq!(session.format().unwrap().version, Some(3_004_000));
        assert_eq!(session.leftovers().unwrap().other_logins, []);
    }
}

#[test]
fn the_test_servers_come_back() {
    let place = TempDir::new().unwrap();
    let source = Session::new_in_bytes(NewFile::standard(), "a session", None).unwrap();
    let data = tgsession::model::SessionData {
        dc_id: Some(2),
        user_id: Some(1),
        auth_key: Some(key(3)),
        test_mode: Some(true),
        ..Default::default()
    };
    let changes: Vec<_> = tgsession::model::Field::ALL.into_iter().map(|field| (field, data.get(field))).collect();
    source.set(&changes).unwrap();
    source.set_data_center(&DataCenter { id: 4, auth_key: Some(key(4)), ..DataCenter::default() }).unwrap();
    let target = place.path().join("tdata");
    export(&source, &target).unwrap();
    let back = open(&target, None, None).unwrap();
    assert_eq!(back.data().unwrap().test_mode, Some(true));
    assert_eq!(back.contents().unwrap().data_centers()[0].auth_key, Some(key(4)));
}

#[test]
fn a_passcode_of_any_script_and_length_opens_what_was_written_under_it() {
    let place = TempDir::new().unwrap();
    let source = open(&folder("classic"), Some(0), None).unwrap();
    for (name, text) in [("short", "пароль 🔑".to_owned()), ("long", "ѿ🔑".repeat(5_000))] {
        let (target, passcode) = (place.path().join(name), Passcode::new(&text));
        let options = ConvertOptions { passcode: Some(&passcode), ..ConvertOptions::default() };
        export_file(&source, FileFormat::Tdata, &target, &options).unwrap();
        check(&open(&target, None, Some(&text)).unwrap(), FIRST);
        for wrong in [None, Some("x"), Some("пароль")] {
            let error = open(&target, None, wrong).map(drop).unwrap_err();
            assert_eq!(error.code(), ErrorCode::WrongKey, "{error}");
        }
    }
    let passcode = Passcode::new("1");
    let options = ConvertOptions { passcode: Some(&passcode), ..ConvertOptions::default() };
    let error = export_file(&source, FileFormat::Gotd, &place.path().join("gotd"), &options).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Unsupported);
}

#[test]
fn what_is_there_stays_and_what_is_missing_is_named() {
    let place = TempDir::new().unwrap();
    let source = open(&folder("classic"), None, None).unwrap();
    assert_eq!(export(&source, place.path()).unwrap_err().code(), ErrorCode::InvalidArgument);
    let empty = Session::open(":memory:", &Options::default()).unwrap();
    let error = export(&empty, &place.path().join("new")).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Incomplete);
    assert!(error.to_string().contains("user_id"), "{error}");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let place = TempDir::new().unwrap();
    let target = place.path().join("tdata");
    export(&open(&folder("classic"), None, None).unwrap(), &target).unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    for (path, expected) in [
        ("", 0o700),
        ("D877F783D5D3EF8C", 0o700),
        ("key_datas", 0o600),
        ("D877F783D5D3EF8Cs", 0o600),
        ("D877F783D5D3EF8C/maps", 0o600),
    ] {
        assert_eq!(mode(&target.join(path)), expected, "{path}");
    }
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}
