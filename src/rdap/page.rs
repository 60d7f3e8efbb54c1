//! The page at the base URL for people with a browser: one field, and the answer of RDAP to what was put into it, as HTML.
//!
//! Each answer is made as for any client and then read, as JSON, by what writes the HTML. So the page can say nothing that
//! RDAP does not, redaction included. It has no script, and its one style sheet stands in it.

mod card;
mod html;
mod object;
mod redacted;
mod words;

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use simd_json::prelude::*;

use crate::model::search::Searchable;
use crate::rdap::error::{RdapError, refuse};
use crate::rdap::page::html::Html;
use crate::rdap::page::object::Place;
use crate::rdap::query::parse;
use crate::rdap::uri::{BaseUrl, encode_segment, percent_decode};
use crate::rdap::{Context, Response};

const STYLE: &str = include_str!("page/style.css");
const TITLE: &str = "Registration data look-up";

/// The value of the header field Content-Security-Policy for the page: it has a style sheet and an icon, both within
/// it, a form that leads back here, and nothing else.
pub static CONTENT_SECURITY_POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; img-src data:; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
});

/// What is asked of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageQuery {
    /// The empty form.
    Form,
    /// This text stands in its field.
    Text(String),
    /// What stands in its field is no text.
    Unreadable,
}

/// What a target asks of the page; nothing when it is not the base URL's own path. Parameters but `q` are ignored.
pub fn page_query(base: &BaseUrl, target: &str) -> Option<PageQuery> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path != base.path() {
        return None;
    }
    let Some(value) = query.split('&').find_map(|pair| pair.strip_prefix("q=")) else { return Some(PageQuery::Form) };
    // A form writes a space as a plus sign (URL Standard, section 5.1).
    let text = percent_decode(&value.replace('+', "%20"));
    Some(text.map_or(PageQuery::Unreadable, |text| PageQuery::Text(text.trim().to_owned())))
}

/// The page for a query, with the status of RDAP's answer to it.
pub fn page(view: &impl Searchable, query: &PageQuery, context: &Context<'_>) -> Response {
    let text = match query {
        PageQuery::Form => return html(200, write(context, "", None)),
        PageQuery::Text(text) => text,
        PageQuery::Unreadable => return refusal_page(RdapError::Encoding, query, context, None),
    };
    let mut found: Option<Outcome> = None;
    for target in targets(text, context.base) {
        let context = context.at(&target);
        let answer = match parse("GET", context.base, &target) {
            Ok(request) => crate::rdap::answer(view, &request, &context),
            Err(error) => refuse(error, &context),
        };
        // The first place that a text can be looked up in is the likeliest, and says best why there is nothing.
        if !matches!(answer.status, 400..500) {
            found = Some(Outcome { target, answer, wait: None });
            break;
        }
        found = found.or(Some(Outcome { target, answer, wait: None }));
    }
    match found {
        Some(outcome) => html(outcome.answer.status, write(context, text, Some(outcome))),
        None => refusal_page(RdapError::Handle, query, context, None),
    }
}

const fn html(status: u16, body: Vec<u8>) -> Response {
    Response { status, body, moment: 0..0 }
}

/// The page for a query that is refused before it is looked up; `wait` is how many seconds, for one that comes too soon.
pub fn refusal_page(error: RdapError, query: &PageQuery, context: &Context<'_>, wait: Option<u64>) -> Response {
    let text = match query {
        PageQuery::Text(text) => text.as_str(),
        PageQuery::Form | PageQuery::Unreadable => "",
    };
    let (target, answer) = (context.base.path().to_owned(), refuse(error, context));
    html(answer.status, write(context, text, Some(Outcome { target, answer, wait })))
}

/// An answer of RDAP.
struct Outcome {
    /// Where any client gets it.
    target: String,
    answer: Response,
    wait: Option<u64>,
}

/// Where a text can be looked up, the likeliest first. People paste URLs, and mean the host in them.
fn targets(text: &str, base: &BaseUrl) -> Vec<String> {
    let host = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let text = host.map_or(text, |rest| rest.split(['/', '?', '#', ':']).next().unwrap_or(rest));
    // What IDNA takes for a dot (RFC 3490, section 3.1).
    let kinds: &[&str] = match text {
        "" => &[],
        text if text.contains(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}']) => &["domain", "nameserver", "entity"],
        _ => &["entity"],
    };
    kinds.iter().map(|kind| [base.path(), kind, "/", &encode_segment(text)].concat()).collect()
}

fn write(context: &Context<'_>, text: &str, outcome: Option<Outcome>) -> Vec<u8> {
    let place = Place { path: context.base.path() };
    let mut html = Html::new();
    let parsed = outcome.as_ref().map(|outcome| {
        // An answer of ours is JSON; were it not, there would be nothing to show.
        simd_json::to_owned_value(&mut outcome.answer.body.clone()).unwrap_or_default()
    });
    let failed = outcome.as_ref().filter(|outcome| outcome.answer.status != 200);
    let malformed = failed.is_some_and(|outcome| matches!(outcome.answer.status, 400 | 414));
    html.raw("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    match (&parsed, failed) {
        (Some(_), Some(failed)) => html.raw(problem(failed.answer.status).0).raw(" – "),
        (Some(answer), None) => html.text(object::subject(answer).1).raw(" – "),
        (None, _) => &mut html,
    };
    html.raw(TITLE);
    head(&mut html);
    if outcome.is_some() {
        html.raw("<a class=\"skip\" href=\"#result\">Skip to the result</a>");
    }
    html.raw("<header><div class=\"wrap\"><a href=\"").text(place.path).raw("\">").raw(TITLE);
    html.raw("</a><span class=\"quiet\">").text(context.base.authority()).raw("</span></div></header>");
    html.raw("<main class=\"wrap\"><h1>Look up a domain name</h1>");
    form(&mut html, &place, text, malformed);
    match (outcome.as_ref(), &parsed) {
        (Some(outcome), Some(answer)) if outcome.answer.status == 200 => result(&mut html, &place, outcome, answer),
        (Some(outcome), Some(answer)) => excuse(&mut html, outcome, text, answer.get_array("description")),
        _ => {}
    }
    html.raw("</main>");
    footer(&mut html, context);
    html.into_bytes()
}

/// The rest of the head, from the end of the title.
fn head(html: &mut Html) {
    html.raw("</title><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    html.raw("<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" content=\"noindex\">");
    // A drawing of ours: a lens over lines.
    html.raw(
        "<link rel=\"icon\" href=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'",
    );
    html.raw("%3E%3Cg fill='none' stroke='%230b5a8a' stroke-width='2'%3E%3Ccircle cx='7' cy='7' r='5'/%3E%3Cpath ");
    html.raw("d='M11 11l4 4M5 7h4'/%3E%3C/g%3E%3C/svg%3E\">");
    html.raw("<style>").raw(STYLE).raw("</style></head><body>");
}

fn form(html: &mut Html, place: &Place<'_>, text: &str, malformed: bool) {
    html.raw("<form role=\"search\" method=\"get\" action=\"").text(place.path).raw("\">");
    html.raw("<label for=\"q\">Domain name, name server, or registrar</label><div class=\"ask\">");
    html.raw("<input id=\"q\" name=\"q\" type=\"text\" required maxlength=\"255\" autocomplete=\"off\" ");
    html.raw("autocapitalize=\"none\" spellcheck=\"false\" dir=\"auto\" value=\"").text(text).raw("\"");
    html.raw(match malformed {
        true => " aria-invalid=\"true\" aria-describedby=\"hint problem\">",
        false => " aria-describedby=\"hint\">",
    });
    html.raw(
        "<button type=\"submit\">Look up</button></div><p class=\"quiet\" id=\"hint\">For example <code>shop.example",
    );
    html.raw(
        "</code>, <code>ns1.shop.example</code>, or the IANA ID of a registrar such as <code>9995</code>.</p></form>",
    );
}

fn result(html: &mut Html, place: &Place<'_>, outcome: &Outcome, answer: &simd_json::OwnedValue) {
    let (kind, name) = object::subject(answer);
    html.raw(
        "<article id=\"result\" tabindex=\"-1\" aria-labelledby=\"name\"><div class=\"found\"><p class=\"quiet\">",
    );
    html.raw(kind).raw("</p><h2 id=\"name\">").foreign(name).raw("</h2></div>");
    object::write(html, answer, place);
    object::notices(html, answer);
    html.raw("<section class=\"card\" aria-labelledby=\"data\"><h3 id=\"data\">Data</h3><p>");
    html.raw("The same answer for programs (RDAP): ").path_link(&outcome.target, &outcome.target).raw("</p>");
    if let Some(url) = object::elsewhere(answer) {
        html.raw("<p>The registrar's answer: ").web_link(url, url).raw("</p>");
    }
    html.raw("<details><summary>Show as JSON</summary><pre tabindex=\"0\" role=\"region\" aria-label=\"JSON\">");
    html.text(&html::pretty(&String::from_utf8_lossy(&outcome.answer.body))).raw("</pre></details>");
    if let Some(moment) = object::event(answer, "last update of RDAP database") {
        html.raw("<p class=\"quiet\">As of ").moment(moment).raw(".</p>");
    }
    html.raw("</section></article>");
}

/// What went wrong, in the title and in words; RDAP's own words stand beside them.
fn problem(status: u16) -> (&'static str, &'static str) {
    match status {
        400 | 414 => ("That cannot be looked up", "Enter a domain name, the name of a name server, or an ID."),
        404 => (
            "Not found",
            "This registry has no domain name, name server or registrar of this name. Check the spelling; names that end \
             differently may be in another registry.",
        ),
        429 => ("Too many look-ups", "Too many look-ups have come from your network."),
        500.. => ("Something went wrong", "The registry could not answer. Try again in a moment."),
        _ => ("The look-up was refused", "The registry did not answer."),
    }
}

fn excuse(html: &mut Html, outcome: &Outcome, text: &str, description: Option<&Vec<simd_json::OwnedValue>>) {
    let (title, words) = problem(outcome.answer.status);
    html.raw("<div class=\"problem\" id=\"result\" role=\"alert\" tabindex=\"-1\"><h2>").raw(title);
    if !text.is_empty() && outcome.answer.status == 404 {
        html.raw(": ").foreign(text);
    }
    html.raw("</h2><p id=\"problem\">").raw(words);
    match outcome.wait {
        Some(1) => html.raw(" Try again in a second."),
        Some(seconds) => html.raw(" Try again in ").number(seconds).raw(" seconds."),
        None => html,
    };
    if !text.is_empty() && matches!(outcome.answer.status, 400..=403 | 405..=428) {
        for line in description.into_iter().flatten().filter_map(|line| line.as_str()) {
            html.raw(" ").text(line);
        }
    }
    html.raw("</p></div>");
}

/// The end: rdap_io knows the end of a body by the last tag.
fn footer(html: &mut Html, context: &Context<'_>) {
    html.raw("<footer class=\"wrap\"><p>Answers come from this registry's RDAP service. ");
    html.path_link(&[context.base.path(), "help"].concat(), "About the service");
    if let Some(terms) = context.terms_url {
        html.raw(" · ").web_link(terms, "Terms of service");
    }
    html.raw("</p></footer></body></html>");
}

#[cfg(test)]
mod tests;
