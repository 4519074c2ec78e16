//! A session, recipients and identities.

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use tgsession::session::{AgeKey, AgeLock, ByteOptions, Options, Session};
use tgsession::{Error, ErrorCode};

use crate::common::{changes, full_contents, full_data};

/// A session with a row of every kind.
pub fn session() -> Session {
    let session = Session::open(":memory:", &Options::default()).unwrap();
    let contents = full_contents();
    session.set(&changes(&full_data())).unwrap();
    session.update_peers(&contents.peers).unwrap();
    session.set_update_states(&contents.update_states).unwrap();
    session.cache_sent_files(&contents.sent_files).unwrap();
    session
}

/// A recipient, and the identity that belongs to it, as texts.
pub fn pair() -> (String, String) {
    let identity = Identity::generate();
    (identity.to_public().to_string(), identity.to_string().expose_secret().to_owned())
}

/// The session to one recipient, and the identity.
pub fn sealed() -> (Vec<u8>, String) {
    let (recipient, identity) = pair();
    let sealed = session().to_age(AgeLock::Recipients(&[&recipient]), ByteOptions::default()).unwrap();
    (sealed, identity)
}

/// The session with a passphrase whose work factor is small, as no tool writes it: tests try many.
pub fn sealed_with_passphrase(passphrase: &str, work_factor: u8) -> Vec<u8> {
    encrypted(&session().to_bytes(ByteOptions::default()).unwrap(), passphrase, work_factor)
}

pub fn encrypted(plain: &[u8], passphrase: &str, work_factor: u8) -> Vec<u8> {
    let mut recipient = age::scrypt::Recipient::new(passphrase.to_owned().into());
    recipient.set_work_factor(work_factor);
    age::encrypt(&recipient, plain).unwrap()
}

pub fn open(bytes: &[u8], key: AgeKey<'_>) -> Result<Session, Error> {
    Session::open_age(bytes, key, &Options::default())
}

/// The error of opening, whose message names the age file.
#[track_caller]
pub fn refused(bytes: &[u8], key: AgeKey<'_>) -> Error {
    let error = open(bytes, key).err().expect("it opens");
    assert!(error.to_string().contains("age file") || error.code() == ErrorCode::InvalidArgument, "{error}");
    error
}
