//! Where decoder and schema validator may differ, each with the reason. Kept by hand; every other difference is a fault.

/// Valid against the schemas, yet the decoder may refuse: a fact the judge reports (`facts` in `judge.py`), and why.
pub const MAY_REFUSE: &[(&str, &str)] = &[
    ("not-a-command", "<greeting>, <response> and a bare <extension> are for clients to read (RFC 5730, section 2)"),
    (
        "hello-with-content",
        "the schema gives <hello> no type, so anything is valid in it; it is empty (RFC 5730, section 2.3)",
    ),
    (
        "object-not-of-the-verb",
        "the schema allows any known element below a verb; commands pair them (RFC 5731 to 5733, section 3)",
    ),
    (
        "extension",
        "the schema allows any known element in <extension>; only extensions of the login are served (RFC 5730, section 2.9.1.1)",
    ),
    ("extension-auth-info", "<ext> below <authInfo> may hold any known element; no such extension is defined"),
    (
        "schema-instance-attribute",
        "xsi:type and its like instruct a schema processor; the decoder has its types from the RFCs",
    ),
    ("xml-version", "EPP is XML 1.0 (RFC 5730, section 5); libxml2 reads other version numbers with a warning"),
];

/// Invalid for the judge, yet the decoder may accept: part of the judge's error, and why.
pub const MAY_ACCEPT: &[(&str, &str)] = &[(
    "is not a valid URI",
    "a namespace name is compared as text (XML Namespaces 1.0, section 2.3); one that no name uses has no bearing",
)];

/// The reason why a refusal by the decoder of a document with these facts is no fault, if there is one.
pub fn excused_refusal(facts: &str) -> Option<&'static str> {
    MAY_REFUSE.iter().find(|(fact, _)| facts.split(' ').any(|found| found == *fact)).map(|(_, reason)| *reason)
}

/// The reason why the decoder's acceptance of a document with this schema error is no fault, if there is one.
pub fn excused_acceptance(error: &str) -> Option<&'static str> {
    MAY_ACCEPT.iter().find(|(part, _)| error.contains(part)).map(|(_, reason)| *reason)
}
