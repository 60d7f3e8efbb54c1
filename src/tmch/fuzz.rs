//! What must hold for every input; fuzz targets call these.

use crate::base::limits::SMD_BYTES;
use crate::base::timestamp::Timestamp;
use crate::model::operator_launch::TmchList;
use crate::tmch::lists::parse;
use crate::tmch::trust::Trust;
use crate::tmch::{SmdFault, proof, shape, smd, tree};

/// Signed marks: nothing panics, neither the form nor the library that canonicalizes; what was not signed by a root is never
/// believed.
///
/// # Panics
///
/// When one of these does not hold.
pub fn fuzz_smd(trust: &Trust, data: &[u8]) {
    let now = Timestamp::from_micros(1_700_000_000_000_000);
    assert!(trust.validate(data, now).is_err(), "no fuzzer has the key of a root");
    let text = String::from_utf8_lossy(data);
    for document in [smd::of_file(&text), smd::of_base64(&text)].into_iter().flatten() {
        assert!(document.len() <= SMD_BYTES + 2);
    }
    let Ok(root) = tree::read(&text) else { return };
    let facts = shape::outline(&root).and_then(|()| shape::facts(&root, true));
    assert!(facts.is_err() || facts.is_ok_and(|facts| facts.labels.is_sorted()));
    if let Ok(signature) = shape::signature(&root) {
        let proved = proof::proved(&text, &signature, b"no certificate");
        assert!(matches!(
            proved,
            Err(SmdFault::Signature | SmdFault::Digest | SmdFault::Xml(_) | SmdFault::ManySignatures)
        ));
    }
}

/// Lists: nothing panics, entries are ascending, and a list that is not taken has a line that is wrong.
///
/// # Panics
///
/// When one of these does not hold.
pub fn fuzz_lists(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for kind in [TmchList::Dnl, TmchList::Surl, TmchList::Smdrl] {
        match parse(&text, kind) {
            Ok(list) => assert!(list.entries.is_sorted_by(|one, other| one.name < other.name)),
            Err(faults) => assert!(faults.iter().all(|fault| fault.line > 0) && !faults.is_empty()),
        }
    }
}
