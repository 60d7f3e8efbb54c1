//! An RDAP answer from request target to body: parse, look-ups, mapping, JSON. Records lie in memory, validated at each
//! look-up, which the index does not do.

use divan::{Bencher, black_box};
use domesday::rdap::{BaseUrl, Context, answer, parse};
use domesday::{base, model};

#[path = "../tests/rdap/sample.rs"]
mod sample;

fn main() {
    divan::main();
}

#[divan::bench(args = [
    "/domain/shop.example",
    "/domain/xn--bcher-kva.example",
    "/domain/b%C3%BCcher.example",
    "/domain/none.example",
    "/nameserver/ns1.shop.example",
    "/entity/9995",
    "/entity/SH8013",
    "/help",
])]
fn render(bencher: Bencher<'_, '_>, target: &str) {
    let registry = sample::registry();
    let base = BaseUrl::new("https://rdap.example/").expect("a base URL");
    let terms = Some("https://registry.example/terms");
    bencher.bench_local(|| {
        let context = Context::new(&base, black_box(target), sample::day(30), terms);
        parse("GET", &base, black_box(target)).map(|request| answer(&registry, &request, &context))
    });
}
