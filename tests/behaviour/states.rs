//! Update states: absent, NULL and 0 are three things.

use tgsession::ErrorCode;
use tgsession::model::{UpdateState, bare_id};

use crate::common::{CHANNEL, states};
use crate::engines::{each, error};

#[test]
fn absent_null_and_zero_are_told_apart() {
    each(|engine| {
        let session = engine.open();
        assert!(session.update_states().unwrap().is_empty());
        session.set_update_states(&states()).unwrap();
        engine.now_and_later(session, |session| assert_eq!(session.update_states().unwrap(), states()));
    });
}

#[test]
fn one_is_read_alone() {
    each(|engine| {
        let session = engine.open();
        assert_eq!(session.update_state(0).unwrap(), None);
        session.set_update_states(&states()).unwrap();
        engine.now_and_later(session, |session| {
            for state in states() {
                assert_eq!(session.update_state(state.id).unwrap(), Some(state));
            }
            for nobody in [5, tgsession::model::bare_id(CHANNEL)] {
                assert_eq!(session.update_state(nobody).unwrap(), None);
            }
        });
    });
}

#[test]
fn every_mixture_of_null_and_numbers_replaces_every_other() {
    let mixtures: Vec<UpdateState> = (0..16)
        .map(|bits: i64| {
            let value = |bit: i64| (bits >> bit & 1 == 1).then_some(bit * 1_000_000_007);
            UpdateState { id: 0, pts: value(0), qts: value(1), date: value(2), seq: value(3) }
        })
        .collect();
    each(|engine| {
        for id in [0, CHANNEL] {
            let session = engine.open();
            for state in mixtures.iter().chain(mixtures.iter().rev()) {
                let state = UpdateState { id, ..*state };
                session.set_update_states(&[state]).unwrap();
                let read = session.update_states().unwrap();
                assert_eq!(read.iter().find(|read| read.id == id), Some(&state));
                assert_eq!(read.iter().filter(|read| read.id == id).count(), 1);
            }
        }
    });
}

#[test]
fn one_is_replaced_and_the_others_stay() {
    each(|engine| {
        let session = engine.open();
        session.set_update_states(&states()).unwrap();
        let mut expected = states();
        expected[1] = UpdateState { pts: Some(5), ..expected[1] };
        session.set_update_states(&[UpdateState { pts: Some(4), ..expected[1] }, expected[1]]).unwrap();
        session.set_update_states(&[]).unwrap();
        engine.now_and_later(session, |session| assert_eq!(session.update_states().unwrap(), expected));
    });
}

#[test]
fn each_can_be_removed_also_twice() {
    each(|engine| {
        let session = engine.open();
        session.set_update_states(&states()).unwrap();
        let mut left = states();
        while let Some(state) = left.pop() {
            session.delete_update_state(state.id).unwrap();
            session.delete_update_state(state.id).unwrap();
            assert_eq!(session.update_states().unwrap(), left);
        }
        session.set_update_states(&states()).unwrap();
        session.delete_update_state(CHANNEL).unwrap();
        engine.now_and_later(session, |session| {
            assert!(session.update_states().unwrap().iter().all(|state| state.id != CHANNEL));
            assert_eq!(session.update_states().unwrap().len(), states().len() - 1);
        });
    });
}

#[test]
fn only_the_account_and_channels_have_states() {
    each(|engine| {
        let session = engine.open();
        for id in [5, -5, 1_777_000_303, -1_000_000_000_000] {
            let wrong = [states()[0], UpdateState { id, ..UpdateState::default() }];
            assert_eq!(error(session.set_update_states(&wrong)).code(), ErrorCode::InvalidArgument, "{id}");
            assert!(session.update_states().unwrap().is_empty());
        }
    });
}

#[test]
fn a_bare_id_is_nobodys() {
    each(|engine| {
        let session = engine.open();
        session.set_update_states(&[UpdateState { id: CHANNEL, pts: Some(7), ..UpdateState::default() }]).unwrap();
        let bare = bare_id(CHANNEL);
        session.delete_update_state(bare).unwrap();
        session.delete_update_state(-bare).unwrap();
        assert_eq!(session.update_state(bare).unwrap(), None);
        assert_eq!(session.update_states().unwrap().len(), 1);
    });
}
