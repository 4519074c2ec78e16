//! The data centres of a login: each is kept in a value of a reserved name, so that every engine has them. The fields are
//! right about the home data centre's keys and address.

use std::collections::BTreeMap;

use super::Session;
use super::lock::Guard;
use crate::error::{Error, Result};
use crate::model::{
    Contents, DataCenter, DcEndpoint, Field, FieldValue, SessionData, check_value_name, id_of_value, is_reserved,
    value_name,
};
use crate::storage::{Change, Storage};

impl Session {
    /// The ids of the data centres of which something is known, in ascending order: the home one's too.
    pub fn data_center_ids(&self) -> Result<Vec<i32>> {
        self.read(|storage| {
            let names = storage.value_names()?;
            let home = storage.data()?;
            let mut ids: Vec<i32> = names.iter().filter_map(|name| id_of_value(name)).collect();
            ids.extend(home.dc_id.filter(|_| home.auth_key.is_some()));
            ids.sort_unstable();
            ids.dedup();
            Ok(ids)
        })
    }

    /// Reads what is known of a data centre. Of the home one the keys and the first address are those of the fields.
    pub fn data_center(&self, id: i32) -> Result<Option<DataCenter>> {
        self.read(|storage| {
            let home = storage.data()?;
            let kept = kept(storage, id)?;
            Ok(if home.dc_id == Some(id) { of_home(kept, &home) } else { kept })
        })
    }

    /// Replaces what is known of a data centre. Of the home one the keys that are told are written to the fields, and those
    /// that are absent stay.
    pub fn set_data_center(&self, data_center: &DataCenter) -> Result<()> {
        data_center.check()?;
        let key = data_center.auth_key.clone().map(FieldValue::Key);
        if self.home()? == Some(data_center.id) && key.is_some() {
            return self.write_key(key.as_ref(), |storage| set(storage, data_center));
        }
        self.write(|storage| set(storage, data_center))
    }

    /// Removes what is known of a data centre; it need not be there. The fields of the home one stay.
    pub fn delete_data_center(&self, id: i32) -> Result<()> {
        self.write(|storage| storage.set_value(&value_name(id), None))
    }

    fn home(&self) -> Result<Option<i32>> {
        self.read(|storage| Ok(storage.data()?.dc_id))
    }
}

/// Reads what is kept of data centres beside the fields, in ascending order of their ids, without what is damaged.
pub(super) fn kept_data_centers(storage: &mut dyn Storage) -> Result<Vec<DataCenter>> {
    let mut found = Vec::new();
    for name in storage.value_names()? {
        let Some(id) = id_of_value(&name) else { continue };
        found.extend(storage.value(&name)?.and_then(|value| DataCenter::from_value(id, &value)));
    }
    found.sort_by_key(|data_center| data_center.id);
    Ok(found)
}

fn kept(storage: &mut Guard<'_>, id: i32) -> Result<Option<DataCenter>> {
    let Some(value) = storage.value(&value_name(id))? else { return Ok(None) };
    let damaged = || Error::corrupt(storage.location(), format!("what it has of data centre {id} is damaged"));
    DataCenter::from_value(id, &value).map(Some).ok_or_else(damaged)
}

fn of_home(kept: Option<DataCenter>, home: &SessionData) -> Option<DataCenter> {
    // A new session of some clients has an address already.
    if kept.is_none() && home.auth_key.is_none() {
        return None;
    }
    let mut found = kept.unwrap_or(DataCenter { id: home.dc_id?, ..DataCenter::default() });
    if found.tmp_auth_key != home.tmp_auth_key {
        found.tmp_expires_at = None;
    }
    (found.auth_key, found.tmp_auth_key) = (home.auth_key.clone(), home.tmp_auth_key.clone());
    if let Some((server_address, port)) = home.server_address.clone().zip(home.port) {
        found.addresses.retain(|endpoint| endpoint.server_address != server_address || endpoint.port != port);
        found.addresses.insert(0, DcEndpoint { server_address, port, is_media_only: false });
    }
    Some(found)
}

fn set(storage: &mut Guard<'_>, data_center: &DataCenter) -> Result<()> {
    if storage.data()?.dc_id != Some(data_center.id) {
        return storage.set_value(&value_name(data_center.id), Some(&data_center.to_value()?));
    }
    // The keys stand in one place. The expiry belongs to the temporary key, which is compared when it is read.
    let beside = DataCenter { auth_key: None, ..data_center.clone() }.to_value()?;
    let mut data = storage.data()?;
    data.auth_key = data_center.auth_key.clone().or(data.auth_key);
    data.tmp_auth_key = data_center.tmp_auth_key.clone().or(data.tmp_auth_key);
    let values = BTreeMap::from([(value_name(data_center.id), beside)]);
    storage.import(&Contents { values, ..data.into() }) // both at once
}

/// Removes the data centres of a login that ends, before another key is written: they are the other account's. A login that
/// moves to one of them keeps all.
pub(super) fn leave_login(storage: &mut Guard<'_>, changes: &[Change]) -> Result<()> {
    let Some((_, new)) = changes.iter().rfind(|(field, _)| *field == Field::AuthKey) else { return Ok(()) };
    let names: Vec<String> = storage.value_names()?.into_iter().filter(|name| id_of_value(name).is_some()).collect();
    if names.is_empty() {
        return Ok(());
    }
    let old = storage.get(Field::AuthKey)?;
    if old.is_none() || old == *new {
        return Ok(());
    }
    for name in &names {
        let value = storage.value(name)?;
        let key = value.zip(id_of_value(name)).and_then(|(value, id)| DataCenter::from_value(id, &value)?.auth_key);
        if new.is_some() && key.map(FieldValue::Key) == *new {
            return Ok(());
        }
    }
    names.iter().try_for_each(|name| storage.set_value(name, None))
}

/// Whether a client may give a value of its own this name.
pub(super) fn check_own_value_name(name: &str) -> Result<()> {
    check_value_name(name)?;
    if is_reserved(name) {
        let message = "the name of a value begins with 'tgsession.', which is the library's own";
        return Err(Error::invalid_argument(message));
    }
    Ok(())
}
