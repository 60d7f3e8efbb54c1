//! Which passwords a login gives: those of RFC 5730, or those of the login security extension in their place (RFC 8807,
//! section 3.2).

use crate::base::limits::LOGIN_PASSWORD_CHARACTERS;
use crate::model::command::Login;
use crate::model::login_sec::{IN_EXTENSION, LoginSecurity};
use crate::model::refusal::{Element, Fault, Refusal};

/// The passwords of a login.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Passwords<'l> {
    /// The one that the client has.
    pub password: &'l str,
    /// The one that it wants, and the element that holds it.
    pub new_password: Option<(&'l str, Element)>,
}

/// The passwords that the login gives, wherever it does.
///
/// # Result codes
/// - 2003: `loginSec:loginSec` without content (section 4.1), or a password that should be in it and is not
/// - 2306: a password in the extension without `[LOGIN-SECURITY]` in its place, or a longer one than any can be
///
/// # Errors
/// The [`Refusal`] to answer with.
pub fn passwords<'l>(login: &'l Login<'_>) -> Result<Passwords<'l>, Refusal> {
    if login.security == Some(LoginSecurity::default()) {
        let reason = "userAgent, pw or newPW is missing";
        return Err(Refusal::MissingParameter(Fault::new(Element::login_sec("loginSec"), "", reason)));
    }
    let security = login.security.as_ref();
    let (password, new) = (security.and_then(|security| security.password.as_deref()), login.new_password.as_deref());
    let new_in_extension = security.and_then(|security| security.new_password.as_deref());
    let (password, _) = one(Some(&*login.password), password, "pw")?.unwrap_or((&*login.password, Element::epp("pw")));
    Ok(Passwords { password, new_password: one(new, new_in_extension, "newPW")? })
}

/// The password of that element of the login and of the extension, and whose element holds it.
fn one<'l>(
    plain: Option<&'l str>,
    extended: Option<&'l str>,
    name: &'static str,
) -> Result<Option<(&'l str, Element)>, Refusal> {
    let element = Element::login_sec(name);
    let fault = |reason: String| Fault::new(element, "", reason);
    match (plain, extended) {
        (Some(IN_EXTENSION), None) => {
            let reason = format!("{IN_EXTENSION} stands for a password in the extension");
            Err(Refusal::MissingParameter(fault(reason)))
        }
        (Some(IN_EXTENSION), Some(password)) if password.chars().count() > LOGIN_PASSWORD_CHARACTERS => {
            let reason = format!("a password has {LOGIN_PASSWORD_CHARACTERS} characters at most");
            Err(Refusal::Policy(fault(reason)))
        }
        (Some(IN_EXTENSION), Some(password)) => Ok(Some((password, element))),
        (_, Some(_)) => Err(Refusal::Policy(fault(format!("only beside {IN_EXTENSION} in epp:{name}")))),
        (plain, None) => Ok(plain.map(|password| (password, Element::epp(name)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_taken_from_where_they_are() {
        let long = "x".repeat(255);
        let longer = "x".repeat(256);
        let placed = Some(IN_EXTENSION);
        let security = |password: Option<&str>, new_password: Option<&str>| {
            let [password, new_password] = [password, new_password].map(|password| password.map(str::to_owned));
            Some(LoginSecurity { user_agent: None, password, new_password })
        };
        for (case, plain, new, security, expected) in [
            ("plain", "secret", None, None, Ok(("secret", None))),
            ("plain, both", "secret", Some("secret2"), None, Ok(("secret", Some("secret2")))),
            ("extended", IN_EXTENSION, None, security(Some("long one"), None), Ok(("long one", None))),
            ("longest", IN_EXTENSION, None, security(Some(&long), None), Ok((&long[..], None))),
            ("both extended", IN_EXTENSION, placed, security(Some("a"), Some("b")), Ok(("a", Some("b")))),
            ("new one extended", "secret", placed, security(None, Some("b")), Ok(("secret", Some("b")))),
            ("new one plain", IN_EXTENSION, Some("c"), security(Some("a"), None), Ok(("a", Some("c")))),
            ("empty", "secret", None, security(None, None), Err(2003)),
            ("no element", IN_EXTENSION, None, None, Err(2003)),
            ("no password", IN_EXTENSION, placed, security(None, Some("b")), Err(2003)),
            ("no new password", IN_EXTENSION, placed, security(Some("a"), None), Err(2003)),
            ("two passwords", "secret", None, security(Some("a"), None), Err(2306)),
            ("two new passwords", "secret", Some("c"), security(None, Some("b")), Err(2306)),
            ("new one out of the blue", "secret", None, security(None, Some("b")), Err(2306)),
            ("too long", IN_EXTENSION, None, security(Some(&longer), None), Err(2306)),
        ] {
            let login = Login {
                clid: "client".into(),
                password: plain.into(),
                new_password: new.map(Into::into),
                version: "1.0".into(),
                lang: "en".into(),
                objects: Vec::new(),
                extensions: Vec::new(),
                security,
            };
            let found = passwords(&login).map(|found| (found.password, found.new_password.map(|(new, _)| new)));
            assert_eq!(found.map_err(|refusal| refusal.code()), expected, "{case}");
        }
    }
}
