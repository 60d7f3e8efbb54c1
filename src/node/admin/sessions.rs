//! Who is logged in: from where, since when, over which TLS, and with what software, as clients say it themselves (RFC 8807).

use serde::{Deserialize, Serialize};

use crate::base::limits::ADMIN_ROWS;
use crate::node::login::Logins;

/// Whose sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionsOf {
    /// Of this registrar; of all when missing.
    pub clid: Option<String>,
}

/// A session.
#[derive(Debug, Serialize)]
pub(super) struct SessionRow {
    clid: String,
    since: String,
    address: String,
    protocol: &'static str,
    cipher: String,
    app: Option<String>,
    tech: Option<String>,
    os: Option<String>,
}

/// The sessions that are logged in, by registrar, oldest first: as many as an answer has rows.
pub(super) fn rows(logins: &Logins, of: &SessionsOf) -> Vec<SessionRow> {
    let found = logins.sessions(of.clid.as_deref(), ADMIN_ROWS).into_iter();
    found
        .map(|(clid, note)| SessionRow {
            clid,
            since: note.since.to_string(),
            address: note.address.to_string(),
            protocol: note.protocol,
            cipher: note.cipher.clone(),
            app: note.user_agent.app.clone(),
            tech: note.user_agent.tech.clone(),
            os: note.user_agent.os.clone(),
        })
        .collect()
}
