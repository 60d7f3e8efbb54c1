//! What the fee extension adds to commands (RFC 8748, section 5; schema in section 6.1).

use std::borrow::Cow;

use crate::base::lexical::{WhiteSpace, is_duration};
use crate::epp::decode::Decoder;
use crate::epp::xml::Values;
use crate::epp::xml::fault::{Outcome, malformed, out_of_range};
use crate::model::fee::{FeeCheck, FeeCommand, FeeOffer, FeeQuestion};
use crate::model::money::Decimal;
use crate::model::refusal::Element;

const CHECK: Element = Element::fee("check");
const CURRENCY: Element = Element::fee("currency");
const COMMAND: Element = Element::fee("command");
const PERIOD: Element = Element::fee("period");
const FEE: Element = Element::fee("fee");
const CREDIT: Element = Element::fee("credit");

/// Attributes of `fee:commandType`.
const OF_COMMAND: [&str; 4] = ["name", "customName", "phase", "subphase"];
/// Attributes of `fee:feeType`.
const OF_FEE: [&str; 5] = ["description", "lang", "refundable", "grace-period", "applied"];
/// Attributes of `fee:creditType`.
const OF_CREDIT: [&str; 2] = ["description", "lang"];

impl<'a> Decoder<'a> {
    /// `fee:check`, whose start tag was taken last.
    pub(super) fn fee_check(&mut self) -> Outcome<FeeCheck> {
        self.cursor.no_attributes()?;
        let currency = self.fee_currency()?;
        let values = self.cursor.required_with(COMMAND, OF_COMMAND)?;
        let mut commands = vec![self.fee_question(values)?];
        while let Some(values) = self.cursor.optional_with(COMMAND, OF_COMMAND)? {
            commands.push(self.fee_question(values)?);
        }
        self.cursor.end(CHECK)?;
        Ok(FeeCheck { currency, commands })
    }

    /// `fee:commandType`, whose start tag was taken last.
    fn fee_question(&mut self, [name, custom, phase, subphase]: Values<'a, 4>) -> Outcome<FeeQuestion> {
        let parse = |word: &str| FeeCommand::ALL.into_iter().find(|command| command.name() == word);
        let command = self.required_word(COMMAND, "name", name, parse)?;
        let token = |value: Option<Cow<'a, str>>| value.map(|value| WhiteSpace::Collapse.apply(value).into_owned());
        let (custom, phase, subphase) = (token(custom), token(phase), token(subphase));
        let period = self.optional_period(PERIOD)?;
        self.cursor.end(COMMAND)?;
        Ok(FeeQuestion { command, custom, phase, subphase, period })
    }

    /// `fee:transformCommandType` in `parent`, whose start tag was taken last.
    pub(super) fn fee_offer(&mut self, parent: Element) -> Outcome<FeeOffer> {
        self.cursor.no_attributes()?;
        let currency = self.fee_currency()?;
        let values = self.cursor.required_with(FEE, OF_FEE)?;
        let (mut total, shown) = self.fee_fee(values)?;
        while let Some(values) = self.cursor.optional_with(FEE, OF_FEE)? {
            total = total.plus(self.fee_fee(values)?.0);
        }
        while let Some(values) = self.cursor.optional_with(CREDIT, OF_CREDIT)? {
            total = total.plus(self.fee_credit(values)?);
        }
        self.cursor.end(parent)?;
        Ok(FeeOffer { currency, total, shown: shown.into_owned() })
    }

    /// `fee:feeType`, whose start tag was taken last: the number, and its text.
    fn fee_fee(&mut self, [_, lang, refundable, grace, applied]: Values<'a, 5>) -> Outcome<(Decimal, Cow<'a, str>)> {
        self.language(FEE, lang)?;
        self.flag(FEE, "refundable", refundable)?;
        let grace = grace.map(|grace| WhiteSpace::Collapse.apply(grace));
        if let Some(grace) = grace.filter(|grace| !is_duration(grace)) {
            return Err(malformed(FEE, &grace, "attribute grace-period: a duration expected"));
        }
        self.word(FEE, "applied", applied, |word| matches!(word, "immediate" | "delayed").then_some(()))?;
        let (amount, sign, text) = self.decimal(FEE)?;
        if sign < 0 {
            return Err(out_of_range(FEE, &text, "zero or more expected"));
        }
        Ok((amount, text))
    }

    /// `fee:creditType`, whose start tag was taken last.
    fn fee_credit(&mut self, [_, lang]: Values<'a, 2>) -> Outcome<Decimal> {
        self.language(CREDIT, lang)?;
        let (amount, sign, text) = self.decimal(CREDIT)?;
        if sign > 0 {
            return Err(out_of_range(CREDIT, &text, "zero or less expected"));
        }
        Ok(amount)
    }

    /// The `xs:decimal` in `element`, whose start tag was taken last: the number, its sign, which however small it is is not
    /// that of zero, and its text.
    fn decimal(&mut self, element: Element) -> Outcome<(Decimal, i32, Cow<'a, str>)> {
        let text = self.cursor.text(element, WhiteSpace::Collapse)?;
        let Some(amount) = Decimal::parse(&text) else {
            return Err(malformed(element, &text, "a decimal number expected"));
        };
        let is_zero = !text.bytes().any(|octet| matches!(octet, b'1'..=b'9'));
        let sign = match (is_zero, text.starts_with('-')) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        Ok((amount, sign, text))
    }

    /// `fee:currencyType`, if it is next. Its base is `xs:string`, so that white space is part of the value.
    fn fee_currency(&mut self) -> Outcome<Option<String>> {
        if !self.cursor.optional(CURRENCY)? {
            return Ok(None);
        }
        let code = self.cursor.text(CURRENCY, WhiteSpace::Replace)?;
        match code.len() == 3 && code.bytes().all(|octet| octet.is_ascii_uppercase()) {
            true => Ok(Some(code.into_owned())),
            false => Err(malformed(CURRENCY, &code, "three capital letters expected")),
        }
    }
}
