//! The schema validator as a long-lived child process: `tests/schema/judge.py` over libxml2.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running judge, ended when dropped.
pub struct Judge {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Judge {
    /// Starts the judge, or tells in one line why there is none: no schemas, or no lxml.
    pub fn start() -> Result<Self, String> {
        let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema");
        let found = Command::new(tools.join("schemas")).output().map_err(|e| format!("tests/schema/schemas: {e}"))?;
        if !found.status.success() {
            return Err(String::from_utf8_lossy(&found.stderr).trim().to_owned());
        }
        let folder = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        let python = std::env::var("DOMESDAY_PYTHON").unwrap_or_else(|_| "/usr/bin/python3".to_owned());
        let mut child = Command::new(&python)
            .arg(tools.join("judge.py"))
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("{python}: {e}"))?;
        let input = child.stdin.take().expect("stdin is piped");
        let output = child.stdout.take().expect("stdout is piped");
        let mut judge = Self { child, input, output };
        judge.ask(b"<x/>").map_err(|e| format!("{python} cannot run the judge (python3-lxml missing?): {e}"))?;
        Ok(judge)
    }

    /// The facts of a valid document (`facts` in `judge.py`), or the first error.
    pub fn judge(&mut self, document: &[u8]) -> Result<String, String> {
        let (valid, text) = self.ask(document).expect("the judge answers each document");
        if valid { Ok(text) } else { Err(text) }
    }

    fn ask(&mut self, document: &[u8]) -> std::io::Result<(bool, String)> {
        let length = u32::try_from(document.len()).expect("a test document is below 4 GiB");
        self.input.write_all(&length.to_be_bytes())?;
        self.input.write_all(document)?;
        self.input.flush()?;
        let mut head = [0; 5];
        self.output.read_exact(&mut head)?;
        let mut error = vec![0; u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize];
        self.output.read_exact(&mut error)?;
        Ok((head[0] == 1, String::from_utf8_lossy(&error).into_owned()))
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
