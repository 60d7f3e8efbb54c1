//! What may be typed after `domesday admin` to do something to objects of registrars, one or many at a time.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use simd_json::prelude::*;

use super::admin::Connection;
use super::admin_args::{named, object_kind};
use super::admin_batch;
use super::exit::CliError;
use crate::model::operator::{
    ByName, ContactOrphan, ContactRedact, DomainRemove, DomainReturn, Handover, LockChange, ObjectKind, StatusChange,
};
use crate::model::record::LockCause;
use crate::model::status::Status;
use crate::node::admin::{AdminRequest, PortfolioOf};

/// Which objects, and whether anything is to be done.
#[derive(Clone, Debug, Default, PartialEq, Args)]
pub struct Objects {
    /// Names or handles.
    names: Vec<String>,
    /// File with more of them, one a line; # begins a comment. - for standard input.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Only say for each whether it would be done.
    #[arg(long)]
    dry_run: bool,
}

/// Why, and for which case.
#[derive(Clone, Debug, Default, PartialEq, Args)]
pub struct Grounds {
    /// Why; the registrar reads it.
    #[arg(long)]
    reason: Option<String>,
    /// The case at the body that asked for it, as a URS or UDRP case number.
    #[arg(long, value_name = "ID")]
    case: Option<String>,
}

/// `admin lock` and `admin unlock`.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct LockArgs {
    /// urs (may not be deleted, renewed, transferred or updated; still resolves) or abuse (the same, and out of the zone).
    #[arg(value_parser = named::<LockCause>)]
    cause: ByName<LockCause>,
    /// The domains.
    #[command(flatten)]
    objects: Objects,
    /// Why.
    #[command(flatten)]
    grounds: Grounds,
}

/// `admin domain`, but for show.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct DomainArgs {
    /// The domains.
    #[command(flatten)]
    objects: Objects,
    /// Why; the registrar reads it.
    #[arg(long)]
    reason: Option<String>,
}

/// `admin domain delete`.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct DeleteArgs {
    /// The domains.
    #[command(flatten)]
    domains: DomainArgs,
    /// Purge them now, without redemption. They are free at once, and hosts below them that serve no domain go too.
    #[arg(long)]
    purge: bool,
    /// Do not ask before a purge.
    #[arg(long)]
    yes: bool,
}

/// `admin transfer`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum TransferCommand {
    /// Give domains, contacts or hosts to another registrar, at once, without a fee and without a year.
    Force {
        /// The objects.
        #[command(flatten)]
        objects: Objects,
        /// What they are.
        #[arg(long, default_value = "domain", value_parser = object_kind)]
        object: ObjectKind,
        /// Who gets them.
        #[arg(long, value_name = "CLID")]
        to: String,
        /// Why.
        #[command(flatten)]
        grounds: Grounds,
    },
    /// Give the portfolio of a registrar to another one, whole or the domains of a list: without a fee and without a year.
    ///
    /// Whole: its domains with the hosts below them, its contacts and its other hosts. By a list: these domains alone.
    Bulk {
        /// Whose.
        from: String,
        /// Who gets it.
        to: String,
        /// Only the domains of this file, one a line; - for standard input.
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        /// Only say for each whether it would be done.
        #[arg(long)]
        dry_run: bool,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
        /// Why; both registrars read it.
        #[arg(long)]
        reason: Option<String>,
    },
}

/// `admin contact`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum ContactCommand {
    /// Take out what is personal in contacts: name, organisation, street, city, postal code, numbers and e-mail address.
    Redact {
        /// The contacts.
        #[command(flatten)]
        objects: Objects,
        /// Why; the registrar reads it.
        #[arg(long)]
        reason: Option<String>,
    },
    /// List the contacts that no domain refers to, and whose end has not begun.
    Orphans {
        /// Only those of this registrar.
        #[arg(long, value_name = "CLID")]
        registrar: Option<String>,
        /// Let their end begin now, as the policy has it for contacts that lose their last link.
        #[arg(long)]
        mark: bool,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

/// The admin socket, and whether lines are printed as JSON.
pub(super) type Where<'a> = (&'a Path, bool);

/// Sends a request for each object.
pub(super) fn each(
    (socket, json): Where<'_>,
    objects: &Objects,
    request: impl Fn(String) -> AdminRequest + Sync,
) -> Result<u8, CliError> {
    let names = admin_batch::names(&objects.names, objects.file.as_deref())?;
    admin_batch::run(socket, (&names, json), |name| dry(objects.dry_run, request(name.to_owned())))
}

fn dry(dry_run: bool, request: AdminRequest) -> AdminRequest {
    if dry_run { AdminRequest::DryRun(Box::new(request)) } else { request }
}

/// `admin lock` (`set`) and `admin unlock`.
pub(super) fn lock(at: Where<'_>, args: &LockArgs, set: bool) -> Result<u8, CliError> {
    each(at, &args.objects, |name| {
        let Grounds { reason, case } = args.grounds.clone();
        let change = LockChange { name, cause: args.cause, case, reason };
        if set { AdminRequest::LockSet(change) } else { AdminRequest::LockUnset(change) }
    })
}

/// `admin domain delete`.
pub(super) fn delete(at: Where<'_>, args: &DeleteArgs) -> Result<u8, CliError> {
    if args.purge && !args.domains.objects.dry_run {
        admin_batch::confirm("Purge these domains now? Nobody can restore them then.", args.yes)?;
    }
    each(at, &args.domains.objects, |name| {
        AdminRequest::DomainDelete(DomainRemove { name, purge: args.purge, reason: args.domains.reason.clone() })
    })
}

/// `admin domain restore`.
pub(super) fn restore(at: Where<'_>, args: &DomainArgs) -> Result<u8, CliError> {
    each(at, &args.objects, |name| AdminRequest::DomainRestore(DomainReturn { name, reason: args.reason.clone() }))
}

/// `admin domain hold` (`set`) and `admin domain release`.
pub(super) fn hold(at: Where<'_>, args: &DomainArgs, set: bool) -> Result<u8, CliError> {
    each(at, &args.objects, |name| {
        let (object, status, reason) = (ObjectKind::Domain, ByName(Status::ServerHold), args.reason.clone());
        let change = StatusChange { object, name, status, reason };
        if set { AdminRequest::StatusSet(change) } else { AdminRequest::StatusUnset(change) }
    })
}

/// `admin transfer`.
pub(super) fn transfer(at: Where<'_>, command: &TransferCommand) -> Result<u8, CliError> {
    match command {
        TransferCommand::Force { objects, object, to, grounds } => each(at, objects, |name| {
            let Grounds { reason, case } = grounds.clone();
            let (object, to) = (*object, to.clone());
            AdminRequest::ObjectHandover(Handover { object, name, from: None, to, case, reason })
        }),
        TransferCommand::Bulk { from, to, file, dry_run, yes, reason } => {
            let objects = match file {
                Some(file) => {
                    let names = admin_batch::names(&[], Some(file))?;
                    names.into_iter().map(|name| (ObjectKind::Domain, name)).collect()
                }
                None => whole(at.0, from)?,
            };
            if objects.is_empty() {
                println!("{from} sponsors nothing");
                return Ok(0);
            }
            if !dry_run {
                let question = format!("Give {} objects of {from} to {to}?", objects.len());
                admin_batch::confirm(&question, *yes)?;
            }
            let shown: Vec<String> = objects.iter().map(|(kind, name)| format!("{} {name}", kind.name())).collect();
            admin_batch::run(at.0, (&shown, at.1), |shown| {
                let (kind, name) = shown.split_once(' ').unwrap_or(("domain", shown));
                let object = object_kind(kind).unwrap_or(ObjectKind::Domain);
                let (name, from, to) = (name.to_owned(), Some(from.clone()), to.clone());
                dry(
                    *dry_run,
                    AdminRequest::ObjectHandover(Handover {
                        object,
                        name,
                        from,
                        to,
                        case: None,
                        reason: reason.clone(),
                    }),
                )
            })
        }
    }
}

/// Everything that a registrar sponsors. Contacts come last: a domain is handed over while the contacts it names are there.
fn whole(socket: &Path, clid: &str) -> Result<Vec<(ObjectKind, String)>, CliError> {
    let mut connection = Connection::open(socket.to_owned())?;
    let mut objects = Vec::new();
    for object in [ObjectKind::Domain, ObjectKind::Host, ObjectKind::Contact] {
        let of = PortfolioOf { clid: Some(clid.to_owned()), object, unlinked: false };
        objects.extend(portfolio(&mut connection, of)?.into_iter().map(|name| (object, name)));
    }
    Ok(objects)
}

fn portfolio(connection: &mut Connection, of: PortfolioOf) -> Result<Vec<String>, CliError> {
    let answer = connection.ask(&AdminRequest::Portfolio(of))?;
    let names = answer.get_array("names").into_iter().flatten();
    Ok(names.filter_map(|name| name.as_str()).map(str::to_owned).collect())
}

/// `admin contact`.
pub(super) fn contact(at: Where<'_>, command: &ContactCommand) -> Result<u8, CliError> {
    match command {
        ContactCommand::Redact { objects, reason } => {
            each(at, objects, |id| AdminRequest::ContactRedact(ContactRedact { id, reason: reason.clone() }))
        }
        ContactCommand::Orphans { registrar, mark, yes } => {
            let of = PortfolioOf { clid: registrar.clone(), object: ObjectKind::Contact, unlinked: true };
            let found = portfolio(&mut Connection::open(at.0.to_owned())?, of)?;
            if !mark || found.is_empty() {
                found.iter().try_for_each(|id| super::admin::print(&format!("{id}\n")))?;
                return Ok(0);
            }
            admin_batch::confirm(&format!("Let the end of {} contacts begin?", found.len()), *yes)?;
            admin_batch::run(at.0, (&found, at.1), |id| {
                AdminRequest::ContactOrphan(ContactOrphan { id: id.to_owned() })
            })
        }
    }
}
