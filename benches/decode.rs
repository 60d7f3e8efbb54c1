//! What decoding costs on the path of every command: one frame of each kind, from octets to a typed command.

use divan::Bencher;
use divan::counter::BytesCount;
use domesday::base::limits::EPP_FRAME_BYTES;
use domesday::epp::decode::decode;
use domesday::epp::frame;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const DOMAIN_CHECK: &str = include_str!("../fuzz/seeds/decode/domain-check.xml");
const DOMAIN_INFO: &str = include_str!("../fuzz/seeds/decode/domain-info.xml");
const DOMAIN_CREATE: &str = include_str!("../fuzz/seeds/decode/domain-create.xml");
const CONTACT_CREATE: &str = include_str!("../fuzz/seeds/decode/contact-create.xml");
const LOGIN: &str = include_str!("../fuzz/seeds/decode/login.xml");

fn main() {
    divan::main();
}

/// A domain:create of about 1.2 KB: more name servers and contacts than the RFC's example.
fn large_domain_create() -> String {
    let hosts: String =
        (1..=5).map(|n| format!("          <domain:hostObj>ns{n}.example.net</domain:hostObj>\n")).collect();
    DOMAIN_CREATE.replacen("        </domain:ns>", &format!("{hosts}        </domain:ns>"), 1)
}

#[divan::bench(args = ["check", "info", "create", "create-1.2k", "contact-create", "login"])]
fn decoding(bencher: Bencher<'_, '_>, kind: &str) {
    let xml = match kind {
        "check" => DOMAIN_CHECK.to_owned(),
        "info" => DOMAIN_INFO.to_owned(),
        "create" => DOMAIN_CREATE.to_owned(),
        "create-1.2k" => large_domain_create(),
        "contact-create" => CONTACT_CREATE.to_owned(),
        _ => LOGIN.to_owned(),
    };
    assert!(decode(xml.as_bytes()).is_ok());
    bencher.counter(BytesCount::new(xml.len())).bench(|| decode(divan::black_box(xml.as_bytes())).is_ok());
}

#[divan::bench]
fn framing(bencher: Bencher<'_, '_>) {
    let mut unit = (DOMAIN_CREATE.len() as u32 + 4).to_be_bytes().to_vec();
    unit.extend_from_slice(DOMAIN_CREATE.as_bytes());
    bencher.bench(|| frame::next(divan::black_box(&unit), EPP_FRAME_BYTES).is_ok());
}
