//! What holds for a caller's own engine only.

use std::time::{Duration, Instant};

use tgsession::model::{Field, FieldValue, Peer, SentFile, SessionData, UpdateState};
use tgsession::session::{Options, Session, convert};
use tgsession::storage::Engine;
use tgsession::{Error, ErrorCode, Result};

use crate::common::{changes, full_data, peer};
use crate::engines::error;
use crate::memory_engine::MemoryEngine;

/// An engine whose server goes away in the middle of a batch.
struct Failing {
    kept: MemoryEngine,
    has_transactions: bool,
}

fn gone<T>() -> Result<T> {
    Err(Error::new(ErrorCode::Server, "the server is gone"))
}

impl Engine for Failing {
    fn location(&self) -> &str {
        self.kept.location()
    }

    fn is_persistent(&self) -> bool {
        true
    }

    fn usernames_expire(&self) -> bool {
        false
    }

    fn fields(&mut self) -> Result<SessionData> {
        self.kept.fields()
    }

    fn set_fields(&mut self, _: &SessionData, _: &[Field]) -> Result<()> {
        gone()
    }

    fn put_peers(&mut self, peers: &[Peer]) -> Result<()> {
        self.kept.put_peers(peers)
    }

    fn peers(&mut self, ids: Option<&[i64]>) -> Result<Vec<Peer>> {
        self.kept.peers(ids)
    }

    fn update_states(&mut self) -> Result<Vec<UpdateState>> {
        self.kept.update_states()
    }

    fn set_update_states(&mut self, _: &[UpdateState]) -> Result<()> {
        gone()
    }

    fn delete_update_state(&mut self, _: i64) -> Result<()> {
        gone()
    }

    fn sent_files(&mut self) -> Result<Vec<SentFile>> {
        self.kept.sent_files()
    }

    fn cache_sent_files(&mut self, _: &[SentFile]) -> Result<()> {
        gone()
    }

    fn save(&mut self) -> Result<()> {
        gone()
    }

    fn remove(&mut self) -> Result<()> {
        gone()
    }

    fn begin(&mut self) -> Result<()> {
        if self.has_transactions { self.kept.begin() } else { Ok(()) }
    }

    fn finish(&mut self, keep: bool) -> Result<()> {
        if self.has_transactions { self.kept.finish(keep) } else { Ok(()) }
    }
}

#[test]
fn a_conversion_that_fails_half_way_leaves_no_login() {
    let source = Session::open(":memory:", &Options::default()).unwrap();
    source.set(&changes(&full_data())).unwrap();
    source.update_peers(&[peer(5, &["tgs_one"])]).unwrap();
    for has_transactions in [true, false] {
        let kept = MemoryEngine::default();
        let failing = Failing { kept: kept.clone(), has_transactions };
        let target = Session::open_engine(failing, &Options::default()).unwrap();
        assert_eq!(error(convert(&source, &target, &[])).code(), ErrorCode::Server);
        let left = Session::open_engine(kept, &Options::default()).unwrap();
        assert_eq!(left.data().unwrap(), SessionData::default());
        assert_eq!(left.peers(None).unwrap().is_empty(), has_transactions);
        assert_eq!(target.change_count(), 0);
    }
}

#[test]
fn an_engine_without_values_says_so_and_loses_none() {
    let source = Session::open(":memory:", &Options::default()).unwrap();
    source.set(&changes(&full_data())).unwrap();
    let failing = Failing { kept: MemoryEngine::default(), has_transactions: false };
    let target = Session::open_engine(failing, &Options::default()).unwrap();
    assert!(target.value_names().unwrap().is_empty());
    assert_eq!(target.value("salts").unwrap(), None);
    target.delete_value("salts").unwrap();
    source.set_value("salts", b"a secret").unwrap();
    for refused in [target.set_value("salts", b"a secret"), convert(&source, &target, &[]).map(drop)] {
        let error = error(refused);
        assert_eq!(error.code(), ErrorCode::Unsupported);
        assert!(error.to_string().contains("get_values"), "{error}");
    }
    assert_eq!(target.data().unwrap(), SessionData::default());
}

#[test]
fn one_place_may_be_open_twice() {
    let kept = MemoryEngine::default();
    let one = Session::open_engine(kept.clone(), &Options::default()).unwrap();
    let two = Session::open_engine(kept, &Options::default()).unwrap();
    one.set(&[(Field::ApiId, Some(FieldValue::Integer(7)))]).unwrap();
    two.set(&[(Field::DcId, Some(FieldValue::Integer(4)))]).unwrap();
    let data = one.data().unwrap();
    assert_eq!((data.api_id, data.dc_id), (Some(7), Some(4)));
}

/// The engine's own function cannot be interrupted. The other calls of the handle wait for it no longer than they may.
#[test]
fn a_call_that_blocks_keeps_the_others_no_longer_than_they_wait() {
    const BUSY: Duration = Duration::from_millis(1_200);
    let kept = MemoryEngine::default();
    let session = Session::open_engine(kept.clone(), &Options { busy_timeout: BUSY, ..Options::default() }).unwrap();
    std::thread::scope(|scope| {
        let silence = kept.silence.lock().unwrap();
        let (began, has_begun) = std::sync::mpsc::channel();
        let blocked = scope.spawn({
            let session = &session;
            move || {
                began.send(()).unwrap();
                session.data()
            }
        });
        has_begun.recv().unwrap();
        std::thread::sleep(Duration::from_millis(200));
        std::thread::scope(|scope| {
            for id in 1..=8 {
                let session = &session;
                scope.spawn(move || {
                    let started = Instant::now();
                    let refused = if id % 2 == 0 { session.update_peers(&[peer(id, &[])]) } else { session.save() };
                    let error = error(refused);
                    assert_eq!(error.code(), ErrorCode::Locked);
                    assert!(
                        error.to_string().contains("'kept'") && error.to_string().contains("other calls"),
                        "{error}"
                    );
                    assert!((BUSY..5 * BUSY).contains(&started.elapsed()), "{:?}", started.elapsed());
                });
            }
        });
        assert!(!blocked.is_finished());
        drop(silence);
        blocked.join().unwrap().unwrap();
    });
    session.update_peers(&[peer(1, &[])]).unwrap();
}
