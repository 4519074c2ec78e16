//! compact: the room in files that nothing is in.

use std::fs;

use crate::support::{Place, run};

const MAKE_ROOM: &str = "CREATE TABLE room (bytes); INSERT INTO room VALUES (zeroblob(200000)); DROP TABLE room";

fn with_room(place: &Place, name: &str, setting: &str) -> String {
    let file = place.session(name);
    let conn = rusqlite::Connection::open(&file).unwrap();
    conn.execute_batch(&format!("{setting}; {MAKE_ROOM}")).unwrap();
    file
}

#[test]
fn files_give_their_room_back() {
    let place = Place::new();
    let whole = with_room(&place, "whole.session", "PRAGMA auto_vacuum");
    let in_steps = with_room(&place, "steps.session", "PRAGMA auto_vacuum = 2; VACUUM");
    let len = |file: &str| fs::metadata(file).unwrap().len();
    let (was, of_steps) = (len(&whole), len(&in_steps));
    let refused = run(&["compact", &whole, &in_steps, "--max-bytes", "8192"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains(&whole) && !refused.err.contains("steps.session"), "{}", refused.err);
    let freed = of_steps - len(&in_steps);
    assert!(
        freed >= 196_608 && refused.out.contains(&format!("steps.session: {freed} bytes given back")),
        "{}",
        refused.out
    );
    assert_eq!(len(&whole), was);
    let out = run(&["compact", &whole, &in_steps]).ok();
    assert!(out.contains(&format!("whole.session: {} bytes given back", was - len(&whole))), "{out}");
    assert!(out.contains("steps.session: 0 bytes given back") && len(&whole) + 196_608 <= was, "{out}");
    assert_eq!(place.names(), ["steps.session", "whole.session"]);
    assert!(run(&["peers", &whole]).ok().contains("777000101"));
}

#[test]
fn only_a_file_that_is_there_is_compacted() {
    let place = Place::new();
    let file = place.session("a.session");
    run(&["compact"]).wrong_use();
    run(&["compact", &file, "--max-bytes", "0"]).wrong_use();
    let ran = run(&["compact", &place.text("none.session"), &file]);
    assert!(ran.code == 1 && ran.err.contains("none.session") && ran.out.contains("a.session: 0 bytes"), "{}", ran.err);
    assert_eq!(place.names(), ["a.session"]);
}
