//! The machine that a tester ran on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) name: String,
    pub(crate) kernel: String,
    pub(crate) processor: String,
    /// Those that the tester may use.
    pub(crate) cores: usize,
}

impl Machine {
    /// The one that this runs on.
    pub(crate) fn here() -> Self {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let cpuinfo = read("/proc/cpuinfo");
        let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
        Self {
            name: read("/proc/sys/kernel/hostname").trim().to_owned(),
            kernel: format!("{} {}", std::env::consts::OS, read("/proc/sys/kernel/osrelease").trim()),
            processor: model.map_or(std::env::consts::ARCH, |(_, model)| model.trim()).to_owned(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

impl Machine {
    /// What the tester was asked to do. Of paths only the last part: where files lie is nobody's business who reads results.
    pub(crate) fn arguments() -> Vec<String> {
        std::env::args().skip(1).map(|argument| without_folders(&argument)).collect()
    }
}

fn without_folders(argument: &str) -> String {
    let (option, value) = match argument.split_once('=') {
        Some((option, value)) if option.starts_with("--") => (format!("{option}="), value),
        _ => (String::new(), argument),
    };
    match value.rsplit_once('/') {
        Some((_, name)) if !value.contains("://") => option + name,
        _ => argument.to_owned(),
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} cores of {}, {}", self.name, self.cores, self.processor, self.kernel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_do_not_tell_where_files_lie() {
        let told = [
            "--json",
            "/srv/x/a.json",
            "--json=x/a.json",
            "b/c.json",
            "http://host/metrics",
            "check=1,info=2",
            "100:5",
        ];
        let told = told.map(without_folders);
        let kept = ["--json", "a.json", "--json=a.json", "c.json", "http://host/metrics", "check=1,info=2", "100:5"];
        assert_eq!(told, kept);
    }
}
