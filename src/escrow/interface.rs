//! What ICANN's reporting interface answers (`iirdea:response`; draft-lozano-icann-registry-interfaces): its result codes, what
//! each of them means, and what is to be done about it.

use std::fmt;

/// `iirdea:result`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceResult {
    /// code.
    pub code: ResultCode,
    /// msg: what it means, in the interface's words.
    pub message: String,
    /// description: what it is about; white space collapsed.
    pub description: Option<String>,
    /// Whatever else it says: names of elements and their text.
    pub more: Vec<(String, String)>,
}

/// `code` of `iirdea:result`, 1000 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultCode {
    /// 1000: the only one that says that a report was taken.
    Accepted,
    /// 2001.
    Invalid,
    /// 2002.
    CutOff,
    /// 2003.
    Negative,
    /// 2004.
    Future,
    /// 2005.
    Version,
    /// 2006.
    OtherId,
    /// 2007: the only refusal that passes by itself.
    Disabled,
    /// 2008.
    BeforeTld,
    /// 2101.
    Totals,
    /// 2102.
    NotAccredited,
    /// 2103.
    TotalsField,
    /// 2105.
    NotUtf8,
    /// 2111.
    Month,
    /// 2202.
    OtherTld,
    /// 2205.
    NotFull,
    /// 2206.
    BothModels,
    /// 2209.
    NoTld,
    /// 2210.
    Rcdn,
    /// 2211.
    SameCounts,
    /// 2212.
    Name,
    /// Any other.
    Other(u16),
}

/// A code, its number, what it means, and what to do.
type Row = (ResultCode, u16, &'static str, &'static str);

/// All that are known.
const ROWS: [Row; 21] = {
    use ResultCode::*;
    const OURS: &str =
        "the report was made wrong: keep it with the interface's answer, and report that as a fault of the software";
    [
        (Accepted, 1000, "the report was accepted", "nothing is left to do"),
        (Invalid, 2001, "the report does not validate against its schema or template", OURS),
        (
            CutOff,
            2002,
            "there is a report for that time already, and the day until which it could be replaced has passed",
            "ask ICANN to open the month again if the report must be replaced; else there is nothing left to do",
        ),
        (Negative, 2003, "a number in the report is negative", OURS),
        (
            Future,
            2004,
            "the report is of a time that has not ended yet",
            "send it when the month, or the day, has ended in UTC; if it has, set the machine's clock right",
        ),
        (
            Version,
            2005,
            "the version of the report's form is not supported",
            "look for a release of the software that writes the form which the interface asks for",
        ),
        (OtherId, 2006, "the id in the report is not that of the URL", OURS),
        (
            Disabled,
            2007,
            "the interface is disabled for this TLD",
            "it is tried again; if it stays so, ask ICANN to enable the interface for the TLD",
        ),
        (
            BeforeTld,
            2008,
            "the report is of a time before the TLD was delegated or had its agreement",
            "report only months and days since the TLD's begin; if this one is, ask ICANN which day they have",
        ),
        (Totals, 2101, "the line of totals is not the sum of the lines above it", OURS),
        (
            NotAccredited,
            2102,
            "a registrar in the report is not accredited",
            "compare the IANA ids of the registrars with ICANN's list, and set the wrong one right",
        ),
        (TotalsField, 2103, "the second field of the line of totals is not empty", OURS),
        (NotUtf8, 2105, "the report is not UTF-8", OURS),
        (Month, 2111, "the month in the URL is none", OURS),
        (
            OtherTld,
            2202,
            "the TLD in the header of the report is not that of the URL",
            "send each report below the TLD that it is of; if it was, report that as a fault of the software",
        ),
        (
            NotFull,
            2205,
            "the report is of a differential deposit where a full one was expected",
            "make a full deposit for that day, and send its report",
        ),
        (BothModels, 2206, "the header counts domains of both models, csvDomain and rdeDomain", OURS),
        (NoTld, 2209, "the header names no TLD", OURS),
        (Rcdn, 2210, "a count has an attribute rcdn that is not expected there", OURS),
        (SameCounts, 2211, "several counts have the same uri, rcdn and registrarId", OURS),
        (
            Name,
            2212,
            "a label or a name in the report is not well-formed",
            "look at the description for the name, and give the TLD as it is delegated, in A-labels",
        ),
    ]
};

impl ResultCode {
    /// The code of this number.
    pub fn of(number: u16) -> Self {
        let row = ROWS.iter().find(|(_, known, ..)| *known == number);
        row.map_or(Self::Other(number), |(code, ..)| *code)
    }

    /// All codes that are known, in the order of their numbers.
    pub fn known() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|(code, ..)| *code)
    }

    fn row(self) -> Option<&'static Row> {
        ROWS.iter().find(|(code, ..)| *code == self)
    }

    /// Its number.
    pub fn number(self) -> u16 {
        match self {
            Self::Other(number) => number,
            _ => self.row().map_or(0, |(_, number, ..)| *number),
        }
    }

    /// What it means.
    pub fn meaning(self) -> &'static str {
        self.row().map_or("a code that is not known here", |(_, _, meaning, _)| meaning)
    }

    /// What the operator is to do.
    pub fn remedy(self) -> &'static str {
        let unknown = "look at the interface's own words; the report counts as not accepted until it says 1000";
        self.row().map_or(unknown, |(.., remedy)| remedy)
    }

    /// Whether the report counts as delivered.
    pub fn is_accepted(self) -> bool {
        self == Self::Accepted
    }

    /// Whether the same report may be accepted later, though nobody changes anything here.
    pub fn is_worth_retry(self) -> bool {
        self == Self::Disabled
    }
}

impl fmt::Display for InterfaceResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}); it says {:?}", self.code.number(), self.code.meaning(), self.message)?;
        if let Some(description) = &self.description {
            write!(f, ", {description:?}")?;
        }
        self.more.iter().try_for_each(|(name, text)| write!(f, ", {name} {text:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_one_code_and_only_1000_is_acceptance() {
        for code in ResultCode::known() {
            assert_eq!(ResultCode::of(code.number()), code);
            assert_eq!(
                ROWS.iter()
                    .filter(|(_, number, meaning, _)| *number == code.number() || *meaning == code.meaning())
                    .count(),
                1
            );
        }
        let passing: Vec<u16> = (1000..=9999).filter(|number| ResultCode::of(*number).is_accepted()).collect();
        assert_eq!(passing, [1000]);
        let later: Vec<u16> = (1000..=9999).filter(|number| ResultCode::of(*number).is_worth_retry()).collect();
        assert_eq!(later, [2007]);
        assert_eq!(ResultCode::of(2999).number(), 2999);
        assert!(ResultCode::of(2999).remedy().contains("not accepted"));
    }
}
