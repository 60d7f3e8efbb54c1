//! The load tester of Domesday.
fn main() {}
