//! A small registry in memory for the tests of the rules: three registrars, four TLDs, a clock that is set by hand.

pub(crate) mod idn;

use std::net::IpAddr;

use crate::base::timestamp::Timestamp;
use crate::model::answer::{Answer, Success};
use crate::model::auth::AuthDigest;
use crate::model::command::{Query, Transform};
use crate::model::idn::IdnPolicy;
use crate::model::memory::Memory;
use crate::model::operator::{OperatorCommand, OperatorRefusal};
use crate::model::record::{
    Contact, ContactRole, DataModel, Disclosure, FeePolicy, Host, HostModel, Kind, Periods, PostalAddress, PostalInfo,
    PostalKind, Registrar, Tld,
};
use crate::model::refusal::Refusal;
use crate::model::sec_dns::SecDnsPolicy;
use crate::model::status::Statuses;
use crate::model::transaction::{Actor, Change, Origin, Transaction};
use crate::model::ttl::TtlBounds;
use crate::model::view::View;
use crate::registry::{Cause, Decision, Reader, Request, checks, decide, due, invariants, operator, query};

/// A registrar.
pub(crate) const A: &str = "registrar-a";
/// Another registrar.
pub(crate) const B: &str = "registrar-b";
/// A registrar with no part in what the others do.
pub(crate) const C: &str = "registrar-c";
/// The authInfo of what [`World`] puts.
pub(crate) const PASSWORD: &str = "2fooBAR";

/// A registry in memory. It has the TLDs `example` (maximum model; registrant, admin and tech required), `test` (minimum
/// model), `attr` (minimum model; host attributes) and `choice` (the model of each registrar: A has chosen the maximum, B the
/// minimum, C nothing; registrant and tech required), all with periods of whole years from 1 to 10 and five days for
/// transfers.
pub(crate) struct World {
    /// The records.
    pub(crate) memory: Memory,
    /// The moment of the next command. It stands still unless a test moves it.
    pub(crate) now: Timestamp,
    /// The sequence of the last transaction.
    pub(crate) sequence: u64,
}

impl World {
    /// A registry without domains, hosts and contacts, on 2026-11-21T09:08:07.123Z and a few microseconds more.
    pub(crate) fn new() -> Self {
        let now = Timestamp::from_micros(1_795_252_087_123_456);
        let mut world = Self { memory: Memory::default(), now, sequence: 0 };
        for (clid, iana_id, data_model) in
            [(A, 9995, Some(DataModel::Maximum)), (B, 9996, Some(DataModel::Minimum)), (C, 9997, None)]
        {
            world.put(vec![Change::PutRegistrar(Registrar { data_model, ..registrar(clid, iana_id, now) })]);
        }
        let required = vec![ContactRole::Admin, ContactRole::Tech];
        world.put(vec![Change::PutTld(tld("example", DataModel::Maximum, required, now))]);
        world.put(vec![Change::PutTld(tld("test", DataModel::Minimum, Vec::new(), now))]);
        let attr = tld("attr", DataModel::Minimum, Vec::new(), now);
        world.put(vec![Change::PutTld(Tld { host_model: HostModel::Attributes, ..attr })]);
        world.put(vec![Change::PutTld(tld("choice", DataModel::PerRegistrar, vec![ContactRole::Tech], now))]);
        world
    }

    /// Applies changes that no rule judged.
    pub(crate) fn put(&mut self, changes: Vec<Change>) {
        self.sequence += 1;
        let origin = Origin {
            actor: Actor::System,
            cl_trid: None,
            sv_trid: format!("SV-{}", self.sequence),
            command: "test".into(),
            time: self.now,
        };
        let transaction = Transaction { sequence: self.sequence, origin, changes };
        self.memory.commit(&transaction).expect("records sealed here are what their kinds say");
    }

    /// Decides by the given rule and applies what it decides.
    pub(crate) fn act(
        &mut self,
        clid: &str,
        rule: impl FnOnce(&Memory, &Request<'_>) -> Result<Decision, Refusal>,
    ) -> Result<(Success, Answer<'static>), Refusal> {
        let decision = rule(&self.memory, &self.request(clid))?;
        self.put(decision.changes);
        Ok((decision.success, decision.answer))
    }

    /// What a rule knows of who commands the next transaction, and when.
    fn request<'a>(&self, clid: &'a str) -> Request<'a> {
        let sequence = self.sequence + 1;
        let mut salt = [0; _];
        salt[..8].copy_from_slice(&sequence.to_be_bytes());
        Request { clid, now: self.now, sequence, salt, repository_id: "REPO", cl_trid: Some("CL-1"), sv_trid: "SV-1" }
    }

    /// The result code that a command would have, which is then not carried out.
    pub(crate) fn judged(&self, clid: &str, command: &Transform) -> u16 {
        let decided = decide::decide(&self.memory, &self.request(clid), command);
        decided.map_or_else(|refusal| refusal.code(), |decision| decision.success.code())
    }

    /// Runs a command.
    pub(crate) fn run(&mut self, clid: &str, command: &Transform) -> Result<(Success, Answer<'static>), Refusal> {
        self.act(clid, |view, request| decide::decide(view, request, command))
    }

    /// Runs an operator's command.
    pub(crate) fn operate(&mut self, command: &OperatorCommand) -> Result<(), OperatorRefusal> {
        let command_name = command.name();
        let cause = Cause {
            command: command_name,
            operator: "operator",
            cl_trid: None,
            sv_trid: "SV-OP",
            now: self.now.trunc_millis(),
        };
        let decision = operator::decide::decide(&self.memory, &cause, command)?;
        self.put(decision.changes);
        Ok(())
    }

    /// Lets time pass until `to`; whatever falls due meanwhile becomes, in the order of its due time. The steps that were
    /// taken, with their moments.
    pub(crate) fn pass(&mut self, to: Timestamp) -> Vec<(Timestamp, &'static str)> {
        let mut taken = Vec::new();
        loop {
            let keys = |kind| self.memory.keys(kind).into_iter().map(move |key| (kind, key.to_vec()));
            let all = keys(Kind::Domain).chain(keys(Kind::Contact)).chain(keys(Kind::Maintenance));
            let due = all.filter_map(|(kind, key)| Some((due::deadline(&self.memory, kind, &key)?, kind, key)));
            let Some((at, kind, key)) = due.min().filter(|(at, ..)| *at <= to) else { break };
            let (dated, step) = due::decide(&self.memory, kind, &key, at, "SV-DUE").expect("whole").expect("due");
            assert_eq!(dated, at);
            self.now = self.now.max(at);
            self.put(step.changes);
            invariants::check(&self.memory, self.now).expect(step.command);
            taken.push((at, step.command));
        }
        self.now = to;
        taken
    }

    /// Runs a command for its result code.
    pub(crate) fn code(&mut self, clid: &str, command: &Transform) -> u16 {
        code(&self.run(clid, command))
    }

    /// Asks a query.
    pub(crate) fn ask<'v>(&'v self, clid: &str, query: &'v Query<'_>) -> Result<(Success, Answer<'v>), Refusal> {
        query::answer(&self.memory, &Reader { clid, now: self.now }, query)
    }

    /// Puts a contact with [`PASSWORD`] as its authInfo.
    pub(crate) fn put_contact(&mut self, clid: &str, id: &str) {
        let contact = contact(self.sequence + 1, clid, id, self.now);
        self.put(vec![Change::PutContact(contact)]);
    }

    /// Puts a host, below the domain it stands below where that is in one of the TLDs.
    pub(crate) fn put_host(&mut self, clid: &str, name: &str, addresses: &[&str]) {
        let addresses = addresses.iter().map(|text| text.parse::<IpAddr>().expect("tests write addresses").into());
        let host = Host {
            id: self.sequence + 1,
            roid: checks::roid('H', self.sequence + 1, "REPO"),
            name: name.into(),
            superordinate: self.memory.superordinate_name(name).map(str::to_owned),
            addresses: addresses.collect(),
            sponsor: clid.into(),
            creator: clid.into(),
            created: self.now.trunc_millis(),
            updater: None,
            updated: None,
            transferred: None,
            statuses: Statuses::NONE,
            ttls: Vec::new(),
        };
        self.put(vec![Change::PutHost(host)]);
    }
}

/// The result code, of success or refusal.
pub(crate) fn code<T>(result: &Result<(Success, T), Refusal>) -> u16 {
    match result {
        Ok((success, _)) => success.code(),
        Err(refusal) => refusal.code(),
    }
}

/// A registrar with nothing set but its name and id.
pub(crate) fn registrar(clid: &str, iana_id: u32, created: Timestamp) -> Registrar {
    Registrar {
        clid: clid.into(),
        iana_id: Some(iana_id),
        name: format!("{clid} Inc."),
        password: String::new(),
        certificates: Vec::new(),
        networks: Vec::new(),
        suspended: false,
        terminated: None,
        session_limit: None,
        email: None,
        voice: None,
        url: None,
        rdap_url: None,
        abuse_email: None,
        abuse_voice: None,
        created,
        updated: None,
        data_model: None,
        password_since: None,
        address: None,
        fax: None,
        is_test: false,
    }
}

/// A TLD with periods of whole years from 1 to 10.
pub(crate) fn tld(name: &str, data_model: DataModel, required_contacts: Vec<ContactRole>, created: Timestamp) -> Tld {
    Tld {
        name: name.into(),
        data_model,
        required_contacts,
        repository_id: name.to_ascii_uppercase(),
        min_months: 12,
        max_months: 120,
        default_months: 12,
        transfer_days: 5,
        periods: Periods::default(),
        restore_report: true,
        idn: false,
        fee_policy: FeePolicy::Premium,
        disclosure: Disclosure::ByDisclose,
        created,
        updated: None,
        host_model: HostModel::Objects,
        sec_dns: SecDnsPolicy::default(),
        idn_policy: IdnPolicy::default(),
        ttls: TtlBounds::all(),
        extensions_off: Vec::new(),
    }
}

fn contact(object_id: u64, clid: &str, id: &str, now: Timestamp) -> Contact {
    let address = PostalAddress {
        street: vec!["123 Example Dr.".into()],
        city: "Dulles".into(),
        sp: Some("VA".into()),
        pc: Some("20166-6503".into()),
        cc: "US".into(),
    };
    Contact {
        object_id,
        roid: checks::roid('C', object_id, "REPO"),
        id: id.into(),
        postal: vec![PostalInfo { kind: PostalKind::Int, name: "John Doe".into(), org: None, address }],
        voice: None,
        fax: None,
        email: "jdoe@example.com".into(),
        sponsor: clid.into(),
        creator: clid.into(),
        created: now.trunc_millis(),
        updater: None,
        updated: None,
        transferred: None,
        statuses: Statuses::NONE,
        auth: Some(AuthDigest::new([7; _], PASSWORD)),
        disclose: None,
        transfer: None,
        orphan: None,
        auth_until: None,
    }
}
