//! Short forms: what people type instead of XML, and the frames each becomes.

use std::net::IpAddr;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use super::epp_extensions::{Idn, Offer, Question, Resigned, Restore, Signed, TtlQuestion, Ttls};
use super::epp_frames::{self, Body, Object};
use super::epp_launch::{LaunchEntry, LaunchOf, LaunchQuestion};

/// What `domesday epp --help` says below its options.
pub(super) const HELP: &str = "\
Short forms (… --help tells the options of each):
  check NAME... [--fee [COMMAND...] --years N --currency CODE] [--token TOKEN]
  check host NAME...                check contact ID...        balance
  maintenance [ID]
  info domain NAME                  info host NAME             info contact ID
  create domain NAME [--registrant ID --admin ID --tech ID --ns HOST --years N --pw PW]
  create domain NAME --ns-attr HOST[,IP...]   (a TLD whose name servers are attributes)
  create host NAME [IP...]
  create contact ID --name NAME --city CITY --cc CC --email EMAIL
  update domain NAME [--add-ns HOST --rem-ns HOST --add-status S --rem-status S ...]
  update host NAME [...]            update contact ID [...]
  update domain NAME --restore      update domain NAME --restore-report REASON [...]
  renew NAME [--years N]            delete domain|host|contact NAME
  transfer request|query|approve|reject|cancel [domain|contact] NAME [--pw PW]
  poll                              ack ID                     hello

create domain, renew, transfer request and update domain take --fee AMOUNT [--currency CODE], the
fee that you agree to, and --token TOKEN, an allocation token. check and create domain take
--idn-table TAG [--uname NAME], the table of an internationalized name. create and update of domains and hosts
take --ttl TYPE=SECONDS, info shows TTLs with --ttl or --ttl-policy. In a launch: check --phase PHASE
[--claims], check --trademark, create domain --phase PHASE [--smd FILE --notice ID ...], info [--mark],
update and delete domain --phase PHASE [--application ID].

Frames from FILE or standard input are sent as they are, one after another; each begins at its XML
declaration (<?xml ...?>). A file called like a short form is given as ./check.

Nothing is checked before it is sent: the server judges. Exit codes: 0 all answers were 1xxx; 20 to 25
the class of the first that was not (2303 is 23); 1 no connection or no answer; 2 wrong usage.

Examples:
  domesday epp --target demo/demo.json --as registrar-a check hello.test
  domesday epp --target demo/demo.json --as registrar-a check hello.test --fee create
  domesday epp --target demo/demo.json --as registrar-a -v create domain hello.test --years 2
  domesday epp --target demo/demo.json --as registrar-b transfer request hello.test --pw 2fooBAR
  domesday epp --target demo/demo.json --as registrar-a --xml frames.xml";

/// A short form.
#[derive(Debug, Parser)]
#[command(name = "domesday epp ...", no_binary_name = true, disable_help_flag = false)]
struct Short {
    #[command(subcommand)]
    form: Form,
}

#[derive(Debug, Subcommand)]
enum Form {
    /// Ask whether names or handles can be created.
    Check {
        /// Domain names; or host or contact, and then names or handles.
        #[arg(required = true, value_name = "[KIND] NAME")]
        words: Vec<String>,
        #[command(flatten)]
        question: Question,
        #[command(flatten)]
        launch: LaunchQuestion,
        #[command(flatten)]
        idn: Idn,
    },
    /// Read what the account has, and how far it may go into debt.
    Balance,
    /// Read what maintenance is announced, or one event.
    Maintenance {
        /// Its identifier.
        id: Option<String>,
    },
    /// Read an object.
    #[command(subcommand)]
    Info(Info),
    /// Create an object.
    #[command(subcommand)]
    Create(Create),
    /// Renew a domain; reads its expiry date first.
    Renew {
        /// Domain name.
        name: String,
        /// Years to add.
        #[arg(long)]
        years: Option<u32>,
        /// Its expiry date as YYYY-MM-DD, instead of reading it.
        #[arg(long, value_name = "DATE")]
        cur_exp_date: Option<String>,
        #[command(flatten)]
        offer: Offer,
    },
    /// Delete an object.
    Delete {
        kind: Kind,
        /// Name or handle.
        name: String,
        #[command(flatten)]
        launch: LaunchOf,
    },
    /// Change an object.
    #[command(subcommand)]
    Update(Update),
    /// Move an object from one registrar to another.
    Transfer {
        operation: Operation,
        /// A domain name; or domain or contact, and then its name or handle.
        #[arg(required = true, num_args = 1..=2, value_name = "[KIND] NAME")]
        words: Vec<String>,
        /// Its authorization information.
        #[arg(long)]
        pw: Option<String>,
        /// Years the transfer adds.
        #[arg(long)]
        years: Option<u32>,
        #[command(flatten)]
        offer: Offer,
    },
    /// Read the oldest message.
    Poll,
    /// Acknowledge a message.
    Ack {
        /// Its msgID.
        id: String,
    },
    /// Ask for the greeting.
    Hello,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Domain,
    Host,
    Contact,
}

impl Kind {
    const fn object(self) -> Object {
        match self {
            Self::Domain => Object::Domain,
            Self::Host => Object::Host,
            Self::Contact => Object::Contact,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Operation {
    Request,
    Query,
    Approve,
    Reject,
    Cancel,
}

impl Operation {
    const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Query => "query",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Cancel => "cancel",
        }
    }
}

#[derive(Debug, Subcommand)]
enum Info {
    /// A domain.
    Domain {
        name: String,
        /// Which hosts to show: all, del (name servers), sub (subordinate) or none.
        #[arg(long)]
        hosts: Option<String>,
        /// Authorization information, for a domain of another registrar.
        #[arg(long)]
        pw: Option<String>,
        #[command(flatten)]
        launch: LaunchOf,
        /// Show the marks that it was registered or applied for with.
        #[arg(long, requires = "phase")]
        mark: bool,
        /// Show the allocation token that it was registered with.
        #[arg(long)]
        token: bool,
        #[command(flatten)]
        ttl: TtlQuestion,
    },
    /// A host.
    Host {
        name: String,
        #[command(flatten)]
        ttl: TtlQuestion,
    },
    /// A contact.
    Contact {
        id: String,
        /// Authorization information, for a contact of another registrar.
        #[arg(long)]
        pw: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
enum Create {
    /// A domain.
    Domain {
        name: String,
        /// Years to register it for.
        #[arg(long)]
        years: Option<u32>,
        /// Name server (a host object); repeat for more.
        #[arg(long, value_name = "HOST")]
        ns: Vec<String>,
        /// Name server (a host attribute), with its addresses where it has some; repeat for more.
        #[arg(long, value_name = "HOST[,IP...]")]
        ns_attr: Vec<String>,
        /// Handle of the registrant.
        #[arg(long, value_name = "ID")]
        registrant: Option<String>,
        #[command(flatten)]
        contacts: ContactRoles,
        /// Authorization information; none by default, as RFC 9154 advises.
        #[arg(long, default_value = "")]
        pw: String,
        #[command(flatten)]
        signed: Signed,
        #[command(flatten)]
        offer: Offer,
        #[command(flatten)]
        launch: LaunchEntry,
        #[command(flatten)]
        ttls: Ttls,
        #[command(flatten)]
        idn: Idn,
    },
    /// A host.
    Host {
        name: String,
        /// Its addresses.
        #[arg(value_name = "IP")]
        addresses: Vec<String>,
        #[command(flatten)]
        ttls: Ttls,
    },
    /// A contact.
    Contact {
        id: String,
        #[command(flatten)]
        postal: Postal,
        #[command(flatten)]
        reach: Reach,
        /// Authorization information; none by default, as RFC 9154 advises.
        #[arg(long, default_value = "")]
        pw: String,
    },
}

#[derive(Debug, Subcommand)]
enum Update {
    /// A domain.
    Domain(Box<UpdateDomain>),
    /// A host.
    Host {
        name: String,
        #[arg(long, value_name = "IP")]
        add_ip: Vec<String>,
        #[arg(long, value_name = "IP")]
        rem_ip: Vec<String>,
        #[arg(long, value_name = "STATUS")]
        add_status: Vec<String>,
        #[arg(long, value_name = "STATUS")]
        rem_status: Vec<String>,
        /// Its name from now on.
        #[arg(long)]
        new_name: Option<String>,
        #[command(flatten)]
        ttls: Ttls,
    },
    /// A contact.
    Contact {
        id: String,
        #[arg(long, value_name = "STATUS")]
        add_status: Vec<String>,
        #[arg(long, value_name = "STATUS")]
        rem_status: Vec<String>,
        #[command(flatten)]
        postal: Postal,
        #[command(flatten)]
        reach: Reach,
        /// Authorization information.
        #[arg(long)]
        pw: Option<String>,
    },
}

#[derive(Debug, Args)]
struct UpdateDomain {
    name: String,
    /// A name server more.
    #[arg(long, value_name = "HOST")]
    add_ns: Vec<String>,
    /// A name server less.
    #[arg(long, value_name = "HOST")]
    rem_ns: Vec<String>,
    /// A name server more, as host attribute.
    #[arg(long, value_name = "HOST[,IP...]")]
    add_ns_attr: Vec<String>,
    /// A name server less, as host attribute.
    #[arg(long, value_name = "HOST")]
    rem_ns_attr: Vec<String>,
    /// A contact more, as tech:ID.
    #[arg(long, value_name = "ROLE:ID")]
    add_contact: Vec<String>,
    /// A contact less, as tech:ID.
    #[arg(long, value_name = "ROLE:ID")]
    rem_contact: Vec<String>,
    /// A status more, as clientHold.
    #[arg(long, value_name = "STATUS")]
    add_status: Vec<String>,
    /// A status less.
    #[arg(long, value_name = "STATUS")]
    rem_status: Vec<String>,
    /// Handle of the new registrant.
    #[arg(long, value_name = "ID")]
    registrant: Option<String>,
    /// New authorization information.
    #[arg(long, conflicts_with = "no_pw")]
    pw: Option<String>,
    /// Take the authorization information away.
    #[arg(long)]
    no_pw: bool,
    #[command(flatten)]
    restore: Restore,
    #[command(flatten)]
    signed: Resigned,
    #[command(flatten)]
    offer: Offer,
    #[command(flatten)]
    launch: LaunchOf,
    #[command(flatten)]
    ttls: Ttls,
}

#[derive(Debug, Args)]
struct ContactRoles {
    /// Handle of an administrative contact; repeat for more.
    #[arg(long, value_name = "ID")]
    admin: Vec<String>,
    /// Handle of a billing contact; repeat for more.
    #[arg(long, value_name = "ID")]
    billing: Vec<String>,
    /// Handle of a technical contact; repeat for more.
    #[arg(long, value_name = "ID")]
    tech: Vec<String>,
}

#[derive(Debug, Args)]
struct Postal {
    /// Form of name and address: int (ASCII) or loc.
    #[arg(long = "type", default_value = "int", value_name = "int|loc")]
    form: String,
    /// Name of the person or role.
    #[arg(long)]
    name: Option<String>,
    #[arg(long)]
    org: Option<String>,
    /// A line of the address, up to three.
    #[arg(long)]
    street: Vec<String>,
    #[arg(long)]
    city: Option<String>,
    /// State or province.
    #[arg(long)]
    sp: Option<String>,
    /// Postal code.
    #[arg(long)]
    pc: Option<String>,
    /// Country code.
    #[arg(long)]
    cc: Option<String>,
}

#[derive(Debug, Args)]
struct Reach {
    /// Telephone number, as +1.7035555555.
    #[arg(long)]
    voice: Option<String>,
    /// Facsimile number.
    #[arg(long)]
    fax: Option<String>,
    /// E-mail address.
    #[arg(long)]
    email: Option<String>,
}

/// What is to be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A frame.
    Frame(Vec<u8>),
    /// A renewal from the expiry date that the answer to a frame shows.
    RenewAfter {
        /// The frame to send first.
        info: String,
        /// The domain.
        name: String,
        /// Years to add.
        years: Option<u32>,
        /// What is offered for them.
        offer: Offer,
    },
}

/// Whether a word begins a short form.
pub(super) fn is_verb(word: &str) -> bool {
    word == "help" || Short::command().get_subcommands().any(|verb| verb.get_name() == word)
}

/// What a short form sends, under `cl_trid`.
///
/// # Errors
/// Words that are no short form, and requests for help.
pub(super) fn step(words: &[String], cl_trid: &str) -> Result<Step, clap::Error> {
    let frame = match Short::try_parse_from(words)?.form {
        Form::Check { words, question, launch, idn } => {
            let extensions = [question.element(), launch.element(), question.token.element(), idn.element()];
            check(words, &extensions, cl_trid)
        }
        Form::Balance => Body::new(Object::Balance).command("info", &[], cl_trid),
        Form::Maintenance { id } => {
            let body = Body::new(Object::Maintenance);
            let body = match &id {
                Some(id) => body.element("id", &[], id),
                None => body.element("list", &[], ""),
            };
            body.command("info", &[], cl_trid)
        }
        Form::Info(info) => info.frame(cl_trid),
        Form::Create(create) => create.frame(cl_trid),
        Form::Renew { name, years, cur_exp_date: None, offer } => {
            let info =
                Body::new(Object::Domain).element("name", &[("hosts", "none")], &name).command("info", &[], cl_trid);
            return Ok(Step::RenewAfter { info, name, years, offer });
        }
        Form::Renew { name, years, cur_exp_date: Some(date), offer } => renew(&name, &date, years, &offer, cl_trid),
        Form::Delete { kind, name, launch } => {
            let object = kind.object();
            let body = Body::new(object).element(object.key(), &[], &name);
            body.extended("delete", &[], &[launch.element("delete")], cl_trid)
        }
        Form::Update(update) => update.frame(cl_trid),
        Form::Transfer { operation, words, pw, years, offer } => transfer(operation, words, pw, years, &offer, cl_trid),
        Form::Poll => epp_frames::poll_request(cl_trid),
        Form::Ack { id } => epp_frames::poll_ack(&id, cl_trid),
        Form::Hello => epp_frames::hello(),
    };
    Ok(Step::Frame(frame.into_bytes()))
}

/// A renewal.
pub(super) fn renew(name: &str, cur_exp_date: &str, years: Option<u32>, offer: &Offer, cl_trid: &str) -> String {
    let body = Body::new(Object::Domain).element("name", &[], name).element("curExpDate", &[], cur_exp_date);
    period(body, years).extended("renew", &[], &[offer.element("renew"), offer.token.element()], cl_trid)
}

fn period(body: Body, years: Option<u32>) -> Body {
    match years {
        Some(years) => body.element("period", &[("unit", "y")], &years.to_string()),
        None => body,
    }
}

/// Takes the kind from the words when more than one is there and the first is a kind.
fn kind_of(mut words: Vec<String>) -> (Object, Vec<String>) {
    let object = match words.first().map(String::as_str) {
        Some("domain") if words.len() > 1 => Object::Domain,
        Some("host") if words.len() > 1 => Object::Host,
        Some("contact") if words.len() > 1 => Object::Contact,
        _ => return (Object::Domain, words),
    };
    words.remove(0);
    (object, words)
}

fn check(words: Vec<String>, extensions: &[Option<String>], cl_trid: &str) -> String {
    let (object, names) = kind_of(words);
    Body::new(object).each(object.key(), &names).extended("check", &[], extensions, cl_trid)
}

fn transfer(
    operation: Operation,
    words: Vec<String>,
    pw: Option<String>,
    years: Option<u32>,
    offer: &Offer,
    cl_trid: &str,
) -> String {
    let (object, names) = kind_of(words);
    let body = period(Body::new(object).each(object.key(), &names), years);
    let body = match pw {
        Some(pw) => body.password(&pw),
        None => body,
    };
    body.extended("transfer", &[("op", operation.name())], &[offer.element("transfer"), offer.token.element()], cl_trid)
}

impl Info {
    fn frame(self, cl_trid: &str) -> String {
        let mut extensions = [None, None, None];
        let (body, pw) = match self {
            Self::Domain { name, hosts, pw, token, ttl, launch, mark } => {
                let token = token.then(|| Body::new(Object::AllocationToken).named("info"));
                extensions = [token, ttl.element(), launch.info(mark)];
                let attribute = hosts.as_deref().map(|hosts| ("hosts", hosts));
                (Body::new(Object::Domain).element("name", attribute.as_slice(), &name), pw)
            }
            Self::Host { name, ttl } => {
                extensions = [None, ttl.element(), None];
                (Body::new(Object::Host).element("name", &[], &name), None)
            }
            Self::Contact { id, pw } => (Body::new(Object::Contact).element("id", &[], &id), pw),
        };
        let body = match pw {
            Some(pw) => body.password(&pw),
            None => body,
        };
        body.extended("info", &[], &extensions, cl_trid)
    }
}

impl Create {
    fn frame(self, cl_trid: &str) -> String {
        let mut extensions = [const { None }; 6];
        let body = match self {
            Self::Domain { name, years, ns, ns_attr, registrant, contacts, pw, signed, offer, launch, ttls, idn } => {
                extensions = [
                    offer.element("create"),
                    offer.token.element(),
                    ttls.element("create"),
                    signed.element(),
                    launch.element(),
                    idn.element(),
                ];
                let body = period(Body::new(Object::Domain).element("name", &[], &name), years);
                let body = name_servers(body, &ns, &ns_attr);
                contacts.add(body.optional("registrant", registrant.as_deref())).password(&pw)
            }
            Self::Host { name, addresses, ttls } => {
                extensions = [None, None, ttls.element("create"), None, None, None];
                add_addresses(Body::new(Object::Host).element("name", &[], &name), "addr", &addresses)
            }
            Self::Contact { id, postal, reach, pw } => {
                let body = postal.add(Body::new(Object::Contact).element("id", &[], &id));
                reach.add(body).password(&pw)
            }
        };
        body.extended("create", &[], &extensions, cl_trid)
    }
}

impl Update {
    fn frame(self, cl_trid: &str) -> String {
        let mut extensions = [const { None }; 6];
        let body = match self {
            Self::Domain(update) => {
                let (offer, launch) = (&update.offer, update.launch.element("update"));
                extensions = [
                    update.restore.element(),
                    offer.element("update"),
                    offer.token.element(),
                    update.ttls.element("update"),
                    update.signed.element(),
                    launch,
                ];
                update.body()
            }
            Self::Host { name, add_ip, rem_ip, add_status, rem_status, new_name, ttls } => {
                extensions = [None, None, None, ttls.element("update"), None, None];
                Body::new(Object::Host)
                    .element("name", &[], &name)
                    .group_if_any("add", |body| add_statuses(add_addresses(body, "addr", &add_ip), &add_status))
                    .group_if_any("rem", |body| add_statuses(add_addresses(body, "addr", &rem_ip), &rem_status))
                    .group_if_any("chg", |body| body.optional("name", new_name.as_deref()))
            }
            Self::Contact { id, add_status, rem_status, postal, reach, pw } => Body::new(Object::Contact)
                .element("id", &[], &id)
                .group_if_any("add", |body| add_statuses(body, &add_status))
                .group_if_any("rem", |body| add_statuses(body, &rem_status))
                .group_if_any("chg", |body| {
                    let body = if postal.is_empty() { body } else { postal.add(body) };
                    let body = reach.add(body);
                    match pw {
                        Some(pw) => body.password(&pw),
                        None => body,
                    }
                }),
        };
        body.extended("update", &[], &extensions, cl_trid)
    }
}

impl UpdateDomain {
    fn changes_nothing(&self) -> bool {
        let lists =
            [&self.add_ns, &self.rem_ns, &self.add_contact, &self.rem_contact, &self.add_status, &self.rem_status];
        let lists = lists.into_iter().chain([&self.add_ns_attr, &self.rem_ns_attr]);
        let values = [&self.registrant, &self.pw];
        lists.into_iter().all(|list| list.is_empty()) && values.iter().all(|value| value.is_none()) && !self.no_pw
    }

    fn body(self) -> Body {
        let changes = |body: Body, (objects, attributes): (&[_], &[_]), contacts: &[String], statuses: &[String]| {
            let body = name_servers(body, objects, attributes);
            let body = contacts.iter().fold(body, |body, contact| {
                let (role, id) = contact.split_once(':').unwrap_or(("", contact));
                let attribute = (!role.is_empty()).then_some(("type", role));
                body.element("contact", attribute.as_slice(), id)
            });
            add_statuses(body, statuses)
        };
        let named = Body::new(Object::Domain).element("name", &[], &self.name);
        if self.changes_nothing() && self.restore.element().is_some() {
            // RFC 3915, section 4.2.5: "at least one empty <domain:add>, <domain:rem>, or <domain:chg> element".
            return named.element("chg", &[], "");
        }
        named
            .group_if_any("add", |body| {
                changes(body, (&self.add_ns, &self.add_ns_attr), &self.add_contact, &self.add_status)
            })
            .group_if_any("rem", |body| {
                changes(body, (&self.rem_ns, &self.rem_ns_attr), &self.rem_contact, &self.rem_status)
            })
            .group_if_any("chg", |body| {
                let body = body.optional("registrant", self.registrant.as_deref());
                match (self.pw, self.no_pw) {
                    (Some(pw), _) => body.password(&pw),
                    (None, true) => body.group("authInfo", &[], |body| body.element("null", &[], "")),
                    (None, false) => body,
                }
            })
    }
}

impl ContactRoles {
    fn add(&self, body: Body) -> Body {
        let roles = [("admin", &self.admin), ("billing", &self.billing), ("tech", &self.tech)];
        let each = roles.into_iter().flat_map(|(role, ids)| ids.iter().map(move |id| (role, id)));
        each.fold(body, |body, (role, id)| body.element("contact", &[("type", role)], id))
    }
}

impl Postal {
    fn is_empty(&self) -> bool {
        self.name.is_none() && self.org.is_none() && !self.has_address()
    }

    fn has_address(&self) -> bool {
        let fields = [&self.city, &self.sp, &self.pc, &self.cc];
        !self.street.is_empty() || fields.iter().any(|field| field.is_some())
    }

    fn add(&self, body: Body) -> Body {
        body.group("postalInfo", &[("type", &self.form)], |body| {
            let body = body.optional("name", self.name.as_deref()).optional("org", self.org.as_deref());
            body.group_if_any("addr", |body| {
                body.each("street", &self.street)
                    .optional("city", self.city.as_deref())
                    .optional("sp", self.sp.as_deref())
                    .optional("pc", self.pc.as_deref())
                    .optional("cc", self.cc.as_deref())
            })
        })
    }
}

impl Reach {
    fn add(&self, body: Body) -> Body {
        body.optional("voice", self.voice.as_deref())
            .optional("fax", self.fax.as_deref())
            .optional("email", self.email.as_deref())
    }
}

/// Host objects, or host attributes as `ns1.a.test,192.0.2.1`.
fn name_servers(body: Body, objects: &[String], attributes: &[String]) -> Body {
    body.group_if_any("ns", |body| {
        attributes.iter().fold(body.each("hostObj", objects), |body, given| {
            let mut parts = given.split(',').map(str::to_owned);
            let name = parts.next().unwrap_or_default();
            let addresses: Vec<String> = parts.collect();
            body.group("hostAttr", &[], |body| {
                add_addresses(body.element("hostName", &[], &name), "hostAddr", &addresses)
            })
        })
    })
}

fn add_addresses(body: Body, element: &str, addresses: &[String]) -> Body {
    addresses.iter().fold(body, |body, address| {
        // The attribute has to be written; an address that is none goes out as IPv4, and the server says so.
        let family = if address.parse().is_ok_and(|ip: IpAddr| ip.is_ipv6()) { "v6" } else { "v4" };
        body.element(element, &[("ip", family)], address)
    })
}

fn add_statuses(body: Body, statuses: &[String]) -> Body {
    statuses.iter().fold(body, |body, status| body.element("status", &[("s", status)], ""))
}

#[cfg(test)]
#[path = "epp_short_tests.rs"]
mod tests;
