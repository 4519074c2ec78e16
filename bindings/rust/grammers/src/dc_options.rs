//! The data centres: the home in the session's own fields, the others in values beside it.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddrV4, SocketAddrV6};

use grammers_session::SessionData;
use grammers_session::types::DcOption;
use tgsession::{AuthKey, Change, Error, ErrorCode, Field, FieldValue, Result, Session};

const NAME: &str = "grammers dc ";

/// What is known of them.
pub struct DcOptions {
    pub home: i32,
    known: HashMap<i32, DcOption>,
}

/// What a change comes to in the session: a key is written to its new place before it goes from the other one.
pub struct Writes {
    first: Option<(String, Vec<u8>)>,
    fields: Vec<Change>,
    last: Option<(String, Vec<u8>)>,
}

impl DcOptions {
    /// Reads them from a session.
    pub fn read(session: &Session) -> Result<Self> {
        let mut known: HashMap<i32, DcOption> = SessionData::default().dc_options;
        for name in session.value_names()? {
            if let (Some(id), Some(value)) = (id_of(&name), session.value(&name)?) {
                known.insert(id, decode(id, value.as_bytes()).ok_or_else(|| damaged(&name))?);
            }
        }
        let data = session.data()?;
        let home = data.dc_id.unwrap_or_else(|| SessionData::default().home_dc);
        let of_home = known.remove(&home).or_else(|| unknown(home, data.server_address.as_deref()));
        if let Some(mut option) = of_home {
            option.auth_key = data.auth_key.as_ref().map(|key| *key.as_bytes());
            let port = data.port.unwrap_or(option.ipv4.port());
            match data.server_address.as_deref().and_then(|address| address.parse().ok()) {
                Some(IpAddr::V4(address)) => option.ipv4 = SocketAddrV4::new(address, port),
                Some(IpAddr::V6(address)) => option.ipv6 = SocketAddrV6::new(address, port, 0, 0),
                None => {}
            }
            known.insert(home, option);
        }
        Ok(Self { home, known })
    }

    pub fn get(&self, dc_id: i32) -> Option<DcOption> {
        self.known.get(&dc_id).cloned()
    }

    pub fn set(&mut self, option: &DcOption) -> Writes {
        self.known.insert(option.id, option.clone());
        if option.id == self.home {
            Writes { first: None, fields: self.fields(), last: self.value(option.id) }
        } else {
            Writes { first: self.value(option.id), fields: Vec::new(), last: None }
        }
    }

    /// Another data centre becomes the home; the keys of both stay.
    pub fn move_home(&mut self, dc_id: i32) -> Writes {
        let before = std::mem::replace(&mut self.home, dc_id);
        let first = self.value(before).filter(|_| before != dc_id);
        Writes { first, fields: self.fields(), last: self.value(dc_id) }
    }

    /// The value of a data centre; the home's key stands in the session's own field.
    fn value(&self, id: i32) -> Option<(String, Vec<u8>)> {
        let option = self.known.get(&id)?;
        Some((format!("{NAME}{id}"), encode(option, id != self.home)))
    }

    fn fields(&self) -> Vec<Change> {
        let integer = |number: i64| Some(FieldValue::Integer(number));
        let mut fields = vec![(Field::DcId, integer(self.home.into()))];
        if let Some(option) = self.known.get(&self.home) {
            let key = option.auth_key.and_then(|key| AuthKey::new(&key).ok());
            fields.push((Field::AuthKey, key.map(FieldValue::Key)));
            fields.push((Field::ServerAddress, Some(FieldValue::Text(option.ipv4.ip().to_string()))));
            fields.push((Field::Port, integer(option.ipv4.port().into())));
        } else {
            fields.extend([Field::AuthKey, Field::ServerAddress, Field::Port].map(|field| (field, None)));
        }
        fields
    }
}

impl Writes {
    pub fn write(self, session: &Session) -> Result<()> {
        let put = |(name, value): (String, Vec<u8>)| session.set_value(&name, &value);
        self.first.map_or(Ok(()), put)?;
        if !self.fields.is_empty() {
            session.set(&self.fields)?;
        }
        self.last.map_or(Ok(()), put)
    }
}

fn id_of(name: &str) -> Option<i32> {
    name.strip_prefix(NAME)?.parse().ok()
}

/// A data centre that grammers does not know, at the address that the session tells.
fn unknown(id: i32, address: Option<&str>) -> Option<DcOption> {
    let ipv4 = match address?.parse().ok()? {
        IpAddr::V4(address) => address,
        IpAddr::V6(_) => return None,
    };
    let ipv6 = SocketAddrV6::new(ipv4.to_ipv6_mapped(), 443, 0, 0);
    Some(DcOption { id, ipv4: SocketAddrV4::new(ipv4, 443), ipv6, auth_key: None })
}

// The addresses as text, each on a line; then the key, if there is one.
fn encode(option: &DcOption, with_key: bool) -> Vec<u8> {
    let key = option.auth_key.as_ref().filter(|_| with_key).map_or(&[][..], |key| key.as_slice());
    [format!("{}\n{}\n", option.ipv4, option.ipv6).as_bytes(), key].concat()
}

fn decode(id: i32, bytes: &[u8]) -> Option<DcOption> {
    let mut parts = bytes.splitn(3, |byte| *byte == b'\n');
    let (ipv4, ipv6, key) = (parts.next()?, parts.next()?, parts.next()?);
    let text = |bytes| std::str::from_utf8(bytes).ok();
    let auth_key = if key.is_empty() { None } else { Some(key.try_into().ok()?) };
    Some(DcOption { id, ipv4: text(ipv4)?.parse().ok()?, ipv6: text(ipv6)?.parse().ok()?, auth_key })
}

fn damaged(name: &str) -> Error {
    Error::new(ErrorCode::Corrupt, format!("the session's value '{name}' is not one of a data centre: delete it"))
}
