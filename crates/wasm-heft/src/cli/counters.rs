//! The counters of a run in the help of commands, which is laid out in lines later.

use heft_data::counter::Counter;

/// The columns of a table that show counters, a line each.
#[cfg(feature = "bench")]
pub(crate) fn columns() -> String {
    let column = |(counter, name): (Counter, &str)| {
        let words = counter.description().trim_end_matches('.');
        // Within a list, as its other lines are.
        let words = words[..1].to_lowercase() + &words[1..];
        format!("  {name:<13}{words}")
    };
    let columns: Vec<String> = Counter::shown(|_| true).map(column).collect();
    columns.join("\n")
}

/// The names of the counters in files, between other words.
pub(crate) fn names(before: &str, after: &str) -> String {
    let names: Vec<&str> = Counter::ALL.iter().map(|counter| counter.key()).collect();
    format!("  {before} {}{after}", names.join(", "))
}
