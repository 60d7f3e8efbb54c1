//! One EPP session: frames in, responses out, in order (RFC 5734, section 3; RFC 5730, section 2).

use std::net::IpAddr;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};
use futures_util::{AsyncReadExt, AsyncWriteExt};

mod input;
mod login;

use crate::base::limits::{
    EPP_BUFFER_KEPT_BYTES, EPP_FRAME_BYTES, EPP_LOGIN_BURST, EPP_LOGIN_FRAME_BYTES, EPP_LOGIN_PACE_MILLIS,
    EPP_WRITE_SECONDS, HANDSHAKE_SECONDS,
};
use crate::epp::decode::{Known, Memo};
use crate::epp::encode::{self, Response};
use crate::epp::extensions::{ExtensionSet, Services};
use crate::epp::offer::Offer;
use crate::epp::session::State;
use crate::epp::{decode, frame, sent, switches};
use crate::model::answer::{Answer, Success};
use crate::model::command::{Action, Envelope, Frame, Query, Transform};
use crate::model::command_kind::{CommandClass, CommandKind};
use crate::model::refusal::Refusal;
use crate::model::transaction::Actor;
use crate::model::view::View;
use crate::node::activity::Noted;
use crate::node::admission::Admission;
use crate::node::bounds::Bound;
use crate::node::client_certificate::ClientCertificate;
use crate::node::epp_session::input::{Filled, Input, Waits};
use crate::node::ledger::{Outcome, Work};
use crate::node::login::Place;
use crate::node::meter::RegistrarMeter;
use crate::node::paced::{Paced, Phase};
use crate::node::seats::Seat;
use crate::node::shard::Shard;
use crate::node::turns::{COMMAND_COST, NAME_COST, Payer};
use crate::port::clock::Clock;
use crate::registry::{Reader, query};
use crate::runtime::net::{Socket, Stream};
use crate::runtime::time::{sleep, timeout};
use crate::runtime::tls::{self, TlsStream};

/// Responses of pipelined commands are sent together up to about this many octets.
const WRITE_BYTES: usize = 64 * 1024;
/// How long a client may take to take its responses.
const WRITE_TIMEOUT: Duration = Duration::from_secs(EPP_WRITE_SECONDS);
/// How long a client may take to notice the end of its session.
const LINGER: Duration = Duration::from_secs(1);
/// How long a TLS handshake may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(HANDSHAKE_SECONDS);
/// Names of one query that are answered without waiting for another turn.
const NAMES_AT_ONCE: usize = 16;

/// Serves a connection to its end.
pub(super) async fn serve(shard: Rc<Shard>, socket: Socket, seat: Seat) {
    let _connection = shard.connection();
    let Ok(peer) = socket.peer_addr() else { return };
    let expected = shard.common.known.address(&shard.index.pin(), peer.ip());
    let mut payer = if expected { shard.turns.known.clone() } else { shard.turns.strangers.clone() };
    let shaking = timeout(HANDSHAKE_TIMEOUT, handshake(&shard, socket, &payer, peer.ip()));
    let stream = match shard.stop.or(unless_evicted(Some(&seat), shaking)).await {
        Some(None) => return shard.common.metrics.bounds.bite(Bound::EppGaveWay, &peer.ip()),
        Some(Some(shaken)) => shaken,
        None => return,
    };
    let mut stream = match stream {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return tracing::debug!(%peer, %error, "EPP handshake failed"),
        Err(_) => return shard.common.metrics.bounds.bite(Bound::EppHandshakeTime, &peer.ip()),
    };
    let certificate = ClientCertificate::of(&stream);
    if certificate.is_some_and(|shown| shard.common.known.certificate(&shard.index.pin(), &shown.sha256)) {
        payer = shard.turns.known.clone();
    }
    stream.set_pace(Paced::boxed(&shard, &payer, peer.ip(), Phase::Login));
    let mut session = Session {
        cipher: stream.cipher(),
        admission: Admission::new(certificate, peer.ip()),
        seat: Some(Rc::new(seat)),
        shard: &shard,
        stream,
        address: peer.ip(),
        state: State::Greeted,
        off: ExtensionSet::default(),
        payer,
        place: None,
        failed_logins: 0,
        frames_before_login: 0,
        frame_began: None,
        received: Instant::now(),
        answered: Vec::new(),
        noted: Vec::new(),
        registrar: None,
        output: Vec::new(),
        memo: Memo::default(),
    };
    let why = session.run().await;
    session.place = None;
    tracing::debug!(%peer, clid = session.clid(), why, "EPP session ended");
    // A client that is gone does not matter any more, nor one that takes its time.
    let _ = timeout(LINGER, session.part()).await;
}

/// Shakes hands, each step when its payer's turn has come.
async fn handshake(shard: &Rc<Shard>, socket: Socket, payer: &Rc<Payer>, client: IpAddr) -> std::io::Result<TlsStream> {
    let mut stream = Stream::new(socket)?;
    stream.set_pace(Paced::boxed(shard, payer, client, Phase::Handshake));
    tls::accept(stream, shard.common.epp_tls.clone()).await
}

/// What `future` gives, or `None` when the connection's seat is given to another first.
async fn unless_evicted<F: Future>(seat: Option<&Seat>, future: F) -> Option<F::Output> {
    let Some(seat) = seat else { return Some(future.await) };
    match select(pin!(future), pin!(seat.evicted())).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(((), _)) => None,
    }
}

/// Writes the response to the command in `payload`; the namespaces in it that the services do not cover.
fn answer(
    output: &mut Vec<u8>,
    outcome: &Result<(Success, Answer<'_>), Refusal>,
    payload: &[u8],
    (cl_trid, sv_trid): (Option<&str>, &str),
    services: Services,
) -> Vec<&'static str> {
    let fault = outcome.as_ref().err().and_then(Refusal::fault);
    let sent = fault.and_then(|fault| sent::find(payload, fault));
    let result = outcome.as_ref().map(|(success, answer)| (*success, answer));
    encode::response(output, &Response { result, cl_trid, sv_trid, sent: sent.as_ref(), services })
}

struct Session<'s> {
    shard: &'s Shard,
    stream: TlsStream,
    /// The cipher suite of its TLS.
    cipher: String,
    admission: Admission,
    address: IpAddr,
    state: State,
    /// Extensions that are switched off for the command at hand.
    off: ExtensionSet,
    /// On whose account the shard works for this session.
    payer: Rc<Payer>,
    /// Held until the client is known.
    seat: Option<Rc<Seat>>,
    place: Option<Place>,
    failed_logins: u32,
    frames_before_login: u32,
    /// When the first octet of a data unit that is not whole yet was there.
    frame_began: Option<Instant>,
    /// When the last octets came: every data unit that is whole now became so then.
    received: Instant,
    /// Commands whose responses are in `output`.
    answered: Vec<(CommandKind, CommandClass)>,
    /// What they count as in the monthly reports.
    noted: Vec<Noted>,
    /// Where the commands of the client that is logged in are counted.
    registrar: Option<Arc<RegistrarMeter>>,
    output: Vec<u8>,
    memo: Memo,
}

/// Whether the session goes on after a command.
#[derive(PartialEq, Eq)]
enum Then {
    GoOn,
    Close,
}

impl Session<'_> {
    fn clid(&self) -> &str {
        match &self.state {
            State::Greeted => "",
            State::LoggedIn(client) => &client.clid,
        }
    }

    /// Serves until either side ends; says why it ended.
    async fn run(&mut self) -> &'static str {
        self.greet();
        let mut input = Input::new();
        let mut waits = Waits::new(&self.shard.stop);
        loop {
            let used = match self.take_frames(input.held()).await {
                Ok(used) => used,
                Err(why) => return why,
            };
            input.discard(used);
            if !self.flush().await {
                return "responses were not taken";
            }
            self.rest(&mut input, used > 0);
            if let Err(why) = self.fill(&mut input, &mut waits).await {
                return why;
            }
        }
    }

    /// Answers the whole data units in `input`; how many octets they were, or the reason to end the session.
    async fn take_frames(&mut self, input: &[u8]) -> Result<usize, &'static str> {
        let mut used = 0;
        loop {
            match frame::next(&input[used..], self.frame_limit()) {
                Ok(Some((payload, length))) => {
                    self.turn(payload.len()).await;
                    let then = self.handle(payload).await;
                    used += length;
                    if then == Then::Close {
                        // Before the client can read that its session has ended, and begin another.
                        self.place = None;
                        self.flush().await;
                        return Err("closed by us");
                    }
                    if self.output.len() >= WRITE_BYTES && !self.flush().await {
                        return Err("responses were not taken");
                    }
                }
                Ok(None) => return Ok(used),
                Err(error) => {
                    tracing::debug!(address = %self.address, %error, "EPP framing lost");
                    self.bite(match &self.state {
                        State::Greeted => Bound::EppLoginFrameBytes,
                        State::LoggedIn(_) => Bound::EppFrameBytes,
                    });
                    let refusal = Refusal::FailedClosing("the length of the data unit is not possible");
                    self.respond(&Err(refusal), &[], None, &self.shard.sv_trid());
                    self.flush().await;
                    return Err("framing lost");
                }
            }
        }
    }

    /// The most octets that the next data unit may have.
    fn frame_limit(&self) -> usize {
        match self.state {
            State::Greeted => EPP_LOGIN_FRAME_BYTES,
            State::LoggedIn(_) => EPP_FRAME_BYTES,
        }
    }

    /// Waits until it is this client's turn to have a data unit of so many octets decoded.
    async fn turn(&mut self, octets: usize) {
        if let Some(seat) = &self.seat {
            seat.active();
            self.frames_before_login += 1;
            if self.frames_before_login > EPP_LOGIN_BURST {
                self.bite(Bound::EppLoginPace);
                sleep(Duration::from_millis(EPP_LOGIN_PACE_MILLIS)).await;
            }
        }
        self.shard.turns.enter(&self.payer, self.address, COMMAND_COST + octets as u32).await;
    }

    /// Notes when a data unit has begun, and gives back what large ones and their answers took.
    fn rest(&mut self, input: &mut Input, took_some: bool) {
        match input.held().is_empty() {
            true => self.frame_began = None,
            false if took_some || self.frame_began.is_none() => self.frame_began = Some(Instant::now()),
            false => {}
        }
        input.make_room();
        if self.output.capacity() > EPP_BUFFER_KEPT_BYTES {
            self.output.shrink_to(EPP_BUFFER_KEPT_BYTES);
        }
    }

    /// Reads more into `input`; fails with the reason to end the session.
    async fn fill(&mut self, input: &mut Input, waits: &mut Waits<'_>) -> Result<(), &'static str> {
        let limits = &self.shard.common.config;
        let (since, patience, bound) = match (&self.state, self.frame_began) {
            (State::Greeted, _) => (Some(waits.began), limits.epp_login_timeout, Bound::EppLoginTime),
            (State::LoggedIn(_), None) => (None, limits.epp_idle_timeout, Bound::EppIdleTime),
            (State::LoggedIn(_), Some(begun)) => (Some(begun), limits.epp_frame_timeout, Bound::EppFrameTime),
        };
        let filled = waits.fill(input, &mut self.stream, self.seat.as_deref(), (since, patience)).await;
        match filled {
            Filled::Some => {
                self.received = Instant::now();
                Ok(())
            }
            Filled::Stopped => Err("the server stops"),
            Filled::Evicted => {
                self.bite(Bound::EppGaveWay);
                Err("its seat was given to another")
            }
            Filled::Late => {
                self.bite(bound);
                Err("silent for too long")
            }
            Filled::Ended => Err("closed by the client"),
            Filled::Broken => Err("connection lost"),
        }
    }

    /// Sends what is written; whether the client took it.
    async fn flush(&mut self) -> bool {
        if self.output.is_empty() {
            return true;
        }
        let stream = &mut self.stream;
        let output = &self.output;
        let sent = timeout(WRITE_TIMEOUT, async {
            stream.write_all(output).await?;
            stream.flush().await
        });
        let sent = sent.await;
        self.output.clear();
        if sent.is_err() {
            self.bite(Bound::EppWriteTime);
        }
        let taken = matches!(sent, Ok(Ok(())));
        let took = self.received.elapsed();
        for (kind, class) in self.answered.drain(..).filter(|_| taken) {
            self.shard.meter.command_took(kind, class, took);
        }
        match taken {
            true => self.shard.activity.count(&mut self.noted, self.shard.clock.now()),
            false => self.noted.clear(),
        }
        taken
    }

    /// Counts that a bound bit, on the client's account or that of its address.
    fn bite(&self, bound: Bound) {
        let bounds = &self.shard.common.metrics.bounds;
        match &self.state {
            State::Greeted => bounds.bite(bound, &self.address),
            State::LoggedIn(client) => bounds.bite(bound, &client.clid),
        }
    }

    /// Ends the connection so that the last response arrives: says that no more comes, then reads until the client has
    /// noticed. Closing a socket with unread octets would reset the connection and take the response away.
    async fn part(&mut self) -> std::io::Result<()> {
        self.stream.close().await?;
        let mut unread = [0; 1024];
        while self.stream.read(&mut unread).await? > 0 {}
        Ok(())
    }

    fn greet(&mut self) {
        let now = self.shard.clock.now();
        let mut greeting = self.shard.common.greeting.clone();
        let view = self.shard.index.pin();
        let off = switches::in_registry(&view);
        greeting.extensions.retain(|uri| !off.has_uri(uri));
        encode::greeting(&mut self.output, &greeting, Offer::of(&view), now);
    }

    fn respond(
        &mut self,
        outcome: &Result<(Success, Answer<'_>), Refusal>,
        payload: &[u8],
        cl_trid: Option<&str>,
        sv_trid: &str,
    ) -> Then {
        let services = self.state.services().without(self.off);
        let unhandled = answer(&mut self.output, outcome, payload, (cl_trid, sv_trid), services);
        self.shard.common.metrics.unhandled(self.clid(), &unhandled);
        match outcome {
            Ok((Success::EndingSession, _)) => Then::Close,
            Err(refusal) if refusal.closes() => Then::Close,
            _ => Then::GoOn,
        }
    }

    async fn handle(&mut self, payload: &[u8]) -> Then {
        let sv_trid = self.shard.sv_trid();
        let known = self.memo.find(payload);
        let decoded = match (known.as_ref().and_then(Known::decode), &self.state) {
            (Some(frame), _) => Ok(frame),
            // What a client sends before it is known is not worth remembering.
            (None, State::Greeted) => decode::decode(payload),
            (None, State::LoggedIn(_)) => self.memo.decode(payload),
        };
        let envelope = match decoded {
            Ok(Frame::Hello) => {
                self.greet();
                return Then::GoOn;
            }
            Ok(Frame::Command(envelope)) => envelope,
            Err(failure) => {
                let then = self.respond(&Err(failure.refusal.clone()), payload, failure.cl_trid.as_deref(), &sv_trid);
                self.count(CommandKind::Invalid, failure.refusal.code());
                return then;
            }
        };
        if let Err(refusal) = self.state.admit(&envelope).and_then(|()| self.switch(&envelope)) {
            self.note(&envelope.action);
            let code = refusal.code();
            let then = self.respond(&Err(refusal), payload, envelope.cl_trid.as_deref(), &sv_trid);
            self.count(CommandKind::Refused, code);
            return then;
        }
        if let Some(refusal) = self.no_longer_admitted() {
            let then = self.respond(&Err(refusal), payload, envelope.cl_trid.as_deref(), &sv_trid);
            self.count(CommandKind::Refused, 2500);
            return then;
        }
        let Envelope { mut action, extensions, cl_trid } = envelope;
        if let Some(extensions) = extensions {
            extensions.extend(&mut action);
        }
        self.note(&action);
        match action {
            Action::Query(query) => {
                self.pay_for_names(&query).await;
                let code = self.query(&query, payload, cl_trid.as_deref(), &sv_trid);
                self.count(query.kind(), code);
                Then::GoOn
            }
            Action::Transform(mut transform) => {
                let kind = transform.kind();
                let outcome = match self.validate_marks(&mut transform).await {
                    Ok(()) => self.transform(transform, cl_trid.as_deref(), &sv_trid).await,
                    Err(refusal) => Err(refusal),
                };
                self.conclude(kind, &outcome, payload, (cl_trid.as_deref(), &sv_trid))
            }
            Action::Login(login) => {
                let outcome = self.login(&login, (cl_trid.as_deref(), &sv_trid)).await;
                self.conclude(CommandKind::Login, &outcome, payload, (cl_trid.as_deref(), &sv_trid))
            }
            Action::Logout => {
                let outcome = Ok((Success::EndingSession, Answer::Empty));
                self.conclude(CommandKind::Logout, &outcome, payload, (cl_trid.as_deref(), &sv_trid))
            }
            // `admit` refuses it: no login can have asked for what the greeting does not announce.
            Action::UnknownObject(_) => Then::Close,
        }
    }

    /// Learns what is switched off for a command; fails when the command asks for it. Sessions that speak no extension have
    /// nothing to lose but object mappings.
    fn switch(&mut self, envelope: &Envelope<'_>) -> Result<(), Refusal> {
        self.off = match self.state {
            State::LoggedIn(_) if self.state.services().is_empty() && !switches::concern_objects(&envelope.action) => {
                ExtensionSet::NONE
            }
            _ => switches::check(&self.shard.index.pin(), envelope)?,
        };
        Ok(())
    }

    /// Why the client of a logged-in session may not go on: an operator has withdrawn what admitted it.
    fn no_longer_admitted(&mut self) -> Option<Refusal> {
        let State::LoggedIn(client) = &self.state else { return None };
        // Read before the record: what becomes another after it has a later position.
        let (position, now) = (self.shard.index.position(), self.shard.clock.undriven());
        if self.admission.stands(position, now) {
            return None;
        }
        let snapshot = self.shard.index.pin();
        let registrar = snapshot.registrar(&client.clid)?;
        let logins = &self.shard.common.logins;
        let Err(why) = self.admission.still(registrar, now, |old, new| logins.succeeds(old, new)) else {
            self.admission.judged(position);
            return None;
        };
        tracing::info!(clid = client.clid, why, "EPP session ended by an operator's change");
        Some(Refusal::FailedClosing("this client's access has been withdrawn"))
    }

    fn conclude(
        &mut self,
        kind: CommandKind,
        outcome: &Outcome,
        payload: &[u8],
        (cl_trid, sv_trid): (Option<&str>, &str),
    ) -> Then {
        let then = self.respond(outcome, payload, cl_trid, sv_trid);
        let code = outcome.as_ref().map_or_else(Refusal::code, |(success, _)| success.code());
        self.count(kind, code);
        then
    }

    /// Notes what a command of a client that is logged in counts as in the monthly reports.
    fn note(&mut self, action: &Action<'_>) {
        if let State::LoggedIn(client) = &self.state {
            self.shard.activity.note(|| self.shard.index.pin(), action, &client.clid, &mut self.noted);
        }
    }

    /// Counts a command whose response is in `output`. It is timed when that is written.
    fn count(&mut self, kind: CommandKind, code: u16) {
        let class = match &self.registrar {
            Some(registrar) => {
                registrar.command(kind.class());
                kind.class()
            }
            None => CommandClass::Stranger,
        };
        self.shard.meter.command(kind, code);
        self.answered.push((kind, class));
    }

    /// Pays for the names a query asks for; many of them are another piece of work, which waits for its turn.
    async fn pay_for_names(&self, query: &Query<'_>) {
        let names = query.objects();
        let cost = names as u32 * NAME_COST;
        match names {
            0..=NAMES_AT_ONCE => self.shard.turns.charge(&self.payer, cost),
            _ => self.shard.turns.enter(&self.payer, self.address, cost).await,
        }
    }

    /// Answers from the index, here and now; the result code.
    fn query(&mut self, query: &Query<'_>, payload: &[u8], cl_trid: Option<&str>, sv_trid: &str) -> u16 {
        let snapshot = self.shard.index.pin();
        let reader = Reader { clid: self.clid(), now: self.shard.clock.now() };
        let outcome = query::answer(&snapshot, &reader, query);
        let code = outcome.as_ref().map_or_else(Refusal::code, |(success, _)| success.code());
        let mut off = self.off;
        if let Ok((_, answer)) = &outcome {
            off = off.and(switches::of_message(&snapshot, answer));
        }
        let services = self.state.services().without(off);
        let unhandled = answer(&mut self.output, &outcome, payload, (cl_trid, sv_trid), services);
        self.shard.common.metrics.unhandled(self.clid(), &unhandled);
        code
    }

    /// Validates the signed marks of a create, which is no work for the ledger.
    async fn validate_marks(&self, transform: &mut Transform) -> Result<(), Refusal> {
        let Transform::DomainCreate(create) = transform else { return Ok(()) };
        let Some(launch) = &mut create.launch else { return Ok(()) };
        let marks = std::mem::take(&mut launch.marks);
        let (common, now) = (&self.shard.common, self.shard.clock.now());
        match common.signed_marks.validated((self.clid(), self.address), marks, now).await {
            Ok(validated) => {
                launch.marks = validated?;
                Ok(())
            }
            Err(_) => {
                self.bite(Bound::SmdQueue);
                Err(Refusal::Failed("too many signed marks are waiting; try again"))
            }
        }
    }

    async fn transform(&self, transform: Box<Transform>, cl_trid: Option<&str>, sv_trid: &str) -> Outcome {
        let actor = Actor::Registrar(self.clid().to_owned());
        let work = Work::Transform(transform);
        self.shard.submit(actor, work, cl_trid.map(str::to_owned), sv_trid.to_owned()).await
    }
}
