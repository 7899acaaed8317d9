//! A value on the graduated rule: the limit is the thick beam, the value the diamond. Draws; judges nothing. Geometry is in
//! per cent in SVG attributes, so that it needs no style and fits any column.

use hengjian_domain::judgement::{Limit, Reading};
use maud::{Markup, html};

/// Nearest that a mark comes to either end, per cent.
const MARGIN: f64 = 12.0;

/// Limit against value; nothing for limits or results in words, which the table shows as words.
pub fn weigh(limit: &str, value: &str, bad: bool) -> Markup {
    let (Ok(limit), Ok(reading)) = (Limit::parse(limit), Reading::parse(value)) else { return html! {} };
    let (Some((low, high)), Some(position)) = (limit.ends(), reading.position()) else { return html! {} };
    let drawn = |number: hengjian_domain::decimal::Decimal| number.to_string().parse::<f64>().unwrap_or(0.0);
    let (low, high, position) = (low.map(drawn), high.map(drawn), drawn(position));
    // A value beyond a single end leaves as much of the allowed side in sight as it overshoots.
    let beside = match (low, high) {
        (None, Some(end)) if position > end => Some(2.0 * end - position),
        (Some(end), None) if position < end => Some(2.0 * end - position),
        _ => None,
    };
    let scale = Scale::over(&[low, high, Some(position), beside]);
    let (from, to) = (low.map_or(0.0, |low| scale.at(low)), high.map_or(100.0, |high| scale.at(high)));
    let middle = match (low, high) {
        (Some(_), Some(_)) => f64::midpoint(from, to),
        (Some(_), None) => from,
        _ => to,
    };
    let diamond = scale.at(position);
    let verdict = if bad { "不合格" } else { "合格" };
    let label = format!("要求 {}，实测 {}，{verdict}", limit.text(), reading.text());
    html! {
        svg class="weigh" role="img" aria-label=(label) {
            line x1="0" x2="100%" y1="19" y2="19" class="k-line2" stroke-width="2" {}
            @for tick in 0..=10 { line x1=(per_cent(f64::from(tick) * 10.0)) x2=(per_cent(f64::from(tick) * 10.0)) y1="19" y2="24" class="k-line2" {} }
            line x1=(per_cent(from)) x2=(per_cent(to)) y1="19" y2="19" class="k-ink" stroke-width="4" {}
            @for (end, at) in [(low, from), (high, to)] { @if end.is_some() {
                line x1=(per_cent(at)) x2=(per_cent(at)) y1="13" y2="27" class="k-ink" stroke-width="2" {}
            } }
            svg x=(per_cent(diamond)) y="19" overflow="visible" { path d="M0-6 6 0 0 6-6 0Z" class=(if bad { "f-bad" } else { "f-azure" }) {} }
            text x=(per_cent(middle)) y="40" text-anchor=(anchor(middle)) { (limit.text()) }
            text x=(per_cent(diamond)) y="9" text-anchor=(anchor(diamond)) class=[bad.then_some("bad-t")] { (reading.text()) }
        }
    }
}

/// Numbers to per cent of the width, marks kept off the ends.
struct Scale {
    least: f64,
    width: f64,
}

impl Scale {
    fn over(marks: &[Option<f64>]) -> Self {
        let marks = || marks.iter().flatten().copied();
        let (least, most) = (marks().fold(f64::INFINITY, f64::min), marks().fold(f64::NEG_INFINITY, f64::max));
        let apart = most - least;
        let width = if apart > 0.0 { apart } else { most.abs().max(1.0) };
        Self { least: if apart > 0.0 { least } else { least - width / 2.0 }, width }
    }
    fn at(&self, number: f64) -> f64 {
        MARGIN + (number - self.least) / self.width * (100.0 - 2.0 * MARGIN)
    }
}

fn per_cent(at: f64) -> String {
    format!("{at:.1}%")
}

/// Words near an end grow inwards.
fn anchor(at: f64) -> &'static str {
    if at < 20.0 {
        "start"
    } else if at > 80.0 {
        "end"
    } else {
        "middle"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The diamond lies outside the beam exactly when the value misses the limit.
    #[test]
    fn the_diamond_lies_on_the_right_side_of_the_beam() {
        let drawn = |limit: &str, value: &str| weigh(limit, value, false).into_string();
        assert!(
            drawn("≤13.3", "15.1").contains("<svg x=\"88.0%\"")
                && drawn("≤13.3", "15.1").contains("x1=\"0.0%\" x2=\"50.0%\"")
        );
        assert!(
            drawn("≥0.53", "0.58").contains("<svg x=\"88.0%\"")
                && drawn("≥0.53", "0.58").contains("x1=\"12.0%\" x2=\"100.0%\"")
        );
        assert!(drawn("≤1", "1").contains("<svg x=\"50.0%\""));
        assert_eq!(drawn("符合", "符合"), "");
        assert_eq!(drawn("≤1", "未检出"), "");
    }
}
