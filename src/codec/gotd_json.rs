//! The session of gotd/td: JSON.
//!
//! From `session/session.go`, `session/storage_file.go` and `tg/tl_config_gen.go` of gotd/td v0.136.0. `FileStorage` and
//! `StorageMemory` write the same bytes:
//!
//! | member            | value                                                                          |
//! |-------------------|--------------------------------------------------------------------------------|
//! | `Version`         | 1; gotd refuses another one                                                    |
//! | `Data.DC`         | dc_id; 0 where gotd has not fetched its configuration                          |
//! | `Data.Addr`       | server_address and port: `149.154.167.91:443`, `[2001:…]:443`, or empty        |
//! | `Data.AuthKey`    | auth_key, standard base64; empty before login                                  |
//! | `Data.AuthKeyID`  | its id, 8 bytes in standard base64. gotd does not compare them, this does      |
//! | `Data.Salt`       | the server's salt: not kept, a client gets it anew                             |
//! | `Data.Config`     | `TestMode` (test_mode; false in a configuration that was never fetched), `ThisDC`, and `DCOptions`: the addresses of all data centres |
//!
//! It names no user.

use std::net::{IpAddr, SocketAddr};

use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::base64_text;
use super::fields;
use super::secret_json::{self, SecretJson};
use crate::error::Result;
use crate::model::{
    AuthKey, Contents, DataCenter, DcEndpoint, Field, SessionData, dc_of_address, default_address, is_test_address,
};

const VERSION: i64 = 1;
const WHAT: &str = "a gotd session";

/// Whether an object is a session of gotd.
pub(super) fn claims(json: &SecretJson) -> bool {
    json.has(&["Version", "Data"])
}

/// The error is a message for people.
pub(super) fn decode(json: &SecretJson) -> std::result::Result<Contents, String> {
    match json.integer("Version") {
        Some(VERSION) => {}
        Some(other) => return Err(format!("its version is {other}, and gotd knows {VERSION} only")),
        None => return Err("its version is missing".to_owned()),
    }
    let data = json.get("Data").filter(|data| data.is_object()).ok_or("its data is missing")?;
    let data = SecretJson::of(data.clone());
    let auth_key = auth_key(&data)?;
    let (server_address, port) =
        data.text("Addr").filter(|text| !text.is_empty()).map(split_address).transpose()?.unzip();
    let config = data.get("Config").cloned().map(SecretJson::of);
    let this_dc = config.as_ref().and_then(|config| dc_id(config, "ThisDC"));
    let by_address = server_address.as_deref().and_then(dc_of_address);
    let fetched = config.as_ref().is_some_and(|config| config.integer("ThisDC").is_some_and(|id| id != 0));
    let told_test = config.as_ref().and_then(|config| config.get("TestMode")?.as_bool());
    let test_mode = match (told_test, &server_address) {
        (Some(true), _) => Some(true),
        // False is also what a configuration has that was never fetched.
        (Some(false), _) if fetched => Some(false),
        (_, address) => address.as_deref().filter(|_| by_address.is_some()).map(is_test_address),
    };
    let mut contents = Contents::from(SessionData {
        dc_id: dc_id(&data, "DC").or(this_dc).or(by_address),
        server_address,
        port,
        test_mode,
        auth_key,
        ..SessionData::default()
    });
    for data_center in config.map(|config| data_centers(&config)).unwrap_or_default() {
        // More addresses than any data centre has are nothing to connect to.
        let _ = contents.put_data_center(&data_center);
    }
    Ok(contents)
}

fn auth_key(data: &SecretJson) -> std::result::Result<Option<AuthKey>, String> {
    let Some(text) = data.text("AuthKey").filter(|text| !text.is_empty()) else { return Ok(None) };
    let key = secret_json::auth_key(text).ok_or("its auth key is damaged")?;
    let Some(id) = data.text("AuthKeyID").filter(|text| !text.is_empty()) else { return Ok(Some(key)) };
    let id = secret_json::bytes(id).ok_or("the id of its auth key is damaged")?;
    if *id == key.id() { Ok(Some(key)) } else { Err("its auth key and the key's id do not agree".to_owned()) }
}

fn dc_id(json: &SecretJson, name: &str) -> Option<i32> {
    i32::try_from(json.integer(name)?).ok().filter(|id| *id > 0)
}

fn split_address(text: &str) -> std::result::Result<(String, u16), String> {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return with_port((address.ip().to_string(), address.port()));
    }
    let wrong = || "its address is none of a server".to_owned();
    let (host, port) = text.rsplit_once(':').ok_or("its address has no port")?;
    if host.is_empty() || host.len() > 255 || !fields::is_host(host.as_bytes()) {
        return Err(wrong());
    }
    port.parse().map_err(|_| wrong()).and_then(|port| with_port((host.to_owned(), port)))
}

fn with_port((host, port): (String, u16)) -> std::result::Result<(String, u16), String> {
    if port == 0 { Err("the port of its address is 0".to_owned()) } else { Ok((host, port)) }
}

/// The addresses of the configuration, by their data centres. Those of CDNs and proxies are none of an account's.
fn data_centers(config: &SecretJson) -> Vec<DataCenter> {
    let mut found: Vec<DataCenter> = Vec::new();
    for option in config.get("DCOptions").and_then(Value::as_array).into_iter().flatten() {
        let is_set = |name: &str| option.get(name).and_then(Value::as_bool) == Some(true);
        let number = |name: &str| option.get(name).and_then(Value::as_i64);
        let address = option.get("IPAddress").and_then(Value::as_str).and_then(|text| text.parse::<IpAddr>().ok());
        let id = number("ID").and_then(|id| i32::try_from(id).ok()).filter(|id| *id > 0);
        let port = number("Port").and_then(|port| u16::try_from(port).ok()).filter(|port| *port > 0);
        let (Some(address), Some(id), Some(port)) = (address, id, port) else { continue };
        if is_set("CDN") || is_set("TCPObfuscatedOnly") {
            continue;
        }
        let endpoint = DcEndpoint { server_address: address.to_string(), port, is_media_only: is_set("MediaOnly") };
        match found.iter_mut().find(|data_center| data_center.id == id) {
            Some(known) => known.addresses.push(endpoint),
            None => found.push(DataCenter { id, addresses: vec![endpoint], ..DataCenter::default() }),
        }
    }
    found
}

/// Encodes the session as gotd does, with the configuration that it has before it fetches one, but for what is known.
pub(super) fn encode(contents: &Contents) -> Result<Zeroizing<Vec<u8>>> {
    let data = &contents.data;
    let Some(key) = &data.auth_key else {
        return Err(fields::incomplete(WHAT, data, &[Field::AuthKey]));
    };
    let dc_id = data.dc_id.filter(|id| *id > 0);
    let usual = dc_id.and_then(|id| default_address(id, fields::test_mode(data)));
    let address = data.server_address.clone().or_else(|| usual.map(|usual| usual.server_address.to_owned()));
    let port = data.port.or(usual.map(|usual| usual.port));
    let Some((dc_id, (address, port))) = dc_id.zip(address.zip(port)) else {
        return Err(fields::incomplete(WHAT, data, &[Field::DcId, Field::ServerAddress, Field::Port]));
    };
    let shown = match address.parse() {
        Ok(IpAddr::V6(address)) => format!("[{address}]:{port}"),
        _ => format!("{address}:{port}"),
    };
    let key_text = base64_text::encode(&STANDARD, "", key.as_bytes())?;
    let id_text = base64_text::encode(&STANDARD, "", &key.id())?;
    let config = config(contents, dc_id).to_string();
    let mut text = Zeroizing::new(Vec::with_capacity(config.len() + 1024));
    let parts = [
        r#"{"Version":1,"Data":{"Config":"#,
        &config,
        r#","DC":"#,
        &dc_id.to_string(),
        r#","Addr":"#,
        &Value::from(shown).to_string(),
        r#","AuthKey":""#,
        &key_text,
        r#"","AuthKeyID":""#,
        &id_text,
        r#"","Salt":0}}"#,
    ];
    parts.iter().for_each(|part| text.extend_from_slice(part.as_bytes()));
    Ok(text)
}

fn config(contents: &Contents, dc_id: i32) -> Value {
    let options: Vec<Value> = contents.data_centers().iter().flat_map(options).collect();
    let this_dc = if options.is_empty() && contents.data.test_mode.is_none() { 0 } else { dc_id };
    json!({
        "BlockedMode": false, "ForceTryIpv6": false, "Date": 0, "Expires": 0, "TestMode": fields::test_mode(&contents.data),
        "ThisDC": this_dc, "DCOptions": if options.is_empty() { Value::Null } else { options.into() },
        "DCTxtDomainName": "", "TmpSessions": 0, "WebfileDCID": 0
    })
}

fn options(data_center: &DataCenter) -> Vec<Value> {
    let option = |endpoint: &DcEndpoint| {
        json!({
            "Flags": 0, "Ipv6": endpoint.is_ipv6(), "MediaOnly": endpoint.is_media_only, "TCPObfuscatedOnly": false, "CDN": false,
            "Static": false, "ThisPortOnly": false, "ID": data_center.id, "IPAddress": endpoint.server_address,
            "Port": endpoint.port, "Secret": null
        })
    };
    data_center.addresses.iter().map(option).collect()
}
