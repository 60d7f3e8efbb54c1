//! What was sent and what was answered, for audit: a file for each upload, readable by its owner alone, without the credentials.

use std::fmt::Write as _;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Instant;

use hyper::header::SET_COOKIE;

use super::{ReportingError, Subject};
use crate::base::timestamp::Timestamp;
use crate::runtime::https::Answer;

/// Uploads of one moment about the same at most.
const SAME: u32 = 1000;

/// An upload that is being kept.
pub(super) struct Record {
    pub(super) path: PathBuf,
    file: File,
    begun: Instant,
}

impl Record {
    /// Keeps what is about to be sent: it is on disk before it is.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub(super) fn begin(
        dir: &Path,
        subject: &Subject,
        now: Timestamp,
        (host, path): (&str, &str),
        body: &[u8],
    ) -> Result<Self, ReportingError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |error| ReportingError::File { path, error }
        };
        DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(failed(dir))?;
        let moment = now.to_string().replace(['-', ':'], "");
        let name = format!("{moment}_{}_{}_{}", subject.tld(), subject.kind(), subject.what());
        let (file_path, mut file) = create(dir, &name).map_err(failed(dir))?;
        let head = format!(
            "PUT {path} HTTP/1.1\nHost: {host}\nContent-Type: {}\nContent-Length: {}\n\n",
            subject.media_type(),
            body.len()
        );
        let written = file.write_all(head.as_bytes()).and_then(|()| file.write_all(body));
        written.and_then(|()| file.sync_data()).map_err(failed(&file_path))?;
        Ok(Self { path: file_path, file, begun: Instant::now() })
    }

    /// Keeps what came of it. That it could not be kept is told, and changes nothing about what came.
    pub(super) fn end(&mut self, answer: Result<&Answer, &ReportingError>) {
        let millis = self.begun.elapsed().as_millis();
        let mut text = format!("\n----- after {millis} ms -----\n");
        let mut body = &[][..];
        match answer {
            Ok(answer) => {
                let _ = writeln!(text, "HTTP/1.1 {}", answer.status);
                for (name, value) in answer.headers.iter().filter(|(name, _)| **name != SET_COOKIE) {
                    let _ = writeln!(text, "{name}: {}", String::from_utf8_lossy(value.as_bytes()));
                }
                text.push('\n');
                body = &answer.body;
            }
            Err(error) => {
                let _ = writeln!(text, "no answer: {error}");
            }
        }
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.write_all(body));
        if let Err(error) = written.and_then(|()| self.file.sync_data()) {
            tracing::warn!(path = %self.path.display(), %error, "the answer to a report could not be kept");
        }
    }
}

/// A file of this name, or of one with a number, that was not there.
fn create(dir: &Path, name: &str) -> io::Result<(PathBuf, File)> {
    for number in 1..=SAME {
        let path = dir.join(if number == 1 { format!("{name}.txt") } else { format!("{name}_{number}.txt") });
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            done => return done.map(|file| (path, file)),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}
