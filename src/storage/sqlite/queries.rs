//! The statements on peers, written once for every layout.

use super::dialects::{ById, PeersTable, UsernamesSql, UsernamesTable};
use super::layout::Layout;
use super::own_tables;

/// The SQL for one file's peers. Lookups return id, access hash, type and last-seen time.
#[derive(Debug, Default)]
pub struct Queries {
    // Each is a list of statements to run in order until one finds a peer. It is empty if there is no table of peers
    // yet.
    pub by_id: Vec<String>,
    pub by_username: Vec<String>,
    pub by_phone_number: Vec<String>,
    /// Only these scan a table.
    pub by_name: Vec<String>,
    /// Whole peers: id, access hash, type, last-seen time, username, phone number, name.
    pub all: String,
    pub one: String,
    /// Of those from one id (?1) on, so many (?2); absent where that would scan the table for each page.
    pub page: Option<PageQuery>,
    /// How many peers there are, and how many usernames they have.
    pub counts: Vec<String>,
    /// Id and username, each from one table of usernames, the client's first.
    pub usernames: Vec<UsernamesQuery>,
    /// Adds the row of a peer, or changes it.
    pub write: String,
    /// Changes the row of a peer, where `write` only adds one because the table has no key.
    pub change: Option<String>,
    /// Changes only the last-seen time, if all other columns are equal.
    pub touch: Option<String>,
    /// Reads the client's own record of one peer, in a layout that has such.
    pub complete: Option<String>,
    pub release_username: Vec<Release>,
    /// Of a layout where usernames are in the peers' rows.
    pub row_names: Option<RowNamesQuery>,
    /// Of a username in the peers' own column.
    pub username_of_one: Option<OfOne>,
    /// From every table that has something of a peer.
    pub deletes: Vec<Delete>,
    /// For the client's table of usernames, if the file has it.
    pub write_usernames: Option<UsernamesWrites>,
    /// For our own, if the file has it.
    pub write_own_usernames: Option<UsernamesWrites>,
}

/// Finds who has a username (?1) in one table, and takes it from every peer but one (?2). Looking first costs less than
/// an update that changes nothing.
#[derive(Debug)]
pub struct Release {
    pub find: String,
    pub take: String,
    /// The usernames stand in the peers' rows: a large batch looks into [`RowNamesQuery`] instead.
    pub is_in_rows: bool,
}

/// How the owners of usernames in the peers' rows are found for a large batch.
#[derive(Debug)]
pub struct RowNamesQuery {
    /// Of a username (?1) that is the first one.
    pub first: &'static str,
    /// Id and username of the peers that have several.
    pub several: &'static str,
    /// Whether a peer (?1) that has a username (?2) is one of the session's; no row if it has not.
    pub is_owner: String,
    /// Takes a username (?1) from one peer (?2).
    pub take: &'static str,
}

/// Reads the username of one peer (?1), or takes it (?1) from one peer (?2), which needs no index on usernames.
#[derive(Debug)]
pub struct OfOne {
    pub read: String,
    pub take: String,
}

/// Deletes what one table has of all peers, or of one (?1).
#[derive(Debug)]
pub struct Delete {
    pub all: String,
    pub one: String,
    /// The table is one of usernames, in which a channel may stand under another id.
    pub is_of_names: bool,
}

/// How the usernames (?2) of one peer (?1) are written in one table.
#[derive(Debug)]
pub struct UsernamesWrites {
    /// Those that stand there, in their order.
    pub read: String,
    pub delete: String,
    pub add: String,
    /// Changes the last-seen time (?2) of all of them, in a table that has one.
    pub touch: Option<String>,
}

/// How whole peers are read in pages.
#[derive(Debug)]
pub struct PageQuery {
    pub peers: String,
    /// Whether some row has no id, and would stand in no page.
    pub nameless: String,
}

/// How the further usernames of peers are read from one table.
#[derive(Debug)]
pub struct UsernamesQuery {
    pub all: String,
    pub one: String,
    /// Of the peers from one id (?1) to another (?2).
    pub some: String,
    pub bare_channel_ids: bool,
}

impl Queries {
    /// The statements for a layout.
    pub fn new(layout: &Layout) -> Self {
        if !layout.has_peers() {
            return Self { write: upsert(&layout.peers), touch: touch(&layout.peers), ..Self::default() };
        }
        let peers = &layout.peers;
        let (table, id) = (peers.table, peers.id);
        let not_self = hides(layout);
        let found = found_columns(layout);
        let complete = peers.sql.and_then(|sql| sql.complete.as_ref());
        let complete = complete.map_or_else(String::new, |complete| format!(", p.{}", complete.column));
        let whole = format!("SELECT {found}, {}{complete} FROM {table} p WHERE", detail_columns(layout));
        let finds = Finds { peers, columns: found + &complete, not_self: &not_self };
        Self {
            by_id: vec![finds.peers_where(&is_asked_for(peers))],
            by_username: by_username(layout, &finds),
            by_phone_number: by_phone_number(layout, &finds).into_iter().collect(),
            by_name: by_name_of_peer(layout, &finds).into_iter().collect(),
            all: format!("{whole} 1{not_self} ORDER BY p.{id}"),
            one: format!("{whole} {}{not_self}", is_asked_for(peers)),
            page: has_pages(layout).then(|| PageQuery {
                peers: format!("{whole} p.{id} >= ?1{not_self} ORDER BY p.{id} LIMIT ?2"),
                nameless: format!("SELECT EXISTS (SELECT 1 FROM {table} p WHERE p.{id} IS NULL)"),
            }),
            counts: vec![
                format!("SELECT count(*) FROM {table} p WHERE 1{not_self}"),
                count_usernames(layout, &not_self),
            ],
            usernames: in_rows(peers)
                .into_iter()
                .chain(username_tables(layout).map(|names| usernames_query(layout, names)))
                .collect(),
            write: if layout.peers_have_key { upsert(peers) } else { insert(peers) },
            change: (!layout.peers_have_key).then(|| change(peers)),
            touch: touch(peers),
            complete: peers.sql.and_then(|sql| sql.complete.as_ref()).map(|complete| complete.one.to_owned()),
            release_username: release(layout),
            row_names: row_names(layout),
            username_of_one: of_one(peers),
            deletes: deletes(layout),
            write_usernames: layout.usernames.as_ref().map(usernames_writes),
            write_own_usernames: layout.own.usernames.then(|| usernames_writes(&own_tables::USERNAMES)),
        }
    }
}

// The condition that leaves out the rows that are no peers.
fn hides(layout: &Layout) -> String {
    let peers = &layout.peers;
    match peers.sql {
        Some(sql) => format!(" AND {}", sql.visible[usize::from(layout.own.peers)]),
        None if peers.self_row => format!(" AND p.{} <> 0", peers.id),
        None => String::new(),
    }
}

// A client's row that holds usernames as JSON.
fn usernames_sql(peers: &PeersTable) -> Option<&'static UsernamesSql> {
    peers.sql.and_then(|sql| sql.usernames.as_ref())
}

fn in_rows(peers: &PeersTable) -> Option<UsernamesQuery> {
    let sql = usernames_sql(peers)?;
    let [all, one, some] = [sql.all, sql.one, sql.some].map(str::to_owned);
    Some(UsernamesQuery { all, one, some, bare_channel_ids: false })
}

fn has_pages(layout: &Layout) -> bool {
    let has_index = !layout.missing_indexes.iter().any(|index| index.table == own_tables::CLIENT_USERNAMES);
    layout.peers_have_key && !layout.is_only_read() && has_index
}

// Whether a row is that of the marked id ?1.
fn is_asked_for(peers: &PeersTable) -> String {
    let id = peers.id;
    match peers.by_id {
        ById::Marked => format!("p.{id} = ?1"),
        ById::Bare(key) => format!(
            "p.{key} = CASE WHEN ?1 <= -1000000000000 THEN -1000000000000 - ?1 WHEN ?1 < 0 THEN -?1 ELSE ?1 END AND p.{id} = ?1"
        ),
    }
}

// What the client has no column for comes from our own row of that peer.
fn own_column(layout: &Layout, column: &str) -> String {
    if layout.own.peers && !layout.peers_are_own {
        format!("(SELECT o.{column} FROM tgsession_peers o WHERE o.id = p.{})", layout.peers.id)
    } else {
        "NULL".to_owned()
    }
}

fn column_or_own(layout: &Layout, column: Option<&str>, own: &str) -> String {
    column.map_or_else(|| own_column(layout, own), |column| format!("p.{column}"))
}

// A type that the client does not know stands in our own row, as long as the client has not written another.
fn peer_type(layout: &Layout) -> String {
    let id = layout.peers.id;
    match layout.peers.peer_type {
        Some(column) if layout.own.peers && !layout.peers_are_own => format!(
            "coalesce((SELECT o.type FROM tgsession_peers o WHERE o.id = p.{id} AND o.stored_type = p.{column}), p.{column})"
        ),
        column => column_or_own(layout, column, "type"),
    }
}

fn found_columns(layout: &Layout) -> String {
    let peers = &layout.peers;
    let hash = format!("p.{}", peers.access_hash);
    let access_hash = if let Some(sql) = peers.sql {
        sql.access_hash[usize::from(layout.own.peers)].to_owned()
    } else if peers.access_hash_not_null && layout.own.peers {
        format!("CASE WHEN {hash} = 0 AND {} THEN NULL ELSE {hash} END", own_column(layout, "no_access_hash"))
    } else {
        hash
    };
    let peer_type = peer_type(layout);
    let last_update_on = column_or_own(layout, peers.last_update_on, "last_update_on");
    format!("p.{}, {access_hash}, {peer_type}, {last_update_on}", peers.id)
}

fn detail_columns(layout: &Layout) -> String {
    let peers = &layout.peers;
    let username = peers.username.map_or_else(|| "NULL".to_owned(), |column| format!("p.{column}"));
    let name = column_or_own(layout, peers.name, "name");
    let phone_number = column_or_own(layout, peers.phone_number, "phone_number");
    format!("{username}, {phone_number}, {name}")
}

fn username_tables(layout: &Layout) -> impl Iterator<Item = &UsernamesTable> {
    layout.usernames.iter().chain(layout.own.usernames.then_some(&own_tables::USERNAMES))
}

/// The statements that find peers.
struct Finds<'a> {
    peers: &'a PeersTable,
    columns: String,
    not_self: &'a str,
}

impl Finds<'_> {
    fn peers_where(&self, condition: &str) -> String {
        let Self { peers, columns, not_self } = self;
        format!("SELECT {columns} FROM {} p WHERE {condition}{not_self}", peers.table)
    }

    // By another table: SQLite makes a table of its own for the rows of `IN (SELECT ...)`, which costs more than the lookup.
    fn owners_where(&self, table: &str, id: &str, condition: &str) -> String {
        let Self { peers, columns, not_self } = self;
        let PeersTable { table: peers, id: peer_id, .. } = peers;
        format!(
            "SELECT {columns} FROM {table} CROSS JOIN {peers} p ON p.{peer_id} = {table}.{id} WHERE {table}.{condition}{not_self}"
        )
    }

    fn owners_in(&self, names: &UsernamesTable, unless: &str) -> String {
        self.owners_where(names.table, names.peer_id, &format!("{} = ?1{unless}", names.username))
    }
}

// If a username may be in several places, the newest owner is found. But Pyrofork's clients read the column first and
// their table second; and what we stored before a client had a table of its own comes last.
fn by_username(layout: &Layout, finds: &Finds<'_>) -> Vec<String> {
    let peers = &layout.peers;
    if let Some(sql) = usernames_sql(peers) {
        return vec![finds.peers_where(&format!("p.{} IN ({})", peers.id, sql.owners))];
    }
    let by_column = peers.username.map(|column| finds.peers_where(&format!("p.{column} = ?1")));
    let own = layout.own.usernames.then(|| finds.owners_in(&own_tables::USERNAMES, &unless_client_has(layout)));
    let in_any = |statements: Vec<String>| Some(statements.join(" UNION ALL ")).filter(|sql| !sql.is_empty());
    let of_client = |names| by_column.iter().cloned().chain([names]).collect();
    let queries = match &layout.usernames {
        Some(names) if names.holds_all => [in_any(of_client(finds.owners_in(names, ""))), own, None],
        Some(names) => [by_column, Some(by_name(layout, names)), own],
        None => [in_any(by_column.into_iter().chain(own).collect()), None, None],
    };
    queries.into_iter().flatten().collect()
}

fn by_phone_number(layout: &Layout, finds: &Finds<'_>) -> Option<String> {
    by_column_or_own(layout, finds, layout.peers.phone_number, "phone_number")
}

// A display name stands in the client's column, or in our own row.
fn by_name_of_peer(layout: &Layout, finds: &Finds<'_>) -> Option<String> {
    let found = by_column_or_own(layout, finds, layout.peers.name, "name")?;
    Some(format!("{found} ORDER BY p.{} LIMIT 1", layout.peers.id))
}

fn by_column_or_own(layout: &Layout, finds: &Finds<'_>, column: Option<&str>, own: &str) -> Option<String> {
    match column {
        Some(column) => Some(finds.peers_where(&format!("p.{column} = ?1"))),
        None if layout.own.peers => {
            Some(finds.owners_where(own_tables::PEERS.table, own_tables::PEERS.id, &format!("{own} = ?1")))
        }
        None => None,
    }
}

// The row of a username has a time too: the older of the two times counts. Electrogram stores a channel's names under
// its bare id, which may be a user's as well: a peer of just that id is preferred.
fn by_name(layout: &Layout, names: &UsernamesTable) -> String {
    let (peers, found) = (&layout.peers, found_columns(layout));
    let found = match (peers.last_update_on, names.last_update_on) {
        (Some(peer), Some(name)) => found.replace(&format!("p.{peer}"), &format!("min(p.{peer}, n.{name})")),
        _ => found,
    };
    let (id, peer_id) = (peers.id, names.peer_id);
    let matches = if names.bare_channel_ids {
        format!("p.{id} IN (n.{peer_id}, -1000000000000 - n.{peer_id})")
    } else {
        format!("p.{id} = n.{peer_id}")
    };
    format!(
        "SELECT {found} FROM {} n JOIN {} p ON {matches} WHERE n.{} = ?1 ORDER BY p.{id} <> n.{peer_id} LIMIT 1",
        names.table, peers.table, names.username
    )
}

// A client that has migrated to a table of usernames has seen the peer since: its own names win. A name that only
// its migration copied there (pyroblack 3) still stands in the peer's column, where seeing the peer removes it.
fn unless_client_has(layout: &Layout) -> String {
    layout.usernames.as_ref().map_or_else(String::new, |names| {
        let own = format!("{}.{}", own_tables::USERNAMES.table, own_tables::USERNAMES.peer_id);
        let is_copy = layout.peers.username.filter(|_| names.holds_all).map_or_else(String::new, |column| {
            let PeersTable { table, id, .. } = &layout.peers;
            format!(" AND n.{} IS NOT (SELECT p.{column} FROM {table} p WHERE p.{id} = {own})", names.username)
        });
        let ids = if names.bare_channel_ids { format!("{own}, -1000000000000 - {own}") } else { own };
        format!(" AND NOT EXISTS (SELECT 1 FROM {} n WHERE n.{} IN ({ids}){is_copy})", names.table, names.peer_id)
    })
}

// A name counts once for a peer, wherever it stands; and not at all for a peer that is not there.
fn count_usernames(layout: &Layout, not_self: &str) -> String {
    let (peers, id) = (layout.peers.table, layout.peers.id);
    let of_rows = usernames_sql(&layout.peers).map(|sql| {
        format!(
            "SELECT p.{id}, n.username FROM ({}) n JOIN {peers} p ON p.{id} = n.id WHERE n.username <> ''{not_self}",
            sql.all
        )
    });
    let of_column = layout
        .peers
        .username
        .map(|column| format!("SELECT p.{id}, p.{column} FROM {peers} p WHERE p.{column} <> ''{not_self}"));
    let of_tables = username_tables(layout).map(|names| {
        let (table, username) = (names.table, names.username);
        let owner = format!("{table}.{}", names.peer_id);
        let owner = if names.bare_channel_ids {
            let is_peer = format!("EXISTS (SELECT 1 FROM {peers} q WHERE q.{id} = {owner})");
            format!("CASE WHEN {is_peer} THEN {owner} ELSE -1000000000000 - {owner} END")
        } else {
            owner
        };
        let unless = if table == own_tables::USERNAMES.table { unless_client_has(layout) } else { String::new() };
        format!(
            "SELECT p.{id}, {table}.{username} FROM {table} JOIN {peers} p ON p.{id} = {owner} \
             WHERE {table}.{username} <> ''{unless}{not_self}"
        )
    });
    let names: Vec<String> = of_rows.into_iter().chain(of_column).chain(of_tables).collect();
    if names.is_empty() { "SELECT 0".to_owned() } else { format!("SELECT count(*) FROM ({})", names.join(" UNION ")) }
}

fn usernames_query(layout: &Layout, names: &UsernamesTable) -> UsernamesQuery {
    let (table, id, username) = (names.table, names.peer_id, names.username);
    let unless = if table == own_tables::USERNAMES.table { unless_client_has(layout) } else { String::new() };
    let select = format!("SELECT {id}, {username} FROM {table} WHERE {username} IS NOT NULL{unless}");
    UsernamesQuery {
        all: format!("{select} ORDER BY rowid"),
        one: format!("{select} AND {id} = ?1 ORDER BY rowid"),
        some: format!("{select} AND {id} BETWEEN ?1 AND ?2 ORDER BY rowid"),
        bare_channel_ids: names.bare_channel_ids,
    }
}

// The columns of a row but its id, and the numbers of their parameters: the same whether a column is there or not.
fn row_columns(peers: &PeersTable) -> impl Iterator<Item = (&'static str, u8)> {
    let columns = [
        (Some(peers.access_hash), 2),
        (peers.phone_number, 3),
        (peers.peer_type, 4),
        (peers.username, 5),
        (peers.name, 6),
        (peers.last_update_on, 7),
    ];
    columns.into_iter().filter_map(|(column, number)| Some((column?, number)))
}

fn insert(peers: &PeersTable) -> String {
    let (columns, values): (Vec<&str>, Vec<String>) =
        row_columns(peers).map(|(column, number)| (column, format!("?{number}"))).unzip();
    let PeersTable { table, id, .. } = peers;
    format!("INSERT INTO {table} ({id}, {}) VALUES (?1, {})", columns.join(", "), values.join(", "))
}

fn settings(peers: &PeersTable) -> String {
    row_columns(peers).map(|(column, number)| format!("{column} = ?{number}")).collect::<Vec<_>>().join(", ")
}

fn upsert(peers: &PeersTable) -> String {
    if let Some(sql) = peers.sql {
        return sql.write.to_owned();
    }
    format!("{} ON CONFLICT ({}) DO UPDATE SET {}", insert(peers), peers.id, settings(peers))
}

fn change(peers: &PeersTable) -> String {
    format!("UPDATE {} SET {} WHERE {} = ?1", peers.table, settings(peers), peers.id)
}

fn touch(peers: &PeersTable) -> Option<String> {
    if let Some(sql) = peers.sql {
        return sql.touch.map(str::to_owned);
    }
    let time = peers.last_update_on?;
    let others = row_columns(peers).filter(|(column, _)| *column != time);
    let same: Vec<String> = others.map(|(column, number)| format!("{column} IS ?{number}")).collect();
    Some(format!("UPDATE {} SET {time} = ?7 WHERE {} = ?1 AND {}", peers.table, peers.id, same.join(" AND ")))
}

fn usernames_writes(names: &UsernamesTable) -> UsernamesWrites {
    let UsernamesTable { table, username, peer_id, last_update_on, .. } = names;
    let (columns, values) = match last_update_on {
        None => (format!("{peer_id}, {username}"), "?1, ?2"),
        Some(time) => (format!("{peer_id}, {username}, {time}"), "?1, ?2, ?3"),
    };
    UsernamesWrites {
        read: format!("SELECT {username} FROM {table} WHERE {peer_id} = ?1 ORDER BY rowid"),
        delete: format!("DELETE FROM {table} WHERE {peer_id} = ?1"),
        add: format!("INSERT OR REPLACE INTO {table} ({columns}) VALUES ({values})"),
        touch: last_update_on.map(|time| format!("UPDATE {table} SET {time} = ?2 WHERE {peer_id} = ?1")),
    }
}

fn release(layout: &Layout) -> Vec<Release> {
    let peers = &layout.peers;
    let column = peers.username.map(|column| {
        let (table, id) = (peers.table, peers.id);
        Release {
            find: format!("SELECT {id} FROM {table} WHERE {column} = ?1"),
            take: format!("UPDATE {table} SET {column} = NULL WHERE {column} = ?1 AND {id} <> ?2"),
            is_in_rows: false,
        }
    });
    let tables = username_tables(layout).map(|names| {
        let (table, username, id) = (names.table, names.username, names.peer_id);
        Release {
            find: format!("SELECT {id} FROM {table} WHERE {username} = ?1"),
            take: format!("DELETE FROM {table} WHERE {username} = ?1 AND {id} <> ?2"),
            is_in_rows: false,
        }
    });
    let rows = usernames_sql(peers).map(|sql| Release {
        find: format!(
            "SELECT p.{0} FROM {1} p WHERE p.{0} IN ({2}){3}",
            peers.id,
            peers.table,
            sql.owners,
            hides(layout)
        ),
        take: sql.take.to_owned(),
        is_in_rows: true,
    });
    rows.into_iter().chain(column).chain(tables).collect()
}

fn row_names(layout: &Layout) -> Option<RowNamesQuery> {
    let (peers, sql) = (&layout.peers, usernames_sql(&layout.peers)?);
    let is_peer = format!("EXISTS (SELECT 1 FROM {} p WHERE p.{} = ?1{})", peers.table, peers.id, hides(layout));
    let is_owner = format!("SELECT {is_peer} FROM {} LIMIT 1", sql.of_owner);
    Some(RowNamesQuery { first: sql.first, several: sql.several, is_owner, take: sql.take_from })
}

fn of_one(peers: &PeersTable) -> Option<OfOne> {
    let (table, id) = (peers.table, peers.id);
    peers.username.map(|column| OfOne {
        read: format!("SELECT {column} FROM {table} WHERE {id} = ?1"),
        take: format!("UPDATE {table} SET {column} = NULL WHERE {column} = ?1 AND {id} = ?2"),
    })
}

fn deletes(layout: &Layout) -> Vec<Delete> {
    let PeersTable { table, id, self_row, sql, .. } = &layout.peers;
    let delete = |all: String, one: String| Delete { all, one, is_of_names: false };
    let peers: Vec<Delete> = match sql {
        Some(sql) => {
            let each = sql.delete_all.iter().zip(sql.delete_one);
            each.map(|(all, one)| delete((*all).to_owned(), (*one).to_owned())).collect()
        }
        None => vec![delete(
            if *self_row { format!("DELETE FROM {table} WHERE {id} <> 0") } else { format!("DELETE FROM {table}") },
            format!("DELETE FROM {table} WHERE {id} = ?1 AND {id} <> 0"),
        )],
    };
    let names = username_tables(layout).map(|names| (names.table, names.peer_id, true));
    let own =
        (layout.own.peers && !layout.peers_are_own).then_some((own_tables::PEERS.table, own_tables::PEERS.id, false));
    let others = names.chain(own).map(|(table, id, is_of_names)| Delete {
        all: format!("DELETE FROM {table}"),
        one: format!("DELETE FROM {table} WHERE {id} = ?1"),
        is_of_names,
    });
    peers.into_iter().chain(others).collect()
}
