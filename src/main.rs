//! Domesday: parse, run, error to exit code.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use domesday::cli::{self, args::Args};

/// Short per-core paths; the system's allocator takes locks that shards would meet on.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match cli::run(Args::parse()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            if !error.is_silent() {
                // When nobody hears standard error either, the exit code still says it.
                let _ = writeln!(std::io::stderr(), "domesday: {error}");
            }
            ExitCode::from(error.code())
        }
    }
}
