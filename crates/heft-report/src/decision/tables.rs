//! A decision as tables and sentences, the same for a terminal, a document and a page.

use super::Decision;
use heft_data::table::{Style, Table, or_dash};
use std::fmt::Write as _;

/// A heading, a table under it, and sentences under that.
pub struct Part {
    /// The heading.
    pub title: String,
    /// The table.
    pub table: Table,
    /// What it says, a sentence each.
    pub words: Vec<String>,
}

/// All parts, the matrix first.
#[must_use]
pub fn parts(decision: &Decision) -> Vec<Part> {
    let mut parts = vec![matrix(decision), weights(decision)];
    if !decision.excluded.is_empty() {
        parts.push(excluded(decision));
    }
    parts.push(upkeep(decision));
    parts.extend(
        decision
            .evidence
            .iter()
            .map(|table| evidence(decision, table)),
    );
    parts
}

/// Writes all parts.
#[must_use]
pub fn render(decision: &Decision, style: Style) -> String {
    let mut out = String::new();
    for (i, part) in parts(decision).iter().enumerate() {
        let gap = if i == 0 { "" } else { "\n" };
        let _ = match style {
            Style::Text => write!(out, "{gap}{}\n\n", style.say(&part.title)),
            Style::Markdown => write!(out, "{gap}**{}**\n\n", style.say(&part.title)),
        };
        out.push_str(&part.table.render(style));
        if !part.words.is_empty() {
            let _ = writeln!(out, "\n{}", sentences(&part.words, style));
        }
    }
    out
}

/// Sentences, one a line; a list in Markdown, which would join the lines.
#[must_use]
pub fn sentences(words: &[String], style: Style) -> String {
    let said: Vec<String> = words.iter().map(|words| style.say(words)).collect();
    match style {
        Style::Text => said.join("\n"),
        Style::Markdown => format!("- {}", said.join("\n- ")),
    }
}

/// A ratio as it is shown everywhere.
#[must_use]
pub fn ratio(value: f64) -> String {
    format!("{value:.3}")
}

fn matrix(decision: &Decision) -> Part {
    let mut columns = vec![">rank".to_owned(), "candidate".to_owned()];
    columns.extend(decision.columns.iter().map(|c| format!(">{}", c.name)));
    columns.push(">total".to_owned());
    let mut table = Table::new(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    for row in &decision.rows {
        let mut cells = vec![row.rank.to_string(), row.candidate.clone()];
        cells.extend(row.ratios.iter().copied().map(ratio));
        cells.push(ratio(row.total));
        table.row(cells);
    }
    Part {
        title: format!("Ratios to {}, smaller is better", decision.reference),
        table,
        words: verdict(decision),
    }
}

/// The verdict in sentences.
fn verdict(decision: &Decision) -> Vec<String> {
    let mut words = vec![match decision.margin_percent {
        Some(margin) => format!(
            "Winner: {}; the second, {}, is {margin:.1} % behind.",
            decision.winner, decision.rows[1].candidate
        ),
        None => format!("Winner: {}, the only one in the running.", decision.winner),
    }];
    words.push(if decision.winner == decision.reference {
        "It is the reference itself.".to_owned()
    } else if decision.gives_up.is_empty() {
        format!("Against {} it gives up nothing.", decision.reference)
    } else {
        let given: Vec<String> = decision
            .gives_up
            .iter()
            .map(|given| format!("{} ({})", given.criterion, ratio(given.ratio)))
            .collect();
        format!(
            "Against {} it gives up: {}.",
            decision.reference,
            given.join(", ")
        )
    });
    let flips: Vec<String> = decision
        .sensitivity
        .iter()
        .filter(|change| !change.holds)
        .map(|change| {
            let verb = if change.factor < 1.0 {
                "halved"
            } else {
                "doubled"
            };
            format!("{} {verb}: {}", change.criterion, change.winner)
        })
        .collect();
    words.push(if flips.is_empty() {
        "It stays the winner when any single weight is halved or doubled.".to_owned()
    } else {
        format!(
            "Another one wins with one weight changed: {}.",
            flips.join("; ")
        )
    });
    words.push(format!(
        "Measured with wasmtime {} on {}; targets {}.",
        decision.engine.wasmtime,
        decision.engine.platform,
        decision.targets.join(", ")
    ));
    words
}

fn weights(decision: &Decision) -> Part {
    let mut table = Table::new(&["criterion", ">weight", ">share", ">ratios"]);
    for column in &decision.columns {
        table.row([
            column.name.clone(),
            column.weight.to_string(),
            format!("{:.1} %", column.share_percent),
            column.ratios.to_string(),
        ]);
    }
    Part {
        title: "Weights".to_owned(),
        table,
        words: Vec::new(),
    }
}

fn excluded(decision: &Decision) -> Part {
    let mut table = Table::new(&["candidate", "why it is out"]);
    for out in &decision.excluded {
        table.row([out.candidate.clone(), out.reasons.join("; ")]);
    }
    Part {
        title: "Excluded".to_owned(),
        table,
        words: Vec::new(),
    }
}

fn upkeep(decision: &Decision) -> Part {
    let mut table = Table::new(&["candidate", ">mark", "why"]);
    for upkeep in &decision.maintenance {
        table.row([
            upkeep.candidate.clone(),
            or_dash(upkeep.mark),
            upkeep.reason.clone(),
        ]);
    }
    Part {
        title: "Maintenance, from 1 (left alone) to 5 (well looked after)".to_owned(),
        table,
        words: Vec::new(),
    }
}

fn evidence(decision: &Decision, evidence: &super::EvidenceTable) -> Part {
    let mut columns = vec!["candidate".to_owned()];
    columns.extend(decision.targets.iter().map(|target| format!(">{target}")));
    let mut table = Table::new(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    for row in &evidence.rows {
        let mut cells = vec![row.candidate.clone()];
        cells.extend(row.values.iter().zip(&row.words).map(|(value, words)| {
            value.map_or_else(|| words.clone(), heft_wasm::bytes::group_thousands)
        }));
        table.row(cells);
    }
    let of = evidence.case.as_ref().map(|case| format!(" of `{case}`"));
    Part {
        title: format!(
            "{} ({}{})",
            evidence.title,
            evidence.measure,
            of.unwrap_or_default()
        ),
        table,
        words: Vec::new(),
    }
}
