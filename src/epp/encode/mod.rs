//! EPP output: responses and greetings written as bytes, escaped, ready for the socket.
//!
//! Templates rather than an XML writer: the documents are ours, so only values need care, and all of them pass through
//! the one place that escapes.

mod balance;
mod change_poll;
mod contact;
mod domain;
mod extension;
mod fee;
mod greeting;
mod host;
mod idn;
mod launch;
mod login_sec;
mod maintenance;
pub mod mark;
mod poll;
mod response;
mod rgp;
mod sec_dns;
mod status;
mod token;
mod ttl;
mod unhandled;

use crate::base::xml_text as xml;

pub use greeting::{Greeting, greeting};
pub use response::{Response, response};

/// Appends one data unit: the four-octet length (RFC 5734, section 4), then what `body` writes.
fn framed(out: &mut Vec<u8>, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    body(out);
    let length = u32::try_from(out.len() - start).expect("a response is far below 4 GiB");
    if let Some(header) = out.get_mut(start..start + 4) {
        header.copy_from_slice(&length.to_be_bytes());
    }
}

#[cfg(test)]
mod tests;
