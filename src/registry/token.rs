//! What an allocation token allows, and what a command costs with it (RFC 8495).

use crate::base::timestamp::Timestamp;
use crate::model::record::{ArchivedToken, Token};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::token::TokenAction;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::checks;
use crate::registry::tariff::Tariff;

/// Of the token in a command.
pub(crate) const TOKEN: Element = Element::token("allocationToken");

/// Why a token is of no use, in 32 characters at most (RFC 8495, section 3.1.1, prints it).
pub(crate) const MISMATCH: &str = "Allocation Token mismatch";

/// What a token is used for.
#[derive(Clone, Copy)]
pub(crate) struct Purpose<'a> {
    /// The command.
    pub(crate) action: TokenAction,
    /// The domain's name.
    pub(crate) name: &'a str,
    /// Its TLD.
    pub(crate) tld: &'a str,
    /// Who commands it.
    pub(crate) clid: &'a str,
    /// When.
    pub(crate) now: Timestamp,
}

/// The token that a client gives, if it is good for that; `None` for any that is not. Why is not said: who guesses learns
/// nothing.
pub(crate) fn applicable<'v, V: View>(view: &'v V, given: &str, purpose: Purpose<'_>) -> Option<&'v ArchivedToken> {
    let token = view.token(given)?;
    let only = |bound: Option<&rkyv::string::ArchivedString>, found: &str| bound.is_none_or(|bound| bound == found);
    let fits = token.holds(purpose.now)
        && is_for(token, purpose.action)
        && only(token.name.as_ref(), purpose.name)
        && only(token.tld.as_ref(), purpose.tld)
        && only(token.registrar.as_ref(), purpose.clid);
    // A discount of amounts is for accounts in their currencies.
    let currency = view.account(purpose.clid).map(|account| account.currency.get());
    let counts = |currency| token.discount.as_ref().is_none_or(|discount| discount.left(0, currency).is_some());
    (fits && currency.is_none_or(counts)).then_some(token)
}

/// Whether a token is for commands of that kind.
pub(crate) fn is_for(token: &ArchivedToken, action: TokenAction) -> bool {
    token.actions.is_empty() || token.actions.iter().any(|allowed| allowed.get() == action)
}

/// The token of a command, if it has one.
///
/// # Errors
/// 2201 when it is not good for it: "If the supplied Allocation Token passed to the server does not apply to the object, the
/// server MUST return an EPP error result code of 2201" (RFC 8495, section 2.1).
pub(crate) fn of<'v, V: View>(
    view: &'v V,
    given: Option<&str>,
    purpose: Purpose<'_>,
) -> Result<Option<&'v ArchivedToken>, Refusal> {
    let Some(given) = given else { return Ok(None) };
    // A refusal may be logged, and the token "should be considered secret information" (section 6).
    let refusal = || Refusal::Authorization(Fault::new(TOKEN, "", "the token does not apply to this command"));
    applicable(view, given, purpose).map(Some).ok_or_else(refusal)
}

/// The class whose prices hold.
pub(crate) fn class<'v>(token: Option<&ArchivedToken>, class: &'v str) -> &'v str {
    if token.is_some_and(|token| token.waives_premium) { "" } else { class }
}

/// What is to be paid of a price.
pub(crate) fn due(token: Option<&ArchivedToken>, tariff: &Tariff<'_>, price: i64) -> i64 {
    let discount = token.and_then(|token| token.discount.as_ref());
    discount.and_then(|discount| discount.left(price, tariff.currency)).unwrap_or(price)
}

/// What the line of a billing ledger says beside a price that a token has changed; never the token.
pub(crate) fn reason(token: Option<&ArchivedToken>) -> String {
    token.map_or_else(String::new, |token| format!("allocation token of batch {}", token.batch))
}

/// The token has been used once more; it is part of what the command changes, so that a refused command uses nothing.
pub(crate) fn spend(changes: &mut Vec<Change>, token: Option<&ArchivedToken>) {
    if let Some(token) = token {
        let token = checks::native::<Token>(token);
        changes.push(Change::PutToken(Token { used: token.used.saturating_add(1), ..token }));
    }
}
