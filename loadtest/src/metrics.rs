//! The server's own counters of limits that were reached, from its `/metrics`.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::target::{address, authority};

/// Times that each limit was reached.
pub(crate) type Limits = BTreeMap<String, u64>;

/// How long the server may take to tell.
const PATIENCE: Duration = Duration::from_secs(10);

/// Fetches the counters.
///
/// # Errors
/// A URL that is not `http://HOST:PORT/PATH` of this machine, or a server that does not answer.
pub(crate) fn fetch(url: &str) -> Result<Limits, String> {
    let (host, port) =
        authority(url, "http://", 80).ok_or_else(|| format!("{url}: expected http://HOST:PORT/metrics"))?;
    let path = url.splitn(4, '/').nth(3).unwrap_or_default();
    let failed = |error: std::io::Error| format!("{url}: {error}");
    let mut socket = TcpStream::connect_timeout(&address(host, port, false)?, PATIENCE).map_err(failed)?;
    socket.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
    let head = format!("GET /{path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n");
    socket.write_all(head.as_bytes()).map_err(failed)?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).map_err(failed)?;
    match answer.starts_with("HTTP/1.1 200") {
        true => Ok(parse(&answer)),
        false => Err(format!("{url} answered {}", answer.lines().next().unwrap_or("nothing"))),
    }
}

fn parse(text: &str) -> Limits {
    let one = |line: &str| {
        let (name, count) = line.strip_prefix("domesday_limit_reached_total{limit=\"")?.split_once("\"} ")?;
        Some((name.to_owned(), count.trim().parse().ok()?))
    };
    text.lines().filter_map(one).collect()
}

/// The counters that moved, and by how much.
pub(crate) fn moved(before: &Limits, after: &Limits) -> Limits {
    let by = |(name, count): (&String, &u64)| (name.clone(), count.saturating_sub(*before.get(name).unwrap_or(&0)));
    after.iter().map(by).filter(|(_, count)| *count > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moved_is_told_by_limit() {
        let text = |one, other| {
            format!(
                "# TYPE domesday_limit_reached counter\ndomesday_limit_reached_total{{limit=\"rdap-rate\"}} {one}\n\
                 domesday_limit_reached_total{{limit=\"epp-waiting\"}} {other}\ndomesday_sessions 7\n"
            )
        };
        let (before, after) = (parse(&text(1, 2)), parse(&text(1, 12)));
        assert_eq!(before.len(), 2);
        assert_eq!(moved(&before, &after), Limits::from([("epp-waiting".to_owned(), 10)]));
        assert_eq!(moved(&Limits::new(), &before).len(), 2, "a counter that was not there began at nothing");
    }
}
