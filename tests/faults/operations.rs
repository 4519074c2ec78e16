//! What a session does, and what is there before and after it.

use std::path::Path;
use std::time::Duration;

use tgsession::Result;
use tgsession::model::{Contents, Field, FieldValue, UpdateState};
use tgsession::session::{NewFile, Options, Session, UsernameExpiry, convert};

use crate::common::{CHANNEL, full_contents, peer};

/// A journal mode, as the session's file is made.
#[derive(Clone, Copy, Debug)]
pub enum Mode {
    Rollback,
    Wal,
}

/// One operation on an open session.
pub struct Operation {
    pub name: &'static str,
    pub run: fn(&Session) -> Result<()>,
}

pub const OPERATIONS: &[Operation] = &[
    Operation { name: "set", run: set },
    Operation { name: "update_peers", run: update_peers },
    Operation { name: "set_update_states", run: set_update_states },
    Operation { name: "delete_update_state", run: |session| session.delete_update_state(CHANNEL) },
    Operation { name: "set_and_save", run: |session| set(session).and_then(|()| session.save()) },
    Operation { name: "read", run: read },
];

fn set(session: &Session) -> Result<()> {
    session.set(&[(Field::ApiId, Some(FieldValue::Integer(77))), (Field::TakeoutId, Some(FieldValue::Integer(78)))])
}

// One is new, one loses a username, and so many that the file grows.
fn update_peers(session: &Session) -> Result<()> {
    let mut peers = vec![peer(101, &["tgs_renamed"]), peer(500, &["tgs_super"])];
    peers.extend((1_000..1_200).map(|id| peer(id, &[&format!("tgs_{id}")])));
    session.update_peers(&peers)
}

fn set_update_states(session: &Session) -> Result<()> {
    session.set_update_states(&[UpdateState { id: 0, pts: Some(5), ..UpdateState::default() }])
}

fn read(session: &Session) -> Result<()> {
    session.contents()?;
    session.peer_by_username("tgs_super")?;
    session.get(Field::AuthKey).map(drop)
}

fn options() -> Options {
    // A lock that fails is like one that is taken.
    let busy_timeout = Duration::from_millis(50);
    Options { username_expiry: UsernameExpiry::Never, busy_timeout, ..Options::default() }
}

/// Opens what is there, or makes a new file.
pub fn open(file: &Path, mode: Mode) -> Result<Session> {
    let (new_file, wal) = (NewFile::named("pyrogram@3").unwrap(), matches!(mode, Mode::Wal));
    Session::open(file.to_str().unwrap(), &Options { new_file, wal, ..options() })
}

/// A session with everything in it.
pub fn fill(file: &Path, mode: Mode) {
    let source = Session::open(":memory:", &options()).unwrap();
    let full = full_contents();
    source.set(&crate::common::changes(&full.data)).unwrap();
    source.update_peers(&full.peers).unwrap();
    source.set_update_states(&full.update_states).unwrap();
    convert(&source, &open(file, mode).unwrap(), &[]).unwrap();
}

/// What is in a session, less what each call sets to its own time.
pub fn contents(session: &Session) -> Result<Contents> {
    let mut contents = session.contents()?;
    contents.data.date = None;
    contents.peers.iter_mut().for_each(|peer| peer.last_update_on = None);
    Ok(contents)
}
