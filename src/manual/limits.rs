//! What bounds what comes from outside. The numbers stand in [`crate::base::limits`]; this chapter says what happens at each.
//!
//! | limit | what happens beyond it |
//! | --- | --- |
//! | octets of an EPP frame | 2500 and the session ends: the length header cannot be trusted for the next frame |
//! | nesting, attributes, namespaces of XML | 2001 with the place |
//! | objects of a `<check>` | 2306 |
//! | name servers, contacts, addresses, subordinate hosts | 2306 |
//! | octets of an authInfo | 2306 |
//! | unread poll messages of one registrar about the transfers of one object (8) | a further one replaces the newest of them, under a new number; acknowledging the one replaced is 2303 |
//! | characters of a status's text (255) and of its language tag (35) | 2306 |
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
//! | an HTTP connection without a whole request for 15 to 30 s | closed |
//! | octets of the head of an RDAP request | 431; 414 where the request line alone has more |
//! | octets between two RDAP requests (64 KiB, and 8 KiB more for each request; a read costs 32) | closed: PING, SETTINGS, PRIORITY, WINDOW_UPDATE, refused streams and whatever else comes without asking anything |
//! | HTTP/2 streams of one connection | refused, by the protocol |
//! | HTTP/2 streams reset before they are answered, or in error | the connection is closed with ENHANCE_YOUR_CALM |
//! | octets of answers not taken, of one connection, of one network (IPv4 /24, IPv6 /48), in all | the next request of a connection that holds any waits until it holds none, or less than a connection may; a connection that holds none is answered, so each can overrun the last two by one answer |
//! | an RDAP answer not taken for 15 to 30 s | closed |
//! | connections to /metrics | one that is slower than a second gives way; else the newcomer is closed at once |
//! | seconds of a scrape of /metrics (10) | closed |
//! | connections to the admin socket | one that has asked nothing for a second gives way; else the newcomer is closed at once |
//! | a step of the machine's clock (`clock.max_jump_s`) | transforms: 2400 "the registry's clock is being checked", until it is back or accepted |
//! | octets of an admin request | an error, and the connection is closed |
//! | octets of a batch | the batch is closed and the next one begun |
//! | changed records in memory (`checkpoint.delta_mib`), log since the last checkpoint (`checkpoint.log_mib`) | a checkpoint begins; nobody waits for it |
//! | octets of an index key | cannot be reached: names have 253, handles and clIDs 16, and the longest key holds a name and a clID |
//!
//! # What the files take
//!
//! The log holds what came since the newest base file: at most `checkpoint.log_mib`, and what is written while a checkpoint
//! runs; and up to three segments (`wal.segment_mib`) for what is not full or not passed: the one in which the base file
//! ends, the one in use, and the one being prepared. The seal takes 8 KiB. The index has at most four base files, which
//! together take less than 1.25 times the largest, since a file is merged when those above it reach a quarter of its size;
//! while a checkpoint merges, the new file lies beside those that it replaces, so twice that. A checkpoint that fails, for
//! a full disk say, takes nothing away: the log keeps what it would have contained, and the next one begins when as much
//! has come again. Then the log grows, until the disk is full and transforms are refused with 2400; they go on when there
//! is room again. `/metrics` shows all of it: `domesday_log_bytes`, `domesday_log_since_checkpoint_bytes`,
//! `domesday_index_base_bytes`, `domesday_index_delta_bytes` (of memory).
//!
//! Pipelining needs no limit of its own: a session reads no further than one buffer beyond the command it is at, and TCP
//! holds the rest.
//!
//! What bystanders feel of somebody who runs into these limits on purpose is measured by the attack scenarios of the load
//! tester (`loadtest/`, told in the README).
