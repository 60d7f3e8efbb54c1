//! EPP statuses as RDAP names them (RFC 8056, section 2).

use crate::model::status::{Status, Statuses};
use crate::rdap::json::Json;

/// The RDAP value of one status.
const fn value(status: Status) -> &'static str {
    match status {
        Status::ClientDeleteProhibited => "client delete prohibited",
        Status::ClientHold => "client hold",
        Status::ClientRenewProhibited => "client renew prohibited",
        Status::ClientTransferProhibited => "client transfer prohibited",
        Status::ClientUpdateProhibited => "client update prohibited",
        Status::Inactive => "inactive",
        Status::Linked => "associated",
        Status::Ok => "active",
        Status::PendingCreate => "pending create",
        Status::PendingDelete => "pending delete",
        Status::PendingRenew => "pending renew",
        Status::PendingTransfer => "pending transfer",
        Status::PendingUpdate => "pending update",
        Status::ServerDeleteProhibited => "server delete prohibited",
        Status::ServerHold => "server hold",
        Status::ServerRenewProhibited => "server renew prohibited",
        Status::ServerTransferProhibited => "server transfer prohibited",
        Status::ServerUpdateProhibited => "server update prohibited",
    }
}

/// The member `status` (RFC 9083, section 4.6) of what [`crate::model::lifecycle`] says an object shows.
pub(super) fn member(json: &mut Json, shown: Statuses) {
    json.name("status").strings(shown.iter().map(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_distinct_and_spelled_out_in_words() {
        let values: std::collections::BTreeSet<_> = Status::ALL.into_iter().map(value).collect();
        assert_eq!(values.len(), Status::ALL.len());
        assert!(values.iter().all(|value| value.bytes().all(|octet| octet == b' ' || octet.is_ascii_lowercase())));
    }

    /// All but two values are the EPP name with its words apart (RFC 8056, section 2).
    #[test]
    fn values_follow_from_the_names_but_for_linked_and_ok() {
        for status in Status::ALL {
            let mut words = String::new();
            for letter in status.name().chars() {
                if letter.is_ascii_uppercase() {
                    words.push(' ');
                }
                words.push(letter.to_ascii_lowercase());
            }
            match status {
                Status::Linked => assert_eq!(value(status), "associated"),
                Status::Ok => assert_eq!(value(status), "active"),
                _ => assert_eq!(value(status), words),
            }
        }
    }
}
