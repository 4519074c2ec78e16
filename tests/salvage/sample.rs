//! Sound sessions of many layouts, of which everything is known. Each program uses some of it.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tgsession::model::{AuthKey, Field, FieldValue, Peer, PeerType};
use tgsession::session::{NewFile, Options, Session};

use crate::random::Random;

/// A session's file, and what is in it.
pub struct Sample {
    pub folder: TempDir,
    pub file: PathBuf,
    pub layout: &'static str,
    pub key: AuthKey,
    /// The access hashes of its peers.
    pub peers: BTreeMap<i64, Option<i64>>,
}

/// New files of these layouts, and files that real clients of these names made.
pub const LAYOUTS: [&str; 12] = [
    "pyrogram@3",
    "telethon@7",
    "kurigram@7",
    "telethon@8",
    "pyrofork@4",
    "kurigram@6",
    "telethon@10",
    "pyrogram-1.4.16",
    "telethon-0.18.2.3",
    "electrogram-0.3.230",
    "kurigram-2.2.26/upgraded-from-kurigram-2.1.35",
    "telethon-1.24.0",
];

impl Sample {
    /// A file of a layout with some hundred peers. Every second one was vacuumed, as most clients do when they open it;
    /// every fifth has pages of 1024 bytes; of every fourth a part is in the WAL, as a killed client leaves it.
    pub fn new(number: usize, random: &mut Random) -> Self {
        let layout = LAYOUTS[number % LAYOUTS.len()];
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let file = folder.path().join("account.session");
        put_file(layout, &file);
        let key = AuthKey::new(&random.bytes(256)).unwrap();
        let session = open(&file);
        session.set(&fields(&key)).unwrap();
        let count = 150 + random.below(500);
        for start in (0..count).step_by(60) {
            let batch: Vec<Peer> = (start..count.min(start + 60)).map(|_| peer(random)).collect();
            session.update_peers(&batch).unwrap();
        }
        drop(session);
        if number.is_multiple_of(5) {
            sql(&file, "PRAGMA journal_mode = DELETE; PRAGMA page_size = 1024; VACUUM");
        } else if number.is_multiple_of(2) {
            sql(&file, "VACUUM");
        }
        if number % 4 == 3 {
            grow_wal(&file, random);
        }
        let peers = open(&file).peers(None).unwrap();
        let peers = peers.into_iter().map(|peer| (peer.id, peer.access_hash)).collect();
        Self { folder, file, layout, key, peers }
    }

    /// Its files, each with its content.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap());
        let named = entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()));
        named.filter(|(name, _)| !name.ends_with("-shm")).collect()
    }
}

fn put_file(layout: &str, file: &Path) {
    if let Ok(new_file) = NewFile::named(layout) {
        Session::open(file.to_str().unwrap(), &Options { new_file, ..Options::default() }).unwrap();
        return;
    }
    let (client, name) = layout.split_once('/').unwrap_or((layout, "account"));
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(client);
    fs::copy(fixture.join(format!("{name}.session")), file).unwrap();
}

pub fn open(file: &Path) -> Session {
    Session::open(file.to_str().unwrap(), &Options { create: false, ..Options::default() }).unwrap()
}

pub fn sql(file: &Path, batch: &str) {
    rusqlite::Connection::open(file).unwrap().execute_batch(batch).unwrap();
}

pub fn fields(key: &AuthKey) -> Vec<(Field, Option<FieldValue>)> {
    let number = |field, value| (field, Some(FieldValue::Integer(value)));
    vec![
        (Field::AuthKey, Some(FieldValue::Key(key.clone()))),
        (Field::ServerAddress, Some(FieldValue::Text("149.154.167.91".to_owned()))),
        number(Field::DcId, 4),
        number(Field::Port, 443),
        number(Field::ApiId, 12_345),
        number(Field::TestMode, 0),
        number(Field::UserId, 7_770_001_234_567),
        number(Field::IsBot, 0),
    ]
}

/// An invented peer.
pub fn peer(random: &mut Random) -> Peer {
    let bare = 1_000_000_000 + i64::try_from(random.below(6_000_000_000)).unwrap();
    let (id, peer_type) = match random.below(4) {
        0 => (-1_000_000_000_000 - bare, PeerType::Channel),
        1 => (-1_000_000_000_000 - bare, PeerType::Supergroup),
        2 => (-(bare % 900_000_000), PeerType::Group),
        _ => (bare, PeerType::User),
    };
    let is_group = peer_type == PeerType::Group;
    let has_name = !is_group && random.below(2) == 0;
    Peer {
        id,
        access_hash: (!is_group).then(|| random.next().cast_signed()),
        usernames: if has_name { vec![format!("tgs_{:x}", random.next() >> 32)] } else { Vec::new() },
        phone_number: (peer_type == PeerType::User).then(|| format!("99966{:07}", random.below(10_000_000))),
        name: Some(format!("Name {}", random.below(100_000))),
        peer_type: Some(peer_type),
        last_update_on: Some(1_700_000_000 + i64::try_from(random.below(1_000_000)).unwrap()),
    }
}

// More peers, in a WAL that nobody moved into the file.
fn grow_wal(file: &Path, random: &mut Random) {
    sql(file, "PRAGMA journal_mode = WAL");
    let session = open(file);
    for _ in 0..3 {
        let batch: Vec<Peer> = (0..20).map(|_| peer(random)).collect();
        session.update_peers(&batch).unwrap();
    }
    let copies = ["", "-wal"].map(|suffix| {
        let path = file.with_file_name(format!("account.session{suffix}"));
        (path.clone(), fs::read(path).unwrap())
    });
    drop(session);
    for (path, bytes) in copies {
        fs::write(path, bytes).unwrap();
    }
    let _ = fs::remove_file(file.with_file_name("account.session-shm"));
}
