//! Whether frames decode the same however their tokens are come by, over millions of mutations: scanned by us, scanned by
//! quick-xml, or known from the shape of an earlier frame.
//!
//! `cargo bench --bench alike [-- VARIANTS [SEED]]`; without a number, a hundred thousand. A difference ends it with the frame.

use std::hint::black_box;
use std::process::ExitCode;

use domesday::epp::{Alike, fuzz_alike};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Variants of one frame in a row.
const IN_A_ROW: u64 = 1000;

fn main() -> ExitCode {
    let numbers: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let wanted = numbers.first().copied().unwrap_or(100_000);
    let mut seed = numbers.get(1).copied().unwrap_or(1);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/decode");
    let mut files: Vec<_> = match std::fs::read_dir(folder) {
        Ok(files) => files.filter_map(|file| file.ok().map(|file| file.path())).collect(),
        Err(error) => {
            eprintln!("{folder}: {error}");
            return ExitCode::FAILURE;
        }
    };
    files.sort();
    let frames: Vec<Vec<u8>> = files.iter().filter_map(|file| std::fs::read(file).ok()).collect();
    let mut sum = Alike::default();
    let mut told = 0;
    while sum.variants < wanted {
        for frame in &frames {
            seed = seed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            let alike = black_box(fuzz_alike(frame, seed, IN_A_ROW));
            sum.variants += alike.variants;
            sum.good += alike.good;
            sum.known += alike.known;
            sum.enough += alike.enough;
        }
        if sum.variants >= told + 5_000_000 {
            told = sum.variants;
            eprintln!("{} of {wanted}", sum.variants);
        }
    }
    println!(
        "{} variants of {} frames: no difference; {} good, {} of known shape, {} of these decoded by it",
        sum.variants,
        frames.len(),
        sum.good,
        sum.known,
        sum.enough
    );
    ExitCode::SUCCESS
}
