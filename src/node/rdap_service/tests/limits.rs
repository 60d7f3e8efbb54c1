//! What one request may bring with it: a head that is too long, and content that nobody wants.

use super::*;
use crate::base::limits::{RDAP_BETWEEN_REQUESTS_BYTES, RDAP_HTTP2_HEAD_BYTES};

#[test]
fn a_head_that_is_too_long_is_refused_over_http2_and_the_connection_lives() {
    let state = state(|_| (), None);
    with_server(&state, b"h2", async |stream| {
        let (client, connection) = h2::client::handshake(stream).await.expect("a handshake");
        let requests = async {
            for (target, length, status) in [
                ("help", RDAP_HEAD_BYTES / 2, 200),
                ("help", RDAP_HEAD_BYTES + 1, 431),
                ("help", RDAP_HTTP2_HEAD_BYTES - 1024, 431),
                (&*"domain/a".repeat(RDAP_HEAD_BYTES / 8), 1, 414),
            ] {
                let uri = format!("https://localhost:8443/{target}");
                let request = Request::builder().uri(uri).header("x", "y".repeat(length));
                let mut client = client.clone().ready().await.expect("room for a stream");
                let sent = client.send_request(request.body(()).expect("a request"), true);
                let response = sent.expect("sent").0.await.expect("a response");
                assert_eq!(response.status().as_u16(), status);
                assert_eq!(response.headers()["content-type"], MEDIA_TYPE);
                let mut content = response.into_body();
                let mut body = Vec::new();
                while let Some(octets) = content.data().await {
                    body.extend_from_slice(&octets.expect("the content"));
                }
                let body = String::from_utf8(body).expect("JSON");
                assert!(status == 200 || body.contains(&format!("\"errorCode\":{status},")), "{body}");
            }
            let request = Request::builder().uri("https://localhost:8443/help");
            let request = request.header("x", "y".repeat(RDAP_HTTP2_HEAD_BYTES));
            let mut client = client.clone().ready().await.expect("room for a stream");
            let sent = client.send_request(request.body(()).expect("a request"), true);
            assert_eq!(sent.expect("sent").0.await.expect("a response").status().as_u16(), 431);
            assert_eq!(http2(&client, "GET", "/help").await.0, 200);
        };
        match select(pin!(requests), pin!(connection)).await {
            Either::Left(_) => {}
            Either::Right((ended, _)) => panic!("the connection ended early: {ended:?}"),
        }
    });
    // The protocol refuses the longest before it is a request.
    assert_eq!(*state.surroundings.answered.borrow(), [200, 431, 431, 414, 200]);
}

/// A peer that takes everything and sends a head, and then something without end.
struct Endless {
    head: Vec<u8>,
    more: &'static [u8],
    sent: Rc<Cell<usize>>,
    received: Rc<RefCell<Vec<u8>>>,
}

impl AsyncRead for Endless {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        assert!(self.sent.get() < 4 << 20, "it never stops to read");
        let count = match self.head.len() {
            0 => {
                let count = self.more.len().min(buf.len());
                buf[..count].copy_from_slice(&self.more[..count]);
                count
            }
            length => {
                let count = length.min(buf.len());
                buf.iter_mut().zip(self.head.drain(..count)).for_each(|(space, octet)| *space = octet);
                count
            }
        };
        self.sent.set(self.sent.get() + count);
        Poll::Ready(Ok(count))
    }
}

impl AsyncWrite for Endless {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.received.borrow_mut().extend_from_slice(buf);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[test]
fn content_without_end_is_not_read_to_its_end() {
    for (fields, more) in [
        ("content-length: 1000000000", &b"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"[..]),
        ("transfer-encoding: chunked", b"10\r\nxxxxxxxxxxxxxxxx\r\n"),
        // No content at all, and lines before the next request that never begins.
        ("x: y", b"\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n"),
    ] {
        let state = state(|_| (), None);
        let head = format!("POST /help HTTP/1.1\r\nhost: a\r\n{fields}\r\n\r\n").into_bytes();
        let (sent, received) = (Rc::<Cell<usize>>::default(), Rc::<RefCell<Vec<u8>>>::default());
        let peer = Endless { head, more, sent: sent.clone(), received: received.clone() };
        let mut served = pin!(serve(peer, ([192, 0, 2, 1], 1).into(), None, None, state.clone(), || ()));
        let ended = (0..1000).any(|_| served.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
        assert!(ended, "{fields}");
        assert!(received.borrow().starts_with(b"HTTP/1.1 405 "), "{fields}");
        assert!(sent.get() <= RDAP_BETWEEN_REQUESTS_BYTES + 2 * RDAP_HEAD_BYTES, "{fields}: {} octets", sent.get());
    }
}
