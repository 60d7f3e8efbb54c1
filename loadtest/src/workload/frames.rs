//! Commands as they are sent: XML, written piece by piece to the end of a frame.

use std::io::Write as _;

use super::day::Day;

const HEAD: &[u8] =
    b"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?><epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\">\
    <command>";
const DOMAIN: &[u8] = b" xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">";
/// What a domain refers to: contact and hosts, each by id or name.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Refers<'a> {
    pub(super) contact: Option<&'a str>,
    pub(super) hosts: &'a [String],
}

/// What an update changes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Update<'a> {
    /// Adds `clientHold`.
    Hold,
    /// Takes it away.
    Release,
    /// Sets the authInfo.
    Auth(&'a [u8]),
}

/// Writes one command. What is given to it has no markup in it.
pub(super) struct Frame<'f>(&'f mut Vec<u8>);

impl<'f> Frame<'f> {
    pub(super) fn begin(to: &'f mut Vec<u8>) -> Self {
        to.extend_from_slice(HEAD);
        Self(to)
    }

    /// `<check>` of the names that are written by this (RFC 5731, section 3.1.1).
    pub(super) fn check(&mut self, write_names: impl FnOnce(&mut Vec<u8>)) {
        self.put(&[b"<check><domain:check", DOMAIN]);
        write_names(self.0);
        self.put(&[b"</domain:check></check>"]);
    }

    /// One name, as all commands have it.
    pub(super) fn name(to: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        to.extend_from_slice(b"<domain:name>");
        write(to);
        to.extend_from_slice(b"</domain:name>");
    }

    /// `<info>` (RFC 5731, section 3.1.2).
    pub(super) fn info(&mut self, name: &[u8]) {
        self.put(&[b"<info><domain:info", DOMAIN, b"<domain:name>", name, b"</domain:name></domain:info></info>"]);
    }

    /// `<create>` for a year (RFC 5731, section 3.2.1).
    pub(super) fn create(&mut self, name: &[u8], refers: Refers<'_>, auth: &[u8]) {
        self.put(&[b"<create><domain:create", DOMAIN, b"<domain:name>", name]);
        self.put(&[b"</domain:name><domain:period unit=\"y\">1</domain:period>"]);
        if !refers.hosts.is_empty() {
            self.put(&[b"<domain:ns>"]);
            for host in refers.hosts {
                self.put(&[b"<domain:hostObj>", host.as_bytes(), b"</domain:hostObj>"]);
            }
            self.put(&[b"</domain:ns>"]);
        }
        if let Some(id) = refers.contact.map(str::as_bytes) {
            self.put(&[b"<domain:registrant>", id, b"</domain:registrant>"]);
            for role in [&b"admin"[..], b"tech"] {
                self.put(&[b"<domain:contact type=\"", role, b"\">", id, b"</domain:contact>"]);
            }
        }
        self.auth(auth);
        self.put(&[b"</domain:create></create>"]);
    }

    fn auth(&mut self, auth: &[u8]) {
        self.put(&[b"<domain:authInfo><domain:pw>", auth, b"</domain:pw></domain:authInfo>"]);
    }

    /// `<update>` (RFC 5731, section 3.2.5).
    pub(super) fn update(&mut self, name: &[u8], update: Update<'_>) {
        self.put(&[b"<update><domain:update", DOMAIN, b"<domain:name>", name, b"</domain:name>"]);
        match update {
            Update::Hold => self.put(&[b"<domain:add><domain:status s=\"clientHold\"/></domain:add>"]),
            Update::Release => self.put(&[b"<domain:rem><domain:status s=\"clientHold\"/></domain:rem>"]),
            Update::Auth(auth) => {
                self.put(&[b"<domain:chg>"]);
                self.auth(auth);
                self.put(&[b"</domain:chg>"]);
            }
        }
        self.put(&[b"</domain:update></update>"]);
    }

    /// `<renew>` by a year (RFC 5731, section 3.2.3).
    pub(super) fn renew(&mut self, name: &[u8], expires: Day) {
        self.put(&[b"<renew><domain:renew", DOMAIN, b"<domain:name>", name, b"</domain:name><domain:curExpDate>"]);
        self.put_text(format_args!("{}", expires.date()));
        self.put(&[b"</domain:curExpDate><domain:period unit=\"y\">1</domain:period></domain:renew></renew>"]);
    }

    /// `<transfer op="request">` with a year (RFC 5731, section 3.2.4).
    pub(super) fn request(&mut self, name: &[u8], auth: &[u8]) {
        self.put(&[b"<transfer op=\"request\"><domain:transfer", DOMAIN, b"<domain:name>", name]);
        self.put(&[b"</domain:name><domain:period unit=\"y\">1</domain:period>"]);
        self.auth(auth);
        self.put(&[b"</domain:transfer></transfer>"]);
    }

    /// `<transfer op="approve">`.
    pub(super) fn approve(&mut self, name: &[u8]) {
        self.put(&[b"<transfer op=\"approve\"><domain:transfer", DOMAIN, b"<domain:name>", name]);
        self.put(&[b"</domain:name></domain:transfer></transfer>"]);
    }

    /// `<delete>` (RFC 5731, section 3.2.2).
    pub(super) fn delete(&mut self, name: &[u8]) {
        self.put(&[
            b"<delete><domain:delete",
            DOMAIN,
            b"<domain:name>",
            name,
            b"</domain:name></domain:delete></delete>",
        ]);
    }

    /// `<poll op="req">` (RFC 5730, section 2.9.2.3).
    pub(super) fn poll(&mut self) {
        self.put(&[b"<poll op=\"req\"/>"]);
    }

    /// `<create>` of a contact (RFC 5733, section 3.2.1).
    pub(super) fn create_contact(&mut self, id: &str, auth: &[u8]) {
        self.put(&[b"<create><contact:create xmlns:contact=\"urn:ietf:params:xml:ns:contact-1.0\"><contact:id>"]);
        self.put(&[
            id.as_bytes(),
            b"</contact:id><contact:postalInfo type=\"int\"><contact:name>Load Test</contact:name>",
        ]);
        self.put(&[
            b"<contact:addr><contact:street>123 Example Dr.</contact:street><contact:city>Dulles</contact:city>",
        ]);
        self.put(&[b"<contact:sp>VA</contact:sp><contact:pc>20166-6503</contact:pc><contact:cc>US</contact:cc>"]);
        self.put(&[b"</contact:addr></contact:postalInfo><contact:voice>+1.7035555555</contact:voice>"]);
        self.put(&[b"<contact:email>load@example.com</contact:email><contact:authInfo><contact:pw>", auth]);
        self.put(&[b"</contact:pw></contact:authInfo></contact:create></create>"]);
    }

    /// `<create>` of a host outside of the registry's TLDs (RFC 5732, section 3.2.1).
    pub(super) fn create_host(&mut self, name: &str) {
        self.put(&[
            b"<create><host:create xmlns:host=\"urn:ietf:params:xml:ns:host-1.0\"><host:name>",
            name.as_bytes(),
        ]);
        self.put(&[b"</host:name></host:create></create>"]);
    }

    /// The end, with the transaction identifier, in two pieces.
    pub(super) fn end(mut self, cl_trid: [&[u8]; 2]) {
        self.put(&[b"<clTRID>", cl_trid[0], cl_trid[1], b"</clTRID></command></epp>"]);
    }

    fn put(&mut self, pieces: &[&[u8]]) {
        pieces.iter().for_each(|piece| self.0.extend_from_slice(piece));
    }

    fn put_text(&mut self, text: std::fmt::Arguments<'_>) {
        // A vector takes all that is written to it.
        let _ = self.0.write_fmt(text);
    }
}
