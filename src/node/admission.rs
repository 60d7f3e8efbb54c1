//! Whether a registrar may use a connection: at login, and again with every command, so that a suspension, a certificate
//! or a network withdrawn, a password reset and the end of a certificate end sessions that are open.

use std::net::IpAddr;

use crate::base::network::Network;
use crate::base::timestamp::Timestamp;
use crate::model::record::ArchivedRegistrar;
use crate::node::client_certificate::ClientCertificate;

/// What a connection is judged by.
#[derive(Debug)]
pub(super) struct Admission {
    certificate: Option<ClientCertificate>,
    address: IpAddr,
    /// What the record said when the client logged in, or when it was last looked at in full.
    seen: Seen,
    /// The position of the log up to which the record has been judged.
    judged: Option<u64>,
}

#[derive(Debug, Default)]
struct Seen {
    password: String,
    networks: Vec<String>,
}

impl Admission {
    /// Of a connection from that address.
    pub(super) fn new(certificate: Option<ClientCertificate>, address: IpAddr) -> Self {
        Self { certificate, address, seen: Seen::default(), judged: None }
    }

    /// Whether the registrar may log in from here.
    ///
    /// # Errors
    /// Why not, for our log and never for the client.
    pub(super) fn admit(&self, registrar: &ArchivedRegistrar, now: Timestamp) -> Result<(), &'static str> {
        self.certified(registrar, now)?;
        let networks = &registrar.networks;
        let inside = |text: &str| Network::parse(text).is_some_and(|network| network.contains(self.address));
        match networks.is_empty() || networks.iter().any(|text| inside(text)) {
            true => Ok(()),
            false => Err("address not allowed"),
        }
    }

    /// When the client's certificate ends.
    pub(super) fn certificate_ends(&self) -> Option<Timestamp> {
        self.certificate.map(|certificate| certificate.not_after)
    }

    /// Remembers what a client that has logged in was judged by.
    pub(super) fn logged_in(&mut self, password: String, networks: Vec<String>) {
        self.seen = Seen { password, networks };
    }

    /// Whether a client that was let go on at that position of the log may do so without another look at the record, which
    /// cannot have changed; time has passed all the same.
    pub(super) fn stands(&self, position: u64, now: Timestamp) -> bool {
        self.judged == Some(position) && self.certificate.is_some_and(|shown| in_time(&shown, now).is_ok())
    }

    /// Notes that the record, as it was at that position of the log or later, lets the client go on.
    pub(super) fn judged(&mut self, position: u64) {
        self.judged = Some(position);
    }

    /// Whether a client that has logged in may go on. `succeeds` tells whether a password of that digest was replaced by
    /// the second one by the registrar itself, which ends no session.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn still(
        &mut self,
        registrar: &ArchivedRegistrar,
        now: Timestamp,
        succeeds: impl FnOnce(&str, &str) -> bool,
    ) -> Result<(), &'static str> {
        self.certified(registrar, now)?;
        if registrar.password != self.seen.password.as_str() {
            if !succeeds(&self.seen.password, &registrar.password) {
                return Err("password reset");
            }
            self.seen.password = registrar.password.to_string();
        }
        let networks = &registrar.networks;
        if networks.len() != self.seen.networks.len()
            || networks.iter().zip(&self.seen.networks).any(|(now, seen)| now != seen.as_str())
        {
            self.admit(registrar, now)?;
            self.seen.networks = networks.iter().map(ToString::to_string).collect();
        }
        Ok(())
    }

    fn certified(&self, registrar: &ArchivedRegistrar, now: Timestamp) -> Result<(), &'static str> {
        let pinned = |found: &ClientCertificate| registrar.certificates.iter().any(|pin| pin.sha256 == found.sha256);
        match &self.certificate {
            _ if registrar.suspended => Err("suspended"),
            None => Err("no certificate"),
            Some(found) if !pinned(found) => Err("certificate not pinned"),
            Some(found) => in_time(found, now),
        }
    }
}

fn in_time(certificate: &ClientCertificate, now: Timestamp) -> Result<(), &'static str> {
    match certificate {
        found if found.not_after < now => Err("certificate expired"),
        found if now < found.not_before => Err("certificate not valid yet"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::{CertificatePin, Registrar};
    use crate::model::seal::Sealed;
    use crate::registry::testing;

    const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

    fn registrar() -> Registrar {
        let pin = CertificatePin { sha256: [7; 32], label: "test".into(), added: NOW };
        let base = testing::registrar("registrar-a", 1, NOW);
        Registrar { certificates: vec![pin], password: "one".into(), networks: vec!["192.0.2.0/24".into()], ..base }
    }

    fn judge<T>(registrar: &Registrar, verdict: impl FnOnce(&ArchivedRegistrar) -> T) -> T {
        let sealed = Sealed::put(registrar.clid.as_bytes(), registrar);
        verdict(sealed.get::<Registrar>().expect("a record").expect("put"))
    }

    fn certificate(from: i64, to: i64) -> Option<ClientCertificate> {
        let at = |seconds: i64| Timestamp::from_micros(NOW.micros() + seconds * 1_000_000);
        Some(ClientCertificate { sha256: [7; 32], not_before: at(from), not_after: at(to) })
    }

    #[test]
    fn who_is_admitted_at_login_and_why_others_are_not() {
        let here: IpAddr = [192, 0, 2, 9].into();
        let other = ClientCertificate { sha256: [8; 32], ..certificate(-1, 1).expect("one") };
        let suspended = Registrar { suspended: true, ..registrar() };
        let anywhere = Registrar { networks: vec![], ..registrar() };
        for (certificate, address, registrar, expected) in [
            (certificate(-1, 1), here, registrar(), Ok(())),
            (certificate(-1, 1), [198, 51, 100, 1].into(), registrar(), Err("address not allowed")),
            (certificate(-1, 1), [198, 51, 100, 1].into(), anywhere, Ok(())),
            (certificate(1, 2), here, registrar(), Err("certificate not valid yet")),
            (certificate(-2, -1), here, registrar(), Err("certificate expired")),
            (Some(other), here, registrar(), Err("certificate not pinned")),
            (None, here, registrar(), Err("no certificate")),
            (certificate(-1, 1), here, suspended, Err("suspended")),
        ] {
            let admission = Admission::new(certificate, address);
            assert_eq!(judge(&registrar, |record| admission.admit(record, NOW)), expected);
        }
    }

    #[test]
    fn a_session_ends_when_what_admitted_it_is_withdrawn() {
        let logged_in = || {
            let mut admission = Admission::new(certificate(-1, 1), [192, 0, 2, 9].into());
            admission.logged_in("one".into(), vec!["192.0.2.0/24".into()]);
            admission
        };
        let networks =
            |list: &[&str]| Registrar { networks: list.iter().map(|text| (*text).to_owned()).collect(), ..registrar() };
        let password = Registrar { password: "two".into(), ..registrar() };
        for (registrar, own_change, expected) in [
            (registrar(), false, Ok(())),
            (networks(&[]), false, Ok(())),
            (networks(&["198.51.100.0/24", "192.0.2.9/32"]), false, Ok(())),
            (networks(&["198.51.100.0/24"]), false, Err("address not allowed")),
            (password.clone(), false, Err("password reset")),
            (password, true, Ok(())),
            (Registrar { certificates: vec![], ..registrar() }, false, Err("certificate not pinned")),
            (Registrar { suspended: true, ..registrar() }, false, Err("suspended")),
        ] {
            let mut admission = logged_in();
            let verdict = judge(&registrar, |record| admission.still(record, NOW, |_, _| own_change));
            assert_eq!(verdict, expected, "{registrar:?}");
            if expected.is_ok() {
                let again = judge(&registrar, |record| admission.still(record, NOW, |_, _| false));
                assert_eq!(again, Ok(()), "what was accepted once is remembered: {registrar:?}");
            }
        }
        let mut quiet = logged_in();
        assert!(!quiet.stands(7, NOW), "nobody has looked yet");
        quiet.judged(7);
        assert!(quiet.stands(7, NOW) && !quiet.stands(8, NOW), "what the log holds since may be another record");
        assert!(
            !quiet.stands(7, Timestamp::from_micros(NOW.micros() + 2_000_000)),
            "the certificate ends all the same"
        );
        let mut late = logged_in();
        let later = Timestamp::from_micros(NOW.micros() + 2_000_000);
        assert_eq!(judge(&registrar(), |record| late.still(record, later, |_, _| false)), Err("certificate expired"));
    }
}
