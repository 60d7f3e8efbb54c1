//! The state of an EPP session, and which commands it admits (RFC 5730, section 2; RFC 5734, section 2). Pure: who the
//! client is, is found out elsewhere.

use crate::model::command::{Action, Envelope, Login, Query, Transform};
use crate::model::refusal::{Element, Fault, Refusal};

/// Namespace of the domain mapping.
pub const DOMAIN_URI: &str = "urn:ietf:params:xml:ns:domain-1.0";
/// Namespace of the host mapping.
pub const HOST_URI: &str = "urn:ietf:params:xml:ns:host-1.0";
/// Namespace of the contact mapping.
pub const CONTACT_URI: &str = "urn:ietf:params:xml:ns:contact-1.0";
/// The object mappings this server has.
pub const OBJECT_URIS: [&str; 3] = [DOMAIN_URI, HOST_URI, CONTACT_URI];
/// The extensions this server has.
pub const EXTENSION_URIS: [&str; 0] = [];

/// Where a session is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The greeting was sent; a login is awaited.
    Greeted,
    /// A client is known.
    LoggedIn(Client),
}

/// A client that has logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its clID.
    pub clid: String,
    /// Which of [`OBJECT_URIS`] it asked for, in that order.
    pub objects: [bool; OBJECT_URIS.len()],
}

impl State {
    /// Whether the session may do this now, with the services its login asked for.
    ///
    /// # Result codes
    /// - 2002 a login in a session that is logged in, or any other command in one that is not
    /// - 2103 an extension that the server or the login does not have
    /// - 2307 an object mapping that the server or the login does not have
    ///
    /// # Errors
    /// The [`Refusal`] to answer with.
    pub fn admit(&self, envelope: &Envelope<'_>) -> Result<(), Refusal> {
        let client = match (self, &envelope.action) {
            (Self::Greeted, Action::Login(_)) => return no_extensions(envelope),
            (Self::Greeted, _) => return Err(Refusal::UseError("log in first")),
            (Self::LoggedIn(_), Action::Login(_)) => {
                // RFC 5730, section 2.9.1.1: "A successful <login> ... establishes"; one session has one client.
                return Err(Refusal::UseError("this session is logged in"));
            }
            (Self::LoggedIn(client), _) => client,
        };
        no_extensions(envelope)?;
        match object_uri(&envelope.action) {
            Some(uri) if !client.has(uri) => Err(unimplemented_object(uri)),
            _ => Ok(()),
        }
    }
}

impl Client {
    fn has(&self, uri: &str) -> bool {
        OBJECT_URIS.iter().zip(self.objects).any(|(known, asked)| *known == uri && asked)
    }
}

/// Checks what a login asks for (RFC 5730, section 2.9.1.1); the client is not known by it yet.
///
/// # Result codes
/// - 2100 a version other than 1.0
/// - 2102 a language other than English
/// - 2103 an extension that was not announced
/// - 2307 an object mapping that was not announced
///
/// # Errors
/// The [`Refusal`] to answer with.
pub fn check_login(login: &Login<'_>) -> Result<Client, Refusal> {
    if login.version != "1.0" {
        let fault = Fault::new(Element::epp("version"), &*login.version, "this server speaks version 1.0");
        return Err(Refusal::UnimplementedVersion(fault));
    }
    if !login.lang.eq_ignore_ascii_case("en") {
        let fault = Fault::new(Element::epp("lang"), &*login.lang, "this server speaks en");
        return Err(Refusal::UnimplementedOption(fault));
    }
    if let Some(uri) = login.objects.iter().find(|uri| !OBJECT_URIS.contains(&&***uri)) {
        return Err(unimplemented_object(uri));
    }
    if let Some(uri) = login.extensions.iter().find(|uri| !EXTENSION_URIS.contains(&&***uri)) {
        return Err(unimplemented_extension(uri));
    }
    let objects = OBJECT_URIS.map(|known| login.objects.iter().any(|uri| uri == known));
    Ok(Client { clid: login.clid.clone().into_owned(), objects })
}

fn no_extensions(envelope: &Envelope<'_>) -> Result<(), Refusal> {
    match envelope.extensions.iter().find(|uri| !EXTENSION_URIS.contains(&&***uri)) {
        Some(uri) => Err(unimplemented_extension(uri)),
        None => Ok(()),
    }
}

fn unimplemented_object(uri: &str) -> Refusal {
    let reason = "no object mapping that the greeting and the login of this session name";
    Refusal::UnimplementedObject(Fault::new(Element::epp("objURI"), uri, reason))
}

fn unimplemented_extension(uri: &str) -> Refusal {
    let reason = "no extension that the greeting and the login of this session name";
    Refusal::UnimplementedExtension(Fault::new(Element::epp("extURI"), uri, reason))
}

/// The mapping a command belongs to; `None` for those of the protocol itself.
fn object_uri<'a>(action: &'a Action<'_>) -> Option<&'a str> {
    match action {
        Action::Login(_) | Action::Logout => None,
        Action::UnknownObject(uri) => Some(uri),
        Action::Query(query) => match query {
            Query::DomainCheck(_) | Query::DomainInfo { .. } | Query::DomainTransferQuery { .. } => Some(DOMAIN_URI),
            Query::HostCheck(_) | Query::HostInfo(_) => Some(HOST_URI),
            Query::ContactCheck(_) | Query::ContactInfo { .. } | Query::ContactTransferQuery { .. } => {
                Some(CONTACT_URI)
            }
            Query::PollRequest => None,
        },
        Action::Transform(transform) => match transform {
            Transform::DomainCreate(_)
            | Transform::DomainUpdate(_)
            | Transform::DomainDelete { .. }
            | Transform::DomainRenew { .. }
            | Transform::DomainTransfer { .. } => Some(DOMAIN_URI),
            Transform::HostCreate { .. } | Transform::HostUpdate(_) | Transform::HostDelete { .. } => Some(HOST_URI),
            Transform::ContactCreate(_)
            | Transform::ContactUpdate(_)
            | Transform::ContactDelete { .. }
            | Transform::ContactTransfer { .. } => Some(CONTACT_URI),
            Transform::PollAck { .. } => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(action: Action<'_>) -> Envelope<'_> {
        Envelope { action, extensions: Vec::new(), cl_trid: None }
    }

    fn login<'a>() -> Login<'a> {
        Login {
            clid: "client".into(),
            password: "secret".into(),
            new_password: None,
            version: "1.0".into(),
            lang: "en".into(),
            objects: vec![DOMAIN_URI.into()],
            extensions: Vec::new(),
        }
    }

    fn code(result: Result<(), Refusal>) -> u16 {
        result.map_or_else(|refusal| refusal.code(), |()| 1000)
    }

    #[test]
    fn commands_are_admitted_by_state_and_services() {
        let logged_in = State::LoggedIn(check_login(&login()).expect("good"));
        let check = || envelope(Action::Query(Query::DomainCheck(vec!["a.example".into()])));
        let host = || envelope(Action::Query(Query::HostInfo("ns.a.example".into())));
        assert_eq!(code(State::Greeted.admit(&check())), 2002);
        assert_eq!(code(State::Greeted.admit(&envelope(Action::Logout))), 2002);
        assert_eq!(code(State::Greeted.admit(&envelope(Action::Login(login())))), 1000);
        assert_eq!(code(logged_in.admit(&envelope(Action::Login(login())))), 2002);
        assert_eq!(code(logged_in.admit(&check())), 1000);
        assert_eq!(code(logged_in.admit(&host())), 2307);
        assert_eq!(code(logged_in.admit(&envelope(Action::UnknownObject("urn:x".into())))), 2307);
        let extended = Envelope { extensions: vec!["urn:x".into()], ..check() };
        assert_eq!(code(logged_in.admit(&extended)), 2103);
    }

    #[test]
    fn a_login_may_ask_only_for_what_was_announced() {
        let code = |login: &Login<'_>| check_login(login).map_or_else(|refusal| refusal.code(), |_| 1000);
        assert_eq!(code(&login()), 1000);
        assert_eq!(code(&Login { lang: "fr".into(), ..login() }), 2102);
        assert_eq!(code(&Login { version: "1.1".into(), ..login() }), 2100);
        assert_eq!(code(&Login { objects: vec!["urn:x".into()], ..login() }), 2307);
        assert_eq!(code(&Login { extensions: vec!["urn:x".into()], ..login() }), 2103);
    }
}
