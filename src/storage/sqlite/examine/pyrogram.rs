//! What Pyrogram and its forks read and how: `storage/sqlite_storage.py` of each.
//!
//! They read columns by name, from the first row. As they open a file they bring it to their own version, one number after
//! the other: what a later version adds must not be there before.

use rusqlite::Connection;

use super::columns;
use super::owner::{CONVERT, OWNER, missing};
use crate::model::Finding;
use crate::storage::sqlite::fault::Fault;
use crate::storage::sqlite::layout::Layout;

const REINDEX: &str =
    "make a new file for the client with `tgsession convert LOCATION TARGET --to FORMAT`, or create it by hand";

/// Examines a database of Pyrogram's family.
pub fn findings(conn: &Connection, layout: &Layout) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    findings.extend(missing(conn, "sessions", &of_sessions(layout))?);
    findings.extend(missing(conn, "peers", &of_peers(layout))?);
    if is_kurigram(layout) {
        findings.extend(missing(conn, "usernames", &["id", "username"])?);
    }
    if has_states(layout) {
        findings.extend(missing(conn, "update_state", &["id", "pts", "qts", "date", "seq"])?);
    }
    findings.extend(too_early(conn, layout)?);
    findings.extend(objects(conn, layout)?);
    if findings.iter().all(|finding| finding.check != OWNER) {
        findings.extend(values(conn, layout)?);
    }
    Ok(findings)
}

fn is_kurigram(layout: &Layout) -> bool {
    layout.dialect.name == "kurigram"
}

fn has_states(layout: &Layout) -> bool {
    match layout.dialect.name {
        "kurigram" => layout.version >= 5,
        "pyrofork" => layout.version >= 4,
        _ => false,
    }
}

fn of_sessions(layout: &Layout) -> Vec<&'static str> {
    let mut wanted = vec!["dc_id", "test_mode", "auth_key", "date", "user_id", "is_bot"];
    if layout.version >= 3 {
        wanted.push("api_id");
    }
    if is_kurigram(layout) && layout.version >= 7 {
        wanted.extend(["server_address", "port"]);
    }
    wanted
}

fn of_peers(layout: &Layout) -> Vec<&'static str> {
    let mut wanted = vec!["id", "access_hash", "type", "phone_number", "last_update_on"];
    if !is_kurigram(layout) {
        wanted.push("username");
    }
    wanted
}

// A migration creates a table, column or index, and fails if it is there.
fn too_early(conn: &Connection, layout: &Layout) -> Result<Vec<Finding>, Fault> {
    let mut early: Vec<&str> = Vec::new();
    let has_column = |name: &str| Ok::<bool, Fault>(columns::of(conn, "sessions")?.iter().any(|column| column == name));
    if layout.version < 3 && has_column("api_id")? {
        early.push("the column api_id of sessions");
    }
    if is_kurigram(layout) {
        if layout.version < 5 && !columns::of(conn, "update_state")?.is_empty() {
            early.push("the table update_state");
        }
        if layout.version < 6 && columns::has(conn, "index", "idx_usernames_id")? {
            early.push("the index idx_usernames_id");
        }
        if layout.version < 7 && has_column("server_address")? {
            early.push("the column server_address of sessions");
        }
    }
    let error = |what: &str| {
        let message =
            format!("the client brings the file to its next version as it opens it, and fails: {what} is there");
        Finding::error(OWNER, message, CONVERT)
    };
    Ok(early.into_iter().map(error).collect())
}

fn objects(conn: &Connection, layout: &Layout) -> Result<Vec<Finding>, Fault> {
    let mut indexes = vec!["idx_peers_id", "idx_peers_phone_number"];
    if is_kurigram(layout) {
        indexes.push("idx_usernames_username");
        indexes.extend((layout.version >= 6).then_some("idx_usernames_id"));
    } else {
        indexes.push("idx_peers_username");
    }
    let mut findings = Vec::new();
    for index in indexes {
        if !columns::has(conn, "index", index)? {
            let message = format!("the index {index} is missing: the client's lookups read the whole table");
            findings.push(Finding::warning("schema", message, REINDEX));
        }
    }
    if !columns::has(conn, "trigger", "trg_peers_last_update_on")? {
        let message = "the trigger trg_peers_last_update_on is missing, which notes when a peer was last seen";
        findings.push(Finding::warning("schema", message, REINDEX));
    }
    if !layout.peers_have_key {
        let message = "the id of peers is no primary key: the client adds a second row where it means to replace one";
        findings.push(Finding::error(OWNER, message, CONVERT));
    }
    Ok(findings)
}

fn values(conn: &Connection, layout: &Layout) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    match columns::count(conn, "sessions", "1")? {
        0 => {
            let message = "the table sessions has no row: clients fail as they open the file, but for Hydrogram";
            findings.push(Finding::error(OWNER, message, CONVERT));
        }
        1 => {}
        rows => {
            let message =
                format!("the table sessions has {rows} rows: the client reads the first, and changes them all");
            findings.push(Finding::error(OWNER, message, "delete the rows of the other logins"));
        }
    }
    let empty = "auth_key IS NOT NULL AND (test_mode IS NULL OR user_id IS NULL OR is_bot IS NULL)";
    if columns::count(conn, "sessions", empty)? > 0 {
        let message = "test_mode, user_id or is_bot is absent: the client takes the session for a new one, and overwrites the key";
        findings.push(Finding::error(OWNER, message, "set the right values before the client opens it"));
    }
    if layout.version >= 3 && columns::count(conn, "sessions", "auth_key IS NOT NULL AND coalesce(api_id, 0) = 0")? > 0
    {
        let message = "api_id is absent: the client asks for it, unless its program gives one";
        findings.push(Finding::warning("login", message, "set api_id"));
    }
    if is_kurigram(layout) && layout.version >= 7 {
        let without = "auth_key IS NOT NULL AND (server_address IS NULL OR port IS NULL)";
        if columns::count(conn, "sessions", without)? > 0 {
            findings.push(Finding::error(OWNER, "the login has no address, which the client connects to", CONVERT));
        }
    }
    findings.extend(types(conn, layout)?);
    Ok(findings)
}

// `get_input_peer` raises an error for a type that it does not know.
fn types(conn: &Connection, layout: &Layout) -> Result<Option<Finding>, Fault> {
    let known: Vec<String> = layout.peer_types.iter().map(|name| format!("'{name}'")).collect();
    let unknown = columns::count(conn, "peers", &format!("type NOT IN ({})", known.join(", ")))?;
    let message = format!("{unknown} peers have a type that the client does not know: it fails as it looks one up");
    let remedy = "let the client see these peers again, or make a new file with `tgsession convert`";
    Ok((unknown > 0).then(|| Finding::warning("peers", message, remedy)))
}
