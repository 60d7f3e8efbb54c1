//! Allocation tokens (RFC 8495): who holds one may register, transfer or renew what it is for, and may pay less.

use std::borrow::Cow;

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::model::money::{Currency, Money};

/// A token.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Token {
    /// What the client gives.
    pub token: String,
    /// The batch that it was made in, by which operators list it.
    pub batch: String,
    /// Its place in the batch, from 1.
    pub number: u64,
    /// The only name that it is for; `None`: any.
    pub name: Option<String>,
    /// The only TLD that it is for; `None`: any.
    pub tld: Option<String>,
    /// clID of the only client that may use it; `None`: any.
    pub registrar: Option<String>,
    /// What it is for, ascending; empty: all.
    pub actions: Vec<TokenAction>,
    /// From when on it holds.
    pub from: Option<Timestamp>,
    /// The moment at which it no longer holds.
    pub until: Option<Timestamp>,
    /// How often it can be used; `None`: any number of times.
    pub uses: Option<u32>,
    /// How often it has been used.
    pub used: u32,
    /// What its commands cost less.
    pub discount: Option<Discount>,
    /// Whether its commands cost what they cost for a name without a class.
    pub waives_premium: bool,
    /// Whether it opens names that are withheld and not blocked.
    pub unlocks: bool,
    /// Since when it is good for nothing.
    pub revoked: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
}

/// What a token can be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum TokenAction {
    /// `domain:create`.
    Create,
    /// `domain:transfer` with op `request`.
    Transfer,
    /// `domain:renew`.
    Renew,
}

impl TokenAction {
    /// Every action.
    pub const ALL: [Self; 3] = [Self::Create, Self::Transfer, Self::Renew];

    /// The action as operators say it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Transfer => "transfer",
            Self::Renew => "renew",
        }
    }
}

impl ArchivedTokenAction {
    /// The action as a native value.
    pub const fn get(self) -> TokenAction {
        match self {
            Self::Create => TokenAction::Create,
            Self::Transfer => TokenAction::Transfer,
            Self::Renew => TokenAction::Renew,
        }
    }
}

/// What is taken off a price.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub enum Discount {
    /// A part of it, in thousandths of a percent.
    Part(u32),
    /// An amount, for accounts in these currencies; those in others cannot use the token.
    Amounts(Vec<DiscountAmount>),
}

/// An amount of a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct DiscountAmount {
    /// The currency.
    pub currency: Currency,
    /// How many of its smallest units.
    pub minor: i64,
}

/// Thousandths of a percent in a whole.
const WHOLE: u32 = 100_000;

impl Discount {
    /// The discount as operators write it: `50%`, `12.5%`, or amounts as `EUR=5.00,USD=6.00`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(percent) = text.strip_suffix('%') {
            let (whole, part) = percent.split_once('.').unwrap_or((percent, "0"));
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
            if !digits(whole) || !digits(part) || part.len() > 3 || whole.len() > 3 {
                return None;
            }
            let thousandths: u32 = format!("{whole}{part:0<3}").parse().ok()?;
            return (1..=WHOLE).contains(&thousandths).then_some(Self::Part(thousandths));
        }
        let amount = |text: &str| {
            let (code, amount) = text.split_once('=')?;
            let currency = Currency::parse(code)?;
            let minor = Money::parse(amount, currency).map(|money| money.minor).filter(|minor| *minor > 0)?;
            Some(DiscountAmount { currency, minor })
        };
        let mut amounts = text.split(',').map(amount).collect::<Option<Vec<_>>>()?;
        amounts.sort_unstable_by_key(|amount| amount.currency);
        let distinct = amounts.windows(2).all(|pair| pair[0].currency != pair[1].currency);
        distinct.then_some(Self::Amounts(amounts))
    }
}

impl std::fmt::Display for Discount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Part(thousandths) => {
                let part = format!("{:03}", thousandths % 1000);
                let part = part.trim_end_matches('0');
                let point = if part.is_empty() { "" } else { "." };
                write!(f, "{}{point}{part}%", thousandths / 1000)
            }
            Self::Amounts(amounts) => {
                let shown = |amount: &DiscountAmount| {
                    let DiscountAmount { currency, minor } = *amount;
                    format!("{currency}={}", Money { minor, currency })
                };
                f.write_str(&amounts.iter().map(shown).collect::<Vec<_>>().join(","))
            }
        }
    }
}

impl ArchivedDiscount {
    /// What is left of a price; `None` in a currency that the discount does not have. What a part leaves is rounded up to the
    /// smallest unit, and nothing is ever below zero.
    pub fn left(&self, price: i64, currency: Currency) -> Option<i64> {
        match self {
            Self::Part(thousandths) => {
                let off = i128::from(price) * i128::from(thousandths.to_native()) / i128::from(WHOLE);
                Some(price.saturating_sub(i64::try_from(off).unwrap_or(price)))
            }
            Self::Amounts(amounts) => {
                let off = amounts.iter().find(|amount| amount.currency.get() == currency)?;
                Some(price.saturating_sub(off.minor.to_native()).max(price.min(0)))
            }
        }
    }
}

impl ArchivedToken {
    /// Whether it can be used at that moment.
    pub fn holds(&self, now: Timestamp) -> bool {
        let begun = self.from.as_ref().is_none_or(|from| from.get() <= now);
        let ended = self.until.as_ref().is_some_and(|until| until.get() <= now);
        let spent = self.uses.as_ref().is_some_and(|uses| self.used >= uses.to_native());
        begun && !ended && !spent && self.revoked.is_none()
    }
}

/// An element of the extension in a command.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenElement<'a> {
    /// `allocationToken:info`: the token of a domain is asked for.
    Info,
    /// `allocationToken:allocationToken`.
    Token(Cow<'a, str>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::Kind;
    use crate::model::seal;

    fn left(discount: &str, price: i64, currency: &str) -> Option<i64> {
        let discount = Discount::parse(discount).expect("a discount");
        let bytes = seal::archive(&discount);
        let discount = seal::access::<ArchivedDiscount>(Kind::Token, &bytes).expect("whole");
        discount.left(price, Currency::parse(currency).expect("known"))
    }

    #[test]
    fn discounts_are_read_and_written_exactly() {
        for (text, written) in [
            ("50%", Some("50%")),
            ("12.5%", Some("12.5%")),
            ("0.001%", Some("0.001%")),
            ("100%", Some("100%")),
            ("100.000%", Some("100%")),
            ("EUR=5", Some("EUR=5.00")),
            ("USD=6.50,EUR=5.00", Some("EUR=5.00,USD=6.50")),
            ("JPY=500", Some("JPY=500")),
            ("0%", None),
            ("100.001%", None),
            ("1000%", None),
            ("-5%", None),
            ("5.%", None),
            ("5.0001%", None),
            ("%", None),
            ("", None),
            ("5", None),
            ("EUR=0", None),
            ("EUR=-5", None),
            ("EUR=5.001", None),
            ("EUX=5", None),
            ("EUR=5,EUR=6", None),
            ("EUR=5,", None),
        ] {
            assert_eq!(Discount::parse(text).map(|discount| discount.to_string()).as_deref(), written, "{text}");
        }
    }

    #[test]
    fn what_is_left_is_rounded_up_and_never_below_zero() {
        for (discount, price, currency, expected) in [
            ("50%", 1000, "USD", Some(500)),
            ("50%", 999, "USD", Some(500)),
            ("33.333%", 100, "USD", Some(67)),
            ("100%", 999, "USD", Some(0)),
            ("50%", 0, "USD", Some(0)),
            ("100%", i64::MAX, "USD", Some(0)),
            ("EUR=5", 1200, "EUR", Some(700)),
            ("EUR=5", 400, "EUR", Some(0)),
            ("EUR=5", 1200, "USD", None),
        ] {
            assert_eq!(left(discount, price, currency), expected, "{discount} of {price}");
        }
    }
}
