//! Commands of the domain mapping (RFC 5731, section 3; schema in section 4).

use std::borrow::Cow;

use crate::base::lexical::{WhiteSpace, date};
use crate::epp::decode::Decoder;
use crate::epp::decode::command::Operation;
use crate::epp::decode::shared::{AuthElements, StatusElements};
use crate::epp::xml::fault::{Outcome, malformed};
use crate::model::command::{
    Action, ContactReference, DomainAddRem, DomainChange, DomainCreate, DomainUpdate, HostAttribute, HostsShown,
    NameServers, Query, Transform,
};
use crate::model::record::ContactRole;
use crate::model::refusal::Element;
use crate::model::status::{Status, Statuses};

const NAME: Element = Element::domain("name");
const PERIOD: Element = Element::domain("period");
const NAME_SERVERS: Element = Element::domain("ns");
const HOST_OBJECT: Element = Element::domain("hostObj");
const HOST_ATTRIBUTE: Element = Element::domain("hostAttr");
const HOST_NAME: Element = Element::domain("hostName");
const HOST_ADDRESS: Element = Element::domain("hostAddr");
const REGISTRANT: Element = Element::domain("registrant");
const CONTACT: Element = Element::domain("contact");
const AUTH_INFO: Element = Element::domain("authInfo");
const EXPIRY: Element = Element::domain("curExpDate");
const CHECK: Element = Element::domain("check");
const CREATE: Element = Element::domain("create");
const DELETE: Element = Element::domain("delete");
const INFO: Element = Element::domain("info");
const RENEW: Element = Element::domain("renew");
const TRANSFER: Element = Element::domain("transfer");
const UPDATE: Element = Element::domain("update");
const ADD: Element = Element::domain("add");
const REMOVE: Element = Element::domain("rem");
const CHANGE: Element = Element::domain("chg");

const AUTH: AuthElements =
    AuthElements { parent: AUTH_INFO, password: Element::domain("pw"), extension: Element::domain("ext") };

/// `domain:statusValueType`: every status but `linked`, eleven at most.
const STATUS: StatusElements = StatusElements {
    element: Element::domain("status"),
    values: Statuses::of(&Status::ALL).without(Status::Linked),
    limit: 11,
};

impl<'a> Decoder<'a> {
    /// The command `domain:name`, whose start tag was taken last; `None`, and nothing read, when there is none.
    pub(super) fn domain(&mut self, name: &str, operation: Operation) -> Outcome<Option<Action<'a>>> {
        let decode = match name {
            "check" => Self::domain_check,
            "create" => Self::domain_create,
            "delete" => Self::domain_delete,
            "info" => Self::domain_info,
            "renew" => Self::domain_renew,
            "update" => Self::domain_update,
            "transfer" => {
                self.cursor.no_attributes()?;
                return self.domain_transfer(operation).map(Some);
            }
            _ => return Ok(None),
        };
        self.cursor.no_attributes()?;
        decode(self).map(Some)
    }

    fn domain_check(&mut self) -> Outcome<Action<'a>> {
        self.list(CHECK, NAME, 1, 255)
            .map(|names| Action::Query(Query::DomainCheck { names, fee: None, idn: None, token: None }))
    }

    fn domain_info(&mut self) -> Outcome<Action<'a>> {
        let [hosts] = self.cursor.required_with(NAME, ["hosts"])?;
        let hosts = self.word(NAME, "hosts", hosts, |word| match word {
            "all" => Some(HostsShown::All),
            "del" => Some(HostsShown::Delegated),
            "sub" => Some(HostsShown::Subordinate),
            "none" => Some(HostsShown::None),
            _ => None,
        })?;
        let name = self.token(NAME, 1, 255)?;
        let auth = self.optional_auth(&AUTH)?;
        self.cursor.end(INFO)?;
        Ok(Action::Query(Query::DomainInfo {
            name,
            hosts: hosts.unwrap_or(HostsShown::All),
            auth,
            token: false,
            ttl: None,
        }))
    }

    fn domain_create(&mut self) -> Outcome<Action<'a>> {
        self.cursor.required(NAME)?;
        let name = self.label(NAME)?;
        let period = self.optional_period(PERIOD)?;
        let name_servers = self.name_servers()?;
        let registrant = match self.cursor.optional(REGISTRANT)? {
            true => Some(self.client_id(REGISTRANT)?),
            false => None,
        };
        let contacts = self.contact_references()?;
        let auth = self.required_auth(&AUTH)?;
        self.cursor.end(CREATE)?;
        let create = DomainCreate {
            name,
            period,
            name_servers,
            registrant,
            contacts,
            auth,
            fee: None,
            idn: None,
            sec_dns: None,
            launch: None,
            token: None,
            ttls: Vec::new(),
        };
        Ok(Action::from(Transform::DomainCreate(create)))
    }

    fn domain_delete(&mut self) -> Outcome<Action<'a>> {
        self.cursor.required(NAME)?;
        let name = self.label(NAME)?;
        self.cursor.end(DELETE)?;
        Ok(Action::from(Transform::DomainDelete { name }))
    }

    fn domain_renew(&mut self) -> Outcome<Action<'a>> {
        self.cursor.required(NAME)?;
        let name = self.label(NAME)?;
        self.cursor.required(EXPIRY)?;
        let text = self.cursor.text(EXPIRY, WhiteSpace::Collapse)?;
        let current_expiry = date(&text).map_err(|_| malformed(EXPIRY, &text, "a date expected"))?;
        let period = self.optional_period(PERIOD)?;
        self.cursor.end(RENEW)?;
        Ok(Action::from(Transform::DomainRenew { name, current_expiry, period, fee: None, token: None }))
    }

    fn domain_transfer(&mut self, operation: Operation) -> Outcome<Action<'a>> {
        self.cursor.required(NAME)?;
        let name = self.token(NAME, 1, 255)?;
        let period = self.optional_period(PERIOD)?;
        let auth = self.optional_auth(&AUTH)?;
        self.cursor.end(TRANSFER)?;
        Ok(match operation {
            Operation::Query => Action::Query(Query::DomainTransferQuery { name, auth }),
            Operation::Change(op) => Action::from(Transform::DomainTransfer {
                op,
                name: name.into_owned(),
                period,
                auth,
                fee: None,
                token: None,
            }),
        })
    }

    fn domain_update(&mut self) -> Outcome<Action<'a>> {
        self.cursor.required(NAME)?;
        let name = self.label(NAME)?;
        let add = self.domain_add_rem(ADD)?;
        let rem = self.domain_add_rem(REMOVE)?;
        let chg = if self.cursor.optional(CHANGE)? { Some(self.domain_change()?) } else { None };
        self.cursor.end(UPDATE)?;
        Ok(Action::from(Transform::DomainUpdate(DomainUpdate {
            name,
            add,
            rem,
            chg,
            restore: None,
            fee: None,
            sec_dns: None,
            ttls: Vec::new(),
        })))
    }

    fn domain_add_rem(&mut self, element: Element) -> Outcome<Option<DomainAddRem>> {
        if !self.cursor.optional(element)? {
            return Ok(None);
        }
        let name_servers = self.name_servers()?;
        let contacts = self.contact_references()?;
        let statuses = self.statuses(&STATUS)?;
        self.cursor.end(element)?;
        Ok(Some(DomainAddRem { name_servers, contacts, statuses }))
    }

    fn domain_change(&mut self) -> Outcome<DomainChange> {
        let registrant = match self.cursor.optional(REGISTRANT)? {
            true => Some(self.token(REGISTRANT, 0, 16)?.into_owned()),
            false => None,
        };
        let auth = match self.cursor.optional(AUTH_INFO)? {
            true => Some(self.auth(&AUTH, Some(Element::domain("null")))?),
            false => None,
        };
        self.cursor.end(CHANGE)?;
        Ok(DomainChange { registrant, auth })
    }

    /// `domain:nsType`, if it is next.
    fn name_servers(&mut self) -> Outcome<Option<NameServers>> {
        if !self.cursor.optional(NAME_SERVERS)? {
            return Ok(None);
        }
        let name_servers = if self.cursor.optional(HOST_ATTRIBUTE)? {
            let mut hosts = vec![self.host_attribute()?];
            while self.cursor.optional(HOST_ATTRIBUTE)? {
                hosts.push(self.host_attribute()?);
            }
            self.cursor.end(NAME_SERVERS)?;
            NameServers::Attributes(hosts)
        } else {
            let hosts = self.list(NAME_SERVERS, HOST_OBJECT, 1, 255)?;
            NameServers::Objects(hosts.into_iter().map(Cow::into_owned).collect())
        };
        Ok(Some(name_servers))
    }

    fn host_attribute(&mut self) -> Outcome<HostAttribute> {
        self.cursor.required(HOST_NAME)?;
        let name = self.label(HOST_NAME)?;
        let addresses = self.addresses(HOST_ADDRESS)?;
        self.cursor.end(HOST_ATTRIBUTE)?;
        Ok(HostAttribute { name, addresses })
    }

    /// `domain:contactType`, as far as they come.
    fn contact_references(&mut self) -> Outcome<Vec<ContactReference>> {
        let mut contacts = Vec::new();
        while let Some([role]) = self.cursor.optional_with(CONTACT, ["type"])? {
            let role = self.word(CONTACT, "type", role, ContactRole::parse)?;
            contacts.push(ContactReference { role, id: self.client_id(CONTACT)? });
        }
        Ok(contacts)
    }
}
