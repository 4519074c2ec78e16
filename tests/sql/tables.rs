//! Making the tables, by several at once, and what is made.

use tgsession::session::{Options, Session};

use crate::common::peer;
use crate::databases::{all, list};

#[test]
fn several_may_make_the_tables_at_once() {
    for database in all() {
        std::thread::scope(|scope| {
            for number in 0..6 {
                // Each has connections of its own, as another process would.
                let location = format!("{}&pool_size={}", database.location(&format!("s{number}")), number + 1);
                scope.spawn(move || {
                    let patient = Options { busy_timeout: std::time::Duration::from_secs(60), ..Options::default() };
                    let session = Session::open(&location, &patient).unwrap();
                    session.update_peers(&[peer(number + 1, &[])]).unwrap();
                });
            }
        });
        assert_eq!(list(&database.all()).unwrap().len(), 6, "{}", database.name);
        assert_eq!(database.find("s0").unwrap().format().unwrap().to_string(), "alchemysession@2");
    }
}

#[cfg(unix)]
#[test]
fn a_new_file_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let database = crate::databases::sqlite();
    database.open("a");
    let path = database.url.strip_prefix("sqlite:///").unwrap();
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
}
