//! Whose work a shard does next (Specification 9: registrars are equal, in queries too).
//!
//! Deficit round robin over *payers*: each registrar is one, however many sessions it has; strangers who have not logged
//! in are one together, those of them who look like registrars another, RDAP a fourth. Within a payer, client networks
//! take turns. In each round of the executor a
//! payer may do work worth its quantum; what it does beyond counts as debt in the rounds to come. A payer that is not in
//! debt and has nothing waiting is let through at once, so that a quiet shard pays a few instructions and no detour; what
//! has to wait is let through by the dispatcher, one quantum a payer and round. A round is short, so that who is not in
//! debt waits for no more than one quantum of each of the others.
//!
//! The currency is octets: those decoded, and for each name asked for as many as answering it takes time.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::future::{Future, poll_fn};
use std::net::IpAddr;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

use prometheus_client::metrics::counter::Counter;

use crate::base::fair_queue::FairQueue;
use crate::base::network::network;
use crate::runtime::task::{Rounds, yield_now};

/// What a registrar may do in one round: about a tenth of a millisecond.
pub(super) const QUANTUM: i64 = 8 * 1024;
/// What a command costs beside its octets: reading, encoding the answer, encrypting both.
pub(super) const COMMAND_COST: u32 = 512;
/// What one more name asked for costs, to look it up and to name it in the answer.
pub(super) const NAME_COST: u32 = 96;
/// What a request of RDAP costs, HTTP included.
pub(super) const RDAP_COST: u32 = 4 * 1024;
/// What each flight of a TLS handshake costs: a key exchange and a signature, or a signature to verify.
pub(super) const HANDSHAKE_COST: u32 = 12 * 1024;
/// What an octet costs that strangers send over EPP, beside its decoding.
pub(super) const LOGIN_OCTET_COST: u32 = 2;
/// What an octet costs that strangers send over HTTP, before anybody knows what it asks for.
pub(super) const HTTP_OCTET_COST: u32 = 8;

/// Who works on whose account.
pub(super) struct Payer {
    quantum: i64,
    /// Below zero: debt.
    credit: Cell<i64>,
    /// The round `credit` is of.
    round: Cell<u64>,
    /// By client network, which take turns within their payer's.
    waiting: RefCell<FairQueue<IpAddr, Rc<Ticket>>>,
}

/// One task that waits for its payer's turn.
pub(super) struct Ticket {
    cost: u32,
    state: Cell<TicketState>,
    waker: Cell<Option<Waker>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TicketState {
    Waits,
    Granted,
    /// The task is gone.
    Void,
}

impl Payer {
    fn new(percent: u32) -> Rc<Self> {
        let quantum = (QUANTUM * i64::from(percent) / 100).max(1);
        let (credit, round) = (Cell::new(quantum), Cell::new(0));
        Rc::new(Self { quantum, credit, round, waiting: RefCell::default() })
    }

    /// Brings the credit up to date: a quantum for each round since, but nothing saved up.
    fn refresh(&self, round: u64) {
        let passed = round.saturating_sub(self.round.replace(round));
        if passed > 0 {
            let gained = self.quantum.saturating_mul(i64::try_from(passed).unwrap_or(i64::MAX));
            self.credit.set(self.credit.get().saturating_add(gained).min(self.quantum));
        }
    }

    fn spend(&self, cost: u32) {
        self.credit.set(self.credit.get() - i64::from(cost));
    }

    /// Lets those who wait through as far as the credit goes; whether any are left.
    fn serve(&self, round: u64) -> bool {
        self.refresh(round);
        let mut waiting = self.waiting.borrow_mut();
        while self.credit.get() > 0 {
            let Some((_, ticket)) = waiting.pop() else { break };
            if ticket.state.get() == TicketState::Waits {
                self.spend(ticket.cost);
                ticket.state.set(TicketState::Granted);
                ticket.waker.take().into_iter().for_each(Waker::wake);
            }
        }
        !waiting.is_empty()
    }
}

/// The payers of one shard.
pub(super) struct Turns {
    rounds: Rounds,
    /// RDAP, all of it.
    pub(super) rdap: Rc<Payer>,
    /// Connections that have not logged in, from networks or with certificates of registrars.
    pub(super) known: Rc<Payer>,
    /// All other connections that have not logged in.
    pub(super) strangers: Rc<Payer>,
    registrars: RefCell<HashMap<String, Weak<Payer>>>,
    /// Payers with someone waiting, the first served first.
    active: RefCell<VecDeque<Rc<Payer>>>,
    dispatcher: Cell<Option<Waker>>,
    waited: Counter,
}

/// How much RDAP and strangers may do in a round, in percent of what one registrar may.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shares {
    pub(super) rdap: u32,
    pub(super) strangers: u32,
}

impl Turns {
    /// The turns of the calling executor; `waited` counts who had to wait. Somebody must run [`Turns::dispatch`].
    pub(super) fn new(shares: Shares, waited: Counter) -> Self {
        Self {
            rounds: Rounds::current(),
            rdap: Payer::new(shares.rdap),
            known: Payer::new(100),
            strangers: Payer::new(shares.strangers),
            registrars: RefCell::default(),
            active: RefCell::default(),
            dispatcher: Cell::default(),
            waited,
        }
    }

    /// The payer that all sessions of a registrar share.
    pub(super) fn registrar(&self, clid: &str) -> Rc<Payer> {
        let mut registrars = self.registrars.borrow_mut();
        if let Some(payer) = registrars.get(clid).and_then(Weak::upgrade) {
            return payer;
        }
        let payer = Payer::new(100);
        registrars.retain(|_, payer| payer.strong_count() > 0);
        registrars.insert(clid.to_owned(), Rc::downgrade(&payer));
        payer
    }

    /// Waits for the payer's turn, and within it for that of the client's network, to do work of that cost. Whoever stops
    /// waiting pays nothing.
    pub(super) fn enter<'t>(&'t self, payer: &'t Rc<Payer>, client: IpAddr, cost: u32) -> Enter<'t> {
        Enter { turns: self, payer, client, cost, place: Place::default() }
    }

    /// Has a payer pay for work that waits no more.
    pub(super) fn charge(&self, payer: &Payer, cost: u32) {
        payer.spend(cost);
    }

    /// Gives back what was paid for work that there was not.
    pub(super) fn give_back(&self, payer: &Payer, cost: u32) {
        payer.credit.set((payer.credit.get() + i64::from(cost)).min(payer.quantum));
    }

    fn queue(&self, payer: &Rc<Payer>, client: IpAddr, cost: u32, waker: &Waker) -> Rc<Ticket> {
        let (state, waker) = (Cell::new(TicketState::Waits), Cell::new(Some(waker.clone())));
        let ticket = Rc::new(Ticket { cost, state, waker });
        let mut waiting = payer.waiting.borrow_mut();
        if waiting.is_empty() {
            self.active.borrow_mut().push_back(payer.clone());
        }
        waiting.push(&network(client), ticket.clone());
        self.waited.inc();
        self.dispatcher.take().into_iter().for_each(Waker::wake);
        ticket
    }

    /// Lets through what waits, a quantum for each payer and round, for ever.
    pub(super) async fn dispatch(&self) {
        loop {
            poll_fn(|cx| match self.active.borrow().is_empty() {
                false => Poll::Ready(()),
                true => {
                    self.dispatcher.set(Some(cx.waker().clone()));
                    Poll::Pending
                }
            })
            .await;
            self.serve_round();
            // Behind what was let through, and behind the driver, which looks for news and begins the next round.
            yield_now().await;
        }
    }

    fn serve_round(&self) {
        let round = self.rounds.number();
        let payers = self.active.borrow().len();
        for _ in 0..payers {
            let Some(payer) = self.active.borrow_mut().pop_front() else { break };
            if payer.serve(round) {
                self.active.borrow_mut().push_back(payer);
            }
        }
        // Another one is first in the next round.
        let mut active = self.active.borrow_mut();
        if !active.is_empty() {
            active.rotate_left(1);
        }
    }
}

/// A place in the line of a payer; whoever drops it leaves the line, and pays nothing.
#[derive(Default)]
pub(super) struct Place(Option<Rc<Ticket>>);

impl Place {
    /// Whether the turn has come to do work of that cost on the payer's account; if not, the task is woken when it has.
    pub(super) fn poll(
        &mut self,
        turns: &Turns,
        (payer, client): (&Rc<Payer>, IpAddr),
        cost: u32,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        if let Some(ticket) = &self.0 {
            if ticket.state.get() == TicketState::Granted {
                self.0 = None;
                return Poll::Ready(());
            }
            ticket.waker.set(Some(cx.waker().clone()));
            return Poll::Pending;
        }
        payer.refresh(turns.rounds.number());
        if payer.credit.get() > 0 && payer.waiting.borrow().is_empty() {
            payer.spend(cost);
            return Poll::Ready(());
        }
        self.0 = Some(turns.queue(payer, client, cost, cx.waker()));
        Poll::Pending
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(ticket) = &self.0
            && ticket.state.get() == TicketState::Waits
        {
            ticket.state.set(TicketState::Void);
        }
    }
}

/// See [`Turns::enter`].
#[must_use = "nothing waits unless this is awaited"]
pub(super) struct Enter<'t> {
    turns: &'t Turns,
    payer: &'t Rc<Payer>,
    client: IpAddr,
    cost: u32,
    place: Place,
}

impl Future for Enter<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Self { turns, payer, client, cost, place } = &mut *self;
        place.poll(turns, (payer, *client), *cost, cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::executor::{self, Placement};
    use crate::runtime::task::spawn;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const SHARES: Shares = Shares { rdap: 400, strangers: 50 };

    /// Runs `main` on an executor of its own, with its turns dispatched.
    fn on_a_shard<F: Future<Output = ()> + 'static>(main: impl FnOnce(Rc<Turns>) -> F + Send + 'static) {
        let placement = Placement { name: "turns".into(), core: None, spin: std::time::Duration::ZERO };
        let handle = executor::start(placement, move || async move {
            let turns = Rc::new(Turns::new(SHARES, Counter::default()));
            let dispatched = turns.clone();
            spawn(async move { dispatched.dispatch().await });
            main(turns).await;
        });
        handle.expect("an executor").join().expect("no panic");
    }

    /// A task that does `count` pieces of work and notes each.
    fn worker(turns: &Rc<Turns>, payer: &Rc<Payer>, cost: u32, count: usize, name: char, log: &Rc<RefCell<String>>) {
        let (turns, payer, log) = (turns.clone(), payer.clone(), log.clone());
        spawn(async move {
            for _ in 0..count {
                turns.enter(&payer, HERE, cost).await;
                log.borrow_mut().push(name);
            }
        });
    }

    async fn until(log: &Rc<RefCell<String>>, length: usize) {
        while log.borrow().len() < length {
            yield_now().await;
        }
    }

    #[test]
    fn who_is_alone_gets_everything_and_keeps_its_order() {
        on_a_shard(|turns| async move {
            let log = Rc::default();
            let payer = turns.registrar("greedy");
            for name in 'a'..'k' {
                worker(&turns, &payer, QUANTUM as u32 * 3, 1, name, &log);
            }
            until(&log, 10).await;
            assert_eq!(*log.borrow(), "abcdefghij");
        });
    }

    #[test]
    fn a_hundred_sessions_of_one_registrar_do_not_delay_another_by_more_than_a_turn() {
        on_a_shard(|turns| async move {
            let log: Rc<RefCell<String>> = Rc::default();
            let (greedy, calm) = (turns.registrar("greedy"), turns.registrar("calm"));
            for _ in 0..100 {
                worker(&turns, &greedy, QUANTUM as u32 * 2, 20, 'g', &log);
            }
            until(&log, 50).await;
            let before = log.borrow().len();
            worker(&turns, &calm, 700, 1, 'c', &log);
            while !log.borrow().contains('c') {
                yield_now().await;
            }
            let delayed_by = log.borrow().find('c').expect("it is there") - before;
            assert!(delayed_by <= 2, "{delayed_by} pieces of work of the other came first");
            until(&log, 2001).await;
            assert!(turns.waited.get() > 1000, "the greedy one waits");
        });
    }

    #[test]
    fn two_who_want_everything_get_half_each_by_cost_and_a_share_is_a_share() {
        on_a_shard(|turns| async move {
            let log: Rc<RefCell<String>> = Rc::default();
            let (a, b) = (turns.registrar("a"), turns.registrar("b"));
            for _ in 0..50 {
                worker(&turns, &a, 1000, 400, 'a', &log);
            }
            // A single session that asks for four times as much at a time.
            for _ in 0..8 {
                worker(&turns, &b, 4000, 400, 'b', &log);
                worker(&turns, &turns.strangers.clone(), 1000, 400, 's', &log);
            }
            until(&log, 4000).await;
            let log = log.borrow();
            let count = |name| log[..4000].matches(name).count() as f64;
            let (a, b, strangers) = (count('a'), count('b') * 4.0, count('s'));
            assert!((0.8..1.25).contains(&(a / b)), "{a} and {b}");
            assert!((0.4..0.6).contains(&(strangers / a)), "{strangers} of {a}");
        });
    }

    #[test]
    fn a_crowd_of_one_network_delays_another_of_the_same_payer_by_its_turn_only() {
        on_a_shard(|turns| async move {
            let log: Rc<RefCell<String>> = Rc::default();
            let piece = |address: [u8; 4], name: char| {
                let (turns, log) = (turns.clone(), log.clone());
                spawn(async move {
                    turns.enter(&turns.rdap, address.into(), QUANTUM as u32 * 8).await;
                    log.borrow_mut().push(name);
                });
            };
            (0..100).for_each(|_| piece([192, 0, 2, 1], 'm'));
            until(&log, 1).await;
            piece([192, 0, 2, 2], 'f');
            until(&log, 101).await;
            let place = log.borrow().find('f').expect("it is there");
            assert!(place <= 4, "{place} pieces of work came first");
        });
    }

    #[test]
    fn who_stops_waiting_pays_nothing_and_blocks_nobody() {
        on_a_shard(|turns| async move {
            let payer = turns.registrar("a");
            turns.enter(&payer, HERE, QUANTUM as u32 * 4).await;
            for _ in 0..100 {
                let gone = turns.enter(&payer, HERE, u32::MAX);
                assert!(crate::runtime::time::timeout(std::time::Duration::ZERO, gone).await.is_err());
            }
            let began = turns.rounds.number();
            turns.enter(&payer, HERE, 1).await;
            assert!(turns.rounds.number() - began < 10);
        });
    }

    #[test]
    fn who_finds_nothing_to_do_gets_back_what_the_turn_cost_and_no_more() {
        on_a_shard(|turns| async move {
            let payer = turns.registrar("a");
            let began = turns.rounds.number();
            for _ in 0..100 {
                turns.enter(&payer, HERE, QUANTUM as u32 * 4).await;
                turns.give_back(&payer, QUANTUM as u32 * 4);
            }
            assert_eq!((turns.rounds.number(), turns.waited.get()), (began, 0));
            turns.give_back(&payer, QUANTUM as u32 * 4);
            assert_eq!(payer.credit.get(), QUANTUM);
        });
    }

    #[test]
    fn a_registrar_without_sessions_is_forgotten() {
        on_a_shard(|turns| async move {
            for number in 0..1000 {
                drop(turns.registrar(&number.to_string()));
            }
            assert_eq!(turns.registrars.borrow().len(), 1);
            let (one, two) = (turns.registrar("a"), turns.registrar("a"));
            assert!(Rc::ptr_eq(&one, &two));
        });
    }
}
