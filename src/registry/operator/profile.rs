//! What the RDAP answers about a registrar lack of what ICANN's gTLD RDAP profile of February 2024 asks for. Nothing is refused
//! for it: not every registry has that contract, and a registrar may send its particulars later.

use crate::model::record::{ArchivedRegistrar, Registrar};
use crate::registry::checks;

/// What a registrar's record does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lack {
    /// The member of the record.
    pub field: &'static str,
    what: &'static str,
    /// What of `registrar add` and `registrar set` gives it.
    switches: &'static str,
}

const fn lack(field: &'static str, what: &'static str, switches: &'static str) -> Lack {
    Lack { field, what, switches }
}

const ADDRESS: Lack = lack("address", "postal address", "--street, --city, --cc");
const VOICE: Lack = lack("voice", "telephone", "--voice");
const EMAIL: Lack = lack("email", "e-mail", "--email");
const ABUSE_VOICE: Lack = lack("abuse_voice", "abuse telephone", "--abuse-voice");
const ABUSE_EMAIL: Lack = lack("abuse_email", "abuse e-mail", "--abuse-email");
const URL: Lack = lack("url", "web site", "--url");
const RDAP_URL: Lack = lack("rdap_url", "RDAP base URL", "--rdap-url");

/// What is missing, in the order in which it is asked for.
pub fn lacks(registrar: &Registrar) -> Vec<Lack> {
    // Names of the registry itself and of tests have no registrar elsewhere to be referred to.
    let refers = !registrar.is_test && registrar.iana_id.is_some_and(|id| !(9994..=9999).contains(&id));
    [
        (ADDRESS, registrar.address.is_none()),
        (VOICE, registrar.voice.is_none()),
        (EMAIL, registrar.email.is_none()),
        (ABUSE_VOICE, registrar.abuse_voice.is_none()),
        (ABUSE_EMAIL, registrar.abuse_email.is_none()),
        (URL, refers && registrar.url.is_none()),
        (RDAP_URL, refers && registrar.rdap_url.is_none()),
    ]
    .into_iter()
    .filter_map(|(lack, is_missing)| is_missing.then_some(lack))
    .collect()
}

/// The same of a registrar as it is kept; one that has ended lacks nothing, since nobody sends its particulars any more.
pub fn lacks_of_kept(registrar: &ArchivedRegistrar) -> Vec<Lack> {
    match registrar.terminated.is_some() {
        true => Vec::new(),
        false => lacks(&checks::native(registrar)),
    }
}

/// What an operator should know who has just said who a registrar is.
pub(super) fn warning(registrar: &Registrar) -> Option<String> {
    let lacks: Vec<_> = lacks(registrar).iter().map(|lack| format!("{} ({})", lack.what, lack.switches)).collect();
    let clid = &registrar.clid;
    (!lacks.is_empty()).then(|| {
        format!(
            "RDAP answers about {clid} and its domains lack what ICANN's gTLD RDAP profile asks for: {}; \
             registrar set {clid} gives it",
            lacks.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::PostalAddress;
    use crate::model::view::View as _;
    use crate::registry::testing::{A, World};

    fn fields(edit: impl FnOnce(&mut Registrar)) -> Vec<&'static str> {
        let mut registrar: Registrar = checks::native(World::new().memory.registrar(A).expect("there"));
        let text = || Some("x".to_owned());
        registrar.address = Some(PostalAddress {
            street: vec!["1 Road".into()],
            city: "Bern".into(),
            sp: None,
            pc: None,
            cc: "CH".into(),
        });
        (registrar.voice, registrar.email, registrar.abuse_voice, registrar.abuse_email) =
            (text(), text(), text(), text());
        (registrar.url, registrar.rdap_url, registrar.iana_id, registrar.is_test) = (text(), text(), Some(292), false);
        edit(&mut registrar);
        lacks(&registrar).iter().map(|lack| lack.field).collect()
    }

    #[test]
    fn each_thing_that_the_profile_asks_for_is_missed() {
        assert_eq!(fields(|_| ()), [""; 0]);
        assert_eq!(fields(|r| r.address = None), ["address"]);
        assert_eq!(fields(|r| (r.voice, r.email) = (None, None)), ["voice", "email"]);
        assert_eq!(fields(|r| (r.abuse_voice, r.abuse_email) = (None, None)), ["abuse_voice", "abuse_email"]);
        assert_eq!(fields(|r| (r.url, r.rdap_url) = (None, None)), ["url", "rdap_url"]);
        assert_eq!(fields(|r| r.fax = None), [""; 0]);
    }

    #[test]
    fn who_refers_to_nobody_needs_no_urls() {
        for (iana_id, is_test, needs) in [
            (Some(9993), false, true),
            (Some(9994), false, false),
            (Some(9999), false, false),
            (Some(10_000), false, true),
            (None, false, false),
            (Some(292), true, false),
        ] {
            let found = fields(|r| {
                (r.url, r.rdap_url) = (None, None);
                (r.iana_id, r.is_test) = (iana_id, is_test);
            });
            assert_eq!(!found.is_empty(), needs, "{iana_id:?} {is_test}");
            let found = fields(|r| (r.iana_id, r.is_test, r.voice) = (iana_id, is_test, None));
            assert_eq!(found, ["voice"], "{iana_id:?} {is_test}");
        }
    }
}
