//! The lease on the auth key: the same key is never open for use twice.

use std::time::{Duration, Instant};

use tgsession::model::{AuthKey, Field, FieldValue, SessionData};
use tgsession::session::{LeaseOptions, Options, Session, convert};
use tgsession::{Error, ErrorCode};

use crate::common::{changes, full_data};
use crate::engines::{Engine, each, error};
use crate::memory_engine::MemoryEngine;

// The key of each test is its own: the tests run at the same time.
fn fresh_key() -> AuthKey {
    let bytes: Vec<u8> = (0..16).flat_map(|_| uuid_like().into_bytes()).collect();
    AuthKey::new(&bytes[..256]).unwrap()
}

fn uuid_like() -> String {
    use std::hash::{BuildHasher, Hasher, RandomState};
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

fn leased(owner: &str) -> Options {
    let lease = LeaseOptions::new(Some(owner.to_owned()), Some(3)).unwrap();
    Options { lease: Some(lease), ..Options::default() }
}

fn log_in(session: &Session, key: &AuthKey) -> Result<(), Error> {
    session.set(&changes(&SessionData { auth_key: Some(key.clone()), ..full_data() }))
}

fn log_in_without_lease(engine: &Engine, key: &AuthKey) -> Session {
    let session = engine.open();
    log_in(&session, key).unwrap();
    session
}

fn in_use(refused: &Error, owner: &str) {
    assert_eq!(refused.code(), ErrorCode::InUse, "{refused}");
    let message = refused.to_string();
    assert!(message.contains(&format!("in use by {owner} since 20")), "{message}");
}

#[test]
fn a_key_is_in_use_once_in_every_engine() {
    each(|engine| {
        let key = fresh_key();
        let kept = log_in_without_lease(engine, &key);
        if !kept.capabilities().unwrap().persistent {
            return;
        }
        let first = engine.try_open(leased("the first")).unwrap();
        in_use(&error(engine.try_open(leased("the second")).map(drop)), "the first");
        // Reading is no use.
        engine.try_open(Options { read_only: true, ..leased("a reader") }).unwrap();
        drop(first);
        let second = engine.try_open(leased("the second")).unwrap();
        in_use(&error(engine.try_open(leased("the third")).map(drop)), "the second");
        second.delete().unwrap();
    });
}

#[test]
fn another_copy_of_the_same_key_is_refused_too() {
    let key = fresh_key();
    let first = Session::open(":memory:", &leased("the first")).unwrap();
    log_in(&first, &key).unwrap();
    // At the moment when it would have the key, however it comes there.
    let second = Session::open(":memory:", &leased("the second")).unwrap();
    in_use(&log_in(&second, &key).unwrap_err(), "the first");
    in_use(&error(convert(&first, &second, &[])), "the first");
    assert_eq!(second.data().unwrap().auth_key, None);
    // Another key is free, and the old one is when it is given up.
    log_in(&second, &fresh_key()).unwrap();
    first.set(&[(Field::AuthKey, None)]).unwrap();
    log_in(&second, &key).unwrap();
}

#[test]
fn a_key_that_could_not_be_written_is_free_again() {
    let key = fresh_key();
    let session = Session::open(":memory:", &leased("the first")).unwrap();
    session.delete().unwrap();
    assert_eq!(log_in(&session, &key).unwrap_err().code(), ErrorCode::Closed);
    let other = Session::open(":memory:", &leased("the second")).unwrap();
    log_in(&other, &key).unwrap();
}

#[test]
fn whoever_lost_the_lease_in_a_store_is_told_at_every_call() {
    let kept = MemoryEngine::default();
    let session = Session::open_engine(kept.clone(), &leased("the sleeper")).unwrap();
    log_in(&session, &fresh_key()).unwrap();
    // As if it had slept until its lease was over, and another machine had taken it.
    for (lessee, _) in kept.leases.lock().unwrap().values_mut() {
        lessee.token = "another".to_owned();
        lessee.owner = "another machine".to_owned();
    }
    let until = Instant::now() + Duration::from_secs(60);
    let told = loop {
        match session.peer_by_id(5) {
            Err(error) => break error,
            Ok(_) => assert!(Instant::now() < until, "nobody noticed"),
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    in_use(&told, "another machine");
    in_use(&error(session.set(&[(Field::ApiId, Some(FieldValue::Integer(1)))])), "another machine");
    drop(session);
    assert_eq!(kept.leases.lock().unwrap().len(), 1, "the other one's lease stays");
}

#[test]
fn a_store_gets_its_lease_back_when_the_session_is_closed() {
    let kept = MemoryEngine::default();
    let session = Session::open_engine(kept.clone(), &leased("the first")).unwrap();
    log_in(&session, &fresh_key()).unwrap();
    assert_eq!(kept.leases.lock().unwrap().len(), 1);
    drop(session);
    assert!(kept.leases.lock().unwrap().is_empty());
}

#[test]
fn a_lease_is_told_in_words_that_make_sense() {
    for (owner, seconds) in [(None, Some(2)), (None, Some(86_401)), (Some(" "), None), (Some("two\nlines"), None)] {
        let refused = LeaseOptions::new(owner.map(str::to_owned), seconds).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::InvalidArgument);
    }
}
