//! Floor 6: what to set on a machine, and why. Pure: from a [`Survey`] to a [`Plan`], and from that to three files.
//!
//! | file | idea |
//! | --- | --- |
//! | [`placement`] | which core does what |
//! | [`plan`] | each setting with its reason |
//! | [`files`] | the files they are written in, and the facts they come from |

pub mod files;
pub mod placement;
pub mod plan;
#[cfg(test)]
mod tests;

pub use crate::runtime::survey::Survey;
pub use plan::{Plan, Wishes};
