//! The launch of a TLD (RFC 8334): which phase it is in ([`phase`]), what a create needs there ([`entry`], [`notice`]), names
//! that are applied for ([`application`], [`allocation`]), what is kept of marks ([`marks`]), and what is reported ([`lordn`]). A
//! TLD without a plan is open.

pub(crate) mod allocation;
pub(crate) mod application;
pub(crate) mod application_delete;
pub(crate) mod application_update;
pub(crate) mod check;
pub(crate) mod entry;
pub(crate) mod info;
pub(crate) mod lordn;
pub(crate) mod marks;
pub(crate) mod phase;

mod notice;
#[cfg(test)]
mod tests;
