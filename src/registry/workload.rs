//! Random lives of a whole registry, for tests: every command, what operators do, and time that passes.

use proptest::prelude::*;

use crate::base::timestamp::Timestamp;
use crate::model::command::{
    AddressFamily, AuthInfo, ContactChange, ContactCreate, ContactReference, ContactUpdate, DomainAddRem, DomainChange,
    DomainCreate, DomainUpdate, HostAddRem, HostAddress, HostAttribute, HostUpdate, NameServers, Period, PeriodUnit,
    StatusValue, TransferOp, Transform,
};
use crate::model::fee::FeeOffer;
use crate::model::idn::{IdnData, VariantPolicy};
use crate::model::launch::{ApplicationStatus, Phase, PhaseKind};
use crate::model::launch_command::{CodeMark, GivenMarks, LaunchCreate, LaunchId, SignedMark};
use crate::model::mark::{Court, Mark, Right};
use crate::model::money::Decimal;
use crate::model::operator::{
    BillingPost, ByName, ContactOrphan, ContactRedact, DomainRemove, DomainReturn, Handover, IdnRekey, LaunchAllocate,
    LaunchPhaseRemove, LaunchPhaseSet, LaunchRefuse, LaunchStatus, ListLoad, LockChange, MaintenanceRemove,
    MaintenanceSpec, ObjectKind, OperatorCommand, PolicySet, PriceSet, RegistrarSet, RegistrarTerminate, StatusChange,
    TldPeriods, TldSet, TokenAdd, TokenRevoke, TokenTerms,
};
use crate::model::record::{
    ArchivedDomain, ContactRole, DataModel, FeePolicy, ListPurpose, LockCause, PostalAddress, PostalInfo, PostalKind,
};
use crate::model::rgp::{Restore, RestoreOp, RestoreReport};
use crate::model::sec_dns::{DsData, KeyData, SecDnsData, SecDnsRecords, SecDnsRemoval, SecDnsUpdate};
use crate::model::status::Status;
use crate::model::token::TokenAction;
use crate::model::ttl::TtlGiven;
use crate::model::view::View;
use crate::registry::testing::{A, B, C, PASSWORD, idn as tables};

/// The domains of these lives.
pub(crate) const DOMAINS: [&str; 6] = ["one.example", "two.example", "one.test", "two.test", "one.attr", "one.choice"];
/// Those with variants, where the TLDs have tables: ße and sse, öne (and one.example above), ее, её and ёе.
pub(crate) const IDNS: [&str; 6] = [
    "xn--e-pfa.example",
    "sse.example",
    "xn--ne-eka.example",
    "xn--e1aa.example",
    "xn--e1a0d.example",
    "xn--e1a9c.example",
];
/// The names that are applied for, the last two, sön and son, being variants of each other.
const LAUNCHED: [&str; 5] = ["two.test", "four.test", "five.test", "xn--sn-fka.test", "son.test"];
/// The hosts of these lives.
pub(crate) const HOSTS: [&str; 8] = [
    "ns1.one.example",
    "ns2.one.example",
    "ns1.two.example",
    "ns1.one.test",
    "a.ns1.one.test",
    "ns1.one.attr",
    "ns1.example.com",
    "ns2.example.com",
];
/// The contacts of these lives.
pub(crate) const CONTACTS: [&str; 3] = ["jd1234", "sh8013", "abuse"];
const OPS: [TransferOp; 6] = [
    TransferOp::Request,
    TransferOp::Request,
    TransferOp::Approve,
    TransferOp::Approve,
    TransferOp::Reject,
    TransferOp::Cancel,
];

/// What happens in one step.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// A registrar commands.
    Command(String, Transform),
    /// An operator commands.
    Operator(OperatorCommand),
    /// So many days pass.
    Pass(i64),
}

/// What one step is made of.
#[derive(Clone, Debug)]
pub(crate) struct Dice {
    what: u8,
    who: usize,
    pick: [usize; 4],
}

/// How many cases [`Dice::what`] has.
const CASES: u64 = 43;

/// Any dice.
pub(crate) fn dice() -> impl Strategy<Value = Dice> {
    let pick = [0..60usize, 0..60usize, 0..60usize, 0..60usize];
    (0..CASES as u8, 0..10usize, pick).prop_map(|(what, who, pick)| Dice { what, who, pick })
}

impl Dice {
    /// Dice of numbers below the one that is asked for.
    pub(crate) fn roll(mut below: impl FnMut(u64) -> u64) -> Self {
        let what = below(CASES) as u8;
        let mut pick = || below(60) as usize;
        let pick = [pick(), pick(), pick(), pick()];
        Self { what, who: below(10) as usize, pick }
    }

    /// What happens, in a registry that looks like this.
    pub(crate) fn deed(&self, view: &impl View, now: Timestamp) -> Deed {
        match self.what {
            16 => Deed::Pass(self.one_of(0, &[0, 0, 1, 1, 2, 3, 4, 6, 30, 50])),
            17 | 18 if self.pick[1] < 2 => Deed::Pass(300 + self.pick[0] as i64),
            24..=29 => Deed::Operator(self.operator(view)),
            30..=33 => Deed::Operator(self.money()),
            34..=37 => self.launch(view),
            38..=41 => self.idn(view),
            42 => Deed::Operator(self.maintenance(now)),
            _ => {
                let command = self.command(view, now);
                Deed::Command(self.clid(view, &command), command)
            }
        }
    }

    fn one_of<T: Copy>(&self, nth: usize, of: &[T]) -> T {
        of[self.pick[nth] % of.len()]
    }

    /// Mostly one that may, for transfers too.
    fn clid(&self, view: &impl View, command: &Transform) -> String {
        if self.who >= 8 {
            return self.one_of(3, &[A, B, C]).into();
        }
        let (sponsor, op) = match command {
            Transform::DomainTransfer { op, name, .. } => (view.domain(name).map(|d| &d.sponsor), Some(*op)),
            Transform::ContactTransfer { op, id, .. } => (view.contact(id).map(|c| &c.sponsor), Some(*op)),
            Transform::DomainUpdate(DomainUpdate { name, .. })
            | Transform::DomainDelete { name }
            | Transform::DomainRenew { name, .. } => (view.domain(name).map(|d| &d.sponsor), None),
            Transform::HostCreate { name, .. } => {
                let above = view.superordinate_name(name);
                (above.and_then(|above| view.domain(above)).map(|d| &d.sponsor), None)
            }
            Transform::HostUpdate(HostUpdate { name, .. }) | Transform::HostDelete { name } => {
                (view.host_named(name).map(|h| &h.sponsor), None)
            }
            Transform::ContactUpdate(ContactUpdate { id, .. }) | Transform::ContactDelete { id } => {
                (view.contact(id).map(|c| &c.sponsor), None)
            }
            _ => (None, None),
        };
        let other = self.one_of(3, &[A, B]);
        match (sponsor, op) {
            (Some(sponsor), Some(TransferOp::Request | TransferOp::Cancel)) if sponsor == A => B.into(),
            (Some(_), Some(TransferOp::Request | TransferOp::Cancel)) => A.into(),
            (Some(sponsor), _) => sponsor.to_string(),
            (None, _) => other.into(),
        }
    }

    fn auth() -> AuthInfo {
        AuthInfo::Password { password: PASSWORD.into(), roid: None }
    }

    /// Mostly of the kind that the TLD has, and with addresses where it needs some.
    fn name_servers(&self, nth: usize, domain: &str) -> Option<NameServers> {
        let name = self.one_of(nth, &HOSTS).to_owned();
        if domain.ends_with(".attr") == (self.pick[nth] >= 58) {
            return Some(NameServers::Objects(vec![name]));
        }
        let addresses = if name.ends_with(domain) { self.addresses(&name, 1) } else { Vec::new() };
        Some(NameServers::Attributes(vec![HostAttribute { name, addresses }]))
    }

    /// One that the domain has.
    fn first_name_server(view: &impl View, domain: &ArchivedDomain) -> Option<NameServers> {
        if let Some(server) = domain.host_attributes.first() {
            let gone = HostAttribute { name: server.name.to_string(), addresses: Vec::new() };
            return Some(NameServers::Attributes(vec![gone]));
        }
        let host = view.host(domain.name_servers.first()?.to_native())?;
        Some(NameServers::Objects(vec![host.name.to_string()]))
    }

    fn contact(&self, nth: usize, role: ContactRole) -> ContactReference {
        ContactReference { role: Some(role), id: self.one_of(nth, &CONTACTS).into() }
    }

    fn addresses(&self, name: &str, nth: usize) -> Vec<HostAddress> {
        let text = self.one_of(nth, &["192.0.2.1", "192.0.2.2", "2001:db8::1"]);
        let family = if text.contains(':') { AddressFamily::V6 } else { AddressFamily::V4 };
        // A host outside may have none; one inside is good for a delegation only with some.
        let some = !name.ends_with(".com") && self.pick[nth] < 50;
        if some { vec![HostAddress { family, text: text.into() }] } else { Vec::new() }
    }

    fn statuses(&self, nth: usize) -> Vec<StatusValue> {
        let status = self.one_of(nth, &Status::ALL[..5]);
        let text = if self.pick[2].is_multiple_of(2) { "Payment overdue." } else { "" };
        let value = StatusValue { text: text.into(), ..status.into() };
        if self.pick[nth].is_multiple_of(3) { vec![value] } else { Vec::new() }
    }

    /// Mostly one that is there, or for a create one that is not.
    fn domain(&self, view: &impl View) -> String {
        let free = matches!(self.what, 0 | 1 | 17);
        let fit: Vec<&str> = DOMAINS.into_iter().filter(|name| view.domain(name).is_none() == free).collect();
        let any = fit.is_empty() || self.pick[3] >= 50;
        self.one_of(0, if any { &DOMAINS } else { &fit }).to_owned()
    }

    fn command(&self, view: &impl View, now: Timestamp) -> Transform {
        let domain = self.domain(view);
        let host = self.one_of(0, &HOSTS).to_owned();
        let contact = self.one_of(0, &CONTACTS).to_owned();
        match self.what {
            0 | 1 | 17 => Transform::DomainCreate(self.domain_create(domain)),
            2 | 3 => Transform::DomainUpdate(self.domain_update(view, domain)),
            4 => Transform::DomainDelete { name: domain },
            5 | 6 => {
                let pending = view.domain(&domain).map(|domain| domain.statuses.get().has(Status::PendingTransfer));
                let (op, auth) = (self.op(pending), Some(Self::auth()));
                Transform::DomainTransfer {
                    op,
                    name: domain,
                    period: self.period(),
                    auth,
                    fee: self.offer(),
                    token: self.token(),
                }
            }
            7 | 8 => Transform::HostCreate { addresses: self.addresses(&host, 1), name: host, ttls: self.ttls() },
            9 => Transform::HostUpdate(self.host_update(host)),
            10 => Transform::HostDelete { name: host },
            11 | 12 => Transform::ContactCreate(contact_create(contact)),
            13 => Transform::ContactDelete { id: contact },
            14 => {
                let pending = view.contact(&contact).map(|found| found.statuses.get().has(Status::PendingTransfer));
                Transform::ContactTransfer { op: self.op(pending), id: contact, auth: Some(Self::auth()) }
            }
            18 | 19 => {
                let expires = view.domain(&domain).map(|domain| domain.expires.get().date());
                Transform::DomainRenew {
                    name: domain,
                    current_expiry: expires,
                    period: self.period(),
                    fee: self.offer(),
                    token: self.token(),
                }
            }
            20 | 21 => Transform::DomainUpdate(self.restore(domain, now)),
            22 | 23 => Transform::ContactUpdate(self.contact_update(contact)),
            _ => Transform::PollAck { message: Some((self.pick[1] % 12).to_string()) },
        }
    }

    /// A lock that there is.
    fn locked(view: &impl View) -> Option<LockChange> {
        let locked = DOMAINS.into_iter().filter_map(|name| Some((name, view.domain(name)?.locks.first()?.cause.get())));
        let change = |(name, cause): (&str, _)| LockChange {
            name: name.to_owned(),
            cause: ByName(cause),
            case: None,
            reason: None,
        };
        locked.map(change).next()
    }

    fn operator(&self, view: &impl View) -> OperatorCommand {
        let name = self.one_of(0, &DOMAINS).to_owned();
        let reason = self.pick[3].is_multiple_of(2).then(|| "court order".to_owned());
        let lock = || LockChange {
            name: name.clone(),
            cause: ByName(self.one_of(2, &[LockCause::Urs, LockCause::Abuse])),
            case: None,
            reason: reason.clone(),
        };
        let (object, name_of) = self.one_of(
            2,
            &[
                (ObjectKind::Domain, self.one_of(0, &DOMAINS)),
                (ObjectKind::Host, self.one_of(0, &HOSTS)),
                (ObjectKind::Contact, self.one_of(0, &CONTACTS)),
            ],
        );
        match self.what {
            24 if self.pick[1] < 25 => OperatorCommand::LockSet(lock()),
            24 => OperatorCommand::LockUnset(LockChange { reason: None, ..Self::locked(view).unwrap_or_else(lock) }),
            25 if self.pick[1] < 30 => {
                OperatorCommand::DomainDelete(DomainRemove { name, purge: self.pick[2] < 10, reason })
            }
            25 => OperatorCommand::DomainRestore(DomainReturn { name, reason }),
            26 => OperatorCommand::ObjectHandover(Handover {
                object,
                name: name_of.to_owned(),
                from: None,
                to: self.one_of(1, &[A, B, B, C]).to_owned(),
                case: None,
                reason,
            }),
            27 if self.pick[1] < 3 => OperatorCommand::RegistrarTerminate(RegistrarTerminate { clid: C.to_owned() }),
            27 if self.pick[1] < 13 => OperatorCommand::RegistrarSet(RegistrarSet {
                clid: self.one_of(2, &[A, B, C]).to_owned(),
                data_model: Some(ByName(self.one_of(3, &[DataModel::Minimum, DataModel::Maximum]))),
                ..RegistrarSet::default()
            }),
            27 => OperatorCommand::ContactRedact(ContactRedact { id: self.one_of(0, &CONTACTS).to_owned(), reason }),
            28 => {
                let there = match object {
                    ObjectKind::Domain => view.domain(name_of).map(|domain| domain.statuses.get()),
                    ObjectKind::Host => view.host_named(name_of).map(|host| host.statuses.get()),
                    ObjectKind::Contact => view.contact(name_of).map(|contact| contact.statuses.get()),
                };
                let there = there.and_then(|statuses| statuses.iter().find(|status| status.is_server()));
                let set = there.is_none() || self.pick[3] < 20;
                let any = self.one_of(1, &Status::ALL[13..]);
                let status = ByName(there.filter(|_| !set).unwrap_or(any));
                let change = StatusChange { object, name: name_of.to_owned(), status, reason };
                if set { OperatorCommand::StatusSet(change) } else { OperatorCommand::StatusUnset(change) }
            }
            _ => OperatorCommand::TldSet(TldSet {
                name: self.one_of(0, &["example", "test", "attr", "choice"]).to_owned(),
                min_months: Some(self.one_of(3, &[1, 12])),
                periods: TldPeriods {
                    auto_renew_grace: Some(self.one_of(2, &[0, 45])),
                    transfer_grace: Some(self.one_of(1, &[0, 5, 60])),
                    renew_grace: Some(self.one_of(3, &[0, 5, 60])),
                    add_grace: Some(self.one_of(1, &[0, 5])),
                    redemption: Some(self.one_of(2, &[0, 30])),
                    pending_delete: Some(self.one_of(3, &[0, 5])),
                    ..TldPeriods::default()
                },
                restore_report: Some(self.pick[1] < 30),
                fee_policy: Some(ByName(self.one_of(2, &[FeePolicy::Premium, FeePolicy::Always]))),
                ..TldSet::default()
            }),
        }
    }

    /// Maintenance that is announced, changed or called off.
    fn maintenance(&self, now: Timestamp) -> OperatorCommand {
        let id = self.one_of(0, &["first", "second"]).to_owned();
        let start = now.plus_days(self.one_of(1, &[1, 2, 9]));
        let spec = MaintenanceSpec {
            id: id.clone(),
            systems: Some(vec!["EPP=full".into()]),
            start_micros: Some(start.micros()),
            end_micros: Some(start.plus_days(self.one_of(2, &[1, 3])).micros()),
            descriptions: Some(vec!["@de:Umzug".into()]),
            courtesy_minutes: self.pick[3].is_multiple_of(2).then(|| vec![60, 3 * 24 * 60]),
            tells_end: self.pick[3].is_multiple_of(3).then_some(false),
            ..MaintenanceSpec::default()
        };
        match self.who {
            0..=4 => OperatorCommand::MaintenanceAdd(spec),
            5..=7 => OperatorCommand::MaintenanceSet(spec),
            _ => OperatorCommand::MaintenanceRemove(MaintenanceRemove { id }),
        }
    }

    /// What an application says of marks.
    fn marks(&self, name: &str) -> GivenMarks {
        let label = name.split('.').next().unwrap_or_default().to_owned();
        let right = Right { labels: vec![label.clone()], ..Right::default() };
        let mark = Mark { courts: vec![Court { right, ..Court::default() }], ..Mark::default() };
        match self.pick[2] {
            0..20 => GivenMarks::default(),
            20..40 => GivenMarks::Codes(vec![CodeMark { code: None, validator: None, mark: Some(Box::new(mark)) }]),
            _ => GivenMarks::Valid(vec![SignedMark {
                id: "1-1".into(),
                labels: vec![label],
                not_before: Timestamp::from_micros(0),
                not_after: Timestamp::from_micros(i64::MAX),
                mark,
            }]),
        }
    }

    /// What happens in a launch, which is not always one.
    fn launch(&self, view: &impl View) -> Deed {
        let name = self.one_of(0, &LAUNCHED).to_owned();
        let tld = "test".to_owned();
        let phase = Phase { kind: PhaseKind::Landrush, name: String::new() };
        let all: Vec<_> = view.applications(&name).filter(|found| !found.status.get().is_final()).collect();
        let found = (!all.is_empty()).then(|| all[self.pick[1] % all.len()]);
        let id = found.map_or_else(|| "none".to_owned(), |found| found.id.to_string());
        let sponsor =
            found.map_or_else(|| self.one_of(3, &[A, B]).to_owned(), |found| found.domain.sponsor.to_string());
        let application = LaunchId { phase: phase.clone(), application: id.clone() };
        let phases = view.launch_plan(&tld).map_or(0, |plan| plan.phases.len());
        match (self.what, phases) {
            // Open and landrush at once, so that names are registered and applied for.
            (34 | 35, 0) => Deed::Operator(Self::phase(tld, PhaseKind::Open)),
            (34 | 35, 1) => Deed::Operator(Self::phase(tld, PhaseKind::Landrush)),
            (34 | 35, _) if self.pick[1] < 2 => Deed::Operator(OperatorCommand::LaunchPhaseRemove(LaunchPhaseRemove {
                tld,
                phase: ByName(PhaseKind::Landrush),
                name: String::new(),
            })),
            (34 | 35, _) => {
                let (marks, notices) = (self.marks(&name), Vec::new());
                let launch = Some(Box::new(LaunchCreate { phase, object: None, marks, notices }));
                let create = DomainCreate { launch, period: None, ..self.domain_create(name) };
                Deed::Command(self.one_of(3, &[A, B]).to_owned(), Transform::DomainCreate(create))
            }
            _ => match self.pick[2] {
                0..10 => Deed::Command(sponsor, Transform::ApplicationDelete { name, id: application }),
                10..25 => {
                    let name_servers = self.name_servers(1, &name);
                    let add = Some(DomainAddRem { name_servers, ..DomainAddRem::default() });
                    let update = DomainUpdate {
                        name,
                        add,
                        rem: None,
                        chg: None,
                        restore: None,
                        fee: None,
                        sec_dns: None,
                        ttls: Vec::new(),
                    };
                    Deed::Command(sponsor, Transform::ApplicationUpdate { update, id: application })
                }
                25..40 => {
                    let keep_others = self.pick[3] < 20;
                    Deed::Operator(OperatorCommand::LaunchAllocate(LaunchAllocate { id, keep_others }))
                }
                40..50 => Deed::Operator(OperatorCommand::LaunchRefuse(LaunchRefuse { id, reason: None })),
                _ => {
                    let status = ByName(self.one_of(3, &ApplicationStatus::ALL[..4]));
                    Deed::Operator(OperatorCommand::LaunchStatus(LaunchStatus { id, status, reason: None }))
                }
            },
        }
    }

    /// What becomes of internationalized names and of the tables that they are judged by.
    fn idn(&self, view: &impl View) -> Deed {
        let free = self.what <= 39;
        let fit: Vec<&str> = IDNS.into_iter().filter(|name| view.domain(name).is_none() == free).collect();
        let name = self.one_of(0, if fit.is_empty() { &IDNS } else { &fit }).to_owned();
        let sponsor = view.domain(&name).map(|domain| domain.sponsor.to_string());
        match (self.what, sponsor) {
            (38 | 39, _) => {
                let table = self.one_of(2, &["latin", "cyrillic"]).to_owned();
                let idn = (self.pick[3] < 10).then_some(IdnData { table, u_name: None });
                // A holds most, so that variants meet with their holder.
                let clid = self.one_of(3, &[A, A, B]).to_owned();
                let create =
                    DomainCreate { idn, name_servers: None, sec_dns: None, token: None, ..self.domain_create(name) };
                Deed::Command(clid, Transform::DomainCreate(create))
            }
            (40, Some(clid)) if self.pick[1] < 15 => Deed::Command(clid, Transform::DomainDelete { name }),
            (40, Some(_)) if self.pick[1] < 30 => {
                Deed::Operator(OperatorCommand::DomainDelete(DomainRemove { name, purge: true, reason: None }))
            }
            _ => Deed::Operator(self.tables(view, name)),
        }
    }

    /// The other version of a table, another policy of a TLD, or a name that is judged anew.
    fn tables(&self, view: &impl View, name: String) -> OperatorCommand {
        let policies = [VariantPolicy::Blocked, VariantPolicy::SameHolder];
        let is_apart = view.idn_table("latin").is_some_and(|table| table.lgr.size().variants == 0);
        match self.pick[2] {
            0..15 => tables::load("latin", if is_apart { tables::LATIN } else { tables::LATIN_APART }),
            15..22 => tables::take(
                self.one_of(0, &["example", "test"]),
                &[("latin", self.one_of(1, &policies)), ("cyrillic", self.one_of(3, &policies))],
            ),
            _ => OperatorCommand::IdnRekey(IdnRekey { name }),
        }
    }

    /// A phase from now on, by application where it is a landrush.
    fn phase(tld: String, kind: PhaseKind) -> OperatorCommand {
        OperatorCommand::LaunchPhaseSet(LaunchPhaseSet {
            tld,
            phase: ByName(kind),
            name: String::new(),
            from_micros: None,
            until_micros: None,
            applications: kind == PhaseKind::Landrush,
            notices: false,
            signed_mark: false,
            signed_mark_if_listed: false,
            notice_days: None,
        })
    }

    /// What an operator does about prices, accounts, lists, tokens and policy.
    fn money(&self) -> OperatorCommand {
        let tld = self.one_of(0, &["example", "test", "attr", "choice"]).to_owned();
        let amounts = |nth| vec![self.one_of(nth, &["0", "1", "2.50", "7.99"]).to_owned()];
        match self.what {
            30 => OperatorCommand::PriceSet(PriceSet {
                tld,
                currency: self.one_of(1, &["EUR", "USD"]).to_owned(),
                class: self.one_of(2, &["", "", "gold"]).to_owned(),
                from_micros: None,
                create: amounts(1),
                renew: amounts(2),
                transfer: amounts(3),
                restore: "5".to_owned(),
            }),
            31 => OperatorCommand::BillingPay(BillingPost {
                clid: self.one_of(1, &[A, B]).to_owned(),
                amount: "20".to_owned(),
                reason: "wire".to_owned(),
            }),
            32 => {
                let kinds = [ListPurpose::Premium, ListPurpose::Premium, ListPurpose::Reserved, ListPurpose::Token];
                let kind = self.one_of(1, &kinds);
                OperatorCommand::ListLoad(ListLoad {
                    tld,
                    name: kind.name().to_owned(),
                    kind: ByName(kind),
                    class: if kind == ListPurpose::Premium { "gold".to_owned() } else { String::new() },
                    labels: vec![self.one_of(2, &["one", "two", "three"]).to_owned()],
                    patterns: Vec::new(),
                })
            }
            _ if self.pick[1] < 25 => self.tokens(),
            _ if self.pick[1] < 45 => OperatorCommand::PolicySet(PolicySet {
                orphan_contact_days: Some(self.one_of(2, &[0, 10, 30])),
                orphan_delete_days: Some(self.one_of(3, &[0, 10])),
                auth_info_hours: Some(self.one_of(0, &[0, 24, 300])),
                ..PolicySet::default()
            }),
            _ => OperatorCommand::ContactOrphan(ContactOrphan { id: self.one_of(0, &CONTACTS).to_owned() }),
        }
    }

    /// Mostly one that the TLD may take.
    fn period(&self) -> Option<Period> {
        let of = |count, unit| Some(Period { count, unit });
        let (years, months) = (PeriodUnit::Years, PeriodUnit::Months);
        let all = [None, None, of(1, years), of(2, years), of(9, years), of(10, years), of(1, months), of(7, months)];
        self.one_of(3, &all)
    }

    /// What a client agrees to pay: mostly enough.
    fn offer(&self) -> Option<FeeOffer> {
        let shown = self.one_of(2, &["1000", "1000", "3", "0"]);
        let total = Decimal::parse(shown)?;
        (self.pick[3] < 40).then(|| FeeOffer { currency: None, total, shown: shown.into() })
    }

    /// TTLs: mostly none, mostly of what the object has.
    fn ttls(&self) -> Vec<TtlGiven> {
        let record = self.one_of(1, &["NS", "DS", "A", "AAAA"]);
        let seconds = self.one_of(2, &[None, Some(3600), Some(7200), Some(1)]);
        if self.pick[0] < 50 { Vec::new() } else { vec![TtlGiven { record, custom: None, seconds }] }
    }

    /// A token: one that there is, or may be.
    fn token(&self) -> Option<String> {
        let token = self.one_of(1, &["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7"]);
        (self.who == 7).then(|| token.to_owned())
    }

    /// New tokens, or the end of one.
    fn tokens(&self) -> OperatorCommand {
        let token = self.one_of(1, &["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7"]).to_owned();
        if self.pick[2] < 5 {
            return OperatorCommand::TokenRevoke(TokenRevoke { tokens: vec![token] });
        }
        let terms = TokenTerms {
            batch: self.one_of(0, &["spring", "winter"]).to_owned(),
            name: (self.pick[3] < 10).then(|| self.one_of(0, &DOMAINS).to_owned()),
            registrar: (self.pick[3] > 50).then(|| A.to_owned()),
            actions: if self.pick[2] < 30 { Vec::new() } else { vec![ByName(self.one_of(2, &TokenAction::ALL))] },
            uses: self.one_of(3, &[None, Some(0), Some(2)]),
            discount: self.one_of(2, &[None, Some("50%"), Some("100%"), Some("EUR=1.50")]).map(str::to_owned),
            waive_premium: self.pick[0] < 30,
            unlock_reserved: self.pick[3].is_multiple_of(2),
            ..TokenTerms::default()
        };
        OperatorCommand::TokenAdd(TokenAdd { tokens: vec![token], terms })
    }

    fn restore(&self, name: String, now: Timestamp) -> DomainUpdate {
        let report = RestoreReport {
            before: "before".into(),
            after: "after".into(),
            deleted: Some(now.plus_days(-2)),
            restored: Some(now.plus_days(-1)),
            reason: "mistake".into(),
            statements: vec!["one".into(), "two".into()],
            other: None,
        };
        let restore = match self.what {
            20 => Restore { op: RestoreOp::Request, report: None },
            _ => Restore { op: RestoreOp::Report, report: Some(Box::new(report)) },
        };
        let chg = Some(DomainChange::default());
        let (fee, ttls) = (self.offer(), self.ttls());
        DomainUpdate { name, add: None, rem: None, chg, restore: Some(restore), fee, sec_dns: None, ttls }
    }

    fn contact_update(&self, id: String) -> ContactUpdate {
        let chg =
            ContactChange { email: Some(format!("mail{}@example.com", self.pick[1])), ..ContactChange::default() };
        let add = (self.pick[2] < 20).then(|| self.statuses(3));
        ContactUpdate { id, add, rem: None, chg: Some(chg) }
    }

    fn domain_create(&self, name: String) -> DomainCreate {
        // In the TLD that leaves it to registrars, only A holds contacts; the client is picked by the same dice.
        let maximum = name.ends_with("example") || name.ends_with("choice") && self.one_of(3, &[A, B]) == A;
        DomainCreate {
            period: self.period(),
            name_servers: (self.pick[1] < 30).then(|| self.name_servers(2, &name)).flatten(),
            registrant: maximum.then(|| self.one_of(1, &CONTACTS).into()),
            contacts: match maximum {
                true => vec![self.contact(2, ContactRole::Admin), self.contact(3, ContactRole::Tech)],
                false => Vec::new(),
            },
            auth: Self::auth(),
            name,
            fee: self.offer(),
            idn: None,
            launch: None,
            sec_dns: (self.pick[2] >= 56).then(|| self.sec_dns(3)),
            token: self.token(),
            ttls: self.ttls(),
        }
    }

    /// Mostly one that can be done: what is removed is there.
    fn domain_update(&self, view: &impl View, name: String) -> DomainUpdate {
        let found = view.domain(&name);
        let (mut add, mut rem) = (DomainAddRem::default(), DomainAddRem::default());
        let mut chg = None;
        match self.pick[1] % 4 {
            0 => add.name_servers = self.name_servers(2, &name),
            1 => {
                let first = found.and_then(|domain| Self::first_name_server(view, domain));
                rem.name_servers = first.or_else(|| self.name_servers(2, &name));
            }
            2 => {
                let set = found.and_then(|domain| domain.statuses.get().iter().find(|status| status.is_client()));
                match set {
                    Some(status) if self.pick[2] < 40 => rem.statuses = vec![status.into()],
                    _ => add.statuses = self.statuses(3),
                }
            }
            _ if self.pick[2] < 20 => {
                let gone = found.and_then(|domain| domain.contacts.first());
                let gone = gone.map(|gone| ContactReference { role: Some(gone.role.get()), id: gone.id.to_string() });
                rem.contacts.extend(gone);
                add.contacts.extend((self.pick[3] < 40).then(|| self.contact(3, ContactRole::Tech)));
                chg = Some(DomainChange { registrant: Some(self.one_of(0, &["", "jd1234"]).into()), auth: None });
            }
            _ => chg = Some(DomainChange { registrant: None, auth: Some(Self::auth()) }),
        }
        let sec_dns = (self.pick[3] < 12).then(|| self.sec_dns_update(found));
        let ttls = self.ttls();
        DomainUpdate { name, add: Some(add), rem: Some(rem), chg, restore: None, fee: None, sec_dns, ttls }
    }

    /// One of a few records, so that the same ones meet; sometimes of the interface that the TLD does not have.
    fn sec_dns(&self, pick: usize) -> SecDnsData {
        let public_key = vec![self.one_of(pick, &[1, 2, 3]); 32];
        let key = KeyData { flags: 257, protocol: 3, algorithm: 15, public_key };
        let ds =
            DsData { key_tag: key.tag(), algorithm: 15, digest_type: 2, digest: key.public_key.clone(), key: None };
        let records = match self.pick[1] {
            0..4 => SecDnsRecords::Keys(vec![key]),
            _ => SecDnsRecords::Ds(vec![ds]),
        };
        SecDnsData { max_sig_life: None, records }
    }

    /// Mostly one that can be done.
    fn sec_dns_update(&self, found: Option<&ArchivedDomain>) -> SecDnsUpdate {
        let held = found.and_then(|domain| domain.sec_dns.as_ref()).and_then(|held| held.ds.first());
        let (add, none) = (Some(self.sec_dns(2)), SecDnsUpdate::default());
        match (self.pick[1] % 3, held) {
            (0, _) => SecDnsUpdate { rem: Some(SecDnsRemoval::All(true)), add, ..none },
            (1, Some(ds)) => {
                let ds = DsData {
                    key_tag: ds.key_tag.to_native(),
                    algorithm: ds.algorithm,
                    digest_type: ds.digest_type,
                    digest: ds.digest.to_vec(),
                    key: None,
                };
                SecDnsUpdate { rem: Some(SecDnsRemoval::Records(SecDnsRecords::Ds(vec![ds]))), ..none }
            }
            _ => SecDnsUpdate { add, ..none },
        }
    }

    /// Mostly what the transfer that is pending, or that none is, lets be done.
    fn op(&self, pending: Option<bool>) -> TransferOp {
        match pending {
            Some(false) if self.pick[2] < 50 => TransferOp::Request,
            Some(true) if self.pick[2] < 50 => {
                self.one_of(1, &[TransferOp::Approve, TransferOp::Reject, TransferOp::Cancel])
            }
            _ => self.one_of(1, &OPS),
        }
    }

    fn host_update(&self, name: String) -> HostUpdate {
        let new_name = (self.pick[1] < 20).then(|| self.one_of(2, &HOSTS).to_owned());
        let of = |addresses, statuses| Some(HostAddRem { addresses, statuses });
        let add = if self.pick[3] < 20 { of(self.addresses(&name, 1), self.statuses(2)) } else { None };
        let rem = if self.pick[3] >= 50 { of(self.addresses(&name, 2), Vec::new()) } else { None };
        HostUpdate { name, add, rem, new_name, ttls: self.ttls() }
    }
}

fn contact_create(id: String) -> ContactCreate {
    let address = PostalAddress { street: Vec::new(), city: "Dulles".into(), sp: None, pc: None, cc: "US".into() };
    ContactCreate {
        id,
        postal: vec![PostalInfo { kind: PostalKind::Int, name: "John Doe".into(), org: None, address }],
        voice: None,
        fax: None,
        email: "jdoe@example.com".into(),
        auth: Dice::auth(),
        disclose: None,
    }
}
