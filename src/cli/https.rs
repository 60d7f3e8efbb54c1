//! One HTTPS request and its answer: hyper's client on a blocking TLS stream.

use std::error::Error;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use bytes::Bytes;
use futures_util::future::{Either, select};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, AUTHORIZATION, CONNECTION, HOST, HeaderValue, LOCATION};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::{Request, Uri};
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

use super::epp_connection::{RESPONSE_TIMEOUT, connect};
use super::exit::CliError;
use crate::runtime::tls::client_config;

/// Octets of an answer at most.
const ANSWER_BYTES: usize = 16 * 1024 * 1024;
/// Octets read at one time.
const READ_BYTES: usize = 4096;
/// The port of `https` (RFC 9110, section 4.2.2).
const PORT: u16 = 443;

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// The status code.
    pub(super) status: u16,
    /// Where to ask instead.
    pub(super) location: Option<String>,
    /// The content.
    pub(super) body: Vec<u8>,
}

/// Who asks, and what for.
#[derive(Clone, Debug, Default)]
pub(super) struct Asker<'a> {
    /// PEM files of a client certificate and its key.
    pub(super) identity: Option<(&'a Path, &'a Path)>,
    /// A bearer token, as the value of its field; marked sensitive, so that no debug output has it.
    pub(super) authorization: Option<HeaderValue>,
    /// The purpose of the query.
    pub(super) purpose: Option<&'static str>,
}

/// Gets what is at `uri`, which has a host; the server's certificate must be of a CA in the PEM file `ca`.
///
/// # Errors
/// Files that cannot be used, and every way a connection fails.
pub(super) fn get(uri: &Uri, ca: &Path, media_type: &str, asker: Asker<'_>) -> Result<Answer, CliError> {
    let config = client_config(ca, asker.identity)?;
    let failed = |error| CliError::Connection { peer: uri.to_string(), error };
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let name = ServerName::try_from(host.clone());
    let name = name.map_err(|error| failed(io::Error::new(ErrorKind::InvalidInput, error)))?;
    let mut client = ClientConnection::new(Arc::new(config), name).map_err(|error| failed(io::Error::other(error)))?;
    let deadline = Instant::now() + RESPONSE_TIMEOUT;
    let mut socket = connect(&host, uri.port_u16().unwrap_or(PORT)).map_err(failed)?;
    while client.is_handshaking() {
        client.complete_io(&mut socket).map_err(failed)?;
    }
    let stream = Blocking { stream: StreamOwned::new(client, socket), asked: false };
    let mut request = Request::get(uri.path_and_query().map_or("/", |path| path.as_str()))
        .header(HOST, uri.authority().map_or("", |authority| authority.as_str()))
        .header(ACCEPT, media_type)
        .header(CONNECTION, "close");
    if let Some(authorization) = asker.authorization {
        request = request.header(AUTHORIZATION, authorization);
    }
    if let Some(purpose) = asker.purpose {
        request = request.header("rdap-purpose", purpose);
    }
    let request =
        request.body(Empty::<Bytes>::new()).map_err(|error| failed(io::Error::new(ErrorKind::InvalidInput, error)))?;
    drive(exchange(stream, request), deadline).map_err(failed)
}

type Failure = Box<dyn Error + Send + Sync>;

async fn exchange<S: io::Read + io::Write + Unpin>(
    stream: Blocking<S>,
    request: Request<Empty<Bytes>>,
) -> Result<Answer, Failure> {
    let (mut sender, connection) = http1::handshake(stream).await?;
    let asking = pin!(async {
        let (head, body) = sender.send_request(request).await?.into_parts();
        let location = head.headers.get(LOCATION).map(|to| String::from_utf8_lossy(to.as_bytes()).into_owned());
        let body = Limited::new(body, ANSWER_BYTES).collect().await?.to_bytes().to_vec();
        Ok::<_, Failure>(Answer { status: head.status.as_u16(), location, body })
    });
    match select(asking, pin!(connection)).await {
        Either::Left((answer, _)) => answer,
        // The connection has ended in order: what it has brought waits.
        Either::Right((Ok(()), asking)) => asking.await,
        Either::Right((Err(error), _)) => Err(error.into()),
    }
}

/// Runs a future whose streams block, so that it waits only inside of them.
fn drive<T>(future: impl Future<Output = Result<T, Failure>>, deadline: Instant) -> io::Result<T> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    while Instant::now() < deadline {
        if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
            return done.map_err(|error| io::Error::other(root(error.as_ref()).to_string()));
        }
    }
    Err(io::Error::new(ErrorKind::TimedOut, format!("no whole answer within {} s", RESPONSE_TIMEOUT.as_secs())))
}

/// What an error comes from in the end: hyper's own words name only the layer.
fn root<'a>(mut error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

/// A blocking stream as hyper wants it. hyper reads also before it has written, to see a server that closes; here that
/// would wait for ever.
struct Blocking<S> {
    stream: S,
    asked: bool,
}

impl<S: io::Read + Unpin> Read for Blocking<S> {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, mut buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        if !self.asked {
            return Poll::Pending;
        }
        // hyper's own buffer may be uninitialized, which no safe code can read into.
        let mut octets = [0; READ_BYTES];
        let wanted = buf.remaining().min(READ_BYTES);
        let count = self.stream.read(&mut octets[..wanted])?;
        buf.put_slice(&octets[..count]);
        Poll::Ready(Ok(()))
    }
}

impl<S: io::Write + Unpin> Write for Blocking<S> {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(self.stream.write(buf))
    }

    fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.flush()?;
        self.asked = true;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A server that says this, whatever it is asked, and then closes.
    struct Server {
        says: &'static [u8],
        heard: Vec<u8>,
    }

    impl io::Read for Server {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            assert!(self.heard.ends_with(b"\r\n\r\n"), "nobody answers before the request is whole");
            // One octet at a time: an answer may come in any pieces.
            io::Read::read(&mut self.says, &mut buf[..1])
        }
    }

    impl io::Write for Server {
        fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
            self.heard.extend_from_slice(buf);
            Ok(buf.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn ask(says: &'static [u8]) -> io::Result<Answer> {
        let stream = Blocking { stream: Server { says, heard: Vec::new() }, asked: false };
        let request = Request::get("/help").header(HOST, "h").body(Empty::new()).expect("a request");
        drive(exchange(stream, request), Instant::now() + Duration::from_secs(10))
    }

    #[test]
    fn answers_in_every_framing_are_read_whole() {
        let expected = |status, location: Option<&str>, body: &[u8]| Answer {
            status,
            location: location.map(str::to_owned),
            body: body.to_vec(),
        };
        let sized = ask(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").expect("an answer");
        assert_eq!(sized, expected(200, None, b"{}"));
        let chunked = ask(b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n");
        assert_eq!(chunked.expect("an answer"), expected(404, None, b"{}"));
        let moved = ask(b"HTTP/1.1 303 See Other\r\nLocation: https://b/\r\nConnection: close\r\n\r\nx");
        assert_eq!(moved.expect("an answer"), expected(303, Some("https://b/"), b"x"));
    }

    #[test]
    fn answers_that_are_cut_short_or_none_are_failures() {
        for says in [&b""[..], b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", b"220 ready\r\n", b"HTTP/1.1 200 O"] {
            let error = ask(says).expect_err("no answer");
            assert_ne!(error.kind(), ErrorKind::TimedOut, "{says:?}: {error}");
        }
    }
}
