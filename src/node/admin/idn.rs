//! Tables of internationalized labels as an operator reads them, what one says of a label, and the compiling of a new one.

use serde::{Deserialize, Serialize};

use crate::base::limits::ADMIN_ROWS;
use crate::lgr::ArchivedMeta;
use crate::model::idn::{ArchivedIdnPolicy, ArchivedIdnTable, ArchivedTldTable, variant_key};
use crate::model::operator::{IdnLoad, Named, OperatorCommand};
use crate::model::record::Kind;
use crate::model::view::View;
use crate::node::admin::inquiry::{check_tld, missing};
use crate::node::admin::{AdminFailure, refused};
use crate::node::shard::Shard;
use crate::registry::operator::idn;
use crate::runtime::offload::Busy;
use crate::ulabel;

/// Variants that a judgement shows.
const VARIANTS_SHOWN: usize = 50;

/// A label, and what is to judge it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdnJudge {
    /// The table's tag.
    pub tag: String,
    /// The label: an A-label, or in Unicode.
    pub label: String,
    /// Where registered names are looked for that have it as a variant.
    #[serde(default)]
    pub tld: Option<String>,
}

/// A table.
#[derive(Debug, Serialize)]
pub(super) struct TableRow {
    tag: String,
    /// How often it has been loaded.
    version: u32,
    loaded: String,
    code_points: u64,
    sequences: usize,
    variants: usize,
    languages: Vec<String>,
    /// TLDs that have it.
    tlds: Vec<String>,
}

/// A table, with what it says about itself.
#[derive(Debug, Serialize)]
pub(super) struct TableDetails {
    #[serde(flatten)]
    row: TableRow,
    rules: usize,
    actions: usize,
    table_version: Option<String>,
    date: Option<String>,
    valid_from: Option<String>,
    valid_until: Option<String>,
    unicode: Option<String>,
    /// Each as `domain: shop`.
    scopes: Vec<String>,
    /// Each TLD that has it as `shop=same-holder`.
    policies: Vec<String>,
}

/// What a table says of a label.
#[derive(Debug, Serialize)]
pub(super) struct JudgedRow {
    table: String,
    /// In Unicode.
    label: String,
    a_label: Option<String>,
    /// Why it is no U-label of IDNA2008, whatever the table says.
    no_u_label: Option<String>,
    disposition: String,
    reason: String,
    /// Equal for all its variants; none where the table does not have it.
    key: Option<String>,
    /// Some of its variants, each as `son: allocatable`.
    variants: Vec<String>,
    /// Whether these are all.
    all_variants: bool,
    /// Where was looked for registered names.
    tld: Option<String>,
    /// `blocked` or `same-holder`: who may have a variant there.
    policy: Option<&'static str>,
    /// Names that are registered there and share the key: the first of them.
    registered: Vec<String>,
}

/// All tables, by tag.
pub(super) fn all(view: &impl View) -> Vec<TableRow> {
    let tables = view.directory(Kind::IdnTable).filter_map(|tag| view.idn_table(tag));
    tables.map(|table| row(view, table)).collect()
}

/// A table.
pub(super) fn show(view: &impl View, tag: &str) -> Result<TableDetails, AdminFailure> {
    let table = table_of(view, tag)?;
    let (meta, size) = (&table.lgr.meta, table.lgr.size());
    let text = |text: Option<&rkyv::string::ArchivedString>| text.map(ToString::to_string);
    let policies = idn::users(view, tag).filter_map(|tld| {
        let used = view.tld(tld)?.idn_policy.tables.iter().find(|used| used.tag == *tag)?;
        Some(format!("{tld}={}", Named::name(used.variants.get())))
    });
    Ok(TableDetails {
        row: row(view, table),
        rules: size.rules,
        actions: size.actions,
        table_version: text(meta.version.as_ref()),
        date: text(meta.date.as_ref()),
        valid_from: text(meta.validity_start.as_ref()),
        valid_until: text(meta.validity_end.as_ref()),
        unicode: unicode(meta),
        scopes: meta.scopes.iter().map(|scope| format!("{}: {}", scope.kind, scope.value)).collect(),
        policies: policies.collect(),
    })
}

fn unicode(meta: &ArchivedMeta) -> Option<String> {
    meta.unicode_version.as_ref().map(|version| format!("{}.{}.{}", version.0, version.1, version.2))
}

fn row(view: &impl View, table: &ArchivedIdnTable) -> TableRow {
    let size = table.lgr.size();
    TableRow {
        tag: table.tag.to_string(),
        version: table.version.to_native(),
        loaded: table.loaded.get().to_string(),
        code_points: size.code_points,
        sequences: size.sequences,
        variants: size.variants,
        languages: table.lgr.meta.languages.iter().map(ToString::to_string).collect(),
        tlds: idn::users(view, &table.tag).map(str::to_owned).collect(),
    }
}

fn table_of<'v>(view: &'v impl View, tag: &str) -> Result<&'v ArchivedIdnTable, AdminFailure> {
    view.idn_table(tag).ok_or_else(|| missing("IDN table", tag, "idn list shows all"))
}

/// What a table says of a label, and which registered names stand in its way. The variants of a long label can take a fifth of
/// a second, so they are found on the threads for slow work.
///
/// # Errors
/// No such table or TLD, a label that is none, or no thread for it.
pub(super) async fn judged(shard: &Shard, asked: IdnJudge) -> Result<JudgedRow, AdminFailure> {
    let reader = shard.index.clone();
    shard.common.logins.aside(move || judge(&reader.pin(), &asked)).await.map_err(busy)?
}

fn busy(busy: Busy) -> AdminFailure {
    AdminFailure { code: 2400, message: busy.to_string() }
}

fn judge(view: &impl View, asked: &IdnJudge) -> Result<JudgedRow, AdminFailure> {
    let table = table_of(view, &asked.tag)?;
    let policy = asked.tld.as_deref().map(|tld| policy_of(view, tld, &asked.tag)).transpose()?;
    let given = asked.label.as_str();
    let refused = |fault: ulabel::LabelFault| AdminFailure { code: 2005, message: format!("{given}: {fault}") };
    let lower = given.to_ascii_lowercase();
    let label = if lower.starts_with("xn--") { ulabel::decode(&lower).map_err(refused)? } else { lower };
    // What no label can be is not worth the time of the threads: a request can be megabytes.
    if label.chars().count() > ulabel::LABEL_OCTETS {
        return Err(AdminFailure { code: 2005, message: ulabel::LabelFault::TooLong.to_string() });
    }
    // What is ASCII is its own A-label, and no U-label.
    let a_label = if label.is_ascii() { Ok(label.clone()) } else { ulabel::a_label(&label) };
    let judgement = table.lgr.judge(&label);
    let key = judgement.has_label().then(|| variant_key(&asked.tag, &table.lgr.variant_key(&label)));
    let found = table.lgr.variants(&label, VARIANTS_SHOWN);
    let shown = found.labels.iter().map(|found| format!("{}: {}", found.label, found.disposition.name));
    let registered = match (&asked.tld, &key) {
        (Some(tld), Some(key)) => {
            let itself = a_label.as_ref().ok().map(|label| format!("{label}.{tld}"));
            let names = view.variants(tld, key).filter(|name| itself.as_deref() != Some(name));
            names.take(ADMIN_ROWS).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    };
    Ok(JudgedRow {
        table: asked.tag.clone(),
        disposition: judgement.disposition.to_owned(),
        reason: judgement.reason.to_string(),
        key: key.map(|key| key.iter().map(|octet| format!("{octet:02x}")).collect()),
        variants: shown.collect(),
        all_variants: found.is_complete,
        no_u_label: a_label.as_ref().err().map(ToString::to_string),
        a_label: a_label.ok(),
        label,
        tld: asked.tld.clone(),
        policy,
        registered,
    })
}

/// What a TLD makes of the variants of one of its tables.
fn policy_of(view: &impl View, name: &str, tag: &str) -> Result<&'static str, AdminFailure> {
    check_tld(view, name)?;
    let tables = view.tld(name).map_or(&[][..], |tld| &tld.idn_policy.tables);
    let used = tables.iter().find(|table| table.tag == *tag);
    let advice = "tld set --idn-tables gives it tables";
    let message = || AdminFailure { code: 2306, message: format!("TLD {name} does not have table {tag}; {advice}") };
    used.map(|table| Named::name(table.variants.get())).ok_or_else(message)
}

/// A TLD's tables as `tld set --idn-tables` takes them.
pub(super) fn used(policy: &ArchivedIdnPolicy) -> Vec<String> {
    let shown = |table: &ArchivedTldTable| format!("{}={}", table.tag, Named::name(table.variants.get()));
    policy.tables.iter().map(shown).collect()
}

/// The command that loads a table. It is compiled on the threads for slow work, since the ledger must not wait for it: a
/// large table takes as long as thousands of commands.
///
/// # Errors
/// A table that is none, or no thread for it.
pub(super) async fn compiled(shard: &Shard, load: IdnLoad) -> Result<OperatorCommand, AdminFailure> {
    let compiled = shard.common.logins.aside(move || idn::compile(load)).await;
    compiled.map_err(busy)?.map(OperatorCommand::IdnLoad).map_err(|refusal| refused(&refusal.into()))
}
