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
//! | the moment is older than the base files | it is read from those that are kept for the schedule, or refused: the log before them is gone |
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
//! # Two models
//!
//! RFC 9022 has objects as elements of the XML, or as records of CSV files that the XML names. Each type of object is in one of the
//! two, and a deposit may have both ([`crate::escrow::Models`]); EPP parameters and the policy are in the XML always.
//! [`crate::escrow::csv::Writer`] writes both, through [`crate::escrow::xml::Writer`] what is XML; the facts are the same.
//!
//! A file is RFC 4180 in UTF-8: commas, CRLF, no header line. It is named as the deposit with its purpose behind
//! (`example_2026-11-29_full_ID_domainStatuses.csv`), its checksum is CRC32, and one without records is not made. An object is a
//! record of the file of its kind; what it has several of are records of other files that name it:
//!
//! | object | files |
//! | --- | --- |
//! | domain | `domain`, `domainContacts`, `domainStatuses`, `domainNameServers` or `domainNameServersAddresses`, `dnssec-ds` or `dnssec-key`, `domainTransfer` |
//! | host | `host`, `hostStatuses`, `hostAddresses` |
//! | contact | `contact`, `contactStatuses`, `contactPostal`, `contactTransfer`, `contactDisclose` |
//! | registrar, IDN table, NNDN | `registrar`; `idnLanguage`; `NNDN` |
//! | what is gone | `domain-delete` and so on; hosts by their ROIDs alone (RFC 9022, section 5.2.2.2.1) |
//!
//! What the fields of RFC 9022 have no place for, and how it is carried all the same:
//!
//! | fact | in CSV |
//! | --- | --- |
//! | an RGP status and what is said of it | beside `pendingDelete`, or else beside the first status; each further one in a record that repeats that status. Its text and language are in the custom fields `rgpStatusDescription` and `rgpStatusLang` |
//! | the host name of a registrar's WHOIS service | custom field `whoisName` |
//! | where the rules for an IDN table are published | custom field `urlPolicy` |
//! | a value that is there and empty (`org`, `sp`, `pc`, a line of a street, a number or its extension) | `""`; a value that is not there is nothing at all. To others both are empty |
//! | addresses of a registrar in both forms | fields of their own, with `isLoc` |
//! | that each domain has a registrant | `isRequired` of `rdeCsv:fRegistrant`, instead of the policy object |
//!
//! Custom fields are the mechanism that RFC 9022 (section 4.6.2.2) has for that: whoever does not know them passes over them.
//!
//! # What has changed
//!
//! A differential deposit tells what has come, changed and gone since the deposit before, an incremental one since the last full
//! one. [`crate::escrow::Difference`] knows both states and, from the log between them, which records were changed; it adds what
//! shows something else because of them: `linked` of whom a domain named or names, the pending transfer of a domain in the hosts
//! below it, the new name of a host in the domains that it serves, a grace period that has run out. Of these it tells what differs:
//! an earlier full deposit and the difference make the later one, and nothing in it is as it was. EPP parameters and policy are
//! always told. Gone objects come first, what refers to others before what is referred to. A host that has another name is told as
//! one that is gone and one that has come.
//!
//! The header counts what the registry has, whatever is in the deposit. Where more than four million records were changed, all are
//! compared.
//!
//! # Earlier states
//!
//! A state can be read as long as its base files and the log after them are there, and a checkpoint takes both away. So before a
//! checkpoint that takes up what was done after a midnight (UTC), what it will replace gets second names (hard links): base files in
//! `index/kept/FRAME-DATE/`, segments of the log in `wal/kept/`. Nothing is copied and no command waits. After each deposit, what no
//! deposit to come needs is let go: kept are the states of midnights that are not deposited yet (a week at most), those of deposits
//! that the agent may refuse (three days, until a verdict), and the one that the next difference is told to. On the disk that is up
//! to twice the base files, and the log of a few days. Without a plan nothing is kept.
//!
//! If a state cannot be read (the file system has no hard links, or somebody has removed them), the log says so, and a full deposit
//! is made instead: of the same midnight, or of now where that is not to be had either.
//!
//! # The schedule
//!
//! `escrow.plan` names a TOML file with a table `[tld.NAME]` for each TLD that is deposited, and a table `[default]` with what they
//! do not say themselves:
//!
//! ```toml
//! [default]
//! full_days = ["sunday"]           # the first deposit is full on any day
//! other_days = "differential"      # or "incremental", "none"
//! time = "00:10"                   # hours and minutes after midnight (UTC)
//! keep_days = 31                   # delivered files are removed then
//! csv = ["domain", "host"]         # what is in CSV files; also contact, registrar, idn, nndn. Nothing without it
//!
//! [default.packing]                # without it, XML for its owner's eyes alone
//! recipients = ["/etc/domesday/agent.asc"]
//! signer = "/etc/domesday/registry-secret.asc"
//! passphrase_command = ["systemd-creds", "cat", "escrow"]   # or passphrase_file
//! compression = "zip"              # zlib, none
//! cipher = "aes128"                # aes256
//! part_mb = 1000                   # not split without it
//! armour_signatures = false        # RST wants true
//!
//! [default.delivery]               # without it, files stay in escrow.dir
//! host = "sftp.agent.example"
//! user = "registry"
//! identity = "/etc/domesday/id_ed25519"
//! known_hosts = "/etc/domesday/known_hosts"
//!
//! [default.reporting]              # without it, nothing is told to ICANN
//! url = "https://ry-api.example"
//! user = "registry"
//! password_file = "/etc/domesday/icann"
//! records = "/var/lib/domesday/reported"
//!
//! [tld.example]
//! [tld.other]
//! full_days = ["saturday"]
//! [tld.other.delivery]
//! directory = "other"
//! ```
//!
//! Each deposit tells the state at a midnight. It is made, read again by our own check as any other deposit, reported
//! (`.rep`, `rdeReport`), packed, noted in the log, delivered with its report, and reported to ICANN. What the check finds is
//! told as an error and counted (`domesday_escrow_findings`), and the deposit goes out all the same: a late one is a breach, and
//! the agent judges too. Once it is packed, the plain document is removed, with its CSV files.
//!
//! | what happens | what becomes of the schedule |
//! | --- | --- |
//! | the registry was down | the days since are caught up with, oldest first, a week at most |
//! | a crash | what was not noted in the log is made again, with the same octets in the document |
//! | a step fails | it is tried again after half a minute to a minute, then twice that, up to an hour, and not before whoever refused asks (`Retry-After`); where nobody expects it to succeed, each hour. Other deposits are made, delivered and reported meanwhile |
//! | the agent refuses the newest deposit (`escrow verdict … failed`, `escrow resend`) | it is made again with the next resend number and another id |
//! | the agent refuses one on which others follow already | the newest is made again as a full deposit, with the next resend number |
//! | the clock is doubted | nothing is made until it is believed again |
//! | a TLD is new | its first deposit is that of the next midnight |
//!
//! The record of it is in the log: the last 48 deposits of each TLD, with what became of them (`admin escrow status`). `admin escrow
//! validate` makes a deposit once more, with the plan as it is by now, and compares its SHA-256 with the one in the log; of a deposit with
//! CSV files it is that of the XML, which has their checksums. Alarms can stand on
//! `domesday_escrow_delivered_watermark_seconds` and `domesday_escrow_reported_watermark_seconds` (how old the last deposit is that the
//! agent has, or that was reported), `domesday_escrow_findings`, `domesday_escrow_failures_total`, and lines of the level `error`.
//!
//! # Packing
//!
//! [`crate::node::deposit_folder::pack_into`] makes of the XML and its CSV files what is sent, by Specification 2, section 6: a tar file, compressed and
//! encrypted to the agent's key as one OpenPGP message, split where it is larger than agreed, and a detached signature over each
//! part. All of it is one pass with a few buffers' memory. Files are written under names that end in `.part`, synced, and renamed
//! when all are there, the first part last: where that one stands, the deposit is whole. Which part of a key may be used, and
//! whether it was valid, is judged anew each time (RFC 4880, section 5.2.3); RSA keys of less than 2048 bits are refused.
//!
//! # Reading deposits
//!
//! Parts, signatures, messages, tar files and bare XML of any make are unpacked as a stream ([`crate::escrow::pack`]), and nothing of
//! the plain text is written to a disk. A deposit that is verified is read twice, once for its signatures, which are over what is
//! encrypted; then once more. [`crate::escrow::package::Package`] judges what is outside of the XML:
//!
//! | case | what is judged | what it takes |
//! | --- | --- | --- |
//! | rde-01 | names of parts and of the XML; that parts are of one deposit, each once; that TLD, day, kind and resend of the name are those of the contents | names |
//! | rde-02 | a signature beside each part, by a key of the registry that was valid then, with SHA-256 or better | `--signer` |
//! | rde-03 | the message decrypts and is what was encrypted; it is binary, encrypted to public keys alone, protected as in RFC 4880, compressed; its cipher is not given up (IDEA is; TripleDES and CAST5 are let pass, for Specification 2 names them); in it are a tar file with one XML file and nothing foreign | `--key` |
//! | rde-04 | the schemas | |
//! | rde-15 | whether domains in CSV files must have a registrant, as `isRequired` of `fRegistrant` says | of a package, `--spill` |
//!
//! What could not be judged is said in a line `not checked: …`. Whether a message is what was encrypted is known at its end alone:
//! findings come before that, and are not to be believed when it then turns out to be damaged.
//!
//! `domesday escrow check` reads a deposit of any make once, from the first octet to the last. The reader
//! ([`crate::escrow::xml::Reader`]) holds one object in memory and hands out what is whole; what breaks a schema it tells with line,
//! element, expected and found, and goes on with the next object. [`crate::escrow::Checker`] judges what schemas cannot: uniqueness,
//! references, counts, dates against the watermark, and that no type of object is in both models. Of each object it keeps hashes; of references to what has not come yet where
//! they stand, and the words of the first ten thousand.
//!
//! ## CSV files
//!
//! [`crate::escrow::csv::Reader`] reads the XML, and from wherever the caller finds them ([`crate::escrow::csv::Files`]) the CSV files
//! that it names; it yields the same events, with the file that each is of. Fields may stand in any order, with any separator of one
//! character, in any number of files and definitions; lines end with CRLF, or with LF as in the examples of RFC 9022 (their
//! checksums say so).
//!
//! - What is gone comes before the header, objects of CSV files behind those of the XML: registrars, IDN tables, contacts, hosts,
//!   domains, NNDNs.
//! - Where the records of all files of a kind stand in the order of the objects that they name, they are read side by side. Where they
//!   do not, or name one that is not there, all are sorted first, 32 MiB of each file in memory and the rest in files that have no
//!   name and are gone when they are closed; they hold what the deposit holds, as it is.
//! - Name servers that are called by ROID (`rdeCsv:fRoid` in `domainNameServers`) are found in the same way, among the hosts of
//!   either model. In a differential deposit the host may be in an earlier one: that is told as a fault, since the object has names.
//! - Registrars that are called by their IANA id (`csvRegistrar:fGurid`) are found among those of the deposit; one that is not there,
//!   or has no other id, is called by that number. `rdeCsv:fCrID` without `rdeCsv:fCrRr` is a registrar, as `crID` is in EPP.
//! - Fields that RFC 9022 does not list for a file are told, and not kept; custom fields of others are not kept.
//! - A checksum that is not right (CRC32, SHA-256) is told, and the file is read. Of a kind of which a file is not there, is compressed
//!   or is not UTF-8, or its definition leaves out what every record must have, nothing is read.
//! - In a package (`.ryde`, tar) the CSV files may stand before the XML that tells their columns, or behind it. With `--spill DIR` they
//!   are unpacked to files without a name in DIR, and the deposit is read once more; without it, nothing of a package is written to a
//!   disk, and its CSV files are said not to be checked.
//!
//! # Delivery
//!
//! Files go to the agent by OpenSSH's `sftp` (package `openssh-client`), one run for each delivery, in batch mode
//! ([`crate::node::delivery`]). It reads no configuration of the user's or the system's, knows no server but those in the file of
//! known hosts that it is given, and shows no key but the one that it is given; it never asks anybody anything. What is sent is
//! flushed to the server's disk where the server can do that.
//!
//! | step | what is done | what becomes of it when it breaks off |
//! | --- | --- | --- |
//! | look | which of our names are there | nothing was sent |
//! | send | each file as `NAME.HASH.part`, HASH being the first 16 digits of its SHA-256; what is there under that name is the beginning of the same octets, and only the rest is sent; parts of other content are removed | the next attempt goes on behind what is there |
//! | compare | the server's size of each part with ours | nothing has its name yet |
//! | name | each part gets its name, one right after the other; a file of that name is replaced | the next attempt sends again those that have their names |
//!
//! With `temporary_names = false`, for agents that do not let files be renamed, files are sent under their names at once, and an
//! attempt that broke off begins anew: of a file with that name nobody knows whether it is the beginning of this one.
//!
//! Names of files are letters, digits, `-`, `.` and `_`; directories and paths of this machine may be as they like. A delivery
//! that takes longer than `time_limit_s`, or is running when the registry stops, is killed with its `ssh`.
//!
//! | what happened | another attempt | what to do |
//! | --- | --- | --- |
//! | the server cannot be reached, or goes away | yes | |
//! | it could not keep what was sent; sizes differ; it took too long; anything unknown | yes | ask the agent if it stays so |
//! | another host key than the known one, or none is known | no | nothing was sent: ask the agent for the fingerprint before the file of known hosts is changed |
//! | it does not let us in | no | the agent must have the public key; the private one has no passphrase and is its owner's alone |
//! | the directory is not there, or not ours to write | no | ask the agent |
//! | there is no `sftp` | no | install `openssh-client` |
//!
//! Waits between attempts double from `first_s` to `longest_s`; chance takes up to half of each.
//!
//! # Reports of deposits, and ICANN's interface
//!
//! `rdeReport:report` ([`crate::escrow::Report`]) tells agent and ICANN what a deposit is; `rdeNotification:notification`
//! ([`crate::escrow::Notification`]) is what the agent tells of a day: verified (DVPN), not good (DVFN), not received (DRFN). Both are
//! read as strictly as deposits.
//!
//! Reports go to ICANN's interface ([`crate::node::reporting`]) by HTTPS, one after the other on one connection, with HTTP Basic or
//! a client certificate. Its answer counts, and not the HTTP status: **only result code 1000 is acceptance**
//! ([`crate::escrow::ResultCode`] has all codes with what to do). An answer that cannot be read leaves open whether the report was
//! accepted; the interface can be asked what it has received.
//!
//! | what it answers | another attempt |
//! | --- | --- |
//! | code 1000 | it is accepted |
//! | code 2007: the interface is disabled for the TLD | yes |
//! | any other code | no: the report, or what it is about, must change |
//! | HTTP 429, after what it asks to wait (`Retry-After`) at least; HTTP 5xx | yes |
//! | any other status but 2xx and 400: credentials, addresses, URL | no |
//! | nothing, or not in time; a connection that breaks | yes |
//! | anything else | no: ask whether it was received |
//!
//! Each upload is kept in a file of its own with its answer, readable by its owner alone, without the credentials: the request is on
//! disk before it is sent. Nobody removes these files but the operator.
//!
//! # The way back
//!
//! `domesday import --deposit FILE… --into DIR` makes a registry of a full deposit and of the differences that follow on it, of any
//! make, in either model (CSV files lie beside the XML): what a change of the registry's operator, or an emergency operator, begins
//! with. The watermark is that of the last file.
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
