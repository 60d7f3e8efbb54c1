//! Why a command failed, and the one place that gives each reason its EPP result code (RFC 5730, section 3).

use std::borrow::Cow;
use std::fmt;

use crate::model::login_sec::LoginEvent;
use crate::model::status::Status;

/// An element of a command: the namespace prefix that names its schema (`epp`, `domain`, `host`,
/// `contact`, or an extension's) and its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element {
    /// `epp`, `domain`, `host`, `contact`, or that of an extension, as `rgp`.
    pub schema: &'static str,
    /// Local name.
    pub name: &'static str,
}

impl Element {
    /// An element of the command's frame.
    pub const fn epp(name: &'static str) -> Self {
        Self { schema: "epp", name }
    }

    /// An element of the domain mapping.
    pub const fn domain(name: &'static str) -> Self {
        Self { schema: "domain", name }
    }

    /// An element of the host mapping.
    pub const fn host(name: &'static str) -> Self {
        Self { schema: "host", name }
    }

    /// An element of the contact mapping.
    pub const fn contact(name: &'static str) -> Self {
        Self { schema: "contact", name }
    }

    /// An element of the fee extension.
    pub const fn fee(name: &'static str) -> Self {
        Self { schema: "fee", name }
    }

    /// An element of the DNSSEC extension.
    pub const fn sec_dns(name: &'static str) -> Self {
        Self { schema: "secDNS", name }
    }

    /// An element of the balance mapping.
    pub const fn balance(name: &'static str) -> Self {
        Self { schema: "balance", name }
    }

    /// An element of the IDN extension.
    pub const fn idn(name: &'static str) -> Self {
        Self { schema: "idn", name }
    }

    /// An element of the launch phase mapping.
    pub const fn launch(name: &'static str) -> Self {
        Self { schema: "launch", name }
    }

    /// An element of the login security extension.
    pub const fn login_sec(name: &'static str) -> Self {
        Self { schema: "loginSec", name }
    }

    /// An element of the allocation token extension.
    pub const fn token(name: &'static str) -> Self {
        Self { schema: "allocationToken", name }
    }

    /// An element of the mapping of DNS TTLs.
    pub const fn ttl(name: &'static str) -> Self {
        Self { schema: "ttl", name }
    }

    /// An element of the maintenance mapping.
    pub const fn maint(name: &'static str) -> Self {
        Self { schema: "maint", name }
    }

    /// An element of a mark (RFC 7848).
    pub const fn mark(name: &'static str) -> Self {
        Self { schema: "mark", name }
    }

    /// An element of a signed mark (RFC 7848).
    pub const fn signed_mark(name: &'static str) -> Self {
        Self { schema: "signedMark", name }
    }

    /// An element of an XML signature (RFC 3275).
    pub const fn signature(name: &'static str) -> Self {
        Self { schema: "dsig", name }
    }

    /// An element of the grace period mapping.
    pub const fn rgp(name: &'static str) -> Self {
        Self { schema: "rgp", name }
    }
}

/// A value that a command gave, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The element that holds it.
    pub element: Element,
    /// The value as given; empty when the element is missing.
    pub value: String,
    /// What is wrong, or was expected.
    pub reason: Cow<'static, str>,
}

impl Fault {
    /// A fault.
    pub fn new(element: Element, value: impl Into<String>, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { element, value: value.into(), reason: reason.into() }
    }
}

/// Why a command failed. Each variant has one result code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 2000: the child of `<command>` is no EPP command.
    UnknownCommand {
        /// What was found.
        found: String,
    },
    /// 2001: not well-formed, or not valid against the schemas.
    Syntax {
        /// Octets before the place, in the XML.
        position: usize,
        /// What the schema wants there.
        expected: Cow<'static, str>,
        /// What is there.
        found: String,
    },
    /// 2002: a good command at the wrong time (before or after login).
    UseError(&'static str),
    /// 2003: an element the schema lets be missing, but not the protocol or the data model.
    MissingParameter(Fault),
    /// 2004: outside of the range the protocol gives.
    ValueRange(Fault),
    /// 2005: not of the form the protocol gives.
    ValueSyntax(Fault),
    /// 2100: a version other than 1.0.
    UnimplementedVersion(Fault),
    /// 2101: a command that this object does not have.
    UnimplementedCommand(&'static str),
    /// 2102: an option that this server does not have.
    UnimplementedOption(Fault),
    /// 2103: an extension that this server or this login does not have.
    UnimplementedExtension(Fault),
    /// 2104: the client's account does not cover it.
    Billing(Fault),
    /// 2105: cannot be renewed.
    NotRenewable(Fault),
    /// 2106: cannot be transferred.
    NotTransferable(Fault),
    /// 2200: unknown client, wrong password or certificate. Never says which.
    Authentication,
    /// 2201: not the client that may do this.
    Authorization(Fault),
    /// 2202: the authInfo is not the object's.
    AuthInfo(Fault),
    /// 2300: a transfer is pending already.
    PendingTransfer(Fault),
    /// 2301: no transfer is pending.
    NotPendingTransfer(Fault),
    /// 2302: the object exists.
    Exists(Fault),
    /// 2303: the object does not exist.
    DoesNotExist(Fault),
    /// 2304: a status of the object prohibits it.
    Status {
        /// The object.
        fault: Fault,
        /// The first status that prohibits.
        status: Status,
    },
    /// 2305: another object depends on this one.
    Association(Fault),
    /// 2306: a valid value that this server's policy refuses.
    Policy(Fault),
    /// 2307: an object mapping that this server does not have.
    UnimplementedObject(Fault),
    /// 2308: the data management policy of the server is violated.
    DataPolicy(Fault),
    /// 2400: the server cannot; nothing was changed.
    Failed(&'static str),
    /// 2500: the server cannot and closes the session.
    FailedClosing(&'static str),
    /// 2501: too many failed logins; the session is closed.
    AuthenticationClosing,
    /// 2502: too many sessions; this one is closed.
    SessionLimit,
    /// A login that was refused so, with what a client that asked for it is told beside it (RFC 8807).
    Login {
        /// Why.
        refusal: Box<Refusal>,
        /// One at least.
        events: Vec<LoginEvent>,
    },
}

impl Refusal {
    /// The result code.
    pub const fn code(&self) -> u16 {
        match self {
            Self::UnknownCommand { .. } => 2000,
            Self::Syntax { .. } => 2001,
            Self::UseError(_) => 2002,
            Self::MissingParameter(_) => 2003,
            Self::ValueRange(_) => 2004,
            Self::ValueSyntax(_) => 2005,
            Self::UnimplementedVersion(_) => 2100,
            Self::UnimplementedCommand(_) => 2101,
            Self::UnimplementedOption(_) => 2102,
            Self::UnimplementedExtension(_) => 2103,
            Self::Billing(_) => 2104,
            Self::NotRenewable(_) => 2105,
            Self::NotTransferable(_) => 2106,
            Self::Authentication => 2200,
            Self::Authorization(_) => 2201,
            Self::AuthInfo(_) => 2202,
            Self::PendingTransfer(_) => 2300,
            Self::NotPendingTransfer(_) => 2301,
            Self::Exists(_) => 2302,
            Self::DoesNotExist(_) => 2303,
            Self::Status { .. } => 2304,
            Self::Association(_) => 2305,
            Self::Policy(_) => 2306,
            Self::UnimplementedObject(_) => 2307,
            Self::DataPolicy(_) => 2308,
            Self::Failed(_) => 2400,
            Self::FailedClosing(_) => 2500,
            Self::AuthenticationClosing => 2501,
            Self::SessionLimit => 2502,
            Self::Login { refusal, .. } => refusal.code(),
        }
    }

    /// The text RFC 5730, section 3, prints beside the code.
    pub const fn text(&self) -> &'static str {
        match self {
            Self::UnknownCommand { .. } => "Unknown command",
            Self::Syntax { .. } => "Command syntax error",
            Self::UseError(_) => "Command use error",
            Self::MissingParameter(_) => "Required parameter missing",
            Self::ValueRange(_) => "Parameter value range error",
            Self::ValueSyntax(_) => "Parameter value syntax error",
            Self::UnimplementedVersion(_) => "Unimplemented protocol version",
            Self::UnimplementedCommand(_) => "Unimplemented command",
            Self::UnimplementedOption(_) => "Unimplemented option",
            Self::UnimplementedExtension(_) => "Unimplemented extension",
            Self::Billing(_) => "Billing failure",
            Self::NotRenewable(_) => "Object is not eligible for renewal",
            Self::NotTransferable(_) => "Object is not eligible for transfer",
            Self::Authentication => "Authentication error",
            Self::Authorization(_) => "Authorization error",
            Self::AuthInfo(_) => "Invalid authorization information",
            Self::PendingTransfer(_) => "Object pending transfer",
            Self::NotPendingTransfer(_) => "Object not pending transfer",
            Self::Exists(_) => "Object exists",
            Self::DoesNotExist(_) => "Object does not exist",
            Self::Status { .. } => "Object status prohibits operation",
            Self::Association(_) => "Object association prohibits operation",
            Self::Policy(_) => "Parameter value policy error",
            Self::UnimplementedObject(_) => "Unimplemented object service",
            Self::DataPolicy(_) => "Data management policy violation",
            Self::Failed(_) => "Command failed",
            Self::FailedClosing(_) => "Command failed; server closing connection",
            Self::AuthenticationClosing => "Authentication error; server closing connection",
            Self::SessionLimit => "Session limit exceeded; server closing connection",
            Self::Login { refusal, .. } => refusal.text(),
        }
    }

    /// The value to name in the response, where there is one.
    pub const fn fault(&self) -> Option<&Fault> {
        match self {
            Self::MissingParameter(fault)
            | Self::ValueRange(fault)
            | Self::ValueSyntax(fault)
            | Self::UnimplementedVersion(fault)
            | Self::UnimplementedOption(fault)
            | Self::UnimplementedExtension(fault)
            | Self::Billing(fault)
            | Self::NotRenewable(fault)
            | Self::NotTransferable(fault)
            | Self::Authorization(fault)
            | Self::AuthInfo(fault)
            | Self::PendingTransfer(fault)
            | Self::NotPendingTransfer(fault)
            | Self::Exists(fault)
            | Self::DoesNotExist(fault)
            | Self::Status { fault, .. }
            | Self::Association(fault)
            | Self::Policy(fault)
            | Self::UnimplementedObject(fault)
            | Self::DataPolicy(fault) => Some(fault),
            Self::Login { refusal, .. } => refusal.fault(),
            Self::UnknownCommand { .. }
            | Self::Syntax { .. }
            | Self::UseError(_)
            | Self::UnimplementedCommand(_)
            | Self::Authentication
            | Self::Failed(_)
            | Self::FailedClosing(_)
            | Self::AuthenticationClosing
            | Self::SessionLimit => None,
        }
    }

    /// Whether the session ends with this response (25xx).
    pub const fn closes(&self) -> bool {
        self.code() >= 2500
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code(), self.text())?;
        match self {
            Self::UnknownCommand { found } => write!(f, ": {found}"),
            Self::Syntax { position, expected, found } => {
                write!(f, " at octet {position}: expected {expected}, found {found}")
            }
            Self::UseError(why) | Self::Failed(why) | Self::FailedClosing(why) => write!(f, ": {why}"),
            Self::UnimplementedCommand(command) => write!(f, ": {command}"),
            Self::Status { fault, status } => write!(f, ": {} has status {status}", fault.value),
            _ => match self.fault() {
                Some(fault) => {
                    write!(f, ": {}:{} {:?}: {}", fault.element.schema, fault.element.name, fault.value, fault.reason)
                }
                None => Ok(()),
            },
        }
    }
}

impl std::error::Error for Refusal {}
