//! Behind a pooler each transaction may reach another backend, which is told or not. The tests of all databases run behind
//! one that refuses settings which it would not pass on.

use tgsession::session::{Options, Session};

use crate::common::{id, peer};
use crate::own_server::{Server, killed_and_back};

#[test]
fn a_pooler_that_swallows_settings_is_found_out() {
    let pooler = Server::start("pgbouncer", &[("more.ini", "ignore_startup_parameters = options\n".to_owned())]);
    let location = |name: &str| format!("{}?session={name}&table_prefix=swallowed_", pooler.url);
    let sessions = ["a", "b", "c"].map(|name| Session::open(&location(name), &Options::default()).unwrap());
    std::thread::scope(|scope| {
        for (base, session) in (1_i64..).step_by(1_000).zip(&sessions) {
            scope.spawn(move || {
                for number in base..base + 30 {
                    session.update_peers(&[peer(number, &[&format!("tgs_{number}")])]).unwrap();
                    assert_eq!(id(&session.peer_by_username(&format!("tgs_{number}")).unwrap()), number);
                    assert_eq!(id(&session.peer_by_id(number).unwrap()), number);
                }
            });
        }
    });
    assert!(sessions.iter().all(|session| session.peers(None).unwrap().len() == 30));
}

#[test]
fn a_pooler_is_killed_and_comes_back() {
    killed_and_back("pgbouncer");
}
