//! Answers that were made before: a look-up whose records are still the same octets is answered without rendering.
//!
//! An entry holds all that its answer was made of: every record that was read, octet for octet, and whether counts were zero.
//! It is used only when a look at each of them finds the same, or none can have changed because the log is where it was at the
//! last such look, so nothing ever has to be told that an entry is out of date.

use std::cell::{Cell, RefCell};
use std::ops::{Bound, ControlFlow};

use bytes::Bytes;
use xxhash_rust::xxh3::xxh3_64;

use crate::base::limits::{RDAP_MEMO_BYTES, RDAP_MEMO_PLACES};
use crate::base::timestamp::Timestamp;
use crate::model::lifecycle;
use crate::model::record::Kind;
use crate::model::search::{Family, Place, Searchable};
use crate::model::view::{Record, RecordOctets, View};
use crate::rdap::{Audience, BODY_BYTES, BaseUrl, Body, Context, Request, Response, answer_within};

/// Answers of one shard, for the public: what others see is not kept.
#[derive(Default)]
pub struct Memo {
    /// By the hash of the target; what falls on the same place takes it.
    places: Vec<Option<Box<Entry>>>,
    /// What was asked for last, by place: what is asked once is not worth an entry.
    asked: Vec<Asked>,
    octets: usize,
    /// The next place that is cleared when there are too many octets.
    hand: usize,
}

/// An answer, as it leaves.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status code.
    pub status: u16,
    /// As [`Response::body`].
    pub body: Body,
    /// Of a good answer, [`Response::fingerprint`].
    pub fingerprint: Option<u64>,
}

/// A target that was asked for.
#[derive(Clone, Default)]
struct Asked {
    /// The hash of the target.
    hash: u64,
    /// The length of its answer, which is the room for the next.
    octets: usize,
}

struct Entry {
    /// The URL of the base, which the answer names.
    base: String,
    target: String,
    request: Request,
    reads: Vec<Read>,
    /// Where the log was when the records were those of `reads`, if that is known.
    position: Option<u64>,
    /// The moments of which the answer is the same, since the grace periods of a domain end by themselves: from, and before.
    span: (Timestamp, Timestamp),
    body: Bytes,
    /// Where in the body its moment stands.
    moment: usize,
    fingerprint: u64,
    octets: usize,
}

/// What was found under a key.
#[derive(PartialEq, Eq)]
struct Read {
    kind: Kind,
    key: Box<[u8]>,
    found: Found,
}

#[derive(PartialEq, Eq)]
enum Found {
    Record(Option<Box<[u8]>>),
    /// Whether a count was more than zero.
    Counted(bool),
}

/// Where a target has its place, and the hash that is kept of it.
fn place_of(target: &str) -> (usize, u64) {
    let hash = xxh3_64(target.as_bytes());
    ((hash % RDAP_MEMO_PLACES as u64) as usize, hash)
}

impl Memo {
    /// As [`answer`](crate::rdap::answer), with the fingerprint of the answer if it is a good one.
    ///
    /// `position` is where the log was before the view was pinned: whoever has had an answer to a change finds it at that
    /// position or behind. While it stays where it is, no record has changed that anybody has heard of, and none is looked at.
    /// Without it each is, every time.
    pub fn answer<V: Searchable + RecordOctets>(
        &mut self,
        view: &V,
        position: Option<u64>,
        request: &Request,
        context: &Context<'_>,
    ) -> Answer {
        let is_kept = matches!(request, Request::Domain(_) | Request::Nameserver(_) | Request::Entity(_));
        if !is_kept || context.audience != Audience::Anonymous {
            return tagged(answer_within(view, request, context, BODY_BYTES));
        }
        if self.places.is_empty() {
            self.places.resize_with(RDAP_MEMO_PLACES, || None);
            self.asked.resize(RDAP_MEMO_PLACES, Asked::default());
        }
        let (place, hash) = place_of(&context.target);
        if let Some(entry) = &mut self.places[place]
            && entry.is_of(context.base, &context.target)
            && entry.holds(view, position, context.updated)
            && let Some(body) = Body::shared(entry.body.clone(), entry.moment, context.updated)
        {
            return Answer { status: 200, body, fingerprint: Some(entry.fingerprint) };
        }
        let asked = &mut self.asked[place];
        if asked.hash != hash {
            let answer = tagged(answer_within(view, request, context, BODY_BYTES));
            *asked = Asked { hash, octets: answer.body.len() };
            return answer;
        }
        let recorder = Recorder { view, reads: RefCell::default(), torn: Cell::new(false) };
        let span = span(&recorder, request, context.updated);
        let before = recorder.reads.take();
        let response = answer_within(&recorder, request, context, asked.octets);
        asked.octets = response.body.len();
        let (moment, reads) = (response.moment.start, recorder.reads.into_inner());
        // The span is that of the very record that the answer was made of.
        let is_whole = !recorder.torn.get() && before.iter().all(|read| reads.contains(read));
        if response.status != 200 || !is_whole {
            return tagged(response);
        }
        let fingerprint = response.fingerprint();
        let body = Bytes::from(response.body);
        let Some(shared) = Body::shared(body.clone(), moment, context.updated) else {
            // A look-up that is answered tells its moment.
            return Answer { status: 200, body: Body::from(body.to_vec()), fingerprint: Some(fingerprint) };
        };
        let (base, target) = (context.base.url().to_owned(), context.target.to_string());
        let octets = body.len() + base.len() + target.len() + reads.iter().map(Read::octets).sum::<usize>();
        let request = request.clone();
        let entry = Entry { base, target, request, reads, position, span, body, moment, fingerprint, octets };
        self.keep(place, Box::new(entry));
        Answer { status: 200, body: shared, fingerprint: Some(fingerprint) }
    }

    /// What a target asks for at this base, with GET, where its answer is remembered.
    pub fn request(&self, base: &BaseUrl, target: &str) -> Option<Request> {
        let entry = self.places.get(place_of(target).0)?.as_ref()?;
        entry.is_of(base, target).then(|| entry.request.clone())
    }

    fn keep(&mut self, place: usize, entry: Box<Entry>) {
        self.clear(place);
        while self.octets + entry.octets > RDAP_MEMO_BYTES && self.octets > 0 {
            self.clear(self.hand);
            self.hand = (self.hand + 1) % RDAP_MEMO_PLACES;
        }
        self.octets += entry.octets;
        self.places[place] = Some(entry);
    }

    fn clear(&mut self, place: usize) {
        self.octets -= self.places[place].take().map_or(0, |entry| entry.octets);
    }
}

fn tagged(response: Response) -> Answer {
    let fingerprint = (response.status == 200).then(|| response.fingerprint());
    Answer { fingerprint, ..response.into() }
}

impl From<Response> for Answer {
    /// Without its fingerprint.
    fn from(response: Response) -> Self {
        Self { status: response.status, body: response.body.into(), fingerprint: None }
    }
}

const ALWAYS: (Timestamp, Timestamp) = (Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX));

/// The moments around `now` of which an answer is the same while its records are.
fn span(view: &impl View, request: &Request, now: Timestamp) -> (Timestamp, Timestamp) {
    let domain = match request {
        Request::Domain(name) => view.domain(name),
        _ => None,
    };
    domain.map_or(ALWAYS, |domain| lifecycle::rgp_span(domain, now))
}

impl Entry {
    fn is_of(&self, base: &BaseUrl, target: &str) -> bool {
        self.target == target && self.base == base.url()
    }

    /// Whether the answer would be the same again, but for its moment.
    fn holds<V: View + RecordOctets>(&mut self, view: &V, position: Option<u64>, now: Timestamp) -> bool {
        let (from, before) = self.span;
        if !(from <= now && now < before) {
            return false;
        }
        if position.is_some() && position == self.position {
            return true;
        }
        let holds = self.reads.iter().all(|read| read.holds(view));
        if holds {
            self.position = position;
        }
        holds
    }
}

impl Read {
    fn holds<V: View + RecordOctets>(&self, view: &V) -> bool {
        match &self.found {
            Found::Record(octets) => view.octets(self.kind, &self.key) == octets.as_deref(),
            Found::Counted(some) => (view.count(self.kind, &self.key) > 0) == *some,
        }
    }

    /// What it takes.
    fn octets(&self) -> usize {
        let found = match &self.found {
            Found::Record(octets) => octets.as_ref().map_or(0, |octets| octets.len()),
            Found::Counted(_) => 0,
        };
        size_of::<Self>() + self.key.len() + found
    }
}

/// A view that remembers what was read. Of counts it tells only whether they are zero, which is all that answers show.
struct Recorder<'v, V> {
    view: &'v V,
    reads: RefCell<Vec<Read>>,
    /// A record changed between the two looks at it, so that its octets are not those that were read.
    torn: Cell<bool>,
}

impl<V: View + RecordOctets> View for Recorder<'_, V> {
    fn record<R: Record>(&self, key: &[u8]) -> Option<&R::Archived> {
        let (record, octets) = (self.view.record::<R>(key), self.view.octets(R::KIND, key));
        let is_same = match (record, octets) {
            (Some(record), Some(octets)) => octets.as_ptr_range().contains(&std::ptr::from_ref(record).cast()),
            (None, None) => true,
            _ => false,
        };
        self.torn.set(self.torn.get() || !is_same);
        let found = Found::Record(octets.map(Box::from));
        self.reads.borrow_mut().push(Read { kind: R::KIND, key: key.into(), found });
        record
    }

    fn count(&self, kind: Kind, key: &[u8]) -> u64 {
        let some = self.view.count(kind, key) > 0;
        self.reads.borrow_mut().push(Read { kind, key: key.into(), found: Found::Counted(some) });
        some.into()
    }
}

impl<V: Searchable + RecordOctets> Searchable for Recorder<'_, V> {
    fn search(&self, family: Family, from: Bound<Place<'_>>, each: &mut dyn FnMut(Place<'_>) -> ControlFlow<()>) {
        // What a search finds is not remembered, and searches are not kept.
        self.torn.set(true);
        self.view.search(family, from, each);
    }
}
