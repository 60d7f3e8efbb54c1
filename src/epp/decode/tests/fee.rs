//! The elements of the fee extension: the commands printed in RFC 8748, and tables of faults.

use super::*;
use crate::model::extension::{Extensions, FeeElement};
use crate::model::fee::{FeeCheck, FeeCommand, FeeOffer, FeeQuestion};
use crate::model::money::Decimal;

const FEE: &str = "urn:ietf:params:xml:ns:epp:fee-1.0";

/// Section 5.1.1, "Example <check> command".
const CHECK: &str = r#"
       <fee:check xmlns:fee="urn:ietf:params:xml:ns:epp:fee-1.0">
         <fee:currency>USD</fee:currency>
         <fee:command name="create">
           <fee:period unit="y">2</fee:period>
         </fee:command>
         <fee:command name="renew"/>
         <fee:command name="transfer"/>
         <fee:command name="restore"/>
       </fee:check>"#;

/// Sections 5.2.1 and 5.2.3 to 5.2.5, the example commands: they differ in the element's name alone.
const OFFER: &str = r#"
       <fee:create xmlns:fee="urn:ietf:params:xml:ns:epp:fee-1.0">
         <fee:currency>USD</fee:currency>
         <fee:fee>5.00</fee:fee>
       </fee:create>"#;

/// A command on a domain with that extension; the decoder does not ask whether the two belong together.
fn extended(extension: &str) -> String {
    let check = format!("<check><d:check xmlns:d=\"{NS}:domain-1.0\"><d:name>example.com</d:name></d:check></check>");
    command(&format!("{check}<extension>{extension}</extension>"))
}

fn extensions(xml: &str) -> Extensions<'_> {
    assert_eq!(frame_is_valid(xml.as_bytes()), Ok(()), "{xml}");
    extensions_of(xml)
}

fn element(xml: &str) -> FeeElement {
    extensions(xml).fee.unwrap_or_else(|| panic!("an element of the fee extension in {xml}"))
}

/// `f:check` with these children.
fn asking(body: &str) -> String {
    extended(&format!("<f:check xmlns:f=\"{FEE}\">{body}</f:check>"))
}

/// `f:renew` with these children.
fn offering(body: &str) -> String {
    extended(&format!("<f:renew xmlns:f=\"{FEE}\">{body}</f:renew>"))
}

fn questions(body: &str) -> Vec<FeeQuestion> {
    match element(&asking(body)) {
        FeeElement::Check(check) => check.commands,
        other => panic!("a check, not {other:?}"),
    }
}

fn offer(body: &str) -> FeeOffer {
    match element(&offering(body)) {
        FeeElement::Renew(offer) => offer,
        other => panic!("a renew, not {other:?}"),
    }
}

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).expect(text)
}

fn question(command: FeeCommand) -> FeeQuestion {
    FeeQuestion { command, custom: None, phase: None, subphase: None, period: None }
}

#[test]
fn the_commands_of_rfc_8748_decode() {
    let period = Some(Period { count: 2, unit: PeriodUnit::Years });
    let commands = vec![
        FeeQuestion { period, ..question(FeeCommand::Create) },
        question(FeeCommand::Renew),
        question(FeeCommand::Transfer),
        question(FeeCommand::Restore),
    ];
    let check = FeeCheck { currency: Some("USD".into()), commands };
    assert_eq!(element(&extended(CHECK)), FeeElement::Check(Box::new(check)));
    type Make = fn(FeeOffer) -> FeeElement;
    let elements: [(&str, Make); 4] = [
        ("create", FeeElement::Create),
        ("renew", FeeElement::Renew),
        ("transfer", FeeElement::Transfer),
        ("update", FeeElement::Update),
    ];
    for (name, make) in elements {
        let offer = FeeOffer { currency: Some("USD".into()), total: decimal("5.00"), shown: "5.00".into() };
        assert_eq!(element(&extended(&OFFER.replace("fee:create", &format!("fee:{name}")))), make(offer), "{name}");
    }
}

#[test]
fn questions_have_all_that_the_schema_lets_them_have() {
    for command in FeeCommand::ALL {
        assert_eq!(questions(&format!("<f:command name=' {} '/>", command.name())), [question(command)]);
    }
    let all = "<f:command name='custom' customName=' a  b' phase='open' subphase=''><f:period unit='m'> 018 </f:period>\
               </f:command>";
    let expected = FeeQuestion {
        command: FeeCommand::Custom,
        custom: Some("a b".into()),
        phase: Some("open".into()),
        subphase: Some(String::new()),
        period: Some(Period { count: 18, unit: PeriodUnit::Months }),
    };
    assert_eq!(questions(&format!("{all}<f:command name='create'/>")), [expected, question(FeeCommand::Create)]);
}

#[test]
fn an_offer_is_the_sum_of_its_fees_and_credits() {
    for (body, total, shown) in [
        ("<f:fee>5.00</f:fee>", "5", "5.00"),
        ("<f:fee> 05. </f:fee>", "5", "05."),
        ("<f:fee>+.5</f:fee>", "0.5", "+.5"),
        ("<f:fee>-0.00</f:fee>", "0", "-0.00"),
        ("<f:fee>5</f:fee><f:fee>7.25</f:fee><f:credit>-2.5</f:credit><f:credit>0</f:credit>", "9.75", "5"),
        (
            "<f:fee description=' any ' lang='fr' refundable='true' grace-period=' P5DT1.5S ' applied=' delayed '>1</f:fee>",
            "1",
            "1",
        ),
        (
            "<f:fee refundable='0' applied='immediate'>1</f:fee><f:credit description='' lang='en'>-1</f:credit>",
            "0",
            "1",
        ),
    ] {
        let found = offer(body);
        assert_eq!((found.total, found.shown.as_str(), found.currency), (decimal(total), shown, None), "{body}");
    }
}

#[test]
fn faults_have_the_code_of_the_table() {
    let renew = "<f:command name='renew'/>";
    let fee = "<f:fee>1</f:fee>";
    for (xml, code, what) in [
        (asking(""), 2003, "fee:command"),
        (asking("<f:currency>USD</f:currency>"), 2003, "fee:command"),
        (asking(&format!("{renew}<f:currency>USD</f:currency>")), 2001, "fee:command or </fee:check>"),
        (asking(&format!("<f:currency>usd</f:currency>{renew}")), 2005, "three capital letters"),
        (asking(&format!("<f:currency> USD</f:currency>{renew}")), 2005, "three capital letters"),
        (asking(&format!("<f:currency>USDX</f:currency>{renew}")), 2005, "three capital letters"),
        (asking(&format!("<f:currency/>{renew}")), 2005, "three capital letters"),
        (asking(&format!("<f:currency lang='en'>USD</f:currency>{renew}")), 2001, "no attributes"),
        (asking("<f:command/>"), 2003, "attribute name is missing"),
        (asking("<f:command name='Renew'/>"), 2004, "attribute name"),
        (asking("<f:command name=''/>"), 2004, "attribute name"),
        (asking("<f:command name='renew' standard='1'/>"), 2001, "attributes name, customName, phase, subphase"),
        (asking("<f:command name='renew'>x</f:command>"), 2001, "found x"),
        (asking("<f:command name='renew'><f:fee>1</f:fee></f:command>"), 2001, "fee:period or </fee:command>"),
        (asking("<f:command name='renew'><f:period>1</f:period></f:command>"), 2003, "attribute unit"),
        (asking("<f:command name='renew'><f:period unit='d'>1</f:period></f:command>"), 2004, "attribute unit"),
        (asking("<f:command name='renew'><f:period unit='y'>0</f:period></f:command>"), 2004, "1 to 99"),
        (asking("<f:command name='renew'><f:period unit='y'>x</f:period></f:command>"), 2005, "a decimal number"),
        (asking(renew).replace("<f:check ", "<f:check lang='en' "), 2001, "no attributes"),
        (offering(""), 2003, "fee:fee"),
        (offering("<f:credit>-1</f:credit>"), 2003, "fee:fee"),
        (offering("<f:currency>USD</f:currency>"), 2003, "fee:fee"),
        (offering(&format!("<f:credit>-1</f:credit>{fee}")), 2001, "expected fee:currency or fee:fee"),
        (offering(&format!("{fee}<f:currency>USD</f:currency>")), 2001, "fee:fee or fee:credit or </fee:renew>"),
        (offering(&format!("<f:period unit='y'>1</f:period>{fee}")), 2001, "fee:currency or fee:fee"),
        (offering(&format!("{fee}<f:balance>1</f:balance>")), 2001, "fee:credit or </fee:renew>"),
        (offering(&format!("<f:currency>US1</f:currency>{fee}")), 2005, "three capital letters"),
        (offering("<f:fee>-1</f:fee>"), 2004, "zero or more"),
        (offering("<f:fee>-0.00000000000000000001</f:fee>"), 2004, "zero or more"),
        (offering("<f:fee/>"), 2005, "a decimal number"),
        (offering("<f:fee>1,5</f:fee>"), 2005, "a decimal number"),
        (offering("<f:fee>1e3</f:fee>"), 2005, "a decimal number"),
        (offering("<f:fee>INF</f:fee>"), 2005, "a decimal number"),
        (offering("<f:fee>1 000</f:fee>"), 2005, "a decimal number"),
        (offering("<f:fee>1<f:fee/></f:fee>"), 2001, "text of fee:fee"),
        (offering("<f:fee lang='en_US'>1</f:fee>"), 2005, "a language tag"),
        (offering("<f:fee refundable='yes'>1</f:fee>"), 2005, "attribute refundable"),
        (offering("<f:fee grace-period='5 days'>1</f:fee>"), 2005, "a duration"),
        (offering("<f:fee grace-period=''>1</f:fee>"), 2005, "a duration"),
        (offering("<f:fee applied='later'>1</f:fee>"), 2004, "attribute applied"),
        (offering("<f:fee unit='y'>1</f:fee>"), 2001, "attributes description"),
        (offering(&format!("{fee}<f:credit>1</f:credit>")), 2004, "zero or less"),
        (offering(&format!("{fee}<f:credit>0.00000000000000000001</f:credit>")), 2004, "zero or less"),
        (offering(&format!("{fee}<f:credit>x</f:credit>")), 2005, "a decimal number"),
        (offering(&format!("{fee}<f:credit lang=''>-1</f:credit>")), 2005, "a language tag"),
        (offering(&format!("{fee}<f:credit refundable='1'>-1</f:credit>")), 2001, "attributes description, lang"),
        (offering(fee).replace("<f:renew ", "<f:renew unit='y' "), 2001, "no attributes"),
        (extended(&format!("<f:delete xmlns:f=\"{FEE}\"/>")), 2001, "its schema declares"),
        (extended(&format!("<f:fee xmlns:f=\"{FEE}\">1</f:fee>")), 2001, "its schema declares"),
    ] {
        let (found, text) = refused(&xml);
        assert_eq!(found, code, "{xml}\n{text}");
        assert!(text.contains(what), "{xml}\n{text}");
        assert!(frame_is_valid(xml.as_bytes()).is_err(), "{xml}");
    }
}

#[test]
fn what_is_of_responses_is_refused_in_commands() {
    let of_fee = ["chkData", "creData", "renData", "trnData", "updData", "delData"].map(|name| (FEE, name));
    let others = [
        ("http://www.verisign.com/epp/balance-1.0", "infData"),
        ("http://www.verisign.com/epp/lowbalance-poll-1.0", "pollData"),
        ("urn:ietf:params:xml:ns:changePoll-1.0", "changeData"),
    ];
    for (uri, name) in of_fee.into_iter().chain(others) {
        let xml = extended(&format!("<x:{name} xmlns:x=\"{uri}\"/>"));
        let (code, text) = refused(&xml);
        assert_eq!((code, text.contains("no response data")), (2001, true), "{xml}\n{text}");
        let undeclared = extended(&format!("<x:bogus xmlns:x=\"{uri}\"/>"));
        assert!(refused(&undeclared).1.contains("its schema declares"), "{undeclared}");
    }
}

#[test]
fn two_elements_of_the_extension_are_valid_and_refused() {
    let renew = OFFER.replace("fee:create", "fee:renew");
    let xml = extended(&format!("{CHECK}{renew}"));
    let (code, text) = refused(&xml);
    assert_eq!((code, text.contains("each extension once")), (2001, true), "{text}");
    assert_eq!(frame_is_valid(xml.as_bytes()), Ok(()));
}

#[test]
fn extensions_stand_beside_each_other() {
    let restore = format!("<rgp:update xmlns:rgp=\"{NS}:rgp-1.0\"><rgp:restore op=\"request\"/></rgp:update>");
    for extension in [format!("{CHECK}{restore}"), format!("{restore}{CHECK}")] {
        let xml = extended(&extension);
        let found = extensions(&xml);
        assert!(found.rgp.is_some() && found.fee.is_some() && found.unknown.is_empty(), "{xml}");
    }
}

#[test]
fn a_balance_is_asked_for_with_whatever_stands_in_it() {
    const BALANCE: &str = "http://www.verisign.com/epp/balance-1.0";
    let asking = |verb: &str, element: &str| command(&format!("<{verb}>{element}</{verb}>"));
    for element in [
        format!("<balance:info xmlns:balance=\"{BALANCE}\"/>"),
        format!("<info xmlns=\"{BALANCE}\"> text <x xmlns='urn:x' y='z'/></info>"),
        format!("<b:info xmlns:b=\"{BALANCE}\" anything='goes'><b:info/></b:info>"),
    ] {
        let xml = asking("info", &element);
        assert_eq!(frame_is_valid(xml.as_bytes()), Ok(()), "{xml}");
        assert_eq!(action(&xml), Action::Query(Query::BalanceInfo), "{xml}");
    }
    let info = format!("<balance:info xmlns:balance=\"{BALANCE}\"/>");
    let domain = format!("<d:info xmlns:d=\"{NS}:domain-1.0\"/>");
    for (xml, code, what, is_valid) in [
        (asking("check", &info), 2001, "expected balance:check", true),
        (asking("info", &info.repeat(2)), 2001, "</epp:info>", false),
        (asking("info", &info.replace("info ", "check ")), 2001, "its schema declares", false),
        (asking("info", &info.replace("info ", "infData ")), 2001, "no response data", false),
        (asking("info", &info.replace("/>", &format!(">{domain}</balance:info>"))), 2003, "domain:name", false),
        (asking("info", &info.replace("/>", " balance:nil='1' x:y='z'/>")), 2001, "a declared prefix", false),
    ] {
        let (found, text) = refused(&xml);
        assert_eq!(found, code, "{xml}\n{text}");
        assert!(text.contains(what), "{xml}\n{text}");
        assert_eq!(frame_is_valid(xml.as_bytes()).is_ok(), is_valid, "{xml}");
    }
}
