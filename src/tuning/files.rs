//! The plan as files: a fragment of our configuration, settings of the kernel, a systemd unit; and the facts it came from.

use std::fmt::Write as _;

use super::placement::{self, Placement};
use super::plan::{Plan, Setting, State, Wishes, ranges};
use crate::runtime::disk_probe::{DiskLatency, WRITE};
use crate::runtime::executor::MEMLOCK_NEEDED;
use crate::runtime::survey::{Fact, Interface, Survey};

/// The unit that is shipped; ours is that one and what the machine needs besides.
const UNIT: &str = include_str!("../../tuning/domesday.service");

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: &'static str,
    /// What to do with it.
    pub used: &'static str,
    /// What is in it.
    pub text: String,
}

/// The three files.
pub fn files(survey: &Survey, wishes: &Wishes, plan: &Plan) -> [File; 3] {
    [
        File {
            name: "domesday-tune.toml",
            used: "merge it into your configuration, then `domesday config check` that",
            text: fragment(survey, wishes, plan),
        },
        File {
            name: "90-domesday.conf",
            used: "put it into /etc/sysctl.d/, then `sysctl --system`",
            text: sysctl(plan),
        },
        File {
            name: "domesday.service",
            used: "put it into /etc/systemd/system/, then `systemctl daemon-reload` and restart the registry",
            text: unit(plan),
        },
    ]
}

fn fragment(survey: &Survey, wishes: &Wishes, plan: &Plan) -> String {
    let mut out = format!("# By `domesday tune`, for {}.\n", machine_in_short(survey, wishes, &plan.placement));
    out.push_str("# Merge it into the registry's configuration, and let `domesday config check` judge the whole.\n");
    let _ = writeln!(out, "# data.dir is taken to be {:?}: {}.", wishes.data_dir, disk(&survey.disk));
    if !plan.placement.rest.is_empty() {
        let _ = writeln!(
            out,
            "# Cores without a shard, for interrupts (by the unit) and what is not pinned: {}.",
            ranges(&plan.placement.rest, ",")
        );
    }
    let mut section = "";
    for setting in &plan.config {
        let (table, name) = setting.key.split_once('.').unwrap_or(("", &setting.key));
        if table != section {
            let _ = writeln!(out, "\n[{table}]");
            section = table;
        }
        let _ = writeln!(out, "# {}\n{name} = {}", setting.why, setting.value);
    }
    out
}

fn sysctl(plan: &Plan) -> String {
    let mut out =
        "# By `domesday tune`: settings of the kernel for this machine. A line that is a comment sets nothing.\n"
            .to_owned();
    for Setting { key, value, why, state } in &plan.sysctl {
        let _ = match state {
            State::Set => writeln!(out, "\n# {why}\n{key} = {value}"),
            State::Stays => writeln!(out, "\n# {why}\n# {key} stays as it is: {value}"),
            State::Unknown(reason) => {
                writeln!(
                    out,
                    "\n# {why}\n# What it is now cannot be read here ({reason}); if it is there:\n# {key} = {value}"
                )
            }
        };
    }
    if !plan.by_hand.is_empty() {
        out.push_str("\n# What no file of these sets:\n");
        plan.by_hand.iter().for_each(|note| out.extend(["# - ", note, "\n"]));
    }
    out
}

/// The shipped unit with what this machine needs at the end of its `[Service]`.
fn unit(plan: &Plan) -> String {
    let Some((service, install)) = UNIT.split_once("\n[Install]") else { return UNIT.to_owned() };
    let mut out = service.to_owned();
    out.push_str("# By `domesday tune`, for this machine:\n");
    for Setting { key, value, why, .. } in &plan.unit {
        let _ = writeln!(out, "# {why}\n{key}={value}");
    }
    if plan.unit.is_empty() {
        out.push_str("# nothing besides.\n");
    }
    out + "\n[Install]" + install
}

/// What was found, a line each; what could not be read is said.
pub fn facts(survey: &Survey, wishes: &Wishes, plan: &Plan) -> String {
    let process = &survey.process;
    let rings = (plan.placement.shards.len() as u64 + 1) * MEMLOCK_NEEDED / 1024;
    let quota = survey.quota.as_ref().map(|quota| match quota {
        None => "no quota".to_owned(),
        Some(hundredths) => format!("a quota of {}.{:02} cores", hundredths / 100, hundredths % 100),
    });
    let nodes = survey.nodes.as_ref().map(|nodes| {
        let shown = nodes.iter().map(|(node, cores)| format!("node {node}: cores {}", ranges(cores, ",")));
        shown.collect::<Vec<_>>().join("; ")
    });
    let machine = survey.virtual_machine.as_ref().map(|by| match by {
        None => "does not show itself to be one".to_owned(),
        Some(by) => format!("yes, by {by}"),
    });
    let mut lines = vec![
        ("process", process.to_string()),
        ("memlock", format!("the executors' rings take {rings} KiB; the unit has no limit")),
        ("threads", siblings(survey)),
        ("cgroup", said(quota)),
        ("NUMA", said(nodes)),
        ("virtual machine", said(machine)),
        ("huge pages", said(survey.huge_pages.as_ref().cloned())),
        ("clock source", said(survey.clock_source.as_ref().cloned())),
        ("frequency", said(survey.governors.as_ref().map(|governors| format!("governor {}", governors.join(" and "))))),
        ("disk", format!("{:?}: {}", wishes.data_dir, disk(&survey.disk))),
    ];
    match &survey.interfaces {
        Ok(found) if found.is_empty() => {
            lines.push((
                "network",
                "no interface with a device (a container's has none); nothing is said of interrupts".into(),
            ));
        }
        Ok(found) => lines.extend(found.iter().map(|interface| ("network", shown(interface)))),
        Err(unknown) => lines.push(("network", said::<String>(Err(unknown)))),
    }
    let shown = |text: &String| if text.is_empty() { "(empty)".to_owned() } else { text.clone() };
    lines.extend(survey.kernel.iter().map(|(key, fact)| (*key, said(fact.as_ref().map(shown)))));
    lines.into_iter().fold(String::new(), |out, (name, what)| format!("{out}# {name:<32}  {what}\n"))
}

fn said<T: ToString>(fact: Result<T, &String>) -> String {
    fact.map_or_else(|unknown| format!("not known: {unknown}"), |what| what.to_string())
}

fn siblings(survey: &Survey) -> String {
    let mut groups: Vec<String> = Vec::new();
    for (_, siblings) in &survey.cores {
        match siblings {
            Ok(siblings) => groups.push(ranges(siblings, "+")),
            Err(unknown) => {
                return format!("not known: {unknown}; each core is taken for a physical one");
            }
        }
    }
    groups.dedup();
    let mut seen = std::collections::BTreeSet::new();
    groups.retain(|group| seen.insert(group.clone()));
    format!("physical cores by their threads: {}", groups.join(" "))
}

fn shown(interface: &Interface) -> String {
    let link = if interface.up { "up" } else { "no link" };
    let node = match &interface.node {
        Ok(Some(node)) => format!("node {node}"),
        Ok(None) => "no node of its own".to_owned(),
        Err(unknown) => format!("node not known: {unknown}"),
    };
    let interrupts = match &interface.interrupts {
        Ok(found) if found.is_empty() => "no interrupts found".to_owned(),
        Ok(found) => {
            let one = |it: &crate::runtime::survey::Interrupt| {
                format!("{} {} on {}", it.number, it.name, it.cores.as_deref().unwrap_or("cores not known"))
            };
            format!("interrupts {}", found.iter().map(one).collect::<Vec<_>>().join(", "))
        }
        Err(unknown) => format!("interrupts not known: {unknown}"),
    };
    format!("{} ({link}), {} to receive, {node}, {interrupts}", interface.name, queues(interface))
}

fn queues(interface: &Interface) -> String {
    format!("{} {}", interface.receive_queues, if interface.receive_queues == 1 { "queue" } else { "queues" })
}

fn machine_in_short(survey: &Survey, wishes: &Wishes, placement: &Placement) -> String {
    let Placement { physical, threads, .. } = placement;
    let mut parts = vec![match threads > physical {
        _ if placement.split => format!("1 core with {threads} threads"),
        true => format!("{physical} cores with {threads} threads"),
        false => format!("{physical} {}", if *physical == 1 { "core" } else { "cores" }),
    }];
    if survey.cores.len() > *threads {
        parts.push(format!("of {} threads in all", survey.cores.len()));
    }
    parts.extend(placement.node.map(|node| format!("on NUMA node {node}")));
    match placement::interface(survey, wishes.interface.as_deref()) {
        Some(interface) => parts.push(format!("{} with {}", interface.name, queues(interface))),
        None => parts.push("no interface known".to_owned()),
    }
    parts.push(match &survey.virtual_machine {
        Ok(None) => "no virtual machine".to_owned(),
        Ok(Some(_)) => "a virtual machine".to_owned(),
        Err(_) => "perhaps a virtual machine".to_owned(),
    });
    parts.join(", ")
}

fn disk(fact: &Fact<DiskLatency>) -> String {
    match fact {
        Err(why) => format!("write and fdatasync were not measured ({why})"),
        Ok(DiskLatency { writes, median, p99, longest }) => {
            let [median, p99, longest] = [median, p99, longest].map(|time| time.as_secs_f64() * 1000.0);
            format!(
                "write and fdatasync of {WRITE} octets, {writes} times: median {median:.3} ms, p99 {p99:.3} ms, longest \
                 {longest:.3} ms; each transform waits for one"
            )
        }
    }
}
