//! `top`: asks a running registry for its counters again and again, and shows what came between.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::admin::{self, Connection};
use super::args::TopArgs;
use super::exit::CliError;
use super::top_view::{Sample, View};
use crate::node::admin::{AdminRequest, NoMembers};

/// How soon it notices that it is to end.
const NOTICE: Duration = Duration::from_millis(50);

/// Watches until it is told to end.
///
/// # Errors
/// No connection, or an answer that is not understood.
pub(super) fn run(args: &TopArgs) -> Result<u8, CliError> {
    let socket = admin::socket_of(args.socket.as_deref(), args.config.as_deref(), args.target.as_deref())?;
    let ended = Arc::new(AtomicBool::new(false));
    let is_live = !args.once && !args.json && std::io::stdout().is_terminal();
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, ended.clone()).map_err(CliError::Terminal)?;
    }
    let mut source = Source { connection: Connection::open(socket.clone())?, socket };
    let mut before = source.sample()?;
    let _screen = if is_live { Some(Screen::open()?) } else { None };
    let mut due = Instant::now();
    loop {
        due += args.interval;
        while !ended.load(Ordering::Relaxed) && Instant::now() < due {
            std::thread::sleep(NOTICE.min(due.saturating_duration_since(Instant::now())));
        }
        if ended.load(Ordering::Relaxed) {
            return Ok(0);
        }
        let now = source.sample()?;
        // After a restart it has counted from zero.
        let view = View::between(now.is_of_the_same_run(&before).then_some(&before), &now);
        match (args.json, is_live) {
            (true, _) => admin::print(&(simd_json::to_string(&view).expect("a view is plain data") + "\n"))?,
            (_, true) => Screen::show(&view.text())?,
            _ => admin::print(&view.text())?,
        }
        if args.once {
            return Ok(0);
        }
        if !args.json && !is_live {
            admin::print("\n")?;
        }
        // Whoever was stopped for a while does not make up for it.
        due = due.max(Instant::now().checked_sub(args.interval).unwrap_or(due));
        before = now;
    }
}

/// Where samples come from.
struct Source {
    socket: PathBuf,
    connection: Connection,
}

impl Source {
    fn sample(&mut self) -> Result<Sample, CliError> {
        let request = AdminRequest::Meters(NoMembers::default());
        let answer = match self.connection.ask(&request) {
            // The registry ends connections that ask seldom, and may have been started again.
            Err(CliError::Connection { .. }) => {
                self.connection = Connection::open(self.socket.clone())?;
                self.connection.ask(&request)?
            }
            answer => answer?,
        };
        Sample::read(answer).map_err(|problem| CliError::Content { path: self.socket.clone(), problem })
    }
}

/// The terminal's other screen, until it is dropped: what was on it before is there again then.
struct Screen;

impl Screen {
    fn open() -> Result<Self, CliError> {
        write("\x1b[?1049h\x1b[?25l")?;
        Ok(Self)
    }

    /// Shows a text from the top, as much of it as there is room for.
    fn show(text: &str) -> Result<(), CliError> {
        let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok();
        // One that does not know its size is taken for an old one.
        let known = |found: u16, usual| if found == 0 { usual } else { usize::from(found) };
        let (rows, columns) = size.map_or((24, 80), |size| (known(size.ws_row, 24), known(size.ws_col, 80)));
        let cut = |line: &str| line.chars().take(columns).collect::<String>();
        let lines: Vec<_> = text.lines().take(rows).map(|line| cut(line) + "\x1b[K").collect();
        write(&format!("\x1b[H{}\x1b[J", lines.join("\r\n")))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing.
        let _ = write("\x1b[?25h\x1b[?1049l");
    }
}

fn write(text: &str) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(CliError::Terminal)
}
