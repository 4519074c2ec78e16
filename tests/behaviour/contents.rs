//! Conversions: from every engine to every other, with nothing lost and nothing invented.

use tempfile::TempDir;
use tgsession::ErrorCode;
use tgsession::model::Field::{self, *};
use tgsession::model::FieldValue::{Integer, Key, Text};
use tgsession::model::{Contents, Peer, PeerType, SessionData};
use tgsession::session::{ConvertOptions, Lookup, Options, Outcome, Report, Session, convert, convert_with};

use crate::common::{changes, full_contents, full_data, id, key, now, seen};
use crate::data_centers::data_center;
use crate::engines::{each, engines, error};

/// Writes a session with a row of every kind.
pub fn fill(session: &Session) {
    let Contents { data, peers, update_states, sent_files, values } = full_contents();
    session.set(&changes(&data)).unwrap();
    session.update_peers(&peers).unwrap();
    session.set_update_states(&update_states).unwrap();
    session.cache_sent_files(&sent_files).unwrap();
    for (name, value) in &values {
        session.set_value(name, value.as_bytes()).unwrap();
    }
}

/// A type that the id's mark tells may be told by it; all else is equal exactly.
fn comparable(contents: Contents) -> Contents {
    let told = |peer: Peer| Peer { peer_type: Some(peer.effective_type()), ..peer };
    Contents { peers: contents.peers.into_iter().map(told).collect(), ..contents }
}

fn outcome(report: &Report, field: Field) -> Outcome {
    report.fields.iter().find(|report| report.name == field.name()).unwrap().outcome
}

#[test]
fn everything_goes_from_every_engine_to_every_other() {
    each(|engine| {
        let source = engine.open();
        fill(&source);
        source.set_data_center(&data_center(3, 9)).unwrap();
        let mut all = full_contents();
        all.put_data_center(&data_center(3, 9)).unwrap();
        for target_engine in engines() {
            let target = target_engine.open();
            let report = convert(&source, &target, &[]).unwrap();
            let places = target.layout_support().unwrap();
            target_engine.now_and_later(target, |target| {
                assert_eq!(
                    comparable(target.contents().unwrap()),
                    comparable(all.clone()),
                    "to {}",
                    target_engine.name
                );
            });
            for field in Field::ALL {
                let expected = if places.fields.contains(&field) { Outcome::Kept } else { Outcome::KeptAside };
                assert_eq!(outcome(&report, field), expected, "{} in {}", field.name(), target_engine.name);
            }
            for table in &report.tables {
                let count = match table.name {
                    "peers" | "peer_types" => full_contents().peers.len(),
                    "usernames" => full_contents().peers.iter().map(|peer| peer.usernames.len()).sum(),
                    "names" => full_contents().peers.iter().filter(|peer| peer.name.is_some()).count(),
                    "update_states" => full_contents().update_states.len(),
                    "sent_files" => full_contents().sent_files.len(),
                    "data_centers" => 1,
                    "values" => full_contents().values.len(),
                    other => panic!("what is {other}?"),
                };
                assert_eq!(
                    table.kept + table.kept_aside + table.left_out,
                    count,
                    "{} in {}",
                    table.name,
                    target_engine.name
                );
                assert_eq!(table.left_out, 0);
            }
        }
        assert_eq!(comparable(source.contents().unwrap()), comparable(all), "the source changed");
    });
}

#[test]
fn a_session_that_is_not_logged_in_is_carried_too() {
    each(|engine| {
        let source = engine.open();
        source.update_peers(&[seen(5, &["tgs_one"], now())]).unwrap();
        for target_engine in engines() {
            let target = target_engine.open();
            let new = target.data().unwrap();
            convert(&source, &target, &[]).unwrap();
            let data = target.data().unwrap();
            for field in Field::ALL {
                let expected = [source.get(field).unwrap(), new.get(field), None];
                assert!(expected.contains(&data.get(field)), "{} to {}: {data:?}", field.name(), target_engine.name);
            }
            assert_eq!(id(&target.peer_by_username("tgs_one").unwrap()), 5);
        }
    });
}

#[test]
fn what_is_there_already_stays_unless_it_is_replaced() {
    each(|engine| {
        let source = engine.open();
        fill(&source);
        for target_engine in engines() {
            let target = target_engine.open();
            target.update_peers(&[seen(999, &["tgs_stays"], now()), seen(101, &["tgs_goes"], now())]).unwrap();
            convert(&source, &target, &[]).unwrap();
            assert_eq!(id(&target.peer_by_username("tgs_stays").unwrap()), 999);
            assert_eq!(target.peer_by_username("tgs_goes").unwrap(), Lookup::NotFound);
            assert_eq!(target.peers(None).unwrap().len(), full_contents().peers.len() + 1);
            // Once more changes nothing.
            let before = target.contents().unwrap();
            convert(&source, &target, &[]).unwrap();
            assert_eq!(target.contents().unwrap(), before);
        }
    });
}

#[test]
fn another_login_is_not_overwritten() {
    each(|engine| {
        let source = engine.open();
        fill(&source);
        for target_engine in engines() {
            let target = target_engine.open();
            target.set(&[(AuthKey, Some(Key(key(77))))]).unwrap();
            let before = target.contents().unwrap();
            assert_eq!(error(convert(&source, &target, &[])).code(), ErrorCode::InvalidArgument);
            assert_eq!(target.contents().unwrap(), before);
        }
    });
}

#[test]
fn what_is_unknown_is_derived_or_given_or_refused_by_name_and_never_invented() {
    each(|engine| {
        let source = engine.open();
        let known = [DcId, AuthKey];
        let login: Vec<_> = changes(&full_data()).into_iter().filter(|(field, _)| known.contains(field)).collect();
        source.set(&login).unwrap();
        for target_engine in engines() {
            let target = target_engine.open();
            let before = target.contents().unwrap();
            match convert(&source, &target, &[]) {
                Ok(_) => {
                    let data = target.data().unwrap();
                    assert_eq!((data.user_id, data.is_bot, data.api_id), (None, None, None), "{}", target_engine.name);
                    assert_eq!((data.dc_id, data.auth_key), (full_data().dc_id, full_data().auth_key));
                }
                Err(error) => {
                    assert_eq!(error.code(), ErrorCode::Incomplete);
                    assert!(
                        ["api_id", "user_id", "is_bot"].iter().all(|name| error.to_string().contains(name)),
                        "{error}"
                    );
                    assert!(!error.to_string().contains("auth_key"), "{error}");
                    assert_eq!(target.contents().unwrap(), before);
                }
            }
            let given = [
                (ApiId, Some(Integer(99))),
                (UserId, Some(Integer(5))),
                (IsBot, Some(Integer(1))),
                (TestMode, Some(Integer(0))),
                (ServerAddress, Some(Text("149.154.167.91".into()))),
                (Port, Some(Integer(443))),
            ];
            let report = convert(&source, &target, &given).unwrap();
            let places = target.layout_support().unwrap().fields;
            for (field, value) in given {
                assert_eq!(target.get(field).unwrap(), value, "{} in {}", field.name(), target_engine.name);
                let expected = if places.contains(&field) { Outcome::Overridden } else { Outcome::KeptAside };
                assert_eq!(outcome(&report, field), expected, "{}", field.name());
            }
        }
    });
}

#[test]
fn what_the_source_implies_is_derived() {
    each(|engine| {
        let source = engine.open();
        let login =
            SessionData { server_address: Some("149.154.167.40".into()), test_mode: None, is_bot: None, ..full_data() };
        source.set(&changes(&login)).unwrap();
        let own = Peer { peer_type: Some(PeerType::Bot), ..seen(login.user_id.unwrap(), &[], now()) };
        source.update_peers(&[own]).unwrap();
        for target_engine in engines() {
            let target = target_engine.open();
            let report = convert(&source, &target, &[]).unwrap();
            let data = target.data().unwrap();
            assert_eq!(data.server_address, login.server_address);
            for (field, derived) in [(TestMode, data.test_mode), (IsBot, data.is_bot)] {
                // Who cannot do without it gets what the source implies, the others nothing.
                assert_eq!(
                    derived == Some(true),
                    outcome(&report, field) == Outcome::Derived,
                    "{}",
                    target_engine.name
                );
                assert_eq!(derived.is_none(), outcome(&report, field) == Outcome::Missing, "{}", target_engine.name);
            }
        }
    });
}

#[test]
fn other_programs_tables_go_into_a_file_or_nothing_is_written() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("source.session");
    let source = Session::open(path.to_str().unwrap(), &Options::default()).unwrap();
    fill(&source);
    let notes = "CREATE TABLE notes (text); INSERT INTO notes VALUES ('one'), ('two')";
    rusqlite::Connection::open(&path).unwrap().execute_batch(notes).unwrap();
    let keep = ConvertOptions { keep_foreign_tables: true, ..ConvertOptions::default() };
    each(|engine| {
        let target = engine.open();
        let empty = target.contents().unwrap();
        let converted = convert_with(&source, &target, &keep);
        if target.capabilities().unwrap().takes_foreign_tables {
            assert_eq!(converted.unwrap().foreign_tables[0].outcome, Outcome::TakenAlong);
            engine.now_and_later(target, |target| {
                let found = target.leftovers().unwrap().foreign_tables;
                assert_eq!((found[0].name.as_str(), found[0].rows), ("notes", Some(2)));
            });
        } else {
            let refused = error(converted);
            assert_eq!(refused.code(), ErrorCode::Unsupported);
            assert!(refused.to_string().contains("only a SQLite file does"), "{refused}");
            assert_eq!(target.contents().unwrap(), empty);
        }
    });
}
