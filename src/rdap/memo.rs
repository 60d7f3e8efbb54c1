//! Answers that were made before: a look-up whose records are still the same octets is answered without rendering.
//!
//! An entry holds all that its answer was made of: every record that was read, octet for octet, and whether counts were zero.
//! It is used only when a look at each of them finds the same, so nothing ever has to be told that an entry is out of date.

use std::cell::{Cell, RefCell};
use std::ops::{Bound, ControlFlow};

use xxhash_rust::xxh3::xxh3_64;

use crate::base::limits::{RDAP_MEMO_BYTES, RDAP_MEMO_PLACES};
use crate::model::lifecycle;
use crate::model::record::Kind;
use crate::model::rgp::RgpStatus;
use crate::model::search::{Family, Place, Searchable};
use crate::model::view::{Record, RecordOctets, View};
use crate::rdap::{Audience, Context, Request, Response, answer};

/// Answers of one shard, for the public: what others see is not kept.
#[derive(Default)]
pub struct Memo {
    /// By the hash of the URL; what falls on the same place takes it.
    places: Vec<Option<Box<Entry>>>,
    /// The hash of the URL that was asked for last, by place: what is asked once is not worth an entry.
    asked: Vec<u64>,
    octets: usize,
    /// The next place that is cleared when there are too many octets.
    hand: usize,
}

struct Entry {
    url: String,
    reads: Vec<Read>,
    /// The grace periods of a domain, which end by themselves.
    grace: Option<Vec<RgpStatus>>,
    response: Response,
    fingerprint: u64,
    octets: usize,
}

/// What was found under a key.
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

impl Memo {
    /// As [`answer`], with the fingerprint of the answer if it is a good one.
    pub fn answer<V: Searchable + RecordOctets>(
        &mut self,
        view: &V,
        request: &Request,
        context: &Context<'_>,
    ) -> (Response, Option<u64>) {
        let is_kept = matches!(request, Request::Domain(_) | Request::Nameserver(_) | Request::Entity(_));
        if !is_kept || context.audience != Audience::Anonymous {
            return tagged(answer(view, request, context));
        }
        if self.places.is_empty() {
            self.places.resize_with(RDAP_MEMO_PLACES, || None);
            self.asked.resize(RDAP_MEMO_PLACES, 0);
        }
        let hash = xxh3_64(context.request_url().as_bytes());
        let place = (hash % RDAP_MEMO_PLACES as u64) as usize;
        if let Some(entry) = &self.places[place]
            && entry.url == context.request_url()
            && entry.holds(view, request, context)
        {
            return (entry.at(context), Some(entry.fingerprint));
        }
        if std::mem::replace(&mut self.asked[place], hash) != hash {
            return tagged(answer(view, request, context));
        }
        let recorder = Recorder { view, reads: RefCell::default(), torn: Cell::new(false) };
        let (response, fingerprint) = tagged(answer(&recorder, request, context));
        let Recorder { reads, torn, .. } = recorder;
        if let Some(fingerprint) = fingerprint.filter(|_| !torn.get()) {
            let grace = grace(view, request, context);
            let url = context.request_url().to_owned();
            let reads = reads.into_inner();
            let octets = response.body.len() + url.len() + reads.iter().map(Read::octets).sum::<usize>();
            let response = response.clone();
            self.keep(place, Box::new(Entry { url, reads, grace, response, fingerprint, octets }));
        }
        (response, fingerprint)
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

fn tagged(response: Response) -> (Response, Option<u64>) {
    let fingerprint = (response.status == 200).then(|| response.fingerprint());
    (response, fingerprint)
}

fn grace(view: &impl View, request: &Request, context: &Context<'_>) -> Option<Vec<RgpStatus>> {
    let Request::Domain(name) = request else { return None };
    view.domain(name).map(|domain| lifecycle::rgp(domain, context.updated))
}

impl Entry {
    /// Whether the answer would be the same again, but for its moment.
    fn holds<V: View + RecordOctets>(&self, view: &V, request: &Request, context: &Context<'_>) -> bool {
        self.reads.iter().all(|read| read.holds(view)) && self.grace == grace(view, request, context)
    }

    /// The answer as of another moment.
    fn at(&self, context: &Context<'_>) -> Response {
        let mut response = self.response.clone();
        let mut moment = Vec::with_capacity(response.moment.len());
        context.updated.write_to(&mut moment);
        // Moments are written with the same number of octets, and a look-up that was answered tells one.
        response.body[response.moment.clone()].copy_from_slice(&moment);
        response
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
