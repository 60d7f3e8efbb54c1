//! The frame that a registrar would send for a row of the tables.

use super::{idn, launch};
use crate::model::view::View;
use crate::registry::testing::World;
use crate::registry::tests::cases::notation::Words;

const EPP: &str = "urn:ietf:params:xml:ns:epp-1.0";
const RGP: &str = "urn:ietf:params:xml:ns:rgp-1.0";
const SEC_DNS: &str = "urn:ietf:params:xml:ns:secDNS-1.1";
const FEE: &str = "urn:ietf:params:xml:ns:epp:fee-1.0";
const TOKEN: &str = "urn:ietf:params:xml:ns:allocationToken-1.0";
const TTL: &str = "urn:ietf:params:xml:ns:epp:ttl-1.0";
const BALANCE: &str = "http://www.verisign.com/epp/balance-1.0";

/// The EPP command of an operation, with those words, in a world that moments and ROIDs are of.
pub(super) fn frame(operation: &str, mut words: Words, world: &World) -> String {
    let (object, action) = operation.split_once(':').expect("object:action");
    let (verb, op) = match action.split_once('-') {
        Some(("launch", verb)) => (verb, String::new()),
        Some((verb, op)) => (verb, format!(" op=\"{op}\"")),
        None if action == "restore" => ("update", String::new()),
        None => (action, String::new()),
    };
    let extension = match object {
        "domain" => {
            let restored = if action == "restore" { restore(&mut words, world) } else { String::new() };
            vec![
                sec_dns(&mut words, verb),
                fee(&mut words, verb),
                token(&mut words, verb),
                idn::element(&mut words),
                restored,
                ttl(&mut words, verb),
                launch::element(&mut words, verb, world),
            ]
        }
        "host" => vec![ttl(&mut words, verb)],
        _ => Vec::new(),
    };
    let body = match (object, verb) {
        ("poll", "req") => "<poll op=\"req\"/>".to_owned(),
        ("poll", _) => {
            let message = words.names().first().map_or_else(String::new, |id| format!(" msgID=\"{id}\""));
            format!("<poll op=\"ack\"{message}/>")
        }
        ("maint", _) => {
            let id = words.names().first().map_or_else(|| "<m:list/>".to_owned(), |id| element("m:id", id));
            format!("<info><m:info xmlns:m=\"urn:ietf:params:xml:ns:epp:maintenance-1.0\">{id}</m:info></info>")
        }
        ("balance", _) => format!("<info><balance:info xmlns:balance=\"{BALANCE}\"/></info>"),
        _ => {
            let mut object = Object { prefix: object, words: &mut words, world };
            format!("<{verb}{op}>{}</{verb}>", object.command(verb))
        }
    };
    words.done();
    let extension = wrap("extension", &extension.concat());
    format!("<epp xmlns=\"{EPP}\"><command>{body}{extension}</command></epp>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// The element around that content; nothing around nothing.
fn wrap(name: &str, content: &str) -> String {
    if content.is_empty() { String::new() } else { format!("<{name}>{content}</{name}>") }
}

/// `fee:…` beside the command.
fn fee(words: &mut Words, verb: &str) -> String {
    if !words.has(&["fee", "currency"]) {
        return String::new();
    }
    let mut content = words.one("currency").map_or_else(String::new, |code| element("fee:currency", &code));
    if verb == "check" {
        let mut attribute = |key: &str| words.one(key).map_or_else(String::new, |value| format!(" {key}=\"{value}\""));
        let attributes = ["customName", "phase", "subphase"].map(&mut attribute).concat();
        let period =
            words.one("years").map_or_else(String::new, |n| format!("<fee:period unit=\"y\">{n}</fee:period>"));
        for name in words.all("fee") {
            content += &format!("<fee:command name=\"{name}\"{attributes}>{period}</fee:command>");
        }
    } else {
        words.all("fee").iter().for_each(|fee| content += &element("fee:fee", fee));
    }
    format!("<fee:{verb} xmlns:fee=\"{FEE}\">{content}</fee:{verb}>")
}

/// `secDNS:…` beside the command.
fn sec_dns(words: &mut Words, verb: &str) -> String {
    let mut records = |sign: &str| -> String {
        let ds: String = words.all(&format!("{sign}ds")).iter().map(|text| ds_data(text)).collect();
        let keys: String = words.all(&format!("{sign}key")).iter().map(|text| key_data(text)).collect();
        ds + &keys
    };
    let (plain, rem, add) = (records(""), records("-"), records("+"));
    let mut value = |name: &str, key: &str| {
        words.one(key).map_or_else(String::new, |value| element(&format!("secDNS:{name}"), &value))
    };
    let (rem, add) = (value("all", "-all") + &rem, value("maxSigLife", "+life") + &add);
    let life = value("maxSigLife", "life");
    let urgent = words.one("urgent").map_or_else(String::new, |value| format!(" urgent=\"{value}\""));
    let empty = words.one("secdns").is_some();
    let content = match verb {
        "create" => life + &plain,
        _ => [wrap("secDNS:rem", &rem), wrap("secDNS:add", &add), wrap("secDNS:chg", &life)].concat(),
    };
    if content.is_empty() && !empty {
        return String::new();
    }
    format!("<secDNS:{verb} xmlns:secDNS=\"{SEC_DNS}\"{urgent}>{content}</secDNS:{verb}>")
}

/// The elements of these names around the words of a text, in order; and what is left of it.
fn each<'t>(names: &[&str], text: &'t str) -> (String, &'t str) {
    let mut rest = text;
    let elements = names.iter().map(|name| {
        let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
        rest = after;
        element(&format!("secDNS:{name}"), word)
    });
    (elements.collect(), rest)
}

fn ds_data(text: &str) -> String {
    let (ds, key) = each(&["keyTag", "alg", "digestType", "digest"], text);
    let key = if key.is_empty() { String::new() } else { key_data(key) };
    format!("<secDNS:dsData>{ds}{key}</secDNS:dsData>")
}

fn key_data(text: &str) -> String {
    let (key, _) = each(&["flags", "protocol", "alg", "pubKey"], text);
    format!("<secDNS:keyData>{key}</secDNS:keyData>")
}

/// An element of the allocation token extension beside the command; in an info it asks.
fn token(words: &mut Words, verb: &str) -> String {
    match words.one("token") {
        None => String::new(),
        Some(_) if verb == "info" => format!("<t:info xmlns:t=\"{TOKEN}\"/>"),
        Some(token) => format!("<t:allocationToken xmlns:t=\"{TOKEN}\">{token}</t:allocationToken>"),
    }
}

/// An element of the mapping of TTLs beside the command; in an info it asks, by the policy that is the word.
fn ttl(words: &mut Words, verb: &str) -> String {
    if !words.has(&["ttl"]) {
        return String::new();
    }
    let given = words.all("ttl");
    if verb == "info" {
        return format!("<l:info xmlns:l=\"{TTL}\" policy=\"{}\"/>", given.concat());
    }
    let ttl = |given: &String| {
        let (kind, seconds) = given.split_once(':').expect("a type and seconds");
        let kind = match kind.split_once('/') {
            Some((kind, "")) => format!("for=\"{kind}\""),
            Some((kind, custom)) => format!("for=\"{kind}\" custom=\"{custom}\""),
            None => format!("for=\"{kind}\""),
        };
        format!("<l:ttl {kind}>{seconds}</l:ttl>")
    };
    let ttls: String = given.iter().map(ttl).collect();
    format!("<l:{verb} xmlns:l=\"{TTL}\">{ttls}</l:{verb}>")
}

/// `rgp:update` beside the command.
fn restore(words: &mut Words, world: &World) -> String {
    let op = words.one("op").expect("op=request or op=report");
    let report = words.has(&["report"]).then(|| {
        words.one("report");
        let mut text = |key: &str, default: &str| words.one(key).unwrap_or_else(|| default.to_owned());
        let (before, after, why) = (text("pre", "before"), text("post", "after"), text("reason", "mistake"));
        let times = [("delTime", text("deleted", "-2")), ("resTime", text("restored", "-1"))];
        let statements = text("statements", "2").parse().expect("a number");
        let times = times.map(|(name, days)| match days.parse() {
            Ok(days) => element(&format!("rgp:{name}"), &world.now.plus_days(days).to_string()),
            Err(_) => element(&format!("rgp:{name}"), &days),
        });
        format!(
            "<rgp:report><rgp:preData>{before}</rgp:preData><rgp:postData>{after}</rgp:postData>{}\
             <rgp:resReason>{why}</rgp:resReason>{}</rgp:report>",
            times.concat(),
            "<rgp:statement>so it is</rgp:statement>".repeat(statements),
        )
    });
    let report = report.unwrap_or_default();
    format!("<rgp:update xmlns:rgp=\"{RGP}\"><rgp:restore op=\"{op}\">{report}</rgp:restore></rgp:update>")
}

pub(super) fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escaped(text))
}

/// An element of `host:addrType`.
fn address(name: &str, given: &str) -> String {
    let (family, text) = match given.split_at_checked(3) {
        Some(("v4:", text)) => ("v4", text),
        Some(("v6:", text)) => ("v6", text),
        _ if given.contains(':') => ("v6", given),
        _ => ("v4", given),
    };
    format!("<{name} ip=\"{family}\">{text}</{name}>")
}

/// The element of an object mapping, while it is written.
struct Object<'a> {
    prefix: &'a str,
    words: &'a mut Words,
    world: &'a World,
}

impl Object<'_> {
    fn command(&mut self, verb: &str) -> String {
        let key = if self.prefix == "contact" { "id" } else { "name" };
        let names: String = match verb {
            "check" => self.words.names().iter().map(|name| self.named(key, name)).collect(),
            _ => {
                let hosts = self.words.one("hosts").map_or_else(String::new, |shown| format!(" hosts=\"{shown}\""));
                let (prefix, name) = (self.prefix, escaped(&self.words.name()));
                format!("<{prefix}:{key}{hosts}>{name}</{prefix}:{key}>")
            }
        };
        let rest = match (self.prefix, verb) {
            ("domain", "create") => self.domain_create(),
            ("domain", "renew") => [self.value("curExpDate", "exp"), self.period()].concat(),
            ("domain", "transfer") => [self.period(), self.auth(false)].concat(),
            ("host", "create") => self.addresses("addr"),
            ("contact", "create") => self.contact_create(),
            ("domain" | "contact", "info") | ("contact", "transfer") => self.auth(false),
            (_, "update") => [self.add_rem("add", "+"), self.add_rem("rem", "-"), self.chg()].concat(),
            _ => String::new(),
        };
        let prefix = self.prefix;
        format!(
            "<{prefix}:{verb} xmlns:{prefix}=\"urn:ietf:params:xml:ns:{prefix}-1.0\">{names}{rest}</{prefix}:{verb}>"
        )
    }

    fn named(&self, name: &str, text: &str) -> String {
        element(&format!("{}:{name}", self.prefix), text)
    }

    /// The element of that name around that content.
    fn around(&self, name: &str, content: &str) -> String {
        let prefix = self.prefix;
        format!("<{prefix}:{name}>{content}</{prefix}:{name}>")
    }

    /// An element for the value of a key, if it is there.
    fn value(&mut self, name: &str, key: &str) -> String {
        self.words.one(key).map_or_else(String::new, |value| self.named(name, &value))
    }

    /// An element for each value of a key.
    fn values(&mut self, name: &str, key: &str) -> String {
        self.words.all(key).iter().map(|value| self.named(name, value)).collect()
    }

    fn period(&mut self) -> String {
        let (unit, count) = match self.words.one("months") {
            Some(months) => ("m", Some(months)),
            None => ("y", self.words.one("years")),
        };
        count.map_or_else(String::new, |count| format!("<domain:period unit=\"{unit}\">{count}</domain:period>"))
    }

    fn auth(&mut self, needed: bool) -> String {
        let prefix = self.prefix;
        let content = match (self.words.one("auth").as_deref(), self.words.one("pw")) {
            (Some("ext"), _) => format!("<{prefix}:ext><x:y xmlns:x=\"urn:example:auth\"/></{prefix}:ext>"),
            (Some("null"), _) => format!("<{prefix}:null/>"),
            (Some(other), _) => panic!("auth={other}"),
            (None, None) if !needed => return String::new(),
            (None, password) => {
                let roid =
                    self.words.one("roid").map_or_else(String::new, |of| format!(" roid=\"{}\"", self.roid(&of)));
                format!("<{prefix}:pw{roid}>{}</{prefix}:pw>", escaped(&password.unwrap_or_default()))
            }
        };
        self.around("authInfo", &content)
    }

    /// The ROID of a domain or contact; what is neither is one as it stands.
    fn roid(&self, of: &str) -> String {
        let memory = &self.world.memory;
        let domain = memory.domain(of).map(|domain| domain.roid.to_string());
        let contact = memory.contact(of).map(|contact| contact.roid.to_string());
        domain.or(contact).unwrap_or_else(|| of.to_owned())
    }

    fn name_servers(&mut self, key: &str) -> String {
        let attributes = self.words.all(&format!("{key}attr"));
        let attribute = |given: &String| {
            let (name, addresses) = given.split_once('/').unwrap_or((given, ""));
            let addresses = addresses.split('/').filter(|text| !text.is_empty());
            let addresses: String = addresses.map(|text| address("domain:hostAddr", text)).collect();
            self.around("hostAttr", &(self.named("hostName", name) + &addresses))
        };
        let hosts = [attributes.iter().map(attribute).collect(), self.values("hostObj", key)].concat();
        wrap("domain:ns", &hosts)
    }

    fn contacts(&mut self, sign: &str) -> String {
        let mut contacts = self.values("contact", &format!("{sign}contact"));
        for role in ["admin", "billing", "tech"] {
            for id in self.words.all(&format!("{sign}{role}")) {
                contacts += &format!("<domain:contact type=\"{role}\">{id}</domain:contact>");
            }
        }
        contacts
    }

    fn domain_create(&mut self) -> String {
        let (period, hosts) = (self.period(), self.name_servers("ns"));
        [period, hosts, self.value("registrant", "registrant"), self.contacts(""), self.auth(true)].concat()
    }

    fn addresses(&mut self, key: &str) -> String {
        self.words.all(key).iter().map(|given| address("host:addr", given)).collect()
    }

    fn statuses(&mut self, sign: &str) -> String {
        let prefix = self.prefix;
        let mut statuses = String::new();
        for status in self.words.all(&format!("{sign}status")) {
            let lang = self.words.one("lang").map_or_else(String::new, |lang| format!(" lang=\"{lang}\""));
            let text = self.words.one("text").unwrap_or_default();
            statuses += &format!("<{prefix}:status s=\"{status}\"{lang}>{text}</{prefix}:status>");
        }
        statuses
    }

    /// `add` or `rem`; an empty one where the sign alone is a key.
    fn add_rem(&mut self, name: &str, sign: &str) -> String {
        let empty = self.words.one(sign).is_some();
        let content = match self.prefix {
            "domain" => [self.name_servers(&format!("{sign}ns")), self.contacts(sign), self.statuses(sign)].concat(),
            "host" => [self.addresses(&format!("{sign}addr")), self.statuses(sign)].concat(),
            _ => self.statuses(sign),
        };
        if content.is_empty() && !empty { String::new() } else { self.around(name, &content) }
    }

    fn chg(&mut self) -> String {
        let empty = self.words.one("chg").is_some();
        let content = match self.prefix {
            "domain" => [self.value("registrant", "registrant"), self.auth(false)].concat(),
            "host" => self.value("name", "name"),
            _ => self.contact_change(),
        };
        if content.is_empty() && !empty { String::new() } else { self.around("chg", &content) }
    }

    fn contact_create(&mut self) -> String {
        for (key, default) in [("name", "John Doe"), ("city", "Dulles"), ("cc", "US"), ("email", "jdoe@example.com")] {
            self.words.put(key, default);
        }
        let (postal, phones, email) = (self.postal(), self.phones(), self.value("email", "email"));
        [postal, phones, email, self.auth(true), self.disclose()].concat()
    }

    fn contact_change(&mut self) -> String {
        let (postal, phones, email) = (self.postal(), self.phones(), self.value("email", "email"));
        [postal, phones, email, self.auth(false), self.disclose()].concat()
    }

    /// `postalInfo` of each type, all with the same content.
    fn postal(&mut self) -> String {
        const ADDRESS: [&str; 5] = ["street", "city", "sp", "pc", "cc"];
        let has_address = self.words.has(&ADDRESS);
        if !has_address && !self.words.has(&["type", "name", "org"]) {
            return String::new();
        }
        if has_address {
            self.words.put("city", "Dulles");
            self.words.put("cc", "US");
        }
        let mut kinds = self.words.all("type");
        if kinds.is_empty() {
            kinds.push("int".to_owned());
        }
        let mut content = [self.value("name", "name"), self.value("org", "org")].concat();
        let address: String = ADDRESS.iter().map(|key| self.values(key, key)).collect();
        if has_address {
            content += &self.around("addr", &address);
        }
        let info = |kind: &String| format!("<contact:postalInfo type=\"{kind}\">{content}</contact:postalInfo>");
        kinds.iter().map(info).collect()
    }

    fn phones(&mut self) -> String {
        let phone = |(key, extension): (&str, &str)| {
            let x = self.words.one(extension).map_or_else(String::new, |x| format!(" x=\"{x}\""));
            let number = self.words.one(key);
            number.map_or_else(String::new, |number| format!("<contact:{key}{x}>{number}</contact:{key}>"))
        };
        [("voice", "voice-x"), ("fax", "fax-x")].map(phone).concat()
    }

    fn disclose(&mut self) -> String {
        if !self.words.has(&["disclose"]) {
            return String::new();
        }
        let named = self.words.all("disclose");
        let fields: String = named.iter().filter(|f| !f.is_empty()).map(|f| format!("<contact:{f}/>")).collect();
        format!("<contact:disclose flag=\"0\">{fields}</contact:disclose>")
    }
}
