//! Maintenance that registrars are told of (RFC 9167).

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;

/// A maintenance event: what registrars see of it, and when they are told.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Maintenance {
    /// What registrars see.
    pub event: MaintenanceEvent,
    /// How long before its start registrars are reminded (pollType `courtesy`), in minutes; descending, none twice.
    pub courtesy_minutes: Vec<u32>,
    /// Whether registrars are told of its end (pollType `end`).
    pub tells_end: bool,
    /// Reminders of this moment and of before have been, or will not be.
    pub reminded: Timestamp,
    /// What not all registrars have been told yet.
    pub telling: Option<Telling>,
}

/// News that some registrars have not been told yet: more of them than one transaction tells.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Telling {
    /// The news. After the last registrar was told of `Delete`, the event goes.
    pub news: MaintenanceNews,
    /// The clID of who was told last; who comes behind it has yet to be told.
    pub after: String,
    /// When the first were told.
    pub since: Timestamp,
}

/// What registrars see of a maintenance event (section 3.3).
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct MaintenanceEvent {
    /// id.
    pub id: String,
    /// name, for people.
    pub name: Option<Wording>,
    /// type, as `Routine Maintenance`.
    pub types: Vec<Wording>,
    /// systems: one at least.
    pub systems: Vec<MaintainedSystem>,
    /// environment: `production`, `ote`, `staging`, `dev`, or the name of another one.
    pub environment: String,
    /// start.
    pub start: Timestamp,
    /// end; after the start.
    pub end: Timestamp,
    /// reason: whether it is an emergency, and not planned.
    pub emergency: bool,
    /// detail: where more is to be read.
    pub detail: Option<String>,
    /// description.
    pub descriptions: Vec<Description>,
    /// tlds; empty: all.
    pub tlds: Vec<String>,
    /// intervention.
    pub intervention: Option<Intervention>,
    /// crDate.
    pub created: Timestamp,
    /// upDate.
    pub updated: Option<Timestamp>,
}

/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;

impl ArchivedMaintenance {
    /// The moments at which registrars are told without a change, ascending, with the news of each.
    fn reminders(&self) -> impl Iterator<Item = (Timestamp, MaintenanceNews)> {
        let (start, end) = (self.event.start.get(), self.event.end.get());
        let courtesy = self.courtesy_minutes.iter().map(move |minutes| {
            let before = i64::from(minutes.to_native()) * MINUTE;
            (Timestamp::from_micros(start.micros().saturating_sub(before)), MaintenanceNews::Courtesy)
        });
        courtesy.chain(self.tells_end.then_some((end, MaintenanceNews::End)))
    }

    /// The first reminder after that moment.
    pub fn reminder_after(&self, moment: Timestamp) -> Option<(Timestamp, MaintenanceNews)> {
        self.reminders().find(|(at, _)| *at > moment)
    }

    /// When registrars are told of it next without a change: those who have yet to be told, or all by a reminder.
    pub fn deadline(&self) -> Option<Timestamp> {
        match self.telling.as_ref() {
            Some(telling) => Some(telling.since.get()),
            None => self.reminder_after(self.reminded.get()).map(|(at, _)| at),
        }
    }

    /// Whether it is taken back, and only kept until all registrars are told.
    pub fn is_gone(&self) -> bool {
        self.telling.as_ref().is_some_and(|telling| telling.news == ArchivedMaintenanceNews::Delete)
    }
}

/// Words in a language.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Wording {
    /// lang; English when missing.
    pub lang: Option<String>,
    /// The words.
    pub text: String,
}

/// A description.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Description {
    /// What it says.
    pub words: Wording,
    /// type: whether it is HTML, and not plain text.
    pub html: bool,
}

impl Wording {
    /// Words as operators write them: `Routine Maintenance`, `@de:Wartung`. What begins with an `@` has a language.
    pub fn parse(text: &str) -> Option<Self> {
        let Some(marked) = text.strip_prefix('@') else { return Some(Self { lang: None, text: text.to_owned() }) };
        let (lang, text) = marked.split_once(':')?;
        is_language(lang).then(|| Self { lang: Some(lang.to_owned()), text: text.to_owned() })
    }
}

impl Description {
    /// A description as operators write it: as [`Wording::parse`], or HTML as `@de/html:<b>Wartung</b>`.
    pub fn parse(text: &str) -> Option<Self> {
        let html = text.strip_prefix('@').and_then(|marked| marked.split_once(':')).and_then(|(mark, text)| {
            let lang = mark.strip_suffix("/html")?;
            Some((lang, text))
        });
        let words = match html {
            Some((lang, text)) => Wording::parse(&format!("@{lang}:{text}")),
            None => Wording::parse(text),
        };
        words.map(|words| Self { words, html: html.is_some() })
    }
}

impl ArchivedWording {
    /// As [`Wording::parse`] reads it.
    pub fn written(&self) -> String {
        self.lang.as_ref().map_or_else(|| self.text.to_string(), |lang| format!("@{lang}:{}", self.text))
    }
}

impl ArchivedDescription {
    /// As [`Description::parse`] reads it.
    pub fn written(&self) -> String {
        match self.html {
            true => format!("@{}/html:{}", self.words.lang.as_deref().unwrap_or("en"), self.words.text),
            false => self.words.written(),
        }
    }
}

/// `xsd:language`.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let letters = |part: &str| part.bytes().all(|octet| octet.is_ascii_alphabetic());
    let short = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|octet| octet.is_ascii_alphanumeric());
    parts.next().is_some_and(|first| letters(first) && short(first)) && parts.all(short) && tag.len() <= 35
}

/// A system that is maintained.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct MaintainedSystem {
    /// name, as `EPP`.
    pub name: String,
    /// host: lower-case A-labels.
    pub host: Option<String>,
    /// impact.
    pub impact: Impact,
}

impl MaintainedSystem {
    /// The system as operators write it: `EPP=full`, `EPP=partial@epp.example.net`.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once('=')?;
        let (impact, host) = rest.split_once('@').map_or((rest, None), |(impact, host)| (impact, Some(host)));
        let impact = Impact::ALL.into_iter().find(|known| known.name() == impact)?;
        Some(Self { name: name.to_owned(), host: host.map(str::to_owned), impact })
    }
}

/// How much of a system is affected (`maint:impactEnum`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum Impact {
    /// `none`.
    None,
    /// `partial`.
    Partial,
    /// `full`.
    Full,
}

impl Impact {
    /// Every value.
    pub const ALL: [Self; 3] = [Self::None, Self::Partial, Self::Full];

    /// The value as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Partial => "partial",
            Self::Full => "full",
        }
    }
}

impl ArchivedImpact {
    /// The value as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => Impact::None.name(),
            Self::Partial => Impact::Partial.name(),
            Self::Full => Impact::Full.name(),
        }
    }
}

/// What registrars have to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
pub struct Intervention {
    /// connection: about their connections, as to connect again.
    pub connection: bool,
    /// implementation: about their programs.
    pub implementation: bool,
}

/// What has become of an event (`maint:pollType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum MaintenanceNews {
    /// `create`.
    Create,
    /// `update`.
    Update,
    /// `delete`.
    Delete,
    /// `courtesy`: it begins soon.
    Courtesy,
    /// `end`: it is over.
    End,
}

impl ArchivedMaintenanceNews {
    /// The value as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Courtesy => "courtesy",
            Self::End => "end",
        }
    }
}

/// The environments that have words of their own (`maint:envEnum`).
pub const ENVIRONMENTS: [&str; 4] = ["production", "ote", "staging", "dev"];
