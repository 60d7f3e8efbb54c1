//! A small blocking EPP client (RFC 5734): frames, raw octets, pipelining, split writes; records what the server says.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use super::process::{Demo, Registrar};
use super::tls::{self, TlsStream};

/// The namespaces of the object mappings, as logged in with.
pub const OBJECTS: [&str; 5] = [
    "urn:ietf:params:xml:ns:domain-1.0",
    "urn:ietf:params:xml:ns:host-1.0",
    "urn:ietf:params:xml:ns:contact-1.0",
    "http://www.verisign.com/epp/balance-1.0",
    "urn:ietf:params:xml:ns:epp:maintenance-1.0",
];

/// One session. Every frame received is also written to the folder in `DOMESDAY_TEST_RESPONSES`, if set, where the
/// schema judge finds it.
pub struct EppClient {
    stream: TlsStream,
    greeting: String,
    next_trid: u64,
}

impl EppClient {
    /// Connects with the registrar's certificate and reads the greeting.
    ///
    /// # Errors
    /// The socket's or the handshake's; `UnexpectedEof` when the server closes instead of greeting.
    pub fn connect(demo: &Demo, registrar: &Registrar) -> io::Result<Self> {
        let config = tls::config(&demo.epp.ca, Some((&registrar.cert, &registrar.key)));
        let address = demo.epp.addresses.first().map_or(demo.epp.host.as_str(), String::as_str);
        let stream = tls::connect(config, address, demo.epp.port, &demo.epp.server_name)?;
        let mut client = Self { stream, greeting: String::new(), next_trid: 0 };
        client.greeting = client.receive()?;
        Ok(client)
    }

    /// As [`EppClient::connect`], over a socket that is connected already.
    ///
    /// # Errors
    /// As there.
    pub fn over(demo: &Demo, registrar: &Registrar, socket: TcpStream) -> io::Result<Self> {
        let config = tls::config(&demo.epp.ca, Some((&registrar.cert, &registrar.key)));
        let stream = tls::shake_hands(config, socket, &demo.epp.server_name)?;
        let mut client = Self { stream, greeting: String::new(), next_trid: 0 };
        client.greeting = client.receive()?;
        Ok(client)
    }

    /// Connects and logs in as `demo.registrars[index]`.
    pub fn logged_in(demo: &Demo, index: usize) -> Self {
        let registrar = &demo.registrars[index];
        let mut client = Self::connect(demo, registrar).expect("the server lets the registrar connect");
        let answer = client.login(&registrar.clid, &registrar.pw);
        assert_eq!(code(&answer), 1000, "login: {answer}");
        client
    }

    /// The greeting of this connection.
    pub fn greeting(&self) -> &str {
        &self.greeting
    }

    /// Sends a `<login>` with the three object services and no extension, and returns the response.
    pub fn login(&mut self, clid: &str, password: &str) -> String {
        let services: String = OBJECTS.iter().map(|uri| format!("<objURI>{uri}</objURI>")).collect();
        self.command(&format!(
            "<login><clID>{}</clID><pw>{}</pw><options><version>1.0</version><lang>en</lang></options>\
             <svcs>{services}</svcs></login>",
            escape(clid),
            escape(password)
        ))
    }

    /// Wraps `body` (for example `<logout/>`) in `<epp><command>` with a fresh clTRID, sends it and returns the response.
    /// The prefixes `domain`, `host` and `contact` are declared.
    pub fn command(&mut self, body: &str) -> String {
        let frame = self.frame(body);
        self.exchange(&frame)
    }

    /// The frame that [`command`](Self::command) would send.
    pub fn frame(&mut self, body: &str) -> String {
        self.next_trid += 1;
        frame(body, &format!("TEST-{}", self.next_trid))
    }

    /// Sends one document and returns the answer to it.
    pub fn exchange(&mut self, document: &str) -> String {
        self.send(document).expect("the server takes a frame");
        self.receive().expect("the server answers a frame")
    }

    /// Sends one document as one data unit (RFC 5734, section 4).
    ///
    /// # Errors
    /// The connection's.
    pub fn send(&mut self, document: &str) -> io::Result<()> {
        self.send_raw(&data_unit(document.as_bytes()))
    }

    /// Sends octets as they are: half a frame, several glued together, or garbage.
    ///
    /// # Errors
    /// The connection's.
    pub fn send_raw(&mut self, octets: &[u8]) -> io::Result<()> {
        self.stream.write_all(octets)?;
        self.stream.flush()
    }

    /// Sends all `documents` in one write and returns the answers in the order they arrive.
    ///
    /// # Errors
    /// The connection's; `UnexpectedEof` when it ends before the last answer.
    pub fn pipeline(&mut self, documents: &[String]) -> io::Result<Vec<String>> {
        let octets: Vec<u8> = documents.iter().flat_map(|document| data_unit(document.as_bytes())).collect();
        self.send_raw(&octets)?;
        documents.iter().map(|_| self.receive()).collect()
    }

    /// Sends the data unit of `document` in pieces of `size` octets, each in a TLS record of its own.
    ///
    /// # Errors
    /// The connection's.
    pub fn send_split(&mut self, document: &str, size: usize) -> io::Result<()> {
        data_unit(document.as_bytes()).chunks(size).try_for_each(|piece| self.send_raw(piece))
    }

    /// Reads one data unit and records it.
    ///
    /// # Errors
    /// The connection's; `UnexpectedEof` when the server has closed; `InvalidData` for a length or text that cannot be.
    pub fn receive(&mut self) -> io::Result<String> {
        let mut header = [0; 4];
        self.stream.read_exact(&mut header)?;
        let length =
            (u32::from_be_bytes(header) as usize)
                .checked_sub(4)
                .filter(|length| *length < 16 * 1024 * 1024)
                .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("data unit header {header:?}")))?;
        let mut document = vec![0; length];
        self.stream.read_exact(&mut document)?;
        record(&document);
        String::from_utf8(document).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
    }

    /// Whether the server has closed the connection: true when the next read finds its end instead of octets.
    pub fn is_closed_by_server(&mut self) -> bool {
        match self.stream.read(&mut [0]) {
            Ok(count) => count == 0,
            Err(error) => !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut),
        }
    }

    /// Ends the connection without a goodbye, as a lost network would.
    pub fn abandon(self) {
        let _ = self.stream.sock.shutdown(Shutdown::Both);
    }
}

/// `body` wrapped in `<epp><command>` with this clTRID.
pub fn frame(body: &str, cltrid: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\
         <epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\" xmlns:domain=\"{}\" xmlns:host=\"{}\" xmlns:contact=\"{}\">\
         <command>{body}<clTRID>{cltrid}</clTRID></command></epp>",
        OBJECTS[0], OBJECTS[1], OBJECTS[2]
    )
}

/// The four-octet total length, then the document (RFC 5734, section 4).
pub fn data_unit(document: &[u8]) -> Vec<u8> {
    let total = u32::try_from(document.len() + 4).expect("a test frame is below 4 GiB");
    [&total.to_be_bytes(), document].concat()
}

/// The result code of a response (RFC 5730, section 3).
pub fn code(response: &str) -> u16 {
    let text = between(response, "code=\"", "\"").unwrap_or_else(|| panic!("no result code in {response}"));
    text.parse().unwrap_or_else(|_| panic!("result code {text:?} in {response}"))
}

/// The text between the first `start` and the `end` after it.
pub fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let rest = &text[text.find(start)? + start.len()..];
    Some(&rest[..rest.find(end)?])
}

/// `text` with the five predefined entities where XML needs them.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&apos;")
}

/// Writes a received document where the schema judge looks, if it was told where.
pub fn record(document: &[u8]) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let Some(folder) = std::env::var_os("DOMESDAY_TEST_RESPONSES").map(PathBuf::from) else {
        return;
    };
    let name = format!("{}-{:06}.xml", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    std::fs::create_dir_all(&folder).expect("the folder for responses can be made");
    std::fs::write(folder.join(name), document).expect("a response can be recorded");
}
