//! `domesday rdap`: the record for IANA.

use simd_json::prelude::*;

use crate::admin::{done, run};
use crate::world::{demo, directory, unique};

#[test]
fn the_bootstrap_record_leads_to_the_demo_for_all_its_tlds() {
    let tld = unique("boot");
    done(&["tld", "add", &tld, "--data-model", "minimum", "--repository-id", "BOOT"]);
    for (option, file) in [("--config", "registry.toml"), ("--target", "demo.json")] {
        let file = directory().join(file);
        let file = file.to_str().expect("a name in UTF-8");
        let mut output = run(&["rdap", "bootstrap", option, file, "--publication", "2026-02-03T04:05:06Z"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let record = simd_json::to_owned_value(&mut output.stdout).expect("JSON");
        assert_eq!(
            (record.get_str("version"), record.get_str("publication")),
            (Some("1.0"), Some("2026-02-03T04:05:06Z"))
        );
        let services = record.get_array("services").expect("services");
        assert_eq!(services.len(), 1, "{record}");
        let strings = |part: usize| {
            let items = services[0].get_idx(part).and_then(|part| part.as_array()).expect("an array");
            items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect::<Vec<_>>()
        };
        for expected in ["example", "test", &tld] {
            assert!(strings(0).contains(&expected.to_owned()), "{expected}: {record}");
        }
        assert_eq!(strings(1), demo().rdap.base_urls);
    }
}
