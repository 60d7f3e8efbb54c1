//! `tune`: looks at the machine, and prints or writes what to set on it. Nothing is set.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::args::TuneArgs;
use super::exit::CliError;
use crate::runtime::disk_probe::DiskLatency;
use crate::runtime::probe::Machine;
use crate::runtime::survey::{Fact, Survey};
use crate::tuning::files::{self, File};
use crate::tuning::{Plan, Wishes};

/// Does it.
///
/// # Errors
/// An interface that is not there, a directory or file that cannot be made, files that are there already.
pub(super) fn run(args: TuneArgs) -> Result<u8, CliError> {
    // The unit has no working directory to begin from.
    let data_dir = std::path::absolute(&args.data_dir).map_err(CliError::file(&args.data_dir))?;
    let disk = if args.no_disk { Err("--no-disk".to_owned()) } else { measure(&data_dir) };
    let survey = Survey::read(Path::new("/"), Machine::probe(), disk);
    if let Some(name) = &args.interface {
        is_there(&survey, name)?;
    }
    let wishes = Wishes { data_dir, interface: args.interface };
    let plan = Plan::new(&survey, &wishes).ok_or_else(|| CliError::Usage("this process may use no core".into()))?;
    let written = files::files(&survey, &wishes, &plan);
    let text = match &args.apply_to {
        Some(dir) => apply(dir, &written, args.force)?,
        None => shown(&files::facts(&survey, &wishes, &plan), &written),
    };
    io::stdout().lock().write_all(text.as_bytes()).map_err(CliError::Terminal)?;
    Ok(0)
}

fn measure(data_dir: &Path) -> Fact<DiskLatency> {
    let place = fs::metadata(data_dir).map_err(|error| format!("{}: {error}", data_dir.display()))?;
    // The registry refuses files in wal/ that are not its own.
    let log = data_dir.join("wal");
    if fs::metadata(&log).is_ok_and(|log| log.dev() != place.dev()) {
        return Err(format!(
            "{} is on another file system, where only the log may be; give --data-dir another directory there",
            log.display()
        ));
    }
    DiskLatency::measure(data_dir).map_err(|error| format!("{}: {error}", data_dir.display()))
}

fn is_there(survey: &Survey, name: &str) -> Result<(), CliError> {
    let found = survey.interfaces.as_ref().map_err(|unknown| CliError::Usage(format!("--interface: {unknown}")))?;
    if found.iter().any(|interface| interface.name == name) {
        return Ok(());
    }
    let names: Vec<_> = found.iter().map(|interface| interface.name.as_str()).collect();
    let all = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Err(CliError::Usage(format!("--interface: no interface {name:?} with a device here; there are: {all}")))
}

fn shown(facts: &str, written: &[File]) -> String {
    let mut text = format!("# What was found\n{facts}");
    for file in written {
        let _ = write!(text, "\n# ===== {}: {}\n\n{}", file.name, file.used, file.text);
    }
    text
}

/// Writes all files, or none where one is there that may not be replaced.
fn apply(dir: &Path, written: &[File], force: bool) -> Result<String, CliError> {
    fs::create_dir_all(dir).map_err(CliError::file(dir))?;
    let there = written.iter().map(|file| dir.join(file.name)).find(|path| path.symlink_metadata().is_ok());
    if let Some(path) = there.filter(|_| !force) {
        let problem = "is there already; --force replaces it. Nothing was written".to_owned();
        return Err(CliError::Content { path, problem });
    }
    let mut text = String::new();
    for file in written {
        let path = dir.join(file.name);
        // Beside and renamed: what is replaced may be a link, and what it leads to is not ours.
        let beside = dir.join(format!(".{}.{}", file.name, std::process::id()));
        write_new(&beside, &file.text).and_then(|()| fs::rename(&beside, &path)).map_err(|error| {
            let _ = fs::remove_file(&beside);
            CliError::File { path: path.clone(), error }
        })?;
        let _ = writeln!(text, "{}: {}", path.display(), file.used);
    }
    text.push_str("Nothing was set on this machine; 90-domesday.conf ends with what no file sets, if there is such.\n");
    Ok(text)
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}
