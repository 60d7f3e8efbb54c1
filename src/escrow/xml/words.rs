//! The elements that say how data are used (`epp:dcpType`; RFC 5730, section 2.4), in the order of the schema.

/// `epp:dcpAccessType`: one of them.
pub(super) const ACCESS: [&str; 6] = ["all", "none", "null", "other", "personal", "personalAndOther"];
/// `epp:dcpPurposeType`: each once at most.
pub(super) const PURPOSES: [&str; 4] = ["admin", "contact", "other", "prov"];
/// `epp:dcpRecipientType`: each once at most, `ours` as often as it likes.
pub(super) const RECIPIENTS: [&str; 5] = ["other", "ours", "public", "same", "unrelated"];
/// `epp:dcpRetentionType`: one of them.
pub(super) const RETENTION: [&str; 5] = ["business", "indefinite", "legal", "none", "stated"];
