//! The state of an EPP session, and which commands it admits (RFC 5730, section 2; RFC 5734, section 2). Pure: who the
//! client is, is found out elsewhere.

use crate::epp::extensions::{Extension, Services};
use crate::epp::offer::Offer;
use crate::model::command::{Action, Envelope, Login, Query, Transform};
use crate::model::refusal::{Element, Fault, Refusal};

/// Namespace of the domain mapping.
pub const DOMAIN_URI: &str = "urn:ietf:params:xml:ns:domain-1.0";
/// Namespace of the host mapping.
pub const HOST_URI: &str = "urn:ietf:params:xml:ns:host-1.0";
/// Namespace of the contact mapping.
pub const CONTACT_URI: &str = "urn:ietf:params:xml:ns:contact-1.0";
/// Namespace of the balance mapping.
pub const BALANCE_URI: &str = "http://www.verisign.com/epp/balance-1.0";
/// Namespace of the maintenance mapping.
pub const MAINTENANCE_URI: &str = "urn:ietf:params:xml:ns:epp:maintenance-1.0";
/// The object mappings this program has; what a server offers of them is an [`Offer`].
pub const OBJECT_URIS: [&str; 5] = [DOMAIN_URI, HOST_URI, CONTACT_URI, BALANCE_URI, MAINTENANCE_URI];

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
    /// What it asked for.
    pub services: Services,
}

impl State {
    /// Whether the session may do this now, with the services its login asked for.
    ///
    /// # Result codes
    /// - 2002 a login in a session that is logged in, or any other command in one that is not
    /// - 2103 an extension that the server or the login does not have, or that does not extend this command
    /// - 2307 an object mapping that the server or the login does not have
    ///
    /// # Errors
    /// The [`Refusal`] to answer with.
    pub fn admit(&self, envelope: &Envelope<'_>) -> Result<(), Refusal> {
        let client = match (self, &envelope.action) {
            (Self::Greeted, Action::Login(login)) => return check_extensions(envelope, Services::of(asked(login))),
            (Self::Greeted, _) => return Err(Refusal::UseError("log in first")),
            (Self::LoggedIn(_), Action::Login(_)) => {
                // RFC 5730, section 2.9.1.1: "A successful <login> ... establishes"; one session has one client.
                return Err(Refusal::UseError("this session is logged in"));
            }
            (Self::LoggedIn(client), _) => client,
        };
        check_extensions(envelope, client.services)?;
        match object_uri(&envelope.action) {
            Some(uri) if !client.services.has_object(uri) => Err(unimplemented_object(uri)),
            _ => Ok(()),
        }
    }

    /// The services of the session, as its login asked for them.
    pub fn services(&self) -> Services {
        match self {
            Self::Greeted => Services::default(),
            Self::LoggedIn(client) => client.services,
        }
    }
}

/// Checks what a login asks for (RFC 5730, section 2.9.1.1); the client is not known by it yet.
///
/// # Result codes
/// - 2100 a version other than 1.0
/// - 2102 a language other than English
/// - 2103 an extension that was not announced
/// - 2307 an object mapping that the server does not have
///
/// # Errors
/// The [`Refusal`] to answer with.
pub fn check_login(login: &Login<'_>, offer: Offer) -> Result<Client, Refusal> {
    if login.version != "1.0" {
        let fault = Fault::new(Element::epp("version"), &*login.version, "this server speaks version 1.0");
        return Err(Refusal::UnimplementedVersion(fault));
    }
    if !login.lang.eq_ignore_ascii_case("en") {
        let fault = Fault::new(Element::epp("lang"), &*login.lang, "this server speaks en");
        return Err(Refusal::UnimplementedOption(fault));
    }
    if let Some(uri) = login.objects.iter().find(|uri| !offer.takes(uri)) {
        return Err(unimplemented_object(uri));
    }
    if let Some(uri) = login.extensions.iter().find(|uri| Extension::of_uri(uri).is_none()) {
        return Err(unimplemented_extension(uri));
    }
    let objects = OBJECT_URIS.map(|known| login.objects.iter().any(|uri| uri == known));
    let services = Services::of(asked(login)).with_objects(objects);
    Ok(Client { clid: login.clid.clone().into_owned(), services })
}

/// The extensions that a login asks for, of those that there are.
fn asked(login: &Login<'_>) -> impl Iterator<Item = Extension> {
    login.extensions.iter().filter_map(|uri| Extension::of_uri(uri))
}

/// Whether the extensions of a command are those of the session, and extend that command.
fn check_extensions(envelope: &Envelope<'_>, services: Services) -> Result<(), Refusal> {
    let Envelope { action, extensions, .. } = envelope;
    if let Some(uri) = extensions.unknown.first() {
        return Err(unimplemented_extension(uri));
    }
    for extension in Extension::ALL.into_iter().filter(|extension| extension.is_in(extensions)) {
        if !services.has(extension) {
            return Err(unimplemented_extension(extension.uri()));
        }
        if let Some(fault) = extension.misplaced(extensions, action) {
            return Err(Refusal::UnimplementedExtension(fault));
        }
    }
    Ok(())
}

pub(super) fn unimplemented_object(uri: &str) -> Refusal {
    let reason = "no object mapping that the greeting and the login of this session name";
    Refusal::UnimplementedObject(Fault::new(Element::epp("objURI"), uri, reason))
}

pub(super) fn unimplemented_extension(uri: &str) -> Refusal {
    let reason = "no extension that the greeting and the login of this session name";
    Refusal::UnimplementedExtension(Fault::new(Element::epp("extURI"), uri, reason))
}

/// The mapping a command belongs to; `None` for those of the protocol itself.
pub(super) fn object_uri<'a>(action: &'a Action<'_>) -> Option<&'a str> {
    match action {
        Action::Login(_) | Action::Logout => None,
        Action::UnknownObject(uri) => Some(uri),
        Action::Query(query) => match query {
            Query::DomainCheck { .. }
            | Query::DomainInfo { .. }
            | Query::LaunchCheck { .. }
            | Query::LaunchInfo { .. }
            | Query::DomainTransferQuery { .. } => Some(DOMAIN_URI),
            Query::HostCheck(_) | Query::HostInfo { .. } => Some(HOST_URI),
            Query::ContactCheck(_) | Query::ContactInfo { .. } | Query::ContactTransferQuery { .. } => {
                Some(CONTACT_URI)
            }
            Query::BalanceInfo => Some(BALANCE_URI),
            Query::MaintenanceInfo { .. } => Some(MAINTENANCE_URI),
            Query::PollRequest => None,
        },
        Action::Transform(transform) => match transform {
            Transform::DomainCreate(_)
            | Transform::DomainUpdate(_)
            | Transform::DomainDelete { .. }
            | Transform::ApplicationUpdate { .. }
            | Transform::ApplicationDelete { .. }
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
    use crate::model::command::{AuthInfo, DomainCreate, DomainUpdate, TransferOp};
    use crate::model::extension::{Extensions, FeeElement};
    use crate::model::fee::{FeeCheck, FeeCommand, FeeOffer, FeeQuestion};
    use crate::model::money::Decimal;
    use crate::model::rgp::{Restore, RestoreOp};

    fn envelope(action: Action<'_>) -> Envelope<'_> {
        Envelope { action, extensions: Extensions::default(), cl_trid: None }
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
            security: None,
        }
    }

    fn code(result: Result<(), Refusal>) -> u16 {
        result.map_or_else(|refusal| refusal.code(), |()| 1000)
    }

    #[test]
    fn commands_are_admitted_by_state_and_services() {
        let logged_in = State::LoggedIn(check_login(&login(), Offer::ALL).expect("good"));
        let check = || {
            let names = vec!["a.example".into()];
            envelope(Action::Query(Query::DomainCheck { names, fee: None, idn: None, token: None }))
        };
        let host = || envelope(Action::Query(Query::HostInfo { name: "ns.a.example".into(), ttl: None }));
        assert_eq!(code(State::Greeted.admit(&check())), 2002);
        assert_eq!(code(State::Greeted.admit(&envelope(Action::Logout))), 2002);
        assert_eq!(code(State::Greeted.admit(&envelope(Action::Login(login())))), 1000);
        assert_eq!(code(logged_in.admit(&envelope(Action::Login(login())))), 2002);
        assert_eq!(code(logged_in.admit(&check())), 1000);
        assert_eq!(code(logged_in.admit(&host())), 2307);
        assert_eq!(code(logged_in.admit(&envelope(Action::UnknownObject("urn:x".into())))), 2307);
    }

    #[test]
    fn extensions_are_admitted_where_the_login_has_them_and_the_command_is_theirs() {
        let uris = |uris: &[&'static str]| uris.iter().map(|uri| (*uri).into()).collect();
        let session =
            |extensions| State::LoggedIn(check_login(&Login { extensions, ..login() }, Offer::ALL).expect("good"));
        let (without, with) = (session(Vec::new()), session(uris(&[Extension::Rgp.uri()])));
        assert!(!without.services().has(Extension::Rgp) && with.services().has(Extension::Rgp));
        assert!(with.services().has_object(DOMAIN_URI) && !with.services().has_object(HOST_URI));
        let update = || {
            let update = DomainUpdate {
                name: "a.test".into(),
                add: None,
                rem: None,
                chg: None,
                restore: None,
                fee: None,
                sec_dns: None,
                ttls: Vec::new(),
            };
            Action::Transform(Transform::DomainUpdate(update))
        };
        let check =
            || Action::Query(Query::DomainCheck { names: vec!["a.test".into()], fee: None, idn: None, token: None });
        let plain = Extensions::default;
        let unknown = || Extensions { unknown: uris(&["urn:x"]), ..plain() };
        let rgp = || Extensions { rgp: Some(Restore { op: RestoreOp::Request, report: None }), ..plain() };
        for (what, session, action, extensions, expected) in [
            ("none", &without, update(), plain(), 1000),
            ("none", &with, check(), plain(), 1000),
            ("unknown", &with, check(), unknown(), 2103),
            ("not asked for", &without, update(), rgp(), 2103),
            ("asked for", &with, update(), rgp(), 1000),
            ("of another command", &with, check(), rgp(), 2103),
            ("of another command", &with, Action::Logout, rgp(), 2103),
            ("asked for and unknown", &with, update(), Extensions { unknown: uris(&["urn:x"]), ..rgp() }, 2103),
            ("before login", &State::Greeted, Action::Login(login()), rgp(), 2103),
            ("before login", &State::Greeted, Action::Login(login()), unknown(), 2103),
        ] {
            let envelope = Envelope { action, extensions, cl_trid: None };
            assert_eq!(code(session.admit(&envelope)), expected, "{what}");
        }
    }

    /// A command of each kind that a fee element extends, with the element's name, and three that none does.
    fn commands() -> [(&'static str, Action<'static>); 9] {
        let name = || "a.test".to_owned();
        let transfer =
            |op| Transform::DomainTransfer { op, name: name(), period: None, auth: None, fee: None, token: None };
        let auth = AuthInfo::Password { password: String::new(), roid: None };
        let create = DomainCreate {
            name: name(),
            period: None,
            name_servers: None,
            registrant: None,
            contacts: Vec::new(),
            auth,
            fee: None,
            idn: None,
            sec_dns: None,
            launch: None,
            token: None,
            ttls: Vec::new(),
        };
        let update = DomainUpdate {
            name: name(),
            add: None,
            rem: None,
            chg: None,
            restore: None,
            fee: None,
            sec_dns: None,
            ttls: Vec::new(),
        };
        let renew = Transform::DomainRenew { name: name(), current_expiry: None, period: None, fee: None, token: None };
        let check = Query::DomainCheck { names: vec!["a.test".into()], fee: None, idn: None, token: None };
        [
            ("check", Action::Query(check)),
            ("create", Action::Transform(Transform::DomainCreate(create))),
            ("renew", Action::Transform(renew)),
            ("transfer", Action::Transform(transfer(TransferOp::Request))),
            ("update", Action::Transform(Transform::DomainUpdate(update))),
            ("", Action::Transform(transfer(TransferOp::Approve))),
            ("", Action::Query(Query::DomainTransferQuery { name: "a.test".into(), auth: None })),
            ("", Action::Transform(Transform::DomainDelete { name: name() })),
            ("", Action::Query(Query::HostCheck(vec!["ns.a.test".into()]))),
        ]
    }

    fn fee_elements() -> [(&'static str, FeeElement); 5] {
        let question =
            FeeQuestion { command: FeeCommand::Create, custom: None, phase: None, subphase: None, period: None };
        let offer = || FeeOffer { currency: None, total: Decimal::default(), shown: "0".into() };
        [
            ("check", FeeElement::Check(Box::new(FeeCheck { currency: None, commands: vec![question] }))),
            ("create", FeeElement::Create(offer())),
            ("renew", FeeElement::Renew(offer())),
            ("transfer", FeeElement::Transfer(offer())),
            ("update", FeeElement::Update(offer())),
        ]
    }

    #[test]
    fn each_fee_element_extends_the_command_of_its_name_and_no_other() {
        let session = |extension: Extension| {
            let objects = vec![DOMAIN_URI.into(), HOST_URI.into()];
            let login = Login { objects, extensions: vec![extension.uri().into()], ..login() };
            State::LoggedIn(check_login(&login, Offer::ALL).expect("good"))
        };
        let (with, without) = (session(Extension::Fee), session(Extension::Rgp));
        for (element, fee) in fee_elements() {
            for (command, action) in commands() {
                let extensions = Extensions { fee: Some(fee.clone()), ..Extensions::default() };
                let envelope = Envelope { action, extensions, cl_trid: None };
                let expected = if command == element { 1000 } else { 2103 };
                assert_eq!(code(with.admit(&envelope)), expected, "{element} beside {:?}", envelope.action);
                assert_eq!(code(without.admit(&envelope)), 2103);
                let mut extended = envelope.action.clone();
                envelope.extensions.clone().extend(&mut extended);
                if command == element {
                    assert_ne!(extended, envelope.action, "{element} reaches its command");
                }
            }
        }
    }

    #[test]
    fn a_balance_is_for_sessions_that_asked_for_its_mapping() {
        let with = Login { objects: vec![BALANCE_URI.into()], ..login() };
        for (login, expected) in [(login(), 2307), (with, 1000)] {
            let state = State::LoggedIn(check_login(&login, Offer::ALL).expect("good"));
            assert_eq!(code(state.admit(&envelope(Action::Query(Query::BalanceInfo)))), expected);
        }
    }

    #[test]
    fn an_extension_reaches_the_command_it_extends() {
        let update = DomainUpdate {
            name: "a.test".into(),
            add: None,
            rem: None,
            chg: None,
            restore: None,
            fee: None,
            sec_dns: None,
            ttls: Vec::new(),
        };
        let mut action = Action::Transform(Transform::DomainUpdate(update.clone()));
        let restore = Some(Restore { op: RestoreOp::Request, report: None });
        Extensions { rgp: restore.clone(), ..Extensions::default() }.extend(&mut action);
        assert_eq!(action, Action::Transform(Transform::DomainUpdate(DomainUpdate { restore, ..update })));
    }

    #[test]
    fn a_login_may_ask_only_for_what_was_announced() {
        let code = |login: &Login<'_>| check_login(login, Offer::ALL).map_or_else(|refusal| refusal.code(), |_| 1000);
        assert_eq!(code(&login()), 1000);
        assert_eq!(code(&Login { lang: "fr".into(), ..login() }), 2102);
        assert_eq!(code(&Login { version: "1.1".into(), ..login() }), 2100);
        assert_eq!(code(&Login { objects: vec!["urn:x".into()], ..login() }), 2307);
        assert_eq!(code(&Login { extensions: vec!["urn:x".into()], ..login() }), 2103);
    }
}
