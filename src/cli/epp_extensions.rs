//! What short forms add to a command in its `<extension>`: fees (RFC 8748), restores (RFC 3915), DNSSEC data (RFC 5910),
//! allocation tokens (RFC 8495), TTLs (RFC 9803) and tables of internationalized names (idn-1.0).

use clap::Args;

use super::epp_frames::{Body, Object};

/// What the statements of a report say (RFC 3915, section 3.4); whoever sends one makes them.
const STATEMENTS: [&str; 2] = [
    "This registrar has not restored the Registered Name in order to assume the rights to use or sell the Registered Name \
     for itself or for any third party.",
    "The information in this report is true to best of this registrar's knowledge, and this registrar acknowledges that \
     intentionally supplying false information in this report shall constitute an incurable material breach of the \
     Registry-Registrar Agreement.",
];

/// Commands whose fees are asked for when none is named.
const ASKED: [&str; 4] = ["create", "renew", "transfer", "restore"];

/// The fees to ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(super) struct Question {
    /// Ask for fees too, of these commands: create, delete, renew, update, transfer, restore; without any, of those that
    /// mostly cost something. Stands behind the names.
    #[arg(long, num_args = 0.., value_name = "COMMAND")]
    fee: Option<Vec<String>>,
    /// Years of which the fees are asked for.
    #[arg(long, value_name = "N", requires = "fee")]
    years: Option<u32>,
    /// Currency in which they are asked for, as EUR.
    #[arg(long, value_name = "CODE", requires = "fee")]
    currency: Option<String>,
    #[command(flatten)]
    pub(super) token: Token,
}

/// TTLs that the client chooses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(super) struct Ttls {
    /// Seconds that resolvers keep records of a type, as NS=3600; NS= for what the TLD has. May be repeated.
    #[arg(long, value_name = "TYPE=SECONDS")]
    ttl: Vec<String>,
}

impl Ttls {
    /// `ttl:VERB`, if there are some.
    pub(super) fn element(&self, verb: &str) -> Option<String> {
        const KNOWN: [&str; 5] = ["NS", "DS", "DNAME", "A", "AAAA"];
        let body = self.ttl.iter().fold(Body::new(Object::Ttl), |body, ttl| {
            let (kind, seconds) = ttl.split_once('=').unwrap_or((ttl, ""));
            match KNOWN.contains(&kind) {
                true => body.element("ttl", &[("for", kind)], seconds),
                false => body.element("ttl", &[("for", "custom"), ("custom", kind)], seconds),
            }
        });
        (!self.ttl.is_empty()).then(|| body.named(verb))
    }
}

/// Whether an info asks for TTLs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(super) struct TtlQuestion {
    /// Show the TTLs that its client has chosen.
    #[arg(long)]
    ttl: bool,
    /// Show all TTLs, with those that can be chosen.
    #[arg(long)]
    ttl_policy: bool,
}

impl TtlQuestion {
    /// `ttl:info`, if it is asked for.
    pub(super) fn element(&self) -> Option<String> {
        match (self.ttl_policy, self.ttl) {
            (true, _) => Some(Body::new(Object::Ttl).asking("info", "policy=\"true\"")),
            (false, true) => Some(Body::new(Object::Ttl).named("info")),
            (false, false) => None,
        }
    }
}

/// How the label of an internationalized name is to be judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(super) struct Idn {
    /// Tag of the table that the label is to be judged by.
    #[arg(long, value_name = "TAG")]
    idn_table: Option<String>,
    /// The name in Unicode, which must be the same one.
    #[arg(long, value_name = "NAME", requires = "idn_table")]
    uname: Option<String>,
}

impl Idn {
    /// `idn:data`, if a table is named.
    pub(super) fn element(&self) -> Option<String> {
        let body = Body::new(Object::Idn).element("table", &[], self.idn_table.as_deref()?);
        Some(body.optional("uname", self.uname.as_deref()).named("data"))
    }
}

/// An allocation token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(super) struct Token {
    /// Allocation token that you use.
    #[arg(long)]
    token: Option<String>,
}

impl Token {
    /// `allocationToken:allocationToken`, if there is a token.
    pub(super) fn element(&self) -> Option<String> {
        let token = self.token.as_deref()?;
        Some(Body::new(Object::AllocationToken).holding("allocationToken", token))
    }
}

impl Question {
    /// `fee:check`, if there is a question.
    pub(super) fn element(&self) -> Option<String> {
        let commands = self.fee.as_ref()?.iter().map(String::as_str);
        let commands: Vec<&str> = if commands.len() == 0 { ASKED.to_vec() } else { commands.collect() };
        let body = Body::new(Object::Fee).optional("currency", self.currency.as_deref());
        let body = commands.into_iter().fold(body, |body, command| {
            // A restore has no period (RFC 8748, section 5.1.1).
            let years = self.years.filter(|_| command != "restore").map(|years| years.to_string());
            match years {
                Some(years) => {
                    body.group("command", &[("name", command)], |body| body.element("period", &[("unit", "y")], &years))
                }
                None => body.element("command", &[("name", command)], ""),
            }
        });
        Some(body.named("check"))
    }
}

/// What the client is willing to pay, and by what it pays less.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(super) struct Offer {
    /// Fee that you agree to, as 12.50.
    #[arg(long, value_name = "AMOUNT")]
    fee: Option<String>,
    /// Its currency, as EUR; your account's, if none is given.
    #[arg(long, value_name = "CODE", requires = "fee")]
    currency: Option<String>,
    #[command(flatten)]
    pub(super) token: Token,
}

impl Offer {
    /// `fee:VERB`, if there is an offer.
    pub(super) fn element(&self, verb: &str) -> Option<String> {
        let fee = self.fee.as_deref()?;
        let body = Body::new(Object::Fee).optional("currency", self.currency.as_deref());
        Some(body.element("fee", &[], fee).named(verb))
    }
}

/// A deleted domain that is to be taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(super) struct Restore {
    /// Take it back from redemption.
    #[arg(long, conflicts_with = "restore_report")]
    restore: bool,
    /// Send the report that a restore needs, with the reason for it. The report states what RFC 3915, section 3.4, asks for.
    #[arg(long, value_name = "REASON", requires_all = ["deleted", "restored", "before", "after"])]
    restore_report: Option<String>,
    /// When it was deleted, as 2027-01-31T12:00:00Z.
    #[arg(long, value_name = "TIME", requires = "restore_report")]
    deleted: Option<String>,
    /// When its restore was asked for.
    #[arg(long, value_name = "TIME", requires = "restore_report")]
    restored: Option<String>,
    /// Its registration data before the deletion, in any words.
    #[arg(long, value_name = "TEXT", requires = "restore_report")]
    before: Option<String>,
    /// Its registration data after the restore.
    #[arg(long, value_name = "TEXT", requires = "restore_report")]
    after: Option<String>,
}

impl Restore {
    /// `rgp:update`, if it is one.
    pub(super) fn element(&self) -> Option<String> {
        let body = Body::new(Object::Rgp);
        if self.restore {
            return Some(body.element("restore", &[("op", "request")], "").named("update"));
        }
        let reason = self.restore_report.as_deref()?;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let report = |body: Body| {
            let body = body.element("preData", &[], &text(&self.before)).element("postData", &[], &text(&self.after));
            let body = body.element("delTime", &[], &text(&self.deleted));
            let body = body.element("resTime", &[], &text(&self.restored)).element("resReason", &[], reason);
            STATEMENTS.into_iter().fold(body, |body, statement| body.element("statement", &[], statement))
        };
        let body = body.group("restore", &[("op", "report")], |body| body.group("report", &[], report));
        Some(body.named("update"))
    }
}

/// DNSSEC data of a new domain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(super) struct Signed {
    /// DS record, as "12345 13 2 49FD…"; a key may stand behind it, as "… 257 3 13 oJMR…". Repeat for more.
    #[arg(long, value_name = "RECORD", value_parser = ds_words, conflicts_with = "key")]
    ds: Vec<Words>,
    /// Key, as "257 3 13 oJMR…", of which the registry makes DS records. Repeat for more.
    #[arg(long, value_name = "KEY", value_parser = key_words)]
    key: Vec<Words>,
    /// Seconds that signatures over the DS records should last at most.
    #[arg(long, value_name = "SECONDS")]
    max_sig_life: Option<u32>,
}

impl Signed {
    /// `secDNS:create`, if there is data.
    pub(super) fn element(&self) -> Option<String> {
        if self.ds.is_empty() && self.key.is_empty() && self.max_sig_life.is_none() {
            return None;
        }
        let body = max_sig_life(Body::new(Object::SecDns), self.max_sig_life);
        Some(records(body, &self.ds, &self.key).named("create"))
    }
}

/// DNSSEC data that changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(super) struct Resigned {
    /// Add a DS record, as "12345 13 2 49FD…".
    #[arg(long, value_name = "RECORD", value_parser = ds_words, conflicts_with_all = ["add_key", "rem_key"])]
    add_ds: Vec<Words>,
    /// Remove a DS record.
    #[arg(long, value_name = "RECORD", value_parser = ds_words, conflicts_with_all = ["add_key", "rem_key"])]
    rem_ds: Vec<Words>,
    /// Add a key, as "257 3 13 oJMR…".
    #[arg(long, value_name = "KEY", value_parser = key_words)]
    add_key: Vec<Words>,
    /// Remove a key.
    #[arg(long, value_name = "KEY", value_parser = key_words)]
    rem_key: Vec<Words>,
    /// Remove all DS records and keys, before others are added.
    #[arg(long, conflicts_with_all = ["rem_ds", "rem_key"])]
    rem_all_ds: bool,
    /// Seconds that signatures over the DS records should last at most.
    #[arg(long, value_name = "SECONDS")]
    max_sig_life: Option<u32>,
    /// Ask for these changes with high priority.
    #[arg(long)]
    urgent: bool,
}

impl Resigned {
    /// `secDNS:update`, if there is a change.
    pub(super) fn element(&self) -> Option<String> {
        if *self == Self::default() {
            return None;
        }
        let body = match self.rem_all_ds {
            true => Body::new(Object::SecDns).group("rem", &[], |body| body.element("all", &[], "true")),
            false => Body::new(Object::SecDns).group_if_any("rem", |body| records(body, &self.rem_ds, &self.rem_key)),
        };
        let body = body.group_if_any("add", |body| records(body, &self.add_ds, &self.add_key));
        let body = body.group_if_any("chg", |body| max_sig_life(body, self.max_sig_life));
        let attributes: &[(&str, &str)] = if self.urgent { &[("urgent", "true")] } else { &[] };
        Some(body.named_with("update", attributes))
    }
}

/// The fields of a record in presentation format.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Words(Vec<String>);

/// Four fields of a DS record, with those of a key behind them or without. What they hold is for the server to judge.
fn ds_words(text: &str) -> Result<Words, String> {
    match words(text) {
        words if matches!(words.0.len(), 4 | 8) => Ok(words),
        words => Err(format!("expected key tag, algorithm, digest type and digest, found {} words", words.0.len())),
    }
}

fn key_words(text: &str) -> Result<Words, String> {
    match words(text) {
        words if words.0.len() == 4 => Ok(words),
        words => Err(format!("expected flags, protocol, algorithm and public key, found {} words", words.0.len())),
    }
}

fn words(text: &str) -> Words {
    Words(text.split_whitespace().map(str::to_owned).collect())
}

fn records(body: Body, ds: &[Words], keys: &[Words]) -> Body {
    let body = ds.iter().fold(body, |body, Words(words)| {
        let (ds, key) = words.split_at(4.min(words.len()));
        body.group("dsData", &[], |body| {
            let body = fields(body, &["keyTag", "alg", "digestType", "digest"], ds);
            if key.is_empty() { body } else { key_data(body, key) }
        })
    });
    keys.iter().fold(body, |body, Words(words)| key_data(body, words))
}

fn key_data(body: Body, words: &[String]) -> Body {
    body.group("keyData", &[], |body| fields(body, &["flags", "protocol", "alg", "pubKey"], words))
}

fn fields(body: Body, names: &[&str], words: &[String]) -> Body {
    names.iter().zip(words).fold(body, |body, (name, word)| body.element(name, &[], word))
}

fn max_sig_life(body: Body, seconds: Option<u32>) -> Body {
    body.optional("maxSigLife", seconds.map(|seconds| seconds.to_string()).as_deref())
}
