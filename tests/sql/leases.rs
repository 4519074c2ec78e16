//! Leases, by the server's clock.

use std::time::Duration;

use tgsession::storage::sql::Sql;
use tgsession::storage::{Leases, Lessee, Opening, Storage};

use crate::databases::all;

fn opening(seconds: u64) -> Opening {
    Opening { read_only: false, create: true, busy_timeout: Duration::from_secs(seconds) }
}

const KEY: &str = "b1080bfd570d9b91";

fn lessee(name: &str) -> Lessee {
    Lessee { token: format!("token of {name}"), owner: format!("host {name}, process 4711") }
}

#[test]
fn one_has_it_until_it_gives_it_back_or_it_ends() {
    for database in all() {
        let open = |session: &str| Sql::open(&database.location(session), opening(5)).unwrap();
        let (mut first, mut second) = (open("a"), open("b"));
        let (one, two) = (lessee("one"), lessee("two"));
        fn leases(storage: &mut Sql) -> &mut dyn Leases {
            storage.leases().unwrap()
        }
        assert_eq!(leases(&mut first).take(KEY, &one, 60).unwrap(), None);
        assert_eq!(leases(&mut first).take(KEY, &one, 60).unwrap(), None, "{}: renewed", database.name);
        let holder = leases(&mut second).take(KEY, &two, 60).unwrap().unwrap();
        assert_eq!(holder.owner, one.owner);
        assert!(crate::common::now().abs_diff(holder.since) < 60, "{}: {holder:?}", database.name);
        leases(&mut second).release(KEY, &two.token).unwrap();
        assert!(leases(&mut second).take(KEY, &two, 60).unwrap().is_some(), "{}: not its own to give", database.name);
        leases(&mut first).release(KEY, &one.token).unwrap();
        assert_eq!(leases(&mut second).take(KEY, &two, 60).unwrap(), None);
        // One that has ended is anybody's.
        leases(&mut second).release(KEY, &two.token).unwrap();
        assert_eq!(leases(&mut second).take(KEY, &two, 0).unwrap(), None);
        assert_eq!(leases(&mut first).take(KEY, &one, 60).unwrap(), None, "{}: ended", database.name);
        // It goes with the session.
        first.delete().unwrap();
        assert_eq!(leases(&mut second).take(KEY, &two, 60).unwrap(), None, "{}: deleted", database.name);
    }
}

#[test]
fn of_many_at_once_one_gets_it() {
    for database in all() {
        drop(database.open("a"));
        let got: Vec<bool> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|number| {
                    let location = database.location("a");
                    scope.spawn(move || {
                        let mut storage = Sql::open(&location, opening(20)).unwrap();
                        let name = number.to_string();
                        storage.leases().unwrap().take("shared", &lessee(&name), 60).unwrap().is_none()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(got.iter().filter(|got| **got).count(), 1, "{}", database.name);
    }
}
