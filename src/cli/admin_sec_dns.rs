//! What `tld add` and `tld set` say about DNSSEC data (RFC 5910).

use clap::Args;

use super::admin_args::named;
use crate::model::operator::{ByName, TldSecDns};
use crate::model::sec_dns::SecDnsInterface;

/// What a TLD takes of DNSSEC data. Lists are numbers of IANA's registries; an empty one (`--secdns-refuse-digests=`) is given
/// with an equals sign.
#[derive(Clone, Debug, Default, PartialEq, Args)]
pub(super) struct SecDnsRules {
    /// Which interface of RFC 5910 clients have: ds (DS data) or key (keys, which DS records are made from) [ds for a new TLD].
    #[arg(long, value_name = "INTERFACE", value_parser = named::<SecDnsInterface>)]
    secdns: Option<ByName<SecDnsInterface>>,
    /// Algorithms to refuse [1,3,5,6,7,12 for a new TLD].
    #[arg(long, value_name = "NUMBERS", value_parser = numbers)]
    secdns_refuse_algorithms: Option<Numbers>,
    /// Digest types to refuse [1,3 for a new TLD].
    #[arg(long, value_name = "NUMBERS", value_parser = numbers)]
    secdns_refuse_digests: Option<Numbers>,
    /// Digest types of the DS records that are made from keys: 2 (SHA-256), 4 (SHA-384) or both [2 for a new TLD].
    #[arg(long, value_name = "NUMBERS", value_parser = numbers)]
    secdns_make_digests: Option<Numbers>,
    /// Records that a domain has at most; 0: none are taken [8 for a new TLD].
    #[arg(long, value_name = "N")]
    secdns_most: Option<u32>,
    /// Longest maxSigLife to take; 0: none is taken [0 for a new TLD].
    #[arg(long, value_name = "SECONDS")]
    secdns_max_sig_life: Option<u32>,
    /// Whether urgent updates are served [false for a new TLD].
    #[arg(long, value_name = "true|false")]
    secdns_urgent: Option<bool>,
}

/// A list that is one value on the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Numbers(Vec<u8>);

fn numbers(text: &str) -> Result<Numbers, String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let numbers = parts.map(|part| part.parse().map_err(|_| format!("expected numbers up to 255, found {part:?}")));
    numbers.collect::<Result<_, _>>().map(Numbers)
}

impl SecDnsRules {
    pub(super) fn rules(self) -> TldSecDns {
        let list = |numbers: Option<Numbers>| numbers.map(|numbers| numbers.0);
        TldSecDns {
            interface: self.secdns,
            refused_algorithms: list(self.secdns_refuse_algorithms),
            refused_digests: list(self.secdns_refuse_digests),
            made_digests: list(self.secdns_make_digests),
            most: self.secdns_most,
            most_sig_life: self.secdns_max_sig_life,
            urgent: self.secdns_urgent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_numbers_between_commas() {
        assert_eq!(numbers("1, 3,255"), Ok(Numbers(vec![1, 3, 255])));
        assert_eq!(numbers(""), Ok(Numbers::default()));
        for bad in ["256", "-1", "a", "1;2"] {
            assert!(numbers(bad).is_err(), "{bad}");
        }
    }
}
