//! The `secureDNS` member of a domain (RFC 9083, section 5.3).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::model::dnssec;
use crate::model::sec_dns::{ArchivedKeyData, ArchivedSecDns, DsData};
use crate::rdap::json::Json;

/// The member's value. Whether the zone of an unsigned delegation is signed, a registry does not know; a DS record says that
/// it is (RFC 5910, section 3.1).
pub(super) fn write(json: &mut Json, held: Option<&ArchivedSecDns>, ds: &[DsData]) {
    json.object(|json| {
        let Some(held) = held else { return json.name("delegationSigned").boolean(false) };
        json.name("zoneSigned").boolean(true);
        json.name("delegationSigned").boolean(true);
        if let Some(seconds) = held.max_sig_life.as_ref() {
            json.name("maxSigLife").number(seconds.to_native());
        }
        if !ds.is_empty() {
            json.name("dsData").array(|json| ds.iter().for_each(|ds| ds_data(json, ds)));
        }
        let beside = held.ds.iter().filter_map(|ds| ds.key.as_ref());
        let mut keys = held.keys.iter().chain(beside).peekable();
        if keys.peek().is_some() {
            json.name("keyData").array(|json| keys.for_each(|key| key_data(json, key)));
        }
    });
}

fn ds_data(json: &mut Json, ds: &DsData) {
    json.object(|json| {
        json.name("keyTag").number(ds.key_tag.into());
        json.name("algorithm").number(ds.algorithm.into());
        json.name("digest").string(&dnssec::hex(&ds.digest));
        json.name("digestType").number(ds.digest_type.into());
    });
}

fn key_data(json: &mut Json, key: &ArchivedKeyData) {
    json.object(|json| {
        json.name("flags").number(key.flags.to_native().into());
        json.name("protocol").number(key.protocol.into());
        json.name("publicKey").string(&STANDARD.encode(&key.public_key));
        json.name("algorithm").number(key.algorithm.into());
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sec_dns::{KeyData, SecDns, SecDnsPolicy};

    /// What a key's domain shows: the key, and the DS records that the zone has of it.
    #[test]
    fn keys_are_shown_with_the_records_that_are_made_of_them() {
        let key = KeyData { flags: 257, protocol: 3, algorithm: 15, public_key: vec![7; 32] };
        let held = SecDns { keys: vec![key.clone()], ..SecDns::default() };
        let policy = SecDnsPolicy { made_digests: vec![2, 4], ..SecDnsPolicy::default() };
        let archive = |held: &SecDns| rkyv::to_bytes::<rkyv::rancor::Error>(held).expect("data");
        let (held, policy) = (archive(&held), rkyv::to_bytes::<rkyv::rancor::Error>(&policy).expect("data"));
        let held = rkyv::access::<ArchivedSecDns, rkyv::rancor::Error>(&held).expect("sound");
        let policy = rkyv::access::<_, rkyv::rancor::Error>(&policy).expect("sound");
        let ds = dnssec::ds_records("a.test", held, policy);
        assert_eq!(ds, [2, 4].map(|digest| DsData::of_key("a.test", &key, digest).expect("made here")));
        let mut json = Json::with_capacity(0);
        write(&mut json, Some(held), &ds);
        let text = String::from_utf8(json.into_parts().0).expect("UTF-8");
        let digests = [&ds[0], &ds[1]].map(|ds| {
            let (tag, digest) = (ds.key_tag, dnssec::hex(&ds.digest));
            format!(r#"{{"keyTag":{tag},"algorithm":15,"digest":"{digest}","digestType":{}}}"#, ds.digest_type)
        });
        let expected = format!(
            r#"{{"zoneSigned":true,"delegationSigned":true,"dsData":[{}],"keyData":[{{"flags":257,"protocol":3,"publicKey":"{}","algorithm":15}}]}}"#,
            digests.join(","),
            STANDARD.encode([7; 32]),
        );
        assert_eq!(text, expected);
    }
}
