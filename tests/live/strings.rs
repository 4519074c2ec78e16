//! Session strings: theirs read by us, ours read by them.

use std::path::Path;

use serde_json::json;
use tgsession::model::{Field, StringFormat};
use tgsession::session::{Options, Session};

use crate::bench::{Bench, open};
use crate::neutral;

pub fn both_ways(bench: &mut Bench) {
    if !bench.library.has_strings {
        return;
    }
    let file = bench.begin("strings");
    let mut account = bench.account();
    if bench.library.key == "pyrogram-0.15.1" {
        account["session"]["user_id"] = json!(777_000_123); // its strings have 32 bits for it
    }
    bench.oracle.ask("write", &file, &json!({"session": account["session"]}));
    let theirs = bench.oracle.ask("string", &file, &json!({}))["string"].as_str().unwrap().to_owned();
    let read = Session::open_string(&theirs, &Options::default()).unwrap().data().unwrap();
    let put_in = neutral::data(&account["session"]);
    let format = format_of(bench);
    let held = held(format);
    for field in held {
        bench.equal(format!("theirs: {}", field.name()), &put_in.get(*field), &read.get(*field));
    }
    let (ours, _) = open(&file, true).export(format).unwrap();
    bench.equal("the same text", &theirs, &*ours);
    let back = bench.oracle.ask("read-string", Path::new("-"), &json!({"string": *ours}));
    for field in held {
        bench.equal(
            format!("ours: {}", field.name()),
            &neutral::data(&back["session"]).get(*field),
            &put_in.get(*field),
        );
    }
}

fn format_of(bench: &Bench) -> StringFormat {
    match bench.library.key {
        _ if bench.library.is_telethon() => StringFormat::Telethon,
        "pyrogram-0.15.1" | "pyrogram-1.4.16" => StringFormat::Pyrogram1,
        _ => StringFormat::Pyrogram,
    }
}

fn held(format: StringFormat) -> &'static [Field] {
    use Field::{ApiId, AuthKey, DcId, IsBot, Port, ServerAddress, TestMode, UserId};
    match format {
        StringFormat::Telethon => &[DcId, ServerAddress, Port, AuthKey],
        StringFormat::Pyrogram1 => &[DcId, TestMode, AuthKey, UserId, IsBot],
        _ => &[DcId, ApiId, TestMode, AuthKey, UserId, IsBot],
    }
}
