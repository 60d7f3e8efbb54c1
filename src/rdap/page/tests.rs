//! The page in each of its states, read back as a tree of elements.

use super::*;
use crate::base::timestamp::Timestamp;
use crate::model::memory::Memory;
use crate::rdap::tests::sample;

const TERMS: Option<&str> = Some("https://registry.example/terms?a&b");

fn base() -> BaseUrl {
    BaseUrl::new("https://rdap.example/v1/").expect("good")
}

/// Status and text of the page for what stands in the field, percent-encoded as a form sends it.
fn shown(view: &impl Searchable, target: &str) -> (u16, String) {
    let base = base();
    let context = Context::new(&base, target, sample::day(30), TERMS);
    let query = page_query(&base, target).expect("the page's own path");
    let page = page(view, &query, &context);
    let text = String::from_utf8(page.body).expect("UTF-8");
    well_formed(&text);
    (page.status, text)
}

fn ask(text: &str) -> (u16, String) {
    shown(&sample::registry(), &format!("/v1/?q={}", encode_segment(text)))
}

/// Checks that tags nest, and that there is no element or attribute but those the page has.
#[track_caller]
fn well_formed(html: &str) {
    const VOID: [&str; 5] = ["meta", "link", "input", "br", "!DOCTYPE"];
    const ELEMENTS: &str = " html head title style body a header div span main h1 h2 h3 h4 form label button p code article \
        section dl dt dd time table thead tbody caption tr th td details summary pre bdi footer ";
    const ATTRIBUTES: &str = " lang charset name content rel href class role method action for id type required maxlength \
        autocomplete autocapitalize spellcheck dir value aria-describedby aria-invalid aria-labelledby aria-label tabindex \
        scope datetime html ";
    let mut open: Vec<&str> = Vec::new();
    let mut ids: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (text, tag) = rest.split_at(start);
        assert!(!text.contains('>') || open.contains(&"style"), "{text}");
        let end = tag.find('>').expect("a tag ends");
        let (inside, after) = (&tag[1..end], &tag[end + 1..]);
        rest = after;
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "in {html}");
            continue;
        }
        let mut parts = inside.splitn(2, ' ');
        let name = parts.next().expect("a name");
        assert!(VOID.contains(&name) || ELEMENTS.contains(&format!(" {name} ")), "<{inside}>");
        let mut attributes = parts.next().unwrap_or_default();
        while !attributes.is_empty() {
            let end = attributes.find(['=', ' ']).unwrap_or(attributes.len());
            let attribute = &attributes[..end];
            assert!(ATTRIBUTES.contains(&format!(" {attribute} ")), "{attribute} in <{inside}>");
            attributes = attributes[end..].trim_start_matches(' ');
            if let Some(quoted) = attributes.strip_prefix("=\"") {
                let (value, after) = quoted.split_once('"').expect("a value ends");
                attributes = after.trim_start_matches(' ');
                if attribute == "id" {
                    assert!(!ids.contains(&value), "{value} twice");
                    ids.push(value);
                }
            }
        }
        if !VOID.contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?} left open in {html}");
    assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>"));
}

/// The text of an element's content, with its tags left out.
fn plain(html: &str) -> String {
    let body = html.split_once("</style>").map_or(html, |(_, body)| body);
    let mut out = String::new();
    for part in body.split('<') {
        let text = part.split_once('>').map_or(part, |(_, text)| text);
        out.push_str(text);
        out.push(' ');
    }
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    ["&lt;", "&gt;", "&quot;", "&#39;", "&amp;"]
        .iter()
        .zip(["<", ">", "\"", "'", "&"])
        .fold(out, |out, (from, to)| out.replace(from, to))
}

#[test]
fn a_query_stands_at_the_base_url_alone() {
    let asked = |target| page_query(&base(), target);
    assert_eq!(asked("/v1/"), Some(PageQuery::Form));
    for form in ["/v1/?", "/v1/?x=1", "/v1/?Q=a", "/v1/?qq=a"] {
        assert_eq!(asked(form), Some(PageQuery::Form), "{form}");
    }
    for (target, text) in [
        ("/v1/?q=shop.example", "shop.example"),
        ("/v1/?x=1&q=+a%20b%2Bc+&q=other", "a b+c"),
        ("/v1/?q=b%C3%BCcher.example", "bücher.example"),
        ("/v1/?q=", ""),
    ] {
        assert_eq!(asked(target), Some(PageQuery::Text(text.to_owned())), "{target}");
    }
    for target in ["/v1/?q=%", "/v1/?q=%ff", "/v1/?q=%zz"] {
        assert_eq!(asked(target), Some(PageQuery::Unreadable), "{target}");
    }
    for target in ["/", "/v1", "/v1/help", "/v1/domain/?q=a", "*", ""] {
        assert_eq!(asked(target), None, "{target}");
    }
}

#[test]
fn the_form_is_there_before_anything_is_asked() {
    let (status, html) = shown(&sample::registry(), "/v1/");
    assert_eq!(status, 200);
    for part in [
        "<html lang=\"en\">",
        "<title>Registration data look-up</title>",
        "<form role=\"search\" method=\"get\" action=\"/v1/\">",
        "<label for=\"q\">",
        "<a href=\"/v1/help\">",
        "href=\"https://registry.example/terms?a&amp;b\"",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(!html.contains("<script") && !html.contains("id=\"result\""));
}

#[test]
fn a_domain_is_shown_with_all_that_its_answer_says() {
    let (status, html) = ask("shop.example");
    assert_eq!(status, 200);
    let text = plain(&html);
    for part in [
        "Domain name shop.example",
        "Registered 2 January 2026 03:04:05 UTC",
        "Expires 2 January 2027",
        "client transfer prohibited The registrar has it locked against transfers",
        "Registrar A, \"Inc.\" <Löwe>",
        "IANA ID 9995",
        "Report abuse Name Abuse Contact Phone +49.301234568 E-mail abuse@a.example",
        "ns.bücher.test",
        "192.0.2.1 2001:db8::1:0:0:1",
        "The delegation is signed.",
        "65535 15 ED25519 2 SHA-256 ABAB",
        "Registrant, Administrative contact, Billing contact Name Redacted Server policy",
        "Handle C11-EXAMPLE Technical contact",
        "Technical contact Name Secret Lion",
        "Street Secret 1 Secret 2 City Secret City",
        "Phone +49.3055555551 ext. 1 2",
        "RDDS Inaccuracy Complaint Form URL of the ICANN RDDS Inaccuracy Complaint Form: https://icann.org/wicf Data",
        "/v1/domain/shop.example",
        "As of 1 February 2026",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    for link in [
        "<title>shop.example – Registration data look-up</title>",
        "href=\"https://icann.org/epp#clientTransferProhibited\"",
        "href=\"/v1/?q=9995\"",
        "href=\"/v1/?q=ns.xn--bcher-kva.test\"",
        "href=\"mailto:abuse@a.example\"",
        "href=\"tel:+49.301234568\"",
        "href=\"/v1/domain/shop.example\"",
        "href=\"https://rdap.a.example/domain/shop.example\"",
    ] {
        assert!(html.contains(link), "{link} in {html}");
    }
}

#[test]
fn the_json_shown_is_the_answer_of_rdap() {
    let (_, html) = ask("shop.example");
    let start = html.find("aria-label=\"JSON\">").expect("the JSON") + "aria-label=\"JSON\">".len();
    let shown = plain(&html[start..html.find("</pre>").expect("its end")]);
    let base = base();
    let context = Context::new(&base, "/v1/domain/shop.example", sample::day(30), TERMS);
    let request = parse("GET", &base, "/v1/domain/shop.example").expect("a query");
    let answer = crate::rdap::answer(&sample::registry(), &request, &context);
    let read = |text: &[u8]| simd_json::to_owned_value(&mut text.to_vec()).expect("JSON");
    assert_eq!(read(shown.as_bytes()), read(&answer.body));
}

#[test]
fn what_is_looked_up_is_found_out_from_the_text() {
    for (text, kind) in [
        ("shop.example", "Domain name shop.example"),
        ("  SHOP.example. ", "Domain name shop.example"),
        ("https://shop.example:443/path?x#y", "Domain name shop.example"),
        ("bücher.example", "Domain name bücher.example"),
        ("ns1.shop.example", "Name server ns1.shop.example"),
        ("ns。bücher。test", "Name server ns.bücher.test"),
        ("9995", "Registrar Registrar A"),
        ("registrar-b", "Registrar Registrar B"),
        ("SH8013", "Contact C11-EXAMPLE"),
        ("Open/Ü 1", "Contact Secret Lion"),
    ] {
        let (status, html) = ask(text);
        assert_eq!(status, 200, "{text}");
        assert!(plain(&html).contains(kind), "{text}: {}", plain(&html));
    }
}

#[test]
fn each_failure_has_its_status_and_its_words() {
    let long = "a.".repeat(RDAP_TARGET);
    for (text, status, words) in [
        ("none.example", 404, "Not found: none.example"),
        ("nobody", 404, "Not found: nobody"),
        ("12345", 404, "Not found: 12345"),
        ("a..example", 400, "That cannot be looked up"),
        ("192.0.2.1", 400, "Expected a domain name"),
        ("", 400, "Enter a domain name"),
        (long.as_str(), 414, "That cannot be looked up"),
    ] {
        let (found, html) = ask(text);
        assert_eq!(found, status, "{text}");
        assert!(html.contains("role=\"alert\"") && plain(&html).contains(words), "{text}: {}", plain(&html));
        assert_eq!(html.contains(" aria-invalid=\"true\""), status != 404, "{text}");
    }
    assert_eq!(shown(&sample::registry(), "/v1/?q=%ff").0, 400);
}

const RDAP_TARGET: usize = crate::base::limits::RDAP_TARGET_BYTES;

#[test]
fn a_client_that_is_too_fast_reads_how_long_to_wait() {
    let base = base();
    let context = Context::new(&base, "/v1/?q=a.example", Timestamp::default(), None);
    for (seconds, words) in [(1, "Try again in a second."), (7, "Try again in 7 seconds.")] {
        let query = PageQuery::Text("a.example".to_owned());
        let page = refusal_page(RdapError::TooManyRequests, &query, &context, Some(seconds));
        let html = String::from_utf8(page.body).expect("UTF-8");
        well_formed(&html);
        assert_eq!(page.status, 429);
        assert!(plain(&html).contains(words) && html.contains("value=\"a.example\""), "{html}");
    }
}

/// What the page makes of an answer.
fn of_answer(json: &str) -> String {
    let base = base();
    let context = Context::new(&base, "/v1/?q=x", sample::day(30), None);
    let answer = Response { status: 200, body: json.as_bytes().to_vec(), moment: 0..0 };
    let outcome = Outcome { target: "/v1/domain/x".to_owned(), answer, wait: None };
    let html = String::from_utf8(write(&context, "x", Some(outcome))).expect("UTF-8");
    well_formed(&html);
    html
}

#[test]
fn nobody_writes_markup_into_the_page() {
    const EVIL: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&lt;";
    let (status, html) = ask(EVIL);
    assert_eq!(status, 404);
    assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    let text = simd_json::to_string(&EVIL).expect("JSON");
    // In every place where somebody else's text can stand, and in some where only ours does.
    let card = format!(
        r#"["vcard",[["fn",{{}},"text",{text}],["org",{{}},"text",{text}],["adr",{{"cc":{text}}},"text",["","",[{text},{text}],{text},{text},{text},""]],
        ["tel",{{"type":"voice"}},"uri","tel:{0}"],["tel",{{"type":["fax"]}},"uri",{text}],["email",{{}},"text",{text}],["contact-uri",{{}},"uri",{text}],["url",{{}},"uri",{text}]]]"#,
        text.trim_matches('"')
    );
    let links = format!(r#"[{{"rel":"about","value":{text},"href":{text},"type":{text}}}]"#);
    let entity = |role: &str| {
        format!(
            r#"{{"objectClassName":"entity","handle":{text},"roles":["{role}",{text}],"publicIds":[{{"type":"IANA Registrar ID","identifier":{text}}}],"vcardArray":{card},"links":{links},"remarks":[{{"title":{text},"description":[{text}],"links":{links}}}]}}"#
        )
    };
    let all = format!(
        r#""handle":{text},"ldhName":{text},"unicodeName":{text},"status":[{text}],"events":[{{"eventAction":"registration","eventDate":{text}}}],
        "ipAddresses":{{"v4":[{text}],"v6":[{text}]}},"nameservers":[{{"ldhName":{text},"handle":{text},"ipAddresses":{{"v4":[{text}]}}}},{{"ldhName":{text}}}],
        "secureDNS":{{"delegationSigned":true,"dsData":[{{"keyTag":1,"digest":{text}}}],"keyData":[{{"flags":1,"publicKey":{text}}}]}},
        "redacted":[{{"name":{{"type":"Tech Name"}},"reason":{{"description":{text}}}}}],
        "entities":[{},{}],"notices":[{{"title":{text},"description":[{text}],"links":{links}}}],"links":{links}"#,
        entity("registrar"),
        entity("technical"),
    );
    for class in ["domain", "nameserver", "entity"] {
        // `of_answer` refuses elements and attributes that are none of the page's.
        let html = of_answer(&format!(r#"{{"objectClassName":"{class}",{all}}}"#));
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script"), "{html}");
    }
}

#[test]
fn what_an_answer_says_is_redacted_is_shown_as_that() {
    let html = of_answer(
        r#"{"objectClassName":"domain","ldhName":"x.example","entities":[
        {"objectClassName":"entity","roles":["registrant"],"vcardArray":["vcard",[["fn",{},"text",""],
          ["adr",{"cc":"DE"},"text",["","","","","Hessen","",""]],["contact-uri",{},"uri","https://a.example/write"]]]},
        {"objectClassName":"entity","handle":"T1","roles":["technical"],"vcardArray":["vcard",[["fn",{},"text","Tess"]]]}],
        "redacted":[{"name":{"type":"Registry Domain ID"}},{"name":{"type":"Registry Registrant ID"}},
        {"name":{"type":"Registrant Name"},"reason":{"description":"Server policy"}},{"name":{"type":"Registrant Street"}},
        {"name":{"type":"Registrant Phone"}},{"name":{"type":"Registrant Email"}},{"name":{"type":"Tech Email"}},
        {"name":{"type":"Tech Phone"},"reason":{"description":"Not provided"}}]}"#,
    );
    let text = plain(&html);
    for part in [
        "Registry ID Redacted",
        "Registrant Name Redacted Server policy Street Redacted State or province Hessen Country DE Phone Redacted",
        "E-mail Contact form Handle Redacted",
        "Technical contact Name Tess Phone Not provided E-mail Redacted Handle T1",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn nothing_withheld_is_on_the_page() {
    let registry: Memory = sample::registry();
    for target in ["/v1/?q=SH8013", "/v1/?q=closed"] {
        let (status, html) = shown(&registry, target);
        assert_eq!(status, 200);
        let html = html.to_lowercase();
        assert!(["secret", "geheim", "5555555"].iter().all(|personal| !html.contains(personal)), "{html}");
    }
}

#[test]
fn the_policy_lets_in_the_style_sheet_of_the_page_alone() {
    let (_, html) = ask("shop.example");
    let style = html.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).expect("a style sheet").0;
    let hash = STANDARD.encode(Sha256::digest(style));
    assert!(CONTENT_SECURITY_POLICY.contains(&format!("style-src 'sha256-{hash}';")));
    assert!(CONTENT_SECURITY_POLICY.starts_with("default-src 'none'; ") && !html.contains("style=\""));
    // Nothing is fetched: neither from the style sheet nor from the page.
    assert!(!style.contains("url(") && !style.contains("@import") && !html.contains(" src="));
}
