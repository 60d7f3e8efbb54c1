//! Words for what RDAP names by values: statuses, roles, events, and the numbers of DNSSEC.

/// The name that EPP has for a status, under which ICANN explains it, and what it means in few words.
pub(super) fn status(value: &str) -> Option<(&'static str, &'static str)> {
    Some(match value {
        "active" => ("ok", "Nothing is pending and nothing is prohibited."),
        "inactive" => ("inactive", "No name servers are set, so the name does not work."),
        "associated" => ("linked", "Other objects of the registry refer to this one."),
        "client delete prohibited" => ("clientDeleteProhibited", "The registrar has it locked against deletion."),
        "client hold" => ("clientHold", "The registrar keeps the name out of the DNS."),
        "client renew prohibited" => ("clientRenewProhibited", "The registrar has it locked against renewal."),
        "client transfer prohibited" => {
            ("clientTransferProhibited", "The registrar has it locked against transfers to another registrar.")
        }
        "client update prohibited" => ("clientUpdateProhibited", "The registrar has it locked against changes."),
        "pending create" => ("pendingCreate", "Its registration is under way."),
        "pending delete" => ("pendingDelete", "Its deletion is under way."),
        "pending renew" => ("pendingRenew", "A renewal is under way."),
        "pending restore" => ("pendingRestore", "It is being restored after a deletion."),
        "pending transfer" => ("pendingTransfer", "A transfer to another registrar is under way."),
        "pending update" => ("pendingUpdate", "A change is under way."),
        "redemption period" => ("redemptionPeriod", "It was deleted, and can still be restored for a while."),
        "add period" => ("addPeriod", "It was registered a few days ago."),
        "auto renew period" => ("autoRenewPeriod", "It was renewed by itself a short time ago."),
        "renew period" => ("renewPeriod", "It was renewed a few days ago."),
        "transfer period" => ("transferPeriod", "It was transferred a few days ago."),
        "server delete prohibited" => ("serverDeleteProhibited", "The registry has it locked against deletion."),
        "server hold" => ("serverHold", "The registry keeps the name out of the DNS."),
        "server renew prohibited" => ("serverRenewProhibited", "The registry has it locked against renewal."),
        "server transfer prohibited" => {
            ("serverTransferProhibited", "The registry has it locked against transfers to another registrar.")
        }
        "server update prohibited" => ("serverUpdateProhibited", "The registry has it locked against changes."),
        _ => return None,
    })
}

/// What a contact is to an object (RFC 9083, section 10.2.4).
pub(super) fn role(value: &str) -> Option<&'static str> {
    Some(match value {
        "registrant" => "Registrant",
        "administrative" => "Administrative contact",
        "technical" => "Technical contact",
        "billing" => "Billing contact",
        "registrar" => "Registrar",
        "abuse" => "Abuse contact",
        _ => return None,
    })
}

/// What happened (RFC 9083, section 10.2.3), in the order shown; the state of the database stands elsewhere.
pub(super) const EVENTS: [(&str, &str); 4] = [
    ("registration", "Registered"),
    ("expiration", "Expires"),
    ("last changed", "Last changed"),
    ("transfer", "Transferred"),
];

/// The mnemonic of an algorithm of DNSSEC.
pub(super) fn algorithm(number: u64) -> Option<&'static str> {
    Some(match number {
        5 => "RSASHA1",
        7 => "RSASHA1-NSEC3-SHA1",
        8 => "RSASHA256",
        10 => "RSASHA512",
        13 => "ECDSAP256SHA256",
        14 => "ECDSAP384SHA384",
        15 => "ED25519",
        16 => "ED448",
        _ => return None,
    })
}

/// The mnemonic of a digest of DNSSEC.
pub(super) fn digest(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "SHA-1",
        2 => "SHA-256",
        4 => "SHA-384",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_has_the_name_it_has_in_epp() {
        for (value, name) in [("server hold", "serverHold"), ("auto renew period", "autoRenewPeriod"), ("active", "ok")]
        {
            assert_eq!(status(value).map(|(name, _)| name), Some(name));
        }
        assert_eq!(status("somehow"), None);
    }
}
