//! Frames that are written by hand: what sessions begin and end with, and what attackers and bystanders send.

use std::fmt::Write as _;

/// `<logout>` (RFC 5730, section 2.9.1.2).
pub(crate) const LOGOUT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\
    <epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command><logout/><clTRID>load-logout</clTRID></command></epp>";

/// The code of the first result of an answer.
pub(crate) fn result_code(answer: &str) -> Option<u16> {
    answer.split_once("<result code=\"").and_then(|(_, rest)| rest.get(..4)?.parse().ok())
}

/// The text of the first element of that name, prefix included.
pub(crate) fn text<'a>(answer: &'a str, element: &str) -> Option<&'a str> {
    Some(answer.split_once(&format!("<{element}>"))?.1.split_once('<')?.0)
}

/// The result code of an answer to a command, whose success names this domain if one is given; or why it is no answer to it.
pub(crate) fn judged(answer: &str, cl_trid: &str, name: Option<&str>) -> Result<u16, &'static str> {
    let code = result_code(answer).ok_or("no result code")?;
    if text(answer, "clTRID") != Some(cl_trid) {
        return Err("the clTRID of another command");
    }
    match name {
        Some(name) if code == 1000 && !answer.contains(&format!(">{name}</domain:name>")) => {
            Err("the answer to another name")
        }
        _ => Ok(code),
    }
}

/// `<check>` of many domains (RFC 5731, section 3.1.1).
pub(crate) fn check(names: &[String], cl_trid: &str) -> String {
    let (first, rest) = names.split_first().map_or(("", names), |(first, rest)| (first.as_str(), rest));
    let rest: String = rest.iter().map(|name| format!("<domain:name>{name}</domain:name>")).collect();
    command(&format!("<check>{}</check>", object("check", first, &rest)), cl_trid)
}

/// The content of a domain command about `name`.
pub(crate) fn object(verb: &str, name: &str, rest: &str) -> String {
    format!(
        "<domain:{verb} xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>{name}</domain:name>{rest}\
         </domain:{verb}>"
    )
}

/// `<create>` of a domain (RFC 5731, section 3.2.1).
pub(crate) fn create(name: &str, cl_trid: &str) -> String {
    let rest = "<domain:authInfo><domain:pw>2fooBAR-load</domain:pw></domain:authInfo>";
    command(&format!("<create>{}</create>", object("create", name, rest)), cl_trid)
}

/// `<info>` of a domain (RFC 5731, section 3.1.2).
pub(crate) fn info(name: &str, cl_trid: &str) -> String {
    command(&format!("<info>{}</info>", object("info", name, "")), cl_trid)
}

/// `<delete>` of a domain (RFC 5731, section 3.2.2).
pub(crate) fn delete(name: &str, cl_trid: &str) -> String {
    command(&format!("<delete>{}</delete>", object("delete", name, "")), cl_trid)
}

/// `<login>` (RFC 5730, section 2.9.1.1).
pub(crate) fn login(clid: &str, password: &str) -> String {
    let services =
        ["domain", "host", "contact"].map(|name| format!("<objURI>urn:ietf:params:xml:ns:{name}-1.0</objURI>"));
    let body = format!(
        "<login><clID>{}</clID><pw>{}</pw><options><version>1.0</version><lang>en</lang></options><svcs>{}</svcs></login>",
        escaped(clid),
        escaped(password),
        services.concat()
    );
    command(&body, "load-login")
}

/// A command with this content.
pub(crate) fn command(body: &str, cl_trid: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?><epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\">\
         <command>{body}<clTRID>{cl_trid}</clTRID></command></epp>"
    )
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '<' | '&' | '>' => drop(write!(out, "&#{};", u32::from(c))),
            _ => out.push(c),
        }
        out
    })
}
