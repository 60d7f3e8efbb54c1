//! DNSSEC data of domains: what a TLD takes, what clients are told, and what becomes of it.
//!
//! Clients speak secDNS-1.1 (RFC 5910) beside `domain:create` and `domain:update`; `domain:info` shows the data to every session
//! that asked for the extension, since the DNS shows it to everybody.
//!
//! # What a TLD takes
//!
//! Options of `admin tld add` and `tld set`; `tld list --json` shows them. A change holds for what is added from then on: what is
//! registered stays, and can be removed.
//!
//! | option | in a new TLD | meaning |
//! | --- | --- | --- |
//! | `--secdns ds\|key` | `ds` | the interface: clients give DS data, or keys of which the registry makes DS records |
//! | `--secdns-refuse-algorithms` | 1,3,5,6,7,12 | algorithms that are refused (RFC 8624, section 3.1) |
//! | `--secdns-refuse-digests` | 1,3 | digest types that are refused (RFC 8624, section 3.3) |
//! | `--secdns-make-digests` | 2 | digest types of the DS records made of keys: 2 (SHA-256), 4 (SHA-384) |
//! | `--secdns-most` | 8 | records that a domain has at most, up to 64; 0: none are taken |
//! | `--secdns-max-sig-life` | 0 | the longest `maxSigLife` in seconds; 0: none is taken |
//! | `--secdns-urgent` | false | whether `urgent` is taken: every update is done at once in any case |
//!
//! An empty list is given with an equals sign: `--secdns-refuse-digests=`.
//!
//! Numbers that IANA does not list for signing zones are refused in any case, private algorithms (253, 254) too. The form of a
//! digest follows from its type and that of a key from its algorithm; a key beside DS data must be the one that they are of.
//! Flags are 256 or 257: a zone key that is not revoked.
//!
//! # What is refused, and how
//!
//! | code | what |
//! | --- | --- |
//! | 2003 | a `secDNS:update` with none of rem, add and chg |
//! | 2004 | a protocol other than 3 |
//! | 2005 | a digest or a key that is not of the form that its type or algorithm gives |
//! | 2102 | `maxSigLife` or `urgent` where the TLD takes none |
//! | 2306 | the other interface; an algorithm, a digest type or flags that are not taken; a key of other DS data; a record that is added and there, or removed and not there; too many; a `maxSigLife` that is too long or has no records |
//!
//! An update removes first, then adds, then changes. `rem all` is done also where nothing is. `maxSigLife` goes with the last
//! record. An update that replaces all records keeps it, or gives another one in `add`; otherwise `chg` changes it.
//!
//! # From one interface to the other
//!
//! After `tld set NAME --secdns key` commands with DS data are 2306. A domain keeps its DS data until its registrar replaces all
//! of it in one update: `rem all`, and `add` with keys (RFC 5910, section 4).
//!
//! # What becomes of it
//!
//! It stays when the domain is transferred, renewed, deleted and restored, and goes when the domain is purged. RDAP shows it as
//! `secureDNS` (RFC 9083, section 5.3): the DS records that the zone has, and the keys. `admin domain show` has the same. Poll
//! messages about what the registry did to a domain show it as it was then.
