//! Remembered answers are those that would be made anew, whatever changed and however time passes.

use super::*;
use crate::model::view::RecordOctets;

/// The sample, with a count of the records that were read for what they mean.
struct Counting {
    registry: Memory,
    read: Cell<usize>,
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

/// Asks for everything at several moments, there and back; which targets were answered without a look at what records mean,
/// but for the grace periods.
#[track_caller]
fn all_alike(memo: &mut Memo, view: &Counting, audience: Audience) -> Vec<&'static str> {
    let base = BaseUrl::new("https://rdap.example/v1/").expect("good");
    let mut remembered = Vec::new();
    for (target, day) in TARGETS.iter().flat_map(|target| [30, 31, 33, 90, 400, 30].map(|day| (*target, day))) {
        let context = Context::new(&base, target, sample::day(day), TERMS).for_audience(audience);
        let asked = parse("GET", &base, target).expect("a query");
        view.read.set(0);
        let (found, tag) = memo.answer(view, &asked, &context);
        let read = view.read.get();
        let expected = answer(&view.registry, &asked, &context);
        assert_eq!(String::from_utf8_lossy(&found.body), String::from_utf8_lossy(&expected.body), "{target} {day}");
        assert_eq!((found.status, &found.moment), (expected.status, &expected.moment), "{target} {day}");
        assert_eq!(tag, (found.status == 200).then(|| expected.fingerprint()), "{target} {day}");
        if found.status == 200 && read <= 1 && !remembered.contains(&target) && target != "/v1/help" {
            remembered.push(target);
        }
    }
    remembered
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
    let (mut memo, mut view) = (Memo::default(), Counting { registry: sample::registry(), read: Cell::new(0) });
    for step in steps {
        step(&mut view.registry);
        let remembered = all_alike(&mut memo, &view, Audience::Anonymous);
        let there =
            TARGETS.iter().filter(|target| !target.ends_with("help") && ask(&view.registry, target).status == 200);
        // The second time at one moment, each is.
        assert_eq!(remembered, there.copied().collect::<Vec<_>>());
    }
}

#[test]
fn what_others_than_the_public_see_is_not_kept() {
    let (mut memo, view) = (Memo::default(), Counting { registry: sample::registry(), read: Cell::new(0) });
    assert!(all_alike(&mut memo, &view, Audience::Authorised).is_empty());
    assert!(!all_alike(&mut memo, &view, Audience::Anonymous).is_empty());
    assert!(all_alike(&mut memo, &view, Audience::Authorised).is_empty());
}

fn open() -> crate::model::record::Disclose {
    crate::model::record::Disclose { flag: true, fields: u16::MAX }
}

fn put(registry: &mut Memory, change: Change) {
    sample::commit(registry, vec![change]);
}
