//! A place in the history of a log: how far, and along which history.

/// A log up to and including one of its frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogPlace {
    /// The sequence of the frame; 0 is the place before the first.
    pub frame: u64,
    /// SHA-256 over the whole history up to it (the log's hash chain); zeros before the first frame.
    pub chain: [u8; 32],
}

impl LogPlace {
    /// Before the first frame.
    pub const START: Self = Self { frame: 0, chain: [0; 32] };
}
