//! What to draw of a bench, where somebody says so and where nobody does.

use crate::plot;
use crate::report::Report;
use heft_data::bench_result::BenchReport;

/// What to draw of a bench.
#[derive(Clone, Copy, Debug)]
pub struct Pictures<'a> {
    /// What the report was collected from.
    pub bench: &'a BenchReport,
    /// The label that is 1. `None`: that of the decision, or without one the first module of each picture.
    pub reference: Option<&'a str>,
    /// The case whose memory is drawn over time. `None`: that of [`plot::memory_case`].
    pub memory_case: Option<&'a str>,
}

impl<'a> Pictures<'a> {
    /// Those that a bench tells itself.
    #[must_use]
    pub fn of(bench: &'a BenchReport) -> Self {
        Self {
            bench,
            reference: None,
            memory_case: None,
        }
    }

    /// With what the report and the bench say where nobody else did.
    pub(crate) fn decided(self, report: &'a Report) -> Self {
        let decision = report.decision.as_ref();
        let reference = decision.map(|decision| decision.reference.as_str());
        Self {
            reference: self.reference.or(reference),
            memory_case: plot::memory_case(&self.bench.rows, self.memory_case).ok(),
            ..self
        }
    }
}
