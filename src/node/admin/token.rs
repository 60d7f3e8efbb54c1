//! Allocation tokens as operators make and read them.

use serde::{Deserialize, Serialize};

use crate::base::limits::ADMIN_ROWS;
use crate::base::timestamp::Timestamp;
use crate::model::operator::{TokenAdd, TokenTerms};
use crate::model::record::{ArchivedToken, Kind, Token};
use crate::model::view::View;
use crate::node::admin::AdminFailure;
use crate::node::admin::inquiry::missing;

/// Random tokens to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenGenerate {
    /// How many, 1000 at most.
    pub count: u32,
    /// What they are for.
    pub terms: TokenTerms,
}

/// A page of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TokenList {
    /// Which batch; the batches themselves when missing.
    pub batch: Option<String>,
    /// Where the page begins; 1 when missing.
    pub first: Option<u64>,
}

/// Which token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenOf {
    /// What the client gives.
    pub token: String,
}

/// The digits of a token: none that looks like another one.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl TokenGenerate {
    /// The tokens, of 128 random bits each ("An Allocation Token should use a strong random value", RFC 8495, section 6).
    ///
    /// # Errors
    /// Too many, or no randomness.
    pub(super) fn add(self) -> Result<TokenAdd, AdminFailure> {
        if !(1..=ADMIN_ROWS as u32).contains(&self.count) {
            let message = format!("count: expected 1 to {ADMIN_ROWS} at a time, found {}", self.count);
            return Err(AdminFailure { code: 2306, message });
        }
        let random = || {
            let mut octets = [0; 16];
            let filled = getrandom::fill(&mut octets);
            filled.map_err(|error| AdminFailure { code: 2400, message: format!("no randomness: {error}") })?;
            Ok(written(u128::from_be_bytes(octets)))
        };
        let tokens = (0..self.count).map(|_| random()).collect::<Result<_, _>>()?;
        Ok(TokenAdd { tokens, terms: self.terms })
    }
}

/// 26 digits.
fn written(number: u128) -> String {
    let digit = |place: u32| DIGITS[(number >> (5 * place) & 31) as usize];
    (0..26).rev().map(digit).map(char::from).collect()
}

/// A token.
#[derive(Debug, Serialize)]
pub(super) struct TokenRow {
    token: String,
    batch: String,
    number: u64,
    /// `good`, `early`, `late`, `used` up or `revoked`.
    state: &'static str,
    /// `None`: any number of times.
    uses: Option<u32>,
    used: u32,
    name: Option<String>,
    tld: Option<String>,
    registrar: Option<String>,
    actions: Vec<&'static str>,
    from: Option<String>,
    until: Option<String>,
    discount: Option<String>,
    waive_premium: bool,
    unlock_reserved: bool,
    created: String,
    revoked: Option<String>,
}

/// Batches, or a page of one.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Listed {
    Batches(Vec<BatchRow>),
    Page(Page),
}

/// A batch.
#[derive(Debug, Serialize)]
pub(super) struct BatchRow {
    batch: String,
    tokens: u64,
}

/// A page of a batch.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    batch: String,
    /// How many tokens the batch has in all.
    total: u64,
    tokens: Vec<TokenRow>,
    /// Where the next page begins; none: this is the last one.
    next: Option<u64>,
}

/// All batches, or a page of one.
pub(super) fn list(view: &impl View, now: Timestamp, asked: &TokenList) -> Result<Listed, AdminFailure> {
    let Some(batch) = &asked.batch else {
        let row = |batch: &str| BatchRow { batch: batch.to_owned(), tokens: view.batch_tokens(batch) };
        return Ok(Listed::Batches(view.directory(Kind::Token).map(row).collect()));
    };
    let total = view.batch_tokens(batch);
    if total == 0 {
        return Err(missing("batch of tokens", batch, "token list shows all"));
    }
    let first = asked.first.unwrap_or(1).max(1);
    let end = first.saturating_add(ADMIN_ROWS as u64).min(total + 1);
    // One that has just been made may not be seen yet; whoever asks again finds it.
    let found = (first..end).filter_map(|number| view.token_of_batch(batch, number));
    let tokens = found.map(|token| row(token, now)).collect();
    Ok(Listed::Page(Page { batch: batch.clone(), total, tokens, next: (end <= total).then_some(end) }))
}

/// A token.
pub(super) fn show(view: &impl View, now: Timestamp, asked: &TokenOf) -> Result<TokenRow, AdminFailure> {
    let found = view.token(&asked.token);
    found.map(|token| row(token, now)).ok_or_else(|| missing("token", &asked.token, "check its spelling"))
}

fn row(token: &ArchivedToken, now: Timestamp) -> TokenRow {
    let native = rkyv::deserialize::<Token, rkyv::rancor::Error>(token).expect("it holds no shared pointers");
    let state = match &native {
        Token { revoked: Some(_), .. } => "revoked",
        Token { uses: Some(uses), used, .. } if used >= uses => "used",
        Token { until: Some(until), .. } if *until <= now => "late",
        Token { from: Some(from), .. } if *from > now => "early",
        _ => "good",
    };
    let moment = |moment: Option<Timestamp>| moment.map(|moment| moment.to_string());
    TokenRow {
        state,
        uses: native.uses,
        used: native.used,
        number: native.number,
        actions: native.actions.iter().map(|action| action.name()).collect(),
        from: moment(native.from),
        until: moment(native.until),
        discount: native.discount.as_ref().map(ToString::to_string),
        waive_premium: native.waives_premium,
        unlock_reserved: native.unlocks,
        created: native.created.to_string(),
        revoked: moment(native.revoked),
        token: native.token,
        batch: native.batch,
        name: native.name,
        tld: native.tld,
        registrar: native.registrar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::operator::{OperatorCommand, TokenRevoke};
    use crate::registry::testing::World;

    #[test]
    fn tokens_are_random_distinct_and_of_26_digits() {
        let generate = |count| TokenGenerate { count, terms: TokenTerms::default() }.add();
        let mut tokens = generate(1000).expect("randomness").tokens;
        assert!(tokens.iter().all(|token| token.len() == 26 && token.bytes().all(|digit| DIGITS.contains(&digit))));
        tokens.sort_unstable();
        tokens.dedup();
        assert_eq!(tokens.len(), 1000);
        assert_eq!(written(u128::MAX), format!("7{}", "z".repeat(25)));
        assert_eq!(written(1 << 5), format!("{}10", "0".repeat(24)));
        assert!(generate(0).is_err() && generate(1001).is_err());
    }

    #[test]
    fn a_batch_is_read_page_by_page() {
        let mut world = World::new();
        let terms = |batch: &str| TokenTerms { batch: batch.into(), ..TokenTerms::default() };
        for from in [0, 1000, 2000] {
            let tokens = (from..from + if from == 2000 { 1 } else { 1000 }).map(|n| format!("t{n}")).collect();
            world.operate(&OperatorCommand::TokenAdd(TokenAdd { tokens, terms: terms("winter") })).expect("good");
        }
        let one = TokenAdd { tokens: vec!["x".into()], terms: terms("autumn") };
        world.operate(&OperatorCommand::TokenAdd(one)).expect("good");
        world.operate(&OperatorCommand::TokenRevoke(TokenRevoke { tokens: vec!["t1000".into()] })).expect("good");
        let page = |first| match list(&world.memory, world.now, &TokenList { batch: Some("winter".into()), first }) {
            Ok(Listed::Page(page)) => page,
            other => panic!("{other:?}"),
        };
        let ends = |page: &Page| {
            let number = |row: Option<&TokenRow>| row.map(|row| row.number);
            (page.total, number(page.tokens.first()), number(page.tokens.last()), page.next)
        };
        assert_eq!(ends(&page(None)), (2001, Some(1), Some(1000), Some(1001)));
        assert_eq!(ends(&page(Some(1001))), (2001, Some(1001), Some(2000), Some(2001)));
        assert_eq!(ends(&page(Some(2001))), (2001, Some(2001), Some(2001), None));
        assert_eq!(ends(&page(Some(5000))), (2001, None, None, None));
        assert_eq!(page(Some(1001)).tokens[0].state, "revoked");
        let Ok(Listed::Batches(batches)) = list(&world.memory, world.now, &TokenList::default()) else {
            panic!("batches")
        };
        let batches: Vec<_> = batches.iter().map(|row| (row.batch.as_str(), row.tokens)).collect();
        assert_eq!(batches, [("autumn", 1), ("winter", 2001)]);
        assert!(list(&world.memory, world.now, &TokenList { batch: Some("spring".into()), first: None }).is_err());
        assert_eq!(show(&world.memory, world.now, &TokenOf { token: "x".into() }).expect("there").state, "good");
        assert!(show(&world.memory, world.now, &TokenOf { token: "y".into() }).is_err());
    }
}
