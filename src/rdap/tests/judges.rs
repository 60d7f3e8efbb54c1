//! How the rules of the profile are judged: an answer of the sample, edits of it as a faulty renderer would make them, and a
//! judge that takes the one and refuses the others.

use std::sync::LazyLock;

use super::*;

/// What of the sample is asked for: each object kind, and what goes wrong.
const TARGETS: [&str; 29] = [
    "/v1/domain/shop.example",
    "/v1/domain/SHOP.example?x=<y>&z",
    "/v1/domain/b%C3%BCcher.example",
    "/v1/domain/attr.example",
    "/v1/domain/sparse.example",
    "/v1/domain/l%C3%B6we.example",
    "/v1/domain/plain.example",
    "/v1/domain/fresh.example",
    "/v1/domain/renewed.example",
    "/v1/domain/bare.example",
    "/v1/domain/moving.example",
    "/v1/domain/redeemable.example",
    "/v1/domain/restoring.example",
    "/v1/domain/leaving.example",
    "/v1/nameserver/ns1.shop.example",
    "/v1/nameserver/ns.xn--bcher-kva.test",
    "/v1/entity/9995",
    "/v1/entity/registrar-b",
    "/v1/entity/registry",
    "/v1/entity/SH8013",
    "/v1/entity/Open%2F%C3%9C%201",
    "/v1/entity/C13-EXAMPLE",
    "/v1/entity/sparse",
    "/v1/help",
    "/v1/domain/nothing.example",
    "/v1/domain/-.example",
    "/v1/nameserver/nothing.example",
    "/v1/entity/nobody",
    "/v1/domains?name=x*",
];

/// An answer, and to what.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) target: &'static str,
    pub(super) policy: Disclosure,
    pub(super) audience: Audience,
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    pub(super) json: OwnedValue,
}

impl Asked {
    /// The URL that was asked.
    pub(super) fn url(&self) -> String {
        format!("https://rdap.example{}", self.target.replace('<', "%3C").replace('>', "%3E"))
    }

    pub(super) fn class(&self) -> Option<&str> {
        self.json.get_str("objectClassName")
    }

    /// What was asked for, without its class: a name in A-labels, or a handle.
    pub(super) fn key(&self) -> String {
        let path = self.target.split('?').next().unwrap_or_default();
        let key = path.rsplit('/').next().and_then(crate::rdap::uri::percent_decode).expect("sound encoding");
        if self.is_of("entity") { key } else { idna::domain_to_ascii(&key).expect("a name") }
    }

    /// Whether this class was asked for.
    pub(super) fn is_of(&self, class: &str) -> bool {
        self.target.strip_prefix("/v1/").and_then(|path| path.split_once('/')).is_some_and(|(found, _)| found == class)
    }

    /// The registry that was asked.
    pub(super) fn registry(&self) -> &'static Memory {
        &REGISTRIES[self.policy as usize]
    }
}

/// The sample under each of [`POLICIES`].
static REGISTRIES: LazyLock<[Memory; 3]> = LazyLock::new(|| {
    let mut all = [Disclosure::ByDisclose; 3];
    POLICIES.into_iter().for_each(|policy| all[policy as usize] = policy);
    all.map(sample::registry_under)
});

/// Each target under each policy, for each audience.
static CORPUS: LazyLock<Vec<Asked>> = LazyLock::new(|| {
    let mut corpus = Vec::new();
    for policy in POLICIES {
        for (target, audience) in
            TARGETS.iter().flat_map(|target| [Audience::Anonymous, Audience::Authorised].map(|of| (*target, of)))
        {
            let found = ask_as(&REGISTRIES[policy as usize], target, audience);
            let json = value(&found.body);
            corpus.push(Asked { target, policy, audience, status: found.status, body: found.body, json });
        }
    }
    corpus
});

/// Each answer, in pairs for anybody and for who is authorised.
pub(super) fn corpus() -> &'static [Asked] {
    &CORPUS
}

/// Any answer.
pub(super) fn any(_: &Asked) -> bool {
    true
}

/// Answers that show a domain.
pub(super) fn domain(asked: &Asked) -> bool {
    asked.class() == Some("domain")
}

/// Answers that show a name server.
pub(super) fn nameserver(asked: &Asked) -> bool {
    asked.class() == Some("nameserver")
}

/// What a judge says: nothing, or what is wrong.
pub(super) type Verdict = Result<(), String>;

/// Ends a judge's work with what is wrong.
macro_rules! ensure {
    ($condition:expr, $($words:tt)+) => {
        if !$condition {
            return Err(format!($($words)+));
        }
    };
}
pub(super) use ensure;

/// An edit of an answer, as a renderer with one fault would have written it.
///
/// A path has steps between slashes: the name of a member, the place of an element, or `KEY=TEXT` for the first element that
/// has this text at that name or place, or a list there that has it. Dots lead a KEY deeper.
#[derive(Debug)]
pub(super) enum Mutant {
    /// It is missing.
    Without(&'static str),
    /// It is this JSON instead, or there with it.
    Put(&'static str, &'static str),
    /// It comes twice.
    Twice(&'static str),
    /// The answer has another status.
    Status(u16),
    /// The body has other octets.
    Octets(&'static str, &'static str),
}

impl Mutant {
    /// The answer with this edit, where that changes it.
    fn of(&self, asked: &Asked) -> Option<Asked> {
        let mut spoilt = asked.clone();
        match self {
            Self::Without(path) => drop(remove(&mut spoilt.json, path)?),
            Self::Put(path, text) => put(&mut spoilt.json, path, value(text.as_bytes()))?,
            Self::Twice(path) => twice(&mut spoilt.json, path)?,
            Self::Status(status) => spoilt.status = *status,
            Self::Octets(old, new) => {
                spoilt.body = String::from_utf8_lossy(&asked.body).replace(old, new).into_bytes();
            }
        }
        (spoilt != *asked).then_some(spoilt)
    }
}

/// The judge takes every answer `of` which the rule speaks; and each mutant changes some of those, and is refused wherever it
/// does.
#[track_caller]
pub(super) fn holds(of: fn(&Asked) -> bool, judge: fn(&Asked) -> Verdict, mutants: &[Mutant]) {
    let all: Vec<_> = CORPUS.iter().filter(|asked| of(asked)).collect();
    assert!(!all.is_empty() && mutants.len() > 1);
    for asked in &all {
        let verdict = judge(asked);
        assert_eq!(verdict, Ok(()), "{} {:?} {:?}: {}", asked.target, asked.policy, asked.audience, asked.json);
    }
    for mutant in mutants {
        let spoilt: Vec<_> = all.iter().filter_map(|asked| mutant.of(asked)).collect();
        assert!(!spoilt.is_empty(), "{mutant:?} changes nothing");
        for asked in spoilt {
            assert!(judge(&asked).is_err(), "{mutant:?} passes: {} {}", asked.status, asked.json);
        }
    }
}

/// Where a path leads within what its last step is a member or element of.
fn last<'j, 's>(json: &'j mut OwnedValue, path: &'s str) -> Option<(&'j mut OwnedValue, &'s str)> {
    match path.rsplit_once('/') {
        None => Some((json, path)),
        Some((way, last)) => {
            let end = way.split('/').try_fold(json, |json, step| match json {
                OwnedValue::Object(members) => members.get_mut(step),
                OwnedValue::Array(elements) => place(elements, step).and_then(|place| elements.get_mut(place)),
                OwnedValue::String(_) | OwnedValue::Static(_) => None,
            })?;
            Some((end, last))
        }
    }
}

/// Which element a step leads to.
fn place(elements: &[OwnedValue], step: &str) -> Option<usize> {
    let Some((key, text)) = step.split_once('=') else { return step.parse().ok() };
    elements.iter().position(|element| {
        let found = key.split('.').try_fold(element, |json, key| match json {
            OwnedValue::Array(elements) => elements.get(key.parse::<usize>().ok()?),
            json => json.get(key),
        });
        let is = |json: &OwnedValue| json.as_str() == Some(text);
        found.is_some_and(|json| is(json) || json.as_array().is_some_and(|all| all.iter().any(is)))
    })
}

fn remove(json: &mut OwnedValue, path: &str) -> Option<OwnedValue> {
    match last(json, path)? {
        (OwnedValue::Object(members), name) => members.remove(name),
        (OwnedValue::Array(elements), step) => {
            let place = place(elements, step).filter(|place| *place < elements.len())?;
            Some(elements.remove(place))
        }
        _ => None,
    }
}

fn put(json: &mut OwnedValue, path: &str, new: OwnedValue) -> Option<()> {
    match last(json, path)? {
        (OwnedValue::Object(members), name) => {
            members.insert(name.to_owned(), new);
        }
        (OwnedValue::Array(elements), step) => *place(elements, step).and_then(|place| elements.get_mut(place))? = new,
        _ => return None,
    }
    Some(())
}

fn twice(json: &mut OwnedValue, path: &str) -> Option<()> {
    let (OwnedValue::Array(elements), step) = last(json, path)? else { return None };
    let copy = elements.get(place(elements, step)?)?.clone();
    elements.push(copy);
    Some(())
}

/// Every object of a JSON text, the topmost one first.
pub(super) fn objects(json: &OwnedValue) -> Vec<&OwnedValue> {
    let mut found = Vec::new();
    let mut open = vec![json];
    while let Some(value) = open.pop() {
        match value {
            OwnedValue::Object(members) => {
                found.push(value);
                open.extend(members.values());
            }
            OwnedValue::Array(elements) => open.extend(elements.iter()),
            OwnedValue::String(_) | OwnedValue::Static(_) => {}
        }
    }
    found
}

pub(super) fn items<'j>(json: &'j OwnedValue, member: &str) -> &'j [OwnedValue] {
    json.get_array(member).map(Vec::as_slice).unwrap_or_default()
}

/// A list of strings; what is none is a word that nobody expects.
pub(super) fn strings<'j>(json: &'j OwnedValue, member: &str) -> Vec<&'j str> {
    items(json, member).iter().map(|item| item.as_str().unwrap_or("(no string)")).collect()
}

/// The entities with a role, of those directly in an object.
pub(super) fn with_role<'j>(json: &'j OwnedValue, role: &str) -> Vec<&'j OwnedValue> {
    items(json, "entities").iter().filter(|entity| strings(entity, "roles").contains(&role)).collect()
}

/// The properties of that name in a jCard: name, parameters, type and value. What is cut short has nulls.
pub(super) fn properties<'j>(entity: &'j OwnedValue, name: &str) -> Vec<[&'j OwnedValue; 4]> {
    const NULL: &OwnedValue = &OwnedValue::Static(simd_json::StaticNode::Null);
    let all = items(entity, "vcardArray").get(1).and_then(|all| all.as_array()).map(Vec::as_slice).unwrap_or_default();
    let whole = all.iter().map(|property| [0, 1, 2, 3].map(|at| property.get_idx(at).unwrap_or(NULL)));
    whole.filter(|[found, ..]| found.as_str() == Some(name)).collect()
}

/// The links with a relation, of those directly in an object.
pub(super) fn links<'j>(json: &'j OwnedValue, rel: &str) -> Vec<&'j OwnedValue> {
    items(json, "links").iter().filter(|link| link.get_str("rel") == Some(rel)).collect()
}

/// When an event happened, each time that it is told of.
pub(super) fn dates<'j>(json: &'j OwnedValue, action: &str) -> Vec<Option<&'j str>> {
    let of = |event: &&OwnedValue| event.get_str("eventAction") == Some(action);
    items(json, "events").iter().filter(of).map(|event| event.get_str("eventDate")).collect()
}

#[test]
fn an_edit_changes_what_it_names() {
    let is = |asked: &&Asked| asked.policy == Disclosure::ByDisclose && asked.target.ends_with("/shop.example");
    let asked = corpus().iter().find(is).expect("asked");
    let json = |mutant: Mutant| mutant.of(asked).map(|spoilt| spoilt.json);
    let spoilt = json(Mutant::Without("entities/roles=registrar/vcardArray/1/0=tel/1/type")).expect("there");
    assert!(properties(with_role(&spoilt, "registrar")[0], "tel")[0][1].get("type").is_none());
    assert_eq!(json(Mutant::Twice("notices/title=Status Codes")).map(|json| items(&json, "notices").len()), Some(4));
    let spoilt = json(Mutant::Put("redacted/name.type=Tech Name/method", "1"));
    assert_eq!(spoilt, None, "it is disclosed");
    for nothing in ["nothing", "links/9", "links/rel=x/href", "handle/x", "links/rel=self/x"] {
        assert_eq!(json(Mutant::Without(nothing)), None, "{nothing}");
    }
    assert_eq!(json(Mutant::Put("objectClassName", "\"domain\"")), None, "it is that already");
}
