//! Prices: each has its moment. What has taken effect stays, so that every charge remains explicable.

use std::cmp::Ordering;

use crate::base::limits::PRICES_PER_TLD;
use crate::base::timestamp::Timestamp;
use crate::model::money::Currency;
use crate::model::operator::{OperatorCommand, OperatorRefusal, PriceRemove, PriceSet};
use crate::model::record::{Price, PriceList};
use crate::model::view::View;
use crate::registry::checks;
use crate::registry::operator::{fields, invalid};

/// Years that may have prices of their own: no registration is longer.
const YEARS: usize = 10;
/// How far ahead a price may begin, in months.
const MOST_MONTHS_AHEAD: u32 = 1200;

/// The prices of the years that a notice is about.
type Years = fn(&Price) -> &[i64];

/// Days of notice that a rise needs (ICANN's base registry agreement, section 2.10).
const NOTICES: [(&str, i64, Years); 2] =
    [("create", 30, |price| &price.create), ("renewal", 180, |price| &price.renew)];

/// `price-set`: a further price, or another one in the place of one that has not taken effect.
///
/// # Errors
/// A bad field; no such TLD; a moment that has passed; a price that has taken effect; one too many.
pub(crate) fn set<V: View>(view: &V, now: Timestamp, set: &PriceSet) -> Result<PriceList, OperatorRefusal> {
    let mut list = load(view, &set.tld)?;
    let price = read(set, now)?;
    match list.prices.binary_search_by(|known| order(known, &price)) {
        Ok(place) => {
            future(&list.prices[place], now)?;
            list.prices[place] = price;
        }
        Err(_) if list.prices.len() >= PRICES_PER_TLD => {
            let why = format!("{} has {PRICES_PER_TLD} prices, the most there can be", set.tld);
            return Err(OperatorRefusal::Conflict { why });
        }
        Err(place) => list.prices.insert(place, price),
    }
    Ok(list)
}

/// `price-remove`: a price that has not taken effect will not.
///
/// # Errors
/// A bad field; no such TLD or price; a price that has taken effect.
pub(crate) fn remove<V: View>(view: &V, now: Timestamp, remove: &PriceRemove) -> Result<PriceList, OperatorRefusal> {
    let mut list = load(view, &remove.tld)?;
    let currency = fields::currency(&remove.currency)?;
    let class = fields::class(&remove.class)?;
    let from = moment(remove.from_micros, now)?;
    let is_meant = |price: &Price| price.currency == currency && price.class == class && price.from == from;
    let Some(place) = list.prices.iter().position(is_meant) else {
        let name = format!("{currency} of class {} from {from}", shown(&class));
        return Err(OperatorRefusal::DoesNotExist { what: "price", name, advice: "price list shows all" });
    };
    future(&list.prices[place], now)?;
    list.prices.remove(place);
    Ok(list)
}

/// What an operator should know of a command on prices before it is done: rises that come sooner than ICANN's contract
/// allows. They are the operator's to judge: not every TLD has that contract, and a notice may have gone out by other ways.
pub fn warnings(view: &impl View, now: Timestamp, command: &OperatorCommand) -> Vec<String> {
    let (tld, currency, class, after) = match command {
        OperatorCommand::PriceSet(command) => {
            (&command.tld, &command.currency, &command.class, set(view, now, command))
        }
        OperatorCommand::PriceRemove(command) => {
            (&command.tld, &command.currency, &command.class, remove(view, now, command))
        }
        _ => return Vec::new(),
    };
    let (Ok(before), Ok(after), Some(currency)) = (load(view, tld), after, Currency::parse(currency)) else {
        return Vec::new();
    };
    let of_class = |list: PriceList| -> Vec<Price> {
        list.prices.into_iter().filter(|price| price.currency == currency && price.class == *class).collect()
    };
    short_notices(&of_class(before), &of_class(after), now)
}

/// The rises of one class in one currency that come too soon: at some moment, the price is above what it would have been.
fn short_notices(before: &[Price], after: &[Price], now: Timestamp) -> Vec<String> {
    let mut moments: Vec<_> = before.iter().chain(after).map(|price| price.from).filter(|from| *from > now).collect();
    moments.push(now);
    moments.sort_unstable();
    let mut found = Vec::new();
    for (what, days, years) in NOTICES {
        let mut soon = moments.iter().copied().take_while(|moment| *moment < now.plus_days(days));
        let first = soon.find(|moment| match (at(before, *moment), at(after, *moment)) {
            (Some(old), Some(new)) => rises(years(old), years(new)),
            // A class without a price had nothing that could rise.
            _ => false,
        });
        if let Some(moment) = first {
            let ahead = (moment.micros() - now.micros()) / Timestamp::from_micros(0).plus_days(1).micros();
            found.push(format!(
                "the {what} price rises at {moment}, {ahead} days from now; ICANN's base registry agreement (section 2.10) \
                 asks for {days} days of notice"
            ));
        }
    }
    found
}

/// The price of that moment, of prices of one class in one currency.
fn at(prices: &[Price], moment: Timestamp) -> Option<&Price> {
    prices.iter().rev().find(|price| price.from <= moment)
}

/// Whether any year costs more than before.
fn rises(before: &[i64], after: &[i64]) -> bool {
    let of = |prices: &[i64], year: usize| prices.get(year).or(prices.last()).copied().unwrap_or(0);
    (0..YEARS).any(|year| of(after, year) > of(before, year))
}

/// The prices of a TLD as a value to be changed.
fn load<V: View>(view: &V, tld: &str) -> Result<PriceList, OperatorRefusal> {
    if view.tld(tld).is_none() {
        let advice = "tld list shows all, tld add makes one";
        return Err(OperatorRefusal::DoesNotExist { what: "TLD", name: tld.to_owned(), advice });
    }
    let found = view.price_list(tld).map(checks::native::<PriceList>);
    Ok(found.unwrap_or_else(|| PriceList { tld: tld.to_owned(), prices: Vec::new() }))
}

fn read(set: &PriceSet, now: Timestamp) -> Result<Price, OperatorRefusal> {
    let currency = fields::currency(&set.currency)?;
    Ok(Price {
        currency,
        class: fields::class(&set.class)?,
        from: set.from_micros.map_or(Ok(now), |from| beginning(from, now))?,
        create: years("create", &set.create, currency)?,
        renew: years("renew", &set.renew, currency)?,
        transfer: years("transfer", &set.transfer, currency)?,
        restore: fields::amount("restore", &set.restore, currency, 0..=fields::MOST)?,
    })
}

fn beginning(micros: i64, now: Timestamp) -> Result<Timestamp, OperatorRefusal> {
    let from = moment(micros, now)?;
    if from < now {
        let expected =
            format!("a moment that has not passed ({now} is now), so that what was charged stays explicable");
        return Err(invalid("from", from.to_string(), expected));
    }
    Ok(from)
}

/// A moment to the millisecond, as it is shown.
fn moment(micros: i64, now: Timestamp) -> Result<Timestamp, OperatorRefusal> {
    let latest = now.plus_months(MOST_MONTHS_AHEAD);
    match (0..=latest.micros()).contains(&micros) {
        true => Ok(Timestamp::from_micros(micros).trunc_millis()),
        // It may be beyond what can be written as a date.
        false => Err(invalid("from", format!("{micros} microseconds"), format!("a moment from 1970 to {latest}"))),
    }
}

fn years(field: &'static str, amounts: &[String], currency: Currency) -> Result<Vec<i64>, OperatorRefusal> {
    if !(1..=YEARS).contains(&amounts.len()) {
        let expected = format!("prices of 1 to {YEARS} years; the last one goes on");
        return Err(invalid(field, amounts.len().to_string(), expected));
    }
    amounts.iter().map(|text| fields::amount(field, text, currency, 0..=fields::MOST)).collect()
}

/// That a price has not taken effect.
fn future(price: &Price, now: Timestamp) -> Result<(), OperatorRefusal> {
    if price.from > now {
        return Ok(());
    }
    let (currency, class, from) = (price.currency, shown(&price.class), price.from);
    let why = format!(
        "the {currency} price of class {class} has taken effect at {from} and stays; set one that begins later"
    );
    Err(OperatorRefusal::Conflict { why })
}

fn order(a: &Price, b: &Price) -> Ordering {
    (a.currency, &a.class, a.from).cmp(&(b.currency, &b.class, b.from))
}

fn shown(class: &str) -> &str {
    if class.is_empty() { "standard" } else { class }
}
