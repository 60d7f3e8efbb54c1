//! `<login>` (RFC 5730, section 2.9.1.1; RFC 8807).

use std::time::Duration;

use super::Session;
use crate::base::limits::USER_AGENT_CHARACTERS;
use crate::epp::extensions::Extension;
use crate::epp::login_sec::{Passwords, passwords};
use crate::epp::offer::Offer;
use crate::epp::session::{Client, State, check_login};
use crate::model::answer::{Answer, Success};
use crate::model::command::Login;
use crate::model::login_sec::{LoginEvent, UserAgent};
use crate::model::operator::{OperatorCommand, RegistrarSetPassword};
use crate::model::refusal::Refusal;
use crate::model::transaction::Actor;
use crate::model::view::View;
use crate::node::bounds::Bound;
use crate::node::ledger::{Outcome, Work};
use crate::node::login::{Credentials, Place, SessionNote};
use crate::port::clock::Clock as _;
use crate::registry::login::{self, Attempt, Connection};
use crate::runtime::time::sleep;

/// The client's and our transaction identifiers.
type Identifiers<'a> = (Option<&'a str>, &'a str);

impl Session<'_> {
    /// `<login>`.
    ///
    /// # Result codes
    /// - 1000 logged in
    /// - 2200 client, password, certificate and address do not belong together; which of them is never said. Or the password
    ///   has expired
    /// - 2306 the new password is not what the registry asks for
    /// - 2501 the same as 2200, once too often: the session ends
    /// - 2502 the client has as many sessions as it may: this one ends
    /// - and those of `check_login` and `passwords`
    pub(super) async fn login(&mut self, login: &Login<'_>, identifiers: Identifiers<'_>) -> Outcome {
        let client = check_login(login, Offer::of(&self.shard.index.pin()))?;
        let passwords = passwords(login)?;
        let tells = client.services.has(Extension::LoginSec);
        let agent = login.security.as_ref().and_then(|security| security.user_agent.as_ref());
        let mut events = login::connection(&self.connection(), self.shard.clock.undriven());
        match self.log_in(client, &passwords, agent, &mut events, identifiers).await {
            Ok(()) => Ok((Success::Completed, Answer::LoggedIn { events })),
            Err(refusal) if tells && !events.is_empty() => Err(Refusal::Login { refusal: Box::new(refusal), events }),
            Err(refusal) => Err(refusal),
        }
    }

    fn connection(&self) -> Connection<'_> {
        Connection {
            certificate_ends: self.admission.certificate_ends(),
            protocol: self.stream.protocol(),
            cipher: &self.cipher,
            deprecated: &self.shard.common.config.epp_deprecated_tls,
        }
    }

    async fn log_in(
        &mut self,
        client: Client,
        passwords: &Passwords<'_>,
        agent: Option<&UserAgent>,
        events: &mut Vec<LoginEvent>,
        identifiers: Identifiers<'_>,
    ) -> Result<(), Refusal> {
        let seat = self.seat.clone();
        // A newcomer shall not take the seat of a client whose password is being checked.
        let _busy = seat.as_ref().map(|seat| seat.busy());
        let (found, policy) = {
            let snapshot = self.shard.index.pin();
            let found = match snapshot.registrar(&client.clid) {
                Some(registrar) => Credentials::of(registrar, &self.admission, self.shard.clock.undriven()),
                None => Credentials::unknown(),
            };
            (found, snapshot.policy().password)
        };
        let logins = self.shard.common.logins.clone();
        match logins.verify(&client.clid, self.address, passwords.password, &found).await {
            Err(_) => {
                self.bite(Bound::LoginQueue);
                return Err(Refusal::Failed("too many logins are waiting; try again"));
            }
            Ok(Err(why)) => return Err(self.login_failed(&client, &found, why).await),
            Ok(Ok(())) => {}
        }
        let now = self.shard.clock.now();
        let attempt = Attempt {
            now,
            password: passwords.password,
            since: found.since.unwrap_or(now),
            new_password: passwords.new_password,
            failed: logins.failures(&client.clid, self.shard.clock.undriven()),
        };
        let (verdict, told) = login::judge(policy, &attempt);
        events.extend(told);
        if let Err(refusal) = verdict {
            tracing::info!(clid = client.clid, address = %self.address, code = refusal.code(), "EPP login refused: its password has expired, or the new one is not fit");
            return Err(refusal);
        }
        let place = self.enter(&client, &found, agent)?;
        let mut password = found.password;
        if let Some((new, _)) = passwords.new_password {
            password = self.replace_password(&client, password, new, identifiers).await?;
        }
        logins.succeeded(&client.clid);
        let UserAgent { app, tech, os } = place.user_agent();
        let (protocol, cipher) = (self.stream.protocol(), &self.cipher);
        tracing::info!(clid = client.clid, address = %self.address, protocol, cipher, app, tech, os, "EPP login");
        self.shard.common.known.logged_in(self.address);
        self.admission.logged_in(password, found.networks);
        self.payer = self.shard.turns.registrar(&client.clid);
        self.registrar = Some(self.shard.meter.registrar(&client.clid));
        self.stream.set_pace(None);
        self.place = Some(place);
        self.seat = None;
        self.state = State::LoggedIn(client);
        Ok(())
    }

    /// Takes one of the client's places.
    fn enter(&self, client: &Client, found: &Credentials, agent: Option<&UserAgent>) -> Result<Place, Refusal> {
        let note = SessionNote {
            address: self.address,
            since: self.shard.clock.now(),
            user_agent: agent.map(shortened).unwrap_or_default(),
            protocol: self.stream.protocol(),
            cipher: self.cipher.clone(),
        };
        let limit = found.session_limit.unwrap_or(self.shard.common.config.epp_sessions_per_registrar);
        self.shard.common.logins.enter(&client.clid, limit, note).ok_or_else(|| {
            self.shard.common.metrics.bounds.bite(Bound::EppRegistrarSessions, &client.clid);
            Refusal::SessionLimit
        })
    }

    /// Gives the client a new password; its digest.
    async fn replace_password(
        &self,
        client: &Client,
        old: String,
        new: &str,
        (cl_trid, sv_trid): Identifiers<'_>,
    ) -> Result<String, Refusal> {
        let logins = &self.shard.common.logins;
        let password_hash = match logins.hash(&client.clid, Some(self.address), new).await {
            Ok(Ok(hash)) => hash,
            _ => return Err(Refusal::Failed("the new password could not be hashed; try again")),
        };
        let command = RegistrarSetPassword {
            clid: client.clid.clone(),
            password_hash: password_hash.clone(),
            replaces: Some(old.clone()),
        };
        let work = Work::Operator(Box::new(OperatorCommand::RegistrarSetPassword(command)));
        let actor = Actor::Registrar(client.clid.clone());
        // Before it is visible, so that no other session of this client sees it as an operator's reset.
        logins.replaced(old, password_hash.clone());
        self.shard.submit(actor, work, cl_trid.map(str::to_owned), sv_trid.to_owned()).await?;
        Ok(password_hash)
    }

    async fn login_failed(&mut self, client: &Client, found: &Credentials, why: &'static str) -> Refusal {
        self.failed_logins += 1;
        if found.since.is_some() {
            self.shard.common.logins.failed(&client.clid, self.shard.clock.undriven());
        }
        let who = format!("{} at {}: {why}", client.clid, self.address);
        self.shard.common.metrics.bounds.bite(Bound::LoginFailed, &who);
        if self.failed_logins >= self.shard.common.config.epp_login_attempts {
            self.bite(Bound::EppLoginAttempts);
            return Refusal::AuthenticationClosing;
        }
        // Each further guess in a session waits longer; other sessions do not.
        sleep(Duration::from_millis(250) * self.failed_logins).await;
        Refusal::Authentication
    }
}

/// What is kept of a user agent.
fn shortened(agent: &UserAgent) -> UserAgent {
    let part = |part: &Option<String>| {
        part.as_ref().map(|text| text.chars().filter(|c| !c.is_control()).take(USER_AGENT_CHARACTERS).collect())
    };
    UserAgent { app: part(&agent.app), tech: part(&agent.tech), os: part(&agent.os) }
}
