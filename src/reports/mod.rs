//! Floor 2: what the registry owes others in figures. Pure: what was measured comes in, a report goes out.
//!
//! | file | idea |
//! | --- | --- |
//! | [`sla_record`] | what is kept of service levels, line by line |
//! | [`sla_month`] | what the lines of a month come to |
//! | [`sla_report`] | the monthly service levels of Specification 10, each with a verdict |
//! | [`monthly`] | the two monthly reports of Specification 3 as files, and what their receiver checks |
//! | [`activity`] | what is counted for the one of them, and the file it is counted in |
//! | [`tally`] | what the log comes to for the other |

pub mod activity;
pub mod monthly;
pub mod sla_month;
pub mod sla_record;
pub mod sla_report;
pub mod tally;
