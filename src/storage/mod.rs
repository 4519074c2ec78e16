//! Engines: where a session is stored. Each has a module, and all pass the same behaviour suite (`tests/behaviour`).

mod custom;
pub mod descriptors;
pub mod file;
pub mod file_findings;
pub mod file_kind;
mod foreign;
mod keyed_hash;
mod lease;
mod lease_file;
#[cfg(any(feature = "mongodb", feature = "sql"))]
mod loopback;
mod lost_file;
mod memory;
mod memory_return;
mod merge_batch;
#[cfg(feature = "mongodb")]
pub mod mongodb;
#[cfg(any(feature = "mongodb", feature = "sql"))]
mod opening;
mod peer_batch;
mod peer_pages;
pub mod private_file;
pub mod private_folder;
#[cfg(feature = "sql")]
pub mod sql;
pub mod sqlite;
pub mod store_session;
mod stored_type;
pub mod tdata;
#[cfg(any(feature = "mongodb", feature = "sql"))]
mod url;

pub use custom::{Custom, Engine};
pub use foreign::{Cell, ForeignRows};
pub use lease::{Holder, Leases, Lessee};
pub use lease_file::LeaseFile;
pub use memory::Memory;
#[cfg(any(feature = "mongodb", feature = "sql"))]
pub use opening::Opening;
pub use peer_pages::{OnePage, PeerPage, PeerPages};

use std::num::NonZeroU64;

use zeroize::Zeroizing;

use self::sqlite::EncryptionKey;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{
    Contents, Counts, Field, FieldValue, Format, FoundPeer, Leftovers, PartialPeer, Peer, Prune, SentFile, SentFileKey,
    SessionData, StoredValue, UpdateState,
};

/// A change of one field: its new value, `None` for absent.
pub type Change = (Field, Option<FieldValue>);

/// What an engine can do. The behaviour suite and the session's policy depend on this, never on the engine's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// What was written is there when the location is opened again.
    pub persistent: bool,
    /// Writing is allowed.
    pub writable: bool,
    /// Its clients let usernames expire (Pyrogram's family).
    pub usernames_expire: bool,
    /// Its clients store the time of the last save.
    pub keeps_date: bool,
    /// It can give the room back that nothing is in, or has none.
    pub compacts: bool,
    /// Other programs' tables may stand beside the session: it is a file of SQLite.
    pub takes_foreign_tables: bool,
}

/// One state of a session among all that it has while it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateMark {
    /// Of each connection another one.
    pub connection: u64,
    /// How often others have written.
    pub others: i64,
    /// How many rows this connection has written.
    pub own: u64,
}

/// A field's value in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remembered {
    /// It is known to be this.
    Value(Option<FieldValue>),
    /// It has to be read.
    No,
}

/// What the client of a layout can store itself. Everything else is stored in tables of our own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutSupport {
    /// The fields that the client reads.
    pub fields: Vec<Field>,
    /// Peers.
    pub peers: bool,
    /// Usernames of peers.
    pub usernames: bool,
    /// More than one username a peer.
    pub several_usernames: bool,
    /// The types of peers, beyond those that the marked id tells; `None` for every type.
    pub peer_types: Option<&'static [&'static str]>,
    /// The display names of peers.
    pub names: bool,
    /// The times when peers were last seen.
    pub last_seen_times: bool,
    /// Update states.
    pub update_states: bool,
    /// Of update states only those that are [`UpdateState::is_simple`] (Telethon 2, grammers, mtcute).
    pub simple_states_only: bool,
    /// The largest number in the account's state, and the largest pts of a channel.
    pub largest_states: [i64; 2],
    /// Sent files.
    pub sent_files: bool,
    /// Keys and addresses of data centres beside the home one.
    pub data_centers: bool,
    /// Values beside the session, which only our own layouts have.
    pub values: bool,
}

impl LayoutSupport {
    /// Whether the client can store all of an update state.
    pub fn holds_state(&self, state: &UpdateState) -> bool {
        let [of_account, of_channel] = self.largest_states;
        let most = if state.id == 0 { of_account } else { of_channel };
        let numbers = [state.pts, state.qts, state.date, state.seq];
        (state.is_simple() || !self.simple_states_only) && numbers.into_iter().flatten().all(|number| number <= most)
    }

    /// These fields, and nothing else.
    pub fn only(fields: &[Field]) -> Self {
        Self {
            fields: fields.into(),
            peers: false,
            usernames: false,
            several_usernames: false,
            peer_types: None,
            names: false,
            last_seen_times: false,
            update_states: false,
            simple_states_only: false,
            largest_states: [i64::MAX; 2],
            sent_files: false,
            data_centers: false,
            values: false,
        }
    }

    /// Everything: our own layouts.
    pub fn all() -> Self {
        Self {
            fields: Field::ALL.into(),
            peers: true,
            usernames: true,
            several_usernames: true,
            peer_types: None,
            names: true,
            last_seen_times: true,
            update_states: true,
            simple_states_only: false,
            largest_states: [i64::MAX; 2],
            sent_files: true,
            data_centers: true,
            values: true,
        }
    }
}

/// Where a session is stored.
///
/// Every call is atomic: it succeeds, or fails and changes nothing. What it wrote survives the end of the process. No
/// call leaves a transaction open. Usernames and phone numbers are passed in normalized.
pub trait Storage: Send {
    /// The location, as error messages show it. It holds no secret.
    fn location(&self) -> &str;

    /// The client's format. Another client may have changed it since the last call.
    fn format(&mut self) -> Result<Format>;

    /// What this engine can do.
    fn capabilities(&self) -> Capabilities;

    /// What the client can store itself.
    fn layout_support(&mut self) -> Result<LayoutSupport>;

    /// From here on all that is read is of one state, until [`Storage::end_moment`], where this engine can keep one. Nothing is
    /// written meanwhile.
    fn begin_moment(&mut self) -> Result<()> {
        Ok(())
    }

    /// Lets go of that state.
    fn end_moment(&mut self) {}

    /// Reads the fields.
    fn data(&mut self) -> Result<SessionData>;

    /// Reads one field.
    fn get(&mut self, field: Field) -> Result<Option<FieldValue>> {
        Ok(self.data()?.get(field))
    }

    /// Reads one field without a look at the store and at any secret, if its value is in memory and still true.
    fn remembered(&mut self, _field: Field) -> Remembered {
        Remembered::No
    }

    /// Changes fields.
    fn set(&mut self, changes: &[Change]) -> Result<()>;

    /// Replaces peers by their ids, one after the other: `peer_batch` tells who keeps a username.
    fn update_peers(&mut self, peers: &[Peer]) -> Result<()>;

    /// Changes what is told of peers, one after the other, and leaves the rest as it is: see `merge_batch`.
    fn merge_peers(&mut self, told: &[PartialPeer]) -> Result<()>;

    /// Removes the peers with the given ids, or all, and whatever is kept aside for them.
    fn delete_peers(&mut self, ids: Option<&[i64]>) -> Result<()>;

    /// Removes the peers that `prune` chooses, and tells how many.
    fn prune_peers(&mut self, prune: &Prune) -> Result<usize>;

    /// Finds a peer by its marked id. Cheap: an indexed lookup.
    fn peer_by_id(&mut self, id: i64) -> Result<Option<FoundPeer>>;

    /// Finds many peers by their marked ids, each at the place of its id.
    fn peers_by_ids(&mut self, ids: &[i64]) -> Result<Vec<Option<FoundPeer>>>;

    /// Finds the newest peer with a username.
    fn peer_by_username(&mut self, username: &str) -> Result<Option<FoundPeer>>;

    /// Finds the newest peer with a phone number.
    fn peer_by_phone_number(&mut self, phone_number: &str) -> Result<Option<FoundPeer>>;

    /// Finds the peer with a display name; of several, the one with the lowest id. It may be slow: no client has an index.
    fn peer_by_name(&mut self, name: &str) -> Result<Option<FoundPeer>> {
        let named = self.peers(None)?.into_iter().find(|peer| peer.name.as_deref() == Some(name));
        Ok(named.as_ref().map(FoundPeer::from))
    }

    /// Reads whole peers in ascending order of their ids: those with the given ids, or all.
    fn peers(&mut self, ids: Option<&[i64]>) -> Result<Vec<Peer>>;

    /// Reads whole peers in ascending order of their ids: some of those whose ids are not lower than this one. An engine that
    /// has them all in memory answers with all.
    fn peers_from(&mut self, id: i64) -> Result<PeerPage> {
        let mut peers = self.peers(None)?;
        peers.retain(|peer| peer.id >= id);
        Ok(PeerPage { peers, is_last: true })
    }

    /// What is another one after anybody has changed the session; `None` if this engine does not tell.
    fn state_mark(&mut self) -> Result<Option<StateMark>> {
        Ok(None)
    }

    /// Reads the update states in ascending order of their ids.
    fn update_states(&mut self) -> Result<Vec<UpdateState>>;

    /// Reads one update state.
    fn update_state(&mut self, id: i64) -> Result<Option<UpdateState>> {
        Ok(self.update_states()?.into_iter().find(|state| state.id == id))
    }

    /// Replaces update states by their ids.
    fn set_update_states(&mut self, states: &[UpdateState]) -> Result<()>;

    /// Removes an update state, if it exists.
    fn delete_update_state(&mut self, id: i64) -> Result<()>;

    /// Reads the sent files in ascending order of their keys.
    fn sent_files(&mut self) -> Result<Vec<SentFile>>;

    /// Finds one sent file.
    fn sent_file(&mut self, key: &SentFileKey) -> Result<Option<SentFile>>;

    /// Replaces sent files by their keys.
    fn cache_sent_files(&mut self, files: &[SentFile]) -> Result<()>;

    /// Reads the names of the values that a client keeps beside, in ascending order.
    fn value_names(&mut self) -> Result<Vec<String>>;

    /// Reads one value.
    fn value(&mut self, name: &str) -> Result<Option<StoredValue>>;

    /// Sets a value; `None` removes it. Nothing is left of an earlier one, as of a key.
    fn set_value(&mut self, name: &str, value: Option<&StoredValue>) -> Result<()>;

    /// Counts the rows of each kind, at one moment.
    fn counts(&mut self) -> Result<Counts> {
        Ok(Counts::from(&self.contents()?))
    }

    /// Reads everything at one moment, even while others write.
    fn contents(&mut self) -> Result<Contents>;

    /// Reads everything but the peers, at one moment.
    fn contents_without_peers(&mut self) -> Result<Contents> {
        Ok(Contents { peers: Vec::new(), ..self.contents()? })
    }

    /// Writes everything at once, exactly as given, including last-seen times and usernames that several peers have.
    /// Fields that are absent become absent; peers, states and files that are there already stay.
    fn import(&mut self, contents: &Contents) -> Result<()>;

    /// The same, with peers that come in pages.
    fn import_pages(&mut self, contents: &Contents, pages: &mut dyn PeerPages) -> Result<()> {
        let mut contents = contents.clone();
        pages.restart();
        while let Some(page) = pages.next_page()? {
            contents.peers.extend(page.into_owned());
        }
        self.import(&contents)
    }

    /// What the store holds of this session that [`Storage::contents`] does not.
    fn leftovers(&mut self) -> Result<Leftovers> {
        Ok(Leftovers::default())
    }

    /// Other programs' tables in the session's file, with their rows. A view or a virtual table has none of its own.
    fn foreign_rows(&mut self) -> Result<Vec<ForeignRows>> {
        Ok(Vec::new())
    }

    /// Refuses such tables where they cannot be.
    fn check_takes_foreign_tables(&self) -> Result<()> {
        if self.capabilities().takes_foreign_tables {
            return Ok(());
        }
        let message = format!(
            "'{}' takes no tables of other programs, because only a SQLite file does: convert into a file, or without them",
            self.location()
        );
        Err(Error::new(ErrorCode::Unsupported, message))
    }

    /// Adds such tables: all of them, or none.
    fn add_foreign_rows(&mut self, _tables: &[ForeignRows]) -> Result<()> {
        self.check_takes_foreign_tables()
    }

    /// Gives the room in the session's file that nothing is in back to the file system, and tells how many bytes. With a limit one
    /// call is a small step: it writes about so many bytes at most.
    fn compact(&mut self, _limit: Option<NonZeroU64>) -> Result<u64> {
        let cause = "whoever runs its store does that; only a SQLite file of one session is compacted here";
        Err(Error::new(ErrorCode::Unsupported, format!("cannot compact '{}': {cause}", self.location())))
    }

    /// Makes what was written survive a loss of power.
    fn save(&mut self) -> Result<()>;

    /// Removes the session and all that belongs to it. Every later call fails.
    fn delete(&mut self) -> Result<()>;

    /// The session as a complete SQLite file, if it is one.
    fn image(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        Ok(None)
    }

    /// What the session's file is encrypted with.
    fn encryption_key(&self) -> Option<EncryptionKey> {
        None
    }

    /// Encrypts the session's file anew, with another key: all of it, or nothing.
    fn change_key(&mut self, _key: &EncryptionKey) -> Result<()> {
        let message = format!("cannot change the key of '{}': only an encrypted file has one", self.location());
        Err(Error::new(ErrorCode::Unsupported, message))
    }

    /// How many rows this engine has changed, if it counts them.
    fn rows_changed(&self) -> Option<u64> {
        None
    }

    /// Whether a call that another program's lock keeps out is [`ErrorCode::Locked`](crate::ErrorCode::Locked) at once,
    /// and changed nothing: the caller tries again as long as it may wait.
    fn leaves_waiting_to_caller(&self) -> bool {
        false
    }

    /// Gives up a connection that was kept out too long: where the system has failed, it may be its own lock that it waits
    /// for.
    fn reconnect(&mut self) {}

    /// The same session once more, to read it while a write waits for a lock on a server.
    fn reader(&self) -> Option<Box<dyn Storage>> {
        None
    }

    /// Its leases, if other machines share this store.
    fn leases(&mut self) -> Option<&mut dyn Leases> {
        None
    }
}
