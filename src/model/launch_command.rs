//! The words of the launch phase mapping (RFC 8334) in commands and answers: what a client asks and gives, and what it is told.

use std::borrow::Cow;

use crate::base::timestamp::Timestamp;
use crate::model::command::{Action, Query, Transform};
use crate::model::launch::{ApplicationStatus, Phase};
use crate::model::mark::{self, Mark};

/// An element that the mapping declares for commands: one for each command it extends (section 3).
#[derive(Clone, Debug, PartialEq)]
pub enum LaunchElement {
    /// `launch:check`.
    Check(LaunchCheck),
    /// `launch:info`.
    Info(LaunchInfo),
    /// `launch:create`.
    Create(Box<LaunchCreate>),
    /// `launch:update`.
    Update(LaunchId),
    /// `launch:delete`.
    Delete(LaunchId),
}

impl LaunchElement {
    /// Makes of the command that it extends what the two together ask for; any other command stays as it is.
    pub fn extend(self, action: &mut Action<'_>) {
        match (self, action) {
            (Self::Create(launch), Action::Transform(Transform::DomainCreate(create))) => create.launch = Some(launch),
            (Self::Check(check), Action::Query(query)) => {
                if let Query::DomainCheck { names, fee, idn, token } = query {
                    let (names, fee) = (std::mem::take(names), fee.take());
                    *query = Query::LaunchCheck { names, fee, idn: idn.take(), token: token.take(), check };
                }
            }
            (Self::Info(info), Action::Query(query)) => {
                if let Query::DomainInfo { name, hosts, auth, token, ttl } = query {
                    let (name, hosts, auth) = (std::mem::take(name), *hosts, auth.take());
                    let (token, ttl) = (*token, *ttl);
                    *query = Query::LaunchInfo { name, hosts, auth, token, ttl, info };
                }
            }
            (Self::Update(id), Action::Transform(transform)) => {
                if let Transform::DomainUpdate(update) = transform {
                    *transform = Transform::ApplicationUpdate { update: update.clone(), id };
                }
            }
            (Self::Delete(id), Action::Transform(transform)) => {
                if let Transform::DomainDelete { name } = transform {
                    *transform = Transform::ApplicationDelete { name: std::mem::take(name), id };
                }
            }
            _ => {}
        }
    }
}

/// `launch:check` (section 3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchCheck {
    /// type.
    pub form: CheckForm,
    /// launch:phase; the schema lets it be missing in all forms.
    pub phase: Option<Phase>,
}

/// What a check is about (`launch:checkFormType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckForm {
    /// Whether a claims notice is needed in the phase.
    Claims,
    /// Whether the name is available in the phase.
    Availability,
    /// Whether there is a mark of that name, whatever the phase.
    Trademark,
}

impl CheckForm {
    /// The form that EPP writes as `name`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "claims" => Some(Self::Claims),
            "avail" => Some(Self::Availability),
            "trademark" => Some(Self::Trademark),
            _ => None,
        }
    }
}

/// `launch:info` (section 3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchInfo {
    /// launch:phase.
    pub phase: Phase,
    /// launch:applicationID; `None`: the registration is asked for.
    pub application: Option<String>,
    /// includeMark.
    pub include_mark: bool,
}

/// `launch:update` and `launch:delete`: which application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchId {
    /// launch:phase.
    pub phase: Phase,
    /// launch:applicationID.
    pub application: String,
}

/// What a create is to make (`launch:objectType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaunchObject {
    /// `application`.
    Application,
    /// `registration`.
    Registration,
}

impl LaunchObject {
    /// The object that EPP writes as `name`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "application" => Some(Self::Application),
            "registration" => Some(Self::Registration),
            _ => None,
        }
    }

    /// The object as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Registration => "registration",
        }
    }

    /// The object as people write it.
    pub const fn shown(self) -> &'static str {
        match self {
            Self::Application => "an application",
            Self::Registration => "a registration",
        }
    }
}

/// `launch:create` (section 3.3).
#[derive(Clone, Debug, PartialEq)]
pub struct LaunchCreate {
    /// launch:phase.
    pub phase: Phase,
    /// type; `None`: whatever the phase has.
    pub object: Option<LaunchObject>,
    /// launch:codeMark, smd:signedMark or smd:encodedSignedMark: of one kind, in order.
    pub marks: GivenMarks,
    /// launch:notice.
    pub notices: Vec<GivenNotice>,
}

/// Marks as a create gives them (section 2.6).
#[derive(Clone, Debug, PartialEq)]
pub enum GivenMarks {
    /// None, or codes and marks that nobody has signed.
    Codes(Vec<CodeMark>),
    /// smd:encodedSignedMark, to be validated before the command is decided.
    Encoded(Vec<EncodedMark>),
    /// smd:signedMark, to be validated likewise.
    Signed(Vec<GivenSignedMark>),
    /// Signed marks whose signature was good and whose certificate was trusted when the command came in.
    Valid(Vec<SignedMark>),
}

impl Default for GivenMarks {
    fn default() -> Self {
        Self::Codes(Vec::new())
    }
}

/// What a validated signed mark says (RFC 7848, section 2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedMark {
    /// smd:id.
    pub id: String,
    /// The labels of its marks, as A-labels.
    pub labels: Vec<String>,
    /// smd:notBefore.
    pub not_before: Timestamp,
    /// smd:notAfter.
    pub not_after: Timestamp,
    /// mark:mark.
    pub mark: Mark,
}

/// `launch:codeMark` (section 2.6.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeMark {
    /// launch:code.
    pub code: Option<String>,
    /// validatorID of the code.
    pub validator: Option<String>,
    /// mark:mark.
    pub mark: Option<Box<Mark>>,
}

/// `smd:signedMark` (RFC 7848, section 2.3) of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenSignedMark {
    /// The element as a document of its own, octet for octet: what a signature is good or bad for.
    pub document: Vec<u8>,
    /// What it says.
    pub mark: mark::SignedMark,
}

/// `smd:encodedSignedMark` (RFC 7848, section 2.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedMark {
    /// encoding; `base64` when missing.
    pub encoding: Option<String>,
    /// The text, its white space collapsed.
    pub text: String,
}

/// `launch:notice` of a create (section 3.3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenNotice {
    /// launch:noticeID.
    pub id: String,
    /// validatorID; `None`: the Trademark Clearinghouse.
    pub validator: Option<String>,
    /// launch:notAfter; `None` for a moment that none can have (year 0, 10000, …).
    pub not_after: Option<Timestamp>,
    /// launch:acceptedDate; `None` as above.
    pub accepted: Option<Timestamp>,
}

/// `launch:chkData` (sections 3.1.1 and 3.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims<'v> {
    /// launch:phase, as it was asked with.
    pub phase: Option<&'v Phase>,
    /// launch:cd, one for each name that was asked for, in order.
    pub names: Vec<ClaimsOf<'v>>,
}

/// `launch:cdType`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimsOf<'v> {
    /// launch:name.
    pub name: Cow<'v, str>,
    /// exists.
    pub exists: bool,
    /// launch:claimKey, of the Trademark Clearinghouse.
    pub key: Option<&'v str>,
}

/// `launch:infData` (section 3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchData<'v> {
    /// launch:phase.
    pub phase: Phase,
    /// launch:applicationID.
    pub application: Option<&'v str>,
    /// launch:status.
    pub status: Option<(ApplicationStatus, &'v str)>,
    /// mark:mark, where they were asked for (includeMark).
    pub marks: Vec<Mark>,
}
