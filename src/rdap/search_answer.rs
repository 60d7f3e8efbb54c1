//! The answer to a search (RFC 9083, sections 8 and 9), with what RFC 8977 says about its page.

use crate::base::limits::{RDAP_SEARCH_LOOKS, RDAP_SEARCH_RESULTS};
use crate::rdap::common::{self, Link, MEDIA_TYPE};
use crate::rdap::json::{Json, escape};
use crate::rdap::search::{Found, Page, Stop};
use crate::rdap::search_cursor::Cursor;
use crate::rdap::search_query::Search;
use crate::rdap::uri::encode_target;
use crate::rdap::{Context, domain, entity, nameserver};

/// The answer.
pub(super) fn write(json: &mut Json, context: &Context<'_>, search: &Search, found: &Found<'_>) {
    let paged = found.number > 1 || found.next.is_some();
    let has_paging = paged || found.total.is_some();
    let sorted_by = search.subject.sorted_by();
    json.object(|json| {
        let paging = has_paging.then_some("paging");
        let redacted = found.page.is_redacted().then_some("redacted");
        let sorting = sorted_by.map(|_| "sorting");
        common::conformance_and(json, redacted.into_iter().chain(paging).chain(sorting));
        common::notices(json, context, |json| {
            if let Page::Domains(_) = found.page {
                domain::notices(json, context);
            }
            truncation(json, context, found);
        });
        if let Some(property) = sorted_by {
            json.name("sorting_metadata").object(|json| {
                json.name("currentSort").string(search.sort.as_deref().unwrap_or(property));
                json.name("availableSorts").array(|json| {
                    json.object(|json| {
                        json.name("property").string(property);
                        json.name("default").boolean(true);
                        json.name("jsonPath").joined(&["$.entitySearchResults[*].", property]);
                    });
                });
            });
        }
        if has_paging {
            json.name("paging_metadata").object(|json| paging_members(json, context, search, found, paged));
        }
        results(json, context, &found.page);
    });
}

/// The objects. Paths to what is withheld in one begin at the topmost object (RFC 9537, figure 14).
fn results(json: &mut Json, context: &Context<'_>, page: &Page<'_>) {
    match page {
        Page::Domains(page) => json.name("domainSearchResults").array(|json| {
            for (number, found) in page.iter().enumerate() {
                let place = format!("$.domainSearchResults[{number}]");
                json.object(|json| domain::members(json, context, found, Some(&place)));
            }
        }),
        Page::Nameservers(page) => json.name("nameserverSearchResults").array(|json| {
            page.iter().for_each(|found| json.object(|json| nameserver::whole(json, context, found, false)));
        }),
        Page::Entities(page) => json.name("entitySearchResults").array(|json| {
            for (number, found) in page.iter().enumerate() {
                let place = format!("$.entitySearchResults[{number}]");
                json.object(|json| entity::members(json, context, found, Some(&place)));
            }
        }),
    }
}

/// That there are more objects than those shown, or may be, and why (RFC 9083, section 9; the type is one of section 10.2.1).
fn truncation(json: &mut Json, context: &Context<'_>, found: &Found<'_>) {
    let limit = match found.stop {
        Stop::End => return,
        Stop::Results => format!("A page has {RDAP_SEARCH_RESULTS} results at most."),
        Stop::Looks(_) => format!("One query looks at {RDAP_SEARCH_LOOKS} objects at most, whether they match or not."),
    };
    let way_on = match found.next {
        Some(_) => "The link \"next\" in paging_metadata leads on.",
        None => "Ask for something narrower.",
    };
    json.object(|json| {
        json.name("title").string("Search Policy");
        json.name("type").string("result set truncated due to excessive load");
        json.name("description").strings([limit.as_str(), way_on]);
        let help = [context.base.json(), "help"];
        let link = Link { value: &[context.request_url()], rel: "help", href: &help, media: MEDIA_TYPE };
        json.name("links").array(|json| common::link(json, &link));
    });
}

/// RFC 8977, section 2.1.
fn paging_members(json: &mut Json, context: &Context<'_>, search: &Search, found: &Found<'_>, paged: bool) {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    if let Some(total) = found.total {
        json.name("totalCount").number(number(total));
    }
    if paged {
        json.name("pageSize").number(number(RDAP_SEARCH_RESULTS));
        json.name("pageNumber").number(found.number);
    }
    let cursor = found.next.clone().and_then(|position| {
        let cursor = Cursor { page: found.number.saturating_add(1), position };
        cursor.encode(&search.subject.canonical())
    });
    if let Some(cursor) = cursor {
        let sort = search.sort.as_ref().map(|sort| ["&sort=", sort].concat()).unwrap_or_default();
        let (asked, sort) = (encode_target(&search.asked), encode_target(&sort));
        let (asked, sort) = (escape(&asked), escape(&sort));
        let href = [context.base.json(), &asked, &sort, r"\u0026cursor=", &cursor];
        json.name("links").array(|json| {
            common::link(json, &Link { value: &[context.request_url()], rel: "next", href: &href, media: MEDIA_TYPE });
        });
    }
}
