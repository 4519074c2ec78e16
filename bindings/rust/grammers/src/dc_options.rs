//! The data centres: the home's key and address in the session's own fields, the others in its data centres.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use grammers_session::SessionData;
use grammers_session::types::DcOption;
use tgsession::{AuthKey, Change, DataCenter, DcEndpoint, Field, FieldValue, Result, Session};

use crate::old_values;

/// What is known of them.
pub struct DcOptions {
    pub home: i32,
    known: HashMap<i32, DcOption>,
    has_old_values: bool,
}

/// What a change comes to in the session.
pub struct Writes {
    home: i32,
    fields: Vec<Change>,
    changed: Vec<DcOption>,
    // tgsession takes a new key of the home for another login, and removes these.
    others: Vec<DcOption>,
    has_old_values: bool,
}

impl DcOptions {
    /// Reads them from a session.
    pub fn read(session: &Session) -> Result<Self> {
        let mut known: HashMap<i32, DcOption> = SessionData::default().dc_options;
        let old = old_values::read(session)?;
        let has_old_values = !old.is_empty();
        known.extend(old.into_iter().map(|option| (option.id, option)));
        for id in session.data_center_ids()? {
            let Some(data_center) = session.data_center(id)? else { continue };
            known.extend(to_option(&data_center, known.get(&id)).map(|option| (id, option)));
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
        Ok(Self { home, known, has_old_values })
    }

    pub fn get(&self, dc_id: i32) -> Option<DcOption> {
        self.known.get(&dc_id).cloned()
    }

    pub fn set(&mut self, option: &DcOption) -> Writes {
        let before = self.known.insert(option.id, option.clone());
        let is_other_key = before.and_then(|before| before.auth_key) != option.auth_key;
        let fields = if option.id == self.home { self.fields(is_other_key) } else { Vec::new() };
        self.writes(fields, &[option.id])
    }

    /// Another data centre becomes the home; the keys of both stay.
    pub fn move_home(&mut self, dc_id: i32) -> Writes {
        let before = std::mem::replace(&mut self.home, dc_id);
        let changed: &[i32] = if before == dc_id { &[dc_id] } else { &[before, dc_id] };
        self.writes(self.fields(before != dc_id), changed)
    }

    fn writes(&mut self, fields: Vec<Change>, changed: &[i32]) -> Writes {
        let defaults = SessionData::default().dc_options;
        let is_told = |option: &&DcOption| option.id != self.home && defaults.get(&option.id) != Some(option);
        Writes {
            home: self.home,
            fields,
            changed: changed.iter().filter_map(|id| self.get(*id)).collect(),
            others: self.known.values().filter(is_told).cloned().collect(),
            has_old_values: std::mem::take(&mut self.has_old_values),
        }
    }

    fn fields(&self, is_other_key: bool) -> Vec<Change> {
        let integer = |number: i64| Some(FieldValue::Integer(number));
        let mut fields = vec![(Field::DcId, integer(self.home.into()))];
        if is_other_key {
            fields.push((Field::TmpAuthKey, None)); // it belongs to the key
        }
        if let Some(option) = self.known.get(&self.home) {
            fields.push((Field::AuthKey, key_of(option).map(FieldValue::Key)));
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
        if !self.fields.is_empty() {
            session.set(&self.fields)?;
        }
        let there = session.data_center_ids()?;
        let missing = self.others.iter().filter(|option| !there.contains(&option.id));
        missing.chain(&self.changed).try_for_each(|option| put(session, option, option.id == self.home))?;
        if self.has_old_values { old_values::remove(session) } else { Ok(()) }
    }
}

/// Writes grammers' key and addresses; what else the session knows of the data centre is other clients', and stays.
fn put(session: &Session, option: &DcOption, is_home: bool) -> Result<()> {
    let mut data_center = session.data_center(option.id)?.unwrap_or_default();
    data_center.id = option.id;
    data_center.addresses.retain(|endpoint| endpoint.is_media_only);
    data_center.addresses.insert(0, endpoint(option.ipv6.into()));
    let key = key_of(option);
    if data_center.auth_key != key {
        (data_center.tmp_auth_key, data_center.tmp_expires_at) = (None, None);
    }
    if is_home {
        data_center.auth_key = None; // the fields have it, and the other address
    } else {
        data_center.auth_key = key;
        data_center.addresses.insert(0, endpoint(option.ipv4.into()));
    }
    session.set_data_center(&data_center)
}

fn key_of(option: &DcOption) -> Option<AuthKey> {
    option.auth_key.and_then(|key| AuthKey::new(&key).ok())
}

fn endpoint(address: SocketAddr) -> DcEndpoint {
    DcEndpoint { server_address: address.ip().to_string(), port: address.port(), is_media_only: false }
}

/// A data centre as grammers has it, with what it knows already where the session tells nothing. It has no place for one without
/// an IPv4 address.
fn to_option(data_center: &DataCenter, known: Option<&DcOption>) -> Option<DcOption> {
    let addresses = data_center.addresses.iter().filter(|endpoint| !endpoint.is_media_only);
    let addresses: Vec<_> = addresses.filter_map(|one| Some((one.server_address.parse().ok()?, one.port))).collect();
    let ipv4 = addresses.iter().find_map(|(ip, port)| match ip {
        IpAddr::V4(ip) => Some(SocketAddrV4::new(*ip, *port)),
        IpAddr::V6(_) => None,
    });
    let ipv6 = addresses.iter().find_map(|(ip, port)| match ip {
        IpAddr::V4(_) => None,
        IpAddr::V6(ip) => Some(SocketAddrV6::new(*ip, *port, 0, 0)),
    });
    let ipv4 = ipv4.or(known.map(|known| known.ipv4))?;
    let ipv6 = ipv6.or(known.map(|known| known.ipv6)).unwrap_or_else(|| mapped(*ipv4.ip()));
    Some(DcOption {
        id: data_center.id,
        ipv4,
        ipv6,
        auth_key: data_center.auth_key.as_ref().map(|key| *key.as_bytes()),
    })
}

/// A data centre that grammers does not know, at the address that the session tells.
fn unknown(id: i32, address: Option<&str>) -> Option<DcOption> {
    let ipv4 = match address?.parse().ok()? {
        IpAddr::V4(address) => address,
        IpAddr::V6(_) => return None,
    };
    Some(DcOption { id, ipv4: SocketAddrV4::new(ipv4, 443), ipv6: mapped(ipv4), auth_key: None })
}

fn mapped(ipv4: Ipv4Addr) -> SocketAddrV6 {
    SocketAddrV6::new(ipv4.to_ipv6_mapped(), 443, 0, 0)
}
