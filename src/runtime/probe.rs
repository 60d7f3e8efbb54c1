//! What the machine offers: asked once at the start, said in the start message.

#![allow(unsafe_code)]

use std::fmt;
use std::io;

use rustix::process::{Resource, getrlimit, setrlimit};

/// The machine as this process sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Cores this process may run on.
    pub cores: Vec<usize>,
    /// Whether io_uring works, and if not, why.
    pub io_uring: Result<(), String>,
    /// The soft limit of locked memory in octets; `u64::MAX` is none.
    pub memlock: u64,
    /// The soft limit of open descriptors; `u64::MAX` is none.
    pub descriptors: u64,
    /// Octets in a page.
    pub page_size: usize,
    /// The kernel's release, as `uname -r` says it.
    pub kernel: String,
}

impl Machine {
    /// Asks the kernel.
    pub fn probe() -> Self {
        Self {
            cores: allowed_cores(),
            io_uring: io_uring().map_err(|error| error.to_string()),
            memlock: memlock_limit(),
            descriptors: getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX),
            page_size: rustix::param::page_size(),
            kernel: rustix::system::uname().release().to_string_lossy().into_owned(),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Linux {}, cores {:?}, io_uring ", self.kernel, self.cores)?;
        match &self.io_uring {
            Ok(()) => f.write_str("works")?,
            Err(why) => write!(f, "refused ({why})")?,
        }
        write!(f, ", memlock {}, ", Limit(self.memlock, 1024, " KiB"))?;
        write!(f, "descriptors {}, page {} octets", Limit(self.descriptors, 1, ""), self.page_size)
    }
}

struct Limit(u64, u64, &'static str);

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self(u64::MAX, ..) => f.write_str("unlimited"),
            Self(value, unit, name) => write!(f, "{}{name}", value / unit),
        }
    }
}

/// Raises the soft limits of descriptors and of locked memory to the hard ones; what cannot be raised stays.
pub fn raise_limits() {
    for resource in [Resource::Nofile, Resource::Memlock] {
        let mut limit = getrlimit(resource);
        limit.current = limit.maximum;
        let _ = setrlimit(resource, limit);
    }
}

/// The cores the calling thread may run on.
pub fn allowed_cores() -> Vec<usize> {
    let set = rustix::thread::sched_getaffinity(None).unwrap_or_default();
    (0..rustix::thread::CpuSet::MAX_CPU).filter(|core| set.is_set(*core)).collect()
}

/// Whether a ring can be made.
pub(super) fn io_uring() -> io::Result<()> {
    let mut parameters = rustix::io_uring::io_uring_params::default();
    // SAFETY: the call reads and writes `parameters`, a plain structure that outlives it, and returns a descriptor
    // that we own and close; nothing is mapped.
    let ring = unsafe { rustix::io_uring::io_uring_setup(1, &mut parameters) }?;
    drop(ring);
    Ok(())
}

/// The soft limit of locked memory in octets.
pub(super) fn memlock_limit() -> u64 {
    getrlimit(Resource::Memlock).current.unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_cores_pages_and_a_kernel() {
        let machine = Machine::probe();
        assert!(!machine.cores.is_empty() && machine.page_size.is_power_of_two());
        assert!(machine.to_string().starts_with("Linux ") && machine.to_string().contains(&machine.kernel));
    }

    #[test]
    fn limits_are_shown_in_their_unit_or_as_none() {
        assert_eq!(Limit(8 * 1024 * 1024, 1024, " KiB").to_string(), "8192 KiB");
        assert_eq!(Limit(u64::MAX, 1024, " KiB").to_string(), "unlimited");
    }
}
