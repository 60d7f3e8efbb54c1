//! Records as an operator reads them: rows of JSON from the index.

use serde::Serialize;

use crate::base::timestamp::{ArchivedTimestamp, Timestamp};
use crate::model::dnssec;
use crate::model::lifecycle;
use crate::model::operator::Named;
use crate::model::record::{
    ArchivedDomain, ArchivedHostAttribute, ArchivedLock, ArchivedPeriods, ArchivedRegistrar, ArchivedRemoval,
    ArchivedTld, ArchivedTransfer, Kind,
};
use crate::model::sec_dns::ArchivedSecDnsPolicy;
use crate::model::ttl::ArchivedTtlBounds;
use crate::model::view::View;
use crate::node::admin::idn;
use crate::registry::operator::profile;

/// A TLD.
#[derive(Debug, Serialize)]
pub(super) struct TldRow {
    name: String,
    data_model: &'static str,
    host_model: &'static str,
    required_contacts: Vec<&'static str>,
    repository_id: String,
    min_months: u32,
    max_months: u32,
    default_months: u32,
    transfer_days: u32,
    periods: PeriodsRow,
    restore_report: bool,
    idn: bool,
    /// As `tld set --idn-tables` takes them.
    idn_tables: Vec<String>,
    idn_tag_required: bool,
    idn_only: bool,
    fee_policy: &'static str,
    disclosure: &'static str,
    extensions_off: Vec<String>,
    sec_dns: SecDnsRow,
    /// As `tld set --ttl` takes them.
    ttls: Vec<String>,
    created: String,
    updated: Option<String>,
}

/// What a TLD takes of DNSSEC data.
#[derive(Debug, Serialize)]
struct SecDnsRow {
    interface: &'static str,
    refused_algorithms: Vec<u8>,
    refused_digests: Vec<u8>,
    made_digests: Vec<u8>,
    most: u32,
    most_sig_life: u32,
    urgent: bool,
}

/// The periods of a TLD, in days.
#[derive(Debug, Serialize)]
struct PeriodsRow {
    add_grace: u32,
    auto_renew_grace: u32,
    renew_grace: u32,
    transfer_grace: u32,
    redemption: u32,
    pending_delete: u32,
    pending_restore: u32,
    create_lock: u32,
    transfer_lock: u32,
}

/// A registrar; of its password only whether there is one.
#[derive(Debug, Serialize)]
pub(super) struct RegistrarRow {
    clid: String,
    name: String,
    iana_id: Option<u32>,
    suspended: bool,
    terminated: Option<String>,
    password_set: bool,
    password_since: Option<String>,
    certificates: Vec<CertificateRow>,
    networks: Vec<String>,
    session_limit: Option<u32>,
    data_model: Option<&'static str>,
    email: Option<String>,
    voice: Option<String>,
    url: Option<String>,
    rdap_url: Option<String>,
    abuse_email: Option<String>,
    abuse_voice: Option<String>,
    address: Option<AddressRow>,
    fax: Option<String>,
    is_test: bool,
    /// Which of these ICANN's gTLD RDAP profile asks for and misses.
    rdap_lacks: Vec<&'static str>,
    created: String,
    updated: Option<String>,
}

#[derive(Debug, Serialize)]
struct AddressRow {
    street: Vec<String>,
    city: String,
    sp: Option<String>,
    pc: Option<String>,
    cc: String,
}

#[derive(Debug, Serialize)]
struct CertificateRow {
    sha256: String,
    label: String,
    added: String,
}

/// A domain, whole; of its authInfo only whether there is one.
#[derive(Debug, Serialize)]
pub(super) struct DomainRow {
    name: String,
    /// Its name in Unicode, where it is internationalized.
    u_name: Option<String>,
    /// The table that its label was judged by.
    idn_table: Option<String>,
    roid: String,
    tld: String,
    sponsor: String,
    statuses: Vec<&'static str>,
    status_texts: Vec<String>,
    registrant: Option<String>,
    contacts: Vec<String>,
    name_servers: Vec<String>,
    hosts: Vec<String>,
    auth_set: bool,
    /// When the registry unsets it.
    auth_until: Option<String>,
    creator: String,
    created: String,
    updater: Option<String>,
    updated: Option<String>,
    expires: String,
    transferred: Option<String>,
    transfer: Option<TransferRow>,
    /// The grace periods it is in, each as `addPeriod until 2026-12-01T13:07:06.910Z`.
    grace: Vec<String>,
    removal: Option<RemovalRow>,
    /// The class whose prices it has; `standard` for most.
    class: String,
    /// Its locks, each as `urs since 2026-12-01T13:07:06.910Z (case 1234)`.
    locks: Vec<String>,
    /// Its DS records, each as `12345 13 2 49FD…`; those of keys as they are made from them.
    ds: Vec<String>,
    /// Its keys, each as `257 3 13 oJMR…`.
    keys: Vec<String>,
    max_sig_life: Option<u32>,
    /// When something becomes of it by itself.
    next_step: String,
}

/// How far the removal of a domain is.
#[derive(Debug, Serialize)]
struct RemovalRow {
    stage: &'static str,
    deleted: String,
    until: String,
    purge: String,
}

#[derive(Debug, Serialize)]
struct TransferRow {
    state: &'static str,
    requester: String,
    requested: String,
    actor: String,
    act: String,
}

/// All TLDs, by name.
pub(super) fn tlds(view: &impl View) -> Vec<TldRow> {
    view.directory(Kind::Tld).filter_map(|name| view.tld(name)).map(tld).collect()
}

/// All registrars, by clID.
pub(super) fn registrars(view: &impl View) -> Vec<RegistrarRow> {
    view.directory(Kind::Registrar).filter_map(|clid| view.registrar(clid)).map(registrar).collect()
}

/// A domain by name, in any case.
pub(super) fn domain(view: &impl View, name: &str, now: Timestamp) -> Option<DomainRow> {
    view.domain(&name.to_ascii_lowercase()).map(|found| domain_row(view, found, now))
}

fn tld(tld: &ArchivedTld) -> TldRow {
    TldRow {
        name: tld.name.to_string(),
        data_model: Named::name(tld.data_model.get()),
        host_model: Named::name(tld.host_model.get()),
        required_contacts: tld.required_contacts.iter().map(|role| role.get().name()).collect(),
        repository_id: tld.repository_id.to_string(),
        min_months: tld.min_months.to_native(),
        max_months: tld.max_months.to_native(),
        default_months: tld.default_months.to_native(),
        transfer_days: tld.transfer_days.to_native(),
        periods: periods(&tld.periods),
        restore_report: tld.restore_report,
        idn: tld.idn,
        idn_tables: idn::used(&tld.idn_policy),
        idn_tag_required: tld.idn_policy.tag_required,
        idn_only: tld.idn_policy.only,
        fee_policy: Named::name(tld.fee_policy.get()),
        disclosure: Named::name(tld.disclosure.get()),
        extensions_off: tld.extensions_off.iter().map(ToString::to_string).collect(),
        sec_dns: sec_dns_row(&tld.sec_dns),
        created: time(&tld.created),
        updated: tld.updated.as_ref().map(time),
        ttls: tld.ttls.iter().map(ttl).collect(),
    }
}

fn sec_dns_row(policy: &ArchivedSecDnsPolicy) -> SecDnsRow {
    SecDnsRow {
        interface: Named::name(policy.interface.get()),
        refused_algorithms: policy.refused_algorithms.to_vec(),
        refused_digests: policy.refused_digests.to_vec(),
        made_digests: policy.made_digests.to_vec(),
        most: policy.most.to_native(),
        most_sig_life: policy.most_sig_life.to_native(),
        urgent: policy.urgent,
    }
}

fn ttl(bounds: &ArchivedTtlBounds) -> String {
    format!("{}={}:{}:{}", bounds.kind.get().name(), bounds.min, bounds.default, bounds.max)
}

fn periods(periods: &ArchivedPeriods) -> PeriodsRow {
    PeriodsRow {
        add_grace: periods.add_grace.to_native(),
        auto_renew_grace: periods.auto_renew_grace.to_native(),
        renew_grace: periods.renew_grace.to_native(),
        transfer_grace: periods.transfer_grace.to_native(),
        redemption: periods.redemption.to_native(),
        pending_delete: periods.pending_delete.to_native(),
        pending_restore: periods.pending_restore.to_native(),
        create_lock: periods.create_lock.to_native(),
        transfer_lock: periods.transfer_lock.to_native(),
    }
}

fn registrar(registrar: &ArchivedRegistrar) -> RegistrarRow {
    let certificates = registrar.certificates.iter().map(|pin| CertificateRow {
        sha256: pin.sha256.iter().map(|octet| format!("{octet:02x}")).collect(),
        label: pin.label.to_string(),
        added: time(&pin.added),
    });
    RegistrarRow {
        clid: registrar.clid.to_string(),
        name: registrar.name.to_string(),
        iana_id: registrar.iana_id.as_ref().map(|id| id.to_native()),
        suspended: registrar.suspended,
        terminated: registrar.terminated.as_ref().map(time),
        password_set: !registrar.password.is_empty(),
        password_since: registrar.password_since.as_ref().map(time),
        certificates: certificates.collect(),
        networks: registrar.networks.iter().map(ToString::to_string).collect(),
        session_limit: registrar.session_limit.as_ref().map(|limit| limit.to_native()),
        data_model: registrar.data_model.as_ref().map(|model| Named::name(model.get())),
        email: registrar.email.as_ref().map(ToString::to_string),
        voice: registrar.voice.as_ref().map(ToString::to_string),
        url: registrar.url.as_ref().map(ToString::to_string),
        rdap_url: registrar.rdap_url.as_ref().map(ToString::to_string),
        abuse_email: registrar.abuse_email.as_ref().map(ToString::to_string),
        abuse_voice: registrar.abuse_voice.as_ref().map(ToString::to_string),
        address: registrar.address.as_ref().map(|address| AddressRow {
            street: address.street.iter().map(ToString::to_string).collect(),
            city: address.city.to_string(),
            sp: address.sp.as_ref().map(ToString::to_string),
            pc: address.pc.as_ref().map(ToString::to_string),
            cc: address.cc.to_string(),
        }),
        fax: registrar.fax.as_ref().map(ToString::to_string),
        is_test: registrar.is_test,
        rdap_lacks: profile::lacks_of_kept(registrar).iter().map(|lack| lack.field).collect(),
        created: time(&registrar.created),
        updated: registrar.updated.as_ref().map(time),
    }
}

fn domain_row(view: &impl View, domain: &ArchivedDomain, now: Timestamp) -> DomainRow {
    let grace = domain.grace.iter().filter(|grace| lifecycle::is_running(grace, now));
    let sec_dns = domain.sec_dns.as_deref();
    let host_name = |id: u64| view.host(id).map(|host| host.name.to_string());
    let objects = domain.name_servers.iter().filter_map(|id| host_name(id.to_native()));
    let contact =
        |contact: &crate::model::record::ArchivedDomainContact| format!("{}:{}", contact.role.get().name(), contact.id);
    DomainRow {
        name: domain.name.to_string(),
        u_name: domain.idn.as_ref().map(|label| label.u_name.to_string()),
        idn_table: domain.idn.as_ref().map(|label| label.table.to_string()),
        roid: domain.roid.to_string(),
        tld: domain.tld.to_string(),
        sponsor: domain.sponsor.to_string(),
        statuses: lifecycle::domain(domain).iter().map(|status| status.name()).collect(),
        status_texts: status_texts(view, domain),
        registrant: domain.registrant.as_ref().map(ToString::to_string),
        contacts: domain.contacts.iter().map(contact).collect(),
        name_servers: objects.chain(domain.host_attributes.iter().map(attribute)).collect(),
        hosts: view.subordinate_hosts(&domain.name).filter_map(host_name).collect(),
        auth_set: domain.auth.is_some(),
        auth_until: domain.auth_until.as_ref().map(time),
        creator: domain.creator.to_string(),
        created: time(&domain.created),
        updater: domain.updater.as_ref().map(ToString::to_string),
        updated: domain.updated.as_ref().map(time),
        expires: time(&domain.expires),
        transferred: domain.transferred.as_ref().map(time),
        transfer: domain.transfer.as_ref().map(transfer),
        grace: grace
            .map(|grace| format!("{} until {}", lifecycle::rgp_status(grace.kind.get()).name(), time(&grace.until)))
            .collect(),
        removal: domain.removal.as_ref().map(removal_row),
        class: if domain.class.is_empty() { "standard".to_owned() } else { domain.class.to_string() },
        locks: domain.locks.iter().map(lock).collect(),
        ds: sec_dns.zip(view.tld(&domain.tld)).map_or_else(Vec::new, |(held, tld)| {
            dnssec::ds_records(&domain.name, held, &tld.sec_dns).iter().map(ToString::to_string).collect()
        }),
        keys: sec_dns.map_or_else(Vec::new, |held| held.keys.iter().map(|key| key.get().to_string()).collect()),
        max_sig_life: sec_dns.and_then(|held| held.max_sig_life.as_ref()).map(|seconds| seconds.to_native()),
        next_step: lifecycle::domain_deadline(domain).to_string(),
    }
}

/// As `ns1.a.test (192.0.2.1, 2001:db8::1)`.
fn attribute(server: &ArchivedHostAttribute) -> String {
    let addresses: Vec<_> = server.addresses.iter().map(|address| address.get().ip().to_string()).collect();
    match addresses[..] {
        [] => server.name.to_string(),
        _ => format!("{} ({})", server.name, addresses.join(", ")),
    }
}

fn lock(lock: &ArchivedLock) -> String {
    let case = if lock.case.is_empty() { String::new() } else { format!(" (case {})", lock.case) };
    format!("{} since {}{case}", lock.cause.get().name(), time(&lock.since))
}

fn removal_row(removal: &ArchivedRemoval) -> RemovalRow {
    RemovalRow {
        stage: lifecycle::rgp_stage(removal.stage.get()).name(),
        deleted: time(&removal.deleted),
        until: time(&removal.until),
        purge: time(&removal.purge),
    }
}

/// As `clientHold (en): Payment overdue.`
fn status_texts(view: &impl View, domain: &ArchivedDomain) -> Vec<String> {
    let notes = view.status_notes(Kind::Domain, domain.name.as_bytes());
    let noted = domain.statuses.get().iter().filter_map(|status| Some((status, notes?.of(status)?)));
    noted.map(|(status, note)| format!("{status} ({}): {}", note.lang, note.text)).collect()
}

fn transfer(transfer: &ArchivedTransfer) -> TransferRow {
    TransferRow {
        state: transfer.state.get().name(),
        requester: transfer.requester.to_string(),
        requested: time(&transfer.requested),
        actor: transfer.actor.to_string(),
        act: time(&transfer.act),
    }
}

fn time(at: &ArchivedTimestamp) -> String {
    at.get().to_string()
}
