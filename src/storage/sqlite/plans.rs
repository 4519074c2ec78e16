//! No statement on one peer scans a table, in any layout, once our first write has made our indexes.

use rusqlite::Connection;

use super::dialects::{self, Dialect};
use super::file_access;
use super::layout::Layout;
use super::needs::Needs;
use super::own_tables::OwnTable;
use super::queries::Queries;
use super::schema::Schema;
use crate::model::Peer;

// Kurigram as Pyrogram's files become one: with the column of usernames, without the later index.
const UPGRADED: &[&str] = &[
    dialects::pyrogram::SESSIONS,
    dialects::pyrogram::PEERS_WITH_USERNAME,
    dialects::pyrogram::COMMON,
    "CREATE TABLE usernames (id INTEGER, username TEXT); CREATE INDEX idx_usernames_username ON usernames (username)",
];

fn files() -> Vec<Connection> {
    let all = |dialect: &&Dialect| dialect.creates.iter().map(|(_, sql)| *sql);
    let layouts = dialects::ALL.iter().flat_map(all).chain([UPGRADED]);
    let file = |sql: &[&str]| {
        let conn = Connection::open_in_memory().unwrap();
        file_access::configure(&conn).unwrap();
        sql.iter().for_each(|sql| conn.execute_batch(sql).unwrap());
        conn
    };
    layouts.map(file).collect()
}

fn layout(conn: &Connection) -> Layout {
    let schema = Schema::read(conn).unwrap();
    Layout::new(&schema, schema.marks(conn).unwrap(), "a file").unwrap()
}

fn plan(conn: &Connection, sql: &str) -> Vec<String> {
    let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let count = statement.parameter_count();
    let rows = statement.query_map(rusqlite::params_from_iter(vec![1; count]), |row| row.get(3)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn no_statement_on_one_peer_scans() {
    let peer = Peer { id: 5, usernames: vec!["a".into(), "b".into()], ..Peer::default() };
    for conn in files() {
        for with_own_tables in [false, true] {
            Needs::for_peers(&layout(&conn), &[Peer { usernames: vec![], ..peer.clone() }])
                .with_name_indexes()
                .create_missing(&conn, &layout(&conn))
                .unwrap();
            if with_own_tables {
                for table in [OwnTable::Peers, OwnTable::Usernames] {
                    table.create(&conn).unwrap();
                }
                Needs::for_peers(&layout(&conn), std::slice::from_ref(&peer))
                    .create_missing(&conn, &layout(&conn))
                    .unwrap();
            }
            let layout = layout(&conn);
            assert!(!layout.lookups_scan && layout.missing_indexes.is_empty());
            let queries = Queries::new(&layout);
            let lookups = queries.by_id.iter().chain(&queries.by_username).chain(&queries.by_phone_number);
            let one = queries.usernames.iter().map(|usernames| &usernames.one);
            let statements = lookups
                .chain(queries.release_username.iter().flat_map(|release| [&release.find, &release.take]))
                .chain(one)
                .chain([&queries.one]);
            for sql in statements.filter(|sql| !sql.is_empty()) {
                for step in plan(&conn, sql) {
                    // The usernames of one peer, and our index of the few peers that have several.
                    let scans_little =
                        step.contains("VIRTUAL TABLE") || step.ends_with("INDEX tgsession_peers_several");
                    let scans = step.starts_with("SCAN") && step != "SCAN CONSTANT ROW" && !scans_little;
                    assert!(!scans, "{}: {sql}\n{step}", layout.format());
                }
            }
        }
    }
}

#[test]
fn lookups_are_prepared_once() {
    for conn in files() {
        for table in [OwnTable::Peers, OwnTable::Usernames] {
            table.create(&conn).unwrap();
        }
        let layout = layout(&conn);
        let queries = Queries::new(&layout);
        for sql in queries.by_id.iter().chain(&queries.by_username).chain(&queries.by_phone_number) {
            for key in ["5", "a", "b"] {
                let was_reprepared = super::peers::find(&conn, sql, &key).unwrap().was_reprepared;
                assert!(!was_reprepared, "{}: {sql}", layout.format());
            }
        }
    }
}
