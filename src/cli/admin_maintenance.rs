//! `domesday admin maintenance`: what may be typed, and the request each form makes.

use clap::{Args, Subcommand};

use super::admin_args::moment;
use crate::model::operator::{MaintenanceRemove, MaintenanceSpec};
use crate::node::admin::{AdminRequest, NoMembers};

/// `admin maintenance`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum MaintenanceCommand {
    /// Announce maintenance: every registrar finds a message in its poll queue (RFC 9167).
    #[command(after_help = EXAMPLE)]
    Add(EventArgs),
    /// Change what was announced; what is not named stays. Every registrar is told.
    Set(EventArgs),
    /// List what was announced; --json prints all of each.
    List,
    /// Print an event, and when registrars are reminded of it.
    Show {
        /// Its identifier.
        id: String,
    },
    /// Take an announcement back. Every registrar is told, unless the maintenance is over.
    Remove {
        /// Its identifier.
        id: String,
    },
}

const EXAMPLE: &str = "\
Example:
  domesday admin --config registry.toml maintenance add 2027-02 --name 'Database upgrade' \\
      --system EPP=full@epp.registry.example --system RDAP=partial --start 2027-02-01T06:00:00Z \\
      --end 2027-02-01T07:00:00Z --type 'Routine Maintenance' --connection true \\
      --description 'The database moves.' --description '@de:Die Datenbank zieht um.' \\
      --courtesy 7d --courtesy 1h";

/// An event.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct EventArgs {
    /// Its identifier: lower-case letters, digits and hyphens.
    id: String,
    /// Its name, for people; @LANGUAGE:NAME in another language than English.
    #[arg(long)]
    name: Option<String>,
    /// What it is, as 'Routine Maintenance' or '@de:Wartung'; repeat for more.
    #[arg(long = "type", value_name = "TEXT")]
    types: Vec<String>,
    /// A system with its impact (none, partial or full) and its host name, if it has one; repeat for more.
    #[arg(long, value_name = "NAME=IMPACT[@HOST]")]
    system: Vec<String>,
    /// production, ote, staging, dev, or the name of another one [production].
    #[arg(long)]
    environment: Option<String>,
    /// When it begins.
    #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
    start: Option<i64>,
    /// When it ends.
    #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
    end: Option<i64>,
    /// Whether it is an emergency, and not planned [false].
    #[arg(long, value_name = "true|false")]
    emergency: Option<bool>,
    /// URI of more about it.
    #[arg(long, value_name = "URI")]
    detail: Option<String>,
    /// What happens, in English, as '@de:TEXT' in another language, or as '@en/html:TEXT' in HTML; repeat for more.
    #[arg(long, value_name = "TEXT")]
    description: Vec<String>,
    /// A TLD that it concerns; repeat for more. All when missing.
    #[arg(long)]
    tld: Vec<String>,
    /// Whether registrars have to do something about their connections.
    #[arg(long, value_name = "true|false")]
    connection: Option<bool>,
    /// Whether registrars have to do something about their programs.
    #[arg(long, value_name = "true|false")]
    implementation: Option<bool>,
    /// How long before the start registrars are reminded, as 7d, 24h or 30m; repeat for more, none for no reminder [24h].
    #[arg(long, value_name = "TIME", value_parser = minutes)]
    courtesy: Vec<u32>,
    /// Whether registrars are told when it is over [true].
    #[arg(long, value_name = "true|false")]
    tell_end: Option<bool>,
}

/// Minutes; 0: none.
fn minutes(text: &str) -> Result<u32, String> {
    let read = || {
        if text == "none" {
            return Some(0);
        }
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let unit = match unit {
            "d" => 24 * 60,
            "h" => 60,
            "m" => 1,
            _ => return None,
        };
        number.parse::<u32>().ok()?.checked_mul(unit).filter(|minutes| *minutes > 0)
    };
    read().ok_or_else(|| "expected days, hours or minutes, as 7d, 24h or 30m, or none".to_owned())
}

impl EventArgs {
    fn spec(self) -> MaintenanceSpec {
        let some = |list: Vec<String>| (!list.is_empty()).then_some(list);
        MaintenanceSpec {
            id: self.id,
            name: self.name,
            types: some(self.types),
            systems: some(self.system),
            environment: self.environment,
            start_micros: self.start,
            end_micros: self.end,
            emergency: self.emergency,
            detail: self.detail,
            descriptions: some(self.description),
            tlds: some(self.tld),
            connection: self.connection,
            implementation: self.implementation,
            courtesy_minutes: (!self.courtesy.is_empty())
                .then(|| self.courtesy.into_iter().filter(|minutes| *minutes > 0).collect()),
            tells_end: self.tell_end,
        }
    }
}

/// The columns of `maintenance list`.
pub(super) const COLUMNS: &[&str] =
    &["id", "name", "start", "end", "systems", "environment", "reason", "tlds", "next_reminder"];

impl MaintenanceCommand {
    pub(super) fn request(self) -> AdminRequest {
        match self {
            Self::Add(event) => AdminRequest::MaintenanceAdd(event.spec()),
            Self::Set(event) => AdminRequest::MaintenanceSet(event.spec()),
            Self::List => AdminRequest::MaintenanceList(NoMembers {}),
            Self::Show { id } => AdminRequest::MaintenanceShow(MaintenanceRemove { id }),
            Self::Remove { id } => AdminRequest::MaintenanceRemove(MaintenanceRemove { id }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::admin_args::tests::json;

    #[test]
    fn lines_become_requests() {
        for (line, expected) in [
            ("maintenance list", r#"{"maintenance-list":{}}"#),
            ("maintenance show a", r#"{"maintenance-show":{"id":"a"}}"#),
            ("maintenance remove a", r#"{"maintenance-remove":{"id":"a"}}"#),
            (
                "maintenance set a --system EPP=full --end 2027-01-01T00:00:00Z --emergency true",
                concat!(
                    r#"{"maintenance-set":{"id":"a","name":null,"types":null,"systems":["EPP=full"],"environment":null,"#,
                    r#""start_micros":null,"end_micros":1798761600000000,"emergency":true,"detail":null,"#,
                    r#""descriptions":null,"tlds":null,"connection":null,"implementation":null,"#,
                    r#""courtesy_minutes":null,"tells_end":null}}"#
                ),
            ),
        ] {
            assert_eq!(json(line).as_deref(), Ok(expected), "{line}");
        }
        use clap::error::ErrorKind;
        assert_eq!(json("maintenance add"), Err(ErrorKind::MissingRequiredArgument));
        assert_eq!(json("maintenance add a --start tomorrow"), Err(ErrorKind::ValueValidation));
        let courtesies = json("maintenance set a --courtesy 7d --courtesy 2h --courtesy 30m").expect("good");
        assert!(courtesies.contains(r#""courtesy_minutes":[10080,120,30]"#), "{courtesies}");
        assert!(json("maintenance set a --courtesy none").expect("good").contains(r#""courtesy_minutes":[]"#));
        for wrong in ["7", "d", "0h", "1w", "5000000d", "-1h", "é"] {
            assert_eq!(
                json(&format!("maintenance set a --courtesy={wrong}")),
                Err(ErrorKind::ValueValidation),
                "{wrong}"
            );
        }
    }
}
