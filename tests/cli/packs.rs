//! Packs of accounts: a description beside each session. A bare key. Other programs' tables.

use std::fs;

use serde_json::{Value, json};

use crate::support::{KEY_BYTE, KEY_ID, Place, USER_ID, json_lines, run, run_with_input};

fn pack(descriptions: &[(&str, Value)]) -> Place {
    let place = Place::new();
    fs::create_dir(place.path("in")).unwrap();
    for (name, description) in descriptions {
        place.anonymous(&format!("in/{name}.session"));
        fs::write(place.path(&format!("in/{name}.json")), description.to_string()).unwrap();
    }
    place
}

fn field<'a>(report: &'a Value, name: &str) -> &'a Value {
    report["fields"].as_array().unwrap().iter().find(|field| field["name"] == name).unwrap()
}

#[test]
fn each_session_takes_what_stands_beside_it() {
    let secret = "pass-word-of-two-factors";
    let place = pack(&[
        ("99966110001", json!({"app_id": 2040, "app_hash": "0", "id": 777_000_901, "is_bot": false, "twoFA": secret})),
        ("99966110002", json!({"app_id": "6", "app_hash": "0", "user_id": "777000902", "bot": 1, "twoFA": secret})),
    ]);
    let ran = run(&["convert", &place.text("in"), &place.text("out"), "--to", "pyrogram", "--json"]);
    let out = ran.ok();
    assert!(!out.contains(secret));
    let lines = json_lines(&out);
    assert_eq!(lines.len(), 2, "{out}");
    for (line, by) in lines.iter().zip(["99966110001.json", "99966110002.json"]) {
        for name in ["api_id", "user_id", "is_bot"] {
            let told = field(&line["report"], name);
            assert_eq!((&told["outcome"], &told["from"]), (&json!("given"), &json!(by)), "{told}");
        }
    }
    for (name, api_id, user_id, is_bot) in
        [("99966110001", 2040, 777_000_901, false), ("99966110002", 6, 777_000_902, true)]
    {
        let out = run(&["inspect", &place.text(&format!("out/{name}.session")), "--json"]).ok();
        let found: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((&found["api_id"], &found["user_id"]), (&json!(api_id), &json!(user_id)));
        assert_eq!(found["is_bot"], json!(is_bot));
    }
}

#[test]
fn set_wins_and_a_contradiction_is_told() {
    let place = pack(&[("a", json!({"app_id": 2040, "id": 777_000_901, "is_bot": false}))]);
    let target = place.text("set.session");
    let out = run(&["convert", &place.text("in/a.session"), &target, "--to", "pyrogram", "--set", "api_id=5"]).ok();
    assert!(out.contains("api_id          overridden") && out.contains("user_id         given, by a.json"), "{out}");
    // This one tells its own account.
    let own = place.session("b.session");
    fs::write(place.path("b.json"), json!({"id": 777_000_999, "api_id": 12_345}).to_string()).unwrap();
    let out = run(&["convert", &own, &place.text("c.session"), "--to", "pyrogram"]).ok();
    assert!(out.contains("user_id         kept; b.json has another value, which was not taken"), "{out}");
    assert!(out.contains("api_id          kept\n"), "{out}");
    let found = run(&["inspect", &place.text("c.session"), "--json"]).ok();
    assert!(found.contains(&format!("\"user_id\":{USER_ID}")), "{found}");
}

#[test]
fn what_is_no_description_or_no_value_gives_nothing() {
    for (n, description) in [
        "",
        "[]",
        "{",
        "null",
        "{\"id\": 5.5}",
        "{\"app_id\": 0, \"id\": -5, \"is_bot\": 2}",
        "{\"app_id\": 99999999999}",
        "{\"auth_key\": \"x\", \"app_id\": 5, \"id\": 6, \"is_bot\": true}",
    ]
    .into_iter()
    .enumerate()
    {
        let place = pack(&[]);
        place.anonymous("in/a.session");
        fs::write(place.path("in/a.json"), description).unwrap();
        let ran = run(&["convert", &place.text("in/a.session"), &place.text(&n.to_string()), "--to", "pyrogram"]);
        let message = ran.failed();
        assert!(message.contains("without api_id, user_id, is_bot"), "{description}: {message}");
    }
}

#[test]
fn a_bare_key_becomes_a_session() {
    let place = Place::new();
    let key = format!("{KEY_BYTE:02X}").repeat(256);
    let arguments = |target: &str| {
        let target = place.text(target);
        ["convert", ":memory:", &target, "--to", "telethon", "--set", "auth_key=-", "--set", "dc_id=4"]
            .map(str::to_owned)
    };
    let run_on = |target: &str, input: &str| {
        let arguments = arguments(target);
        run_with_input(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), input)
    };
    run_on("a.session", &format!("  {key}\n")).ok();
    let found = run(&["inspect", &place.text("a.session"), "--json"]).ok();
    assert!(found.contains(KEY_ID) && found.contains("149.154.167.91"), "{found}");
    for wrong in [&key[2..], &key.replace("A5A5", "XYXY"), &format!("{key}00")] {
        let message = run_on("b.session", wrong).wrong_use();
        assert!(message.contains("512 hexadecimal digits") && !message.contains("A5A5"), "{message}");
    }
    assert!(run_on("b.session", "").failed().contains("standard input is empty"));
    assert!(!place.path("b.session").exists());
    let both = ["convert", "-", &place.text("c"), "--to", "telethon", "--set", "auth_key=-"];
    assert!(run_with_input(&both, &key).wrong_use().contains("only one thing"));
}

#[test]
fn another_programs_table_is_told_or_taken() {
    let place = Place::new();
    let source = place.session("a.session");
    let sql = "CREATE TABLE encrypts (word text, time integer, key text); INSERT INTO encrypts VALUES ('w', 1, 'k')";
    rusqlite::Connection::open(&source).unwrap().execute_batch(sql).unwrap();
    let row = "SELECT word || time || key FROM encrypts";
    let taken = |name: &str| {
        rusqlite::Connection::open(place.path(name)).unwrap().query_row(row, [], |row| row.get::<_, String>(0)).ok()
    };
    assert!(run(&["inspect", &source]).ok().contains("foreign table   encrypts (1 row)"));
    let diagnosed: Value = serde_json::from_str(&run(&["diagnose", &source, "--json"]).ok()).unwrap();
    assert_eq!(diagnosed["intact"], true);
    assert!(diagnosed["remarks"][0].as_str().unwrap().contains("encrypts (1 row)"), "{diagnosed}");
    let out = run(&["convert", &source, &place.text("left"), "--to", "telethon"]).ok();
    assert!(out.contains("table of another program: encrypts (1 row): left behind"), "{out}");
    assert_eq!(taken("left"), None);
    let out = run(&["convert", &source, &place.text("kept"), "--to", "telethon", "--keep-foreign-tables"]).ok();
    assert!(out.contains("encrypts (1 row): taken along"), "{out}");
    assert_eq!(taken("kept").as_deref(), Some("w1k"));
    let url = format!("sqlite:///{}?session=a", place.text("store.db"));
    let refused = run(&["convert", &source, &url, "--keep-foreign-tables"]).wrong_use();
    assert!(refused.contains("needs a file"), "{refused}");
    assert!(!place.path("store.db").exists());
}

#[test]
fn a_second_login_is_told() {
    let place = Place::new();
    let source = place.anonymous("a.session");
    let sql = "INSERT INTO sessions (dc_id, server_address, port, auth_key) VALUES (5, '91.108.56.130', 443, zeroblob(255) || x'01')";
    let conn = rusqlite::Connection::open(&source).unwrap();
    conn.execute_batch(&sql.replace("zeroblob(255) || x'01'", &format!("x'{}'", "ab".repeat(256)))).unwrap();
    drop(conn);
    let id = {
        use sha1::{Digest, Sha1};
        Sha1::digest([0xab; 256])[12..].iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let told = format!("key {id} of data centre 5");
    assert!(run(&["inspect", &source]).ok().contains(&told));
    let diagnosed = run(&["diagnose", &source, "--json"]).ok();
    assert!(diagnosed.contains("\"intact\":true") && diagnosed.contains(&told), "{diagnosed}");
    let out = run(&["convert", &source, &place.text("b"), "--to", "telethon"]).ok();
    assert!(out.contains(&format!("another login: {told}: left behind")), "{out}");
    let report: Value =
        serde_json::from_str(&run(&["convert", &source, &place.text("c"), "--to", "telethon", "--json"]).ok()).unwrap();
    assert_eq!(report["other_logins"], json!([{"dc_id": 5, "auth_key_id": id, "outcome": "left_behind"}]));
}
