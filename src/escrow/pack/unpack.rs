//! Parts and signatures → message → tar → members, whoever made the deposit (Specification 2, section 6, backwards).

use std::io::{self, BufReader, Read};

use pgp::composed::{Deserializable, DetachedSignature};
use pgp::packet::SignatureType;

use super::keys::{Purpose, from_openpgp, hexadecimal, is_strong};
use super::layer::Layer;
use super::message::{Sealing, nested, opened};
use super::name::{Extension, FileName};
use super::untape::{self, Guard, Limits, MemberReader, Watch};
use super::{PublicKey, SecretKey, UnpackError};
use crate::base::limits::OPENPGP_KEY_BYTES;
use crate::base::timestamp::Timestamp;

/// A signature that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// When, as the signature says.
    pub made: Timestamp,
    /// The fingerprint of the key that made it: the primary one or a subkey.
    pub by: String,
}

/// How a deposit is unpacked.
#[derive(Clone, Copy, Debug)]
pub struct Unpacking<'a> {
    /// The escrow agent's key; nothing: only what is not encrypted can be read.
    pub secret: Option<&'a SecretKey>,
    /// Bounds on what comes out.
    pub limits: Limits,
    /// What the data file of a deposit without a tar file is called.
    pub name: &'a str,
}

/// What a data file was wrapped in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapping {
    /// The wrappings there were, the outermost first.
    pub layers: Vec<Layer>,
    /// How the message is made, where there is one.
    pub sealing: Option<Sealing>,
}

/// What was unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// What the data files were wrapped in.
    pub wrapping: Wrapping,
    /// How many data files there were.
    pub members: usize,
    /// Octets of the innermost wrapping.
    pub octets: u64,
}

/// Octets that are read at a time.
const BUFFER: usize = 64 * 1024;

/// Holds the processed files of one deposit to be S1, S2 and so on, in this order. A missing last one shows only when the
/// message is read.
///
/// # Errors
///
/// When one is of another deposit or kind, or at another place.
pub fn in_order(names: &[FileName]) -> Result<(), UnpackError> {
    let Some(first) = names.first() else { return Ok(()) };
    for (place, name) in (1..).zip(names) {
        let expected = name.with_series(first.series);
        if expected != *first || name.extension != Extension::Ryde {
            return Err(UnpackError::ForeignPart { first: first.clone(), found: name.clone() });
        }
        if name.series.get() != place {
            return Err(UnpackError::PartOrder { expected: place, found: name.clone() });
        }
    }
    Ok(())
}

/// Verifies the detached `signature`, binary or in ASCII armour, that a registry has made over a processed file.
///
/// # Errors
///
/// When it is not one such signature, was made by a key that is not the registry's or was not valid at the time, has expired
/// or is still to come at `now`, or when the file is not what was signed.
pub fn verify(file: impl Read, signature: &[u8], registry: &PublicKey, now: Timestamp) -> Result<Signed, UnpackError> {
    let signature = one_signature(signature)?.signature;
    if signature.typ() != Some(SignatureType::Binary) {
        return Err(form(format!("of type {:?}: expected one over binary data", signature.typ())));
    }
    let made =
        signature.created().map(from_openpgp).ok_or_else(|| form("it does not say when it was made".to_owned()))?;
    if made > now {
        return Err(UnpackError::SignatureInFuture { made });
    }
    let lifetime = signature.signature_expiration_time().map(|lifetime| lifetime.as_secs()).filter(|s| *s > 0);
    let at = lifetime.map(|seconds| Timestamp::from_micros(made.micros() + i64::from(seconds) * 1_000_000));
    if let Some(at) = at.filter(|at| *at <= now) {
        return Err(UnpackError::SignatureExpired { at });
    }
    if let Some(weak) = signature.hash_alg().filter(|digest| !is_strong(*digest)) {
        return Err(UnpackError::WeakDigest { found: weak.to_string() });
    }
    let other = || UnpackError::SignatureOfOther {
        expected: registry.fingerprint(),
        found: {
            let fingerprints = signature.issuer_fingerprint().into_iter().map(|f| hexadecimal(f.as_bytes()));
            fingerprints.chain(signature.issuer_key_id().into_iter().map(|id| hexadecimal(id.as_ref()))).collect()
        },
    };
    if !registry.issued(&signature) {
        return Err(other());
    }
    let fit = registry.all_fit(Purpose::Sign, made)?;
    let key = fit.into_iter().find(|part| part.is_issuer_of(&signature)).ok_or_else(other)?;
    let mut failed = None;
    let watched = Watched { inner: BufReader::with_capacity(BUFFER, file), failed: &mut failed };
    let valid = key.verifies(&signature, watched);
    match failed {
        Some(error) => Err(UnpackError::Io(error)),
        None if valid => Ok(Signed { made, by: key.fingerprint() }),
        None => Err(UnpackError::SignatureWrong),
    }
}

fn form(reason: String) -> UnpackError {
    UnpackError::SignatureForm { reason }
}

fn one_signature(file: &[u8]) -> Result<DetachedSignature, UnpackError> {
    if file.len() > OPENPGP_KEY_BYTES {
        return Err(form(format!("{} octets, more than {OPENPGP_KEY_BYTES}", file.len())));
    }
    let read = DetachedSignature::from_reader_many_buf(file);
    let (mut found, _) = read.map_err(|error| form(error.to_string()))?;
    let first =
        found.next().ok_or_else(|| form("there is none".to_owned()))?.map_err(|error| form(error.to_string()))?;
    if found.next().is_some() { Err(form("there is more behind it".to_owned())) } else { Ok(first) }
}

/// Keeps the error of a file apart from those of who reads it.
struct Watched<'a, R> {
    inner: R,
    failed: &'a mut Option<io::Error>,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.inner.read(out).inspect_err(|error| *self.failed = Some(copy(error)))
    }
}

fn copy(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| io::Error::new(error.kind(), error.to_string()), io::Error::from_raw_os_error)
}

/// Calls `visit` with each data file of a deposit, which is an OpenPGP message (parts joined by [`Read::chain`] or
/// [`Joined`]), a tar file or bare XML. What `visit` leaves unread is skipped.
///
/// What is read is decrypted while it arrives, and only the message's end tells whether it is what was encrypted: **believe
/// nothing before this has returned `Ok`**.
///
/// # Errors
///
/// The first of `visit`, or what is wrong with the deposit.
pub fn unpack<'i, E: From<UnpackError>>(
    input: impl Read + Send + 'i,
    unpacking: &Unpacking<'_>,
    visit: impl FnMut(&mut MemberReader<'_>) -> Result<(), E>,
) -> Result<Unpacked, E> {
    let (layer, input) = Layer::peek(input).map_err(UnpackError::Io)?;
    match layer {
        Some(outer @ (Layer::Message | Layer::ArmouredMessage)) => {
            let input = BufReader::with_capacity(BUFFER, input);
            let (content, sealing) = opened(input, outer, unpacking.secret)?;
            let (layer, content) = Layer::peek(content).map_err(damaged)?;
            if matches!(layer, Some(Layer::Message | Layer::ArmouredMessage)) {
                return Err(nested("another message").into());
            }
            let wrapping = Wrapping { layers: vec![outer], sealing: Some(sealing) };
            inner(content, layer, wrapping, unpacking, damaged, visit)
        }
        _ => {
            let wrapping = Wrapping { layers: vec![], sealing: None };
            inner(input, layer, wrapping, unpacking, UnpackError::Io, visit)
        }
    }
}

/// A tar file, or XML in its place.
fn inner<R: Read, E: From<UnpackError>>(
    mut content: R,
    layer: Option<Layer>,
    mut wrapping: Wrapping,
    unpacking: &Unpacking<'_>,
    meaning: impl Fn(io::Error) -> UnpackError,
    mut visit: impl FnMut(&mut MemberReader<'_>) -> Result<(), E>,
) -> Result<Unpacked, E> {
    let watch = Watch::new(&unpacking.limits, unpacking.name);
    let Some(layer) = layer else {
        let mut first = Vec::new();
        content.by_ref().take(16).read_to_end(&mut first).map_err(&meaning)?;
        // A message that was cut or changed shows itself by its end, and that is the first cause then.
        io::copy(&mut content.take(unpacking.limits.octets), &mut io::sink()).map_err(meaning)?;
        return Err(UnpackError::UnknownLayer { found: hexadecimal(&first) }.into());
    };
    wrapping.layers.push(layer);
    let mut guard = Guard { inner: content, watch: &watch, meaning };
    let members = if layer == Layer::Tar {
        untape::members(guard, &unpacking.limits, &wrapping, visit)?
    } else {
        let result = visit(&mut MemberReader::new(unpacking.name, None, &wrapping, &mut guard));
        watch.judge(result)?;
        let rest = io::copy(&mut guard, &mut io::sink()).map(drop).map_err(UnpackError::Io);
        watch.judge(rest)?;
        1
    };
    Ok(Unpacked { wrapping, members, octets: watch.octets() })
}

fn damaged(error: io::Error) -> UnpackError {
    UnpackError::Damaged { reason: error.to_string() }
}

/// The parts of a message, one behind the other. Each is opened when the one before has been read.
pub struct Joined<I: Iterator> {
    parts: I,
    open: Option<I::Item>,
}

impl<R: Read, I: Iterator<Item = R>> Joined<I> {
    /// In the order of the series.
    pub fn new(parts: impl IntoIterator<IntoIter = I>) -> Self {
        Self { parts: parts.into_iter(), open: None }
    }
}

impl<R: Read, I: Iterator<Item = R>> Read for Joined<I> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.open.is_none() {
                self.open = self.parts.next();
            }
            let Some(part) = &mut self.open else { return Ok(0) };
            match part.read(out) {
                Ok(0) if !out.is_empty() => self.open = None,
                done => return done,
            }
        }
    }
}
