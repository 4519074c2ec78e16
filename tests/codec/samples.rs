//! The strings of real clients, and a source of random bytes.

use serde_json::Value;
use tgsession::model::{AuthKey, SessionData, StringFormat};

/// One string that a real client wrote.
pub struct Sample {
    pub title: String,
    pub format: StringFormat,
    pub data: SessionData,
    pub string: String,
    /// In a layout that the format's own client does not write so.
    pub foreign: bool,
}

impl Sample {
    /// Whether nothing tells it from what is left of a longer string: it is read with its format named only.
    pub fn is_uncertain(&self) -> bool {
        match self.format {
            StringFormat::Pyrogram1 => {
                let ends_in_zero = self.data.auth_key.as_ref().is_some_and(|key| key.as_bytes()[255] % 16 == 0);
                let is_user = self.data.is_bot == Some(false);
                self.string.len() == 356 && is_user && ends_in_zero && self.data.user_id.is_none_or(|id| id % 16 == 0)
            }
            // Of the older layouts, or with zeros in a row.
            StringFormat::MtKruto => {
                let key = self.data.auth_key.as_ref().unwrap();
                self.data.is_bot.is_none() || key.as_bytes().windows(3).any(|bytes| bytes == [0; 3])
            }
            _ => false,
        }
    }
}

/// All of them.
pub fn samples() -> Vec<Sample> {
    let entries: Vec<Value> = serde_json::from_str(include_str!("strings.json")).unwrap();
    entries.iter().map(sample).collect()
}

fn sample(entry: &Value) -> Sample {
    let text = |name: &str| entry[name].as_str().unwrap().to_owned();
    Sample {
        title: format!("{} {} {}", text("library"), text("version"), entry["fields"]),
        format: text("format").parse().unwrap(),
        data: data(&entry["fields"]),
        string: text("string"),
        foreign: entry["foreign"] == true,
    }
}

/// The fields of a JSON object; the key in hexadecimal digits.
pub fn data(fields: &Value) -> SessionData {
    let integer = |name: &str| fields[name].as_i64();
    SessionData {
        dc_id: integer("dc_id").map(|number| number.try_into().unwrap()),
        server_address: fields["server_address"].as_str().map(str::to_owned),
        port: integer("port").map(|number| number.try_into().unwrap()),
        api_id: integer("api_id").map(|number| number.try_into().unwrap()),
        test_mode: fields["test_mode"].as_bool(),
        auth_key: fields["auth_key"].as_str().map(|digits| AuthKey::new(&from_hex(digits)).unwrap()),
        user_id: integer("user_id"),
        is_bot: fields["is_bot"].as_bool(),
        ..SessionData::default()
    }
}

fn from_hex(digits: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(byte).collect()
}

/// Random numbers that are the same in every run (xorshift64*).
pub struct Random(pub u64);

impl Random {
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        (self.number() >> 16) % limit
    }

    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.below(256) as u8).collect()
    }

    pub fn key(&mut self) -> AuthKey {
        AuthKey::new(&self.bytes(256)).unwrap()
    }
}
