//! Money: what names cost, who is charged when, and what an operator has to do with it.
//!
//! # Prices and classes
//!
//! A TLD has a list of prices ([`crate::model::billing::PriceList`]); one without is free. A price is of a class, in a
//! currency, from a moment on, until the next one of the same class and currency. Names without a class are of the class
//! `standard` (RFC 8748, section 3.7); the others have theirs from a premium list at the moment of their registration, and
//! keep it for as long as they are registered.
//!
//! Create, renew and transfer have a price for each year, of which the last one goes on: `--create 2.00,10.00` is 2.00 for
//! the first year and 10.00 for each further one. A part of a year costs its part, rounded up. A restore has one price, to
//! which the renewal is added of what has expired meanwhile.
//!
//! `admin price set` adds a price or replaces one that has not taken effect. One that has taken effect is never changed or
//! removed, and none begins in the past: so every charge stays explicable by the list. A registrar whose currency has no
//! price in a class cannot buy names of it (2104); nothing is ever converted.
//!
//! ICANN's base registry agreement (section 2.10) wants 30 days of notice of a rise for registrations and 180 days for
//! renewals. A command that leaves less is done, and answered with a warning: the registry cannot know whether a notice
//! went out by other ways. A rise is any moment and any year at which the new list is above what the list before said of
//! that moment; so calling off a sale is one, and repeating what was announced is none.
//!
//! # Amounts
//!
//! Amounts are whole numbers of a currency's smallest unit ([`crate::model::money`]). Outside of the program they are texts
//! with the decimal places of ISO 4217, in JSON too: no amount is ever a binary fraction.
//!
//! # Accounts and lines
//!
//! `admin billing open` opens a registrar's account, in a currency that never changes. A registrar without one can do what
//! costs nothing. Everything else is a line ([`crate::model::billing::BillingLine`]): charges, refunds, payments
//! (`billing pay`) and corrections (`billing correct`, either way). Lines are numbered from 1 for each registrar, are only
//! ever added, and say which command caused them, of whom, and why. The balance is their sum. A mistake is put right by one
//! more line, with a reason.
//!
//! A line is in the same transaction as what it is for: there is no create without its charge, and no charge without its
//! create, whatever fails.
//!
//! `admin billing statement` reads all of it. It asks for a thousand lines at a time and prints them as they come, so a ledger
//! of millions needs no memory on either side and keeps no registrar waiting. `--csv` is RFC 4180, with a header.
//!
//! # 2104
//!
//! What a registrar commands must be covered by its balance and its credit limit; what is not is refused with 2104 and the
//! amount that is missing. What the registry does by itself (the renewal at expiry) is charged whatever the balance: the
//! registrar can delete the name and has it back. Where the sponsor has no account, or its currency no price, the name is renewed
//! without a charge all the same, and the log warns of it: a name does not end because of what an operator forgot.
//!
//! When a line takes what can still be spent below the account's threshold, the registrar finds a message in its poll queue:
//! once, until it has risen above it. The threshold is an amount or a part of the credit limit.
//!
//! # Refunds
//!
//! What is taken back in a grace period is refunded at the price that was paid, whatever the price is by then: a delete
//! gives back the registration, renewal, automatic renewal or transfer whose grace period runs; a transfer gives the loser
//! back the automatic renewals of the last days that add no more than the transfer does. A transfer is paid when it is asked for, and refunded when it is rejected,
//! cancelled or called off. A restore is never refunded.
//!
//! # Acknowledged fees
//!
//! A TLD's `--fee-policy` says which fees a client must acknowledge by the fee extension (RFC 8748, section 4): those of
//! premium names (`premium`), or all (`always`). Whoever acknowledges less than the fee, in any case, is refused.
//!
//! # What EPP says of it
//!
//! `fee:check` beside a domain check tells the fees of up to 32 commands for each name, a thousand fees in all. Sessions that asked for the fee
//! extension at login read in the answer to each transform of a domain what it has cost, the balance after it and the credit
//! limit. `balance:info` reads them at any time, with two decimal places, rounded down; a registrar without account is told
//! 2303. The message about an account that runs low has its figures for sessions that asked for `lowbalance-poll-1.0`, and for
//! the others in words.
//!
//! # Name lists
//!
//! A TLD has up to 64 lists ([`crate::model::name_list::NameList`]). A list is of one kind:
//!
//! | kind | what being on it means |
//! | --- | --- |
//! | `blocked` | nobody registers it, for ever |
//! | `reserved` | nobody registers it until the registry lets it go |
//! | `token` | who has an allocation token that unlocks it registers it |
//! | `premium` | it has the prices of the list's class |
//!
//! Of a name on several lists, blocked counts before reserved, reserved before token, and token before premium; of two premium
//! lists the first by name counts. A list changes nothing for names that are registered already.
//!
//! `admin list load` takes a whole list from a file, in place of the one of that name, in one transaction: no registrar ever
//! sees half of it. The operator sees first what comes, what goes, and which of the names that come are registered already;
//! `--dry-run` ends there. A file with one wrong line loads nothing, and every wrong line is named. A list must fit a
//! transaction of 4 MiB, which is some 200,000 names; what is larger is split into several lists. In a pattern each `?` stands
//! for one character: `?` and `??` are all labels of one and two.
//!
//! # Allocation tokens
//!
//! A token ([`crate::model::token::Token`], RFC 8495) is for a name, a TLD, a registrar, and for creates, transfers or renewals,
//! as far as it says; it holds from and until a moment, and can be used once, several times or without end. `admin token
//! generate` makes any number of random ones, `token add` those of the operator's own words. They are listed by the batch that
//! they were made in, a thousand at a time, so that a hundred thousand are as good as ten.
//!
//! A command with a token that does not fit is 2201, whatever does not fit; who guesses learns nothing. One that succeeds
//! uses the token in its own transaction: what is refused uses nothing, and of two commands with the last use of a token one
//! wins. A transfer uses it when it is asked for, whatever comes of it. What has been used is not given back with a refund.
//!
//! - `--discount 50%`, or amounts in the currencies of accounts, is taken off what the command costs, rounded in favour of the
//!   registry, never below nothing. `fee:check` beside the token tells the price with it, for the commands that it is for. What
//!   was paid is what the billing line says, with the batch, and what a refund gives back.
//! - `--waive-premium`: that command costs what it costs for a name without a class, and needs no acknowledgement as a premium
//!   one does. The name keeps its class: later renewals cost what the class costs.
//! - `--unlock-reserved`: names of lists of the kinds reserved and token can be registered with it; blocked ones cannot.
//!
//! A name of a token list is 2003 without a token, and `Allocation Token required` in a check. The sponsoring client reads the
//! token that a domain was registered with, until the domain is another one's.
