//! Response data of the balance mapping (Verisign's `balance-1.0`), and of the poll messages about an account that runs low
//! (`lowbalance-poll-1.0`).

use super::xml;
use crate::epp::extensions::Extension;
use crate::epp::session::BALANCE_URI;
use crate::model::money::{Currency, Money};
use crate::model::record::Threshold;

/// What an account can show.
pub(super) struct Account {
    /// Of all amounts.
    pub(super) currency: Currency,
    /// How far the balance may go below zero.
    pub(super) credit_limit: i64,
    /// What the registrar is warned at.
    pub(super) threshold: Threshold,
}

/// `balance:infData`.
pub(super) fn info(out: &mut Vec<u8>, account: &Account, balance: i64) {
    let Account { currency, credit_limit, threshold } = *account;
    let available = i128::from(balance) + i128::from(credit_limit);
    out.extend_from_slice(b"<balance:infData xmlns:balance=\"");
    out.extend_from_slice(BALANCE_URI.as_bytes());
    out.extend_from_slice(b"\">");
    xml::element(out, "balance:creditLimit", &value(credit_limit.into(), currency));
    xml::element(out, "balance:balance", &value(balance.into(), currency));
    xml::element(out, "balance:availableCredit", &value(available, currency));
    xml::open(out, "balance:creditThreshold");
    match threshold {
        Threshold::Fixed(amount) => xml::element(out, "balance:fixed", &value(amount.into(), currency)),
        Threshold::Percent(percent) => xml::element(out, "balance:percent", &percent.to_string()),
    }
    out.extend_from_slice(b"</balance:creditThreshold></balance:infData>");
}

/// `balance:currencyValueType`, which has two decimal places, however many the currency has: what is beyond them is rounded
/// down, so that nobody reads more than there is.
fn value(minor: i128, currency: Currency) -> String {
    let hundredths = match currency.exponent() {
        places @ ..2 => minor * 10_i128.pow(2 - places),
        places => minor.div_euclid(10_i128.pow(places - 2)),
    };
    let (sign, size) = (if hundredths < 0 { "-" } else { "" }, hundredths.unsigned_abs());
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

/// `lowbalance-poll:pollData`.
pub(super) fn low(out: &mut Vec<u8>, registrar: &str, account: &Account, available: i64) {
    let Account { currency, credit_limit, threshold } = *account;
    let amount = |minor: i64| Money { minor, currency }.to_string();
    out.extend_from_slice(b"<lowbalance-poll:pollData xmlns:lowbalance-poll=\"");
    out.extend_from_slice(Extension::LowBalance.uri().as_bytes());
    out.extend_from_slice(b"\">");
    xml::element(out, "lowbalance-poll:registrarName", registrar);
    xml::element(out, "lowbalance-poll:creditLimit", &amount(credit_limit));
    let (kind, limit) = match threshold {
        Threshold::Fixed(limit) => ("FIXED", amount(limit)),
        Threshold::Percent(percent) => ("PERCENT", percent.to_string()),
    };
    out.extend_from_slice(b"<lowbalance-poll:creditThreshold type=\"");
    out.extend_from_slice(kind.as_bytes());
    out.extend_from_slice(b"\">");
    xml::text(out, &limit);
    xml::close(out, "lowbalance-poll:creditThreshold");
    xml::element(out, "lowbalance-poll:availableCredit", &amount(available));
    xml::close(out, "lowbalance-poll:pollData");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_two_places_and_never_say_too_much() {
        for (code, minor, shown) in [
            ("USD", 1250, "12.50"),
            ("USD", -5, "-0.05"),
            ("JPY", 1500, "1500.00"),
            ("JPY", -1, "-1.00"),
            ("KWD", 1009, "1.00"),
            ("KWD", -1001, "-1.01"),
            ("KWD", -1, "-0.01"),
            ("CLF", 19999, "1.99"),
            ("USD", i128::from(i64::MIN) * 2, "-184467440737095516.16"),
        ] {
            assert_eq!(value(minor, Currency::parse(code).expect(code)), shown, "{code} {minor}");
        }
    }
}
