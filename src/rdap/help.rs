//! What this server can do, in words (RFC 9083, section 7).

use crate::rdap::Context;
use crate::rdap::common::{self, notice};
use crate::rdap::json::Json;

/// The answer.
pub(super) fn write(json: &mut Json, context: &Context<'_>) {
    json.object(|json| {
        common::conformance(json, false);
        common::notices(json, context, |json| {
            let queries = [
                "Look-ups: domain/NAME, nameserver/NAME, entity/HANDLE and help, after the base URL.",
                "A name may be written in A-labels or U-labels; an entity is a registrar by IANA id or a contact by handle.",
                "Searches are not supported.",
            ];
            notice(json, context, "Queries", &queries, ("about", &["https://www.rfc-editor.org/rfc/rfc9082"]));
            let policy = [
                "No authentication is offered. Personal data is shown as the policy of the TLD and its contact allow.",
                "What is withheld is listed in the member \"redacted\" (RFC 9537).",
                "Queries may be limited for each network; a refused one is answered with 429 and Retry-After.",
            ];
            notice(json, context, "Access Policy", &policy, ("about", &["https://www.rfc-editor.org/rfc/rfc7480"]));
        });
    });
}
