//! Types that several object mappings share: authInfo, statuses, host addresses, periods.

use std::borrow::Cow;

use crate::base::lexical::{WhiteSpace, is_roid, unsigned_short};
use crate::epp::decode::Decoder;
use crate::epp::xml::fault::{Outcome, malformed, missing, out_of_range};
use crate::model::command::{AddressFamily, AuthInfo, HostAddress, Period, PeriodUnit, StatusValue};
use crate::model::refusal::Element;
use crate::model::status::{Status, Statuses};

/// The elements of one mapping's authInfo.
pub(super) struct AuthElements {
    /// `<authInfo>`.
    pub(super) parent: Element,
    /// `<pw>`.
    pub(super) password: Element,
    /// `<ext>`.
    pub(super) extension: Element,
}

/// The status elements of one mapping.
pub(super) struct StatusElements {
    /// `<status>`.
    pub(super) element: Element,
    /// The values its enumeration lists.
    pub(super) values: Statuses,
    /// How many a command may hold.
    pub(super) limit: usize,
}

impl<'a> Decoder<'a> {
    /// `<authInfo>` if it is next.
    pub(super) fn optional_auth(&mut self, elements: &AuthElements) -> Outcome<Option<AuthInfo>> {
        if self.cursor.optional(elements.parent)? { self.auth(elements, None).map(Some) } else { Ok(None) }
    }

    /// `<authInfo>`, which must be next.
    pub(super) fn required_auth(&mut self, elements: &AuthElements) -> Outcome<AuthInfo> {
        self.cursor.required(elements.parent)?;
        self.auth(elements, None)
    }

    /// The content of authInfo, whose start tag was taken last; `null`: the element that unsets it, where there is one.
    pub(super) fn auth(&mut self, elements: &AuthElements, null: Option<Element>) -> Outcome<AuthInfo> {
        let auth = if let Some([roid]) = self.cursor.optional_with(elements.password, ["roid"])? {
            let roid = roid.map(|roid| WhiteSpace::Collapse.apply(roid));
            if let Some(roid) = roid.as_deref().filter(|roid| !is_roid(roid)) {
                return Err(malformed(
                    elements.password,
                    roid,
                    "attribute roid: a repository object identifier expected",
                ));
            }
            let password = self.cursor.text(elements.password, WhiteSpace::Replace)?.into_owned();
            AuthInfo::Password { password, roid: roid.map(Cow::into_owned) }
        } else if self.cursor.optional(elements.extension)? {
            AuthInfo::Extension(self.auth_extension(elements.extension)?)
        } else if let Some(null) = null
            && self.cursor.optional_any(null)?
        {
            self.any_content()?;
            AuthInfo::Null
        } else {
            self.cursor.end(elements.parent)?;
            return Err(missing(elements.parent, "an element that holds the authorization information is missing"));
        };
        self.cursor.end(elements.parent)?;
        Ok(auth)
    }

    /// Statuses as far as they come, with their texts.
    pub(super) fn statuses(&mut self, elements: &StatusElements) -> Outcome<Vec<StatusValue>> {
        let element = elements.element;
        let mut statuses = Vec::new();
        while statuses.len() < elements.limit {
            let Some([value, lang]) = self.cursor.optional_with(element, ["s", "lang"])? else { break };
            let parse = |word: &str| Status::parse(word).filter(|status| elements.values.has(*status));
            let status = self.required_word(element, "s", value, parse)?;
            let lang = self.language(element, lang)?.map(Cow::into_owned);
            let text = self.cursor.text(element, WhiteSpace::Replace)?.into_owned();
            statuses.push(StatusValue { status, lang, text });
        }
        Ok(statuses)
    }

    /// `host:addrType` values of `element`, as far as they come.
    pub(super) fn addresses(&mut self, element: Element) -> Outcome<Vec<HostAddress>> {
        let mut addresses = Vec::new();
        while let Some([family]) = self.cursor.optional_with(element, ["ip"])? {
            let family = self.word(element, "ip", family, |word| match word {
                "v4" => Some(AddressFamily::V4),
                "v6" => Some(AddressFamily::V6),
                _ => None,
            })?;
            let text = self.token(element, 3, 45)?.into_owned();
            addresses.push(HostAddress { family: family.unwrap_or(AddressFamily::V4), text });
        }
        Ok(addresses)
    }

    /// `domain:periodType` in `element`, if it is next.
    pub(super) fn optional_period(&mut self, element: Element) -> Outcome<Option<Period>> {
        let Some([unit]) = self.cursor.optional_with(element, ["unit"])? else { return Ok(None) };
        let unit = self.required_word(element, "unit", unit, |word| match word {
            "y" => Some(PeriodUnit::Years),
            "m" => Some(PeriodUnit::Months),
            _ => None,
        })?;
        let value = self.cursor.text(element, WhiteSpace::Collapse)?;
        match unsigned_short(&value) {
            Some(Some(count @ 1..=99)) => Ok(Some(Period { count: count.into(), unit })),
            Some(_) => Err(out_of_range(element, &value, "1 to 99 expected")),
            None => Err(malformed(element, &value, "a decimal number expected")),
        }
    }
}
