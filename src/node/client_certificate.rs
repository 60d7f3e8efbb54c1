//! A certificate that a client has shown, and holds the key of: by what it is known, and when it is one.

use crate::base::timestamp::Timestamp;
use crate::runtime::tls::TlsStream;

/// What a connection showed of its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// SHA-256 of its DER.
    pub sha256: [u8; 32],
    /// From when on it is valid.
    pub not_before: Timestamp,
    /// Until when.
    pub not_after: Timestamp,
}

impl ClientCertificate {
    /// The one that the client of this connection has shown, in its handshake or in the one it resumes; `None` when it has
    /// shown none, or what is no certificate of X.509.
    pub(super) fn of(stream: &TlsStream) -> Option<Self> {
        Self::new(stream.peer_certificate()?, stream.peer_certificate_sha256()?)
    }

    /// From the certificate's DER and its digest; `None` when it is no certificate of X.509.
    fn new(der: &[u8], sha256: [u8; 32]) -> Option<Self> {
        let (_, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
        let validity = certificate.validity();
        let at = |seconds: i64| Timestamp::from_micros(seconds.saturating_mul(1_000_000));
        let (not_before, not_after) = (at(validity.not_before.timestamp()), at(validity.not_after.timestamp()));
        Some(Self { sha256, not_before, not_after })
    }

    /// Whether it is valid at that moment.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.not_before <= now && now <= self.not_after
    }
}
