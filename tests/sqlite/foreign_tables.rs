//! Other programs' tables in a session's file, and logins that nobody reads: named always, taken along when asked.

use std::path::Path;

use rusqlite::Connection;
use tgsession::model::Leftovers;
use tgsession::session::{ConvertOptions, Outcome, Report, Session, convert_with};
use tgsession::{ErrorCode, Result};

use crate::common::key;
use crate::harness::{Harness, create, key_sql, raw, read_only, sql, try_open, value};

const KEEP: ConvertOptions<'static> =
    ConvertOptions { overrides: &[], given: &[], keep_foreign_tables: true, passcode: None };

fn with(batch: &str) -> Harness {
    let harness = Harness::full("telethon@8");
    sql(&harness.file, batch);
    harness
}

fn leftovers(file: &Path) -> Leftovers {
    read_only(file).leftovers().unwrap()
}

fn names(found: &Leftovers) -> Vec<(String, Option<u64>)> {
    found.foreign_tables.iter().map(|table| (table.name.clone(), table.rows)).collect()
}

/// Converts with the tables, into a file.
fn keep(source: &Harness, layout: &str) -> (Harness, Result<Report>) {
    let target = Harness::new();
    let session = create(&target.file, layout);
    let report = convert_with(&read_only(&source.file), &session, &KEEP);
    (target, report)
}

fn dump(file: &Path, query: &str) -> Vec<Vec<rusqlite::types::Value>> {
    let conn = raw(file);
    let mut statement = conn.prepare(query).unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| (0..columns).map(|column| row.get(column)).collect()).unwrap();
    rows.map(|row| row.unwrap()).collect()
}

#[test]
fn a_clients_own_tables_and_ours_are_not_foreign() {
    for layout in ["pyrogram@3", "kurigram@7", "kurigram@6", "pyrofork@4", "telethon@8", "telethon@5", "telethon@10"] {
        let harness = Harness::full(layout);
        assert_eq!(leftovers(&harness.file), Leftovers::default(), "{layout}");
    }
}

#[test]
fn a_foreign_table_is_named_and_left_behind() {
    let source =
        with("CREATE TABLE encrypts (word text, time integer, key text); INSERT INTO encrypts VALUES ('a', 1, 'b')");
    assert_eq!(names(&leftovers(&source.file)), [("encrypts".to_owned(), Some(1))]);
    let target = Harness::new();
    let session = create(&target.file, "pyrogram@3");
    let report = convert_with(&read_only(&source.file), &session, &ConvertOptions::default()).unwrap();
    let told = &report.foreign_tables[0];
    assert_eq!((told.table.name.as_str(), told.outcome), ("encrypts", Outcome::LeftBehind));
    assert!(leftovers(&target.file).foreign_tables.is_empty());
}

#[test]
fn a_foreign_table_is_taken_along_with_all_that_it_has() {
    let source = with(
        "CREATE TABLE \"odd \"\" name; DROP TABLE entities\" (\"a \"\" b\" TEXT, blob BLOB, real REAL, none, UNIQUE (real));
         INSERT INTO \"odd \"\" name; DROP TABLE entities\" VALUES ('x', x'00ff', 1.5, NULL), (CAST(x'ff00fe' AS TEXT), x'', -0.0, 7);
         CREATE INDEX \"odd index\" ON \"odd \"\" name; DROP TABLE entities\" (blob);
         CREATE TABLE without (k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO without VALUES ('b', 1), ('a', 2);
         CREATE TABLE computed (a INTEGER, twice AS (a * 2), stored AS (a * 3) STORED); INSERT INTO computed VALUES (2);
         CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, v); INSERT INTO counted VALUES (9, 'v');
         CREATE TABLE child (p REFERENCES without (k)); INSERT INTO child VALUES ('gone');
         CREATE TABLE empty (a)",
    );
    for layout in ["pyrogram@3", "telethon@8", "telethon@6", "kurigram@7"] {
        let (target, report) = keep(&source, layout);
        let report = report.unwrap();
        assert_eq!(report.foreign_tables.len(), 6, "{layout}");
        assert!(report.foreign_tables.iter().all(|told| told.outcome == Outcome::TakenAlong), "{layout}");
        assert_eq!(names(&leftovers(&target.file)), names(&leftovers(&source.file)), "{layout}");
        for query in [
            "SELECT hex(\"a \"\" b\"), typeof(\"a \"\" b\"), blob, real, none FROM \"odd \"\" name; DROP TABLE entities\" ORDER BY rowid",
            "SELECT * FROM without",
            "SELECT a, twice, stored FROM computed",
            "SELECT * FROM counted",
            "SELECT * FROM child",
            "SELECT seq FROM sqlite_sequence",
            "SELECT name, sql FROM sqlite_schema WHERE name IN ('odd index', 'without', 'computed', 'counted', 'child') ORDER BY name",
        ] {
            assert_eq!(dump(&source.file, query), dump(&target.file, query), "{layout}: {query}");
        }
        let checked: String = value(&target.file, "PRAGMA integrity_check");
        assert_eq!(checked, "ok");
        assert_eq!(read_only(&target.file).data().unwrap().auth_key, Some(key(1)), "{layout}");
    }
}

#[test]
fn what_runs_code_is_named_and_never_taken() {
    let source = forged(
        "CREATE VIEW a_view AS SELECT randomblob(100000000) FROM entities;
         CREATE TABLE full_text (a);
         CREATE TABLE plain (a); INSERT INTO plain VALUES (1);
         CREATE TRIGGER ticks AFTER INSERT ON plain BEGIN DELETE FROM entities; END",
        "rootpage = 0, sql = 'CREATE VIRTUAL TABLE full_text USING fts5 (a)'",
        "full_text",
    );
    let found = names(&leftovers(&source.file));
    assert!(
        found.contains(&("a_view".to_owned(), None)) && found.contains(&("full_text".to_owned(), None)),
        "{found:?}"
    );
    let (target, report) = keep(&source, "telethon@8");
    for told in report.unwrap().foreign_tables {
        let is_code = ["a_view", "full_text"].contains(&told.table.name.as_str());
        assert_eq!(told.outcome == Outcome::LeftBehind, is_code, "{told:?}");
    }
    let made: i64 = value(&target.file, "SELECT count(*) FROM sqlite_schema WHERE type IN ('view', 'trigger')");
    assert_eq!(made, 0);
    assert!(!read_only(&target.file).peers(None).unwrap().is_empty());
}

#[test]
fn a_table_with_a_name_of_the_new_layout_is_an_error() {
    let source = with("CREATE TABLE peers (a); CREATE TABLE other (b)");
    let (target, report) = keep(&source, "pyrogram@3");
    let refused = report.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Unsupported);
    assert!(refused.to_string().contains("'peers'"), "{refused}");
    assert!(leftovers(&target.file).foreign_tables.is_empty(), "all of them or none");
    // Pyrogram's layout with such a table is Kurigram's.
    let source = with("CREATE TABLE usernames (id INTEGER, username TEXT)");
    let (target, report) = keep(&source, "pyrogram@3");
    assert_eq!(report.unwrap_err().code(), ErrorCode::Unsupported);
    assert_eq!(read_only(&target.file).format().unwrap().to_string(), "pyrogram@3");
    assert!(keep(&source, "telethon@8").1.is_ok());
}

/// A file whose schema says what no SQLite would write.
fn forged(batch: &str, change: &str, name: &str) -> Harness {
    let harness = with(batch);
    let conn = Connection::open(&harness.file).unwrap();
    conn.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false).unwrap();
    conn.execute_batch(&format!(
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET {change} WHERE name = '{name}'"
    ))
    .unwrap();
    harness
}

#[test]
fn a_forged_definition_does_nothing_else() {
    for change in [
        "sql = 'CREATE TABLE x (a); DROP TABLE entities'",
        "sql = 'CREATE TABLE x (a); DELETE FROM sessions'",
        "sql = 'CREATE TABLE entities2 (a)'",
        "sql = 'CREATE TABLE temp.x (a)'",
        "sql = 'CREATE TABLE x AS SELECT auth_key FROM sessions'",
        "sql = 'CREATE VIEW x AS SELECT auth_key FROM sessions'",
        "sql = NULL",
        "sql = x'435245415445205441424c45ff'",
        "name = CAST(x'ff78' AS TEXT)",
        "name = 'x' || char(0) || 'y'",
    ] {
        let source = forged("CREATE TABLE x (a); INSERT INTO x VALUES (1)", change, "x");
        let target = Harness::new();
        let session = create(&target.file, "telethon@8");
        // It may not open at all; if it does, the session is whole, and what was taken is a table.
        let Ok(opened) = try_open(&source.file, true) else { continue };
        let Ok(expected) = opened.contents() else { continue };
        if convert_with(&opened, &session, &KEEP).is_err() {
            continue;
        }
        let found = session.contents().unwrap();
        assert_eq!((found.data.auth_key, found.peers.len()), (Some(key(1)), expected.peers.len()), "{change}");
        let keys = "SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%SELECT%'";
        assert_eq!(value::<i64>(&target.file, keys), 0, "{change}");
    }
}

// The schema's row of an index, with the text of a trigger or of an index on the login.
#[test]
fn a_forged_index_makes_nothing_else() {
    for text in [
        "CREATE TRIGGER i AFTER INSERT ON x BEGIN DELETE FROM sessions; END",
        "CREATE INDEX i ON sessions (auth_key)",
        "CREATE VIEW i AS SELECT auth_key FROM sessions",
    ] {
        let source = with("CREATE TABLE x (a); INSERT INTO x VALUES (1); CREATE INDEX i ON x (a)");
        let conn = Connection::open(&source.file).unwrap();
        conn.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false).unwrap();
        let forge = format!("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = '{text}' WHERE name = 'i'");
        conn.execute_batch(&forge).unwrap();
        drop(conn);
        let target = Harness::new();
        let session = create(&target.file, "telethon@8");
        let Ok(opened) = try_open(&source.file, true) else { continue };
        let _ = convert_with(&opened, &session, &KEEP);
        let made =
            "SELECT count(*) FROM sqlite_schema WHERE type IN ('view', 'trigger') OR name = 'i' AND tbl_name <> 'x'";
        assert_eq!(value::<i64>(&target.file, made), 0, "{text}");
    }
}

#[test]
fn a_name_that_looks_like_a_secret_is_not_shown() {
    let string = "1BVtsOHYBu".to_owned() + &"AbCdEfGh1234567890iJkLmNoPqRsTuVwXyZ_-".repeat(10)[..343];
    let source = with(&format!("CREATE TABLE \"{string}\" (a)"));
    let shown = leftovers(&source.file).foreign_tables[0].name.clone();
    assert!(!shown.contains(&string[10..40]), "{shown}");
    let (target, report) = keep(&source, "telethon@8");
    assert_eq!(report.unwrap().foreign_tables[0].outcome, Outcome::TakenAlong);
    assert_eq!(value::<i64>(&target.file, &format!("SELECT count(*) FROM sqlite_schema WHERE name = '{string}'")), 1);
}

#[test]
fn a_name_that_is_not_utf_8_is_named_and_left_behind() {
    let source = with("CREATE TABLE x (a)");
    let mut bytes = std::fs::read(&source.file).unwrap();
    let at = bytes.windows(16).rposition(|part| part == b"CREATE TABLE x (").unwrap();
    bytes[at + 13] = 0xff;
    for before in (0..at).rev().take(8) {
        if bytes[before] == b'x' {
            bytes[before] = 0xff;
        }
    }
    std::fs::write(&source.file, bytes).unwrap();
    let found = leftovers(&source.file);
    assert_eq!(found.foreign_tables.len(), 1, "{found:?}");
    let (_, report) = keep(&source, "telethon@8");
    assert_eq!(report.unwrap().foreign_tables[0].outcome, Outcome::LeftBehind);
}

#[test]
fn many_rows_are_taken() {
    let source = with(
        "CREATE TABLE many (a INTEGER, b TEXT);
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) INSERT INTO many SELECT i, 'text ' || i FROM n",
    );
    let (target, report) = keep(&source, "pyrogram@3");
    assert_eq!(report.unwrap().foreign_tables[0].table.rows, Some(200_000));
    let sum = "SELECT count(*) || ' ' || sum(a) || ' ' || max(b) FROM many";
    assert_eq!(value::<String>(&source.file, sum), value::<String>(&target.file, sum));
}

#[test]
fn a_second_login_is_named() {
    let one = |session: &Session| session.data().unwrap().auth_key;
    for (layout, row) in [
        ("telethon@8", format!("INSERT INTO sessions VALUES (5, '91.108.56.130', 443, {}, NULL, NULL)", key_sql(3))),
        ("pyrogram@3", format!("INSERT INTO sessions (dc_id, auth_key, date) VALUES (5, {}, 0)", key_sql(3))),
    ] {
        let harness = Harness::full(layout);
        sql(&harness.file, &row);
        let session = read_only(&harness.file);
        let found = session.leftovers().unwrap().other_logins;
        assert_eq!(found.len(), 1, "{layout}");
        assert_eq!((found[0].dc_id, found[0].auth_key_id.clone()), (Some(5), Some(key(3).id_hex())), "{layout}");
        assert_eq!(one(&session), Some(key(1)), "{layout}");
        let target = Harness::new();
        let report = convert_with(&session, &create(&target.file, "telethon@8"), &ConvertOptions::default()).unwrap();
        assert_eq!(report.other_logins[0].outcome, Outcome::LeftBehind);
        assert_eq!(report.other_logins[0].login, found[0], "{layout}");
        sql(&harness.file, "UPDATE sessions SET auth_key = NULL WHERE dc_id = 5");
        assert_eq!(read_only(&harness.file).leftovers().unwrap().other_logins[0].auth_key_id, None, "{layout}");
    }
}
