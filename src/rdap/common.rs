//! The structures every answer shares: conformance, links, notices, events, names (RFC 9083, sections 3 and 4).

use crate::base::timestamp::Timestamp;
use crate::model::name::has_a_label;
use crate::rdap::Context;
use crate::rdap::json::{Json, escape};

/// The media type of every answer (RFC 7480, section 4.2).
pub const MEDIA_TYPE: &str = "application/rdap+json";

/// RFC 9083, and ICANN's gTLD RDAP Response Profile and Technical Implementation Guide of February 2024.
const CONFORMANCE: &str = concat!(
    r#""rdapConformance":["rdap_level_0","icann_rdap_response_profile_1","#,
    r#""icann_rdap_technical_implementation_guide_1""#
);

const HTML: &str = "text/html";

/// A link; the URIs are given in parts, in which nothing is to be escaped. All three first members are required (RFC 9083, section 4.2).
pub(super) struct Link<'a> {
    /// The context URI.
    pub(super) value: &'a [&'a str],
    pub(super) rel: &'static str,
    pub(super) href: &'a [&'a str],
    pub(super) media: &'static str,
}

/// The specifications this answer keeps to. Only in the topmost object (RFC 9083, section 4.1); `redacted` exactly where the
/// answer has that member (RFC 9537, section 4.1).
pub(super) fn conformance(json: &mut Json, redacted: bool) {
    conformance_and(json, redacted.then_some("redacted"));
}

/// As [`conformance`], with other specifications besides.
pub(super) fn conformance_and(json: &mut Json, others: impl IntoIterator<Item = &'static str>) {
    json.within(CONFORMANCE, "]", |json| others.into_iter().for_each(|other| json.string(other)));
}

/// One link.
#[inline]
pub(super) fn link(json: &mut Json, link: &Link<'_>) {
    link_pieces(json.element(), link);
}

#[inline]
fn link_pieces(json: &mut Json, link: &Link<'_>) {
    json.raw(r#"{"value":""#);
    for piece in link.value {
        json.raw(piece);
    }
    json.raw(r#"","rel":""#).raw(link.rel).raw(r#"","href":""#);
    for piece in link.href {
        json.raw(piece);
    }
    json.raw(r#"","type":""#).raw(link.media).raw(r#""}"#);
}

/// The link of an object to itself; `topmost` objects stand in the context of the request (RFC 9083, section 5).
pub(super) fn self_link(json: &mut Json, context: &Context<'_>, topmost: bool, class: &str, key: &str) {
    json.element().raw(r#"{"value":""#);
    let href = |json: &mut Json| {
        json.raw(context.base.json()).raw(class).raw("/").raw(key);
    };
    if topmost {
        json.raw(context.request_url());
    } else {
        href(json);
    }
    json.raw(r#"","rel":"self","href":""#);
    href(json);
    json.raw(r#"","type":"application/rdap+json"}"#);
}

/// One notice with a link in the context of the request (RFC 9083, section 4.3). There is nothing to escape in the texts, and
/// the target is given as in [`Link`].
pub(super) fn notice(
    json: &mut Json,
    context: &Context<'_>,
    title: &str,
    description: &[&str],
    target: (&'static str, &[&str]),
) {
    typed_notice(json, context, title, description, target, HTML);
}

fn typed_notice(
    json: &mut Json,
    context: &Context<'_>,
    title: &str,
    description: &[&str],
    (rel, href): (&'static str, &[&str]),
    media: &'static str,
) {
    json.element().raw(r#"{"title":""#).raw(title).raw(r#"","description":[""#);
    for (number, line) in description.iter().enumerate() {
        json.raw(if number > 0 { r#"",""# } else { "" }).raw(line);
    }
    json.raw(r#""],"links":["#);
    link_pieces(json, &Link { value: &[context.request_url()], rel, href, media });
    json.raw("]}");
}

/// The notices of an answer: that of the terms of service, which each has, and then others. Where the operator has no page of
/// terms, help says what there is to say.
pub(super) fn notices(json: &mut Json, context: &Context<'_>, others: impl FnOnce(&mut Json)) {
    json.within(r#""notices":["#, "]", |json| {
        let description = ["Service subject to the terms of service of the registry."];
        let (help, terms) = ([context.base.json(), "help"], context.terms_url.map(escape));
        let terms = terms.as_deref();
        let is_help = |url: &str| url.strip_prefix(context.base.url()) == Some("help");
        let (href, media) = match terms.as_ref() {
            Some(page) if !context.terms_url.is_some_and(is_help) => (std::slice::from_ref(page), HTML),
            _ => (&help[..], MEDIA_TYPE),
        };
        typed_notice(json, context, "Terms of Service", &description, ("terms-of-service", href), media);
        others(json);
    });
}

/// One event (RFC 9083, section 4.5).
#[inline]
pub(super) fn event(json: &mut Json, action: &'static str, date: Timestamp) {
    json.element().raw(r#"{"eventAction":""#).raw(action).raw(r#"","eventDate":""#).moment(date).raw(r#""}"#);
}

/// One event, where it happened.
pub(super) fn event_if(json: &mut Json, action: &'static str, date: Option<Timestamp>) {
    if let Some(date) = date {
        event(json, action, date);
    }
}

/// Of when the data is; in the topmost object only.
pub(super) fn database_event(json: &mut Json, context: &Context<'_>) {
    json.element().raw(r#"{"eventAction":"last update of RDAP database","eventDate":""#);
    json.present(context.updated).raw(r#""}"#);
}

/// `ldhName`, and `unicodeName` where it differs (RFC 9083, sections 5.2 and 5.3).
pub(super) fn names(json: &mut Json, name: &str) {
    json.element().raw(r#""ldhName":""#).raw(name).raw("\"");
    if has_a_label(name) {
        let (unicode, decoded) = idna::domain_to_unicode(name);
        if decoded.is_ok() {
            json.name("unicodeName").string(&unicode);
        }
    }
}
