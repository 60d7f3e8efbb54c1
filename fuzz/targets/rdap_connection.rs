//! RDAP connections: whatever octets a client sends over HTTP/1.1 or HTTP/2, headers among them.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| domesday::node::rdap_service::fuzz_connection(data));
