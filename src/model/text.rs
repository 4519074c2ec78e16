//! How people write usernames and phone numbers, and how clients store them.

/// Lower case, without white space around it and without a leading `@`, as clients store it.
pub fn normalize_username(username: &str) -> String {
    let trimmed = username.trim();
    trimmed.strip_prefix('@').unwrap_or(trimmed).to_lowercase()
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
