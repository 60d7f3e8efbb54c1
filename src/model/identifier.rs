//! Identifiers that clients and operators choose: contact handles and clIDs.

/// Whether `text` can be an identifier: 3 to 16 characters (`eppcom:clIDType`), each a letter, a digit, or one of
/// `-._~`. These are the unreserved characters of RFC 3986, section 2.3: an identifier stands in an RDAP URL, a log line
/// or a file name as it is. Case matters.
///
/// # Errors
/// What is expected, in words.
pub(crate) fn check(text: &str) -> Result<(), &'static str> {
    if !(3..=16).contains(&text.chars().count()) {
        return Err("an identifier has 3 to 16 characters");
    }
    match text.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"-._~".contains(&octet)) {
        true => Ok(()),
        false => Err("an identifier holds only letters, digits, hyphens, dots, underscores and tildes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_three_to_sixteen_unreserved_characters() {
        for good in ["abc", "sh8013", "Reg-istrar_A.1~x", "0123456789abcdef"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in ["", "ab", "0123456789abcdefg", "a b c", "a/b", "a%20b", "a\u{7}bc", "bücher", "abc\n", "<abc>"] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
    }
}
