//! `domain:info` with `launch:info` (RFC 8334, section 3.2): an application, or how a domain was registered.

use crate::model::answer::{Answer, DomainInfo, Success};
use crate::model::command::{AuthInfo, HostsShown};
use crate::model::launch::{ApplicationStatus, Phase};
use crate::model::launch_command::{LaunchData, LaunchInfo};
use crate::model::lifecycle;
use crate::model::record::ArchivedApplication;
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;
use crate::registry::launch::{application, marks, phase};
use crate::registry::{Reader, checks, domain, ttl};

/// The application that is asked for, for who made it and for who knows its authInfo; without identifier the domain that is
/// registered, with the phase that it was registered in.
///
/// # Result codes
/// - 1000
/// - 2005: no valid name
/// - 2102: authInfo that is no password
/// - 2201: another client made the application, or asks for its allocation token
/// - 2202: a wrong authInfo, whoever gives it
/// - 2303: no such application or domain; the allocation token is asked for, and there is none
/// - 2306: another phase than that in which it was made or registered
/// - 2400: the domain's hosts changed under the reader, again and again
pub(crate) fn answer<'v, V: View>(
    view: &'v V,
    reader: &Reader<'_>,
    name: &str,
    shown: HostsShown,
    (auth, token, ttls): (Option<&AuthInfo>, bool, Option<bool>),
    info: &LaunchInfo,
) -> Result<(Success, Answer<'v>), Refusal> {
    let Some(id) = &info.application else { return registered(view, reader, name, shown, (auth, token, ttls), info) };
    let name = checks::normalized(Element::domain("name"), name)?;
    let found = application::load(view, &name, id, &info.phase)?;
    let sponsor = reader.clid == found.domain.sponsor;
    // No deadline of an application is waited for: an authInfo that has lived for long enough is as if it were unset.
    let ended = found.domain.auth_until.as_ref().is_some_and(|until| until.get() <= reader.now);
    match auth {
        Some(AuthInfo::Password { roid: None, .. }) if ended => return Err(checks::wrong_auth("domain")),
        Some(auth) => checks::domain_auth(view, &found.domain, auth)?,
        None => checks::sponsored_by(reader.clid, &found.domain.sponsor, Element::launch("applicationID"), id)?,
    }
    if token {
        // No application has one: it is refused beside them (RFC 8495, section 3.1.2).
        domain::info::token(&found.domain, sponsor, &name)?;
    }
    let mut answer = shown_application(view, found, shown);
    answer.auth_set = sponsor && found.domain.auth.is_some() && !ended;
    let tld = view.tld(&found.domain.tld);
    answer.ttls = ttl::told(tld, tld.map_or(&[], ttl::of_domains), &found.domain.ttls, ttls);
    if let Some(data) = answer.launch.as_mut().filter(|_| info.include_mark) {
        data.marks = marks::of(view, &found.domain);
    }
    Ok((Success::Completed, Answer::DomainInfo(answer)))
}

fn shown_application<'v, V: View>(view: &'v V, found: &'v ArchivedApplication, shown: HostsShown) -> DomainInfo<'v> {
    let domain = &found.domain;
    // Nobody can delete a host that an application refers to; one that is missing is not there for a moment only.
    let servers = domain.name_servers.iter().filter_map(|id| view.host(id.to_native())).map(|host| host.name.as_str());
    let delegated = matches!(shown, HostsShown::All | HostsShown::Delegated);
    DomainInfo {
        domain,
        statuses: lifecycle::pending(domain),
        rgp: Vec::new(),
        expires: domain.expires.get(),
        notes: None,
        name_servers: if delegated { servers.collect() } else { Vec::new() },
        hosts: Vec::new(),
        authorized: true,
        auth_set: false,
        attributes: if delegated { domain.host_attributes.as_slice() } else { &[] },
        token: None,
        ttls: Vec::new(),
        launch: Some(LaunchData {
            phase: found.phase.get(),
            application: Some(&found.id),
            status: Some((found.status.get(), &found.reason)),
            marks: Vec::new(),
        }),
    }
}

fn registered<'v, V: View>(
    view: &'v V,
    reader: &Reader<'_>,
    name: &str,
    shown: HostsShown,
    (auth, token, ttl): (Option<&AuthInfo>, bool, Option<bool>),
    info: &LaunchInfo,
) -> Result<(Success, Answer<'v>), Refusal> {
    let (success, mut answer) = domain::info::answer(view, reader, name, shown, (auth, token, ttl))?;
    if let Answer::DomainInfo(found) = &mut answer {
        let Some(origin) = found.domain.launch.as_ref() else {
            let fault = Fault::new(phase::PHASE, info.phase.to_string(), "it was registered in no phase of a launch");
            return Err(Refusal::Policy(fault));
        };
        let origin = Phase { kind: origin.phase.get(), name: origin.name.to_string() };
        phase::same(&origin, &info.phase)?;
        let status = Some((ApplicationStatus::Allocated, ""));
        // Whom a mark belongs to is not for everybody.
        let shows = info.include_mark && found.authorized;
        let marks = if shows { marks::of(view, found.domain) } else { Vec::new() };
        found.launch = Some(LaunchData { phase: origin, application: None, status, marks });
    }
    Ok((success, answer))
}
