//! Every fixture as each session string, and the session strings that the libraries exported.

use serde_json::Value;
use tgsession::ErrorCode;
use tgsession::model::{Field, StringFormat};
use tgsession::session::{Options, Outcome, Session, UsernameExpiry};

use crate::agreement::{Comparison, Difference};
use crate::fixture::{self, read_json};
use crate::neutral;

#[test]
fn every_fixture_as_each_session_string() {
    let mut compared = Comparison::default();
    let mut exported = 0;
    for fixture in fixture::all() {
        let copy = fixture.copy();
        let session = copy.open(true, UsernameExpiry::Never);
        let data = session.data().unwrap();
        for format in StringFormat::ALL {
            let title = format!("{} as {}", fixture.title, format.name());
            let (text, report) = match session.export(format) {
                Ok(exported) => exported,
                Err(error) => {
                    let known = [ErrorCode::Incomplete, ErrorCode::InvalidArgument].contains(&error.code());
                    compared.equal(format!("{title}: {error}"), &true, &known);
                    let whole =
                        Field::ALL.iter().take(9).all(|field| data.get(*field).is_some() || *field == Field::Date);
                    compared.equal(format!("{title}: a session with everything is refused: {error}"), &false, &whole);
                    continue;
                }
            };
            exported += 1;
            let back = Session::open_string(&text, &Options::default()).unwrap().data().unwrap();
            for field in Field::ALL {
                let told = report.fields.iter().find(|told| told.name == field.name()).unwrap().outcome;
                match told {
                    Outcome::Kept => {
                        compared.equal(format!("{title}: {}", field.name()), &data.get(field), &back.get(field))
                    }
                    Outcome::Derived => {
                        compared.equal(format!("{title}: {}", field.name()), &true, &back.get(field).is_some())
                    }
                    _ => {}
                }
            }
        }
    }
    assert!(compared.0.is_empty(), "{}", Difference::show(&compared.0));
    assert!(exported > 500, "only {exported} strings were made");
}

#[test]
fn every_library_string_is_read_as_its_library_reads_it() {
    let mut compared = Comparison::default();
    let (mut count, mut uncertain) = (0, Vec::new());
    for folder in std::fs::read_dir(fixture::root()).unwrap().map(|entry| entry.unwrap().path()) {
        let file = folder.join("strings.json");
        if !file.exists() {
            continue;
        }
        for (name, made) in read_json(&file).as_object().unwrap() {
            let Value::String(text) = &made["string"] else { continue };
            count += 1;
            let title = format!("{}/{name}", folder.file_name().unwrap().to_string_lossy());
            let mut opened = Session::open_string(text, &Options::default());
            // One that can be what is left of a longer string is read with its format named.
            if let Err(error) = &opened
                && let Some((_, format)) = error.to_string().split_once("--from ")
            {
                uncertain.push(title.clone());
                let expected_format = Some(format.trim_end_matches(')').parse().unwrap());
                opened = Session::open_string(text, &Options { expected_format, ..Options::default() });
            }
            let ours = match opened {
                Ok(session) => session.data().unwrap(),
                Err(error) => {
                    compared.0.push(Difference { place: title, views: error.to_string() });
                    continue;
                }
            };
            let theirs = neutral::data(&made["read"]);
            // No string has these; what a library starts a session with is no part of it.
            for field in Field::ALL
                .into_iter()
                .filter(|field| ![Field::Date, Field::TakeoutId, Field::TmpAuthKey].contains(field))
            {
                // Kurigram 7 looks the address up when it opens the string.
                let looked_up =
                    folder.ends_with("kurigram-2.2.26") && [Field::ServerAddress, Field::Port].contains(&field);
                if !looked_up && theirs.get(field).is_some() && !made["read"][field.name()].is_null() {
                    compared.equal(format!("{title}: {}", field.name()), &theirs.get(field), &ours.get(field));
                }
            }
        }
    }
    assert!(compared.0.is_empty(), "{}", Difference::show(&compared.0));
    uncertain.sort();
    assert_eq!(uncertain, UNCERTAIN);
    assert_eq!(count, STRINGS, "strings were added or lost: count them, and change this number");
}

const STRINGS: usize = 106;
const UNCERTAIN: [&str; 2] = ["pyrogram-0.15.1/cdn", "pyrogram-1.4.16/cdn"];
