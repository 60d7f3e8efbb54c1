//! Internationalized names in the tables: the states, and what commands say of them (idn-1.0).

use super::frames;
use super::notation::Words;
use super::states::run;
use crate::model::command::Transform;
use crate::model::idn::VariantPolicy;
use crate::model::record::Tld;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::checks;
use crate::registry::domain::fixture::{maximum, minimum};
use crate::registry::testing::idn::take;
use crate::registry::testing::{A, World};

const IDN: &str = "urn:ietf:params:xml:ns:idn-1.0";

/// A step of `states.txt`.
pub(super) fn step(world: &mut World, name: &str) {
    world.put_idn_tables();
    match name {
        "tagged" | "only" => {
            let mut tld = checks::native::<Tld>(world.memory.tld("test").expect("there"));
            tld.idn_policy.tag_required = name == "tagged";
            tld.idn_policy.only = name == "only";
            world.put(vec![Change::PutTld(tld)]);
        }
        "variants" => ["sse.test", "xn--sn-fka.test", "xn--e1aa.test"]
            .into_iter()
            .for_each(|name| run(world, A, &Transform::DomainCreate(minimum(name)))),
        "holder" => {
            world.operate(&take("example", &[("latin", VariantPolicy::SameHolder)])).expect("good");
            run(world, A, &Transform::DomainCreate(maximum("xn--sn-fka.example")));
        }
        _ => {}
    }
}

/// `idn:data` beside the command.
pub(super) fn element(words: &mut Words) -> String {
    let mut value =
        |key: &str| words.one(key).map_or_else(String::new, |value| frames::element(&format!("idn:{key}"), &value));
    match [value("table"), value("uname")].concat() {
        content if content.is_empty() => String::new(),
        content => format!("<idn:data xmlns:idn=\"{IDN}\">{content}</idn:data>"),
    }
}
