//! A registry of a few lines, as strict as a real one, that answers frames.

use std::collections::{BTreeMap, BTreeSet};

use crate::workload::day::Day;

/// What it keeps of a domain.
#[derive(Clone, Debug)]
pub(super) struct Domain {
    pub(super) sponsor: String,
    pub(super) expires: Day,
    pub(super) hold: bool,
    pub(super) auth: Option<String>,
    pub(super) requester: Option<String>,
    transferred: bool,
    /// Since it was created, or transferred.
    updated: bool,
}

/// A registry of one TLD.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    pub(super) today: Day,
    pub(super) domains: BTreeMap<String, Domain>,
    pub(super) objects: BTreeSet<String>,
    /// Transaction identifiers seen.
    pub(super) cl_trids: BTreeSet<String>,
    pub(super) creates: usize,
    /// Results that were no success.
    pub(super) refused: Vec<(u16, String)>,
    /// It asks for a contact and hosts that it knows.
    pub(super) wants_objects: bool,
    polls: u64,
}

/// The text of the first element of that name.
pub(crate) fn text<'a>(frame: &'a str, element: &str) -> Option<&'a str> {
    let (_, rest) = frame.split_once(&format!("<{element}>"))?;
    rest.split_once(&format!("</{element}>")).map(|(text, _)| text)
}

fn all<'a>(frame: &'a str, element: &str) -> impl Iterator<Item = &'a str> {
    let start = format!("<{element}>");
    let pieces = frame.split(start.as_str()).skip(1).collect::<Vec<_>>();
    pieces.into_iter().filter_map(|piece| piece.split('<').next())
}

fn data(kind: &str, inside: &str) -> String {
    format!(
        "<resData><domain:{kind} xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">{inside}</domain:{kind}></resData>"
    )
}

fn named(name: &str) -> String {
    format!("<domain:name>{name}</domain:name>")
}

fn date(element: &str, day: Day) -> String {
    format!("<domain:{element}>{}T09:08:07.123Z</domain:{element}>", day.date())
}

impl Registry {
    pub(crate) fn new() -> Self {
        Self { today: Day::parse(b"2027-03-01").expect("a date"), ..Self::default() }
    }

    /// Does what a frame of this registrar asks.
    pub(crate) fn answer(&mut self, clid: &str, frame: &str) -> String {
        let cl_trid = text(frame, "clTRID").expect("every command has one");
        assert!(self.cl_trids.insert(cl_trid.to_owned()), "{cl_trid} is there twice");
        assert!(frame.starts_with("<?xml version=\"1.0\"") && frame.ends_with("</command></epp>"), "{frame}");
        let (code, data) = self.decide(clid, frame);
        if code >= 2000 {
            self.refused.push((code, frame.to_owned()));
        }
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><response>\
             <result code=\"{code}\"><msg>Result code of the name</msg></result>{data}<trID><clTRID>{cl_trid}</clTRID>\
             <svTRID>S-1</svTRID></trID></response></epp>"
        )
    }

    fn decide(&mut self, clid: &str, frame: &str) -> (u16, String) {
        let command = text(frame, "command").unwrap_or_default();
        let verb = command.split(['>', ' ', '/']).next().unwrap_or_default();
        let name = text(frame, "domain:name").unwrap_or_default().to_owned();
        match verb {
            "<check" => {
                let names = all(frame, "domain:name").map(|name| {
                    let is_free = u8::from(!self.domains.contains_key(name));
                    format!("<domain:cd><domain:name avail=\"{is_free}\">{name}</domain:name></domain:cd>")
                });
                (1000, data("chkData", &names.collect::<String>()))
            }
            "<info" => self.info(&name),
            "<poll" => {
                self.polls += 1;
                match self.polls % 2 {
                    0 => (1300, String::new()),
                    _ => (1301, self.message()),
                }
            }
            "<create" if frame.contains("<contact:create") || frame.contains("<host:create") => {
                let id = text(frame, "contact:id").or_else(|| text(frame, "host:name")).expect("an id");
                if self.objects.insert(id.to_owned()) { (1000, String::new()) } else { (2302, String::new()) }
            }
            "<create" => self.create(clid, &name, frame),
            _ => self.change(clid, verb, &name, frame),
        }
    }

    /// What a transfer leaves in the queue of the one who lost it, with a clTRID of another.
    fn message(&self) -> String {
        let inside = "<domain:trStatus>clientApproved</domain:trStatus><domain:paTRID><clTRID>of-another</clTRID></domain:paTRID>";
        format!("<msgQ count=\"1\" id=\"{}\"><msg>x</msg></msgQ>{}", self.polls, data("panData", inside))
    }

    fn info(&self, name: &str) -> (u16, String) {
        let Some(domain) = self.domains.get(name) else { return (2303, String::new()) };
        let mut inside = named(name) + "<domain:roid>D1-X</domain:roid>";
        let statuses = [(domain.hold, "clientHold"), (domain.requester.is_some(), "pendingTransfer")];
        let set: Vec<_> = statuses.iter().filter(|(set, _)| *set).map(|(_, status)| *status).collect();
        for status in if set.is_empty() { vec!["ok"] } else { set } {
            inside += &format!("<domain:status s=\"{status}\"/>");
        }
        inside += &format!("<domain:clID>{}</domain:clID>", domain.sponsor);
        inside += &date("crDate", self.today);
        inside += &date("exDate", domain.expires);
        if domain.transferred {
            inside += &date("trDate", self.today);
        }
        if domain.updated {
            inside += &date("upDate", self.today.plus_years(1));
        }
        (1000, data("infData", &inside))
    }

    fn create(&mut self, clid: &str, name: &str, frame: &str) -> (u16, String) {
        self.creates += 1;
        let (label, _) = name.split_once('.').expect("a TLD");
        assert!((5..=20).contains(&label.len()), "{name}");
        if self.domains.contains_key(name) {
            return (2302, String::new());
        }
        let hosts = all(frame, "domain:hostObj").collect::<Vec<_>>();
        let contacts: Vec<_> = text(frame, "domain:registrant").into_iter().collect();
        if hosts.iter().chain(&contacts).any(|id| !self.objects.contains(*id)) {
            return (2303, String::new());
        }
        if self.wants_objects && (hosts.len() != 2 || contacts.len() != 1) {
            return (2003, String::new());
        }
        let expires = self.today.plus_years(1);
        let auth = text(frame, "domain:pw").map(str::to_owned);
        let domain = Domain {
            sponsor: clid.to_owned(),
            expires,
            hold: false,
            auth,
            requester: None,
            transferred: false,
            updated: false,
        };
        self.domains.insert(name.to_owned(), domain);
        (1000, data("creData", &(named(name) + &date("crDate", self.today) + &date("exDate", expires))))
    }

    /// Commands about a domain that is there.
    fn change(&mut self, clid: &str, verb: &str, name: &str, frame: &str) -> (u16, String) {
        let (today, latest) = (self.today, self.today.plus_years(10));
        let Some(domain) = self.domains.get_mut(name) else { return (2303, String::new()) };
        let is_own = domain.sponsor == clid;
        if verb == "<transfer" {
            return transfer(domain, clid, name, frame, latest);
        }
        if !is_own {
            return (2201, String::new());
        }
        if domain.requester.is_some() {
            return (2304, String::new());
        }
        match verb {
            "<delete" => {
                self.domains.remove(name);
                (1000 + u16::from(name.len().is_multiple_of(2)), String::new())
            }
            "<renew" => {
                let next = domain.expires.plus_years(1);
                let is_right = text(frame, "domain:curExpDate") == Some(&domain.expires.date().to_string());
                if !is_right || next > latest {
                    return (2306, String::new());
                }
                (domain.expires, domain.updated) = (next, true);
                (1000, data("renData", &(named(name) + &date("exDate", next))))
            }
            "<update" if frame.contains("<domain:pw>") => {
                domain.auth = text(frame, "domain:pw").map(str::to_owned);
                domain.updated = true;
                (1000, String::new())
            }
            "<update" => {
                let hold = frame.contains("<domain:add>");
                let is_right = frame.contains("clientHold") && hold != domain.hold;
                (domain.hold, domain.updated) = (hold, true);
                (if is_right { 1000 } else { 2306 }, String::new())
            }
            other => panic!("{other} on {today:?}"),
        }
    }
}

fn transfer(domain: &mut Domain, clid: &str, name: &str, frame: &str, latest: Day) -> (u16, String) {
    let (code, status) = if frame.contains("op=\"request\"") {
        if domain.sponsor == clid {
            return (2106, String::new());
        }
        if domain.auth.is_none() || text(frame, "domain:pw") != domain.auth.as_deref() {
            return (2202, String::new());
        }
        if domain.requester.is_some() {
            return (2300, String::new());
        }
        domain.requester = Some(clid.to_owned());
        (1001, "pending")
    } else {
        if domain.sponsor != clid {
            return (2201, String::new());
        }
        let Some(requester) = domain.requester.clone() else { return (2301, String::new()) };
        domain.sponsor = requester;
        (domain.auth, domain.transferred, domain.updated) = (None, true, false);
        (1000, "clientApproved")
    };
    let requester = domain.requester.clone().unwrap_or_default();
    let expires = domain.expires.plus_years(1).min(latest);
    if code == 1000 {
        (domain.requester, domain.expires) = (None, expires);
    }
    let inside = named(name)
        + &format!("<domain:trStatus>{status}</domain:trStatus><domain:reID>{requester}</domain:reID>")
        + &date("exDate", expires);
    (code, data("trnData", &inside))
}

/// The same answer in the words of a server of another make.
pub(super) fn foreign(answer: &str) -> String {
    let renamed = answer.replace("domain:", "d-0:").replace('"', "'").replace("'>", "' >");
    let prefixed = ["epp", "response", "result", "msg", "resData", "trID", "clTRID", "svTRID", "msgQ"];
    prefixed.iter().fold(renamed, |text, element| {
        ["<", "</"].iter().fold(text, |text, open| {
            [">", " "].iter().fold(text, |text, end| {
                text.replace(&format!("{open}{element}{end}"), &format!("{open}e:{element}{end}"))
            })
        })
    })
}
