//! The MongoDB engine: sessions that Pyrofork's and Electrogram's MongoStorage use at the same time.
//!
//! A session is the database of that name. A call reads in one round trip, or in several in parallel, and writes in one
//! round trip.
//!
//! **Atomicity.** A change of one document is always atomic. A batch is atomic if the server has transactions: a
//! replica set or a sharded cluster, which every hosted MongoDB is. A standalone server has none: if it or the
//! connection fails in the middle of a batch, the call is an error, and a part of the batch may be written. That does
//! no harm: every document is complete, a username has its earlier owner, its new one or none, an import writes the
//! auth key last, and the same call, made again, completes the batch.

mod contents;
mod counts;
mod fault;
mod fields;
mod leases;
mod open;
mod own_data;
mod peer_writes;
mod peers;
mod sent_files;
mod server;
mod store;
mod target;
mod update_states;
mod value;
mod values;
mod writes;

use futures_util::future::join3;
use mongodb::IndexModel;
use mongodb::bson::doc;
use mongodb::options::{Acknowledgment, WriteConcern};

pub use open::list;

use super::peer_batch::WriteMode;
use super::{Capabilities, Change, Holder, LayoutSupport, Leases, Lessee, Opening, Storage};
use crate::clock::now;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{
    Contents, Counts, Field, Format, FoundPeer, PartialPeer, Peer, PeerAge, Prune, SentFile, SentFileKey, SessionData,
    StoredValue, UpdateState,
};
use fault::Fault;
use peer_writes::merges;
use peers::{PEERS, USERNAMES};
use store::Store;
use target::Target;
use update_states::UPDATE_STATE;
use writes::Writes;

/// From this number of peers on, indexes are worth their cost.
const INDEX_FROM: usize = 100;

/// The name of the layout, which is Pyrofork's.
pub const FORMAT: &str = "pyrofork";

/// A session on a MongoDB server.
pub struct MongoDb {
    store: Store,
    remove_peers: bool,
    writable: bool,
    // Our indexes are known to exist.
    indexed: bool,
    // How many more peers to write before checking again whether indexes are worth it.
    peers_until_check: usize,
    deleted: bool,
}

impl MongoDb {
    /// Opens the session at `mongodb://host/NAME`.
    pub fn open(location: &str, opening: Opening) -> Result<Self> {
        let target = Target::parse(location, opening.busy_timeout)?;
        let store = Store::new(&target)?;
        store.call("open", async || open::open(&store, opening.create && !opening.read_only).await)?;
        let Target { remove_peers, .. } = target;
        Ok(Self {
            store,
            remove_peers,
            writable: !opening.read_only,
            indexed: false,
            peers_until_check: 0,
            deleted: false,
        })
    }

    fn readable(&self) -> Result<()> {
        if self.deleted {
            return Err(Error::new(ErrorCode::Closed, format!("'{}' was deleted", self.store.shown)));
        }
        Ok(())
    }

    fn check_writable(&self) -> Result<()> {
        self.readable()?;
        if self.writable { Ok(()) } else { Err(Error::read_only(&self.store.shown)) }
    }

    fn read<T>(&self, read: impl AsyncFn(&Store) -> Result<T, Fault>) -> Result<T> {
        self.readable()?;
        self.store.call("read", async || read(&self.store).await)
    }

    fn write(&self, fill: impl AsyncFn(&mut Writes) -> Result<(), Fault>) -> Result<()> {
        self.check_writable()?;
        let write = async || {
            let mut writes = Writes::default();
            fill(&mut writes).await?;
            let done = self.store.write(&writes).await;
            if let Err(Fault::Conflict) = done {
                // Changed or removed: another machine may have deleted the session.
                fields::existing(&self.store).await?;
            }
            done
        };
        self.store.call("write", write)
    }

    // Creates indexes before new peers are written, if there are enough peers. MongoStorage has none: its lookups by
    // username and phone number read all peers. For few peers that is as fast, and each index is a file on the server.
    fn index_for(&mut self, new: usize) -> Result<()> {
        if self.indexed {
            return Ok(());
        }
        if new < self.peers_until_check {
            self.peers_until_check -= new;
            return Ok(());
        }
        if new < INDEX_FROM && !self.store.call("read", async || peers::are_at_least(&self.store, INDEX_FROM).await)? {
            self.peers_until_check = INDEX_FROM;
            return Ok(());
        }
        self.index()
    }

    fn index(&mut self) -> Result<()> {
        let store = &self.store;
        let index = |key: &str| IndexModel::builder().keys(doc! { key: 1 }).build();
        let make = async || {
            let (peers, usernames) = (store.collection(PEERS), store.collection(USERNAMES));
            // Not two in one command: FerretDB 1.24 breaks the connection where both are there already.
            let (username, phone_number, peer_id) = join3(
                store.bounded(peers.create_index(index("username"))),
                store.bounded(peers.create_index(index("phone_number"))),
                store.bounded(usernames.create_index(index("peer_id"))),
            )
            .await;
            username.and(phone_number).and(peer_id).map(drop)
        };
        store.call("index", make)?;
        self.indexed = true;
        Ok(())
    }
}

impl Storage for MongoDb {
    fn location(&self) -> &str {
        &self.store.shown
    }

    fn format(&mut self) -> Result<Format> {
        self.readable()?;
        Ok(Format { name: FORMAT, version: None })
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            persistent: true,
            writable: self.writable,
            usernames_expire: true,
            // MongoStorage.save does nothing.
            keeps_date: false,
            compacts: false,
            takes_foreign_tables: false,
        }
    }

    fn layout_support(&mut self) -> Result<LayoutSupport> {
        self.readable()?;
        Ok(LayoutSupport {
            fields: fields::CLIENT_FIELDS.into(),
            peer_types: Some(peers::KNOWN_TYPES),
            names: false,
            sent_files: false,
            data_centers: false,
            values: false,
            ..LayoutSupport::all()
        })
    }

    fn data(&mut self) -> Result<SessionData> {
        self.read(async |store| fields::read(&fields::existing(store).await?))
    }

    fn set(&mut self, changes: &[Change]) -> Result<()> {
        self.write(async |writes| fields::write(&self.store, changes, writes).await)
    }

    fn update_peers(&mut self, new: &[Peer]) -> Result<()> {
        self.check_writable()?;
        if new.is_empty() {
            return Ok(());
        }
        self.index_for(new.len())?;
        let mode = WriteMode::Update { now: now() };
        self.write(async |writes| peer_writes::write(&self.store, new, mode, writes).await)
    }

    fn merge_peers(&mut self, told: &[PartialPeer]) -> Result<()> {
        self.check_writable()?;
        if told.is_empty() {
            return Ok(());
        }
        self.index_for(told.len())?;
        let mode = WriteMode::Update { now: now() };
        self.write(async |writes| merges::write(&self.store, told, mode, writes).await)
    }

    fn delete_peers(&mut self, ids: Option<&[i64]>) -> Result<()> {
        self.check_writable()?;
        if ids.is_some_and(<[i64]>::is_empty) {
            return Ok(());
        }
        self.write(async |writes| peer_writes::delete(&self.store, ids, writes).await)
    }

    // Another client may see a peer again between the reading and the removal: then it is told of that peer once more.
    fn prune_peers(&mut self, prune: &Prune) -> Result<usize> {
        self.check_writable()?;
        let chosen = prune.chosen(self.peers(None)?.iter().map(PeerAge::from));
        self.delete_peers(Some(&chosen))?;
        Ok(chosen.len())
    }

    fn peers_by_ids(&mut self, ids: &[i64]) -> Result<Vec<Option<FoundPeer>>> {
        self.read(async |store| peers::by_ids(store, ids).await)
    }

    fn peer_by_id(&mut self, id: i64) -> Result<Option<FoundPeer>> {
        self.read(async |store| peers::by_id(store, id).await)
    }

    fn peer_by_username(&mut self, username: &str) -> Result<Option<FoundPeer>> {
        self.read(async |store| peers::by_username(store, username).await)
    }

    fn peer_by_phone_number(&mut self, phone_number: &str) -> Result<Option<FoundPeer>> {
        self.read(async |store| peers::by_phone_number(store, phone_number).await)
    }

    fn peer_by_name(&mut self, name: &str) -> Result<Option<FoundPeer>> {
        self.read(async |store| peers::by_name(store, name).await)
    }

    fn peers(&mut self, ids: Option<&[i64]>) -> Result<Vec<Peer>> {
        self.read(async |store| peers::read(store, ids).await)
    }

    fn update_states(&mut self) -> Result<Vec<UpdateState>> {
        self.read(async |store| update_states::read(&store.find(UPDATE_STATE, doc! {}, None).await?))
    }

    fn set_update_states(&mut self, states: &[UpdateState]) -> Result<()> {
        self.write(async |writes| {
            update_states::write(states, writes);
            Ok(())
        })
    }

    fn delete_update_state(&mut self, id: i64) -> Result<()> {
        self.write(async |writes| {
            update_states::remove(id, writes);
            Ok(())
        })
    }

    fn sent_files(&mut self) -> Result<Vec<SentFile>> {
        self.read(async |store| sent_files::read(&store.find(own_data::SENT_FILES, doc! {}, None).await?))
    }

    fn sent_file(&mut self, key: &SentFileKey) -> Result<Option<SentFile>> {
        self.read(async |store| sent_files::find(store, key).await)
    }

    fn cache_sent_files(&mut self, files: &[SentFile]) -> Result<()> {
        self.write(async |writes| {
            sent_files::write(files, writes);
            Ok(())
        })
    }

    fn value_names(&mut self) -> Result<Vec<String>> {
        self.read(async |store| values::names(store).await)
    }

    fn value(&mut self, name: &str) -> Result<Option<StoredValue>> {
        self.read(async |store| values::find(store, name).await)
    }

    fn set_value(&mut self, name: &str, value: Option<&StoredValue>) -> Result<()> {
        self.write(async |writes| {
            match value {
                Some(value) => values::write([(name, value)], writes),
                None => values::remove(name, writes),
            }
            Ok(())
        })
    }

    fn counts(&mut self) -> Result<Counts> {
        self.read(async |store| counts::read(store).await)
    }

    fn contents(&mut self) -> Result<Contents> {
        self.read(async |store| contents::read(store).await)
    }

    fn import(&mut self, contents: &Contents) -> Result<()> {
        self.check_writable()?;
        self.index_for(contents.peers.len())?;
        let changes: Vec<Change> = Field::ALL.map(|field| (field, contents.data.get(field))).into();
        let mode = WriteMode::Import { now: now() };
        self.write(async |writes| {
            peer_writes::write(&self.store, &contents.peers, mode, writes).await?;
            update_states::write(&contents.update_states, writes);
            sent_files::write(&contents.sent_files, writes);
            values::write(contents.values.iter().map(|(name, value)| (name.as_str(), value)), writes);
            writes.then();
            fields::write(&self.store, &changes, writes).await
        })
    }

    fn save(&mut self) -> Result<()> {
        self.check_writable()?;
        // A write that changes nothing. It is answered once most members have everything before it in their journals.
        let durable = WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
        self.store.call("save", async || {
            let nothing = doc! { "$setOnInsert": { "_id": 0 } };
            let sessions = self.store.collection(fields::SESSION);
            let asked = sessions.update_one(doc! { "_id": 0 }, nothing).write_concern(durable.clone());
            let found = self.store.bounded(asked).await?.matched_count;
            if found == 0 { Err(fields::missing(&self.store.shown)) } else { Ok(()) }
        })
    }

    fn delete(&mut self) -> Result<()> {
        self.check_writable()?;
        let store = &self.store;
        let mut collections = vec![own_data::VALUES, own_data::SENT_FILES, own_data::LEASES, UPDATE_STATE];
        if self.remove_peers {
            collections.extend([USERNAMES, PEERS]);
        }
        store.call("delete", async || {
            for name in &collections {
                store.bounded(store.collection(name).drop()).await?;
            }
            // Last, so that an interrupted deletion can be repeated.
            store.bounded(store.collection(fields::SESSION).delete_one(doc! { "_id": 0 })).await.map(drop)
        })?;
        self.deleted = true;
        Ok(())
    }

    fn leases(&mut self) -> Option<&mut dyn Leases> {
        Some(self)
    }
}

impl Leases for MongoDb {
    fn take(&mut self, key_id: &str, lessee: &Lessee, seconds: u32) -> Result<Option<Holder>> {
        self.check_writable()?;
        self.store.call("lease", async || leases::take(&self.store, key_id, lessee, seconds).await)
    }

    fn release(&mut self, key_id: &str, token: &str) -> Result<()> {
        self.check_writable()?;
        self.store.call("release the lease on", async || leases::release(&self.store, key_id, token).await)
    }
}
