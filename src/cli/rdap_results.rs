//! What an RDAP server answers to a search, for people (RFC 9083, section 8): a line for each object, how many there are, and
//! where the next page is (RFC 8977).

use simd_json::OwnedValue;
use simd_json::prelude::*;

use super::rdap_answer::{addresses, items, property, strings, text};
use super::table::{aligned, printable};

/// The member with the results, the heads of the columns, and what stands in them.
type Class = (&'static str, [&'static str; 4], fn(&OwnedValue) -> [String; 4]);

const CLASSES: [Class; 3] = [
    ("domainSearchResults", ["NAME", "REGISTRAR", "EXPIRES", "STATUS"], domain),
    ("nameserverSearchResults", ["NAME", "HANDLE", "ADDRESSES", "STATUS"], nameserver),
    ("entitySearchResults", ["HANDLE", "ROLE", "NAME", "EMAIL"], entity),
];

/// The answer to a search; `None`: it is none.
pub(super) fn render(answer: &OwnedValue) -> Option<String> {
    let (member, heads, cells) = CLASSES.iter().find(|(member, ..)| answer.get_array(*member).is_some())?;
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    rows.extend(items(answer, member).map(|one| cells(one).map(|cell| shown(&cell)).to_vec()));
    Some(format!("{}\n{}", aligned(&rows), about(answer, rows.len() - 1)))
}

/// A text in one cell; a hyphen where there is none.
fn shown(text: &str) -> String {
    if text.is_empty() { "-".to_owned() } else { printable(text) }
}

fn domain(of: &OwnedValue) -> [String; 4] {
    let registrar = items(of, "entities").find(|entity| strings(entity, "roles").any(|role| role == "registrar"));
    let registrar = registrar.map(|entity| match property(entity, "fn") {
        name if name.is_empty() => text(entity, "handle").to_owned(),
        name => name,
    });
    let expires = items(of, "events").find(|event| text(event, "eventAction") == "expiration");
    let expires = expires.map_or("", |event| text(event, "eventDate"));
    [name(of), registrar.unwrap_or_default(), expires.to_owned(), joined(strings(of, "status"))]
}

fn nameserver(of: &OwnedValue) -> [String; 4] {
    [name(of), text(of, "handle").to_owned(), joined(addresses(of)), joined(strings(of, "status"))]
}

fn entity(of: &OwnedValue) -> [String; 4] {
    let role = joined(strings(of, "roles"));
    [text(of, "handle").to_owned(), role, property(of, "fn"), property(of, "email")]
}

/// A name, and in brackets how people write it.
fn name(of: &OwnedValue) -> String {
    match (text(of, "ldhName"), text(of, "unicodeName")) {
        (ldh, "") => ldh.to_owned(),
        ("", unicode) => unicode.to_owned(),
        (ldh, unicode) if ldh == unicode => ldh.to_owned(),
        (ldh, unicode) => format!("{ldh} ({unicode})"),
    }
}

fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}

/// How many results these are, which page of them, why there are no more, and how to go on.
fn about(answer: &OwnedValue, count: usize) -> String {
    let paging = answer.get("paging_metadata");
    let number = |member| paging.and_then(|paging| paging.get_u64(member));
    let total = number("totalCount").map_or_else(String::new, |total| format!(" of {total}"));
    let page = number("pageNumber").map_or_else(String::new, |page| format!(", page {page}"));
    let mut out =
        format!("{count}{total} {}{page}\n", if count == 1 && total.is_empty() { "result" } else { "results" });
    let mut rows = Vec::new();
    // Of the types that notices may have (RFC 9083, section 10.2.1), these concern a search.
    for notice in items(answer, "notices").filter(|notice| text(notice, "type").starts_with("result set truncated")) {
        rows.push(vec![
            "truncated".to_owned(),
            strings(notice, "description").map(printable).collect::<Vec<_>>().join(" "),
        ]);
    }
    let links = paging.into_iter().flat_map(|paging| items(paging, "links"));
    for link in links.filter(|link| ["next", "prev"].contains(&text(link, "rel"))) {
        let label = if text(link, "rel") == "next" { "next page" } else { "page before" };
        rows.push(vec![label.to_owned(), printable(text(link, "href"))]);
    }
    out.push_str(&aligned(&rows));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> OwnedValue {
        simd_json::to_owned_value(&mut text.as_bytes().to_vec()).expect("JSON")
    }

    #[test]
    fn domains_are_lines_and_the_next_page_is_told() {
        let answer = json(
            r#"{"notices":[{"title":"Terms","description":["Be kind."]},{"title":"Search Policy",
            "type":"result set truncated due to excessive load","description":["Two at most.","Go on."]}],
            "paging_metadata":{"totalCount":70,"pageSize":2,"pageNumber":1,"links":[{"rel":"next","href":"https://r/?c=1"}]},
            "domainSearchResults":[{"ldhName":"a.test","status":["active","add period"],
            "events":[{"eventAction":"expiration","eventDate":"2027-01-01T00:00:00Z"}],
            "entities":[{"roles":["registrant"],"handle":"C1"},{"roles":["registrar"],"handle":"9995",
            "vcardArray":["vcard",[["fn",{},"text","A Inc."]]]}]},
            {"ldhName":"xn--bcher-kva.test","unicodeName":"bücher.test","entities":[{"roles":["registrar"],"handle":"7"}]}]}"#,
        );
        let expected = "\
NAME                              REGISTRAR  EXPIRES               STATUS
a.test                            A Inc.     2027-01-01T00:00:00Z  active, add period
xn--bcher-kva.test (bücher.test)  7          -                     -

2 of 70 results, page 1
truncated  Two at most. Go on.
next page  https://r/?c=1
";
        assert_eq!(render(&answer).as_deref(), Some(expected));
    }

    #[test]
    fn name_servers_and_entities_are_lines_of_their_own() {
        let answer = json(
            r#"{"nameserverSearchResults":[{"ldhName":"ns.a","handle":"H1","ipAddresses":{"v4":["192.0.2.1"]}}]}"#,
        );
        let expected = "NAME  HANDLE  ADDRESSES  STATUS\nns.a  H1      192.0.2.1  -\n\n1 result\n";
        assert_eq!(render(&answer).as_deref(), Some(expected));
        let answer = json(
            r#"{"entitySearchResults":[{"handle":"9995","roles":["registrar"],
            "vcardArray":["vcard",[["fn",{},"text","A\u001b"],["email",{},"text","a@a.test"]]]}]}"#,
        );
        let expected = "HANDLE  ROLE       NAME     EMAIL\n9995    registrar  A\\u{1b}  a@a.test\n\n1 result\n";
        assert_eq!(render(&answer).as_deref(), Some(expected));
        assert_eq!(
            render(&json(r#"{"entitySearchResults":[]}"#)).map(|text| text.contains("\n0 results\n")),
            Some(true)
        );
        assert_eq!(render(&json(r#"{"objectClassName":"domain"}"#)), None);
    }
}
