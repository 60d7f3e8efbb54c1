//! Tables of internationalized labels (RFC 7940) for the tests of the rules, and TLDs that have them.

use super::World;
use crate::model::idn::VariantPolicy;
use crate::model::operator::{ByName, IdnLoad, IdnRules, IdnTableUse, OperatorCommand, TldSet};
use crate::registry::operator;

/// The letters e, n, o and s; ö, a variant of o that can be allocated; ß, a blocked one of ss; and ä, not as the first letter.
pub(crate) const LATIN: &str = r#"<lgr xmlns="urn:ietf:params:xml:ns:lgr-1.0"><data>
<char cp="0065"/><char cp="006E"/><char cp="0073"/>
<char cp="00E4" not-when="first"/>
<char cp="006F"><var cp="00F6" type="allocatable"/></char>
<char cp="00F6"><var cp="006F" type="allocatable"/></char>
<char cp="0073 0073"><var cp="00DF" type="blocked"/></char>
<char cp="00DF"><var cp="0073 0073" type="blocked"/></char>
</data><rules>
<rule name="first"><look-behind><start/></look-behind><anchor/></rule>
</rules></lgr>"#;

/// The same letters, of which none is a variant of another.
pub(crate) const LATIN_APART: &str = r#"<lgr xmlns="urn:ietf:params:xml:ns:lgr-1.0"><data>
<char cp="0065"/><char cp="006E"/><char cp="006F"/><char cp="0073"/>
<char cp="00DF"/><char cp="00E4"/><char cp="00F6"/>
</data></lgr>"#;

/// The letters а, о and е, with ё as a variant of е that can be allocated.
pub(crate) const CYRILLIC: &str = r#"<lgr xmlns="urn:ietf:params:xml:ns:lgr-1.0"><data>
<char cp="0430"/><char cp="043E"/>
<char cp="0435"><var cp="0451" type="allocatable"/></char>
<char cp="0451"><var cp="0435" type="allocatable"/></char>
</data></lgr>"#;

/// The letters ν and ο.
pub(crate) const GREEK: &str = r#"<lgr xmlns="urn:ietf:params:xml:ns:lgr-1.0"><data>
<char cp="03BD"/><char cp="03BF"/>
</data></lgr>"#;

/// The request to load a table.
pub(crate) fn load(tag: &str, xml: &str) -> OperatorCommand {
    OperatorCommand::IdnLoad(operator::idn::compile(IdnLoad { tag: tag.into(), xml: xml.into() }).expect("a table"))
}

/// The request that a TLD take IDNs by these tables.
pub(crate) fn take(tld: &str, tables: &[(&str, VariantPolicy)]) -> OperatorCommand {
    let table = |(tag, variants): &(&str, _)| IdnTableUse { tag: (*tag).into(), variants: ByName(*variants) };
    let tables = Some(tables.iter().map(table).collect());
    let idn_rules = IdnRules { tables, ..IdnRules::default() };
    OperatorCommand::TldSet(TldSet { name: tld.into(), idn: Some(true), idn_rules, ..TldSet::default() })
}

/// The requests that load `latin` and `cyrillic`, and let `test` take IDNs by both: variants of the first are blocked, those
/// of the second for the same holder.
pub(crate) fn tables() -> [OperatorCommand; 3] {
    let policy = [("latin", VariantPolicy::Blocked), ("cyrillic", VariantPolicy::SameHolder)];
    [load("latin", LATIN), load("cyrillic", CYRILLIC), take("test", &policy)]
}

impl World {
    /// Loads the tables `latin`, `cyrillic` and `greek`, and lets `test` take IDNs by the first (variants blocked) and the
    /// second (variants for the same holder).
    pub(crate) fn put_idn_tables(&mut self) {
        for command in tables().into_iter().chain([load("greek", GREEK)]) {
            self.operate(&command).expect("good");
        }
    }
}
