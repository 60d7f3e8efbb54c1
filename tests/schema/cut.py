"""Cuts the EPP schemas out of RFC texts: page furniture removed, the common indentation taken off, nothing else.

Usage: cut.py FOLDER-WITH-RFC-TEXTS TARGET-FOLDER
The texts may lie anywhere below the folder, as rfcNNNN.txt or rfcNNNN.txt.gz.
"""

import gzip
import pathlib
import re
import sys
import textwrap

# Which RFC prints which schema.
PRINTED_IN = {
    "eppcom-1.0": 5730,
    "epp-1.0": 5730,
    "domain-1.0": 5731,
    "host-1.0": 5732,
    "contact-1.0": 5733,
    "rgp-1.0": 3915,
    "fee-1.0": 8748,
    "secDNS-1.1": 5910,
    "changePoll-1.0": 8590,
    "loginSec-1.0": 8807,
    "mark-1.0": 7848,
    "signedMark-1.0": 7848,
    "launch-1.0": 8334,
    "allocationToken-1.0": 8495,
}

FOOTER = re.compile(r"^\S.*\[Page \d+\]\s*$")
HEADER = re.compile(r"^RFC \d+ .*\d{4}\s*$")


def without_page_furniture(text):
    """The text without form feeds, page headers and page footers."""
    lines = text.replace("\r", "").replace("\f", "").split("\n")
    return "\n".join(line for line in lines if not FOOTER.match(line) and not HEADER.match(line))


def schema_in(text, name):
    """The schema with target namespace urn:ietf:params:xml:ns:NAME or urn:ietf:params:xml:ns:epp:NAME, from its XML declaration to its end tag; None if absent."""
    for found in re.finditer(r"^ *<\?xml(?:(?!<\?xml).)*?</schema>", text, re.DOTALL | re.MULTILINE):
        namespaces = (f'targetNamespace="urn:ietf:params:xml:ns:{group}{name}"' for group in ("", "epp:"))
        if any(namespace in found.group() for namespace in namespaces):
            return textwrap.dedent(found.group()) + "\n"
    return None


def text_of(folder, number):
    """The text of one RFC, wherever it lies below the folder; None if absent."""
    for path in sorted(folder.rglob(f"rfc{number}.txt*")):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return data.decode("utf-8", "replace")
    return None


def main(source, target):
    for name, number in PRINTED_IN.items():
        text = text_of(pathlib.Path(source), number)
        schema = schema_in(without_page_furniture(text), name) if text else None
        if schema is None:
            sys.exit(f"cut.py: no schema {name} found: is rfc{number}.txt below {source}?")
        (pathlib.Path(target) / f"{name}.xsd").write_text(schema, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
