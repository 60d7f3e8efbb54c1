//! What was decided, against what, and why. The house plan's own decisions are not repeated; these refine or change it.
//!
//! | question | decision | why |
//! | --- | --- | --- |
//! | Does decoding borrow or own? | queries borrow from the frame, transforms own | a transform travels to another thread; some twenty short strings cost half a microsecond, a self-referential frame would cost every reader of the code |
//! | Who writes derived records? | one fold, at decision and at replay; not the log, not the index | the log stays small, the index stays ignorant of records, and the two computations cannot differ |
//! | Does the ledger's disk block? | yes, on the ledger's own thread | it has nothing to do meanwhile; the batch forms in the mailbox; the disk trait stays five plain calls that a simulator can fake |
//! | How is a batch limited? | by count and by octets of its records | one frame must fit a segment |
//! | What is an object id? | the sequence of the transaction that created it | no counter to keep, none to lose |
//! | Are snapshots consistent across records? | no: each look-up is atomic, several are not | see [`super::write_order`]; multi-version records would cost memory and every read, for an effect nobody can act on |
//! | authInfo in `<info>` | the sponsoring client sees an empty `<pw>` when one is set | RFC 9154, section 4.3: the value is stored only as a salted SHA-256, so nobody can read it. A client that wants to verify a value sends it with `<info>` and gets 2202 when it is wrong |
//! | Which password hash for authInfo? | SHA-256 with 128 bits of salt | RFC 9154 wants random values of 128 bits or more; a slow hash would sit in the ledger |
//! | Whom does TLS authenticate? | any certificate whose key the client holds; a login checks the SHA-256 pin of the registrar | pins need no CA, rotate without one, and tell registrars apart; `epp.client_ca` adds a chain check where wanted |
//! | Repeated logins | argon2id once; then a digest under a key of this process | 50 ms for each of a thousand reconnecting sessions would be a storm of our own |
//! | What does a wrong login tell? | 2200 and nothing else; unknown clients cost the same hash | which of name, password, certificate and address was wrong helps only an attacker |
//! | `curExpDate` that does not match, periods out of policy | 2306 | they are valid values that this object's state or the registry's policy does not accept; 2004 is for values outside the protocol's range |
//! | Where may `unsafe` stand? | `index/` (mapping, delta, trusted archives) and `runtime/probe.rs` (asking for a ring, which has no safe wrapper) | trusted archives: validating each record at each read would halve the look-ups; base files are validated once at open, fresh records come from our own serializer |
//! | O_DIRECT for the log? | not yet: buffered writes and fdatasync into zeroed segments | measured at 0.80 to 0.85 of the time for 4 KiB frames; worth doing once, behind the same trait |
//! | How does an idle executor sleep? | in `epoll_wait` of its own driver, not in glommio | the driver knows when no task ran; one set holds sockets and doorbell, and no second ring has to be bridged. glommio can park with runnable tasks when its preempt timer has fired: a row of heartbeats and a watchdog bound that, and the preempt timer is 10 ms |
//! | What ends a session besides its client? | a suspension, a removed pin, an expired certificate, a network withdrawn, a password that an operator reset: with its next command, 2500. A password that a registrar changes itself ends none of its sessions | an operator who withdraws access means now; a pool of sessions must survive its own rotation of passwords |
//! | Who may wait without a login? | a bounded number in all, of one address and of one network; the idlest gives way to who has fewer | strangers must not be able to take the places of registrars |
//! | What is fair on a shard? | deficit round robin over registrars by cost, not over sessions or commands; a round is a round of the executor | a session costs nothing to open and a command can ask for 250 names; ending a turn inside a command would need every rule to be interruptible |
//! | What may a stranger have decoded? | data units of 8 KiB, 32 at once and then ten a second, all strangers together half of what one registrar gets | only a login or a hello is of use there; a login with every extension has less than 4 KiB |
//! | Is a limiter's refusal logged? | the first, then one line in ten seconds with the number of those between; /metrics counts each | a log that an attacker can fill is one more resource to protect |
//! | Which clock tells that the wall clock jumped? | CLOCK_BOOTTIME | it goes on while the machine is suspended; CLOCK_MONOTONIC, and so `Instant`, stands still, and every resume would be a jump |
//! | How far is the wall clock followed? | at once within 5 s of what is expected; what is expected follows by a hundredth of the time that passes | NTP and leap seconds pass unseen; a clock that walks in small steps is found out |
//! | What does a doubted clock stop? | only what is dated and kept | queries and logins need no exact time; a date of the future cannot be taken back |
//! | A limit larger than the whole it is a part of | becomes as small as the whole | whoever lowers `epp.sessions` need not know all that hangs on it |
//! | Who gives way when all places of RDAP are taken? | the most idle of the network with the most | a plain bound lets one stranger keep everyone out; no number of connections of one network keeps another out, nor of one address its own newcomers |
//! | What bounds HTTP/2? | a budget of octets between requests, and requests that wait until answers are taken | one rule for every kind of frame, those of tomorrow too; fewer streams than 100 would slow honest clients (RFC 9113, section 6.5.2) |
//! | Errors that hyper answers itself | replaced on their way out by ours | reading heads ourselves would be a second parser beside hyper's, and two that differ are how requests are smuggled |
//! | Which contact data does RDAP show? | what the policy of the TLD and the contact allow, see [`super::rdap`]; what is withheld is listed (RFC 9537) | a TLD's contract says how much is published; the default is the safe side |
//! | May caches use an answer of RDAP without asking? | no, unless `rdap.max_age_s` says so | changes must be seen in RDAP within a time (Specification 10), and what was withdrawn must not be shown any longer; with entity tags to ask costs a head |
//! | How does a client of RDAP say its purpose? | in a field `RDAP-Purpose`, with a registered value (RFC 9560, section 9.3) | RFC 7481 has no form for it; the parameter `farv1_qp` belongs to OpenID Connect, and stands in links and in other people's logs |
//! | A certificate that is nobody's | is that of one of the public; a token that is nobody's is 401 | browsers show certificates to whoever asks, who sends a token means it |
//! | Where is RDAP's rate kept? | one table of atomics for the node; a request is one compare-and-swap of its client's word | some ten nanoseconds, where a table of each shard took fifty. Tokens leased to shards in batches take five, and a client of many shards and few tokens is refused while others hold them |
//! | Does a look-up that finds nothing cost more? | no | who mines for free names, and who is about to register one, ask alike; the rate bounds both |
//! | Is gzip of RDAP paid for by a larger turn? | no | the fastest level of zlib-rs takes some six microseconds for an answer, a tenth of a request with its TLS, and there is less to encrypt |
//! | What makes the look-up page for people? | the octets of RDAP's answer, read again as JSON | no second writer over records could show what the first withholds; reading it costs more than writing it did, but people ask seldom, and by the rate |
//! | A script on that page? | none | the policy forbids all, so that nothing that is shown can run; a form does what it needs |
//! | Who gets that page? | who prefers HTML, at the base URL itself | RDAP has nothing there, so that no program loses an answer |
//! | What does the listener for plain HTTP count as? | as RDAP: its seats and its turns, but not its rate | one redirect a connection tells nobody anything |
//! | May a contact have a registrar's identifier? | no, 2306 | RDAP finds both under `/entity/` |
//! | May a clID be the IANA id of another registrar? | no, refused when either is given; pairs of earlier logs stay | RDAP finds both under `/entity/`, the IANA id first |
//! | Hosts of a domain whose transfer is pending | rest: 2304 for create below it, update and delete | RFC 5732, section 2.3; the new sponsor gets what it asked for |
//! | Own io_uring ring or epoll for sockets? | epoll, polled by one driver task in each executor | 1.0 of plain epoll's rate and nothing owned by the kernel; the ring backend fits behind the same stream type |
//! | Host objects or attributes? | each TLD for itself, when it is added, for good | "A server operator MUST use one name server specification form consistently" (RFC 5731, section 1.1): a TLD is what its domains are consistent in, and a server with one TLD keeps the rule to the letter. A change would leave domains with name servers that no command can read or remove |
//! | Addresses of a host attribute below another domain of ours | 2306, as outside of our TLDs | "IP addresses SHOULD be required only as needed to generate DNS glue records" (RFC 5731, section 1.1), and the glue of a name is its own domain's to give: that of another registrar must never appear (RST case integration-05). Most registries with attributes refuse it too; kept and not published, it would only mislead its reader |
//! | A host attribute at or below its domain, without address | 2003 | the parameter that glue is made of is missing, and the client can send it with the same command; where there are host objects it cannot, and gets 2306 |
//! | Addresses beside a host attribute that is removed | not looked at | "IP address elements can safely be absent or ignored" (RFC 5731, section 3.2.5) |
//! | A host object below a domain of a TLD with attributes | 2306 | the name's glue stands in the attributes of that domain; an object would be a second truth beside it. Domains of other TLDs cannot delegate to such a name |
//! | `host:*` where no TLD has host objects | 2307, for the login that asks for the mapping and for each command | the greeting does not announce it; 2101 would say that the mapping is there without the command |
//! | contact-1.0 where no TLD has contacts | not announced, and yet taken at login | RST case epp-02 wants a greeting that fits; a TLD that changes its data model must not lock out clients that still have contacts |
//! | A registrar without a data model, in a TLD that leaves it to registrars | has the minimum | what nobody asked for is not collected |
//! | Contacts of a domain that moves to a registrar of the minimum model | stay until it removes them | a transfer changes the sponsor and nothing else (RFC 5731, section 3.2.4); data that is dropped cannot be given back when the transfer was wrong |
//! | What is locked? | the directories themselves: `data.dir`, `wal/`, `index/` | a lock file can be unlinked apart from the data, and then two processes sell the same name; each of the three, since `wal/` may be linked into two data directories |
//! | Who begins a registry? | `init`, and `demo` in an empty directory; never `serve` | an unmounted volume looks like an empty directory |
//! | What in `wal/` and `index/` is passed over? | nothing but `lost+found` | a renamed or linked segment is a lost one; what is not understood is named and refused |
//! | How does the log know its end? | by a seal beside it, a lower bound that is written at stops, starts and in idle moments | an end mark in the log itself would cost each append a write; a bound that lags by seconds costs none |
//! | A seal that is lost, frames that are lost for good? | refused, until `reseal` takes the log as it is | the loss is accepted by a person, once, and not by a start at night |
//! | What does a base file prove? | the log id, and the log's chain where it begins and ends | position alone fits any log that is long enough |
//! | SIGBUS under the map? | a watching thread says which file and ends the process with exit code 3 | nothing can be answered from a page that is not there; a handler that repairs would need `unsafe` in the runtime and could only pretend |
//! | An extension twice in one command | 2001, though the schema allows it | which of two would count? No RFC says, and whoever sends it errs |
//! | Response data in a restore report | passed over, not validated; its text is kept | RFC 3915, section 4.2.5, asks for a copy of the registration data, and what a client has is `domain:infData`; a name must not be lost for a fault in it |
//! | DNSSEC data that is removed and not there, or added and there | 2306, as for hosts, contacts and statuses | RFC 5730 has 2303 for objects, and a record is none; a client that is wrong about the domain learns so. `rem all` is done also where nothing is |
//! | A digest or key of the wrong length | 2005; a number that is refused or unknown 2306; a protocol but 3 2004 | the type or algorithm gives the form (RFC 4034), the registry's policy the numbers |
//! | `maxSigLife` | kept and shown where the TLD has a bound for it, 2102 elsewhere, 2306 beyond it; it goes with the last record | RFC 5910, sections 5.2.1 and 9: it can be rejected; `infData` cannot show it without a record |
//! | A TLD goes over to the other interface | what is there stays until `rem all`; its own interface is refused at once | RFC 5910, section 4: one interface in all commands; the client migrates a domain with `rem all` and `add` |
//! | A key beside DS data | must be the one: algorithm, key tag, and the digest of those that are made here (SHA-256, SHA-384) | it is given "for use in server validation" (RFC 5910, section 4.1); SHA-1, GOST and SM3 cannot be made again here |
//! | A renewal at expiry that nobody can be charged for | done without a charge, and warned of in the log | the registrant has done nothing wrong; `billing correct` makes up for it |
//! | Deletes in the add grace period beyond ICANN's limits (10 % or 50 a month) | refunded like all others for now | the policy is about a month of a registrar in a TLD, which the monthly reports count; `billing correct` charges what is beyond |
//! | What does a lock hold? | all of its statuses, also those that were there before; they cannot be taken away under it | a name under a complaint must not come loose by halves |
//! | A restore under `serverUpdateProhibited` / `clientUpdateProhibited` | 2304 / done | the registry's word holds (RFC 5731, section 2.3); the client could not take its own away before the restore |
//! | Which A-labels are taken? | new names: those of U-labels (RFC 5891, section 4), told code point and rule when not; in look-ups all that are Punycode | a name stays its sponsor's to manage when the rules, or Unicode, have changed since it was registered |
//! | Does the Bidi rule bind labels beside a right-to-left label? | U-labels as RFC 5893, section 2, says; of ASCII only a digit directly behind right to left is refused | it is all that section asks for; digits elsewhere are displayed where they stand |
//! | Unhandled namespaces in general responses (RFC 9038, section 5: MAY) | yes, for sessions that asked for the practice; nothing for the others | who asks for it wants to see what it misses; who does not has never heard of `<extValue>` in a success |
//! | A poll message about an object whose mapping the login did not name, without the practice | its text, without response data | RFC 9038, section 1: data of a service that was not negotiated breaks RFC 5730, and an error would block the queue |
//! | An extension that is off in the registry / in a TLD | as unknown, 2103 / refused beside its names, 2306 with the reason | the one was never announced; the other was, and only the registry's policy for that TLD speaks against it |
//! | fee-1.0 off in a TLD whose fees must be acknowledged | as the operator says: clients cannot create such names there | two settings that say no together are no fault; `tld list` shows both |
//! | A check of names in several TLDs, the extension off in one | refused whole | half an answer would have to say which half |
//! | A new password that does not fit (RFC 8807) | 2306 with the reason; 2200 where the old one has expired; both with the event newPW for those who asked | the RFC prints only the case with both faults. A client whose password is good and that asks for a bad one must learn why |
//! | What is a stranger told of a login? | what it knows itself: its certificate, its TLS. Of passwords and failed logins only who has shown the password | RFC 8807, section 7 |
//! | The age of a password that nobody has noted | that of its registrar | passwords of before the policy must not be the ones that never expire; a login with newPW is always possible |
//! | Does an expired password end sessions? | no | it was good when they began; what ends them is the operator's hand |
//! | Failed logins | counted in memory since the last success or the start, for registrars that exist | a figure for people; writing each guess of a stranger to the log would let strangers fill it |
//! | Which TLS is deprecated? | what `epp.deprecated_tls` names, nothing by default | what rustls offers is sound today; the operator says what will go |
//! | `name` of the events cipher and tlsProtocol (RFC 8807: MUST in section 3.1, absent in its examples) | said, beside `value` | both readings are served |
//! | Strength of authInfo | length and kinds of characters, 2202 beyond; off by default | RFC 9154, section 5.2, names this heuristic and this code; clients of today choose weaker ones |
//! | An authInfo whose time has come while a transfer is pending | stays until the transfer ends, and goes then | it has opened that transfer, and who takes part may still show it (`transfer` with op query) |
//! | Does the rule for authInfo depend on the login's services? | no | the practice is the registry's (RFC 9154, section 3: the URI signals support) |
//! | A create without the launch extension | belongs to a phase `claims` or `open`; 2306 in all others | registrars that take no part in a launch need no extension for names that are no marks |
//! | A claims notice that is missing | 2306, not 2003 | the create form is whole without it (RFC 8334, section 3.3.3); that this name needs one is policy |
//! | What refers an application to? | its contacts and hosts count as linked, like a domain's | what was applied for can be allocated as it was applied for |
//! | When is a name of an application paid for? | when it is allocated | an applicant who gets nothing owes nothing; who cannot pay then is not allocated |
//! | Is a trademark list replaced in one transaction? | no: in 256 parts, of which those that differ are written | a list has more than a hundred thousand labels and changes by a few a day |
//! | Who verifies signed marks? | bergshamra 0.11 for canonicalization and RSA alone; references, transforms, keys and chain are judged by hand | its verifier follows what the document says (`KeyInfo`, URIs, files); a signed mark has one form, and all else is refused |
//! | Where are the labels of a signed mark read? | out of the octets that were digested | two readings of one document are how signature wrapping works |
//! | Two references in a signed mark? | one to the document element; one more to the signature's own `KeyInfo` | the clearinghouse's validators sign their key too, RFC 7848 prints one without |
//! | What is a signed mark that is none? | 2005 where it is not base64, XML, or `smd:signedMark` by its schema; 2306 where it is one and is not believed | RFC 5730, section 3: 2005 is for syntax, 2306 for the server's policy |
//! | Who sees the marks of a name? | its sponsor, and who knows its authInfo | RFC 8334, section 3.2, lets the server choose; holders' addresses are in them |
//! | A comment in a signed mark? | refused | canonicalization drops it, so that a signature holds, while readers may see two texts |
//! | Whose applications does a registrar see? | its own, and those whose authInfo it knows; 2201 for others | who else wants a name is no business of its competitors |
//! | An allocation token beside a renewal | used, though RFC 8495, section 3.2.3, has none there | a promotion of renewals needs one; beside an update it is 2103 |
//! | An allocation token for a name that needs none | used | RFC 8495, section 3.1.1, leaves it open; a discount is for such names |
//! | Why does a token not fit? | 2201 with one text for all | a token is a secret, and a reason would tell a guesser that it exists |
//! | What becomes of a token when a transfer is rejected, or a create taken back? | it stays used | it is for one operation (RFC 8495, section 6); the money comes back |
//! | TTLs that clients may choose | of NS and DS records of domains, A and AAAA of hosts in our zones (of domains, where hosts are attributes); all others 2306, also custom ones | RFC 9803 leaves it to the server; these are the records of a delegation |
//! | A TTL that was chosen, when a TLD's bounds change | stays; a host that gets a name in another zone loses what that one does not allow | the client has been told that it holds |
//! | A record type twice in one command | 2001, `custom` too | the schema of RFC 9803 has each value of `for` once |
//! | Who is told of maintenance? | every registrar that is one, at each change; the event itself in sessions that asked for the mapping | RFC 9167 speaks of all; a client that did not ask for a schema gets none of it |
//! | When is maintenance told of? | at each change, a day before it begins (`--courtesy` says other times) and when it is over (`--tell-end false`: not); a reminder that comes late is left out once the event has begun | RFC 9167, section 4.1.2, leaves it to the server |
//! | More registrars than a transaction tells of maintenance? | steps that are due at once tell the others, in the order of their clIDs; until then the event takes no other change | all are told the same; one transaction would have a bound on registrars |
//! | Maintenance announced before there were reminders | is not reminded of, and its end is not told, until `maintenance set` asks for it | nobody was promised any |
//! | Maintenance that is over | not in the list, readable by its identifier until it is removed | RFC 9167, section 4.1.1.2, leaves it to the server |
//! | SFTP, OpenPGP, DNS, raft | nothing yet | they come with their features |
