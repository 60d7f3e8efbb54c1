//! Transfers and the messages they leave (RFC 5730, sections 2.9.2.3 and 2.9.3.4). Each test has registrars of its own,
//! because a message queue is one per registrar.

use crate::frames::{
    POLL, acknowledge, attributes, auth, delete, domain_create, element, expect, host_create, info, named, object,
    part, period, statuses, text, texts, transfer, update,
};
use crate::names;
use crate::support::EppClient;
use crate::support::epp::code;
use crate::support::process::Registrar;
use crate::world::{SECRET, client, registrar};

/// Two registrars, each with a session: who loses an object and who gains it.
struct Pair {
    losing: Registrar,
    gaining: Registrar,
    l: EppClient,
    g: EppClient,
}

impl Pair {
    fn new() -> Self {
        let (losing, gaining) = (registrar(), registrar());
        let (l, g) = (client(&losing), client(&gaining));
        Self { losing, gaining, l, g }
    }

    /// A domain of the losing registrar whose transfer is asked for.
    fn pending(&mut self) -> String {
        let name = names::minimum_of(&mut self.l);
        expect(&mut self.g, 1001, &request(&name));
        name
    }
}

fn request(name: &str) -> String {
    transfer("domain", "request", name, &auth("domain", SECRET))
}

/// The oldest message, acknowledged. Checks that the count goes down by one and that the message is gone.
#[track_caller]
fn next_message(client: &mut EppClient) -> String {
    let message = expect(client, 1301, POLL);
    let (count, id) = (attributes(&message, "count")[0].to_owned(), attributes(&message, "id")[0].to_owned());
    let count: u64 = count.parse().expect("a count");
    let answer = expect(client, 1000, &acknowledge(&id));
    assert_eq!(attributes(&answer, "count")[0].parse(), Ok(count - 1), "{answer}");
    expect(client, 2303, &acknowledge(&id));
    message
}

/// The transfer data of a response or message: state, who asked, who acts.
fn states(response: &str, mapping: &str) -> [String; 3] {
    ["trStatus", "reID", "acID"].map(|name| text(response, &format!("{mapping}:{name}")).to_owned())
}

#[test]
fn epp_19_transfer_is_requested_approved_and_told() {
    let mut pair = Pair::new();
    let name = names::minimum_of(&mut pair.l);
    let host = format!("ns1.{name}");
    expect(&mut pair.l, 1000, &host_create(&host, &["192.0.2.1"]));
    let before = expect(&mut pair.l, 1000, &info("domain", &name));
    expect(&mut pair.g, 2202, &transfer("domain", "request", &name, &auth("domain", "wrong-Secret-0000000000")));
    expect(&mut pair.g, 2003, &transfer("domain", "request", &name, ""));
    expect(&mut pair.l, 2106, &request(&name));
    expect(&mut pair.g, 2301, &transfer("domain", "cancel", &name, ""));
    let (losing, gaining) = (&pair.losing.clid, &pair.gaining.clid);
    let pending = ["pending".to_owned(), gaining.clone(), losing.clone()];

    let options = period(1, "y") + &auth("domain", SECRET);
    let asked = expect(&mut pair.g, 1001, &transfer("domain", "request", &name, &options));
    assert_eq!(states(&asked, "domain"), pending);
    let promised = text(&asked, "domain:exDate").to_owned();
    expect(&mut pair.g, 2300, &request(&name));
    let answer = expect(&mut pair.l, 1000, &info("domain", &name));
    assert!(statuses(&answer).contains(&"pendingTransfer"), "{answer}");
    for client in [&mut pair.l, &mut pair.g] {
        let answer = expect(client, 1000, &transfer("domain", "query", &name, ""));
        assert_eq!(states(&answer, "domain"), pending);
    }
    // The sponsoring client is told, and pending prohibits the rest.
    let message = next_message(&mut pair.l);
    assert_eq!((states(&message, "domain"), text(&message, "domain:name")), (pending, &name[..]));
    assert_eq!(text(&message, "domain:exDate"), promised);
    expect(&mut pair.l, 2304, &crate::frames::delete("domain", &name));
    expect(&mut pair.g, 2201, &transfer("domain", "approve", &name, ""));
    expect(&mut pair.g, 2201, &transfer("domain", "reject", &name, ""));
    expect(&mut pair.l, 2201, &transfer("domain", "cancel", &name, ""));

    let answer = expect(&mut pair.l, 1000, &transfer("domain", "approve", &name, ""));
    let approved = ["clientApproved".to_owned(), gaining.clone(), losing.clone()];
    assert_eq!(states(&answer, "domain"), approved);
    let message = next_message(&mut pair.g);
    assert_eq!(states(&message, "domain"), approved);
    expect(&mut pair.g, 1300, POLL);
    expect(&mut pair.l, 1300, POLL);

    let after = expect(&mut pair.g, 1000, &info("domain", &name));
    assert_eq!(text(&after, "domain:clID"), gaining);
    assert_eq!(text(&after, "domain:crID"), losing);
    assert_eq!(text(&after, "domain:exDate"), promised);
    assert_ne!(text(&before, "domain:exDate"), promised);
    assert_eq!(texts(&after, "domain:trDate").len(), 1);
    assert_eq!(statuses(&after), ["inactive"]);
    assert!(texts(&after, "domain:authInfo").is_empty(), "RFC 9154, section 5.4: {after}");
    // Its host came along.
    let answer = expect(&mut pair.g, 1000, &info("host", &host));
    assert_eq!((text(&answer, "host:clID"), texts(&answer, "host:trDate").len()), (&gaining[..], 1));
    expect(&mut pair.l, 2201, &crate::frames::delete("host", &host));
    // And the way back is not open with the old authInfo.
    expect(&mut pair.l, 2202, &request(&name));
}

#[test]
fn hosts_rest_while_their_domains_transfer_is_pending() {
    let mut pair = Pair::new();
    let name = names::minimum_of(&mut pair.l);
    let host = format!("ns1.{name}");
    expect(&mut pair.l, 1000, &host_create(&host, &["192.0.2.1"]));
    expect(&mut pair.g, 1001, &request(&name));
    let answer = expect(&mut pair.g, 1000, &info("host", &host));
    assert_eq!(statuses(&answer), ["pendingTransfer"]);
    expect(&mut pair.l, 2304, &delete("host", &host));
    expect(&mut pair.l, 2304, &update("host", &host, &part("host", "chg", &element("host:name", &names::outside()))));
    expect(&mut pair.l, 2304, &host_create(&format!("ns2.{name}"), &["192.0.2.2"]));
    expect(&mut pair.l, 1000, &transfer("domain", "reject", &name, ""));
    expect(&mut pair.l, 1000, &delete("host", &host));
}

#[test]
fn epp_19_transfer_never_goes_beyond_ten_years() {
    let mut pair = Pair::new();
    let name = names::minimum();
    let created = expect(&mut pair.l, 1000, &domain_create(&name, &period(10, "y")));
    // The year that a transfer adds is cut, and no reason to refuse it; more than that must fit.
    let two = period(2, "y") + &auth("domain", SECRET);
    expect(&mut pair.g, 2306, &transfer("domain", "request", &name, &two));
    let one = period(1, "y") + &auth("domain", SECRET);
    expect(&mut pair.g, 1001, &transfer("domain", "request", &name, &one));
    expect(&mut pair.l, 1000, &transfer("domain", "reject", &name, ""));
    expect(&mut pair.g, 1001, &request(&name));
    expect(&mut pair.l, 1000, &transfer("domain", "approve", &name, ""));
    let answer = expect(&mut pair.g, 1000, &info("domain", &name));
    let expiry = |answer: &str| text(answer, "domain:exDate").get(..10).expect("a day").to_owned();
    let (before, after) = (expiry(&created), expiry(&answer));
    assert_eq!(after.get(..4), before.get(..4), "cut at ten years");
    let name = names::minimum();
    expect(&mut pair.l, 1000, &domain_create(&name, &period(9, "y")));
    let two = period(2, "y") + &auth("domain", SECRET);
    expect(&mut pair.g, 2306, &transfer("domain", "request", &name, &two));
    expect(&mut pair.g, 1001, &request(&name));
}

#[test]
fn epp_19_the_registrants_auth_info_opens_the_domain_too() {
    let mut pair = Pair::new();
    let contact = names::contact_of(&mut pair.l);
    let name = names::maximum_of(&mut pair.l, &contact);
    let none = part("domain", "chg", &auth("domain", ""));
    expect(&mut pair.l, 1000, &update("domain", &name, &none));
    expect(&mut pair.g, 2202, &request(&name));
    let answer = expect(&mut pair.l, 1000, &info("contact", &contact));
    let pw = format!("<domain:pw roid=\"{}\">{SECRET}</domain:pw>", text(&answer, "contact:roid"));
    expect(&mut pair.g, 1001, &transfer("domain", "request", &name, &part("domain", "authInfo", &pw)));
}

#[test]
fn epp_20_a_rejected_transfer_changes_nothing() {
    let mut pair = Pair::new();
    let name = pair.pending();
    let expiry = |client: &mut EppClient| {
        let answer = expect(client, 1000, &info("domain", &name));
        (text(&answer, "domain:exDate").to_owned(), statuses(&answer).contains(&"pendingTransfer"))
    };
    let (before, was_pending) = expiry(&mut pair.l);
    assert!(was_pending);
    let answer = expect(&mut pair.l, 1000, &transfer("domain", "reject", &name, ""));
    let rejected = ["clientRejected".to_owned(), pair.gaining.clid.clone(), pair.losing.clid.clone()];
    assert_eq!(states(&answer, "domain"), rejected);
    assert!(texts(&answer, "domain:exDate").is_empty(), "{answer}");
    assert_eq!(states(&next_message(&mut pair.g), "domain"), rejected);
    assert_eq!(expiry(&mut pair.l), (before, false));
    let answer = expect(&mut pair.l, 1000, &info("domain", &name));
    assert_eq!(text(&answer, "domain:clID"), pair.losing.clid);
    expect(&mut pair.l, 2301, &transfer("domain", "approve", &name, ""));
    // The authInfo still holds, and the next request is answered as well.
    expect(&mut pair.g, 1001, &request(&name));
}

#[test]
fn a_cancelled_transfer_changes_nothing_and_is_told() {
    let mut pair = Pair::new();
    let name = pair.pending();
    assert_eq!(states(&next_message(&mut pair.l), "domain")[0], "pending");
    let answer = expect(&mut pair.g, 1000, &transfer("domain", "cancel", &name, ""));
    let cancelled = ["clientCancelled".to_owned(), pair.gaining.clid.clone(), pair.gaining.clid.clone()];
    assert_eq!(states(&answer, "domain"), cancelled);
    assert_eq!(states(&next_message(&mut pair.l), "domain"), cancelled);
    expect(&mut pair.l, 1300, POLL);
    let answer = expect(&mut pair.l, 1000, &info("domain", &name));
    assert_eq!(statuses(&answer), ["inactive"]);
}

#[test]
fn transfer_query_is_for_those_who_take_part_or_know_the_auth_info() {
    let mut pair = Pair::new();
    let name = names::minimum_of(&mut pair.l);
    expect(&mut pair.l, 2301, &transfer("domain", "query", &name, ""));
    expect(&mut pair.g, 1001, &request(&name));
    let mut stranger = client(&registrar());
    expect(&mut stranger, 2201, &transfer("domain", "query", &name, ""));
    expect(&mut stranger, 2202, &transfer("domain", "query", &name, &auth("domain", "wrong-Secret-0000000000")));
    expect(&mut stranger, 1000, &transfer("domain", "query", &name, &auth("domain", SECRET)));
    expect(&mut stranger, 2303, &transfer("domain", "query", &names::minimum(), ""));
}

#[test]
fn contacts_are_transferred_alike() {
    let mut pair = Pair::new();
    let id = names::contact_of(&mut pair.l);
    let op = |op: &str| transfer("contact", op, &id, "");
    let request = transfer("contact", "request", &id, &auth("contact", SECRET));
    let (losing, gaining) = (&pair.losing.clid, &pair.gaining.clid);
    let state = |state: &str, actor: &str| [state.to_owned(), gaining.clone(), actor.to_owned()];
    expect(&mut pair.l, 2106, &request);
    expect(&mut pair.g, 2202, &transfer("contact", "request", &id, &auth("contact", "wrong-Secret-0000000000")));
    for (by_gaining, end, expected) in [
        (false, "reject", state("clientRejected", losing)),
        (true, "cancel", state("clientCancelled", gaining)),
        (false, "approve", state("clientApproved", losing)),
    ] {
        let asked = expect(&mut pair.g, 1001, &request);
        assert_eq!(states(&asked, "contact"), state("pending", losing));
        expect(&mut pair.g, 2300, &request);
        let answer = expect(&mut pair.l, 1000, &info("contact", &id));
        assert_eq!(statuses(&answer), ["pendingTransfer"]);
        assert_eq!(states(&expect(&mut pair.l, 1000, &op("query")), "contact"), state("pending", losing));
        assert_eq!(states(&next_message(&mut pair.l), "contact"), state("pending", losing));
        let (ending, told) = if by_gaining { (&mut pair.g, &mut pair.l) } else { (&mut pair.l, &mut pair.g) };
        assert_eq!(states(&expect(ending, 1000, &op(end)), "contact"), expected);
        assert_eq!(states(&next_message(told), "contact"), expected);
        expect(&mut pair.l, if end == "approve" { 2201 } else { 2301 }, &op("approve"));
    }
    let answer = expect(&mut pair.g, 1000, &info("contact", &id));
    assert_eq!(text(&answer, "contact:clID"), gaining);
    assert!(texts(&answer, "contact:authInfo").is_empty(), "RFC 9154, section 5.4: {answer}");
    expect(&mut pair.l, 2201, &info("contact", &id));
}

#[test]
fn messages_wait_in_order_until_they_are_acknowledged() {
    let mut pair = Pair::new();
    expect(&mut pair.l, 1300, POLL);
    let names: Vec<String> = (0..5).map(|_| pair.pending()).collect();
    let first = expect(&mut pair.l, 1301, POLL);
    // Asking does not take it, neither in this session nor in another.
    assert_eq!(text(&client(&pair.losing).command(POLL), "msgQ"), text(&first, "msgQ"));
    for (waiting, name) in (1..=5).rev().zip(&names) {
        let message = expect(&mut pair.l, 1301, POLL);
        assert_eq!(attributes(&message, "count"), [waiting.to_string()]);
        assert_eq!(text(&message, "domain:name"), name);
        assert_eq!(texts(&message, "qDate").len(), 1);
        assert_eq!(texts(&message, "msg").len(), 2, "one of the result, one of the queue: {message}");
        next_message(&mut pair.l);
    }
    expect(&mut pair.l, 1300, POLL);
    // Two more; the second may be acknowledged first.
    let names = [pair.pending(), pair.pending()];
    let first = expect(&mut pair.l, 1301, POLL);
    let id: u64 = attributes(&first, "id")[0].parse().expect("ours are numbers");
    let answer = expect(&mut pair.l, 1000, &acknowledge(&(id + 1).to_string()));
    assert_eq!(attributes(&answer, "count"), ["1"]);
    assert_eq!(text(&next_message(&mut pair.l), "domain:name"), names[0]);
    expect(&mut pair.l, 1300, POLL);
    // Messages of another are nobody else's.
    let name = pair.pending();
    let id = attributes(&expect(&mut pair.l, 1301, POLL), "id")[0].to_owned();
    assert_eq!(code(&pair.g.command(&acknowledge(&id))), 2303);
    expect(&mut pair.l, 2303, &acknowledge("nonsense"));
    expect(&mut pair.l, 2003, "<poll op=\"ack\"/>");
    assert_eq!(text(&next_message(&mut pair.l), "domain:name"), name);
}

#[test]
fn info_with_the_auth_info_verifies_it_before_a_transfer() {
    let mut pair = Pair::new();
    let name = names::minimum_of(&mut pair.l);
    let info = |password| object("domain", "info", &(named("domain", &name) + &auth("domain", password)));
    expect(&mut pair.g, 2202, &info("wrong-Secret-0000000000"));
    expect(&mut pair.g, 1000, &info(SECRET));
}
