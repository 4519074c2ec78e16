//! The fields of a session.

use super::auth_key::AuthKey;

/// The fields of a session. `None` is absent: the client stores nothing there, or has no place for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionData {
    /// 1 to 5, 203, others possible. Absent means a new session, which starts at 2.
    pub dc_id: Option<i32>,
    /// IPv4 or IPv6, as text. Absent: derive it from `dc_id` and `test_mode`.
    pub server_address: Option<String>,
    /// TCP port.
    pub port: Option<u16>,
    /// The application's id.
    pub api_id: Option<i32>,
    /// Whether the key belongs to Telegram's test servers.
    pub test_mode: Option<bool>,
    /// Absent: not logged in.
    pub auth_key: Option<AuthKey>,
    /// Unix seconds of the last save.
    pub date: Option<i64>,
    /// The account's own id. Absent means unknown; it is never guessed.
    pub user_id: Option<i64>,
    /// Whether the account is a bot. Absent means unknown.
    pub is_bot: Option<bool>,
    /// The id of the current takeout (Telethon).
    pub takeout_id: Option<i64>,
    /// The temporary key of perfect forward secrecy (Telethon 8).
    pub tmp_auth_key: Option<AuthKey>,
    /// What a store has in a field that cannot have it: there the field is absent.
    pub unusable: Vec<Unusable>,
}

/// A number that is out of its field's range, such as the id of a bot in `api_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// The field.
    pub field: Field,
    /// What is stored there.
    pub number: i64,
}

impl Unusable {
    /// A sentence about it: "its api_id 6387225554 is out of range: it may be the id of a bot".
    pub fn sentence(&self) -> String {
        let hint = if self.field == Field::ApiId { ": it may be the id of a bot" } else { "" };
        format!("its {} {} is out of range{hint}", self.field.name(), self.number)
    }
}

/// Names one field of [`SessionData`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // each is the field of that name
pub enum Field {
    DcId,
    ServerAddress,
    Port,
    ApiId,
    TestMode,
    AuthKey,
    Date,
    UserId,
    IsBot,
    TakeoutId,
    TmpAuthKey,
}

/// The value of one field, in the types that a database knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// Numbers and booleans (0 or 1).
    Integer(i64),
    /// Text.
    Text(String),
    /// A key.
    Key(AuthKey),
}

impl Field {
    /// Every field, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::DcId,
        Self::ServerAddress,
        Self::Port,
        Self::ApiId,
        Self::TestMode,
        Self::AuthKey,
        Self::Date,
        Self::UserId,
        Self::IsBot,
        Self::TakeoutId,
        Self::TmpAuthKey,
    ];

    /// The names of all fields, for people.
    pub fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }

    /// The field's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::DcId => "dc_id",
            Self::ServerAddress => "server_address",
            Self::Port => "port",
            Self::ApiId => "api_id",
            Self::TestMode => "test_mode",
            Self::AuthKey => "auth_key",
            Self::Date => "date",
            Self::UserId => "user_id",
            Self::IsBot => "is_bot",
            Self::TakeoutId => "takeout_id",
            Self::TmpAuthKey => "tmp_auth_key",
        }
    }
}

impl SessionData {
    /// The value of a field.
    pub fn get(&self, field: Field) -> Option<FieldValue> {
        use FieldValue::{Integer, Key, Text};
        match field {
            Field::DcId => self.dc_id.map(|value| Integer(value.into())),
            Field::ServerAddress => self.server_address.clone().map(Text),
            Field::Port => self.port.map(|value| Integer(value.into())),
            Field::ApiId => self.api_id.map(|value| Integer(value.into())),
            Field::TestMode => self.test_mode.map(|value| Integer(value.into())),
            Field::AuthKey => self.auth_key.clone().map(Key),
            Field::Date => self.date.map(Integer),
            Field::UserId => self.user_id.map(Integer),
            Field::IsBot => self.is_bot.map(|value| Integer(value.into())),
            Field::TakeoutId => self.takeout_id.map(Integer),
            Field::TmpAuthKey => self.tmp_auth_key.clone().map(Key),
        }
    }

    /// Sets a field to what a store has there. A number out of range makes it absent, and is noted. False where the value
    /// is not of the field's type.
    #[must_use]
    pub fn set_stored(&mut self, field: Field, value: Option<FieldValue>) -> bool {
        let number = if let Some(FieldValue::Integer(number)) = value { Some(number) } else { None };
        if self.set(field, value) {
            return true;
        }
        let is_number = number.is_some_and(|_| self.set(field, None));
        self.unusable.extend(number.filter(|_| is_number).map(|number| Unusable { field, number }));
        is_number
    }

    /// Sets a field. False, with nothing changed, where the value is not of the field's type or range.
    #[must_use]
    pub fn set(&mut self, field: Field, value: Option<FieldValue>) -> bool {
        let fits = match field {
            Field::DcId => integer(value, &mut self.dc_id),
            Field::ServerAddress => text(value, &mut self.server_address),
            Field::Port => integer(value, &mut self.port),
            Field::ApiId => integer(value, &mut self.api_id),
            Field::TestMode => boolean(value, &mut self.test_mode),
            Field::AuthKey => key(value, &mut self.auth_key),
            Field::Date => integer(value, &mut self.date),
            Field::UserId => integer(value, &mut self.user_id),
            Field::IsBot => boolean(value, &mut self.is_bot),
            Field::TakeoutId => integer(value, &mut self.takeout_id),
            Field::TmpAuthKey => key(value, &mut self.tmp_auth_key),
        };
        if fits {
            self.unusable.retain(|unusable| unusable.field != field);
        }
        fits
    }
}

fn integer<T: TryFrom<i64>>(value: Option<FieldValue>, slot: &mut Option<T>) -> bool {
    match value {
        None => *slot = None,
        Some(FieldValue::Integer(number)) => match T::try_from(number) {
            Ok(number) => *slot = Some(number),
            Err(_) => return false,
        },
        Some(_) => return false,
    }
    true
}

// Clients write 0 or 1; SQLite lets anybody write anything, and any other number is true to Python.
fn boolean(value: Option<FieldValue>, slot: &mut Option<bool>) -> bool {
    let mut number: Option<i64> = None;
    let fits = integer(value, &mut number);
    if fits {
        *slot = number.map(|number| number != 0);
    }
    fits
}

fn text(value: Option<FieldValue>, slot: &mut Option<String>) -> bool {
    *slot = match value {
        None => None,
        Some(FieldValue::Text(text)) => Some(text),
        Some(_) => return false,
    };
    true
}

fn key(value: Option<FieldValue>, slot: &mut Option<AuthKey>) -> bool {
    *slot = match value {
        None => None,
        Some(FieldValue::Key(key)) => Some(key),
        Some(_) => return false,
    };
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_number_out_of_range_is_noted_until_the_field_is_set() {
        let mut data = SessionData { api_id: Some(1), ..SessionData::default() };
        assert!(data.set_stored(Field::ApiId, Some(FieldValue::Integer(6_387_225_554))));
        assert_eq!((data.api_id, data.unusable.len()), (None, 1));
        assert_eq!(data.unusable[0].sentence(), "its api_id 6387225554 is out of range: it may be the id of a bot");
        assert!(data.set(Field::ApiId, Some(FieldValue::Integer(2040))) && data.unusable.is_empty());
        assert!(!data.set_stored(Field::Port, Some(FieldValue::Text("x".to_owned()))));
    }

    #[test]
    fn every_field_comes_back_from_its_value() {
        let full = SessionData {
            dc_id: Some(4),
            server_address: Some("149.154.167.91".into()),
            port: Some(443),
            api_id: Some(12345),
            test_mode: Some(false),
            auth_key: Some(AuthKey::new(&[1; 256]).unwrap()),
            date: Some(1_700_000_000),
            user_id: Some(777_000_123_456),
            is_bot: Some(true),
            takeout_id: Some(-1),
            tmp_auth_key: Some(AuthKey::new(&[2; 256]).unwrap()),
            unusable: vec![],
        };
        let mut copy = SessionData::default();
        for field in Field::ALL {
            assert!(full.get(field).is_some(), "{}", field.name());
            assert!(copy.set(field, full.get(field)));
        }
        assert_eq!(copy, full);
    }

    #[test]
    fn a_value_of_another_type_or_range_changes_nothing() {
        let mut data = SessionData { port: Some(443), ..SessionData::default() };
        assert!(!data.set(Field::Port, Some(FieldValue::Integer(65_536))));
        assert!(!data.set(Field::Port, Some(FieldValue::Text("443".into()))));
        assert!(!data.set(Field::AuthKey, Some(FieldValue::Integer(1))));
        assert_eq!(data.port, Some(443));
    }
}
