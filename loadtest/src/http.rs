//! As much of HTTP/1.1 as a client of RDAP needs: a GET, and a response with a content length.

use std::io;

/// What a response says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) content: Vec<u8>,
}

/// A request for `path` on a connection that is kept.
pub(crate) fn get(authority: &str, path: &str) -> String {
    format!("GET /{path} HTTP/1.1\r\nHost: {authority}\r\nAccept: application/rdap+json\r\n\r\n")
}

/// Takes the first response from what was received, when it is whole.
///
/// # Errors
/// When this is no response, or one without a content length.
pub(crate) fn take(input: &mut Vec<u8>) -> io::Result<Option<Response>> {
    let Some(head) = input.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let (status, length) = parse(input.get(..head).unwrap_or_default())
        .ok_or_else(|| io::Error::other("expected an HTTP/1.1 response with a content length"))?;
    let end = head + 4 + length;
    if input.len() < end {
        return Ok(None);
    }
    let content = input.drain(..end).skip(head + 4).collect();
    Ok(Some(Response { status, content }))
}

fn parse(head: &[u8]) -> Option<(u16, usize)> {
    let mut lines = std::str::from_utf8(head).ok()?.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let mut fields = lines.filter_map(|line| line.split_once(':'));
    let (_, length) = fields.find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    Some((status, length.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_are_taken_whole_and_in_order() {
        let first = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        let mut input = first.to_vec();
        input.extend_from_slice(b"HTTP/1.1 404 Not Found\r\ncontent-length: 3\r\n\r\nab");
        assert_eq!(take(&mut input).expect("a response"), Some(Response { status: 200, content: b"{}".to_vec() }));
        assert_eq!(take(&mut input).expect("a response"), None, "an octet is missing");
        input.push(b'c');
        assert_eq!(take(&mut input).expect("a response"), Some(Response { status: 404, content: b"abc".to_vec() }));
        assert!(take(&mut b"HTTP/1.1 200 OK\r\n\r\n".to_vec()).is_err());
    }
}
