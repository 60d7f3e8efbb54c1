//! Records of what a deposit says: the way back from `from_record`, for deposits of any make.
//!
//! Deposits are read more than once. A [`Survey`] finds what there is at the end of all of them, in hashes; a [`Converter`] then
//! makes the changes of each object by itself, which are the same when they are judged as when they are written. What does not
//! fit is told by [`Rule`], each with what is done all the same.
//!
//! | file | idea |
//! | --- | --- |
//! | `rule` | what may be wrong, and what accepting it does |
//! | `survey` | what there is at the end of all deposits |
//! | `places` | which names stand where |
//! | `shared` | statuses, actors, dates and transfers of objects of all kinds |
//! | `registrar`, `contact`, `host`, `domain`, `term`, `listed` | the objects |

mod contact;
mod domain;
mod host;
mod listed;
mod places;
mod registrar;
mod rule;
mod shared;
mod survey;
mod term;

use std::collections::BTreeMap;

use crate::base::timestamp::Timestamp;
use crate::escrow::object::Object;
use crate::model::record::Tld;
use crate::model::transaction::Change;
pub use places::Zones;
pub use rule::{EXAMPLES, Place, Problem, Problems, Rule};
pub use survey::{Facts, Survey};

/// What an object refers to, as far as it is there.
pub trait References {
    /// The object id of the host with that name.
    fn host_id(&self, name: &str) -> Option<u64>;
    /// Whether there is a contact with that handle.
    fn has_contact(&self, id: &str) -> bool;
}

/// Where what does not fit is told, of one object.
pub(super) struct Notes<'p> {
    problems: &'p mut Problems,
    place: Place,
    object: String,
}

impl<'p> Notes<'p> {
    fn new(problems: &'p mut Problems, place: Place, object: String) -> Self {
        Self { problems, place, object }
    }

    fn tell(&mut self, rule: Rule, problem: impl Into<String>) {
        self.problems.add(rule, self.place.clone(), &self.object, problem.into());
    }
}

/// Makes changes of objects.
pub struct Converter<'a> {
    /// What there is.
    pub survey: &'a Survey,
    /// The TLDs, by name: one for each zone of the survey.
    pub tlds: &'a BTreeMap<String, Tld>,
    /// The moment of the last deposit.
    pub watermark: Timestamp,
}

impl Converter<'_> {
    /// The changes of one transaction by which the registry gets a contact, a host or a domain, with that object id. `None`: it is
    /// left out, or of another kind. What does not fit is added to the problems.
    pub fn changes(
        &self,
        references: &impl References,
        object: Object,
        id: u64,
        (place, problems): (Place, &mut Problems),
    ) -> Option<Vec<Change>> {
        match object {
            Object::Contact(contact) => {
                let mut notes = Notes::new(problems, place, format!("contact {}", contact.id));
                contact::changes(self, &mut notes, contact, id)
            }
            Object::Host(host) => {
                let mut notes = Notes::new(problems, place, format!("host {}", host.name));
                host::changes(self, &mut notes, host, id)
            }
            Object::Domain(domain) => {
                let mut notes = Notes::new(problems, place, format!("domain {}", domain.name));
                domain::changes(self, &mut notes, references, *domain, id)
            }
            _ => None,
        }
    }
}
