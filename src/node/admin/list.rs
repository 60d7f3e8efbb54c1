//! Name lists as an operator reads them, and what loading one would change.

use serde::Serialize;

use crate::base::timestamp::Timestamp;
use crate::model::operator::{ListLoad, OperatorRefusal};
use crate::model::record::{ArchivedNameList, Kind, NameList};
use crate::model::view::View;
use crate::node::admin::inquiry::{ListShow, check_tld, missing};
use crate::node::admin::{AdminFailure, refused};
use crate::node::shard::Shard;
use crate::registry::operator::name_list;
use crate::runtime::task::yield_now;

/// Names that a diff shows, of the many that it counts.
const SHOWN: usize = 10;
/// Names that are looked up before others have their turn.
const STEP: usize = 500;

/// A list; how much is on it, and what if that was asked for.
#[derive(Debug, Serialize)]
pub(super) struct ListRow {
    tld: String,
    name: String,
    kind: &'static str,
    class: Option<String>,
    labels: usize,
    patterns: usize,
    loaded: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    names: Option<Vec<String>>,
}

/// What loading a list would change.
#[derive(Debug, Serialize)]
pub(super) struct Diff {
    tld: String,
    name: String,
    kind: &'static str,
    class: Option<String>,
    labels: usize,
    patterns: usize,
    /// The list that is there now; none: it is a new one.
    before: Option<ListRow>,
    added: Names,
    removed: Names,
    /// Of those added, the names that are registered already, and stay so.
    registered: Names,
}

/// Labels and patterns: how many, and the first few.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Names {
    count: usize,
    first: Vec<String>,
}

impl Names {
    fn add(&mut self, name: &str) {
        self.count += 1;
        if self.first.len() < SHOWN {
            self.first.push(name.to_owned());
        }
    }
}

/// A list.
pub(super) fn show(view: &impl View, asked: &ListShow) -> Result<ListRow, AdminFailure> {
    check_tld(view, &asked.tld)?;
    let list = view.name_list(&asked.tld, &asked.name);
    let list = list.ok_or_else(|| missing("list", &asked.name, "list all shows all"))?;
    let names = asked.labels.then(|| list.labels.iter().chain(list.patterns.iter()).map(ToString::to_string).collect());
    Ok(ListRow { names, ..row(list) })
}

/// The lists of a TLD, or of all.
pub(super) fn all(view: &impl View, tld: Option<&str>) -> Result<Vec<ListRow>, AdminFailure> {
    match tld {
        Some(tld) => check_tld(view, tld).map(|()| view.name_lists(tld).map(row).collect()),
        None => Ok(view.directory(Kind::Tld).flat_map(|tld| view.name_lists(tld)).map(row).collect()),
    }
}

fn row(list: &ArchivedNameList) -> ListRow {
    ListRow {
        tld: list.tld.to_string(),
        name: list.name.to_string(),
        kind: list.purpose.get().name(),
        class: (!list.class.is_empty()).then(|| list.class.to_string()),
        labels: list.labels.len(),
        patterns: list.patterns.len(),
        loaded: list.loaded.get().to_string(),
        names: None,
    }
}

/// What loading the list would change, or why it would be refused. A list can have hundreds of thousands of names, so
/// others have their turns meanwhile.
pub(super) async fn diff(shard: &Shard, now: Timestamp, load: &ListLoad) -> Result<Diff, AdminFailure> {
    let list = match name_list::load(&shard.index.pin(), now, load) {
        Ok(list) => list,
        Err(OperatorRefusal::Unchanged { .. }) => return Ok(unchanged(&shard.index.pin(), load)),
        Err(refusal) => return Err(refused(&refusal.into())),
    };
    let mut diff = Diff {
        tld: list.tld.clone(),
        name: list.name.clone(),
        kind: list.purpose.name(),
        class: (!list.class.is_empty()).then(|| list.class.clone()),
        labels: list.labels.len(),
        patterns: list.patterns.len(),
        before: shard.index.pin().name_list(&list.tld, &list.name).map(row),
        added: Names::default(),
        removed: Names::default(),
        registered: Names::default(),
    };
    for (labels, is_pattern) in [(&list.labels, false), (&list.patterns, true)] {
        for step in labels.chunks(STEP) {
            added(&shard.index.pin(), &list, step, is_pattern, &mut diff);
            yield_now().await;
        }
    }
    for start in (0..diff.before.as_ref().map_or(0, |before| before.labels + before.patterns)).step_by(STEP) {
        removed(&shard.index.pin(), &list, start, &mut diff);
        yield_now().await;
    }
    Ok(diff)
}

fn unchanged(view: &impl View, load: &ListLoad) -> Diff {
    let before = view.name_list(&load.tld, &load.name).map(row);
    let count = |of: fn(&ListRow) -> usize| before.as_ref().map_or(0, of);
    Diff {
        tld: load.tld.clone(),
        name: load.name.clone(),
        kind: load.kind.0.name(),
        class: (!load.class.is_empty()).then(|| load.class.clone()),
        labels: count(|row| row.labels),
        patterns: count(|row| row.patterns),
        before,
        added: Names::default(),
        removed: Names::default(),
        registered: Names::default(),
    }
}

/// Counts those of some labels or patterns of a list that are not on the one that is there.
fn added(view: &impl View, list: &NameList, names: &[String], is_pattern: bool, diff: &mut Diff) {
    let before = view.name_list(&list.tld, &list.name);
    for name in names {
        let known = before.is_some_and(|before| {
            let names = if is_pattern { &before.patterns } else { &before.labels };
            names.binary_search_by(|known| known.as_str().cmp(name)).is_ok()
        });
        if known {
            continue;
        }
        diff.added.add(name);
        if !is_pattern && view.domain(&format!("{name}.{}", list.tld)).is_some() {
            diff.registered.add(name);
        }
    }
}

/// Counts those of the labels and patterns of the list that is there, from a place on, which a list does not have.
fn removed(view: &impl View, list: &NameList, start: usize, diff: &mut Diff) {
    let Some(before) = view.name_list(&list.tld, &list.name) else { return };
    for name in before.labels.iter().chain(before.patterns.iter()).skip(start).take(STEP) {
        let names = if name.contains('?') { &list.patterns } else { &list.labels };
        if names.binary_search_by(|kept| kept.as_str().cmp(name)).is_err() {
            diff.removed.add(name);
        }
    }
}
