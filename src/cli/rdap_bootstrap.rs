//! `rdap bootstrap`: the record by which IANA's bootstrap registry for the domain name space leads to us (RFC 9224,
//! sections 3 and 4).

use std::path::PathBuf;

use serde::Serialize;
use simd_json::prelude::*;

use super::admin::{Connection, print};
use super::exit::CliError;
use super::rdap_args::BootstrapArgs;
use super::serve;
use super::target::Target;
use crate::base::timestamp::Timestamp;
use crate::node::admin::{AdminRequest, NoMembers};
use crate::rdap::BaseUrl;
use crate::runtime::clock;

/// The format of the registry (RFC 9224, section 3).
const VERSION: &str = "1.0";
const DESCRIPTION: &str = "RDAP base URLs of the top-level domains of this registry";

/// A bootstrap registry (RFC 9224, section 10.2).
#[derive(Serialize)]
struct Record {
    version: &'static str,
    publication: String,
    description: &'static str,
    services: Vec<Service>,
}

/// The entries and the base URLs that all of them have.
type Service = (Vec<String>, Vec<String>);

/// Prints the record.
///
/// # Errors
/// Files that cannot be read, a base URL that is none, no registry, or one without a TLD.
pub(super) fn run(args: &BootstrapArgs) -> Result<u8, CliError> {
    let (file, urls, socket) = source(args)?;
    let urls = base_urls(&urls).map_err(|problem| CliError::Content { path: file, problem })?;
    let tlds = Connection::open(socket)?.ask(&AdminRequest::TldList(NoMembers {}))?;
    let names = tlds.as_array().into_iter().flatten().filter_map(|tld| tld.get_str("name").map(str::to_owned));
    let names: Vec<String> = names.collect();
    if names.is_empty() {
        return Err(CliError::Usage("the registry has no TLD yet: `domesday admin tld add` begins one".into()));
    }
    let publication = args.publication.map_or_else(clock::wall, Timestamp::from_micros);
    print(&render(names, urls, publication))?;
    Ok(0)
}

/// The file that was given, the base URLs in it, and its admin socket.
fn source(args: &BootstrapArgs) -> Result<(PathBuf, Vec<String>, PathBuf), CliError> {
    if let Some(file) = &args.config {
        let config = serve::read(file)?;
        let socket = config.admin_socket_path();
        return Ok((file.clone(), vec![config.rdap_base_url], socket));
    }
    match &args.target {
        Some(file) => {
            let target = Target::read(file)?;
            Ok((file.clone(), target.rdap.base_urls, target.admin_socket))
        }
        None => Err(CliError::Usage("give --config or --target".into())),
    }
}

/// The base URLs in lower case, as the registry holds them, each `https` and with a slash at its end (RFC 9224, section 3).
fn base_urls(urls: &[String]) -> Result<Vec<String>, String> {
    let checked = urls.iter().map(|url| BaseUrl::new(url).map(|base| base.url().to_owned()));
    let checked: Vec<String> = checked.collect::<Result<_, _>>().map_err(|bad| bad.to_string())?;
    if checked.is_empty() { Err("expected a base URL of RDAP, found none".to_owned()) } else { Ok(checked) }
}

/// The record as JSON, one line a member; names in order, so that two records can be compared.
fn render(mut tlds: Vec<String>, urls: Vec<String>, publication: Timestamp) -> String {
    tlds.sort_unstable();
    let record = Record {
        version: VERSION,
        publication: seconds(publication),
        description: DESCRIPTION,
        services: vec![(tlds, urls)],
    };
    // By way of a value: simd-json puts the members of a struct on one line.
    let value = simd_json::serde::to_owned_value(record).expect("records are plain data");
    value.encode_pp() + "\n"
}

/// `YYYY-MM-DDTHH:MM:SSZ`, as IANA writes it: without a fraction.
fn seconds(moment: Timestamp) -> String {
    let text = moment.to_string();
    text.split('.').next().unwrap_or(&text).trim_end_matches('Z').to_owned() + "Z"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_has_the_form_of_ianas_registry() {
        let urls = base_urls(&["https://RDAP.Example:8443/V1/".to_owned()]).expect("good");
        let text =
            render(vec!["xn--p1ai".into(), "example".into()], urls, Timestamp::from_micros(1_767_225_600_987_654));
        let compact: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let expected = concat!(
            r#"{ "version": "1.0", "publication": "2026-01-01T00:00:00Z", "#,
            r#""description": "RDAP base URLs of the top-level domains of this registry", "#,
            r#""services": [ [ [ "example", "xn--p1ai" ], [ "https://rdap.example:8443/V1/" ] ] ] }"#,
        );
        assert_eq!(compact, expected);
    }

    #[test]
    fn base_urls_are_https_and_end_with_a_slash() {
        for bad in [&["http://rdap.example/"][..], &["https://rdap.example/v1"], &["https://rdap.example"], &[]] {
            let urls: Vec<String> = bad.iter().map(|url| (*url).to_owned()).collect();
            assert!(base_urls(&urls).is_err(), "{bad:?}");
        }
    }
}
