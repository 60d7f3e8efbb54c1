//! `init` and `reseal`: what is done to the files of a registry that does not run.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use super::exit::CliError;
use super::serve;
use crate::node::init;

/// Begins the registry that a configuration file describes, and says what was made.
///
/// # Errors
/// A configuration with problems, a registry that is there already, a disk that refuses.
pub(super) fn run(file: &Path) -> Result<u8, CliError> {
    let begun = init::init(&serve::read(file)?)?;
    let mut text = String::new();
    for made in &begun.directories {
        let _ = writeln!(text, "made {}/", made.display());
    }
    let _ = writeln!(text, "began a log in {}/", begun.log.display());
    let _ = writeln!(text, "\nNext: domesday serve --config {}", file.display());
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(CliError::Terminal)?;
    Ok(0)
}

/// Takes the log as it is, whatever its seal says, and says how far it goes.
///
/// # Errors
/// A configuration with problems, a log that is damaged otherwise, a disk that refuses.
pub(super) fn reseal(file: &Path) -> Result<u8, CliError> {
    let found = init::reseal(&serve::read(file)?)?;
    let mut text =
        format!("the log holds frames {} to {}, and is sealed as such\n", found.first_sequence, found.last_sequence);
    if let Some(torn) = found.torn {
        let _ = writeln!(
            text,
            "{}: octets at offset {} that were no whole frame ({}) are gone",
            torn.file, torn.offset, torn.reason
        );
    }
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(CliError::Terminal)?;
    Ok(0)
}
