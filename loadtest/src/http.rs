//! As much of HTTP/1.1 as a client of RDAP needs: a GET, and a response with a content length or in chunks (RFC 9112).

use std::borrow::Cow;
use std::io;
use std::ops::Range;

/// What a response says, its content copied.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) content: Vec<u8>,
}

/// The head of a response that is whole, and where in the octets the response is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// Whether the connection ends with it.
    pub(crate) closes: bool,
    /// Octets of all of it.
    pub(crate) length: usize,
    /// Where its content is: one piece, or chunks.
    content: Vec<Range<usize>>,
}

impl Head {
    /// The content, from the octets that it was found in.
    pub(crate) fn content<'a>(&self, input: &'a [u8]) -> Cow<'a, [u8]> {
        let piece = |range: &Range<usize>| input.get(range.clone()).unwrap_or_default();
        match self.content.as_slice() {
            [one] => Cow::Borrowed(piece(one)),
            many => Cow::Owned(many.iter().flat_map(piece).copied().collect()),
        }
    }
}

/// A request for `path` on a connection that is kept.
pub(crate) fn get(authority: &str, path: &str) -> String {
    format!("GET /{path} HTTP/1.1\r\nHost: {authority}\r\nAccept: application/rdap+json\r\n\r\n")
}

/// Takes the first response from what was received, when it is whole.
///
/// # Errors
/// When this is no response.
pub(crate) fn take(input: &mut Vec<u8>) -> io::Result<Option<Response>> {
    let Some(head) = whole(input)? else { return Ok(None) };
    let content = head.content(input).into_owned();
    input.drain(..head.length);
    Ok(Some(Response { status: head.status, content }))
}

/// The first response of `input`, when it is whole.
///
/// # Errors
/// When this is no response.
pub(crate) fn whole(input: &[u8]) -> io::Result<Option<Head>> {
    let bad = || io::Error::other("expected an HTTP/1.1 response with a content length or in chunks");
    let Some(end) = memchr::memmem::find(input, b"\r\n\r\n") else { return Ok(None) };
    let fields = parse(input.get(..end).unwrap_or_default()).ok_or_else(bad)?;
    let (content, length) = match fields.content {
        Content::Length(length) => {
            let whole = end + 4..(end + 4).checked_add(length).ok_or_else(bad)?;
            let length = whole.end;
            (vec![whole], length)
        }
        Content::Chunks => match chunks(input, end + 4).ok_or_else(bad)? {
            Some(found) => found,
            None => return Ok(None),
        },
    };
    let head = Head { status: fields.status, closes: fields.closes, length, content };
    Ok((input.len() >= length).then_some(head))
}

/// Where the content of chunks is, and where they end; `Some(None)`: they are not all there.
fn chunks(input: &[u8], mut at: usize) -> Option<Option<(Vec<Range<usize>>, usize)>> {
    let mut found = Vec::new();
    loop {
        let rest = input.get(at..).unwrap_or_default();
        let Some(line) = memchr::memmem::find(rest, b"\r\n") else { return Some(None) };
        let size = std::str::from_utf8(rest.get(..line)?).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        let start = at + line + 2;
        let end = start.checked_add(size)?;
        match (size, input.get(end..end + 2)) {
            (_, None) => return Some(None),
            // Trailers are not for us, and nobody sends them.
            (0, Some(b"\r\n")) => return Some(Some((found, end + 2))),
            (_, Some(b"\r\n")) => found.push(start..end),
            _ => return None,
        }
        at = end + 2;
    }
}

enum Content {
    Length(usize),
    Chunks,
}

struct Fields {
    status: u16,
    closes: bool,
    content: Content,
}

fn parse(head: &[u8]) -> Option<Fields> {
    let mut lines = std::str::from_utf8(head).ok()?.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let (mut closes, mut length, mut is_chunked) = (false, None, false);
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") {
            length = Some(value.parse().ok()?);
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            is_chunked = value.eq_ignore_ascii_case("chunked");
        } else if name.eq_ignore_ascii_case("connection") {
            closes = value.eq_ignore_ascii_case("close");
        }
    }
    let content = if is_chunked { Content::Chunks } else { Content::Length(length?) };
    Some(Fields { status, closes, content })
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

    #[test]
    fn chunks_are_put_together_when_all_are_there() {
        let all = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n\
                    3\r\n{\"a\r\na;x=y\r\n\":1}      \r\n0\r\n\r\n";
        for length in 0..all.len() {
            assert_eq!(whole(&all[..length]).expect("no error"), None, "{length}");
        }
        let head = whole(all).expect("a response").expect("whole");
        assert_eq!((head.status, head.closes, head.length), (200, true, all.len()));
        assert_eq!(head.content(all).as_ref(), b"{\"a\":1}      ");
        let garbled = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n";
        assert!(whole(garbled).is_err());
    }
}
