"""The Python client epptools drives the registry: a domain's whole life and a transfer between two registrars.

Usage: epptools_client.py DEMO.JSON DOMESDAY
"""

import json
import os
import pathlib
import subprocess
import sys
import time

from epptools import Client, Config
from epptools.exceptions import CommandException
from epptools.namespaces import FEE, LOGINSEC, RGP, SECDNS
from epptools.transport import Connection

steps = 0


def ok(holds, what):
    global steps
    steps += 1
    if not holds:
        sys.exit(f"FAILED: {what}")


def equal(got, expected, what):
    ok(got == expected, f"{what}: expected {expected!r}, found {got!r}")


class Recorder(Connection):
    """The client's transport, writing every frame received where the schema judge looks."""

    recorded = 0

    def read_frame(self):
        xml = super().read_frame()
        folder = os.environ.get("DOMESDAY_TEST_RESPONSES")
        if folder:
            Recorder.recorded += 1
            name = f"python-{os.getpid()}-{Recorder.recorded:06}.xml"
            (pathlib.Path(folder) / name).write_text(xml, encoding="utf-8", newline="")
        return xml


def connected_as(demo, registrar):
    config = Config(
        host=demo["epp"]["host"],
        port=demo["epp"]["port"],
        clid=registrar["clid"],
        password=registrar["pw"],
        ca_file=demo["epp"]["ca"],
        client_cert=registrar["cert"],
        client_key=registrar["key"],
        read_timeout=60.0,
        # Left to itself the client logs in with extensions of its own choice when the greeting offers none.
        ext_uris=[SECDNS, RGP, FEE, LOGINSEC],
    )
    client = Client(config, Recorder(config))
    ok(client.connect().is_greeting(), "greeting")
    equal(client.login().code(), 1000, f"login as {registrar['clid']}")
    return client


def refused(code, what, command, *arguments, **options):
    try:
        command(*arguments, **options)
    except CommandException as refusal:
        equal(refusal.epp_code, code, what)
        return
    ok(False, f"{what}: expected {code}, but the command succeeded")


def drain(client):
    """Reads and acknowledges everything that waits; returns the documents."""
    documents = []
    client.poll.drain(lambda notice: documents.append(notice.raw))
    equal(client.poll.request().code(), 1300, "poll of an empty queue")
    return documents


def live(demo, a, b):
    b_name = demo["registrars"][1]["clid"]
    suffix = f"{int(time.time()):x}{os.getpid():x}"
    domain, person, secret = f"python-{suffix}.example", f"PY{suffix}"[:16], "Py1-Zk4Qm7Xc2Vb8Nn5RtYw"
    inside, outside = f"ns1.{domain}", f"ns1.python-{suffix}.invalid"

    ok(a.hello().is_greeting(), "hello is answered by a greeting")
    equal(a.domain.check([domain, "other-" + domain]).availability(), {domain: True, "other-" + domain: True}, "domain check")
    equal(a.contact.check([person]).availability(), {person: True}, "contact check")
    equal(a.host.check([outside]).availability(), {outside: True}, "host check")
    for client in (a, b):
        drain(client)

    international = {"type": "int", "name": "Joerg Mueller", "city": "Dulles", "cc": "US",
                     "street": ["123 Example Dr."], "org": "Example", "sp": "VA", "pc": "20166"}
    localized = {"type": "loc", "name": "Jörg Müller", "city": "Düsseldorf", "cc": "DE", "street": ["Straße 1"]}
    created = a.contact.create(person, postal_infos=[international, localized], voice="+1.7035555555", email="jm@example.com",
                               auth_info=secret, disclose={"flag": 0, "voice": True, "email": True})
    equal(created.code(), 1000, "contact create")
    info = a.contact.info(person, secret)
    equal(info.postal_info()["loc"]["city"], "Düsseldorf", "contact info, localized city")
    equal(info.email(), "jm@example.com", "contact info, email")
    equal(a.contact.update(person, change={"email": "new@example.com"}).code(), 1000, "contact update")
    equal(a.contact.info(person).email(), "new@example.com", "contact info after update")

    equal(a.host.create(outside).code(), 1000, "host create outside the zone")
    contacts = {"admin": person, "tech": person, "billing": person}
    options = {"years": 2, "registrant": person, "contacts": contacts, "auth_info": secret}
    first, second = ({"keyTag": tag, "alg": 13, "digestType": 2, "digest": f"{tag:04X}" * 16} for tag in (12345, 60485))
    equal(a.domain.create(domain, nameservers=[outside], sec_dns={"dsData": [first]}, **options).code(), 1000, "domain create")
    refused(2302, "a second create of the same domain", a.domain.create, domain, **options)
    equal(a.host.create(inside, ["192.0.2.3", "2001:db8::3"]).code(), 1000, "host create inside the zone")
    equal(len(a.host.info(inside).host_addresses()), 2, "host info, addresses")
    equal(a.host.update(inside, add_addresses=["192.0.2.4"], remove_addresses=["192.0.2.3"]).code(), 1000, "host update")
    updated = a.domain.update(domain, add={"ns": [inside], "statuses": ["clientHold"]})
    equal(updated.code(), 1000, "domain update")
    info = a.domain.info(domain)
    equal(sorted(info.nameservers()), sorted([inside, outside]), "domain info, name servers")
    equal(info.subordinate_hosts(), [inside], "domain info, subordinate hosts")
    equal(info.registrant(), person, "domain info, registrant")
    ok("clientHold" in info.statuses(), "domain info, status")
    equal(info.ds_records(), [first], "domain info, DS records")
    replaced = a.domain.update(domain, sec_dns={"rem": {"dsData": [first]}, "add": {"dsData": [second]}})
    equal(replaced.code(), 1000, "domain update, another DS record")
    equal(a.domain.info(domain).ds_records(), [second], "DS records after update")
    refused(2306, "a DS record that is there", a.domain.update, domain, sec_dns={"add": {"dsData": [second]}})
    equal(a.domain.update(domain, remove={"statuses": ["clientHold"]}).code(), 1000, "domain update, status off")
    expiry = info.expiry_date()
    equal(a.domain.renew(domain, expiry, 1).code(), 1000, "domain renew")
    equal(int(a.domain.info(domain).expiry_date()[:4]), int(expiry[:4]) + 1, "expiry after renew")

    refused(2202, "transfer with a wrong authInfo", b.domain.transfer, "request", domain, "not-the-Secret-1234567")
    equal(a.domain.update(domain, change={"auth_info": secret}).code(), 1000, "domain update, authInfo")
    equal(b.domain.transfer("request", domain, secret).transfer_status(), "pending", "transfer request")
    equal(a.domain.transfer("query", domain).transfer()["requested_by"], b_name, "transfer query by the sponsor")
    ok(any("trnData" in text and domain in text for text in drain(a)), "the sponsor is told of the request by poll")
    equal(a.domain.transfer("reject", domain).code(), 1000, "transfer reject")
    ok(any("clientRejected" in text for text in drain(b)), "the requesting registrar is told of the rejection by poll")
    equal(a.domain.update(domain, change={"auth_info": secret}).code(), 1000, "domain update, authInfo again")
    equal(b.domain.transfer("request", domain, secret).transfer_status(), "pending", "second transfer request")
    equal(a.domain.transfer("approve", domain).code(), 1000, "transfer approve")
    ok(any("clientApproved" in text for text in drain(b)), "the gaining registrar is told of the approval by poll")
    equal(b.domain.info(domain).sponsor(), b_name, "sponsor after transfer")
    equal(b.host.info(inside).sponsor(), b_name, "sponsor of the subordinate host after transfer")

    equal(b.domain.info(domain).ds_records(), [second], "DS records after transfer")
    equal(b.domain.update(domain, sec_dns={"rem_all": True}).code(), 1000, "domain update, no DS records")
    ok(not b.domain.info(domain).is_signed(), "DS records are gone")
    refused(2305, "delete of a domain with subordinate hosts", b.domain.delete, domain)
    equal(b.domain.update(domain, remove={"ns": [inside, outside]}).code(), 1000, "domain update, name servers off")
    equal(b.host.delete(inside).code(), 1000, "host delete inside the zone")
    deleted = b.domain.delete(domain).code()
    ok(deleted in (1000, 1001), f"domain delete: {deleted}")
    equal(a.host.delete(outside).code(), 1000, "host delete outside the zone")
    if deleted == 1000:
        # While the domain only waits for its deletion, its contact stays linked.
        equal(a.contact.delete(person).code(), 1000, "contact delete")


def paid(demo, binary, client):
    """What a name costs, said before and agreed to, and the grace period that it begins with."""
    clid = demo["registrars"][0]["clid"]

    def admin(*words):
        subprocess.run([binary, "admin", "--target", sys.argv[1], *words], check=True, stdout=subprocess.DEVNULL)

    admin("price", "set", "test", "--currency", "EUR", "--create", "10.00", "--renew", "12.00", "--transfer", "9.00",
          "--restore", "50.00")
    admin("billing", "open", clid, "--currency", "EUR")
    admin("billing", "pay", clid, "100.00", "--reason", "wire")
    name, secret = f"python-paid-{os.getpid():x}.test", "Py1-Zk4Qm7Xc2Vb8Nn5RtYw"
    asked = client.domain.check([name], fee={"create": [1, 2], "renew": 1})
    equal([asked.fee_for(name, "create", years) for years in (1, 2)], ["10.00", "20.00"], "fees of create")
    equal((asked.fee_for(name, "renew"), asked.fees()["_currency"]), ("12.00", "EUR"), "fee of renew")
    refused(2004, "a create for less", client.domain.create, name, auth_info=secret, fee="9.99")
    created = client.domain.create(name, auth_info=secret, fee={"amount": "10.00", "currency": "EUR"})
    equal(created.charged_fee(), {"currency": "EUR", "fee": "10.00"}, "the fee that was charged")
    equal(client.domain.info(name).rgp_status(), ["addPeriod"], "the grace period of a new name")


def main():
    demo = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    a, b = (connected_as(demo, registrar) for registrar in demo["registrars"][:2])
    live(demo, a, b)
    paid(demo, sys.argv[2], a)
    for client in (a, b):
        equal(client.logout().code(), 1500, "logout")
        client.disconnect()
    print(f"epptools: {steps} steps passed")


if __name__ == "__main__":
    main()
