//! Clients that take more than their share, or do not let go: what happens to them, and what does not happen to others.

use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rcgen::{CertificateParams, KeyPair};

use crate::frames::{check, expect};
use crate::observe::{metrics, sample};
use crate::session::{HELLO, Login, connected};
use crate::support::epp::{code, data_unit};
use crate::support::process::Registrar;
use crate::support::tls::connect_from;
use crate::support::{EppClient, Server};
use crate::world::{PASSWORD, admin, client, demo, directory, fingerprint_der, registrar, unique};

/// How often a limit has bitten.
fn bites(server: &Server, limit: &str) -> u64 {
    sample(&metrics(server), &format!("domesday_limit_reached_total{{limit=\"{limit}\"}}"))
}

#[test]
fn before_login_a_data_unit_is_small() {
    let server = Server::start();
    let a = &server.demo().registrars[0];
    let mut stranger = EppClient::connect(server.demo(), a).expect("the server lets it connect");
    stranger.send_raw(&(8 * 1024 + 1_u32).to_be_bytes()).expect("the server takes octets");
    assert_eq!(code(&stranger.receive().expect("an answer before the end")), 2500);
    assert!(stranger.is_closed_by_server());
    assert_eq!(bites(&server, "epp-login-frame-bytes"), 1);
    // As soon as the login is answered, the bound is another; a large command may follow it in the same breath.
    let mut client = EppClient::connect(server.demo(), a).expect("the server lets it connect");
    let login = client.frame(&Login::of(a).body());
    let many: Vec<String> = (0..250).map(|number| format!("a-rather-long-name-{number:030}.test")).collect();
    let large = client.frame(&check("domain", &many.iter().map(String::as_str).collect::<Vec<_>>()));
    assert!(large.len() > 8 * 1024);
    let answers = client.pipeline(&[login, large]).expect("an answer each");
    assert_eq!(answers.iter().map(|answer| code(answer)).collect::<Vec<_>>(), [1000, 1000]);
    assert_eq!(bites(&server, "epp-login-frame-bytes"), 1);
}

#[test]
fn before_login_many_data_units_are_taken_slowly_and_the_login_among_them_counts() {
    let a = &demo().registrars[0];
    let mut stranger = connected(a);
    let began = Instant::now();
    let hellos: Vec<String> = (0..36).map(|_| HELLO.to_owned()).collect();
    assert_eq!(stranger.pipeline(&hellos).expect("an answer each").len(), 36);
    assert!(began.elapsed() >= Duration::from_millis(400), "four of them had to wait");
    expect(&mut stranger, 1000, &Login::of(a).body());
    let began = Instant::now();
    assert_eq!(stranger.pipeline(&hellos).expect("an answer each").len(), 36);
    assert!(began.elapsed() < Duration::from_millis(400 * 9), "a client that has logged in does not wait");
}

#[test]
fn a_password_reset_ends_open_sessions_and_a_new_password_of_ones_own_does_not() {
    let own = registrar();
    let mut open = client(&own);
    let mut other = connected(&own);
    let changed = "Another-Horse-2";
    expect(&mut other, 1000, &Login { new_password: Some(changed), ..Login::of(&own) }.body());
    expect(&mut open, 1000, &check("domain", &["a.test"]));
    expect(&mut other, 1000, &check("domain", &["a.test"]));
    let mut third = connected(&own);
    let again = Login { password: changed, new_password: Some(PASSWORD), ..Login::of(&own) };
    expect(&mut third, 1000, &again.body());
    expect(&mut open, 1000, &check("domain", &["a.test"]));
    admin(&format!(r#"{{"registrar-set-password":{{"clid":"{}","password":"{PASSWORD}"}}}}"#, own.clid));
    for mut session in [open, other, third] {
        expect(&mut session, 2500, &check("domain", &["a.test"]));
        assert!(session.is_closed_by_server());
    }
    client(&own);
}

#[test]
fn an_operators_reset_counts_however_it_meets_a_login_that_changes_the_password() {
    let own = registrar();
    let reset = |password: &str| {
        admin(&format!(r#"{{"registrar-set-password":{{"clid":"{}","password":"{password}"}}}}"#, own.clid));
        Registrar { pw: password.to_owned(), ..own.clone() }
    };
    for round in 0..8 {
        let before = reset(PASSWORD);
        let mut session = connected(&before);
        let login = session.frame(&Login { new_password: Some("Late-Horse-3"), ..Login::of(&before) }.body());
        session.send(&login).expect("the server takes it");
        // From before its password is looked at to after the new one is kept.
        std::thread::sleep(Duration::from_millis(round * 10));
        let after = reset("Reset-Horse-4");
        let answer = session.receive().expect("an answer");
        assert!([1000, 2200, 2400].contains(&code(&answer)), "{answer}");
        client(&after);
        expect(&mut connected(&own), 2200, &Login { password: "Late-Horse-3", ..Login::of(&own) }.body());
    }
}

#[test]
fn a_network_withdrawn_ends_open_sessions_and_another_one_added_does_not() {
    let own = registrar();
    let mut open = client(&own);
    let networks = |list: &str| {
        admin(&format!(r#"{{"registrar-set":{{"clid":"{}","networks":{list}}}}}"#, own.clid));
    };
    networks(r#"["203.0.113.0/24","127.0.0.0/8"]"#);
    expect(&mut open, 1000, &check("domain", &["a.test"]));
    networks(r#"["203.0.113.0/24"]"#);
    expect(&mut open, 2500, &check("domain", &["a.test"]));
    assert!(open.is_closed_by_server());
    expect(&mut connected(&own), 2200, &Login::of(&own).body());
    networks("[]");
    client(&own);
}

/// A registrar that shows a certificate of its own making, valid in those years; and the certificate's fingerprint.
fn self_made(registrar: &Registrar, (from, to): (i32, i32)) -> (Registrar, String) {
    self_made_until(registrar, from, (to, 1, 1))
}

/// The same, valid until that day.
pub(crate) fn self_made_until(
    registrar: &Registrar,
    from: i32,
    (year, month, day): (i32, u8, u8),
) -> (Registrar, String) {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.not_before = rcgen::date_time_ymd(from, 1, 1);
    params.not_after = rcgen::date_time_ymd(year, month, day);
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate");
    let stem = unique("self-made-");
    let file = |end: &str| directory().join(format!("{stem}.{end}"));
    std::fs::write(file("pem"), certificate.pem()).expect("a file can be written");
    std::fs::write(file("key"), key.serialize_pem()).expect("a file can be written");
    let shown = Registrar { cert: file("pem"), key: file("key"), ..registrar.clone() };
    (shown, fingerprint_der(certificate.der()))
}

#[test]
fn where_a_ca_is_set_strangers_end_in_the_handshake() {
    let server = Server::start_configured(&[("epp.client_ca", "\"{dir}/ca.pem\"")]);
    let own = &server.demo().registrars[0];
    let (stranger, _) = self_made(own, (2020, 2091));
    assert!(EppClient::connect(server.demo(), &stranger).is_err(), "no greeting for a stranger");
    expect(&mut EppClient::logged_in(server.demo(), 0), 1000, &check("domain", &["a.test"]));
}

#[test]
fn a_certificate_that_is_not_valid_yet_does_not_log_in() {
    let own = registrar();
    for (years, expected) in [((2090, 2091), 2200), ((2020, 2021), 2200), ((2020, 2091), 1000)] {
        let (shown, sha256) = self_made(&own, years);
        let (clid, label) = (&own.clid, years.0);
        admin(&format!(r#"{{"registrar-add-cert":{{"clid":"{clid}","sha256":"{sha256}","label":"{label}"}}}}"#));
        expect(&mut connected(&shown), expected, &Login::of(&shown).body());
    }
}

#[test]
fn a_data_unit_that_does_not_become_whole_in_time_ends_the_session() {
    let server = Server::start_configured(&[("epp.frame_timeout_s", "2"), ("epp.idle_timeout_s", "600")]);
    let mut slow = EppClient::logged_in(server.demo(), 0);
    let mut quiet = EppClient::logged_in(server.demo(), 1);
    let unit = data_unit(slow.frame(&check("domain", &["a.test"])).as_bytes());
    let began = Instant::now();
    // An octet now and then is no sign of life.
    let refused = unit.iter().take(200).any(|octet| {
        std::thread::sleep(Duration::from_millis(100));
        slow.send_raw(&[*octet]).is_err()
    });
    assert!(refused || slow.is_closed_by_server());
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    assert_eq!(bites(&server, "epp-frame-time"), 1);
    expect(&mut quiet, 1000, &check("domain", &["a.test"]));
}

#[test]
fn wrong_passwords_of_one_registrar_keep_no_other_waiting() {
    const STORM: u64 = 40;
    let server = Server::start();
    let [storm, calm] = &server.demo().registrars[..] else { panic!("two registrars") };
    let connect = |registrar| EppClient::connect(server.demo(), registrar).expect("the server lets it connect");
    let sessions: Vec<EppClient> = (0..STORM).map(|_| connect(storm)).collect();
    let mut late = connect(calm);
    std::thread::scope(|scope| {
        for mut session in sessions {
            scope.spawn(move || {
                let wrong = Login { password: "not-the-password", ..Login::of(storm) }.body();
                expect(&mut session, 2200, &wrong);
            });
        }
        // Most of the storm waits for the hashing threads by now. The answers themselves come later, on purpose.
        while bites(&server, "login-failed") == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        expect(&mut late, 1000, &Login::of(calm).body());
        let before = bites(&server, "login-failed");
        assert!(before < STORM / 2, "{before} of {STORM} wrong passwords were checked first");
    });
}

#[test]
fn one_registrar_that_wants_everything_does_not_keep_another_waiting() {
    const SESSIONS: usize = 16;
    const FRAMES: usize = 60;
    let greedy = registrar();
    let names: Vec<String> = (0..250).map(|number| format!("{}-{number}.test", unique("greedy-"))).collect();
    let all = check("domain", &names.iter().map(String::as_str).collect::<Vec<_>>());
    let answered = AtomicUsize::new(0);
    let mut calm = client(&registrar());
    std::thread::scope(|scope| {
        for _ in 0..SESSIONS {
            let mut session = client(&greedy);
            let (all, answered) = (&all, &answered);
            scope.spawn(move || {
                // Always some frames ahead, never so many that both sides wait for each other.
                for frame in 0..FRAMES {
                    let units = if frame == 0 { 4 } else { usize::from(frame + 4 <= FRAMES) };
                    for _ in 0..units {
                        let unit = session.frame(all);
                        session.send(&unit).expect("the server takes octets");
                    }
                    assert_eq!(code(&session.receive().expect("an answer")), 1000);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while answered.load(Ordering::Relaxed) < SESSIONS {
            std::thread::sleep(Duration::from_millis(1));
        }
        let before = answered.load(Ordering::Relaxed);
        let mut asked = 0;
        while asked < 30 && answered.load(Ordering::Relaxed) < SESSIONS * FRAMES {
            expect(&mut calm, 1000, &check("domain", &["a.test"]));
            asked += 1;
        }
        let meanwhile = answered.load(Ordering::Relaxed) - before;
        assert_eq!(asked, 30, "the greedy one was through first");
        assert!(meanwhile < 30 * 8, "{meanwhile} answers of 250 names came before 30 of one name");
    });
}

/// Resident memory of a process, in KiB.
fn resident(server: &Server) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux says so");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[test]
fn a_session_gives_back_what_a_large_command_took() {
    const SESSIONS: usize = 200;
    let server = Server::start();
    let mut sessions: Vec<EppClient> = (0..SESSIONS).map(|_| EppClient::logged_in(server.demo(), 0)).collect();
    let before = resident(&server);
    for session in &mut sessions {
        let plain = session.frame(&check("domain", &["large.test"]));
        let comment = "x".repeat(60 * 1024 - plain.len());
        let large = plain.replace("<command>", &format!("<!--{comment}--><command>"));
        assert_eq!(code(&session.exchange(&large)), 1000);
    }
    // A small one, so that each has come to rest after the large one.
    for session in &mut sessions {
        expect(session, 1000, &check("domain", &["a.test"]));
    }
    let grown = resident(&server).saturating_sub(before);
    assert!(grown < SESSIONS * 24, "{SESSIONS} sessions keep {grown} KiB");
}

#[test]
fn half_open_connections_keep_no_registrar_out() {
    let limits = ["epp.waiting", "epp.waiting_per_address", "epp.waiting_per_network"].map(|key| (key, "40"));
    let server = Server::start_configured(&limits);
    let port = server.demo().epp.port;
    let crowd = |networks: &[u8]| -> Vec<TcpStream> {
        (0..40)
            .map(|n| networks[n % networks.len()])
            .map(|network| connect_from([127, 9, network, 1], port).expect("a connection"))
            .collect()
    };
    // Four networks hold all the seats and have only just taken them: one that has none gets one all the same.
    let mut held = vec![crowd(&[1, 2, 3, 4])];
    for index in 0..2 {
        EppClient::logged_in(server.demo(), index);
    }
    assert!(bites(&server, "epp-gave-way") >= 1);
    // One network holds them all, and comes back for every seat it loses. The client's own network is known by now, and
    // in its network too the idle give way.
    for from in [[127, 0, 0, 1], [127, 9, 5, 9]] {
        held.push(crowd(&[5]));
        std::thread::sleep(Duration::from_millis(1100));
        let began = Instant::now();
        let a = &server.demo().registrars[0];
        let socket = connect_from(from, port).expect("a connection");
        let mut client = EppClient::over(server.demo(), a, socket).expect("the server greets");
        assert_eq!(code(&client.login(&a.clid, &a.pw)), 1000);
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
    assert_eq!(
        server.output_with("epp-gave-way").matches("epp-gave-way").count(),
        1,
        "one line of the log in ten seconds"
    );
}
