//! What an operator should know of a command that is done all the same.

use crate::base::timestamp::Timestamp;
use crate::model::operator::OperatorCommand;
use crate::model::view::View;
use crate::registry::operator::{price, profile, registrar};

/// The repository id of ICANN's Registry System Testing. No handle of a registry that serves may end with it (gTLD RDAP
/// Response Profile; EPP's ROIDs are these handles).
pub const TEST_REPOSITORY_ID: &str = "ICANNRST";

/// The warnings, each a line, as things stand before the command is done.
pub fn warnings(view: &impl View, now: Timestamp, command: &OperatorCommand) -> Vec<String> {
    let of_id = |tld: &str, id: &str| {
        let warning = format!(
            "{TEST_REPOSITORY_ID} is for ICANN's tests of registry systems only; the ROIDs of domains in {tld} end with it \
             until tld set {tld} --repository-id gives the one that is registered with IANA"
        );
        (id == TEST_REPOSITORY_ID).then_some(warning)
    };
    let of_registrar = |after: Option<_>| after.as_ref().and_then(profile::warning);
    let found = match command {
        OperatorCommand::RegistrarAdd(add) => of_registrar(registrar::add(view, now, add).ok()),
        OperatorCommand::RegistrarSet(set) => of_registrar(registrar::set(view, now, set).ok()),
        OperatorCommand::TldAdd(add) => of_id(&add.name, &add.repository_id),
        OperatorCommand::TldSet(set) => set.repository_id.as_deref().and_then(|id| of_id(&set.name, id)),
        _ => return price::warnings(view, now, command),
    };
    found.into_iter().collect()
}
