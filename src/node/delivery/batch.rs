//! What is said to `sftp`, and what it says of files. Names of files are plain, so that they mean the same to it, to the server
//! and to us; directories and paths of this machine are as they like, and quoted.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::{DeliveryError, Destination};

/// Octets of a line that `sftp` reads as one; the rest would be another command.
const LINE_BYTES: usize = 2000;
/// Octets of a file's name at most: servers have 255, and ours get longer while they are sent.
const NAME_BYTES: usize = 200;
/// Seconds between two signs of life that are asked of the server, and how many may stay away.
const ALIVE: (u32, u32) = (15, 4);

/// A command, without its line end.
pub(super) type Command = Vec<u8>;

fn setting(expected: &str, found: impl std::fmt::Debug) -> DeliveryError {
    DeliveryError::Setting(format!("expected {expected}, found {found:?}"))
}

/// The arguments of `sftp`. No file of the user's or the system's says anything besides.
///
/// # Errors
/// Settings that cannot be told to it.
pub(super) fn arguments(to: &Destination) -> Result<Vec<OsString>, DeliveryError> {
    let is_host = |octet: u8| octet.is_ascii_alphanumeric() || b"-._:%".contains(&octet);
    if to.host.is_empty() || to.host.starts_with('-') || !to.host.bytes().all(is_host) {
        return Err(setting("a host name or an address", &to.host));
    }
    let is_user = |octet: u8| octet.is_ascii_graphic() && !b"\"'\\%$#".contains(&octet);
    if to.user.is_empty() || to.user.starts_with('-') || !to.user.bytes().all(is_user) {
        return Err(setting("a user of visible ASCII characters, no quotes, \\, %, $ and # among them", &to.user));
    }
    let host = if to.host.contains(':') { format!("[{}]", to.host) } else { to.host.clone() };
    let mut arguments: Vec<OsString> = ["-F", "none", "-b", "-", "-f", "-P"].map(OsString::from).into();
    arguments.push(to.port.to_string().into());
    if let Some(limit) = to.limit_kbit {
        arguments.extend(["-l".into(), limit.to_string().into()]);
    }
    let (interval, count) = ALIVE;
    for option in [
        "BatchMode=yes".to_owned(),
        "StrictHostKeyChecking=yes".to_owned(),
        "GlobalKnownHostsFile=/dev/null".to_owned(),
        "KnownHostsCommand=none".to_owned(),
        "VerifyHostKeyDNS=no".to_owned(),
        "UpdateHostKeys=no".to_owned(),
        "PreferredAuthentications=publickey".to_owned(),
        "IdentitiesOnly=yes".to_owned(),
        "IdentityAgent=none".to_owned(),
        "ControlPath=none".to_owned(),
        "LogLevel=INFO".to_owned(),
        format!("ConnectTimeout={}", to.connect_timeout_s),
        format!("ServerAliveInterval={interval}"),
        format!("ServerAliveCountMax={count}"),
        format!("User={}", to.user),
    ] {
        arguments.extend(["-o".into(), option.into()]);
    }
    for (name, path) in [("UserKnownHostsFile", &to.known_hosts), ("IdentityFile", &to.identity)] {
        // ssh says of a file that is not there what it says of a server that does not know us.
        let failed = |error| DeliveryError::File { path: path.clone(), error };
        std::fs::File::open(path).map_err(failed)?;
        let path = std::path::absolute(path).map_err(failed)?;
        arguments.extend(["-o".into(), option_with_path(name, &path)?]);
    }
    arguments.push(host.into());
    Ok(arguments)
}

/// An option whose value is a path: quoted, with what ssh would put something else for taken as it is.
fn option_with_path(name: &str, path: &Path) -> Result<OsString, DeliveryError> {
    let text = path.to_str().filter(|text| !text.contains(['"', '\\']) && !text.contains("${"));
    let text = text.filter(|text| !text.contains(char::is_control));
    let text = text.ok_or_else(|| setting("a path in UTF-8 without \", \\, ${ and control characters", path))?;
    Ok(format!("{name}=\"{}\"", text.replace('%', "%%")).into())
}

/// The name that a file has there.
///
/// # Errors
/// When it is not plain.
pub(super) fn name_of(path: &Path) -> Result<String, DeliveryError> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_plain = |octet: u8| octet.is_ascii_alphanumeric() || b"-._".contains(&octet);
    let is_good = name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.len() <= NAME_BYTES
        && name.bytes().all(is_plain);
    match is_good {
        true => Ok(name.to_owned()),
        false => Err(setting("a file name of letters, digits, \"-\", \".\" and \"_\", 200 at most", path)),
    }
}

/// `text` in double quotes: in them `sftp` takes all but quotes and backslashes as it is, patterns too.
fn quoted(text: &[u8]) -> Result<Vec<u8>, DeliveryError> {
    let mut out = vec![b'"'];
    for octet in text {
        match octet {
            0..0x20 | 0x7F => return Err(setting("a path without control characters", String::from_utf8_lossy(text))),
            b'"' | b'\\' => out.extend([b'\\', *octet]),
            _ => out.push(*octet),
        }
    }
    out.push(b'"');
    Ok(out)
}

fn line(command: Command) -> Result<Command, DeliveryError> {
    match command.len() <= LINE_BYTES {
        true => Ok(command),
        false => Err(setting("shorter paths", String::from_utf8_lossy(&command))),
    }
}

/// Goes to a directory.
pub(super) fn change_directory(directory: &str) -> Result<Command, DeliveryError> {
    // What begins like an option is none.
    let directory = if directory.starts_with('-') { format!("./{directory}") } else { directory.to_owned() };
    line([b"cd ".to_vec(), quoted(directory.as_bytes())?].concat())
}

/// Sends a file, or what is missing of it.
pub(super) fn put(path: &Path, name: &str, resume: bool) -> Result<Command, DeliveryError> {
    let verb: &[u8] = if resume { b"reput " } else { b"put " };
    line([verb.to_vec(), quoted(path.as_os_str().as_bytes())?, b" ".to_vec(), name.as_bytes().to_vec()].concat())
}

/// Lists the file of this name, and what there may be of it from attempts before.
pub(super) fn look_for(name: &str) -> [Command; 2] {
    [format!("-ls -ln {name}").into_bytes(), format!("-ls -ln {name}.*.part").into_bytes()]
}

/// Lists a file, if it is there.
pub(super) fn list(name: &str) -> Command {
    format!("-ls -ln {name}").into_bytes()
}

/// Removes a file, if it is there.
pub(super) fn remove(name: &str) -> Command {
    format!("-rm {name}").into_bytes()
}

/// Renames a file.
pub(super) fn rename(from: &str, to: &str) -> Command {
    format!("rename {from} {to}").into_bytes()
}

/// Whether `name` is one that `file` has while it is sent, whatever its content.
pub(super) fn is_part_of(name: &str, file: &str) -> bool {
    let digits = name.strip_prefix(file).and_then(|rest| rest.strip_prefix('.')?.strip_suffix(".part"));
    digits.is_some_and(|digits| digits.len() == 16 && digits.bytes().all(|octet| octet.is_ascii_hexdigit()))
}

/// Name and octets from a line of `ls -ln`: mode, links, user, group, octets, month, day, time or year, name. Users and groups
/// may hold spaces, names of ours do not.
pub(super) fn listed(line: &str) -> Option<(String, u64)> {
    if !line.starts_with('-') {
        return None;
    }
    let mut words = line.split_ascii_whitespace().rev();
    let name = words.next()?;
    let octets = words.nth(3)?.parse().ok()?;
    Some((name.to_owned(), octets))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_listing_are_names_and_octets() {
        let line = "-rw-r--r--    ? domain users root     3000000 Nov 28 17:07 a_2026-11-22_full_S1_R0.ryde";
        assert_eq!(listed(line), Some(("a_2026-11-22_full_S1_R0.ryde".into(), 3_000_000)));
        assert_eq!(listed("-rw-------    ? 0        0               0 Nov 28  2025 a"), Some(("a".into(), 0)));
        for line in ["sftp> -ls -ln a", "drwxr-xr-x    ? 0 0 4096 Nov 28 17:07 a", "-", "- a b c d e", "Can't ls"] {
            assert_eq!(listed(line), None, "{line}");
        }
    }

    #[test]
    fn parts_are_those_of_the_file() {
        assert!(is_part_of("a.ryde.0123456789abcdef.part", "a.ryde"));
        for name in ["a.ryde.part", "a.ryde.sig.0123456789abcdef.part", "a.ryde.0123456789abcdeg.part", "a.ryde", "b"] {
            assert!(!is_part_of(name, "a.ryde"), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_said_as_it_is_is_refused() {
        assert_eq!(change_directory("-a \"b\\").expect("a directory"), b"cd \"./-a \\\"b\\\\\"");
        assert!(change_directory("a\nrm b").is_err());
        assert!(put(Path::new(&"/a".repeat(1000)), "a", false).is_err());
        for name in ["a b", "-a", ".a", "a*", "ä", "..", "a\nb"] {
            assert!(name_of(&Path::new("/x").join(name)).is_err(), "{name:?}");
        }
        let path = option_with_path("IdentityFile", Path::new("/a b/100%/it's")).expect("a path");
        assert_eq!(path, "IdentityFile=\"/a b/100%%/it's\"");
        for path in ["/a\"", "/a\\", "/${HOME}", "/a\nb"] {
            assert!(option_with_path("IdentityFile", Path::new(path)).is_err(), "{path}");
        }
    }
}
