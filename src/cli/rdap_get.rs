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
        if !args.names.is_empty() {
            return Err(CliError::Usage("a URL stands alone, without a name after it".into()));
        }
        args.what.clone()
    } else {
        let path = path(&args.what, &args.names).map_err(CliError::Usage)?;
        let target = target.as_ref().ok_or_else(|| CliError::Usage("give --target, or the whole URL".into()))?;
        let base = target.rdap.base_urls.first();
        let base = base.ok_or_else(|| CliError::Usage("the target serves no RDAP; give the whole URL".into()))?;
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

/// The path of a look-up or a search below the base URL (RFC 9082, sections 3.1 and 3.2); names of domains and hosts that are
/// looked up as A-labels.
fn path(kind: &str, names: &[String]) -> Result<String, String> {
    match (kind, names) {
        ("help", []) => Ok("help".to_owned()),
        ("domain" | "nameserver", [name]) => Ok(format!("{kind}/{}", encode(&ascii(name)?, is_unreserved))),
        ("entity", [handle]) => Ok(format!("entity/{}", encode(handle, is_unreserved))),
        ("domains" | "nameservers" | "entities", [_, ..]) => {
            let parameters = names.iter().map(|text| parameter(kind, text)).collect::<Result<Vec<_>, _>>()?;
            Ok(format!("{kind}?{}", parameters.join("&")))
        }
        ("help", [name, ..]) => Err(format!("help takes no name, found {name:?}")),
        ("domain" | "nameserver" | "entity", []) => Err(format!("{kind} of what? A name or handle follows")),
        ("domain" | "nameserver" | "entity", [_, more, ..]) => {
            Err(format!("{kind} takes one name or handle, found {more:?} after it"))
        }
        ("domains" | "nameservers" | "entities", []) => {
            Err(format!("{kind} by what? PROPERTY=VALUE follows, as {}", by(kind)))
        }
        _ => Err(format!(
            "expected a URL, domain, nameserver, entity, help, domains, nameservers or entities, found {kind:?}"
        )),
    }
}

/// A parameter of a search; its value is taken as it is, but for the asterisk.
fn parameter(kind: &str, text: &str) -> Result<String, String> {
    let expected = || format!("{kind} takes PROPERTY=VALUE, as {}; found {text:?}", by(kind));
    let (name, value) = text.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or_else(expected)?;
    // Characters of a query that stand for themselves there (RFC 3986, section 3.4): those of patterns, IPv6 and sorts.
    let keep = |octet| is_unreserved(octet) || matches!(octet, b'*' | b':' | b',');
    Ok(format!("{}={}", encode(name, is_unreserved), encode(value, keep)))
}

/// What objects of a class are searched by.
fn by(kind: &str) -> &'static str {
    match kind {
        "domains" => "name=exam*, nsLdhName=ns1.exam* or nsIp=192.0.2.1",
        "nameservers" => "name=ns1.exam* or ip=192.0.2.1",
        _ => "fn=Bob* or handle=C1*",
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
        for (kind, names, expected) in [
            ("domain", &["a.test"][..], Ok("domain/a.test")),
            ("domain", &["B\u{fc}cher.test"], Ok("domain/xn--bcher-kva.test")),
            ("nameserver", &["ns1.b\u{fc}cher.test"], Ok("nameserver/ns1.xn--bcher-kva.test")),
            ("entity", &["A/\u{fc} 1"], Ok("entity/A%2F%C3%BC%201")),
            ("domain", &["a/../b?c"], Ok("domain/a%2F..%2Fb%3Fc")),
            ("help", &[], Ok("help")),
            ("help", &["x"], Err(())),
            ("domain", &[], Err(())),
            ("domain", &["a.test", "b.test"], Err(())),
            ("domain", &["\u{fffd}.test"], Err(())),
            ("domains", &["name=b\u{fc}*"], Ok("domains?name=b%C3%BC*")),
            ("domains", &["nsIp=2001:db8::1", "count=true"], Ok("domains?nsIp=2001:db8::1&count=true")),
            ("entities", &["fn=Bob & Co=*", "sort=handle:d"], Ok("entities?fn=Bob%20%26%20Co%3D*&sort=handle:d")),
            ("nameservers", &["name=ns1#%?"], Ok("nameservers?name=ns1%23%25%3F")),
            ("nameservers", &["ns1.a.test"], Err(())),
            ("nameservers", &["=x"], Err(())),
            ("entities", &[], Err(())),
            ("fly", &["x"], Err(())),
        ] {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(path(kind, &names).map_err(drop), expected.map(str::to_owned), "{kind} {names:?}");
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
