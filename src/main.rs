//! Domesday: parse, run, error to exit code.
fn main() {}
