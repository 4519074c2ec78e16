//! The real readers and writers of Telegram Desktop's folders: opentele2, opentele-ng, gotd/td and mtcute. `make test-rust`
//! installs them.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};
use tgsession::model::AuthKey;

use crate::ask::ask;

/// An account, as each of them tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub index: i64,
    pub user_id: i64,
    pub dc_id: i32,
    pub test_mode: bool,
    /// By the data centre, the home one's too.
    pub keys: BTreeMap<i32, AuthKey>,
}

fn installed(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set: run make test-rust"))
}

fn python() -> String {
    format!("'{}' '{}/tests/tdata/ask.py'", installed("TGS_OPENTELE_PYTHON"), env!("CARGO_MANIFEST_DIR"))
}

fn javascript() -> String {
    format!("node '{}/ask_tdata.mjs'", installed("TGS_JAVASCRIPT"))
}

fn go() -> String {
    format!("cd '{}/tests/codec/go' && go run . tdata", env!("CARGO_MANIFEST_DIR"))
}

/// How many libraries read.
const LIBRARIES: usize = 4;

/// Lets each library read each folder with its passcode, and compares what it finds.
pub fn check(folders: &[(PathBuf, &str, Account)]) {
    let question = |(folder, passcode, _): &(PathBuf, &str, Account)| json!({"do": "read", "folder": folder, "passcode": passcode});
    let questions: Vec<Value> = folders.iter().map(question).collect();
    let answers =
        [python(), javascript(), go()].iter().flat_map(|command| ask(command, &questions)).collect::<Vec<_>>();
    for (folder, _, expected) in folders {
        let of_folder: Vec<&Value> = answers.iter().filter(|answer| answer["folder"] == json!(folder)).collect();
        assert_eq!(of_folder.len(), LIBRARIES, "{}", folder.display());
        for answer in of_folder {
            let title = format!("{} on {}", answer["library"], folder.display());
            let [account] = answer["accounts"].as_array().unwrap_or_else(|| panic!("{title}: {answer}")).as_slice()
            else {
                panic!("{title}: {answer}")
            };
            // mtcute does not look at the environment.
            let test_mode = account["test_mode"].as_bool().unwrap_or(expected.test_mode);
            let found = Account {
                index: account["index"].as_i64().unwrap(),
                user_id: account["user_id"].as_i64().unwrap(),
                dc_id: account["dc_id"].as_i64().unwrap().try_into().unwrap(),
                test_mode,
                keys: account["keys"]
                    .as_object()
                    .unwrap()
                    .iter()
                    .map(|(dc, key)| (dc.parse().unwrap(), key_of(key)))
                    .collect(),
            };
            assert_eq!(found, *expected, "{title}");
        }
    }
}

fn key_of(digits: &Value) -> AuthKey {
    let digits = digits.as_str().unwrap();
    let bytes = (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap());
    AuthKey::new(&bytes.collect::<Vec<u8>>()).unwrap()
}

fn digits_of(key: &AuthKey) -> String {
    key.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The libraries that write. gotd only reads; mtcute knows no test servers.
pub const WRITERS: [&str; 3] = ["opentele2", "opentele-ng", "@mtcute/convert"];

/// A folder to be written.
pub struct Folder {
    pub path: PathBuf,
    /// Empty for none.
    pub passcode: String,
    pub accounts: Vec<Account>,
}

/// Lets a library write new folders. In each the last account is the active one.
pub fn write(library: &str, folders: &[Folder]) {
    let account = |account: &Account| {
        let keys: BTreeMap<String, String> =
            account.keys.iter().map(|(dc, key)| (dc.to_string(), digits_of(key))).collect();
        let Account { index, user_id, dc_id, test_mode, .. } = account;
        json!({"index": index, "user_id": user_id, "dc_id": dc_id, "test_mode": test_mode, "keys": keys})
    };
    let question = |Folder { path, passcode, accounts }: &Folder| {
        json!({
            "do": "write", "library": library, "folder": path, "passcode": passcode, "active": accounts.last().unwrap().index,
            "accounts": accounts.iter().map(account).collect::<Vec<Value>>()
        })
    };
    let command = if library.starts_with('@') { javascript() } else { python() };
    let answers = ask(&command, &folders.iter().map(question).collect::<Vec<_>>());
    assert!(answers.len() == folders.len() && answers.iter().all(|answer| answer["error"].is_null()), "{answers:?}");
}
