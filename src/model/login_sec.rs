//! What the login security extension adds to a login and says of one (RFC 8807).

use std::borrow::Cow;
use std::fmt;

use crate::base::timestamp::Timestamp;

/// What stands in `<pw>` or `<newPW>` of a login whose password is in the extension (section 3.2). No password is this.
pub const IN_EXTENSION: &str = "[LOGIN-SECURITY]";

/// `loginSec:loginSec` of a login (section 4.1).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LoginSecurity {
    /// userAgent.
    pub user_agent: Option<UserAgent>,
    /// pw.
    pub password: Option<String>,
    /// newPW.
    pub new_password: Option<String>,
}

/// Without the passwords, which are for no log.
impl fmt::Debug for LoginSecurity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginSecurity").field("user_agent", &self.user_agent).finish_non_exhaustive()
    }
}

/// The software of a client, as it says itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserAgent {
    /// app: the application.
    pub app: Option<String>,
    /// tech: what it is made with.
    pub tech: Option<String>,
    /// os: what it runs on.
    pub os: Option<String>,
}

/// What a login event is about (section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// The password expires, or has.
    Password,
    /// The client's certificate expires, or has.
    Certificate,
    /// The cipher suite is not to be used any more.
    Cipher,
    /// The version of TLS is not to be used any more.
    TlsProtocol,
    /// The new password is not what the registry asks for.
    NewPassword,
    /// A figure.
    Stat,
    /// Whatever the name says.
    Custom,
}

impl EventKind {
    /// The kind as the extension writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Certificate => "certificate",
            Self::Cipher => "cipher",
            Self::TlsProtocol => "tlsProtocol",
            Self::NewPassword => "newPW",
            Self::Stat => "stat",
            Self::Custom => "custom",
        }
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventLevel {
    /// Something is to be done soon.
    Warning,
    /// Something is to be done now.
    Error,
}

impl EventLevel {
    /// The level as the extension writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// `loginSec:event`: what a client should know about its login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginEvent {
    /// type.
    pub kind: EventKind,
    /// name: what a figure or another event is called, or the cipher suite or version of TLS; empty: none.
    pub name: String,
    /// level.
    pub level: EventLevel,
    /// exDate: when a warning becomes an error, or has become one.
    pub expires: Option<Timestamp>,
    /// value: what has led to it; empty: none.
    pub value: String,
    /// duration: the seconds before the login that a figure is of.
    pub seconds: Option<u64>,
    /// What it says for people.
    pub text: Cow<'static, str>,
}

impl LoginEvent {
    /// An event with nothing but a text.
    pub fn new(kind: EventKind, level: EventLevel, text: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, name: String::new(), level, expires: None, value: String::new(), seconds: None, text: text.into() }
    }
}
