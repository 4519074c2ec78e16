//! The data centres of a login in a layout whose client has tables for them: what these can hold stands there, and the rest in the
//! value of a reserved name, as in every other layout. Of what both tell, the client's tables are right.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::dialects::LoginTables;
use super::fault::Fault;
use super::fields;
use super::layout::Layout;
use super::others::{grammers, mtcute};
use super::telethon2;
use crate::model::{DataCenter, SessionData, StoredValue, id_of_value, value_name};

/// The data centre that is kept in the value of this name, in such a layout.
pub fn of_value(layout: &Layout, name: &str) -> Option<i32> {
    id_of_value(name).filter(|_| layout.has_data_centers())
}

/// The names of the values of those that the client's tables tell.
pub fn names(conn: &Connection, layout: &Layout) -> Result<BTreeSet<String>, Fault> {
    let ids = match layout.dialect.login {
        LoginTables::Grammers => grammers::data_centers::ids(conn)?,
        LoginTables::Mtcute => mtcute::data_centers::ids(conn)?,
        LoginTables::UserAndDatacenter | LoginTables::Query(_) => telethon2::data_centers::ids(conn, layout)?,
        LoginTables::Sessions => return Ok(BTreeSet::new()),
    };
    let home = fields::read(conn, layout)?;
    let beside = match home.dc_id {
        Some(id) => beside(conn, layout, id, &home)?.map(|_| id),
        None => None,
    };
    Ok(ids.into_iter().filter(|id| Some(*id) != home.dc_id).chain(beside).map(value_name).collect())
}

/// The value of a data centre, of which `own` stands in our own table.
pub fn find(
    conn: &Connection,
    layout: &Layout,
    id: i32,
    own: Option<StoredValue>,
) -> Result<Option<StoredValue>, Fault> {
    let home = fields::read(conn, layout)?;
    if home.dc_id == Some(id) {
        // What was told of it there is later than what the client noted.
        return match own {
            Some(own) => Ok(Some(own)),
            None => beside(conn, layout, id, &home)?.map(|found| Ok(found.to_value()?)).transpose(),
        };
    }
    let Some(theirs) = find_client(conn, layout, id)? else { return Ok(own) };
    let Some(own) = own else { return Ok(Some(theirs.to_value()?)) };
    let Some(ours) = DataCenter::from_value(id, &own) else { return Ok(Some(own)) };
    let stays = keeps_addresses(layout, &theirs, &ours, is_test(&home));
    let (theirs_is_temporary, ours_is_temporary) = (theirs.tmp_auth_key.is_some(), ours.tmp_auth_key.is_some());
    let temporary = if theirs_is_temporary || !ours_is_temporary { &theirs } else { &ours };
    let both = DataCenter {
        id,
        tmp_auth_key: temporary.tmp_auth_key.clone(),
        tmp_expires_at: temporary.tmp_expires_at.or(ours.tmp_expires_at),
        auth_key: theirs.auth_key.or(ours.auth_key),
        addresses: if stays { ours.addresses } else { theirs.addresses },
    };
    Ok(Some(both.to_value()?))
}

/// Writes what the client's tables can hold of a data centre, and returns what is left for our own. Of the home one, the login's
/// fields are written beside.
pub fn write(
    conn: &Connection,
    layout: &Layout,
    id: i32,
    value: Option<&StoredValue>,
) -> Result<Option<StoredValue>, Fault> {
    let home = fields::read(conn, layout)?;
    if home.dc_id == Some(id) {
        return write_home(conn, layout, &home, id, value);
    }
    let told =
        value.map(|value| DataCenter::from_value(id, value).unwrap_or(DataCenter { id, ..DataCenter::default() }));
    let wanted = told.clone().unwrap_or(DataCenter { id, ..DataCenter::default() });
    match layout.dialect.login {
        LoginTables::Grammers => grammers::data_centers::put(conn, &wanted, is_test(&home))?,
        LoginTables::Mtcute if !mtcute::fields::has_main(conn)? => return Ok(value.cloned()),
        LoginTables::Mtcute => mtcute::data_centers::put(conn, &wanted)?,
        _ if wanted.auth_key.is_some() && !telethon2::fields::has_home(conn, layout)? => {
            telethon2::data_centers::remove(conn, id)?;
            return Ok(value.cloned());
        }
        _ => telethon2::data_centers::put(conn, layout, &wanted)?,
    }
    let Some(told) = told else { return Ok(None) };
    let theirs = find_client(conn, layout, id)?;
    if theirs.as_ref() == Some(&told) {
        return Ok(None);
    }
    // A key stands in one place.
    let has_key = theirs.as_ref().is_some_and(|theirs| theirs.auth_key.is_some());
    let has_temporary = theirs.is_some_and(|theirs| theirs.tmp_auth_key.is_some());
    let rest = DataCenter {
        auth_key: told.auth_key.filter(|_| !has_key),
        tmp_auth_key: told.tmp_auth_key.filter(|_| !has_temporary),
        ..told
    };
    Ok(Some(rest.to_value()?))
}

/// All of it stands in our own table, unless the client's tell the same beside the fields. What the client notes stays.
fn write_home(
    conn: &Connection,
    layout: &Layout,
    home: &SessionData,
    id: i32,
    value: Option<&StoredValue>,
) -> Result<Option<StoredValue>, Fault> {
    let Some(told) = value.and_then(|value| DataCenter::from_value(id, value)) else { return Ok(value.cloned()) };
    match layout.dialect.login {
        LoginTables::Grammers => grammers::data_centers::put_beside(conn, &told, is_test(home))?,
        LoginTables::Mtcute => mtcute::data_centers::put_beside(conn, &told, home)?,
        _ => telethon2::data_centers::put_beside(conn, layout, &told)?,
    }
    let now = beside(conn, layout, id, &fields::read(conn, layout)?)?;
    Ok(value.filter(|_| now != Some(told)).cloned())
}

fn find_client(conn: &Connection, layout: &Layout, id: i32) -> Result<Option<DataCenter>, Fault> {
    match layout.dialect.login {
        LoginTables::Grammers => grammers::data_centers::find(conn, id),
        LoginTables::Mtcute => mtcute::data_centers::find(conn, id),
        _ => telethon2::data_centers::find(conn, layout, id),
    }
}

fn beside(conn: &Connection, layout: &Layout, id: i32, home: &SessionData) -> Result<Option<DataCenter>, Fault> {
    match layout.dialect.login {
        LoginTables::Grammers => grammers::data_centers::beside(conn, id, home.server_address.as_deref()),
        LoginTables::Mtcute => mtcute::data_centers::beside(conn, id, home),
        _ => telethon2::data_centers::beside(conn, layout, id, home.server_address.as_deref()),
    }
}

/// Whether the client's tables still have the addresses that ours were written with. mtcute's have none.
fn keeps_addresses(layout: &Layout, theirs: &DataCenter, ours: &DataCenter, test_mode: bool) -> bool {
    match layout.dialect.login {
        LoginTables::Grammers => grammers::data_centers::stands_for(theirs, ours, test_mode),
        LoginTables::UserAndDatacenter => telethon2::data_centers::stands_for(layout, theirs, ours),
        _ => true,
    }
}

fn is_test(home: &SessionData) -> bool {
    home.test_mode == Some(true)
}
