//! The files that results are written to.

use std::path::{Path, PathBuf};

use super::judge::Judged;
use super::{Results, hdr_log, html};

/// Where results are written.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Output {
    /// Write the results as JSON; `show` reads them.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Write an interval log of HdrHistogram.
    #[arg(long, value_name = "FILE")]
    pub(crate) hdr: Option<PathBuf>,
    /// Write one page of HTML with plots.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
}

impl Output {
    fn files(&self) -> impl Iterator<Item = &Path> {
        [&self.json, &self.hdr, &self.html].into_iter().flatten().map(PathBuf::as_path)
    }

    pub(crate) fn is_wanted(&self) -> bool {
        self.files().next().is_some()
    }

    /// Whether the directories are there, before a long run is made for nothing.
    ///
    /// # Errors
    /// The file that cannot be written.
    pub(crate) fn check(&self) -> Result<(), String> {
        let misplaced = self.files().find(|path| {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            path.is_dir() || folder.is_some_and(|folder| !folder.is_dir())
        });
        misplaced.map_or(Ok(()), |path| Err(format!("{} cannot be written there", path.display())))
    }

    /// Prints the table, writes the files, and tells whether every limit holds.
    ///
    /// # Errors
    /// A file that cannot be written, or damaged results.
    pub(crate) fn show(&self, results: &Results) -> Result<bool, String> {
        let judged = Judged::new(results).map_err(|error| error.to_string())?;
        println!("{judged}");
        let write = |path: &Option<PathBuf>, content: &dyn Fn() -> Result<Vec<u8>, String>| match path {
            Some(path) => std::fs::write(path, content()?).map_err(|error| format!("{}: {error}", path.display())),
            None => Ok(()),
        };
        write(&self.json, &|| results.json().map(String::into_bytes))?;
        write(&self.hdr, &|| hdr_log::write(results))?;
        write(&self.html, &|| html::page(&judged).map(String::into_bytes))?;
        Ok(judged.holds())
    }
}
