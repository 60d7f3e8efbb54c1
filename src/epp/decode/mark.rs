//! `mark:mark` (RFC 7848, section 2.2; schema in section 3.2), wherever another schema lets one in.

use std::borrow::Cow;

use crate::base::lexical::{WhiteSpace, date_time, is_e164, is_integer, is_mark_id, is_mark_label};
use crate::epp::decode::Decoder;
use crate::epp::xml::Values;
use crate::epp::xml::fault::{Outcome, malformed};
use crate::model::mark::{ContactKind, Court, Entitlement, Holder, Mark, MarkContact, Protection, Right};
use crate::model::mark::{Trademark, Treaty};
use crate::model::record::{Phone, PostalAddress};
use crate::model::refusal::Element;

pub(super) const MARK: Element = Element::mark("mark");
const TRADEMARK: Element = Element::mark("trademark");
const TREATY: Element = Element::mark("treatyOrStatute");
const COURT: Element = Element::mark("court");
const ID: Element = Element::mark("id");
const MARK_NAME: Element = Element::mark("markName");
const HOLDER: Element = Element::mark("holder");
const CONTACT: Element = Element::mark("contact");
const JURISDICTION: Element = Element::mark("jurisdiction");
const CLASS: Element = Element::mark("class");
const PROTECTION: Element = Element::mark("protection");
const RULING: Element = Element::mark("ruling");
const LABEL: Element = Element::mark("label");
const GOODS: Element = Element::mark("goodsAndServices");
const APPLICATION: Element = Element::mark("apId");
const APPLIED: Element = Element::mark("apDate");
const REGISTRATION: Element = Element::mark("regNum");
const REGISTERED: Element = Element::mark("regDate");
const EXPIRES: Element = Element::mark("exDate");
const REFERENCE: Element = Element::mark("refNum");
const PROTECTED: Element = Element::mark("proDate");
const TITLE: Element = Element::mark("title");
const EXECUTED: Element = Element::mark("execDate");
const COUNTRY: Element = Element::mark("cc");
const REGION: Element = Element::mark("region");
const COURT_NAME: Element = Element::mark("courtName");
const NAME: Element = Element::mark("name");
const ORG: Element = Element::mark("org");
const ADDRESS: Element = Element::mark("addr");
const STREET: Element = Element::mark("street");
const CITY: Element = Element::mark("city");
const STATE: Element = Element::mark("sp");
const POSTAL_CODE: Element = Element::mark("pc");
const VOICE: Element = Element::mark("voice");
const FAX: Element = Element::mark("fax");
const EMAIL: Element = Element::mark("email");

/// Most lines of a street.
const STREET_LINES: usize = 3;

impl<'a> Decoder<'a> {
    /// `mark:mark`, whose start tag was taken last.
    pub(super) fn mark(&mut self) -> Outcome<Mark> {
        self.cursor.no_attributes()?;
        let mut mark = Mark::default();
        while self.cursor.optional(TRADEMARK)? {
            mark.trademarks.push(self.trademark()?);
        }
        while self.cursor.optional(TREATY)? {
            mark.treaties.push(self.treaty()?);
        }
        while self.cursor.optional(COURT)? {
            mark.courts.push(self.court()?);
        }
        self.cursor.end(MARK)?;
        Ok(mark)
    }

    /// `mark:trademarkType`, whose start tag was taken last.
    fn trademark(&mut self) -> Outcome<Trademark> {
        let mut right = self.right()?;
        let jurisdiction = self.country(JURISDICTION)?;
        let mut classes = Vec::new();
        while self.cursor.optional(CLASS)? {
            classes.push(self.formed(CLASS, "a whole number expected", is_integer)?.into_owned());
        }
        self.labels_and_goods(&mut right)?;
        let trademark = Trademark {
            right,
            jurisdiction,
            classes,
            application_id: self.optional_text(APPLICATION)?,
            applied: self.optional_date(APPLIED)?,
            registration: self.required_text(REGISTRATION)?,
            registered: self.required_date(REGISTERED)?,
            expires: self.optional_date(EXPIRES)?,
        };
        self.cursor.end(TRADEMARK)?;
        Ok(trademark)
    }

    /// `mark:treatyOrStatuteType`, whose start tag was taken last.
    fn treaty(&mut self) -> Outcome<Treaty> {
        let mut right = self.right()?;
        self.cursor.required(PROTECTION)?;
        let mut protections = vec![self.protection()?];
        while self.cursor.optional(PROTECTION)? {
            protections.push(self.protection()?);
        }
        self.labels_and_goods(&mut right)?;
        let treaty = Treaty {
            right,
            protections,
            reference: self.required_text(REFERENCE)?,
            protected: self.required_date(PROTECTED)?,
            title: self.required_text(TITLE)?,
            executed: self.required_date(EXECUTED)?,
        };
        self.cursor.end(TREATY)?;
        Ok(treaty)
    }

    /// `mark:courtType`, whose start tag was taken last.
    fn court(&mut self) -> Outcome<Court> {
        let mut right = self.right()?;
        self.labels_and_goods(&mut right)?;
        let reference = self.required_text(REFERENCE)?;
        let protected = self.required_date(PROTECTED)?;
        let cc = self.country(COUNTRY)?;
        let regions = self.texts(REGION)?;
        let court = self.required_text(COURT_NAME)?;
        self.cursor.end(COURT)?;
        Ok(Court { right, reference, protected, cc, regions, court })
    }

    /// What all marks begin with.
    fn right(&mut self) -> Outcome<Right> {
        self.cursor.required(ID)?;
        let id = self.mark_id(ID)?;
        let name = self.required_text(MARK_NAME)?;
        let entitlement = self.cursor.required_with(HOLDER, ["entitlement"])?;
        let mut holders = vec![self.holder(entitlement)?];
        while let Some(entitlement) = self.cursor.optional_with(HOLDER, ["entitlement"])? {
            holders.push(self.holder(entitlement)?);
        }
        let mut contacts = Vec::new();
        while let Some(kind) = self.cursor.optional_with(CONTACT, ["type"])? {
            contacts.push(self.mark_contact(kind)?);
        }
        Ok(Right { id, name, holders, contacts, ..Right::default() })
    }

    /// What all marks go on with.
    fn labels_and_goods(&mut self, right: &mut Right) -> Outcome<()> {
        while self.cursor.optional(LABEL)? {
            let form = "1 to 63 letters, digits and hyphens expected, no hyphen at either end";
            right.labels.push(self.formed(LABEL, form, is_mark_label)?.into_owned());
        }
        right.goods_and_services = self.required_text(GOODS)?;
        Ok(())
    }

    /// `mark:idType` in `element`, whose start tag was taken last.
    pub(super) fn mark_id(&mut self, element: Element) -> Outcome<String> {
        self.formed(element, "digits, a hyphen and digits expected", is_mark_id).map(Cow::into_owned)
    }

    /// `mark:holderType`, whose start tag was taken last.
    fn holder(&mut self, [entitlement]: Values<'a, 1>) -> Outcome<Holder> {
        let holder = Holder {
            entitlement: self.word(HOLDER, "entitlement", entitlement, Entitlement::parse)?,
            name: self.optional_text(NAME)?,
            org: self.optional_text(ORG)?,
            address: self.mark_address()?,
            voice: self.optional_mark_phone(VOICE)?,
            fax: self.optional_mark_phone(FAX)?,
            email: match self.cursor.optional(EMAIL)? {
                true => Some(self.token(EMAIL, 1, usize::MAX)?.into_owned()),
                false => None,
            },
        };
        self.cursor.end(HOLDER)?;
        Ok(holder)
    }

    /// `mark:contactType`, whose start tag was taken last.
    fn mark_contact(&mut self, [kind]: Values<'a, 1>) -> Outcome<MarkContact> {
        let kind = self.word(CONTACT, "type", kind, ContactKind::parse)?;
        let name = self.required_text(NAME)?;
        let org = self.optional_text(ORG)?;
        let address = self.mark_address()?;
        let ext = self.cursor.required_with(VOICE, ["x"])?;
        let voice = self.mark_phone(VOICE, ext)?;
        let fax = self.optional_mark_phone(FAX)?;
        self.cursor.required(EMAIL)?;
        let email = self.token(EMAIL, 1, usize::MAX)?.into_owned();
        self.cursor.end(CONTACT)?;
        Ok(MarkContact { kind, name, org, address, voice, fax, email })
    }

    /// `mark:addrType`, which must be next.
    fn mark_address(&mut self) -> Outcome<PostalAddress> {
        self.cursor.required(ADDRESS)?;
        let mut street = vec![self.required_text(STREET)?];
        while street.len() < STREET_LINES && self.cursor.optional(STREET)? {
            street.push(self.token(STREET, 0, usize::MAX)?.into_owned());
        }
        let city = self.required_text(CITY)?;
        let sp = self.optional_text(STATE)?;
        let pc = match self.cursor.optional(POSTAL_CODE)? {
            true => Some(self.token(POSTAL_CODE, 0, 16)?.into_owned()),
            false => None,
        };
        let cc = self.country(COUNTRY)?;
        self.cursor.end(ADDRESS)?;
        Ok(PostalAddress { street, city, sp, pc, cc })
    }

    /// `mark:protectionType`, whose start tag was taken last.
    fn protection(&mut self) -> Outcome<Protection> {
        let cc = self.country(COUNTRY)?;
        let region = self.optional_text(REGION)?;
        let mut rulings = Vec::new();
        while self.cursor.optional(RULING)? {
            rulings.push(self.token(RULING, 2, 2)?.into_owned());
        }
        self.cursor.end(PROTECTION)?;
        Ok(Protection { cc, region, rulings })
    }

    /// `mark:ccType` in `element`, which must be next.
    fn country(&mut self, element: Element) -> Outcome<String> {
        self.cursor.required(element)?;
        self.token(element, 2, 2).map(Cow::into_owned)
    }

    fn optional_mark_phone(&mut self, element: Element) -> Outcome<Option<Phone>> {
        match self.cursor.optional_with(element, ["x"])? {
            Some(ext) => self.mark_phone(element, ext).map(Some),
            None => Ok(None),
        }
    }

    /// `mark:e164Type` in `element`, whose start tag was taken last.
    pub(super) fn mark_phone(&mut self, element: Element, [ext]: Values<'a, 1>) -> Outcome<Phone> {
        let number = self.formed(element, "+CC.NUMBER expected", is_e164)?.into_owned();
        Ok(Phone { number, ext: ext.map(|ext| WhiteSpace::Collapse.apply(ext).into_owned()) })
    }

    /// The token in `element`, which must be next.
    pub(super) fn required_text(&mut self, element: Element) -> Outcome<String> {
        self.cursor.required(element)?;
        self.token(element, 0, usize::MAX).map(Cow::into_owned)
    }

    /// The token in `element`, if it is next.
    pub(super) fn optional_text(&mut self, element: Element) -> Outcome<Option<String>> {
        match self.cursor.optional(element)? {
            true => self.token(element, 0, usize::MAX).map(|text| Some(text.into_owned())),
            false => Ok(None),
        }
    }

    /// The tokens in `element`, as far as it comes.
    fn texts(&mut self, element: Element) -> Outcome<Vec<String>> {
        let mut texts = Vec::new();
        while let Some(text) = self.optional_text(element)? {
            texts.push(text);
        }
        Ok(texts)
    }

    /// The `xs:dateTime` in `element`, which must be next, as it was written.
    fn required_date(&mut self, element: Element) -> Outcome<String> {
        self.cursor.required(element)?;
        self.written_date(element)
    }

    /// The `xs:dateTime` in `element`, if it is next, as it was written.
    fn optional_date(&mut self, element: Element) -> Outcome<Option<String>> {
        if self.cursor.optional(element)? { self.written_date(element).map(Some) } else { Ok(None) }
    }

    fn written_date(&mut self, element: Element) -> Outcome<String> {
        let text = self.cursor.text(element, WhiteSpace::Collapse)?;
        match date_time(&text) {
            Ok(_) => Ok(text.into_owned()),
            Err(_) => Err(malformed(element, &text, "a date with a time expected")),
        }
    }
}
