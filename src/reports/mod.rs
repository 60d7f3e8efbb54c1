//! Floor 2: what the registry owes others in figures. Pure: what was measured comes in, a report goes out.
//!
//! | file | idea |
//! | --- | --- |
//! | [`sla_record`] | what is kept of service levels, line by line |
//! | [`sla_month`] | what the lines of a month come to |
//! | [`sla_report`] | the monthly service levels of Specification 10, each with a verdict |

pub mod sla_month;
pub mod sla_record;
pub mod sla_report;
