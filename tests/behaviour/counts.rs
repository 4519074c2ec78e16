//! Counts: as many as reading all of them gives.

use tgsession::model::Counts;
use tgsession::session::Session;

use crate::common::{CHANNEL, full_contents, peer};
use crate::contents::fill;
use crate::engines::each;

fn check(session: &Session) {
    assert_eq!(session.counts().unwrap(), Counts::from(&session.contents().unwrap()));
}

#[test]
fn they_are_those_of_what_is_read() {
    each(|engine| {
        let session = engine.open();
        assert_eq!(session.counts().unwrap(), Counts::default());
        fill(&session);
        engine.now_and_later(session, |session| {
            assert_eq!(session.counts().unwrap(), Counts::from(&full_contents()));
            check(session);
        });
    });
}

#[test]
fn they_follow_what_is_replaced_and_removed() {
    each(|engine| {
        let session = engine.open();
        fill(&session);
        // Names that move, peers that lose theirs, the account's own id.
        session.update_peers(&[peer(5, &["tgs_channel", "tgs_channel_two", "tgs_third"])]).unwrap();
        check(&session);
        session.update_peers(&[peer(5, &[]), peer(CHANNEL, &["tgs_third"])]).unwrap();
        check(&session);
        session.delete_update_state(0).unwrap();
        session.delete_value("config").unwrap();
        engine.now_and_later(session, check);
    });
}
