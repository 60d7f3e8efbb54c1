//! A wall clock of the test's own for a child process: a few lines of C, loaded before libc, that answer CLOCK_REALTIME with
//! the machine's time and an offset out of a file. All other clocks stay as they are.

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;

const SHIM: &str = r#"
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *offset;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("DOMESDAY_TEST_WALL_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) abort();
    offset = mmap(NULL, 8, PROT_READ, MAP_SHARED, file, 0);
    if (offset == MAP_FAILED) abort();
}

int clock_gettime(clockid_t id, struct timespec *at) {
    int outcome = syscall(SYS_clock_gettime, id, at);
    if (outcome == 0 && id == CLOCK_REALTIME && offset) at->tv_sec += *offset;
    return outcome;
}
"#;

/// The offset, and what a child's environment must say.
pub struct WallClock {
    offset: File,
    environment: Vec<(OsString, OsString)>,
}

impl WallClock {
    /// One that tells the machine's time until it is set. Its files lie in `directory`.
    pub fn new(directory: &Path) -> Self {
        let [source, library, file] = ["shim.c", "shim.so", "offset"].map(|name| directory.join(name));
        std::fs::write(&source, SHIM).expect("a file can be written");
        let compiled = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(&source).output();
        let compiled = compiled.expect("there is a C compiler");
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        std::fs::write(&file, [0; 8]).expect("a file can be written");
        let offset = File::options().write(true).open(&file).expect("it is there");
        let environment =
            vec![("LD_PRELOAD".into(), library.into_os_string()), ("DOMESDAY_TEST_WALL_CLOCK".into(), file.into())];
        Self { offset, environment }
    }

    /// Sets the clock to the machine's time and so many seconds.
    #[expect(
        clippy::host_endian_bytes,
        reason = "the child reads it as a number of its own machine, which is this one"
    )]
    pub fn set(&self, seconds: i64) {
        self.offset.write_all_at(&seconds.to_ne_bytes(), 0).expect("a file can be written");
    }

    /// For the child.
    pub fn environment(&self) -> Vec<(OsString, OsString)> {
        self.environment.clone()
    }
}
