//! Folders that this library writes, opened by the real readers, and folders of the real writers.

use std::collections::BTreeMap;

use tempfile::TempDir;
use tgsession::model::{Contents, DataCenter, FileFormat, SessionData};
use tgsession::session::{ConvertOptions, NewFile, Passcode, export_file, tdata_accounts};

use crate::desktop_readers::{self, Account, Folder, WRITERS};

use super::*;

/// Passcodes of any script and length; empty for none.
fn passcodes() -> [String; 3] {
    ["", PASSCODE, &"ѿ🔑".repeat(5_000)].map(str::to_owned)
}

fn account(index: i64, user_id: i64, dc_id: i32, test_mode: bool, dcs: &[i32]) -> Account {
    let seed = |dc: i32| u8::try_from(2 * (dc % 100) + 1 + 10 * i32::try_from(index).unwrap()).unwrap();
    Account { index, user_id, dc_id, test_mode, keys: dcs.iter().map(|dc| (*dc, key(seed(*dc)))).collect() }
}

fn accounts() -> Vec<Account> {
    vec![
        account(0, 777_000_123, 2, false, &[2]),
        account(0, (1 << 40) + 5, 4, false, &[1, 2, 3, 4, 5]),
        account(0, 777_000_124, 2, true, &[1, 2, 3]),
        account(0, 777_000_125, 5, false, &[5, 203]),
    ]
}

fn session(account: &Account) -> Session {
    let session = Session::new_in_bytes(NewFile::standard(), "a session", None).unwrap();
    let data = SessionData {
        dc_id: Some(account.dc_id),
        user_id: Some(account.user_id),
        auth_key: Some(account.keys[&account.dc_id].clone()),
        test_mode: Some(account.test_mode),
        ..SessionData::default()
    };
    let changes: Vec<_> = tgsession::model::Field::ALL.into_iter().map(|field| (field, data.get(field))).collect();
    session.set(&changes).unwrap();
    for (id, key) in account.keys.iter().filter(|(id, _)| **id != account.dc_id) {
        session.set_data_center(&DataCenter { id: *id, auth_key: Some(key.clone()), ..DataCenter::default() }).unwrap();
    }
    session
}

#[test]
#[ignore = "needs opentele2, opentele-ng, gotd and mtcute: make test-rust"]
fn every_reader_opens_what_is_written() {
    let place = TempDir::new().unwrap();
    let passcodes = passcodes();
    let mut written = Vec::new();
    for (number, account) in accounts().into_iter().enumerate() {
        for (at, text) in passcodes.iter().enumerate() {
            let folder = place.path().join(format!("{number}-{at}"));
            let passcode = Passcode::new(text);
            let options = ConvertOptions { passcode: Some(&passcode), ..ConvertOptions::default() };
            export_file(&session(&account), FileFormat::Tdata, &folder, &options).unwrap();
            written.push((folder, text.as_str(), account.clone()));
        }
    }
    desktop_readers::check(&written);
}

#[test]
#[ignore = "needs opentele2, opentele-ng and mtcute: make test-rust"]
fn what_every_writer_made_is_read() {
    let place = TempDir::new().unwrap();
    for library in WRITERS {
        let knows_test = !library.starts_with('@');
        let one = [account(0, 777_000_123, 2, false, &[2])];
        let several = [
            account(0, 777_000_123, 2, false, &[2, 4]),
            account(1, (1 << 40) + 5, 4, knows_test, &[1, 4]),
            account(2, 777_000_125, 5, false, &[5]),
        ];
        let mut folders = Vec::new();
        for (number, passcode) in ["", PASSCODE].into_iter().enumerate() {
            for accounts in [&one[..], &several[..]] {
                let name = format!("{}-{number}-{}", library.replace('/', "-"), accounts.len());
                let (path, passcode) = (place.path().join(name), passcode.to_owned());
                folders.push(Folder { path, passcode, accounts: accounts.to_vec() });
            }
        }
        desktop_readers::write(library, &folders);
        folders.iter().for_each(|folder| check_folder(library, folder));
    }
}

fn check_folder(library: &str, Folder { path, passcode, accounts }: &Folder) {
    let given = Some(passcode.as_str()).filter(|text| !text.is_empty());
    let found = tdata_accounts(path, given.map(Passcode::new).as_ref()).unwrap();
    assert_eq!(found, Some(accounts.iter().map(|account| account.index).collect()), "{library}");
    for account in accounts {
        let session = open(path, Some(account.index), given).unwrap();
        assert_eq!(read(account.index, &session.contents().unwrap()), *account, "{library} {passcode}");
    }
    let shown = open(path, None, given).unwrap().data().unwrap();
    assert_eq!(shown.user_id, Some(accounts.last().unwrap().user_id), "{library}");
    let wrong = open(path, None, Some("wrong")).map(drop).unwrap_err();
    assert_eq!(wrong.code(), tgsession::ErrorCode::WrongKey, "{library}: {wrong}");
}

fn read(index: i64, contents: &Contents) -> Account {
    let data = &contents.data;
    let home = [(data.dc_id.unwrap(), data.auth_key.clone().unwrap())];
    let others = contents.data_centers().into_iter().filter_map(|dc| Some((dc.id, dc.auth_key?)));
    Account {
        index,
        user_id: data.user_id.unwrap(),
        dc_id: data.dc_id.unwrap(),
        test_mode: data.test_mode.unwrap(),
        keys: home.into_iter().chain(others).collect::<BTreeMap<_, _>>(),
    }
}
