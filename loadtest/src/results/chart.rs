//! Plots of results as SVG: times by percentile, and along the run.
//!
//! What is shown on a logarithmic scale is drawn by its logarithm, so that all axes are of one kind; each names its ticks.

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{
    ChartBuilder, Color, IntoDrawingArea, LineSeries, PathElement, RGBColor, SVGBackend, SeriesLabelPosition, WHITE,
};

use super::{Class, Point, Times};

const SIZE: (u32, u32) = (960, 400);
/// Colours that all eyes tell apart (Okabe and Ito).
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
];

/// A line, with gaps where there is nothing to show.
struct Line {
    name: String,
    points: Vec<Option<(f64, f64)>>,
}

#[derive(Clone)]
struct Axis {
    title: &'static str,
    from: f64,
    to: f64,
    ticks: Vec<f64>,
    label: fn(f64) -> String,
}

impl Axis {
    /// Milliseconds, on a logarithmic scale, as far as these values go; none without values.
    fn milliseconds<'a>(lines: impl Iterator<Item = &'a Line>) -> Option<Self> {
        let values = lines.flat_map(|line| line.points.iter().flatten().map(|(_, y)| *y));
        let (from, to) = values.fold((f64::MAX, f64::MIN), |(from, to), y| (from.min(y), to.max(y)));
        if from > to {
            return None;
        }
        // Room for the legend above the highest line.
        let (from, to) = (from - 0.1, to + 0.1 + 0.25 * (to - from));
        let steps: &[f64] = if to - from < 3.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let decades = from.floor() as i32..=to.ceil() as i32;
        let ticks = decades.flat_map(|decade| steps.iter().map(move |step| f64::from(decade) + step.log10()));
        let ticks = ticks.filter(|tick| (from..=to).contains(tick)).collect();
        Some(Self { title: "ms", from, to, ticks, label: |y| number(10_f64.powf(y)) })
    }

    /// Percentiles, on the scale of HdrHistogram's plots: each decade as wide as the last. As far as so many values tell.
    fn percentiles(count: u64) -> Self {
        let to = (count.max(10) as f64).log10();
        let ticks = (0..=to.floor() as i32).map(f64::from).collect();
        let label = |x: f64| number(100.0 - 100.0 / 10_f64.powf(x)) + " %";
        Self { title: "percentile", from: 0.0, to, ticks, label }
    }

    /// From nothing, evenly.
    fn linear(title: &'static str, to: f64) -> Self {
        let to = to.max(1.0);
        let decade = 10_f64.powf(to.log10().floor());
        let step = [0.1, 0.2, 0.5, 1.0].map(|part| part * decade).into_iter().find(|step| to / step <= 10.0);
        let step = step.unwrap_or(decade);
        let ticks = (0..=(to / step) as u32).map(|tick| f64::from(tick) * step).collect();
        Self { title, from: 0.0, to, ticks, label: number }
    }
}

impl Ranged for Axis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        RangedCoordf64::from(self.range()).map(value, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.clone() }
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.from..self.to
    }
}

/// Shortly: `0.05`, `99.9`, `2000`.
fn number(value: f64) -> String {
    let text = format!("{value:.5}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Times by percentile, a line for each of these.
pub(super) fn percentiles(all: &[(String, &Times)]) -> Result<Option<String>, String> {
    const STEPS_PER_DECADE: u32 = 40;
    let line = |(name, times): &(String, &Times)| {
        let decades = (times.count().max(1) as f64).log10();
        let steps = (decades * f64::from(STEPS_PER_DECADE)).ceil() as u32;
        let at = |step: u32| {
            let x = (f64::from(step) / f64::from(STEPS_PER_DECADE)).min(decades);
            let quantile = 1.0 - 10_f64.powf(-x);
            let time = if step == steps { times.max() } else { times.quantile(quantile) };
            (times.count() > 0).then(|| (x, milliseconds(time)))
        };
        Line { name: name.clone(), points: (0..=steps).map(at).collect() }
    };
    let lines: Vec<Line> = all.iter().map(line).collect();
    let count = all.iter().map(|(_, times)| times.count()).max().unwrap_or_default();
    let Some(y) = Axis::milliseconds(lines.iter()) else { return Ok(None) };
    draw(&lines, &Axis::percentiles(count), &y).map(Some)
}

/// Commands and answers a second, along the run.
pub(super) fn rates(timeline: &[Point]) -> Result<Option<String>, String> {
    let (mut sent, mut answered, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for point in timeline.iter().filter(|point| point.length_ms > 0) {
        let rate = |count: fn(&super::Slice) -> u64| {
            let count: u64 = point.commands.iter().map(count).sum();
            Some((seconds(point), count as f64 * 1000.0 / point.length_ms as f64))
        };
        sent.push(rate(|slice| slice.sent));
        answered.push(rate(|slice| slice.answered));
        errors.push(rate(|slice| slice.errors));
    }
    let named = [("sent", sent), ("answered", answered), ("errors", errors)];
    let lines = named.map(|(name, points)| Line { name: name.to_owned(), points });
    let Some(x) = run_axis(timeline) else { return Ok(None) };
    let highest = lines.iter().flat_map(|line| line.points.iter().flatten()).fold(0.0, |max: f64, (_, y)| max.max(*y));
    draw(&lines, &x, &Axis::linear("per second", highest * 1.3)).map(Some)
}

/// Times of a class, along the run.
pub(super) fn times(timeline: &[Point], class: Class) -> Result<Option<String>, String> {
    let (mut p50, mut p99, mut max) = (Vec::new(), Vec::new(), Vec::new());
    for point in timeline {
        let times = point.of(Some(class)).map_err(|error| error.to_string())?.times;
        let at = |time| (times.count() > 0).then(|| (seconds(point), milliseconds(time)));
        p50.push(at(times.quantile(0.5)));
        p99.push(at(times.quantile(0.99)));
        max.push(at(times.max()));
    }
    let lines = [("p50", p50), ("p99", p99), ("max", max)];
    let lines = lines.map(|(name, points)| Line { name: name.to_owned(), points });
    let Some((x, y)) = run_axis(timeline).zip(Axis::milliseconds(lines.iter())) else { return Ok(None) };
    draw(&lines, &x, &y).map(Some)
}

fn run_axis(timeline: &[Point]) -> Option<Axis> {
    timeline.last().map(|last| Axis::linear("seconds of the run", (last.start_ms + last.length_ms) as f64 / 1000.0))
}

/// The middle of an interval.
fn seconds(point: &Point) -> f64 {
    (point.start_ms as f64 + point.length_ms as f64 / 2.0) / 1000.0
}

/// The logarithm of a time in milliseconds.
fn milliseconds(time: std::time::Duration) -> f64 {
    (time.as_nanos().max(1) as f64 / 1e6).log10()
}

fn draw(lines: &[Line], x: &Axis, y: &Axis) -> Result<String, String> {
    let mut svg = String::new();
    draw_into(&mut svg, lines, x, y).map_err(|error| error.to_string())?;
    Ok(svg)
}

fn draw_into(svg: &mut String, lines: &[Line], x: &Axis, y: &Axis) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(14)
        .x_label_area_size(46)
        .y_label_area_size(70)
        .build_cartesian_2d(x.clone(), y.clone())?;
    chart
        .configure_mesh()
        .x_desc(x.title)
        .y_desc(y.title)
        .x_label_formatter(&|value| (x.label)(*value))
        .y_label_formatter(&|value| (y.label)(*value))
        .draw()?;
    for (line, colour) in lines.iter().zip(COLOURS.into_iter().cycle()) {
        let segments = line.points.split(Option::is_none).filter(|segment| !segment.is_empty());
        for (index, segment) in segments.enumerate() {
            // A line of one point would not be seen.
            let size = u32::from(segment.len() == 1) * 2;
            let series = LineSeries::new(segment.iter().copied().flatten(), colour.stroke_width(2)).point_size(size);
            let drawn = chart.draw_series(series)?;
            if index == 0 {
                let sample = move |(x, y)| PathElement::new(vec![(x, y), (x + 18, y)], colour.stroke_width(2));
                drawn.label(line.name.clone()).legend(sample);
            }
        }
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.85))
        .border_style(RGBColor(160, 160, 160))
        .draw()?;
    area.present()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_where_people_look_for_them() {
        let percentiles = Axis::percentiles(20_000);
        let labels: Vec<String> = percentiles.ticks.iter().map(|tick| (percentiles.label)(*tick)).collect();
        assert_eq!(labels, ["0 %", "90 %", "99 %", "99.9 %", "99.99 %"]);
        let line = |low: f64, high: f64| Line {
            name: String::new(),
            points: vec![Some((0.0, low.log10())), None, Some((1.0, high.log10()))],
        };
        let labels = |line: Line| {
            let axis = Axis::milliseconds([&line].into_iter()).expect("an axis");
            axis.ticks.iter().map(|tick| (axis.label)(*tick)).collect::<Vec<_>>()
        };
        assert_eq!(labels(line(0.09, 2.0)), ["0.1", "0.2", "0.5", "1", "2", "5"]);
        assert_eq!(labels(line(0.05, 2000.0)), ["0.1", "1", "10", "100", "1000", "10000"]);
        assert!(Axis::milliseconds([&Line { name: String::new(), points: vec![None] }].into_iter()).is_none());
        assert_eq!(Axis::linear("", 2100.0).ticks.last(), Some(&2000.0));
        assert_eq!(Axis::linear("", 60.0).ticks, [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0]);
        assert_eq!(Axis::linear("", 0.0).ticks.len(), 11);
    }
}
