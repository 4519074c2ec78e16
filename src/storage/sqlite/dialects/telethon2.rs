//! Telethon 2 (version 10).
//!
//! From `telethon/_impl/session/storage/sqlite.py` of Telethon's v2 branch, which no package index has (its alphas of 2021 and 2022 are
//! `telethon2_alpha`). The home data
//! centre is the user's; there is a row per data centre with a key. It keeps no peers: ours stand in our own tables.

use super::{Dialect, LoginTables};

pub const DIALECT: Dialect = Dialect {
    name: "telethon",
    newest_version: 10,
    login: LoginTables::UserAndDatacenter,
    tables: &["datacenter", "user", "state", "channelstate", "version"],
    fields: &[],
    new_row: "",
    peers: None,
    peer_types: &[],
    usernames: None,
    update_states: None,
    sent_files: false,
    own_indexes: &[],
    creates: &[(10, &[VERSION_10])],
};

const VERSION_10: &str = "
create table version (version integer primary key);
create table datacenter (
    id integer primary key,
    ipv4_addr text,
    ipv6_addr text,
    auth blob
);
create table user (
    id integer primary key,
    dc integer not null,
    bot integer not null,
    username text
);
create table state (
    pts integer not null,
    qts integer not null,
    date integer not null,
    seq integer not null
);
create table channelstate (
    id integer primary key,
    pts integer not null
);
";
