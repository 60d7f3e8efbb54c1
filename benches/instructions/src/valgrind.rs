//! One run of a step under callgrind, and what its count depends on.

use std::io;
use std::process::Command;

use crate::CALLS;

/// Two counts of one step must be nearer than so many per cent.
pub(crate) const APART: f64 = 0.5;

/// How far apart two counts are, in per cent.
pub(crate) fn apart(first: f64, second: f64) -> f64 {
    100.0 * (first - second).abs() / first
}

/// What counts depend on besides the sources: compiler, processor, valgrind and C library.
///
/// # Errors
/// Which program does not run here, and what to do.
pub(crate) fn made_with() -> Result<String, String> {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let [rustc, valgrind, libc] =
        [(rustc.as_str(), "--version"), ("valgrind", "--version"), ("getconf", "GNU_LIBC_VERSION")].map(said);
    #[cfg(target_arch = "x86_64")]
    let avx2 = if is_x86_feature_detected!("avx2") { " with AVX2" } else { " without AVX2" };
    #[cfg(not(target_arch = "x86_64"))]
    let avx2 = "";
    Ok(format!("{}, {}{avx2}, {}, {}", rustc?, std::env::consts::ARCH, valgrind?, libc?))
}

/// The line that a program answers with.
fn said((program, argument): (&str, &str)) -> Result<String, String> {
    let output = Command::new(program).arg(argument).output().map_err(|error| missing(program, &error))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        false => Err(format!("{program} {argument}: {}", String::from_utf8_lossy(&output.stderr).trim())),
    }
}

fn missing(program: &str, error: &io::Error) -> String {
    let hint = if program == "valgrind" {
        "; nothing can be counted without it (Debian: apt-get install valgrind)"
    } else {
        ""
    };
    format!("{program} does not run: {error}{hint}")
}

/// Instructions of one call of the step of this name, by a run of this program under callgrind. `keep` leaves the profile, and
/// names it.
///
/// # Errors
/// That valgrind does not run, or what it said.
pub(crate) fn count(name: &str, keep: bool) -> Result<f64, String> {
    let me = std::env::current_exe().map_err(|error| format!("this program's path: {error}"))?;
    let file = me.with_file_name(format!("callgrind.{}", name.replace([' ', ',', ':'], "-")));
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--vgdb=no", "--toggle-collect=*calls_that_count*"])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(&me)
        .args(["--run", name])
        .env_clear()
        .envs(["PATH", "VALGRIND_LIB"].into_iter().filter_map(|key| Some((key, std::env::var_os(key)?))))
        .output()
        .map_err(|error| missing("valgrind", &error))?;
    match keep {
        true => eprintln!("{}", file.display()),
        false => drop(std::fs::remove_file(&file)),
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said.lines().find_map(|line| line.split("Collected :").nth(1)).and_then(|n| n.trim().parse().ok());
    let collected: Option<f64> = collected.filter(|collected| output.status.success() && *collected > 0.0);
    let failed = || format!("valgrind has not counted \"{name}\" ({}); it said:\n{}", output.status, said.trim());
    Ok(collected.ok_or_else(failed)? / CALLS as f64)
}
