//! `domesday tune`: what it prints and writes on the machine that the tests run on, and that it sets nothing.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

use crate::admin::run;
use crate::support::process::binary;
use crate::world::directory;

const FILES: [&str; 3] = ["domesday-tune.toml", "90-domesday.conf", "domesday.service"];

fn tune(data: &Path, more: &[&str]) -> Output {
    let mut words = vec!["tune", "--data-dir", data.to_str().expect("UTF-8")];
    words.extend(more);
    run(&words)
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

#[test]
fn the_fragment_of_this_machine_passes_config_check() {
    let place = tempfile::tempdir().expect("a directory");
    let tuned = place.path().join("tuned");
    let output = tune(place.path(), &["--no-disk", "--apply-to", tuned.to_str().expect("UTF-8")]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(FILES.iter().all(|name| said.contains(name)) && said.contains("sysctl --system"), "{said}");
    let fragment = fs::read_to_string(tuned.join(FILES[0])).expect("written");
    let (pem, key) = (directory().join("server.pem"), directory().join("server.key"));
    let whole = format!(
        "[data]\ndir = {:?}\n[epp]\ncertificate = {pem:?}\nkey = {key:?}\nlisten = [\"127.0.0.1:0\"]\n[rdap]\nlisten = \
         [\"127.0.0.1:0\"]\n[metrics]\nlisten = \"\"\n{fragment}",
        place.path().join("data"),
    );
    let file = place.path().join("registry.toml");
    fs::write(&file, whole).expect("a file can be written");
    let output = run(&["config", "check", file.to_str().expect("UTF-8")]);
    assert!(output.status.success(), "{}\n{fragment}", text(&output.stderr));
    for line in fs::read_to_string(tuned.join(FILES[1])).expect("written").lines() {
        let sound = line.is_empty() || line.starts_with('#') || line.split_once(" = ").is_some();
        assert!(sound, "{line}");
    }
    assert!(fs::read_to_string(tuned.join(FILES[2])).expect("written").contains("ReadWritePaths="));
}

#[test]
fn nothing_is_replaced_unless_it_is_asked_for() {
    let place = tempfile::tempdir().expect("a directory");
    let (tuned, aside) = (place.path().join("tuned"), place.path().join("aside"));
    fs::create_dir(&tuned).expect("a directory");
    fs::write(&aside, "mine").expect("a file");
    symlink(&aside, tuned.join(FILES[1])).expect("a link");
    let arguments = ["--no-disk", "--apply-to", tuned.to_str().expect("UTF-8")];
    let output = tune(place.path(), &arguments);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("90-domesday.conf: is there already"), "{}", text(&output.stderr));
    assert_eq!(fs::read_dir(&tuned).expect("a directory").count(), 1, "nothing was written");
    let output = tune(place.path(), &[&arguments[..], &["--force"]].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(fs::read_dir(&tuned).expect("a directory").count(), FILES.len());
    assert_eq!(fs::read_to_string(&aside).expect("a file"), "mine", "a link is replaced, not followed");
}

#[test]
fn it_prints_what_it_found_and_measures_without_leaving_anything() {
    let place = tempfile::tempdir().expect("a directory");
    let output = tune(place.path(), &[]);
    let said = text(&output.stdout);
    assert!(output.status.success() && FILES.iter().all(|name| said.contains(name)), "{}", text(&output.stderr));
    assert!(said.contains("write and fdatasync of 4096 octets") && said.contains("io_uring works"), "{said}");
    assert_eq!(fs::read_dir(place.path()).expect("a directory").count(), 0);
    if let Some((_, rest)) = said.split_once("ExecStartPre=-+/bin/sh -c '") {
        let list = rest.split(" && ").next().expect("a first part");
        let found = Command::new("/bin/sh").args(["-c", &format!("{list} && ls")]).output().expect("a shell");
        let numbers = text(&found.stdout);
        assert!(
            !numbers.is_empty() && numbers.lines().all(|number| number.parse::<u32>().is_ok()),
            "{list}: {numbers}"
        );
    }
    let output = tune(&place.path().join("missing"), &[]);
    let said = text(&output.stdout);
    assert!(output.status.success() && said.contains("were not measured"), "{said}");
    let output = tune(place.path(), &["--no-disk", "--interface", "none0"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("none0"), "{}", text(&output.stderr));
}

#[test]
fn it_keeps_to_the_cores_that_it_is_given() {
    let core = domesday::runtime::probe::allowed_cores().pop().expect("a core").to_string();
    let output = Command::new("taskset").args(["-c", &core]).arg(binary()).args(["tune", "--no-disk"]).output();
    let Ok(output) = output else { return println!("no taskset here: not tested") };
    let said = text(&output.stdout);
    assert!(said.contains(&format!("shard_cores = [{core}]\n")) && said.contains("ledger_core = -1\n"), "{said}");
}
