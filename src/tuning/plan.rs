//! What would be set: each setting with its value and the reason, and what no file of ours can set.

use std::path::PathBuf;

use super::placement::{self, Placement};
use crate::runtime::net::BACKLOG;
use crate::runtime::survey::{Fact, Interface, Survey};

/// Microseconds of polling that `benches/epp` and `benches/echo_floor` measure.
const SPIN_US: u32 = 50;
/// `LimitNOFILE=` of the unit.
pub const DESCRIPTORS: u64 = 1_048_576;
/// Where `StateDirectory=` of the unit is.
pub const DEFAULT_DATA_DIR: &str = "/var/lib/domesday";
/// What `domesday config reference` has for epp.listen, rdap.listen and metrics.listen.
const PORTS: &[u16] = &[443, 700, 9700];

/// What the operator says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// `data.dir`.
    pub data_dir: PathBuf,
    /// The interface that is served; none: the likeliest.
    pub interface: Option<String>,
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name in its file.
    pub key: String,
    /// What it is to be.
    pub value: String,
    /// Why, in one line.
    pub why: String,
    /// What comes of it.
    pub state: State,
}

/// Whether something is to be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is.
    Set,
    /// It is so already.
    Stays,
    /// Nobody can tell: for this reason.
    Unknown(String),
}

/// All that would be set.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Which core does what.
    pub placement: Placement,
    /// Of the registry's configuration file; TOML values.
    pub config: Vec<Setting>,
    /// Of the kernel.
    pub sysctl: Vec<Setting>,
    /// Of the systemd unit, besides what its template has.
    pub unit: Vec<Setting>,
    /// What is left to the operator.
    pub by_hand: Vec<String>,
}

impl Plan {
    /// What to set on a machine; `None` when this process may use no core.
    pub fn new(survey: &Survey, wishes: &Wishes) -> Option<Self> {
        let interface = placement::interface(survey, wishes.interface.as_deref());
        let placement = placement::place(survey, interface)?;
        Some(Self {
            config: config(survey, &placement),
            sysctl: sysctl(survey),
            unit: unit(survey, wishes, &placement, interface),
            by_hand: by_hand(survey, &placement, interface),
            placement,
        })
    }
}

fn set(key: &str, value: impl Into<String>, why: impl Into<String>) -> Setting {
    Setting { key: key.into(), value: value.into(), why: why.into(), state: State::Set }
}

fn config(survey: &Survey, placement: &Placement) -> Vec<Setting> {
    let shards = match (placement.physical, placement.threads > placement.physical) {
        _ if placement.split => {
            "There is one core: its threads share the work, which slows them less than taking turns on one of them (reasoned, \
             not measured here)."
        }
        (1, _) => {
            "The only core; the ledger, the kernel and the hashing of passwords share it (reasoned, not measured here)."
        }
        (2, _) => {
            "One shard: a second one would share its core with the ledger, interrupts and hashing, each of which stops all its \
             sessions for its time. For the highest rate of queries rather than the shortest tail, name both cores and let \
             ledger_core be -1 (reasoned, not measured here)."
        }
        (_, true) => {
            "One shard a physical core; its other threads stay idle, since they would share its caches and units (reasoned, \
             not measured here)."
        }
        (_, false) => "One shard a core: all work of a session happens on it (reasoned, not measured here).",
    };
    let ledger = match placement.physical {
        1 => "No core to give it: the kernel finds it a place (reasoned, not measured here).",
        2 | 3 => {
            "With interrupts and the rest of the machine, away from the shards: it waits for the disk most of the time \
             (reasoned, not measured here)."
        }
        _ => {
            "A core of its own: each transform waits for it, and one ledger serves all shards (reasoned, not measured here)."
        }
    };
    let (spin, spin_why) = spin(survey, placement);
    vec![
        set("runtime.shard_cores", format!("{:?}", placement.shards), shards),
        set("runtime.ledger_core", placement.ledger.map_or("-1".to_owned(), |core| core.to_string()), ledger),
        set("runtime.spin_us", spin.to_string(), spin_why),
        set(
            "index.prefault",
            "true",
            "The default: one page fault stops every session of that core while the disk works.",
        ),
        set(
            "index.lock_memory",
            "true",
            "So that the kernel never takes the index out of memory again; takes LimitMEMLOCK=infinity of the unit, and as \
             much memory as the index is large: false where that is not there.",
        ),
    ]
}

fn spin(survey: &Survey, placement: &Placement) -> (u32, String) {
    let none = |why: &str| (0, format!("{why} (reasoned, not measured here)."));
    match &survey.virtual_machine {
        _ if !placement.undisturbed => none("Who polls keeps the core from all else that has to run on it"),
        Ok(Some(_)) => none(
            "A virtual core that polls looks busy to the hypervisor, which then gives its time to others when it is needed",
        ),
        Err(_) => none("Whether this is a virtual machine cannot be told, and a virtual core that polls looks busy"),
        Ok(None) => (
            SPIN_US,
            "Each shard and the ledger have a core of their own: polling spares the next request the waking and burns the core \
             for so long after each; `cargo bench --bench echo_floor` measures what it buys on a machine."
                .to_owned(),
        ),
    }
}

/// What a kernel setting is to be.
enum Wanted {
    AtLeast(u64),
    AtMost(u64),
    OneOf(&'static [&'static str]),
}

fn sysctl(survey: &Survey) -> Vec<Setting> {
    use Wanted::{AtLeast, AtMost, OneOf};
    let backlog = u64::try_from(BACKLOG).unwrap_or(u64::MAX);
    let mut all = vec![
        (
            "net.core.somaxconn",
            AtLeast(backlog),
            "Connections that wait to be accepted: each listener asks for so many, and the kernel cuts that to this.",
        ),
        ("net.ipv4.tcp_max_syn_backlog", AtLeast(backlog), "Handshakes of TCP under way on one listener, to match."),
        (
            "net.ipv4.tcp_syncookies",
            OneOf(&["1", "2"]),
            "A flood of SYN must not keep registrars out; costs nothing while there is none.",
        ),
        ("fs.nr_open", AtLeast(DESCRIPTORS), "Descriptors of one process: below, LimitNOFILE= of the unit is refused."),
        ("fs.file-max", AtLeast(DESCRIPTORS), "Descriptors of the whole machine, no fewer than of the one process."),
        ("kernel.io_uring_disabled", OneOf(&["0"]), "The executors run on io_uring and do not start without it."),
        (
            "vm.swappiness",
            AtMost(1),
            "Records since the last checkpoint and sessions lie in memory that could be swapped; getting a page back stops \
             every session of that core (reasoned, not measured here).",
        ),
    ];
    if survey.nodes.as_ref().is_ok_and(|nodes| nodes.len() > 1) {
        all.push((
            "kernel.numa_balancing",
            OneOf(&["0"]),
            "Threads are pinned and memory is on their node; balancing unmaps pages to see who uses them, and each of those \
             faults stops a core (reasoned, not measured here).",
        ));
    }
    let mut settings: Vec<_> = all.into_iter().map(|(key, wanted, why)| judged(survey, key, &wanted, why)).collect();
    settings.push(reserved_ports(survey));
    settings
}

fn judged(survey: &Survey, key: &str, wanted: &Wanted, why: &str) -> Setting {
    let target = match wanted {
        Wanted::AtLeast(least) => least.to_string(),
        Wanted::AtMost(most) => most.to_string(),
        Wanted::OneOf(values) => values.first().map(ToString::to_string).unwrap_or_default(),
    };
    let good = |now: &str| match wanted {
        // What is more than a u64 is more than we want.
        Wanted::AtLeast(least) => now.parse::<u64>().map_or(!now.starts_with('-'), |now| now >= *least),
        Wanted::AtMost(most) => now.parse::<u64>().is_ok_and(|now| now <= *most),
        Wanted::OneOf(values) => values.contains(&now),
    };
    match survey.kernel_setting(key) {
        Ok(now) if good(&now) => Setting { state: State::Stays, ..set(key, now, why) },
        Ok(now) => set(key, target, format!("{why} Now {now}.")),
        Err(unknown) => Setting { state: State::Unknown(unknown), ..set(key, target, why) },
    }
}

/// A listener's port must not be one that the kernel may give to somebody's outgoing connection.
fn reserved_ports(survey: &Survey) -> Setting {
    const KEY: &str = "net.ipv4.ip_local_reserved_ports";
    const WHY: &str = "The usual ports of EPP, RDAP and /metrics: an outgoing connection that had got one would keep the \
                       listener from starting.";
    let range: Fact<(u16, u16)> = survey.kernel_setting("net.ipv4.ip_local_port_range").and_then(|text| {
        let bounds = text.split_once(' ').and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
        bounds.ok_or_else(|| format!("net.ipv4.ip_local_port_range: {text:?} is no range"))
    });
    let reserved = survey.kernel_setting(KEY);
    let state = |state, value: String| Setting { state, ..set(KEY, value, WHY) };
    match (range, reserved) {
        (Ok((first, last)), Ok(reserved)) => {
            let covered = |port: &u16| reserved.split(',').any(|part| in_range(part, *port));
            let missing: Vec<String> = PORTS
                .iter()
                .filter(|port| (first..=last).contains(*port) && !covered(port))
                .map(u16::to_string)
                .collect();
            let kept = (!reserved.is_empty()).then_some(reserved);
            match missing.is_empty() {
                true => {
                    state(State::Stays, kept.unwrap_or_else(|| format!("(none; outgoing ports are {first} to {last})")))
                }
                false => state(State::Set, kept.into_iter().chain(missing).collect::<Vec<_>>().join(",")),
            }
        }
        (Err(unknown), _) | (_, Err(unknown)) => {
            let all: Vec<_> = PORTS.iter().map(u16::to_string).collect();
            state(State::Unknown(unknown), all.join(","))
        }
    }
}

fn in_range(part: &str, port: u16) -> bool {
    let (first, last) = part.split_once('-').unwrap_or((part, part));
    matches!((first.parse::<u16>(), last.parse::<u16>()), (Ok(first), Ok(last)) if (first..=last).contains(&port))
}

fn unit(survey: &Survey, wishes: &Wishes, placement: &Placement, interface: Option<&Interface>) -> Vec<Setting> {
    let mut settings = Vec::new();
    let data_dir = wishes.data_dir.display().to_string();
    if data_dir != DEFAULT_DATA_DIR {
        settings.push(set(
            "ReadWritePaths",
            quoted(&data_dir),
            "ProtectSystem=strict leaves only StateDirectory= writable, and data.dir is elsewhere.",
        ));
    }
    let used = placement.used();
    if used != survey.process.cores {
        settings.push(set(
            "CPUAffinity",
            ranges(&used, " "),
            "Threads that are not pinned (password hashing, checkpoints, the log's writer) stay off idle threads of the \
             shards' cores and off other nodes; it must name every core of shard_cores (reasoned, not measured here).",
        ));
    }
    if let Some(node) = placement.node {
        settings.push(set(
            "NUMAPolicy",
            "preferred",
            "Memory of the node that all threads run on, while there is some.",
        ));
        settings.push(set("NUMAMask", node.to_string(), "That node."));
    }
    if let Some((interface, list)) = interface.and_then(|it| Some((it, listed(it)?)))
        && steers(placement, interface)
    {
        // -P: a shell takes `..` for the name above otherwise, where the kernel takes it for the parent of a link's target.
        let cores = ranges(&placement.rest, ",");
        settings.push(set(
            "ExecStartPre",
            format!("-+/bin/sh -c 'cd -P {list} && for i in *; do echo {cores} > /proc/irq/$$i/smp_affinity_list; done'"),
            format!(
                "Interrupts of {} away from the shards: they come first wherever they land. The kernel spreads them over these \
                 cores; keep irqbalance from moving them again (reasoned, not measured here).",
                interface.name
            ),
        ));
    }
    settings
}

/// Whether there are interrupts to move and cores to move them to.
fn steers(placement: &Placement, interface: &Interface) -> bool {
    !placement.rest.is_empty() && interface.interrupts.as_ref().is_ok_and(|found| !found.is_empty())
}

/// The directory with an interface's interrupts, where a shell can be told it as it is.
fn listed(interface: &Interface) -> Option<&str> {
    let plain = |path: &&str| path.chars().all(|c| c.is_ascii_alphanumeric() || "/._-:".contains(c));
    interface.interrupt_list.as_deref().filter(plain)
}

/// A path as systemd reads it.
fn quoted(path: &str) -> String {
    format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%").replace('\n', "\\n"))
}

/// `0-3,8`, or with another separator.
pub fn ranges(cores: &[usize], separator: &str) -> String {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for core in cores {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == *core => *last = *core,
            _ => parts.push((*core, *core)),
        }
    }
    let shown =
        |(first, last): (usize, usize)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    parts.into_iter().map(shown).collect::<Vec<_>>().join(separator)
}

fn by_hand(survey: &Survey, placement: &Placement, interface: Option<&Interface>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Err(error) = &survey.process.io_uring {
        notes.push(format!(
            "io_uring is refused here ({error}): the registry does not start; a container's profile must allow it."
        ));
    }
    if survey.process.memlock != u64::MAX {
        notes.push(format!(
            "locked memory is limited to {} KiB here: the unit lifts that; without it, `ulimit -l unlimited` before the start, or \
             no more of the index than that stays in memory for good.",
            survey.process.memlock / 1024
        ));
    }
    if let Ok(Some(quota)) = survey.quota {
        notes.push(format!(
            "the control group may use {}.{:02} cores; when that is used up all threads stop until the next period. Give whole \
             cores instead of a quota (AllowedCPUs=, cpuset).",
            quota / 100,
            quota % 100
        ));
    }
    if let Some(interface) = interface {
        notes.extend(interface_notes(placement, interface));
    }
    if survey.huge_pages.as_deref() == Ok("always") {
        notes.push(
            "transparent huge pages are `always`: making one may stop the thread that faulted while memory is moved together. \
             transparent_hugepage=madvise on the kernel's command line (reasoned, not measured here)."
                .to_owned(),
        );
    }
    if let Ok(governors) = &survey.governors
        && governors.iter().any(|governor| governor != "performance")
    {
        notes.push(format!(
            "the frequency governor is {}: a core that wakes is slow at first. `cpupower frequency-set -g performance` (reasoned, \
             not measured here).",
            governors.join(" and ")
        ));
    }
    if let Ok(source) = &survey.clock_source
        && !["tsc", "kvm-clock", "arch_sys_counter", "hyperv_clocksource_tsc_page"].contains(&source.as_str())
    {
        notes.push(format!(
            "the clock source is {source}: where it is not read in user space each look at the clock is a system call; see \
             whether tsc is offered in available_clocksource (reasoned, not measured here)."
        ));
    }
    if let Ok(Some(by)) = &survey.virtual_machine {
        notes.push(format!(
            "this is a virtual machine, by {by}: pinning holds only as far as the hypervisor gives each virtual core a real one; \
             watch the steal time (%st of top)."
        ));
    }
    notes
}

fn interface_notes(placement: &Placement, interface: &Interface) -> Vec<String> {
    let (name, queues, cores) = (&interface.name, interface.receive_queues, placement.rest.len());
    let mut notes = Vec::new();
    if steers(placement, interface) {
        if listed(interface).is_none() {
            let numbers: Vec<_> = interface.interrupts.iter().flatten().map(|found| found.number.to_string()).collect();
            notes.push(format!(
                "the interrupts of {name} have numbers for this boot only, {}; echo {} > /proc/irq/NUMBER/smp_affinity_list for \
                 each keeps them off the shards.",
                numbers.join(", "),
                ranges(&placement.rest, ",")
            ));
        }
        if queues > cores {
            notes.push(format!(
                "{name} has {queues} queues for {cores} cores that serve its interrupts: `ethtool -L {name} combined {cores}` makes \
                 fewer and fuller ones (reasoned, not measured here)."
            ));
        }
    }
    if placement.rest.len() > 1 && queues == 1 {
        notes.push(format!(
            "{name} has one queue, so that one core takes all packets; where the device has more, `ethtool -L {name} combined N`."
        ));
    }
    notes
}
