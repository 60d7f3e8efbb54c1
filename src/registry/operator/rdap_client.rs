//! Clients of RDAP that see more than the public does: who they are, what for, and what they show.

use crate::base::limits::{RDAP_CERTIFICATES_PER_CLIENT, RDAP_CLIENTS, RDAP_TOKENS_PER_CLIENT};
use crate::base::timestamp::Timestamp;
use crate::model::operator::{
    ByName, OperatorRefusal, RdapClientAdd, RdapClientAddCert, RdapClientAddToken, RdapClientRemove,
    RdapClientRemoveCert, RdapClientRemoveToken, RdapClientSet, RdapClientSuspend,
};
use crate::model::purpose::{Purpose, Purposes};
use crate::model::rdap_client::RdapToken;
use crate::model::record::{CertificatePin, Kind, RdapClient};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::checks;
use crate::registry::operator::credential::{fingerprint, label, octets};
use crate::registry::operator::{fields, invalid};

const LIST: &str = "rdap-client list shows all";

/// `rdap-client-add`: without token and certificate.
///
/// # Errors
/// A bad field; a client of the name; one too many.
pub(crate) fn add<V: View>(view: &V, now: Timestamp, add: &RdapClientAdd) -> Result<RdapClient, OperatorRefusal> {
    fields::word("name", &add.name)?;
    if view.rdap_client(&add.name).is_some() {
        let advice = "change it with rdap-client set";
        return Err(OperatorRefusal::Exists { what: "client of RDAP", name: add.name.clone(), advice });
    }
    if view.directory(Kind::RdapClient).count() >= RDAP_CLIENTS {
        let why = format!("there are {RDAP_CLIENTS} clients of RDAP, the most there can be; remove old ones");
        return Err(OperatorRefusal::Conflict { why });
    }
    Ok(RdapClient {
        name: add.name.clone(),
        description: description(&add.description)?,
        tokens: Vec::new(),
        certificates: Vec::new(),
        purposes: purposes(&add.purposes)?,
        until: add.until_micros.map(|micros| moment(micros, now)).transpose()?,
        suspended: false,
        created: now,
        updated: None,
    })
}

/// `rdap-client-set`.
///
/// # Errors
/// A bad field; no such client; nothing to do.
pub(crate) fn set<V: View>(view: &V, now: Timestamp, set: &RdapClientSet) -> Result<RdapClient, OperatorRefusal> {
    let mut client = load(view, &set.name)?;
    let before = client.clone();
    if let Some(text) = &set.description {
        client.description = description(text)?;
    }
    if let Some(given) = &set.purposes {
        client.purposes = purposes(given)?;
    }
    match set.until_micros {
        Some(0) => client.until = None,
        Some(micros) => client.until = Some(moment(micros, now)?),
        None => {}
    }
    if client == before {
        return Err(OperatorRefusal::Unchanged { state: format!("{} is so already", set.name) });
    }
    client.updated = Some(now);
    Ok(client)
}

/// `rdap-client-add-token`. No refusal repeats the hash.
///
/// # Errors
/// No SHA-256; no such client; the token or its label is there; it is another's; one too many.
pub(crate) fn add_token<V: View>(
    view: &V,
    now: Timestamp,
    add: &RdapClientAddToken,
) -> Result<RdapClient, OperatorRefusal> {
    let mut client = load(view, &add.name)?;
    let sha256 = token_hash(&add.sha256)?;
    let label = label(&add.label)?;
    free(view, &client, "token", label, &sha256)?;
    if !label.is_empty() && client.tokens.iter().any(|token| token.label == label) {
        let advice = "give it another label";
        return Err(OperatorRefusal::Exists { what: "token", name: label.to_owned(), advice });
    }
    room(&client.name, "tokens", client.tokens.len(), RDAP_TOKENS_PER_CLIENT)?;
    client.tokens.push(RdapToken { sha256, label: label.to_owned(), added: now });
    client.updated = Some(now);
    Ok(client)
}

/// `rdap-client-remove-token`. The last one may go.
///
/// # Errors
/// Neither label nor SHA-256, or both; no such client; no such token, or several.
pub(crate) fn remove_token<V: View>(
    view: &V,
    now: Timestamp,
    remove: &RdapClientRemoveToken,
) -> Result<RdapClient, OperatorRefusal> {
    let mut client = load(view, &remove.name)?;
    let before = client.tokens.len();
    let named = match (&remove.label, &remove.sha256) {
        (Some(text), None) => {
            let label = label(text)?;
            client.tokens.retain(|token| token.label != label);
            label
        }
        (None, Some(text)) => {
            let sha256 = token_hash(text)?;
            client.tokens.retain(|token| token.sha256 != sha256);
            "of that SHA-256"
        }
        _ => return Err(invalid("label", "", "either a label or a SHA-256")),
    };
    match before - client.tokens.len() {
        0 => Err(OperatorRefusal::DoesNotExist { what: "token", name: named.to_owned(), advice: LIST }),
        1 => {
            client.updated = Some(now);
            Ok(client)
        }
        several => {
            let why = format!("{several} tokens of {} have that label; say which by its SHA-256", client.name);
            Err(OperatorRefusal::Conflict { why })
        }
    }
}

/// `rdap-client-add-cert`. It may be a registrar's too: that says nothing here.
///
/// # Errors
/// No SHA-256; no such client; the certificate is there; it is another's; one too many.
pub(crate) fn add_cert<V: View>(
    view: &V,
    now: Timestamp,
    add: &RdapClientAddCert,
) -> Result<RdapClient, OperatorRefusal> {
    let mut client = load(view, &add.name)?;
    let (sha256, label) = (fingerprint(&add.sha256)?, label(&add.label)?);
    free(view, &client, "certificate", &add.sha256, &sha256)?;
    room(&client.name, "certificates", client.certificates.len(), RDAP_CERTIFICATES_PER_CLIENT)?;
    client.certificates.push(CertificatePin { sha256, label: label.to_owned(), added: now });
    client.updated = Some(now);
    Ok(client)
}

/// `rdap-client-remove-cert`. The last one may go.
///
/// # Errors
/// No SHA-256; no such client; no such certificate.
pub(crate) fn remove_cert<V: View>(
    view: &V,
    now: Timestamp,
    remove: &RdapClientRemoveCert,
) -> Result<RdapClient, OperatorRefusal> {
    let mut client = load(view, &remove.name)?;
    let sha256 = fingerprint(&remove.sha256)?;
    let Some(place) = client.certificates.iter().position(|pin| pin.sha256 == sha256) else {
        return Err(OperatorRefusal::DoesNotExist { what: "certificate", name: remove.sha256.clone(), advice: LIST });
    };
    client.certificates.remove(place);
    client.updated = Some(now);
    Ok(client)
}

/// `rdap-client-suspend`.
///
/// # Errors
/// No such client; it is so already.
pub(crate) fn suspend<V: View>(
    view: &V,
    now: Timestamp,
    set: &RdapClientSuspend,
) -> Result<RdapClient, OperatorRefusal> {
    let mut client = load(view, &set.name)?;
    if client.suspended == set.suspended {
        let state = match set.suspended {
            true => format!("{} is suspended already", set.name),
            false => format!("{} is not suspended", set.name),
        };
        return Err(OperatorRefusal::Unchanged { state });
    }
    client.suspended = set.suspended;
    client.updated = Some(now);
    Ok(client)
}

/// `rdap-client-remove`.
///
/// # Errors
/// No such client.
pub(crate) fn remove<V: View>(view: &V, remove: &RdapClientRemove) -> Result<Change, OperatorRefusal> {
    load(view, &remove.name).map(|client| Change::DeleteRdapClient { name: client.name })
}

fn load<V: View>(view: &V, name: &str) -> Result<RdapClient, OperatorRefusal> {
    let missing = || OperatorRefusal::DoesNotExist { what: "client of RDAP", name: name.to_owned(), advice: LIST };
    view.rdap_client(name).map(checks::native::<RdapClient>).ok_or_else(missing)
}

/// That the credential is nobody's yet: whom a query is logged under must be beyond doubt.
fn free<V: View>(
    view: &V,
    client: &RdapClient,
    what: &'static str,
    shown: &str,
    sha256: &[u8; 32],
) -> Result<(), OperatorRefusal> {
    match view.rdap_client_with(sha256) {
        None => Ok(()),
        Some(owner) if owner.name == client.name => {
            Err(OperatorRefusal::Exists { what, name: shown.to_owned(), advice: "nothing needs to be done" })
        }
        Some(owner) => {
            let why = format!("the {what} is one of {}; a {what} is of one client only", owner.name);
            Err(OperatorRefusal::Conflict { why })
        }
    }
}

fn room(client: &str, what: &str, count: usize, most: usize) -> Result<(), OperatorRefusal> {
    match count < most {
        true => Ok(()),
        false => {
            Err(OperatorRefusal::Conflict { why: format!("{client} has {most} {what}, the most; remove an old one") })
        }
    }
}

/// The refusal does not repeat what was given: it may be the token.
fn token_hash(text: &str) -> Result<[u8; 32], OperatorRefusal> {
    octets(text).ok_or_else(|| invalid("sha256", "something else", "64 hexadecimal digits: SHA-256 of the token"))
}

fn description(text: &str) -> Result<String, OperatorRefusal> {
    fields::line("description", text)?.ok_or_else(|| invalid("description", text, "who that is"))
}

/// In the order of the registry, each once.
fn purposes(given: &[ByName<Purpose>]) -> Result<Vec<String>, OperatorRefusal> {
    let purposes: Purposes = given.iter().map(|purpose| purpose.0).collect();
    let names: Vec<String> = purposes.iter().map(|purpose| purpose.name().to_owned()).collect();
    if names.is_empty() { Err(invalid("purposes", "none", "one at least")) } else { Ok(names) }
}

/// A moment to come, that can be written as a date.
fn moment(micros: i64, now: Timestamp) -> Result<Timestamp, OperatorRefusal> {
    let (moment, latest) = (Timestamp::from_micros(micros).trunc_millis(), now.plus_months(12 * 100));
    match now < moment && moment <= latest {
        true => Ok(moment),
        false => Err(invalid("until", format!("{micros} microseconds"), format!("a moment from now to {latest}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::operator::OperatorCommand;
    use crate::registry::invariants;
    use crate::registry::testing::World;

    fn added(name: &str) -> RdapClientAdd {
        RdapClientAdd {
            name: name.into(),
            description: " Who it is ".into(),
            purposes: vec![ByName(Purpose::DnsTransparency), ByName(Purpose::LegalActions)],
            until_micros: None,
        }
    }

    fn token(name: &str, octet: u8, label: &str) -> OperatorCommand {
        let (name, sha256, label) = (name.into(), format!("{octet:02x}").repeat(32), label.into());
        OperatorCommand::RdapClientAddToken(RdapClientAddToken { name, sha256, label })
    }

    fn cert(name: &str, octet: u8) -> OperatorCommand {
        let (name, sha256) = (name.into(), format!("{octet:02X}").repeat(32));
        OperatorCommand::RdapClientAddCert(RdapClientAddCert { name, sha256, label: "c".into() })
    }

    /// What came of it: `done`, or the kind of refusal. No refusal of a token repeats its hash.
    fn outcome(world: &mut World, command: &OperatorCommand) -> &'static str {
        let outcome = match world.operate(command) {
            Ok(()) => "done",
            Err(OperatorRefusal::Invalid { field, .. }) => field,
            Err(OperatorRefusal::Exists { .. }) => "exists",
            Err(OperatorRefusal::DoesNotExist { .. }) => "missing",
            Err(OperatorRefusal::Unchanged { .. }) => "unchanged",
            Err(_) => "conflict",
        };
        invariants::check(&world.memory, world.now).expect("whole");
        outcome
    }

    #[test]
    fn clients_are_added_and_set_with_good_values_only() {
        let mut world = World::new();
        type Edit = fn(&mut RdapClientAdd);
        for (edit, expected) in [
            ((|_| ()) as Edit, "done"),
            (|_| (), "exists"),
            (|add| add.name = "No Name".into(), "name"),
            (|add| (add.name, add.description) = ("b".into(), " ".into()), "description"),
            (|add| (add.name, add.purposes) = ("b".into(), Vec::new()), "purposes"),
            (|add| (add.name, add.until_micros) = ("b".into(), Some(1)), "until"),
        ] {
            let mut add = added("a");
            edit(&mut add);
            assert_eq!(outcome(&mut world, &OperatorCommand::RdapClientAdd(add)), expected);
        }
        let client = checks::native::<RdapClient>(world.memory.rdap_client("a").expect("added"));
        assert_eq!((client.description.as_str(), client.until), ("Who it is", None));
        assert_eq!(client.purposes, ["legalActions", "dnsTransparency"]);
        let until = world.now.plus_days(1).trunc_millis();
        let set = RdapClientSet { name: "a".into(), until_micros: Some(until.micros()), ..Default::default() };
        for (set, expected) in [
            (set.clone(), "done"),
            (set.clone(), "unchanged"),
            (RdapClientSet { name: "b".into(), ..set.clone() }, "missing"),
            (RdapClientSet { purposes: Some(Vec::new()), ..set.clone() }, "purposes"),
            (RdapClientSet { description: Some("\n".into()), ..set.clone() }, "description"),
        ] {
            assert_eq!(outcome(&mut world, &OperatorCommand::RdapClientSet(set)), expected);
        }
        assert_eq!(world.memory.rdap_client("a").expect("there").until.as_ref().map(|at| at.get()), Some(until));
        let never = RdapClientSet { until_micros: Some(0), ..set };
        assert_eq!(outcome(&mut world, &OperatorCommand::RdapClientSet(never)), "done");
        assert!(world.memory.rdap_client("a").expect("there").until.is_none());
    }

    #[test]
    fn a_credential_is_of_one_client_and_leads_to_it_while_it_is_there() {
        let mut world = World::new();
        for name in ["a", "b"] {
            assert_eq!(outcome(&mut world, &OperatorCommand::RdapClientAdd(added(name))), "done");
        }
        for (command, expected) in [
            (token("a", 1, ""), "done"),
            (token("a", 1, "x"), "exists"),
            (token("a", 2, "x"), "done"),
            (token("a", 3, "x"), "exists"),
            (token("b", 1, ""), "conflict"),
            (token("b", 4, ""), "done"),
            (token("c", 5, ""), "missing"),
            (token("a", 5, &"l".repeat(65)), "label"),
            (cert("a", 6), "done"),
            (cert("a", 6), "exists"),
            (cert("b", 6), "conflict"),
            (token("a", 7, ""), "done"),
        ] {
            assert_eq!(outcome(&mut world, &command), expected, "{command:?}");
        }
        let owner = |world: &World, octet: u8| {
            world.memory.rdap_client_with(&[octet; 32]).map(|client| client.name.to_string())
        };
        let owners: Vec<_> = (1..8).map(|octet| owner(&world, octet)).collect();
        let (a, b) = (Some("a".to_owned()), Some("b".to_owned()));
        assert_eq!(owners, [a.clone(), a.clone(), None, b.clone(), None, a.clone(), a.clone()]);
        let remove = |label: Option<&str>, sha256: Option<String>| {
            OperatorCommand::RdapClientRemoveToken(RdapClientRemoveToken {
                name: "a".into(),
                label: label.map(str::to_owned),
                sha256,
            })
        };
        for (command, expected) in [
            (remove(None, None), "label"),
            (remove(Some("y"), None), "missing"),
            (remove(Some(""), None), "conflict"),
            (remove(Some("x"), None), "done"),
            (remove(None, Some("07".repeat(32))), "done"),
            (remove(None, Some("07".repeat(32))), "missing"),
            (remove(None, Some("dmsd_secret".into())), "sha256"),
        ] {
            assert_eq!(outcome(&mut world, &command), expected, "{command:?}");
        }
        let refused = world.operate(&remove(None, Some("dmsd_secret".into()))).expect_err("no hash").to_string();
        assert!(!refused.contains("dmsd_secret"), "{refused}");
        let cert = RdapClientRemoveCert { name: "a".into(), sha256: "06".repeat(32) };
        assert_eq!(outcome(&mut world, &OperatorCommand::RdapClientRemoveCert(cert.clone())), "done");
        assert_eq!(outcome(&mut world, &OperatorCommand::RdapClientRemoveCert(cert)), "missing");
        let owners: Vec<_> = (1..8).map(|octet| owner(&world, octet)).collect();
        assert_eq!(owners, [a, None, None, b, None, None, None]);
        assert_eq!(outcome(&mut world, &token("b", 2, "")), "done");
        let gone = OperatorCommand::RdapClientRemove(RdapClientRemove { name: "b".into() });
        assert_eq!(outcome(&mut world, &gone), "done");
        assert_eq!(outcome(&mut world, &gone), "missing");
        assert_eq!((owner(&world, 2), owner(&world, 4)), (None, None));
    }

    #[test]
    fn there_are_so_many_clients_and_credentials_and_no_more() {
        let mut world = World::new();
        world.operate(&OperatorCommand::RdapClientAdd(added("a"))).expect("good");
        for octet in 0..16 {
            world.operate(&token("a", octet, "")).expect("room");
            world.operate(&cert("a", 100 + octet)).expect("room");
        }
        assert_eq!(outcome(&mut world, &token("a", 50, "")), "conflict");
        assert_eq!(outcome(&mut world, &cert("a", 50)), "conflict");
        for number in 1..RDAP_CLIENTS {
            world.operate(&OperatorCommand::RdapClientAdd(added(&format!("a{number}")))).expect("room");
        }
        assert_eq!(outcome(&mut world, &OperatorCommand::RdapClientAdd(added("b"))), "conflict");
    }

    #[test]
    fn a_client_is_suspended_once_and_back_once() {
        let mut world = World::new();
        world.operate(&OperatorCommand::RdapClientAdd(added("a"))).expect("good");
        let suspend = |suspended| OperatorCommand::RdapClientSuspend(RdapClientSuspend { name: "a".into(), suspended });
        for (suspended, expected) in [(false, "unchanged"), (true, "done"), (true, "unchanged"), (false, "done")] {
            assert_eq!(outcome(&mut world, &suspend(suspended)), expected);
            assert_eq!(world.memory.rdap_client("a").expect("there").suspended, suspended);
        }
    }
}
