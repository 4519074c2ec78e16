//! The names of an account's file and folder.

use md5::{Digest, Md5};

/// The name of the account with this index, where the key file is `key_BASE`: 16 digits, each byte's low half first.
pub fn of_account(base: &str, index: i32) -> String {
    let base = base.replace('#', "");
    let data_name = if index == 0 { base } else { format!("{base}#{}", index + 1) };
    Md5::digest(data_name).iter().take(8).map(|byte| format!("{:X}{:X}", byte & 15, byte >> 4)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_telegram_desktop() {
        for (index, name) in
            [(0, "D877F783D5D3EF8C"), (1, "A7FDF864FBC10B77"), (2, "F8806DD0C461824F"), (4, "0CA814316818D8F6")]
        {
            assert_eq!(of_account("data", index), name);
        }
    }
}
