//! What mutations put into frames: values at and beyond the edges of each simple type of the schemas.

/// Values for the text of an element or the value of an attribute of this local name; empty if there are none of its own.
pub fn values_for(name: &str) -> &'static [&'static str] {
    match name {
        "period" => &["1", "99", "0", "100", "-1", "+1", "01", "007", "1.0", "1e1", " 2 ", "", "a", "\u{662}"],
        "curExpDate" => &[
            "2000-04-03", "2000-02-29", "1900-02-29", "2001-02-29", "2000-13-01", "2000-00-10", "2000-04-31", "2000-4-3",
            "2000-04-03Z", "2000-04-03+14:00", "2000-04-03+14:01", "2000-04-03-05:00", "2000-04-03+00:60", "20000403",
            "02000-04-03", "12000-04-03", "-0001-04-03", "0000-04-03", " 2000-04-03\n", "2000-04-03T00:00:00Z",
            "2000-04-03z", "2000-04-03+5:00", "+2000-04-03",
        ],
        "delTime" | "resTime" => &[
            "2003-07-10T22:00:00.0Z", "2003-07-10T22:00:00", "2003-07-10T22:00:00.Z", "2003-07-10T24:00:00Z",
            "2003-07-10T24:00:01Z", "2003-07-10T24:00:00.0001Z", "2003-07-10T23:59:60Z", "2003-07-10T23:60:00Z",
            "2003-07-10T22:00Z", "2003-07-10t22:00:00Z", "2003-07-10T22:00:00z", "2003-07-10 22:00:00", "2003-07-10",
            "2003-07-10T22:00:00+14:00", "2003-07-10T22:00:00+14:01", "2003-07-10T22:00:00-5:00", "2003-02-29T00:00:00Z",
            "0000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "12003-07-10T22:00:00Z", " 2003-07-10T22:00:00Z\n",
            "2003-07-10T22:00:00.123456789012Z", "2003-07-10T22:00:00,5Z", "2003-07-10T2:00:00Z",
        ],
        "clTRID" | "clID" | "id" | "registrant" => {
            &["abc", "ab", "1234567890123456", "12345678901234567", " abc ", "a b", "a  b", "", "é-é", "a\u{a0}b"]
        }
        "pw" | "newPW" => {
            &["123456", "12345", "1234567890123456", "12345678901234567", "  123456  ", "12 456", "", "\t12345\n", "ééé123"]
        }
        "version" => &["1.0", "1.1", "01.0", "1", " 1.0 ", "1.0.0", "10.0", "1.00", "0.0"],
        "lang" => &["en", "fr-CA", "i-klingon", "x-y-z", "abcdefghi", "e1", "en-", "en_US", "", "en-123456789", " en ", "EN"],
        "voice" | "fax" => &[
            "+1.7035555555", "", "+1.", "+1", "+1234.5", "+.5", "1.7035555555", "+12.123456789012345",
            "+1.12345678901234", "+123.12345678901234", "+123.123456789012345", " +1.7 ", "+1 .7", "+١.7",
        ],
        "x" => &["1234", "", "abc", " 1 ", "x y"],
        "cc" => &["US", "us", "USA", "U", "", " US ", "Ü1", "--"],
        "pc" => &["20166-6503", "", "1234567890123456", "12345678901234567", "1 2", " 1234567890123456 "],
        "email" => &["jdoe@example.com", "", " ", "a", "a b", "x\ty"],
        "roid" => &[
            "EXAMPLE1-REP", "E_1-REP", "-REP", "E-", "E-123456789", "E-12345678", "é-é", "E-R-P", " E1-REP ", "E 1-REP",
            "E:1-REP", "E.1-REP",
        ],
        "ip" => &["v4", "v6", "v5", "V4", "", " v4 ", "v4 v6"],
        "addr" | "hostAddr" => {
            &["192.0.2.2", "::1", "1.1", "12", "2001:db8::1", "not an address", " 192.0.2.2 ", "", "1080:0:0:0:8:800:200C:417A"]
        }
        "op" => &["request", "report", "approve", "cancel", "query", "reject", "req", "ack", "Request", "", " req ", "none"],
        "msgID" => &["12345", "", " 12345 ", "a b"],
        "unit" => &["y", "m", "d", "Y", "", " y "],
        "hosts" => &["all", "del", "none", "sub", "some", "ALL", "", " all "],
        "type" => &["admin", "billing", "tech", "loc", "int", "owner", "", " tech ", "Admin"],
        "flag" => &["0", "1", "true", "false", "TRUE", "yes", "", " 1 ", "01", "10"],
        "s" => &[
            "ok", "linked", "clientHold", "clientDeleteProhibited", "clientTransferProhibited", "clientUpdateProhibited",
            "clientRenewProhibited", "serverHold", "inactive", "pendingCreate", "pendingDelete", "pendingRenew",
            "pendingTransfer", "pendingUpdate", "serverDeleteProhibited", "serverRenewProhibited", "Ok", "", " ok ",
            "addPeriod",
        ],
        "objURI" | "extURI" => &[
            "urn:ietf:params:xml:ns:domain-1.0", "", " urn:a ", "not a uri", "http://[::1]/", "%zz", "http://ex ample/", "é",
            "urn:ietf:params:xml:ns:secDNS-1.1", "#", "a:b:c",
        ],
        other => values_of_launches(other),
    }
}

/// As [`values_for`], for launches and internationalized names.
fn values_of_launches(name: &str) -> &'static [&'static str] {
    match name {
        "phase" => &["sunrise", "landrush", "claims", "open", "custom", "Open", "", " claims ", "a b"],
        "applicationID" | "code" | "noticeID" | "validatorID" | "encoding" | "encodedSignedMark" => {
            &["abc123", "", " ", " a  b ", "\ta\n", "é", "AA==\nBB=="]
        }
        "includeMark" => &["0", "1", "true", "false", "TRUE", "yes", "", " 1 "],
        "notAfter" | "acceptedDate" => &[
            "2014-06-19T10:00:00.0Z", " 2014-06-19T10:00:00Z\n", "2014-06-19", "", "2014-06-31T10:00:00Z", "2014-06-19T24:00:00Z",
            "2014-06-19T10:00:00", "2014-06-19T10:00:00+14:01", "0000-06-19T10:00:00Z", "12014-06-19T10:00:00Z", "soon",
        ],
        "table" => &["de", "", " de ", "zh  Hans", "\tx", "é"],
        "uname" => &["bücher.example", "", " a ", "a  b", "日本"],
        other => values_of_marks(other),
    }
}

/// As [`values_for`], for marks and their signatures.
fn values_of_marks(name: &str) -> &'static [&'static str] {
    match name {
        "regDate" | "exDate" | "apDate" | "proDate" | "execDate" | "notBefore" => values_of_launches("notAfter"),
        "label" => &["a", "A-b", "a--b", "-a", "a-", "", " a ", "a b", "a_b", "é", "xn--3ds443g", "a.b"],
        "markName" | "goodsAndServices" | "regNum" | "title" | "courtName" | "region" | "issuerID" | "url" => {
            &["a", "", " a  b ", "é", "\t"]
        }
        "jurisdiction" | "ruling" => &["US", "us", "U", "USA", "", " US ", "éé", "U S"],
        "class" | "X509SerialNumber" => &["15", "-1", "+015", "", " 15\n", "1.0", "1 5", "a", "123456789012345678901234567890"],
        "entitlement" => &["owner", "assignee", "licensee", "agent", "", " owner ", "Owner"],
        "Id" => &["a", "key", "signature", "smd1", "1a", "a b", "", " _a ", "a:b", "é"],
        "DigestValue" | "SignatureValue" | "X509Certificate" | "X509CRL" | "X509SKI" | "Modulus" | "Exponent" => {
            values_of_sec_dns("pubKey")
        }
        "Algorithm" | "URI" | "Type" => &["", "#a", " urn:a ", "not a uri", "%zz", "é", "#", "a:b:c", "http://[::1]/"],
        other => values_of_sec_dns(other),
    }
}

/// As [`values_for`], for the DNSSEC extension.
fn values_of_sec_dns(name: &str) -> &'static [&'static str] {
    match name {
        "keyTag" | "flags" => &["257", "0", "65535", "65536", "-1", "+1", "-0", "007", " 256\n", "1.0", "", "a", "1 2", "\u{661}"],
        "alg" | "digestType" | "protocol" => &["3", "0", "255", "256", "-1", "+1", "0008", " 13 ", "1.0", "", "RSASHA256", "65536"],
        "digest" => &["49FD46E6C4B45C55D4AC", "49fd46", "", " 00 ", "0", "00 00", "0g", "0x00", "+00", "\u{661}0", "00\n"],
        "pubKey" => &[
            "AQPJ////4Q==", "AQ==", "AQA=", "AQAB", "", " ", "A", "AQ", "AQA", "AQ=", "AR==", "AQB=", "AQ===", "AQAB=", "=", "A Q = =",
            " AQ==\n", "A  Q==", "AQ-_", "AQ==AQ==", "AQ*=", "AQ.AB", "\u{e9}QAB",
        ],
        "maxSigLife" => &[
            "604800", "1", "0", "-1", "+7", "007", "2147483647", "2147483648", "-2147483648", "99999999999", " 5 ", "1.0", "1e3", "", "P1D",
            "+", "1 0",
        ],
        "all" | "urgent" => &["0", "1", "true", "false", "TRUE", "yes", "", " 1 ", "01", "10"],
        other => values_of_fees(other),
    }
}

/// As [`values_for`], for the extensions of money.
fn values_of_fees(name: &str) -> &'static [&'static str] {
    match name {
        "fee" | "credit" => &[
            "5.00", "0", "-0", "-0.00", "+0.0", "-5.00", "-0.01", "0.01", "+5", ".5", "-.5", "5.", ".", "+", "-", "", " 5.00\n", "5 00",
            "5,00", "1e3", "NaN", "INF", "0x10", "--5", "\u{665}", "123456789012345678.123456", "000000000000000000000000000007.5",
        ],
        "currency" => &["USD", "usd", "US", "USDX", "XXX", " USD", "USD ", "\nUSD", "U D", "ÜSD", "US1", ""],
        "name" => &[
            "create", "delete", "renew", "update", "transfer", "restore", "custom", "Create", "check", "", " create ", "cre ate",
            "example.com", "a",
        ],
        "customName" | "phase" | "subphase" | "description" => &["open", "", " a  b ", "é", "a\tb"],
        "refundable" => &["0", "1", "true", "false", "TRUE", "yes", "", " 1 ", "01"],
        "grace-period" => &[
            "P5D", "P1Y2M3DT4H5M6.7S", "-P1D", "P0D", "PT36H", "P1MT1M", "P", "PT", "P1DT", "5D", "P1.5D", "PT1.5M", "+P1D", "P1W",
            "p5d", "P1D1D", "P1D2Y", "PT1S1H", "P1H", "PT1D", "", " P5D ", "P 5D", "P-5D", "P5",
        ],
        "ttl" => &[
            "3600", "0", "-0", "+60", "007", "-1", "2147483647", "2147483648", "", " ", " 60\n", "6 0", "1.0", "1h", "+", "\u{663}",
        ],
        "for" => &["NS", "DS", "DNAME", "A", "AAAA", "custom", "MX", "ns", "", " DS ", "Custom"],
        "custom" => &["A", "B", "SVCB", "X-1", "AB-", "1A", "", " MX ", "A B", "a"],
        "policy" => &["0", "1", "true", "false", "TRUE", "yes", "", " 1 "],
        "allocationToken" => &["abc123", "", " ", " a  b ", "\n abc123 \n", "é", "a\tb"],
        "applied" => &["immediate", "delayed", "Delayed", "", " immediate ", "later"],
        _ => &[],
    }
}

/// Values for any text.
pub const ANY_VALUE: &[&str] = &[
    "", " ", "\t", "\n", "a", "ab", "abc", " a", "a ", "a  b", "a\tb", "a\nb", "a\r\nb", "\r", "0", "1", "true", "-", "éèê",
    "日本", "\u{1F600}", "\u{a0}a\u{a0}", "\u{2028}", "\u{85}", "\u{fffd}", "\u{feff}x", "&amp;", "&lt;", "&gt;", "&quot;&apos;",
    "&#65;", "&#x41;", "&#x1F600;", "&#32;&#32;a", "&#9;a", "&#10;a&#10;", "&#13;", "a&#xD;b", "&#x20;",
    "<![CDATA[abc]]>", "a<![CDATA[]]>b", "<![CDATA[<&>]]>", "<![CDATA[  x  ]]>", "a<!-- c -->b", "<!---->", "<?pi x?>abc",
];

/// Text that no well-formed document can hold in this form.
pub const NOT_WELL_FORMED: &[&str] = &[
    "<", "a<b", "&", "&;", "& ", "&foo;", "&lt", "&#0;", "&#x0;", "&#x1;", "&#xD800;", "&#xFFFE;", "&#x110000;", "&#;", "&#x;",
    "&#xg;", "&#-1;", "]]>", "\u{1}", "\u{0}", "\u{b}", "\u{fffe}", "\u{ffff}", "<!-- a -- b -->", "<!-- a --->", "<![CDATA[x",
    "<?xml version=\"1.0\"?>", "<?XML x?>", "<? x?>", "<?pi", "</x>", "<x>", "<x/", "<1/>", "<a:b:c/>", "<:a/>", "<a:/>",
    "<x y/>", "<x y=z/>", "<x y=\"<\"/>", "<x y=\"&\"/>", "<x y='1' y='2'/>", "<x y='1'z='2'/>", "<![cdata[x]]>", "<!ELEMENT x>",
];

/// Local names: those of the schemas that are easily taken for each other, and some of none.
pub const NAMES: &[&str] = &[
    "check", "create", "delete", "info", "renew", "transfer", "update", "poll", "login", "logout", "hello", "command",
    "extension", "response", "greeting", "name", "id", "hostObj", "hostAttr", "hostName", "hostAddr", "addr", "ns", "contact",
    "registrant", "authInfo", "pw", "ext", "null", "status", "add", "rem", "chg", "period", "curExpDate", "clTRID", "clID",
    "postalInfo", "org", "street", "city", "sp", "pc", "cc", "voice", "fax", "email", "disclose", "svcs", "objURI",
    "svcExtension", "extURI", "options", "version", "lang", "newPW", "Name", "NAME", "foo", "infData", "trnData", "é",
    "restore", "report", "preData", "postData", "delTime", "resTime", "resReason", "statement", "other", "upData", "rgpStatus",
    "fee", "credit", "currency", "cd", "objID", "class", "reason", "balance", "creditLimit", "chkData", "creData", "renData",
    "updData", "delData", "pollData", "changeData", "data", "table", "uname",
    "loginSec", "userAgent", "app", "tech", "os", "loginSecData", "event",
    "dsData", "keyData", "keyTag", "alg", "digestType", "digest", "flags", "protocol", "pubKey", "maxSigLife", "all",
    "updData", "delData", "pollData", "changeData", "phase", "applicationID", "codeMark", "code", "notice", "noticeID", "notAfter",
    "acceptedDate", "encodedSignedMark", "abstractSignedMark", "signedMark", "mark", "abstractMark", "trademark", "treatyOrStatute",
    "court", "markName", "holder", "label", "goodsAndServices", "jurisdiction", "protection", "Signature", "SignedInfo", "KeyInfo",
    "Reference", "Transform", "X509Data", "X509Certificate", "X509CRL", "X509SKI", "X509SubjectName", "X509IssuerSerial",
    "KeyName", "KeyValue", "RSAKeyValue", "DSAKeyValue", "Modulus", "Exponent", "issuerInfo", "url", "Object",
    "updData", "delData", "pollData", "changeData", "allocationToken", "ttl", "list", "item",
];

/// Attributes that may or may not be allowed where they land.
pub const ATTRIBUTES: &[(&str, &str)] = &[
    ("lang", "en"), ("op", "query"), ("op", "request"), ("unit", "m"), ("hosts", "del"), ("type", "int"), ("type", "loc"),
    ("type", "tech"), ("flag", "0"), ("ip", "v6"), ("s", "ok"), ("roid", "JD1234-REP"), ("x", "1"), ("msgID", "1"),
    ("avail", "1"), ("name", "create"), ("customName", "a"), ("phase", "open"), ("subphase", "a"), ("standard", "1"),
    ("description", "a"), ("refundable", "1"), ("grace-period", "P5D"), ("applied", "delayed"), ("urgent", "true"), ("includeMark", "1"), ("type", "claims"), ("type", "application"), ("validatorID", "tmch"), ("encoding", "base64"), ("id", "smd1"), ("Id", "key"), ("entitlement", "owner"), ("Algorithm", "urn:a"), ("for", "NS"), ("for", "DS"), ("custom", "SVCB"), ("policy", "1"), ("min", "1"), ("default", "1"), ("max", "1"), ("foo", "bar"), ("xml:lang", "en"), ("xml:space", "preserve"), ("xml:base", "urn:a"), ("xml:id", "a"),
    ("xsi:schemaLocation", "urn:ietf:params:xml:ns:domain-1.0 domain-1.0.xsd"), ("xsi:schemaLocation", "a b c"),
    ("xsi:schemaLocation", ""), ("xsi:noNamespaceSchemaLocation", "x.xsd"), ("xsi:nil", "true"), ("xsi:nil", "false"),
    ("xsi:nil", "x"), ("xsi:foo", "1"), ("xsi:type", "domain:sNameType"), ("xsi:type", "domain:createType"),
    ("xsi:type", "nonsense"), ("xsi:type", ""), ("domain:roid", "A-B"), ("nobody:a", "b"), ("xmlns:unused", "urn:unused"),
    ("xmlns:empty", ""), ("xmlns:xml", "http://www.w3.org/XML/1998/namespace"), ("xmlns:xml", "urn:other"),
    ("xmlns:xmlns", "http://www.w3.org/2000/xmlns/"), ("xmlns:p", "http://www.w3.org/2000/xmlns/"),
    ("xmlns:p", "http://www.w3.org/XML/1998/namespace"), ("xmlns", "http://www.w3.org/XML/1998/namespace"),
];

/// The schemas but `epp`: the prefix that the seeds have for each, and its namespace.
pub const SCHEMAS: &[(&str, &str)] = &[
    ("domain", "urn:ietf:params:xml:ns:domain-1.0"), ("host", "urn:ietf:params:xml:ns:host-1.0"),
    ("contact", "urn:ietf:params:xml:ns:contact-1.0"), ("balance", "http://www.verisign.com/epp/balance-1.0"),
    ("rgp", "urn:ietf:params:xml:ns:rgp-1.0"), ("fee", "urn:ietf:params:xml:ns:epp:fee-1.0"),
    ("secDNS", "urn:ietf:params:xml:ns:secDNS-1.1"),
    ("allocationToken", "urn:ietf:params:xml:ns:allocationToken-1.0"), ("ttl", "urn:ietf:params:xml:ns:epp:ttl-1.0"),
    ("maint", "urn:ietf:params:xml:ns:epp:maintenance-1.0"),
    ("lowbalance-poll", "http://www.verisign.com/epp/lowbalance-poll-1.0"),
    ("changePoll", "urn:ietf:params:xml:ns:changePoll-1.0"), ("idn", "urn:ietf:params:xml:ns:idn-1.0"),
    ("loginSec", "urn:ietf:params:xml:ns:epp:loginSec-1.0"), ("launch", "urn:ietf:params:xml:ns:launch-1.0"),
    ("smd", "urn:ietf:params:xml:ns:signedMark-1.0"), ("mark", "urn:ietf:params:xml:ns:mark-1.0"),
    ("ds", "http://www.w3.org/2000/09/xmldsig#"),
];

/// Namespace names: the right ones, near misses, and others.
pub const NAMESPACES: &[&str] = &[
    "urn:ietf:params:xml:ns:epp-1.0", "urn:ietf:params:xml:ns:domain-1.0", "urn:ietf:params:xml:ns:host-1.0",
    "urn:ietf:params:xml:ns:contact-1.0", "urn:ietf:params:xml:ns:eppcom-1.0", "urn:ietf:params:xml:ns:domain-1.1",
    "urn:ietf:params:xml:ns:Domain-1.0", " urn:ietf:params:xml:ns:domain-1.0", "urn:ietf:params:xml:ns:domain-1.0 ",
    "urn:ietf:params:xml:ns:epp:fee-1.0", "urn:ietf:params:xml:ns:fee-1.0", "urn:ietf:params:xml:ns:epp:fee-0.11",
    "http://www.verisign.com/epp/balance-1.0", "http://www.verisign.com/epp/lowbalance-poll-1.0",
    "urn:ietf:params:xml:ns:idn-1.0", "urn:ietf:params:xml:ns:changePoll-1.0", "urn:ietf:params:xml:ns:rgp-1.0", "urn:ietf:params:xml:ns:rgp-1.1", "urn:ietf:params:xml:ns:secDNS-1.1",
    "urn:ietf:params:xml:ns:epp:loginSec-1.0", "urn:ietf:params:xml:ns:loginSec-1.0",
    "urn:ietf:params:xml:ns:allocationToken-1.0", "urn:ietf:params:xml:ns:epp:ttl-1.0", "urn:ietf:params:xml:ns:ttl-1.0",
    "urn:ietf:params:xml:ns:epp:maintenance-1.0", "urn:ietf:params:xml:ns:maintenance-1.0",
    "urn:ietf:params:xml:ns:changePoll-1.0", "urn:ietf:params:xml:ns:rgp-1.0", "urn:ietf:params:xml:ns:rgp-1.1", "urn:ietf:params:xml:ns:secDNS-1.1",
    "urn:ietf:params:xml:ns:secDNS-1.0", "urn:ietf:params:xml:ns:secdns-1.1",
    "urn:ietf:params:xml:ns:epp&#45;1.0", "urn:ietf:params:xml:ns:domain&#45;1.0", "",
    "http://www.w3.org/2001/XMLSchema-instance",
];

/// What stands before the root element.
pub const PROLOGS: &[&str] = &[
    "", "<?xml version=\"1.0\"?>", "<?xml version='1.0' encoding='UTF-8'?>", "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
    "<?xml version=\"1.0\" encoding=\"US-ASCII\"?>", "<?xml version=\"1.0\" encoding=\"ASCII\"?>",
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>", "<?xml version=\"1.0\" standalone=\"no\"?>",
    "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", "<?xml version=\"1.0\" encoding=\"UTF-16\"?>",
    "<?xml version=\"1.0\" encoding=\"UTF8\"?>", "<?xml version=\"1.0\" encoding=\"nonsense\"?>",
    "<?xml version=\"1.0\" encoding=\"\"?>", "<?xml version=\"1.1\"?>", "<?xml version=\"2.0\"?>", "<?xml version=\"1.5\"?>",
    "<?xml?>", "<?xml encoding=\"UTF-8\"?>", "<?xml encoding=\"UTF-8\" version=\"1.0\"?>", "<?xml version=\"1.0\" standalone=\"maybe\"?>",
    "<?xml version=\"1.0\" foo=\"bar\"?>", "<?xml version=1.0?>", "<?xml version=\"1.0\" ?>\n", "<?XML version=\"1.0\"?>",
    " <?xml version=\"1.0\"?>", "\n", "<?xml version=\"1.0\"?><!-- c -->", "<!-- c --><?xml version=\"1.0\"?>",
    "<?xml version=\"1.0\"?><?pi?>", "<?xml version=\"1.0\"?>text", "\u{feff}", "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
    "<!DOCTYPE epp>", "<?xml version=\"1.0\"?><!DOCTYPE epp SYSTEM \"epp.dtd\">",
    "<!DOCTYPE epp [<!ENTITY a \"b\">]>", "<!DOCTYPE epp [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>", "<?xml version=\"1.0\"",
    "<?xml version=\"1.0\"?><?xml version=\"1.0\"?>", "<?xml\tversion=\"1.0\"\r\n?>", "<?xml version = \"1.0\"?>",
];

/// What follows the root element.
pub const EPILOGS: &[&str] = &["\n", "  \r\n\t", "<!-- end -->", "<?end?>", "x", "<epp/>", "\u{0}", "&#32;", "<![CDATA[]]>", "</epp>"];

/// Text lengths at the edges of the schemas' length facets.
pub const LENGTHS: &[usize] = &[
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 45, 46, 63, 64, 65, 79, 80, 81, 88, 89, 254, 255, 256, 257, 1000,
];
