//! The last words of a process whose mapped file went away under it.
//!
//! Who reads a mapped page that the file no longer has (it was shortened), or that the disk cannot read, gets SIGBUS, in
//! the midst of whatever it was doing. Nothing can be answered from there. The handler only wakes a thread that waits for
//! it, and returns; the read faults again, and so on, until that thread has found out which file it was, said so, and ended
//! the process.

use std::fmt::Write as _;
use std::io::{self, Read as _};
use std::os::unix::net::UnixStream;
use std::sync::Once;

use signal_hook::consts::SIGBUS;
use signal_hook::low_level::{exit, pipe, raise};

/// The exit code of a process that ends here.
pub const EXIT_CODE: u8 = 3;

/// Watches over the mapped files whose names end with `suffix`, for the rest of the process. Only the first call counts.
///
/// # Errors
/// When there is no descriptor or no thread left.
pub fn watch(suffix: &'static str) -> io::Result<()> {
    static FIRST: Once = Once::new();
    let mut outcome = Ok(());
    FIRST.call_once(|| outcome = install(suffix));
    outcome
}

fn install(suffix: &'static str) -> io::Result<()> {
    // While there is one thread: the standard handler makes one that is just being set up wait for ever, with a lock in its
    // hand that every later thread needs.
    retire_the_standard_handler()?;
    let (mut wakes, wake) = UnixStream::pair()?;
    std::thread::Builder::new().name("bus-fault".into()).spawn(move || {
        let mut octet = [0];
        if wakes.read_exact(&mut octet).is_ok() {
            end(suffix);
        }
    })?;
    pipe::register(SIGBUS, wake).map(drop)
}

/// The standard library has a handler for stack overflows. At any other SIGBUS it gives the signal its default action back
/// and returns, so that the second fault would end the process before anything is said; and ours calls it first. One signal
/// sent by hand, which no fault follows, makes it do that now.
fn retire_the_standard_handler() -> io::Result<()> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    if is_caught(&status, SIGBUS) { raise(SIGBUS) } else { Ok(()) }
}

/// Whether the text of `/proc/self/status` says that the process has a handler for the signal.
fn is_caught(status: &str, signal: i32) -> bool {
    let mask = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigCgt:")?.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

/// Says what can be said, and ends the process.
fn end(suffix: &str) {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let text = last_words(&mapped(&maps, suffix), |path| std::fs::metadata(path).map(|found| found.len()));
    // First without a lock or a buffer that a faulting thread might hold.
    let _ = rustix::io::write(rustix::stdio::stderr(), format!("domesday: {text}\n").as_bytes());
    tracing::error!("{text}");
    exit(i32::from(EXIT_CODE));
}

/// A mapped file: its path, and how many octets of it are mapped, in whole pages.
type Mapped<'m> = (&'m str, u64);

/// The mapped files in the text of `/proc/self/maps` whose names end so.
fn mapped<'m>(maps: &'m str, suffix: &str) -> Vec<Mapped<'m>> {
    let file = |line: &'m str| {
        let (range, rest) = line.split_once(' ')?;
        let (start, end) = range.split_once('-')?;
        let number = |text| u64::from_str_radix(text, 16).ok();
        let path = rest.get(rest.find('/')?..)?;
        let name = path.strip_suffix(" (deleted)").unwrap_or(path);
        name.ends_with(suffix).then_some((path, number(end)?.checked_sub(number(start)?)?))
    };
    maps.lines().filter_map(file).collect()
}

fn last_words(files: &[Mapped<'_>], length: impl Fn(&str) -> io::Result<u64>) -> String {
    let page = rustix::param::page_size() as u64;
    let mut text = String::from("a page of a mapped file cannot be read (SIGBUS), so this process ends. ");
    let mut short = 0;
    for (path, mapped) in files {
        let Ok(length) = length(path) else { continue };
        if length.next_multiple_of(page) < *mapped {
            short += 1;
            let _ = write!(
                text,
                "{path} was shortened while it was in use: it has {length} octets, but {mapped} of it are mapped. "
            );
        }
    }
    if short == 0 {
        text.push_str("None of the mapped files was shortened, so that the disk or the memory is failing (see the kernel's log): ");
        let names: Vec<_> = files.iter().map(|(path, _)| *path).collect();
        let _ = write!(text, "{}. ", if names.is_empty() { "none is mapped now".to_owned() } else { names.join(", ") });
    }
    text.push_str(
        "Nothing was acknowledged that is not in the log or in a base file. Put the file back from a backup of this \
         registry; or, if the log reaches back to the frame after the first number in its name, move it away, and the next \
         start rebuilds it",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAPS: &str = "\
7f0000000000-7f0000003000 r--s 00000000 08:01 12   /var/lib/x y/index-1.base\n\
7f0000003000-7f0000004000 r--s 00000000 08:01 13   /var/lib/index-2.base (deleted)\n\
7f0000004000-7f0000005000 r-xp 00000000 08:01 14   /usr/lib/libc.so.6\n\
7f0000005000-7f0000006000 rw-p 00000000 00:00 0 \n\
7f0000006000-7f0000007000 rw-p 00000000 00:00 0    [stack]\n";

    #[test]
    fn the_mapped_files_are_found_with_their_sizes() {
        let expected = [("/var/lib/x y/index-1.base", 0x3000), ("/var/lib/index-2.base (deleted)", 0x1000)];
        assert_eq!(mapped(MAPS, ".base"), expected);
    }

    #[test]
    fn the_file_that_was_shortened_is_named_and_no_other() {
        let page = rustix::param::page_size() as u64;
        let files = [("/a.base", 3 * page), ("/b.base", 3 * page)];
        let text = last_words(&files, |path| Ok(if path == "/a.base" { 2 * page + 1 } else { 2 * page }));
        assert!(text.contains("/b.base was shortened") && !text.contains("/a.base"), "{text}");
        let text = last_words(&files, |_| Ok(3 * page));
        assert!(text.contains("None of the mapped files was shortened") && text.contains("/a.base, /b.base"), "{text}");
    }

    #[test]
    fn caught_signals_are_read_from_their_mask() {
        assert!(is_caught("SigIgn:\t0000000000001000\nSigCgt:\t0000000000000440\n", SIGBUS));
        assert!(!is_caught("SigCgt:\t0000000000000400\n", SIGBUS));
        assert!(!is_caught("", SIGBUS));
    }
}
