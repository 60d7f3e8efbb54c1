//! Which strangers look like registrars: their certificates, their networks, and where they logged in from before. Under
//! attack they go first; nothing else depends on it, and it proves nothing.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::base::limits::KNOWN_LOGIN_NETWORKS;
use crate::base::network::{Network, NetworkSet, network};
use crate::model::record::Kind;
use crate::model::view::View;

/// How old what was read of the registrars' records may be.
const FRESH: Duration = Duration::from_secs(2);

/// Shared by all shards.
#[derive(Default)]
pub(super) struct Known {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    read: Option<Instant>,
    certificates: HashSet<[u8; 32]>,
    networks: NetworkSet,
    /// Networks (IPv4 /32, IPv6 /64) that somebody logged in from since the start.
    logins: HashSet<IpAddr>,
}

impl Known {
    /// Whether a connection from that address may well be a registrar's.
    pub(super) fn address(&self, view: &impl View, address: IpAddr) -> bool {
        let inner = self.fresh(view);
        inner.logins.contains(&network(address)) || inner.networks.contains(address)
    }

    /// Whether some registrar may show the certificate with that SHA-256.
    pub(super) fn certificate(&self, view: &impl View, sha256: &[u8; 32]) -> bool {
        self.fresh(view).certificates.contains(sha256)
    }

    /// Somebody has logged in from that address.
    pub(super) fn logged_in(&self, address: IpAddr) {
        let mut inner = self.lock();
        if inner.logins.len() >= KNOWN_LOGIN_NETWORKS {
            inner.logins.clear();
        }
        inner.logins.insert(network(address));
    }

    fn fresh(&self, view: &impl View) -> MutexGuard<'_, Inner> {
        let mut inner = self.lock();
        if inner.read.is_none_or(|read| read.elapsed() >= FRESH) {
            inner.read(view);
        }
        inner
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Whatever is half read after a panic is read again.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn read(&mut self, view: &impl View) {
        self.certificates.clear();
        self.networks = NetworkSet::default();
        for registrar in view.directory(Kind::Registrar).filter_map(|clid| view.registrar(clid)) {
            if registrar.suspended {
                continue;
            }
            self.certificates.extend(registrar.certificates.iter().map(|pin| pin.sha256));
            let networks = registrar.networks.iter().filter_map(|text| Network::parse(text));
            networks.for_each(|network| self.networks.insert(network));
        }
        self.read = Some(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::memory::Memory;
    use crate::model::record::CertificatePin;
    use crate::model::transaction::Change;
    use crate::registry::testing;

    #[test]
    fn registrars_are_known_by_certificate_network_and_earlier_login() {
        let now = crate::base::timestamp::Timestamp::default();
        let mut one = testing::registrar("one", 1, now);
        one.networks = vec!["192.0.2.0/24".into()];
        one.certificates = vec![CertificatePin { sha256: [1; 32], label: String::new(), added: now }];
        let mut two = testing::registrar("two", 2, now);
        two.suspended = true;
        two.networks = vec!["198.51.100.0/24".into()];
        two.certificates = vec![CertificatePin { sha256: [2; 32], label: String::new(), added: now }];
        let mut view = Memory::default();
        for registrar in [one, two] {
            let changes = [Change::PutRegistrar(registrar).seal()];
            let derived = crate::model::fold::fold(&view, &changes).expect("records");
            changes.into_iter().chain(derived).for_each(|change| view.apply(change));
        }
        let known = Known::default();
        let address = |text: &str| known.address(&view, text.parse().expect("an address"));
        assert!(address("192.0.2.77") && !address("198.51.100.1") && !address("2001:db8::1"));
        assert!(known.certificate(&view, &[1; 32]) && !known.certificate(&view, &[2; 32]));
        known.logged_in("2001:db8::1".parse().expect("an address"));
        assert!(address("2001:db8::ffff") && !address("2001:db8:0:1::1"));
        for number in 0..2 * KNOWN_LOGIN_NETWORKS as u32 {
            known.logged_in(std::net::Ipv4Addr::from_bits(number).into());
        }
        assert!(known.lock().logins.len() <= KNOWN_LOGIN_NETWORKS);
    }
}
