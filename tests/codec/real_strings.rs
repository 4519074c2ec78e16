//! Strings of real clients: decoded, encoded again to the letter, mended, diagnosed.

use tgsession::codec::{
    TextKind, decode_session_string, decode_session_string_as, diagnose, encode_session_string,
    looks_like_session_string,
};
use tgsession::model::{SessionData, StringFormat};

use crate::samples::{Sample, samples};

fn decoded(sample: &Sample, text: &str) -> SessionData {
    let decoded = match sample.is_uncertain() {
        true => decode_session_string_as(sample.format, text),
        false => decode_session_string(text),
    };
    let decoded = decoded.unwrap_or_else(|error| panic!("{}: {error}", sample.title));
    assert_eq!(decoded.format, sample.format, "{}", sample.title);
    decoded.data
}

// gogram's public type writes no data centre: it is told by the address, where that is known.
fn assert_same(sample: &Sample, mut data: SessionData) {
    if sample.foreign && sample.format == StringFormat::Gogram {
        data.dc_id = None;
    }
    assert_eq!(data, sample.data, "{}", sample.title);
}

#[test]
fn every_string_is_decoded() {
    for sample in samples() {
        assert_same(&sample, decoded(&sample, &sample.string));
        assert_same(&sample, decode_session_string_as(sample.format, &sample.string).unwrap().data);
    }
}

#[test]
fn every_string_is_written_to_the_letter() {
    for sample in samples().iter().filter(|sample| !sample.foreign) {
        let written = encode_session_string(sample.format, &sample.data).unwrap();
        assert_eq!(*written, sample.string, "{}", sample.title);
    }
}

#[test]
fn pasted_strings_are_mended() {
    for sample in samples() {
        let string = &sample.string;
        let bare = string.trim_end_matches('=');
        let wrapped: Vec<_> = string.as_bytes().chunks(60).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let pasted = [
            bare.to_owned(),
            format!("{bare}=="),
            format!(" \t{string}\r\n"),
            format!("\"{string}\""),
            format!("“{string}”"),
            format!("«\u{a0}{string}\u{a0}»"),
            format!("' {string}'\n"),
            format!("\u{feff}{string}\u{200b}"),
            wrapped.join("\n"),
            string.replace('-', "+").replace('_', "/"),
            string.replace('+', "-").replace('/', "_"),
        ];
        for text in pasted {
            assert_same(&sample, decoded(&sample, &text));
            assert!(looks_like_session_string(&text), "{}", sample.title);
        }
    }
}

#[test]
fn a_diagnosis_tells_all_but_the_key() {
    for sample in samples().into_iter().filter(Sample::is_uncertain) {
        let diagnosis = diagnose(&sample.string);
        assert_eq!((diagnosis.kind, diagnosis.intact), (TextKind::SessionString, false), "{}", sample.title);
        assert_eq!(diagnosis.format, Some(sample.format.name()));
        assert!(diagnosis.problem.unwrap().contains("--from"));
    }
    for sample in samples().into_iter().filter(|sample| !sample.is_uncertain()) {
        let diagnosis = diagnose(&format!(" '{}'", sample.string));
        assert_eq!((diagnosis.kind, diagnosis.intact), (TextKind::SessionString, true), "{}", sample.title);
        assert_eq!(diagnosis.format, Some(sample.format.name()));
        assert_eq!(diagnosis.mended, ["white space removed", "quotes removed"], "{}", sample.title);
        let fields = diagnosis.fields.as_ref().unwrap();
        assert_eq!(fields.auth_key_id, sample.data.auth_key.as_ref().map(|key| key.id_hex()));
        assert_eq!((fields.user_id, fields.port), (sample.data.user_id, sample.data.port));
        let shown = serde_json::to_string(&diagnosis).unwrap();
        assert!(!shown.contains(&sample.string[40..60]) && !format!("{diagnosis:?}").contains(&sample.string[40..60]));
    }
}

#[test]
fn what_a_format_needs_is_named() {
    let key = samples()[0].data.auth_key.clone();
    let data = SessionData { dc_id: Some(2), auth_key: key, ..SessionData::default() };
    let missing = |format| encode_session_string(format, &data).unwrap_err();
    let error = missing(StringFormat::Pyrogram);
    assert_eq!(error.code(), tgsession::ErrorCode::Incomplete);
    assert_eq!(error.to_string(), "a Pyrogram 2 session string cannot do without api_id, user_id, is_bot");
    assert!(missing(StringFormat::Pyrogram1).to_string().ends_with("without user_id, is_bot"));
    assert!(missing(StringFormat::MtKruto).to_string().ends_with("without api_id, is_bot, user_id"));
    for format in [StringFormat::Telethon, StringFormat::GramJs, StringFormat::Mtcute, StringFormat::Gogram] {
        let written = encode_session_string(format, &data).unwrap();
        let read = decode_session_string(&written).unwrap();
        assert_eq!((read.data.server_address.as_deref(), read.data.port), (Some("149.154.167.51"), Some(443)));
    }
}

#[test]
fn what_a_format_cannot_hold_is_refused() {
    let sample = samples().into_iter().find(|sample| sample.format == StringFormat::GramJs).unwrap();
    let encode = |format, change: fn(&mut SessionData)| {
        let mut data = sample.data.clone();
        change(&mut data);
        encode_session_string(format, &data).map_err(|error| error.to_string())
    };
    let port = encode(StringFormat::GramJs, |data| data.port = Some(40_000)).unwrap_err();
    assert_eq!(port, "a GramJS session string cannot hold port 40000: its ports end at 32767");
    assert!(encode(StringFormat::Telethon, |data| data.port = Some(40_000)).is_ok());
    assert!(encode(StringFormat::Telethon, |data| data.server_address = Some("a.example".into())).is_err());
    assert!(encode(StringFormat::GramJs, |data| data.server_address = Some("a.example".into())).is_ok());
    assert!(encode(StringFormat::GramJs, |data| data.server_address = Some("\"".into())).is_err());
    assert!(encode(StringFormat::Gogram, |data| data.server_address = Some("\"".into())).is_err());
    for format in StringFormat::ALL {
        for dc_id in [i32::MIN, -1, 0] {
            let mut data = samples()[0].data.clone();
            (data.dc_id, data.server_address, data.port) = (Some(dc_id), Some("149.154.167.51".into()), Some(443));
            assert!(encode_session_string(format, &data).is_err(), "{format:?} {dc_id}");
        }
    }
}
