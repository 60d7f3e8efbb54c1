//! What this server can do, in words (RFC 9083, section 7).

use crate::rdap::common::{self, notice};
use crate::rdap::json::Json;
use crate::rdap::{Context, SearchPolicy};

/// The answer.
pub(super) fn write(json: &mut Json, context: &Context<'_>) {
    json.object(|json| {
        common::conformance(json, false);
        common::notices(json, context, |json| {
            let queries = [
                "Look-ups: domain/NAME, nameserver/NAME, entity/HANDLE and help, after the base URL.",
                "A name may be written in A-labels or U-labels; an entity is a registrar by IANA id or a contact by handle.",
            ]
            .into_iter()
            .chain(searches(context.search));
            let queries: Vec<&str> = queries.collect();
            notice(json, context, "Queries", &queries, ("about", &["https://www.rfc-editor.org/rfc/rfc9082"]));
            let policy = [
                "Personal data is shown as the policy of the TLD and its contact allow.",
                "Clients that the registry knows see more: by bearer token (RFC 6750), the same as Basic password, or certificate.",
                "They say what for in the field RDAP-Purpose, by a purpose of RFC 9560, section 9.3; such queries are logged.",
                r#"What is withheld is listed in the member \"redacted\" (RFC 9537)."#,
                "Queries may be limited for each network; a refused one is answered with 429 and Retry-After.",
            ];
            notice(json, context, "Access Policy", &policy, ("about", &["https://www.rfc-editor.org/rfc/rfc7480"]));
        });
    });
}

/// What can be searched, and how.
fn searches(policy: SearchPolicy) -> impl Iterator<Item = &'static str> {
    let who = match policy {
        SearchPolicy::Off => "Searches are not supported.",
        SearchPolicy::Authorised => "Searches are for authorised clients.",
        SearchPolicy::All => "Searches are for all clients, and cost more than look-ups of what a network may ask.",
    };
    let how = [
        "Searches: domains?name=, domains?nsLdhName=, domains?nsIp=, nameservers?name=, nameservers?ip=, entities?fn= and \
         entities?handle=, in pages (RFC 8977).",
        "A pattern has one asterisk at most, behind two characters or more; it stands for any characters, and ends the pattern \
         or is followed by a dot and labels. A U-label must be whole.",
    ];
    std::iter::once(who).chain(how.into_iter().filter(move |_| policy != SearchPolicy::Off))
}
