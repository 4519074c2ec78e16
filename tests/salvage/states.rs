//! Rows and keys in several states: which of them counts, and when nobody may choose.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use tgsession::model::{AuthKey, Field, FieldValue, Peer};
use tgsession::session::{
    LoginOutcome, NewFile, Options, Place, SalvageMethod, SalvageOptions, Salvaged, Session, salvage,
};
use tgsession::{ErrorCode, Result};

use crate::damage::page_size;
use crate::random::Random;
use crate::sample::{fields, open, peer, sql};

struct Bench {
    folder: tempfile::TempDir,
    file: std::path::PathBuf,
    random: Random,
}

impl Bench {
    fn new(layout: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("account.session");
        let new_file = NewFile::named(layout).unwrap();
        Session::open(file.to_str().unwrap(), &Options { new_file, ..Options::default() }).unwrap();
        Self { folder, file, random: Random(7) }
    }

    fn key(&mut self) -> AuthKey {
        AuthKey::new(&self.random.bytes(256)).unwrap()
    }

    fn log_in(&mut self) -> AuthKey {
        let key = self.key();
        open(&self.file).set(&fields(&key)).unwrap();
        key
    }

    fn peers(&mut self, count: usize) -> Vec<Peer> {
        (0..count).map(|_| peer(&mut self.random)).collect()
    }

    fn salvage(&self) -> Result<Salvaged> {
        self.salvage_key(None)
    }

    fn salvage_key(&self, key: Option<&AuthKey>) -> Result<Salvaged> {
        let auth_key_id = key.map(AuthKey::id_hex);
        salvage(self.file.to_str().unwrap(), &SalvageOptions { auth_key_id, ..SalvageOptions::default() })
    }

    /// Overwrites some pages; the first is 1.
    fn lose(&mut self, pages: &[usize]) {
        let mut bytes = fs::read(&self.file).unwrap();
        let size = page_size(&bytes);
        for page in pages {
            let garbage = self.random.bytes(size);
            bytes[(page - 1) * size..page * size].copy_from_slice(&garbage);
        }
        fs::write(&self.file, bytes).unwrap();
    }

    fn root(&self, table: &str) -> usize {
        let sql = "SELECT rootpage FROM sqlite_master WHERE name = ?1";
        let root: i64 = Connection::open(&self.file).unwrap().query_row(sql, [table], |row| row.get(0)).unwrap();
        usize::try_from(root).unwrap()
    }
}

fn key_of(salvaged: &Salvaged) -> Option<AuthKey> {
    salvaged.session.data().unwrap().auth_key
}

/// A table of sessions that was dropped without its pages being wiped: they are free, and have another key.
fn leave_old_login(file: &Path, key: &AuthKey) {
    let conn = Connection::open(file).unwrap();
    let columns = "PRAGMA secure_delete = OFF; CREATE TABLE old (dc_id INTEGER PRIMARY KEY, api_id INTEGER, \
                   test_mode INTEGER, auth_key BLOB, date INTEGER NOT NULL, user_id INTEGER, is_bot INTEGER)";
    conn.execute_batch(columns).unwrap();
    conn.execute("INSERT INTO old VALUES (2, 7, 0, ?1, 0, 5, 0)", [key.as_bytes().as_slice()]).unwrap();
    conn.execute_batch("DROP TABLE old").unwrap();
}

#[test]
fn a_sound_session_is_copied_as_it_is() {
    let mut bench = Bench::new("kurigram@7");
    let key = bench.log_in();
    let peers = bench.peers(20);
    open(&bench.file).update_peers(&peers).unwrap();
    let salvaged = bench.salvage().unwrap();
    assert_eq!((salvaged.report.method, salvaged.report.login), (SalvageMethod::Engine, LoginOutcome::Found));
    assert_eq!(key_of(&salvaged), Some(key));
    assert_eq!(salvaged.session.contents().unwrap(), open(&bench.file).contents().unwrap());
}

#[test]
fn all_is_read_from_intact_pages_as_the_engine_reads_it() {
    for layout in ["pyrogram@3", "kurigram@7", "kurigram@6", "pyrofork@4", "telethon@7", "telethon@8", "telethon@10"] {
        let mut bench = Bench::new(layout);
        bench.log_in();
        let peers = bench.peers(120);
        let session = open(&bench.file);
        session.update_peers(&peers).unwrap();
        let several = vec!["tgs_first".to_owned(), "tgs_second".to_owned()];
        session.update_peers(&[Peer { usernames: several, ..peers[0].clone() }]).unwrap();
        let expected = session.contents().unwrap();
        drop(session);
        // A page that no table leads to makes the file unsound, and nothing else is lost.
        let mut bytes = fs::read(&bench.file).unwrap();
        let size = page_size(&bytes);
        bytes.extend(bench.random.bytes(size));
        let pages = u32::try_from(bytes.len() / size).unwrap();
        bytes[28..32].copy_from_slice(&pages.to_be_bytes());
        fs::write(&bench.file, bytes).unwrap();
        let salvaged = bench.salvage().unwrap();
        assert_eq!(salvaged.report.method, SalvageMethod::Pages, "{layout}");
        assert_eq!(salvaged.report.login, LoginOutcome::Found, "{layout}");
        assert_eq!(salvaged.session.contents().unwrap(), expected, "{layout}");
        assert_eq!(salvaged.session.format().unwrap().to_string(), layout);
    }
}

#[test]
fn a_lost_first_page_leaves_all_that_is_in_the_others() {
    for layout in ["pyrogram@3", "kurigram@7", "kurigram@6", "pyrofork@4", "telethon@7", "telethon@8"] {
        let mut bench = Bench::new(layout);
        let key = bench.log_in();
        let peers = bench.peers(150);
        let session = open(&bench.file);
        session.update_peers(&peers).unwrap();
        let expected = session.contents().unwrap();
        drop(session);
        bench.lose(&[1]);
        let salvaged = bench.salvage().unwrap();
        let contents = salvaged.session.contents().unwrap();
        assert_eq!((salvaged.report.login, contents.data.auth_key), (LoginOutcome::Doubtful, Some(key)), "{layout}");
        let without_types = |peers: &[Peer]| {
            peers.iter().map(|peer| (peer.id, peer.access_hash, peer.usernames.clone())).collect::<Vec<_>>()
        };
        if !layout.starts_with("telethon") {
            assert_eq!(without_types(&contents.peers), without_types(&expected.peers), "{layout}");
        }
        assert_eq!(contents.peers.len(), expected.peers.len(), "{layout}");
        // Without a further username or an update state, a file of Pyrofork is like one of Pyrogram.
        let name = layout.split('@').next().unwrap().replace("pyrofork", "pyrogram");
        assert_eq!(salvaged.session.format().unwrap().name, name);
        assert_eq!(salvaged.session.get(Field::DcId).unwrap(), Some(FieldValue::Integer(4)));
    }
}

#[test]
fn without_a_schema_our_own_tables_are_told_by_the_client() {
    for layout in ["telethon@10", "telethon@7"] {
        let mut bench = Bench::new(layout);
        bench.log_in();
        let peers = bench.peers(100);
        let session = open(&bench.file);
        session.update_peers(&peers).unwrap();
        let several = vec!["tgs_first".to_owned(), "tgs_second".to_owned()];
        session.update_peers(&[Peer { usernames: several, ..peers[0].clone() }]).unwrap();
        let expected = session.contents().unwrap();
        drop(session);
        // The schema and the login: only peers are left.
        let login = bench.root(if layout == "telethon@10" { "datacenter" } else { "sessions" });
        bench.lose(&[1, login]);
        let salvaged = bench.salvage().unwrap();
        assert_eq!(salvaged.report.login, LoginOutcome::Lost, "{layout}");
        let contents = salvaged.session.contents().unwrap();
        let told = |peers: &[Peer]| {
            peers.iter().map(|p| (p.id, p.access_hash.unwrap_or(0), p.usernames.clone())).collect::<Vec<_>>()
        };
        assert_eq!(told(&contents.peers), told(&expected.peers), "{layout}");
        assert_eq!(salvaged.session.format().unwrap().name, "telethon");
    }
}

#[test]
fn a_key_in_a_free_page_is_counted_and_not_taken() {
    let mut bench = Bench::new("pyrogram@3");
    let (key, old) = (bench.log_in(), bench.key());
    leave_old_login(&bench.file, &old);
    let salvaged = bench.salvage().unwrap();
    assert_eq!(key_of(&salvaged), Some(key.clone()));
    let found = |key: &AuthKey, place| {
        salvaged.report.candidates.iter().any(|c| c.auth_key_id == key.id_hex() && c.place == place)
    };
    assert!(found(&key, Place::Table) && found(&old, Place::FreePage), "{:?}", salvaged.report.candidates);

    // Named, it is taken, with the fields of its own row.
    let named = bench.salvage_key(Some(&old)).unwrap();
    assert_eq!((named.report.login, key_of(&named)), (LoginOutcome::Doubtful, Some(old.clone())));
    assert_eq!(named.session.get(Field::UserId).unwrap(), Some(FieldValue::Integer(5)));

    // The only one that is left is not chosen in silence: it was removed.
    let sessions = bench.root("sessions");
    bench.lose(&[sessions]);
    let refused = bench.salvage().map(|salvaged| salvaged.report).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Incomplete);
    assert!(refused.to_string().contains(&old.id_hex()), "{refused}");
    assert_eq!(key_of(&bench.salvage_key(Some(&old)).unwrap()), Some(old.clone()));
    let none = SalvageOptions { auth_key_id: Some("none".to_owned()), ..SalvageOptions::default() };
    let without = salvage(bench.file.to_str().unwrap(), &none).unwrap();
    assert_eq!((without.report.login, key_of(&without)), (LoginOutcome::LoggedOut, None));
    let unknown = bench.salvage_key(Some(&key)).map(|salvaged| salvaged.report).unwrap_err();
    assert_eq!(unknown.code(), ErrorCode::InvalidArgument);
}

#[test]
fn a_session_that_is_logged_out_gets_no_key_of_the_past() {
    let mut bench = Bench::new("pyrogram@3");
    let old = bench.key();
    let peers = bench.peers(100);
    open(&bench.file).update_peers(&peers).unwrap();
    leave_old_login(&bench.file, &old);
    bench.lose(&[bench.root("idx_peers_id")]);
    let salvaged = bench.salvage().unwrap();
    assert_eq!((salvaged.report.method, salvaged.report.login), (SalvageMethod::Pages, LoginOutcome::LoggedOut));
    assert_eq!(key_of(&salvaged), None);
    assert_eq!(salvaged.report.candidates.len(), 1);
}

#[test]
fn of_two_keys_in_lost_pages_none_is_chosen() {
    let mut bench = Bench::new("telethon@7");
    let key = bench.log_in();
    let other = bench.key();
    let conn = Connection::open(&bench.file).unwrap();
    let copy = "CREATE TABLE spare (dc_id integer primary key, server_address text, port integer, auth_key blob, takeout_id integer)";
    conn.execute_batch(copy).unwrap();
    conn.execute("INSERT INTO spare VALUES (2, '149.154.167.51', 443, ?1, NULL)", [other.as_bytes().as_slice()])
        .unwrap();
    drop(conn);
    bench.lose(&[1]);
    let refused = bench.salvage().map(|salvaged| salvaged.report).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Incomplete);
    for key in [&key, &other] {
        assert!(refused.to_string().contains(&key.id_hex()), "{refused}");
        assert_eq!(key_of(&bench.salvage_key(Some(key)).unwrap()).as_ref(), Some(key));
    }
}

#[test]
fn the_newest_row_of_a_peer_wins_wherever_it_stands() {
    let mut bench = Bench::new("pyrogram@3");
    bench.log_in();
    let one = Peer { last_update_on: Some(1_700_000_000), access_hash: Some(1), ..peer(&mut bench.random) };
    let two = Peer { last_update_on: Some(1_700_000_500), access_hash: Some(2), ..one.clone() };
    let others = bench.peers(30);
    let session = open(&bench.file);
    session.update_peers(&others).unwrap();
    session.update_peers(std::slice::from_ref(&one)).unwrap();
    drop(session);
    // The newer row is in the WAL only; the file has the older.
    sql(&bench.file, "PRAGMA journal_mode = WAL");
    let session = open(&bench.file);
    session.set(&[(Field::Date, Some(FieldValue::Integer(1_700_000_000)))]).unwrap();
    session.update_peers(std::slice::from_ref(&two)).unwrap();
    let [file, wal] =
        ["", "-wal"].map(|suffix| fs::read(bench.folder.path().join(format!("account.session{suffix}"))).unwrap());
    drop(session);
    let put = |wal: &[u8]| {
        let _ = fs::remove_file(bench.folder.path().join("account.session-shm"));
        fs::write(&bench.file, &file).unwrap();
        fs::write(bench.folder.path().join("account.session-wal"), wal).unwrap();
    };
    put(&wal);
    let read = |bench: &Bench| {
        let salvaged = bench.salvage().unwrap();
        let peers = salvaged.session.peers(Some(&[one.id])).unwrap();
        (salvaged.report.method, peers[0].access_hash)
    };
    assert_eq!(read(&bench), (SalvageMethod::Engine, Some(2)));
    // With the first page lost, page by page.
    let mut torn = file.clone();
    torn[..512].fill(0xee);
    fs::write(&bench.file, &torn).unwrap();
    assert_eq!(read(&bench).1, Some(2));
    // Behind the first frame, which is damaged, SQLite does not look: here the newer date counts.
    let mut damaged = wal.clone();
    damaged[32 + 100] ^= 0xff;
    put(&damaged);
    fs::write(&bench.file, &torn).unwrap();
    assert_eq!(read(&bench), (SalvageMethod::Pages, Some(2)));
}

#[test]
fn a_hot_journal_is_taken_back() {
    let mut bench = Bench::new("pyrogram@3");
    let (key, other) = (bench.log_in(), bench.key());
    let version = bench.root("version");
    let conn = Connection::open(&bench.file).unwrap();
    // So small a cache that the pages go into the file before the transaction ends.
    conn.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN").unwrap();
    conn.execute("UPDATE sessions SET auth_key = ?1", [other.as_bytes().as_slice()]).unwrap();
    let mut insert = conn.prepare("INSERT INTO peers (id, access_hash, type) VALUES (?1, 5, 'user')").unwrap();
    for id in 1..4000 {
        insert.execute([id]).unwrap();
    }
    let copies =
        ["", "-journal"].map(|suffix| fs::read(bench.folder.path().join(format!("account.session{suffix}"))).unwrap());
    drop(insert);
    conn.execute_batch("ROLLBACK").unwrap();
    drop(conn);
    let [mut file, journal] = copies;
    assert!(file.windows(256).any(|window| window == other.as_bytes()), "the page was not written early");
    // What the transaction did not touch is damaged, so that SQLite's own way back is not enough.
    file[version * 4096 - 4096..version * 4096].fill(0xee);
    fs::write(&bench.file, file).unwrap();
    fs::write(bench.folder.path().join("account.session-journal"), journal).unwrap();
    let salvaged = bench.salvage().unwrap();
    assert_eq!(key_of(&salvaged), Some(key));
    assert!(salvaged.report.pages.unwrap().from_journal > 0);
    assert!(
        salvaged.report.candidates.iter().any(|c| c.auth_key_id == other.id_hex() && c.place == Place::Uncommitted)
    );
}

#[test]
fn a_live_session_is_copied_while_its_client_writes() {
    for wal in [false, true] {
        let mut bench = Bench::new("pyrogram@3");
        let key = bench.log_in();
        if wal {
            sql(&bench.file, "PRAGMA journal_mode = WAL");
        }
        let session = open(&bench.file);
        let batch = bench.peers(40);
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for _ in 0..20 {
                    session.update_peers(&batch).unwrap();
                    session.set(&fields(&key)).unwrap();
                }
            });
            while !writer.is_finished() {
                let salvaged = bench.salvage().unwrap();
                assert_eq!(salvaged.report.method, SalvageMethod::Engine);
                assert_eq!(key_of(&salvaged).as_ref(), Some(&key));
            }
        });
    }
}

#[test]
fn what_was_lost_is_told_by_the_indexes() {
    let mut bench = Bench::new("pyrogram@3");
    bench.log_in();
    let peers = bench.peers(400);
    open(&bench.file).update_peers(&peers).unwrap();
    let sql = "SELECT pageno FROM dbstat WHERE name = 'peers' AND pagetype = 'leaf' LIMIT 2";
    let conn = Connection::open(&bench.file).unwrap();
    let mut statement = conn.prepare(sql).unwrap();
    let pages = statement.query_map([], |row| row.get::<_, i64>(0)).unwrap();
    let pages: Vec<usize> = pages.map(|page| usize::try_from(page.unwrap()).unwrap()).collect();
    drop(statement);
    drop(conn);
    let all = open(&bench.file).peers(None).unwrap().len();
    bench.lose(&pages);
    let report = bench.salvage().unwrap().report;
    assert!(report.lost_peers > 0 && report.peers > 0, "{report:?}");
    assert_eq!(report.peers + report.lost_peers, all);
}

#[test]
fn values_beside_come_back() {
    for layout in ["pyrogram@3", "telethon@7", "telethon@10"] {
        for schema_is_lost in [false, true] {
            let mut bench = Bench::new(layout);
            bench.log_in();
            let peers = bench.peers(60);
            let session = open(&bench.file);
            session.update_peers(&peers).unwrap();
            let large = bench.random.bytes(9_000);
            let values = [("config", &large[..]), ("salts 4", &large[..32]), ("zero", &[])];
            for (name, value) in values {
                session.set_value(name, value).unwrap();
            }
            drop(session);
            let index = if layout == "telethon@7" {
                "sqlite_autoindex_sent_files_1"
            } else {
                "sqlite_autoindex_tgsession_values_1"
            };
            let lost = if schema_is_lost { 1 } else { bench.root(index) };
            bench.lose(&[lost]);
            let salvaged = bench.salvage().unwrap();
            let context = format!("{layout}, schema lost: {schema_is_lost}");
            assert_eq!(salvaged.report.method, SalvageMethod::Pages, "{context}");
            assert_eq!(salvaged.report.values, 3, "{context}");
            for (name, value) in values {
                assert_eq!(salvaged.session.value(name).unwrap().unwrap().as_bytes(), value, "{context}: {name}");
            }
        }
    }
}

#[test]
fn what_is_no_session_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("other.db");
    sql(&file, "CREATE TABLE songs (id INTEGER PRIMARY KEY, title TEXT); INSERT INTO songs VALUES (1, 'x')");
    let refused = salvage(file.to_str().unwrap(), &SalvageOptions::default()).map(|s| s.report).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::NotASession);
    fs::write(&file, Random(3).bytes(20_000)).unwrap();
    let refused = salvage(file.to_str().unwrap(), &SalvageOptions::default()).map(|s| s.report).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::NotASession);
    let large = SalvageOptions { largest: 10_000, ..SalvageOptions::default() };
    let refused = salvage(file.to_str().unwrap(), &large).map(|s| s.report).unwrap_err();
    assert!(refused.to_string().contains("larger than 10000 bytes"), "{refused}");
}
