//! Bodies in the gzip coding (RFC 9110, section 8.4.1.3; RFC 1952).

use flate2::{Compress, Compression, FlushCompress, Status};

/// Less than this fits into one packet as it is.
const WORTH_BYTES: usize = 1024;
/// The largest there is (RFC 1951, section 2): a body finds itself in all of it.
const WINDOW_BITS: u8 = 15;

/// One compressor, since each has some hundred kilobytes of tables; there is none until a client asks.
#[derive(Default)]
pub(super) struct Gzip {
    compressor: Option<Compress>,
    out: Vec<u8>,
}

impl Gzip {
    /// The body coded, where that is worth it.
    pub(super) fn encode(&mut self, body: &[u8]) -> Option<Vec<u8>> {
        if body.len() < WORTH_BYTES {
            return None;
        }
        // The fastest level takes a body to a third, and takes a quarter of the next one's time to do so.
        let compressor = self.compressor.get_or_insert_with(|| Compress::new_gzip(Compression::fast(), WINDOW_BITS));
        compressor.reset();
        self.out.clear();
        self.out.reserve(body.len());
        let done = matches!(compressor.compress_vec(body, &mut self.out, FlushCompress::Finish), Ok(Status::StreamEnd));
        (done && self.out.len() < body.len()).then(|| self.out.as_slice().into())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn bodies_come_back_one_after_the_other() {
        let mut gzip = Gzip::default();
        for number in 1..20 {
            let body = format!("{{\"objectClassName\":\"domain\",\"number\":{number}}}").repeat(100 * number);
            let coded = gzip.encode(body.as_bytes()).expect("worth it");
            assert!(coded.len() * 4 < body.len() && coded.capacity() == coded.len());
            // `rdap_io` knows the end of a body by this.
            assert!(coded.ends_with(b"\0"));
            let mut back = String::new();
            flate2::read::GzDecoder::new(&coded[..]).read_to_string(&mut back).expect("gzip");
            assert_eq!(back, body);
        }
    }

    #[test]
    fn what_gains_nothing_is_left_as_it_is() {
        let mut gzip = Gzip::default();
        assert_eq!(gzip.encode(&[b'x'; WORTH_BYTES - 1]), None);
        assert!(gzip.encode(&[b'x'; WORTH_BYTES]).is_some());
        let mut state = 1_u64;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        })
        .take(4096)
        .collect();
        assert_eq!(gzip.encode(&noise), None);
    }
}
