//! Registrars, IDN tables, NNDNs, hosts and contacts, and what objects of several kinds are made of.

use super::values::{Notes, Record};
use crate::escrow::csv::table::{self as t, AddressColumns, Column};
use crate::escrow::object::{
    Actor, Contact, Delete, History, Host, IdnTable, Nndn, NndnState, ObjectKind, Registrar, RegistrarState, Stated,
    Transfer,
};
use crate::escrow::xml::{CONTACT_STATUSES, HOST_STATUSES, Rule, TRANSFER_STATES};
use crate::model::record::{Disclose, PostalAddress, PostalInfo, PostalKind, TransferState};
use crate::model::status::{Status, Statuses};

/// The records of an object: its own, and by table those that name it.
pub(super) struct Records<'r> {
    pub(super) own: Record<'r>,
    pub(super) children: Vec<Record<'r>>,
}

impl<'r> Records<'r> {
    /// Those of a table.
    pub(super) fn of(&self, table: &'static str) -> impl Iterator<Item = Record<'r>> {
        self.children.iter().copied().filter(move |record| record.bound.table.name == table)
    }
}

impl Notes<'_> {
    /// fCrRr and fCrID and their likes. Where there is no registrar, the client is one, as in EPP (RFC 5731, section 3.1.2).
    fn actor(&mut self, at: Record<'_>, registrar: Column, client: Column) -> Option<Actor> {
        let (registrar, client) = (self.client(at, registrar), self.client(at, client));
        match registrar {
            Some(registrar) => Some(Actor { registrar, client }),
            None => client.map(|registrar| Actor { registrar, client: None }),
        }
    }

    /// crRr to upDate, and trDate.
    pub(super) fn history(&mut self, at: Record<'_>) -> History {
        History {
            creator: self.actor(at, t::CR_RR, t::CR_ID),
            created: self.date(at, t::CR_DATE),
            updater: self.actor(at, t::UP_RR, t::UP_ID),
            updated: self.date(at, t::UP_DATE),
            transferred: self.date(at, t::TR_DATE),
        }
    }

    /// The one record of a table that has one for an object at most.
    fn only<'r>(&mut self, records: &Records<'r>, table: &'static str) -> Option<Record<'r>> {
        let mut found = records.of(table);
        let first = found.next();
        if let Some(second) = found.next() {
            self.fault(second, None, Rule::Many, "1 record of an object at most", "another one");
        }
        first
    }

    /// `domainTransfer` and `contactTransfer`.
    pub(super) fn transfer(&mut self, records: &Records<'_>, table: &'static str) -> Option<Transfer> {
        let at = self.only(records, table)?;
        let find = |value: &str| TRANSFER_STATES.into_iter().find(|state| state.name() == value);
        let state = self.needed(at, t::TR_STATUS, (Rule::Enumeration, "the state of a transfer"), find);
        let mut party = |registrar, client| Actor {
            registrar: self.needed_sized(at, registrar, 3, 16),
            client: self.client(at, client),
        };
        let (requester, actor) = (party(t::RE_RR, t::RE_ID), party(t::AC_RR, t::AC_ID));
        Some(Transfer {
            state: state.unwrap_or(TransferState::Pending),
            requester,
            requested: self.needed_date(at, t::RE_DATE),
            actor,
            act: self.needed_date(at, t::AC_DATE),
            expires: self.date(at, t::EX_DATE),
        })
    }

    /// A status of those that objects of the kind have, and what is said beside it.
    pub(super) fn stated(&mut self, at: Record<'_>, status: Column, known: Statuses) -> Option<Stated<Status>> {
        let find = |name: &str| Status::parse(name).filter(|status| known.has(*status));
        let found = self.needed(at, status, (Rule::Enumeration, "a status that such objects have"), find);
        let (text, lang) = (at.line(t::STATUS_TEXT).unwrap_or_default(), self.language(at, t::LANG));
        Some(Stated { status: found?, lang, text })
    }

    /// The statuses of a host or contact, one at least.
    fn statuses(
        &mut self,
        records: &Records<'_>,
        table: &'static str,
        status: Column,
        known: Statuses,
    ) -> Vec<Stated<Status>> {
        if records.of(table).next().is_none() {
            self.fault(records.own, None, Rule::Missing, &format!("a record in {table}"), "");
        }
        records.of(table).filter_map(|at| self.stated(at, status, known)).collect()
    }

    /// A record of `host`.
    pub(super) fn host(&mut self, records: &Records<'_>) -> Host {
        let at = records.own;
        Host {
            name: self.needed_sized(at, t::HOST, 1, 255),
            roid: self.roid(at, t::ROID),
            statuses: self.statuses(records, "hostStatuses", t::HOST_STATUS, HOST_STATUSES),
            addresses: records.of("hostAddresses").filter_map(|at| self.needed_address(at)).collect(),
            sponsor: self.sponsor(at),
            history: self.history(at),
        }
    }

    fn needed_address(&mut self, at: Record<'_>) -> Option<crate::model::record::Address> {
        self.needed(at, t::ADDR, (Rule::Value, ""), |_| Some(()))?;
        self.address(at, t::ADDR, t::ADDR_VERSION)
    }

    /// A record of `contact`.
    pub(super) fn contact(&mut self, records: &Records<'_>) -> Contact {
        let at = records.own;
        let mut postal: Vec<PostalInfo> = Vec::new();
        for at in records.of("contactPostal") {
            let Some(one) = self.postal_info(at) else { continue };
            if postal.iter().any(|before| before.kind == one.kind) {
                self.fault(at, Some(t::POSTAL_TYPE), Rule::Twice, "int and loc once each", one.kind.name());
            }
            postal.push(one);
        }
        if records.of("contactPostal").next().is_none() {
            self.fault(at, None, Rule::Missing, "a record in contactPostal", "");
        }
        Contact {
            id: self.needed_sized(at, t::CONTACT, 3, 16),
            roid: self.roid(at, t::ROID),
            statuses: self.statuses(records, "contactStatuses", t::CONTACT_STATUS, CONTACT_STATUSES),
            postal,
            voice: self.phone(at, t::VOICE, t::VOICE_EXT),
            fax: self.phone(at, t::FAX, t::FAX_EXT),
            email: self.needed_sized(at, t::EMAIL, 1, usize::MAX),
            sponsor: self.sponsor(at),
            history: self.history(at),
            transfer: self.transfer(records, "contactTransfer"),
            disclose: self.disclose(records),
        }
    }

    fn postal_info(&mut self, at: Record<'_>) -> Option<PostalInfo> {
        let kind = self.needed(at, t::POSTAL_TYPE, (Rule::Enumeration, "int or loc"), |value| match value {
            "int" => Some(PostalKind::Int),
            "loc" => Some(PostalKind::Loc),
            _ => None,
        });
        let name = self.needed_line(at, t::POSTAL_NAME, 255);
        let org = self.empty_line(at, t::ORG);
        let address = self.postal_address(at, &t::POSTAL);
        Some(PostalInfo { kind: kind?, name, org, address })
    }

    fn postal_address(&mut self, at: Record<'_>, columns: &AddressColumns) -> PostalAddress {
        let mut street: Vec<Option<String>> =
            columns.street.into_iter().map(|column| self.empty_line(at, column)).collect();
        while street.last().is_some_and(Option::is_none) {
            street.pop();
        }
        PostalAddress {
            street: street.into_iter().map(Option::unwrap_or_default).collect(),
            city: self.needed_line(at, columns.city, 255),
            sp: self.empty_line(at, columns.sp),
            pc: self.empty_token(at, columns.pc, 16),
            cc: self.needed_sized(at, columns.cc, 2, 2),
        }
    }

    fn disclose(&mut self, records: &Records<'_>) -> Option<Disclose> {
        let at = self.only(records, "contactDisclose")?;
        let flag = self.needed(at, t::DISCLOSE_FLAG, (Rule::Value, "true or false"), crate::base::lexical::boolean);
        let mut fields = 0;
        for (column, bit) in t::DISCLOSED {
            if self.flag(at, column).unwrap_or_default() {
                fields |= bit;
            }
        }
        Some(Disclose { flag: flag?, fields })
    }

    /// A record of `registrar`.
    pub(super) fn registrar(&mut self, at: Record<'_>) -> Registrar {
        let iana_id = self.positive(at, t::GURID);
        let id = match (at.has(t::REGISTRAR), iana_id) {
            // One that has no other name is called by its IANA id.
            (false, Some(number)) => number.to_string(),
            (false, None) => self.needed(at, t::GURID, (Rule::Value, ""), |_| None).unwrap_or_default(),
            (true, _) => self.needed_sized(at, t::REGISTRAR, 3, 16),
        };
        let find = |value: &str| RegistrarState::ALL.into_iter().find(|state| state.name() == value);
        let mut postal = Vec::new();
        for (kind, columns) in [(PostalKind::Int, t::INT), (PostalKind::Loc, t::LOC)] {
            let all = columns.street.into_iter().chain([columns.city, columns.sp, columns.pc, columns.cc]);
            if all.into_iter().any(|column| at.line(column).is_some()) {
                postal.push((kind, self.postal_address(at, &columns)));
            }
        }
        let whois = (self.label(at, t::WHOIS_NAME), self.uri(at, t::WHOIS_URL));
        Registrar {
            id,
            name: self.needed_line(at, t::REGISTRAR_NAME, 255),
            iana_id,
            state: self.typed(at, t::REGISTRAR_STATUS, (Rule::Enumeration, "ok, readonly or terminated"), find),
            postal,
            voice: self.phone(at, t::VOICE, t::VOICE_EXT),
            fax: self.phone(at, t::FAX, t::FAX_EXT),
            email: self.sized(at, t::EMAIL, 1, usize::MAX),
            url: self.uri(at, t::URL),
            whois: Some(whois).filter(|(name, url)| name.is_some() || url.is_some()),
            created: self.date(at, t::CR_DATE),
            updated: self.date(at, t::UP_DATE),
        }
    }

    /// A record of `idnLanguage`.
    pub(super) fn idn_table(&mut self, at: Record<'_>) -> IdnTable {
        IdnTable {
            id: self.needed_sized(at, t::IDN_TABLE, 1, 64),
            url: self.needed_uri(at, t::URL),
            policy_url: self.uri(at, t::URL_POLICY),
        }
    }

    /// A record of `NNDN`.
    pub(super) fn nndn(&mut self, at: Record<'_>) -> Nndn {
        let name_servers = self.flag(at, t::MIRRORING_NS).unwrap_or(true);
        let expected = (Rule::Enumeration, "withheld, blocked or mirrored");
        let state = self.needed(at, t::NAME_STATE, expected, |value| match value {
            "withheld" => Some(NndnState::Withheld),
            "blocked" => Some(NndnState::Blocked),
            "mirrored" => Some(NndnState::Mirrored { name_servers }),
            _ => None,
        });
        Nndn {
            name: self.needed_sized(at, t::NNDN, 1, 255),
            u_name: self.label(at, t::U_NAME),
            idn_table: self.sized(at, t::IDN_TABLE, 1, 64),
            original: self.label(at, t::NNDN_ORIGINAL),
            state: state.unwrap_or(NndnState::Blocked),
            created: self.date(at, t::CR_DATE),
        }
    }

    /// A record of what is gone.
    pub(super) fn delete(&mut self, kind: ObjectKind, at: Record<'_>) -> Option<Delete> {
        Some(match kind {
            ObjectKind::Domain => Delete::Domain(self.needed_sized(at, t::DOMAIN, 1, 255)),
            ObjectKind::Host => Delete::HostRoid(self.roid(at, t::ROID)),
            ObjectKind::Contact => Delete::Contact(self.needed_sized(at, t::CONTACT, 3, 16)),
            ObjectKind::Registrar if at.has(t::REGISTRAR) => {
                Delete::Registrar(self.needed_sized(at, t::REGISTRAR, 3, 16))
            }
            ObjectKind::Registrar => Delete::Registrar(self.registrar_by_number(at)?),
            ObjectKind::IdnTable => Delete::IdnTable(self.needed_sized(at, t::IDN_TABLE, 1, 64)),
            ObjectKind::Nndn => Delete::Nndn(self.needed_sized(at, t::NNDN, 1, 255)),
            ObjectKind::EppParams | ObjectKind::Policy => return None,
        })
    }
}
