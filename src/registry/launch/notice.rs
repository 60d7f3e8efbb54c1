//! Claims notices: what a registrant has acknowledged (RFC 9361, sections 5.3.1 and 6.4).

use crate::base::timestamp::Timestamp;
use crate::model::launch::Notice;
use crate::model::launch_command::GivenNotice;
use crate::model::refusal::{Element, Fault, Refusal};

const NOTICE_ID: Element = Element::launch("noticeID");
/// Hexadecimal digits of the checksum that an identifier begins with.
const CHECKSUM_DIGITS: usize = 8;

/// The notice of a label, acknowledged no more than so many days before `now`.
///
/// # Errors
/// 2306 when it is another validator's, or of another label or expiry, has expired, or was accepted too early or in the future.
pub(super) fn judged(given: &GivenNotice, label: &str, now: Timestamp, days: u32) -> Result<Notice, Refusal> {
    let refuse = |element: &'static str, value: String, reason: String| {
        Err(Refusal::Policy(Fault::new(Element::launch(element), value, reason)))
    };
    if let Some(validator) = given.validator.as_deref().filter(|validator| *validator != "tmch") {
        let reason = format!("notices are those of the Trademark Clearinghouse (tmch), not of {validator}");
        return refuse(NOTICE_ID.name, given.id.clone(), reason);
    }
    let Some(not_after) = given.not_after.filter(|not_after| is_of(&given.id, label, *not_after)) else {
        let reason = "it is not the notice of this name with this expiry: the checksum differs";
        return refuse(NOTICE_ID.name, given.id.clone(), reason.to_owned());
    };
    if not_after <= now {
        return refuse("notAfter", not_after.to_string(), "the notice has expired".to_owned());
    }
    let earliest = now.plus_days(-i64::from(days));
    match given.accepted.filter(|accepted| (earliest..=now).contains(accepted)) {
        Some(accepted) => Ok(Notice { id: given.id.clone(), not_after, accepted }),
        None => {
            let accepted = given.accepted.map_or_else(String::new, |accepted| accepted.to_string());
            refuse("acceptedDate", accepted, format!("it must lie in the last {days} days"))
        }
    }
}

/// Whether an identifier is that of a notice of the label with that expiry: it begins with the CRC-32 of label, expiry (in
/// seconds) and the number that follows.
fn is_of(id: &str, label: &str, not_after: Timestamp) -> bool {
    let Some((checksum, number)) = id.split_at_checked(CHECKSUM_DIGITS) else { return false };
    let seconds = not_after.micros().div_euclid(1_000_000);
    let is_number = !number.is_empty() && number.bytes().all(|octet| octet.is_ascii_digit());
    is_number && checksum == format!("{:08x}", crc32fast::hash(format!("{label}{seconds}{number}").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_rfc_9361() {
        let expiry = Timestamp::from_micros(1_281_949_200_000_000);
        let id = "370d0b7c9223372036854775807";
        assert!(is_of(id, "example-one", expiry));
        for (id, label, expiry) in [
            (id, "example-two", expiry),
            (id, "example-one", expiry.plus_days(1)),
            ("370d0b7c9223372036854775806", "example-one", expiry),
            ("370d0b7d9223372036854775807", "example-one", expiry),
            ("370D0B7C9223372036854775807", "example-one", expiry),
            ("370d0b7c", "example-one", expiry),
            ("370d0b7", "example-one", expiry),
            ("", "example-one", expiry),
            ("370d0b7é9223372036854775807", "example-one", expiry),
        ] {
            assert!(!is_of(id, label, expiry), "{id} {label}");
        }
    }
}
