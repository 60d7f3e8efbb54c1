//! Contacts in hostile detail: what is odd and legal, and what looks legal and is not (RFC 5733, sections 2 and 4).

use crate::frames::{
    attributes, auth, available, check, contact_create, contact_create_with, delete, domain_create, expect, info,
    named, object, part, postal, status, statuses, text, texts, update,
};
use crate::names;
use crate::support::EppClient;
use crate::world::{SECRET, client_a, client_b, unique};

/// What is odd; the part of [`contact_create`] that gives way, and to what; the element to read back, and its texts as a
/// response writes them, or the code of the refusal.
type Row<'r> = (&'r str, &'r str, &'r str, Result<(&'r str, &'r [&'r str]), u16>);

const NAME: &str = "<contact:name>John Doe</contact:name>";
const ORG: &str = "<contact:org>Example Inc.</contact:org>";
const STREETS: &str = "<contact:street>123 Example Dr.</contact:street><contact:street>Suite 100</contact:street>";
const CITY: &str = "<contact:city>Dulles</contact:city>";
const SP: &str = "<contact:sp>VA</contact:sp>";
const PC: &str = "<contact:pc>20166-6503</contact:pc>";
const CC: &str = "<contact:cc>US</contact:cc>";
const VOICE: &str = "<contact:voice x=\"1234\">+1.7035555555</contact:voice>";
const FAX: &str = "<contact:fax>+1.7035555556</contact:fax>";
const EMAIL: &str = "<contact:email>jdoe@example.com</contact:email>";

/// A create of a new contact, with this in place of that.
#[track_caller]
fn odd_create(id: &str, from: &str, to: &str) -> String {
    let body = contact_create(id);
    assert!(body.contains(from), "{from} is not in {body}");
    body.replacen(from, to, 1)
}

#[track_caller]
fn judge_create(client: &mut EppClient, (what, from, to, expected): &Row<'_>) {
    let id = names::contact();
    let body = odd_create(&id, from, to);
    let code = expected.map_or_else(|code| code, |_| 1000);
    let answer = client.command(&body);
    assert_eq!(crate::support::epp::code(&answer), code, "{what}: {body}\n{answer}");
    match expected {
        Ok((element, values)) => {
            let answer = expect(client, 1000, &info("contact", &id));
            assert_eq!(texts(&answer, element), *values, "{what}: {answer}");
        }
        Err(_) => drop(expect(client, 2303, &info("contact", &id))),
    }
}

/// The same fields in an update of a contact that is there.
#[track_caller]
fn judge_update(client: &mut EppClient, (what, from, to, expected): &Row<'_>) {
    let id = names::contact_of(client);
    let before = expect(client, 1000, &info("contact", &id));
    let create = odd_create(&id, from, to);
    let fields = create.split_once("</contact:id>").expect("an id").1;
    let fields = fields.trim_end_matches("</create>").trim_end_matches("</contact:create>");
    let body = update("contact", &id, &part("contact", "chg", fields));
    let code = expected.map_or_else(|code| code, |_| 1000);
    let answer = client.command(&body);
    assert_eq!(crate::support::epp::code(&answer), code, "{what}: {body}\n{answer}");
    let after = expect(client, 1000, &info("contact", &id));
    match expected {
        Ok((element, values)) => assert_eq!(texts(&after, element), *values, "{what}: {after}"),
        Err(_) => assert_eq!(text(&after, "resData"), text(&before, "resData"), "{what}"),
    }
}

/// Both: a create and an update judge a field alike.
#[track_caller]
fn judge(rows: &[Row<'_>]) {
    let mut client = client_a();
    for row in rows {
        judge_create(&mut client, row);
        judge_update(&mut client, row);
    }
}

/// `<contact:name>text</contact:name>`.
fn field(name: &str, text: &str) -> String {
    format!("<contact:{name}>{text}</contact:{name}>")
}

#[test]
fn epp_07_epp_09_lines_are_text_in_any_legal_spelling() {
    let (most, more) = ("n".repeat(255), "n".repeat(256));
    let name = |text: &str| field("name", text);
    judge(&[
        ("255 characters", NAME, &name(&most), Ok(("contact:name", &[&most]))),
        ("256 characters", NAME, &name(&more), Err(2005)),
        ("spaces around and inside", NAME, &name(" John  Doe "), Ok(("contact:name", &[" John  Doe "]))),
        ("tab and line end", NAME, &name("John\tvan\nDoe"), Ok(("contact:name", &["John van Doe"]))),
        ("tab by reference", NAME, &name("John&#9;Doe"), Ok(("contact:name", &["John Doe"]))),
        ("characters by reference", NAME, &name("&#x4A;&#111;hn Doe"), Ok(("contact:name", &["John Doe"]))),
        ("CDATA", NAME, &name("<![CDATA[John <& Doe]]>"), Ok(("contact:name", &["John &lt;&amp; Doe"]))),
        ("a comment", NAME, &name("John<!-- H. --> Doe"), Ok(("contact:name", &["John Doe"]))),
        ("entities", NAME, &name("J &amp; D &lt;x&gt;"), Ok(("contact:name", &["J &amp; D &lt;x&gt;"]))),
        ("an unknown entity", NAME, &name("J&ouml;hn"), Err(2001)),
        ("an element inside", NAME, &name("John <b>Doe</b>"), Err(2001)),
        ("an empty name", NAME, "<contact:name/>", Err(2005)),
        ("a blank name", NAME, &name(" \t\n "), Err(2005)),
        ("an empty CDATA", NAME, &name("<![CDATA[]]>"), Err(2005)),
        ("UTF-8 in the int form", NAME, &name("J\u{f6}hn"), Err(2005)),
        ("UTF-8 by reference in the int form", NAME, &name("J&#246;hn"), Err(2005)),
        ("DEL", NAME, &name("John&#127;Doe"), Err(2005)),
        ("two names", NAME, &name("John Doe").repeat(2), Err(2001)),
        ("an attribute", NAME, "<contact:name lang=\"en\">John Doe</contact:name>", Err(2001)),
        ("an empty organization", ORG, "<contact:org/>", Ok(("contact:org", &[]))),
        ("a blank organization", ORG, &field("org", "  "), Ok(("contact:org", &[]))),
        ("UTF-8 in the organization", ORG, &field("org", "B\u{fc}cher"), Err(2005)),
        ("256 characters of organization", ORG, &field("org", &more), Err(2005)),
        ("organization before name", &(NAME.to_owned() + ORG), &(ORG.to_owned() + NAME), Err(2001)),
    ]);
}

#[test]
fn epp_07_epp_09_addresses_have_their_bounds() {
    let (most, more) = ("n".repeat(255), "n".repeat(256));
    let streets = |lines: &[&str]| lines.iter().map(|line| field("street", line)).collect::<String>();
    judge(&[
        ("no street", STREETS, "", Ok(("contact:street", &[]))),
        ("one line", STREETS, &streets(&["1 Way"]), Ok(("contact:street", &["1 Way"]))),
        ("three lines", STREETS, &streets(&["a", "b", "c"]), Ok(("contact:street", &["a", "b", "c"]))),
        ("an empty line", STREETS, &(streets(&["a"]) + "<contact:street/>"), Ok(("contact:street", &["a", ""]))),
        ("four lines", STREETS, &streets(&["a", "b", "c", "d"]), Err(2001)),
        ("a line of 255", STREETS, &streets(&[&most]), Ok(("contact:street", &[&most]))),
        ("a line of 256", STREETS, &streets(&[&more]), Err(2005)),
        ("UTF-8 in the second line", STREETS, &streets(&["a", "Stra\u{df}e"]), Err(2005)),
        ("no city", CITY, "", Err(2003)),
        ("an empty city", CITY, "<contact:city/>", Err(2005)),
        ("a blank city", CITY, &field("city", "\t"), Err(2005)),
        ("a city of 256", CITY, &field("city", &more), Err(2005)),
        ("no state", SP, "", Ok(("contact:sp", &[]))),
        ("an empty state", SP, "<contact:sp/>", Ok(("contact:sp", &[]))),
        ("a state of 255", SP, &field("sp", &most), Ok(("contact:sp", &[&most]))),
        ("a state of 256", SP, &field("sp", &more), Err(2005)),
        ("an empty postal code", PC, "<contact:pc/>", Ok(("contact:pc", &[]))),
        ("a postal code of 16", PC, &field("pc", "1234567890123456"), Ok(("contact:pc", &["1234567890123456"]))),
        ("a postal code of 17", PC, &field("pc", "12345678901234567"), Err(2005)),
        ("a postal code among spaces", PC, &field("pc", " 20166  6503\n"), Ok(("contact:pc", &["20166 6503"]))),
        ("state behind postal code", &(SP.to_owned() + PC), &(PC.to_owned() + SP), Err(2001)),
        ("a lower-case country", CC, &field("cc", "us"), Ok(("contact:cc", &["US"]))),
        ("a mixed-case country", CC, &field("cc", "dE"), Ok(("contact:cc", &["DE"]))),
        ("a country among spaces", CC, &field("cc", " US\n"), Ok(("contact:cc", &["US"]))),
        ("no country", CC, "", Err(2003)),
        ("an empty country", CC, "<contact:cc/>", Err(2005)),
        ("one letter", CC, &field("cc", "U"), Err(2005)),
        ("three letters", CC, &field("cc", "USA"), Err(2005)),
        ("a reserved code", CC, &field("cc", "UK"), Err(2005)),
        ("a code that was", CC, &field("cc", "AN"), Err(2005)),
        ("a code of the user's", CC, &field("cc", "XK"), Err(2005)),
        ("a union", CC, &field("cc", "EU"), Err(2005)),
        ("digits", CC, &field("cc", "84"), Err(2005)),
        ("letters of another alphabet", CC, &field("cc", "\u{2164}\u{2164}"), Err(2005)),
    ]);
}

#[test]
fn epp_07_epp_09_numbers_have_their_bounds() {
    let voice = |text: &str| field("voice", text);
    let with_x = |x: &str| format!("<contact:voice x=\"{x}\">+1.7035555555</contact:voice>");
    let good = &["+1.7035555555"][..];
    judge(&[
        ("the shortest", VOICE, &voice("+1.1"), Ok(("contact:voice", &["+1.1"]))),
        ("17 characters", VOICE, &voice("+1.12345678901234"), Ok(("contact:voice", &["+1.12345678901234"]))),
        ("17 characters", VOICE, &voice("+123.123456789012"), Ok(("contact:voice", &["+123.123456789012"]))),
        ("18 characters", VOICE, &voice("+1.123456789012345"), Err(2005)),
        ("18 characters", VOICE, &voice("+12.12345678901234"), Err(2005)),
        ("among spaces", VOICE, &voice("\n +1.7035555555 "), Ok(("contact:voice", good))),
        ("in CDATA", VOICE, &voice("<![CDATA[+1.7035555555]]>"), Ok(("contact:voice", good))),
        ("no country code", VOICE, &voice("+.7035555555"), Err(2005)),
        ("no number", VOICE, &voice("+1."), Err(2005)),
        ("no dot", VOICE, &voice("+17035555555"), Err(2005)),
        ("no plus", VOICE, &voice("1.7035555555"), Err(2005)),
        ("a country code of four", VOICE, &voice("+1234.5"), Err(2005)),
        ("a country code of zero", VOICE, &voice("+0.5"), Err(2005)),
        ("two dots", VOICE, &voice("+1.703.5555555"), Err(2005)),
        ("spaces inside", VOICE, &voice("+1.703 555 5555"), Err(2005)),
        ("hyphens", VOICE, &voice("+1.703-555-5555"), Err(2005)),
        ("letters", VOICE, &voice("+1.800FLOWERS"), Err(2005)),
        ("digits of another script", VOICE, &voice("+1.\u{661}\u{662}\u{663}"), Err(2005)),
        ("an extension in the number", VOICE, &voice("+1.7035555555x1234"), Err(2005)),
        ("no extension", VOICE, &voice("+1.7035555555"), Ok(("contact:voice", good))),
        ("an empty extension", VOICE, &with_x(""), Ok(("contact:voice", good))),
        ("an extension that is no number", VOICE, &with_x("ask for J."), Ok(("contact:voice", good))),
        ("an extension of 64", VOICE, &with_x(&"1".repeat(64)), Ok(("contact:voice", good))),
        ("an extension of 65", VOICE, &with_x(&"1".repeat(65)), Err(2306)),
        ("an extension in UTF-8", VOICE, &with_x("B\u{fc}ro"), Err(2306)),
        ("two numbers", VOICE, &VOICE.repeat(2), Err(2001)),
        ("fax before voice", &(VOICE.to_owned() + FAX), &(FAX.to_owned() + VOICE), Err(2001)),
        ("an empty fax", FAX, "<contact:fax/>", Ok(("contact:fax", &[]))),
        ("a fax of blanks", FAX, &field("fax", " \n"), Ok(("contact:fax", &[]))),
        ("a fax of 18 characters", FAX, &field("fax", "+1.123456789012345"), Err(2005)),
    ]);
}

#[test]
fn epp_07_an_empty_voice_is_refused_and_an_update_takes_it_for_a_removal() {
    let mut client = client_a();
    for empty in ["<contact:voice/>", "<contact:voice> </contact:voice>", "<contact:voice x=\"12\"/>"] {
        judge_create(&mut client, &("an empty voice", VOICE, empty, Err(2306)));
        judge_update(&mut client, &("an empty voice", VOICE, empty, Ok(("contact:voice", &[]))));
    }
    judge_create(&mut client, &("no voice", VOICE, "", Ok(("contact:voice", &[]))));
    judge_update(&mut client, &("no voice", VOICE, "", Ok(("contact:voice", &["+1.7035555555"]))));
    judge_create(&mut client, &("no name", NAME, "", Err(2003)));
    judge_update(&mut client, &("no name", NAME, "", Ok(("contact:name", &["John Doe"]))));
    judge_create(&mut client, &("no e-mail", EMAIL, "", Err(2003)));
    judge_update(&mut client, &("no e-mail", EMAIL, "", Ok(("contact:email", &["jdoe@example.com"]))));
}

#[test]
fn epp_07_epp_09_mail_addresses_are_those_of_rfc_5322() {
    let email = |text: &str| field("email", text);
    let local = |length: usize| format!("{}@example.com", "l".repeat(length));
    // Three labels of 60, the last one of what is left.
    let long = |length: usize| {
        let start = format!("jdoe@{}", format!("{}.", "d".repeat(60)).repeat(3));
        let last = length - start.len() - ".example".len();
        format!("{start}{}.example", "d".repeat(last))
    };
    let (local_most, most) = (local(64), long(254));
    let atoms = "!#$%&amp;'*+-/=?^_`{|}~@example.com";
    let quoted = "\"john \\\"x@y\\\" doe\"@example.com";
    let quoted_shown = quoted.replace('"', "&quot;");
    judge(&[
        ("its case", EMAIL, &email("J.Doe@EXAMPLE.Com"), Ok(("contact:email", &["J.Doe@EXAMPLE.Com"]))),
        ("every atom", EMAIL, &email(atoms), Ok(("contact:email", &[atoms]))),
        ("a quoted local part", EMAIL, &email(quoted), Ok(("contact:email", &[&quoted_shown]))),
        ("among spaces", EMAIL, &email("\n jdoe@example.com "), Ok(("contact:email", &["jdoe@example.com"]))),
        ("a local part of 64", EMAIL, &email(&local_most), Ok(("contact:email", &[&local_most]))),
        ("a local part of 65", EMAIL, &email(&local(65)), Err(2005)),
        ("254 octets", EMAIL, &email(&most), Ok(("contact:email", &[&most]))),
        ("255 octets", EMAIL, &email(&long(255)), Err(2005)),
        ("an A-label", EMAIL, &email("a@xn--bcher-kva.example"), Ok(("contact:email", &["a@xn--bcher-kva.example"]))),
        ("no A-label", EMAIL, &email("a@xn--99999999.example"), Err(2005)),
        ("a U-label", EMAIL, &email("a@b\u{fc}cher.example"), Err(2005)),
        ("UTF-8 in the local part", EMAIL, &email("j\u{f6}@example.com"), Err(2005)),
        ("empty", EMAIL, "<contact:email/>", Err(2005)),
        ("blank", EMAIL, &email(" \n"), Err(2005)),
        ("no domain", EMAIL, &email("jdoe@"), Err(2005)),
        ("no local part", EMAIL, &email("@example.com"), Err(2005)),
        ("one label", EMAIL, &email("jdoe@localhost"), Err(2005)),
        ("a final dot", EMAIL, &email("jdoe@example.com."), Err(2005)),
        ("a dot before the at", EMAIL, &email("jdoe.@example.com"), Err(2005)),
        ("two dots", EMAIL, &email("j..doe@example.com"), Err(2005)),
        ("two ats", EMAIL, &email("j@doe@example.com"), Err(2005)),
        ("an open quote", EMAIL, &email("\"jdoe@example.com"), Err(2005)),
        ("a comment", EMAIL, &email("jdoe(home)@example.com"), Err(2005)),
        ("a name before it", EMAIL, &email("J &lt;jdoe@example.com&gt;"), Err(2005)),
        ("two addresses", EMAIL, &email("a@example.com, b@example.com"), Err(2005)),
        ("a literal", EMAIL, &email("jdoe@[192.0.2.1]"), Err(2005)),
        ("an underscore in the domain", EMAIL, &email("jdoe@ex_ample.com"), Err(2005)),
        ("two elements", EMAIL, &EMAIL.repeat(2), Err(2001)),
    ]);
}

#[test]
fn epp_07_epp_09_both_forms_and_any_script_in_the_localized_one() {
    let int = postal("int", "John Doe", "Dulles");
    // Latin, Greek, Han, right-to-left, combining marks, beyond the basic plane.
    for script in [
        "J\u{fc}rgen",
        "\u{393}\u{3b9}\u{3ce}\u{3c1}\u{3b3}\u{3bf}\u{3c2}",
        "\u{592a}\u{90ce}",
        "\u{645}\u{62d}\u{645}\u{62f}",
        "e\u{301}",
        "\u{20bb7}\u{1f600}",
        "&#x10FFFD;",
    ] {
        let plain = script.replace("&#x10FFFD;", "\u{10fffd}");
        let loc = postal("loc", script, script).replace("123 Example Dr.", script).replace("VA", script);
        for (infos, kinds) in
            [(loc.clone(), &["loc"][..]), (int.clone() + &loc, &["int", "loc"]), (loc.clone() + &int, &["loc", "int"])]
        {
            let mut client = client_a();
            let id = names::contact();
            expect(&mut client, 1000, &contact_create_with(&id, &infos, EMAIL, ""));
            let answer = expect(&mut client, 1000, &info("contact", &id));
            assert_eq!(attributes(&answer, "type"), kinds, "{answer}");
            let place = kinds.iter().position(|kind| *kind == "loc").expect("it is there");
            assert_eq!(texts(&answer, "contact:postalInfo")[place].matches(&plain).count(), 4, "{answer}");
        }
    }
    let three = int.clone() + &postal("loc", "D", "D") + &int;
    judge(&[
        ("three forms", &int, &three, Err(2001)),
        ("two of one form", &int, &int.repeat(2), Err(2306)),
        ("a form in upper case", "type=\"int\"", "type=\"INT\"", Err(2004)),
        ("an empty form", "type=\"int\"", "type=\"\"", Err(2004)),
        ("no form", " type=\"int\"", "", Err(2003)),
        ("a form among spaces", "type=\"int\"", "type=\" int \"", Ok(("contact:city", &["Dulles"]))),
        ("a control character in the loc form", &int, &postal("loc", "a\u{85}b", "D"), Err(2005)),
        ("an ideographic space for a name", &int, &postal("loc", "\u{3000}", "D"), Err(2005)),
    ]);
}

#[test]
fn epp_06_epp_07_identifiers_keep_their_case_and_have_their_bounds() {
    let mut client = client_a();
    let stem = unique("Id");
    let longest = format!("{stem:x<16}");
    for (sent, kept) in [
        (format!("{stem}.A_b~c-"), format!("{stem}.A_b~c-")),
        (longest.clone(), longest.clone()),
        (format!("\n {stem}-S "), format!("{stem}-S")),
        (format!("<![CDATA[{stem}-]]>&#x43;"), format!("{stem}-C")),
        (format!("-{stem}-"), format!("-{stem}-")),
    ] {
        let create = contact_create("@").replace("<contact:id>@", &format!("<contact:id>{sent}"));
        let answer = expect(&mut client, 1000, &create);
        assert_eq!(text(&answer, "contact:id"), kept);
        let other = if kept.to_uppercase() == kept { kept.to_lowercase() } else { kept.to_uppercase() };
        expect(&mut client, 2303, &info("contact", &other));
        let answer = expect(&mut client, 1000, &check("contact", &[&kept, &other]));
        assert_eq!(available(&answer), [false, true], "{answer}");
        expect(&mut client, 2302, &contact_create(&kept));
        // Identifiers that differ in case only are two contacts.
        expect(&mut client, 1000, &contact_create(&other));
        assert_eq!(text(&expect(&mut client, 1000, &info("contact", &kept)), "contact:id"), kept);
        expect(&mut client, 1000, &delete("contact", &other));
    }
    let short = char::from_u32(0x4e00 + std::process::id() % 0x1000).expect("a Han character");
    for bad in [
        "",
        "  ",
        "ab",
        " a ",
        &format!("{longest}x"),
        "a b c",
        "a/b/c",
        "a%20b",
        "a:b",
        "a@b",
        "a,b",
        "b\u{fc}cher",
        &short.to_string().repeat(3),
        "<b>x</b>",
    ] {
        expect(&mut client, 2005, &contact_create(bad));
        for body in [info("contact", bad), delete("contact", bad)] {
            let answer = client.command(&body);
            let code = crate::support::epp::code(&answer);
            assert!(matches!(code, 2005 | 2303), "{body}: {answer}");
        }
        let answer = client.command(&check("contact", &[bad]));
        let code = crate::support::epp::code(&answer);
        assert!(code == 2005 || available(&answer) == [false], "{bad}: {answer}");
    }
}

/// A session with a contact, and another registrar's session.
fn contact_of_a() -> (EppClient, EppClient, String) {
    let mut a = client_a();
    let id = names::contact_of(&mut a);
    (a, client_b(), id)
}

#[test]
fn epp_08_no_spelling_of_a_secret_but_its_own_opens_a_contact() {
    let (mut a, mut b, id) = contact_of_a();
    let read = |pw: &str| object("contact", "info", &(named("contact", &id) + &part("contact", "authInfo", pw)));
    let pw = |text: &str| format!("<contact:pw>{text}</contact:pw>");
    let roid = text(&expect(&mut a, 1000, &info("contact", &id)), "contact:roid").to_owned();
    let halves = SECRET.split_at(9);
    for good in [
        pw(SECRET),
        pw(&format!("<![CDATA[{SECRET}]]>")),
        pw(&format!("{}<!-- -->{}", halves.0, halves.1)),
        pw(&SECRET.replacen('I', "&#73;", 1)),
        format!("<contact:pw roid=\"{roid}\">{SECRET}</contact:pw>"),
    ] {
        expect(&mut b, 1000, &read(&good));
    }
    for (bad, code) in [
        (pw(""), 2202),
        (pw(&SECRET.to_lowercase()), 2202),
        (pw(&format!("{SECRET} ")), 2202),
        (pw(&format!("\n{SECRET}")), 2202),
        (pw(halves.0), 2202),
        (pw(&SECRET.repeat(40)), 2202),
        (format!("<contact:pw roid=\"C0-NOBODY\">{SECRET}</contact:pw>"), 2202),
        (format!("<contact:pw roid=\"none\">{SECRET}</contact:pw>"), 2005),
        ("<contact:ext><x xmlns=\"urn:x\"/></contact:ext>".to_owned(), 2102),
        ("<contact:null/>".to_owned(), 2001),
        (String::new(), 2003),
    ] {
        expect(&mut b, code, &read(&bad));
    }
}

#[test]
fn epp_08_whose_domain_names_a_contact_does_not_read_it_for_that() {
    let (mut a, mut b, id) = contact_of_a();
    let name = names::maximum_of(&mut b, &id);
    expect(&mut b, 2201, &info("contact", &id));
    let before = expect(&mut a, 1000, &info("contact", &id));
    for parts in [
        part("contact", "chg", EMAIL),
        part("contact", "chg", &auth("contact", SECRET)),
        part("contact", "add", "<contact:status s=\"clientUpdateProhibited\"/>"),
        String::new(),
    ] {
        expect(&mut b, 2201, &update("contact", &id, &parts));
    }
    expect(&mut b, 2201, &delete("contact", &id));
    let after = expect(&mut a, 1000, &info("contact", &id));
    assert_eq!(text(&after, "resData"), text(&before, "resData"));
    expect(&mut b, 1000, &delete("domain", &name));
}

#[test]
fn epp_09_every_status_with_text_and_alone_and_none_twice() {
    let (mut a, _, id) = contact_of_a();
    let [one, two, three] = ["clientDeleteProhibited", "clientTransferProhibited", "clientUpdateProhibited"];
    let element = |s: &str| format!("<contact:status s=\"{s}\"/>");
    let add = |content: &str| update("contact", &id, &part("contact", "add", content));
    for (code, body) in [
        (2003, part("contact", "add", "")),
        (2306, part("contact", "add", &element(one).repeat(2))),
        (2306, part("contact", "add", &element(one)) + &part("contact", "rem", &element(one))),
        (2306, part("contact", "add", &element("ok"))),
        (2306, part("contact", "add", &element("pendingDelete"))),
        (2306, part("contact", "add", &(element(one) + &element("serverUpdateProhibited")))),
        (2004, part("contact", "add", &element("clientHold"))),
        (2004, part("contact", "add", &element("CLIENTDELETEPROHIBITED"))),
        (2004, part("contact", "add", &element(""))),
        (2003, part("contact", "add", "<contact:status/>")),
        (2005, part("contact", "add", &format!("<contact:status s=\"{one}\" lang=\"e n\"/>"))),
        (2001, part("contact", "rem", &element(one)) + &part("contact", "add", &element(two))),
        (2001, part("contact", "add", &element(one)).repeat(2)),
    ] {
        expect(&mut a, code, &update("contact", &id, &body));
    }
    assert_eq!(statuses(&expect(&mut a, 1000, &info("contact", &id))), ["ok"]);
    let texts = format!(
        "<contact:status s=\"{one}\" lang=\"de-CH-1996\">\u{e4} &lt;b&gt;</contact:status>{}<contact:status s=\" {two} \"/>",
        element(three)
    );
    expect(&mut a, 1000, &add(&texts));
    let answer = expect(&mut a, 1000, &info("contact", &id));
    assert_eq!(statuses(&answer), [one, two, three]);
    assert!(answer.contains("lang=\"de-CH-1996\">\u{e4} &lt;b&gt;</contact:status>"), "{answer}");
    // Only an update that takes the prohibition away is heard, with all that it brings.
    expect(&mut a, 2304, &status("contact", &id, "rem", one));
    let all = [one, two, three].map(element).concat();
    expect(&mut a, 1000, &update("contact", &id, &(part("contact", "rem", &all) + &part("contact", "chg", EMAIL))));
    assert_eq!(statuses(&expect(&mut a, 1000, &info("contact", &id))), ["ok"]);
}

#[test]
fn epp_09_what_is_disclosed_is_said_in_any_spelling() {
    let mut client = client_a();
    let disclose = |content: &str| EMAIL.to_owned() + &auth("contact", SECRET) + content;
    let from = disclose("");
    for (flag, shown) in [("0", "0"), ("1", "1"), ("true", "1"), (" false ", "0")] {
        let sent = format!("<contact:disclose flag=\"{flag}\"><contact:voice/></contact:disclose>");
        let shown = format!("<contact:disclose flag=\"{shown}\"><contact:voice/></contact:disclose>");
        let id = names::contact();
        expect(&mut client, 1000, &odd_create(&id, &from, &disclose(&sent)));
        let answer = expect(&mut client, 1000, &info("contact", &id));
        assert!(answer.contains(&shown), "{answer}");
    }
    // The schema gives these elements no type: they may hold anything, and say what they say by being there.
    let content = disclose("<contact:disclose flag=\"0\"><contact:voice>x</contact:voice></contact:disclose>");
    judge_create(&mut client, &("content", &from, &content, Ok(("contact:disclose", &["<contact:voice/>"]))));
    for (what, content, code) in [
        ("no flag", "<contact:disclose><contact:voice/></contact:disclose>", 2003),
        ("a flag that is none", "<contact:disclose flag=\"TRUE\"><contact:voice/></contact:disclose>", 2005),
        ("nothing", "<contact:disclose flag=\"0\"/>", 2003),
        ("a name without form", "<contact:disclose flag=\"0\"><contact:name/></contact:disclose>", 2003),
        ("an unknown form", "<contact:disclose flag=\"0\"><contact:name type=\"x\"/></contact:disclose>", 2004),
        ("the wrong order", "<contact:disclose flag=\"0\"><contact:fax/><contact:voice/></contact:disclose>", 2001),
        ("twice", "<contact:disclose flag=\"0\"><contact:fax/><contact:fax/></contact:disclose>", 2001),
    ] {
        let content = disclose(content);
        judge_create(&mut client, &(what, &from, &content, Err(code)));
        judge_update(&mut client, &(what, &from, &content, Err(code)));
    }
}

#[test]
fn epp_10_a_contact_is_deleted_in_its_own_case_once_nothing_names_it() {
    let mut a = client_a();
    let (id, other) = (names::contact_of(&mut a), names::contact_of(&mut a));
    expect(&mut a, 2303, &delete("contact", &id.to_uppercase()));
    let name = names::maximum();
    let role = |role: &str, id: &str| format!("<domain:contact type=\"{role}\">{id}</domain:contact>");
    let registrant = |id: &str| format!("<domain:registrant>{id}</domain:registrant>");
    // Named as registrant, then as admin, as tech and as billing contact.
    let of = |places: [&str; 4]| {
        registrant(places[0]) + &role("admin", places[1]) + &role("tech", places[2]) + &role("billing", places[3])
    };
    for place in 0..4 {
        let mut places = [&other[..]; 4];
        places[place] = &id;
        expect(&mut a, 1000, &domain_create(&name, &of(places)));
        assert!(statuses(&expect(&mut a, 1000, &info("contact", &id))).contains(&"linked"));
        expect(&mut a, 2305, &delete("contact", &id));
        expect(&mut a, 1000, &delete("domain", &name));
    }
    assert_eq!(statuses(&expect(&mut a, 1000, &info("contact", &id))), ["ok"]);
    expect(&mut a, 1000, &delete("contact", &format!(" {id}\n")));
    expect(&mut a, 2303, &info("contact", &id));
    assert_eq!(available(&expect(&mut a, 1000, &check("contact", &[&id]))), [true]);
}

#[test]
fn epp_07_epp_09_secrets_have_255_octets_at_most() {
    let (mut a, mut b, id) = contact_of_a();
    let (most, wide) = ("s".repeat(255), "\u{e4}".repeat(127));
    for good in ["sixsix", "0123456789abcdef", &most, &wide, " a b ", "&amp;&lt;]]&gt;"] {
        let new = part("contact", "authInfo", &format!("<contact:pw>{good}</contact:pw>"));
        expect(&mut a, 1000, &update("contact", &id, &part("contact", "chg", &new)));
        let read = object("contact", "info", &(named("contact", &id) + &new));
        expect(&mut b, 1000, &read);
        expect(&mut b, 2202, &object("contact", "info", &(named("contact", &id) + &auth("contact", SECRET))));
    }
    for bad in ["s".repeat(256), "\u{e4}".repeat(128)] {
        let answer = expect(&mut a, 2306, &update("contact", &id, &part("contact", "chg", &auth("contact", &bad))));
        assert!(!answer.contains(&bad), "a secret is not told back: {answer}");
        let create = odd_create(&names::contact(), SECRET, &bad);
        expect(&mut a, 2306, &create);
    }
    // Empty unsets it, and nothing opens the contact then (RFC 9154, section 4.4).
    expect(&mut a, 1000, &update("contact", &id, &part("contact", "chg", &auth("contact", ""))));
    for pw in ["", SECRET] {
        expect(&mut b, 2202, &object("contact", "info", &(named("contact", &id) + &auth("contact", pw))));
    }
}
