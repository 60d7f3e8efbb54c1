//! `demo`: a complete throwaway registry in one directory, opened again by the next run.
//!
//! | file in DIR | what it is |
//! | --- | --- |
//! | `demo.json` | what clients must know; there only after the registry is ready |
//! | `ca.pem`, `server.pem`, `registrar-a.pem`, … and `.key` | certificates and their keys |
//! | `registrar-a.pw`, … | passwords; each start sets them again, so they always work |
//! | `passwords.phc` | their hashes, which take long to compute, by a digest of registrar and password |
//! | `registry.toml` | the configuration, written anew at each start |
//! | `data/` | log and index |
//!
//! A start with more registrars than the last one adds them. One with fewer removes nothing: the others stay in the registry
//! with certificate and password, only `demo.json` names them no longer, and nobody renews their certificates.

use std::fs::DirBuilder;
use std::io::{ErrorKind, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::admin::pem_fingerprint;
use super::args::DemoArgs;
use super::demo_certs::{self, Certificates, write_private};
use super::demo_registrars::{DemoRegistrar, hashes, password, registrars};
use super::exit::CliError;
use super::logging;
use super::target::{EppTarget, RdapTarget, RegistrarTarget, Target};
use crate::config::Config;
use crate::model::operator::{
    ByName, IdnRules, OperatorCommand, RegistrarAdd, RegistrarAddCert, RegistrarAddress, RegistrarSetPassword, TldAdd,
    TldPeriods, TldSecDns,
};
use crate::model::record::{ContactRole, DataModel, Disclosure, FeePolicy, HostModel};
use crate::node::data_dir::warn_if_wide;
use crate::node::init::init;
use crate::node::run::{Extras, Running, StartError, start};
use crate::runtime::clock;
use crate::runtime::dir_lock::lock_dir;
use crate::runtime::net::{self, Port};

/// The configuration file.
const CONFIGURATION: &str = "registry.toml";
/// Where it listens unless told otherwise.
const EPP_PORT: u16 = 7700;
const RDAP_PORT: u16 = 8443;
/// Runs the demo until a signal stops it.
///
/// # Errors
/// A directory that cannot be used or is in use, an address that cannot be listened on, a start that fails.
pub(super) fn run(args: &DemoArgs) -> Result<u8, CliError> {
    // Keys and passwords lie in it.
    DirBuilder::new().recursive(true).mode(0o700).create(&args.dir).map_err(CliError::file(&args.dir))?;
    let dir = std::fs::canonicalize(&args.dir).map_err(CliError::file(&args.dir))?;
    let _lock = lock_dir(&dir)?;
    // Whoever waits for the file must not find that of an earlier run.
    let description = dir.join("demo.json");
    match std::fs::remove_file(&description) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(CliError::file(&description)(error)),
        _ => {}
    }
    let mut epp = Places::choose(set(args, "epp.listen"), args.epp, EPP_PORT)?;
    let mut rdap = Places::choose(set(args, "rdap.listen"), args.rdap, RDAP_PORT)?;
    let registrars = registrars(args.registrars);
    let clids: Vec<_> = registrars.iter().map(|registrar| registrar.clid.as_str()).collect();
    let certificates = demo_certs::prepare(&dir, &clids, &named_addresses(&epp, &rdap), clock::wall())?;
    let passwords = clids.iter().map(|clid| password(&dir, clid)).collect::<Result<Vec<_>, _>>()?;
    let ran_before = dir.join(CONFIGURATION).exists();
    let config = configuration(&dir, &epp, &rdap, &certificates, &args.set)?;
    let log = logging::start(&config).map_err(StartError::System)?;
    warn_if_wide(&dir);
    match init(&config) {
        // An earlier run has begun it.
        Err(StartError::Open(error)) if error.is_there_already() => {}
        begun => {
            drop(begun?);
            if ran_before {
                let data = config.data_dir.display();
                tracing::warn!(%data, "there was no registry here, though an earlier run has left its other files: a new \
                     and empty one was begun, and nothing of the earlier one is in it");
            }
        }
    }
    let held = epp.held.drain(..).chain(rdap.held.drain(..)).collect();
    let seed = seed(&registrars, &certificates, &hashes(&dir, &clids, &passwords)?)?;
    let base_path = path_of(&config.rdap_base_url);
    let running = start(config, Extras { seed, held, log: Some(log.queue()), virtual_time: args.virtual_time })?;
    let target = describe(&running, &base_path, &registrars, &certificates, passwords);
    let json = simd_json::to_string(&target).expect("a target is plain data") + "\n";
    write_private(&description, json.as_bytes())?;
    let text = announcement(&running, &target, &dir, epp.without_ipv6 || rdap.without_ipv6);
    // A closed standard output is no reason to stop.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    running.wait()?;
    Ok(0)
}

/// The value of a setting that the command line gives.
fn set<'a>(args: &'a DemoArgs, key: &str) -> Option<&'a str> {
    args.set.iter().find(|(other, _)| other == key).map(|(_, value)| value.as_str())
}

/// The addresses of a list in TOML; `None`: it is none, which the configuration refuses.
fn listed(text: &str) -> Option<Vec<SocketAddr>> {
    let table = format!("v = {text}").parse::<toml::Table>().ok()?;
    table.get("v")?.as_array()?.iter().map(|address| address.as_str()?.parse().ok()).collect()
}

/// The path of a base URL.
fn path_of(base_url: &str) -> String {
    let rest = base_url.strip_prefix("https://").unwrap_or_default();
    rest.find('/').map_or_else(|| "/".to_owned(), |slash| rest[slash..].to_owned())
}

/// The addresses a service listens on.
struct Places {
    addresses: Vec<SocketAddr>,
    /// Those of them that were drawn, and are ours from then on.
    held: Vec<Port>,
    /// The machine has no `::1`.
    without_ipv6: bool,
}

impl Places {
    /// The addresses that the configuration is given, or what was asked for, or the default port. A loopback address that was
    /// asked for brings the other family's along; port 0 becomes a port that is free for all.
    fn choose(set: Option<&str>, asked: Option<SocketAddr>, port: u16) -> Result<Self, CliError> {
        if let Some(addresses) = set.and_then(listed) {
            return Self::take(addresses, false);
        }
        let asked = asked.unwrap_or(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port));
        let partner: Option<IpAddr> = match asked.ip() {
            ip if ip == Ipv4Addr::LOCALHOST => Some(Ipv6Addr::LOCALHOST.into()),
            ip if ip == Ipv6Addr::LOCALHOST => Some(Ipv4Addr::LOCALHOST.into()),
            _ => None,
        };
        let there = partner.filter(|ip| TcpListener::bind((*ip, 0)).is_ok());
        let without_ipv6 = partner.is_some_and(|ip| ip.is_ipv6()) && there.is_none();
        let addresses: Vec<_> =
            std::iter::once(asked.ip()).chain(there).map(|ip| SocketAddr::new(ip, asked.port())).collect();
        Self::take(addresses, without_ipv6)
    }

    fn take(addresses: Vec<SocketAddr>, without_ipv6: bool) -> Result<Self, CliError> {
        if addresses.iter().all(|address| address.port() > 0) {
            return Ok(Self { addresses, held: Vec::new(), without_ipv6 });
        }
        let failed = |(address, error): (SocketAddr, _)| StartError::Listen { address: address.to_string(), error };
        let held: Vec<_> = net::take_all(&addresses, 1).map_err(failed)?.into_iter().flatten().collect();
        Ok(Self { addresses: held.iter().map(Port::local_addr).collect(), held, without_ipv6 })
    }

    /// What a client on this machine connects to.
    fn host(&self) -> String {
        match self.addresses.first().map(SocketAddr::ip) {
            Some(ip) if ip != Ipv4Addr::LOCALHOST && ip != Ipv6Addr::LOCALHOST && !ip.is_unspecified() => {
                ip.to_string()
            }
            _ => "localhost".to_owned(),
        }
    }

    fn port(&self) -> u16 {
        self.addresses.first().map_or(0, SocketAddr::port)
    }

    fn base_url(&self) -> String {
        if self.addresses.is_empty() {
            return "https://localhost/".to_owned();
        }
        let host = self.host();
        let host = if host.contains(':') { format!("[{host}]") } else { host };
        format!("https://{host}:{}/", self.port())
    }
}

/// The addresses that the server's certificate names.
fn named_addresses(epp: &Places, rdap: &Places) -> Vec<IpAddr> {
    let mut named: Vec<IpAddr> = vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    for address in epp.addresses.iter().chain(&rdap.addresses) {
        if !address.ip().is_unspecified() && !named.contains(&address.ip()) {
            named.push(address.ip());
        }
    }
    named
}

/// Reads the configuration from the text that it writes, so that what runs is what people find in the directory.
fn configuration(
    dir: &Path,
    epp: &Places,
    rdap: &Places,
    certificates: &Certificates,
    set: &[(String, String)],
) -> Result<Config, CliError> {
    let path = |path: &Path| {
        let problem = "expected a directory whose name is UTF-8".to_owned();
        let text = path.to_str().ok_or(CliError::Content { path: path.to_owned(), problem })?;
        Ok::<_, CliError>(toml::Value::from(text))
    };
    let listen =
        |places: &Places| toml::Value::from(places.addresses.iter().map(ToString::to_string).collect::<Vec<_>>());
    let text = format!(
        "# Written by `domesday demo` at each start. `domesday config reference` explains every key.\n\
         data.dir = {}\n\
         registry.server_id = \"Domesday demo\"\n\
         registry.terms_url = {}\n\
         epp.listen = {}\n\
         epp.certificate = {}\n\
         epp.key = {}\n\
         # Enough for load tests from one machine:\n\
         epp.sessions_per_registrar = 5000\n\
         epp.waiting_per_address = 2000\n\
         epp.waiting_per_network = 2000\n\
         rdap.listen = {}\n\
         rdap.base_url = {}\n\
         rdap.rate = 0\n\
         rdap.connections_per_address = 5000\n\
         rdap.connections_per_network = 5000\n\
         metrics.listen = \"127.0.0.1:0\"\n\
         admin.socket = {}\n\
         wal.segment_mib = 32\n\
         checkpoint.log_mib = 128\n",
        path(&dir.join("data"))?,
        toml::Value::from(rdap.base_url() + "help"),
        listen(epp),
        path(&certificates.server.certificate)?,
        path(&certificates.server.key)?,
        listen(rdap),
        toml::Value::from(rdap.base_url()),
        path(&dir.join("admin.sock"))?,
    );
    let file = dir.join(CONFIGURATION);
    // These two are among the places already, with the ports that were drawn for 0.
    let once = |key: &str| set.iter().filter(|(other, _)| other == key).count() == 1;
    let is_place =
        |key: &str, value: &str| ["epp.listen", "rdap.listen"].contains(&key) && once(key) && listed(value).is_some();
    let set: Vec<_> = set.iter().filter(|(key, value)| !is_place(key, value)).cloned().collect();
    let text = with_settings(&text, &set);
    // A setting that is not good leaves the file of an earlier run as it is, and no trace of a run that was none.
    let config = Config::parse(&text).map_err(|problems| CliError::Config { path: file.clone(), problems })?;
    write_private(&file, text.as_bytes())?;
    Ok(config)
}

/// The configuration with other settings in the place of its own.
fn with_settings(text: &str, set: &[(String, String)]) -> String {
    let is_replaced =
        |line: &str| line.split_once(" = ").is_some_and(|(key, _)| set.iter().any(|(other, _)| other == key));
    let mut lines: Vec<String> = text.lines().filter(|line| !is_replaced(line)).map(str::to_owned).collect();
    lines.extend(set.iter().map(|(key, value)| {
        let is_toml = format!("v = {value}").parse::<toml::Table>().is_ok();
        let value = if is_toml { value.clone() } else { toml::Value::from(value.as_str()).to_string() };
        format!("{key} = {value}")
    }));
    lines.join("\n") + "\n"
}

/// The first records. Those that exist already are left alone; the passwords are set each time.
fn seed(
    registrars: &[DemoRegistrar],
    certificates: &Certificates,
    password_hashes: &[String],
) -> Result<Vec<OperatorCommand>, CliError> {
    let tld = |name: &str, data_model, required: &[ContactRole], idn| {
        OperatorCommand::TldAdd(TldAdd {
            name: name.into(),
            data_model: ByName(data_model),
            host_model: ByName(HostModel::Objects),
            required_contacts: required.iter().copied().map(ByName).collect(),
            repository_id: name.to_ascii_uppercase(),
            min_months: 12,
            max_months: 120,
            default_months: 12,
            transfer_days: 5,
            periods: TldPeriods::default(),
            restore_report: true,
            fee_policy: ByName(FeePolicy::Premium),
            disclosure: ByName(Disclosure::ByDisclose),
            sec_dns: TldSecDns::default(),
            idn,
            ttls: Vec::new(),
            idn_rules: IdnRules::default(),
        })
    };
    let mut commands = vec![
        tld("example", DataModel::Maximum, &[ContactRole::Admin, ContactRole::Tech], true),
        tld("test", DataModel::Minimum, &[], false),
    ];
    for (registrar, (identity, password_hash)) in
        registrars.iter().zip(certificates.clients.iter().zip(password_hashes))
    {
        let DemoRegistrar { clid, name, iana_id } = registrar.clone();
        let password_hash = password_hash.clone();
        let sha256 = pem_fingerprint(&identity.certificate)?;
        commands.extend([
            OperatorCommand::RegistrarAdd(RegistrarAdd {
                clid: clid.clone(),
                name,
                iana_id,
                email: Some(format!("{clid}@registrars.example")),
                abuse_email: Some(format!("abuse@{clid}.example")),
                abuse_voice: Some("+1.7035555555".into()),
                url: Some(format!("https://www.{clid}.example/")),
                rdap_url: Some(format!("https://rdap.{clid}.example/")),
                voice: Some("+1.7035555556".into()),
                address: Some(RegistrarAddress {
                    street: vec!["123 Example Drive".into()],
                    city: "Dulles".into(),
                    sp: Some("VA".into()),
                    pc: Some("20166".into()),
                    cc: "US".into(),
                }),
                ..RegistrarAdd::default()
            }),
            OperatorCommand::RegistrarSetPassword(RegistrarSetPassword {
                clid: clid.clone(),
                password_hash,
                replaces: None,
            }),
            OperatorCommand::RegistrarAddCert(RegistrarAddCert { clid, sha256, label: "demo".into() }),
        ]);
    }
    Ok(commands)
}

/// What clients must know: where the node really listens. RDAP's `base_path` is that of its base URL.
fn describe(
    running: &Running,
    base_path: &str,
    registrars: &[DemoRegistrar],
    certificates: &Certificates,
    passwords: Vec<String>,
) -> Target {
    let mut addresses: Vec<String> = Vec::new();
    for address in &running.epp {
        let address = address.ip().to_string();
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    let [epp, rdap] = [&running.epp, &running.rdap].map(|addresses| Places {
        addresses: addresses.clone(),
        held: Vec::new(),
        without_ipv6: false,
    });
    let base_url = rdap.base_url().trim_end_matches('/').to_owned() + base_path;
    let registrars = registrars.iter().zip(certificates.clients.iter().zip(passwords));
    let ca = certificates.ca.clone();
    Target {
        epp: EppTarget {
            host: epp.host(),
            port: epp.port(),
            server_name: "localhost".into(),
            ca: ca.clone(),
            addresses,
        },
        registrars: registrars
            .map(|(registrar, (identity, pw))| RegistrarTarget {
                clid: registrar.clid.clone(),
                pw,
                cert: identity.certificate.clone(),
                key: identity.key.clone(),
            })
            .collect(),
        rdap: RdapTarget { base_urls: if rdap.addresses.is_empty() { Vec::new() } else { vec![base_url] }, ca },
        tlds: vec!["example".into(), "test".into()],
        currency: "USD".into(),
        admin_socket: running.admin.clone(),
    }
}

fn announcement(running: &Running, target: &Target, dir: &Path, without_ipv6: bool) -> String {
    let program = program();
    let file = shell(&dir.join("demo.json"));
    let ca = shell(&target.rdap.ca);
    let base = target.rdap.base_urls.first();
    let rdap = base.map_or("none", String::as_str);
    let look_up = base.map_or_else(String::new, |base| format!("  curl --cacert {ca} {base}domain/hello.test\n"));
    let metrics = running.metrics.map_or_else(|| "none".to_owned(), |at| format!("http://{at}/metrics"));
    let redirect = match running.redirect.first() {
        Some(at) => format!("  plain    http://{at}/, sent on to RDAP\n"),
        None => String::new(),
    };
    let note = match without_ipv6 {
        true => "  note     this machine has no ::1; listening on IPv4 only\n",
        false => "",
    };
    format!(
        "\nThe demo registry is ready. Its files are in {dir}.\n\n  \
           EPP      {host}:{port} ({addresses}), TLS with client certificates\n  \
           RDAP     {rdap}\n{redirect}  \
           metrics  {metrics}\n  \
           machine  {machine}\n{note}\n\
         Type next, in another terminal:\n\n  \
           {program} epp --target {file} --as registrar-a check hello.test\n  \
           {program} epp --target {file} --as registrar-a create domain hello.test\n\
         {look_up}  \
           {program} admin --target {file} registrar list\n\n\
         Ctrl-C stops it. Everything is kept, and the next run opens it again.\n",
        dir = dir.display(),
        host = target.epp.host,
        port = target.epp.port,
        addresses = target.epp.addresses.join(", "),
        machine = running.machine,
    )
}

/// How this program was called, to be typed again.
fn program() -> String {
    let called = std::env::args_os().next().map(PathBuf::from).unwrap_or_else(|| "domesday".into());
    shell(&called)
}

/// A file name as a shell takes it.
fn shell(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-+=:@,".contains(character);
    match !text.is_empty() && text.chars().all(plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_take_the_place_of_the_demos_own() {
        let set = |given: &[(&str, &str)]| {
            let set: Vec<(String, String)> =
                given.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
            with_settings("# All:\nrdap.rate = 0\nrdap.rate_burst = 7\n", &set)
        };
        assert_eq!(set(&[]), "# All:\nrdap.rate = 0\nrdap.rate_burst = 7\n");
        assert_eq!(set(&[("rdap.rate", "5")]), "# All:\nrdap.rate_burst = 7\nrdap.rate = 5\n");
        let paths = set(&[("tmch.root", "/a b/\"root\".crt"), ("tmch.crl", "\"c\"")]);
        let read = paths.parse::<toml::Table>().expect("TOML");
        let of = |key: &str| read["tmch"][key].as_str().map(str::to_owned);
        assert_eq!((of("root"), of("crl")), (Some("/a b/\"root\".crt".into()), Some("c".into())));
        assert!(set(&[("a", "1"), ("a", "2")]).parse::<toml::Table>().is_err(), "twice is told, not chosen from");
    }

    #[test]
    fn loopback_comes_in_pairs_at_one_port_and_other_addresses_alone() {
        let pair = Places::choose(None, Some("127.0.0.1:0".parse().expect("an address")), 1).expect("a free port");
        assert_ne!(pair.port(), 0);
        assert!(pair.addresses.iter().all(|address| address.port() == pair.port()));
        assert_eq!(pair.addresses.len(), if pair.without_ipv6 { 1 } else { 2 });
        assert_eq!(pair.base_url(), format!("https://localhost:{}/", pair.port()));
        let default = Places::choose(None, None, 7700).expect("not bound yet");
        assert_eq!(default.addresses.first(), Some(&"127.0.0.1:7700".parse().expect("an address")));
        let alone = Places::choose(None, Some("192.0.2.1:700".parse().expect("an address")), 1).expect("not bound yet");
        assert_eq!((alone.addresses.len(), alone.host().as_str()), (1, "192.0.2.1"));
        let alone =
            Places::choose(None, Some("[2001:db8::1]:700".parse().expect("an address")), 1).expect("not bound yet");
        assert_eq!(alone.base_url(), "https://[2001:db8::1]:700/");
        let set = Places::choose(Some("[\"127.0.0.1:0\", \"[::1]:9\"]"), None, 1).map(|places| places.addresses);
        assert!(set.is_ok_and(|addresses| addresses.len() == 2 && addresses[0].port() > 0 && addresses[1].port() == 9));
        let set = |text| Places::choose(Some(text), None, 7700).expect("not bound yet").addresses;
        assert_eq!(set("[\"127.0.0.2:7\"]"), [SocketAddr::from(([127, 0, 0, 2], 7))]);
        assert!(set("[]").is_empty());
        // Refused with the configuration.
        assert_eq!(set("127.0.0.2:7")[0].port(), 7700);
    }

    #[test]
    fn the_configuration_is_good_and_the_records_are_complete() {
        let dir = tempfile::tempdir().expect("a directory");
        let places = |port| Places::choose(None, None, port).expect("chosen");
        let now = clock::wall();
        let registrars = registrars(2);
        let clids: Vec<_> = registrars.iter().map(|registrar| registrar.clid.as_str()).collect();
        let certificates = demo_certs::prepare(dir.path(), &clids, &[], now).expect("writable");
        let set = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let configured = |set: &[(String, String)]| {
            configuration(dir.path(), &places(EPP_PORT), &places(RDAP_PORT), &certificates, set)
        };
        let config = configured(&[]).expect("no problems");
        assert_eq!(config.epp_listen, places(EPP_PORT).addresses);
        let other =
            [set("rdap.rate", "7"), set("tmch.root", "/it's/a \"file\""), set("epp.deprecated_tls", "[\"TLSv1.2\"]")];
        let config = configured(&other).expect("no problems");
        assert_eq!((config.rdap_rate, config.epp_deprecated_tls.len()), (7, 1));
        assert_eq!(config.tmch_root, Some(Path::new("/it's/a \"file\"").to_owned()));
        for wrong in [set("rdap.rat", "7"), set("rdap.rate", "many"), set("no key", "1")] {
            assert!(matches!(configured(&[wrong]), Err(CliError::Config { .. })));
        }
        let hashes = ["$argon2id$a".to_owned(), "$argon2id$b".to_owned()];
        let seed = seed(&registrars, &certificates, &hashes).expect("written");
        let names: Vec<_> = seed.iter().map(OperatorCommand::name).collect();
        let registrar = ["registrar-add", "registrar-set-password", "registrar-add-cert"];
        assert_eq!(names, [&["tld-add"; 2][..], &registrar, &registrar].concat());
    }

    #[test]
    fn file_names_are_quoted_for_the_shell_where_they_must() {
        assert_eq!(shell(Path::new("target/release/domesday")), "target/release/domesday");
        assert_eq!(shell(Path::new("/my files/it's")), r"'/my files/it'\''s'");
    }
}
