//! Leases on auth keys.

use std::time::Duration;

use tgsession::storage::Opening;
use tgsession::storage::mongodb::MongoDb;
use tgsession::storage::{Holder, Lessee, Storage};

use crate::harness::Place;

fn open(place: &Place) -> MongoDb {
    let opening = Opening { read_only: false, create: true, busy_timeout: Duration::from_secs(5) };
    MongoDb::open(&place.location, opening).unwrap()
}

fn lessee(name: &str) -> Lessee {
    Lessee { token: format!("token of {name}"), owner: format!("host {name}") }
}

fn take(session: &mut MongoDb, key_id: &str, name: &str, seconds: u32) -> Option<Holder> {
    session.leases().unwrap().take(key_id, &lessee(name), seconds).unwrap()
}

#[test]
fn a_lease_is_one_lessees_until_it_ends_or_is_given_back() {
    let place = Place::new();
    let (mut one, mut two) = (open(&place), open(&place));
    assert_eq!(take(&mut one, "0a", "one", 60), None);
    let holder = take(&mut two, "0a", "two", 60).unwrap();
    assert_eq!(holder.owner, "host one");
    assert!((crate::common::now() - holder.since).abs() < 120, "{holder:?}");
    // Renewed, it is since as long as before; another key is another lease.
    assert_eq!(take(&mut one, "0a", "one", 60), None);
    assert_eq!(take(&mut two, "0a", "two", 60), Some(holder));
    assert_eq!(take(&mut two, "0b", "two", 60), None);
    // A lease is released only by its holder.
    two.leases().unwrap().release("0a", &lessee("two").token).unwrap();
    assert!(take(&mut two, "0a", "two", 60).is_some());
    one.leases().unwrap().release("0a", &lessee("one").token).unwrap();
    assert_eq!(take(&mut two, "0a", "two", 60), None);
    // One that has ended is anybody's, and then no more its old lessee's.
    assert_eq!(take(&mut two, "0a", "two", 0), None);
    assert_eq!(take(&mut one, "0a", "one", 60), None);
    assert_eq!(take(&mut two, "0a", "two", 60).unwrap().owner, "host one");
}

#[test]
fn of_many_who_take_at_once_one_has_it() {
    let place = Place::new();
    drop(open(&place));
    let taken: Vec<bool> = std::thread::scope(|scope| {
        let lessees: Vec<_> = (0..8)
            .map(|n| {
                let place = &place;
                scope.spawn(move || take(&mut open(place), "0a", &n.to_string(), 60).is_none())
            })
            .collect();
        lessees.into_iter().map(|lessee| lessee.join().unwrap()).collect()
    });
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 1);
}
