//! A registrar's own sessions beside the race: they register, delete and look up, many commands at one time.

use super::check::Sponsors;
use crate::frames::{self, judged};
use crate::session::Session;
use crate::wire::Peer;

/// Sessions: many, so that all names are deleted nearly at one time, and far fewer than a registrar may have.
const SESSIONS: usize = 32;
/// Commands under way in each: answers stay below what a socket holds, so that sending never waits for reading.
const UNDER_WAY: usize = 8;

/// The sessions.
pub(super) struct Clerk {
    sessions: Vec<Session>,
    /// What all clTRIDs begin with, so that no two commands have one.
    label: String,
    asked: u64,
}

impl Clerk {
    /// Logs in.
    ///
    /// # Errors
    /// A connection that fails, a login that is refused.
    pub(super) fn open(peer: &Peer, login: &str, label: String) -> Result<Self, String> {
        let session = |_| {
            let (mut session, _) = Session::connect(peer).map_err(|error| format!("{}: {error}", peer.address))?;
            session.must_complete(login)?;
            Ok(session)
        };
        Ok(Self { sessions: (0..SESSIONS).map(session).collect::<Result<_, String>>()?, label, asked: 0 })
    }

    /// Asks the same about each name; result codes and answers in the order of the names.
    ///
    /// # Errors
    /// A session that is lost, an answer to something else.
    pub(super) fn ask(
        &mut self,
        names: &[String],
        command: fn(&str, &str) -> String,
    ) -> Result<Vec<(u16, String)>, String> {
        let mut answers = Vec::with_capacity(names.len());
        for names in names.chunks(SESSIONS * UNDER_WAY) {
            let first = self.asked;
            let ids: Vec<String> =
                (first..).take(names.len()).map(|number| format!("{}-{number}", self.label)).collect();
            self.asked += names.len() as u64;
            for (place, (name, id)) in names.iter().zip(&ids).enumerate() {
                let sent = self.session(place)?.send(&command(name, id));
                sent.map_err(|error| format!("{name}: {error}"))?;
            }
            for (place, (name, id)) in names.iter().zip(&ids).enumerate() {
                let answer = self.session(place)?.wait().map_err(|error| format!("{name}: {error}"))?;
                // A delete's answer names nothing.
                let code = judged(&answer, id, None).map_err(|why| format!("{name}: {why}: {answer}"))?;
                answers.push((code, answer));
            }
        }
        Ok(answers)
    }

    fn session(&mut self, place: usize) -> Result<&mut Session, String> {
        let place = place % self.sessions.len().max(1);
        self.sessions.get_mut(place).ok_or_else(|| "no session".to_owned())
    }

    /// Registers the names.
    ///
    /// # Errors
    /// The first that was refused.
    pub(super) fn register(&mut self, names: &[String]) -> Result<(), String> {
        must_be(1000, "the owner's create", names, &self.ask(names, frames::create)?)
    }

    /// Deletes the names.
    ///
    /// # Errors
    /// The first that was not deleted at once.
    pub(super) fn delete(&mut self, names: &[String]) -> Result<(), String> {
        let answers = self.ask(names, frames::delete)?;
        if let Some((name, _)) = names.iter().zip(&answers).find(|(_, (code, _))| *code == 1001) {
            return Err(format!(
                "the delete of {name} was answered 1001: this registry keeps deleted names for a while; give names that \
                 fall by themselves, with --names-file and --at"
            ));
        }
        must_be(1000, "the owner's delete", names, &answers)
    }

    /// Who sponsors each name; nobody where there is no such name.
    ///
    /// # Errors
    /// An answer that does not tell.
    pub(super) fn sponsors(&mut self, names: &[String]) -> Result<Sponsors, String> {
        let answers = self.ask(names, frames::info)?;
        let sponsor = |(name, (code, answer)): (&String, &(u16, String))| match code {
            2303 => Ok(None),
            1000 => match frames::text(answer, "domain:clID") {
                Some(clid) => Ok(Some(clid.to_owned())),
                None => Err(format!("the info of {name} tells no sponsor: {answer}")),
            },
            _ => Err(format!("the info of {name} was answered {answer}")),
        };
        names.iter().zip(&answers).map(sponsor).collect()
    }
}

fn must_be(expected: u16, what: &str, names: &[String], answers: &[(u16, String)]) -> Result<(), String> {
    match names.iter().zip(answers).find(|(_, (code, _))| *code != expected) {
        Some((name, (_, answer))) => Err(format!("{what} of {name} was answered {answer}")),
        None => Ok(()),
    }
}
