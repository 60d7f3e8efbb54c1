//! What a command did, as the log keeps it: whole records put or deleted, and who asked.

use rkyv::rancor::Error;
use rkyv::util::AlignedVec;
use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::model::record::{
    Account, Application, BillingLine, Contact, Domain, EscrowHistory, Host, IdnTable, Kind, LaunchPlan, LordnLine,
    Maintenance, Marks, NameList, Policy, PollMessage, PriceList, RdapClient, Registrar, RevokedSmds, StatusNotes, Tld,
    Token, TrademarkLabels,
};
use crate::model::seal::{self, Sealed};
use crate::model::version::{self, Version};
use crate::model::view::key;

/// Who asked for a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub enum Actor {
    /// A registrar, by clID.
    Registrar(String),
    /// An operator, by the name of the account that used the admin socket.
    Operator(String),
    /// The registry itself.
    System,
}

/// Who asked, how the command is known to both sides, and when it was decided.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Origin {
    /// Who asked.
    pub actor: Actor,
    /// The client's transaction identifier.
    pub cl_trid: Option<String>,
    /// The server's transaction identifier.
    pub sv_trid: String,
    /// The command, as `domain:create`.
    pub command: String,
    /// When it was decided.
    pub time: Timestamp,
}

/// One change of a transaction.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A domain is as given.
    PutDomain(Domain),
    /// A domain is gone.
    DeleteDomain {
        /// Its name.
        name: String,
    },
    /// A host is as given.
    PutHost(Host),
    /// A host is gone.
    DeleteHost {
        /// Its object id.
        id: u64,
    },
    /// A contact is as given.
    PutContact(Contact),
    /// A contact is gone.
    DeleteContact {
        /// Its handle.
        id: String,
    },
    /// A registrar is as given.
    PutRegistrar(Registrar),
    /// A TLD is as given.
    PutTld(Tld),
    /// The prices of a TLD are as given.
    PutPriceList(PriceList),
    /// A list of a TLD is as given.
    PutNameList(NameList),
    /// A list of a TLD is gone.
    DeleteNameList {
        /// The TLD.
        tld: String,
        /// The list's name.
        name: String,
    },
    /// A registrar's account is as given.
    PutAccount(Account),
    /// The registry's policy is as given.
    PutPolicy(Policy),
    /// A table of internationalized labels is as given.
    PutIdnTable(IdnTable),
    /// A table of internationalized labels is gone.
    DeleteIdnTable {
        /// Its tag.
        tag: String,
    },
    /// An allocation token is as given. There is no change that takes one away.
    PutToken(Token),
    /// A maintenance event is as given.
    PutMaintenance(Maintenance),
    /// A maintenance event is gone.
    DeleteMaintenance {
        /// Its identifier.
        id: String,
    },
    /// A client of RDAP is as given.
    PutRdapClient(RdapClient),
    /// A client of RDAP is gone.
    DeleteRdapClient {
        /// Its name.
        name: String,
    },
    /// What was deposited of a TLD is as given.
    PutEscrowHistory(EscrowHistory),
    /// A line joins a registrar's billing ledger. There is no change that takes one away.
    PutBillingLine(BillingLine),
    /// The launch of a TLD is as given.
    PutLaunchPlan(LaunchPlan),
    /// A TLD has no plan of a launch any more.
    DeleteLaunchPlan {
        /// The TLD.
        tld: String,
    },
    /// An application is as given.
    PutApplication(Application),
    /// An application is gone.
    DeleteApplication {
        /// Its identifier.
        id: String,
    },
    /// The marks of a domain, or of what is applied for, are as given.
    PutMarks {
        /// The domain's ROID.
        roid: String,
        /// All of them.
        marks: Marks,
    },
    /// The marks of a domain are gone.
    DeleteMarks {
        /// The domain's ROID.
        roid: String,
    },
    /// The labels of a list that are in one shard are as given.
    PutTrademarkLabels {
        /// [`key::trademark`].
        key: [u8; 2],
        /// All of them.
        labels: TrademarkLabels,
    },
    /// The revoked signed marks of one shard are as given.
    PutRevokedSmds {
        /// The shard.
        shard: u8,
        /// All of them.
        smds: RevokedSmds,
    },
    /// A line joins those to report. There is no change that takes one away.
    PutLordnLine(LordnLine),
    /// A message joins a registrar's queue.
    PutPollMessage(PollMessage),
    /// A message leaves a registrar's queue.
    DeletePollMessage {
        /// Whose queue.
        registrar: String,
        /// Which message.
        number: u64,
    },
    /// The texts of an object's statuses are as given.
    PutStatusNotes {
        /// Of which object: [`key::status_notes`].
        key: Vec<u8>,
        /// All of them.
        notes: StatusNotes,
    },
    /// No status of an object has a text any more.
    DeleteStatusNotes {
        /// Of which object: [`key::status_notes`].
        key: Vec<u8>,
    },
}

impl Change {
    /// The change as the log and the index keep it.
    pub fn seal(&self) -> Sealed {
        match self {
            Self::PutDomain(domain) => Sealed::put(domain.name.as_bytes(), domain),
            Self::DeleteDomain { name } => Sealed::delete(Kind::Domain, name.clone().into_bytes()),
            Self::PutHost(host) => Sealed::put(&key::host(host.id), host),
            Self::DeleteHost { id } => Sealed::delete(Kind::Host, key::host(*id).to_vec()),
            Self::PutContact(contact) => Sealed::put(contact.id.as_bytes(), contact),
            Self::DeleteContact { id } => Sealed::delete(Kind::Contact, id.clone().into_bytes()),
            Self::PutRegistrar(registrar) => Sealed::put(registrar.clid.as_bytes(), registrar),
            Self::PutTld(tld) => Sealed::put(tld.name.as_bytes(), tld),
            Self::PutPriceList(list) => Sealed::put(list.tld.as_bytes(), list),
            Self::PutNameList(list) => Sealed::put(&key::name_list(&list.tld, &list.name), list),
            Self::DeleteNameList { tld, name } => Sealed::delete(Kind::NameList, key::name_list(tld, name)),
            Self::PutAccount(account) => Sealed::put(account.clid.as_bytes(), account),
            Self::PutPolicy(policy) => Sealed::put(key::POLICY, policy),
            Self::PutIdnTable(table) => Sealed::put(table.tag.as_bytes(), table),
            Self::DeleteIdnTable { tag } => Sealed::delete(Kind::IdnTable, tag.clone().into_bytes()),
            Self::PutToken(token) => Sealed::put(token.token.as_bytes(), token),
            Self::PutEscrowHistory(history) => Sealed::put(history.tld.as_bytes(), history),
            Self::PutMaintenance(event) => Sealed::put(event.event.id.as_bytes(), event),
            Self::DeleteMaintenance { id } => Sealed::delete(Kind::Maintenance, id.clone().into_bytes()),
            Self::PutRdapClient(client) => Sealed::put(client.name.as_bytes(), client),
            Self::DeleteRdapClient { name } => Sealed::delete(Kind::RdapClient, name.clone().into_bytes()),
            Self::PutBillingLine(line) => Sealed::put(&key::billing_line(&line.registrar, line.number), line),
            Self::PutLaunchPlan(plan) => Sealed::put(plan.tld.as_bytes(), plan),
            Self::DeleteLaunchPlan { tld } => Sealed::delete(Kind::LaunchPlan, tld.clone().into_bytes()),
            Self::PutApplication(application) => Sealed::put(application.id.as_bytes(), application),
            Self::DeleteApplication { id } => Sealed::delete(Kind::Application, id.clone().into_bytes()),
            Self::PutMarks { roid, marks } => Sealed::put(roid.as_bytes(), marks),
            Self::DeleteMarks { roid } => Sealed::delete(Kind::Marks, roid.clone().into_bytes()),
            Self::PutTrademarkLabels { key, labels } => Sealed::put(key, labels),
            Self::PutRevokedSmds { shard, smds } => Sealed::put(&[*shard], smds),
            Self::PutLordnLine(line) => Sealed::put(&key::lordn_line(&line.tld, line.kind, line.number), line),
            Self::PutPollMessage(message) => {
                Sealed::put(&key::poll_message(&message.registrar, message.number), message)
            }
            Self::DeletePollMessage { registrar, number } => {
                Sealed::delete(Kind::PollMessage, key::poll_message(registrar, *number))
            }
            Self::PutStatusNotes { key, notes } => Sealed::put(key, notes),
            Self::DeleteStatusNotes { key } => Sealed::delete(Kind::StatusNotes, key.clone()),
        }
    }
}

/// What a decision changed. Applying it needs no rule and cannot fail.
#[derive(Clone, Debug, PartialEq)]
pub struct Transaction {
    /// Its place among all transactions, from 1; also the object id of what it creates.
    pub sequence: u64,
    /// Who asked, and when.
    pub origin: Origin,
    /// What changed, in order.
    pub changes: Vec<Change>,
}

/// A transaction in the form the log holds.
#[derive(Clone, Debug, Archive, Serialize, Deserialize)]
pub struct Entry {
    /// As [`Transaction::sequence`].
    pub sequence: u64,
    /// As [`Transaction::origin`].
    pub origin: Origin,
    /// As [`Transaction::changes`].
    pub changes: Vec<EntryChange>,
}

/// A change in the form the log holds.
#[derive(Clone, Debug, Archive, Serialize, Deserialize)]
pub struct EntryChange {
    /// What marks the record's kind and version: [`version::tag`].
    pub kind: u8,
    /// Key within the kind.
    pub key: Vec<u8>,
    /// The record's archive; `None` for a delete.
    pub record: Option<Vec<u8>>,
}

/// Log bytes that are not a batch of transactions though their checksum holds: another version wrote them, or a bug.
#[derive(Debug)]
pub struct BadBatch(pub String);

impl std::fmt::Display for BadBatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expected a batch of transactions, found: {}", self.0)
    }
}

impl std::error::Error for BadBatch {}

impl Entry {
    /// The entry of a transaction whose changes were sealed.
    pub fn new(sequence: u64, origin: Origin, changes: &[Sealed]) -> Self {
        let changes = changes.iter().map(|change| EntryChange {
            kind: version::tag(change.kind),
            key: change.key.clone(),
            record: change.bytes.as_ref().map(|bytes| bytes.to_vec()),
        });
        Self { sequence, origin, changes: changes.collect() }
    }

    /// The changes, aligned and validated.
    ///
    /// # Errors
    /// [`BadBatch`] when a kind is unknown or derived, or a record is not what its kind says.
    pub fn sealed(&self) -> Result<Vec<Sealed>, BadBatch> {
        self.changes.iter().map(EntryChange::sealed).collect()
    }
}

impl EntryChange {
    fn sealed(&self) -> Result<Sealed, BadBatch> {
        let version = Version::of(self.kind).filter(|version| !version.kind.is_derived());
        let version = version.ok_or_else(|| BadBatch(format!("a change of kind {}", self.kind)))?;
        let bytes = self.record.as_deref().map(|record| {
            let mut bytes = AlignedVec::with_capacity(record.len());
            bytes.extend_from_slice(record);
            version.present(bytes).map_err(|error| BadBatch(error.to_string()))
        });
        Ok(Sealed { kind: version.kind, key: self.key.clone(), bytes: bytes.transpose()? })
    }
}

/// Encodes a batch for one log frame; it takes about so many octets.
pub fn encode_batch(entries: &Vec<Entry>, octets: usize) -> AlignedVec {
    seal::archive_with_room(entries, octets)
}

/// Decodes a log frame's payload.
///
/// # Errors
/// [`BadBatch`] when the payload is no batch.
pub fn decode_batch(payload: &[u8]) -> Result<Vec<Entry>, BadBatch> {
    let mut aligned: AlignedVec = AlignedVec::with_capacity(payload.len());
    aligned.extend_from_slice(payload);
    rkyv::from_bytes::<Vec<Entry>, Error>(&aligned).map_err(|error| BadBatch(error.to_string()))
}
