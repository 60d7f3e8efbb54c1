//! The test itself: sessions ready, then one loop that sends what is due and reads what comes.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant, SystemTime};

use domesday::runtime::tls::client_config;
use rustix::event::{Timespec, epoll};

use crate::args::Args;
use crate::report::Report;
use crate::scenario::{self, Load, Script};
use crate::schedule::Schedule;
use crate::session::Session;
use crate::target::Target;
use crate::wire::Peer;

/// How long answers are awaited after the last command was due.
const GRACE: Duration = Duration::from_secs(10);

/// Runs a test.
///
/// # Errors
/// Why it could not begin.
pub(crate) fn run(args: &Args, load: Load) -> Result<Report, String> {
    let target = Target::read(&args.target)?;
    let address = target.epp_address(args.i_may_load_that_host)?;
    let registrar = target.registrar(&args.registrar)?;
    let tls = client_config(&target.epp.ca, Some((&registrar.cert, &registrar.key)));
    let peer = Peer::new(address, &target.epp.server_name, tls.map_err(|error| error.to_string())?)?;
    let tld = args.tld.as_ref().or(target.tlds.last()).ok_or("the target names no TLD")?;
    let script = Script::new(load, tld, run_number());
    let mut sessions = Vec::new();
    for _ in 0..args.sessions {
        let mut session = Session::connect(&peer).map_err(|error| format!("{address}: {error}"))?;
        session.must_complete(&scenario::login(&registrar.clid, &registrar.pw))?;
        sessions.push(session);
    }
    if let Some(session) = sessions.first_mut() {
        script.preparation().try_for_each(|command| session.must_complete(&command))?;
    }
    println!("{} commands a second for {} s over {} sessions to {address}", args.rate, args.duration, args.sessions);
    let test = Test { script, schedule: Schedule::new(args.rate, args.duration), sessions };
    test.run().map_err(|error| error.to_string())
}

/// A number that no earlier run had, for the names it registers.
pub(crate) fn run_number() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}

struct Test {
    script: Script,
    schedule: Schedule,
    sessions: Vec<Session>,
}

impl Test {
    fn run(mut self) -> io::Result<Report> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        for (token, session) in self.sessions.iter().enumerate() {
            epoll::add(&epoll, session, epoll::EventData::new_u64(token as u64), epoll::EventFlags::IN)?;
        }
        let mut free: VecDeque<usize> = (0..self.sessions.len()).collect();
        let mut report = Report::default();
        let mut events: Vec<epoll::Event> = Vec::with_capacity(256);
        let (mut sent, mut answered, mut alive, began) = (0, 0, self.sessions.len(), Instant::now());
        let end = self.schedule.due(self.schedule.count()) + GRACE;
        while answered < self.schedule.count() && began.elapsed() < end && alive > 0 {
            while sent < self.schedule.due_by(began.elapsed())
                && let Some(chosen) = free.pop_front()
            {
                match self.send(chosen, sent) {
                    Ok(()) => sent += 1,
                    Err(error) => report.lost(&error),
                }
            }
            let next = match free.is_empty() || sent == self.schedule.count() {
                true => Duration::from_millis(100),
                false => self.schedule.due(sent).saturating_sub(began.elapsed()),
            };
            events.clear();
            // The kernel may sleep to the next millisecond; what is due sooner is waited for awake.
            let next = next.saturating_sub(Duration::from_millis(2));
            let patience = Timespec { tv_sec: next.as_secs() as i64, tv_nsec: next.subsec_nanos().into() };
            epoll::wait(&epoll, rustix::buffer::spare_capacity(&mut events), Some(&patience))?;
            for event in &events {
                let token = event.data.u64() as usize;
                let Some(session) = self.sessions.get_mut(token) else { continue };
                match session.receive() {
                    Ok(None) => {}
                    Ok(Some(answer)) => {
                        let Some(number) = session.under_way.take() else { continue };
                        let took = began.elapsed().saturating_sub(self.schedule.due(number));
                        report.answered(self.script.kind(number), took, self.script.judge(number, &answer));
                        answered += 1;
                        free.push_back(token);
                    }
                    Err(error) => {
                        report.lost(&error);
                        alive -= 1;
                        epoll::delete(&epoll, &*session)?;
                        free.retain(|other| *other != token);
                    }
                }
            }
        }
        report.elapsed = began.elapsed();
        report.unanswered(self.schedule.count() - answered);
        Ok(report)
    }

    fn send(&mut self, chosen: usize, number: u64) -> io::Result<()> {
        let session = self.sessions.get_mut(chosen).ok_or(io::ErrorKind::NotFound)?;
        session.send(&self.script.command(number))?;
        session.under_way = Some(number);
        Ok(())
    }
}
