//! A whole node in this process, as an operator would start it: one shard on one core, real files, real certificates.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domesday::config::Config;
use domesday::model::operator::{
    ByName, IdnRules, OperatorCommand, RegistrarAdd, RegistrarAddCert, RegistrarSetPassword, TldAdd, TldPeriods,
    TldSecDns,
};
use domesday::model::record::{ContactRole, DataModel, Disclosure, FeePolicy, HostModel};
use domesday::node::{init, login, run};
use domesday_loadtest::floor::echo::Contender;
use domesday_loadtest::floor::pki::Pki;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::frames;

/// Placement of a node.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    pub name: &'static str,
    pub shard_core: usize,
    pub ledger_core: Option<usize>,
    pub spin_us: u32,
}

/// A node that runs until the process ends.
pub struct Node {
    /// The shard, at its EPP listener.
    pub epp: Contender,
    /// The shard, at its RDAP listener.
    pub rdap: Contender,
    /// The ledger's thread.
    pub ledger: i32,
    /// Where its data are.
    pub dir: TempDir,
    metrics: SocketAddr,
    admin_socket: PathBuf,
    _running: run::Running,
}

impl Node {
    /// Starts it and gives it the contacts, hosts and `domains` domains that the frames speak of.
    pub fn start(pki: &Pki, layout: Layout, domains: u64) -> Self {
        Self::start_in_time(pki, layout, domains, false)
    }

    /// As [`Node::start`], without domains and with time that can be driven.
    pub fn start_virtual(pki: &Pki, layout: Layout) -> Self {
        Self::start_in_time(pki, layout, 0, true)
    }

    fn start_in_time(pki: &Pki, layout: Layout, domains: u64, virtual_time: bool) -> Self {
        let before = threads();
        // On the disk of the build, since the directory for temporary files may be no disk at all.
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
        let config = Config::parse(&configuration(pki, &dir, layout)).expect("complete");
        let admin_socket = config.admin_socket_path();
        init::init(&config).expect("an empty directory");
        let running = run::start(config, run::Extras { seed: seed(pki), virtual_time, ..run::Extras::default() })
            .expect("a node");
        let thread = |name: &str| {
            let found =
                threads().into_iter().find(|(id, found)| found == name && !before.iter().any(|(old, _)| old == id));
            found.unwrap_or_else(|| panic!("no thread is called {name}")).0
        };
        let (shard, ledger) = (thread("shard-0"), thread("ledger"));
        let at = |addresses: &[SocketAddr]| Contender { name: layout.name, address: addresses[0], thread: shard };
        let metrics = running.metrics.expect("configured");
        let (epp, rdap) = (at(&running.epp), at(&running.rdap));
        let node = Self { epp, rdap, ledger, dir, metrics, admin_socket, _running: running };
        let mut session = Session::open(node.epp.address, &pki.client(&[]).expect("just made"));
        let contacts = frames::CONTACTS.iter().map(|id| frames::contact_create(id));
        let hosts = frames::HOSTS.iter().map(|name| frames::host_create(name));
        for frame in contacts.chain(hosts).chain((0..domains).map(frames::domain_create)) {
            session.expect_success(&frame);
        }
        node
    }

    /// Where operators ask.
    pub fn admin_socket(&self) -> &Path {
        &self.admin_socket
    }

    /// Every counter that the node shows and whose name begins with `prefix`.
    pub fn counters(&self, prefix: &str) -> Vec<String> {
        let mut stream = TcpStream::connect(self.metrics).expect("it listens");
        stream.write_all(b"GET /metrics HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("it reads");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("it answers");
        text.lines().filter(|line| line.starts_with(prefix)).map(str::to_owned).collect()
    }

    /// Ends the process with a message when the node gave any other result to a command than 1000.
    pub fn assert_all_completed(&self) {
        let counters = self.counters("domesday_epp_commands_total");
        let wrong: Vec<_> = counters.iter().filter(|line| !line.contains("code=\"1000\"")).collect();
        assert!(!counters.is_empty() && wrong.is_empty(), "answers other than 1000: {wrong:#?}");
    }
}

fn configuration(pki: &Pki, dir: &TempDir, layout: Layout) -> String {
    let file = |name| pki.file(name).display().to_string();
    let Layout { shard_core, ledger_core, spin_us, .. } = layout;
    let ledger_core = ledger_core.map_or("-1".to_owned(), |core| core.to_string());
    format!(
        "data.dir = \"{}\"\nlog.level = \"warn\"\nmetrics.listen = \"127.0.0.1:0\"\ncheckpoint.delta_mib = 8192\ncheckpoint.log_mib = 1048576\n\
         [epp]\nlisten = [\"127.0.0.1:0\"]\ncertificate = \"{}\"\nkey = \"{}\"\nsessions_per_registrar = 10000\n\
         [rdap]\nlisten = [\"127.0.0.1:0\"]\nbase_url = \"https://localhost/\"\nrate = 0\n\
         [runtime]\nshard_cores = [{shard_core}]\nledger_core = {ledger_core}\nspin_us = {spin_us}\n",
        dir.path().join("data").display(),
        file("server.pem"),
        file("server.key"),
    )
}

fn seed(pki: &Pki) -> Vec<OperatorCommand> {
    let clid = frames::CLID.to_owned();
    let certificate = CertificateDer::from_pem_file(pki.file("client.pem")).expect("just made");
    let sha256 = Sha256::digest(&certificate).iter().map(|octet| format!("{octet:02x}")).collect();
    let password_hash = login::hash(frames::PASSWORD).expect("randomness");
    let name = "Registrar A".to_owned();
    let required_contacts = [ContactRole::Admin, ContactRole::Tech].map(ByName).to_vec();
    vec![
        OperatorCommand::TldAdd(TldAdd {
            name: "example".into(),
            data_model: ByName(DataModel::Maximum),
            host_model: ByName(HostModel::Objects),
            required_contacts,
            repository_id: "EXAMPLE".into(),
            min_months: 12,
            max_months: 120,
            default_months: 12,
            transfer_days: 5,
            periods: TldPeriods::default(),
            restore_report: true,
            fee_policy: ByName(FeePolicy::Premium),
            disclosure: ByName(Disclosure::ByDisclose),
            sec_dns: TldSecDns::default(),
            idn: false,
            ttls: Vec::new(),
            idn_rules: IdnRules::default(),
        }),
        OperatorCommand::RegistrarAdd(RegistrarAdd { clid: clid.clone(), name, ..RegistrarAdd::default() }),
        OperatorCommand::RegistrarAddCert(RegistrarAddCert { clid: clid.clone(), sha256, label: "bench".into() }),
        OperatorCommand::RegistrarSetPassword(RegistrarSetPassword { clid, password_hash, replaces: None }),
    ]
}

/// Threads of this process with their names.
fn threads() -> Vec<(i32, String)> {
    let tasks = std::fs::read_dir("/proc/self/task").expect("Linux");
    let thread = |entry: io::Result<std::fs::DirEntry>| {
        let entry = entry.ok()?;
        let name = std::fs::read_to_string(entry.path().join("comm")).ok()?;
        Some((entry.file_name().to_str()?.parse().ok()?, name.trim().to_owned()))
    };
    tasks.filter_map(thread).collect()
}

/// One blocking session, logged in.
pub struct Session {
    stream: StreamOwned<ClientConnection, TcpStream>,
}

impl Session {
    pub fn open(address: SocketAddr, tls: &Arc<ClientConfig>) -> Self {
        let name = ServerName::try_from("localhost").expect("a name");
        let connection = ClientConnection::new(tls.clone(), name).expect("a client");
        let socket = TcpStream::connect(address).expect("it listens");
        socket.set_nodelay(true).expect("a socket");
        let mut session = Self { stream: StreamOwned::new(connection, socket) };
        session.receive();
        session.expect_success(&frames::login());
        session
    }

    /// Sends a data unit and returns the answer, its header included.
    pub fn exchange(&mut self, frame: &[u8]) -> Vec<u8> {
        self.stream.write_all(frame).expect("it reads");
        self.stream.flush().expect("it reads");
        self.receive()
    }

    /// Sends a data unit that must be answered with 1000; returns the answer's octets.
    pub fn expect_success(&mut self, frame: &[u8]) -> usize {
        let answer = self.exchange(frame);
        let text = String::from_utf8_lossy(&answer);
        assert!(text.contains("<result code=\"1000\">"), "{} was answered {text}", String::from_utf8_lossy(frame));
        answer.len()
    }

    fn receive(&mut self) -> Vec<u8> {
        let mut header = [0; 4];
        self.stream.read_exact(&mut header).expect("it answers");
        let mut answer = header.to_vec();
        answer.resize(u32::from_be_bytes(header) as usize, 0);
        self.stream.read_exact(&mut answer[4..]).expect("it answers");
        answer
    }
}
