//! What may be typed. Parsing only: nothing here reads a file or prints.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Parser, Subcommand};

pub use super::admin_args::{AdminArgs, AdminCommand};
pub use super::escrow_check::EscrowCommand;
pub use super::import::ImportArgs;
pub use super::rdap_args::RdapCommand;
pub use super::report_check::ReportCommand;
use crate::base::timestamp::Date;
use crate::reports::sla_record;

/// A domain-name registry in one binary.
///
/// Registrars speak EPP to it over TLS, the world reads it over RDAP, and a write-ahead log holds its truth: nothing is
/// acknowledged before it is on the disk. `domesday demo` shows all of it in a minute.
#[derive(Clone, Debug, PartialEq, Parser)]
#[command(name = "domesday", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  domesday demo
  domesday epp --target demo/demo.json --as registrar-a check hello.test
  domesday rdap get --target demo/demo.json domain hello.test
  domesday admin --target demo/demo.json tld list
  domesday top --target demo/demo.json
  domesday sla report --month 2026-11 --config registry.toml
  domesday config reference > registry.toml
  domesday tune
  domesday init --config registry.toml
  domesday serve --config registry.toml

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 ended by a mapped file that went away; `epp` also 20 to 25, the class of the result code;\n`rdap get` 4 for what is not there (404).";

const DEMO_EXAMPLES: &str = "\
Examples:
  domesday demo
  domesday demo --dir /tmp/registry --epp 127.0.0.1:0 --rdap 127.0.0.1:0
  domesday demo --dir /tmp/race --registrars 50";

const TUNE_EXAMPLES: &str = "\
Examples:
  domesday tune
  domesday tune --no-disk --apply-to ./tuned
  domesday tune --data-dir /srv/registry --interface eth1 --apply-to ./tuned --force";

/// The subcommands.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum Command {
    /// Run a complete throwaway registry: certificates, registrars, two TLDs.
    ///
    /// Everything is made in one directory, kept there, and opened again by the next run: a CA, a server certificate
    /// for localhost, the registrars registrar-a and registrar-b (and more, see --registrars) with certificates and
    /// passwords, and the TLDs example (data model maximum: domains have contacts) and test (minimum: they have none).
    /// When it is ready it writes DIR/demo.json, which tells clients all they need, and prints what to type next. Ctrl-C
    /// stops it.
    #[command(after_help = DEMO_EXAMPLES)]
    Demo(DemoArgs),
    /// Begin a new registry where there is none: its directories, and an empty log.
    ///
    /// It is refused where anything of a registry is already, so that a volume that is not mounted or a mistyped path
    /// cannot look like an empty registry to `serve`.
    #[command(after_help = "Example:\n  domesday init --config /etc/domesday/registry.toml")]
    Init(InitArgs),
    /// Make a registry of deposits with an escrow agent, of any make.
    ///
    /// All that does not fit is printed by rule, with file and line, before anything is written: then the exit code is 1, and
    /// nothing was imported unless each rule is accepted (--accept). It is written beside DIR and moved there at the very end.
    /// Registrars come without passwords and certificates; what to do next is printed.
    #[command(after_help = super::import::HELP)]
    Import(ImportArgs),
    /// Take the log as it is, whatever its seal says: after a loss that no backup can mend.
    ///
    /// The seal knows how far the log was durable. `serve` refuses a log that ends before it, or that has none. When the
    /// missing part is gone for good, or only the seal is, this makes a new one, and says how far the log goes. What is
    /// missing then stays missing.
    #[command(after_help = "Example:\n  domesday reseal --config /etc/domesday/registry.toml")]
    Reseal(InitArgs),
    /// Run a registry by its configuration file, until SIGTERM or SIGINT.
    ///
    /// At SIGTERM or SIGINT it takes nothing new, answers what is in flight, and ends with exit code 0. At SIGHUP it
    /// reads its certificates again, and those by which it believes signed marks. Log messages go to standard error: for people on a terminal, as JSON lines
    /// elsewhere.
    #[command(after_help = "Example:\n  domesday serve --config /etc/domesday/registry.toml")]
    Serve(ServeArgs),
    /// Check a configuration file, or print all there is to configure.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Look at the machine, and print what to set on it and why; nothing is set.
    ///
    /// It reads cores and their threads, NUMA nodes, network queues and interrupts, limits and settings of the kernel, and
    /// measures how long a write takes until it is durable. Then it prints a fragment of the registry's configuration, a
    /// file for sysctl and a systemd unit, each setting with its reason. What it cannot read it says, and guesses nothing
    /// instead. Give it the cores that the registry is to have (taskset, AllowedCPUs=).
    #[command(after_help = TUNE_EXAMPLES)]
    Tune(TuneArgs),
    /// Administer a running registry over its admin socket.
    Admin(AdminArgs),
    /// Watch a running registry: what it does each second, and how fast.
    ///
    /// Rates and percentiles are of the last interval, from the registry's own counters: commands by kind, shards, the
    /// ledger's commits and its disk, and each registrar's share. Times are from a whole command to its response written.
    /// Ctrl-C ends it. Where no terminal reads it, each view follows the one before.
    #[command(group(ArgGroup::new("where").required(true).args(["socket", "config", "target"])), after_help = TOP_EXAMPLES)]
    Top(TopArgs),
    /// Report on service levels (Specification 10 of ICANN's base registry agreement).
    #[command(subcommand)]
    Sla(SlaCommand),
    /// Look at deposits with an escrow agent, of any make.
    #[command(subcommand)]
    Escrow(EscrowCommand),
    /// Look at monthly reports to ICANN, of any make.
    #[command(subcommand)]
    Report(ReportCommand),
    /// Speak EPP to a registry: short forms for people, or whole frames.
    #[command(after_help = super::epp_short::HELP)]
    Epp(EppArgs),
    /// RDAP: ask a server, as people do; print the record for IANA that leads to ours.
    #[command(subcommand)]
    Rdap(RdapCommand),
}

/// `demo`.
#[derive(Clone, Debug, PartialEq, clap::Args)]
pub struct DemoArgs {
    /// Directory of the registry, made when missing.
    #[arg(long, value_name = "DIR", default_value = "demo")]
    pub dir: PathBuf,
    /// Where EPP listens [default: port 7700 of 127.0.0.1 and ::1]. A loopback address brings the other one along, at
    /// the same port; port 0 takes a free one.
    #[arg(long, value_name = "ADDR:PORT")]
    pub epp: Option<SocketAddr>,
    /// Where RDAP listens [default: port 8443 of 127.0.0.1 and ::1]. As --epp.
    #[arg(long, value_name = "ADDR:PORT")]
    pub rdap: Option<SocketAddr>,
    /// How many registrars there are: registrar-a, registrar-b, …, registrar-z, registrar-aa, …, each with its certificate and
    /// password. More than at the last start adds them. With fewer the others stay in the registry, and demo.json does not
    /// name them.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(2..=200))]
    pub registrars: u16,
    /// Let time be driven by `admin clock advance`, to see years of a name's life in a second. A registry that has been
    /// driven ahead can only be served with this again.
    #[arg(long)]
    pub virtual_time: bool,
    /// A setting of the configuration instead of the demo's, as `tmch.root=/etc/tmch/root.crt`; repeat for more. `config
    /// reference` lists all. What is no TOML value counts as a string.
    #[arg(long, value_name = "KEY=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
}

/// A key and its value.
fn setting(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

/// `init` and `reseal`.
#[derive(Clone, Debug, PartialEq, clap::Args)]
pub struct InitArgs {
    /// The configuration, in TOML; data.dir says where.
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
}

/// `serve`.
#[derive(Clone, Debug, PartialEq, clap::Args)]
pub struct ServeArgs {
    /// The configuration, in TOML; `domesday config reference` lists all keys.
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
}

/// `tune`.
#[derive(Clone, Debug, PartialEq, clap::Args)]
pub struct TuneArgs {
    /// data.dir of the registry; there the disk is measured, with a file of 800 KiB that is removed again.
    #[arg(long, value_name = "DIR", default_value = crate::tuning::plan::DEFAULT_DATA_DIR)]
    pub data_dir: PathBuf,
    /// Do not write to the disk to measure it.
    #[arg(long)]
    pub no_disk: bool,
    /// The network interface that the registry serves [default: one with a link and the most queues].
    #[arg(long, value_name = "NAME")]
    pub interface: Option<String>,
    /// Write the three files into DIR, which is made when missing, and say what to do with each. The machine itself stays
    /// as it is.
    #[arg(long, value_name = "DIR")]
    pub apply_to: Option<PathBuf>,
    /// Replace files that are there.
    #[arg(long, requires = "apply_to")]
    pub force: bool,
}

const TOP_EXAMPLES: &str = "\
Examples:
  domesday top --target demo/demo.json
  domesday top --config registry.toml --interval 5
  domesday top --config registry.toml --once --json";

const SLA_EXAMPLES: &str = "\
Examples:
  domesday sla report --month 2026-11 --config registry.toml
  domesday sla report --month 2026-11 --data-dir /var/lib/domesday --csv";

/// `top`.
#[derive(Clone, Debug, PartialEq, clap::Args)]
pub struct TopArgs {
    /// The registry's admin socket.
    #[arg(long, value_name = "PATH")]
    pub socket: Option<PathBuf>,
    /// The registry's configuration file, to find the socket.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The demo's demo.json, to find the socket.
    #[arg(long, value_name = "FILE")]
    pub target: Option<PathBuf>,
    /// Seconds between two looks.
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = interval)]
    pub interval: Duration,
    /// Print one interval and end.
    #[arg(long)]
    pub once: bool,
    /// Print JSON, a line for each interval.
    #[arg(long)]
    pub json: bool,
}

/// Seconds, also parts of one.
fn interval(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.1..=3600.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "expected a number of seconds from 0.1 to 3600".to_owned())
}

/// `sla`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum SlaCommand {
    /// Print a month's service levels, each with what was measured and a verdict.
    ///
    /// It reads the record in the data directory, whether the registry runs or not, and changes nothing. What is measured is
    /// the server's side: ICANN's probes are in the world, and its figures are those that count. Minutes that no record tells
    /// of count as down, and so do those of announced maintenance, which are told apart. Nothing here measures DNS.
    #[command(group(ArgGroup::new("where").required(true).args(["config", "data_dir"])), after_help = SLA_EXAMPLES)]
    Report(SlaReportArgs),
}

/// `sla report`.
#[derive(Clone, Debug, PartialEq, clap::Args)]
pub struct SlaReportArgs {
    /// Which month, in UTC, as 2026-11.
    #[arg(long, value_name = "MONTH", value_parser = month)]
    pub month: Date,
    /// The registry's configuration file, to find its data directory.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// data.dir of the registry.
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// Print CSV: a header and a line for each requirement.
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}

fn month(text: &str) -> Result<Date, String> {
    sla_record::month(text).ok_or_else(|| "expected a month as 2026-11".to_owned())
}

/// `config`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum ConfigCommand {
    /// Say everything that is wrong with a configuration file and the certificates it names; start nothing.
    Check {
        /// The configuration, in TOML.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Print every key with its meaning and its default, as a file to begin with.
    Reference,
}

/// `epp`.
#[derive(Clone, Debug, PartialEq, clap::Args)]
pub struct EppArgs {
    /// The registry and its registrars: the demo.json that `domesday demo` writes.
    #[arg(long, value_name = "FILE")]
    pub target: PathBuf,
    /// Which registrar of the target to log in as.
    #[arg(long = "as", value_name = "CLID")]
    pub registrar: String,
    /// Print the answers as they came, as XML.
    #[arg(long)]
    pub xml: bool,
    /// Print also the greeting, what is sent, and the answers to login and logout.
    #[arg(short, long)]
    pub verbose: bool,
    /// Send only what is given: no login before, no logout after.
    #[arg(long)]
    pub bare: bool,
    /// Send the password by loginSec-1.0 (RFC 8807), and what software this is. Passwords of more than 16 characters are sent
    /// so in any case.
    #[arg(long)]
    pub login_security: bool,
    /// A short form, or FILE with frames, or - (the default) to read them from standard input.
    #[arg(value_name = "FILE|-|SHORT FORM", trailing_var_arg = true, allow_hyphen_values = true)]
    pub words: Vec<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(line: &str) -> Result<Command, clap::error::ErrorKind> {
        let words = std::iter::once("domesday").chain(line.split_whitespace());
        Args::try_parse_from(words).map(|args| args.command).map_err(|error| error.kind())
    }

    #[test]
    fn the_definition_holds_together() {
        Args::command().debug_assert();
    }

    #[test]
    fn lines_that_are_understood() {
        let demo_of = |dir: &str, epp: Option<&str>, registrars: u16| {
            let epp = epp.map(|address| address.parse().expect("an address"));
            Command::Demo(DemoArgs {
                dir: dir.into(),
                epp,
                rdap: None,
                registrars,
                virtual_time: false,
                set: Vec::new(),
            })
        };
        let demo = |dir: &str, epp| demo_of(dir, epp, 2);
        let epp = |words: &[&str], verbose: bool| {
            let words = words.iter().map(|word| (*word).to_owned()).collect();
            let (target, registrar) = ("t".into(), "a".into());
            let login_security = false;
            Command::Epp(EppArgs { target, registrar, xml: false, verbose, bare: false, login_security, words })
        };
        let tune = |data_dir: &str, apply_to: Option<&str>, force: bool| {
            let (data_dir, apply_to) = (data_dir.into(), apply_to.map(Into::into));
            Command::Tune(TuneArgs { data_dir, no_disk: false, interface: None, apply_to, force })
        };
        for (line, expected) in [
            ("demo", demo("demo", None)),
            ("demo --dir x --epp 127.0.0.1:0", demo("x", Some("127.0.0.1:0"))),
            ("demo --epp [::1]:7700", demo("demo", Some("[::1]:7700"))),
            ("demo --registrars 200", demo_of("demo", None, 200)),
            ("init --config c.toml", Command::Init(InitArgs { config: "c.toml".into() })),
            ("reseal --config c.toml", Command::Reseal(InitArgs { config: "c.toml".into() })),
            ("serve --config c.toml", Command::Serve(ServeArgs { config: "c.toml".into() })),
            ("config check c", Command::Config(ConfigCommand::Check { file: "c".into() })),
            ("config reference", Command::Config(ConfigCommand::Reference)),
            ("tune", tune("/var/lib/domesday", None, false)),
            ("tune --data-dir d --apply-to x --force", tune("d", Some("x"), true)),
            ("epp --target t --as a", epp(&[], false)),
            ("epp --target t --as a -", epp(&["-"], false)),
            ("epp --target t --as a -v check x.test y.test", epp(&["check", "x.test", "y.test"], true)),
            (
                "epp --target t --as a create domain x.test --years 2 -v",
                epp(&["create", "domain", "x.test", "--years", "2", "-v"], false),
            ),
        ] {
            assert_eq!(parse(line), Ok(expected), "{line}");
        }
    }

    #[test]
    fn lines_that_are_not() {
        use clap::error::ErrorKind;
        for (line, expected) in [
            ("", ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand),
            ("--version", ErrorKind::DisplayVersion),
            ("demo --help", ErrorKind::DisplayHelp),
            ("demo --epp localhost", ErrorKind::ValueValidation),
            ("demo --registrars 1", ErrorKind::ValueValidation),
            ("demo --registrars 201", ErrorKind::ValueValidation),
            ("serve", ErrorKind::MissingRequiredArgument),
            ("init", ErrorKind::MissingRequiredArgument),
            ("tune --force", ErrorKind::MissingRequiredArgument),
            ("top", ErrorKind::MissingRequiredArgument),
            ("top --target t --interval 0", ErrorKind::ValueValidation),
            ("sla report --month 2026-11", ErrorKind::MissingRequiredArgument),
            ("sla report --month 2026-13 --config c", ErrorKind::ValueValidation),
            ("sla report --month 2026-11 --config c --json --csv", ErrorKind::ArgumentConflict),
            ("config check", ErrorKind::MissingRequiredArgument),
            ("epp --target t check x.test", ErrorKind::MissingRequiredArgument),
            ("fly", ErrorKind::InvalidSubcommand),
        ] {
            assert_eq!(parse(line), Err(expected), "{line}");
        }
    }
}
