//! Which core does what: shards, the ledger, and the rest of the machine. Reasoned from how the engine works
//! ([`crate::manual::architecture`]), not measured on machines of each size.

use std::collections::BTreeMap;

use crate::runtime::survey::{Interface, Survey};

/// Physical cores from which on the rest of the machine (kernel, interrupts, hashing threads) gets cores of its own.
const APART: usize = 4;
/// One in so many physical cores is for the rest. A packet costs a small part of the TLS and XML that it carries.
const SHARE_OF_THE_REST: usize = 8;

/// Cores by their work. One physical core is named by its lowest thread; other threads of a shard's core stay idle, since
/// they would share its caches and units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Physical cores that were found usable; threads, where they are those of the only core.
    pub physical: usize,
    /// Threads of all of them.
    pub threads: usize,
    /// Whether the threads of the only core are placed as if they were cores.
    pub split: bool,
    /// The NUMA node that everything is on, where there are several.
    pub node: Option<usize>,
    /// A shard each.
    pub shards: Vec<usize>,
    /// The ledger's; none: the kernel finds it one.
    pub ledger: Option<usize>,
    /// For interrupts and all that is not pinned, threads included; shares the ledger's core where there are few. Empty: no
    /// core is kept for it.
    pub rest: Vec<usize>,
    /// Whether shards and ledger have physical cores that nothing else is placed on.
    pub undisturbed: bool,
}

/// The interface that the registry serves: the one that is named, or else one with a link and the most queues.
pub fn interface<'a>(survey: &'a Survey, named: Option<&str>) -> Option<&'a Interface> {
    let all = survey.interfaces.as_ref().ok()?;
    match named {
        Some(name) => all.iter().find(|interface| interface.name == name),
        // The first of those that are equal.
        None => all.iter().rev().max_by_key(|interface| (interface.up, interface.receive_queues)),
    }
}

/// Places everything; `None` when this process may use no core at all.
pub fn place(survey: &Survey, interface: Option<&Interface>) -> Option<Placement> {
    let (node, mut on_node) = one_node(survey, interface, physical_cores(survey));
    // Two threads of one core are slower than two cores, and better than taking turns on one of them.
    let split = on_node.len() == 1 && on_node.iter().any(|core| core.len() > 1);
    if split {
        on_node = on_node.into_iter().flatten().map(|thread| vec![thread]).collect();
    }
    let usable = within_quota(survey, on_node);
    let (physical, threads) = (usable.len(), usable.iter().map(Vec::len).sum());
    let mut cores = usable.into_iter();
    let first = cores.next()?;
    let named = |core: Vec<usize>| core.first().copied();
    // A shard is not to share with the rest, since all sessions of that core would wait: tails come before rates. The
    // lowest cores go to the rest, where most kernels put their own work and the first interrupts.
    let (rest, ledger) = match physical {
        1 => (vec![], None),
        2..APART => (first.clone(), named(first.clone())),
        _ => {
            let further = cores.by_ref().take(physical.div_ceil(SHARE_OF_THE_REST) - 1).collect::<Vec<_>>();
            let rest = std::iter::once(first.clone()).chain(further).flatten().collect();
            (rest, cores.next().and_then(named))
        }
    };
    let shards = if physical == 1 { named(first).into_iter().collect() } else { cores.filter_map(named).collect() };
    Some(Placement { physical, threads, split, node, shards, ledger, rest, undisturbed: physical >= APART && !split })
}

impl Placement {
    /// Every core that is used, lowest first.
    pub fn used(&self) -> Vec<usize> {
        let mut used: Vec<_> = self.rest.iter().chain(&self.shards).chain(&self.ledger).copied().collect();
        used.sort_unstable();
        used.dedup();
        used
    }
}

/// The cores this process may use, grouped by the physical core that they are threads of. One whose siblings are unknown
/// stands for itself.
fn physical_cores(survey: &Survey) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (core, siblings) in &survey.cores {
        let lowest = siblings.as_ref().ok().and_then(|siblings| siblings.iter().min()).unwrap_or(core);
        groups.entry(*lowest).or_default().push(*core);
    }
    groups.into_values().collect()
}

/// The cores of one NUMA node, and which: that of the interface, or else the one with the most usable cores.
fn one_node(survey: &Survey, interface: Option<&Interface>, all: Vec<Vec<usize>>) -> (Option<usize>, Vec<Vec<usize>>) {
    let nodes = match &survey.nodes {
        Ok(nodes) if nodes.len() > 1 => nodes,
        _ => return (None, all),
    };
    let is_on = |core: &[usize], cores: &[usize]| core.first().is_some_and(|thread| cores.contains(thread));
    let near = interface.and_then(|interface| interface.node.clone().ok().flatten());
    let usable =
        nodes.iter().rev().map(|(node, cores)| (all.iter().filter(|core| is_on(core, cores)).count(), node, cores));
    let best = usable.filter(|(count, ..)| *count > 0).max_by_key(|(count, node, _)| (Some(**node) == near, *count));
    match best {
        Some((_, node, cores)) => (Some(*node), all.iter().filter(|core| is_on(core, cores)).cloned().collect()),
        None => (None, all),
    }
}

/// As many cores as the control group lets run at once: more threads would only use the quota up sooner, and then all stop.
fn within_quota(survey: &Survey, mut cores: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    if let Ok(Some(hundredths)) = survey.quota {
        cores.truncate(usize::try_from(hundredths / 100).unwrap_or(usize::MAX).max(1));
    }
    cores
}
