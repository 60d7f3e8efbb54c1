//! `init`: begins a new registry where there is none.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use super::exit::CliError;
use super::serve;
use crate::node::init::init;

/// Begins the registry that a configuration file describes, and says what was made.
///
/// # Errors
/// A configuration with problems, a registry that is there already, a disk that refuses.
pub(super) fn run(file: &Path) -> Result<u8, CliError> {
    let begun = init(&serve::read(file)?)?;
    let mut text = String::new();
    for made in &begun.directories {
        let _ = writeln!(text, "made {}/", made.display());
    }
    let _ = writeln!(text, "began a log in {}/", begun.log.display());
    let _ = writeln!(text, "\nNext: domesday serve --config {}", file.display());
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(CliError::Terminal)?;
    Ok(0)
}
