//! One run of `sftp`: commands go in, lines come out, and it ends with us.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use super::batch;
use super::{DeliveryError, Until};
use crate::base::limits::SFTP_OUTPUT_BYTES;

/// How long to wait before the time is looked at again.
const TICK: Duration = Duration::from_millis(50);
/// How long `ssh` may hold on to its last words when `sftp` has gone.
const GRACE: Duration = Duration::from_secs(2);
/// What answers the command that marks the end of those before it.
const MARK: &str = "Remote working directory:";
/// Octets of last words that are kept.
const LAST_WORDS_BYTES: usize = 16 * 1024;

enum Said {
    /// A line of standard output.
    Line(String),
    /// A line of standard error.
    Error(String),
    /// Standard output has ended.
    End,
}

/// A run of `sftp`. It and its `ssh` are killed when this is dropped.
pub(super) struct Session {
    child: Child,
    commands: ChildStdin,
    said: Receiver<Said>,
    errors: String,
    is_gone: bool,
}

impl Session {
    /// Starts it.
    ///
    /// # Errors
    /// When it is not there, or cannot be run.
    pub(super) fn start(program: &Path, arguments: &[OsString], until: &Until<'_>) -> Result<Self, DeliveryError> {
        until.check()?;
        let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into());
        let mut command = Command::new(program);
        // A group of its own, so that ssh can be killed with it; nobody's agent, display or words.
        command.args(arguments).env_clear().env("PATH", path).env("LC_ALL", "C").process_group(0);
        let failed = |error: io::Error| match error.kind() {
            ErrorKind::NotFound => DeliveryError::NoProgram(program.to_owned()),
            _ => DeliveryError::Program(program.to_owned(), error),
        };
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.map_err(failed)?;
        let (Some(commands), Some(out), Some(err)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            let _ = child.kill();
            return Err(failed(ErrorKind::BrokenPipe.into()));
        };
        let (tell, said) = channel();
        let session = Self { child, commands, said, errors: String::new(), is_gone: false };
        let errors = tell.clone();
        let reader = |name: &str| thread::Builder::new().name(name.to_owned());
        reader("sftp-out").spawn(move || listen(out, &tell, Said::Line, true)).map_err(failed)?;
        reader("sftp-err").spawn(move || listen(err, &errors, Said::Error, false)).map_err(failed)?;
        Ok(session)
    }

    /// Has commands done, and returns what they print.
    ///
    /// # Errors
    /// When one of them that may not fail does, or the time is over.
    pub(super) fn run(&mut self, commands: &[batch::Command], until: &Until<'_>) -> Result<Vec<String>, DeliveryError> {
        for command in commands.iter().map(Vec::as_slice).chain([&b"pwd"[..]]) {
            // What it thinks of a command that it does not read comes below.
            let _ = self.commands.write_all(&[command, b"\n"].concat());
        }
        let mut lines = Vec::new();
        loop {
            until.check()?;
            match self.said.recv_timeout(TICK) {
                Ok(Said::Line(line)) if line.starts_with(MARK) => return Ok(lines),
                Ok(Said::Line(line)) if line.starts_with("sftp> ") => {}
                Ok(Said::Line(line)) => lines.push(line),
                Ok(Said::Error(line)) => self.remember(&line),
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Said::End) | Err(RecvTimeoutError::Disconnected) => return Err(self.last_words()),
            }
        }
    }

    /// Says that nothing more comes, and waits for the end.
    ///
    /// # Errors
    /// When it does not end well.
    pub(super) fn end(mut self, until: &Until<'_>) -> Result<(), DeliveryError> {
        let _ = self.commands.write_all(b"bye\n");
        loop {
            until.check()?;
            match self.child.try_wait() {
                Ok(None) => thread::sleep(TICK / 5),
                Ok(Some(status)) => {
                    self.is_gone = true;
                    return if status.success() { Ok(()) } else { Err(self.last_words()) };
                }
                Err(_) => return Err(self.last_words()),
            }
        }
    }

    fn remember(&mut self, line: &str) {
        if self.errors.len() + line.len() < LAST_WORDS_BYTES {
            self.errors.push_str(line);
            self.errors.push('\n');
        }
    }

    /// Why it has ended.
    fn last_words(&mut self) -> DeliveryError {
        let end = Instant::now() + GRACE;
        loop {
            match self.said.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(Said::Error(line)) => self.remember(&line),
                Ok(_) => {}
                Err(_) => return DeliveryError::remote(&self.errors),
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Once it has been waited for, the number of its group may be another's.
        if !self.is_gone {
            let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
            let _ = self.child.wait();
        }
    }
}

/// Hands on what is said, line by line, as much of it as anybody needs.
fn listen(stream: impl Read, tell: &Sender<Said>, said: fn(String) -> Said, tells_end: bool) {
    let mut stream = BufReader::new(stream.take(SFTP_OUTPUT_BYTES as u64));
    let mut line = Vec::new();
    while stream.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
        let text = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
        line.clear();
        if tell.send(said(text)).is_err() {
            return;
        }
    }
    if tells_end {
        let _ = tell.send(Said::End);
    }
}
