//! How people write usernames and phone numbers, and how clients store them.

/// Lower case, without white space around it and without a leading `@`, as clients store it.
pub fn normalize_username(username: &str) -> String {
    let trimmed = username.trim();
    trimmed.strip_prefix('@').unwrap_or(trimmed).to_lowercase()
}

/// Whether a username is stored as it stands: lookups of such ones, which most are, copy nothing.
pub fn is_normalized_username(username: &str) -> bool {
    username.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !username.is_empty()
}

/// The same of a phone number.
pub fn is_normalized_phone_number(phone_number: &str) -> bool {
    phone_number.bytes().all(|byte| byte.is_ascii_digit()) && !phone_number.is_empty()
}

/// The digits of a phone number: `+`, spaces, dashes and brackets are dropped.
pub fn normalize_phone_number(phone_number: &str) -> String {
    phone_number.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_in_many_ways() {
        assert_eq!(normalize_username(" @TGS_Ada\n"), "tgs_ada");
        assert_eq!(normalize_phone_number("+999 66 (10) 00-01"), "9996610".to_owned() + "0001");
    }
}
