//! What bounds what comes from outside. The numbers stand in [`crate::base::limits`]; this chapter says what happens at each.
//!
//! | limit | what happens beyond it |
//! | --- | --- |
//! | octets of an EPP frame | 2500 and the session ends: the length header cannot be trusted for the next frame |
//! | nesting, attributes, namespaces of XML | 2001 with the place |
//! | objects of a `<check>` | 2306 |
//! | name servers, contacts, addresses, subordinate hosts | 2306 |
//! | octets of an authInfo | 2306 |
//! | commands waiting for the ledger | 2400 "too many commands are waiting" |
//! | logins waiting to be hashed | 2400 "too many logins are waiting" |
//! | failed logins in one session (`epp.login_attempts`) | 2501 |
//! | sessions of a registrar (`epp.sessions_per_registrar`, or its own limit) | 2502 |
//! | EPP connections that have not logged in, in all and of one network (`epp.waiting`, `epp.waiting_per_network`) | closed before TLS |
//! | connections to EPP (`epp.sessions`) | closed before TLS |
//! | silence before login, in a session, in a handshake | closed |
//! | responses not taken for 30 s | closed |
//! | target of an RDAP request | 414 |
//! | RDAP connections at one time (`rdap.connections`) | one of the network (IPv4 /24, IPv6 /48) with the most gives way to a network with two fewer, the most idle first; else the most idle of all if it is idle for a second; else the newcomer is closed at once |
//! | RDAP connections of one address, of one network (`rdap.connections_per_address`, `rdap.connections_per_network`; an IPv6 /56 has twice the first) | the most idle of the same address or network gives way if it is idle for a second; else the newcomer is closed at once |
//! | RDAP requests of one client network (`rdap.rate`, `rdap.burst`) | 429 with Retry-After |
//! | an HTTP connection without a whole request | closed |
//! | octets of an admin request | an error, and the connection is closed |
//! | octets of a batch | the batch is closed and the next one begun |
//! | octets of an index key | cannot be reached: names have 253, handles and clIDs 16 |
//!
//! Pipelining needs no limit of its own: a session reads no further than one buffer beyond the command it is at, and TCP
//! holds the rest.
//!
//! What bystanders feel of somebody who runs into these limits on purpose is measured by the attack scenarios of the load
//! tester (`loadtest/`, told in the README).
