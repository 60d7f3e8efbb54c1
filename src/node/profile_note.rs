//! What the log says at start of records that make RDAP break ICANN's gTLD RDAP profile.

use crate::config::Config;
use crate::model::record::Kind;
use crate::model::view::View;
use crate::registry::operator::profile::lacks_of_kept;
use crate::registry::operator::warning::TEST_REPOSITORY_ID;

/// Names that a line shows, of the many that it counts.
const SHOWN: usize = 10;

/// Warns where RDAP is served: once of all registrars that lack something, once of a repository id for tests.
pub(super) fn tell(config: &Config, view: &impl View) {
    if config.rdap_listen.is_empty() {
        return;
    }
    let registrars = view.directory(Kind::Registrar).filter_map(|clid| view.registrar(clid));
    let lacking = Names::of(registrars.filter(|found| !lacks_of_kept(found).is_empty()).map(|found| &*found.clid));
    if lacking.count > 0 {
        let (count, first) = (lacking.count, lacking.first.join(", "));
        tracing::warn!(
            count,
            first,
            "RDAP answers about registrars and their domains lack what ICANN's gTLD RDAP profile asks \
             for: `domesday admin registrar list` says what, `registrar set` gives it"
        );
    }
    let tlds = view.directory(Kind::Tld).filter_map(|name| view.tld(name));
    let for_tests = Names::of(tlds.filter(|tld| *tld.repository_id == *TEST_REPOSITORY_ID).map(|tld| &*tld.name));
    if for_tests.count > 0 || config.repository_id == TEST_REPOSITORY_ID {
        let (count, first) = (for_tests.count, for_tests.first.join(", "));
        let configured = config.repository_id == TEST_REPOSITORY_ID;
        tracing::warn!(
            configured,
            count,
            first,
            "the repository id {TEST_REPOSITORY_ID} is for ICANN's tests of registry \
             systems only: registry.repository_id gives that of contacts and hosts, `tld set --repository-id` that of domains"
        );
    }
}

/// How many there are, and the first of them.
struct Names<'a> {
    count: usize,
    first: Vec<&'a str>,
}

impl<'a> Names<'a> {
    fn of(mut names: impl Iterator<Item = &'a str>) -> Self {
        let first: Vec<_> = names.by_ref().take(SHOWN).collect();
        Self { count: first.len() + names.count(), first }
    }
}
