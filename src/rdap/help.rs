//! What this server can do, in words (RFC 9083, section 7).

use crate::rdap::common::{self, notice};
use crate::rdap::json::Json;
use crate::rdap::{Context, SearchPolicy};

/// The answer.
pub(super) fn write(json: &mut Json, context: &Context<'_>) {
    json.object(|json| {
        common::conformance(json);
        json.name("notices").array(|json| {
            common::terms_notice(json, context);
            let queries = [
                "Look-ups: domain/NAME, nameserver/NAME, entity/HANDLE and help, after the base URL.",
                "A name may be written in A-labels or U-labels; an entity is a registrar by IANA id or a contact by handle.",
                match context.search {
                    SearchPolicy::Off => "Searches are not supported.",
                    SearchPolicy::Authorised => "Searches are for authorised clients.",
                    SearchPolicy::All => {
                        "Searches: domains?name=, domains?nsLdhName=, domains?nsIp=, nameservers?name=, nameservers?ip=, \
                         entities?fn= and entities?handle=, in pages."
                    }
                },
                match context.search {
                    SearchPolicy::Off => "",
                    _ => {
                        "A pattern has one asterisk, behind two characters at least, at its end or before a dot and labels; \
                         it stands for any characters. A U-label must be whole. A search counts as ten queries."
                    }
                },
            ];
            let queries: Vec<&str> = queries.into_iter().filter(|text| !text.is_empty()).collect();
            notice(json, context, "Queries", &queries, ("about", "https://www.rfc-editor.org/rfc/rfc9082"));
            let policy = [
                "No authentication is offered. Personal data is withheld unless its disclosure was asked for.",
                "Queries may be limited for each network; a refused one is answered with 429 and Retry-After.",
            ];
            notice(json, context, "Access Policy", &policy, ("about", "https://www.rfc-editor.org/rfc/rfc7480"));
        });
    });
}
