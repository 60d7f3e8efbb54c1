//! The admin socket: operators ask, one JSON line each; changes go through the ledger like everyone's, and are logged
//! with the account that asked. Only the socket's owner can connect (the file's mode); the kernel tells who it is.

mod applications;
mod deposit;
mod idn;
mod inquiry;
mod launch;
mod list;
mod lordn;
mod maintenance;
mod message;
mod money;
mod portfolio;
mod queue;
mod rdap_client;
mod report;
mod sessions;
mod show;
mod token;
mod walk;

use std::net::{IpAddr, Ipv4Addr};
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::{AsyncReadExt, AsyncWriteExt};
use serde::Serialize;

pub use applications::{AnyStatus, LaunchList};
pub use deposit::{EscrowFull, EscrowOf, EscrowRun, EscrowStatus};
pub use idn::IdnJudge;
pub use inquiry::{BillingShow, BillingStatement, ListAll, ListShow, PollList, PriceList};
pub use launch::{LaunchPhaseList, LaunchShow};
pub use lordn::{LordnList, LordnPage, LordnRow};
pub use message::{AdminFailure, AdminRequest, ClockAdvance, NewPassword, NoMembers, ObjectName};
pub use portfolio::PortfolioOf;
pub use rdap_client::RdapClientMakeToken;
pub use report::ReportMake;
pub use sessions::SessionsOf;
pub use token::{TokenGenerate, TokenList, TokenOf};

use crate::base::limits::{ADMIN_CONNECTIONS, ADMIN_REQUEST_BYTES};
use crate::base::timestamp::Timestamp;
use crate::model::operator::{OperatorCommand, RegistrarSetPassword};
use crate::model::refusal::Refusal;
use crate::model::transaction::Actor;
use crate::model::view::View as _;
use crate::node::admin::message::{Question, Task};
use crate::node::bounds::Bound;
use crate::node::ledger::{CLOCK_DOUBTED, Work};
use crate::node::meter::{MeterView, view};
use crate::node::metrics_service::observer;
use crate::node::seats::{Seat, SeatLimits, Seats};
use crate::node::shard::{LedgerMail, Shard};
use crate::port::clock::Clock as _;
use crate::registry::login;
use crate::registry::operator::warning;
use crate::runtime::clock::ClockStatus;
use crate::runtime::mailbox;
use crate::runtime::net::{Socket, Stream, UnixListener};
use crate::runtime::task::spawn;
use crate::runtime::time::timeout;

/// How long a connection may be silent, or not take its answer.
const IDLE: Duration = Duration::from_secs(60);

/// All operators have the same address: this machine.
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Serves operators until the shard stops. A connection that asks nothing gives way to another when all seats are taken.
pub(super) async fn serve(shard: Rc<Shard>, listener: UnixListener) {
    const ALL: usize = ADMIN_CONNECTIONS;
    let seats = Seats::new(SeatLimits { all: ALL, per_address: ALL, per_network: ALL });
    while let Some(socket) = shard.accepted(async || listener.accept().await).await {
        let Ok(seat) = seats.enter(HERE, true) else {
            shard.common.metrics.bounds.bite(Bound::AdminConnections, &"an operator");
            continue;
        };
        let shard = shard.clone();
        spawn(async move {
            let conversation = pin!(converse(&shard, socket, &seat));
            if let Either::Right(_) = select(conversation, pin!(seat.evicted())).await {
                shard.common.metrics.bounds.bite(Bound::AdminGaveWay, &"an operator");
            }
        });
    }
}

async fn converse(shard: &Shard, socket: Socket, seat: &Seat) {
    let _connection = shard.connection();
    let operator = match socket.peer_user() {
        Ok(uid) => account(uid),
        Err(error) => return tracing::warn!(%error, "an admin connection that does not say whose it is"),
    };
    let Ok(mut stream) = Stream::new(socket) else { return };
    let mut buffer = Vec::new();
    loop {
        let next = timeout(IDLE, read_line(&mut stream, &mut buffer));
        let Some(Ok(Some(line))) = shard.stop.or(next).await else { return };
        let (answer, last) = match line {
            Line::Whole(line) => {
                let _busy = seat.busy();
                (answer(shard, &operator, line).await, false)
            }
            Line::TooLong => {
                shard.common.metrics.bounds.bite(Bound::AdminRequestBytes, &operator);
                let message = format!("a request has {ADMIN_REQUEST_BYTES} octets at most");
                (Err(AdminFailure { code: 2001, message }), true)
            }
        };
        let text = match answer {
            Ok(value) => format!("{{\"ok\":{value}}}\n"),
            Err(failure) => {
                let failure = simd_json::to_string(&failure).expect("a number and a text are JSON");
                format!("{{\"error\":{failure}}}\n")
            }
        };
        let written = timeout(IDLE, stream.write_all(text.as_bytes())).await;
        if last || !matches!(written, Ok(Ok(()))) {
            return;
        }
    }
}

enum Line {
    Whole(Vec<u8>),
    TooLong,
}

/// The next line without its end; `None` when the peer has closed or is gone.
async fn read_line(stream: &mut Stream, buffer: &mut Vec<u8>) -> Option<Line> {
    let mut searched = 0;
    loop {
        if let Some(end) = buffer.iter().skip(searched).position(|octet| *octet == b'\n') {
            let rest = buffer.split_off(searched + end + 1);
            let mut line = std::mem::replace(buffer, rest);
            line.pop();
            return Some(Line::Whole(line));
        }
        if buffer.len() >= ADMIN_REQUEST_BYTES {
            return Some(Line::TooLong);
        }
        searched = buffer.len();
        let mut chunk = [0; 4096];
        let read = stream.read(&mut chunk).await.ok().filter(|read| *read > 0)?;
        buffer.extend_from_slice(chunk.get(..read)?);
    }
}

/// Executes one request; the value is JSON.
async fn answer(shard: &Shard, operator: &str, mut line: Vec<u8>) -> Result<String, AdminFailure> {
    let request: AdminRequest = simd_json::from_slice(&mut line)
        .map_err(|error| AdminFailure { code: 2001, message: format!("no valid request: {error}") })?;
    let (command, object) = request.label();
    let (command, object) = (command, object.to_owned());
    let (mut warnings, mut tokens) = (Vec::new(), Vec::new());
    let outcome = match request.task() {
        Task::Question(question) => return ask(shard, operator, question).await,
        Task::Change(change) => {
            warnings = warning::warnings(&shard.index.pin(), shard.clock.now().trunc_millis(), &change);
            submit(shard, operator, *change).await
        }
        Task::Table(load) => match idn::compiled(shard, load).await {
            Ok(change) => submit(shard, operator, change).await,
            Err(failure) => Err(failure),
        },
        Task::Tokens(generate) => match generate.add() {
            Ok(add) => {
                tokens.clone_from(&add.tokens);
                submit(shard, operator, OperatorCommand::TokenAdd(add)).await
            }
            Err(failure) => Err(failure),
        },
        Task::RdapToken(make) => match make.add() {
            Ok((token, add)) => {
                tokens.push(token);
                submit(shard, operator, OperatorCommand::RdapClientAddToken(add)).await
            }
            Err(failure) => Err(failure),
        },
        Task::Resend(asked) => match deposit::resend(shard, &asked) {
            Ok(change) => submit(shard, operator, change).await,
            Err(failure) => Err(failure),
        },
        Task::Password(new) => match hashed(shard, new).await {
            Ok(change) => submit(shard, operator, change).await,
            Err(failure) => Err(failure),
        },
    };
    match &outcome {
        Ok(sv_trid) => tracing::info!(operator, command, object, sv_trid, "admin command done"),
        Err(failure) => {
            let (code, why) = (failure.code, failure.message.as_str());
            tracing::warn!(operator, command, object, code, why, "admin command refused");
        }
    }
    json(&Done { transaction: outcome?, warnings, tokens })
}

#[derive(Serialize)]
struct Done {
    transaction: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    /// Tokens that were made, for allocation or for a client of RDAP.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tokens: Vec<String>,
}

async fn submit(shard: &Shard, operator: &str, command: OperatorCommand) -> Result<String, AdminFailure> {
    let (actor, work) = (Actor::Operator(operator.to_owned()), Work::Operator(Box::new(command)));
    let sv_trid = shard.sv_trid();
    let outcome = shard.submit(actor, work, None, sv_trid.clone()).await;
    outcome.map(|_| sv_trid).map_err(|refusal| match shard.clock.look().doubt {
        // Whoever reads this can do something about it.
        Some(doubt) if refusal == CLOCK_DOUBTED => AdminFailure { code: refusal.code(), message: doubt.to_string() },
        _ => refused(&refusal),
    })
}

fn refused(refusal: &Refusal) -> AdminFailure {
    // The reason is written for operators; the result code's own text is for registrars.
    let message = refusal.fault().map_or_else(|| refusal.to_string(), |fault| fault.reason.clone().into_owned());
    AdminFailure { code: refusal.code(), message }
}

async fn hashed(shard: &Shard, new: NewPassword) -> Result<OperatorCommand, AdminFailure> {
    if !new.is_usable() {
        let message = "a password has no control characters, and spaces only single and inside";
        return Err(AdminFailure { code: 2005, message: message.into() });
    }
    let policy = shard.index.pin().policy().password;
    if let Some(message) = login::unfit(policy, &new.password) {
        return Err(AdminFailure { code: 2005, message });
    }
    let failed = |message: String| AdminFailure { code: 2400, message };
    let hash =
        shard.common.logins.hash(&new.clid, None, &new.password).await.map_err(|busy| failed(busy.to_string()))?;
    let password_hash = hash.map_err(|error| failed(error.to_string()))?;
    Ok(OperatorCommand::RegistrarSetPassword(RegistrarSetPassword { clid: new.clid, password_hash, replaces: None }))
}

async fn ask(shard: &Shard, operator: &str, question: Question) -> Result<String, AdminFailure> {
    match question {
        Question::TldList => json(&show::tlds(&shard.index.pin())),
        Question::RegistrarList => json(&show::registrars(&shard.index.pin())),
        Question::DomainShow(name) => match show::domain(&shard.index.pin(), &name, shard.clock.now()) {
            Some(domain) => json(&domain),
            None => Err(AdminFailure { code: 2303, message: format!("no domain {name:?} is registered") }),
        },
        Question::Stats => stats(shard).await,
        Question::Meters => meters(shard).await,
        Question::Checkpoint => {
            let outcome = ask_ledger(shard, |asker| LedgerMail::Checkpoint(Some(asker))).await?;
            let outcome = outcome.map_err(|message| AdminFailure { code: 2400, message })?;
            json(&Checkpoint { outcome })
        }
        Question::ClockShow => json(&clock(shard, shard.clock.look())),
        Question::ClockAccept => {
            let before = shard.clock.look();
            let after = shard.clock.accept();
            let (set_by, wall) = (before.offset() as f64 / 1e6, after.wall);
            tracing::warn!(operator, set_by_seconds = set_by, %wall, "the machine's clock is accepted by an operator");
            json(&clock(shard, after))
        }
        Question::ClockAdvance(advance) => drive(shard, operator, &advance).await,
        Question::Inquiry(inquiry) => inquiry.answer(shard).await,
    }
}

#[derive(Serialize)]
struct Checkpoint {
    outcome: String,
}

/// In the year 9955: what is registered then still has dates that can be written, with four digits for the year.
const LATEST: Timestamp = Timestamp::from_micros(252_000_000_000_000_000);

/// Drives virtual time ahead, and waits until all that has fallen due is done.
async fn drive(shard: &Shard, operator: &str, advance: &ClockAdvance) -> Result<String, AdminFailure> {
    let to = match (advance.days, advance.to_micros) {
        (Some(days), None) => shard.clock.now().plus_days(i64::from(days)),
        (None, Some(micros)) => Timestamp::from_micros(micros),
        _ => return Err(AdminFailure { code: 2306, message: "say either how many days or up to when".into() }),
    };
    if to > LATEST {
        return Err(AdminFailure { code: 2306, message: format!("time ends here at {LATEST}") });
    }
    shard.clock.advance(to).map_err(|error| AdminFailure { code: 2306, message: error.to_string() })?;
    tracing::warn!(operator, %to, "time has been driven ahead by an operator");
    ask_ledger(shard, LedgerMail::Settle).await?;
    json(&clock(shard, shard.clock.look()))
}

/// What the clock is found to be. Times are UTC.
#[derive(Serialize)]
struct Clock {
    believed: bool,
    machine: String,
    trusted: String,
    offset_seconds: f64,
    max_jump_seconds: u64,
    last_transaction: Option<String>,
    /// How far time has been driven ahead of the machine's, where that can be done.
    virtual_ahead_seconds: Option<f64>,
    problem: Option<String>,
}

fn clock(shard: &Shard, status: ClockStatus) -> Clock {
    Clock {
        believed: status.doubt.is_none(),
        machine: status.wall.to_string(),
        trusted: status.trusted.to_string(),
        offset_seconds: status.offset() as f64 / 1e6,
        max_jump_seconds: shard.common.config.max_jump.as_secs(),
        last_transaction: status.last.map(|last| last.to_string()),
        virtual_ahead_seconds: shard.clock.ahead().map(|ahead| ahead as f64 / 1e6),
        problem: status.doubt.map(|doubt| doubt.to_string()),
    }
}

/// Figures; octets unless the name says otherwise.
#[derive(Serialize)]
struct Stats {
    transactions: u64,
    log_first_frame: u64,
    log_last_frame: u64,
    log_bytes: u64,
    log_bytes_since_checkpoint: u64,
    index_base_frame: u64,
    index_files: u64,
    index_entries: u64,
    index_base_bytes: u64,
    index_locked_bytes: u64,
    index_delta_entries: u64,
    index_delta_bytes: u64,
    epp_sessions: usize,
}

async fn stats(shard: &Shard) -> Result<String, AdminFailure> {
    let stats = ask_ledger(shard, LedgerMail::Stats).await?;
    json(&Stats {
        transactions: stats.sequence,
        log_first_frame: stats.first_frame,
        log_last_frame: stats.last_frame,
        log_bytes: stats.wal_bytes,
        log_bytes_since_checkpoint: stats.fresh_log_bytes,
        index_base_frame: stats.base_frame,
        index_files: stats.memory.files,
        index_entries: stats.memory.entries,
        index_base_bytes: stats.memory.base_bytes,
        index_locked_bytes: stats.memory.locked_bytes,
        index_delta_entries: stats.memory.delta_entries,
        index_delta_bytes: stats.memory.delta_bytes,
        epp_sessions: shard.common.session_count(),
    })
}

/// What is counted, and how long the node has been counting.
#[derive(Serialize)]
struct Meters {
    elapsed_micros: u64,
    rdap_connections: i64,
    log_bytes_since_checkpoint: i64,
    index_delta_bytes: i64,
    #[serde(flatten)]
    meters: MeterView,
}

async fn meters(shard: &Shard) -> Result<String, AdminFailure> {
    let common = shard.common.clone();
    let read = move || {
        let elapsed_micros = u64::try_from(common.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let (log_bytes_since_checkpoint, index_delta_bytes) = common.metrics.fresh_bytes();
        let (rdap_connections, sessions) = (common.metrics.rdap_connections.get(), common.session_counts());
        let meters = view(&common.metrics.meters, &sessions);
        json(&Meters { elapsed_micros, rdap_connections, log_bytes_since_checkpoint, index_delta_bytes, meters })
    };
    let read = shard.common.observers.run(&observer(), read).await;
    read.map_err(|busy| AdminFailure { code: 2400, message: busy.to_string() })?
}

async fn ask_ledger<T: Send + 'static>(
    shard: &Shard,
    mail: impl FnOnce(mailbox::Sender<T>) -> LedgerMail,
) -> Result<T, AdminFailure> {
    shard.ask_ledger(mail).await.map_err(|why| AdminFailure { code: 2400, message: why.into() })
}

fn json(value: &impl Serialize) -> Result<String, AdminFailure> {
    let failed = |error: simd_json::Error| AdminFailure { code: 2400, message: error.to_string() };
    simd_json::to_string(value).map_err(failed)
}

/// The account's name, as /etc/passwd tells it; an account from elsewhere is `uid:NUMBER`.
fn account(uid: u32) -> String {
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    account_name(&accounts, uid).map_or_else(|| format!("uid:{uid}"), str::to_owned)
}

fn account_name(accounts: &str, uid: u32) -> Option<&str> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _password, number) = (fields.next()?, fields.next()?, fields.next()?);
        (number.parse() == Ok(uid)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_its_number() {
        let accounts = "root:x:0:0:root:/root:/bin/sh\nbroken\nregistry:x:990:990::/srv:/bin/false\n";
        assert_eq!(account_name(accounts, 0), Some("root"));
        assert_eq!(account_name(accounts, 990), Some("registry"));
        assert_eq!(account_name(accounts, 1), None);
    }
}
