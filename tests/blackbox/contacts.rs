//! Contacts over EPP (RFC 5733): fields, disclosure, access.

use crate::frames::{
    attributes, auth, available, check, contact_create, contact_create_with, delete, element, expect, info, named,
    object, part, postal, status, statuses, text, texts, update,
};
use crate::names;
use crate::world::{SECRET, client_a, client_b};

const EMAIL: &str = "<contact:email>jdoe@example.com</contact:email>";

fn info_auth(id: &str, password: &str) -> String {
    object("contact", "info", &(named("contact", id) + &auth("contact", password)))
}

#[test]
fn epp_06_contact_check_tells_free_taken_and_impossible_ids() {
    let mut client = client_a();
    let (taken, free) = (names::contact_of(&mut client), names::contact());
    let answer = expect(&mut client, 1000, &check("contact", &[&free, &taken]));
    assert_eq!(available(&answer), [true, false]);
    assert_eq!(texts(&answer, "contact:id"), [&free[..], &taken]);
    expect(&mut client, 2005, &check("contact", &["ab"]));
    expect(&mut client, 2005, &check("contact", &["seventeen-letters"]));
}

#[test]
fn epp_07_contact_create_refuses_bad_values() {
    let mut client = client_a();
    let id = names::contact();
    let good = postal("int", "John Doe", "Dulles");
    let email = |text: &str| format!("<contact:email>{text}</contact:email>");
    let phone = |element: &str, text: &str| format!("<contact:{element}>{text}</contact:{element}>{EMAIL}");
    for (code, element, postal, options) in [
        (2004, "contact:postalInfo", good.replace("\"int\"", "\"abc\""), EMAIL.to_owned()),
        (2003, "contact:postalInfo", good.replace(" type=\"int\"", ""), EMAIL.to_owned()),
        (2005, "contact:cc", good.replace(">US<", ">ZZ<"), EMAIL.to_owned()),
        (2005, "contact:cc", good.replace(">US<", ">USA<"), EMAIL.to_owned()),
        (2005, "contact:name", good.replace(">John Doe<", "><"), EMAIL.to_owned()),
        (2005, "contact:city", good.replace(">Dulles<", "> <"), EMAIL.to_owned()),
        (2005, "contact:name", good.replace("John Doe", "J\u{f6}hn D\u{f6}e"), EMAIL.to_owned()),
        (2005, "contact:email", good.clone(), email("jdoe")),
        (2005, "contact:email", good.clone(), email("jdoe@")),
        (2005, "contact:email", good.clone(), email("j doe@example.com")),
        (2005, "contact:email", good.clone(), email("")),
        (2005, "contact:voice", good.clone(), phone("voice", "17035555555")),
        (2005, "contact:voice", good.clone(), phone("voice", "+1-703-555-5555")),
        (2306, "contact:voice", good.clone(), phone("voice", "")),
        (2005, "contact:fax", good.clone(), phone("fax", "+0.7035555555")),
        (2306, "contact:postalInfo", good.repeat(2), EMAIL.to_owned()),
    ] {
        let answer = expect(&mut client, code, &contact_create_with(&id, &postal, &options, ""));
        assert_eq!(texts(&answer, element).len(), 1, "{answer}");
    }
    for bad in ["ab", "seventeen-letters"] {
        let answer = expect(&mut client, 2005, &contact_create(bad));
        assert_eq!(text(&answer, "contact:id"), bad);
    }
    expect(&mut client, 1000, &contact_create(&id));
    expect(&mut client, 2302, &contact_create(&id));
}

#[test]
fn epp_07_contact_create_is_read_back() {
    let mut client = client_a();
    let id = names::contact();
    let both =
        postal("int", "John Doe", "Dulles") + &postal("loc", "J\u{f6}hn D\u{f6}e &amp; S\u{f6}hne", "\u{6771}\u{4eac}");
    let options = format!(
        "<contact:voice x=\"1234\">+1.7035555555</contact:voice><contact:fax>+1.7035555556</contact:fax>{EMAIL}"
    );
    let disclose = "<contact:disclose flag=\"0\"><contact:name type=\"int\"/><contact:addr type=\"loc\"/>\
                    <contact:voice/><contact:email/></contact:disclose>";
    let created = expect(&mut client, 1000, &contact_create_with(&id, &both, &options, disclose));
    let answer = expect(&mut client, 1000, &info("contact", &id));
    assert_eq!(texts(&answer, "contact:postalInfo").len(), 2);
    let sent = texts(&both, "contact:postalInfo");
    assert_eq!(texts(&answer, "contact:postalInfo"), sent);
    assert_eq!(text(&answer, "contact:fax"), "+1.7035555556");
    assert_eq!(attributes(&answer, "x"), ["1234"]);
    assert!(answer.contains(disclose), "{answer}");
    assert_eq!(text(&answer, "contact:crDate"), text(&created, "contact:crDate"));
    assert_eq!((text(&answer, "contact:clID"), text(&answer, "contact:crID")), ("registrar-a", "registrar-a"));
    assert_eq!(statuses(&answer), ["ok"]);
    assert!(text(&answer, "contact:roid").contains('-'));
    assert_eq!(text(&answer, "contact:pw"), "", "that one is set, but never what it is");
}

#[test]
fn epp_08_another_registrar_neither_reads_nor_changes_a_contact() {
    let (mut a, mut b) = (client_a(), client_b());
    let id = names::contact_of(&mut a);
    expect(&mut b, 2201, &info("contact", &id));
    expect(&mut b, 2201, &status("contact", &id, "add", "clientDeleteProhibited"));
    expect(&mut b, 2201, &delete("contact", &id));
    expect(&mut b, 2202, &info_auth(&id, "wrong-Secret-0000000000"));
    // Who knows the authInfo reads it, without learning more about the authInfo.
    let answer = expect(&mut b, 1000, &info_auth(&id, SECRET));
    assert_eq!(text(&answer, "contact:email"), "jdoe@example.com");
    assert!(texts(&answer, "contact:authInfo").is_empty(), "{answer}");
}

#[test]
fn epp_09_contact_update_changes_every_field() {
    let mut client = client_a();
    let id = names::contact_of(&mut client);
    let change = |content: &str| update("contact", &id, &part("contact", "chg", content));
    let address = "<contact:addr><contact:street>1 New St.</contact:street><contact:city>Reston</contact:city>\
                   <contact:cc>CA</contact:cc></contact:addr>";
    let int = format!("<contact:postalInfo type=\"int\"><contact:org/>{address}</contact:postalInfo>");
    let rest = "<contact:voice/><contact:fax x=\"7\">+44.1234567890</contact:fax><contact:email>new@example.net</contact:email>";
    let disclose = "<contact:disclose flag=\"1\"><contact:org type=\"int\"/><contact:fax/></contact:disclose>";
    expect(&mut client, 1000, &change(&format!("{int}{rest}{}{disclose}", auth("contact", "Ot2-Yl5Rn8Wd3Uc9Mm6QtXv"))));
    let answer = expect(&mut client, 1000, &info("contact", &id));
    assert_eq!(text(&answer, "contact:postalInfo"), format!("<contact:name>John Doe</contact:name>{address}"));
    assert!(texts(&answer, "contact:voice").is_empty(), "{answer}");
    // The other is that of disclose.
    assert_eq!((texts(&answer, "contact:fax"), attributes(&answer, "x")), (vec!["+44.1234567890", ""], vec!["7"]));
    assert_eq!(text(&answer, "contact:email"), "new@example.net");
    assert!(answer.contains(disclose), "{answer}");
    assert_eq!(text(&answer, "contact:upID"), "registrar-a");
    expect(&mut client, 2202, &info_auth(&id, SECRET));
    expect(&mut client, 1000, &info_auth(&id, "Ot2-Yl5Rn8Wd3Uc9Mm6QtXv"));
    // A second postalInfo joins the first, and must be whole.
    expect(
        &mut client,
        2003,
        &change("<contact:postalInfo type=\"loc\"><contact:name>D\u{f6}e</contact:name></contact:postalInfo>"),
    );
    expect(&mut client, 1000, &change(&postal("loc", "D\u{f6}e", "K\u{f6}ln")));
    let answer = expect(&mut client, 1000, &info("contact", &id));
    assert_eq!(attributes(&answer, "type"), ["int", "loc", "int"]);
}

#[test]
fn epp_09_contact_update_refuses_bad_values_whole() {
    let mut client = client_a();
    let id = names::contact_of(&mut client);
    let before = expect(&mut client, 1000, &info("contact", &id));
    let change = |content: &str| part("contact", "chg", content);
    let email = element("contact:email", "good@example.com");
    for (code, parts) in [
        (2003, String::new()),
        (2003, change("")),
        (2005, change("<contact:email>jdoe</contact:email>")),
        (2005, change(&format!("<contact:voice>123</contact:voice>{email}"))),
        (2005, change(&format!("{}{email}", postal("int", "John Doe", "Dulles").replace(">US<", ">ZZ<")))),
        (2005, change("<contact:postalInfo type=\"int\"><contact:name/></contact:postalInfo>")),
        (2306, part("contact", "add", "<contact:status s=\"serverDeleteProhibited\"/>")),
        (2306, part("contact", "add", "<contact:status s=\"linked\"/>") + &change(&email)),
        (2306, part("contact", "rem", "<contact:status s=\"clientDeleteProhibited\"/>")),
    ] {
        expect(&mut client, code, &update("contact", &id, &parts));
    }
    let after = expect(&mut client, 1000, &info("contact", &id));
    assert_eq!(text(&after, "resData"), text(&before, "resData"));
}

#[test]
fn epp_09_each_prohibition_prohibits_its_command() {
    let (mut a, mut b) = (client_a(), client_b());
    let id = names::contact_of(&mut a);
    let transfer = crate::frames::transfer("contact", "request", &id, &auth("contact", SECRET));
    let change = update("contact", &id, &part("contact", "chg", EMAIL));
    for (prohibition, by_a, body) in [
        ("clientDeleteProhibited", true, delete("contact", &id)),
        ("clientTransferProhibited", false, transfer),
        ("clientUpdateProhibited", true, change),
    ] {
        expect(&mut a, 1000, &status("contact", &id, "add", prohibition));
        let answer = expect(&mut a, 1000, &info("contact", &id));
        assert_eq!(statuses(&answer), [prohibition]);
        let answer = expect(if by_a { &mut a } else { &mut b }, 2304, &body);
        assert!(text(&answer, "msg").contains(prohibition), "{answer}");
        expect(&mut a, 1000, &status("contact", &id, "rem", prohibition));
    }
}

#[test]
fn epp_10_contact_delete() {
    let mut client = client_a();
    let id = names::contact_of(&mut client);
    expect(&mut client, 1000, &delete("contact", &id));
    expect(&mut client, 2303, &info("contact", &id));
    expect(&mut client, 2303, &delete("contact", &id));
    expect(&mut client_b(), 1000, &contact_create(&id));
}

#[test]
fn a_contact_cannot_take_the_handle_of_a_registrar() {
    let mut client = client_a();
    for id in ["9995", "registrar-a", "Registrar-A"] {
        expect(&mut client, 2306, &contact_create(id));
        assert_eq!(available(&expect(&mut client, 1000, &check("contact", &[id]))), [false]);
    }
}
