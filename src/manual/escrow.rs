//! Deposits with an escrow agent (Specification 2 of ICANN's base registry agreement, RFC 8909, RFC 9022).
//!
//! # The state of a moment
//!
//! A deposit tells the registry as of its *watermark*: all that is dated before it. Nothing is stopped for that, and nothing is
//! copied: base files never change, and the log says what came after them. So the state of a moment is the base files, mapped
//! and checked once more, and the log from their position on, replayed beside the ledger with the fold that the ledger itself
//! uses. It takes memory for what has changed since the last checkpoint, and a thread.
//!
//! Commands are dated in the order of the log. What falls due is dated with its own time and may stand behind commands that are
//! dated later, when much fell due at once: it counts by its date all the same, and so the log is read to its end.
//!
//! | what happens meanwhile | what becomes of the deposit |
//! | --- | --- |
//! | commands | they go on; the ledger knows nothing of it |
//! | a checkpoint that replaces base files or releases log | what is mapped stays; what could not be opened in time is looked up anew |
//! | the moment is older than the base files | it is refused: the log before them is gone |
//! | something has fallen due before the moment and was not done yet | it is done first; while the clock is doubted no deposit is made |
//! | a crash | a file that ends in `.part`; the next attempt at the same moment writes it anew |
//! | another deposit is asked for | it is refused until the first is done |
//!
//! # What is in it
//!
//! | object | which | of a registry with several TLDs |
//! | --- | --- | --- |
//! | EPP parameters | one: what the greeting announces | |
//! | policy | one where every domain must have a registrant | |
//! | registrar | all, but of those for tests only the ones that something in the deposit names | all |
//! | IDN table | those of the TLD and those that its names were judged by, with where they are published (`escrow.idn_table_url`) | its own |
//! | contact | all that its domains name, and those that no domain names | those of others are theirs |
//! | host | all that its domains name, those below its names, and external ones that no domain names | those of others are theirs |
//! | domain | all, as [`crate::model::lifecycle`] shows them at the watermark | its own |
//! | NNDN | labels on lists of the TLD that block or reserve them and are no domains, as `blocked` | its own |
//!
//! Objects stand in this order, contacts, hosts and domains by their ids, so that what is referred to comes first and the same
//! state gives the same octets on every machine. Their order is found without sorting all: for each million of them the keys
//! are walked once, and the million with the lowest ids kept. No authInfo is in a record in a form that could be deposited.
//!
//! Patterns of name lists and variants of internationalized names are no NNDN objects yet, and a name that was registered before its
//! TLD had tables names none.
//!
//! # Reading deposits
//!
//! `domesday escrow check` reads a deposit of any make once, from the first octet to the last. The reader
//! ([`crate::escrow::xml::Reader`]) holds one object in memory and hands out what is whole; what breaks a schema it tells with line,
//! element, expected and found, and goes on with the next object. [`crate::escrow::Checker`] judges what schemas cannot: uniqueness,
//! references, counts, dates against the watermark. Of each object it keeps hashes; of references to what has not come yet where
//! they stand, and the words of the first ten thousand.
//!
//! # The way back
//!
//! `domesday import --deposit FILE… --into DIR` makes a registry of a full deposit and of the differences that follow on it, of any
//! make: what a change of the registry's operator, or an emergency operator, begins with. The watermark is that of the last file.
//!
//! Deposits are read several times, and nothing is written before all has been judged:
//!
//! | pass | what it does | what stays in memory |
//! | --- | --- | --- |
//! | looking | finds the header, and with it the TLD | |
//! | reading | finds what there is at the end of all files: a later file replaces objects and takes them away | hashes, some fifty octets for each object; registrars, NNDNs and IDN tables as they are |
//! | judging | makes the records of each object, and counts what does not fit by its rule, with the first examples | |
//! | writing | makes the same records again, and writes them: registrars and lists, then contacts and hosts, then domains; in one pass where the file has them in this order | what the index has not yet in a base file: 256 MiB |
//!
//! What is written is an ordinary registry. Each object is a transaction of the log, whose sequence is its id; the fold derives what
//! follows, and the index takes it. All of them are dated a millisecond before the watermark, so that a full deposit as of the
//! watermark can be made of the new registry, and is the one that came in. Sequences begin behind the highest number in any ROID that
//! looks like ours, so that no ROID is ever made twice. Everything lies in base files at the end, and the log before it is gone.
//!
//! It is written to a directory beside DIR (`.DIR.importing`) and renamed when it is whole and durable. Until then DIR is not
//! there; after an error nothing is; what a crash leaves of the directory is removed, and told, by the next attempt.
//!
//! ## What becomes of what
//!
//! | in the deposit | in the registry |
//! | --- | --- |
//! | header | the TLD, as `admin tld add` makes it: with the repository id of the first domain's ROID, host objects or attributes and DS data or keys as most domains have them, A-labels where there are any. `--tld FIELD=VALUE` says otherwise, `--zone` names further ones |
//! | policy that asks for registrants | the maximum data model |
//! | no such policy, but contacts | the data model is each registrar's: the maximum for those whose domains have contacts |
//! | registrar | the same without password and certificates, so that nobody can log in until the operator has set them (the report lists the commands). `readonly` is suspended, `terminated` terminated |
//! | ROIDs, dates, crRr, upRr, trDate | kept octet for octet |
//! | statuses with their texts | kept; `ok`, `linked`, `inactive`, and `pendingTransfer` of a host, follow from the other objects and are not compared with what the deposit shows |
//! | authInfo | there is none in a deposit: every object begins without one (RFC 9154) |
//! | trnData | kept; a pending transfer is approved at acDate |
//! | redemptionPeriod, pendingRestore, pendingDelete | the stage. Its end follows from exDate where that is the moment of the purge, as deposits of ours have it; the registration then ends at the next anniversary of crDate, should the name be restored |
//! | addPeriod, autoRenewPeriod, renewPeriod, transferPeriod | the period, from crDate, the last anniversary of exDate, upDate or trDate on. What was paid is not in a deposit: a delete takes the term back and gives nothing |
//! | exDate in the past | the name is renewed as soon as the registry is served, at its exDate |
//! | idnTableId | the tag that the name was judged by. A deposit has no tables, only where they are published: load them (`admin idn load`), give them to the TLD, and `admin idn rekey` gives names their variant keys |
//! | NNDN | lists that block the labels, one for each date since when |
//! | EPP parameters, IDN table references | nothing: the greeting says what this program serves |
//!
//! What a deposit does not hold is not there: poll messages, balances and prices, locks, TTLs, tokens, applications and marks.
//!
//! ## What does not fit
//!
//! Each rule, what it means, and what `--accept RULE` does; `domesday import --list-rules` prints the same. Without that nothing is
//! imported, and the exit code is 1.
//!
//! | rule | what does not fit | what accepting it does |
//! | --- | --- | --- |
//! | `frame` | the files are no full deposit of a registry and what follows on it | it cannot be accepted |
//! | `registrar-id` | a registrar's id holds other characters than letters, digits and -._~ | it cannot be accepted |
//! | `fault` | the reader found a fault in an object (`escrow check` tells them all) | the object is left out |
//! | `duplicate` | two objects have one name, handle or ROID | the first is kept, the others are left out |
//! | `zone` | a name is not directly under the TLD of the header or a --zone | the object is left out |
//! | `name` | a name is no host name (RFC 1123) | the object is left out |
//! | `idna` | a label that begins with xn-- is no A-label of IDNA2008 | it is taken as it is |
//! | `contact-id` | a contact's handle holds other characters than letters, digits and -._~ | the object is left out |
//! | `missing-registrar` | a registrar is named that is not in the deposit | a suspended registrar of that id is made |
//! | `missing-contact` | a contact of a domain is not in the deposit | the domain is taken without that contact |
//! | `missing-host` | a name server of a domain is no host of the deposit | the domain is taken without that name server |
//! | `missing-data` | crRr, crDate or exDate is missing | the sponsor has created it, at the watermark; it ends at the next anniversary |
//! | `dates` | dates are out of order, or later than the watermark | they are taken as they are |
//! | `expiry` | exDate is further away than the TLD's longest registration | it is cut to the longest registration |
//! | `status` | statuses exclude each other, or wait for what cannot come | what is pending goes, or else the prohibition beside it |
//! | `transfer` | pendingTransfer and the transfer data say different things | there is no pending transfer |
//! | `removal` | pendingDelete and rgpStatus do not tell when the name is purged | the stage is counted from upDate by the periods of the TLD, or from the watermark |
//! | `grace` | a grace period is running that by the periods of the TLD is over | it runs a whole period from the watermark; beside a removal it goes |
//! | `host-sponsor` | a host below a domain has another sponsor than the domain | the host gets the domain's sponsor |
//! | `host-below` | a host stands below a domain that is not in the deposit | the host is left out, and domains are taken without it |
//! | `host-address` | an address twice or one too many; a host attribute without its glue, or with what is none | the surplus addresses are left out, and an attribute without its glue |
//! | `host-model` | host objects and host attributes in one TLD | what is rarer in the TLD is left out: attributes beside objects, hosts beside attributes |
//! | `name-servers` | a domain names a name server twice, or more than it may | each is taken once, up to the most |
//! | `sec-dns` | a domain has a DNSSEC record twice | each is taken once |
//! | `idn` | uName is not the name in Unicode | the name in Unicode is what the A-labels say |
//! | `nndn` | a name that is no domain is one, or is withheld or mirrored | a domain stays a domain; any other name is blocked |
//! | `iana-id` | two registrars have one IANA id | the first has it, the others have none |
//! | `policy` | the policy object asks for registrants, and domains have none | the TLD leaves contacts to its registrars |
//! | `no-place` | a detail has no place in a record | it is left out |
