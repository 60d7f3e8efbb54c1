//! EPP statuses as RDAP names them (RFC 8056, section 2).

use crate::model::rgp::RgpStatus;
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
    write(json, shown.iter().map(value));
}

/// The RDAP value of a grace period status. That of `pendingDelete` is the EPP status's, which stands beside it.
const fn grace(status: RgpStatus) -> &'static str {
    match status {
        RgpStatus::AddPeriod => "add period",
        RgpStatus::AutoRenewPeriod => "auto renew period",
        RgpStatus::RenewPeriod => "renew period",
        RgpStatus::TransferPeriod => "transfer period",
        RgpStatus::PendingDelete => value(Status::PendingDelete),
        RgpStatus::PendingRestore => "pending restore",
        RgpStatus::RedemptionPeriod => "redemption period",
    }
}

/// As [`member`], with the grace periods of a domain. `active` stands for no other status, so not beside these either.
pub(super) fn member_with_grace(json: &mut Json, shown: Statuses, rgp: &[RgpStatus]) {
    let shown = if rgp.is_empty() { shown } else { shown.without(Status::Ok) };
    let rgp = rgp.iter().filter(|status| **status != RgpStatus::PendingDelete);
    write(json, shown.iter().map(value).chain(rgp.map(|status| grace(*status))));
}

fn write(json: &mut Json, values: impl Iterator<Item = &'static str>) {
    json.within(r#""status":["#, "]", |json| {
        values.for_each(|value| {
            json.element().raw("\"").raw(value).raw("\"");
        });
    });
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

    /// As those of EPP (RFC 8056, section 2).
    #[test]
    fn grace_periods_are_spelled_out_in_words() {
        for status in RgpStatus::ALL {
            let words: String = status
                .name()
                .chars()
                .map(|c| if c.is_ascii_uppercase() { format!(" {}", c.to_ascii_lowercase()) } else { c.to_string() })
                .collect();
            assert_eq!(grace(status), words);
        }
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
