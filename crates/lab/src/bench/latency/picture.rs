//! The stages as bars, one below the other: what overlaps the silence is not
//! seen, because nobody waits for it.

use std::fmt::Write as _;

use super::Timing;

/// Pixels.
const WIDTH: f64 = 960.0;
const LABELS: f64 = 330.0;
const BAR: f64 = 16.0;
const ROW: f64 = 22.0;
const TOP: f64 = 44.0;

/// A stage's name and colour: dark enough to tell apart in print.
const STAGES: [(&str, &str); 5] = [
    ("silence", "#b8bcc4"),
    ("speech to text", "#3b6ea8"),
    ("intent", "#c08a2d"),
    ("action", "#7a5195"),
    ("first sound", "#3c8d5a"),
];

/// An SVG of all timings.
pub(super) fn draw(timings: &[Timing]) -> String {
    let longest = timings
        .iter()
        .flat_map(|timing| {
            let other = timing.wyoming.as_ref().map(super::Compared::total);
            [timing.stages.iter().sum(), other.unwrap_or(0.0)]
        })
        .fold(100.0, f64::max);
    let scale = (WIDTH - LABELS - 70.0) / longest;
    let mut bars = String::new();
    let mut y = TOP;
    for timing in timings {
        bar(
            &mut bars,
            y,
            &timing.said,
            &timing.stages,
            &[0, 1, 2, 3, 4],
            scale,
        );
        y += ROW;
        if let Some(other) = &timing.wyoming {
            bar(&mut bars, y, "Wyoming", &other.stages, &[0, 1, 4], scale);
            y += ROW + 6.0;
        }
    }
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        y + 10.0
    );
    for ((name, colour), x) in STAGES.iter().zip([0.0, 100.0, 220.0, 300.0, 380.0]) {
        let x = LABELS + x;
        // Writing into a string cannot fail.
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"12\" width=\"12\" height=\"12\" fill=\"{colour}\"/>\
             <text x=\"{}\" y=\"22\">{name}</text>",
            x + 16.0
        );
    }
    svg + &bars + "</svg>\n"
}

fn bar(svg: &mut String, y: f64, label: &str, stages: &[f64], kinds: &[usize], scale: f64) {
    let middle = y + BAR - 4.0;
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{middle}\" text-anchor=\"end\">{}</text>",
        LABELS - 8.0,
        escape(label)
    );
    let mut x = LABELS;
    for (ms, kind) in stages.iter().zip(kinds) {
        let width = ms.max(0.0) * scale;
        if width > 0.0 {
            let (name, colour) = STAGES[*kind];
            let _ = writeln!(
                svg,
                "<rect x=\"{x:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"{BAR}\" \
                 fill=\"{colour}\"><title>{name}: {ms:.0} ms</title></rect>"
            );
        }
        x += width;
    }
    let total: f64 = stages.iter().sum();
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{middle}\">{total:.0} ms</text>",
        x + 6.0
    );
}

fn escape(text: &str) -> String {
    let short: String = text.chars().take(52).collect();
    short
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
