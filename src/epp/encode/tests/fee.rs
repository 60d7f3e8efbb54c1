//! The fee extension in responses: those printed in RFC 8748, and what they leave open.

use super::*;
use crate::model::answer::Availability;
use crate::model::command::{Period, PeriodUnit};
use crate::model::fee::{AccountState, Bill, FeeAnswer, FeeCommand, FeeLine, FeeQuestion, FeesChecked, FeesOf};
use crate::model::money::Currency;
use crate::model::record::{Threshold, Transfer, TransferState};
use crate::model::rgp::RgpStatus;

const FEE: &str = "xmlns:fee=\"urn:ietf:params:xml:ns:epp:fee-1.0\"";

fn currency(code: &str) -> Currency {
    Currency::parse(code).expect(code)
}

fn line(amount: i64, description: &'static str, grace_days: Option<u32>) -> FeeLine {
    FeeLine { amount, description, grace_days }
}

fn bill(months: Option<u32>, lines: Vec<FeeLine>, account: Option<(i64, i64)>) -> Bill {
    let account = account.map(|(balance, credit_limit)| AccountState { balance, credit_limit });
    Bill { currency: currency("USD"), months, lines, account }
}

/// What stands in the extension, and what is printed, in the same document.
fn assert_says(answer: &Answer<'_>, printed: &str) {
    let printed = format!(
        "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><extension>{}</extension></epp>",
        printed.replacen('>', &format!(" {FEE}>"), 1).replace(" lang=\"en\"", "")
    );
    let ours = said(answer, all());
    let extension = extension_of(&ours).unwrap_or_else(|| panic!("an extension in {ours}"));
    assert_eq!(meaning(&extension), meaning(&printed), "{ours}");
    let without = said(answer, all_but(Extension::Fee));
    assert!(!without.contains("fee:"), "{without}");
}

fn question(command: FeeCommand, years: Option<u32>) -> FeeQuestion {
    let period = years.map(|count| Period { count, unit: PeriodUnit::Years });
    FeeQuestion { command, custom: None, phase: None, subphase: None, period }
}

/// Section 5.1.1, "Example <check> response".
const CHECKED: &str = r#"
       <fee:chkData>
         <fee:currency>USD</fee:currency>
         <fee:cd avail="1">
           <fee:objID>example.com</fee:objID>
           <fee:class>Premium</fee:class>
           <fee:command name="create">
             <fee:period unit="y">2</fee:period>
             <fee:fee
               description="Registration Fee"
               refundable="1"
               grace-period="P5D">10.00</fee:fee>
           </fee:command>
           <fee:command name="renew">
             <fee:period unit="y">1</fee:period>
             <fee:fee
               description="Renewal Fee"
               refundable="1"
               grace-period="P5D">10.00</fee:fee>
           </fee:command>
           <fee:command name="transfer">
             <fee:period unit="y">1</fee:period>
             <fee:fee
               description="Transfer Fee"
               refundable="1"
               grace-period="P5D">10.00</fee:fee>
           </fee:command>
           <fee:command name="restore">
             <fee:fee
               description="Redemption Fee">15.00</fee:fee>
           </fee:command>
         </fee:cd>
         <fee:cd avail="1">
           <fee:objID>example.net</fee:objID>
           <fee:class>standard</fee:class>
           <fee:command name="create" standard="1">
             <fee:period unit="y">2</fee:period>
             <fee:fee
               description="Registration Fee"
               refundable="1"
               grace-period="P5D">5.00</fee:fee>
           </fee:command>
           <fee:command name="renew" standard="1">
             <fee:period unit="y">1</fee:period>
             <fee:fee
               description="Renewal Fee"
               refundable="1"
               grace-period="P5D">5.00</fee:fee>
           </fee:command>
           <fee:command name="transfer" standard="1">
             <fee:period unit="y">1</fee:period>
             <fee:fee
               description="Transfer Fee"
               refundable="1"
               grace-period="P5D">5.00</fee:fee>
           </fee:command>
           <fee:command name="restore" standard="1">
             <fee:fee
               description="Redemption Fee">5.00</fee:fee>
           </fee:command>
         </fee:cd>
         <fee:cd avail="0">
           <fee:objID>example.xyz</fee:objID>
           <fee:command name="create">
             <fee:period unit="y">2</fee:period>
             <fee:reason>Only 1 year registration periods are
               valid.</fee:reason>
           </fee:command>
         </fee:cd>
       </fee:chkData>"#;

#[test]
fn a_check_says_what_rfc_8748_prints() {
    let questions = [
        question(FeeCommand::Create, Some(2)),
        question(FeeCommand::Renew, Some(1)),
        question(FeeCommand::Transfer, Some(1)),
        question(FeeCommand::Restore, None),
    ];
    let [create, renew, transfer, restore] = &questions;
    let answer = |question, line, standard| FeeAnswer {
        question,
        period: question.period,
        lines: vec![line],
        reason: None,
        standard,
    };
    let of = |object: &'static str, class: &'static str, fee, redemption| FeesOf {
        object: object.into(),
        class: Some(class.into()),
        commands: vec![
            answer(create, line(fee, "Registration Fee", Some(5)), class.is_empty()),
            answer(renew, line(fee, "Renewal Fee", Some(5)), class.is_empty()),
            answer(transfer, line(fee, "Transfer Fee", Some(5)), class.is_empty()),
            answer(restore, line(redemption, "Redemption Fee", None), class.is_empty()),
        ],
        reason: None,
    };
    let failed = FeeAnswer {
        question: create,
        period: create.period,
        lines: Vec::new(),
        reason: Some("Only 1 year registration periods are valid.".into()),
        standard: false,
    };
    let failed = FeesOf { object: "example.xyz".into(), class: None, commands: vec![failed], reason: None };
    let objects = vec![of("example.com", "Premium", 1000, 1500), of("example.net", "", 500, 500), failed];
    let names = ["example.com", "example.net", "example.xyz"];
    let answer = Answer::DomainChecked {
        objects: names.map(|name| Availability { object: name.into(), reason: None, variant_of: None }).to_vec(),
        fees: Some(FeesChecked { currency: currency("USD"), objects }),
    };
    assert_says(&answer, CHECKED);
    let ours = said(&answer, all());
    assert!(ours.contains("</resData><extension><fee:chkData ") && ours.contains("</extension><trID>"), "{ours}");
}

#[test]
fn what_has_no_fee_says_why_and_what_was_asked_comes_back() {
    let custom = FeeQuestion {
        custom: Some("a \"b\" & c".into()),
        phase: Some("open".into()),
        subphase: Some("<s>".into()),
        ..question(FeeCommand::Custom, None)
    };
    let free = FeeAnswer { question: &custom, period: None, lines: Vec::new(), reason: None, standard: false };
    let of = |commands, class: Option<&'static str>, reason| FeesOf {
        object: "a.test".into(),
        class: class.map(Into::into),
        commands,
        reason,
    };
    let objects = vec![of(vec![free], Some("gold"), None), of(Vec::new(), None, Some("Reserved"))];
    let fees = Some(FeesChecked { currency: currency("XXX"), objects });
    assert_says(
        &Answer::DomainChecked { objects: Vec::new(), fees },
        "<fee:chkData><fee:currency>XXX</fee:currency>\
         <fee:cd avail=\"1\"><fee:objID>a.test</fee:objID><fee:class>gold</fee:class>\
         <fee:command name=\"custom\" customName=\"a &quot;b&quot; &amp; c\" phase=\"open\" subphase=\"&lt;s&gt;\"/></fee:cd>\
         <fee:cd avail=\"0\"><fee:objID>a.test</fee:objID><fee:reason>Reserved</fee:reason></fee:cd></fee:chkData>",
    );
}

fn transfer(bill: Bill) -> Answer<'static> {
    let transfer = Transfer {
        state: TransferState::Pending,
        requester: "ClientX".into(),
        requested: moment(2019, 6, 8, 22, 0, 0),
        actor: "ClientY".into(),
        act: moment(2019, 6, 13, 22, 0, 0),
        expires: Some(moment(2021, 9, 8, 22, 0, 0)),
        months: 12,
    };
    Answer::DomainTransfer { name: "example.com".into(), transfer, bill: Some(bill) }
}

/// Sections 5.2.1 to 5.2.3, the example responses, but for two things that ours always say: a description, and the credit limit
/// beside the balance.
#[test]
fn what_is_charged_or_given_back_says_what_rfc_8748_prints() {
    let (name, time) = (|| "example.com".to_owned(), moment(2019, 4, 3, 22, 0, 0));
    let create = Some(bill(None, vec![line(500, "Registration Fee", Some(5))], Some((-500, 100_000))));
    assert_says(
        &Answer::DomainCreated { name: name(), created: time, expires: time, bill: create },
        r#"<fee:creData>
             <fee:currency>USD</fee:currency>
             <fee:fee
               description="Registration Fee"
               lang="en"
               refundable="1"
               grace-period="P5D">5.00</fee:fee>
             <fee:balance>-5.00</fee:balance>
             <fee:creditLimit>1000.00</fee:creditLimit>
           </fee:creData>"#,
    );
    assert_says(
        &Answer::DomainDeleted { bill: Some(bill(None, vec![line(-500, "AGP Credit", None)], Some((100_500, 0)))) },
        r#"<fee:delData>
             <fee:currency>USD</fee:currency>
             <fee:credit
               description="AGP Credit"
               lang="en">-5.00</fee:credit>
             <fee:balance>1005.00</fee:balance><fee:creditLimit>0.00</fee:creditLimit>
           </fee:delData>"#,
    );
    let renewal = Some(bill(None, vec![line(500, "Renewal Fee", Some(5))], Some((100_000, 1))));
    assert_says(
        &Answer::DomainRenewed { name: name(), expires: time, bill: renewal },
        r#"<fee:renData>
             <fee:currency>USD</fee:currency>
             <fee:fee description="Renewal Fee"
               refundable="1"
               grace-period="P5D">5.00</fee:fee>
             <fee:balance>1000.00</fee:balance><fee:creditLimit>0.01</fee:creditLimit>
           </fee:renData>"#,
    );
}

/// Sections 5.2.4, 5.1.2 and 5.2.5, with descriptions.
#[test]
fn what_is_not_charged_yet_says_what_rfc_8748_prints() {
    assert_says(
        &transfer(bill(None, vec![line(500, "Transfer Fee", Some(5))], None)),
        r#"<fee:trnData>
             <fee:currency>USD</fee:currency>
             <fee:fee description="Transfer Fee"
               refundable="1"
               grace-period="P5D">5.00</fee:fee>
           </fee:trnData>"#,
    );
    assert_says(
        &transfer(bill(Some(12), vec![line(500, "Transfer Fee", None)], None)),
        r#"<fee:trnData>
             <fee:currency>USD</fee:currency>
             <fee:period unit="y">1</fee:period>
             <fee:fee description="Transfer Fee">5.00</fee:fee>
           </fee:trnData>"#,
    );
    assert_says(
        &Answer::DomainUpdated { rgp: Vec::new(), bill: Some(bill(None, vec![line(500, "Update Fee", None)], None)) },
        r#"<fee:updData>
             <fee:currency>USD</fee:currency>
             <fee:fee description="Update Fee">5.00</fee:fee>
           </fee:updData>"#,
    );
}

#[test]
fn fees_come_before_credits_and_a_balance_is_shown_where_nothing_was_charged() {
    let lines = vec![line(-1, "Credit", None), line(0, "Renewal Fee", None), line(1500, "Redemption Fee", None)];
    let yen = |months, lines| {
        let account = Some(AccountState { balance: -1500, credit_limit: 20_000 });
        Some(Bill { currency: currency("JPY"), months, lines, account })
    };
    assert_says(
        &Answer::DomainDeleted { bill: yen(Some(18), lines) },
        "<fee:delData><fee:currency>JPY</fee:currency><fee:period unit=\"m\">18</fee:period>\
         <fee:fee description=\"Renewal Fee\">0</fee:fee><fee:fee description=\"Redemption Fee\">1500</fee:fee>\
         <fee:credit description=\"Credit\">-1</fee:credit>\
         <fee:balance>-1500</fee:balance><fee:creditLimit>20000</fee:creditLimit></fee:delData>",
    );
    for months in [None, Some(0), Some(101)] {
        assert_says(
            &Answer::DomainUpdated { rgp: Vec::new(), bill: yen(months, Vec::new()) },
            "<fee:updData><fee:currency>JPY</fee:currency>\
             <fee:balance>-1500</fee:balance><fee:creditLimit>20000</fee:creditLimit></fee:updData>",
        );
    }
}

#[test]
fn a_restore_that_costs_has_one_extension_element_for_both() {
    let bill = || Some(bill(None, vec![line(4000, "Redemption Fee", None)], Some((1, 2))));
    let restored = Answer::DomainUpdated { rgp: vec![RgpStatus::PendingRestore], bill: bill() };
    let ours = said(&restored, all());
    assert!(ours.contains("</rgp:upData><fee:updData "), "{ours}");
    assert_eq!(ours.matches("<extension>").count(), 1, "{ours}");
    let rgp_only = said(&Answer::DomainUpdated { rgp: vec![RgpStatus::PendingRestore], bill: None }, all());
    assert_eq!(said(&restored, all_but(Extension::Fee)), rgp_only);
    let fee_only = said(&Answer::DomainUpdated { rgp: Vec::new(), bill: bill() }, all());
    assert_eq!(said(&restored, all_but(Extension::Rgp)), fee_only);
}

#[test]
fn what_has_no_price_says_nothing_of_fees() {
    let time = moment(2019, 4, 3, 22, 0, 0);
    for answer in [
        Answer::DomainChecked { objects: Vec::new(), fees: None },
        Answer::DomainCreated { name: "a.test".into(), created: time, expires: time, bill: None },
        Answer::DomainRenewed { name: "a.test".into(), expires: time, bill: None },
        Answer::DomainDeleted { bill: None },
        Answer::DomainUpdated { rgp: Vec::new(), bill: None },
    ] {
        let ours = said(&answer, all());
        assert_eq!(ours, said(&answer, Services::default()));
        assert!(!ours.contains("<extension>"), "{ours}");
    }
}

#[test]
fn a_balance_says_what_can_still_be_spent() {
    for (threshold, shown) in [
        (Threshold::Fixed(10_050), "<balance:fixed>100.50</balance:fixed>"),
        (Threshold::Percent(10), "<balance:percent>10</balance:percent>"),
    ] {
        let balance = Answer::Balance { currency: currency("USD"), credit_limit: 100_000, balance: -2_500, threshold };
        let ours = said(&balance, Services::default());
        let expected = format!(
            "<resData><balance:infData xmlns:balance=\"http://www.verisign.com/epp/balance-1.0\">\
             <balance:creditLimit>1000.00</balance:creditLimit><balance:balance>-25.00</balance:balance>\
             <balance:availableCredit>975.00</balance:availableCredit>\
             <balance:creditThreshold>{shown}</balance:creditThreshold></balance:infData></resData>"
        );
        assert!(ours.contains(&expected), "{ours}");
    }
}
