//! How registrars log in: password, certificates, and whether they may at all.

use crate::base::limits::CERTIFICATES_PER_REGISTRAR;
use crate::base::timestamp::Timestamp;
use crate::model::operator::{
    OperatorRefusal, RegistrarAddCert, RegistrarRemoveCert, RegistrarSetPassword, RegistrarSuspend, RegistrarTerminate,
};
use crate::model::record::{CertificatePin, Registrar};
use crate::model::view::View;
use crate::registry::operator::invalid;
use crate::registry::operator::registrar::load;

/// Octets of a PHC string with any parameters of use.
const PHC_BYTES: usize = 256;
/// Characters of a certificate's label.
const LABEL_CHARACTERS: usize = 64;

/// `registrar-set-password`.
///
/// # Errors
/// No PHC string of argon2id; no such registrar; not the password it should replace. The refusal does not repeat the hash.
pub(crate) fn password<V: View>(
    view: &V,
    now: Timestamp,
    set: &RegistrarSetPassword,
) -> Result<Registrar, OperatorRefusal> {
    let mut registrar = load(view, &set.clid)?;
    if !is_argon2id(&set.password_hash) {
        let expected = "an argon2id PHC string ($argon2id$v=19$m=…,t=…,p=…$salt$hash), not a password";
        return Err(invalid("password_hash", "something else", expected));
    }
    if set.replaces.as_ref().is_some_and(|replaced| *replaced != registrar.password) {
        return Err(OperatorRefusal::PasswordChanged);
    }
    registrar.password.clone_from(&set.password_hash);
    registrar.password_since = Some(now);
    registrar.updated = Some(now);
    Ok(registrar)
}

/// Whether the text has the five parts of an argon2id PHC string. Whether its base64 is good is for the verifier.
fn is_argon2id(text: &str) -> bool {
    let parts: Vec<&str> = text.split('$').collect();
    let [before, algorithm, version, parameters, salt, hash] = parts[..] else { return false };
    let base64 = |part: &str| {
        !part.is_empty() && part.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'+' || octet == b'/')
    };
    text.len() <= PHC_BYTES
        && before.is_empty()
        && algorithm == "argon2id"
        && version == "v=19"
        && parameters.starts_with("m=")
        && parameters.is_ascii()
        && base64(salt)
        && base64(hash)
}

/// `registrar-add-cert`.
///
/// # Errors
/// No SHA-256; no such registrar; the certificate is there; one too many.
pub(crate) fn add<V: View>(view: &V, now: Timestamp, add: &RegistrarAddCert) -> Result<Registrar, OperatorRefusal> {
    let mut registrar = load(view, &add.clid)?;
    let sha256 = fingerprint(&add.sha256)?;
    let label = label(&add.label)?;
    if registrar.certificates.iter().any(|pin| pin.sha256 == sha256) {
        let advice = "nothing needs to be done";
        return Err(OperatorRefusal::Exists { what: "certificate", name: add.sha256.clone(), advice });
    }
    if registrar.certificates.len() >= CERTIFICATES_PER_REGISTRAR {
        let why = format!("{} has {CERTIFICATES_PER_REGISTRAR} certificates, the most; remove an old one", add.clid);
        return Err(OperatorRefusal::Conflict { why });
    }
    registrar.certificates.push(CertificatePin { sha256, label: label.to_owned(), added: now });
    registrar.updated = Some(now);
    Ok(registrar)
}

/// `registrar-remove-cert`. The last one may go: the registrar then cannot log in until it gets another.
///
/// # Errors
/// No SHA-256; no such registrar; no such certificate.
pub(crate) fn remove<V: View>(
    view: &V,
    now: Timestamp,
    remove: &RegistrarRemoveCert,
) -> Result<Registrar, OperatorRefusal> {
    let mut registrar = load(view, &remove.clid)?;
    let sha256 = fingerprint(&remove.sha256)?;
    let Some(place) = registrar.certificates.iter().position(|pin| pin.sha256 == sha256) else {
        let advice = "registrar list shows those of each registrar";
        return Err(OperatorRefusal::DoesNotExist { what: "certificate", name: remove.sha256.clone(), advice });
    };
    registrar.certificates.remove(place);
    registrar.updated = Some(now);
    Ok(registrar)
}

/// What an operator calls a credential.
///
/// # Errors
/// More than a short line.
pub(super) fn label(text: &str) -> Result<&str, OperatorRefusal> {
    let label = text.trim();
    match label.chars().count() > LABEL_CHARACTERS || label.chars().any(char::is_control) {
        true => Err(invalid("label", label, format!("one line of {LABEL_CHARACTERS} characters at most"))),
        false => Ok(label),
    }
}

/// 64 hexadecimal digits; colons between octets, as `openssl x509 -fingerprint` prints them, are let through.
///
/// # Errors
/// Something else.
pub(super) fn fingerprint(text: &str) -> Result<[u8; 32], OperatorRefusal> {
    let found = octets(text);
    found.ok_or_else(|| invalid("sha256", text, "64 hexadecimal digits: SHA-256 of the certificate in DER"))
}

/// The 32 octets that hexadecimal digits name.
pub(super) fn octets(text: &str) -> Option<[u8; 32]> {
    let digits = text.trim().replace(':', "");
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if pairs.len() != 32 || !rest.is_empty() {
        return None;
    }
    let mut octets = [0; 32];
    for (octet, [high, low]) in octets.iter_mut().zip(pairs) {
        let digit = |of: &u8| char::from(*of).to_digit(16);
        *octet = (digit(high)? * 16 + digit(low)?) as u8;
    }
    Some(octets)
}

/// `registrar-suspend`.
///
/// # Errors
/// No such registrar; it is so already.
pub(crate) fn suspend<V: View>(view: &V, now: Timestamp, set: &RegistrarSuspend) -> Result<Registrar, OperatorRefusal> {
    let mut registrar = load(view, &set.clid)?;
    if registrar.suspended == set.suspended {
        let state = match set.suspended {
            true => format!("{} is suspended already", set.clid),
            false => format!("{} is not suspended", set.clid),
        };
        return Err(OperatorRefusal::Unchanged { state });
    }
    if registrar.terminated.is_some() {
        return Err(OperatorRefusal::Conflict { why: format!("{} is terminated, for good", set.clid) });
    }
    registrar.suspended = set.suspended;
    registrar.updated = Some(now);
    Ok(registrar)
}

/// `registrar-terminate`: it never logs in again, and no object goes to it any more; a transfer to it that is pending comes to
/// nothing when it is approved. Its objects stay until they are handed over, its account until it is settled.
///
/// # Errors
/// No such registrar; it is terminated already.
pub(crate) fn terminate<V: View>(
    view: &V,
    now: Timestamp,
    end: &RegistrarTerminate,
) -> Result<Registrar, OperatorRefusal> {
    let mut registrar = load(view, &end.clid)?;
    if registrar.terminated.is_some() {
        return Err(OperatorRefusal::Unchanged { state: format!("{} is terminated already", end.clid) });
    }
    registrar.terminated = Some(now);
    registrar.suspended = true;
    registrar.password.clear();
    registrar.password_since = None;
    registrar.certificates.clear();
    registrar.updated = Some(now);
    Ok(registrar)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_32_octets_in_hexadecimal() {
        let mut expected = [0; 32];
        (expected[0], expected[31]) = (0xab, 0x1f);
        let plain = format!("ab{}1F", "00".repeat(30));
        let colons = format!("AB:{}1f", "00:".repeat(30));
        assert_eq!(fingerprint(&plain), Ok(expected));
        assert_eq!(fingerprint(&colons), Ok(expected));
        for bad in ["", "ab", &plain[1..], &format!("{plain}00"), &plain.replace('F', "g"), &plain.replace('F', "ü")] {
            assert!(fingerprint(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_argon2id_phc_strings_are_passwords() {
        assert!(is_argon2id("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA"));
        for bad in [
            "",
            "secret",
            "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$",
            "$argon2id$v=16$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$a GFzaA",
            "x$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA",
        ] {
            assert!(!is_argon2id(bad), "{bad}");
        }
    }
}
