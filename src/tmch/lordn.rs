//! The list of registered domain names that is reported to the clearinghouse (LORDN, RFC 9361, section 6.3), written from the
//! lines that the registry keeps.

use crate::base::timestamp::Timestamp;
use crate::model::launch_record::{LordnKind, LordnLine};
use crate::tmch::moment;

/// What stands for the notice, and for its acceptance, of a label that entered the list less than a day before.
const RECENT: &str = "recent-dnl-insertion";

/// One file of that kind, made at `created`, which is also what makes it different from every other file. `lines` are all of
/// the kind; the clearinghouse takes no file without any.
///
/// # Errors
/// The numbers of the lines whose registrar has no IANA id.
pub fn file(kind: LordnKind, created: Timestamp, lines: &[LordnLine]) -> Result<String, Vec<u64>> {
    let mut out = String::with_capacity(128 * (lines.len() + 2));
    out.push_str("1,");
    moment::write(&mut out, created);
    out.push_str(&format!(",{}\n", lines.len()));
    out.push_str(match kind {
        LordnKind::Sunrise => "roid,domain-name,SMD-id,registrar-id,registration-datetime,application-datetime\n",
        LordnKind::Claims => {
            "roid,domain-name,notice-id,registrar-id,registration-datetime,ack-datetime,application-datetime\n"
        }
    });
    let mut nameless = Vec::new();
    for line in lines {
        match line.iana_id {
            Some(registrar) => written(&mut out, kind, line, registrar),
            None => nameless.push(line.number),
        }
    }
    if nameless.is_empty() { Ok(out) } else { Err(nameless) }
}

fn written(out: &mut String, kind: LordnKind, line: &LordnLine, registrar: u32) {
    let proof = if line.proof.is_empty() { RECENT } else { &line.proof };
    out.push_str(&format!("{},{},{proof},{registrar},", line.roid, line.name));
    moment::write(out, line.registered);
    if kind == LordnKind::Claims {
        out.push(',');
        match line.accepted {
            Some(accepted) => moment::write(out, accepted),
            None => out.push_str(RECENT),
        }
    }
    if let Some(applied) = line.applied {
        out.push(',');
        moment::write(out, applied);
    }
    out.push('\n');
}
