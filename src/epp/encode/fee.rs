//! What the fee extension adds to responses (RFC 8748).

use super::xml;
use crate::epp::extensions::Extension;
use crate::model::answer::Answer;
use crate::model::command::{Period, PeriodUnit};
use crate::model::fee::{Bill, FeeAnswer, FeeLine, FeesChecked, FeesOf};
use crate::model::money::{Currency, Money};

/// The element for the answer, if it has something to say of fees (section 5).
pub(super) fn answered(out: &mut Vec<u8>, answer: &Answer<'_>) {
    match answer {
        Answer::DomainChecked { fees: Some(fees), .. } => checked(out, fees),
        Answer::DomainCreated { bill: Some(bill), .. } => billed(out, "fee:creData", bill),
        Answer::DomainRenewed { bill: Some(bill), .. } => billed(out, "fee:renData", bill),
        Answer::DomainTransfer { bill: Some(bill), .. } => billed(out, "fee:trnData", bill),
        Answer::DomainUpdated { bill: Some(bill), .. } => billed(out, "fee:updData", bill),
        Answer::DomainDeleted { bill: Some(bill) } => billed(out, "fee:delData", bill),
        _ => {}
    }
}

fn open(out: &mut Vec<u8>, name: &str) {
    out.push(b'<');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b" xmlns:fee=\"");
    out.extend_from_slice(Extension::Fee.uri().as_bytes());
    out.extend_from_slice(b"\">");
}

/// `chkData` (section 5.1.1).
fn checked(out: &mut Vec<u8>, fees: &FeesChecked<'_>) {
    open(out, "fee:chkData");
    xml::element(out, "fee:currency", fees.currency.code());
    for object in &fees.objects {
        fees_of(out, object, fees.currency);
    }
    xml::close(out, "fee:chkData");
}

/// `objectCDType`. "In either failure scenario, the server MUST set the <fee:cd> "avail" attribute to false" (section 3.9).
fn fees_of(out: &mut Vec<u8>, object: &FeesOf<'_>, currency: Currency) {
    let is_known = object.reason.is_none() && object.commands.iter().all(|command| command.reason.is_none());
    out.extend_from_slice(if is_known { b"<fee:cd avail=\"1\">" } else { b"<fee:cd avail=\"0\">" });
    xml::element(out, "fee:objID", &object.object);
    match object.class.as_deref() {
        // Section 3.7: "MUST use a <fee:class> element with the value "standard" for all objects that are subject to the
        // standard or default fee".
        Some("") => xml::element(out, "fee:class", "standard"),
        class => xml::optional(out, "fee:class", class),
    }
    for command in &object.commands {
        fees_for(out, command, currency);
    }
    xml::optional(out, "fee:reason", object.reason);
    xml::close(out, "fee:cd");
}

/// `commandDataType`.
fn fees_for(out: &mut Vec<u8>, answer: &FeeAnswer<'_>, currency: Currency) {
    let question = answer.question;
    out.extend_from_slice(b"<fee:command name=\"");
    out.extend_from_slice(question.command.name().as_bytes());
    out.push(b'"');
    // "which will match the same attributes in the corresponding <fee:command> element of the client command" (section 5.1.1).
    for (name, value) in [
        ("customName", question.custom.as_deref()),
        ("phase", question.phase.as_deref()),
        ("subphase", question.subphase.as_deref()),
        ("standard", answer.standard.then_some("1")),
    ] {
        if let Some(value) = value {
            xml::attribute(out, name, value);
        }
    }
    out.push(b'>');
    if let Some(shown) = answer.period {
        period(out, shown);
    }
    lines(out, &answer.lines, currency);
    xml::optional(out, "fee:reason", answer.reason.as_deref());
    xml::close(out, "fee:command");
}

/// `transformResultType`: once a balance is shown at all, "it MUST be included in responses to all "transform" or billable
/// commands" (section 3.5), also where nothing was charged; so must the credit limit (section 3.6).
fn billed(out: &mut Vec<u8>, name: &str, bill: &Bill) {
    open(out, name);
    xml::element(out, "fee:currency", bill.currency.code());
    if let Some(shown) = bill.months.and_then(Period::of_months) {
        period(out, shown);
    }
    lines(out, &bill.lines, bill.currency);
    if let Some(account) = bill.account {
        xml::element(out, "fee:balance", &amount(account.balance, bill.currency));
        xml::element(out, "fee:creditLimit", &amount(account.credit_limit, bill.currency));
    }
    xml::close(out, name);
}

fn period(out: &mut Vec<u8>, period: Period) {
    out.extend_from_slice(match period.unit {
        PeriodUnit::Years => b"<fee:period unit=\"y\">",
        PeriodUnit::Months => b"<fee:period unit=\"m\">",
    });
    xml::number(out, period.count.into());
    xml::close(out, "fee:period");
}

/// `fee:fee` for what is above zero or zero, then `fee:credit` for what is below (section 3.4).
fn lines(out: &mut Vec<u8>, lines: &[FeeLine], currency: Currency) {
    for line in lines.iter().filter(|line| line.amount >= 0) {
        out.extend_from_slice(b"<fee:fee");
        xml::attribute(out, "description", line.description);
        if let Some(days) = line.grace_days {
            // "If a <fee:fee> element has a "grace-period" attribute, then it MUST also be refundable" (section 3.4.3).
            out.extend_from_slice(b" refundable=\"1\" grace-period=\"P");
            xml::number(out, days.into());
            out.extend_from_slice(b"D\"");
        }
        out.push(b'>');
        xml::text(out, &amount(line.amount, currency));
        xml::close(out, "fee:fee");
    }
    for line in lines.iter().filter(|line| line.amount < 0) {
        out.extend_from_slice(b"<fee:credit");
        xml::attribute(out, "description", line.description);
        out.push(b'>');
        xml::text(out, &amount(line.amount, currency));
        xml::close(out, "fee:credit");
    }
}

fn amount(minor: i64, currency: Currency) -> String {
    Money { minor, currency }.to_string()
}
