//! The kinds of commands that a load is mixed of.

use std::fmt;
use std::str::FromStr;

use crate::results::{Class, Command};

/// A kind of command of the mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Op {
    Check,
    Info,
    Create,
    Update,
    Renew,
    /// A request, or the approval of one.
    Transfer,
    Delete,
    /// `op="req"`.
    Poll,
    /// A whole new connection: greeting, login, logout. The workload writes no frame for it.
    Login,
    RdapDomain,
    RdapNameserver,
    RdapEntity,
    RdapHelp,
}

/// Over what a command goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Epp,
    Rdap,
    Either,
}

impl Op {
    /// All of them, those of EPP first.
    pub(crate) const ALL: [Self; 13] = [
        Self::Check,
        Self::Info,
        Self::Create,
        Self::Update,
        Self::Renew,
        Self::Transfer,
        Self::Delete,
        Self::Poll,
        Self::Login,
        Self::RdapDomain,
        Self::RdapNameserver,
        Self::RdapEntity,
        Self::RdapHelp,
    ];

    /// What a mix calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Info => "info",
            Self::Create => "create",
            Self::Update => "update",
            Self::Renew => "renew",
            Self::Transfer => "transfer",
            Self::Delete => "delete",
            Self::Poll => "poll",
            Self::Login => "login",
            Self::RdapDomain => "rdap-domain",
            Self::RdapNameserver => "rdap-nameserver",
            Self::RdapEntity => "rdap-entity",
            Self::RdapHelp => "rdap-help",
        }
    }

    /// How results count it.
    pub(crate) fn command(self) -> Command {
        let class = match self {
            Self::Login => Class::Session,
            Self::Check | Self::Info | Self::Poll => Class::Query,
            Self::Create | Self::Update | Self::Renew | Self::Transfer | Self::Delete => Class::Transform,
            Self::RdapDomain | Self::RdapNameserver | Self::RdapEntity | Self::RdapHelp => Class::Rdap,
        };
        Command { class, name: self.name() }
    }

    /// [`Protocol::Epp`] or [`Protocol::Rdap`].
    pub(crate) fn protocol(self) -> Protocol {
        if self.command().class == Class::Rdap { Protocol::Rdap } else { Protocol::Epp }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Op {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|op| op.name() == text);
        found.ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            format!("no command is called {text:?}; there are {known}")
        })
    }
}
