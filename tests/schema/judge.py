"""The judge: libxml2 says whether a document is valid against the EPP schemas.

Usage: judge.py SCHEMAS                 a server on stdin and stdout
       judge.py SCHEMAS FOLDER          judges every *.xml of the folder, exits 1 if one is invalid

Server: each request is a 4-octet length (big-endian) and the document; each answer is one octet (1 valid, 0 invalid), a
4-octet length and UTF-8 text: the first error, or for a valid document its facts (see `facts`).

Only eppcom, epp, host, domain, contact, balance and the schemas of the server's extensions are loaded, those
that lie beside this file from there, the others from the folder SCHEMAS. Beyond the schemas the
judge knows what RFC 5730 and our decoder forbid in any frame: a document type declaration, and an encoding that is
neither UTF-8 nor ASCII.
"""

import pathlib
import re
import struct
import sys

from lxml import etree

IETF, VERISIGN = "urn:ietf:params:xml:ns:", "http://www.verisign.com/epp/"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
# Namespaces and files, in the order of dependence: the schemas import each other by namespace, mostly without a location.
SCHEMAS = [
    (IETF, "eppcom-1.0"),
    (IETF, "epp-1.0"),
    (IETF, "host-1.0"),
    (IETF, "domain-1.0"),
    (IETF, "contact-1.0"),
    (VERISIGN, "balance-1.0"),
    (IETF, "rgp-1.0"),
    (IETF + "epp:", "fee-1.0"),
    (IETF, "secDNS-1.1"),
    (IETF, "allocationToken-1.0"),
    (IETF + "epp:", "ttl-1.0"),
    (IETF + "epp:", "maintenance-1.0"),
    (VERISIGN, "lowbalance-poll-1.0"),
    (IETF, "changePoll-1.0"),
    (IETF, "idn-1.0"),
    (IETF + "epp:", "loginSec-1.0"),
    (IETF, "mark-1.0"),
    (DSIG, "xmldsig-core-schema"),
    (IETF, "signedMark-1.0"),
    (IETF, "launch-1.0"),
]
ENCODINGS = {"UTF-8", "US-ASCII", "ASCII"}


INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
LOCATIONS = {INSTANCE + "schemaLocation", INSTANCE + "noNamespaceSchemaLocation"}
# The elements of XML signatures that are of type xs:base64Binary.
OF_SIGNATURES = tuple(
    f"{{{DSIG}}}{name}"
    for name in ("DigestValue", "SignatureValue", "Modulus", "Exponent", "X509SKI", "X509Certificate", "X509CRL")
)
SEC_DNS = "{urn:ietf:params:xml:ns:secDNS-1.1}"
BASE64 = re.compile("((([A-Za-z0-9+/] ?){4})*(([A-Za-z0-9+/] ?){3}[A-Za-z0-9+/]|([A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?=|"
                    "[A-Za-z0-9+/] ?[AQgw] ?= ?=))?$")
DIGITS, DECIMAL = re.compile("[0-9]+$"), re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$")
REPORT = "{urn:ietf:params:xml:ns:rgp-1.0}report"
RESPONSE_DATA = re.compile(
    r"(\{(urn:ietf:params:xml:ns:(domain|host|contact|rgp|epp:fee|changePoll|epp:loginSec|launch|epp:ttl|epp:maintenance)"
    r"|http://www\.verisign\.com/epp/(balance|lowbalance-poll))-1\.0\}|\{urn:ietf:params:xml:ns:secDNS-1\.1\})"
    r"(chk|cre|inf|pan|ren|trn|up|upd|del|poll|change|loginSec)Data$"
)


def facts(tree):
    """What a valid document holds that the decoder may refuse all the same, as words; the differential test's list of
    exceptions names the words it excuses."""
    keys = (key for element in tree.getroot().iter("*") for key in element.attrib)
    refused = (key for key in keys if key.startswith(INSTANCE) and key not in LOCATIONS)
    found = ["schema-instance-attribute"] if any(refused) else []
    if tree.getroot().find("{urn:ietf:params:xml:ns:epp-1.0}extension") is not None:
        found.append("extension-frame")
    said = (tree.getroot().find(f"{{{IETF}epp-1.0}}{name}") for name in ("command", "hello"))
    data = [element for top in said if top is not None for element in top.iter("*") if RESPONSE_DATA.match(element.tag)]
    if any(next(element.iterancestors(REPORT), None) is None for element in data):
        found.append("response-data")
    return " ".join(found)


def allowances(tree):
    """What an invalid document holds that the decoder may accept all the same, in front of the error; the differential
    test's list of exceptions names the words it excuses."""
    reports = tree.iter(REPORT)
    found = any(RESPONSE_DATA.match(element.tag) for report in reports for element in report.iter("*"))
    return "response data in a restore report: " if found else ""


def collapse_white_space(tree):
    """Does what libxml2 forgets: the white space of xs:duration, xs:date, xs:dateTime, numbers, xs:hexBinary and
    xs:base64Binary is collapsed before the value is read (XML Schema part 2, sections 3.2.6, 3.2.7, 3.2.9, 3.2.15, 3.2.16,
    3.3.17, 3.3.23 and 3.3.24: whiteSpace is fixed to collapse)."""
    names = ("domain", "rgp", "epp:fee", "launch", "epp:ttl")
    domain, rgp, fee, launch, ttl = (f"{{{IETF}{name}-1.0}}" for name in names)
    for element in tree.iter(fee + "fee"):
        if "grace-period" in element.attrib:
            element.set("grace-period", re.sub("[ \t\r\n]+", " ", element.get("grace-period")).strip(" "))
    numbers_and_dates = (domain + "period", domain + "curExpDate", fee + "period", rgp + "delTime", rgp + "resTime")
    numbers_and_dates += (launch + "notAfter", launch + "acceptedDate", ttl + "ttl")
    mark, smd = f"{{{IETF}mark-1.0}}", f"{{{IETF}signedMark-1.0}}"
    numbers_and_dates += tuple(mark + name for name in ("class", "apDate", "regDate", "exDate", "proDate", "execDate"))
    numbers_and_dates += (smd + "notBefore", smd + "notAfter", f"{{{DSIG}}}X509SerialNumber", *OF_SIGNATURES)
    of_sec_dns = ("maxSigLife", "keyTag", "alg", "digestType", "digest", "flags", "protocol", "pubKey")
    for element in tree.iter(*numbers_and_dates, *(SEC_DNS + name for name in of_sec_dns)):
        remarks = list(element)
        if all(remark.tag in (etree.Comment, etree.PI) for remark in remarks):
            text = (element.text or "") + "".join(remark.tail or "" for remark in remarks)
            for remark in remarks:
                remark.tail = None
            element.text = re.sub("[ \t\r\n]+", " ", text).strip(" ")


# Elements of commands, responses and signatures that the schemas declare by themselves.
GLOBAL = {"check", "create", "delete", "info", "renew", "transfer", "update", "Signature"}
GLOBAL |= {f"{word}Data" for word in ("chk", "cre", "inf", "trn", "ren", "upd", "del")}


def judged(tree, tags):
    """The elements with these tags that libxml2 has judged by their types: not those that stand alone where anything may."""
    for element in tree.iter(*tags):
        space, top = etree.QName(element).namespace, element
        while top.getparent() is not None and etree.QName(top.getparent()).namespace == space:
            top = top.getparent()
        if etree.QName(top).localname in GLOBAL:
            yield element


def is_base64(tree):
    """Whether every value of type xs:base64Binary has the lexical form of XML Schema part 2, section 3.2.16: libxml2 passes
    over characters that have no place in it. White space has been collapsed."""
    elements = judged(tree, (SEC_DNS + "pubKey", *OF_SIGNATURES))
    return all(BASE64.match("".join(element.xpath("text()"))) for element in elements)


def has_false_number(tree):
    """Whether a number is none. Values of type xs:unsignedShort and xs:unsignedByte are digits alone (XML Schema 1.0 part 2,
    sections 3.3.23 and 3.3.24), but libxml2 2.14 takes +1 and -0; decimals have a digit (section 3.2.3), but libxml2 2.10
    takes a sign between white space."""
    unsigned = [f"{{{IETF}domain-1.0}}period", f"{{{IETF}epp:fee-1.0}}period"]
    unsigned += [SEC_DNS + name for name in ("keyTag", "alg", "digestType", "flags", "protocol")]
    forms = dict.fromkeys(unsigned, DIGITS) | {f"{{{IETF}epp:fee-1.0}}{name}": DECIMAL for name in ("fee", "credit")}
    texts = ((forms[element.tag], "".join(element.xpath("text()"))) for element in judged(tree, forms))
    return any(not form.match(text.strip(" \t\r\n")) for form, text in texts)


def file_of(name, folder):
    """The file of a schema: beside this file those that no RFC prints, or that are ours; else in the folder."""
    places = (pathlib.Path(__file__).resolve().parent, pathlib.Path(folder).resolve())
    return next((place / f"{name}.xsd" for place in places if (place / f"{name}.xsd").exists()), places[1] / f"{name}.xsd")


class Judge:
    """The compiled schemas."""

    def __init__(self, folder):
        imports = "".join(
            f'<import namespace="{prefix if prefix == DSIG else prefix + name}" schemaLocation="{file_of(name, folder).as_uri()}"/>'
            for prefix, name in SCHEMAS
        )
        driver = f'<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:driver">{imports}</schema>'
        self.schema = etree.XMLSchema(etree.fromstring(driver))

    def error(self, document):
        """The first reason why the document is invalid; None if it is valid."""
        valid, text = self.verdict(document)
        return None if valid else text

    def verdict(self, document):
        """Whether the document is valid, and its facts or the first error."""
        # libxml2 detects UTF-16 by itself, and stops reading at a NUL after the root element.
        try:
            document.decode("utf-8")
        except UnicodeDecodeError:
            return False, "policy: octets that are not UTF-8"
        if b"\0" in document:
            return False, "not well-formed: U+0000"
        parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
        try:
            tree = etree.fromstring(document, parser).getroottree()
        except (etree.XMLSyntaxError, ValueError) as problem:
            return False, f"not well-formed: {problem}"
        if tree.docinfo.doctype or tree.docinfo.internalDTD is not None:
            return False, "policy: document type declaration"
        encoding = (tree.docinfo.encoding or "UTF-8").upper()
        if encoding not in ENCODINGS:
            return False, f"policy: encoding {encoding}"
        collapse_white_space(tree)
        if self.schema.validate(tree):
            if not is_base64(tree):
                return False, "no xs:base64Binary"
            return (False, "no number") if has_false_number(tree) else (True, facts(tree))
        return False, allowances(tree) + str(self.schema.error_log[0].message)


def read_exactly(stream, count):
    data = stream.read(count)
    return data if len(data) == count else None


def serve(judge):
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while (head := read_exactly(source, 4)) is not None:
        document = read_exactly(source, struct.unpack("!I", head)[0])
        if document is None:
            sys.exit("judge.py: the input ends inside a document")
        valid, text = judge.verdict(document)
        text = text.encode("utf-8", "replace")
        sink.write(struct.pack("!BI", valid, len(text)) + text)
        sink.flush()


def judge_folder(judge, folder):
    paths = sorted(pathlib.Path(folder).glob("*.xml"))
    bad = 0
    for path in paths:
        error = judge.error(path.read_bytes())
        if error:
            bad += 1
            print(f"{path}: {error}")
    print(f"{len(paths) - bad} of {len(paths)} documents are valid")
    # An empty folder means that nothing was recorded, which must not pass for a proof.
    return bad == 0 and bool(paths)


if __name__ == "__main__":
    the_judge = Judge(sys.argv[1])
    if len(sys.argv) > 2:
        sys.exit(0 if judge_folder(the_judge, sys.argv[2]) else 1)
    serve(the_judge)
