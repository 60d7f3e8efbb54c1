//! Allocation tokens: made in batches, revoked, never taken away, so that it stays known what each was used for.

use std::collections::BTreeSet;

use crate::base::limits::{ADMIN_ROWS, TOKEN_BATCHES, TOKEN_BYTES};
use crate::base::timestamp::Timestamp;
use crate::model::name;
use crate::model::operator::{OperatorRefusal, TokenAdd, TokenRevoke, TokenTerms};
use crate::model::record::{Kind, Token};
use crate::model::token::Discount;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::checks;
use crate::registry::operator::{fields, invalid, missing, registrar};

/// `token-add`.
///
/// # Errors
/// A bad field; a name, TLD or registrar that is not there; a token that is; too many tokens or batches.
pub(crate) fn add<V: View>(view: &V, now: Timestamp, add: &TokenAdd) -> Result<Vec<Change>, OperatorRefusal> {
    countable(&add.tokens)?;
    let model = model(view, now, &add.terms)?;
    let batch = &model.batch;
    let before = view.batch_tokens(batch);
    if before == 0 && view.directory(Kind::Token).count() >= TOKEN_BATCHES {
        let why = format!("there are {TOKEN_BATCHES} batches, the most there can be; add to one of them");
        return Err(OperatorRefusal::Conflict { why });
    }
    let mut given = BTreeSet::new();
    let mut changes = Vec::with_capacity(add.tokens.len());
    for (token, number) in add.tokens.iter().zip(before + 1..) {
        let visible = token.bytes().all(|octet| octet.is_ascii_graphic());
        if !visible || !(1..=TOKEN_BYTES).contains(&token.len()) {
            return Err(invalid("tokens", token.as_str(), format!("1 to {TOKEN_BYTES} visible ASCII characters")));
        }
        if view.token(token).is_some() || !given.insert(token) {
            let advice = "a token is given once";
            return Err(OperatorRefusal::Exists { what: "token", name: token.clone(), advice });
        }
        changes.push(Change::PutToken(Token { token: token.clone(), number, ..model.clone() }));
    }
    Ok(changes)
}

/// `token-revoke`.
///
/// # Errors
/// A token that is not there or revoked already; too many.
pub(crate) fn revoke<V: View>(view: &V, now: Timestamp, revoke: &TokenRevoke) -> Result<Vec<Change>, OperatorRefusal> {
    countable(&revoke.tokens)?;
    let given: BTreeSet<&String> = revoke.tokens.iter().collect();
    let revoked = given.into_iter().map(|given| {
        let found = view.token(given).ok_or_else(|| missing("token", given))?;
        if found.revoked.is_some() {
            return Err(OperatorRefusal::Unchanged { state: format!("token {given} is revoked") });
        }
        Ok(Change::PutToken(Token { revoked: Some(now), ..checks::native::<Token>(found) }))
    });
    revoked.collect()
}

fn countable(tokens: &[String]) -> Result<(), OperatorRefusal> {
    match (1..=ADMIN_ROWS).contains(&tokens.len()) {
        true => Ok(()),
        false => Err(invalid("tokens", tokens.len().to_string(), format!("1 to {ADMIN_ROWS} at a time"))),
    }
}

/// A token of these terms, without its text and number.
fn model<V: View>(view: &V, now: Timestamp, terms: &TokenTerms) -> Result<Token, OperatorRefusal> {
    fields::word("batch", &terms.batch)?;
    let tld = terms.tld.as_deref();
    if let Some(tld) = tld.filter(|tld| view.tld(tld).is_none()) {
        return Err(missing("TLD", tld));
    }
    if let Some(clid) = &terms.registrar {
        registrar::load(view, clid)?;
    }
    let discount = terms.discount.as_deref().map(|text| {
        let expected = "above 0% to 100%, or amounts as EUR=5.00,USD=6.00, each currency once";
        Discount::parse(text).ok_or_else(|| invalid("discount", text, expected))
    });
    let [from, until] = [("from", terms.from_micros), ("until", terms.until_micros)]
        .map(|(field, micros)| micros.map(|micros| moment(field, micros, now)).transpose());
    let (from, until) = (from?, until?);
    if let Some(until) = until.filter(|until| *until <= from.unwrap_or(now).max(now)) {
        return Err(invalid("until", until.to_string(), "a moment to come, after from"));
    }
    let mut actions: Vec<_> = terms.actions.iter().map(|action| action.0).collect();
    actions.sort_unstable();
    actions.dedup();
    Ok(Token {
        token: String::new(),
        batch: terms.batch.clone(),
        number: 0,
        name: terms.name.as_deref().map(|name| place(view, name, tld)).transpose()?,
        tld: terms.tld.clone(),
        registrar: terms.registrar.clone(),
        actions,
        from,
        until,
        uses: match terms.uses.unwrap_or(1) {
            0 => None,
            uses => Some(uses),
        },
        used: 0,
        discount: discount.transpose()?,
        waives_premium: terms.waive_premium,
        unlocks: terms.unlock_reserved,
        revoked: None,
        created: now,
    })
}

/// A name that could be registered in a TLD of ours, in that one if there is one.
fn place<V: View>(view: &V, given: &str, only: Option<&str>) -> Result<String, OperatorRefusal> {
    let name = name::normalize(given).map_err(|fault| invalid("name", given, format!("a name ({fault})")))?;
    let below = view.tld_of(&name).filter(|(labels, _)| !labels.contains('.')).map(|(_, tld)| tld.name.to_string());
    match (below, only) {
        (None, _) => Err(invalid("name", given, "a name directly below a TLD of this registry")),
        (Some(tld), Some(only)) if tld != only => Err(invalid("name", given, format!("a name below {only}"))),
        _ => Ok(name),
    }
}

/// A moment to the millisecond, that can be written as a date.
fn moment(field: &'static str, micros: i64, now: Timestamp) -> Result<Timestamp, OperatorRefusal> {
    let latest = now.plus_months(12 * 100);
    match (0..=latest.micros()).contains(&micros) {
        true => Ok(Timestamp::from_micros(micros).trunc_millis()),
        false => Err(invalid(field, format!("{micros} microseconds"), format!("a moment from 1970 to {latest}"))),
    }
}
