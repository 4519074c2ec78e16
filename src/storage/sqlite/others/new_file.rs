//! A new database of mtcute or grammers: the tables that the client makes, into which everything is written as into a file that is
//! there.

use crate::codec;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Contents, DataCenter, Field, SessionData, dc_of_address, is_default_address, is_test_address};
use crate::storage::LayoutSupport;
use crate::storage::sqlite::others::GRAMMERS;
use crate::storage::sqlite::others::grammers::addresses::Addresses;

/// What a new database of a client holds of these contents and fields, without the peers.
///
/// # Errors
///
/// `Incomplete` without what its client cannot do without.
pub fn contents_of_new_file(client: &str, held: &Contents, fields: &[Field]) -> Result<Contents> {
    let data = &held.data;
    if client == GRAMMERS && data.user_id.is_some() && data.is_bot.is_none() {
        let message = "a session of grammers with user_id cannot do without is_bot";
        return Err(Error::new(ErrorCode::Incomplete, message));
    }
    if data.dc_id.is_none() || data.auth_key.is_none() {
        return Err(codec::incomplete(&format!("a session of {client}"), data, &[Field::DcId, Field::AuthKey]));
    }
    as_stored(client, held, fields)
}

/// Refuses a new database whose login its client would not find.
pub fn check_new_file(client: &str, home: Option<i32>, places: &LayoutSupport) -> Result<()> {
    if [Field::DcId, Field::AuthKey].iter().all(|field| places.fields.contains(field)) {
        return Ok(());
    }
    let home = home.unwrap_or_default();
    let message = format!("a session of {client} cannot hold data centre {home} without an IP address");
    Err(Error::new(ErrorCode::Incomplete, message))
}

/// The contents as the client's tables would tell them: what these work out of something else is not kept aside.
fn as_stored(client: &str, held: &Contents, fields: &[Field]) -> Result<Contents> {
    let is_grammers = client == GRAMMERS;
    let mut data = SessionData::default();
    for field in fields {
        if !data.set(*field, held.data.get(*field)) {
            return Err(Error::invalid_argument(format!("{} is out of range", field.name())));
        }
    }
    if is_grammers {
        data.test_mode = test_mode_of_grammers(&held.data);
    }
    let mut contents = Contents::from(data);
    contents.update_states.clone_from(&held.update_states);
    for data_center in held.data_centers() {
        let kept = if Some(data_center.id) == held.data.dc_id {
            beside_fields(data_center, &held.data, is_grammers)
        } else if is_grammers {
            with_both_addresses(data_center, held.data.test_mode == Some(true))
        } else {
            data_center
        };
        if kept != (DataCenter { id: kept.id, ..DataCenter::default() }) {
            contents.put_data_center(&kept)?;
        }
    }
    Ok(contents)
}

/// grammers has no place for it: the address tells it. Of one that tells nothing, only that it is of the test servers is kept.
fn test_mode_of_grammers(data: &SessionData) -> Option<bool> {
    let address = data.server_address.as_deref().filter(|address| dc_of_address(address).is_some());
    address.map(is_test_address).or(data.test_mode.filter(|is_test| *is_test))
}

/// What stands beside the fields of the home data centre.
fn beside_fields(mut home: DataCenter, data: &SessionData, is_grammers: bool) -> DataCenter {
    home.auth_key = None;
    home.tmp_auth_key = home.tmp_expires_at.and(data.tmp_auth_key.clone());
    home.addresses.retain(|endpoint| {
        let address = endpoint.server_address.as_str();
        let is_first = !endpoint.is_media_only && data.server_address.as_deref() == Some(address);
        !(is_first || is_grammers && is_default_address(home.id, address))
    });
    home
}

/// A row of grammers has an address of each kind: those that are not known are the built-in ones.
fn with_both_addresses(mut data_center: DataCenter, test_mode: bool) -> DataCenter {
    if let Some(both) = Addresses::of(data_center.id, &data_center.addresses, test_mode) {
        data_center.addresses = both.endpoints();
    }
    data_center
}
