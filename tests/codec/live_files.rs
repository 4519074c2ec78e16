//! Session files that this library writes, read by the real Go libraries.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tgsession::codec::encode_file;
use tgsession::model::{Contents, DataCenter, DcEndpoint, Field, FileFormat, SessionData};

use crate::ask::ask;
use crate::live::session;
use crate::samples::{Random, data};

const FORMATS: [FileFormat; 2] = [FileFormat::Gotd, FileFormat::Gogram];

fn contents(random: &mut Random, round: u64) -> Contents {
    let mut contents = Contents::from(session(random, round));
    let endpoint =
        DcEndpoint { server_address: "149.154.175.100".to_owned(), port: 443, is_media_only: round.is_multiple_of(2) };
    let other = DataCenter { id: 5, auth_key: Some(random.key()), addresses: vec![endpoint], ..DataCenter::default() };
    contents.put_data_center(&other).unwrap();
    contents
}

#[test]
#[ignore = "needs Go and its modules: make test-rust"]
fn real_libraries_read_the_files_that_are_written() {
    let command = format!("cd '{}/tests/codec/go' && go run . check", env!("CARGO_MANIFEST_DIR"));
    let mut random = Random(20_261_129);
    let (mut written, mut questions): (Vec<(FileFormat, SessionData)>, Vec<Value>) = (Vec::new(), Vec::new());
    for round in 0..40 {
        let contents = contents(&mut random, round);
        for format in FORMATS {
            let file = STANDARD.encode(&*encode_file(format, &contents).unwrap());
            questions.push(json!({"format": format.name(), "file": file}));
            written.push((format, contents.data.clone()));
        }
    }
    let answers = ask(&command, &questions);
    assert_eq!(answers.len(), written.len());
    for ((format, expected), answer) in written.iter().zip(&answers) {
        assert!(answer["error"].is_null(), "{}: {answer}", format.name());
        let read = data(&answer["fields"]);
        for field in Field::ALL.into_iter().filter(|field| !answer["fields"][field.name()].is_null()) {
            assert_eq!(read.get(field), expected.get(field), "{} of {}", field.name(), format.name());
        }
        assert_eq!(answer["fields"]["auth_key_id"], expected.auth_key.as_ref().unwrap().id_hex());
    }
}
