//! `admin policy`: what holds for the whole registry; and how extensions are switched off, in it or in a TLD.

use clap::{Args, Subcommand};

use super::admin_args::named;
use crate::model::extension::ExtensionName;
use crate::model::operator::{ByName, PolicySet};
use crate::node::admin::{AdminRequest, NoMembers};

/// `admin policy`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum PolicyCommand {
    /// Print what holds for the whole registry.
    Show,
    /// Change it, for what happens from now on; what is not named stays.
    Set(Box<PolicyArgs>),
}

/// What `admin policy set` changes.
#[derive(Clone, Debug, Default, PartialEq, Args)]
pub struct PolicyArgs {
    /// Days after which a contact that no domain refers to is announced to its registrar; 0: never [0 at first].
    #[arg(long, value_name = "DAYS")]
    orphan_contact_days: Option<u32>,
    /// Days after that until it is purged, unless it is used or updated [0 at first].
    #[arg(long, value_name = "DAYS")]
    orphan_delete_days: Option<u32>,
    /// Characters that an authInfo has at least, which otherwise is refused with 2202; 0: any number [0 at first].
    #[arg(long, value_name = "N")]
    auth_info_least: Option<u32>,
    /// Kinds of characters that it has at least, of lower case, upper case, digits and others; 0: any [0 at first].
    #[arg(long, value_name = "N")]
    auth_info_kinds: Option<u32>,
    /// Hours after which the registry unsets an authInfo that is set from now on, unless a transfer is pending; 0: never [0 at
    /// first].
    #[arg(long, value_name = "N")]
    auth_info_hours: Option<u32>,
    /// Characters that a new password of a registrar has at least; more than 16 need loginSec-1.0; 0: six [0 at first].
    #[arg(long, value_name = "N")]
    password_least: Option<u32>,
    /// Days after which a password opens no session any more, unless a new one replaces it with the login; 0: never [0 at
    /// first]. A password that nobody has noted the age of is as old as its registrar.
    #[arg(long, value_name = "N")]
    password_days: Option<u32>,
    /// Days before that on which logins are warned [0 at first].
    #[arg(long, value_name = "N")]
    password_warning_days: Option<u32>,
    /// Extensions that nobody is served with.
    #[command(flatten)]
    extensions: Switches,
}

/// Extensions that are switched off, or on again.
#[derive(Clone, Debug, Default, PartialEq, Args)]
pub struct Switches {
    /// Switch these extensions off, as fee or rgp; balance and maintenance in the whole registry only.
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',', value_parser = named::<ExtensionName>)]
    pub(super) extension_off: Vec<ByName<ExtensionName>>,
    /// Switch these extensions on again.
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',', value_parser = named::<ExtensionName>)]
    pub(super) extension_on: Vec<ByName<ExtensionName>>,
}

impl PolicyCommand {
    pub(super) fn request(self) -> AdminRequest {
        match self {
            Self::Show => AdminRequest::PolicyShow(NoMembers {}),
            Self::Set(args) => AdminRequest::PolicySet(PolicySet {
                orphan_contact_days: args.orphan_contact_days,
                orphan_delete_days: args.orphan_delete_days,
                auth_info_least: args.auth_info_least,
                auth_info_kinds: args.auth_info_kinds,
                auth_info_hours: args.auth_info_hours,
                password_least: args.password_least,
                password_days: args.password_days,
                password_warning_days: args.password_warning_days,
                extension_off: args.extensions.extension_off,
                extension_on: args.extensions.extension_on,
            }),
        }
    }
}
