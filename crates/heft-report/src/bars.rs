//! Sizes as bars: a group for each target and profile, a bar for each allocator, marks at the limits.

use crate::artifact::ArtifactReport;
use crate::html::Shown;
use crate::plot::split;
use crate::report::Report;
use heft_data::measure::Measure;
use heft_gate::judge_budgets::Row;
use heft_wasm::bytes::Bytes;
use maud::{Markup, html};

/// Limits further away than this many times the largest size are not shown: the bars would be too short to
/// compare.
const FARTHEST_LIMIT: u64 = 3;

/// A bar.
struct Bar {
    /// Its place in the report's artifacts.
    index: usize,
    label: String,
    group: String,
    size: Bytes,
    limit: Option<Bytes>,
    stretch: Option<Bytes>,
}

/// Writes the bars; the artifact at `marked` stands out.
pub(crate) fn html(report: &Report, marked: Option<usize>) -> Markup {
    let bars = bars(report);
    let scale = scale(&bars);
    let mut groups: Vec<&str> = Vec::new();
    for bar in &bars {
        if !groups.contains(&bar.group.as_str()) {
            groups.push(&bar.group);
        }
    }
    html! {
        div.bars {
            @for group in groups {
                @let title = Shown(if group.is_empty() { "Artifacts" } else { group });
                div {
                    h3 { (title) }
                    table.chart aria-label={ "Raw size, " (title) } {
                        tbody {
                            @for bar in bars.iter().filter(|bar| bar.group == group) {
                                (row(bar, scale, marked == Some(bar.index))) "\n"
                            }
                        }
                    }
                }
            }
        }
    }
}

fn bars(report: &Report) -> Vec<Bar> {
    let budgets = report.budgets.as_ref();
    let rows = budgets.map_or(&[][..], |budgets| &budgets.rows);
    let bar = |(index, artifact): (usize, &'_ ArtifactReport)| {
        let (label, group) = split(&artifact.name);
        let of_raw = |row: &&Row| row.artifact == artifact.name && row.measure == Measure::Raw;
        let budget = rows.iter().find(of_raw);
        Bar {
            index,
            label,
            group,
            size: artifact.raw_bytes,
            limit: budget.and_then(|row| row.limit_bytes),
            stretch: budget.and_then(|row| row.stretch_bytes),
        }
    };
    report.artifacts.iter().enumerate().map(bar).collect()
}

/// What the whole width stands for.
fn scale(bars: &[Bar]) -> u64 {
    let largest = bars.iter().map(|bar| bar.size.0).max().unwrap_or(0);
    let limits = bars.iter().filter_map(|bar| bar.limit).map(|limit| limit.0);
    let shown = limits.filter(|limit| *limit <= largest.saturating_mul(FARTHEST_LIMIT));
    shown.max().unwrap_or(0).max(largest).max(1)
}

fn row(bar: &Bar, scale: u64, marked: bool) -> Markup {
    let at = |property: &str, bytes: Bytes| format!("{property}:{:.2}%", percent(bytes.0, scale));
    let over = bar.limit.is_some_and(|limit| bar.size > limit);
    let marks = [("limit", bar.limit), ("wish", bar.stretch)];
    html! {
        tr data-at={ "/artifacts/" (bar.index) "/" } {
            th scope="row" { (Shown(&bar.label)) }
            td.track.over[over].marked[marked && !over] {
                span.size style=(at("width", bar.size)) {}
                @for (kind, bytes) in marks {
                    @if let Some(bytes) = bytes.filter(|bytes| bytes.0 <= scale) {
                        i class=(kind) style=(at("left", bytes)) title={ (kind) ": " (bytes.to_string()) } {}
                    }
                }
            }
            td data-number="raw_bytes" { (bar.size.to_string()) }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
fn percent(part: u64, whole: u64) -> f64 {
    part as f64 * 100.0 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ArtifactInput, Inputs};
    use heft_gate::budgets::Budgets;

    fn page(limit: u64) -> String {
        let text = format!(
            "schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = {{ limit = \"{limit} B\", stretch = \"4 B\" }}\n"
        );
        let artifact = |name: &str| ArtifactInput {
            name: name.to_owned(),
            file: b"\0asm\x01\0\0\0".to_vec(),
            ..ArtifactInput::default()
        };
        let inputs = Inputs {
            artifacts: ["talc-wasip1", "lol-wasip1", "talc-wasip2"]
                .map(artifact)
                .into(),
            budgets: Some(Budgets::parse("budgets.toml", &text).expect("a budget")),
            ..Inputs::default()
        };
        html(&Report::collect(&inputs).expect("a report"), Some(0)).into_string()
    }

    #[test]
    fn bars_of_one_target_stand_together_on_one_scale_with_a_mark_at_the_limit() {
        let page = page(16);
        assert_eq!(page.matches("<h3>").count(), 2);
        assert_eq!(page.matches("style=\"width:50.00%\"").count(), 3, "{page}");
        assert_eq!(
            page.matches("class=\"limit\" style=\"left:100.00%\"")
                .count(),
            3
        );
        assert_eq!(
            page.matches("class=\"wish\" style=\"left:25.00%\"").count(),
            3
        );
        assert_eq!(page.matches("track marked").count(), 1);
    }

    #[test]
    fn a_bar_over_its_limit_says_so_and_a_far_limit_does_not_shorten_the_bars() {
        assert_eq!(page(6).matches("track over").count(), 3);
        let far = page(1_000);
        assert!(far.contains("style=\"width:100.00%\"") && !far.contains("class=\"limit\""));
    }
}
