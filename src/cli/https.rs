//! One HTTPS request of the command line, and its answer.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{ACCEPT, AUTHORIZATION, CONNECTION, HOST, HeaderValue, LOCATION};
use hyper::{Request, Uri};

use super::epp_connection::RESPONSE_TIMEOUT;
use super::exit::CliError;
use crate::runtime::halt::Halt;
use crate::runtime::https::{Connection, Limits};
use crate::runtime::tls::client_config;

/// Octets of an answer at most.
const ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// The status code.
    pub(super) status: u16,
    /// Where to ask instead.
    pub(super) location: Option<String>,
    /// The content.
    pub(super) body: Vec<u8>,
}

/// Who asks, and what for.
#[derive(Clone, Debug, Default)]
pub(super) struct Asker<'a> {
    /// PEM files of a client certificate and its key.
    pub(super) identity: Option<(&'a Path, &'a Path)>,
    /// A bearer token, as the value of its field; marked sensitive, so that no debug output has it.
    pub(super) authorization: Option<HeaderValue>,
    /// The purpose of the query.
    pub(super) purpose: Option<&'static str>,
}

/// Gets what is at `uri`, which has a host; the server's certificate must be of a CA in the PEM file `ca`.
///
/// # Errors
/// Files that cannot be used, and every way a connection fails.
pub(super) fn get(uri: &Uri, ca: &Path, media_type: &str, asker: Asker<'_>) -> Result<Answer, CliError> {
    let config = Arc::new(client_config(ca, asker.identity)?);
    let failed = |error| CliError::Connection { peer: uri.to_string(), error };
    let limits = Limits::new(RESPONSE_TIMEOUT, ANSWER_BYTES, Halt::default());
    let mut connection = Connection::open(uri, config, &limits).map_err(failed)?;
    let mut request = Request::get(uri.path_and_query().map_or("/", |path| path.as_str()))
        .header(HOST, uri.authority().map_or("", |authority| authority.as_str()))
        .header(ACCEPT, media_type)
        .header(CONNECTION, "close");
    if let Some(authorization) = asker.authorization {
        request = request.header(AUTHORIZATION, authorization);
    }
    if let Some(purpose) = asker.purpose {
        request = request.header("rdap-purpose", purpose);
    }
    let request = request.body(Full::<Bytes>::default());
    let request = request.map_err(|error| failed(io::Error::new(ErrorKind::InvalidInput, error)))?;
    let answer = connection.send(request, &limits).map_err(failed)?;
    let location = answer.headers.get(LOCATION).map(|to| String::from_utf8_lossy(to.as_bytes()).into_owned());
    Ok(Answer { status: answer.status, location, body: answer.body })
}
