//! Telegram Desktop's tdata: accounts, passcodes, and a new folder. (`tests/tdata` has more of the format.)

use std::fs;

use tgsession::model::AuthKey;

use crate::desktop_readers::{self, Account};
use crate::support::{KEY_BYTE, Place, USER_ID, json_lines, run, run_with_input};

const PASSCODE: &str = "пароль Ёлки 🔑";

fn folder(name: &str) -> String {
    format!("{}/tests/tdata/folders/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn an_account_is_chosen() {
    for (account, user) in [("0", "777000123"), ("2", "5000000123"), ("777000123", "777000123")] {
        let out = run(&["inspect", &folder("since-7.3"), "--account", account, "--json"]).ok();
        assert_eq!(json_lines(&out)[0]["user_id"].to_string(), user);
    }
    let message = run(&["inspect", &folder("since-7.3"), "--account", "1"]).failed();
    assert!(message.contains("777000123") && message.contains("5000000123"), "{message}");
}

#[test]
fn what_only_tdata_has_is_refused_elsewhere() {
    let place = Place::new();
    fs::write(place.path("passcode"), PASSCODE).unwrap();
    let (session, gotd, file) = (place.session("a.session"), place.text("gotd.json"), place.text("passcode"));
    run(&["convert", &session, &gotd, "--to", "gotd"]).ok();
    for location in [&session, &gotd] {
        let accounts = run(&["inspect", location, "--account", "0"]).failed();
        assert!(accounts.contains("no tdata of Telegram Desktop"), "{accounts}");
        let passcode = run(&["inspect", location, "--passcode-file", &file]).failed();
        assert!(passcode.contains("no tdata of Telegram Desktop"), "{passcode}");
        let key = run(&["inspect", location, "--database-key-file", &file]).failed();
        assert!(key.contains("only these have a database key"), "{key}");
    }
    // In a folder they are meant for those that have such.
    let (mixed, target) = (place.path("mixed"), place.text("converted"));
    fs::create_dir(&mixed).unwrap();
    fs::rename(&session, mixed.join("a.session")).unwrap();
    copy(&folder("classic-passcode"), &mixed.join("desktop"));
    let convert = ["convert", &place.text("mixed"), &target, "--to", "telethon", "--passcode-file", &file];
    assert!(run(&convert).ok().contains("3 of 3 sessions"));
    fs::remove_dir_all(&target).unwrap();
    // A locked one is not passed over.
    let locked = run(&convert[..5]);
    assert!(locked.code == 1 && locked.err.contains("passcode"), "{}", locked.err);
}

fn copy(from: &str, to: &std::path::Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(entry.path().to_str().unwrap(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_folder_around_it_is_converted_whole() {
    let place = Place::new();
    copy_to(&place, "classic", "in/tdata");
    // Alone in its folder, it stands for that.
    let out = run(&["convert", &place.text("in"), &place.text("alone"), "--to", "gotd"]).ok();
    assert!(place.path("alone").is_file(), "{out}");
    fs::write(place.path("in/notes.txt"), "buy milk").unwrap();
    run(&["convert", &place.text("in"), &place.text("beside-notes"), "--to", "gotd"]).ok();
    assert!(place.path("beside-notes").is_file());
    place.session("in/a.session");
    let lines =
        json_lines(&run(&["convert", &place.text("in"), &place.text("out"), "--to", "telethon", "--json"]).ok());
    let told: Vec<_> = lines.iter().map(|line| (line["source"].as_str().unwrap(), line["account"].as_i64())).collect();
    let (session, tdata) = (place.text("in/a.session"), place.text("in/tdata"));
    assert_eq!(told, [(session.as_str(), None), (&tdata, Some(0)), (&tdata, Some(2))]);
    for (name, user) in [("a.session", USER_ID), ("tdata-0", 777_000_123), ("tdata-2", 5_000_000_123)] {
        let out = run(&["inspect", &place.text(&format!("out/{name}")), "--json"]).ok();
        assert_eq!(json_lines(&out)[0]["user_id"].as_i64(), Some(user), "{name}");
    }
    assert_eq!(fs::read_dir(place.path("out")).unwrap().count(), 3);
    // One account of it, where one is chosen.
    let chosen = ["convert", &place.text("in"), &place.text("chosen"), "--to", "telethon", "--account", "2"];
    assert!(run(&chosen).ok().contains("2 of 2 sessions"));
    assert!(run(&["inspect", &place.text("chosen/tdata")]).ok().contains("5000000123"));
    // Its files are none of the folder's.
    assert!(
        run(&["convert", &place.text("in"), &place.text("all"), "--to", "telethon", "--recursive"])
            .ok()
            .contains("3 of 3")
    );
}

#[test]
fn a_passcode_of_one_is_none_of_another() {
    let place = Place::new();
    fs::write(place.path("passcode"), PASSCODE).unwrap();
    copy_to(&place, "classic-passcode", "in/locked");
    copy_to(&place, "classic", "in/tdata");
    let file = place.text("passcode");
    let convert = ["convert", &place.text("in"), &place.text("out"), "--to", "telethon", "--passcode-file", &file];
    assert!(run(&convert).ok().contains("4 of 4 sessions"));
}

fn copy_to(place: &Place, name: &str, target: &str) {
    let target = place.path(target);
    fs::create_dir_all(target.parent().unwrap()).unwrap();
    copy(&folder(name), &target);
}

#[cfg(unix)]
#[test]
fn a_folder_is_examined_as_one() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let tdata = place.path("tdata");
    copy(&folder("classic"), &tdata);
    fs::set_permissions(&tdata, fs::Permissions::from_mode(0o755)).unwrap();
    let told = run(&["doctor", tdata.to_str().unwrap()]).ok();
    assert!(told.contains("chmod 700") && !told.contains("hard link") && told.contains("folder"), "{told}");
    assert!(told.contains("account 0 of the folder is user 777000123"), "{told}");
    fs::set_permissions(&tdata, fs::Permissions::from_mode(0o700)).unwrap();
    assert!(!run(&["doctor", tdata.to_str().unwrap()]).ok().contains("chmod"));
}

#[test]
fn a_passcode_comes_from_a_file_or_standard_input() {
    let place = Place::new();
    fs::write(place.path("passcode"), format!("{PASSCODE}\n")).unwrap();
    let (locked, file) = (folder("since-7.3-passcode"), place.text("passcode"));
    assert!(run(&["inspect", &locked, "--passcode-file", &file]).ok().contains("5000000123"));
    let given = run_with_input(&["inspect", &locked, "--passcode-file", "-"], PASSCODE);
    assert!(given.ok().contains("5000000123"));
    let wrong = run_with_input(&["inspect", &locked, "--passcode-file", "-"], "x").failed();
    assert!(wrong.contains("the passcode is not that of the folder"), "{wrong}");
    assert!(run(&["inspect", &locked]).failed().contains("--passcode-file"));
}

#[test]
fn every_account_is_listed() {
    let place = Place::new();
    fs::create_dir_all(place.path("Telegram")).unwrap();
    let tdata = place.text("Telegram/tdata");
    run(&["convert", &folder("classic"), &tdata, "--to", "tdata"]).ok();
    let users = |arguments: &[&str]| {
        let listed = json_lines(&run(&[&["list", "--json"], arguments].concat()).ok());
        listed.iter().map(|line| (line["account"].as_i64(), line["user_id"].as_i64())).collect::<Vec<_>>()
    };
    let both = [(Some(0), Some(777_000_123)), (Some(2), Some(5_000_000_123))];
    assert_eq!(users(&[&folder("classic")]), both);
    assert_eq!(users(&[&folder("since-7.3")]), both);
    let new = [(Some(0), Some(5_000_000_123))];
    for arguments in [&[tdata.as_str()][..], &[&place.text("Telegram")], &[&place.text("Telegram"), "--recursive"]] {
        assert_eq!(users(arguments), new);
    }
    let out = run(&["list", &folder("classic")]).ok();
    assert!(out.contains("account 0") && out.contains("account 2"), "{out}");
    // One that is locked is told of, and opened by its passcode; one that is not stays open.
    assert!(run(&["list", &folder("classic-passcode")]).ok().contains("passcode"));
    for name in ["classic-passcode", "since-7.3-passcode", "classic", "since-7.3"] {
        let listed = run_with_input(&["list", "--json", &folder(name), "--passcode-file", "-"], PASSCODE).ok();
        assert!(listed.contains("777000123") && listed.contains("5000000123"), "{name}: {listed}");
    }
}

#[test]
fn a_new_folder_is_kept_under_a_passcode() {
    let place = Place::new();
    fs::write(place.path("passcode"), format!("{PASSCODE}\n")).unwrap();
    let (tdata, file) = (place.text("tdata"), place.text("passcode"));
    run(&["convert", &folder("classic"), &tdata, "--to", "tdata", "--to-passcode-file", &file]).ok();
    assert!(run(&["inspect", &tdata]).failed().contains("--passcode-file"));
    assert!(run(&["inspect", &tdata, "--passcode-file", &file]).ok().contains("5000000123"));
    let wrong = ["convert", &folder("classic"), &place.text("new"), "--to", "gotd", "--to-passcode-file", &file];
    assert!(run(&wrong).wrong_use().contains("--to tdata"));
    assert!(!place.path("new").exists());
}

#[test]
#[ignore = "needs opentele2, opentele-ng, gotd and mtcute: make test-rust"]
fn every_reader_opens_what_is_converted() {
    let place = Place::new();
    fs::write(place.path("passcode"), format!("{PASSCODE}\n")).unwrap();
    let (open, locked) = (place.path("open"), place.path("locked"));
    let test = place.session("test.session");
    run(&["convert", &test, &place.text("test"), "--to", "tdata", "--set", "test_mode=1"]).ok();
    run(&["convert", &folder("since-7.3"), &place.text("open"), "--to", "tdata", "--account", "0"]).ok();
    let secret = ["--to", "tdata", "--account", "0", "--to-passcode-file", &place.text("passcode")];
    run(&[&["convert", &folder("classic"), &place.text("locked")], &secret[..]].concat()).ok();
    let key = |seed: u8| {
        AuthKey::new(&std::array::from_fn::<u8, 256, _>(|at| (at as u8).wrapping_mul(seed).wrapping_add(seed)))
    };
    let account = |user_id, test_mode, keys: &[(i32, AuthKey)]| Account {
        index: 0,
        user_id,
        dc_id: keys[0].0,
        test_mode,
        keys: keys.iter().cloned().collect(),
    };
    let first = account(777_000_123, false, &[(2, key(5).unwrap()), (4, key(7).unwrap())]);
    let tested = account(USER_ID, true, &[(4, AuthKey::new(&[KEY_BYTE; 256]).unwrap())]);
    desktop_readers::check(&[(open, "", first.clone()), (locked, PASSCODE, first), (place.path("test"), "", tested)]);
}
