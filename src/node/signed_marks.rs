//! Signed marks in commands, validated before the command is decided (RFC 8334, sections 2.6.2 and 2.6.3; RFC 9361, section
//! 5.2.3): on threads of their own, since each takes milliseconds that neither a shard nor the ledger has.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use crate::base::limits::{SMD_QUEUE, SMD_QUEUE_PER_REGISTRAR};
use crate::base::network::network;
use crate::base::timestamp::Timestamp;
use crate::config::Config;
use crate::epp::decode::signed_mark;
use crate::model::launch_command::{EncodedMark, GivenMarks, SignedMark};
use crate::model::mark::Mark;
use crate::model::refusal::{Element, Fault, Refusal};
use crate::node::metrics::Metrics;
use crate::runtime::offload::{Account, Bounds, Busy, Offload};
use crate::tmch::SmdFault;
use crate::tmch::smd::{Verified, of_base64};
use crate::tmch::trust::{StaleCrl, Trust, TrustFault};

const ENCODED: Element = Element::signed_mark("encodedSignedMark");
const SIGNED: Element = Element::signed_mark("signedMark");

/// Threads that validate.
const THREADS: usize = 1;

/// Why the files that say whom to believe are of no use.
#[derive(Debug)]
pub struct TrustError {
    /// The key that names the file.
    pub key: &'static str,
    path: PathBuf,
    why: Why,
}

#[derive(Debug)]
enum Why {
    Read(io::Error),
    Fault(TrustFault),
    Older { found: Timestamp, before: Timestamp },
}

impl fmt::Display for TrustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.display())?;
        match &self.why {
            Why::Read(error) => error.fmt(f),
            Why::Fault(fault) => fault.fmt(f),
            Why::Older { found, before } => {
                write!(f, "expected a list made at {before} or later, which the one in use was, found one of {found}")
            }
        }
    }
}

impl std::error::Error for TrustError {}

/// Whom the configuration says to believe; `None`: nobody.
///
/// # Errors
/// [`TrustError`], of the first file that is not good.
pub(super) fn trust(config: &Config) -> Result<Option<Trust>, TrustError> {
    let Some(root) = &config.tmch_root else { return Ok(None) };
    let read = |key: &'static str, path: &PathBuf| {
        std::fs::read(path).map_err(|error| TrustError { key, path: path.clone(), why: Why::Read(error) })
    };
    let fault = |key: &'static str, path: &PathBuf| {
        let path = path.clone();
        move |fault| TrustError { key, path, why: Why::Fault(fault) }
    };
    let policy = if config.tmch_stale_crl == "warn" { StaleCrl::Warn } else { StaleCrl::Refuse };
    let roots = read("tmch.root", root)?;
    let mut trust = Trust::new(&[&roots], policy).map_err(fault("tmch.root", root))?;
    if let Some(crl) = &config.tmch_crl {
        trust.set_crl(&read("tmch.crl", crl)?).map_err(fault("tmch.crl", crl))?;
    }
    Ok(Some(trust))
}

/// Shared by all shards.
pub(super) struct SignedMarks {
    trust: RwLock<Option<Arc<Trust>>>,
    offload: Offload,
}

impl SignedMarks {
    /// Believes what [`trust`] says, and starts the threads.
    ///
    /// # Errors
    /// No threads.
    pub(super) fn new(trust: Option<Trust>, metrics: &Metrics, now: Timestamp) -> io::Result<Self> {
        metrics.crl_due.set(due(trust.as_ref()));
        if let Some(trust) = &trust {
            match trust.crl_due() {
                None => tracing::warn!(
                    key = "tmch.crl",
                    "there is no list of revoked certificates: see tmch.stale_crl for what that means"
                ),
                Some(due) if due < now => {
                    tracing::warn!(key = "tmch.crl", %due, "the list of revoked certificates is out of date: see tmch.stale_crl for what that means");
                }
                Some(_) => {}
            }
        }
        let offload = Offload::new(THREADS, Bounds { all: SMD_QUEUE, owner: SMD_QUEUE_PER_REGISTRAR })?;
        Ok(Self { trust: RwLock::new(trust.map(Arc::new)), offload })
    }

    /// Reads the files again: a list of revoked certificates is due every day. Whether there are any.
    ///
    /// # Errors
    /// As [`trust`], and when the list is older than the one before: whoever plays back an old one takes revocations away.
    /// Whom it believed, it believes still.
    pub(super) fn reload(&self, config: &Config, metrics: &Metrics) -> Result<bool, TrustError> {
        let fresh = trust(config)?.map(Arc::new);
        let issued = |trust: &Trust| trust.crl_issued();
        let before = self.trust.read().unwrap_or_else(PoisonError::into_inner).as_deref().and_then(issued);
        if let (Some(before), Some(found), Some(path)) = (before, fresh.as_deref().and_then(issued), &config.tmch_crl)
            && found < before
        {
            return Err(TrustError { key: "tmch.crl", path: path.clone(), why: Why::Older { found, before } });
        }
        metrics.crl_due.set(due(fresh.as_deref()));
        let is_one = fresh.is_some();
        *self.trust.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(is_one)
    }

    /// The marks of a command, those that are signed validated.
    ///
    /// # Errors
    /// - 2005: what should be base64, XML, or a signed mark by its schema, is not
    /// - 2306: a signed mark that is not believed, with the reason; nobody is believed here
    ///
    /// [`Busy`] when too many wait.
    pub(super) async fn validated(
        &self,
        (clid, client): (&str, IpAddr),
        marks: GivenMarks,
        now: Timestamp,
    ) -> Result<Result<GivenMarks, Refusal>, Busy> {
        let element = match &marks {
            GivenMarks::Codes(_) | GivenMarks::Valid(_) => return Ok(Ok(marks)),
            GivenMarks::Encoded(_) => ENCODED,
            GivenMarks::Signed(_) => SIGNED,
        };
        let Some(trust) = self.trust.read().unwrap_or_else(PoisonError::into_inner).clone() else {
            let reason = "this registry takes no signed marks: no root is configured";
            return Ok(Err(Refusal::Policy(Fault::new(element, "", reason))));
        };
        let account = Account { owner: clid.to_owned(), group: network(client).to_string() };
        self.offload.run(&account, move || validate(&trust, marks, now)).await
    }
}

/// When the next list of revoked certificates is due, in seconds since 1970; 0: there is none.
fn due(trust: Option<&Trust>) -> i64 {
    trust.and_then(Trust::crl_due).map_or(0, |due| due.micros().div_euclid(1_000_000))
}

fn validate(trust: &Trust, marks: GivenMarks, now: Timestamp) -> Result<GivenMarks, Refusal> {
    let validated: Result<Vec<SignedMark>, Refusal> = match marks {
        GivenMarks::Codes(_) | GivenMarks::Valid(_) => return Ok(marks),
        GivenMarks::Encoded(marks) => marks.iter().map(|mark| encoded(trust, mark, now)).collect(),
        GivenMarks::Signed(marks) => {
            marks.into_iter().map(|given| believed(trust, SIGNED, &given.document, given.mark.mark, now)).collect()
        }
    };
    validated.map(GivenMarks::Valid)
}

fn encoded(trust: &Trust, given: &EncodedMark, now: Timestamp) -> Result<SignedMark, Refusal> {
    let encoding = given.encoding.as_deref().unwrap_or("base64");
    if encoding != "base64" {
        return Err(Refusal::ValueSyntax(Fault::new(ENCODED, encoding, "encoding base64 expected")));
    }
    let document = of_base64(&given.text).map_err(|fault| refusal(ENCODED, &fault))?;
    // What is no signed mark by its schema is told so before anything of it is computed.
    let mark = signed_mark::document(&document).map_err(|inner| {
        // The words about an XML document that is none speak of whole EPP frames.
        let why = if matches!(inner, Refusal::Syntax { .. }) { String::new() } else { format!(": {inner}") };
        let reason = format!("what it encodes is not a signed mark of RFC 7848{why}");
        Refusal::ValueSyntax(Fault::new(ENCODED, "", reason))
    })?;
    believed(trust, ENCODED, &document, mark.mark, now)
}

fn believed(
    trust: &Trust,
    element: Element,
    document: &[u8],
    mark: Mark,
    now: Timestamp,
) -> Result<SignedMark, Refusal> {
    let verified = trust.validate(document, now).map_err(|fault| refusal(element, &fault))?;
    if verified.crl_is_stale {
        tracing::warn!(
            smd = verified.id,
            "a signed mark was taken although the list of revoked certificates is out of date"
        );
    }
    let Verified { id, labels, not_before, not_after, .. } = verified;
    Ok(SignedMark { id, labels, not_before, not_after, mark })
}

/// The answer to a signed mark with that fault: what is no signed mark at all is bad syntax, all else the registry's judgement.
fn refusal(element: Element, fault: &SmdFault) -> Refusal {
    let reason = format!("signed mark: {fault}");
    match fault {
        SmdFault::Encoding(_) | SmdFault::TooLarge { .. } | SmdFault::Xml(_) | SmdFault::Shape { .. } => {
            Refusal::ValueSyntax(Fault::new(element, "", reason))
        }
        SmdFault::DuplicateId(_)
        | SmdFault::NoSignature
        | SmdFault::ManySignatures
        | SmdFault::References(_)
        | SmdFault::Transforms(_)
        | SmdFault::Algorithm(_)
        | SmdFault::NoCertificate
        | SmdFault::NotIssued { .. }
        | SmdFault::CertificateUse(_)
        | SmdFault::CertificateNotYetValid { .. }
        | SmdFault::CertificateExpired { .. }
        | SmdFault::CertificateRevoked { .. }
        | SmdFault::StaleCrl { .. }
        | SmdFault::Digest
        | SmdFault::Signature
        | SmdFault::NotYetValid { .. }
        | SmdFault::Expired { .. }
        | SmdFault::Revoked { .. }
        | SmdFault::Label { .. } => Refusal::Policy(Fault::new(element, "", reason)),
    }
}
