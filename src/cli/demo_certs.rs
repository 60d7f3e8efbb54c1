//! The demo's certificates: a CA, one for the server, one for each registrar. What is there and valid for a while is
//! kept.

use std::fs::{OpenOptions, rename};
use std::io::Write;
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};

use super::exit::CliError;
use crate::base::timestamp::Timestamp;

/// A certificate with fewer days left is made anew.
const RENEW_DAYS: i64 = 30;
/// Days a certificate of the CA is valid.
const LEAF_DAYS: i64 = 365;
/// Days the CA is valid.
const CA_DAYS: i64 = 3650;

/// Files of a certificate and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// PEM file of the certificate.
    pub(super) certificate: PathBuf,
    /// PEM file of the key (mode 0600).
    pub(super) key: PathBuf,
}

impl Identity {
    fn at(dir: &Path, name: &str) -> Self {
        Self { certificate: dir.join(format!("{name}.pem")), key: dir.join(format!("{name}.key")) }
    }

    /// Whether both files are there and the certificate is good now and for a while. One that is not valid yet was made
    /// while the clock was ahead.
    fn is_good(&self, now: Timestamp) -> bool {
        let good = |(begins, ends): (Timestamp, Timestamp)| begins <= now && ends > now.plus_days(RENEW_DAYS);
        self.key.is_file() && validity(&self.certificate).is_some_and(good)
    }

    fn write(&self, certificate: &str, key: &KeyPair) -> Result<(), CliError> {
        // The key first: a certificate without its key would look whole.
        write_private(&self.key, key.serialize_pem().as_bytes())?;
        write_private(&self.certificate, certificate.as_bytes())
    }
}

/// All certificates of a demo.
#[derive(Debug)]
pub(super) struct Certificates {
    /// PEM file of the CA.
    pub(super) ca: PathBuf,
    /// The server's.
    pub(super) server: Identity,
    /// One for each client, in the order asked for.
    pub(super) clients: Vec<Identity>,
}

/// Makes what is missing or ends soon in `dir`. `server_addresses` are named in the server's certificate, beside
/// localhost.
///
/// # Errors
/// Files that cannot be read or written.
pub(super) fn prepare(
    dir: &Path,
    clients: &[&str],
    server_addresses: &[IpAddr],
    now: Timestamp,
) -> Result<Certificates, CliError> {
    let ca = Identity::at(dir, "ca");
    let kept = ca.is_good(now);
    let issuer = if kept { load_issuer(&ca)? } else { make_ca(&ca, now)? };
    let server = Identity::at(dir, "server");
    let mut names = vec!["localhost".to_owned()];
    names.extend(server_addresses.iter().map(ToString::to_string));
    if !kept || !server.is_good(now) || !names_all(&server.certificate, server_addresses) {
        make_leaf(&server, "localhost", names, ExtendedKeyUsagePurpose::ServerAuth, &issuer, now)?;
    }
    let mut identities = Vec::new();
    for clid in clients {
        let client = Identity::at(dir, clid);
        if !kept || !client.is_good(now) {
            make_leaf(&client, clid, Vec::new(), ExtendedKeyUsagePurpose::ClientAuth, &issuer, now)?;
        }
        identities.push(client);
    }
    Ok(Certificates { ca: ca.certificate, server, clients: identities })
}

fn make_ca(ca: &Identity, now: Timestamp) -> Result<Issuer<'static, KeyPair>, CliError> {
    let mut params = params("Domesday demo CA", Vec::new(), now, CA_DAYS)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    ca.write(&certificate.pem(), &key)?;
    Ok(Issuer::new(params, key))
}

fn load_issuer(ca: &Identity) -> Result<Issuer<'static, KeyPair>, CliError> {
    let read = |path: &Path| std::fs::read_to_string(path).map_err(CliError::file(path));
    let key = KeyPair::from_pem(&read(&ca.key)?)?;
    Ok(Issuer::from_ca_cert_pem(&read(&ca.certificate)?, key)?)
}

fn make_leaf(
    identity: &Identity,
    common_name: &str,
    names: Vec<String>,
    usage: ExtendedKeyUsagePurpose,
    issuer: &Issuer<'static, KeyPair>,
    now: Timestamp,
) -> Result<(), CliError> {
    let mut params = params(common_name, names, now, LEAF_DAYS)?;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![usage];
    // RFC 5280, section 4.2.1.1: every certificate that a CA issues names the CA's key.
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, issuer)?;
    identity.write(&certificate.pem(), &key)
}

/// Valid from yesterday, for clocks that are not quite ours.
fn params(common_name: &str, names: Vec<String>, now: Timestamp, days: i64) -> Result<CertificateParams, CliError> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.remove(DnType::CommonName);
    params.distinguished_name.push(DnType::CommonName, common_name);
    let (first, last) = (now.plus_days(-1).date(), now.plus_days(days).date());
    params.not_before = date_time_ymd(first.year, first.month, first.day);
    params.not_after = date_time_ymd(last.year, last.month, last.day);
    Ok(params)
}

/// What `read` finds in the first certificate of a PEM file.
fn inspect<T>(path: &Path, read: impl FnOnce(&x509_parser::certificate::X509Certificate<'_>) -> T) -> Option<T> {
    let text = std::fs::read(path).ok()?;
    let (_, pem) = x509_parser::pem::parse_x509_pem(&text).ok()?;
    let certificate = pem.parse_x509().ok()?;
    Some(read(&certificate))
}

/// When a certificate begins and ceases to be valid.
fn validity(certificate: &Path) -> Option<(Timestamp, Timestamp)> {
    let found = inspect(certificate, |found| found.validity().clone())?;
    let time = |at: x509_parser::time::ASN1Time| Some(Timestamp::from_micros(at.timestamp().checked_mul(1_000_000)?));
    Some((time(found.not_before)?, time(found.not_after)?))
}

/// Whether a certificate names all these addresses.
fn names_all(certificate: &Path, addresses: &[IpAddr]) -> bool {
    let named = inspect(certificate, |found| {
        let names = found.subject_alternative_name().ok().flatten().map(|names| names.value.general_names.clone());
        let octets = names.unwrap_or_default().into_iter().filter_map(|name| match name {
            x509_parser::extensions::GeneralName::IPAddress(octets) => Some(octets.to_vec()),
            _ => None,
        });
        octets.collect::<Vec<_>>()
    });
    let octets = |address: &IpAddr| match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    named.is_some_and(|named| addresses.iter().all(|address| named.contains(&octets(address))))
}

/// Writes a file that only its owner reads, whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write_private(path: &Path, content: &[u8]) -> Result<(), CliError> {
    let beside = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let written = options.open(&beside).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    written.and_then(|()| rename(&beside, path)).map_err(CliError::file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOPBACK: [IpAddr; 2] =
        [IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), IpAddr::V6(std::net::Ipv6Addr::LOCALHOST)];

    fn prepared(dir: &Path, addresses: &[IpAddr], now: Timestamp) -> [Vec<u8>; 3] {
        let made = prepare(dir, &["registrar-a"], addresses, now).expect("a directory to write in");
        let client = made.clients.first().expect("one client");
        [made.ca, made.server.certificate, client.certificate.clone()].map(|path| std::fs::read(path).expect("written"))
    }

    #[test]
    fn certificates_are_kept_until_they_end_soon() {
        let dir = tempfile::tempdir().expect("a directory");
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        let first = prepared(dir.path(), &LOOPBACK, now);
        assert_eq!(first, prepared(dir.path(), &LOOPBACK, now.plus_days(300)));
        let renewed = prepared(dir.path(), &LOOPBACK, now.plus_days(340));
        assert_eq!(first[0], renewed[0], "the CA stays");
        assert!(first[1] != renewed[1] && first[2] != renewed[2], "the others are made anew");
        let later = prepared(dir.path(), &LOOPBACK, now.plus_days(3640));
        assert!((0..3).all(|file| later[file] != renewed[file]), "a new CA makes all new");
    }

    #[test]
    fn certificates_made_while_the_clock_was_ahead_are_made_anew() {
        let dir = tempfile::tempdir().expect("a directory");
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        let ahead = prepared(dir.path(), &LOOPBACK, now.plus_days(25 * 365));
        let right = prepared(dir.path(), &LOOPBACK, now);
        assert!((0..3).all(|file| ahead[file] != right[file]));
    }

    #[test]
    fn a_new_address_of_the_server_makes_its_certificate_new() {
        let dir = tempfile::tempdir().expect("a directory");
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        let first = prepared(dir.path(), &LOOPBACK, now);
        let more = prepared(dir.path(), &["192.0.2.7".parse().expect("an address")], now);
        assert_eq!((&first[0], &first[2]), (&more[0], &more[2]));
        assert_ne!(first[1], more[1]);
    }

    #[test]
    fn a_client_accepts_the_server_and_keys_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a directory");
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        let made = prepare(dir.path(), &["registrar-a"], &LOOPBACK, now).expect("a directory to write in");
        let client = made.clients.first().expect("one client");
        crate::runtime::tls::client_config(&made.ca, Some((&client.certificate, &client.key))).expect("usable");
        crate::runtime::tls::ServerIdentity::load(&made.server.certificate, &made.server.key).expect("usable");
        let mode = std::fs::metadata(&client.key).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
