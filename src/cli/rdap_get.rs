//! `rdap get`: asks an RDAP server one question and prints what it answers.

use std::path::{Path, PathBuf};

use hyper::Uri;
use hyper::header::HeaderValue;
use simd_json::OwnedValue;

use super::admin::print;
use super::exit::{CliError, rdap_exit_code};
use super::rdap_args::GetArgs;
use super::target::Target;
use super::{https, password, rdap_answer};
use crate::rdap::MEDIA_TYPE;

/// The CAs of the system, where Debian keeps them.
const SYSTEM_CA: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Where a token may stand: the command line is everybody's to read.
const TOKEN: &str = "DOMESDAY_RDAP_TOKEN";

/// Asks and prints; the exit code tells the status.
///
/// # Errors
/// Wrong usage, files that cannot be read, and every way a connection fails.
pub(super) fn run(args: &GetArgs) -> Result<u8, CliError> {
    let target = args.target.as_deref().map(Target::read).transpose()?;
    let url = if args.what.contains("://") {
        if args.name.is_some() {
            return Err(CliError::Usage("a URL stands alone, without a name after it".into()));
        }
        args.what.clone()
    } else {
        let path = path(&args.what, args.name.as_deref()).map_err(CliError::Usage)?;
        let base = target.as_ref().and_then(|target| target.rdap.base_urls.first());
        let base = base.ok_or_else(|| CliError::Usage("give --target, or the whole URL".into()))?;
        format!("{base}{path}")
    };
    let uri = uri(&url).map_err(CliError::Usage)?;
    let ca = args.ca.clone().or_else(|| target.map(|target| target.rdap.ca));
    let ca = ca.unwrap_or_else(|| PathBuf::from(SYSTEM_CA));
    let asker = https::Asker {
        identity: args.client_cert.as_deref().zip(args.client_key.as_deref()),
        authorization: token(args.token_file.as_deref())?,
        purpose: args.purpose.map(|purpose| purpose.0.name()),
    };
    show(&uri, &ca, asker, args.json)
}

/// A bearer token from its file or the environment.
fn token(file: Option<&Path>) -> Result<Option<HeaderValue>, CliError> {
    let token = match file {
        Some(file) => Some(password::read("", Some(file))?),
        None => std::env::var(TOKEN).ok().filter(|token| !token.is_empty()),
    };
    token.map(|token| bearer(&token).map_err(CliError::Usage)).transpose()
}

/// The value of `Authorization`. What is wrong is not repeated.
fn bearer(token: &str) -> Result<HeaderValue, String> {
    let token = token.trim();
    if token.is_empty() || !token.bytes().all(|octet| octet.is_ascii_graphic()) {
        return Err("expected a bearer token of visible ASCII characters".into());
    }
    let mut value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|error| error.to_string())?;
    value.set_sensitive(true);
    Ok(value)
}

fn show(uri: &Uri, ca: &Path, asker: https::Asker<'_>, as_json: bool) -> Result<u8, CliError> {
    let mut answer = https::get(uri, ca, MEDIA_TYPE, asker)?;
    let code = rdap_exit_code(answer.status);
    let text = match simd_json::to_owned_value(&mut answer.body) {
        Ok(json) if as_json => simd_json::to_string_pretty::<OwnedValue>(&json).expect("JSON is plain data") + "\n",
        Ok(json) => rdap_answer::render(answer.status, &json),
        Err(error) if answer.status == 200 => {
            let error = std::io::Error::new(std::io::ErrorKind::InvalidData, format!("the answer is no JSON: {error}"));
            return Err(CliError::Connection { peer: uri.to_string(), error });
        }
        Err(_) => rdap_answer::without_body(answer.status, answer.location.as_deref()),
    };
    print(&text)?;
    Ok(code)
}

/// The path of a look-up below the base URL (RFC 9082, section 3.1); names of domains and hosts as A-labels.
fn path(kind: &str, name: Option<&str>) -> Result<String, String> {
    match (kind, name) {
        ("help", None) => Ok("help".to_owned()),
        ("domain" | "nameserver", Some(name)) => Ok(format!("{kind}/{}", encode(&ascii(name)?, is_unreserved))),
        ("entity", Some(handle)) => Ok(format!("entity/{}", encode(handle, is_unreserved))),
        ("help", Some(name)) => Err(format!("help takes no name, found {name:?}")),
        ("domain" | "nameserver" | "entity", None) => Err(format!("{kind} of what? A name or handle follows")),
        _ => Err(format!("expected a URL, domain, nameserver, entity or help, found {kind:?}")),
    }
}

/// A name in A-labels (RFC 5891, section 4.4); what is ASCII already is for the server to judge.
fn ascii(name: &str) -> Result<String, String> {
    match name.is_ascii() {
        true => Ok(name.to_owned()),
        false => idna::domain_to_ascii(name).map_err(|_| format!("{name:?} is no internationalized name (IDNA)")),
    }
}

/// A URL as people write it: U-labels in the host, any characters in the path.
fn uri(text: &str) -> Result<Uri, String> {
    let bad = || format!("expected an https URL, found {text:?}");
    let rest = text.strip_prefix("https://").ok_or_else(bad)?;
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, format!(":{port}")),
        _ => (authority, String::new()),
    };
    if host.is_empty() || host.contains('@') {
        return Err(bad());
    }
    let tail = encode(tail, |octet| octet.is_ascii_graphic());
    let uri: Uri = format!("https://{}{port}{tail}", ascii(host)?).parse().map_err(|_| bad())?;
    if port.is_empty() || uri.port_u16().is_some() { Ok(uri) } else { Err(bad()) }
}

/// RFC 3986, section 2.3.
fn is_unreserved(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~')
}

/// Percent-encodes all octets but these (RFC 3986, section 2.1).
fn encode(text: &str, keep: impl Fn(u8) -> bool) -> String {
    let one = |octet| if keep(octet) { char::from(octet).to_string() } else { format!("%{octet:02X}") };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_paths_below_the_base() {
        for (kind, name, expected) in [
            ("domain", Some("a.test"), Ok("domain/a.test")),
            ("domain", Some("B\u{fc}cher.test"), Ok("domain/xn--bcher-kva.test")),
            ("nameserver", Some("ns1.b\u{fc}cher.test"), Ok("nameserver/ns1.xn--bcher-kva.test")),
            ("entity", Some("A/\u{fc} 1"), Ok("entity/A%2F%C3%BC%201")),
            ("domain", Some("a/../b?c"), Ok("domain/a%2F..%2Fb%3Fc")),
            ("help", None, Ok("help")),
            ("help", Some("x"), Err(())),
            ("domain", None, Err(())),
            ("domain", Some("\u{fffd}.test"), Err(())),
            ("fly", Some("x"), Err(())),
        ] {
            assert_eq!(path(kind, name).map_err(drop), expected.map(str::to_owned), "{kind} {name:?}");
        }
    }

    #[test]
    fn a_token_becomes_a_field_that_nobody_prints() {
        let value = bearer(" dmsd_abc\n").expect("a token");
        assert_eq!(value, "Bearer dmsd_abc");
        assert!(!format!("{value:?}").contains("abc"));
        for bad in ["", " ", "x y", "q\u{e9}", "q\nz"] {
            let error = bearer(bad).expect_err("no token");
            assert!(bad.trim().is_empty() || !error.contains(bad), "{error}");
        }
    }

    #[test]
    fn urls_are_taken_as_people_write_them() {
        for (text, expected) in [
            (
                "https://b\u{fc}cher.test:8443/domain/\u{fc}.test",
                Some("https://xn--bcher-kva.test:8443/domain/%C3%BC.test"),
            ),
            ("https://[::1]/help", Some("https://[::1]/help")),
            ("https://[::1]:8443/help?a b", Some("https://[::1]:8443/help?a%20b")),
            ("http://a.test/help", None),
            ("https:///help", None),
            ("https://user@a.test/", None),
            ("https://a.test:x/", None),
        ] {
            assert_eq!(uri(text).ok().map(|uri| uri.to_string()).as_deref(), expected, "{text}");
        }
    }
}
