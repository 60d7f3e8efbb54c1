//! `epp`: logs in, sends what it is given, prints the answers, logs out.

use std::io::{Read, Write, stderr, stdin, stdout};
use std::path::Path;

use super::args::EppArgs;
use super::epp_connection::Connection;
use super::epp_short::{self, Step};
use super::exit::{CliError, epp_exit_code};
use super::target::Target;
use super::xml_tree::{self, Element};
use super::{epp_frames, pretty};

/// Runs a session; the exit code is the class of the first answer that was no success.
///
/// # Errors
/// Wrong usage, files that cannot be read, a connection that breaks.
pub(super) fn run(args: &EppArgs) -> Result<u8, CliError> {
    let mut ids = Identifiers::new()?;
    let steps = match args.words.as_slice() {
        [] => frames(&read_all(Path::new("-"))?),
        [verb, ..] if epp_short::is_verb(verb) => match epp_short::step(&args.words, &ids.next()) {
            Ok(step) => vec![step],
            Err(error) if error.use_stderr() => return Err(CliError::Usage(error.render().to_string())),
            Err(help) => {
                stdout().lock().write_all(help.render().to_string().as_bytes()).map_err(CliError::Terminal)?;
                return Ok(0);
            }
        },
        [file] => frames(&read_all(Path::new(file))?),
        [word, ..] => {
            return Err(CliError::Usage(format!("{word:?} is no short form; `domesday epp --help` lists them")));
        }
    };
    let target = Target::read(&args.target)?;
    let registrar = target.registrar(&args.registrar)?;
    let connection = Connection::open(&target.epp, registrar)?;
    let mut session = Session { connection, args, ids, closed: false };
    let greeting = session.connection.receive()?;
    if args.bare || args.verbose {
        session.note("<--", &greeting);
    }
    if !args.bare {
        let greeting = xml_tree::parse(&greeting).ok();
        let who = (registrar.clid.as_str(), registrar.pw.as_str());
        let login = epp_frames::login(who, greeting.as_ref(), args.login_security, &session.ids.next());
        let (answer, raw) = session.exchange(login.as_bytes())?;
        let code = epp_exit_code(result_code(answer.as_ref()));
        if code != 0 {
            session.show(answer.as_ref(), &raw)?;
            return Ok(code);
        }
    }
    let code = session.run(steps)?;
    if !args.bare && !session.closed {
        let logout = epp_frames::logout(&session.ids.next());
        session.exchange(logout.as_bytes())?;
    }
    Ok(code)
}

fn frames(text: &[u8]) -> Vec<Step> {
    epp_frames::split(text).into_iter().map(Step::Frame).collect()
}

fn read_all(path: &Path) -> Result<Vec<u8>, CliError> {
    if path != Path::new("-") {
        return std::fs::read(path).map_err(CliError::file(path));
    }
    let mut text = Vec::new();
    stdin().lock().read_to_end(&mut text).map_err(CliError::Terminal)?;
    Ok(text)
}

/// The result code of an answer; 0 when it has none.
fn result_code(answer: Option<&Element>) -> u16 {
    answer.and_then(Element::result_code).unwrap_or(0)
}

/// Client transaction identifiers that no other run gives out.
struct Identifiers {
    run: String,
    count: u32,
}

impl Identifiers {
    fn new() -> Result<Self, CliError> {
        Ok(Self { run: format!("{:08x}", getrandom::u32()?), count: 0 })
    }

    fn next(&mut self) -> String {
        self.count += 1;
        format!("cli-{}-{}", self.run, self.count)
    }
}

struct Session<'a> {
    connection: Connection,
    args: &'a EppArgs,
    ids: Identifiers,
    /// The server has said that it closes.
    closed: bool,
}

impl Session<'_> {
    fn run(&mut self, steps: Vec<Step>) -> Result<u8, CliError> {
        let (mut exit, total) = (0, steps.len());
        for (done, step) in steps.into_iter().enumerate() {
            if self.closed {
                self.say(&format!("the server has closed the session; {} frames were not sent", total - done));
                return Ok(if exit == 0 { 1 } else { exit });
            }
            let code = self.step(step)?;
            exit = if exit == 0 { code } else { exit };
        }
        Ok(exit)
    }

    fn step(&mut self, step: Step) -> Result<u8, CliError> {
        let frame = match step {
            Step::Frame(frame) => frame,
            Step::RenewAfter { info, name, years, offer } => {
                let (answer, raw) = self.exchange(info.as_bytes())?;
                let expires =
                    answer.as_ref().and_then(|answer| answer.at(&["response", "resData", "infData", "exDate"]));
                match expires.and_then(|element| element.text.get(..10)) {
                    Some(date) => epp_short::renew(&name, date, years, &offer, &self.ids.next()).into_bytes(),
                    None => {
                        self.show(answer.as_ref(), &raw)?;
                        // An answer without the date is a failure, whatever its code says.
                        return Ok(epp_exit_code(result_code(answer.as_ref())).max(1));
                    }
                }
            }
        };
        let (answer, raw) = self.exchange(&frame)?;
        self.show(answer.as_ref(), &raw)?;
        Ok(epp_exit_code(result_code(answer.as_ref())))
    }

    /// Sends a frame and takes its answer, as a tree where it is one.
    fn exchange(&mut self, frame: &[u8]) -> Result<(Option<Element>, Vec<u8>), CliError> {
        if self.args.verbose {
            self.note("-->", frame);
        }
        self.connection.send(frame)?;
        let raw = self.connection.receive()?;
        if self.args.verbose {
            self.note("<--", &raw);
        }
        let answer = match xml_tree::parse(&raw) {
            Ok(answer) => Some(answer),
            Err(problem) => {
                self.say(&format!("the answer is not understood: {problem}"));
                None
            }
        };
        // RFC 5730, section 3: after 1500 and 25xx the server closes the connection.
        self.closed |= matches!(result_code(answer.as_ref()), 1500 | 2500..=2599);
        Ok((answer, raw))
    }

    fn show(&self, answer: Option<&Element>, raw: &[u8]) -> Result<(), CliError> {
        let mut out = stdout().lock();
        let written = match answer {
            Some(answer) if !self.args.xml => out.write_all(pretty::render(answer).as_bytes()),
            _ => out.write_all(raw).and_then(|()| out.write_all(b"\n")),
        };
        written.map_err(CliError::Terminal)
    }

    /// What went over the wire, on standard error.
    fn note(&self, direction: &str, document: &[u8]) {
        self.say(&format!("{direction} {}", String::from_utf8_lossy(document)));
    }

    fn say(&self, text: &str) {
        // Remarks that nobody reads change nothing.
        let _ = writeln!(stderr(), "{text}");
    }
}
