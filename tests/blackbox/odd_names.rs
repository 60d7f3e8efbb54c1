//! Names of domains and hosts in hostile detail: every spelling of a name that is legal is that name, and no other is a
//! name (RFC 1123, section 2.1; RFC 5731 and 5732, section 2.1; RFC 5890, section 2.3).

use crate::admin::done;
use crate::frames::{
    addresses, available, check, contacts, delete, domain_create, expect, host_create, info, name_servers, part,
    period, renew, status, text, texts, update,
};
use crate::money::fresh_tld;
use crate::names;
use crate::support::epp::code;
use crate::world::{client_a, client_b, unique};

/// What is odd about it; the label as XML, where `@` is a label no other test has; the same as the registry keeps it, or
/// the code of a create's refusal.
type Row<'r> = (&'r str, &'r str, Result<&'r str, u16>);

/// Labels in front of a dot and something else, in domains and hosts alike.
const LABELS: &[Row<'static>] = &[
    ("upper case", "UP@", Ok("up@")),
    ("mixed case", "mIx@", Ok("mix@")),
    ("digits only", "1@", Ok("1@")),
    ("hyphens inside", "a-@--b", Ok("a-@--b")),
    ("a hyphen in place three", "ab-@", Ok("ab-@")),
    ("a hyphen in place four", "abc-@", Ok("abc-@")),
    ("spaces around", " \n a@", Ok("a@")),
    ("a character reference", "&#98;@", Ok("b@")),
    ("CDATA", "<![CDATA[c]]>@", Ok("c@")),
    ("a comment", "d<!-- x -->@", Ok("d@")),
    ("a processing instruction", "e<?x y?>@", Ok("e@")),
    ("hyphens in places three and four", "ab--@", Err(2005)),
    ("the same in upper case", "AB--@", Err(2005)),
    ("a hyphen in front", "-@", Err(2005)),
    ("a hyphen behind", "@-", Err(2005)),
    ("a hyphen alone", "-", Err(2005)),
    ("an underscore", "a_@", Err(2005)),
    ("a star", "*", Err(2005)),
    ("a space", "a @", Err(2005)),
    ("a slash", "a/@", Err(2005)),
    ("an at", "a@@b", Err(2005)),
    ("an escaped dot", "a\\.@", Err(2005)),
    ("a percent escape", "a%2e@", Err(2005)),
    ("two dots", "a.@.", Err(2005)),
    ("a dot in front", ".@", Err(2005)),
    ("DEL", "a&#127;@", Err(2005)),
    ("U+00A0", "a\u{a0}@", Err(2005)),
    ("a soft hyphen", "a\u{ad}@", Err(2005)),
    ("a zero-width space", "a\u{200b}@", Err(2005)),
    ("a U-label", "b\u{fc}@", Err(2005)),
    ("a letter that folds to ASCII", "\u{212a}@", Err(2005)),
    ("full-width letters", "\u{ff41}@", Err(2005)),
    ("an ideographic full stop", "a\u{3002}@", Err(2005)),
    ("no A-label", "xn--@", Err(2005)),
    ("xn-- alone", "xn--", Err(2005)),
    ("an A-label of ASCII", "xn--abc-", Err(2005)),
    ("an A-label of an upper-case letter", "xn--bcher-2pa", Err(2005)),
    ("an A-label that begins with a mark", "xn--a-wbb", Err(2005)),
];

/// The name as XML without what makes it odd.
fn spelled(label: &str, stem: &str, rest: &str) -> String {
    // One `@` is the stem's place; `@@` stands for the character.
    format!("{}{rest}", label.replace("@@", "\0").replace('@', stem).replace('\0', "@"))
}

/// Sends the name as it is, not escaped.
fn raw(body: &str, name: &str) -> String {
    body.replacen("NAME", name, 1)
}

#[test]
fn epp_04_epp_14_domain_labels_in_both_data_models() {
    let mut client = client_a();
    let contact = names::contact_of(&mut client);
    for (tld, options) in [("test", String::new()), ("example", contacts(&contact))] {
        for (what, label, expected) in LABELS {
            let stem = unique("o");
            let name = spelled(label, &stem, &format!(".{tld}"));
            let answer = client.command(&raw(&check("domain", &["NAME"]), &name));
            let free = if code(&answer) == 1000 { available(&answer) == [true] } else { code(&answer) != 2005 };
            assert_eq!(free, expected.is_ok(), "{what}: {answer}");
            let answer = client.command(&raw(&domain_create("NAME", &options), &name));
            assert_eq!(code(&answer), expected.map_or_else(|code| code, |_| 1000), "{what}: {answer}");
            let Ok(kept) = expected else { continue };
            let kept = spelled(kept, &stem, &format!(".{tld}"));
            assert_eq!(text(&answer, "domain:name"), kept, "{what}");
            for again in [raw(&info("domain", "NAME"), &name), info("domain", &kept.to_uppercase())] {
                assert_eq!(text(&expect(&mut client, 1000, &again), "domain:name"), kept, "{what}");
            }
            let answer = expect(&mut client, 1000, &raw(&check("domain", &["NAME"]), &name));
            assert_eq!(available(&answer), [false], "{what}");
            expect(&mut client, 1000, &raw(&delete("domain", "NAME"), &name));
        }
    }
}

#[test]
fn epp_05_epp_11_host_labels_inside_and_outside() {
    let mut client = client_a();
    let inside = names::minimum_of(&mut client);
    for rest in [&inside[..], "out.icann"] {
        for (what, label, expected) in LABELS {
            let stem = unique("o");
            let name = spelled(label, &stem, &format!(".{rest}"));
            let answer = client.command(&raw(&check("host", &["NAME"]), &name));
            let free = if code(&answer) == 1000 { available(&answer) == [true] } else { code(&answer) != 2005 };
            assert_eq!(free, expected.is_ok(), "{what}: {answer}");
            let answer = client.command(&raw(&host_create("NAME", &[]), &name));
            assert_eq!(code(&answer), expected.map_or_else(|code| code, |_| 1000), "{what}: {answer}");
            let Ok(kept) = expected else { continue };
            let kept = spelled(kept, &stem, &format!(".{rest}"));
            assert_eq!(text(&answer, "host:name"), kept, "{what}");
            let answer = expect(&mut client, 1000, &raw(&info("host", "NAME"), &name));
            assert_eq!(text(&answer, "host:name"), kept, "{what}");
            expect(&mut client, 1000, &delete("host", &kept.to_uppercase()));
        }
    }
}

/// A name of so many octets, with labels of 63 as far as they go.
fn long_name(length: usize, end: &str) -> String {
    let mut name = unique("l") + "-";
    while length > name.len() + end.len() {
        let label = name.rsplit('.').next().map_or(0, str::len);
        let left = length - name.len() - end.len();
        // No label ends up empty.
        name.push(if label == 63 || (label == 62 && left == 1) { '.' } else { 'n' });
        if left == 1 && name.ends_with('.') {
            name.truncate(name.len() - 2);
            name.push_str(".n");
        }
    }
    name + end
}

#[test]
fn epp_04_epp_05_epp_11_epp_14_lengths() {
    let mut client = client_a();
    let domain = |length: usize| format!("{:m<length$}", unique("l")) + ".test";
    let (most, more) = (domain(63), domain(64));
    let asked = [&most[..], &more];
    assert_eq!(available(&expect(&mut client, 1000, &check("domain", &asked))), [true, false]);
    expect(&mut client, 2005, &domain_create(&more, ""));
    expect(&mut client, 1000, &domain_create(&most.to_uppercase(), ""));
    assert_eq!(text(&expect(&mut client, 1000, &info("domain", &most)), "domain:name"), most);
    // A host below it: 253 octets in all are a name, 254 are none, and 256 are more than the schema lets through.
    for (length, below, created) in [(253, 1000, 1000), (254, 1000, 2005), (255, 1000, 2005), (256, 2005, 2005)] {
        for end in [format!(".{most}"), ".icann".to_owned()] {
            let host = long_name(length, &end);
            assert_eq!(host.len(), length);
            let answer = expect(&mut client, below, &check("host", &[&host]));
            assert!(below != 1000 || available(&answer) == [created == 1000], "{answer}");
            expect(&mut client, created, &host_create(&host, &[]));
            let answer = client.command(&check("domain", &[&host]));
            assert!(code(&answer) == 2005 || available(&answer) == [false], "{answer}");
            expect(&mut client, if length > 253 { 2005 } else { 2306 }, &domain_create(&host, ""));
            if created == 1000 {
                assert_eq!(text(&expect(&mut client, 1000, &info("host", &host)), "host:name"), host);
                expect(&mut client, 1000, &delete("host", &host));
            }
        }
    }
    expect(&mut client, 1000, &delete("domain", &most));
}

#[test]
fn epp_04_epp_05_epp_11_epp_14_whole_names() {
    let mut client = client_a();
    let stem = unique("whole");
    // What a create of a domain is answered, and that of a host.
    for (what, name, domain, host) in [
        ("nothing", String::new(), 2005, 2005),
        ("blanks", " \n\t".to_owned(), 2005, 2005),
        ("a dot", ".".to_owned(), 2005, 2005),
        ("one label", stem.clone(), 2005, 2005),
        ("a TLD", "test".to_owned(), 2005, 2005),
        ("a TLD with dots", ".test.".to_owned(), 2005, 2005),
        ("a final dot", format!("{stem}.test."), 2005, 2005),
        ("two final dots", format!("ns.{stem}.icann.."), 2005, 2005),
        ("an IPv4 address", "192.0.2.1".to_owned(), 2005, 2005),
        ("an IPv6 address", "2001:db8::1".to_owned(), 2005, 2005),
        ("digits for a TLD", format!("{stem}.123"), 2005, 2005),
        ("a URL", format!("http://{stem}.test/"), 2005, 2005),
        ("a port", format!("{stem}.test:700"), 2005, 2005),
        ("an unknown TLD", format!("{stem}.nowhere"), 2306, 1000),
        ("a TLD of ICANN's evaluation", format!("{stem}.zz--main-1234"), 2306, 1000),
        ("an A-label for a TLD", format!("{stem}.xn--jxalpdlp"), 2306, 1000),
        ("below a name that is free", format!("ns1.{stem}.test"), 2306, 2303),
        ("a TLD as part of a label", format!("{stem}.nontest"), 2306, 1000),
        ("a TLD inside", format!("{stem}.test.icann"), 2306, 1000),
    ] {
        let answer = client.command(&check("domain", &[&name]));
        assert!(code(&answer) == 2005 || available(&answer) == [false], "{what}: {answer}");
        let answer = expect(&mut client, domain, &domain_create(&name, ""));
        assert!(texts(&answer, "domain:name").len() == 1, "{what}: the value that is wrong is named: {answer}");
        let answer = expect(&mut client, host, &host_create(&name, &[]));
        assert!(texts(&answer, "host:name").len() == 1, "{what}: {answer}");
        if host == 1000 {
            expect(&mut client, 1000, &delete("host", &name));
        }
    }
}

#[test]
fn epp_04_epp_14_a_labels_where_the_tld_takes_them() {
    let mut client = client_a();
    let tld = fresh_tld();
    done(&["tld", "set", &tld, "--idn", "true"]);
    for (what, label, expected) in [
        ("an A-label", "xn--bcher-kva", Ok(())),
        ("one in upper case", "XN--FIQS8S", Ok(())),
        ("right to left", "xn--mgbh0fb", Ok(())),
        ("sharp s", "xn--zca", Ok(())),
        ("a joiner behind a virama", "xn--11b2ezcw70k", Ok(())),
        ("a middle dot between two l", "xn--ll-0ea", Ok(())),
        ("an A-label of ASCII", "xn--foo-", Err(2005)),
        ("a U-label", "b\u{fc}cher", Err(2005)),
        ("broken Punycode", "xn--99999999", Err(2005)),
        ("a symbol", "xn--n3h", Err(2005)),
        ("an upper-case letter", "xn--bcher-2pa", Err(2005)),
        ("a full-width letter", "xn--oo-qz3n", Err(2005)),
        ("a combining mark in front", "xn--a-wbb", Err(2005)),
        ("a joiner in front", "xn--a-tgn", Err(2005)),
        ("a hyphen in front", "xn----eha", Err(2005)),
        ("a hyphen behind", "xn----dha", Err(2005)),
        ("hyphens in places three and four", "xn--ab--c-ova", Err(2005)),
        ("digits and letters of two directions", "xn--1-zhc05b", Err(2005)),
        ("64 octets", &format!("xn--bcher-kva{}", "a".repeat(51)), Err(2005)),
    ] {
        let name = format!("{label}.{tld}");
        let answer = expect(&mut client, 1000, &check("domain", &[&name]));
        assert_eq!(available(&answer), [expected.is_ok()], "{what}: {answer}");
        let answer = client.command(&domain_create(&name, ""));
        assert_eq!(code(&answer), expected.map_or_else(|code| code, |()| 1000), "{what}: {answer}");
        if expected.is_ok() {
            assert_eq!(text(&answer, "domain:name"), name.to_lowercase());
            expect(&mut client, 1000, &info("domain", &name.to_lowercase()));
        }
        // `test` takes none, however good.
        let there = format!("{label}.test");
        assert_eq!(available(&expect(&mut client, 1000, &check("domain", &[&there]))), [false], "{what}");
        expect(&mut client, expected.map_or_else(|code| code, |()| 2306), &domain_create(&there, ""));
    }
}

#[test]
fn epp_04_epp_05_epp_06_checks_name_what_they_were_asked_once_for_each_time() {
    let mut client = client_a();
    let (domain, host, contact) =
        (names::minimum_of(&mut client), names::outside_of(&mut client), names::contact_of(&mut client));
    for (mapping, element, taken, free) in [
        ("domain", "domain:name", domain, names::minimum()),
        ("host", "host:name", host, names::outside()),
        ("contact", "contact:id", contact, names::contact()),
    ] {
        let upper = free.to_uppercase();
        let asked = [&free[..], &taken, &free, &upper, &taken, &free];
        let answer = expect(&mut client, 1000, &check(mapping, &asked));
        assert_eq!(texts(&answer, element), asked);
        assert_eq!(available(&answer), [true, false, true, true, false, true]);
        let many = vec![&free[..]; 251];
        assert_eq!(available(&expect(&mut client, 1000, &check(mapping, &many[..250]))), [true; 250]);
        expect(&mut client, 2306, &check(mapping, &many));
        expect(&mut client, 2003, &check(mapping, &[]));
    }
}

/// Everything that may be done to a domain and a host, in whatever case they are named.
#[test]
fn epp_14_to_epp_27_every_command_knows_a_name_in_any_case() {
    let (mut a, mut b) = (client_a(), client_b());
    let name = names::minimum_of(&mut a);
    let outside = names::outside_of(&mut a);
    let (upper, inside) = (name.to_uppercase(), format!("NS1.{name}"));
    let answer = expect(&mut a, 1000, &host_create(&inside, &["2001:DB8::ABCD"]));
    assert_eq!(text(&answer, "host:name"), inside.to_lowercase());
    let servers = name_servers(&[&inside.to_uppercase(), &outside.to_uppercase()]);
    expect(&mut a, 1000, &update("domain", &upper, &part("domain", "add", &servers)));
    let answer = expect(&mut a, 1000, &info("domain", &upper));
    assert_eq!(texts(&answer, "domain:hostObj"), [&inside.to_lowercase()[..], &outside]);
    assert_eq!((text(&answer, "domain:name"), text(&answer, "domain:host")), (&name[..], &inside.to_lowercase()[..]));
    let expiry = text(&answer, "domain:exDate")[..10].to_owned();
    expect(&mut b, 2201, &renew(&upper, &expiry, ""));
    let answer = expect(&mut a, 1000, &renew(&upper, &expiry, &period(1, "y")));
    assert_eq!(text(&answer, "domain:name"), name);
    expect(&mut b, 2201, &status("host", &inside.to_uppercase(), "add", "clientDeleteProhibited"));
    expect(&mut a, 1000, &status("host", &inside.to_uppercase(), "add", "clientDeleteProhibited"));
    expect(&mut a, 2304, &delete("host", &inside));
    expect(&mut a, 1000, &status("host", &inside, "rem", "clientDeleteProhibited"));
    let more = part("host", "add", &addresses(&["192.0.2.1"]));
    expect(&mut a, 1000, &update("host", &inside.to_uppercase(), &more));
    expect(&mut a, 2305, &delete("host", &inside.to_uppercase()));
    let fewer = part("domain", "rem", &name_servers(&[&inside, &outside.to_uppercase()]));
    expect(&mut a, 1000, &update("domain", &upper, &fewer));
    expect(&mut b, 2201, &delete("domain", &upper));
    expect(&mut a, 2305, &delete("domain", &upper));
    expect(&mut a, 1000, &delete("host", &inside.to_uppercase()));
    expect(&mut a, 1000, &delete("domain", &upper));
    expect(&mut a, 2303, &info("domain", &name));
}
