//! Databases as places: the same commands, with a URL.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tgsession::model::StringFormat;

use crate::common::server;
use crate::support::{KEY_ID, Place, USER_ID, json_lines, run};

/// A store without a session's name, and the location of a session in it.
struct Store {
    list: String,
    prefix: String,
}

impl Store {
    fn named(&self, name: &str) -> String {
        if self.list.starts_with("mongodb") {
            return format!("{}{}{name}?remove_peers=true", self.list, self.prefix);
        }
        format!("{}?session={}{name}", self.list, self.prefix)
    }
}

fn stores(place: &Place) -> Vec<Store> {
    // Each test of each run has sessions of its own on the servers, which lists show by what they begin with.
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let prefix = format!("cli_{}_{}_{number}_", std::process::id(), tgsession::clock::now());
    let store = |list: String| Store { list, prefix: prefix.clone() };
    vec![
        store(server("TGS_MONGODB")),
        store(server("TGS_POSTGRESQL")),
        store(server("TGS_MARIADB")),
        store(format!("sqlite:///{}", place.text("sessions.db"))),
    ]
}

#[test]
fn a_session_goes_into_every_store_and_comes_back() {
    let place = Place::new();
    let file = place.session("a.session");
    for (number, store) in stores(&place).iter().enumerate() {
        let there = store.named("there");
        let report = run(&["convert", &file, &there, "--json"]).ok();
        assert_eq!(serde_json::from_str::<Value>(&report).unwrap()["source"], "pyrogram@3");
        let inspected: Value = serde_json::from_str(&run(&["inspect", &there, "--json"]).ok()).unwrap();
        assert_eq!((&inspected["auth_key_id"], &inspected["user_id"]), (&KEY_ID.into(), &USER_ID.into()), "{there}");
        assert_eq!(run(&["peers", &there, "--json"]).ok().lines().count(), 2);
        // What the string leaves out is said beside it, on standard error.
        let exported = run(&["export", &there, "--to", "pyrogram"]);
        assert_eq!((exported.code, exported.out.trim()), (0, place.string(StringFormat::Pyrogram).as_str()));

        // From one store into the next, and into a file.
        let next = stores(&place)[(number + 1) % 4].named(&format!("next{number}"));
        run(&["convert", &there, &next]).ok();
        let back = place.text(&format!("back{number}.session"));
        run(&["convert", &next, &back, "--to", "pyrogram@3"]).ok();
        assert_eq!(run(&["peers", &back, "--json"]).ok(), run(&["peers", &file, "--json"]).ok());
        run(&["delete", &next, "--yes"]).ok();
        run(&["delete", &there, "--yes"]).ok();
    }
}

#[test]
fn what_is_there_is_listed_is_not_overwritten_and_is_deleted_alone() {
    let place = Place::new();
    let file = place.session("a.session");
    for store in stores(&place) {
        let (one, two) = (store.named("one"), store.named("two"));
        run(&["convert", &file, &one]).ok();
        run(&["convert", &file, &two]).ok();
        let refused = run(&["convert", &file, &one]).failed();
        assert!(refused.contains("already exists"), "{refused}");
        let ours = |out: String| -> Vec<Value> {
            json_lines(&out).into_iter().filter(|line| line["path"].as_str().unwrap().contains(&store.prefix)).collect()
        };
        let listed = ours(run(&["list", &store.list, "--json"]).ok());
        assert_eq!(listed.len(), 2, "{listed:?}");
        assert!(listed.iter().all(|line| line["duplicate"] == true && line["auth_key_id"] == KEY_ID), "{listed:?}");
        let table = run(&["list", &store.list]).ok();
        assert!(table.contains("AUTH_KEY_DUPLICATED") && table.contains("SESSION"), "{table}");
        run(&["delete", &one, "--yes"]).ok();
        assert_eq!(ours(run(&["list", &store.list, "--json"]).ok()).len(), 1);
        let gone = run(&["inspect", &one]).failed();
        assert!(gone.contains("is not there") || gone.contains("there is no"), "{gone}");
        run(&["delete", &two, "--yes"]).ok();
    }
}

#[test]
fn no_password_is_shown() {
    let urls = [
        "postgresql://me:hushhushhush@127.0.0.1:1/db?session=a",
        "mysql://me:hushhushhush@127.0.0.1:1/db?session=a",
        "mongodb://me:hushhushhush@127.0.0.1:1/a?serverSelectionTimeoutMS=500",
    ];
    for url in urls {
        for arguments in [&["inspect", url][..], &["delete", url, "--yes"]] {
            let refused = run(arguments).failed();
            assert!(refused.contains("127.0.0.1:1") && !refused.contains("hush"), "{refused}");
        }
    }
}
