//! The files and folders of other clients that are read whole: as the real libraries wrote them, or composed from their published
//! sources. All tests take them from here. (The files of Pyrogram's and Telethon's families are in `tests/fixtures`.)
#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tgsession::Result;
use tgsession::session::{DatabaseKey, Options, Passcode, Session, tdata_accounts};

use crate::composed;

/// The passcode of the folders of Telegram Desktop that have one.
pub const PASSCODE: &str = "пароль Ёлки 🔑";

/// A whole file that a real library wrote (`tests/codec/session_files`).
pub struct File {
    pub title: String,
    pub format: String,
    /// What was put in.
    pub fields: Value,
    pub bytes: Vec<u8>,
    /// Of one under a key of its owner's own.
    pub key: Option<String>,
    /// What was put in of another data centre.
    pub other_key: Value,
    /// What stands beside it, of Telegram for Android.
    pub xml: Option<String>,
}

fn entries(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap()
}

/// Whole files of Go's, Rust's and Android's clients.
pub fn files() -> Vec<File> {
    let makers = [
        include_str!("../codec/session_files/go.json"),
        include_str!("../codec/session_files/grammers.json"),
        include_str!("../codec/session_files/android.json"),
    ];
    makers.into_iter().flat_map(entries).map(file).collect()
}

fn file(entry: Value) -> File {
    let text = |name: &str| entry[name].as_str().unwrap().to_owned();
    File {
        title: format!("{} {} {}", text("library"), text("version"), entry["fields"]["server_address"]),
        format: text("format"),
        fields: entry["fields"].clone(),
        bytes: STANDARD.decode(text("file")).unwrap(),
        key: entry["aes_key"].as_str().map(str::to_owned),
        other_key: entry["other_key"].clone(),
        xml: entry["xml"].as_str().map(str::to_owned),
    }
}

/// gogram's caches of peers: one with four, and an empty one.
pub fn caches() -> Vec<Vec<u8>> {
    let caches = entries(include_str!("../codec/session_files/gogram_cache.json"));
    caches.iter().map(|entry| STANDARD.decode(entry["file"].as_str().unwrap()).unwrap()).collect()
}

/// The folders that GramJS and teleproto wrote.
pub fn stores() -> Vec<Value> {
    entries(include_str!("../codec/session_files/stores.json"))
}

/// One that teleproto wrote, with the key of a further data centre.
pub fn teleproto() -> Value {
    entries(include_str!("../codec/session_files/teleproto.json")).remove(0)
}

/// Makes such a folder.
pub fn make_store(store: &Value, folder: &Path) {
    fs::create_dir(folder).unwrap();
    for (name, content) in store["files"].as_object().unwrap() {
        fs::write(folder.join(name), content.as_str().unwrap()).unwrap();
    }
}

/// The databases of mtcute and grammers.
pub fn databases() -> Vec<PathBuf> {
    let folder = root().join("tests/sqlite/others");
    sorted(&folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "session")).collect()
}

/// A folder of Telegram Desktop.
pub fn tdata(name: &str) -> PathBuf {
    root().join("tests/tdata/folders").join(name)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// A login, and how it is opened.
pub struct Stored {
    pub title: String,
    pub path: PathBuf,
    options: Options,
}

impl Stored {
    fn new(title: impl Into<String>, path: PathBuf) -> Self {
        let options = Options { read_only: true, create: false, ..Options::default() };
        Self { title: title.into(), path, options }
    }

    fn with_key(mut self, key: &str) -> Self {
        self.options.database_key = Some(DatabaseKey::new(key.as_bytes()).unwrap());
        self
    }

    pub fn open(&self) -> Result<Session> {
        Session::open(self.path.to_str().unwrap(), &self.options)
    }
}

/// Each login of each, in folders of their own in `place`.
pub fn all(place: &Path) -> Vec<Stored> {
    let mut found = whole_files(place);
    for (number, store) in stores().into_iter().chain([teleproto()]).enumerate() {
        let path = place.join(format!("store-{number}"));
        make_store(&store, &path);
        found.push(Stored::new(format!("{} {}", store["library"], store["version"]), path));
    }
    found.extend(databases().into_iter().map(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        Stored::new(name, path)
    }));
    for path in sorted(&tdata("")) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let passcode = name.ends_with("-passcode").then(|| Passcode::new(PASSCODE));
        for account in tdata_accounts(&path, passcode.as_ref()).unwrap().unwrap() {
            let mut stored = Stored::new(format!("tdata {name} account {account}"), path.clone());
            (stored.options.account, stored.options.passcode) = (Some(account), passcode.clone());
            found.push(stored);
        }
    }
    assert_eq!(found.len(), 49, "fixtures were added or lost: count them, and change this number");
    found
}

fn whole_files(place: &Path) -> Vec<Stored> {
    let put = |folder: String, name: &str, bytes: &[u8]| {
        let folder = place.join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), bytes).unwrap();
        folder.join(name)
    };
    let mut found = Vec::new();
    for (number, file) in files().into_iter().enumerate() {
        let path = put(format!("file-{number}"), "the.session", &file.bytes);
        let stored = Stored::new(file.title, path);
        found.push(if let Some(key) = file.key { stored.with_key(&key) } else { stored });
        if let Some(xml) = file.xml {
            put("android".to_owned(), "userconfing.xml", xml.as_bytes());
            let path = put("android".to_owned(), "tgnet.dat", &file.bytes);
            found.push(Stored::new("Telegram for Android with its XML", path));
        }
    }
    let gogram = files().into_iter().find(|file| file.format == "gogram").unwrap();
    let path = put("gogram-with-cache".to_owned(), "session.dat", &gogram.bytes);
    put("gogram-with-cache".to_owned(), "cache.db", &caches()[0]);
    found.push(Stored::new("gogram with its cache", path));
    let path = put("wtelegram".to_owned(), "WTelegram.session", &composed::wtelegram(&composed::wtelegram_json()));
    found.push(Stored::new("WTelegramClient", path).with_key(composed::API_HASH));
    let path = put("tdlib".to_owned(), "td.binlog", &composed::binlog(b"my own", &composed::login()));
    found.push(Stored::new("TDLib", path).with_key("my own"));
    for (number, json) in composed::web().into_iter().enumerate() {
        let path = put(format!("web-{number}"), "web.json", json.to_string().as_bytes());
        found.push(Stored::new(format!("Telegram Web {number}"), path));
    }
    found
}
