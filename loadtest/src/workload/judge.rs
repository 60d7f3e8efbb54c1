//! Whether an answer of EPP is the right one, and what is known after it.

use super::Workload;
use super::act::{Act, Asked, Item};
use super::answer::{Element, Scanner};
use super::day::Day;
use super::names::Name;
use super::population::{Flag, NOBODY, State};
use crate::results::Failure;

/// What a right answer tells beyond what had to stand in it.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    expires: Option<Day>,
    /// The day that it has at the server.
    today: Option<Day>,
}

impl Workload {
    /// Judges an answer of EPP: XML, without a length.
    ///
    /// # Errors
    /// How it is not the right one.
    pub(crate) fn judge(&mut self, asked: Asked, answer: &[u8]) -> Result<(), Failure> {
        let told = self.read(asked, answer);
        self.settle(asked, told);
        told.map(drop)
    }

    /// Nobody will answer it: what it was to change is unknown from now on.
    pub(crate) fn unanswered(&mut self, asked: Asked) {
        self.settle(asked, Err(Failure::Unanswered));
    }

    fn read(&mut self, asked: Asked, answer: &[u8]) -> Result<Told, Failure> {
        let code = self.scanner.code(answer).ok_or(Failure::Wrong("no result code"))?;
        let cl_trid = self.scanner.cl_trid(answer).ok_or(Failure::Wrong("no clTRID"))?;
        if !self.speller.is_cl_trid(cl_trid, b"", asked.number) {
            return Err(Failure::Wrong("the clTRID of another command"));
        }
        let right: &[u16] = match asked.act {
            Act::Request { .. } => &[1001],
            Act::Delete { .. } => &[1000, 1001],
            Act::Poll => &[1300, 1301],
            _ => &[1000],
        };
        if !right.contains(&code) {
            return Err(Failure::Refused(code));
        }
        let read = match asked.act {
            Act::Check { batch } => self.read_check(batch, answer),
            Act::Info { at } => self.read_info(at, answer),
            Act::Create { number, .. } => self.read_create(Name::Created(number), answer),
            Act::Renew { at } => self.read_renew(at, answer),
            Act::Request { at } => self.read_transfer(at, asked.by, "pending", answer),
            Act::Approve { at, requester } => self.read_transfer(at, requester, "clientApproved", answer),
            Act::Poll if code == 1301 => {
                let id = self.scanner.find(Element::MsgQ, answer).and_then(|queue| queue.attribute(b"id"));
                id.filter(|id| !id.is_empty()).map(|_| Told::default()).ok_or("a message without an id")
            }
            _ => Ok(Told::default()),
        };
        read.map_err(Failure::Wrong)
    }

    fn read_check(&mut self, batch: u32, answer: &[u8]) -> Result<Told, &'static str> {
        let Self { population, speller, batches, scanner, .. } = self;
        let items = batches.of(batch);
        let is_name = |place: usize, text: &[u8]| {
            let item = items.get(place);
            item.is_some_and(|item| speller.is_name(item.name(|at| population.name(at)), text))
        };
        let mut lie = None;
        read_availability(scanner, answer, items.len(), is_name, |place, is_free| match (items.get(place), is_free) {
            (Some(Item::Taken(_)), true) => lie = Some("a registered name is said to be free"),
            (Some(Item::Free(_)), false) => lie = Some("a free name is said to be taken"),
            _ => {}
        })?;
        lie.map_or(Ok(Told::default()), Err)
    }

    /// What the answer says of the object, whose name it must have.
    fn object<'a>(&mut self, element: Element, name: Name, answer: &'a [u8]) -> Result<&'a [u8], &'static str> {
        let data = self.scanner.find(element, answer).ok_or("an answer without its data")?.rest;
        let found = self.scanner.find(Element::Name, data).ok_or("an answer without the name")?;
        if self.speller.is_name(name, found.text) { Ok(data) } else { Err("the answer to another name") }
    }

    fn read_info(&mut self, at: u32, answer: &[u8]) -> Result<Told, &'static str> {
        let (state, name) = (self.population.state(at), self.population.name(at));
        let data = self.object(Element::InfData, name, answer)?;
        let sponsor = self.scanner.find(Element::ClId, data).ok_or("an info without clID")?;
        if state.sponsor != NOBODY && !self.is_clid(state.sponsor, sponsor.text) {
            return Err("another sponsor");
        }
        let expires = self.scanner.day(Element::ExDate, data)?;
        if state.expires.is_known() && expires.is_some_and(|expires| expires != state.expires) {
            return Err("another expiry date");
        }
        read_statuses(&self.scanner, data, state)?;
        Ok(Told { expires, today: None })
    }

    pub(super) fn is_clid(&self, registrar: u16, text: &[u8]) -> bool {
        self.clids.get(usize::from(registrar)).is_some_and(|clid| clid.as_bytes() == text)
    }

    fn read_create(&mut self, name: Name, answer: &[u8]) -> Result<Told, &'static str> {
        let data = self.object(Element::CreData, name, answer)?;
        read_term(&self.scanner, data).map(|(today, expires)| Told { expires, today })
    }

    fn read_renew(&mut self, at: u32, answer: &[u8]) -> Result<Told, &'static str> {
        let data = self.object(Element::RenData, self.population.name(at), answer)?;
        let wanted = self.population.state(at).expires.plus_years(1);
        match self.scanner.day(Element::ExDate, data)? {
            Some(found) if found != wanted => Err("another expiry date"),
            _ => Ok(Told { expires: Some(wanted), today: None }),
        }
    }

    fn read_transfer(&mut self, at: u32, to: u16, status: &str, answer: &[u8]) -> Result<Told, &'static str> {
        let data = self.object(Element::TrnData, self.population.name(at), answer)?;
        let found = self.scanner.find(Element::TrStatus, data).ok_or("a transfer without its status")?;
        if found.text != status.as_bytes() {
            return Err("another status of a transfer");
        }
        let requester = self.scanner.find(Element::ReId, data);
        if requester.is_some_and(|requester| !self.is_clid(to, requester.text)) {
            return Err("a transfer to another registrar");
        }
        // A date is there where it changes; a registry need not add a year.
        let (before, expires) = (self.population.state(at).expires, self.scanner.day(Element::ExDate, data)?);
        let is_right = |day: Day| !before.is_known() || day == before || day == before.plus_years(1);
        if expires.is_some_and(|day| !is_right(day)) {
            return Err("another expiry date");
        }
        Ok(Told { expires, today: None })
    }

    /// Gives back what the command had taken, and remembers what came of it.
    fn settle(&mut self, asked: Asked, told: Result<Told, Failure>) {
        if let Ok(Told { today: Some(today), .. }) = told {
            self.today = self.today.max(today);
        }
        match asked.act {
            Act::Check { batch } => {
                let population = &mut self.population;
                self.batches.close(batch, |item| match item {
                    Item::Taken(at) => population.end_query(at),
                    Item::Free(_) => {}
                });
            }
            Act::Info { at } => {
                self.population.end_query(at);
                if let Ok(Told { expires: Some(expires), .. }) = told {
                    self.population.state_mut(at).expires = expires;
                }
            }
            Act::LookUp(Item::Taken(at)) => self.population.end_query(at),
            Act::Create { at: Some(at), .. } => self.settle_create(at, asked.by, told),
            Act::Delete { at } => match told {
                Err(failure) if is_undone(failure) => self.population.add_created(at),
                _ => self.population.drop_created(at),
            },
            Act::Hold { at } => self.settle_change(at, told, |state, _| state.set(Flag::Hold, true)),
            Act::Release { at } => self.settle_change(at, told, |state, _| state.set(Flag::Hold, false)),
            Act::SetAuth { at } => self.settle_change(at, told, |state, _| state.set(Flag::Auth, true)),
            Act::Renew { at } => self.settle_change(at, told, |state, told| {
                state.expires = told.expires.unwrap_or_default();
            }),
            Act::Request { at } => {
                let sponsor = self.population.state(at).sponsor;
                self.settle_change(at, told, |state, _| state.set(Flag::Pending, true));
                if told.is_ok()
                    && let Some(queue) = self.transfers.get_mut(usize::from(sponsor))
                {
                    queue.push_back((at, asked.by));
                }
            }
            Act::Approve { at, requester } => self.settle_approve(at, requester, told),
            _ => {}
        }
    }

    /// What was refused was not done; of what was answered wrongly or not at all, nobody knows.
    fn settle_change(&mut self, at: u32, told: Result<Told, Failure>, change: impl FnOnce(&mut State, Told)) {
        let state = self.population.end_change(at);
        match told {
            Ok(told) => change(state, told),
            Err(failure) if is_undone(failure) => {}
            Err(_) => state.set(Flag::Lost, true),
        }
    }

    fn settle_create(&mut self, at: u32, by: u16, told: Result<Told, Failure>) {
        let Ok(told) = told else { return self.population.drop_created(at) };
        let state = self.population.state_mut(at);
        (state.sponsor, state.expires) = (by, told.expires.unwrap_or_default());
        state.set(Flag::Registered, true);
        state.set(Flag::Auth, true);
        self.population.add_created(at);
    }

    fn settle_approve(&mut self, at: u32, requester: u16, told: Result<Told, Failure>) {
        self.settle_change(at, told, |state, told| {
            (state.sponsor, state.expires) = (requester, told.expires.unwrap_or_default());
            state.set(Flag::Pending, false);
            // A transfer unsets it (RFC 9154, section 5.4).
            state.set(Flag::Auth, false);
        });
        match told {
            Ok(_) => {
                if let Some(queue) = self.bare.get_mut(usize::from(requester)) {
                    queue.push_back(at);
                }
            }
            // Whether it is pending still is not known either.
            Err(_) => self.population.state_mut(at).set(Flag::Lost, true),
        }
    }
}

/// Whether what failed so was surely not done: a success of another kind is no refusal.
fn is_undone(failure: Failure) -> bool {
    matches!(failure, Failure::Refused(2000..))
}

/// The days of creation and of expiry, as far as they are told; a year lies between.
pub(super) fn read_term(scanner: &Scanner, data: &[u8]) -> Result<(Option<Day>, Option<Day>), &'static str> {
    let (created, expires) = (scanner.day(Element::CrDate, data)?, scanner.day(Element::ExDate, data)?);
    match (created, expires) {
        (Some(created), Some(expires)) if created.plus_years(1) != expires => Err("another expiry date"),
        term => Ok(term),
    }
}

/// That the statuses shown are those we set, where any are shown.
fn read_statuses(scanner: &Scanner, data: &[u8], state: State) -> Result<(), &'static str> {
    let (mut any, mut hold, mut pending) = (false, false, false);
    for status in scanner.all(Element::Status, data) {
        any = true;
        let status = status.attribute(b"s");
        hold |= status == Some(b"clientHold");
        pending |= status == Some(b"pendingTransfer");
    }
    if any && (hold, pending) != (state.has(Flag::Hold), state.has(Flag::Pending)) {
        return Err("other statuses");
    }
    Ok(())
}

/// Gives each name of a check, by its place, and whether it is free to `take`. Names may come in any order.
///
/// # Errors
/// A name that was not asked, one that is missing or twice there, one without its availability.
pub(super) fn read_availability(
    scanner: &Scanner,
    answer: &[u8],
    names: usize,
    mut is_name: impl FnMut(usize, &[u8]) -> bool,
    mut take: impl FnMut(usize, bool),
) -> Result<(), &'static str> {
    // Most servers keep the order: then nothing need be remembered.
    let mut seen: Option<Vec<bool>> = None;
    let mut count = 0;
    for tag in scanner.all(Element::Name, answer) {
        let Some(available) = tag.attribute(b"avail") else { continue };
        let is_free = match available {
            b"1" | b"true" => true,
            b"0" | b"false" => false,
            _ => return Err("an availability that is none"),
        };
        let place = if seen.is_none() && is_name(count, tag.text) {
            count
        } else {
            let seen = seen.get_or_insert_with(|| (0..names).map(|place| place < count).collect());
            let mut places = seen.iter().enumerate().filter(|(_, seen)| !**seen).map(|(place, _)| place);
            let place = places.find(|place| is_name(*place, tag.text)).ok_or("the answer to another name")?;
            seen[place] = true;
            place
        };
        count += 1;
        take(place, is_free);
    }
    if count == names { Ok(()) } else { Err("a check that leaves out a name") }
}
