//! Registrars: who they are and from where they connect. How they log in is in [`super::credential`].

use std::borrow::Cow;
use std::net::IpAddr;

use crate::base::limits::NETWORKS_PER_REGISTRAR;
use crate::base::timestamp::Timestamp;
use crate::base::url;
use crate::model::identifier;
use crate::model::operator::{Named, OperatorRefusal, RegistrarAdd, RegistrarAddress, RegistrarSet};
use crate::model::record::{DataModel, PostalAddress, Registrar};
use crate::model::view::View;
use crate::registry::checks;
use crate::registry::contact::{country, fields};
use crate::registry::operator::fields::line;
use crate::registry::operator::invalid;

/// `registrar-add`.
///
/// # Errors
/// A bad field; a registrar of the clID; one of the IANA id; one whose clID is the IANA id, or the other way round.
pub(crate) fn add<V: View>(view: &V, now: Timestamp, add: &RegistrarAdd) -> Result<Registrar, OperatorRefusal> {
    identifier::check(&add.clid).map_err(|expected| invalid("clid", add.clid.as_str(), expected))?;
    if view.registrar(&add.clid).is_some() {
        let advice = "change it with registrar set";
        return Err(OperatorRefusal::Exists { what: "registrar", name: add.clid.clone(), advice });
    }
    check_clid_is_no_iana_id(view, &add.clid)?;
    let mut registrar = Registrar {
        clid: add.clid.clone(),
        iana_id: None,
        name: String::new(),
        password: String::new(),
        certificates: Vec::new(),
        networks: Vec::new(),
        suspended: false,
        terminated: None,
        session_limit: None,
        email: None,
        voice: None,
        url: None,
        rdap_url: None,
        abuse_email: None,
        abuse_voice: None,
        created: now,
        updated: None,
        data_model: None,
        password_since: None,
        address: None,
        fax: None,
        is_test: false,
    };
    let all = RegistrarSet {
        clid: add.clid.clone(),
        name: Some(add.name.clone()),
        iana_id: add.iana_id,
        networks: Some(add.networks.clone()),
        session_limit: add.session_limit,
        data_model: add.data_model,
        email: add.email.clone(),
        voice: add.voice.clone(),
        url: add.url.clone(),
        rdap_url: add.rdap_url.clone(),
        abuse_email: add.abuse_email.clone(),
        abuse_voice: add.abuse_voice.clone(),
        address: add.address.clone(),
        fax: add.fax.clone(),
        is_test: add.is_test,
    };
    change(view, &mut registrar, &all)?;
    Ok(registrar)
}

/// `registrar-set`.
///
/// # Errors
/// A bad field; no such registrar; another registrar of the IANA id, or of a clID that is the same number.
pub(crate) fn set<V: View>(view: &V, now: Timestamp, set: &RegistrarSet) -> Result<Registrar, OperatorRefusal> {
    let mut registrar = load(view, &set.clid)?;
    change(view, &mut registrar, set)?;
    registrar.updated = Some(now);
    Ok(registrar)
}

/// The registrar as a value to be changed.
///
/// # Errors
/// No such registrar.
pub(crate) fn load<V: View>(view: &V, clid: &str) -> Result<Registrar, OperatorRefusal> {
    let missing = || OperatorRefusal::DoesNotExist {
        what: "registrar",
        name: clid.to_owned(),
        advice: "registrar list shows all, registrar add makes one",
    };
    Ok(checks::native::<Registrar>(view.registrar(clid).ok_or_else(missing)?))
}

fn change<V: View>(view: &V, registrar: &mut Registrar, set: &RegistrarSet) -> Result<(), OperatorRefusal> {
    if let Some(name) = &set.name {
        registrar.name = line("name", name)?.ok_or_else(|| invalid("name", name.as_str(), "the registrar's name"))?;
    }
    if let Some(id) = set.iana_id {
        registrar.iana_id = iana_id(view, &registrar.clid, id)?;
    }
    if let Some(written) = &set.networks {
        registrar.networks = networks(written)?;
    }
    if let Some(limit) = set.session_limit {
        registrar.session_limit = (limit > 0).then_some(limit);
    }
    if let Some(model) = set.data_model {
        if model.0 == DataModel::PerRegistrar {
            return Err(invalid("data_model", model.0.name(), "minimum or maximum"));
        }
        registrar.data_model = Some(model.0);
    }
    let email = |text: &str| {
        let described = |reason: Cow<'_, str>| format!("an e-mail address: {}", reason.trim_start_matches("expected "));
        fields::check_email(text).map_err(described)
    };
    let voice = |text: &str| match fields::is_e164(text) {
        true => Ok(()),
        false => Err("+, a country code, a dot and up to 14 digits, as +1.7035555555".to_owned()),
    };
    put("email", &set.email, &mut registrar.email, email)?;
    put("abuse_email", &set.abuse_email, &mut registrar.abuse_email, email)?;
    put("voice", &set.voice, &mut registrar.voice, voice)?;
    put("abuse_voice", &set.abuse_voice, &mut registrar.abuse_voice, voice)?;
    put("fax", &set.fax, &mut registrar.fax, voice)?;
    if let Some(given) = &set.address {
        registrar.address = address(given)?;
    }
    registrar.is_test = set.is_test.unwrap_or(registrar.is_test);
    put("url", &set.url, &mut registrar.url, page)?;
    let with_slash = set.rdap_url.as_deref().map(with_slash);
    put("rdap_url", &with_slash, &mut registrar.rdap_url, base_url)
}

/// What RDAP and deposits show of where a registrar is: street, city and country are needed (gTLD RDAP Response Profile).
fn address(given: &RegistrarAddress) -> Result<Option<PostalAddress>, OperatorRefusal> {
    if *given == RegistrarAddress::default() {
        return Ok(None);
    }
    let street = given.street.iter().filter_map(|text| line("address.street", text).transpose());
    let street = street.collect::<Result<Vec<_>, _>>()?;
    if !(1..=3).contains(&street.len()) {
        return Err(invalid("address.street", street.len().to_string(), "one to three lines"));
    }
    let text = |field, text: &Option<String>| text.as_deref().map_or(Ok(None), |text| line(field, text));
    let city = line("address.city", &given.city)?;
    let cc = given.cc.to_ascii_uppercase();
    if !country::is_assigned(&cc) {
        return Err(invalid("address.cc", given.cc.as_str(), "a country code of ISO 3166-1, as CH"));
    }
    Ok(Some(PostalAddress {
        street,
        city: city.ok_or_else(|| invalid("address.city", "", "the name of a city"))?,
        sp: text("address.sp", &given.sp)?,
        pc: text("address.pc", &given.pc)?,
        cc,
    }))
}

/// Puts a text that is given: an empty one removes the value.
fn put(
    field: &'static str,
    given: &Option<String>,
    kept: &mut Option<String>,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<(), OperatorRefusal> {
    let Some(given) = given else { return Ok(()) };
    *kept = line(field, given)?;
    kept.as_deref().map_or(Ok(()), |text| check(text).map_err(|expected| invalid(field, text, expected)))
}

/// A web site.
fn page(text: &str) -> Result<(), String> {
    let expected = "an http or https URL as https://www.example/ (RFC 3986), without user and password; a host in A-labels, \
                    other characters percent-encoded";
    url::is_page(text).then_some(()).ok_or_else(|| expected.to_owned())
}

/// Base URLs of RDAP are HTTPS here (gTLD RDAP Technical Implementation Guide 1.4), and end with a slash (RFC 9224, section 4).
fn base_url(text: &str) -> Result<(), String> {
    let expected = "an https URL as https://rdap.example/, to which RDAP queries are appended: without query, fragment, user \
                    and password; a slash at its end is added where it has none";
    url::is_base_url(text).then_some(()).ok_or_else(|| expected.to_owned())
}

/// The base URL with the slash that its readers expect at its end, where nothing else is wrong with it.
fn with_slash(text: &str) -> String {
    let with_slash = format!("{}/", text.trim());
    if !text.trim().ends_with('/') && url::is_base_url(&with_slash) { with_slash } else { text.to_owned() }
}

fn iana_id<V: View>(view: &V, clid: &str, id: u32) -> Result<Option<u32>, OperatorRefusal> {
    if id == 0 {
        return Ok(None);
    }
    match view.registrar_by_iana_id(id) {
        Some(other) if other.clid != *clid => {
            let why = format!("IANA id {id} is that of registrar {}; an id has one registrar", other.clid);
            return Err(OperatorRefusal::Conflict { why });
        }
        _ => {}
    }
    let digits = id.to_string();
    match view.registrar(&digits) {
        Some(other) if other.clid != *clid => {
            let why = format!(
                "IANA id {id} is the clID of another registrar; RDAP could not tell /entity/{id} of the one from that of the \
                 other"
            );
            Err(OperatorRefusal::Conflict { why })
        }
        _ => Ok(Some(id)),
    }
}

/// That a clID is not the IANA id of another registrar: RDAP knows registrars by both.
fn check_clid_is_no_iana_id<V: View>(view: &V, clid: &str) -> Result<(), OperatorRefusal> {
    // Only as IANA writes it, without leading zeros.
    let id = clid.parse::<u32>().ok().filter(|id| id.to_string() == clid);
    let Some(other) = id.and_then(|id| view.registrar_by_iana_id(id)) else { return Ok(()) };
    let why = format!(
        "clID {clid} is the IANA id of registrar {}; RDAP could not tell /entity/{clid} of the one from that of the other: \
         choose another clID",
        other.clid
    );
    Err(OperatorRefusal::Conflict { why })
}

fn networks(written: &[String]) -> Result<Vec<String>, OperatorRefusal> {
    if written.len() > NETWORKS_PER_REGISTRAR {
        let expected = format!("{NETWORKS_PER_REGISTRAR} address ranges at most");
        return Err(invalid("networks", written.len().to_string(), expected));
    }
    written.iter().map(|text| network(text)).collect()
}

/// An address range in CIDR form, in the one spelling of its address.
fn network(text: &str) -> Result<String, OperatorRefusal> {
    let malformed = || invalid("networks", text, "an address range as 192.0.2.0/24 or 2001:db8::/32");
    let (address, length) = text.split_once('/').ok_or_else(malformed)?;
    let address: IpAddr = address.parse().map_err(|_| malformed())?;
    let length = length.bytes().all(|octet| octet.is_ascii_digit()).then(|| length.parse::<u32>().ok()).flatten();
    let length = length.ok_or_else(malformed)?;
    let first = match address {
        IpAddr::V4(v4) if length <= 32 => {
            let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            IpAddr::V4((v4.to_bits() & mask).into())
        }
        IpAddr::V6(v6) if length <= 128 => {
            let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
            IpAddr::V6((v6.to_bits() & mask).into())
        }
        _ => return Err(malformed()),
    };
    match first == address {
        true => Ok(format!("{first}/{length}")),
        false => Err(invalid("networks", text, format!("the first address of the range: {first}/{length}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_cidr_ranges_of_their_first_address() {
        for (text, kept) in [
            ("192.0.2.0/24", Some("192.0.2.0/24")),
            ("192.0.2.1/32", Some("192.0.2.1/32")),
            ("0.0.0.0/0", Some("0.0.0.0/0")),
            ("2001:DB8:0::/32", Some("2001:db8::/32")),
            ("::/0", Some("::/0")),
            ("2001:db8::1/128", Some("2001:db8::1/128")),
            ("192.0.2.1/24", None),
            ("192.0.2.0", None),
            ("192.0.2.0/33", None),
            ("192.0.2.0/+8", None),
            ("192.0.2.0/", None),
            ("2001:db8::/129", None),
            ("2001:db8::1/64", None),
            ("example/24", None),
        ] {
            assert_eq!(network(text).ok().as_deref(), kept, "{text}");
        }
        let hint = network("192.0.2.77/24").expect_err("host bits").to_string();
        assert!(hint.contains("192.0.2.0/24"), "{hint}");
    }
}
