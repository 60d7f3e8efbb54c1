//! `fee:check` beside `domain:check` (RFC 8748, section 5.1.1): what commands on names would cost.

use std::borrow::Cow;

use crate::base::limits;
use crate::model::command::Period;
use crate::model::fee::{FeeAnswer, FeeCheck, FeeCommand, FeeLine, FeeQuestion, FeesChecked, FeesOf};
use crate::model::idn::IdnData;
use crate::model::launch::{Phase, PhaseKind};
use crate::model::lifecycle;
use crate::model::money::Currency;
use crate::model::name;
use crate::model::record::{ArchivedDomain, ArchivedTld, ArchivedToken, BillingKind};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::token::TokenAction;
use crate::model::view::View;
use crate::registry::domain::idn::{self, Holder};
use crate::registry::domain::{grace, place, restore, term, transfer_request};
use crate::registry::launch::phase;
use crate::registry::tariff::{NoTariff, Tariff};
use crate::registry::token::{self, Purpose};
use crate::registry::{Reader, billing, listed, tariff};

const COMMAND: Element = Element::fee("command");

/// What the server counts in where it charges nobody anything (RFC 8748, section 3.2).
const NO_CURRENCY: &str = "XXX";

/// The fees of all commands asked for, for each name, with the allocation token of the check where it is for such a command.
///
/// # Result codes
/// - 2003: a sub-phase without phase, a custom command without name
/// - 2004: another currency than the account's; a phase that the TLD of no name is in
/// - 2306: more commands, or fees, than the limit
pub(super) fn check<'v, V: View>(
    view: &'v V,
    reader: &Reader<'_>,
    names: &'v [Cow<'_, str>],
    (check, token, data): (&'v FeeCheck, Option<&str>, Option<&IdnData>),
) -> Result<FeesChecked<'v>, Refusal> {
    if check.commands.len() > limits::FEE_COMMANDS {
        let reason = format!("one check has {} commands at most, found {}", limits::FEE_COMMANDS, check.commands.len());
        return Err(Refusal::Policy(Fault::new(COMMAND, "", reason)));
    }
    let fees = names.len() * check.commands.len();
    if fees > limits::FEES {
        let reason = format!("one check asks for {} fees at most (names times commands), found {fees}", limits::FEES);
        return Err(Refusal::Policy(Fault::new(COMMAND, "", reason)));
    }
    check.commands.iter().try_for_each(|question| meant(view, reader, names, question))?;
    let currency = currency(view, reader, check)?;
    let objects = names.iter().map(|given| fees_of(view, reader, given, (check, token, data))).collect();
    Ok(FeesChecked { currency, objects })
}

/// Whether a command is one that has a meaning here (RFC 8748, sections 3.1 and 3.8): what is asked costs the same in all
/// phases of a launch, so that a phase is any that the TLD of a name is in, or `open` (RFC 8334, section 2.3).
fn meant<V: View>(
    view: &V,
    reader: &Reader<'_>,
    names: &[Cow<'_, str>],
    question: &FeeQuestion,
) -> Result<(), Refusal> {
    let missing = |reason: &'static str| Err(Refusal::MissingParameter(Fault::new(COMMAND, "", reason)));
    match (&question.phase, &question.subphase) {
        (None, Some(_)) => return missing("a subphase comes with its phase"),
        (Some(phase), None) if phase == "open" => {}
        (None, None) => {}
        (Some(phase), part) if is_phase_of_one(view, reader, names, phase, part.as_deref()) => {}
        (Some(phase), part) => {
            let shown = part.as_deref().unwrap_or(phase);
            let reason = "no TLD of these names is in this phase, or subphase, now";
            return Err(Refusal::ValueRange(Fault::new(COMMAND, shown, reason)));
        }
    }
    if question.command == FeeCommand::Custom && question.custom.is_none() {
        return missing("a custom command has a customName");
    }
    Ok(())
}

/// Whether the TLD of one of the names is in that phase now.
fn is_phase_of_one<V: View>(
    view: &V,
    reader: &Reader<'_>,
    names: &[Cow<'_, str>],
    phase: &str,
    part: Option<&str>,
) -> bool {
    let Some(kind) = PhaseKind::parse(phase) else { return false };
    let phase = Phase { kind, name: part.unwrap_or_default().to_owned() };
    names.iter().any(|given| {
        let name = name::normalize(given).ok();
        let tld = name.as_deref().and_then(|name| place::tld(view, name).ok());
        tld.is_some_and(|tld| phase::named(view, tld, reader.now, &phase).is_ok())
    })
}

fn currency<V: View>(view: &V, reader: &Reader<'_>, check: &FeeCheck) -> Result<Currency, Refusal> {
    let asked = check.currency.as_deref();
    if let Some(own) = billing::currency(view, reader.clid) {
        return match asked {
            Some(given) if given != own.code() => Err(tariff::wrong_currency(given, own)),
            _ => Ok(own),
        };
    }
    let asked = asked.unwrap_or(NO_CURRENCY);
    Currency::parse(asked).ok_or_else(|| {
        Refusal::ValueRange(Fault::new(Element::fee("currency"), asked, "a currency of ISO 4217 is expected"))
    })
}

fn fees_of<'v, V: View>(
    view: &'v V,
    reader: &Reader<'_>,
    given: &'v str,
    (check, token, data): (&'v FeeCheck, Option<&str>, Option<&IdnData>),
) -> FeesOf<'v> {
    let object = Cow::Borrowed(given);
    let without = |class: Option<&'v str>, reason| FeesOf {
        object: Cow::Borrowed(given),
        class: class.map(Cow::Borrowed),
        commands: Vec::new(),
        reason: Some(reason),
    };
    let Ok(name) = name::normalize(given) else { return without(None, "Invalid domain name") };
    let tld = match place::tld(view, &name) {
        Ok(tld) => tld,
        Err(misplaced) => return without(None, misplaced.reason()),
    };
    let domain = view.domain(&name);
    // A name that is there costs what it costs, under whichever rules it was registered.
    if domain.is_none() {
        if name::check_new(&name).is_err() {
            return without(None, "Invalid domain name");
        }
        if let Err(fault) = idn::judge(view, tld, &name, data, &Holder { clid: reader.clid, registrant: None }) {
            return without(None, fault.reason());
        }
    }
    let tokens = Tokens { view, reader, name: &name, tld: &tld.name, given: token };
    let create = tokens.of(TokenAction::Create).ok().flatten();
    let class = match (domain, listed::of(view, &tld.name, place::label(&name, tld), create)) {
        (Some(domain), _) => domain.class.as_str(),
        (None, listed::Listed::Free) => "",
        (None, listed::Listed::Premium(class)) => class,
        (None, listed::Listed::Withheld(purpose)) => return without(None, listed::withheld(purpose, token.is_some())),
    };
    let tariff = tariff::of(view, reader.clid, &tld.name, class, reader.now);
    match tariff {
        Err(none) if token.is_none() => return without(Some(class), none.reason()),
        _ => {}
    }
    let costs = Costs { tokens, tld, domain, class, tariff };
    let commands = check.commands.iter().map(|question| costs.answer(question)).collect();
    FeesOf { object, class: Some(Cow::Borrowed(class)), commands, reason: None }
}

/// The token of a check, of which each command may have its own use.
struct Tokens<'a, 'v, V> {
    view: &'v V,
    reader: &'a Reader<'a>,
    name: &'a str,
    tld: &'v str,
    given: Option<&'a str>,
}

impl<'v, V: View> Tokens<'_, 'v, V> {
    /// The token, for a command of that kind; none for one that it is not for, which a client gives without it.
    ///
    /// # Errors
    /// It is for commands of that kind, and this one is refused.
    fn of(&self, action: TokenAction) -> Result<Option<&'v ArchivedToken>, &'static str> {
        let Some(given) = self.given else { return Ok(None) };
        let known = self.view.token(given);
        if known.is_some_and(|token| !token::is_for(token, action)) {
            return Ok(None);
        }
        let (clid, now) = (self.reader.clid, self.reader.now);
        let purpose = Purpose { action, name: self.name, tld: self.tld, clid, now };
        token::applicable(self.view, given, purpose).map(Some).ok_or(token::MISMATCH)
    }
}

/// What is known of a name when a question about it is answered.
struct Costs<'a, 'v, V> {
    tokens: Tokens<'a, 'v, V>,
    tld: &'v ArchivedTld,
    domain: Option<&'v ArchivedDomain>,
    class: &'v str,
    tariff: Result<Option<Tariff<'v>>, NoTariff>,
}

impl<'v, V: View> Costs<'_, 'v, V> {
    fn answer(&self, question: &'v FeeQuestion) -> FeeAnswer<'v> {
        let default = match question.command {
            FeeCommand::Transfer => transfer_request::default_months(self.tld),
            _ => self.tld.default_months.to_native(),
        };
        let shown = question.period.or_else(|| Period::of_months(default));
        // "If the value of the parent <fee:command> element is "restore", this element MUST NOT be included; otherwise, it
        // MUST be included" (section 5.1.1).
        let shown = shown.filter(|_| question.command != FeeCommand::Restore);
        let token = self.token(question.command);
        let standard = token::class(token.ok().flatten(), self.class).is_empty();
        let answer = |lines, reason| FeeAnswer { question, period: shown, lines, reason, standard };
        match token.map_err(Cow::Borrowed).and_then(|token| self.lines(question, default, token)) {
            Ok(lines) => answer(lines.into_iter().filter(|line| line.amount != 0).collect(), None),
            Err(reason) => answer(Vec::new(), Some(reason)),
        }
    }

    fn token(&self, command: FeeCommand) -> Result<Option<&'v ArchivedToken>, &'static str> {
        match command {
            FeeCommand::Create => self.tokens.of(TokenAction::Create),
            FeeCommand::Renew => self.tokens.of(TokenAction::Renew),
            FeeCommand::Transfer => self.tokens.of(TokenAction::Transfer),
            FeeCommand::Delete | FeeCommand::Update | FeeCommand::Restore | FeeCommand::Custom => Ok(None),
        }
    }

    /// The tariff of a command with that token.
    fn tariff(&self, token: Option<&ArchivedToken>) -> Result<Option<Tariff<'v>>, Cow<'static, str>> {
        let class = token::class(token, self.class);
        let tariff = match class == self.class {
            true => self.tariff,
            false => {
                let Tokens { view, reader, tld, .. } = self.tokens;
                tariff::of(view, reader.clid, tld, class, reader.now)
            }
        };
        tariff.map_err(|none| none.reason().into())
    }

    /// That a registered name can be renewed by so many months.
    fn room_for(&self, months: u32) -> Result<(), Cow<'static, str>> {
        let expires = self.domain.map(|domain| domain.expires.get());
        let extended = expires.map(|expires| term::extended(self.tld, expires, months, self.tokens.reader.now));
        extended.map_or(Ok(()), |judged| judged.map(drop).map_err(|refusal| because(&refusal)))
    }

    fn lines(
        &self,
        question: &FeeQuestion,
        default: u32,
        token: Option<&ArchivedToken>,
    ) -> Result<Vec<FeeLine>, Cow<'static, str>> {
        let months = || {
            let judged = term::months(self.tld, question.period, default);
            judged.map_err(|refusal| because(&refusal))
        };
        let grace = &self.tld.periods;
        let (Tokens { reader, .. }, tariff) = (&self.tokens, self.tariff(token)?);
        let Some(tariff) = &tariff else {
            return match question.command {
                FeeCommand::Create | FeeCommand::Renew | FeeCommand::Transfer => months().map(|_| Vec::new()),
                FeeCommand::Custom => Err(NO_CUSTOM),
                FeeCommand::Delete | FeeCommand::Update | FeeCommand::Restore => Ok(Vec::new()),
            };
        };
        let fee = billing::fee_line;
        let due = |price| token::due(token, tariff, price);
        Ok(match question.command {
            FeeCommand::Create => {
                vec![fee(BillingKind::Create, due(tariff.create(months()?)), grace.add_grace.to_native())]
            }
            FeeCommand::Renew => {
                let months = months()?;
                self.room_for(months)?;
                vec![fee(BillingKind::Renew, due(tariff.renew(months)), grace.renew_grace.to_native())]
            }
            FeeCommand::Transfer => {
                let amount = due(tariff.transfer(months()?));
                vec![fee(BillingKind::Transfer, amount, grace.transfer_grace.to_native())]
            }
            FeeCommand::Restore => {
                let expires = self.domain.map(|domain| domain.expires.get());
                let renewed = expires.map_or(0, |expires| restore::missing(self.tld, expires, reader.now));
                vec![fee(BillingKind::Restore, tariff.restore(), 0), fee(BillingKind::Renew, tariff.renew(renewed), 0)]
            }
            FeeCommand::Delete => {
                let own = self.domain.filter(|domain| domain.sponsor == reader.clid && domain.removal.is_none());
                let running = own.map(|domain| domain.grace.as_slice()).unwrap_or_default().iter();
                let running = running.filter(|grace| lifecycle::is_running(grace, reader.now));
                running.map(|ended| grace::credit(ended.kind.get(), ended.fee.to_native())).collect()
            }
            FeeCommand::Update => Vec::new(),
            FeeCommand::Custom => return Err(NO_CUSTOM),
        })
    }
}

fn because(refusal: &Refusal) -> Cow<'static, str> {
    refusal.fault().map_or(Cow::Borrowed(""), |fault| fault.reason.clone())
}

const NO_CUSTOM: Cow<'static, str> = Cow::Borrowed("there are no custom commands here");
