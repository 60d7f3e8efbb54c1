//! What an RDAP server answers, for people (RFC 9083): names and values side by side, what belongs to an entity below it. Results
//! of searches are in [`super::rdap_results`].

use simd_json::OwnedValue;
use simd_json::prelude::*;

use super::rdap_results;
use super::table::{aligned, printable};

/// How deep entities in entities are followed.
const DEPTH: usize = 8;

type Rows = Vec<Vec<String>>;

/// An answer with this status: an object, or an error (RFC 9083, section 6).
pub(super) fn render(status: u16, answer: &OwnedValue) -> String {
    if status != 200 {
        return failure(status, answer);
    }
    if let Some(results) = rdap_results::render(answer) {
        return results;
    }
    let mut rows = Rows::new();
    object(answer, 0, &mut rows);
    texts(answer, "notices", "notice", 0, &mut rows);
    aligned(&rows)
}

/// A refusal that says nothing in JSON.
pub(super) fn without_body(status: u16, location: Option<&str>) -> String {
    let elsewhere = location.map_or_else(String::new, |to| format!(": ask {}", printable(to)));
    format!("HTTP status {status}{elsewhere}\n")
}

fn failure(status: u16, answer: &OwnedValue) -> String {
    let mut out = format!("{status} {}\n", printable(answer.get_str("title").unwrap_or_default())).replace(" \n", "\n");
    strings(answer, "description").for_each(|line| out.push_str(&format!("  {}\n", printable(line))));
    out
}

/// Adds a row, unless there is nothing to say.
fn row(rows: &mut Rows, depth: usize, name: &str, value: &str) {
    if !value.is_empty() {
        rows.push(vec![format!("{}{}", "  ".repeat(depth), printable(name)), printable(value)]);
    }
}

pub(super) fn items<'a>(of: &'a OwnedValue, member: &str) -> impl Iterator<Item = &'a OwnedValue> + use<'a> {
    of.get_array(member).into_iter().flatten()
}

pub(super) fn strings<'a>(of: &'a OwnedValue, member: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    items(of, member).filter_map(|item| item.as_str())
}

pub(super) fn text<'a>(of: &'a OwnedValue, member: &str) -> &'a str {
    of.get_str(member).unwrap_or_default()
}

fn object(of: &OwnedValue, depth: usize, rows: &mut Rows) {
    let (class, ldh, handle) = (text(of, "objectClassName"), text(of, "ldhName"), text(of, "handle"));
    if depth == 0 {
        row(rows, depth, class, if ldh.is_empty() { handle } else { ldh });
        if !ldh.is_empty() {
            row(rows, depth, "handle", handle);
        }
        row(rows, depth, "role", &strings(of, "roles").collect::<Vec<_>>().join(", "));
    }
    row(rows, depth, "in Unicode", text(of, "unicodeName"));
    row(rows, depth, "status", &strings(of, "status").collect::<Vec<_>>().join(", "));
    items(of, "events").for_each(|event| row(rows, depth, text(event, "eventAction"), text(event, "eventDate")));
    items(of, "publicIds").for_each(|id| row(rows, depth, text(id, "type"), text(id, "identifier")));
    items(of, "variants").for_each(|variant| row(rows, depth, "variant", &variant_line(variant)));
    card(of, depth, rows);
    addresses(of).for_each(|address| row(rows, depth, "address", address));
    for server in items(of, "nameservers") {
        let line = std::iter::once(text(server, "ldhName")).chain(addresses(server));
        row(rows, depth, "name server", &line.collect::<Vec<_>>().join(" "));
    }
    if let Some(secure) = of.get("secureDNS") {
        signatures(secure, depth, rows);
    }
    for entity in items(of, "entities").take_while(|_| depth < DEPTH) {
        let roles = strings(entity, "roles").collect::<Vec<_>>().join(", ");
        let place = rows.len();
        row(rows, depth, if roles.is_empty() { "entity" } else { &roles }, entity.get_str("handle").unwrap_or("-"));
        object(entity, depth + 1, rows);
        // What stands below says enough of one without a handle.
        if entity.get_str("handle").is_none() && rows.len() > place + 1 {
            rows[place].truncate(1);
        }
    }
    for redacted in items(of, "redacted") {
        let name = redacted.get("name");
        let name = name.and_then(|name| name.get_str("type").or_else(|| name.get_str("description")));
        let name = name.unwrap_or_default();
        match redacted.get("reason").and_then(|reason| reason.get_str("description")) {
            Some(reason) => row(rows, depth, "redacted", &format!("{name} ({reason})")),
            None => row(rows, depth, "redacted", name),
        }
    }
    links(of, depth, rows);
    texts(of, "remarks", "remark", depth, rows);
}

pub(super) fn addresses(of: &OwnedValue) -> impl Iterator<Item = &str> {
    of.get("ipAddresses").into_iter().flat_map(|all| strings(all, "v4").chain(strings(all, "v6")))
}

/// Where else to look; what leads to the same answer is left out.
fn links(of: &OwnedValue, depth: usize, rows: &mut Rows) {
    for link in items(of, "links").filter(|link| link.get_str("rel") != Some("self")) {
        row(rows, depth, link.get_str("rel").unwrap_or("link"), text(link, "href"));
    }
}

/// Names that one registrant alone can have beside this one (RFC 9083, section 5.3), and how they stand to it.
fn variant_line(variant: &OwnedValue) -> String {
    let names: Vec<_> = items(variant, "variantNames")
        .map(|name| name.get_str("ldhName").unwrap_or_else(|| text(name, "unicodeName")))
        .filter(|name| !name.is_empty())
        .collect();
    let relation: Vec<_> = strings(variant, "relation").collect();
    match relation.is_empty() {
        true => names.join(", "),
        false => format!("{} ({})", names.join(", "), relation.join(", ")),
    }
}

/// The properties of a jCard: `["vcard", [[name, {}, type, value…], …]]` (RFC 7095, section 3).
fn properties(of: &OwnedValue) -> impl Iterator<Item = (&str, &[OwnedValue])> {
    let card = of.get_array("vcardArray").and_then(|card| card.get(1));
    let properties = card.and_then(|card| card.as_array()).into_iter().flatten();
    properties
        .filter_map(|property| property.as_array())
        .filter_map(|property| Some((property.first()?.as_str()?, property.get(1..)?)))
}

/// The value of the first property of this name; empty: there is none.
pub(super) fn property(of: &OwnedValue, name: &str) -> String {
    properties(of).find(|(found, _)| *found == name).map_or_else(String::new, |(name, rest)| value(name, rest))
}

/// All that a jCard says, each property in a row.
fn card(of: &OwnedValue, depth: usize, rows: &mut Rows) {
    for (name, rest) in properties(of) {
        let label = match name {
            "version" | "kind" => continue,
            "fn" => "name",
            "org" => "organization",
            "adr" => "postal address",
            "tel" if is_fax(rest) => "fax",
            "tel" => "telephone",
            "url" => "web site",
            other => other,
        };
        row(rows, depth, label, &value(name, rest));
    }
}

/// Whether a telephone number is one of a facsimile machine alone: its type may be a list (RFC 7095, section 3.3).
fn is_fax(rest: &[OwnedValue]) -> bool {
    let mut kinds = Vec::new();
    if let Some(kind) = rest.first().and_then(|parameters| parameters.get("type")) {
        flatten(kind, &mut kinds);
    }
    let has = |wanted: &str| kinds.iter().any(|kind| kind.eq_ignore_ascii_case(wanted));
    has("fax") && !has("voice")
}

/// What a property says, of its parameters, its type and its values.
fn value(name: &str, rest: &[OwnedValue]) -> String {
    let mut parts = Vec::new();
    rest.iter().skip(2).for_each(|value| flatten(value, &mut parts));
    match name {
        // The country stands beside the address (RFC 8605, section 3.1).
        "adr" => parts.extend(rest.first().and_then(|parameters| parameters.get_str("cc")).filter(|cc| !cc.is_empty())),
        // A URI (RFC 3966) is for machines.
        "tel" => {
            let number = parts.join(", ");
            return number.strip_prefix("tel:").unwrap_or(&number).replace(";ext=", " ext. ");
        }
        _ => {}
    }
    parts.join(", ")
}

/// The texts of a value, which may be structured (RFC 7095, section 3.3.1.3).
fn flatten<'a>(value: &'a OwnedValue, parts: &mut Vec<&'a str>) {
    match value.as_array() {
        Some(list) => list.iter().for_each(|part| flatten(part, parts)),
        None => parts.extend(value.as_str().filter(|text| !text.is_empty())),
    }
}

fn signatures(secure: &OwnedValue, depth: usize, rows: &mut Rows) {
    if let Some(signed) = secure.get_bool("delegationSigned") {
        row(rows, depth, "delegation signed", if signed { "yes" } else { "no" });
    }
    for (list, label, members) in [
        ("dsData", "DS record", ["keyTag", "algorithm", "digestType", "digest"]),
        ("keyData", "DNSKEY record", ["flags", "protocol", "algorithm", "publicKey"]),
    ] {
        for data in items(secure, list) {
            let shown = members.iter().filter_map(|member| data.get(*member)).map(|value| match value.as_str() {
                Some(text) => text.to_owned(),
                None => value.encode(),
            });
            row(rows, depth, label, &shown.collect::<Vec<_>>().join(" "));
        }
    }
}

/// Notices or remarks (RFC 9083, section 4.3): the title, and below it what they say.
fn texts(of: &OwnedValue, member: &str, label: &str, depth: usize, rows: &mut Rows) {
    for one in items(of, member) {
        row(rows, depth, label, one.get_str("title").unwrap_or("-"));
        let indent = "  ".repeat(depth + 1);
        strings(one, "description").for_each(|line| rows.push(vec![indent.clone(), printable(line)]));
        links(one, depth + 1, rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> OwnedValue {
        simd_json::to_owned_value(&mut text.as_bytes().to_vec()).expect("JSON")
    }

    #[test]
    fn a_domain_is_shown_with_all_that_belongs_to_it() {
        let answer = json(
            r#"{"objectClassName":"domain","handle":"D1-X","ldhName":"xn--bcher-kva.test","unicodeName":"bücher.test",
            "status":["active","add period"],"events":[{"eventAction":"expiration","eventDate":"2027-01-01T00:00:00Z"}],
            "nameservers":[{"ldhName":"ns1.a.test","ipAddresses":{"v6":["2001:db8::1"],"v4":["192.0.2.1"]}}],
            "secureDNS":{"delegationSigned":true,"dsData":[{"keyTag":7,"algorithm":13,"digestType":2,"digest":"AB"}]},
            "entities":[{"handle":"9995","roles":["registrar"],"vcardArray":["vcard",[["version",{},"text","4.0"],
            ["fn",{},"text","A\u001b Inc."],["adr",{"cc":"AT"},"text",["","",["1 Road","2nd"],"Town"]],
            ["tel",{"type":"voice"},"uri","tel:+43.1;ext=7"],["tel",{"type":["work","FAX"]},"uri","tel:+43.2"]]],
            "entities":[{"roles":["abuse"],"vcardArray":["vcard",[["email",{},"text","abuse@a.test"]]]}],
            "links":[{"rel":"self","href":"https://r/1"},{"rel":"about","href":"https://a.test/"}]}],
            "variants":[{"relation":["registered"],"variantNames":[{"ldhName":"a.test"},{"ldhName":"b.test"}]}],
            "redacted":[{"name":{"description":"Registrant Name"}},
            {"name":{"type":"Tech Phone"},"reason":{"description":"Not provided"}}],
            "notices":[{"title":"Terms","description":["Be kind.","Always."]}]}"#,
        );
        let expected = "\
domain             xn--bcher-kva.test
handle             D1-X
in Unicode         bücher.test
status             active, add period
expiration         2027-01-01T00:00:00Z
variant            a.test, b.test (registered)
name server        ns1.a.test 192.0.2.1 2001:db8::1
delegation signed  yes
DS record          7 13 2 AB
registrar          9995
  name             A\\u{1b} Inc.
  postal address   1 Road, 2nd, Town, AT
  telephone        +43.1 ext. 7
  fax              +43.2
  abuse
    email          abuse@a.test
  about            https://a.test/
redacted           Registrant Name
redacted           Tech Phone (Not provided)
notice             Terms
                   Be kind.
                   Always.
";
        assert_eq!(render(200, &answer), expected);
    }

    #[test]
    fn errors_have_title_and_description() {
        let answer = json(r#"{"errorCode":404,"title":"Not Found","description":["No such\u0007 name."]}"#);
        assert_eq!(render(404, &answer), "404 Not Found\n  No such\\u{7} name.\n");
        assert_eq!(render(503, &json("[]")), "503\n");
        assert_eq!(without_body(303, Some("https://b/")), "HTTP status 303: ask https://b/\n");
    }

    #[test]
    fn entities_without_end_are_followed_only_so_far() {
        let deep = |depth: usize| format!("{}{}", r#"{"handle":"x","entities":["#.repeat(depth), "]}".repeat(depth));
        assert_eq!(render(200, &json(&deep(40))).lines().count(), DEPTH + 1);
    }
}
