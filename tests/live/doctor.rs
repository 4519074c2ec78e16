//! What `examine` says of a file beside what its own client does with it: each defect is made in a file that the client
//! made, and then it opens the file.

use std::fs;
use std::path::Path;

use serde_json::json;
use tgsession::model::Severity;
use tgsession::session::{Examination, examine};

use crate::oracle::Oracle;

/// A defect, and whether clients fail to open or to read the file.
struct Defect {
    sql: &'static str,
    clients_fail: bool,
    /// The only client of its layout that opens it all the same.
    but: &'static str,
}

const fn fatal(sql: &'static str) -> Defect {
    Defect { sql, clients_fail: true, but: "" }
}

const fn fatal_but_for(client: &'static str, sql: &'static str) -> Defect {
    Defect { sql, clients_fail: true, but: client }
}

const fn harmless(sql: &'static str) -> Defect {
    Defect { sql, clients_fail: false, but: "" }
}

const OF_ALL: &[Defect] =
    &[harmless(""), fatal_but_for("hydrogram-0.2.0", "DELETE FROM version"), fatal("DROP TABLE version")];

const OF_PYROGRAM: &[Defect] = &[
    fatal_but_for("hydrogram-0.2.0", "DELETE FROM sessions"),
    fatal("INSERT INTO version SELECT number + 1 FROM version"),
    fatal("ALTER TABLE sessions RENAME COLUMN user_id TO account"),
    fatal("ALTER TABLE sessions RENAME COLUMN test_mode TO mode"),
    harmless("DROP INDEX idx_peers_id"),
    harmless("DROP INDEX idx_peers_phone_number"),
    harmless("CREATE TABLE notes (text)"),
];

const OF_KURIGRAM_7: &[Defect] = &[
    fatal("ALTER TABLE sessions RENAME COLUMN server_address TO address"),
    fatal("UPDATE version SET number = 6"),
    fatal("UPDATE version SET number = 5"),
    fatal("UPDATE version SET number = 4"),
    fatal("DROP TABLE update_state"),
];

const OF_TELETHON_8: &[Defect] = &[
    fatal("ALTER TABLE sessions ADD COLUMN note"),
    fatal("ALTER TABLE sessions DROP COLUMN tmp_auth_key"),
    fatal("INSERT OR REPLACE INTO update_state VALUES (5, NULL, NULL, NULL, NULL)"),
    fatal("DROP TABLE update_state"),
    harmless("DELETE FROM sessions"),
    harmless("CREATE INDEX mine ON entities (username)"),
];

const OF_TELETHON_7: &[Defect] =
    &[fatal("ALTER TABLE sessions ADD COLUMN note"), fatal("ALTER TABLE sessions DROP COLUMN takeout_id")];

fn defects_of(key: &str) -> Vec<&'static Defect> {
    let own: &[&'static [Defect]] = match key {
        "kurigram-2.2.26" => &[OF_PYROGRAM, OF_KURIGRAM_7],
        "telethon-1.45.0" => &[OF_TELETHON_8],
        "telethon-1.24.0" => &[OF_TELETHON_7],
        _ => &[OF_PYROGRAM],
    };
    OF_ALL.iter().chain(own.iter().copied().flatten()).collect()
}

fn compare(key: &'static str) {
    let mut oracle = Oracle::start(key);
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(key).join("account.session");
    for Defect { sql, clients_fail, but } in defects_of(key) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("account.session");
        fs::copy(&fixture, &file).unwrap();
        rusqlite::Connection::open(&file).unwrap().execute_batch(sql).unwrap();
        let examination = examine(file.to_str().unwrap()).unwrap();
        let lookups = json!({"lookups": {"ids": [], "usernames": [], "phones": []}});
        let answer = oracle.try_ask("read", &file, &lookups);
        let fails = answer.is_err();
        assert_eq!(fails, *clients_fail && *but != key, "{key}: after '{sql}' the client: {:?}", answer.err());
        assert_eq!(
            says_that_it_fails(&examination),
            *clients_fail,
            "{key}: after '{sql}': {:#?}",
            examination.findings
        );
    }
}

fn says_that_it_fails(examination: &Examination) -> bool {
    let is_fatal = |check: &str| ["owner", "open"].contains(&check);
    examination.findings.iter().any(|finding| finding.severity == Severity::Error && is_fatal(finding.check))
}

macro_rules! clients {
    ($($test:ident: $key:literal;)*) => {
        $(#[test] #[ignore = "needs the real clients: make test-rust"] fn $test() { compare($key); })*
    };
}

clients! {
    doctor_pyrogram_2_0: "pyrogram-2.0.106";
    doctor_hydrogram_0_2: "hydrogram-0.2.0";
    doctor_pyrofork_2_3: "pyrofork-2.3.69";
    doctor_kurigram_2_2: "kurigram-2.2.26";
    doctor_telethon_1_24: "telethon-1.24.0";
    doctor_telethon_1_45: "telethon-1.45.0";
}
