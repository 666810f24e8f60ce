//! The case whose memory is drawn over time.

use super::picture::PlotError;
use heft_data::bench_result::BenchRow;

/// The points of a memory curve: fuel, and pages grown.
type Curve = [(u64, u64)];

/// The memory curve of a row; `None` where there is nothing to draw.
pub(super) fn curve_of(row: &BenchRow) -> Option<&Curve> {
    let curve = row.memory_curve.as_deref()?;
    (!curve.is_empty()).then_some(curve)
}

/// The case to draw the memory of: `named`, or else the one in which any module has the most pages at the end, of two
/// the first in the order of `rows`.
///
/// # Errors
///
/// When no row has a memory curve, or none of the case that is named.
pub fn memory_case<'a>(
    rows: impl IntoIterator<Item = &'a BenchRow>,
    named: Option<&str>,
) -> Result<&'a str, PlotError> {
    let mut curves: Vec<(&str, u64)> = Vec::new();
    for row in rows {
        let end = curve_of(row).and_then(|curve| curve.last());
        let Some((_, pages)) = end else { continue };
        match curves.iter_mut().find(|(case, _)| *case == row.case) {
            Some((_, most)) => *most = (*most).max(*pages),
            None => curves.push((&row.case, *pages)),
        }
    }
    if curves.is_empty() {
        return Err(PlotError::NoCurve);
    }
    let Some(named) = named else {
        let largest = curves.iter().map(|(_, pages)| *pages).max();
        let first = curves.iter().find(|(_, pages)| Some(*pages) == largest);
        return first.map(|(case, _)| *case).ok_or(PlotError::NoCurve);
    };
    let found = curves.iter().find(|(case, _)| *case == named);
    found.map(|(case, _)| *case).ok_or_else(|| {
        let curves = curves.iter().map(|(case, _)| (*case).to_owned());
        PlotError::NoCurveOf {
            case: named.to_owned(),
            curves: curves.collect(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use heft_data::bench_result::Outcome;

    fn row(module: &str, case: &str, pages: Option<&[u64]>) -> BenchRow {
        BenchRow {
            memory_curve: pages.map(|pages| (0..).zip(pages.iter().copied()).collect()),
            ..BenchRow::ended(module, case, Outcome::Ok, None)
        }
    }

    fn rows() -> Vec<BenchRow> {
        vec![
            row("a", "none", None),
            row("a", "empty", Some(&[])),
            row("a", "short", Some(&[1, 9])),
            row("a", "long", Some(&[50, 3])),
            row("b", "short", Some(&[2])),
            row("b", "late", Some(&[4, 9])),
        ]
    }

    #[test]
    fn the_case_that_ends_with_the_most_pages_in_any_module_is_drawn_and_of_two_the_first() {
        let mut rows = rows();
        assert_eq!(memory_case(&rows, None), Ok("short"));
        rows.push(row("c", "long", Some(&[10])));
        assert_eq!(memory_case(&rows, None), Ok("long"));
    }

    #[test]
    fn a_case_that_is_named_is_drawn_and_one_without_a_curve_is_an_error_that_says_which_have_one()
    {
        let rows = rows();
        assert_eq!(memory_case(&rows, Some("late")), Ok("late"));
        for case in ["none", "empty", "other"] {
            let refused = memory_case(&rows, Some(case)).expect_err("it has no curve");
            assert_eq!(
                refused.to_string(),
                format!(
                    "there is no memory curve of case `{case}`; there are curves of: short, long, late"
                )
            );
        }
        assert_eq!(memory_case(&rows[..2], None), Err(PlotError::NoCurve));
        assert_eq!(
            memory_case(&rows[..2], Some("empty")),
            Err(PlotError::NoCurve)
        );
    }
}
