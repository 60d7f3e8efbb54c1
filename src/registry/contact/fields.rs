//! The form of a contact's fields: what RFC 5733, section 2, asks of them beyond the schema.
//!
//! Each function takes a field as the command gave it and yields it as the registry keeps it.

use std::borrow::Cow;

use crate::base::limits::PHONE_EXTENSION_BYTES;
use crate::model::identifier;
use crate::model::name;
use crate::model::record::{Phone, PostalAddress, PostalInfo, PostalKind};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::registry::contact::country;

/// Checks a contact's handle (RFC 5733, section 2.1).
///
/// # Errors
/// 2005.
pub(crate) fn id(id: &str) -> Result<(), Refusal> {
    identifier::check(id).map_err(|reason| malformed("id", id, reason))
}

/// One or two postal infos, of different kinds.
///
/// # Errors
/// 2005 for a field, 2306 for two of one kind.
pub(crate) fn postal_infos(infos: &[PostalInfo]) -> Result<Vec<PostalInfo>, Refusal> {
    distinct_kinds(infos.iter().map(|info| info.kind))?;
    infos.iter().map(postal_info).collect()
}

/// Refuses two postal infos of one kind. The schema allows them, the protocol does not: there are two "so that address
/// information can be provided in both internationalized and localized forms" (RFC 5733, section 3.2.1).
///
/// # Errors
/// 2306.
pub(crate) fn distinct_kinds(kinds: impl Iterator<Item = PostalKind>) -> Result<(), Refusal> {
    let mut seen = None;
    for kind in kinds {
        if seen.replace(kind) == Some(kind) {
            let reason = "expected one postalInfo of each type, found two of one";
            return Err(Refusal::Policy(Fault::new(Element::contact("postalInfo"), kind.name(), reason)));
        }
    }
    Ok(())
}

/// A whole postal info.
///
/// # Errors
/// 2005.
pub(crate) fn postal_info(info: &PostalInfo) -> Result<PostalInfo, Refusal> {
    Ok(PostalInfo {
        kind: info.kind,
        name: mandatory("name", &info.name, info.kind)?,
        org: match &info.org {
            Some(org) => optional("org", org, info.kind)?,
            None => None,
        },
        address: address(&info.address, info.kind)?,
    })
}

/// An address (RFC 5733, section 2.4).
///
/// # Errors
/// 2005.
pub(crate) fn address(address: &PostalAddress, kind: PostalKind) -> Result<PostalAddress, Refusal> {
    let field = |name, text: &Option<String>| text.as_deref().map_or(Ok(None), |text| optional(name, text, kind));
    for line in &address.street {
        characters("street", line, kind)?;
    }
    let code = address.cc.to_ascii_uppercase();
    if !country::is_assigned(&code) {
        return Err(malformed("cc", &address.cc, "expected a country code of ISO 3166-1 (RFC 5733, section 2.4.3)"));
    }
    Ok(PostalAddress {
        street: address.street.clone(),
        city: mandatory("city", &address.city, kind)?,
        sp: field("sp", &address.sp)?,
        pc: field("pc", &address.pc)?,
        cc: code,
    })
}

/// A line that must say something.
///
/// # Errors
/// 2005.
pub(crate) fn mandatory(element: &'static str, text: &str, kind: PostalKind) -> Result<String, Refusal> {
    characters(element, text, kind)?;
    match is_blank(text) {
        true => Err(malformed(element, text, "expected text, found only white space")),
        false => Ok(text.to_owned()),
    }
}

/// A line that may be empty, which is as good as missing.
///
/// # Errors
/// 2005.
pub(crate) fn optional(element: &'static str, text: &str, kind: PostalKind) -> Result<Option<String>, Refusal> {
    characters(element, text, kind)?;
    Ok((!is_blank(text)).then(|| text.to_owned()))
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// The int form is 7-bit US-ASCII, the loc form any UTF-8 (RFC 5733, section 3.2.1). Neither needs control characters,
/// which would reach the terminals and logs of whoever reads the contact.
fn characters(element: &'static str, text: &str, kind: PostalKind) -> Result<(), Refusal> {
    if kind == PostalKind::Int && !text.is_ascii() {
        return Err(malformed(element, text, "the int form holds only 7-bit ASCII (RFC 5733, section 3.2.1)"));
    }
    match text.chars().any(char::is_control) {
        true => Err(malformed(element, text, "expected printable characters")),
        false => Ok(()),
    }
}

/// A telephone or facsimile number; an empty one is none. The schema holds `+`, one to three digits, a dot, one to 14
/// digits; no country code of E.164 begins with zero (RFC 5733, section 2.5).
///
/// # Errors
/// 2005 for the number, 2306 for the extension.
pub(crate) fn phone(element: &'static str, phone: &Phone) -> Result<Option<Phone>, Refusal> {
    if phone.number.is_empty() {
        return Ok(None);
    }
    if !is_e164(&phone.number) {
        let reason = "expected +, a country code of E.164, a dot and up to 14 digits (RFC 5733, section 2.5)";
        return Err(malformed(element, &phone.number, reason));
    }
    let ext = phone.ext.as_deref().filter(|ext| !ext.is_empty());
    if let Some(ext) = ext
        && (ext.len() > PHONE_EXTENSION_BYTES || !ext.bytes().all(|octet| matches!(octet, b' '..=b'~')))
    {
        let reason = format!("an extension has at most {PHONE_EXTENSION_BYTES} printable ASCII characters");
        return Err(Refusal::Policy(Fault::new(Element::contact(element), ext, reason)));
    }
    Ok(Some(Phone { number: phone.number.clone(), ext: ext.map(str::to_owned) }))
}

/// Whether the text is `+CC.NUMBER` of 15 digits at most.
pub(crate) fn is_e164(text: &str) -> bool {
    let digits =
        |part: &str, most| (1..=most).contains(&part.len()) && part.bytes().all(|octet| octet.is_ascii_digit());
    let parts = text.strip_prefix('+').and_then(|rest| rest.split_once('.'));
    parts.is_some_and(|(country, number)| {
        digits(country, 3) && !country.starts_with('0') && digits(number, 14) && country.len() + number.len() <= 15
    })
}

/// An e-mail address.
///
/// # Errors
/// 2005.
pub(crate) fn email(text: &str) -> Result<String, Refusal> {
    check_email(text).map_err(|reason| malformed("email", text, reason))?;
    Ok(text.to_owned())
}

/// Checks an e-mail address: the addr-spec of RFC 5322, section 3.4.1 (RFC 5733, section 2.6), without what no mailbox
/// uses: comments, folding, obsolete forms and domain literals; the domain is a host name, and the lengths are those
/// SMTP can carry (RFC 5321, section 4.5.3.1).
///
/// # Errors
/// What is expected, in words.
pub(crate) fn check_email(text: &str) -> Result<(), Cow<'static, str>> {
    let (local, domain) = text.rsplit_once('@').ok_or("expected local-part@domain (RFC 5322, section 3.4.1)")?;
    if local.len() > 64 || text.len() > 254 {
        return Err("a local part has 64 octets at most, an address 254 (RFC 5321, section 4.5.3.1)".into());
    }
    if !is_dot_atom(local) && !is_quoted_string(local) {
        return Err("the local part is neither a dot-atom nor a quoted string (RFC 5322, section 3.4.1)".into());
    }
    name::normalize(domain).map(drop).map_err(|fault| fault.to_string().into())
}

/// RFC 5322, section 3.2.3.
fn is_dot_atom(text: &str) -> bool {
    let is_atext = |octet: u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&octet);
    text.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext))
}

/// RFC 5322, section 3.2.4: between quotes, printable ASCII and spaces, where a backslash takes the next character as it is.
fn is_quoted_string(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return false };
    let mut escaped = false;
    for octet in inner.bytes() {
        if !matches!(octet, b' '..=b'~') || (octet == b'"' && !escaped) {
            return false;
        }
        escaped = octet == b'\\' && !escaped;
    }
    !escaped && text.len() > 2
}

fn malformed(element: &'static str, value: &str, reason: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal::ValueSyntax(Fault::new(Element::contact(element), value, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn email_addresses_follow_rfc_5322() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long_domain = format!("a@{}.com", "abcdefgh.".repeat(28));
        for good in [
            "jdoe@example.com",
            "j.doe+tag@sub.example.com",
            "!#$%&'*+-/=?^_`{|}~@example.com",
            "\"john doe\"@example.com",
            "\"a\\\"b@c\"@example.com",
            "a@xn--bcher-kva.example",
            "a@xn--n3h.example",
            "A@EXAMPLE.COM",
        ] {
            assert_eq!(check_email(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "@",
            "jdoe",
            "jdoe@",
            "@example.com",
            "jdoe@example",
            "jdoe@example..com",
            "jdoe@-example.com",
            "jdoe@example.com.",
            ".jdoe@example.com",
            "jdoe.@example.com",
            "j..doe@example.com",
            "j doe@example.com",
            "jdoe@exam ple.com",
            "jdoe@@example.com",
            "j@doe@example.com",
            "John <jdoe@example.com>",
            "jdoe@[192.0.2.1]",
            "jdoe@192.0.2.1",
            "jdœ@example.com",
            "jdoe@bücher.example",
            "\"jdoe@example.com",
            "\"\"@example.com",
            "\"a\"b\"@example.com",
            "\"a\\\"@example.com",
            long_local.as_str(),
            long_domain.as_str(),
        ] {
            assert!(check_email(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_follow_e164() {
        for good in ["+1.7035555555", "+49.30123456", "+999.123456789012", "+1.1", "+1.12345678901234"] {
            assert!(is_e164(good), "{good}");
        }
        for bad in
            ["", "1.703", "+.703", "+1", "+1.", "+1703", "+0.703", "+049.30", "+1234.5", "+1.123456789012345", "+1.70a"]
        {
            assert!(!is_e164(bad), "{bad}");
        }
        let none = Phone { number: String::new(), ext: Some("12".into()) };
        assert_eq!(phone("voice", &none), Ok(None));
        for (ext, code) in [("1234", None), ("", None), ("x\u{7f}", Some(2306)), (&*"1".repeat(65), Some(2306))] {
            let found = phone("fax", &Phone { number: "+1.703".into(), ext: Some(ext.into()) });
            assert_eq!(found.err().map(|refusal| refusal.code()), code, "{ext:?}");
        }
    }

    fn john(kind: PostalKind) -> PostalInfo {
        PostalInfo {
            kind,
            name: "John Doe".into(),
            org: Some("Example Inc.".into()),
            address: PostalAddress {
                street: vec!["123 Example Dr.".into(), "Suite 100".into()],
                city: "Dulles".into(),
                sp: Some("VA".into()),
                pc: Some("20166-6503".into()),
                cc: "US".into(),
            },
        }
    }

    #[test]
    fn postal_infos_follow_rfc_5733() {
        type Edit = fn(&mut PostalInfo);
        let int = PostalKind::Int;
        let loc = PostalKind::Loc;
        let table: &[(&str, PostalKind, Edit, Option<u16>)] = &[
            ("as in the RFC", int, |_| (), None),
            ("loc in UTF-8", loc, |p| p.name = "Jürgen 太郎".into(), None),
            ("int in UTF-8", int, |p| p.name = "Jürgen".into(), Some(2005)),
            ("int org in UTF-8", int, |p| p.org = Some("Bücher".into()), Some(2005)),
            ("int street in UTF-8", int, |p| p.address.street[1] = "Straße".into(), Some(2005)),
            ("int city in UTF-8", int, |p| p.address.city = "Köln".into(), Some(2005)),
            ("int sp in UTF-8", int, |p| p.address.sp = Some("Ö".into()), Some(2005)),
            ("int pc in UTF-8", int, |p| p.address.pc = Some("１".into()), Some(2005)),
            ("blank name", int, |p| p.name = "  ".into(), Some(2005)),
            ("name of an ideographic space", loc, |p| p.name = "\u{3000}".into(), Some(2005)),
            ("blank city", int, |p| p.address.city = " ".into(), Some(2005)),
            ("control character", loc, |p| p.name = "a\u{85}b".into(), Some(2005)),
            ("unknown country", int, |p| p.address.cc = "XX".into(), Some(2005)),
            ("reserved country", int, |p| p.address.cc = "UK".into(), Some(2005)),
            ("lower-case country", int, |p| p.address.cc = "de".into(), None),
            ("country that is no letters", int, |p| p.address.cc = "1.".into(), Some(2005)),
            ("no street", int, |p| p.address.street.clear(), None),
        ];
        for (case, kind, edit, code) in table {
            let mut info = john(*kind);
            edit(&mut info);
            let found = postal_infos(std::slice::from_ref(&info));
            assert_eq!(found.as_ref().err().map(Refusal::code), *code, "{case}: {found:?}");
        }
    }

    #[test]
    fn empty_optional_lines_are_none_and_countries_are_upper_case() {
        let mut info = john(PostalKind::Int);
        (info.org, info.address.sp, info.address.pc) = (Some(String::new()), Some(" ".into()), Some(String::new()));
        info.address.cc = "de".into();
        let kept = postal_info(&info).expect("good");
        assert_eq!((kept.org, kept.address.sp, kept.address.pc, kept.address.cc.as_str()), (None, None, None, "DE"));
    }

    #[test]
    fn two_postal_infos_of_one_kind_are_refused() {
        let (int, loc) = (john(PostalKind::Int), john(PostalKind::Loc));
        assert!(postal_infos(&[int.clone(), loc]).is_ok());
        assert_eq!(postal_infos(&[int.clone(), int]).map_err(|refusal| refusal.code()), Err(2306));
    }
}
