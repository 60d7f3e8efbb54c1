//! What a TLD holds of a registration: its host model and its data model. Every TLD has its own; one process serves all.
//!
//! # Host model
//!
//! `tld add --host-model objects|attributes` says how domains name their name servers (RFC 5731, section 1.1). It stays:
//! what domains have in the one form, no command could read or change in the other.
//!
//! | | host objects | host attributes |
//! | --- | --- | --- |
//! | a domain names | objects that exist (`domain:hostObj`) | names, known or not (`domain:hostAttr`) |
//! | the other element | 2306 | 2306 |
//! | addresses | of the object; a host below a domain of the registry needs one before a domain names it | of the attribute: at least one for a name at or below the domain's own (2003 without), none for any other (2306) |
//! | which addresses | for public use, once, 26 at most | the same |
//! | name servers of a domain | 13 | 13 |
//! | `domain:info` shows with `hosts="del"` | names | names and addresses |
//! | with `hosts="sub"` | the hosts below the domain | nothing: there are none |
//! | a host object below its domains | yes | 2306; `host:check` says `No host objects in this TLD` |
//! | RDAP, domain | nameservers with handle, status and link | nameservers with name and addresses |
//! | RDAP, nameserver | 200 | 404: no object |
//!
//! An update removes an attribute by its name; addresses beside it are not looked at. Other addresses of a name server that
//! stays are given by one command that removes and adds it.
//!
//! The greeting announces host-1.0 while a TLD has host objects, or none is there yet. Otherwise a login that asks for it is
//! 2307, and so is every command of that mapping.
//!
//! # Data model
//!
//! `tld add|set --data-model minimum|maximum|per-registrar` says whether domains have contacts. In a TLD of the last kind
//! each registrar has the one or the other (`registrar set --data-model`); one that has chosen nothing has the minimum. The
//! model of the sponsoring client counts, and the roles that the TLD requires are those of the maximum model.
//!
//! - A new model, of a TLD or of a registrar, is for the commands that follow. Domains keep the contacts that they have.
//! - So do domains that are transferred to a registrar of the other model.
//! - In the minimum model, contacts and registrant that are there can be removed, and none added (2306).
//! - In the maximum model, a domain that came without contacts may stay so, until an update adds some: it then needs a
//!   registrant and all required roles.
//! - EPP and RDAP show what is there.
//!
//! The greeting announces contact-1.0 unless all TLDs have the minimum model. A login may ask for it all the same, since
//! contacts may be left from a time when a TLD had some.
