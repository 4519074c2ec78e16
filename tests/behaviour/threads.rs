//! One session, many threads: each call is whole.

use tgsession::model::{Field, FieldValue, UpdateState};

use crate::common::{CHANNEL, id, now, seen};
use crate::engines::each;

const THREADS: i64 = 8;
const ROUNDS: i64 = 8;

#[test]
fn eight_threads_share_one_session() {
    each(|engine| {
        let session = engine.open();
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let session = &session;
                scope.spawn(move || {
                    for round in 1..=ROUNDS {
                        let number = thread * ROUNDS + round;
                        let name = format!("tgs_{number}");
                        // The shared name moves between all of them.
                        session.update_peers(&[seen(number, &[&name, "tgs_shared"], now())]).unwrap();
                        assert_eq!(id(&session.peer_by_username(&name).unwrap()), number);
                        assert_ne!(id(&session.peer_by_username("tgs_shared").unwrap()), 0);
                        let state = UpdateState { id: CHANNEL - thread, pts: Some(round), ..UpdateState::default() };
                        session.set_update_states(&[state]).unwrap();
                        let value = Some(FieldValue::Integer(number));
                        session.set(&[(Field::ApiId, value.clone()), (Field::Date, value)]).unwrap();
                        let data = session.data().unwrap();
                        assert_eq!(data.api_id.map(i64::from), data.date, "half of a change was seen");
                    }
                });
            }
        });
        engine.now_and_later(session, |session| {
            let peers = session.peers(None).unwrap();
            assert_eq!(peers.len() as i64, THREADS * ROUNDS);
            let owners = peers.iter().filter(|peer| peer.usernames.iter().any(|name| name == "tgs_shared"));
            assert_eq!(owners.count(), 1);
            let states = session.update_states().unwrap();
            assert_eq!(states.len() as i64, THREADS);
            assert!(states.iter().all(|state| state.pts == Some(ROUNDS)));
        });
    });
}

#[test]
fn several_sessions_share_one_place() {
    each(|engine| {
        if !engine.open().capabilities().unwrap().persistent {
            return;
        }
        let sessions: Vec<_> = (0..4).map(|_| engine.open()).collect();
        std::thread::scope(|scope| {
            for (index, session) in sessions.iter().enumerate() {
                scope.spawn(move || {
                    for round in 1..=ROUNDS {
                        let number = index as i64 * ROUNDS + round;
                        session.update_peers(&[seen(number, &[&format!("tgs_{number}")], now())]).unwrap();
                    }
                });
            }
        });
        for session in &sessions {
            assert_eq!(session.peers(None).unwrap().len() as i64, 4 * ROUNDS);
            assert_eq!(id(&session.peer_by_username(&format!("tgs_{}", 4 * ROUNDS)).unwrap()), 4 * ROUNDS);
        }
    });
}
