//! The localStorage of Telegram Web A and K, as people export it: one JSON object of all its items.
//!
//! From `src/util/sessions.ts` and `multiaccount.ts` of Ajaxy/telegram-tt (A) and `src/lib/accounts/accountController.ts` and
//! `sessionStorage.ts` of morethanwords/tweb (K). Both stand in one storage if both were used.
//!
//! | item                           | value                                                                        |
//! |--------------------------------|------------------------------------------------------------------------------|
//! | `account1` … `account6`        | object of one account: `dcId`, `userId`, `dcN_auth_key`, `isTest` (A)        |
//! | `dcN_auth_key`                 | the key of data centre N, 512 hexadecimal digits; of the first account       |
//! | `user_auth`                    | object: `dcID`, `id`, `test` (A); of the first account                       |
//! | `dc`                           | number; of the first account                                                 |
//! | `t_…`                          | all of these for K's test servers                                            |
//!
//! Both programs prefer an `accountN` to the older items beside it, which may be out of date. A writes ids as texts. The items
//! of localStorage are texts of JSON, so an export has a number as `"4"` and a key between two pairs of quotes; some people's
//! scripts decode them once. A passcode moves all keys into another store, encrypted.

use std::ops::RangeInclusive;

use serde_json::Value;
use zeroize::Zeroizing;

use super::secret_json::SecretJson;
use crate::model::{AUTH_KEY_LEN, AuthKey, Contents, DataCenter, Leftovers, OtherLogin, SessionData};

const TEST_PREFIX: &str = "t_";
// A has six, K four.
const SLOTS: RangeInclusive<u8> = 1..=20;
const DATA_CENTRES: [i32; 5] = [1, 2, 3, 4, 5];
// A value is quoted once or twice.
const QUOTES: usize = 3;
/// What it is if no account has a key.
pub(super) const NO_KEY: &str =
    "it is Telegram Web's storage, and has no auth key: nobody is logged in, or a passcode has encrypted it";

/// One account: its data, without a key if that is damaged, and the keys of other data centres.
struct Account {
    data: SessionData,
    others: Vec<(i32, Option<AuthKey>)>,
}

/// Whether an object has items of Telegram Web.
pub(super) fn claims(json: &SecretJson) -> bool {
    let is_item = |name: &str| {
        let name = name.strip_prefix(TEST_PREFIX).unwrap_or(name);
        let is_key = DATA_CENTRES.iter().any(|dc_id| name == format!("dc{dc_id}_auth_key"));
        let is_slot = || SLOTS.clone().any(|slot| name == format!("account{slot}")) && has_account(json, name);
        is_key || name == "user_auth" || name == "tt-is-screen-locked" || is_slot()
    };
    json.names().any(is_item)
}

// Another program may call something `account1`.
fn has_account(json: &SecretJson, name: &str) -> bool {
    let slot = [name.to_owned(), format!("{TEST_PREFIX}{name}")].into_iter().find_map(|name| item(json, &name));
    slot.is_some_and(|slot| slot.get("dcId").is_some() || slot.names().any(|name| name.ends_with("_auth_key")))
}

/// Decodes the first account that has a key; the others are named as left behind. `None` if none has, and the error, a message
/// for people, if all keys are damaged.
pub(super) fn decode(json: &SecretJson) -> Result<Option<(Contents, Leftovers)>, &'static str> {
    let mut accounts = accounts(json, "");
    accounts.extend(self::accounts(json, TEST_PREFIX));
    if accounts.is_empty() {
        return Ok(None);
    }
    let whole = accounts.iter().position(|account| account.data.auth_key.is_some());
    let first = accounts.remove(whole.ok_or("the auth key in it is damaged")?);
    let mut leftovers = Leftovers::default();
    let mut known = vec![first.data.auth_key.clone()];
    for Account { data, .. } in accounts {
        // The older items repeat the first account.
        if !known.contains(&data.auth_key) {
            leftovers.other_logins.push(login(data.dc_id, data.auth_key.as_ref()));
            known.push(data.auth_key);
        }
    }
    let mut contents = Contents::from(first.data);
    for (id, auth_key) in first.others {
        if auth_key.is_some() {
            let kept = contents.put_data_center(&DataCenter { id, auth_key, ..DataCenter::default() });
            kept.map_err(|_| "a data centre in it has an impossible id")?;
        } else {
            leftovers.other_keys.push(login(Some(id), None));
        }
    }
    Ok(Some((contents, leftovers)))
}

fn login(dc_id: Option<i32>, key: Option<&AuthKey>) -> OtherLogin {
    OtherLogin::new(dc_id.map(Into::into), key.map_or(&[], |key| key.as_bytes()))
}

// In the order in which the programs prefer them.
fn accounts(json: &SecretJson, prefix: &str) -> Vec<Account> {
    let is_test = prefix == TEST_PREFIX;
    let mut found = Vec::new();
    for slot in SLOTS {
        if let Some(slot) = item(json, &format!("{prefix}account{slot}")) {
            found.extend(account(&slot, "", integer(&slot, "dcId"), integer(&slot, "userId"), is_test));
        }
    }
    let auth = item(json, &format!("{prefix}user_auth"));
    let of_auth = |name: &str| auth.as_ref().and_then(|auth| integer(auth, name));
    let is_test = is_test || auth.as_ref().is_some_and(|auth| is_true(auth, "test"));
    let dc_id = of_auth("dcID").or_else(|| integer(json, &format!("{prefix}dc")));
    found.extend(account(json, prefix, dc_id, of_auth("id"), is_test));
    found
}

/// The account whose keys stand in an object; `None` if it has none for its own data centre.
fn account(
    json: &SecretJson,
    prefix: &str,
    dc_id: Option<i64>,
    user_id: Option<i64>,
    is_test: bool,
) -> Option<Account> {
    let item_of = |number| Some((number, key(item(json, &format!("{prefix}dc{number}_auth_key"))?.value())));
    let mut keys: Vec<(i32, Option<AuthKey>)> = DATA_CENTRES.into_iter().filter_map(item_of).collect();
    // With one key alone its data centre is the home.
    let only = if let [(number, _)] = keys.as_slice() { Some(i64::from(*number)) } else { None };
    let home = dc_id.or(only);
    let (dc_id, auth_key) = keys.remove(keys.iter().position(|(number, _)| Some(i64::from(*number)) == home)?);
    let data = SessionData {
        dc_id: Some(dc_id),
        test_mode: Some(is_test || is_true(json, "isTest")),
        auth_key,
        user_id: user_id.filter(|id| (1..=super::fields::MAX_USER_ID).contains(id)),
        ..SessionData::default()
    };
    Some(Account { data, others: keys })
}

// An item, without the quotes around it.
fn item(json: &SecretJson, name: &str) -> Option<SecretJson> {
    let mut value = SecretJson::of(json.get(name)?.clone());
    for _ in 0..QUOTES {
        let Some(inner) = value.value().as_str().and_then(|text| serde_json::from_str(text).ok()) else { break };
        value = SecretJson::of(inner);
    }
    (!value.value().is_null()).then_some(value)
}

fn integer(json: &SecretJson, name: &str) -> Option<i64> {
    let item = item(json, name)?;
    item.value().as_i64().or_else(|| item.value().as_str()?.trim().parse().ok())
}

fn is_true(json: &SecretJson, name: &str) -> bool {
    item(json, name).is_some_and(|item| item.value() == &Value::Bool(true))
}

fn key(value: &Value) -> Option<AuthKey> {
    let digits = value.as_str()?.trim().as_bytes();
    if digits.len() != AUTH_KEY_LEN * 2 {
        return None;
    }
    let mut bytes = Zeroizing::new([0; AUTH_KEY_LEN]);
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    AuthKey::new(&*bytes).ok()
}
