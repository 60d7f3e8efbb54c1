//! A full disk: transforms are refused with 2400, queries and RDAP go on, and work goes on when there is room again.
//!
//! The disk is a small tmpfs, which takes root to mount; without it one line says that this was left out.

mod support;

use std::path::Path;
use std::process::Command;

use support::epp::code;
use support::process::metrics_at;
use support::{EppClient, Server, rdap};

/// Room for the registry's files and its first log segment, and not for a second one.
const SMALL: &str = "size=56m";
const LARGE: &str = "size=256m";

struct Mount<'d>(&'d Path);

impl<'d> Mount<'d> {
    fn new(directory: &'d Path) -> Option<Self> {
        mount(&["-t", "tmpfs", "-o", SMALL, "tmpfs"], directory).then_some(Self(directory))
    }
}

impl Drop for Mount<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0).status();
    }
}

fn mount(arguments: &[&str], directory: &Path) -> bool {
    Command::new("mount").args(arguments).arg(directory).output().is_ok_and(|output| output.status.success())
}

fn create(name: &str) -> String {
    format!(
        "<create><domain:create><domain:name>{name}</domain:name><domain:authInfo><domain:pw>2fooBAR</domain:pw>\
         </domain:authInfo></domain:create></create>"
    )
}

fn info(name: &str) -> String {
    format!("<info><domain:info><domain:name>{name}</domain:name></domain:info></info>")
}

#[test]
fn a_full_disk_refuses_transforms_and_nothing_else() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let Some(_mount) = Mount::new(directory.path()) else {
        println!("left unchecked: a full disk, because this user may not mount a tmpfs");
        return;
    };
    let mut server = Server::start_in(directory.path());
    let mut client = EppClient::logged_in(server.demo(), 0);
    let mut made = Vec::new();
    let refused = (0..30_000).find_map(|number| {
        let name = format!("full{number}.test");
        match code(&client.command(&create(&name))) {
            1000 => {
                made.push(name);
                None
            }
            other => Some((name, other)),
        }
    });
    let (refused, why) = refused.expect("the disk is full at some time");
    assert_eq!(why, 2400);
    let last = made.last().expect("some were made");
    assert_eq!(code(&client.command(&info(last))), 1000, "queries go on");
    assert_eq!(rdap::get(server.demo(), &format!("domain/{last}")).status, 200, "RDAP goes on");
    assert_eq!(code(&client.command(&info(&refused))), 2303, "what was refused is not there");
    assert_eq!(code(&client.command(&create("again.test"))), 2400, "and stays refused");
    server.output_with("the log refused a batch");
    let counted = metrics_at(&server.metrics());
    let counted =
        counted.lines().find_map(|line| line.strip_prefix("domesday_limit_reached_total{limit=\"log-refused\"} "));
    assert!(counted.and_then(|count| count.parse().ok()).is_some_and(|count: u64| count >= 2), "{counted:?}");

    assert!(mount(&["-o", &format!("remount,{LARGE}")], directory.path()), "a mounted tmpfs can be made larger");
    assert_eq!(code(&client.command(&create("again.test"))), 1000, "there is room again");
    server.kill();
    server.restart();
    let mut client = EppClient::logged_in(server.demo(), 0);
    for name in [&made[0], last, &"again.test".to_owned()] {
        assert_eq!(code(&client.command(&info(name))), 1000, "{name} was acknowledged");
    }
    assert_eq!(code(&client.command(&info(&refused))), 2303);
}
