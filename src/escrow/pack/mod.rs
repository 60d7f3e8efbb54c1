//! Packing a deposit for the escrow agent, and unpacking one of any make (Specification 2, sections 5 and 6; RFC 4880).
//! Streams in and out: a deposit of any size takes a few buffers' memory.
//!
//! ```text
//!  data files ─► tar ─► compressed ─► encrypted to the agent ─► parts .ryde ─► a signature .sig beside each      (pack)
//!  members ◄─ checked ◄─ tar, or bare XML ◄─ decompressed ◄─ decrypted ◄─ joined ◄─ parts, signatures verified   (unpack)
//! ```
//!
//! | file | idea |
//! | --- | --- |
//! | `name` | names of files |
//! | `keys` | which part of an OpenPGP key may be used for what, and when |
//! | `tape` | data files as a tar stream |
//! | `wrap` | the stream encrypted, split and signed |
//! | `layer` | which wrapping a file has |
//! | `message` | messages opened, and how they are made |
//! | `unpack` | signatures verified, wrappings taken off |
//! | `untape` | the members of a tar file, checked and held to limits |
//! | `fault` | why not |

mod fault;
mod keys;
mod layer;
mod message;
mod name;
mod tape;
mod unpack;
mod untape;
mod wrap;

pub use fault::{KeyError, PackError, Unfit, UnpackError};
pub use keys::{PublicKey, SecretKey};
pub use layer::{Layer, Peeked};
pub use message::{Departure, Sealing};
pub use name::{Extension, FileKind, FileName, NameError, NamePart};
pub use tape::Member;
pub use unpack::{Joined, Signed, Unpacked, Unpacking, Wrapping, in_order, unpack, verify};
pub use untape::{Limits, MemberReader};
pub use wrap::{Cipher, Compression, Folder, Packed, Packing, pack};

#[cfg(test)]
pub(crate) mod tests;
