//! Amounts of money: whole numbers of a currency's smallest unit, never fractions in binary.

use std::fmt;

use rkyv::{Archive, Deserialize, Serialize};

/// A currency by its code of ISO 4217.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
pub struct Currency([u8; 3]);

/// The codes of ISO 4217 (list one of 2024) whose smallest unit is a hundredth, and `XXX`, by which RFC 8748, section 3.2,
/// lets a registry count units of its own.
const HUNDREDTHS: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN \
                          BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP \
                          GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP \
                          LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR \
                          NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN \
                          SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XXX YER ZAR \
                          ZMW ZWG";
/// Those without a smaller unit.
const WHOLE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
/// Those of thousandths.
const THOUSANDTHS: &str = "BHD IQD JOD KWD LYD OMR TND";
/// Those of ten-thousandths.
const TEN_THOUSANDTHS: &str = "CLF UYW";

impl Currency {
    /// The currency of that code; `None` for one that ISO 4217 does not have.
    pub fn parse(code: &str) -> Option<Self> {
        let octets: [u8; 3] = code.as_bytes().try_into().ok()?;
        exponent(code).map(|_| Self(octets))
    }

    /// The code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Decimal places of its smallest unit.
    pub fn exponent(self) -> u32 {
        exponent(self.code()).unwrap_or(2)
    }
}

impl ArchivedCurrency {
    /// The currency as a native value.
    pub const fn get(self) -> Currency {
        Currency(self.0)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

fn exponent(code: &str) -> Option<u32> {
    let lists = [(HUNDREDTHS, 2), (WHOLE, 0), (THOUSANDTHS, 3), (TEN_THOUSANDTHS, 4)];
    lists.into_iter().find(|(list, _)| list.split(' ').any(|known| known == code)).map(|(_, exponent)| exponent)
}

/// So many smallest units of a currency; below zero what is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// How many.
    pub minor: i64,
    /// Of what.
    pub currency: Currency,
}

impl Money {
    /// The amount written as `12.50` or `-3`: at most the currency's decimal places, no other characters.
    pub fn parse(text: &str, currency: Currency) -> Option<Self> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
        let (whole, part) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
        let places = currency.exponent() as usize;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
        if !is_number(whole) || part.is_some_and(|part| !is_number(part) || part.len() > places) {
            return None;
        }
        let written = format!("{whole}{:0<places$}", part.unwrap_or_default());
        let minor: i64 = written.parse().ok()?;
        Some(Self { minor: if negative { -minor } else { minor }, currency })
    }
}

/// The amount with all of the currency's decimal places and without its code: `12.50`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_u64.pow(self.currency.exponent());
        let (sign, size) = (if self.minor < 0 { "-" } else { "" }, self.minor.unsigned_abs());
        match self.currency.exponent() as usize {
            0 => write!(f, "{sign}{size}"),
            places => write!(f, "{sign}{}.{:0places$}", size / unit, size % unit),
        }
    }
}

/// A number of any size and precision that a client gave (`xs:decimal`), cut to twelve decimal places and to what fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Decimal(i128);

/// Decimal places of a [`Decimal`].
const PLACES: u32 = 12;

impl Decimal {
    /// The number in the lexical space of `xs:decimal` (XML Schema, part 2, section 3.2.3), without white space.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = whole.bytes().chain(part.bytes()).all(|octet| octet.is_ascii_digit());
        if !all_digits || (whole.is_empty() && part.is_empty()) {
            return None;
        }
        let mut size: i128 = 0;
        let padding = std::iter::repeat(b'0');
        for digit in whole.bytes().chain(part.bytes().chain(padding).take(PLACES as usize)) {
            size = size.saturating_mul(10).saturating_add(i128::from(digit - b'0'));
        }
        // So that sums of many do not overflow.
        let size = size.min(i128::from(i64::MAX) * 10_i128.pow(PLACES));
        Some(Self(if negative { -size } else { size }))
    }

    /// The sum.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Whether it is above zero (`1`), zero (`0`) or below (`-1`).
    pub const fn sign(self) -> i32 {
        self.0.signum() as i32
    }
}

impl From<Money> for Decimal {
    fn from(money: Money) -> Self {
        Self(i128::from(money.minor) * 10_i128.pow(PLACES - money.currency.exponent()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).expect(code)
    }

    #[test]
    fn amounts_are_read_and_written_in_the_places_of_their_currency() {
        for (code, text, minor, written) in [
            ("USD", "12.50", 1250, "12.50"),
            ("USD", "12.5", 1250, "12.50"),
            ("USD", "12", 1200, "12.00"),
            ("EUR", "-0.05", -5, "-0.05"),
            ("EUR", "007", 700, "7.00"),
            ("JPY", "1500", 1500, "1500"),
            ("KWD", "1.005", 1005, "1.005"),
            ("CLF", "0.0001", 1, "0.0001"),
            ("XXX", "1", 100, "1.00"),
        ] {
            let money = Money::parse(text, currency(code)).expect(text);
            assert_eq!((money.minor, money.to_string().as_str()), (minor, written), "{code} {text}");
        }
        for (code, text) in [
            ("USD", ""),
            ("USD", "."),
            ("USD", "1."),
            ("USD", ".5"),
            ("USD", "1.005"),
            ("USD", "+1"),
            ("USD", "1,5"),
            ("USD", "--1"),
            ("JPY", "1.0"),
            ("USD", "99999999999999999999"),
            ("USD", "1e3"),
        ] {
            assert_eq!(Money::parse(text, currency(code)), None, "{code} {text}");
        }
        for code in ["USX", "usd", "US", "USDD", ""] {
            assert_eq!(Currency::parse(code), None, "{code}");
        }
    }

    #[test]
    fn what_clients_give_is_compared_exactly() {
        let due = Decimal::from(Money { minor: 1000, currency: currency("USD") });
        for (text, enough) in [
            ("10", true),
            ("10.00", true),
            ("+10.000", true),
            ("0010.0", true),
            ("9.999999999999", false),
            ("9.99", false),
            (".5", false),
            ("-10", false),
            ("999999999999999999999999999999999999999999999999999", true),
        ] {
            assert_eq!(Decimal::parse(text).expect(text) >= due, enough, "{text}");
        }
        for text in ["", "+", "-", ".", "1.2.3", "1e1", "NaN", " 1", "0x1"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(Decimal::parse("10.").map(|ten| ten >= due), Some(true));
        let (a, b) = (Decimal::parse("7.5").expect("read"), Decimal::parse("2.50").expect("read"));
        assert_eq!(a.plus(b), due);
        assert_eq!((a.sign(), Decimal::default().sign(), Decimal::parse("-1").expect("read").sign()), (1, 0, -1));
    }
}
