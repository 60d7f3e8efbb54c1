//! What may be typed after `domesday admin`, and the request each form makes.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

use super::admin_action::{ContactCommand, DeleteArgs, DomainArgs, LockArgs, TransferCommand};
use super::admin_escrow::EscrowCommand;
use super::admin_idn::{IdnCommand, IdnOptions};
use super::admin_launch::{LaunchCommand, PhaseCommand};
use super::admin_list::ListCommand;
use super::admin_maintenance::MaintenanceCommand;
use super::admin_money::{BillingCommand, PollCommand, PriceCommand};
use super::admin_policy::{PolicyCommand, Switches};
use super::admin_rdap_client::RdapClientCommand;
use super::admin_report::ReportCommand;
use super::admin_sec_dns::SecDnsRules;
use super::admin_tmch::TmchCommand;
use super::admin_token::TokenCommand;
use crate::base::lexical::date_time;
use crate::base::timestamp::Timestamp;
use crate::model::operator::{
    ByName, Named, ObjectKind, RegistrarAdd, RegistrarAddress, RegistrarSet, RegistrarSuspend, StatusChange, TldAdd,
    TldPeriods, TldSet,
};
use crate::model::record::{ContactRole, DataModel, Disclosure, FeePolicy, HostModel};
use crate::model::status::Status;
use crate::node::admin::{AdminRequest, ClockAdvance, NoMembers, ObjectName, SessionsOf};

/// `admin`: which socket, how to print, what to do.
///
/// Each change goes through the ledger and is written to the log with the account that asked for it. The answer is a
/// table, or JSON with --json.
#[derive(Clone, Debug, PartialEq, Args)]
#[command(group(ArgGroup::new("where").required(true).args(["socket", "config", "target"])), after_help = EXAMPLES)]
pub struct AdminArgs {
    /// The registry's admin socket.
    #[arg(long, value_name = "PATH")]
    pub socket: Option<PathBuf>,
    /// The registry's configuration file, to find the socket.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The demo's demo.json, to find the socket.
    #[arg(long, value_name = "FILE")]
    pub target: Option<PathBuf>,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: AdminCommand,
}

const EXAMPLES: &str = "\
Examples:
  domesday admin --target demo/demo.json tld list
  domesday admin --config registry.toml tld add shop --data-model minimum --repository-id SHOP
  domesday admin --config registry.toml registrar add acme --name 'Acme Inc.' --iana-id 1234 \\
      --street '1 Main Street' --city Reston --sp VA --pc 20190 --cc US \\
      --voice +1.7035555555 --email hostmaster@acme.example \\
      --abuse-voice +1.7035555556 --abuse-email abuse@acme.example \\
      --url https://www.acme.example/ --rdap-url https://rdap.acme.example/
  domesday admin --config registry.toml registrar set-password acme --password-file acme.pw
  domesday admin --config registry.toml registrar add-cert acme --pem acme.pem --label 2026
  domesday admin --config registry.toml price set shop --currency USD --create 8.00 --renew 10.00 \\
      --transfer 10.00 --restore 40.00
  domesday admin --config registry.toml billing open acme --currency USD --credit-limit 1000.00 \\
      --threshold 10%
  domesday admin --config registry.toml list load icann reserved.txt --tld shop --kind reserved \\
      --dry-run
  domesday admin --config registry.toml poll list --registrar acme
  domesday admin --config registry.toml clock show
  domesday admin --config registry.toml status set domain bad.shop serverHold --reason 'court order'";

/// The admin commands.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum AdminCommand {
    /// Add, change and list TLDs.
    #[command(subcommand)]
    Tld(TldCommand),
    /// Add, change and list registrars, and how they log in.
    #[command(subcommand)]
    Registrar(RegistrarCommand),
    /// Look at a domain; delete, restore, hold and release domains.
    #[command(subcommand)]
    Domain(DomainCommand),
    /// Lock domains: all statuses of a cause at once. Their registrars are told.
    Lock(LockArgs),
    /// Take a lock away: the statuses that it added go, what was before stays.
    Unlock(LockArgs),
    /// Give objects to another registrar, without a fee and without a year.
    #[command(subcommand)]
    Transfer(TransferCommand),
    /// Redact contacts, and find those that no domain refers to.
    #[command(subcommand)]
    Contact(ContactCommand),
    /// Look at what holds for the whole registry, and change it.
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Set and remove statuses that only the registry may set.
    #[command(subcommand)]
    Status(StatusCommand),
    /// Set and list what names cost.
    #[command(subcommand)]
    Price(PriceCommand),
    /// Open registrars' accounts, note what they pay, and look at their billing ledgers.
    #[command(subcommand)]
    Billing(BillingCommand),
    /// Load and list names that are reserved, blocked or premium.
    #[command(subcommand)]
    List(ListCommand),
    /// Look at applications for names, allocate and refuse them.
    #[command(subcommand)]
    Launch(LaunchCommand),
    /// Load the lists of the Trademark Clearinghouse.
    #[command(subcommand)]
    Tmch(TmchCommand),
    /// Make deposits with the escrow agent.
    #[command(subcommand)]
    Escrow(EscrowCommand),
    /// Make the monthly reports to ICANN (Specification 3).
    #[command(subcommand)]
    Report(ReportCommand),
    /// Announce maintenance to registrars.
    #[command(subcommand)]
    Maintenance(MaintenanceCommand),
    /// Make, list and revoke allocation tokens.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Let clients of RDAP see what contacts hold, by bearer token or certificate and for a purpose (RFC 7481).
    #[command(subcommand)]
    RdapClient(RdapClientCommand),
    /// Load, list, ask and remove tables of internationalized labels (RFC 7940).
    #[command(subcommand)]
    Idn(IdnCommand),
    /// Look at registrars' poll queues.
    #[command(subcommand)]
    Poll(PollCommand),
    /// Print figures of the ledger, the log and the index.
    Stats,
    /// Write a checkpoint now: the index takes in what the log holds, and old segments go.
    Checkpoint,
    /// Look at the clock that dates are given by, and believe it after it has jumped.
    #[command(subcommand)]
    Clock(ClockCommand),
}

/// `admin clock`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum ClockCommand {
    /// Print what the machine's clock says, what the registry trusts, and what is wrong.
    Show,
    /// Believe the machine's clock as it is now. Make sure that it is right: dates that are given cannot be taken back, and
    /// none goes behind that of the last transaction.
    Accept,
    /// Drive time ahead, in a demo with --virtual-time. Returns when everything that falls due until then is done.
    #[command(group = clap::ArgGroup::new("how far").required(true))]
    Advance {
        /// So many days.
        #[arg(long, group = "how far")]
        days: Option<u32>,
        /// Up to this moment, as 2030-01-01T00:00:00Z.
        #[arg(long, value_name = "TIMESTAMP", group = "how far", value_parser = moment)]
        to: Option<i64>,
    },
}

/// Microseconds since 1970 of a moment as people write it.
pub(super) fn moment(text: &str) -> Result<i64, String> {
    let moment = date_time(text).ok().flatten();
    moment.map(Timestamp::micros).ok_or_else(|| "expected a moment as 2030-01-01T00:00:00Z".to_owned())
}

/// `admin tld`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum TldCommand {
    /// Begin a TLD.
    Add {
        /// Lower-case A-label.
        name: String,
        /// minimum (domains have no contacts), maximum, or per-registrar (registrar set --data-model says which).
        #[arg(long, value_parser = named::<DataModel>)]
        data_model: ByName<DataModel>,
        /// How domains name their name servers: objects (host objects, RFC 5732) or attributes (domain:hostAttr). It
        /// cannot be changed later.
        #[arg(long, default_value = "objects", value_parser = named::<HostModel>)]
        host_model: ByName<HostModel>,
        /// What follows the hyphen in the ROIDs of its domains; registered with IANA.
        #[arg(long, value_name = "ID")]
        repository_id: String,
        /// The rest of its rules.
        #[command(flatten)]
        rules: TldRules,
        /// Accept A-labels.
        #[arg(long)]
        idn: bool,
    },
    /// Change the rules of a TLD, for the commands that follow; what is not named stays.
    Set {
        /// Which TLD.
        name: String,
        /// minimum, maximum or per-registrar; domains keep the contacts that they have.
        #[arg(long, value_parser = named::<DataModel>)]
        data_model: Option<ByName<DataModel>>,
        /// As in `tld add`; ROIDs already given stay.
        #[arg(long, value_name = "ID")]
        repository_id: Option<String>,
        /// The rest of its rules.
        #[command(flatten)]
        rules: TldRules,
        /// Require no contacts any more.
        #[arg(long, conflicts_with = "require_contact")]
        no_required_contacts: bool,
        /// Whether to accept A-labels.
        #[arg(long, value_name = "true|false")]
        idn: Option<bool>,
        /// Extensions that its names are not served with.
        #[command(flatten)]
        extensions: Switches,
    },
    /// List all TLDs; --json prints all of their rules.
    List,
    /// Plan the launch of a TLD: which phases it has, and when.
    #[command(subcommand)]
    Phase(PhaseCommand),
}

/// What `tld add` and `tld set` share.
#[derive(Clone, Debug, Default, PartialEq, Args)]
pub struct TldRules {
    /// A role each domain must fill: admin, billing or tech. May be repeated.
    #[arg(long, value_name = "ROLE", value_parser = named::<ContactRole>)]
    require_contact: Vec<ByName<ContactRole>>,
    /// Shortest registration, in months [12 for a new TLD].
    #[arg(long, value_name = "MONTHS")]
    min_months: Option<u32>,
    /// Longest registration, in months [120 for a new TLD].
    #[arg(long, value_name = "MONTHS")]
    max_months: Option<u32>,
    /// Registration when a command names no period, in months [12 for a new TLD].
    #[arg(long, value_name = "MONTHS")]
    default_months: Option<u32>,
    /// Days to answer a transfer request, after which it is approved [5 for a new TLD].
    #[arg(long, value_name = "DAYS")]
    transfer_days: Option<u32>,
    /// The other periods.
    #[command(flatten)]
    periods: PeriodRules,
    /// Whether a restore needs a report [true for a new TLD].
    #[arg(long, value_name = "true|false")]
    restore_report: Option<bool>,
    /// Whose fees a client must acknowledge: premium (those of premium names) or always [premium for a new TLD].
    #[arg(long, value_name = "POLICY", value_parser = named::<FeePolicy>)]
    fee_policy: Option<ByName<FeePolicy>>,
    /// What it takes of DNSSEC data.
    #[command(flatten)]
    sec_dns: SecDnsRules,
    /// TTLs of the records of a type, NS, DS, A or AAAA, in seconds: the shortest that clients may choose, what they have
    /// otherwise, and the longest [3600:86400:172800 for a new TLD]. May be repeated.
    #[arg(long, value_name = "TYPE=LEAST:DEFAULT:MOST")]
    ttl: Vec<String>,
    /// How it takes A-labels.
    #[command(flatten)]
    idn_options: IdnOptions,
    /// How much of its contacts the public sees in RDAP: redact-all, by-disclose (what contacts have asked to be shown), or
    /// publish-organisations (also organisations that have not asked to be withheld) [by-disclose for a new TLD].
    #[arg(long, value_name = "POLICY", value_parser = named::<Disclosure>)]
    disclosure: Option<ByName<Disclosure>>,
}

/// The periods of a name's life, in days; zero switches one off.
#[derive(Clone, Debug, Default, PartialEq, Args)]
pub(super) struct PeriodRules {
    /// After a create: a delete purges at once [5 for a new TLD].
    #[arg(long, value_name = "DAYS")]
    add_grace_days: Option<u32>,
    /// After a renewal by the registry [45 for a new TLD].
    #[arg(long, value_name = "DAYS")]
    auto_renew_grace_days: Option<u32>,
    /// After a renewal by the registrar [5 for a new TLD].
    #[arg(long, value_name = "DAYS")]
    renew_grace_days: Option<u32>,
    /// After a transfer [5 for a new TLD].
    #[arg(long, value_name = "DAYS")]
    transfer_grace_days: Option<u32>,
    /// After a delete: the name can be restored [30 for a new TLD].
    #[arg(long, value_name = "DAYS")]
    redemption_days: Option<u32>,
    /// After redemption, before the purge [5 for a new TLD].
    #[arg(long, value_name = "DAYS")]
    pending_delete_days: Option<u32>,
    /// After a restore request: the report is awaited [7 for a new TLD].
    #[arg(long, value_name = "DAYS")]
    pending_restore_days: Option<u32>,
    /// After a create: no transfer [0 for a new TLD].
    #[arg(long, value_name = "DAYS")]
    create_lock_days: Option<u32>,
    /// After a transfer: no other one [0 for a new TLD].
    #[arg(long, value_name = "DAYS")]
    transfer_lock_days: Option<u32>,
}

impl PeriodRules {
    fn periods(&self) -> TldPeriods {
        TldPeriods {
            add_grace: self.add_grace_days,
            auto_renew_grace: self.auto_renew_grace_days,
            renew_grace: self.renew_grace_days,
            transfer_grace: self.transfer_grace_days,
            redemption: self.redemption_days,
            pending_delete: self.pending_delete_days,
            pending_restore: self.pending_restore_days,
            create_lock: self.create_lock_days,
            transfer_lock: self.transfer_lock_days,
        }
    }
}

/// `admin registrar`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum RegistrarCommand {
    /// Begin a registrar; it can log in once it has a password and a certificate. What RDAP must show of it (ICANN's gTLD RDAP
    /// profile) and is not given is told, and refuses nothing.
    Add {
        /// Client identifier: 3 to 16 characters.
        clid: String,
        /// Who it is.
        #[command(flatten)]
        details: RegistrarDetails,
    },
    /// Change what is known of a registrar; what is not named stays, an empty text or 0 removes.
    Set {
        /// Which registrar.
        clid: String,
        /// Who it is.
        #[command(flatten)]
        details: RegistrarDetails,
        /// Let it connect from anywhere again.
        #[arg(long, conflicts_with = "network")]
        any_network: bool,
    },
    /// List all registrars, with what RDAP must show of them and is not there (RDAP LACKS).
    List,
    /// List who is logged in: from where, since when, and with what software, as the clients say it.
    Sessions {
        /// Only those of this registrar.
        clid: Option<String>,
    },
    /// Give a registrar a password: typed without echo, or read from a file or standard input (first line).
    SetPassword {
        /// Which registrar.
        clid: String,
        /// File with the password on its first line; - for standard input.
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Let a registrar present one more client certificate.
    AddCert {
        /// Which registrar.
        clid: String,
        /// The certificate.
        #[command(flatten)]
        certificate: CertificateArgs,
        /// What you call it.
        #[arg(long, default_value = "")]
        label: String,
    },
    /// Take a client certificate from a registrar.
    RemoveCert {
        /// Which registrar.
        clid: String,
        /// The certificate.
        #[command(flatten)]
        certificate: CertificateArgs,
    },
    /// Refuse a registrar's logins and end its sessions; its objects stay.
    Suspend {
        /// Which registrar.
        clid: String,
        /// Let it log in again.
        #[arg(long)]
        undo: bool,
    },
    /// End a registrar for good: it never logs in again, and no object goes to it any more. Its objects stay until they are
    /// given to another one (transfer bulk).
    Terminate {
        /// Which registrar.
        clid: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

/// Who a registrar is.
#[derive(Clone, Debug, Default, PartialEq, Args)]
pub struct RegistrarDetails {
    /// Name for people.
    #[arg(long)]
    name: Option<String>,
    /// Registrar id of the IANA registry.
    #[arg(long, value_name = "NUMBER")]
    iana_id: Option<u32>,
    /// Address range it may connect from, as 192.0.2.0/24; repeat for more. Replaces all there are.
    #[arg(long, value_name = "CIDR")]
    network: Vec<String>,
    /// Sessions at one time.
    #[arg(long, value_name = "NUMBER")]
    session_limit: Option<u32>,
    /// minimum (its domains have no contacts) or maximum, in TLDs that leave it to registrars [minimum for a new one].
    /// What is registered stays as it is.
    #[arg(long, value_parser = named::<DataModel>)]
    data_model: Option<ByName<DataModel>>,
    /// E-mail address.
    #[arg(long)]
    email: Option<String>,
    /// Telephone number, as +1.7035555555.
    #[arg(long)]
    voice: Option<String>,
    /// Web site, as https://www.example/: http or https.
    #[arg(long)]
    url: Option<String>,
    /// Base URL of its own RDAP service, as https://rdap.example/: https, without query and fragment. A slash at its end is
    /// added where it has none. RDAP answers about its domains link there.
    #[arg(long)]
    rdap_url: Option<String>,
    /// E-mail address of its abuse desk.
    #[arg(long)]
    abuse_email: Option<String>,
    /// Telephone number of its abuse desk.
    #[arg(long)]
    abuse_voice: Option<String>,
    /// Facsimile number.
    #[arg(long)]
    fax: Option<String>,
    /// Where it is.
    #[command(flatten)]
    address: AddressArgs,
    /// Whether it is for tests only: left out of deposits and reports.
    #[arg(long, value_name = "true|false")]
    test: Option<bool>,
}

/// A postal address; given anew as a whole.
#[derive(Clone, Debug, Default, PartialEq, Args)]
pub(super) struct AddressArgs {
    /// A line of its street; repeat for up to three.
    #[arg(long, requires = "cc", requires = "city")]
    street: Vec<String>,
    /// Its city.
    #[arg(long, requires = "street")]
    city: Option<String>,
    /// Its state or province.
    #[arg(long, requires = "street")]
    sp: Option<String>,
    /// Its postal code.
    #[arg(long, requires = "street")]
    pc: Option<String>,
    /// Its country code, as CH.
    #[arg(long, requires = "street")]
    cc: Option<String>,
}

impl AddressArgs {
    fn address(self) -> Option<RegistrarAddress> {
        let cc = self.cc?;
        let street = self.street.into_iter().filter(|line| !line.is_empty()).collect();
        Some(RegistrarAddress { street, city: self.city.unwrap_or_default(), sp: self.sp, pc: self.pc, cc })
    }
}

/// Which certificate.
#[derive(Clone, Debug, PartialEq, Args)]
#[group(required = true, multiple = false)]
pub struct CertificateArgs {
    /// PEM file; its first certificate counts.
    #[arg(long, value_name = "FILE")]
    pub pem: Option<PathBuf>,
    /// SHA-256 of the certificate (DER), in hexadecimal.
    #[arg(long, value_name = "HEX")]
    pub sha256: Option<String>,
}

/// `admin domain`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum DomainCommand {
    /// Print all that is kept of a domain.
    Show {
        /// Its name.
        name: String,
    },
    /// Delete domains, by way of redemption unless they are to be purged.
    Delete(DeleteArgs),
    /// Restore deleted domains, at any time before their purge, without fee and report.
    Restore(DomainArgs),
    /// Set serverHold: out of the zone.
    Hold(DomainArgs),
    /// Take serverHold away.
    Release(DomainArgs),
}

/// `admin status`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum StatusCommand {
    /// Set a server status; the sponsoring registrar is told by a poll message.
    Set(StatusArgs),
    /// Remove a server status; the sponsoring registrar is told by a poll message.
    Unset(StatusArgs),
}

/// Which status of which object.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct StatusArgs {
    /// domain, host or contact.
    #[arg(value_parser = object_kind)]
    kind: ObjectKind,
    /// Its name or handle.
    name: String,
    /// serverHold, serverDeleteProhibited, serverTransferProhibited, …
    #[arg(value_parser = named::<Status>)]
    status: ByName<Status>,
    /// Why; the registrar reads it.
    #[arg(long)]
    reason: Option<String>,
}

pub(super) fn named<T: Named>(word: &str) -> Result<ByName<T>, String> {
    T::parse(word).map(ByName).ok_or_else(|| format!("expected {}", T::WHAT))
}

pub(super) fn object_kind(word: &str) -> Result<ObjectKind, String> {
    let kinds = [ObjectKind::Domain, ObjectKind::Host, ObjectKind::Contact];
    kinds.into_iter().find(|kind| kind.name() == word).ok_or_else(|| "expected domain, host or contact".into())
}

impl AdminCommand {
    /// The request, where the arguments alone make it. Passwords and certificates are read from files first.
    pub(super) fn request(&self) -> Option<AdminRequest> {
        let nothing = NoMembers {};
        Some(match self.clone() {
            Self::Tld(command) => command.request(),
            Self::Registrar(RegistrarCommand::Add { clid, details }) => AdminRequest::RegistrarAdd(details.add(clid)),
            Self::Registrar(RegistrarCommand::Set { clid, details, any_network }) => {
                AdminRequest::RegistrarSet(details.set(clid, any_network))
            }
            Self::Registrar(RegistrarCommand::List) => AdminRequest::RegistrarList(nothing),
            Self::Registrar(RegistrarCommand::Sessions { clid }) => {
                AdminRequest::RegistrarSessions(SessionsOf { clid })
            }
            Self::Registrar(RegistrarCommand::Suspend { clid, undo }) => {
                AdminRequest::RegistrarSuspend(RegistrarSuspend { clid, suspended: !undo })
            }
            Self::Registrar(
                RegistrarCommand::SetPassword { .. }
                | RegistrarCommand::AddCert { .. }
                | RegistrarCommand::RemoveCert { .. }
                | RegistrarCommand::Terminate { .. },
            ) => return None,
            Self::Domain(DomainCommand::Show { name }) => AdminRequest::DomainShow(ObjectName { name }),
            Self::Policy(command) => command.request(),
            Self::Tmch(_)
            | Self::Report(_)
            | Self::Domain(_)
            | Self::Lock(_)
            | Self::Unlock(_)
            | Self::Transfer(_)
            | Self::Contact(_) => return None,
            Self::Status(StatusCommand::Set(status)) => AdminRequest::StatusSet(status.change()),
            Self::Status(StatusCommand::Unset(status)) => AdminRequest::StatusUnset(status.change()),
            Self::Price(command) => command.request(),
            Self::Billing(command) => command.request()?,
            Self::List(command) => command.request()?,
            Self::Launch(command) => command.request(),
            Self::Escrow(command) => command.request(),
            Self::Maintenance(command) => command.request(),
            Self::Token(command) => command.request()?,
            Self::RdapClient(command) => command.request()?,
            Self::Idn(command) => command.request()?,
            Self::Poll(command) => command.request(),
            Self::Stats => AdminRequest::Stats(nothing),
            Self::Checkpoint => AdminRequest::Checkpoint(nothing),
            Self::Clock(ClockCommand::Show) => AdminRequest::ClockShow(nothing),
            Self::Clock(ClockCommand::Accept) => AdminRequest::ClockAccept(nothing),
            Self::Clock(ClockCommand::Advance { days, to }) => {
                AdminRequest::ClockAdvance(ClockAdvance { days, to_micros: to })
            }
        })
    }
}

impl TldCommand {
    fn request(self) -> AdminRequest {
        match self {
            Self::Add { name, data_model, host_model, repository_id, rules, idn } => AdminRequest::TldAdd(TldAdd {
                name,
                data_model,
                host_model,
                required_contacts: rules.require_contact,
                repository_id,
                min_months: rules.min_months.unwrap_or(12),
                max_months: rules.max_months.unwrap_or(120),
                default_months: rules.default_months.unwrap_or(12),
                transfer_days: rules.transfer_days.unwrap_or(5),
                periods: rules.periods.periods(),
                restore_report: rules.restore_report.unwrap_or(true),
                fee_policy: rules.fee_policy.unwrap_or(ByName(FeePolicy::Premium)),
                sec_dns: rules.sec_dns.rules(),
                ttls: rules.ttl,
                idn,
                idn_rules: rules.idn_options.rules(),
                disclosure: rules.disclosure.unwrap_or(ByName(Disclosure::ByDisclose)),
            }),
            Self::Set { name, data_model, repository_id, rules, no_required_contacts, idn, extensions } => {
                let required = rules.require_contact;
                AdminRequest::TldSet(TldSet {
                    name,
                    data_model,
                    required_contacts: (no_required_contacts || !required.is_empty()).then_some(required),
                    repository_id,
                    min_months: rules.min_months,
                    max_months: rules.max_months,
                    default_months: rules.default_months,
                    transfer_days: rules.transfer_days,
                    periods: rules.periods.periods(),
                    restore_report: rules.restore_report,
                    fee_policy: rules.fee_policy,
                    sec_dns: rules.sec_dns.rules(),
                    ttls: rules.ttl,
                    idn,
                    idn_rules: rules.idn_options.rules(),
                    disclosure: rules.disclosure,
                    extension_off: extensions.extension_off,
                    extension_on: extensions.extension_on,
                })
            }
            Self::List => AdminRequest::TldList(NoMembers {}),
            Self::Phase(command) => command.request(),
        }
    }
}

impl RegistrarDetails {
    fn add(self, clid: String) -> RegistrarAdd {
        RegistrarAdd {
            clid,
            name: self.name.unwrap_or_default(),
            iana_id: self.iana_id,
            networks: self.network,
            session_limit: self.session_limit,
            data_model: self.data_model,
            email: self.email,
            voice: self.voice,
            url: self.url,
            rdap_url: self.rdap_url,
            abuse_email: self.abuse_email,
            abuse_voice: self.abuse_voice,
            address: self.address.address(),
            fax: self.fax,
            is_test: self.test,
        }
    }

    fn set(mut self, clid: String, any_network: bool) -> RegistrarSet {
        // An empty value removes, here as everywhere.
        let none = any_network || self.network == [""];
        if none {
            self.network.clear();
        }
        RegistrarSet {
            clid,
            name: self.name,
            iana_id: self.iana_id,
            networks: (none || !self.network.is_empty()).then_some(self.network),
            session_limit: self.session_limit,
            data_model: self.data_model,
            email: self.email,
            voice: self.voice,
            url: self.url,
            rdap_url: self.rdap_url,
            abuse_email: self.abuse_email,
            abuse_voice: self.abuse_voice,
            address: self.address.address(),
            fax: self.fax,
            is_test: self.test,
        }
    }
}

impl StatusArgs {
    fn change(self) -> StatusChange {
        StatusChange { object: self.kind, name: self.name, status: self.status, reason: self.reason }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use clap::Parser;

    use super::super::args::{Args, Command};

    /// The request that a line makes, as JSON; empty where it takes more than the line.
    pub(in crate::cli) fn json(line: &str) -> Result<String, clap::error::ErrorKind> {
        let words = ["domesday", "admin", "--socket", "s"].into_iter().chain(line.split_whitespace());
        let args = Args::try_parse_from(words).map_err(|error| error.kind())?;
        let Command::Admin(admin) = args.command else { panic!("{line} is an admin command") };
        Ok(admin.command.request().map(|request| simd_json::to_string(&request).expect("data")).unwrap_or_default())
    }

    #[test]
    fn lines_become_requests() {
        for (line, expected) in [
            ("tld list", r#"{"tld-list":{}}"#),
            ("stats", r#"{"stats":{}}"#),
            ("checkpoint", r#"{"checkpoint":{}}"#),
            ("clock show", r#"{"clock-show":{}}"#),
            ("clock accept", r#"{"clock-accept":{}}"#),
            ("domain show a.test", r#"{"domain-show":{"name":"a.test"}}"#),
            ("registrar suspend abc", r#"{"registrar-suspend":{"clid":"abc","suspended":true}}"#),
            ("registrar suspend abc --undo", r#"{"registrar-suspend":{"clid":"abc","suspended":false}}"#),
            (
                "status unset host ns1.a.test serverUpdateProhibited",
                r#"{"status-unset":{"object":"host","name":"ns1.a.test","status":"serverUpdateProhibited","reason":null}}"#,
            ),
            (
                "tld add shop --data-model maximum --repository-id SHOP --require-contact tech --redemption-days 0 \
                 --create-lock-days 60 --restore-report false --secdns key --secdns-refuse-algorithms 1,3 \
                 --secdns-refuse-digests= --secdns-max-sig-life 604800 --ttl NS=60:3600:86400",
                concat!(
                    r#"{"tld-add":{"name":"shop","data_model":"maximum","host_model":"objects","#,
                    r#""required_contacts":["tech"],"#,
                    r#""repository_id":"SHOP","min_months":12,"max_months":120,"default_months":12,"#,
                    r#""transfer_days":5,"periods":{"add_grace":null,"auto_renew_grace":null,"renew_grace":null,"#,
                    r#""transfer_grace":null,"redemption":0,"pending_delete":null,"pending_restore":null,"#,
                    r#""create_lock":60,"transfer_lock":null},"restore_report":false,"idn":false,"fee_policy":"premium","#,
                    r#""sec_dns":{"interface":"key","refused_algorithms":[1,3],"refused_digests":[],"made_digests":null,"#,
                    r#""most":null,"most_sig_life":604800,"urgent":null},"ttls":["NS=60:3600:86400"],"#,
                    r#""idn_rules":{"tables":null,"tag_required":null,"only":null},"disclosure":"by-disclose"}}"#
                ),
            ),
            ("registrar set-password abc", ""),
            ("registrar add-cert abc --sha256 00", ""),
        ] {
            assert_eq!(json(line).as_deref(), Ok(expected), "{line}");
        }
        let set = json("tld set shop --no-required-contacts --idn true").expect("good");
        assert!(set.contains(r#""required_contacts":[]"#) && set.contains(r#""idn":true"#), "{set}");
        let set = json("registrar set abc --email x@y.example").expect("good");
        assert!(set.contains(r#""networks":null"#) && set.contains(r#""address":null"#), "{set}");
        let set = json("registrar set abc --street a --street b --city c --cc CH --test true").expect("good");
        let address =
            r#""address":{"street":["a","b"],"city":"c","sp":null,"pc":null,"cc":"CH"},"fax":null,"is_test":true"#;
        assert!(set.contains(address), "{set}");
        let set = json("registrar set abc --street= --city= --cc=").expect("good");
        assert!(set.contains(r#""address":{"street":[],"city":"","sp":null,"pc":null,"cc":""}"#), "{set}");
        for none in ["--any-network", "--network="] {
            let set = json(&format!("registrar set abc {none}")).expect("good");
            assert!(set.contains(r#""networks":[]"#), "{none}: {set}");
        }
    }

    #[test]
    fn lines_that_are_not_understood() {
        use clap::error::ErrorKind;
        for (line, expected) in [
            ("tld add shop --repository-id SHOP", ErrorKind::MissingRequiredArgument),
            ("tld add shop --data-model thick --repository-id SHOP", ErrorKind::ValueValidation),
            ("status set zone a.test serverHold", ErrorKind::ValueValidation),
            ("status set domain a.test serverhold", ErrorKind::ValueValidation),
            ("registrar add-cert abc", ErrorKind::MissingRequiredArgument),
            ("registrar set abc --street a --cc CH", ErrorKind::MissingRequiredArgument),
            ("registrar add-cert abc --pem f --sha256 00", ErrorKind::ArgumentConflict),
            ("tld set shop --require-contact tech --no-required-contacts", ErrorKind::ArgumentConflict),
        ] {
            assert_eq!(json(line), Err(expected), "{line}");
        }
        let no_socket = Args::try_parse_from(["domesday", "admin", "stats"]).map_err(|error| error.kind());
        assert_eq!(no_socket, Err(ErrorKind::MissingRequiredArgument));
    }
}
