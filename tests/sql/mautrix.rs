//! The tables of mautrix-telegram, which are AlchemySession's with the prefix `telethon_`, without that of their version.

use rusqlite::Connection;
use tempfile::TempDir;
use tgsession::ErrorCode;
use tgsession::session::{Lookup, Options, Session, convert};

use crate::common::{key, peer};
use crate::databases::{error, list};

/// From `mautrix_telegram/db/upgrade/v00_latest_revision.py` of 0.15.2, and two rows.
const TABLES: &str = "
    CREATE TABLE telethon_sessions (session_id TEXT PRIMARY KEY, dc_id INTEGER, server_address TEXT, port INTEGER, auth_key bytea);
    CREATE TABLE telethon_entities (session_id TEXT, id BIGINT, hash BIGINT NOT NULL, username TEXT, phone TEXT, name TEXT,
        PRIMARY KEY (session_id, id));
    CREATE TABLE telethon_sent_files (session_id TEXT, md5_digest bytea, file_size INTEGER, type INTEGER, id BIGINT, hash BIGINT,
        PRIMARY KEY (session_id, md5_digest, file_size, type));
    CREATE TABLE telethon_update_state (session_id TEXT, entity_id BIGINT, pts BIGINT, qts BIGINT, date BIGINT, seq BIGINT,
        unread_count INTEGER, PRIMARY KEY (session_id, entity_id));
    CREATE TABLE version (version integer); INSERT INTO version VALUES (18);
    INSERT INTO telethon_entities VALUES ('bot', 5, 6, 'tgs_five', '99966110005', 'Five');
    INSERT INTO telethon_update_state VALUES ('bot', 0, 1, 2, 3, 4, 0);";

struct Bridge {
    folder: TempDir,
}

impl Bridge {
    fn new() -> Self {
        let bridge = Self { folder: TempDir::new().unwrap() };
        let conn = bridge.raw();
        conn.execute_batch(TABLES).unwrap();
        for (name, dc_id, address, seed) in [("+99966110001", 4, "149.154.167.91", 1), ("bot", 2, "149.154.167.51", 2)]
        {
            let sql = "INSERT INTO telethon_sessions VALUES (?1, ?2, ?3, 443, ?4)";
            conn.execute(sql, (name, dc_id, address, key(seed).as_bytes().as_slice())).unwrap();
        }
        bridge
    }

    fn path(&self) -> String {
        format!("{}/mautrix.db", self.folder.path().to_str().unwrap())
    }

    fn raw(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }

    fn url(&self, query: &str) -> String {
        format!("sqlite:///{}{query}", self.path())
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.path()).unwrap()
    }
}

#[test]
fn its_sessions_are_listed_and_read_and_nothing_changes() {
    let bridge = Bridge::new();
    let before = bridge.bytes();
    assert_eq!(list(&bridge.url("?table_prefix=telethon_")).unwrap(), ["+99966110001", "bot"]);
    for read_only in [true, false] {
        let options = Options { read_only, ..Options::default() };
        let session = Session::open(&bridge.url("?table_prefix=telethon_&session=bot"), &options).unwrap();
        let data = session.data().unwrap();
        assert_eq!((data.dc_id, data.auth_key), (Some(2), Some(key(2))));
        assert_eq!(session.format().unwrap().to_string(), "alchemysession");
        assert!(matches!(session.peer_by_id(5).unwrap(), Lookup::Found(peer) if peer.access_hash == Some(6)));
        for found in [session.peer_by_username("tgs_five"), session.peer_by_phone_number("99966110005")] {
            assert!(matches!(found.unwrap(), Lookup::Found(peer) if peer.id == 5));
        }
        assert_eq!(session.update_states().unwrap()[0].pts, Some(1));
        assert!(!session.capabilities().unwrap().writable);
        let refused = error(session.update_peers(&[peer(7, &[])]));
        assert_eq!(refused.code(), ErrorCode::ReadOnly);
        let target = Session::open(":memory:", &Options::default()).unwrap();
        convert(&session, &target, &[]).unwrap();
        assert_eq!(target.peers(None).unwrap().len(), 1);
    }
    let options = Options::default();
    let missing = error(Session::open(&bridge.url("?table_prefix=telethon_&session=none"), &options));
    assert_eq!(missing.code(), ErrorCode::FileNotFound);
    assert!(bridge.bytes() == before);
}

// The bridge runs on PostgreSQL too, where a phone number is a text of another type than the number that is asked for.
#[test]
fn its_tables_in_postgresql_are_read() {
    let database = crate::databases::postgresql();
    let prefix = &database.prefix;
    let tables = TABLES.split("CREATE TABLE version").next().unwrap();
    let rows = TABLES.split("VALUES (18);").nth(1).unwrap();
    let login =
        format!("INSERT INTO telethon_sessions VALUES ('bot', 2, '149.154.167.51', 443, '\\x{}')", "5a".repeat(256));
    let sql = format!("{tables}{rows}{login}").replace("telethon_", prefix);
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let (client, connection) = tokio_postgres::connect(&database.url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(&sql).await.unwrap();
    });
    assert_eq!(list(&database.all()).unwrap(), ["bot"]);
    let session = database.open("bot");
    assert_eq!((session.data().unwrap().dc_id, session.format().unwrap().version), (Some(2), None));
    for found in
        [session.peer_by_id(5), session.peer_by_username("tgs_five"), session.peer_by_phone_number("99966110005")]
    {
        assert!(matches!(found.unwrap(), Lookup::Found(peer) if peer.id == 5));
    }
    let peers = session.peers(None).unwrap();
    assert_eq!(peers[0].phone_number.as_deref(), Some("99966110005"));
    assert_eq!(error(session.update_peers(&[peer(7, &[])])).code(), ErrorCode::ReadOnly);
}

#[test]
fn a_wrong_place_says_where_it_is() {
    let bridge = Bridge::new();
    let by_path = error(Session::open(&bridge.path(), &Options::default()));
    assert!(by_path.to_string().contains("table_prefix=telethon_"), "{by_path}");
    let other = error(list(&bridge.url("")));
    assert!(other.to_string().contains("add table_prefix=telethon_"), "{other}");
    // Others may have tables of their own in one database.
    assert!(list(&bridge.url("?table_prefix=other_")).unwrap().is_empty());
    let gone = error(list(&format!("{}.gone", bridge.url(""))));
    assert_eq!(gone.code(), ErrorCode::FileNotFound);
    assert!(gone.to_string().contains("there is no such file"), "{gone}");
    let options = Options { create: false, ..Options::default() };
    let gone = error(Session::open(&format!("{}.gone?session=a", bridge.url("")), &options));
    assert_eq!(gone.code(), ErrorCode::FileNotFound);
    assert!(gone.to_string().contains("there is no such file"), "{gone}");
}

// AlchemySession's own tables whose version somebody has dropped.
#[test]
fn tables_without_their_version_are_found() {
    let folder = TempDir::new().unwrap();
    let path = format!("{}/a.db", folder.path().to_str().unwrap());
    let url = format!("sqlite:///{path}?session=a");
    let session = Session::open(&url, &Options::default()).unwrap();
    session.update_peers(&[peer(7, &["tgs_seven"])]).unwrap();
    drop(session);
    Connection::open(&path).unwrap().execute_batch("DROP TABLE version").unwrap();
    let read_only = Options { read_only: true, ..Options::default() };
    assert_eq!(Session::open(&url, &read_only).unwrap().peers(None).unwrap().len(), 1);
    // A writer makes it again, as AlchemySession would.
    let session = Session::open(&url, &Options::default()).unwrap();
    session.update_peers(&[peer(8, &[])]).unwrap();
    assert_eq!(session.format().unwrap().to_string(), "alchemysession@2");
    assert_eq!(session.peers(None).unwrap().len(), 2);
}

#[test]
fn a_second_row_of_a_session_is_named() {
    let folder = TempDir::new().unwrap();
    let path = format!("{}/a.db", folder.path().to_str().unwrap());
    let session = Session::open(&format!("sqlite:///{path}?session=a"), &Options::default()).unwrap();
    let sql = "INSERT INTO sessions (session_id, dc_id, server_address, port, auth_key) VALUES ('a', ?1, '149.154.167.51', 443, ?2)";
    for (dc_id, seed) in [(2, 1), (4, 2)] {
        Connection::open(&path).unwrap().execute(sql, (dc_id, key(seed).as_bytes().as_slice())).unwrap();
    }
    assert_eq!(session.data().unwrap().auth_key, Some(key(1)));
    let found = session.leftovers().unwrap();
    assert_eq!(found.other_logins.len(), 1);
    assert_eq!(
        (found.other_logins[0].dc_id, found.other_logins[0].auth_key_id.clone()),
        (Some(4), Some(key(2).id_hex()))
    );
}
