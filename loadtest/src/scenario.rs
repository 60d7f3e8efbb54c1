//! What is asked of the tester.

use clap::ValueEnum;
use clap::builder::PossibleValue;

/// A scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scenario {
    /// Load, judged by ICANN's limits.
    Load(Load),
    /// An attack, judged by what its bystanders feel.
    Attack(Attack),
    /// A race for names that fall at one instant, judged by both.
    Drop,
}

impl ValueEnum for Scenario {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: &[Scenario] = &[
            Scenario::Load(Load::Mixed),
            Scenario::Load(Load::Check),
            Scenario::Load(Load::Info),
            Scenario::Load(Load::Create),
            Scenario::Load(Load::Rdap),
            Scenario::Load(Load::Soak),
            Scenario::Load(Load::Fair),
            Scenario::Attack(Attack::LoginStorm),
            Scenario::Attack(Attack::SlowClients),
            Scenario::Attack(Attack::RdapMining),
            Scenario::Attack(Attack::Strangers),
            Scenario::Attack(Attack::Greedy),
            Scenario::Attack(Attack::HalfOpen),
            Scenario::Drop,
        ];
        ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Load(load) => load.to_possible_value(),
            Self::Attack(attack) => attack.to_possible_value(),
            Self::Drop => {
                let help = "Sessions of many registrars that race for names which fall at one instant";
                Some(PossibleValue::new("drop").help(help))
            }
        }
    }
}

impl Scenario {
    /// As it is called on the command line.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// What is sent, unless --mix says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Load {
    /// Of everything.
    Mixed,
    /// Checks of one name.
    Check,
    /// Infos.
    Info,
    /// Creates.
    Create,
    /// Look-ups of RDAP.
    Rdap,
    /// Of everything, RDAP too, for an hour; the p99 of the last tenth may be 1.5 times that of the first, where below a
    /// millisecond counts as one.
    Soak,
    /// Creates in a closed loop, judged by how alike all registrars, two or more, are served, whoever has more sessions.
    Fair,
}

impl Load {
    /// The mix.
    pub(crate) fn mix(self) -> &'static str {
        match self {
            Self::Mixed => "check=60,info=25,create=8,update=4,renew=2,transfer=1",
            Self::Check => "check=1",
            Self::Info => "info=1",
            Self::Create | Self::Fair => "create=1",
            Self::Rdap => "rdap-domain=90,rdap-nameserver=5,rdap-entity=4,rdap-help=1",
            Self::Soak => "check=500,info=200,create=60,update=40,renew=20,transfer=10,poll=20,login=1,rdap-domain=150",
        }
    }

    /// Seconds, unless told otherwise.
    pub(crate) fn seconds(self) -> u32 {
        match self {
            Self::Soak => 3600,
            _ => 10,
        }
    }
}

/// Who attacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Attack {
    /// Sessions that log in all at one time.
    LoginStorm,
    /// Readers that ask for much and read nothing, and idle RDAP connections.
    #[value(alias = "slow-readers")]
    SlowClients,
    /// Readers of RDAP that ask for one name after the other, as fast as they can.
    RdapMining,
    /// Certificates that nobody pinned, which send frames before login as fast as they can.
    Strangers,
    /// One registrar with many sessions of pipelined 250-name checks.
    Greedy,
    /// EPP connections that never come to a login.
    HalfOpen,
}

impl Attack {
    /// Connections, unless told otherwise.
    pub(crate) fn connections(self) -> usize {
        match self {
            Self::Strangers | Self::Greedy | Self::RdapMining => 100,
            Self::SlowClients => 6000,
            Self::HalfOpen => 500,
            Self::LoginStorm => 1000,
        }
    }
}
