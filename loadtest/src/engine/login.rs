//! Logging in: what each session does before a test, and what a test measures as session commands.
//!
//! Specification 10 counts with a login the packets that start its connection, and with a logout those that end it: a login
//! is due before its connection begins (TCP, TLS, greeting, login), a logout is done when the server has closed.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use domesday::runtime::time::timeout;

use super::channel::Channel;
use super::core::{GRACE, Shared};
use super::epp_session::{frame, whole};
use crate::frames;
use crate::results::{Class, Command, Failure};
use crate::wire::Peer;
use crate::workload::Op;

/// How long each step before a test may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where logouts stand among the commands that are counted: behind those that a mix has.
const LOGOUT: usize = Op::ALL.len();

/// What results call them.
pub(crate) const LOGOUT_NAME: &str = "logout";

/// All commands that are counted.
pub(crate) fn counted() -> Vec<Command> {
    let logout = Command { class: Class::Session, name: LOGOUT_NAME };
    Op::ALL.map(Op::command).into_iter().chain([logout]).collect()
}

/// Who logs in, and where.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) clid: String,
    pub(crate) peer: Peer,
    /// Its login command.
    pub(crate) login: Arc<str>,
}

/// Sends a command and waits for its answer.
pub(super) async fn exchange(channel: &mut Channel, command: Option<&str>) -> io::Result<String> {
    if let Some(command) = command {
        let mut octets = Vec::with_capacity(command.len() + 4);
        frame(&mut octets, |octets| octets.extend_from_slice(command.as_bytes()));
        channel.queue(&octets)?;
    }
    poll_fn(|cx| {
        loop {
            let flushed = channel.poll_flush(cx)?;
            if let Some(length) = whole(channel.input())? {
                let answer = channel.input().get(4..length).unwrap_or_default();
                let answer = String::from_utf8_lossy(answer).into_owned();
                channel.take(length);
                return Poll::Ready(Ok(answer));
            }
            if channel.poll_receive(cx)?.is_pending() {
                let _ = flushed;
                return Poll::Pending;
            }
        }
    })
    .await
}

/// Connects, is greeted, logs in.
///
/// # Errors
/// A connection that fails, or a login that is refused.
pub(super) async fn log_in(account: &Account) -> Result<Channel, Refusal> {
    let steps = async {
        let mut channel = Channel::open(&account.peer).await?;
        exchange(&mut channel, None).await?;
        let answer = exchange(&mut channel, Some(&account.login)).await?;
        match frames::result_code(&answer) {
            Some(1000) => Ok(channel),
            code => Err(Refusal::Answered(code.unwrap_or_default(), answer)),
        }
    };
    timeout(PATIENCE, steps).await.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()))
}

/// Why there is no session.
pub(super) enum Refusal {
    Answered(u16, String),
    Failed(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Answered(code, answer) => write!(f, "login was answered {code}: {answer}"),
            Self::Failed(error) => write!(f, "{error}"),
        }
    }
}

/// A session that is begun and ended, both measured. It counts as under way already.
pub(super) async fn measure(core: Shared, account: Account, due: Duration) {
    let left = {
        let core = core.borrow();
        core.trial.as_ref().map_or(GRACE, |trial| trial.deadline.saturating_sub(core.now()))
    };
    let logged_in = timeout(left, log_in(&account)).await;
    let outcome = match &logged_in {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(Refusal::Answered(code, _))) => Err(Failure::Refused(*code)),
        Ok(Err(Refusal::Failed(error))) => {
            core.borrow_mut().lost(error);
            Err(Failure::Unanswered)
        }
        Err(_) => Err(Failure::Unanswered),
    };
    core.borrow_mut().done(Op::Login as usize, due, outcome);
    if let Ok(Ok(mut channel)) = logged_in {
        let due = core.borrow().now();
        let logout = async {
            let answer = exchange(&mut channel, Some(frames::LOGOUT)).await?;
            // The packets that end the connection belong to it.
            let closed = poll_fn(|cx| {
                loop {
                    match channel.poll_receive(cx) {
                        Poll::Ready(Ok(())) => {}
                        Poll::Ready(Err(_)) => return Poll::Ready(()),
                        Poll::Pending => return Poll::Pending,
                    }
                }
            });
            closed.await;
            io::Result::Ok(answer)
        };
        let outcome = match timeout(GRACE, logout).await {
            Ok(Ok(answer)) => match frames::result_code(&answer) {
                Some(1500) => Ok(()),
                code => Err(Failure::Refused(code.unwrap_or_default())),
            },
            _ => Err(Failure::Unanswered),
        };
        core.borrow_mut().done(LOGOUT, due, outcome);
    }
    core.borrow_mut().under_way -= 1;
}
