//! A SQLite database that is removed, or replaced by another one, while sessions have it open.

use std::fs;
use std::path::{Path, PathBuf};

use tgsession::ErrorCode;
use tgsession::model::{Field, FieldValue};
use tgsession::session::Session;

use crate::common::{key, peer};
use crate::databases::{self, Database, error};

/// A database in a journal mode, with a login in it.
fn with_login(mode: &str, number: u8) -> (Database, Session, PathBuf) {
    let database = databases::sqlite();
    let file = PathBuf::from(database.url.trim_start_matches("sqlite:///"));
    rusqlite::Connection::open(&file)
        .unwrap()
        .query_row(&format!("PRAGMA journal_mode = {mode}"), [], |_| Ok(()))
        .unwrap();
    let session = database.open("a");
    session.set(&[(Field::AuthKey, Some(FieldValue::Key(key(number))))]).unwrap();
    (database, session, file)
}

fn check_refused(session: &Session, code: ErrorCode) {
    for result in
        [session.update_peers(&[peer(910, &["tgs_lost"])]), session.set(&[(Field::DcId, Some(FieldValue::Integer(3)))])]
    {
        let error = error(result);
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains("sessions.db"), "{error}");
    }
}

fn names(file: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(file.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_database_that_was_removed_acknowledges_nothing_and_leaves_nothing() {
    for mode in ["DELETE", "WAL"] {
        let (database, session, file) = with_login(mode, 1);
        let another = database.open("b");
        fs::remove_file(&file).unwrap();
        check_refused(&session, ErrorCode::FileNotFound);
        check_refused(&another, ErrorCode::FileNotFound);
        drop((session, another));
        assert!(names(&file).is_empty(), "{mode}: {:?}", names(&file));
    }
}

#[test]
fn a_database_that_was_replaced_acknowledges_nothing_and_the_other_one_stays() {
    for mode in ["DELETE", "WAL"] {
        let (database, session, file) = with_login(mode, 1);
        let another = database.open("b");
        let (other, other_session, other_file) = with_login("DELETE", 77);
        drop(other_session);
        fs::rename(&other_file, &file).unwrap();
        check_refused(&session, ErrorCode::Io);
        check_refused(&another, ErrorCode::Io);
        drop((session, another));
        assert_eq!(names(&file), ["sessions.db"], "{mode}");
        // Nobody has the old one open any more: what has its name now is opened as it is.
        let location = format!("{}?table_prefix={}&session=a", database.url, other.prefix);
        let found = Session::open(&location, &tgsession::session::Options::default()).unwrap();
        assert_eq!(found.data().unwrap().auth_key, Some(key(77)), "{mode}");
        found.update_peers(&[peer(910, &["tgs_new"])]).unwrap();
    }
}
