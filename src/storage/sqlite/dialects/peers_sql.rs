//! How the peers of a table are written where a query stands in for it, because the client's columns mean something else.
//!
//! The parameters are those of every statement on a row: id ?1, access hash ?2, phone number ?3, type ?4, usernames ?5, name ?6,
//! last-seen time ?7, and ?8, whether the client's own record of the peer stays. `p` is a row of the query.

use crate::model::Peer;

/// The statements.
#[derive(Debug)]
pub struct PeersSql {
    /// The access hash: in a file without our own table of peers, and in one with it.
    pub access_hash: [&'static str; 2],
    /// Which rows are peers, in the same two cases.
    pub visible: [&'static str; 2],
    /// Adds a row, or changes it.
    pub write: &'static str,
    /// Changes only the last-seen time, if all other columns are equal.
    pub touch: Option<&'static str>,
    /// Each runs in turn.
    pub delete_all: &'static [&'static str],
    /// The same for one peer (?1).
    pub delete_one: &'static [&'static str],
    /// The row holds all usernames of its peer.
    pub usernames: Option<UsernamesSql>,
    /// The column with what Telegram told of the peer, and the statement that reads it of one that may keep it.
    pub complete: Option<CompleteSql>,
    /// Whether the client's row alone cannot tell what this peer has.
    pub needs_own_row: fn(&Peer) -> bool,
    /// A type that is absent stays absent.
    pub types_may_be_absent: bool,
}

/// Usernames within the peers' rows, as JSON.
#[derive(Debug)]
pub struct UsernamesSql {
    /// Id and username of each, of those of one peer (?1), and of the peers from one id (?1) to another (?2), in their order.
    pub all: &'static str,
    pub one: &'static str,
    pub some: &'static str,
    /// The ids of those who have one (?1).
    pub owners: &'static str,
    /// Takes one (?1) from all peers but one (?2).
    pub take: &'static str,
    /// The ids of those whose first one it is (?1), by an index.
    pub first: &'static str,
    /// Id and username of the peers that have several.
    pub several: &'static str,
    /// The row of one peer (?1) that has one (?2).
    pub of_owner: &'static str,
    /// Takes one (?1) from one peer (?2).
    pub take_from: &'static str,
}

/// What Telegram told of a peer.
#[derive(Debug)]
pub struct CompleteSql {
    pub column: &'static str,
    pub one: &'static str,
}
