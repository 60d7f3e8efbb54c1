//! What holds for the whole registry, as far as it can be chosen.

use rkyv::{Archive, Deserialize, Serialize};

/// The registry's choices; one record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Policy {
    /// Days after which a contact that no domain refers to is announced to its sponsor; 0: never.
    pub orphan_contact_days: u32,
    /// Days after that in which it can be used or updated, before it is purged.
    pub orphan_delete_days: u32,
}
