//! What `domesday tune` has to know of a machine: each fact, or why there is none. Containers hide much of it.

use std::io;
use std::path::Path;

use super::disk_probe::DiskLatency;
use super::probe::Machine;

/// A fact, or in words why it is not known.
pub type Fact<T> = Result<T, String>;

/// Settings of the kernel that are looked at.
pub const KERNEL_SETTINGS: &[&str] = &[
    "fs.file-max",
    "fs.nr_open",
    "kernel.io_uring_disabled",
    "kernel.numa_balancing",
    "net.core.somaxconn",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_max_syn_backlog",
    "net.ipv4.tcp_syncookies",
    "vm.swappiness",
];
/// Cores a list may name; more is no list of cores.
const CORES: usize = 65_536;

/// A machine as its `/sys` and `/proc` describe it.
#[derive(Clone, Debug)]
pub struct Survey {
    /// What this process may use, by system calls.
    pub process: Machine,
    /// The cores this process may run on, each with the cores (itself included) that share its physical core.
    pub cores: Vec<(usize, Fact<Vec<usize>>)>,
    /// Hundredths of a core that the control group may use; none: no such limit.
    pub quota: Fact<Option<u64>>,
    /// NUMA nodes by number, with their cores.
    pub nodes: Fact<Vec<(usize, Vec<usize>)>>,
    /// Network interfaces with a device behind them.
    pub interfaces: Fact<Vec<Interface>>,
    /// By what it shows itself to be a virtual machine; none: it does not.
    pub virtual_machine: Fact<Option<String>>,
    /// When the kernel gives huge pages unasked: `always`, `madvise`, `never`.
    pub huge_pages: Fact<String>,
    /// What the kernel reads the time from.
    pub clock_source: Fact<String>,
    /// The frequency governors in use, each once.
    pub governors: Fact<Vec<String>>,
    /// The [`KERNEL_SETTINGS`], in their order.
    pub kernel: Vec<(&'static str, Fact<String>)>,
    /// How long the disk takes.
    pub disk: Fact<DiskLatency>,
}

/// A network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// As `eth0`.
    pub name: String,
    /// Whether it has a link.
    pub up: bool,
    /// Queues of packets that arrive.
    pub receive_queues: usize,
    /// The NUMA node its device hangs on; none: the machine names none.
    pub node: Fact<Option<usize>>,
    /// Where its interrupts are listed below /sys, which outlives their numbers; nothing where no list is.
    pub interrupt_list: Option<String>,
    /// Its interrupts.
    pub interrupts: Fact<Vec<Interrupt>>,
}

/// An interrupt of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interrupt {
    /// Its number, for this boot.
    pub number: u32,
    /// As `virtio2-input.0`; the kernel's name for it.
    pub name: String,
    /// The cores that may serve it, as the kernel lists them.
    pub cores: Fact<String>,
}

impl Survey {
    /// Reads what is below `root`, which is `/` but in tests.
    pub fn read(root: &Path, process: Machine, disk: Fact<DiskLatency>) -> Self {
        let files = Files(root);
        let siblings = |core: &usize| (*core, files.siblings(*core));
        Self {
            cores: process.cores.iter().map(siblings).collect(),
            quota: files.quota(),
            nodes: files.nodes(),
            interfaces: files.interfaces(),
            virtual_machine: files.virtual_machine(),
            huge_pages: files.huge_pages(),
            clock_source: files.text("sys/devices/system/clocksource/clocksource0/current_clocksource"),
            governors: files.governors(&process.cores),
            kernel: KERNEL_SETTINGS.iter().map(|key| (*key, files.kernel_setting(key))).collect(),
            process,
            disk,
        }
    }

    /// One of the [`KERNEL_SETTINGS`].
    pub fn kernel_setting(&self, key: &str) -> Fact<String> {
        let found = self.kernel.iter().find(|(name, _)| *name == key);
        found.map_or_else(|| Err(format!("{key} was not looked at")), |(_, fact)| fact.clone())
    }
}

/// The files of a machine, by their paths without the leading slash.
struct Files<'a>(&'a Path);

impl Files<'_> {
    fn text(&self, path: &str) -> Fact<String> {
        let text = std::fs::read_to_string(self.0.join(path)).map_err(|error| why(path, &error))?;
        Ok(text.trim().to_owned())
    }

    /// The names in a directory, sorted.
    fn names(&self, path: &str) -> Fact<Vec<String>> {
        let entries = std::fs::read_dir(self.0.join(path)).map_err(|error| why(path, &error))?;
        let mut names: Vec<_> =
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        Ok(names)
    }

    fn is_there(&self, path: &str) -> bool {
        self.0.join(path).exists()
    }

    fn list(&self, path: &str) -> Fact<Vec<usize>> {
        let text = self.text(path)?;
        core_list(&text).ok_or_else(|| format!("/{path}: {text:?} is no list of cores"))
    }

    fn siblings(&self, core: usize) -> Fact<Vec<usize>> {
        self.list(&format!("sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list"))
    }

    /// Of the control group that is the root of this view: a container's own.
    fn quota(&self) -> Fact<Option<u64>> {
        const PATH: &str = "sys/fs/cgroup/cpu.max";
        // The kernel's own root group has no such file.
        if !self.is_there(PATH) {
            return Ok(None);
        }
        let text = self.text(PATH)?;
        let mut words = text.split_whitespace();
        let (quota, period) = (words.next(), words.next().and_then(|word| word.parse::<u64>().ok()));
        match (quota, period) {
            (Some("max"), _) => Ok(None),
            (Some(quota), Some(period @ 1..)) if quota.parse::<u64>().is_ok() => {
                Ok(quota.parse::<u64>().ok().map(|quota| quota.saturating_mul(100) / period))
            }
            _ => Err(format!("/{PATH}: {text:?} is no quota")),
        }
    }

    fn nodes(&self) -> Fact<Vec<(usize, Vec<usize>)>> {
        const PATH: &str = "sys/devices/system/node";
        let names = self.names(PATH)?;
        let numbers = names.iter().filter_map(|name| name.strip_prefix("node")?.parse::<usize>().ok());
        let mut nodes = numbers
            .map(|node| Ok((node, self.list(&format!("{PATH}/node{node}/cpulist"))?)))
            .collect::<Fact<Vec<_>>>()?;
        nodes.sort();
        if nodes.is_empty() { Err(format!("/{PATH} names no node")) } else { Ok(nodes) }
    }

    fn interfaces(&self) -> Fact<Vec<Interface>> {
        const PATH: &str = "sys/class/net";
        let names = self.names(PATH)?;
        let real = names.into_iter().filter(|name| self.is_there(&format!("{PATH}/{name}/device")));
        Ok(real.map(|name| self.interface(name)).collect())
    }

    fn interface(&self, name: String) -> Interface {
        let path = format!("sys/class/net/{name}");
        let queues = self.names(&format!("{path}/queues")).unwrap_or_default();
        // A virtio device stands between the interface and the PCI function that has the interrupts and the node.
        let places = [format!("{path}/device"), format!("{path}/device/..")];
        let interrupt_list = places.iter().map(|place| format!("{place}/msi_irqs")).find(|place| self.is_there(place));
        let node = places.iter().map(|place| format!("{place}/numa_node")).find(|place| self.is_there(place));
        Interface {
            up: self.text(&format!("{path}/operstate")).is_ok_and(|state| state == "up"),
            receive_queues: queues.iter().filter(|queue| queue.starts_with("rx-")).count(),
            node: node.map_or_else(
                || Err(format!("/{path}/device/numa_node is not there")),
                // -1 where the firmware names none.
                |path| self.text(&path).map(|text| text.parse().ok()),
            ),
            interrupts: self.interrupts(&name, interrupt_list.as_deref()),
            interrupt_list: interrupt_list.map(|list| format!("/{list}")),
            name,
        }
    }

    fn interrupts(&self, interface: &str, list: Option<&str>) -> Fact<Vec<Interrupt>> {
        let listed = list.map(|list| self.names(list)).transpose()?.unwrap_or_default();
        let mut found = Vec::new();
        for line in self.text("proc/interrupts")?.lines() {
            let Some((number, rest)) = line.split_once(':') else { continue };
            let (Ok(number), Some(name)) = (number.trim().parse::<u32>(), rest.split_whitespace().last()) else {
                continue;
            };
            let named = name.strip_prefix(interface).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
            if named || listed.contains(&number.to_string()) {
                let cores = self.text(&format!("proc/irq/{number}/smp_affinity_list"));
                found.push(Interrupt { number, name: name.to_owned(), cores });
            }
        }
        Ok(found)
    }

    fn virtual_machine(&self) -> Fact<Option<String>> {
        if let Ok(kind) = self.text("sys/hypervisor/type") {
            return Ok(Some(format!("hypervisor {kind}")));
        }
        let maker = self.text("sys/class/dmi/id/sys_vendor").and_then(|maker| {
            let product = self.text("sys/class/dmi/id/product_name")?;
            Ok(format!("{maker} {product}"))
        });
        const MAKERS: &[&str] =
            &["QEMU", "KVM", "VMware", "Virtual", "Xen", "Amazon EC2", "Google Compute", "OpenStack"];
        if let Ok(maker) = &maker
            && MAKERS.iter().any(|mark| maker.contains(mark))
            && !maker.contains(".metal")
        {
            return Ok(Some(maker.clone()));
        }
        let processor = self.text("proc/cpuinfo")?;
        // Only x86 says it there.
        match processor.lines().find(|line| line.starts_with("flags")) {
            Some(flags) if flags.split_whitespace().any(|flag| flag == "hypervisor") => {
                Ok(Some("the processor's flag `hypervisor`".to_owned()))
            }
            Some(_) => Ok(None),
            None => maker.map(|_| None),
        }
    }

    fn huge_pages(&self) -> Fact<String> {
        const PATH: &str = "sys/kernel/mm/transparent_hugepage/enabled";
        let text = self.text(PATH)?;
        let chosen = text.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
        chosen.map(|(word, _)| word.to_owned()).ok_or_else(|| format!("/{PATH}: {text:?} has no choice in brackets"))
    }

    fn governors(&self, cores: &[usize]) -> Fact<Vec<String>> {
        let path = |core: &usize| format!("sys/devices/system/cpu/cpu{core}/cpufreq/scaling_governor");
        let mut all = cores.iter().map(|core| self.text(&path(core))).collect::<Fact<Vec<_>>>()?;
        all.sort();
        all.dedup();
        Ok(all)
    }

    fn kernel_setting(&self, key: &str) -> Fact<String> {
        let text = self.text(&format!("proc/sys/{}", key.replace('.', "/")))?;
        Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

fn why(path: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("/{path} is not there"),
        _ => format!("/{path}: {error}"),
    }
}

/// The cores of a list like `0-3,8`; nothing if it is none.
fn core_list(text: &str) -> Option<Vec<usize>> {
    let mut cores = Vec::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        if first > last || last >= CORES {
            return None;
        }
        cores.extend(first..=last);
    }
    Some(cores)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_cores() {
        for (text, cores) in [
            ("0", Some(vec![0])),
            ("0-2,5", Some(vec![0, 1, 2, 5])),
            ("", Some(vec![])),
            ("3-1", None),
            ("0-99999999999", None),
            ("all", None),
        ] {
            assert_eq!(core_list(text), cores, "{text}");
        }
    }

    #[test]
    fn what_is_not_there_is_said_and_a_quota_is_read_in_hundredths() {
        let root = tempfile::tempdir().expect("a directory");
        let process = Machine { cores: vec![0], ..Machine::probe() };
        let survey = Survey::read(root.path(), process, Err("not measured".into()));
        assert_eq!(survey.nodes, Err("/sys/devices/system/node is not there".into()));
        let siblings = "/sys/devices/system/cpu/cpu0/topology/thread_siblings_list is not there";
        assert_eq!(survey.cores, [(0, Err(siblings.into()))]);
        assert_eq!(survey.quota, Ok(None));
        assert!(survey.kernel.iter().all(|(_, fact)| fact.is_err()) && survey.virtual_machine.is_err());
        let group = root.path().join("sys/fs/cgroup");
        std::fs::create_dir_all(&group).expect("a directory");
        for (text, quota) in [("max 100000", Ok(None)), ("250000 100000", Ok(Some(250))), ("250000 0", Err(()))] {
            std::fs::write(group.join("cpu.max"), text).expect("a file");
            assert_eq!(Files(root.path()).quota().map_err(drop), quota, "{text}");
        }
    }
}
