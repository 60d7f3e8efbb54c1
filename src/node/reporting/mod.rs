//! Reports sent to ICANN's reporting interface (draft-lozano-icann-registry-interfaces): of each deposit, and each month's two of
//! Specification 3. One after the other on one connection, since authentication is what the interface limits.
//!
//! Only result code 1000 is acceptance ([`crate::escrow::ResultCode`]); HTTP 200 says nothing. Each upload and its answer are
//! kept in a file of their own, without the credentials.
//!
//! Everything blocks: it runs on a thread of its own.

mod fault;
mod record;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue, RETRY_AFTER};
use hyper::{Method, Request, Uri};
use rustls::ClientConfig;
use serde::Deserialize;

pub use fault::ReportingError;

use crate::base::lexical::is_deposit_id;
use crate::base::limits::{REPORT_ANSWER_BYTES, REPORT_BYTES};
use crate::base::timestamp::Timestamp;
use crate::escrow::{InterfaceResult, Report, xml};
use crate::runtime::halt::Halt;
use crate::runtime::https::{Answer, Connection, Limits};
use crate::runtime::tls::client_config;
use record::Record;

/// Where reports go, and who sends them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interface {
    /// Where the interface is: `https://HOST`, or one with a path that those of reports are below.
    pub url: String,
    /// A PEM file of the CAs that may have signed the server's certificate.
    #[serde(default = "default_ca")]
    pub ca: PathBuf,
    /// The user of HTTP Basic.
    #[serde(default)]
    pub user: Option<String>,
    /// The file whose first line is its password.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// A PEM file of the certificate that we show.
    #[serde(default)]
    pub certificate: Option<PathBuf>,
    /// A PEM file of its key.
    #[serde(default)]
    pub key: Option<PathBuf>,
    /// The directory in which uploads and their answers are kept; it is made if it is not there.
    pub records: PathBuf,
    /// Seconds that an upload may take, its answer included.
    #[serde(default = "default_time_limit_s")]
    pub time_limit_s: u64,
}

/// The CAs of the system, where Debian keeps them.
fn default_ca() -> PathBuf {
    "/etc/ssl/certs/ca-certificates.crt".into()
}

const fn default_time_limit_s() -> u64 {
    120
}

/// What a report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A deposit of a TLD.
    Deposit {
        /// The TLD.
        tld: String,
        /// The deposit's id.
        id: String,
    },
    /// The transactions of a TLD in a month (Specification 3, section 1).
    Transactions {
        /// The TLD.
        tld: String,
        /// The year.
        year: i32,
        /// The month, 1 to 12.
        month: u8,
    },
    /// What a TLD's services did in a month (Specification 3, section 2).
    Activity {
        /// The TLD.
        tld: String,
        /// The year.
        year: i32,
        /// The month, 1 to 12.
        month: u8,
    },
}

impl Subject {
    /// The TLD.
    pub fn tld(&self) -> &str {
        match self {
            Self::Deposit { tld, .. } | Self::Transactions { tld, .. } | Self::Activity { tld, .. } => tld,
        }
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Deposit { .. } => "registry-escrow-report",
            Self::Transactions { .. } => "registrar-transactions",
            Self::Activity { .. } => "registry-functions-activity",
        }
    }

    const fn media_type(&self) -> &'static str {
        match self {
            Self::Deposit { .. } => "text/xml",
            Self::Transactions { .. } | Self::Activity { .. } => "text/csv",
        }
    }

    /// The last part of the path: `2026-11`, or the deposit's id, percent-encoded.
    fn what(&self) -> String {
        match self {
            Self::Deposit { id, .. } => encoded(id),
            Self::Transactions { year, month, .. } | Self::Activity { year, month, .. } => {
                format!("{year:04}-{month:02}")
            }
        }
    }

    /// That there can be such a report.
    fn check(&self) -> Result<(), ReportingError> {
        let expected = |what: &str| Err(ReportingError::Setting(format!("expected {what}, found {self:?}")));
        if self.tld().is_empty() || !self.tld().bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-') {
            return expected("a TLD in A-labels, without dots");
        }
        match self {
            Self::Deposit { id, .. } if !is_deposit_id(id) => expected("a deposit's id, of 1 to 13 word characters"),
            Self::Transactions { year, month, .. } | Self::Activity { year, month, .. }
                if !(1..=9999).contains(year) || !(1..=12).contains(month) =>
            {
                expected("a month, 1 to 12, of a year of four digits")
            }
            _ => Ok(()),
        }
    }
}

/// Percent-encoded, but for what may stand as it is everywhere (RFC 3986, section 2.3).
fn encoded(text: &str) -> String {
    let is_unreserved = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~".contains(&octet);
    let one = |octet| if is_unreserved(octet) { char::from(octet).to_string() } else { format!("%{octet:02X}") };
    text.bytes().map(one).collect()
}

/// A report to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// What it is about.
    pub subject: Subject,
    /// The document, XML of deposits and CSV of months.
    pub body: Vec<u8>,
}

impl Upload {
    /// The report of a deposit of `tld`.
    pub fn of_deposit(tld: &str, report: &Report) -> Self {
        let subject = Subject::Deposit { tld: tld.to_owned(), id: report.id.clone() };
        Self { subject, body: xml::write_report(report) }
    }
}

/// A report that the interface has accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// What it answered.
    pub result: InterfaceResult,
    /// The file in which upload and answer are kept.
    pub record: PathBuf,
}

/// A client of the interface.
pub struct Reporter {
    base: Uri,
    tls: Arc<ClientConfig>,
    authorization: Option<HeaderValue>,
    records: PathBuf,
    time_limit: Duration,
    halt: Halt,
    connection: Option<Connection>,
}

impl Reporter {
    /// A client with these settings, whose files are read now; `halt` ends whatever it does. Nothing is sent.
    ///
    /// # Errors
    /// Settings that make no sense, and files that cannot be read.
    pub fn new(interface: &Interface, halt: Halt) -> Result<Self, ReportingError> {
        let base: Option<Uri> = interface.url.trim_end_matches('/').parse().ok();
        let is_base = |base: &Uri| {
            base.scheme_str() == Some("https")
                && base.host().is_some_and(|host| !host.is_empty())
                && base.query().is_none()
                && !base.authority().is_some_and(|authority| authority.as_str().contains('@'))
        };
        let expected = |what: &str| ReportingError::Setting(format!("expected {what}"));
        let base = base.filter(is_base);
        let base = base.ok_or_else(|| expected(&format!("a URL as https://HOST, found {:?}", interface.url)))?;
        let identity = match (&interface.certificate, &interface.key) {
            (Some(certificate), Some(key)) => Some((certificate.as_path(), key.as_path())),
            (None, None) => None,
            _ => return Err(expected("certificate and key, or neither")),
        };
        let authorization = match (&interface.user, &interface.password_file) {
            (Some(user), Some(file)) => Some(basic(user, file)?),
            (None, None) => None,
            _ => return Err(expected("user and password_file, or neither")),
        };
        if identity.is_none() && authorization.is_none() {
            return Err(expected(
                "user and password_file, or certificate and key: the interface asks who sends reports",
            ));
        }
        let tls = Arc::new(client_config(&interface.ca, identity).map_err(ReportingError::Tls)?);
        let (records, time_limit) = (interface.records.clone(), Duration::from_secs(interface.time_limit_s));
        Ok(Self { base, tls, authorization, records, time_limit, halt, connection: None })
    }

    /// Sends a report. `now` dates the file in which upload and answer are kept.
    ///
    /// # Errors
    /// [`ReportingError`]: it was not accepted, as far as is known, and whether another attempt is worth it.
    pub fn put(&mut self, upload: &Upload, now: Timestamp) -> Result<Accepted, ReportingError> {
        let subject = &upload.subject;
        subject.check()?;
        if upload.body.len() > REPORT_BYTES {
            let (most, found) = (REPORT_BYTES, upload.body.len());
            return Err(ReportingError::Setting(format!("expected a report of {most} octets at most, found {found}")));
        }
        let path = self.path("report", subject);
        let host = self.authority().to_owned();
        let mut record = Record::begin(&self.records, subject, now, (&host, &path), &upload.body)?;
        let body = Bytes::copy_from_slice(&upload.body);
        let answer = self.ask(&Method::PUT, &path, Some(subject.media_type()), &body);
        record.end(answer.as_ref());
        let result = judged(&answer?)?;
        Ok(Accepted { result, record: record.path })
    }

    /// Whether the interface has a report about this.
    ///
    /// # Errors
    /// [`ReportingError`].
    pub fn was_received(&mut self, subject: &Subject) -> Result<bool, ReportingError> {
        subject.check()?;
        let path = self.path("info/report", subject);
        let answer = self.ask(&Method::HEAD, &path, None, &Bytes::new())?;
        match answer.status {
            200 => Ok(true),
            404 => Ok(false),
            _ => Err(unexpected(&answer)),
        }
    }

    fn path(&self, below: &str, subject: &Subject) -> String {
        let base = self.base.path().trim_end_matches('/');
        format!("{base}/{below}/{}/{}/{}", subject.kind(), subject.tld(), subject.what())
    }

    fn authority(&self) -> &str {
        self.base.authority().map_or("", |authority| authority.as_str())
    }

    /// Asks on the connection that there is, and on a new one where that was closed meanwhile: what is put twice is there once.
    fn ask(
        &mut self,
        method: &Method,
        path: &str,
        media_type: Option<&'static str>,
        body: &Bytes,
    ) -> Result<Answer, ReportingError> {
        let peer = self.authority().to_owned();
        let failed = |error: std::io::Error| match error.kind() {
            ErrorKind::Interrupted => ReportingError::Halted,
            ErrorKind::FileTooLarge => {
                ReportingError::Unreadable { status: None, why: format!("more than {REPORT_ANSWER_BYTES} octets") }
            }
            _ => ReportingError::Connection { peer: peer.clone(), error },
        };
        let limits = Limits::new(self.time_limit, REPORT_ANSWER_BYTES, self.halt.clone());
        if let Some(mut kept) = self.connection.take().filter(Connection::is_open) {
            match kept.send(self.request(method, path, media_type, body)?, &limits) {
                Ok(answer) => {
                    self.connection = Some(kept);
                    return Ok(answer);
                }
                Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => {
                    return Err(failed(error));
                }
                Err(_) => {}
            }
        }
        let mut fresh = Connection::open(&self.base, self.tls.clone(), &limits).map_err(failed)?;
        let answer = fresh.send(self.request(method, path, media_type, body)?, &limits).map_err(failed)?;
        self.connection = Some(fresh);
        Ok(answer)
    }

    fn request(
        &self,
        method: &Method,
        path: &str,
        media_type: Option<&'static str>,
        body: &Bytes,
    ) -> Result<Request<Full<Bytes>>, ReportingError> {
        let mut request = Request::builder().method(method).uri(path).header(HOST, self.authority());
        if let Some(media_type) = media_type {
            request = request.header(CONTENT_TYPE, media_type);
        }
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let request = request.body(Full::new(body.clone()));
        request.map_err(|error| ReportingError::Setting(format!("{path:?} is no path: {error}")))
    }
}

/// The value of `Authorization` (RFC 7617). What is wrong with the password is not repeated.
fn basic(user: &str, file: &Path) -> Result<HeaderValue, ReportingError> {
    let text = std::fs::read_to_string(file);
    let text = text.map_err(|error| ReportingError::File { path: file.to_owned(), error })?;
    let password = text.lines().next().unwrap_or_default();
    let is_bad = |text: &str| text.is_empty() || text.contains(char::is_control);
    if is_bad(user) || user.contains(':') || is_bad(password) {
        let expected =
            "expected a user without \":\" and a password in the first line of its file, of visible characters";
        return Err(ReportingError::Setting(expected.to_owned()));
    }
    let value = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
    let mut value = HeaderValue::try_from(value).map_err(|error| ReportingError::Setting(error.to_string()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// What an answer to a report means.
fn judged(answer: &Answer) -> Result<InterfaceResult, ReportingError> {
    // Whoever is behind such a status, it is not the interface's judgement of the report.
    if !matches!(answer.status, 200..300 | 400) {
        return Err(unexpected(answer));
    }
    let unreadable = |why: String| ReportingError::Unreadable { status: Some(answer.status), why };
    let result = xml::read_answer(&answer.body);
    let result = result.map_err(|faults| unreadable(faults.first().map(ToString::to_string).unwrap_or_default()))?;
    match (result.code.is_accepted(), answer.status) {
        (true, 200..300) => Ok(result),
        (true, _) => Err(unreadable("the result says that it was accepted, the status that it was not".to_owned())),
        (false, _) => Err(ReportingError::Refused(result)),
    }
}

fn unexpected(answer: &Answer) -> ReportingError {
    let seconds = answer.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    ReportingError::Status { status: answer.status, retry_after: seconds.map(Duration::from_secs) }
}

#[cfg(test)]
mod tests;
