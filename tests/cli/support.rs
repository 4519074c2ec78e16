//! Sessions to run the program on, and functions that run it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use tgsession::model::{AuthKey, Field, FieldValue, Peer, PeerType, StringFormat, UpdateState};
use tgsession::session::{NewFile, Options, Session};

pub const USER_ID: i64 = 777_000_123;
pub const CHANNEL: i64 = -1_000_000_000_777;
/// The key of [`Place::session`], byte by byte.
pub const KEY_BYTE: u8 = 0xa5;
/// `sha1sum` of 256 times [`KEY_BYTE`], the last 8 of its bytes.
pub const KEY_ID: &str = "abb5ae295f4263b8";

/// A temporary folder of a test.
pub struct Place(TempDir);

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// The names of all that is there, in order.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A Pyrogram session with a login, two peers and two update states.
    pub fn session(&self, name: &str) -> String {
        self.session_of(name, KEY_BYTE)
    }

    pub fn session_of(&self, name: &str, key: u8) -> String {
        let session = self.login(name, "pyrogram", key);
        let number = FieldValue::Integer;
        let fields = [(Field::ApiId, 12_345), (Field::TestMode, 0), (Field::UserId, USER_ID), (Field::IsBot, 0)];
        session.set(&fields.map(|(field, value)| (field, Some(number(value))))).unwrap();
        session.set(&[(Field::Date, Some(number(1_700_000_000)))]).unwrap();
        session.update_peers(&[anna(), news()]).unwrap();
        session.set_update_states(&[account_state()]).unwrap();
        self.text(name)
    }

    /// A Telethon session that does not tell whose login it is.
    pub fn anonymous(&self, name: &str) -> String {
        let session = self.login(name, "telethon", KEY_BYTE);
        let address = FieldValue::Text("149.154.167.91".to_owned());
        let port = FieldValue::Integer(443);
        session.set(&[(Field::ServerAddress, Some(address)), (Field::Port, Some(port))]).unwrap();
        self.text(name)
    }

    fn login(&self, name: &str, format: &str, key: u8) -> Session {
        let new_file = NewFile::named(format).unwrap();
        let session = Session::open(&self.text(name), &Options { new_file, ..Options::default() }).unwrap();
        let key = FieldValue::Key(AuthKey::new(&[key; 256]).unwrap());
        session.set(&[(Field::DcId, Some(FieldValue::Integer(4))), (Field::AuthKey, Some(key))]).unwrap();
        session
    }

    /// A session whose username was seen a day ago.
    pub fn long_ago(&self, name: &str) -> String {
        let location = self.session(name);
        let sql = "UPDATE peers SET last_update_on = last_update_on - 86400; DROP TRIGGER trg_peers_last_update_on;
                   UPDATE peers SET last_update_on = last_update_on - 86400";
        rusqlite::Connection::open(&location).unwrap().execute_batch(sql).unwrap();
        location
    }

    /// The session string of [`Place::session`].
    pub fn string(&self, format: StringFormat) -> String {
        let session = Session::open(&self.session("for-a-string"), &Options::default()).unwrap();
        let (text, _) = session.export(format).unwrap();
        drop(session);
        fs::remove_file(self.path("for-a-string")).unwrap();
        text.to_string()
    }
}

pub fn anna() -> Peer {
    Peer {
        id: 777_000_101,
        access_hash: Some(i64::MIN),
        peer_type: Some(PeerType::User),
        usernames: vec!["anna".to_owned()],
        phone_number: Some("99966110001".to_owned()),
        name: Some("Анна \u{1b}[2J".to_owned()),
        ..Peer::default()
    }
}

fn news() -> Peer {
    Peer { id: CHANNEL, peer_type: Some(PeerType::Channel), ..Peer::default() }
}

fn account_state() -> UpdateState {
    UpdateState { id: 0, pts: Some(1001), qts: Some(0), date: Some(1_700_000_000), seq: None }
}

/// What the program did.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

pub fn run(arguments: &[&str]) -> Ran {
    run_with_input(arguments, "")
}

pub fn run_with_input(arguments: &[&str], input: &str) -> Ran {
    run_with_bytes(arguments, input.as_bytes())
}

pub fn run_with_bytes(arguments: &[&str], input: &[u8]) -> Ran {
    let mut child =
        command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that does not read its input has closed the pipe.
    let _ = child.stdin.take().unwrap().write_all(input);
    ran(child.wait_with_output().unwrap())
}

pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tgsession"));
    command.args(arguments);
    command
}

fn ran(output: Output) -> Ran {
    let code = output.status.code().expect("not killed by a signal");
    Ran { code, out: String::from_utf8(output.stdout).unwrap(), err: String::from_utf8(output.stderr).unwrap() }
}

impl Ran {
    /// The output of a success.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""));
        self.out
    }

    /// The message of a failure.
    #[track_caller]
    pub fn failed(self) -> String {
        assert_eq!((self.code, self.out.as_str()), (1, ""), "{}", self.err);
        assert!(self.err.starts_with("tgsession: "), "{}", self.err);
        self.err
    }

    /// The message of wrong use.
    #[track_caller]
    pub fn wrong_use(self) -> String {
        assert_eq!((self.code, self.out.as_str()), (2, ""), "{}", self.err);
        self.err
    }
}

pub fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The names of an object's members, in order.
pub fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

pub fn bytes(path: impl AsRef<Path>) -> Vec<u8> {
    fs::read(path).unwrap()
}
