//! Machines that are described as their kernels would, and what would be set on them. The profiles of `tuning/profiles` are
//! what comes out.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use super::files::{facts, files};
use super::plan::{DEFAULT_DATA_DIR, Setting, State, ranges};
use super::{Plan, Survey, Wishes};
use crate::config::Config;
use crate::runtime::disk_probe::DiskLatency;
use crate::runtime::probe::Machine;

/// With it in the environment the profiles are written anew instead of compared.
const REWRITE: &str = "DOMESDAY_REWRITE_PROFILES";

/// A tree of files that says what a kernel says.
struct Tree {
    root: tempfile::TempDir,
    process: Machine,
}

impl Tree {
    /// A machine with so many cores of so many threads, on so many nodes; threads are numbered as on x86: first one of each
    /// core, then the others.
    fn new(cores: usize, threads: usize, nodes: usize) -> Self {
        let process = Machine {
            cores: (0..cores * threads).collect(),
            io_uring: Ok(()),
            memlock: 8 << 20,
            descriptors: 1024,
            page_size: 4096,
            kernel: "6.12.0".into(),
        };
        let tree = Self { root: tempfile::tempdir().expect("a directory"), process };
        for core in 0..cores * threads {
            let siblings: Vec<usize> = (0..threads).map(|thread| core % cores + thread * cores).collect();
            let path = format!("sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list");
            tree.write(&path, &ranges(&siblings, ","));
        }
        for node in 0..nodes {
            let on_node =
                (0..cores * threads).filter(|core| core % cores / (cores / nodes) == node).collect::<Vec<_>>();
            tree.write(&format!("sys/devices/system/node/node{node}/cpulist"), &ranges(&on_node, ","));
        }
        for (path, text) in [
            ("proc/cpuinfo", "processor : 0\nflags : fpu tsc\n"),
            ("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n"),
            ("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n"),
            ("proc/sys/fs/file-max", "9223372036854775807\n"),
            ("proc/sys/fs/nr_open", "1073741816\n"),
            ("proc/sys/kernel/io_uring_disabled", "0\n"),
            ("proc/sys/kernel/numa_balancing", "1\n"),
            ("proc/sys/net/core/somaxconn", "128\n"),
            ("proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n"),
            ("proc/sys/net/ipv4/ip_local_reserved_ports", "\n"),
            ("proc/sys/net/ipv4/tcp_max_syn_backlog", "2048\n"),
            ("proc/sys/net/ipv4/tcp_syncookies", "1\n"),
            ("proc/sys/vm/swappiness", "60\n"),
        ] {
            tree.write(path, text);
        }
        tree
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }

    /// An interface of a PCI device with so many queues, each with an interrupt from 40 on.
    fn interface(self, name: &str, queues: usize, node: i32) -> Self {
        let device = format!("sys/class/net/{name}/device");
        self.write(&format!("sys/class/net/{name}/operstate"), "up\n");
        self.write(&format!("{device}/numa_node"), &format!("{node}\n"));
        let mut interrupts = "           CPU0\n  8:   0  IO-APIC   8-edge      rtc0\n".to_owned();
        for queue in 0..queues {
            let number = 40 + queue;
            self.write(&format!("sys/class/net/{name}/queues/rx-{queue}/rps_cpus"), "0\n");
            self.write(&format!("{device}/msi_irqs/{number}"), "msix\n");
            self.write(&format!("proc/irq/{number}/smp_affinity_list"), "0\n");
            interrupts += &format!(" {number}:   0  PCI-MSIX-0000:01:00.0   {queue}-edge      {name}-TxRx-{queue}\n");
        }
        self.write("proc/interrupts", &(interrupts + "NMI:   0   Non-maskable interrupts\n"));
        self
    }

    fn governor(self, governor: &str) -> Self {
        for core in &self.process.cores {
            self.write(&format!("sys/devices/system/cpu/cpu{core}/cpufreq/scaling_governor"), governor);
        }
        self
    }

    fn survey(&self) -> Survey {
        let disk = Err("this is a profile: `domesday tune` measures yours".into());
        Survey::read(self.root.path(), self.process.clone(), disk)
    }

    fn plan(&self) -> Plan {
        Plan::new(&self.survey(), &wishes()).expect("cores")
    }
}

fn wishes() -> Wishes {
    Wishes { data_dir: DEFAULT_DATA_DIR.into(), interface: None }
}

/// A small virtual machine, its one interface virtio.
fn two_cores() -> Tree {
    let tree = Tree::new(2, 1, 1);
    tree.write("proc/cpuinfo", "flags : fpu tsc hypervisor\n");
    tree.write("sys/class/net/eth0/operstate", "up\n");
    tree.write("sys/class/net/eth0/queues/rx-0/rps_cpus", "0\n");
    tree.write("sys/class/net/lo/operstate", "unknown\n");
    tree.write("sys/devices/pci/03.0/numa_node", "-1\n");
    tree.write("sys/devices/pci/03.0/virtio2/vendor", "0x1af4\n");
    tree.write("sys/devices/pci/03.0/msi_irqs/38", "msix\n");
    symlink("../../../devices/pci/03.0/virtio2", tree.root.path().join("sys/class/net/eth0/device")).expect("a link");
    tree.write(
        "proc/interrupts",
        "  CPU0 CPU1\n 37: 0 0 PCI-MSIX virtio1-req.0\n 38: 0 7575 PCI-MSIX virtio2-input.0\n",
    );
    tree.write("proc/irq/38/smp_affinity_list", "1\n");
    tree
}

fn eight_cores() -> Tree {
    Tree::new(8, 2, 1).interface("eth0", 8, -1).governor("schedutil")
}

fn sixty_four_cores() -> Tree {
    Tree::new(64, 1, 2).interface("eth0", 16, 1).governor("performance")
}

fn value<'a>(settings: &'a [Setting], key: &str) -> Option<&'a Setting> {
    settings.iter().find(|setting| setting.key == key)
}

fn shown(settings: &[Setting], key: &str) -> String {
    value(settings, key).map(|setting| setting.value.clone()).unwrap_or_default()
}

#[test]
fn a_virtual_machine_of_two_cores() {
    let (survey, plan) = (two_cores().survey(), two_cores().plan());
    let interface = &survey.interfaces.as_ref().expect("listed")[0];
    assert_eq!(survey.interfaces.as_ref().map(Vec::len), Ok(1), "lo has no device");
    assert_eq!((interface.node.clone(), interface.receive_queues), (Ok(None), 1));
    let interrupts = interface.interrupts.as_ref().expect("listed");
    assert_eq!((interrupts[0].number, interrupts.len()), (38, 1));
    let (placement, config) = (&plan.placement, &plan.config);
    assert_eq!(
        (placement.shards.as_slice(), placement.ledger, placement.rest.as_slice()),
        (&[1][..], Some(0), &[0][..])
    );
    assert_eq!((shown(config, "runtime.shard_cores"), shown(config, "runtime.spin_us")), ("[1]".into(), "0".into()));
    assert!(value(&plan.unit, "CPUAffinity").is_none(), "all cores are used");
    let moved = shown(&plan.unit, "ExecStartPre");
    assert!(moved.contains("/sys/class/net/eth0/device/../msi_irqs") && moved.contains("echo 0 >"), "{moved}");
    assert!(plan.by_hand.iter().any(|note| note.contains("steal")), "{:?}", plan.by_hand);
}

#[test]
fn eight_cores_of_two_threads() {
    let plan = eight_cores().plan();
    let placement = &plan.placement;
    assert_eq!((placement.physical, placement.threads), (8, 16));
    assert_eq!((placement.rest.as_slice(), placement.ledger), (&[0, 8][..], Some(1)));
    assert_eq!(placement.shards, [2, 3, 4, 5, 6, 7]);
    assert_eq!(shown(&plan.unit, "CPUAffinity"), "0-8", "no thread beside a shard or the ledger");
    assert_eq!(shown(&plan.config, "runtime.spin_us"), "50");
    let notes = plan.by_hand.join("\n");
    assert!(notes.contains("limited to 8192 KiB"), "{notes}");
    assert!(notes.contains("schedutil") && notes.contains("ethtool -L eth0 combined 2"), "{notes}");
    assert!(value(&plan.sysctl, "kernel.numa_balancing").is_none() && value(&plan.unit, "NUMAPolicy").is_none());
}

#[test]
fn sixty_four_cores_on_two_nodes_are_used_on_the_node_of_the_interface() {
    let plan = sixty_four_cores().plan();
    let placement = &plan.placement;
    assert_eq!((placement.physical, placement.node), (32, Some(1)));
    assert_eq!((placement.rest.as_slice(), placement.ledger), (&[32, 33, 34, 35][..], Some(36)));
    assert_eq!(placement.shards, (37..64).collect::<Vec<_>>());
    assert_eq!(shown(&plan.unit, "CPUAffinity"), "32-63");
    assert_eq!((shown(&plan.unit, "NUMAPolicy"), shown(&plan.unit, "NUMAMask")), ("preferred".into(), "1".into()));
    assert_eq!(shown(&plan.sysctl, "kernel.numa_balancing"), "0");
    assert!(shown(&plan.unit, "ExecStartPre").contains("echo 32-35 >"));
    let elsewhere = Tree::new(64, 1, 2).interface("eth0", 16, -1).plan();
    assert_eq!(
        elsewhere.placement.node,
        Some(0),
        "without a node of the interface, the first of those with the most cores"
    );
}

#[test]
fn no_core_has_two_kinds_of_work_and_none_is_used_that_is_not_allowed() {
    for (cores, threads) in [1, 2, 3, 4, 6, 8, 9, 17].into_iter().flat_map(|cores| [(cores, 1), (cores, 2)]) {
        let mut tree = Tree::new(cores, threads, 1);
        if cores > 5 {
            // Another one has them.
            tree.process.cores.retain(|core| ![0, 3].contains(core));
        }
        let plan = tree.plan();
        let placement = &plan.placement;
        assert!(!placement.shards.is_empty(), "{cores}: {placement:?}");
        assert!(placement.used().iter().all(|core| tree.process.cores.contains(core)), "{cores}: {placement:?}");
        let physical = |core: &usize| if placement.split { *core } else { core % cores };
        let others = placement.rest.iter().chain(&placement.ledger);
        let shared =
            others.filter(|other| placement.shards.iter().any(|shard| physical(shard) == physical(other))).count();
        assert_eq!(shared, 0, "{cores}: {placement:?}");
        let of_the_ledger = placement.ledger.is_some_and(|ledger| placement.rest.contains(&ledger));
        assert_eq!(of_the_ledger, (2..4).contains(&placement.physical), "{cores}: {placement:?}");
    }
}

#[test]
fn threads_of_the_only_core_share_the_work() {
    let plan = Tree::new(1, 2, 1).plan();
    let placement = &plan.placement;
    assert_eq!(
        (placement.shards.as_slice(), placement.ledger, placement.rest.as_slice()),
        (&[1][..], Some(0), &[0][..])
    );
    assert!(placement.split && value(&plan.unit, "CPUAffinity").is_none(), "{placement:?}");
    let plan = Tree::new(1, 8, 1).plan();
    assert_eq!(shown(&plan.config, "runtime.spin_us"), "0", "who polls takes units from the others");
}

#[test]
fn a_quota_bounds_the_cores_and_what_cannot_be_read_is_said() {
    let tree = eight_cores();
    tree.write("sys/fs/cgroup/cpu.max", "250000 100000\n");
    let plan = tree.plan();
    assert_eq!((plan.placement.shards.as_slice(), plan.placement.ledger), (&[1][..], Some(0)));
    assert!(plan.by_hand.iter().any(|note| note.contains("2.50 cores")), "{:?}", plan.by_hand);

    let bare = Tree { root: tempfile::tempdir().expect("a directory"), process: eight_cores().process };
    let (survey, plan) = (bare.survey(), bare.plan());
    let facts = facts(&survey, &wishes(), &plan);
    for unknown in ["/sys/devices/system/node", "/proc/sys/vm/swappiness", "/sys/class/net", "thread_siblings_list"] {
        assert!(facts.lines().any(|line| line.contains("not known") && line.contains(unknown)), "{unknown}: {facts}");
    }
    let [fragment, sysctl, _] = files(&survey, &wishes(), &plan);
    assert!(fragment.text.contains("perhaps a virtual machine") && shown(&plan.config, "runtime.spin_us") == "0");
    assert!(plan.sysctl.iter().all(|setting| matches!(setting.state, State::Unknown(_))), "{:?}", plan.sysctl);
    assert!(sysctl.text.lines().all(|line| line.is_empty() || line.starts_with('#')), "{}", sysctl.text);
    assert!(value(&plan.unit, "ExecStartPre").is_none());
}

#[test]
fn what_is_good_already_stays_and_ports_are_kept_only_where_they_are_in_danger() {
    let tree = two_cores();
    let state = |key: &str| value(&tree.plan().sysctl, key).map(|setting| setting.state.clone());
    assert_eq!(state("net.core.somaxconn"), Some(State::Set));
    for key in ["fs.file-max", "fs.nr_open", "net.ipv4.tcp_max_syn_backlog", "net.ipv4.ip_local_reserved_ports"] {
        assert_eq!(state(key), Some(State::Stays), "{key}");
    }
    tree.write("proc/sys/net/core/somaxconn", "4096\n");
    tree.write("proc/sys/net/ipv4/ip_local_port_range", "1024\t65535\n");
    tree.write("proc/sys/net/ipv4/ip_local_reserved_ports", "8000-8100\n");
    assert_eq!(state("net.core.somaxconn"), Some(State::Stays));
    assert_eq!(shown(&tree.plan().sysctl, "net.ipv4.ip_local_reserved_ports"), "8000-8100,9700");
}

#[test]
fn the_unit_is_the_shipped_one_and_more() {
    let (tree, shipped) = (eight_cores(), include_str!("../../tuning/domesday.service"));
    let wishes = Wishes { data_dir: "/srv/100% mine".into(), interface: None };
    let plan = Plan::new(&tree.survey(), &wishes).expect("cores");
    let [_, _, unit] = files(&tree.survey(), &wishes, &plan);
    let mut lines = unit.text.lines();
    assert!(shipped.lines().all(|line| lines.any(|ours| ours == line)), "every line in its order: {}", unit.text);
    assert!(unit.text.contains("\nReadWritePaths=\"/srv/100%% mine\"\n"), "{}", unit.text);
    let service = unit.text.split("[Install]").next().unwrap_or_default();
    assert!(service.contains("\nCPUAffinity=0-8\n") && service.contains("\nExecStartPre=-+/bin/sh "), "{service}");
}

#[test]
fn the_fragment_says_what_was_measured_and_where() {
    let time = Duration::from_micros;
    let disk = DiskLatency { writes: 200, median: time(812), p99: time(2345), longest: time(9000) };
    let survey = Survey { disk: Ok(disk), ..eight_cores().survey() };
    let [fragment, ..] = files(&survey, &wishes(), &eight_cores().plan());
    let expected = "# data.dir is taken to be \"/var/lib/domesday\": write and fdatasync of 4096 octets, 200 times: median 0.812 ms, \
                    p99 2.345 ms, longest 9.000 ms; each transform waits for one.";
    assert!(fragment.text.contains(expected), "{}", fragment.text);
}

#[test]
fn the_profiles_are_what_is_planned_and_the_configuration_takes_them() {
    let least = "[data]\ndir = \"/srv/registry\"\n[epp]\ncertificate = \"c.pem\"\nkey = \"k.pem\"\n";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tuning/profiles");
    for (name, tree) in [("2-cores", two_cores()), ("8-cores", eight_cores()), ("64-cores", sixty_four_cores())] {
        let [fragment, ..] = files(&tree.survey(), &wishes(), &tree.plan());
        let path = folder.join(format!("{name}.toml"));
        if std::env::var_os(REWRITE).is_some() {
            fs::write(&path, &fragment.text).expect("a profile can be written");
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(kept, fragment.text, "{name}: {REWRITE}=1 writes the profiles anew");
        let config = Config::parse(&format!("{least}{kept}")).expect("good");
        assert_eq!(
            (config.shard_cores, config.ledger_core),
            (tree.plan().placement.shards, tree.plan().placement.ledger)
        );
        assert!(config.prefault && config.lock_memory);
    }
}
