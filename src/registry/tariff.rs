//! What a command on a name costs: the TLD's prices of the name's class, in the registrar's currency, as of a moment.

use crate::base::timestamp::Timestamp;
use crate::model::fee::FeeOffer;
use crate::model::money::{Currency, Decimal, Money};
use crate::model::record::{ArchivedPrice, ArchivedTld, FeePolicy};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;

/// The prices of one class in one currency.
#[derive(Clone, Copy)]
pub(crate) struct Tariff<'v> {
    /// The currency of all amounts.
    pub(crate) currency: Currency,
    price: &'v ArchivedPrice,
}

/// Why there is a price, but not for this registrar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoTariff {
    /// It has no account.
    Account,
    /// The class has no price in the account's currency.
    Currency(Currency),
}

impl NoTariff {
    /// The reason in 32 characters at most.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Account => "No billing account",
            Self::Currency(_) => "No price in your currency",
        }
    }

    /// 2104.
    pub(crate) fn refusal(self, element: Element, name: &str) -> Refusal {
        let reason = match self {
            Self::Account => "the name has a price, and the registrar has no billing account".to_owned(),
            Self::Currency(currency) => format!("the name has no price in {currency}, the currency of the account"),
        };
        Refusal::Billing(Fault::new(element, name, reason))
    }
}

/// The tariff of a registrar for names of that class; `None` where they cost nothing.
///
/// # Errors
/// [`NoTariff`] where they cost something that this registrar cannot be charged.
pub(crate) fn of<'v, V: View>(
    view: &'v V,
    clid: &str,
    tld: &str,
    class: &str,
    now: Timestamp,
) -> Result<Option<Tariff<'v>>, NoTariff> {
    let list = view.price_list(tld);
    if list.is_none() && class.is_empty() {
        return Ok(None);
    }
    let account = view.account(clid).map(|account| account.currency.get());
    if let Some(currency) = account
        && let Some(price) = list.and_then(|list| list.at(currency, class, now))
    {
        return Ok(Some(Tariff { currency, price }));
    }
    // A premium name is not given away because nobody has said yet what it costs.
    let begun = |price: &ArchivedPrice| price.class == class && price.from.get() <= now;
    let priced = !class.is_empty() || list.is_some_and(|list| list.prices.iter().any(begun));
    match (priced, account) {
        (false, _) => Ok(None),
        (true, None) => Err(NoTariff::Account),
        (true, Some(currency)) => Err(NoTariff::Currency(currency)),
    }
}

impl Tariff<'_> {
    /// Of a registration of so many months.
    pub(crate) fn create(&self, months: u32) -> i64 {
        years(&self.price.create, months)
    }

    /// Of a renewal of so many months.
    pub(crate) fn renew(&self, months: u32) -> i64 {
        years(&self.price.renew, months)
    }

    /// Of a transfer that adds so many months.
    pub(crate) fn transfer(&self, months: u32) -> i64 {
        years(&self.price.transfer, if months == 0 { 12 } else { months })
    }

    /// Of a restore.
    pub(crate) fn restore(&self) -> i64 {
        self.price.restore.to_native()
    }
}

/// The sum of the years; a part of a year costs its part of the year's price, rounded up to the smallest unit.
fn years(prices: &[rkyv::rend::i64_le], months: u32) -> i64 {
    let mut sum: i128 = 0;
    let mut rest = months;
    let mut year = 0;
    while rest > 0 {
        let price = prices.get(year).or(prices.last()).map_or(0, |price| price.to_native());
        sum += (i128::from(price) * i128::from(rest.min(12)) + 11) / 12;
        rest = rest.saturating_sub(12);
        year += 1;
    }
    i64::try_from(sum).unwrap_or(i64::MAX)
}

/// Whether a client must say that it agrees to fees of that class (RFC 8748, section 4).
pub(crate) fn must_be_acknowledged(tld: &ArchivedTld, class: &str) -> bool {
    !class.is_empty() || tld.fee_policy.get() == FeePolicy::Always
}

/// That a client which is to pay `due` has agreed to it, where it must or has said anything about it.
///
/// # Errors
/// 2003 when it must and has not; 2004 when it agrees to less, or to another currency (RFC 8748, section 4).
pub(crate) fn acknowledged(
    tld: &ArchivedTld,
    class: &str,
    tariff: Option<&Tariff<'_>>,
    due: i64,
    offer: Option<&FeeOffer>,
) -> Result<(), Refusal> {
    const FEE: Element = Element::fee("fee");
    let Some(offer) = offer else {
        if due > 0 && must_be_acknowledged(tld, class) {
            let reason = "this fee must be acknowledged by the fee extension; a check tells it";
            return Err(Refusal::MissingParameter(Fault::new(FEE, "", reason)));
        }
        return Ok(());
    };
    let Some(tariff) = tariff else { return Ok(()) };
    if let Some(currency) = offer.currency.as_deref().filter(|given| *given != tariff.currency.code()) {
        return Err(wrong_currency(currency, tariff.currency));
    }
    let due = Money { minor: due, currency: tariff.currency };
    if offer.total < Decimal::from(due) {
        let reason = format!("the fee is {due} {}", tariff.currency);
        return Err(Refusal::ValueRange(Fault::new(FEE, offer.shown.as_str(), reason)));
    }
    Ok(())
}

/// "Servers SHOULD NOT perform a currency conversion if a client uses an incorrect currency code. Servers SHOULD return a
/// 2004" (RFC 8748, section 3.2).
pub(crate) fn wrong_currency(given: &str, right: Currency) -> Refusal {
    Refusal::ValueRange(Fault::new(Element::fee("currency"), given, format!("the currency of the account is {right}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rkyv::rend::i64_le;

    #[test]
    fn years_have_their_prices_and_the_last_price_goes_on() {
        let prices = |prices: &[i64]| prices.iter().map(|price| i64_le::from_native(*price)).collect::<Vec<_>>();
        for (list, months, sum) in [
            (&[1000][..], 12, 1000),
            (&[1000], 120, 10_000),
            (&[200, 1000], 12, 200),
            (&[200, 1000], 36, 2200),
            (&[1000], 1, 84),
            (&[1000], 18, 1500),
            (&[0], 120, 0),
            (&[], 12, 0),
            (&[i64::MAX], 120, i64::MAX),
        ] {
            assert_eq!(years(&prices(list), months), sum, "{list:?} {months}");
        }
    }
}
