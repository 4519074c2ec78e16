//! Recognizes the format of a session string by its decoded bytes; the first characters are not reliable.

use super::Decoded;
use super::candidate::Candidate;
use super::normalize::{self, Normalized, NotBase64};
use super::problem::Problem;
use super::remains::Rival;
use super::{gogram_string, gramjs_string, mtcute_string, mtkruto_string};
use super::{pyrogram_string, pyrogram1_string, telethon_string, wzgram_string};
use crate::error::{Error, Result};
use crate::model::{SessionData, StringFormat};

/// One layout of one format.
pub(super) struct StringCodec {
    pub(super) format: StringFormat,
    pub(super) version: Option<i64>,
    title: &'static str,
    pub(super) prefix: &'static str,
    claims: fn(&Candidate) -> bool,
    decode: fn(&Candidate) -> std::result::Result<SessionData, Problem>,
    rival: fn(&Candidate) -> Option<Rival>,
}

// In the order in which they are tried, the most certain first. The first that claims a text decodes or refuses it.
const STRING_CODECS: [StringCodec; 9] = [
    StringCodec {
        format: StringFormat::Pyrogram,
        version: Some(wzgram_string::VERSION as i64),
        title: wzgram_string::TITLE,
        prefix: wzgram_string::PREFIX,
        claims: wzgram_string::claims,
        decode: wzgram_string::decode,
        rival: none,
    },
    StringCodec {
        format: StringFormat::Gogram,
        version: None,
        title: gogram_string::TITLE,
        prefix: gogram_string::PREFIX,
        claims: gogram_string::claims,
        decode: gogram_string::decode,
        rival: none,
    },
    StringCodec {
        format: StringFormat::Gogram,
        version: None,
        title: gogram_string::TITLE,
        prefix: gogram_string::PREFIX_LEGACY,
        claims: gogram_string::claims,
        decode: gogram_string::decode_legacy,
        rival: none,
    },
    StringCodec {
        format: StringFormat::GramJs,
        version: Some(1),
        title: gramjs_string::TITLE,
        prefix: gramjs_string::PREFIX,
        claims: gramjs_string::claims,
        decode: gramjs_string::decode,
        rival: none,
    },
    StringCodec {
        format: StringFormat::Telethon,
        version: Some(1),
        title: telethon_string::TITLE,
        prefix: telethon_string::PREFIX,
        claims: telethon_string::claims,
        decode: telethon_string::decode,
        rival: gramjs_string::rival,
    },
    StringCodec {
        format: StringFormat::Mtcute,
        version: Some(mtcute_string::VERSION as i64),
        title: mtcute_string::TITLE,
        prefix: "",
        claims: mtcute_string::claims,
        decode: mtcute_string::decode,
        rival: none,
    },
    StringCodec {
        format: StringFormat::MtKruto,
        version: None,
        title: mtkruto_string::TITLE,
        prefix: "",
        claims: mtkruto_string::claims,
        decode: mtkruto_string::decode,
        rival: mtkruto_string::rival,
    },
    StringCodec {
        format: StringFormat::Pyrogram,
        version: None,
        title: pyrogram_string::TITLE,
        prefix: "",
        claims: pyrogram_string::claims,
        decode: pyrogram_string::decode,
        rival: none,
    },
    StringCodec {
        format: StringFormat::Pyrogram1,
        version: None,
        title: pyrogram1_string::TITLE,
        prefix: "",
        claims: pyrogram1_string::claims,
        decode: pyrogram1_string::decode,
        rival: pyrogram1_string::rival,
    },
];

/// What a text is.
pub(super) enum Recognized {
    /// Not base64, so not a session string.
    NotBase64(NotBase64),
    /// Base64 that no format claims.
    Unclaimed(Normalized),
    /// A session string of a known format, intact or damaged.
    Claimed(Normalized, &'static StringCodec, std::result::Result<SessionData, Problem>),
}

/// Finds the codec that claims a text, and decodes the text with it.
pub(super) fn recognize(text: &str) -> Recognized {
    let normalized = match normalize::normalize(text) {
        Ok(normalized) => normalized,
        Err(why) => return Recognized::NotBase64(why),
    };
    let claim = |codec: &'static StringCodec| {
        let candidate = Candidate::new(&normalized, codec.prefix)?;
        (codec.claims)(&candidate).then(|| (codec, codec.decode(&normalized, &candidate), candidate))
    };
    let mut claims = STRING_CODECS.iter().filter_map(claim);
    let Some((codec, outcome, candidate)) = claims.next() else {
        drop(claims);
        return Recognized::Unclaimed(normalized);
    };
    let outcome = match outcome {
        Ok(data) => match (codec.rival)(&candidate) {
            None => Ok(data),
            Some(rival) => Err(Problem::Uncertain { rival, format: codec.format.name() }),
        },
        Err(problem) => match claims.find(|(_, outcome, _)| outcome.is_ok()) {
            None => Err(problem),
            Some((other, ..)) => {
                let (title, format) = (other.title, other.format.name());
                Err(Problem::Or { problem: Box::new(problem), title, format })
            }
        },
    };
    drop((claims, candidate));
    Recognized::Claimed(normalized, codec, outcome)
}

// No longer string reads as one of these.
fn none(_: &Candidate) -> Option<Rival> {
    None
}

/// See [`super::decode_session_string`].
pub(super) fn decode(text: &str) -> Result<Decoded> {
    match recognize(text) {
        Recognized::Claimed(_, codec, Ok(data)) => Ok(codec.decoded(data)),
        Recognized::Claimed(_, codec, Err(problem)) => Err(Error::bad_session_string(codec.complaint(&problem))),
        Recognized::NotBase64(why) => Err(not_base64(why)),
        Recognized::Unclaimed(normalized) => Err(Error::bad_session_string(unclaimed(&normalized))),
    }
}

/// See [`super::decode_session_string_as`].
pub(super) fn decode_as(format: StringFormat, text: &str) -> Result<Decoded> {
    let normalized = match recognize(text) {
        Recognized::NotBase64(why) => return Err(not_base64(why)),
        Recognized::Claimed(_, codec, Ok(_)) if codec.format != format => {
            let message = format!("the text is {} session string, and {} is expected", codec.title, format.name());
            return Err(Error::bad_session_string(message));
        }
        Recognized::Claimed(normalized, ..) | Recognized::Unclaimed(normalized) => normalized,
    };
    let codecs = STRING_CODECS.iter().filter(|codec| codec.format == format);
    let found = codecs.filter_map(|codec| Some((codec, Candidate::new(&normalized, codec.prefix)?))).next();
    let Some((codec, candidate)) = found else {
        return Err(Error::bad_session_string(format!(
            "the text is not a session string of {}, which is expected",
            format.name()
        )));
    };
    let outcome = codec.decode(&normalized, &candidate);
    outcome.map(|data| codec.decoded(data)).map_err(|problem| Error::bad_session_string(codec.complaint(&problem)))
}

impl StringCodec {
    fn decode(&self, normalized: &Normalized, candidate: &Candidate) -> std::result::Result<SessionData, Problem> {
        (self.decode)(candidate).map_err(|problem| if normalized.is_twice() { Problem::Twice } else { problem })
    }

    fn decoded(&self, data: SessionData) -> Decoded {
        Decoded { format: self.format, version: self.version, data }
    }

    /// "looks like a Pyrogram 2 session string, 11 characters short (351 of 362)".
    pub(super) fn complaint(&self, problem: &Problem) -> String {
        format!("the text looks like {} session string{problem}", self.title)
    }
}

fn not_base64(why: NotBase64) -> Error {
    Error::bad_session_string(format!("the text is not a session string: {}", why.message()))
}

/// The message for base64 that no format claims.
fn unclaimed(normalized: &Normalized) -> String {
    let count = normalized.text().len();
    format!("the text is not a session string that tgsession knows: no client writes these {count} characters so")
}

// A file's name has at most 255 bytes and rarely 100. Session strings have 350 or more; parts of them are long too.
const CERTAIN: usize = 200;
const LONG: usize = 100;
const LONG_ENOUGH: usize = 64;
// So many different characters have 64, 100 and 200 random ones of base64, almost always. Hexadecimal digits are 16,
// and paths seldom have 40.
const DIFFERENT_OF_64: usize = 34;
const DIFFERENT_OF_100: usize = 42;
const DIFFERENT_OF_200: usize = 50;

/// See [`super::looks_like_session_string`].
pub(super) fn looks_like(text: &str) -> bool {
    if text.len() > normalize::MAX_LEN || text.contains("://") {
        return false;
    }
    let bare = normalize::strip(text, &mut Vec::new());
    let is_foreign = |character| !normalize::is_base64(character) && character != '=';
    bare.split(is_foreign).any(is_certain) || !bare.contains(is_foreign) && (is_likely(&bare) || is_intact(text))
}

// Certain even with other text around it. A slash separates folders and is a character of base64.
fn is_certain(run: &str) -> bool {
    run.split('/').any(|part| part.len() >= CERTAIN) || run.len() >= CERTAIN && different(run) >= DIFFERENT_OF_200
}

fn is_likely(text: &str) -> bool {
    match (text.len(), text.contains('/')) {
        (LONG.., true) => different(text) >= DIFFERENT_OF_100,
        (LONG.., false) => true,
        (LONG_ENOUGH.., false) => different(text) >= DIFFERENT_OF_64,
        _ => false,
    }
}

fn is_intact(text: &str) -> bool {
    matches!(recognize(text), Recognized::Claimed(_, _, Ok(_) | Err(Problem::Uncertain { .. })))
}

fn different(text: &str) -> usize {
    let mut seen = [false; 256];
    for byte in text.bytes() {
        seen[usize::from(byte)] = true;
    }
    seen.iter().filter(|seen| **seen).count()
}
