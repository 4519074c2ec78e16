//! Tells what a text is, and what is wrong with a damaged session string, without showing any secret.

use serde::Serialize;

use super::normalize::Normalized;
use super::recognize::{self, Recognized, StringCodec};
use super::{DecodedFile, json};
use crate::error::ErrorCode;
use crate::model::{SessionData, StringFormat};

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TextKind {
    /// A session string, intact or damaged.
    SessionString,
    /// The content of a session file in JSON that this library reads.
    SessionJson,
    /// The token of a bot, as BotFather gives it: no session.
    BotToken,
    /// Long and like base64, but no format claims it.
    UnknownString,
    /// Something else.
    Other,
}

/// What is known about a text. It holds no secret, so it may be shown to anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// What the text is.
    pub kind: TextKind,
    /// The name of the format, of a string (`telethon`) or of a file (`pyrogram`).
    pub format: Option<&'static str>,
    /// The number of the layout, where the format numbers its layouts.
    pub version: Option<i64>,
    /// Whether [`super::decode_session_string`] or [`super::decode_json`] accepts it.
    pub intact: bool,
    /// What was repaired to read it: "quotes removed", "padding added".
    pub mended: Vec<&'static str>,
    /// What is wrong, as a sentence: "… a Telethon session string, 11 characters short (342 of 353)".
    pub problem: Option<String>,
    /// The fields that it holds, if it is intact.
    pub fields: Option<DiagnosisFields>,
}

/// The fields of a session that are not secret; absent ones are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DiagnosisFields {
    /// See [`SessionData::dc_id`].
    pub dc_id: Option<i32>,
    /// See [`SessionData::server_address`].
    pub server_address: Option<String>,
    /// See [`SessionData::port`].
    pub port: Option<u16>,
    /// See [`SessionData::test_mode`].
    pub test_mode: Option<bool>,
    /// See [`SessionData::api_id`].
    pub api_id: Option<i32>,
    /// See [`SessionData::user_id`].
    pub user_id: Option<i64>,
    /// See [`SessionData::is_bot`].
    pub is_bot: Option<bool>,
    /// 16 hexadecimal digits, see [`crate::model::AuthKey::id_hex`].
    pub auth_key_id: Option<String>,
}

impl From<&SessionData> for DiagnosisFields {
    fn from(data: &SessionData) -> Self {
        Self {
            dc_id: data.dc_id,
            server_address: data.server_address.clone(),
            port: data.port,
            test_mode: data.test_mode,
            api_id: data.api_id,
            user_id: data.user_id,
            is_bot: data.is_bot,
            auth_key_id: data.auth_key.as_ref().map(crate::model::AuthKey::id_hex),
        }
    }
}

impl Diagnosis {
    fn new(kind: TextKind, problem: Option<String>) -> Self {
        Self { kind, format: None, version: None, intact: false, mended: Vec::new(), problem, fields: None }
    }
}

/// Tells what a text is. Any text is accepted.
pub fn diagnose(text: &str) -> Diagnosis {
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        return diagnose_json(text);
    }
    if is_bot_token(text.trim()) {
        let problem = "the text is a bot token, which logs in but is not a session";
        return Diagnosis::new(TextKind::BotToken, Some(problem.to_owned()));
    }
    match recognize::recognize(text) {
        Recognized::Claimed(normalized, codec, Ok(data)) => {
            Diagnosis { intact: true, fields: Some((&data).into()), ..session_string(&normalized, codec, None) }
        }
        Recognized::Claimed(normalized, codec, Err(problem)) if recognize::looks_like(text) => {
            session_string(&normalized, codec, Some(codec.complaint(&problem)))
        }
        _ => unknown(text),
    }
}

fn session_string(normalized: &Normalized, codec: &StringCodec, problem: Option<String>) -> Diagnosis {
    Diagnosis {
        format: Some(codec.format.name()),
        version: codec.version,
        mended: repairs(normalized, codec),
        ..Diagnosis::new(TextKind::SessionString, problem)
    }
}

fn unknown(text: &str) -> Diagnosis {
    if recognize::looks_like(text) {
        let problem = recognize::decode(text).err().map(|error| error.to_string());
        return Diagnosis::new(TextKind::UnknownString, problem);
    }
    Diagnosis::new(TextKind::Other, Some("the text is not a session string".to_owned()))
}

fn repairs(normalized: &Normalized, codec: &StringCodec) -> Vec<&'static str> {
    let (padded, standard) = match codec.format {
        StringFormat::Telethon => (true, false),
        StringFormat::GramJs => (true, true),
        _ => (false, false),
    };
    let body = normalized.text().len() - codec.prefix.len();
    let padding = if padded { body.next_multiple_of(4) - body } else { 0 };
    let mut names: Vec<_> = normalized.repairs().iter().map(|repair| repair.name()).collect();
    match normalized.padding() {
        found if found < padding => names.push("padding added"),
        found if found > padding => names.push("padding removed"),
        _ => {}
    }
    if if standard { normalized.is_url_safe() } else { normalized.is_standard() } {
        names.push("the other base64 alphabet replaced");
    }
    names
}

fn diagnose_json(text: &str) -> Diagnosis {
    match json::decode_json(text.as_bytes(), "text") {
        Ok(DecodedFile { format, contents, .. }) => Diagnosis {
            format: Some(format.name),
            version: format.version,
            intact: true,
            fields: Some((&contents.data).into()),
            ..Diagnosis::new(TextKind::SessionJson, None)
        },
        Err(error) if error.code() == ErrorCode::Corrupt => {
            Diagnosis::new(TextKind::SessionJson, Some(error.to_string()))
        }
        Err(error) => Diagnosis::new(TextKind::Other, Some(error.to_string())),
    }
}

// The bot's id, a colon, 35 characters.
fn is_bot_token(text: &str) -> bool {
    let Some((id, secret)) = text.split_once(':') else { return false };
    let is_secret = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (6..=12).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_digit())
        && secret.len() == 35
        && secret.bytes().all(is_secret)
}
