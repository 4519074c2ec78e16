//! Databases that were made to harm whoever opens them. Nothing in them runs, reading ends and writes nothing, and the error
//! says what is wrong.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use tgsession::Result;
use tgsession::model::{Contents, Field, FieldValue};
use tgsession::session::{NewFile, SalvageOptions, examine, salvage};

use crate::common::{full_contents, full_data, key};
use crate::harness::{Harness, check_error, raw, read_only, sql, try_open, value};

const LAYOUTS: [&str; 4] = ["pyrogram@3", "kurigram@7", "telethon@8", "telethon@10"];
// A check of the schema's own expressions is stopped after 10 s.
const LONGEST: Duration = Duration::from_secs(120);

const ENDLESS: &str = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r";

/// Runs something that must end.
fn in_time<T: Send + 'static>(what: &str, run: impl FnOnce() -> T + Send + 'static) -> T {
    let (ended, end) = mpsc::channel();
    std::thread::spawn(move || ended.send(run()));
    end.recv_timeout(LONGEST).unwrap_or_else(|_| panic!("{what}: it runs on, or has panicked"))
}

fn peers_of(layout: &str) -> &'static str {
    match layout {
        "telethon@8" => "entities",
        "telethon@10" => "tgsession_peers",
        _ => "peers",
    }
}

/// The table with the key of the login.
pub fn login_of(layout: &str) -> &'static str {
    match layout {
        "telethon@10" => "datacenter",
        "mtcute@2" => "auth_keys",
        "grammers@1" => "dc_option",
        _ => "sessions",
    }
}

/// Opens, reads, looks up, examines and salvages: all of it ends, and the files are as they were.
fn read_all(what: &str, harness: &Harness) -> Result<Contents> {
    let before = harness.snapshot();
    let file: PathBuf = harness.file.clone();
    let answer = in_time(what, move || {
        let found = try_open(&file, true).and_then(|session| {
            session.peer_by_id(101)?;
            session.peer_by_username("tgs_one")?;
            session.peer_by_phone_number("9996610001")?;
            session.contents()
        });
        let location = file.to_str().unwrap();
        let _ = examine(location);
        let _ = salvage(location, &SalvageOptions::default()).map(|salvaged| salvaged.session.contents());
        if let Ok(session) = try_open(&file, false) {
            let _ = session.contents();
        }
        found
    });
    assert_eq!(harness.snapshot(), before, "{what}: it was changed");
    if let Err(error) = &answer {
        check_error(error, &harness.file, &[key(1), key(2)]);
    }
    answer
}

/// It is refused, and the message names the cause.
fn refused(what: &str, harness: &Harness, cause: &str) {
    let error = read_all(what, harness).unwrap_err().to_string();
    assert!(error.contains(cause), "{what}: {error}");
}

/// Changes the text of the schema past SQLite's checks.
fn forge(file: &Path, batch: &str) {
    let conn = Connection::open(file).unwrap();
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false).unwrap();
    conn.execute_batch(&format!("PRAGMA writable_schema = ON; {batch}")).unwrap();
}

#[test]
fn a_view_in_the_place_of_a_table_is_refused() {
    for layout in LAYOUTS {
        for table in [peers_of(layout), login_of(layout)] {
            let harness = Harness::full(layout);
            let columns: String = value(
                &harness.file,
                &format!(
                    "SELECT group_concat(CASE name WHEN 'id' THEN 'n AS id' ELSE name END) FROM pragma_table_info('{table}')"
                ),
            );
            sql(
                &harness.file,
                &format!(
                    "ALTER TABLE {table} RENAME TO stolen; \
                     CREATE VIEW {table} AS SELECT {columns} FROM stolen, ({})",
                    ENDLESS.replace("SELECT n FROM", "SELECT n AS n FROM")
                ),
            );
            refused(&format!("{layout} {table}"), &harness, "is a view");
        }
    }
}

#[test]
fn a_view_that_calls_itself_a_table_is_refused() {
    for layout in LAYOUTS {
        let harness = Harness::full(layout);
        let table = peers_of(layout);
        let view = format!("CREATE VIEW {table} AS SELECT n AS id, n AS access_hash, n AS hash FROM ({ENDLESS})");
        forge(
            &harness.file,
            &format!("UPDATE sqlite_master SET sql = '{view}', rootpage = 0 WHERE name = '{table}' AND type = 'table'"),
        );
        assert!(read_all(layout, &harness).is_err(), "{layout}");
    }
}

#[test]
fn computed_columns_are_never_computed() {
    for layout in LAYOUTS {
        let harness = Harness::full(layout);
        let (table, column) = (peers_of(layout), "access_hash");
        let column = if layout == "telethon@8" { "hash" } else { column };
        let slow = "instr(zeroblob(200000000), zeroblob(100000000) || x'01')";
        sql(
            &harness.file,
            &format!(
                "ALTER TABLE {table} RENAME COLUMN {column} TO was; \
                 ALTER TABLE {table} ADD COLUMN {column} INTEGER GENERATED ALWAYS AS ({slow}) VIRTUAL"
            ),
        );
        refused(layout, &harness, "computed columns");
    }
}

/// Puts a virtual table into the schema, of a module that this SQLite does not have.
fn add_virtual_table(file: &Path, name: &str, columns: &str) {
    let text = format!("CREATE VIRTUAL TABLE {name} USING somebodys_module ({columns})");
    forge(file, &format!("INSERT INTO sqlite_master VALUES ('table', '{name}', '{name}', 0, '{text}')"));
}

#[test]
fn virtual_tables_are_refused() {
    for layout in LAYOUTS {
        let harness = Harness::full(layout);
        let table = peers_of(layout);
        sql(&harness.file, &format!("DROP TABLE {table}"));
        add_virtual_table(&harness.file, table, "id, access_hash, hash, phone_number");
        refused(layout, &harness, "a virtual table");
    }
}

#[test]
fn somebody_elses_virtual_table_is_no_obstacle() {
    for layout in LAYOUTS {
        let harness = Harness::full(layout);
        let before = read_only(&harness.file).contents().unwrap();
        add_virtual_table(&harness.file, "vectors", "embedding float[3]");
        assert_eq!(read_all(layout, &harness).unwrap(), before, "{layout}");
        let found = read_only(&harness.file).leftovers().unwrap().foreign_tables;
        assert!(found.iter().any(|table| table.name == "vectors" && table.rows.is_none()), "{layout}: {found:?}");
        let session = try_open(&harness.file, false).unwrap();
        session.set(&[(Field::ApiId, Some(FieldValue::Integer(94575)))]).unwrap();
        session.update_peers(&before.peers).unwrap();
        assert_eq!(session.data().unwrap().api_id, Some(94575), "{layout}");
        let kept: i64 = value(&harness.file, "SELECT count(*) FROM sqlite_schema WHERE name = 'vectors'");
        assert_eq!(kept, 1, "{layout}");
    }
}

#[test]
fn constraints_and_indexes_that_never_end_are_left_alone() {
    let slow = "CAST(x AS TEXT) LIKE ''%a%a%a%a%a%a%a%a%a%a%a%a%a%b''";
    let harness = Harness::full("pyrogram@3");
    let before = read_only(&harness.file).contents().unwrap();
    sql(
        &harness.file,
        "CREATE TABLE slow (x, y DEFAULT (1)); INSERT INTO slow (x) VALUES (replace(hex(zeroblob(100)), '0', 'a'))",
    );
    forge(
        &harness.file,
        &format!("UPDATE sqlite_master SET sql = 'CREATE TABLE slow (x CHECK ({slow}), y)' WHERE name = 'slow'"),
    );
    assert_eq!(read_all("a constraint", &harness).unwrap(), before);

    // Many steps, each of which is short: the check is stopped.
    let harness = Harness::full("pyrogram@3");
    let many = "CREATE TABLE slow (x); WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 40000) \
                INSERT INTO slow SELECT n FROM r";
    sql(&harness.file, many);
    let each = "instr(zeroblob(120000 + x % 2), zeroblob(60000) || x''01'') = 0";
    forge(
        &harness.file,
        &format!("UPDATE sqlite_master SET sql = 'CREATE TABLE slow (x CHECK ({each}))' WHERE name = 'slow'"),
    );
    assert_eq!(read_all("many constraints", &harness).unwrap(), before);
}

#[test]
fn triggers_run_neither_at_reads_nor_at_writes() {
    for layout in NewFile::names() {
        let (login, harness) = (login_of(&layout), Harness::full(&layout));
        let key_column = match login {
            "datacenter" => "auth",
            "auth_keys" => "key",
            _ => "auth_key",
        };
        let stolen = format!(
            "CREATE TRIGGER one AFTER INSERT ON {login} BEGIN DELETE FROM {login}; END; \
             CREATE TRIGGER two AFTER UPDATE ON {login} BEGIN UPDATE {login} SET {key_column} = NULL; END; \
             CREATE TRIGGER three AFTER DELETE ON {login} BEGIN INSERT INTO {login} SELECT * FROM {login}; END"
        );
        sql(&harness.file, &stolen);
        let before = read_all(&layout, &harness).unwrap();
        let session = try_open(&harness.file, false).unwrap();
        session.set(&[(Field::AuthKey, Some(FieldValue::Key(key(9))))]).unwrap();
        session.save().unwrap();
        drop(session);
        let after = read_only(&harness.file).contents().unwrap();
        assert_eq!(after.data.auth_key, Some(key(9)), "{layout}");
        assert_eq!(after.peers, before.peers, "{layout}");
    }
}

#[test]
fn other_forms_of_the_same_tables_read_as_they_are_or_say_why_not() {
    // Without row ids; names in quotes; a table in the place of what the library asks SQLite with.
    let rebuilt = "CREATE TABLE \"new\"\"'[` peers\" (id INTEGER PRIMARY KEY, access_hash INTEGER, type TEXT, username TEXT, \
                   phone_number TEXT, last_update_on INTEGER) WITHOUT ROWID; \
                   INSERT INTO \"new\"\"'[` peers\" SELECT id, access_hash, type, username, phone_number, last_update_on FROM peers; \
                   DROP TABLE peers; ALTER TABLE \"new\"\"'[` peers\" RENAME TO peers";
    let harness = Harness::full("pyrogram@3");
    let before = read_only(&harness.file).contents().unwrap();
    sql(&harness.file, rebuilt);
    assert_eq!(read_all("without row ids", &harness).unwrap(), before);
    sql(
        &harness.file,
        "CREATE TABLE \"it's; DROP TABLE sessions; --\" (\"a\"\"b'c`[]\" , \"*\"); CREATE INDEX \"'\"\"\" ON \"it's; DROP TABLE sessions; --\" (\"*\")",
    );
    assert_eq!(read_all("names in quotes", &harness).unwrap(), before);
    sql(
        &harness.file,
        "CREATE TABLE pragma_table_xinfo (name, cid, pk, hidden); CREATE TABLE pragma_index_info (name, seqno)",
    );
    assert!(read_all("names of SQLite's", &harness).is_err());
}

#[test]
fn statistics_that_mislead_change_no_answer() {
    for layout in LAYOUTS {
        let harness = Harness::full(layout);
        let before = read_only(&harness.file).contents().unwrap();
        sql(&harness.file, "ANALYZE");
        sql(
            &harness.file,
            "DELETE FROM sqlite_stat1; INSERT INTO sqlite_stat1 SELECT tbl_name, name, '1 1 1 1 unordered sz=1' FROM sqlite_master WHERE type = 'index'",
        );
        sql(
            &harness.file,
            "INSERT INTO sqlite_stat1 VALUES ('peers', NULL, '-5 99999999999999999999 x'), (NULL, zeroblob(1000), x'ff')",
        );
        assert_eq!(read_all(layout, &harness).unwrap(), before, "{layout}");
    }
}

#[test]
fn functions_that_load_code_are_not_called() {
    for call in
        ["load_extension('/tmp/evil.so')", "fts3_tokenizer('a', x'00')", "writefile('/tmp/evil', 'x')", "randomblob(5)"]
    {
        let harness = Harness::full("pyrogram@3");
        let view = format!("CREATE VIEW peers AS SELECT {call} AS id, 1 AS access_hash").replace('\'', "''");
        forge(&harness.file, &format!("UPDATE sqlite_master SET sql = '{view}', rootpage = 0 WHERE name = 'peers'"));
        assert!(read_all(call, &harness).is_err(), "{call}");
        assert!(!Path::new("/tmp/evil").exists());
    }
}

#[test]
fn a_schema_that_is_broken_on_purpose_is_an_error() {
    let broken = [
        "UPDATE sqlite_master SET sql = 'CREATE TABLE peers (' WHERE name = 'peers'",
        "UPDATE sqlite_master SET sql = substr(sql, 1, 20) || zeroblob(100) WHERE name = 'peers'",
        "UPDATE sqlite_master SET rootpage = 99999 WHERE name = 'peers'",
        "UPDATE sqlite_master SET rootpage = 1 WHERE name = 'peers'",
        "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'version') WHERE name = 'sessions'",
        "UPDATE sqlite_master SET name = NULL, tbl_name = NULL WHERE name = 'peers'",
        "UPDATE sqlite_master SET type = 'index' WHERE name = 'peers'",
        "UPDATE sqlite_master SET name = 'sessions' WHERE name = 'peers'",
        "INSERT INTO sqlite_master SELECT * FROM sqlite_master WHERE name = 'peers'",
        "DELETE FROM sqlite_master",
    ];
    for batch in broken {
        let harness = Harness::full("pyrogram@3");
        forge(&harness.file, batch);
        // Another table in the place of the login's has no key; none is made up.
        if let Ok(contents) = read_all(batch, &harness) {
            let found = contents.data.auth_key;
            assert!(found.is_none() || found == full_data().auth_key, "{batch}");
        }
    }
}

#[test]
fn huge_rows_and_schemas_end() {
    let harness = Harness::full("pyrogram@3");
    sql(
        &harness.file,
        "UPDATE peers SET username = NULL, phone_number = CAST(zeroblob(5000000) AS TEXT) WHERE id = 102",
    );
    assert!(read_all("a huge row", &harness).is_ok_and(|contents| contents.peers.len() == full_contents().peers.len()));

    let harness = Harness::full("pyrogram@3");
    let before = read_only(&harness.file).contents().unwrap();
    let columns = (0..1_900).map(|number| format!("c{number}")).collect::<Vec<_>>().join(",");
    let tables: String = (0..40).map(|number| format!("CREATE TABLE t{number} ({columns});")).collect();
    raw(&harness.file).execute_batch(&format!("BEGIN; {tables} COMMIT")).unwrap();
    assert_eq!(read_all("76,000 columns", &harness).unwrap(), before);

    // Views of views: each is twice the one before.
    let harness = Harness::full("pyrogram@3");
    let views: String =
        (1..60).map(|n| format!("CREATE VIEW v{n} AS SELECT a.x FROM v{} a, v{} b;", n - 1, n - 1)).collect();
    let batch = format!("CREATE TABLE v0 (x); {views}");
    raw(&harness.file).execute_batch(&batch).unwrap();
    assert_eq!(read_all("views of views", &harness).unwrap(), before);
}
