//! Commands with an extension, as registrars send them, and the commands that they extend.

use crate::frames::{command, domain_check, domain_create, domain_info, name};

/// The data unit with this element in `<extension>`.
fn extended(plain: &[u8], element: &str) -> Vec<u8> {
    let xml = std::str::from_utf8(plain.get(4..).expect("a data unit has a header")).expect("UTF-8");
    let xml = xml.replacen("<clTRID>", &format!("<extension>\n      {element}\n    </extension>\n    <clTRID>"), 1);
    let mut frame = u32::try_from(xml.len() + 4).expect("short").to_be_bytes().to_vec();
    frame.extend_from_slice(xml.as_bytes());
    frame
}

fn object(verb: &str, content: &str, number: u64) -> Vec<u8> {
    let body = format!(
        "<{verb}>\n      <domain:{verb} xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">\n        \
         <domain:name>{}</domain:name>{content}\n      </domain:{verb}>\n    </{verb}>",
        name(number)
    );
    command(&body, number)
}

/// `domain:update` that changes nothing itself.
pub fn domain_update(number: u64) -> Vec<u8> {
    object("update", "\n        <domain:chg/>", number)
}

pub fn login(number: u64) -> Vec<u8> {
    let services: String =
        ["domain", "host", "contact"].map(|s| format!("<objURI>urn:ietf:params:xml:ns:{s}-1.0</objURI>")).concat();
    let body = format!(
        "<login>\n      <clID>registrar-a</clID>\n      <pw>[LOGIN-SECURITY]</pw>\n      <options><version>1.0</version>\
         <lang>en</lang></options>\n      <svcs>{services}</svcs>\n    </login>"
    );
    command(&body, number)
}

/// `maint:info` (RFC 9167), a mapping of its own.
pub fn maintenance_info(number: u64) -> Vec<u8> {
    let body = format!(
        "<info>\n      <maint:info xmlns:maint=\"urn:ietf:params:xml:ns:epp:maintenance-1.0\">\n        \
         <maint:id>2e6df9b0-4092-4491-bcc8-{number:012}</maint:id>\n      </maint:info>\n    </info>"
    );
    command(&body, number)
}

pub fn check_launch(number: u64) -> Vec<u8> {
    let element = "<launch:check xmlns:launch=\"urn:ietf:params:xml:ns:launch-1.0\" type=\"claims\">\
                   <launch:phase>claims</launch:phase></launch:check>";
    extended(&domain_check(number), element)
}

pub fn check_fee(number: u64) -> Vec<u8> {
    let element = "<fee:check xmlns:fee=\"urn:ietf:params:xml:ns:epp:fee-1.0\"><fee:currency>USD</fee:currency>\
                   <fee:command name=\"create\"><fee:period unit=\"y\">2</fee:period></fee:command>\
                   <fee:command name=\"renew\"/></fee:check>";
    extended(&domain_check(number), element)
}

const TOKEN: &str = "<allocationToken:allocationToken xmlns:allocationToken=\"urn:ietf:params:xml:ns:allocationToken-1.0\">\
                     ABCD-1234-EFGH-5678</allocationToken:allocationToken>";
const IDN: &str = "<idn:data xmlns:idn=\"urn:ietf:params:xml:ns:idn-1.0\"><idn:table>de</idn:table>\
                   <idn:uname>a-bücher-name.example</idn:uname></idn:data>";

pub fn check_token(number: u64) -> Vec<u8> {
    extended(&domain_check(number), TOKEN)
}

pub fn check_idn(number: u64) -> Vec<u8> {
    extended(&domain_check(number), IDN)
}

pub fn info_ttl(number: u64) -> Vec<u8> {
    let element = "<ttl:info xmlns:ttl=\"urn:ietf:params:xml:ns:epp:ttl-1.0\" policy=\"true\"/>";
    extended(&domain_info(number), element)
}

pub fn info_token(number: u64) -> Vec<u8> {
    let element = "<allocationToken:info xmlns:allocationToken=\"urn:ietf:params:xml:ns:allocationToken-1.0\"/>";
    extended(&domain_info(number), element)
}

pub fn info_launch(number: u64) -> Vec<u8> {
    let element = "<launch:info xmlns:launch=\"urn:ietf:params:xml:ns:launch-1.0\" includeMark=\"true\">\
                   <launch:phase>sunrise</launch:phase><launch:applicationID>abc123</launch:applicationID></launch:info>";
    extended(&domain_info(number), element)
}

pub fn create_fee(number: u64) -> Vec<u8> {
    let element = "<fee:create xmlns:fee=\"urn:ietf:params:xml:ns:epp:fee-1.0\"><fee:currency>USD</fee:currency>\
                   <fee:fee>12.50</fee:fee></fee:create>";
    extended(&domain_create(number), element)
}

pub fn create_token(number: u64) -> Vec<u8> {
    extended(&domain_create(number), TOKEN)
}

pub fn create_ttl(number: u64) -> Vec<u8> {
    let element = "<ttl:create xmlns:ttl=\"urn:ietf:params:xml:ns:epp:ttl-1.0\"><ttl:ttl for=\"NS\">172800</ttl:ttl>\
                   <ttl:ttl for=\"DS\">3600</ttl:ttl></ttl:create>";
    extended(&domain_create(number), element)
}

pub fn create_idn(number: u64) -> Vec<u8> {
    extended(&domain_create(number), IDN)
}

/// With a claims notice (RFC 8334, section 3.3.1).
pub fn create_notice(number: u64) -> Vec<u8> {
    let element = "<launch:create xmlns:launch=\"urn:ietf:params:xml:ns:launch-1.0\"><launch:phase>claims</launch:phase>\
                   <launch:notice><launch:noticeID>370d0b7c9223372036854775807</launch:noticeID>\
                   <launch:notAfter>2026-12-19T10:00:00.0Z</launch:notAfter>\
                   <launch:acceptedDate>2026-11-19T09:00:00.0Z</launch:acceptedDate></launch:notice></launch:create>";
    extended(&domain_create(number), element)
}

/// With the signed mark that the decoder's tests have; its signature is short.
pub fn create_signed_mark(number: u64) -> Vec<u8> {
    let sample = include_str!("../../tests/epp/launch_create_signed.xml");
    let element = sample.split_once("<extension>").and_then(|(_, rest)| rest.split_once("</extension>"));
    extended(&domain_create(number), element.expect("it has one").0)
}

pub fn update_restore(number: u64) -> Vec<u8> {
    let element = "<rgp:update xmlns:rgp=\"urn:ietf:params:xml:ns:rgp-1.0\"><rgp:restore op=\"request\"/></rgp:update>";
    extended(&domain_update(number), element)
}

pub fn update_restore_report(number: u64) -> Vec<u8> {
    let element = "<rgp:update xmlns:rgp=\"urn:ietf:params:xml:ns:rgp-1.0\"><rgp:restore op=\"report\"><rgp:report>\
                   <rgp:preData>As it was.</rgp:preData><rgp:postData>As it is.</rgp:postData>\
                   <rgp:delTime>2026-07-10T22:00:00.0Z</rgp:delTime><rgp:resTime>2026-07-20T22:00:00.0Z</rgp:resTime>\
                   <rgp:resReason>Registrant error.</rgp:resReason><rgp:statement>Not for ourselves.</rgp:statement>\
                   <rgp:statement>All of this is true.</rgp:statement></rgp:report></rgp:restore></rgp:update>";
    extended(&domain_update(number), element)
}

pub fn update_sec_dns(number: u64) -> Vec<u8> {
    let element = "<secDNS:update xmlns:secDNS=\"urn:ietf:params:xml:ns:secDNS-1.1\"><secDNS:rem>\
                   <secDNS:all>true</secDNS:all></secDNS:rem></secDNS:update>";
    extended(&domain_update(number), element)
}

pub fn login_security(number: u64) -> Vec<u8> {
    let element = "<loginSec:loginSec xmlns:loginSec=\"urn:ietf:params:xml:ns:epp:loginSec-1.0\"><loginSec:userAgent>\
                   <loginSec:app>example 1.2.3</loginSec:app><loginSec:os>some system 4.5</loginSec:os></loginSec:userAgent>\
                   <loginSec:pw>a password that is long</loginSec:pw></loginSec:loginSec>";
    extended(&login(number), element)
}
