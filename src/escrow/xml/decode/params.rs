//! What the EPP service announces (RFC 9022, section 5.7.1; RFC 5730, section 2.4).

use super::fault::Rule;
use super::shape::{Notes, any, maybe, one, some};
use super::tree::Element;
use crate::base::lexical::is_duration;
use crate::escrow::object::{Dcp, DcpExpiry, DcpStatement, EppParams, ObjectKind};
use crate::escrow::xml::namespaces::Space;
use crate::escrow::xml::words::{ACCESS, PURPOSES, RECIPIENTS, RETENTION};

impl Notes {
    /// `rdeEppParams:eppParams`.
    pub(super) fn epp_params(&mut self, at: Element<'_>) -> EppParams {
        let slots = [some("version"), some("lang"), some("objURI"), maybe("svcExtension"), one("dcp")];
        self.sequence(at, Space::Of(ObjectKind::EppParams), &[], &slots);
        EppParams {
            versions: self.values(at, "version", Self::version),
            langs: self.values(at, "lang", Self::language),
            objects: self.values(at, "objURI", Self::uri),
            extensions: self.value(at, "svcExtension", Self::extensions),
            dcp: self.value(at, "dcp", Self::dcp),
        }
    }

    /// `epp:versionType`, and `rde:versionType`: both have 1.0 and nothing else.
    pub(super) fn version(&mut self, at: Element<'_>) -> String {
        let value = self.token(at);
        self.word(at, "1.0", &value, |value| (value == "1.0").then(|| value.to_owned())).unwrap_or_default()
    }

    fn dcp(&mut self, at: Element<'_>) -> Dcp {
        self.sequence(at, Space::Epp, &[], &[one("access"), some("statement"), maybe("expiry")]);
        let access = at.child("access").and_then(|at| self.choice(at, Space::Epp, &ACCESS));
        Dcp {
            access: access.map(|(name, _)| name.to_owned()).unwrap_or_default(),
            statements: self.values(at, "statement", Self::statement),
            expiry: at.child("expiry").and_then(|at| self.expiry(at)),
        }
    }

    fn statement(&mut self, at: Element<'_>) -> DcpStatement {
        self.sequence(at, Space::Epp, &[], &[one("purpose"), one("recipient"), one("retention")]);
        let retention = at.child("retention").and_then(|at| self.choice(at, Space::Epp, &RETENTION));
        DcpStatement {
            purposes: self.value(at, "purpose", Self::purposes),
            recipients: self.value(at, "recipient", Self::recipients),
            retention: retention.map(|(name, _)| name.to_owned()).unwrap_or_default(),
        }
    }

    fn purposes(&mut self, at: Element<'_>) -> Vec<String> {
        self.sequence(at, Space::Epp, &[], &PURPOSES.map(maybe));
        at.children().map(|child| child.name().to_owned()).collect()
    }

    fn recipients(&mut self, at: Element<'_>) -> Vec<(String, Option<String>)> {
        self.sequence(
            at,
            Space::Epp,
            &[],
            &RECIPIENTS.map(|name| if name == "ours" { any(name) } else { maybe(name) }),
        );
        let ours = |notes: &mut Self, child: Element<'_>| {
            notes.sequence(child, Space::Epp, &[], &[maybe("recDesc")]);
            notes.optional(child, "recDesc", Self::description)
        };
        let described = at.children().map(|child| {
            let description = if child.name() == "ours" { ours(self, child) } else { None };
            (child.name().to_owned(), description)
        });
        described.collect()
    }

    /// `epp:dcpRecDescType`.
    fn description(&mut self, at: Element<'_>) -> String {
        let value = self.token(at);
        let is_good = |value: &str| (1..=255).contains(&value.chars().count());
        if !is_good(&value) {
            self.fault(at, Rule::Value, "1 to 255 characters", &value);
        }
        value
    }

    fn expiry(&mut self, at: Element<'_>) -> Option<DcpExpiry> {
        match self.choice(at, Space::Epp, &["absolute", "relative"])? {
            ("absolute", at) => Some(DcpExpiry::Absolute(self.date(at))),
            (_, at) => {
                let value = self.token(at);
                let read = |value: &str| is_duration(value).then(|| DcpExpiry::Relative(value.to_owned()));
                self.typed(at, "a duration, as P1Y", &value, read)
            }
        }
    }
}
