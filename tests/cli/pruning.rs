//! prune: the peers that a session can do without.

use tgsession::model::Peer;
use tgsession::session::{Options, Session};

use crate::support::{Place, run};

#[test]
fn old_peers_and_too_many_are_deleted() {
    let place = Place::new();
    let file = place.session("a.session");
    let old = Peer { id: 6, last_update_on: Some(1_000), ..Peer::default() };
    Session::open(&file, &Options::default()).unwrap().update_peers(&[old]).unwrap();
    for (limits, said) in [
        (&["--keep", "0", "--type", "bot"][..], "deleted 0 of 3 peers in"),
        (&["--not-seen-for", "30", "--type", "channel"], "deleted 0 of 3 peers"),
        (&["--not-seen-for", "30"], "deleted 1 of 3 peers"),
        (&["--keep", "0", "--type", "user"], "deleted 1 of 2 peers"),
        (&["--keep", "0"], "deleted 1 of 1 peers"),
    ] {
        let out = run(&[&["prune", &file], limits].concat()).ok();
        assert!(out.contains(said), "{out}");
    }
}

#[test]
fn pruning_needs_a_limit_a_known_type_and_a_file() {
    let place = Place::new();
    let file = place.session("a.session");
    run(&["prune", &file]).wrong_use();
    assert!(run(&["prune", &file, "--keep", "0", "--type", "planet"]).wrong_use().contains("planet"));
    run(&["prune", &place.text("none.session"), "--keep", "0"]).failed();
    let string = place.string(tgsession::model::StringFormat::Pyrogram);
    run(&["prune", &string, "--keep", "0"]).wrong_use();
    assert!(run(&["prune", &file, "--keep", "2"]).ok().contains("deleted 0 of 2 peers"));
    assert_eq!(place.names(), ["a.session"]);
}
