//! DNSSEC data of a domain (RFC 5910): what a TLD takes of it, for `domain:create` and `domain:update`.
//!
//! # Result codes
//! - 2003: a `secDNS:update` without rem, add and chg
//! - 2004: a protocol other than 3
//! - 2005: a digest or a key that is not of the form its type or algorithm gives
//! - 2102: `maxSigLife` or `urgent` where the TLD serves none
//! - 2306: the interface that the TLD does not have; an algorithm or a digest type that is unknown or refused; flags of no
//!   zone key; a key that is not the one of its DS data; a record that is added and there, or removed and not there, or
//!   named twice; too many records; a `maxSigLife` that is too long, or is added beside one, or has no records

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::model::dnssec::{self, MADE_DIGESTS, hex};
use crate::model::record::ArchivedTld;
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::sec_dns::{
    ArchivedSecDnsPolicy, DsData, KeyData, SecDns, SecDnsData, SecDnsInterface, SecDnsRecords, SecDnsRemoval,
    SecDnsUpdate,
};

const UPDATE: Element = Element::sec_dns("update");
const MAX_SIG_LIFE: Element = Element::sec_dns("maxSigLife");
const DS_DATA: Element = Element::sec_dns("dsData");
const KEY_DATA: Element = Element::sec_dns("keyData");
const KEY_TAG: Element = Element::sec_dns("keyTag");
const ALGORITHM: Element = Element::sec_dns("alg");
const DIGEST_TYPE: Element = Element::sec_dns("digestType");
const DIGEST: Element = Element::sec_dns("digest");
const FLAGS: Element = Element::sec_dns("flags");
const PROTOCOL: Element = Element::sec_dns("protocol");
const PUBLIC_KEY: Element = Element::sec_dns("pubKey");

/// Flags of a zone key without and with the SEP bit (RFC 4034, section 2.1.1). All other bits are reserved, but for REVOKE (RFC
/// 5011, section 3), and a revoked key is no way into a zone.
const ZONE_KEYS: [u16; 2] = [256, 257];

/// The data of a new domain.
///
/// # Errors
/// See the table above.
pub(super) fn created(tld: &ArchivedTld, name: &str, data: &SecDnsData) -> Result<Box<SecDns>, Refusal> {
    let rules = Rules { policy: &tld.sec_dns, name };
    let mut held = SecDns { max_sig_life: rules.max_sig_life(data.max_sig_life)?, ..SecDns::default() };
    rules.add(&mut held, &data.records)?;
    Ok(Box::new(held))
}

/// The data of a domain after the update; none when no record is left.
///
/// # Errors
/// See the table above.
pub(super) fn updated(
    tld: &ArchivedTld,
    name: &str,
    held: Option<Box<SecDns>>,
    update: &SecDnsUpdate,
) -> Result<Option<Box<SecDns>>, Refusal> {
    let rules = Rules { policy: &tld.sec_dns, name };
    if update.rem.is_none() && update.add.is_none() && update.chg.is_none() {
        // Section 5.2.5: "At least one <secDNS:add>, <secDNS:rem>, or <secDNS:chg> element MUST be provided."
        return Err(Refusal::MissingParameter(Fault::new(UPDATE, "", "rem, add or chg must be there")));
    }
    if update.urgent && !rules.policy.urgent {
        let reason = "urgent updates are not served: every update is done at once";
        return Err(Refusal::UnimplementedOption(Fault::new(UPDATE, "true", reason)));
    }
    let mut held = held.unwrap_or_default();
    // "The server MUST first remove the existing elements prior to adding the new elements."
    if let Some(removal) = &update.rem {
        rules.remove(&mut held, removal)?;
    }
    let is_replaced = held.ds.is_empty() && held.keys.is_empty();
    if let Some(data) = &update.add {
        // It goes with the last record: whoever replaces all records may give another one with them.
        if let (Some(_), Some(seconds), false) = (held.max_sig_life, data.max_sig_life, is_replaced) {
            return refuse(MAX_SIG_LIFE, seconds.to_string(), "the domain has one already: chg changes it");
        }
        held.max_sig_life = rules.max_sig_life(data.max_sig_life)?.or(held.max_sig_life);
        rules.add(&mut held, &data.records)?;
    }
    let changed = rules.max_sig_life(update.chg.as_ref().and_then(|chg| chg.max_sig_life))?;
    let is_empty = held.ds.is_empty() && held.keys.is_empty();
    match changed {
        // It is about the signature over the DS records (section 3.3), and goes with the last of them.
        None if is_empty => return Ok(None),
        Some(seconds) if is_empty => {
            return refuse(MAX_SIG_LIFE, seconds.to_string(), "the domain has no records that it could be about");
        }
        None => {}
        Some(_) => held.max_sig_life = changed,
    }
    Ok(Some(held))
}

fn refuse<T>(element: Element, value: String, reason: impl Into<std::borrow::Cow<'static, str>>) -> Result<T, Refusal> {
    Err(Refusal::Policy(Fault::new(element, value, reason)))
}

/// What a TLD takes for a name.
struct Rules<'a> {
    policy: &'a ArchivedSecDnsPolicy,
    name: &'a str,
}

impl Rules<'_> {
    /// "If the server does not support the <secDNS:maxSigLife> element, a 2102 error MUST be returned" (section 5.2.1); a
    /// value "can be rejected" (section 9).
    fn max_sig_life(&self, given: Option<u32>) -> Result<Option<u32>, Refusal> {
        let most = self.policy.most_sig_life.to_native();
        match given {
            Some(seconds) if most == 0 => {
                let fault = Fault::new(MAX_SIG_LIFE, seconds.to_string(), "signatures last as the registry decides");
                Err(Refusal::UnimplementedOption(fault))
            }
            Some(seconds) if seconds > most => {
                refuse(MAX_SIG_LIFE, seconds.to_string(), format!("{most} seconds at most"))
            }
            given => Ok(given),
        }
    }

    /// "The server MUST return an EPP error result code of 2306 if the server receives a command using an unsupported
    /// interface" (section 4), also for a removal: what is left of another interface goes with `rem all`.
    fn has_interface(&self, records: &SecDnsRecords) -> Result<(), Refusal> {
        match (self.policy.interface.get(), records) {
            (SecDnsInterface::Ds, SecDnsRecords::Ds(_)) | (SecDnsInterface::Key, SecDnsRecords::Keys(_)) => Ok(()),
            (SecDnsInterface::Ds, SecDnsRecords::Keys(_)) => {
                refuse(KEY_DATA, String::new(), "this TLD has the DS data interface")
            }
            (SecDnsInterface::Key, SecDnsRecords::Ds(_)) => {
                refuse(DS_DATA, String::new(), "this TLD has the key data interface")
            }
        }
    }

    fn remove(&self, held: &mut SecDns, removal: &SecDnsRemoval) -> Result<(), Refusal> {
        const ABSENT: &str = "a record to be removed must be there";
        match removal {
            SecDnsRemoval::All(false) => {}
            SecDnsRemoval::All(true) => {
                held.ds.clear();
                held.keys.clear();
            }
            SecDnsRemoval::Records(records) => {
                self.has_interface(records)?;
                match records {
                    SecDnsRecords::Ds(records) => {
                        for ds in records {
                            let Some(place) = held.ds.iter().position(|known| same(known, ds)) else {
                                return refuse(DIGEST, hex(&ds.digest), ABSENT);
                            };
                            held.ds.remove(place);
                        }
                    }
                    SecDnsRecords::Keys(records) => {
                        for key in records {
                            let Some(place) = held.keys.iter().position(|known| known == key) else {
                                return refuse(PUBLIC_KEY, STANDARD.encode(&key.public_key), ABSENT);
                            };
                            held.keys.remove(place);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn add(&self, held: &mut SecDns, records: &SecDnsRecords) -> Result<(), Refusal> {
        const THERE: &str = "the domain has this record already";
        const OTHER: &str = "the domain has data of the other interface: rem all removes it";
        self.has_interface(records)?;
        match records {
            SecDnsRecords::Ds(_) if !held.keys.is_empty() => return refuse(DS_DATA, String::new(), OTHER),
            SecDnsRecords::Keys(_) if !held.ds.is_empty() => return refuse(KEY_DATA, String::new(), OTHER),
            SecDnsRecords::Ds(records) => {
                for ds in records {
                    self.judge_ds(ds)?;
                    if held.ds.iter().any(|known| same(known, ds)) {
                        return refuse(DIGEST, hex(&ds.digest), THERE);
                    }
                    held.ds.push(ds.clone());
                }
            }
            SecDnsRecords::Keys(records) => {
                for key in records {
                    self.judge_key(key)?;
                    if held.keys.contains(key) {
                        return refuse(PUBLIC_KEY, STANDARD.encode(&key.public_key), THERE);
                    }
                    held.keys.push(key.clone());
                }
            }
        }
        let (count, most) = (held.ds.len() + held.keys.len(), self.policy.most.to_native());
        if count > usize::try_from(most).unwrap_or(usize::MAX) {
            let element = if held.ds.is_empty() { KEY_DATA } else { DS_DATA };
            return refuse(element, String::new(), format!("{most} records at most, not {count}"));
        }
        Ok(())
    }

    fn judge_ds(&self, ds: &DsData) -> Result<(), Refusal> {
        self.algorithm(ds.algorithm)?;
        let number = ds.digest_type;
        let Some(digest) = dnssec::digest_type(number) else {
            return refuse(DIGEST_TYPE, number.to_string(), "no digest type that IANA lists");
        };
        if self.policy.refused_digests.contains(&number) {
            return refuse(DIGEST_TYPE, number.to_string(), format!("{} is not taken", digest.name));
        }
        let found = ds.digest.len();
        if found != digest.octets {
            let reason = format!("a digest of {} has {} octets, this one {found}", digest.name, digest.octets);
            return Err(Refusal::ValueSyntax(Fault::new(DIGEST, hex(&ds.digest), reason)));
        }
        match &ds.key {
            None => Ok(()),
            Some(key) => self.judge_pair(ds, key),
        }
    }

    /// Key data that comes with DS data is "for use in server validation" (section 4.1). What is of a digest type that is
    /// not made here cannot be made again, and is held against algorithm and key tag alone.
    fn judge_pair(&self, ds: &DsData, key: &KeyData) -> Result<(), Refusal> {
        self.judge_key(key)?;
        if key.algorithm != ds.algorithm {
            let reason = format!("the key has algorithm {}", key.algorithm);
            return refuse(ALGORITHM, ds.algorithm.to_string(), reason);
        }
        let tag = key.tag();
        if tag != ds.key_tag {
            return refuse(KEY_TAG, ds.key_tag.to_string(), format!("the tag of the key is {tag}"));
        }
        if MADE_DIGESTS.contains(&ds.digest_type)
            && DsData::of_key(self.name, key, ds.digest_type).is_none_or(|made| made.digest != ds.digest)
        {
            return refuse(DIGEST, hex(&ds.digest), "no digest of the key at this name");
        }
        Ok(())
    }

    fn judge_key(&self, key: &KeyData) -> Result<(), Refusal> {
        if !ZONE_KEYS.contains(&key.flags) {
            return refuse(FLAGS, key.flags.to_string(), "256 or 257: a zone key, not revoked");
        }
        if key.protocol != 3 {
            // RFC 4034, section 2.1.2: "The Protocol Field MUST have value 3".
            return Err(Refusal::ValueRange(Fault::new(PROTOCOL, key.protocol.to_string(), "3 expected")));
        }
        match self.algorithm(key.algorithm)?.key_fault(&key.public_key) {
            None => Ok(()),
            Some(reason) => Err(Refusal::ValueSyntax(Fault::new(PUBLIC_KEY, STANDARD.encode(&key.public_key), reason))),
        }
    }

    fn algorithm(&self, number: u8) -> Result<&'static dnssec::Algorithm, Refusal> {
        let Some(algorithm) = dnssec::algorithm(number) else {
            return refuse(ALGORITHM, number.to_string(), "no algorithm that IANA lists for signing zones");
        };
        if self.policy.refused_algorithms.contains(&number) {
            return refuse(ALGORITHM, number.to_string(), format!("{} is not taken", algorithm.name));
        }
        Ok(algorithm)
    }
}

/// Whether it is the same DS record: "all four elements" define it (section 5.2.5), and not the key beside them.
fn same(one: &DsData, other: &DsData) -> bool {
    (one.key_tag, one.algorithm, one.digest_type) == (other.key_tag, other.algorithm, other.digest_type)
        && one.digest == other.digest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::command::{DomainCreate, Transform};
    use crate::model::record::{Domain, Tld};
    use crate::model::sec_dns::{SecDnsChange, SecDnsPolicy};
    use crate::model::transaction::Change;
    use crate::model::view::View;
    use crate::registry::domain::fixture::{delete, domain, minimum, update, world};
    use crate::registry::testing::{A, World};
    use crate::registry::{checks, invariants};

    const NAME: &str = "new.test";

    fn key(octet: u8) -> KeyData {
        KeyData { flags: 257, protocol: 3, algorithm: 15, public_key: vec![octet; 32] }
    }

    fn ds(octet: u8) -> DsData {
        DsData::of_key(NAME, &key(octet), 2).expect("made here")
    }

    /// A world whose TLD test has this policy, with a new domain that has this data.
    fn world_with(policy: SecDnsPolicy, data: SecDnsData) -> World {
        let mut world = world();
        let tld = checks::native::<Tld>(world.memory.tld("test").expect("there"));
        world.put(vec![Change::PutTld(Tld { sec_dns: policy, ..tld })]);
        let create = DomainCreate { sec_dns: Some(data), ..minimum(NAME) };
        assert_eq!(world.code(A, &Transform::DomainCreate(create)), 1000);
        world
    }

    fn lasting() -> SecDnsPolicy {
        SecDnsPolicy { most_sig_life: 1000, ..SecDnsPolicy::default() }
    }

    fn of_ds(max_sig_life: Option<u32>, octets: &[u8]) -> SecDnsData {
        SecDnsData { max_sig_life, records: SecDnsRecords::Ds(octets.iter().map(|octet| ds(*octet)).collect()) }
    }

    /// What is held after the update, or the code of its refusal.
    fn after(world: &mut World, change: SecDnsUpdate) -> Result<Option<SecDns>, u16> {
        let before = domain(world, NAME).sec_dns;
        let code = world.code(A, &update(NAME, |update| update.sec_dns = Some(change)));
        invariants::check(&world.memory, world.now).expect("whole");
        let held = domain(world, NAME).sec_dns;
        if code == 1000 {
            return Ok(held.map(|held| *held));
        }
        assert_eq!(held, before, "a refusal changes nothing");
        Err(code)
    }

    fn rem(octets: &[u8]) -> Option<SecDnsRemoval> {
        Some(SecDnsRemoval::Records(of_ds(None, octets).records))
    }

    fn held(max_sig_life: Option<u32>, octets: &[u8]) -> Result<Option<SecDns>, u16> {
        Ok(Some(SecDns { max_sig_life, ds: octets.iter().map(|octet| ds(*octet)).collect(), keys: Vec::new() }))
    }

    #[test]
    fn removals_come_before_additions_and_changes() {
        let mut world = world_with(lasting(), of_ds(Some(500), &[1, 2]));
        let none = SecDnsUpdate::default;
        assert_eq!(
            after(&mut world, SecDnsUpdate { rem: rem(&[1]), add: Some(of_ds(None, &[3, 1])), ..none() }),
            held(Some(500), &[2, 3, 1])
        );
        let all = |all| Some(SecDnsRemoval::All(all));
        assert_eq!(after(&mut world, SecDnsUpdate { rem: all(false), ..none() }), held(Some(500), &[2, 3, 1]));
        assert_eq!(after(&mut world, SecDnsUpdate { rem: rem(&[4]), ..none() }), Err(2306));
        assert_eq!(after(&mut world, SecDnsUpdate { rem: rem(&[1, 1]), ..none() }), Err(2306));
        assert_eq!(after(&mut world, SecDnsUpdate { add: Some(of_ds(None, &[4, 2])), ..none() }), Err(2306));
        assert_eq!(after(&mut world, SecDnsUpdate { add: Some(of_ds(Some(7), &[4])), ..none() }), Err(2306));
        let chg = |max_sig_life| Some(SecDnsChange { max_sig_life });
        assert_eq!(after(&mut world, SecDnsUpdate { chg: chg(None), ..none() }), held(Some(500), &[2, 3, 1]));
        assert_eq!(after(&mut world, SecDnsUpdate { chg: chg(Some(1000)), ..none() }), held(Some(1000), &[2, 3, 1]));
        assert_eq!(after(&mut world, SecDnsUpdate { chg: chg(Some(1001)), ..none() }), Err(2306));
        let replaced = SecDnsUpdate { rem: all(true), add: Some(of_ds(None, &[3])), ..none() };
        assert_eq!(after(&mut world, replaced), held(Some(1000), &[3]));
        for (removal, seconds, octet) in [(all(true), 900, 5), (rem(&[5]), 1000, 3)] {
            let replaced = SecDnsUpdate { rem: removal, add: Some(of_ds(Some(seconds), &[octet])), ..none() };
            assert_eq!(after(&mut world, replaced), held(Some(seconds), &[octet]));
        }
        let too_long = SecDnsUpdate { rem: all(true), add: Some(of_ds(Some(1001), &[3])), ..none() };
        assert_eq!(after(&mut world, too_long), Err(2306));
        assert_eq!(after(&mut world, SecDnsUpdate { rem: all(true), chg: chg(Some(1)), ..none() }), Err(2306));
        assert_eq!(after(&mut world, SecDnsUpdate { rem: rem(&[3]), ..none() }), Ok(None));
        assert_eq!(after(&mut world, SecDnsUpdate { rem: all(true), ..none() }), Ok(None));
        assert_eq!(after(&mut world, SecDnsUpdate { chg: chg(Some(1)), ..none() }), Err(2306));
        assert_eq!(after(&mut world, SecDnsUpdate { add: Some(of_ds(Some(7), &[4])), ..none() }), held(Some(7), &[4]));
    }

    #[test]
    fn a_record_is_the_same_whatever_key_stands_beside_it() {
        let mut world = world_with(SecDnsPolicy::default(), of_ds(None, &[1]));
        let with_key = DsData { key: Some(key(1)), ..ds(1) };
        let records = || SecDnsRecords::Ds(vec![with_key.clone()]);
        let add = SecDnsData { max_sig_life: None, records: records() };
        assert_eq!(after(&mut world, SecDnsUpdate { add: Some(add.clone()), ..SecDnsUpdate::default() }), Err(2306));
        let replace =
            SecDnsUpdate { rem: Some(SecDnsRemoval::Records(records())), add: Some(add), ..SecDnsUpdate::default() };
        let expected = SecDns { ds: vec![with_key.clone()], ..SecDns::default() };
        assert_eq!(after(&mut world, replace), Ok(Some(expected)));
    }

    #[test]
    fn the_data_stays_as_long_as_the_domain() {
        let mut world = world_with(SecDnsPolicy::default(), of_ds(None, &[1]));
        let held = || Some(Box::new(SecDns { ds: vec![ds(1)], ..SecDns::default() }));
        world.pass(world.now.plus_days(10));
        assert_eq!(world.code(A, &delete(NAME)), 1001);
        assert_eq!(domain(&world, NAME).sec_dns, held());
        world.pass(world.now.plus_days(34));
        assert_eq!(domain(&world, NAME).sec_dns, held());
        world.pass(world.now.plus_days(2));
        assert!(world.memory.domain(NAME).is_none(), "purged");
    }

    #[test]
    fn the_check_of_the_whole_registry_finds_what_cannot_be() {
        let broken = [
            SecDns::default(),
            SecDns { ds: vec![ds(1)], keys: vec![key(1)], ..SecDns::default() },
            SecDns { ds: vec![ds(1), DsData { key: Some(key(1)), ..ds(1) }], ..SecDns::default() },
            SecDns { keys: vec![key(1), key(2), key(1)], ..SecDns::default() },
        ];
        for held in broken {
            let mut world = world_with(SecDnsPolicy::default(), of_ds(None, &[1]));
            let torn = Domain { sec_dns: Some(Box::new(held.clone())), ..domain(&world, NAME) };
            world.put(vec![Change::PutDomain(torn)]);
            assert!(invariants::check(&world.memory, world.now).is_err(), "{held:?}");
        }
    }

    #[test]
    fn a_domain_goes_from_one_interface_to_the_other_at_once() {
        let mut world = world_with(SecDnsPolicy::default(), of_ds(None, &[1]));
        let tld = checks::native::<Tld>(world.memory.tld("test").expect("there"));
        let policy = SecDnsPolicy { interface: SecDnsInterface::Key, ..SecDnsPolicy::default() };
        world.put(vec![Change::PutTld(Tld { sec_dns: policy, ..tld })]);
        let add = || Some(SecDnsData { max_sig_life: None, records: SecDnsRecords::Keys(vec![key(1)]) });
        assert_eq!(after(&mut world, SecDnsUpdate { add: add(), ..SecDnsUpdate::default() }), Err(2306));
        assert_eq!(after(&mut world, SecDnsUpdate { rem: rem(&[1]), ..SecDnsUpdate::default() }), Err(2306));
        let expected = SecDns { keys: vec![key(1)], ..SecDns::default() };
        let all = Some(SecDnsRemoval::All(true));
        assert_eq!(
            after(&mut world, SecDnsUpdate { rem: all, add: add(), ..SecDnsUpdate::default() }),
            Ok(Some(expected))
        );
    }
}
