//! The Rust client instant-epp drives the registry: a domain's whole life and a transfer between two registrars.

mod support;

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::process::Command;
use std::sync::Arc;
use std::task::{Context, Poll as TaskPoll};
use std::time::Duration;

use instant_epp::client::RustlsConnector;
use instant_epp::connection::Connector;
use instant_epp::contact::{self, ContactCheck, ContactCreate, ContactDelete, ContactInfo, ContactUpdate};
use instant_epp::domain::{
    self, DomainCheck, DomainContact, DomainCreate, DomainDelete, DomainInfo, DomainRenew, DomainTransfer, DomainUpdate,
};
use instant_epp::extensions::rgp::request::{RgpRequestResponse, RgpRestoreRequest, Update as RgpUpdate};
use instant_epp::extensions::rgp::{self, RgpStatus};
use instant_epp::extensions::secdns::{self, Algorithm, DigestAlgorithm, DsDataType};
use instant_epp::host::{self, HostCheck, HostCreate, HostDelete, HostInfo, HostUpdate};
use instant_epp::login::Login;
use instant_epp::logout::Logout;
use instant_epp::poll::{Ack, Poll, PollData};
use instant_epp::response::ResultCode;
use instant_epp::{EppClient, Error};
use support::process::{Demo, Registrar};
use support::{Server, tls};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const SECRET: &str = "In1-Zk4Qm7Xc2Vb8Nn5RtYw";
const PATIENCE: Duration = Duration::from_secs(60);

/// The client's own TLS connector, with every frame received recorded for the schema judge.
struct RecordingConnector(RustlsConnector);

impl Connector for RecordingConnector {
    type Connection = Recording<<RustlsConnector as Connector>::Connection>;

    // What `#[async_trait]` makes of an async method.
    fn connect<'a, 'b>(
        &'a self,
        timeout: Duration,
    ) -> Pin<Box<dyn Future<Output = Result<Self::Connection, Error>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async move { Ok(Recording { inner: self.0.connect(timeout).await?, received: Vec::new() }) })
    }
}

/// A stream that records each EPP data unit it has read.
struct Recording<S> {
    inner: S,
    received: Vec<u8>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Recording<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> TaskPoll<io::Result<()>> {
        let before = buf.filled().len();
        let result = Pin::new(&mut self.inner).poll_read(cx, buf);
        self.received.extend_from_slice(&buf.filled()[before..]);
        while let Some(header) = self.received.first_chunk::<4>() {
            let total = u32::from_be_bytes(*header) as usize;
            let Some(unit) = self.received.get(..total) else { break };
            support::epp::record(&unit[4..]);
            self.received.drain(..total);
        }
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Recording<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> TaskPoll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> TaskPoll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> TaskPoll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

type Client = EppClient<RecordingConnector>;

/// A session without extensions: the client takes one in an answer only where it has sent one of its own.
async fn logged_in(demo: &Demo, registrar: &Registrar) -> Client {
    logged_in_with(demo, registrar, None).await
}

async fn logged_in_with(demo: &Demo, registrar: &Registrar, extensions: Option<&[&str]>) -> Client {
    let config = tls::config(&demo.epp.ca, Some((&registrar.cert, &registrar.key)));
    let builder = RustlsConnector::builder((demo.epp.addresses[0].clone(), demo.epp.port)).expect("an address");
    let connector = RecordingConnector(builder.build_with_config(Arc::new(config)));
    let mut client =
        Client::new(connector, "domesday".to_owned(), PATIENCE).await.expect("a connection and a greeting");
    let greeting = client.greeting().expect("a greeting that the client understands");
    assert!(greeting.svc_menu.services.obj_uris.iter().any(|uri| uri == domain::XMLNS));
    client.hello().await.expect("hello is answered by a greeting");
    let login = Login::new(&registrar.clid, &registrar.pw, None, extensions);
    let response = client.transact(&login, "login-1").await.expect("login");
    assert_eq!(response.tr_ids.client_tr_id.as_deref(), Some("login-1"));
    client
}

/// The code of a refusal.
fn refusal<T>(result: Result<T, Error>) -> ResultCode {
    match result {
        Ok(_) => panic!("the command succeeded"),
        Err(Error::Command(status)) => status.result.code,
        Err(other) => panic!("not a refusal by the server: {other}"),
    }
}

/// Reads and acknowledges everything that waits; returns the transfer notices among it as (name, status).
async fn drain(client: &mut Client) -> Vec<(String, String)> {
    let mut transfers = Vec::new();
    loop {
        let response = client.transact(&Poll, "poll-1").await.expect("poll request");
        if response.result.code == ResultCode::CommandCompletedSuccessfullyNoMessages {
            return transfers;
        }
        if let Some(PollData::DomainTransfer(data)) = response.res_data() {
            transfers.push((data.name.clone(), data.transfer_status.clone()));
        }
        let id = &response.message_queue().expect("a message has a msgQ").id;
        client.transact(&Ack { message_id: id }, "poll-2").await.expect("poll acknowledge");
    }
}

fn postal_info() -> contact::PostalInfo<'static> {
    let country = "GB".parse().expect("a country");
    let address = contact::Address::new(&["1 High Street"], "Dunwich", Some("Suffolk"), Some("IP17 3EN"), country);
    contact::PostalInfo::new(contact::InfoType::International, "John Doe", Some("Example Ltd"), address)
}

/// Contact and hosts, and the domain on them.
async fn create_objects(a: &mut Client, domain: &str, inside: &str, outside: &str, person: &str) {
    let voice = contact::Voice::new("+44.1234567890");
    let create = ContactCreate::new(person, "john@example.com", postal_info(), Some(voice), SECRET);
    a.transact(&create, "contact-1").await.expect("contact create");
    let mut update = ContactUpdate::new(person);
    update.add(&[contact::Status::ClientDeleteProhibited]);
    a.transact(&update, "contact-2").await.expect("contact update");
    let mut update = ContactUpdate::new(person);
    update.remove(&[contact::Status::ClientDeleteProhibited]);
    a.transact(&update, "contact-3").await.expect("contact update back");
    let info = a.transact(&ContactInfo::new(person, SECRET), "contact-4").await.expect("contact info");
    assert_eq!(info.res_data().expect("contact info has data").postal_info.address.city, "Dunwich");
    let check = a.transact(&ContactCheck { contact_ids: &[person] }, "contact-5").await.expect("contact check");
    assert!(!check.res_data().expect("check has data").list[0].id.available);

    a.transact(&HostCreate::new(outside, None), "host-1").await.expect("host create outside the zone");
    let hosts = [domain::HostInfo::Obj(domain::HostObj { name: outside.into() })];
    let contacts = ["admin", "tech", "billing"]
        .map(|role| DomainContact { contact_type: role.into(), id: person.to_owned().into() });
    let create = DomainCreate::new(domain, domain::TWO_YEARS, Some(&hosts), Some(person), SECRET, Some(&contacts));
    let created = a.transact(&create, "domain-1").await.expect("domain create");
    assert_eq!(created.res_data().expect("create has data").name, domain);
    assert_eq!(refusal(a.transact(&create, "domain-2").await), ResultCode::ObjectExists);

    let addresses: [IpAddr; 2] = ["192.0.2.5", "2001:db8::5"].map(|text| text.parse().expect("an address"));
    a.transact(&HostCreate::new(inside, Some(&addresses)), "host-2").await.expect("host create inside the zone");
    let info = a.transact(&HostInfo::new(inside), "host-3").await.expect("host info");
    assert_eq!(info.res_data().expect("host info has data").addresses.len(), 2);
    let mut update = HostUpdate::new(inside);
    update.add(host::update::HostAdd { addresses: None, statuses: Some(&[host::Status::ClientDeleteProhibited]) });
    a.transact(&update, "host-4").await.expect("host update");
    let mut update = HostUpdate::new(inside);
    update
        .remove(host::update::HostRemove { addresses: None, statuses: Some(&[host::Status::ClientDeleteProhibited]) });
    a.transact(&update, "host-5").await.expect("host update back");
}

async fn update_and_renew(a: &mut Client, domain: &str, inside: &str) {
    let hosts = vec![domain::HostInfo::Obj(domain::HostObj { name: inside.to_owned().into() })];
    let mut update = DomainUpdate::new(domain);
    update.add(domain::update::DomainAdd {
        ns: Some(domain::NameServers { ns: hosts.into() }),
        contacts: None,
        statuses: Some(&[domain::Status::ClientHold]),
    });
    a.transact(&update, "domain-3").await.expect("domain update");
    let info = a.transact(&DomainInfo::new(domain, None), "domain-4").await.expect("domain info");
    let data = info.res_data().expect("domain info has data");
    assert_eq!(data.ns.as_ref().map(|ns| ns.ns.len()), Some(2));
    assert_eq!(data.hosts.as_deref(), Some(&[inside.to_owned()][..]));
    assert!(data.statuses.as_ref().is_some_and(|all| all.contains(&domain::Status::ClientHold)));
    let expiry = data.expiring_at.expect("a domain expires");
    let mut update = DomainUpdate::new(domain);
    update.remove(domain::update::DomainRemove {
        ns: None,
        contacts: None,
        statuses: Some(&[domain::Status::ClientHold]),
    });
    a.transact(&update, "domain-5").await.expect("domain update, status off");
    let renew = DomainRenew::new(domain, expiry.date_naive(), domain::ONE_YEAR);
    let renewed = a.transact(&renew, "domain-6").await.expect("domain renew");
    let later = renewed.res_data().and_then(|data| data.expiring_at).expect("renew tells the new expiry");
    assert!((365..=366).contains(&(later - expiry).num_days()), "{expiry} then {later}");
}

async fn transfer(a: &mut Client, b: &mut Client, domain: &str) {
    let wrong = DomainTransfer::new(domain, None, "not-the-Secret-1234567");
    assert_eq!(refusal(b.transact(&wrong, "transfer-1").await), ResultCode::InvalidAuthorizationInformation);
    let request = DomainTransfer::new(domain, Some(domain::ONE_YEAR), SECRET);
    let requested = b.transact(&request, "transfer-2").await.expect("transfer request");
    assert_eq!(requested.res_data().expect("transfer has data").transfer_status, "pending");
    let query = DomainTransfer::query(domain, SECRET);
    a.transact(&query, "transfer-3").await.expect("transfer query by the sponsor");
    assert!(drain(a).await.contains(&(domain.to_owned(), "pending".to_owned())), "the sponsor is told by poll");
    a.transact(&DomainTransfer::approve(domain), "transfer-4").await.expect("transfer approve");
    assert!(drain(b).await.contains(&(domain.to_owned(), "clientApproved".to_owned())), "the gainer is told by poll");
}

async fn delete(a: &mut Client, b: &mut Client, domain: &str, inside: &str, outside: &str, person: &str) {
    assert_eq!(
        refusal(b.transact(&DomainDelete::new(domain), "delete-1").await),
        ResultCode::ObjectAssociationProhibitsOperation
    );
    let hosts = [inside, outside].map(|name| domain::HostInfo::Obj(domain::HostObj { name: name.to_owned().into() }));
    let mut update = DomainUpdate::new(domain);
    update.remove(domain::update::DomainRemove {
        ns: Some(domain::NameServers { ns: hosts.to_vec().into() }),
        contacts: None,
        statuses: None,
    });
    b.transact(&update, "delete-2").await.expect("domain update, name servers off");
    b.transact(&HostDelete::new(inside), "delete-3").await.expect("host delete inside the zone");
    let deleted = b.transact(&DomainDelete::new(domain), "delete-4").await.expect("domain delete");
    a.transact(&HostDelete::new(outside), "delete-5").await.expect("host delete outside the zone");
    // While the domain only waits for its deletion, its contact stays linked.
    if deleted.result.code == ResultCode::CommandCompletedSuccessfully {
        a.transact(&ContactDelete::new(person), "delete-6").await.expect("contact delete");
    }
}

#[tokio::test]
async fn instant_epp_lives_through_a_domains_whole_life() {
    let server = Server::start();
    let demo = server.demo();
    let mut a = logged_in(demo, &demo.registrars[0]).await;
    let mut b = logged_in(demo, &demo.registrars[1]).await;
    let (domain, inside, outside, person) =
        ("rust-client.example", "ns1.rust-client.example", "ns1.rust-client.invalid", "RUST-1");

    let check = a.transact(&DomainCheck { domains: &[domain, "nic.example"] }, "check-1").await.expect("domain check");
    assert!(check.res_data().expect("check has data").list[0].name.available);
    let check = a.transact(&HostCheck { hosts: &[inside] }, "check-2").await.expect("host check");
    assert!(check.res_data().expect("check has data").list[0].name.available);
    drain(&mut a).await;
    drain(&mut b).await;

    create_objects(&mut a, domain, inside, outside, person).await;
    update_and_renew(&mut a, domain, inside).await;
    transfer(&mut a, &mut b, domain).await;
    delete(&mut a, &mut b, domain, inside, outside, person).await;
    for client in [&mut a, &mut b] {
        let response = client.transact(&Logout, "logout-1").await.expect("logout");
        assert_eq!(response.result.code, ResultCode::CommandCompletedSuccessfullyEndingSession);
    }
}

#[tokio::test]
async fn instant_epp_signs_a_domain_and_restores_it() {
    let server = Server::start_virtual();
    let demo = server.demo();
    let extensions = [secdns::XMLNS, rgp::XMLNS];
    let mut client = logged_in_with(demo, &demo.registrars[0], Some(&extensions)).await;
    let digest = "49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AC0000";
    let (algorithm, sha256) = (Algorithm::EcdsaP256Sha256, DigestAlgorithm::Sha256);
    let records = [DsDataType::new(12_346, algorithm, sha256, digest, None)];
    let signed = secdns::CreateData::from(records.as_slice());
    let create = |name| DomainCreate::new(name, domain::ONE_YEAR, None, None, SECRET, None);
    client.transact((&create("signed.test"), &signed), "signed-1").await.expect("domain create with a DS record");
    let short = [DsDataType::new(12_346, algorithm, sha256, "49FD", None)];
    let short = secdns::CreateData::from(short.as_slice());
    let refused = client.transact((&create("short.test"), &short), "signed-2").await;
    assert_eq!(refusal(refused), ResultCode::ParameterValueSyntaxError);

    let days = Command::new(support::process::binary())
        .args(["admin", "--target"])
        .arg(server.directory().join("demo.json"))
        .args(["clock", "advance", "--days", "10"])
        .output();
    assert!(days.expect("the binary can be started").status.success());
    let deleted = client.transact(&DomainDelete::new("signed.test"), "signed-3").await.expect("domain delete");
    assert_eq!(deleted.result.code, ResultCode::CommandCompletedSuccessfullyActionPending);
    let restore = RgpUpdate { data: RgpRestoreRequest::default() };
    let mut update = DomainUpdate::new("signed.test");
    update.info(domain::update::DomainChangeInfo { registrant: None, auth_info: None });
    let restored = client.transact((&update, &restore), "signed-4").await.expect("a restore request");
    let Some(RgpRequestResponse::Update(data)) = restored.extension() else { panic!("{restored:?}") };
    assert_eq!(data.rgp_status, [RgpStatus::PendingRestore]);
}
