//! Forks on a known layout: a higher number or one more column is read with what is known, and stays.

use tgsession::model::{Field, FieldValue, UpdateState};
use tgsession::session::{Session, examine};

use crate::common::{key, peer};
use crate::harness::{Harness, key_sql, open, read_only, sql, value};
use crate::old_versions::{kurigram_migration, pyrogram, telethon};

fn remarks(session: &Session) -> String {
    session.leftovers().unwrap().remarks.join("\n")
}

fn check_login_and_peer(session: &Session) {
    let data = session.data().unwrap();
    assert_eq!((data.dc_id, data.auth_key), (Some(4), Some(key(1))));
    assert_eq!(session.peers(Some(&[7])).unwrap()[0].access_hash, Some(-3));
}

#[test]
fn a_higher_number_is_read_and_kept() {
    for (batch, change, format) in [
        (pyrogram(3), "UPDATE version SET number = 99", "pyrogram@99"),
        (pyrogram(3) + &kurigram_migration(3, 7), "UPDATE version SET number = 9", "kurigram@9"),
        (telethon(8), "UPDATE version SET version = 12", "telethon@12"),
    ] {
        let harness = Harness::of_sql(&format!("{batch}; {change}"));
        let before = harness.snapshot();
        let session = read_only(&harness.file);
        check_login_and_peer(&session);
        assert_eq!(session.format().unwrap().to_string(), format);
        assert!(remarks(&session).contains("is not known"), "{}", remarks(&session));
        drop(session);
        assert!(harness.snapshot() == before);
        let session = open(&harness.file);
        session.update_peers(&[peer(5, &["tgs_new"])]).unwrap();
        session.set(&[(Field::Port, Some(FieldValue::Integer(80)))]).unwrap();
        drop(session);
        let session = read_only(&harness.file);
        assert_eq!(session.format().unwrap().to_string(), format);
        assert_eq!(session.data().unwrap().port, Some(80));
        assert_eq!(session.peers(None).unwrap().iter().filter(|peer| [5, 7].contains(&peer.id)).count(), 2);
        let found = examine(harness.file.to_str().unwrap()).unwrap();
        assert!(found.findings.iter().any(|finding| finding.message.contains("is not known")), "{:?}", found.findings);
    }
}

// wzgram 3.1.5 has Kurigram's tables under its own number.
#[test]
fn wzgram_is_known() {
    let harness = Harness::of_sql(&(pyrogram(3) + &kurigram_migration(3, 7) + "UPDATE version SET number = 8"));
    let session = open(&harness.file);
    check_login_and_peer(&session);
    assert_eq!((session.format().unwrap().to_string(), remarks(&session)), ("kurigram@8".to_owned(), String::new()));
    session.update_peers(&[peer(5, &["tgs_a", "tgs_b"])]).unwrap();
    drop(session);
    assert_eq!(value::<i64>(&harness.file, "SELECT number FROM version"), 8);
    assert_eq!(value::<i64>(&harness.file, "SELECT count(*) FROM usernames WHERE id = 5"), 2);
}

#[test]
fn a_further_column_keeps_its_value() {
    for (batch, peers) in [(pyrogram(3) + &kurigram_migration(3, 7), "peers"), (telethon(8), "entities")] {
        let change = format!(
            "ALTER TABLE {peers} ADD colour TEXT; UPDATE {peers} SET colour = 'red'; ALTER TABLE sessions ADD proxy TEXT; \
             UPDATE sessions SET proxy = 'p'; ALTER TABLE update_state ADD extra TEXT; DELETE FROM update_state; \
             INSERT INTO update_state (id, pts, extra) VALUES (0, 1, 'e')"
        );
        let harness = Harness::of_sql(&format!("{batch}; {change}"));
        let session = open(&harness.file);
        check_login_and_peer(&session);
        let told = remarks(&session);
        for column in ["sessions.proxy", "update_state.extra", &format!("{peers}.colour")] {
            assert!(told.contains(column), "{told}");
        }
        session.update_peers(&[peer(7, &["tgs_new"])]).unwrap();
        session.set(&[(Field::DcId, Some(FieldValue::Integer(2)))]).unwrap();
        session.set_update_states(&[UpdateState { id: 0, pts: Some(9), ..UpdateState::default() }]).unwrap();
        drop(session);
        assert_eq!(value::<String>(&harness.file, &format!("SELECT colour FROM {peers} WHERE id = 7")), "red");
        assert_eq!(value::<String>(&harness.file, "SELECT proxy || dc_id FROM sessions"), "p2");
        assert_eq!(value::<String>(&harness.file, "SELECT extra || pts FROM update_state WHERE id = 0"), "e9");
    }
}

// elystl, hikkaritl and heroku-tl-new read the last two columns the wrong way round, and write them so.
#[test]
fn swapped_columns_are_told_by_their_types() {
    let harness = Harness::of_sql(&telethon(8));
    sql(&harness.file, &format!("UPDATE sessions SET takeout_id = {}, tmp_auth_key = 55", key_sql(2)));
    let before = harness.snapshot();
    let session = read_only(&harness.file);
    let data = session.data().unwrap();
    assert_eq!((data.takeout_id, data.tmp_auth_key), (Some(55), Some(key(2))));
    assert_eq!(session.get(Field::TakeoutId).unwrap(), Some(FieldValue::Integer(55)));
    drop(session);
    assert!(harness.snapshot() == before);
    let session = open(&harness.file);
    session.set(&[(Field::TakeoutId, None)]).unwrap();
    let data = session.data().unwrap();
    assert_eq!((data.takeout_id, data.tmp_auth_key), (None, Some(key(2))));
    drop(session);
    assert_eq!(value::<i64>(&harness.file, "SELECT length(tmp_auth_key) FROM sessions"), 256);
    sql(&harness.file, "UPDATE sessions SET takeout_id = x'', tmp_auth_key = NULL");
    let data = read_only(&harness.file).data().unwrap();
    assert_eq!((data.takeout_id, data.tmp_auth_key, data.auth_key), (None, None, Some(key(1))));
}
