//! An authInfo that a create or update sets: as strong as the registry asks for, and for as long as it lets one be (RFC 9154,
//! sections 4.1, 4.2 and 5.2).

use crate::base::limits;
use crate::base::timestamp::Timestamp;
use crate::model::auth::AuthDigest;
use crate::model::command::AuthInfo;
use crate::model::policy::AuthInfoPolicy;
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;
use crate::registry::{Request, checks};

/// What becomes of the authInfo of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct NewAuth {
    /// Salted and hashed; `None`: unset.
    pub(crate) auth: Option<AuthDigest>,
    /// When the registry unsets it.
    pub(crate) until: Option<Timestamp>,
}

/// The authInfo that a create or update sets; an empty one unsets it (RFC 9154, sections 4.3 and 5.2). `schema` is `domain` or
/// `contact`.
///
/// # Errors
/// 2102 for a mechanism other than a password; 2306 for one longer than the limit or one said to be another object's; 2202 for
/// one that is weaker than the policy asks for (RFC 9154, section 5.2).
pub(crate) fn decide<V: View>(
    view: &V,
    request: &Request<'_>,
    schema: &'static str,
    auth: &AuthInfo,
) -> Result<NewAuth, Refusal> {
    let element = Element { schema, name: "pw" };
    let (password, roid) = match auth {
        AuthInfo::Password { password, roid } => (password, roid),
        AuthInfo::Extension(namespace) => return Err(checks::unknown_mechanism(schema, namespace)),
        AuthInfo::Null => return Ok(NewAuth::default()),
    };
    if let Some(roid) = roid {
        let reason = "roid names whose authInfo is given, and has no place where one is set";
        return Err(Refusal::Policy(Fault::new(element, roid.as_str(), reason)));
    }
    if password.len() > limits::AUTH_INFO_BYTES {
        let reason = format!("an authInfo has {} octets at most, found {}", limits::AUTH_INFO_BYTES, password.len());
        return Err(Refusal::Policy(Fault::new(element, "", reason)));
    }
    if password.is_empty() {
        return Ok(NewAuth::default());
    }
    let policy = view.policy().auth_info;
    if let Some(reason) = weakness(policy, password) {
        return Err(Refusal::AuthInfo(Fault::new(element, "", reason)));
    }
    let micros = i64::from(policy.hours) * 3_600_000_000;
    let until = (policy.hours > 0).then(|| Timestamp::from_micros(request.now.trunc_millis().micros() + micros));
    Ok(NewAuth { auth: Some(AuthDigest::new(request.salt, password)), until })
}

/// Why the password is weaker than the policy asks for; the reason does not repeat it.
fn weakness(policy: AuthInfoPolicy, password: &str) -> Option<String> {
    let length = password.chars().count();
    if length < policy.least as usize {
        return Some(format!("an authInfo has {} characters at least, found {length}", policy.least));
    }
    let kind = |is_one: fn(&char) -> bool| u32::from(password.chars().any(|c| is_one(&c)));
    let kinds = kind(|c| c.is_lowercase())
        + kind(|c| c.is_uppercase())
        + kind(|c| c.is_numeric())
        + kind(|c| !c.is_lowercase() && !c.is_uppercase() && !c.is_numeric());
    (kinds < policy.kinds).then(|| {
        let wanted = policy.kinds;
        format!("an authInfo has {wanted} of lower case, upper case, digits and other characters, found {kinds}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strength_is_length_and_kinds_of_characters() {
        let policy = |least, kinds| AuthInfoPolicy { least, kinds, hours: 0 };
        for (policy, password, is_strong) in [
            (policy(0, 0), "a", true),
            (policy(8, 0), "eightish", true),
            (policy(8, 0), "seven77", false),
            (policy(8, 0), "\u{e4}\u{f6}\u{fc}\u{df}\u{e4}\u{f6}\u{fc}", false),
            (policy(0, 1), "aaaa", true),
            (policy(0, 2), "aaaa", false),
            (policy(0, 2), "aaA", true),
            (policy(0, 3), "2fooBAR", true),
            (policy(0, 4), "2fooBAR", false),
            (policy(0, 4), "2foo BAR", true),
            (policy(8, 4), "2foo BA", false),
            (policy(20, 4), "LuQ7Bu@w9?%+_HK3cayg$55$LSft3MPP", true),
        ] {
            let reason = weakness(policy, password);
            assert_eq!(reason.is_none(), is_strong, "{policy:?} {password}");
            assert!(reason.is_none_or(|reason| !reason.contains(password)));
        }
    }
}
