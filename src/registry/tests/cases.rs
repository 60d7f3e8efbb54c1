//! Tables of all operations: in which state who commands what, and the result code. One text file for each below `cases/`.
//!
//! A row is `state | who | command | code | remark`. The state is told in `cases/states.txt`, who is A, B or C, and the command
//! is what stands in the EPP frame of the file's operation, as words: it becomes a frame that the decoder reads like any other.
//! So a row is about the rules; a frame that the decoder refuses is in no table.
//!
//! # Words
//!
//! - The name or handle of the object is a word alone, in checks many of them, and so is the msgID of a poll:ack.
//! - Everything else has a key. Where it is the name of the element it is not told here: `registrant=jd1234`.
//! - `hosts=del`: which hosts an info lists.
//! - `years=2` or `months=18`: the period; `exp=2027-11-21`: the current expiry.
//! - `ns=ns1.example.com,ns2.example.com`: host objects; `nsattr=ns1.foo.attr/192.0.2.1`: host attributes with
//!   what addresses they have; `addr=192.0.2.1`: addresses, by their
//!   form IPv4 or IPv6, or as said: `addr=v6:192.0.2.1`.
//! - `admin=sh8013`, `tech=`, `billing=`: contacts of a domain; `contact=`: one without type.
//! - `pw=2fooBAR`: the authInfo, empty in a create without; `roid=jd1234`: whose it is, by handle, name or ROID; `auth=ext`:
//!   one that is no password; `auth=null`: none (`<domain:null/>`).
//! - Updates: `+ns=`, `-admin=`, `+status=clientHold`, `-addr=` and so on are added and removed; `text=` and `lang=` stand
//!   beside the first status; `+=`, `-=` and `chg=` are empty elements; what has no sign is changed.
//! - Contacts: those of a create are whole, with what is said changed; `type=int,loc` are two postal infos; `voice=+1.7035555555`
//!   `voice-x=12`; `disclose=voice,email`: what is withheld, `disclose=`: nothing.
//! - `fee=22.00` `currency=EUR`: the fee extension; in a check the commands that are asked about, `fee=create,renew`, with
//!   `years=`, `phase=`, `subphase=` and `customName=`.
//! - DNSSEC data: `ds="12345 13 2 49FD…"`, with a key behind it or without, and `key="257 3 13 oJMR…"`; in updates `+ds=`, `-ds=`,
//!   `+key=`, `-key=`, `-all=true` and `urgent=true`; `life=` is the maxSigLife of a create or a change, `+life=` that of an
//!   addition; `secdns=`: a `secDNS:update` with nothing in it.
//! - `token=any`: an allocation token; in an info, `token=?` asks for it.
//! - `ttl=NS:3600,DS:`: TTLs, an empty one for the TLD's; `ttl=custom/SVCB:60`; in an info `ttl=0` or `ttl=1`, the policy.
//! - `table=latin`, `uname=sön.test`: the IDN table that a check or a create names, and the name in Unicode.
//! - Restores: `op=request` or `op=report`; `report=` a report, whole but for what is said of `pre=`, `post=`, `deleted=` and
//!   `restored=` (moments, or days from now), `reason=`, `statements=` (how many).
//! - Launches: `in=sunrise` or `in=custom:name` is the phase; `make=application` the type of a create, `code=` a code,
//!   `smd=` an encoded signed mark, `notice=` a claims notice (`good`, `expired`, `old`, `early` or `other`, of the name in the
//!   command, `foreign`: of another validator); `form=avail` that of a check; `app=first` or `app=last` the application, `marks=1`: with its marks.
//! - `"two words"` are one; `x{1..3}` are three, with a number each; `{x*256}` is one, of 256 times that text.

mod frames;
mod idn;
mod launch;
mod notation;
mod states;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::epp::decode;
use crate::model::command::{Action, Frame, Transform};
use crate::registry::invariants;
use crate::registry::testing::{A, B, C, World, code};
use crate::registry::tests::cases::notation::Words;

/// An operation, the source of its rule, and its table.
struct Operation {
    name: &'static str,
    path: &'static str,
    source: &'static str,
    table: &'static str,
}

macro_rules! operations {
    ($($name:literal $path:literal $table:literal,)*) => {
        [$(Operation {
            name: $name,
            path: $path,
            source: include_str!(concat!("../", $path, ".rs")),
            table: include_str!(concat!("cases/", $table, ".txt")),
        },)*]
    };
}

const OPERATIONS: [Operation; 35] = operations![
    "domain:check" "domain/check" "domain/check",
    "domain:info" "domain/info" "domain/info",
    "domain:create" "domain/create" "domain/create",
    "domain:update" "domain/update" "domain/update",
    "domain:restore" "domain/restore" "domain/restore",
    "domain:delete" "domain/delete" "domain/delete",
    "domain:renew" "domain/renew" "domain/renew",
    "domain:transfer-query" "domain/transfer_query" "domain/transfer_query",
    "domain:transfer-request" "domain/transfer_request" "domain/transfer_request",
    "domain:transfer-approve" "domain/transfer_approve" "domain/transfer_approve",
    "domain:transfer-reject" "domain/transfer_reject" "domain/transfer_reject",
    "domain:transfer-cancel" "domain/transfer_cancel" "domain/transfer_cancel",
    "domain:launch-check" "launch/check" "launch/check",
    "domain:launch-info" "launch/info" "launch/info",
    "domain:launch-update" "launch/application_update" "launch/update",
    "domain:launch-delete" "launch/application_delete" "launch/delete",
    "host:check" "host/check" "host/check",
    "host:info" "host/info" "host/info",
    "host:create" "host/create" "host/create",
    "host:update" "host/update" "host/update",
    "host:delete" "host/delete" "host/delete",
    "contact:check" "contact/check" "contact/check",
    "contact:info" "contact/info" "contact/info",
    "contact:create" "contact/create" "contact/create",
    "contact:update" "contact/update" "contact/update",
    "contact:delete" "contact/delete" "contact/delete",
    "contact:transfer-query" "contact/transfer_query" "contact/transfer_query",
    "contact:transfer-request" "contact/transfer_request" "contact/transfer_request",
    "contact:transfer-approve" "contact/transfer_approve" "contact/transfer_approve",
    "contact:transfer-reject" "contact/transfer_reject" "contact/transfer_reject",
    "contact:transfer-cancel" "contact/transfer_cancel" "contact/transfer_cancel",
    "poll:req" "poll/request" "poll/request",
    "poll:ack" "poll/ack" "poll/ack",
    "balance:info" "billing" "balance_info",
    "maint:info" "maintenance" "maint_info",
];

struct Row<'t> {
    /// The line, for people.
    line: &'t str,
    state: &'t str,
    clid: &'static str,
    command: &'t str,
    code: u16,
}

impl Operation {
    fn rows(&self) -> Vec<Row<'static>> {
        let lines = self.table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(row).collect()
    }

    fn listed(&self) -> BTreeSet<u16> {
        listed(self.source)
    }
}

/// The codes that the doc comment of a rule lists below `# Result codes`.
fn listed(source: &str) -> BTreeSet<u16> {
    let (_, list) = source.split_once("/// # Result codes\n").expect("a list of result codes");
    let lines = list.lines().map_while(|line| line.strip_prefix("/// "));
    let items = lines.take_while(|line| line.starts_with("- ") || line.starts_with("  "));
    let codes = items.filter_map(|line| line.strip_prefix("- "));
    codes.map(|item| item.get(..4).and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("{item}"))).collect()
}

fn row(line: &str) -> Row<'_> {
    let columns: Vec<&str> = line.split('|').map(str::trim).collect();
    let [state, who, command, code, _remark] = columns[..] else { panic!("five columns: {line}") };
    let clid = match who {
        "A" => A,
        "B" => B,
        "C" => C,
        _ => panic!("A, B or C: {line}"),
    };
    Row { line, state, clid, command, code: code.parse().expect(line) }
}

/// The name of the operation that a transform is; a restore is an update by its frame, and has a list of its own.
pub(super) fn operation(command: &Transform) -> &'static str {
    match command {
        Transform::DomainUpdate(update) if update.restore.is_some() => "domain:restore",
        _ => command.name(),
    }
}

/// Whether the operation's list has the code.
pub(super) fn is_listed(operation: &str, code: u16) -> bool {
    static LISTS: LazyLock<BTreeMap<&str, BTreeSet<u16>>> =
        LazyLock::new(|| OPERATIONS.iter().map(|operation| (operation.name, operation.listed())).collect());
    LISTS.get(operation).is_some_and(|codes| codes.contains(&code))
}

/// What a frame asks for, by the real decoder, with its extensions.
fn action(frame: &str) -> Action<'_> {
    let decoded = decode::decode(frame.as_bytes()).unwrap_or_else(|failure| panic!("{failure}\n{frame}"));
    let Frame::Command(mut envelope) = decoded else { panic!("no command: {frame}") };
    if let Some(extensions) = envelope.extensions {
        assert!(extensions.unknown.is_empty(), "{frame}");
        extensions.extend(&mut envelope.action);
    }
    envelope.action
}

/// The operation that a frame is.
fn name(action: &Action<'_>) -> &'static str {
    match action {
        Action::Query(query) => query.name(),
        Action::Transform(command) => operation(command),
        other => panic!("no query and no transform: {other:?}"),
    }
}

/// What comes out of a row, and why, where it is a refusal.
fn outcome(operation: &Operation, row: &Row<'_>) -> (u16, String) {
    let mut world = states::world(row.state);
    let frame = frames::frame(operation.name, Words::read(row.command), &world);
    let action = action(&frame);
    assert_eq!(name(&action), operation.name, "{}", row.line);
    match action {
        Action::Transform(command) => transformed(&mut world, row, &command),
        Action::Query(query) => {
            let answer = world.ask(row.clid, &query);
            (code(&answer), answer.err().map_or_else(String::new, |refusal| refusal.to_string()))
        }
        other => panic!("{other:?}"),
    }
}

/// Carries a transform out: the registry is whole then, or as it was.
fn transformed(world: &mut World, row: &Row<'_>, command: &Transform) -> (u16, String) {
    let before = world.sequence;
    match world.run(row.clid, command) {
        Ok((success, _)) => {
            invariants::check(&world.memory, world.now).unwrap_or_else(|broken| panic!("{}\n{broken}", row.line));
            (success.code(), String::new())
        }
        Err(refusal) => {
            // Rules only read the view: what changes is a transaction.
            assert_eq!(world.sequence, before, "refused, and yet something changed: {}", row.line);
            (refusal.code(), refusal.to_string())
        }
    }
}

#[test]
fn every_row_comes_out_as_its_table_says() {
    let (mut count, mut wrong) = (0, Vec::new());
    for operation in &OPERATIONS {
        for row in operation.rows() {
            count += 1;
            let (found, why) = outcome(operation, &row);
            if found != row.code {
                wrong.push(format!("{}: {}\n    found {found} {why}", operation.name, row.line));
            }
        }
    }
    println!("{count} rows");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_listed_code_has_a_row_and_each_row_has_a_listed_code() {
    let mut wrong = Vec::new();
    for operation in &OPERATIONS {
        let listed = operation.listed();
        let shown: BTreeSet<u16> = operation.rows().iter().map(|row| row.code).collect();
        wrong.extend(listed.difference(&shown).map(|code| format!("{}: no row for {code}", operation.name)));
        wrong.extend(shown.difference(&listed).map(|code| format!("{}: {code} is not listed", operation.name)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // What a check of fees refuses, the check does.
    let fees = listed(include_str!("../domain/fees.rs"));
    assert!(fees.iter().all(|code| is_listed("domain:check", *code)), "{fees:?}");
}

/// Every command of the tables in every state of theirs, whoever gives it.
#[test]
fn no_other_code_comes_out_in_any_state() {
    let rows: Vec<_> =
        OPERATIONS.iter().flat_map(|operation| operation.rows().into_iter().map(move |row| (operation, row))).collect();
    let states: BTreeSet<&str> = rows.iter().map(|(_, row)| row.state).collect();
    let commands: BTreeMap<(&str, &str), &Operation> =
        rows.iter().map(|(operation, row)| ((operation.name, row.command), *operation)).collect();
    let (mut count, mut wrong) = (0, BTreeSet::new());
    for state in &states {
        let world = states::world(state);
        for (name, command) in commands.keys() {
            let frame = frames::frame(name, Words::read(command), &world);
            let action = action(&frame);
            for clid in [A, B, C] {
                count += 1;
                let found = match &action {
                    Action::Transform(command) => world.judged(clid, command),
                    Action::Query(query) => code(&world.ask(clid, query)),
                    other => panic!("{other:?}"),
                };
                if !is_listed(name, found) {
                    wrong.insert(format!("{name}: {state} | {clid} | {command} | {found}"));
                }
            }
        }
    }
    println!("{} states, {} commands, {count} outcomes", states.len(), commands.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_rule_that_a_command_goes_to_has_a_table() {
    let dispatch = concat!(include_str!("../decide.rs"), include_str!("../query.rs"));
    let calls = dispatch.split(|c: char| !(c.is_alphanumeric() || "_:".contains(c)));
    let rules = calls.filter_map(|call| call.strip_suffix("::decide").or_else(|| call.strip_suffix("::answer")));
    let rules: BTreeSet<String> = rules.map(|rule| rule.replace("::", "/")).collect();
    // An update calls that one.
    let known = OPERATIONS.iter().map(|operation| operation.path.to_owned()).filter(|path| path != "domain/restore");
    let known: BTreeSet<String> = known.collect();
    let wrong: Vec<_> = rules.symmetric_difference(&known).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn every_state_is_told_and_taken() {
    let lines = states::TOLD.lines().filter_map(|line| line.split_once('|'));
    let told: BTreeSet<&str> = lines.map(|(name, _)| name.trim()).filter(|name| !name.is_empty()).collect();
    let rows: Vec<Row<'_>> = OPERATIONS.iter().flat_map(Operation::rows).collect();
    let words = rows.iter().flat_map(|row| row.state.split_whitespace());
    let taken: BTreeSet<&str> = words.filter(|word| !word.contains(':')).collect();
    let wrong: Vec<_> = told.symmetric_difference(&taken).filter(|name| !name.starts_with('#')).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
