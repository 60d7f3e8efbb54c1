//! Floor 7: the command line. One file per subcommand; [`args`] parses and does nothing else, the rest does and prints.
//!
//! | file | idea |
//! | --- | --- |
//! | [`args`], `admin_args`, `admin_money`, `admin_list`, `admin_launch`, `admin_lordn`, `admin_maintenance`, `admin_rdap_client`, `admin_tmch`, `admin_token` | what may be typed |
//! | [`exit`] | how it ends: errors and exit codes |
//! | `demo`, `demo_certs`, `demo_registrars` | a throwaway registry, complete |
//! | `import` | a registry made of deposits |
//! | `init` | a registry by its configuration: beginning one, taking its log as it is |
//! | `serve` | running it; checking the configuration |
//! | `tune` | what to set on a machine |
//! | `admin`, `statement`, `list_file`, `table`, `password` | the operator's side of the admin socket |
//! | `top`, `top_view` | how a running registry does, second by second |
//! | `escrow_check`, `escrow_report` | a deposit of any make, judged |
//! | `sla` | the monthly report of service levels |
//! | `epp_client`, `epp_connection`, `epp_short`, `epp_frames`, `xml_tree`, `pretty` | an EPP client for people |
//! | `rdap_args`, `rdap_bootstrap` | the record for IANA by which RDAP clients find us |
//! | `rdap_get`, `rdap_answer`, `rdap_results`, `https` | an RDAP client for people |
//! | [`target`] | `demo.json`: what a client must know of a registry |
//! | `logging` | where messages go |

mod admin;
mod admin_action;
mod admin_args;
mod admin_batch;
mod admin_escrow;
mod admin_idn;
mod admin_launch;
mod admin_list;
mod admin_lordn;
mod admin_maintenance;
mod admin_money;
mod admin_policy;
mod admin_rdap_client;
mod admin_report;
mod admin_sec_dns;
mod admin_tmch;
mod admin_token;
pub mod args;
mod demo;
mod demo_certs;
mod demo_registrars;
mod epp_client;
mod epp_connection;
mod epp_extensions;
mod epp_frames;
mod epp_launch;
mod epp_short;
mod escrow_check;
mod escrow_report;
pub mod exit;
mod https;
mod import;
mod init;
mod list_file;
mod logging;
mod password;
mod pretty;
mod rdap_answer;
mod rdap_args;
mod rdap_bootstrap;
mod rdap_get;
mod rdap_results;
mod report_check;
mod serve;
mod sla;
mod statement;
mod table;
pub mod target;
mod top;
mod top_view;
mod tune;
mod xml_tree;

use args::{Args, Command, ConfigCommand, EscrowCommand, RdapCommand, ReportCommand, SlaCommand};
use exit::CliError;

/// Does what the arguments say; the exit code of what went well.
///
/// # Errors
/// [`CliError`], which knows its exit code.
pub fn run(args: Args) -> Result<u8, CliError> {
    match args.command {
        Command::Demo(args) => demo::run(&args),
        Command::Init(args) => init::run(&args.config),
        Command::Import(args) => import::run(&args),
        Command::Reseal(args) => init::reseal(&args.config),
        Command::Serve(args) => serve::run(&args.config),
        Command::Config(ConfigCommand::Check { file }) => serve::check(&file),
        Command::Config(ConfigCommand::Reference) => serve::reference(),
        Command::Tune(args) => tune::run(args),
        Command::Admin(args) => admin::run(args),
        Command::Top(args) => top::run(&args),
        Command::Sla(SlaCommand::Report(args)) => sla::report(&args),
        Command::Escrow(EscrowCommand::Check(args)) => escrow_check::run(&args),
        Command::Report(ReportCommand::Check(args)) => report_check::run(&args),
        Command::Epp(args) => epp_client::run(&args),
        Command::Rdap(RdapCommand::Bootstrap(args)) => rdap_bootstrap::run(&args),
        Command::Rdap(RdapCommand::Get(args)) => rdap_get::run(&args),
    }
}
