//! Commands of the contact mapping (RFC 5733, section 3; schema in section 4).

use std::borrow::Cow;

use crate::base::lexical::{WhiteSpace, is_e164};
use crate::epp::decode::Decoder;
use crate::epp::decode::command::Operation;
use crate::epp::decode::shared::{AuthElements, StatusElements};
use crate::epp::xml::fault::Outcome;
use crate::model::command::{
    Action, ContactChange, ContactCreate, ContactUpdate, PostalChange, Query, StatusValue, Transform,
};
use crate::model::record::{Disclose, Phone, PostalAddress, PostalInfo, PostalKind};
use crate::model::refusal::Element;
use crate::model::status::{Status, Statuses};

const ID: Element = Element::contact("id");
const POSTAL_INFO: Element = Element::contact("postalInfo");
const NAME: Element = Element::contact("name");
const ORG: Element = Element::contact("org");
const ADDRESS: Element = Element::contact("addr");
const STREET: Element = Element::contact("street");
const CITY: Element = Element::contact("city");
const STATE: Element = Element::contact("sp");
const POSTAL_CODE: Element = Element::contact("pc");
const COUNTRY: Element = Element::contact("cc");
const VOICE: Element = Element::contact("voice");
const FAX: Element = Element::contact("fax");
const EMAIL: Element = Element::contact("email");
const AUTH_INFO: Element = Element::contact("authInfo");
const DISCLOSE: Element = Element::contact("disclose");
const CHECK: Element = Element::contact("check");
const CREATE: Element = Element::contact("create");
const DELETE: Element = Element::contact("delete");
const INFO: Element = Element::contact("info");
const TRANSFER: Element = Element::contact("transfer");
const UPDATE: Element = Element::contact("update");
const ADD: Element = Element::contact("add");
const REMOVE: Element = Element::contact("rem");
const CHANGE: Element = Element::contact("chg");

/// Most postalInfo elements of one command, and most of each kind of disclose element.
const FORMS: usize = 2;
/// Most lines of a street.
const STREET_LINES: usize = 3;

const AUTH: AuthElements =
    AuthElements { parent: AUTH_INFO, password: Element::contact("pw"), extension: Element::contact("ext") };

/// `contact:statusValueType`, seven at most.
const STATUS: StatusElements = StatusElements {
    element: Element::contact("status"),
    values: Statuses::of(&[
        Status::ClientDeleteProhibited,
        Status::ClientTransferProhibited,
        Status::ClientUpdateProhibited,
        Status::Linked,
        Status::Ok,
        Status::PendingCreate,
        Status::PendingDelete,
        Status::PendingTransfer,
        Status::PendingUpdate,
        Status::ServerDeleteProhibited,
        Status::ServerTransferProhibited,
        Status::ServerUpdateProhibited,
    ]),
    limit: 7,
};

impl<'a> Decoder<'a> {
    /// The command `contact:name`, whose start tag was taken last; `None`, and nothing read, when there is none.
    pub(super) fn contact(&mut self, name: &str, operation: Operation) -> Outcome<Option<Action<'a>>> {
        let decode = match name {
            "check" => Self::contact_check,
            "create" => Self::contact_create,
            "delete" => Self::contact_delete,
            "info" => Self::contact_info,
            "update" => Self::contact_update,
            "transfer" => {
                self.cursor.no_attributes()?;
                return self.contact_transfer(operation).map(Some);
            }
            _ => return Ok(None),
        };
        self.cursor.no_attributes()?;
        decode(self).map(Some)
    }

    fn contact_check(&mut self) -> Outcome<Action<'a>> {
        self.list(CHECK, ID, 3, 16).map(|ids| Action::Query(Query::ContactCheck(ids)))
    }

    fn contact_info(&mut self) -> Outcome<Action<'a>> {
        self.cursor.required(ID)?;
        let id = self.token(ID, 3, 16)?;
        let auth = self.optional_auth(&AUTH)?;
        self.cursor.end(INFO)?;
        Ok(Action::Query(Query::ContactInfo { id, auth }))
    }

    fn contact_transfer(&mut self, operation: Operation) -> Outcome<Action<'a>> {
        self.cursor.required(ID)?;
        let id = self.token(ID, 3, 16)?;
        let auth = self.optional_auth(&AUTH)?;
        self.cursor.end(TRANSFER)?;
        Ok(match operation {
            Operation::Query => Action::Query(Query::ContactTransferQuery { id, auth }),
            Operation::Change(op) => Action::from(Transform::ContactTransfer { op, id: id.into_owned(), auth }),
        })
    }

    fn contact_delete(&mut self) -> Outcome<Action<'a>> {
        self.cursor.required(ID)?;
        let id = self.client_id(ID)?;
        self.cursor.end(DELETE)?;
        Ok(Action::from(Transform::ContactDelete { id }))
    }

    fn contact_create(&mut self) -> Outcome<Action<'a>> {
        self.cursor.required(ID)?;
        let id = self.client_id(ID)?;
        let [kind] = self.cursor.required_with(POSTAL_INFO, ["type"])?;
        let mut postal = vec![self.postal_info(kind)?];
        if let Some([kind]) = self.cursor.optional_with(POSTAL_INFO, ["type"])? {
            postal.push(self.postal_info(kind)?);
        }
        let voice = self.optional_phone(VOICE)?;
        let fax = self.optional_phone(FAX)?;
        self.cursor.required(EMAIL)?;
        let email = self.email()?;
        let auth = self.required_auth(&AUTH)?;
        let disclose = self.optional_disclose()?;
        self.cursor.end(CREATE)?;
        let create = ContactCreate { id, postal, voice, fax, email, auth, disclose };
        Ok(Action::from(Transform::ContactCreate(create)))
    }

    fn contact_update(&mut self) -> Outcome<Action<'a>> {
        self.cursor.required(ID)?;
        let id = self.client_id(ID)?;
        let add = self.contact_add_rem(ADD)?;
        let rem = self.contact_add_rem(REMOVE)?;
        let chg = if self.cursor.optional(CHANGE)? { Some(self.contact_change()?) } else { None };
        self.cursor.end(UPDATE)?;
        Ok(Action::from(Transform::ContactUpdate(ContactUpdate { id, add, rem, chg })))
    }

    fn contact_add_rem(&mut self, element: Element) -> Outcome<Option<Vec<StatusValue>>> {
        if !self.cursor.optional(element)? {
            return Ok(None);
        }
        let statuses = self.statuses(&STATUS)?;
        if statuses.is_empty() {
            self.cursor.required(STATUS.element)?;
        }
        self.cursor.end(element)?;
        Ok(Some(statuses))
    }

    fn contact_change(&mut self) -> Outcome<ContactChange> {
        let mut postal = Vec::new();
        while postal.len() < FORMS {
            let Some([kind]) = self.cursor.optional_with(POSTAL_INFO, ["type"])? else { break };
            let kind = self.postal_kind(POSTAL_INFO, kind)?;
            let name = match self.cursor.optional(NAME)? {
                true => Some(self.line(NAME, 1)?),
                false => None,
            };
            let org = self.optional_line(ORG)?;
            let address = if self.cursor.optional(ADDRESS)? { Some(self.postal_address()?) } else { None };
            self.cursor.end(POSTAL_INFO)?;
            postal.push(PostalChange { kind, name, org, address });
        }
        let voice = self.optional_phone(VOICE)?;
        let fax = self.optional_phone(FAX)?;
        let email = if self.cursor.optional(EMAIL)? { Some(self.email()?) } else { None };
        let auth = self.optional_auth(&AUTH)?;
        let disclose = self.optional_disclose()?;
        self.cursor.end(CHANGE)?;
        Ok(ContactChange { postal, voice, fax, email, auth, disclose })
    }

    fn postal_info(&mut self, kind: Option<Cow<'a, str>>) -> Outcome<PostalInfo> {
        let kind = self.postal_kind(POSTAL_INFO, kind)?;
        self.cursor.required(NAME)?;
        let name = self.line(NAME, 1)?;
        let org = self.optional_line(ORG)?;
        self.cursor.required(ADDRESS)?;
        let address = self.postal_address()?;
        self.cursor.end(POSTAL_INFO)?;
        Ok(PostalInfo { kind, name, org, address })
    }

    fn postal_address(&mut self) -> Outcome<PostalAddress> {
        let mut street = Vec::new();
        while street.len() < STREET_LINES && self.cursor.optional(STREET)? {
            street.push(self.line(STREET, 0)?);
        }
        self.cursor.required(CITY)?;
        let city = self.line(CITY, 1)?;
        let sp = self.optional_line(STATE)?;
        let pc = match self.cursor.optional(POSTAL_CODE)? {
            true => Some(self.token(POSTAL_CODE, 0, 16)?.into_owned()),
            false => None,
        };
        self.cursor.required(COUNTRY)?;
        let cc = self.token(COUNTRY, 2, 2)?.into_owned();
        self.cursor.end(ADDRESS)?;
        Ok(PostalAddress { street, city, sp, pc, cc })
    }

    fn postal_kind(&self, element: Element, kind: Option<Cow<'a, str>>) -> Outcome<PostalKind> {
        self.required_word(element, "type", kind, |word| match word {
            "int" => Some(PostalKind::Int),
            "loc" => Some(PostalKind::Loc),
            _ => None,
        })
    }

    /// `contact:postalLineType` (`min` 1) or `contact:optPostalLineType` (`min` 0).
    fn line(&mut self, element: Element, min: usize) -> Outcome<String> {
        self.sized(element, WhiteSpace::Replace, min, 255).map(Cow::into_owned)
    }

    fn optional_line(&mut self, element: Element) -> Outcome<Option<String>> {
        if self.cursor.optional(element)? { self.line(element, 0).map(Some) } else { Ok(None) }
    }

    fn email(&mut self) -> Outcome<String> {
        self.token(EMAIL, 1, usize::MAX).map(Cow::into_owned)
    }

    fn optional_phone(&mut self, element: Element) -> Outcome<Option<Phone>> {
        let Some([ext]) = self.cursor.optional_with(element, ["x"])? else { return Ok(None) };
        let number = self.formed(element, "+CC.NUMBER expected", is_e164)?.into_owned();
        let ext = ext.map(|ext| WhiteSpace::Collapse.apply(ext).into_owned());
        Ok(Some(Phone { number, ext }))
    }

    /// `contact:discloseType`, if it is next.
    fn optional_disclose(&mut self) -> Outcome<Option<Disclose>> {
        let Some([flag]) = self.cursor.optional_with(DISCLOSE, ["flag"])? else { return Ok(None) };
        let flag = self.required_flag(DISCLOSE, "flag", flag)?;
        let mut fields = 0;
        for (element, int, loc) in [
            (NAME, Disclose::NAME_INT, Disclose::NAME_LOC),
            (ORG, Disclose::ORG_INT, Disclose::ORG_LOC),
            (ADDRESS, Disclose::ADDR_INT, Disclose::ADDR_LOC),
        ] {
            for _ in 0..FORMS {
                let Some([kind]) = self.cursor.optional_with(element, ["type"])? else { break };
                fields |= match self.postal_kind(element, kind)? {
                    PostalKind::Int => int,
                    PostalKind::Loc => loc,
                };
                self.cursor.end_empty(element)?;
            }
        }
        for (element, field) in [(VOICE, Disclose::VOICE), (FAX, Disclose::FAX), (EMAIL, Disclose::EMAIL)] {
            if self.cursor.optional_any(element)? {
                self.any_content()?;
                fields |= field;
            }
        }
        self.cursor.end(DISCLOSE)?;
        Ok(Some(Disclose { flag, fields }))
    }
}
