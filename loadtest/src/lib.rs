//! What a machine takes for an exchange by itself: the part of the load tester that benches use too.

pub mod floor;
