//! Results as one page of HTML, which needs nothing beside it: no script, no file, no network.
//!
//! Whatever is not this program's own text passes [`escaped`].

use std::fmt::Write as _;

use super::chart;
use super::judge::{Judged, QUANTILES, Row, Verdict};

const STYLE: &str = include_str!("page.css");

/// The page.
///
/// # Errors
/// A histogram that is damaged.
pub(super) fn page(judged: &Judged<'_>) -> Result<String, String> {
    let run = &judged.results.run;
    let title = escaped(&format!("{} to {}", run.scenario, run.target));
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n\
         </head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    );
    page += &summary(judged);
    page += &plots(judged)?;
    page += &table(judged);
    page += &failures(judged);
    page += &about(judged);
    page += "</main>\n</body>\n</html>\n";
    Ok(page)
}

fn summary(judged: &Judged<'_>) -> String {
    let kind = if judged.holds() { "holds" } else { "fails" };
    let mut text = format!("<p class=\"verdict {kind}\" id=\"verdict\">{}</p>\n<ul>\n", judged.verdict());
    for group in &judged.classes {
        let verdict = match group.verdict() {
            Verdict::Holds => "holds".to_owned(),
            Verdict::Slow => "too slow".to_owned(),
            Verdict::Wrong => format!("{} errors", group.total.errors),
        };
        let (name, within, limit) = (group.class.name(), group.total.within_text(), group.limit_text());
        let _ = writeln!(text, "<li>{name}: {within} within the limit, asked are {limit}: {verdict}</li>");
    }
    text + "</ul>\n"
}

fn plots(judged: &Judged<'_>) -> Result<String, String> {
    let mut text = String::new();
    let mut figure = |id: &str, caption: &str, svg: Option<String>| {
        if let Some(svg) = svg {
            let _ = writeln!(
                text,
                "<figure id=\"{id}\">\n<figcaption>{caption}</figcaption>\n\
                 <div role=\"img\" aria-label=\"{caption}\">\n{svg}</div>\n</figure>"
            );
        }
    };
    let rows: Vec<_> = judged.classes.iter().flat_map(|group| &group.commands).collect();
    let lines: Vec<_> = rows.iter().map(|row| (row.name.clone(), &row.times)).collect();
    figure("percentiles", "Round trips by percentile", chart::percentiles(&lines)?);
    let timeline = &judged.results.timeline;
    figure("rates", "Commands along the run", chart::rates(timeline)?);
    for group in &judged.classes {
        let name = group.class.name();
        let svg = chart::times(timeline, group.class)?;
        figure(&format!("times-{name}"), &format!("Round trips along the run: {name}"), svg);
    }
    Ok(text)
}

fn table(judged: &Judged<'_>) -> String {
    let mut text = "<h2>Round trips in milliseconds, from the moment each command was due</h2>\n\
                    <div class=\"wide\">\n<table id=\"times\">\n<thead><tr><th scope=\"col\">command</th>"
        .to_owned();
    let heads = ["count", "errors", "per s"].into_iter().chain(QUANTILES.iter().map(|(name, _)| *name));
    for head in heads.chain(["max", "within the limit", "limit", "verdict"]) {
        let _ = write!(text, "<th scope=\"col\">{head}</th>");
    }
    text += "</tr></thead>\n<tbody>\n";
    for group in &judged.classes {
        text += &row(&group.total, "class", &[&group.limit_text(), group.verdict().name()]);
        group.commands.iter().for_each(|command| text += &row(command, "command", &["", ""]));
    }
    text += "</tbody>\n</table>\n</div>\n";
    let traffic = judged.results.traffic.map(|traffic| traffic.line());
    let lines = judged.results.replaced_line().into_iter().chain(judged.fairness_lines()).chain(judged.drift_lines());
    let reasons = judged.reasons().into_iter().map(|reason| format!("why not: {reason}"));
    for line in lines.chain(traffic).chain(reasons) {
        let _ = writeln!(text, "<p>{}</p>", escaped(&line));
    }
    if let Some(floor) = &judged.results.floor {
        let lines = [Some(floor.text()), floor.compared(judged)].into_iter().flatten().map(|line| escaped(&line));
        let _ = writeln!(text, "<p id=\"floor\">{}</p>", lines.collect::<Vec<_>>().join("<br>\n"));
    }
    if let Some(lateness) = judged.lateness() {
        let _ = writeln!(text, "<p id=\"late\">{}</p>", escaped(&lateness));
    }
    text
}

fn row(row: &Row, kind: &str, last: &[&str]) -> String {
    let mut text = format!("<tr class=\"{kind}\"><th scope=\"row\">{}</th>", escaped(&row.name));
    let first = [row.count.to_string(), row.errors.to_string(), format!("{:.0}", row.per_second)];
    let cells = first.into_iter().chain(row.shown()).chain([row.within_text()]);
    for cell in cells.chain(last.iter().map(|cell| (*cell).to_owned())) {
        let _ = write!(text, "<td>{}</td>", escaped(&cell));
    }
    text + "</tr>\n"
}

fn failures(judged: &Judged<'_>) -> String {
    let failures = judged.failures();
    if failures.is_empty() {
        return String::new();
    }
    let head = "<h2>What failed</h2>\n<table id=\"failures\">\n<thead><tr><th scope=\"col\">what</th><th scope=\"col\">\
                count</th></tr></thead>\n<tbody>\n";
    let rows = failures.iter().map(|(what, count)| format!("<tr><td>{}</td><td>{count}</td></tr>\n", escaped(what)));
    format!("{head}{}</tbody>\n</table>\n", rows.collect::<String>())
}

fn about(judged: &Judged<'_>) -> String {
    let run = &judged.results.run;
    let mut text = "<h2>The run</h2>\n<dl id=\"run\">\n".to_owned();
    let mut entry = |name: &str, value: &str| {
        let _ = writeln!(text, "<dt>{name}</dt>\n<dd>{}</dd>", escaped(value));
    };
    entry("Scenario", &run.scenario);
    entry("Target", &run.target);
    entry("Started", &run.started());
    entry("Lasted", &format!("{:.1} s", run.elapsed_ms as f64 / 1000.0));
    entry("Tester", &format!("{}, commit {}", run.tester, run.commit));
    for tester in &run.testers {
        entry("Machine", &tester.machine.to_string());
        entry("Connected to", &tester.address);
        entry("Seed", &tester.seed.to_string());
        entry("Arguments", &tester.arguments.join(" "));
    }
    text + "</dl>\n"
}

/// Text as it may stand between tags and in quoted attributes.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, character| {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(character),
        }
        out
    })
}
