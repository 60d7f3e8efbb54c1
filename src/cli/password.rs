//! Where a password comes from: a file, standard input, or a person who types it unseen.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};
use std::path::Path;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::exit::CliError;

/// The password for `whom`: the first line of `file`, of standard input (`-`, or when it is no terminal), or typed
/// twice.
///
/// # Errors
/// When the file or the terminal cannot be read, or the two differ.
pub(super) fn read(whom: &str, file: Option<&Path>) -> Result<String, CliError> {
    match file {
        Some(path) if path != Path::new("-") => {
            let text = std::fs::read_to_string(path).map_err(CliError::file(path))?;
            Ok(text.lines().next().unwrap_or_default().to_owned())
        }
        None if stdin().is_terminal() => {
            let password = prompt(&format!("New password for {whom}: ")).map_err(CliError::Terminal)?;
            let again = prompt("The same again: ").map_err(CliError::Terminal)?;
            if password == again { Ok(password) } else { Err(CliError::Usage("the two passwords differ".into())) }
        }
        Some(_) | None => first_line().map_err(CliError::Terminal),
    }
}

fn first_line() -> std::io::Result<String> {
    let mut line = String::new();
    stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn prompt(question: &str) -> std::io::Result<String> {
    let mut screen = stderr();
    write!(screen, "{question}")?;
    screen.flush()?;
    let line = {
        let _unseen = Unseen::begin()?;
        first_line()
    };
    writeln!(screen)?;
    line
}

/// The terminal shows nothing that is typed until this is dropped.
struct Unseen {
    before: Termios,
}

impl Unseen {
    fn begin() -> std::io::Result<Self> {
        let before = tcgetattr(stdin())?;
        let mut unseen = before.clone();
        unseen.local_modes.remove(LocalModes::ECHO);
        tcsetattr(stdin(), OptionalActions::Flush, &unseen)?;
        Ok(Self { before })
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        // A terminal that cannot be set back is gone.
        let _ = tcsetattr(stdin(), OptionalActions::Now, &self.before);
    }
}
