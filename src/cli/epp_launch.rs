//! What short forms add to a command in its `<extension>` in a launch (RFC 8334).

use clap::Args;

use super::epp_frames::{Body, Object};

/// What encoded signed marks stand between in files (RFC 9361, section 6.6).
const MARKERS: [&str; 2] = ["-----BEGIN ENCODED SMD-----", "-----END ENCODED SMD-----"];

/// What a check asks of a launch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(super) struct LaunchQuestion {
    /// In this phase of a launch: sunrise, landrush, claims, open, or custom:NAME; a part of one as claims:landrush.
    #[arg(long, value_name = "PHASE")]
    phase: Option<String>,
    /// Whether names need a claims notice in the phase, and the keys to get it by.
    #[arg(long, requires = "phase")]
    claims: bool,
    /// Whether names are marks, whatever the phase.
    #[arg(long, conflicts_with_all = ["phase", "claims"])]
    trademark: bool,
}

impl LaunchQuestion {
    /// `launch:check`, if there is a question.
    pub(super) fn element(&self) -> Option<String> {
        let form = match (&self.phase, self.claims, self.trademark) {
            (None, _, false) => return None,
            (_, _, true) => "trademark",
            (_, true, _) => "claims",
            (_, false, _) => "avail",
        };
        let body = self.phase.as_deref().map_or(Body::new(Object::Launch), phase);
        Some(body.named_with("check", &[("type", form)]))
    }
}

/// Which application, or which registration of a launch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(super) struct LaunchOf {
    /// The phase of a launch that it was made in, as sunrise or custom:NAME.
    #[arg(long, value_name = "PHASE")]
    phase: Option<String>,
    /// The application.
    #[arg(long, value_name = "ID", requires = "phase")]
    application: Option<String>,
}

impl LaunchOf {
    /// `launch:VERB`, if something is said.
    pub(super) fn element(&self, verb: &str) -> Option<String> {
        self.element_with(verb, &[])
    }

    /// `launch:info`, if something is said, and whether its marks are asked for.
    pub(super) fn info(&self, mark: bool) -> Option<String> {
        self.element_with("info", if mark { &[("includeMark", "true")] } else { &[] })
    }

    fn element_with(&self, verb: &str, attributes: &[(&str, &str)]) -> Option<String> {
        let body = phase(self.phase.as_deref()?).optional("applicationID", self.application.as_deref());
        Some(body.named_with(verb, attributes))
    }
}

/// How a name is registered or applied for in a launch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(super) struct LaunchEntry {
    /// The phase of the launch, as sunrise or custom:NAME.
    #[arg(long, value_name = "PHASE")]
    phase: Option<String>,
    /// Expect to get an application, or a registration.
    #[arg(long, value_name = "application|registration", requires = "phase")]
    make: Option<String>,
    /// File with an encoded signed mark; repeat for more.
    #[arg(long, value_name = "FILE", requires = "phase", value_parser = encoded)]
    smd: Vec<String>,
    /// Identifier of the claims notice that was acknowledged.
    #[arg(long, value_name = "ID", requires_all = ["phase", "not_after", "accepted"])]
    notice: Option<String>,
    /// When the notice expires, as 2027-01-31T12:00:00Z.
    #[arg(long, value_name = "TIME", requires = "notice")]
    not_after: Option<String>,
    /// When the notice was accepted.
    #[arg(long, value_name = "TIME", requires = "notice")]
    accepted: Option<String>,
}

impl LaunchEntry {
    /// `launch:create`, if a phase is said.
    pub(super) fn element(&self) -> Option<String> {
        let body = phase(self.phase.as_deref()?);
        let body = self
            .smd
            .iter()
            .fold(body, |body, smd| body.nested(&Body::new(Object::SignedMark).text(smd).named("encodedSignedMark")));
        let body = match self.notice.as_deref() {
            Some(id) => body.group("notice", &[], |body| {
                let body = body.element("noticeID", &[], id).optional("notAfter", self.not_after.as_deref());
                body.optional("acceptedDate", self.accepted.as_deref())
            }),
            None => body,
        };
        let made = self.make.as_deref().map(|make| ("type", make));
        Some(body.named_with("create", made.as_slice()))
    }
}

/// `launch:phase` of `KIND` or `KIND:NAME`.
fn phase(given: &str) -> Body {
    let (kind, name) = given.split_once(':').map_or((given, None), |(kind, name)| (kind, Some(("name", name))));
    Body::new(Object::Launch).element("phase", name.as_slice(), kind)
}

/// The encoded signed mark in a file: all of it, or what stands between the markers.
fn encoded(path: &str) -> Result<String, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let [begin, end] = MARKERS;
    let inside = text.split_once(begin).and_then(|(_, rest)| rest.split_once(end)).map(|(inside, _)| inside);
    Ok(inside.unwrap_or(&text).trim().to_owned())
}
