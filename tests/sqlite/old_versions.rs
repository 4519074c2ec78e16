//! Files of every version of every client, made with that version's SQL: read, written in place, and not upgraded.

use rusqlite::Connection;
use tgsession::model::{Contents, Peer, SessionData};

use crate::common::{self, full_data, id, key, seen, states};
use crate::harness::{Harness, key_sql, open, raw, read_only};

pub fn pyrogram(version: i64) -> String {
    let api_id = if version >= 3 { "api_id INTEGER," } else { "" };
    format!(
        "CREATE TABLE sessions (dc_id INTEGER PRIMARY KEY, {api_id} test_mode INTEGER, auth_key BLOB, date INTEGER NOT NULL, \
         user_id INTEGER, is_bot INTEGER); \
         CREATE TABLE peers (id INTEGER PRIMARY KEY, access_hash INTEGER, type INTEGER NOT NULL, username TEXT, phone_number TEXT, \
         last_update_on INTEGER NOT NULL DEFAULT (CAST(STRFTIME('%s', 'now') AS INTEGER))); \
         CREATE TABLE version (number INTEGER PRIMARY KEY); \
         CREATE INDEX idx_peers_id ON peers (id); CREATE INDEX idx_peers_username ON peers (username); \
         CREATE INDEX idx_peers_phone_number ON peers (phone_number); \
         CREATE TRIGGER trg_peers_last_update_on AFTER UPDATE ON peers BEGIN UPDATE peers \
         SET last_update_on = CAST(STRFTIME('%s', 'now') AS INTEGER) WHERE id = NEW.id; END; \
         INSERT INTO version VALUES ({version}); \
         INSERT INTO sessions (dc_id, test_mode, auth_key, date, user_id, is_bot) VALUES (4, 0, {}, 5, 777, 0); \
         INSERT INTO peers VALUES (7, -3, 'user', 'tgs_seven', '9997', 1700000000);",
        key_sql(1)
    )
}

/// What Kurigram's migrations do to a file, from one version to another.
pub fn kurigram_migration(from: i64, to: i64) -> String {
    let steps = [
        (2, "DELETE FROM peers;"),
        (3, "ALTER TABLE sessions ADD api_id INTEGER;"),
        (
            4,
            "CREATE TABLE usernames (id INTEGER, username TEXT, FOREIGN KEY (id) REFERENCES peers(id)); \
             CREATE INDEX idx_usernames_username ON usernames (username);",
        ),
        (5, "CREATE TABLE update_state (id INTEGER PRIMARY KEY, pts INTEGER, qts INTEGER, date INTEGER, seq INTEGER);"),
        (6, "CREATE INDEX idx_usernames_id ON usernames (id);"),
        (7, "ALTER TABLE sessions ADD server_address TEXT; ALTER TABLE sessions ADD port INTEGER;"),
    ];
    let wanted = steps.iter().filter(|(version, _)| (from + 1..=to).contains(version));
    let steps: String = wanted.map(|(_, step)| *step).collect();
    format!("BEGIN; {steps} UPDATE version SET number = {to}; COMMIT;")
}

pub fn telethon(version: i64) -> String {
    let rowid = if version <= 3 { "without rowid" } else { "" };
    let date = if version >= 7 { ", date integer" } else { "" };
    let takeout_id = if version >= 5 { ", takeout_id integer" } else { "" };
    let tmp_auth_key = if version >= 8 { ", tmp_auth_key blob" } else { "" };
    let (takeout, tmp) = (if version >= 5 { ", NULL" } else { "" }, if version >= 8 { ", x''" } else { "" });
    let sent_files = match version {
        1 => String::new(),
        2 => format!(
            "create table sent_files (md5_digest blob, file_size integer, file_id integer, part_count integer, \
                      primary key(md5_digest, file_size)) {rowid};"
        ),
        _ => format!(
            "create table sent_files (md5_digest blob, file_size integer, type integer, id integer, hash integer, \
                      primary key(md5_digest, file_size, type)) {rowid};"
        ),
    };
    let states = if version >= 4 {
        "create table update_state (id integer primary key, pts integer, qts integer, date integer, seq integer); \
         insert into update_state values (0, 10, 0, 1700000000, 3), (1777000303, 20, NULL, 1700000000.75, 0);"
    } else {
        ""
    };
    format!(
        "create table version (version integer primary key) {rowid}; insert into version values ({version}); \
         create table sessions (dc_id integer primary key, server_address text, port integer, auth_key blob{takeout_id}{tmp_auth_key}) {rowid}; \
         create table entities (id integer primary key, hash integer not null, username text, phone integer, name text{date}) {rowid}; \
         {sent_files} {states} \
         insert into sessions values (4, '149.154.167.91', 443, {}{takeout}{tmp}); \
         insert into entities (id, hash, username, phone, name) values (7, -3, 'tgs_seven', 9997, 'Seven'), \
         (-1001777000303, 9, 'tgs_chan', NULL, 'Chan'), (-8, 0, NULL, NULL, 'Group');",
        key_sql(1)
    )
}

fn shape(conn: &Connection) -> Vec<(String, String)> {
    let sql = "SELECT m.name, c.name || ' ' || c.type FROM sqlite_master m, pragma_table_info(m.name) c \
               WHERE m.type = 'table' AND m.name NOT LIKE 'tgsession%' ORDER BY m.name, c.cid";
    let mut statement = conn.prepare(sql).unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

/// Reads a file, fills it and reads it again: its shape and version stay.
pub fn read_and_filled(name: &str, batch: &str, format: &str) {
    let harness = Harness::of_sql(batch);
    let before = harness.snapshot();
    let session = read_only(&harness.file);
    assert_eq!(session.format().unwrap().to_string(), format, "{name}");
    let data = session.data().unwrap();
    assert_eq!((data.dc_id, &data.auth_key), (Some(4), &Some(key(1))), "{name}");
    for _ in 0..3 {
        assert_eq!(id(&session.peer_by_phone_number("9997").unwrap()), 7, "{name}");
    }
    assert_eq!(session.peers(Some(&[7])).unwrap()[0].usernames, ["tgs_seven"], "{name}");
    drop(session);
    assert!(harness.snapshot() == before, "{name}");
    let conn = raw(&harness.file);
    let shape_before = shape(&conn);

    let session = open(&harness.file);
    let given: Contents = common::full_contents();
    session.set(&common::changes(&given.data)).unwrap();
    session.update_peers(&given.peers).unwrap();
    session.set_update_states(&given.update_states).unwrap();
    session.cache_sent_files(&given.sent_files).unwrap();
    session.update_peers(&[seen(7, &["tgs_seven", "tgs_sept"], common::now())]).unwrap();
    for session in [session, read_only(&harness.file)] {
        assert_eq!(session.format().unwrap().to_string(), format, "{name}");
        assert_eq!(session.data().unwrap(), given.data, "{name}");
        for state in states() {
            assert!(session.update_states().unwrap().contains(&state), "{name} {state:?}");
        }
        let contents = session.contents().unwrap();
        assert_eq!(contents.sent_files, given.sent_files, "{name}");
        for peer in given.peers.iter() {
            let read = contents.peers.iter().find(|read| read.id == peer.id).unwrap();
            let read = Peer { peer_type: Some(read.effective_type()), ..read.clone() };
            assert_eq!(&read, peer, "{name}");
        }
        for name in ["tgs_seven", "tgs_sept"] {
            assert_eq!(id(&session.peer_by_username(name).unwrap()), 7, "{name}");
        }
    }
    if !name.contains("usernames are made") {
        assert_eq!(shape(&conn), shape_before, "{name}");
    }
    let integrity: String = conn.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok", "{name}");
}

#[test]
fn pyrograms() {
    for version in 1..=3 {
        read_and_filled(&format!("pyrogram {version}"), &pyrogram(version), &format!("pyrogram@{version}"));
    }
    let migrated = pyrogram(2) + "ALTER TABLE sessions ADD api_id INTEGER; UPDATE version SET number = 3;";
    read_and_filled("pyrogram 2 → 3", &migrated, "pyrogram@3");
}

#[test]
fn kurigrams() {
    for version in 4..=7 {
        let migrated = pyrogram(3) + &kurigram_migration(3, version);
        read_and_filled(&format!("kurigram 3 → {version}"), &migrated, &format!("kurigram@{version}"));
        let new = migrated.clone()
            + "DELETE FROM peers; DROP INDEX idx_peers_username; ALTER TABLE peers DROP username; \
            INSERT INTO peers VALUES (7, -3, 'user', '9997', 1700000000); INSERT INTO usernames VALUES (7, 'tgs_seven');";
        read_and_filled(&format!("kurigram {version}"), &new, &format!("kurigram@{version}"));
    }
}

#[test]
fn pyroforks() {
    let update_state = "CREATE TABLE update_state (id INTEGER PRIMARY KEY, pts INTEGER, qts INTEGER, date INTEGER, seq INTEGER); \
                        UPDATE version SET number = 4;";
    let usernames = "CREATE TABLE usernames (id TEXT PRIMARY KEY, peer_id INTEGER NOT NULL, last_update_on INTEGER NOT NULL \
                     DEFAULT (CAST(STRFTIME('%s', 'now') AS INTEGER)));";
    let plain = pyrogram(3) + update_state;
    read_and_filled("pyrofork 4, whose usernames are made on first use", &plain, "pyrofork@4");
    read_and_filled("pyrofork 4", &(plain + usernames), "pyrofork@4");
}

#[test]
fn telethons() {
    for version in 1..=8 {
        read_and_filled(&format!("telethon {version}"), &telethon(version), &format!("telethon@{version}"));
    }
    for version in 4..=8 {
        let old_tables = telethon(version)
            .replace("blob) ;", "blob) without rowid;")
            .replace("name text) ;", "name text) without rowid;");
        read_and_filled(&format!("telethon {version} without rowid"), &old_tables, &format!("telethon@{version}"));
    }
}

#[test]
fn telethons_states_have_bare_ids_and_real_dates() {
    let session = read_only(&Harness::of_sql(&telethon(8)).file).update_states().unwrap();
    let channel = &session[0];
    assert_eq!(
        (channel.id, channel.pts, channel.qts, channel.date, channel.seq),
        (common::CHANNEL, Some(20), None, Some(1_700_000_000), Some(0))
    );
    assert_eq!((session[1].id, session[1].pts), (0, Some(10)));
}

#[test]
fn a_session_before_login_and_one_without_a_row() {
    let empty = SessionData::default();
    for version in 1..=8 {
        let (takeout, tmp) = (if version >= 5 { ", NULL" } else { "" }, if version >= 8 { ", NULL" } else { "" });
        let before_login =
            format!("delete from sessions; insert into sessions values (0, NULL, NULL, x''{takeout}{tmp});");
        for batch in [before_login.as_str(), "delete from sessions;"] {
            let harness = Harness::of_sql(&(telethon(version) + batch));
            assert_eq!(read_only(&harness.file).data().unwrap(), empty, "{version} {batch}");
            let session = open(&harness.file);
            session.set(&common::changes(&full_data())).unwrap();
            assert_eq!(read_only(&harness.file).data().unwrap(), full_data());
            let rows: i64 =
                raw(&harness.file).query_row("SELECT count(*) FROM sessions", [], |row| row.get(0)).unwrap();
            assert_eq!(rows, 1);
        }
    }
    let harness = Harness::of_sql(&(pyrogram(3) + "DELETE FROM sessions;"));
    assert_eq!(read_only(&harness.file).data().unwrap(), empty);
    open(&harness.file).set(&common::changes(&full_data())).unwrap();
    assert_eq!(read_only(&harness.file).data().unwrap(), full_data());
    // NULL stands for an empty key as well.
    let harness = Harness::of_sql(&(telethon(8) + "update sessions set auth_key = NULL, tmp_auth_key = NULL;"));
    assert_eq!(read_only(&harness.file).data().unwrap().auth_key, None);
}

#[test]
fn a_version_without_a_row_or_table_is_told_by_the_shape() {
    for (batch, format) in [
        (pyrogram(3) + "DELETE FROM version;", "pyrogram@3"),
        (pyrogram(3) + "DROP TABLE version;", "pyrogram@3"),
        (telethon(8) + "delete from version;", "telethon@8"),
    ] {
        let harness = Harness::of_sql(&batch);
        assert_eq!(read_only(&harness.file).format().unwrap().to_string(), format);
        assert_eq!(read_only(&harness.file).data().unwrap().auth_key, Some(key(1)));
    }
}
