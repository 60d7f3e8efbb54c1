//! Remembered answers are those that would be made anew, whatever changed and however time passes.

use super::*;
use crate::model::view::RecordOctets;

/// The sample, with a count of the records that were read for what they mean.
struct Counting {
    registry: Memory,
    read: Cell<usize>,
    compared: Cell<usize>,
}

impl Counting {
    fn new() -> Self {
        Self { registry: sample::registry(), read: Cell::new(0), compared: Cell::new(0) }
    }
}

impl View for Counting {
    fn record<R: Record>(&self, key: &[u8]) -> Option<&R::Archived> {
        self.read.set(self.read.get() + 1);
        self.registry.record::<R>(key)
    }

    fn count(&self, kind: Kind, key: &[u8]) -> u64 {
        self.registry.count(kind, key)
    }
}

impl RecordOctets for Counting {
    fn octets(&self, kind: Kind, key: &[u8]) -> Option<&[u8]> {
        self.compared.set(self.compared.get() + 1);
        self.registry.octets(kind, key)
    }
}

impl Searchable for Counting {
    fn search(&self, family: Family, from: Bound<Place<'_>>, each: &mut dyn FnMut(Place<'_>) -> ControlFlow<()>) {
        self.registry.search(family, from, each);
    }
}

const TARGETS: [&str; 14] = [
    "/v1/domain/shop.example",
    "/v1/domain/SHOP.example",
    "/v1/domain/attr.example",
    "/v1/domain/l%C3%B6we.example",
    "/v1/domain/fresh.example",
    "/v1/domain/renewed.example",
    "/v1/domain/redeemable.example",
    "/v1/domain/nothing.example",
    "/v1/nameserver/ns1.shop.example",
    "/v1/nameserver/ns.xn--bcher-kva.test",
    "/v1/entity/9995",
    "/v1/entity/SH8013",
    "/v1/entity/closed",
    "/v1/help",
];

/// Asks for everything at several moments, there and back; which targets were answered without a look at what records mean.
#[track_caller]
fn all_alike(memo: &mut Memo, view: &Counting, position: Option<u64>, audience: Audience) -> Vec<&'static str> {
    let mut remembered = Vec::new();
    for (target, day) in TARGETS.iter().flat_map(|target| [30, 31, 33, 90, 400, 30].map(|day| (*target, day))) {
        view.read.set(0);
        let status = is_alike(memo, view, position, (target, sample::day(day), audience));
        if status == 200 && view.read.get() == 0 && !remembered.contains(&target) && target != "/v1/help" {
            remembered.push(target);
        }
    }
    remembered
}

/// Asserts that the answer is the one that is made anew, and gives its status.
#[track_caller]
fn is_alike(
    memo: &mut Memo,
    view: &Counting,
    position: Option<u64>,
    (target, now, audience): (&str, Timestamp, Audience),
) -> u16 {
    let base = BaseUrl::new("https://rdap.example/v1/").expect("good");
    let context = Context::new(&base, target, now, TERMS).for_audience(audience);
    let asked = parse("GET", &base, target).expect("a query");
    assert!(memo.request(&base, target).is_none_or(|remembered| remembered == asked), "{target}");
    let found = memo.answer(view, position, &asked, &context);
    let expected = answer(&view.registry, &asked, &context);
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    assert_eq!(text(&found.body.octets()), text(&expected.body), "{target} {now:?}");
    assert_eq!(found.status, expected.status, "{target} {now:?}");
    assert_eq!(found.fingerprint, (found.status == 200).then(|| expected.fingerprint()), "{target} {now:?}");
    found.status
}

/// One step in the life of the sample.
type Step = fn(&mut Memory);

#[test]
fn what_is_remembered_is_what_would_be_answered() {
    let steps: [Step; 9] = [
        |_| (),
        |registry| {
            put(registry, Change::PutHost(sample::host(21, "ns1.shop.example", Some("shop.example"), &["192.0.2.9"])))
        },
        |registry| put(registry, Change::PutContact(sample::contact(11, "SH8013", Some(open())))),
        |registry| {
            put(registry, Change::PutRegistrar(sample::registrar("registrar-a", Some(9995), "Another name", true)))
        },
        |registry| put(registry, Change::PutTld(sample::tld(Disclosure::RedactAll))),
        |registry| put(registry, Change::PutTld(sample::tld(Disclosure::PublishOrganisations))),
        // Another variant of a name is not there any more, and then a link to a host is not.
        |registry| put(registry, Change::DeleteDomain { name: "xn--lwe-kna.example".into() }),
        |registry| put(registry, Change::DeleteDomain { name: "shop.example".into() }),
        |registry| put(registry, Change::DeleteContact { id: "closed".into() }),
    ];
    let (mut memo, mut view) = (Memo::default(), Counting::new());
    for (number, step) in steps.into_iter().enumerate() {
        step(&mut view.registry);
        // A position at which nothing was asked yet, that position again, and none.
        for position in [Some(number as u64), Some(number as u64), None] {
            let remembered = all_alike(&mut memo, &view, position, Audience::Anonymous);
            let there =
                TARGETS.iter().filter(|target| !target.ends_with("help") && ask(&view.registry, target).status == 200);
            // The second time at one moment, each is.
            assert_eq!(remembered, there.copied().collect::<Vec<_>>());
        }
    }
}

#[test]
fn records_are_looked_at_once_for_each_position_of_the_log_and_each_time_without_one() {
    let (mut memo, view) = (Memo::default(), Counting::new());
    let mut looks = |position| {
        view.compared.set(0);
        is_alike(&mut memo, &view, position, (TARGETS[0], sample::day(30), Audience::Anonymous));
        view.compared.get() > 0
    };
    // Asked twice, it is remembered.
    assert_eq!([looks(Some(1)), looks(Some(1))], [false, true]);
    let positions = [Some(1), Some(2), Some(2), None, None, Some(2), Some(2), Some(3)];
    assert_eq!(positions.map(&mut looks), [false, true, false, true, true, true, false, true]);
}

#[test]
fn another_base_url_is_another_answer() {
    let (mut memo, view) = (Memo::default(), Counting::new());
    let target = "/v1/domain/shop.example";
    let bases =
        ["https://rdap.example/v1/", "https://rdap.example:8443/v1/"].map(|url| BaseUrl::new(url).expect("good"));
    for base in bases.iter().chain(&bases).cycle().take(12) {
        let context = Context::new(base, target, sample::day(30), TERMS);
        let asked = parse("GET", base, target).expect("a query");
        let found = memo.answer(&view, Some(1), &asked, &context);
        assert_eq!(*found.body.octets(), answer(&view.registry, &asked, &context).body);
    }
}

#[test]
fn grace_periods_end_in_what_is_remembered_at_the_very_moment() {
    let view = Counting::new();
    let mut ends = 0;
    for target in TARGETS {
        let Some(domain) = target.strip_prefix("/v1/domain/").and_then(|name| view.registry.domain(name)) else {
            continue;
        };
        for grace in domain.grace.iter() {
            let mut memo = Memo::default();
            let end = grace.until.get().micros();
            for micros in [end - 1, end - 1, end - 1, end, end - 1, end, end, end + 1, end - 1] {
                let now = Timestamp::from_micros(micros);
                is_alike(&mut memo, &view, Some(1), (target, now, Audience::Anonymous));
            }
            ends += 1;
        }
    }
    assert!(ends > 0);
}

#[test]
fn what_others_than_the_public_see_is_not_kept() {
    let (mut memo, view) = (Memo::default(), Counting::new());
    assert!(all_alike(&mut memo, &view, Some(1), Audience::Authorised).is_empty());
    assert!(!all_alike(&mut memo, &view, Some(1), Audience::Anonymous).is_empty());
    assert!(all_alike(&mut memo, &view, Some(1), Audience::Authorised).is_empty());
}

fn open() -> crate::model::record::Disclose {
    crate::model::record::Disclose { flag: true, fields: u16::MAX }
}

fn put(registry: &mut Memory, change: Change) {
    sample::commit(registry, vec![change]);
}
