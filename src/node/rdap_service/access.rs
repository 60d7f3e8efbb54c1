//! Who asks, and what for: the credentials of a request, and whom they make its answer for (RFC 7481, section 3.2).
//!
//! A bearer token (RFC 6750), the same token as the password of the client's name (RFC 7617; RFC 7481 demands Basic or
//! Digest), or the certificate that the connection showed. Tokens are random and long: they are looked up by their SHA-256,
//! so that no time that it takes tells anything of one.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest, Sha256};

use crate::base::limits::RDAP_AUTHORIZATION_BYTES;
use crate::base::timestamp::Timestamp;
use crate::model::purpose::Purpose;
use crate::model::record::ArchivedRdapClient;
use crate::model::view::View;
use crate::node::client_certificate::ClientCertificate;
use crate::rdap::{Audience, RdapError};

/// The field by which a client says what it asks for, with a value of RFC 9560, section 9.3. (That RFC's query parameter
/// `farv1_qp` belongs to its OpenID Connect; a field also keeps the purpose out of links and caches' keys.)
const PURPOSE: HeaderName = HeaderName::from_static("rdap-purpose");

/// The target of log lines about queries of clients that the registry knows; they are written at every level of the log.
pub const ACCESS_LOG: &str = "rdap_access";

/// Where a query comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer {
    pub(super) address: IpAddr,
    /// The certificate that the client has shown and holds the key of.
    pub(super) certificate: Option<ClientCertificate>,
}

/// How a client showed who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// A bearer token.
    Token,
    /// The same token with the client's name (the Basic scheme).
    Basic,
    /// A certificate.
    Certificate,
}

impl Means {
    /// As the log says it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Basic => "basic",
            Self::Certificate => "certificate",
        }
    }
}

/// Why credentials or a purpose do not make a query one of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// The field is not what its scheme says.
    Malformed,
    /// A scheme that is not served.
    Scheme,
    /// Nobody has that token.
    Unknown,
    /// The client is suspended.
    Suspended,
    /// The client's time is over.
    Expired,
    /// No purpose of the client is named.
    Purpose,
}

impl Denial {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Malformed, Self::Scheme, Self::Unknown, Self::Suspended, Self::Expired, Self::Purpose];

    /// As metrics and the log say it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Scheme => "scheme",
            Self::Unknown => "unknown",
            Self::Suspended => "suspended",
            Self::Expired => "expired",
            Self::Purpose => "purpose",
        }
    }
}

/// A query of a client that the registry knows, for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access<'a> {
    /// The client's name.
    pub client: &'a str,
    /// How it showed who it is.
    pub by: Means,
    /// What for, where the query was let through; else why it was not.
    pub outcome: Result<Purpose, Denial>,
    /// What was asked about: `domain`, or `none` for what is no query.
    pub kind: &'a str,
    /// The name or handle; empty where there is none.
    pub name: &'a str,
    /// How it was answered.
    pub status: u16,
    /// From where it came.
    pub address: IpAddr,
    /// When, by the registry's clock.
    pub at: Timestamp,
}

/// What a request shows of who asks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Credentials {
    shown: Shown,
    /// The purpose that it names; `Some(None)`: none that is registered, or several.
    purpose: Option<Option<Purpose>>,
}

#[derive(Debug, PartialEq, Eq)]
enum Shown {
    Nothing,
    Malformed,
    OtherScheme,
    /// SHA-256 of a token.
    Token([u8; 32]),
    /// A name, and SHA-256 of a token.
    Pair(String, [u8; 32]),
}

/// Whom an answer is for.
#[derive(Debug)]
pub(super) struct Verdict<'v> {
    /// Who asks, where the registry knows it, and how it did.
    pub(super) client: Option<(&'v str, Means)>,
    /// For what purpose; nothing for the public.
    pub(super) outcome: Result<Option<Purpose>, (Denial, RdapError)>,
}

impl Credentials {
    /// Of a request whose fields are not looked at.
    pub(super) const NONE: Self = Self { shown: Shown::Nothing, purpose: None };

    /// Reads the fields of a request.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut named = headers.get_all(PURPOSE).iter();
        let purpose = match (named.next(), named.next()) {
            (None, _) => None,
            (Some(one), None) => Some(one.to_str().ok().and_then(|text| Purpose::parse(text.trim_ascii()))),
            (Some(_), Some(_)) => Some(None),
        };
        Self { shown: Shown::of(headers), purpose }
    }

    /// Whom the answer is for by this view, at this moment. Who shows a certificate that is nobody's, or no client's any
    /// more, is one of the public: browsers show what they have to anybody. Who sends a token means it, and hears of it.
    pub(super) fn judge<'v>(&self, view: &'v impl View, peer: &Peer, now: Timestamp) -> Verdict<'v> {
        let denied = |denial, error| Verdict { client: None, outcome: Err((denial, error)) };
        let (found, means) = match &self.shown {
            Shown::Malformed => return denied(Denial::Malformed, RdapError::Credentials),
            Shown::OtherScheme => return denied(Denial::Scheme, RdapError::Unauthenticated),
            Shown::Token(sha256) => (view.rdap_client_with(sha256), Means::Token),
            Shown::Pair(name, sha256) => {
                (view.rdap_client_with(sha256).filter(|client| client.name == name.as_str()), Means::Basic)
            }
            Shown::Nothing => {
                let valid = peer.certificate.filter(|certificate| certificate.is_valid(now));
                let found = valid.and_then(|certificate| view.rdap_client_with(&certificate.sha256));
                let found = found.filter(|client| !client.suspended && !client.is_expired(now));
                let Some(client) = found else { return Verdict { client: None, outcome: Ok(None) } };
                (Some(client), Means::Certificate)
            }
        };
        let error = if means == Means::Basic { RdapError::Unauthenticated } else { RdapError::Token };
        let Some(client) = found else { return denied(Denial::Unknown, error) };
        let outcome = match () {
            () if client.suspended => Err((Denial::Suspended, error)),
            () if client.is_expired(now) => Err((Denial::Expired, error)),
            () => self.purpose_of(client).map(Some),
        };
        Verdict { client: Some((&client.name, means)), outcome }
    }

    /// The purpose of a query by that client.
    fn purpose_of(&self, client: &ArchivedRdapClient) -> Result<Purpose, (Denial, RdapError)> {
        let allowed = client.allowed();
        let named = self.purpose.unwrap_or_else(|| allowed.only());
        let purpose = named.filter(|purpose| allowed.has(*purpose));
        purpose.ok_or((Denial::Purpose, RdapError::Purpose { allowed }))
    }
}

impl Shown {
    fn of(headers: &HeaderMap) -> Self {
        let mut fields = headers.get_all(header::AUTHORIZATION).iter();
        let field = match (fields.next(), fields.next()) {
            (None, _) => return Self::Nothing,
            (Some(field), None) => field.as_bytes().trim_ascii(),
            // "[…] uses more than one method for including an access token, or is otherwise malformed" (RFC 6750, section
            // 3.1).
            (Some(_), Some(_)) => return Self::Malformed,
        };
        let (scheme, rest) = match field.iter().position(|octet| *octet == b' ') {
            Some(end) => (&field[..end], field[end..].trim_ascii()),
            None => (field, &[][..]),
        };
        if field.len() > RDAP_AUTHORIZATION_BYTES || scheme.is_empty() || !scheme.iter().all(|octet| is_token(*octet)) {
            return Self::Malformed;
        }
        match scheme {
            _ if scheme.eq_ignore_ascii_case(b"Bearer") => match is_b64token(rest) {
                true => Self::Token(Sha256::digest(rest).into()),
                false => Self::Malformed,
            },
            _ if scheme.eq_ignore_ascii_case(b"Basic") => Self::pair(rest).unwrap_or(Self::Malformed),
            _ => Self::OtherScheme,
        }
    }

    /// `user-id ":" password` in base64 (RFC 7617, section 2).
    fn pair(encoded: &[u8]) -> Option<Self> {
        let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        let (name, password) = text.split_once(':')?;
        Some(Self::Pair(name.to_owned(), Sha256::digest(password).into()))
    }
}

/// `tchar` of RFC 9110, section 5.6.2.
fn is_token(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet)
}

/// `b64token` of RFC 6750, section 2.1.
fn is_b64token(text: &[u8]) -> bool {
    let end = text.iter().rposition(|octet| *octet != b'=').map_or(0, |last| last + 1);
    let is_good = |octet: &u8| octet.is_ascii_alphanumeric() || b"-._~+/".contains(octet);
    end > 0 && text[..end].iter().all(is_good)
}

impl Verdict<'_> {
    /// One of the public.
    pub(super) const PUBLIC: Verdict<'static> = Verdict { client: None, outcome: Ok(None) };

    /// What the answer may show.
    pub(super) fn audience(&self) -> Audience {
        match self.outcome {
            Ok(Some(_)) => Audience::Authorised,
            Ok(None) | Err(_) => Audience::Anonymous,
        }
    }

    /// Why there is no answer.
    pub(super) fn error(&self) -> Option<RdapError> {
        self.outcome.err().map(|(_, error)| error)
    }

    /// What a response says of it, beside its content, which is `error` or what was asked for.
    pub(super) fn dress(&self, error: Option<RdapError>, headers: &mut HeaderMap) {
        if self.audience() == Audience::Authorised {
            // Not even the client's own cache keeps what is not for everybody: whoever uses it next may ask for nothing.
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        let challenges: &[&'static str] = match error {
            Some(RdapError::Credentials) => &["Bearer realm=\"RDAP\", error=\"invalid_request\""],
            Some(RdapError::Token) => &["Bearer realm=\"RDAP\", error=\"invalid_token\""],
            Some(RdapError::Unauthenticated | RdapError::SearchDenied) => {
                &["Bearer realm=\"RDAP\"", "Basic realm=\"RDAP\", charset=\"UTF-8\""]
            }
            _ => &[],
        };
        for challenge in challenges {
            headers.append(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::memory::Memory;
    use crate::model::rdap_client::RdapToken;
    use crate::model::record::{CertificatePin, RdapClient};
    use crate::model::transaction::Change;

    const NOW: Timestamp = Timestamp::from_micros(1_000);
    const PEER: Peer = Peer { address: IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), certificate: None };

    fn shown(fields: &[&[u8]]) -> Shown {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(header::AUTHORIZATION, HeaderValue::from_bytes(field).expect("a value"));
        }
        Shown::of(&headers)
    }

    fn sha256(text: &str) -> [u8; 32] {
        Sha256::digest(text).into()
    }

    #[test]
    fn fields_are_read_to_the_letter() {
        assert_eq!(shown(&[]), Shown::Nothing);
        for good in [&b"Bearer dmsd_x-._~+/=="[..], b"bearer dmsd_x-._~+/==", b"BEARER   dmsd_x-._~+/== "] {
            assert_eq!(shown(&[good]), Shown::Token(sha256("dmsd_x-._~+/==")), "{}", good.escape_ascii());
        }
        let pair = Shown::Pair("police".into(), sha256("dmsd_x:y"));
        assert_eq!(shown(&[b"Basic cG9saWNlOmRtc2RfeDp5"]), pair);
        for other in [&b"Digest username=\"a\""[..], b"Negotiate YII=", b"x", b"BearerX abc"] {
            assert_eq!(shown(&[other]), Shown::OtherScheme, "{}", other.escape_ascii());
        }
        let long = [&b"Bearer "[..], &[b'a'; RDAP_AUTHORIZATION_BYTES]].concat();
        for bad in [
            &b""[..],
            b"Bearer",
            b"Bearer ",
            b"Bearer =",
            b"Bearer a=b",
            b"Bearer a b",
            b"Bearer a,b",
            b"Bearer \xff",
            b"B\xc3\xa4r a",
            b"\"Bearer\" a",
            b"Bearer\ta",
            b"Basic",
            b"Basic !",
            b"Basic cG9saWNl",
            b"Basic /////w==",
            &long,
            &[b'a'; RDAP_AUTHORIZATION_BYTES + 1],
        ] {
            assert_eq!(shown(&[bad]), Shown::Malformed, "{}", bad.escape_ascii());
        }
        assert_eq!(shown(&[b"Bearer a", b"Bearer a"]), Shown::Malformed);
    }

    fn client(now: Timestamp, name: &str, purposes: &[Purpose], change: impl FnOnce(&mut RdapClient)) -> Change {
        let mut client = RdapClient {
            name: name.into(),
            description: "test".into(),
            tokens: vec![RdapToken { sha256: sha256(name), label: String::new(), added: now }],
            certificates: vec![CertificatePin { sha256: [name.len() as u8; 32], label: String::new(), added: now }],
            purposes: purposes.iter().map(|purpose| purpose.name().to_owned()).collect(),
            until: None,
            suspended: false,
            created: now,
            updated: None,
        };
        change(&mut client);
        Change::PutRdapClient(client)
    }

    /// Adds clients, each of which has its name as its token, and its name's length in each octet of its certificate's hash.
    pub(in crate::node::rdap_service) fn with_clients(mut memory: Memory, now: Timestamp) -> Memory {
        use Purpose::{DnsTransparency, LegalActions};
        let changes = [
            client(now, "one", &[LegalActions], |client| client.until = Some(Timestamp::from_micros(now.micros() + 1))),
            client(now, "several", &[LegalActions, DnsTransparency], |_| ()),
            client(now, "late", &[LegalActions], |client| client.until = Some(now)),
            client(now, "suspended", &[LegalActions], |client| client.suspended = true),
            client(now, "lawless", &[], |_| ()),
        ];
        let sealed: Vec<_> = changes.iter().map(Change::seal).collect();
        let derived = crate::model::fold::fold(&memory, &sealed).expect("whole");
        sealed.into_iter().chain(derived).for_each(|change| memory.apply(change));
        memory
    }

    /// The certificate of a client whose name has that length.
    pub(in crate::node::rdap_service) fn certificate_of(length: usize, now: Timestamp) -> ClientCertificate {
        ClientCertificate { sha256: [length as u8; 32], not_before: now, not_after: now }
    }

    fn registry() -> Memory {
        with_clients(Memory::default(), NOW)
    }

    fn judged<'v>(view: &'v Memory, shown: Shown, certificate: Option<usize>, purpose: Option<&str>) -> Verdict<'v> {
        let purpose = purpose.map(Purpose::parse);
        let peer = Peer { certificate: certificate.map(|length| certificate_of(length, NOW)), ..PEER };
        Credentials { shown, purpose }.judge(view, &peer, NOW)
    }

    #[test]
    fn a_token_lets_in_while_its_client_is_one_and_names_a_purpose_of_it() {
        let memory = registry();
        for (name, purpose, expected) in [
            ("one", None, Ok("legalActions")),
            ("one", Some("legalActions"), Ok("legalActions")),
            ("one", Some("dnsTransparency"), Err(Denial::Purpose)),
            ("one", Some("curiosity"), Err(Denial::Purpose)),
            ("several", Some("dnsTransparency"), Ok("dnsTransparency")),
            ("several", None, Err(Denial::Purpose)),
            ("late", None, Err(Denial::Expired)),
            ("suspended", None, Err(Denial::Suspended)),
            ("lawless", None, Err(Denial::Purpose)),
            ("nobody", None, Err(Denial::Unknown)),
        ] {
            let tokens = [Shown::Token(sha256(name)), Shown::Pair(name.into(), sha256(name))];
            for (shown, means) in tokens.into_iter().zip([Means::Token, Means::Basic]) {
                let verdict = judged(&memory, shown, None, purpose);
                let found =
                    verdict.outcome.map(|purpose| purpose.map_or("", Purpose::name)).map_err(|(denial, _)| denial);
                assert_eq!(found, expected, "{name} {purpose:?}");
                assert_eq!(verdict.client, (name != "nobody").then_some((name, means)));
                assert_eq!(verdict.audience() == Audience::Authorised, expected.is_ok());
            }
        }
        let other = judged(&memory, Shown::Pair("several".into(), sha256("one")), None, None);
        assert_eq!(other.outcome, Err((Denial::Unknown, RdapError::Unauthenticated)));
        let certificate_of_one = judged(&memory, Shown::Token(sha256("nobody")), Some(3), None);
        assert_eq!(certificate_of_one.outcome, Err((Denial::Unknown, RdapError::Token)));
    }

    #[test]
    fn a_certificate_lets_in_or_makes_no_difference() {
        let memory = registry();
        let certificate = |name: &str, purpose| judged(&memory, Shown::Nothing, Some(name.len()), purpose);
        let found = certificate("one", None);
        assert_eq!((found.client, found.outcome), (Some(("one", Means::Certificate)), Ok(Some(Purpose::LegalActions))));
        assert_eq!(certificate("several", None).outcome.map_err(|(denial, _)| denial), Err(Denial::Purpose));
        for name in ["late", "suspended", "certificate of nobody"] {
            let found = certificate(name, None);
            assert_eq!((found.client, found.outcome), (None, Ok(None)), "{name}");
        }
        let own = certificate_of(3, NOW);
        let (early, late) = (Timestamp::from_micros(NOW.micros() + 1), Timestamp::from_micros(NOW.micros() - 1));
        for certificate in [
            ClientCertificate { not_before: early, ..own },
            ClientCertificate { not_after: late, ..own },
            ClientCertificate { sha256: [77; 32], ..own },
        ] {
            let peer = Peer { certificate: Some(certificate), ..PEER };
            let found = Credentials { shown: Shown::Nothing, purpose: None }.judge(&memory, &peer, NOW);
            assert_eq!((found.client, found.outcome), (None, Ok(None)), "{certificate:?}");
        }
        let found = judged(&memory, Shown::Nothing, None, Some("legalActions"));
        assert_eq!((found.client, found.outcome), (None, Ok(None)));
    }
}
