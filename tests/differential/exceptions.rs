//! Where decoder and schema validator may differ, each with the reason. Kept by hand; every other difference is a fault.

/// Valid against the schemas, yet the decoder may refuse: a fact the judge reports (`facts` in `judge.py`), and why.
pub const MAY_REFUSE: &[(&str, &str)] = &[
    (
        "schema-instance-attribute",
        "xsi:type and its like instruct a schema processor; the decoder has its types from the RFCs",
    ),
    (
        "extension-frame",
        "a whole frame that is an extension (RFC 5730, section 2.7.1): this server has none of that kind",
    ),
    (
        "response-data",
        "elements for responses are global elements of their schemas like the others; no client says them",
    ),
];

/// Invalid for the judge, yet the decoder may accept: part of the judge's error, and why.
pub const MAY_ACCEPT: &[(&str, &str)] = &[
    (
        "response data in a restore report",
        "a copy of registration data (RFC 3915, section 4.2.5) is for people to read; the decoder does not judge it",
    ),
    ("policy: encoding UTF8", "an unregistered but common spelling of UTF-8; the octets are the same"),
    (
        "is not a valid URI",
        "namespace names are compared as text (XML Namespaces 1.0, section 2.3); this one names nothing",
    ),
];

/// The reason why a refusal by the decoder of a document with these facts is no fault, if there is one.
pub fn excused_refusal(facts: &str) -> Option<&'static str> {
    MAY_REFUSE.iter().find(|(fact, _)| facts.split(' ').any(|found| found == *fact)).map(|(_, reason)| *reason)
}

/// The reason why the decoder's acceptance of a document with this schema error is no fault, if there is one.
pub fn excused_acceptance(error: &str) -> Option<&'static str> {
    MAY_ACCEPT.iter().find(|(part, _)| error.contains(part)).map(|(_, reason)| *reason)
}
