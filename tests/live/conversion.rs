//! A file of one library is converted, used by another, and converted back for the first.

use serde_json::json;
use tgsession::model::{Field, FieldValue};
use tgsession::session::convert;

use crate::bench::{Bench, create, open};
use crate::library::library_of;
use crate::ours;

/// The target, and the library that must accept it.
const JOURNEYS: &[(&str, &str)] = &[
    ("kurigram@7", "kurigram-2.2.26"),
    ("kurigram@6", "kurigram-2.1.35"),
    ("pyrogram@3", "pyrogram-2.0.106"),
    ("pyrofork@4", "pyrofork-2.3.69"),
];

#[test]
#[ignore = "needs the real clients: make test-rust"]
fn telethon_to_others_and_back() {
    for (format, key) in JOURNEYS {
        let mut home = Bench::new(library_of("telethon-1.45.0"));
        let telethon = home.begin("home");
        let account = home.account();
        home.oracle.ask("write", &telethon, &account);
        let away = telethon.with_file_name("away.session");
        let given = [(Field::ApiId, Some(FieldValue::Integer(12_345))), (Field::IsBot, Some(FieldValue::Integer(0)))];
        convert(&open(&telethon, true), &create(&away, format), &given).unwrap();
        let contents = open(&away, true).contents().unwrap();
        let mut abroad = Bench::guest(library_of(key));
        abroad.begin(format);
        ours::used(&mut abroad, &away, &contents, format);
        abroad.end();
        let back = telethon.with_file_name("back.session");
        convert(&open(&away, true), &create(&back, "telethon@8"), &[]).unwrap();
        let contents = open(&back, true).contents().unwrap();
        home.begin(format);
        ours::used(&mut home, &back, &contents, "telethon@8");
        let read = home.oracle.ask("read", &back, &json!({}));
        home.equal("the account's own id", &json!(7_770_001_234_567_i64), &read["session"]["user_id"]);
        home.end();
    }
}
