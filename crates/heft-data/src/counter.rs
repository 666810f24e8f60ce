//! The exact numbers of a run, each with what is known of it: the tables of `bench` and `report`, the gate,
//! baselines, ratios and decisions go through this list.
//!
//! A new counter is a field of [`BenchRow`], an entry of the list here, and the line that fills the field in
//! `heft-bench`'s `row.rs`.

use crate::bench_result::BenchRow;
use heft_wasm::bytes::{Bytes, group_thousands};
use serde::{Serialize, Serializer};
use std::fmt;

/// What is known of a counter.
struct Facts {
    /// Its name in files.
    key: &'static str,
    /// Its name in a sentence, and in a table with room.
    label: &'static str,
    /// Whether tables show it.
    column: Column,
    /// The head of a column of ratios, for what is compared: with other modules, and with what was accepted.
    compared: Option<&'static str>,
    unit: Unit,
    better: Better,
    /// Where its number is.
    of: fn(&BenchRow) -> Option<u64>,
}

/// Whether tables show a counter, and under which short name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Always.
    Always(&'static str),
    /// Where a run has it.
    WhereMeasured(&'static str),
    /// Only JSON has it.
    Never,
}

/// What a number is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Units of fuel.
    Fuel,
    /// Pages of 64 KiB.
    Pages,
    /// Bytes.
    Bytes,
}

impl Unit {
    /// A number as tables show it.
    #[must_use]
    pub fn text(self, number: u64) -> String {
        match self {
            Self::Fuel | Self::Pages => group_thousands(number),
            Self::Bytes => Bytes(number).to_string(),
        }
    }
}

/// Which of two numbers is the better one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// The smaller one.
    Less,
    /// The larger one.
    More,
}

impl Better {
    /// By how much `new` is worse than `old`; 0 where it is not.
    #[must_use]
    pub fn worse_by(self, old: u64, new: u64) -> u64 {
        match self {
            Self::Less => new.saturating_sub(old),
            Self::More => old.saturating_sub(new),
        }
    }

    /// A number in relation to another one: below 1 is better. 0 is taken as 1, so that there always is a ratio.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "far more digits than are shown")]
    pub fn ratio(self, own: u64, other: u64) -> f64 {
        let (own, other) = (own.max(1) as f64, other.max(1) as f64);
        match self {
            Self::Less => own / other,
            Self::More => other / own,
        }
    }
}

macro_rules! counters {
    ($($(#[doc = $description:literal])+ $name:ident { $($facts:tt)+ })+) => {
        /// A number of a run that is the same each time.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Counter {
            $($(#[doc = $description])+ $name,)+
        }

        impl Counter {
            /// All of them, in the order they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// What it counts, in a sentence.
            #[must_use]
            pub fn description(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($description),+).trim_ascii(),)+
                }
            }

            fn facts(self) -> Facts {
                match self {
                    $(Self::$name => Facts { $($facts)+ },)+
                }
            }
        }
    };
}

counters! {
    /// Executed operations of WebAssembly without start-up; bulk memory operations cost a unit a byte, page or element.
    Fuel {
        key: "fuel",
        label: "fuel",
        column: Column::Always("fuel"),
        compared: Some("fuel x"),
        unit: Unit::Fuel,
        better: Better::Less,
        of: |row| row.fuel,
    }
    /// Fuel with bulk memory operations at one unit each: machines copy faster than that.
    FuelBulkOnce {
        key: "fuel_bulk_once",
        label: "fuel, bulk at one unit",
        column: Column::Always("bulk once"),
        compared: Some("once x"),
        unit: Unit::Fuel,
        better: Better::Less,
        of: |row| row.fuel_bulk_once,
    }
    /// Fuel of the --startup run, or of instantiation; it is subtracted from `fuel`.
    StartupFuel {
        key: "startup_fuel",
        label: "start-up fuel",
        column: Column::Always("start-up"),
        compared: None,
        unit: Unit::Fuel,
        better: Better::Less,
        of: |row| row.startup_fuel,
    }
    /// Fuel of starting up with bulk memory operations at one unit each; it is subtracted from `fuel_bulk_once`.
    StartupFuelBulkOnce {
        key: "startup_fuel_bulk_once",
        label: "start-up fuel, bulk at one unit",
        column: Column::Never,
        compared: None,
        unit: Unit::Fuel,
        better: Better::Less,
        of: |row| row.startup_fuel_bulk_once,
    }
    /// Pages of 64 KiB at the start, over all memories.
    InitialPages {
        key: "initial_pages",
        label: "initial pages",
        column: Column::Always("pages"),
        compared: None,
        unit: Unit::Pages,
        better: Better::Less,
        of: |row| row.initial_pages,
    }
    /// Pages of 64 KiB added to the initial ones: memory never shrinks, so this is the peak.
    GrownPages {
        key: "grown_pages",
        label: "grown pages",
        column: Column::Always("grown"),
        compared: Some("grown x"),
        unit: Unit::Pages,
        better: Better::Less,
        of: |row| row.grown_pages,
    }
    /// Initial and grown pages together.
    TotalPages {
        key: "total_pages",
        label: "all pages",
        column: Column::Always("total"),
        compared: None,
        unit: Unit::Pages,
        better: Better::Less,
        of: |row| row.total_pages,
    }
    /// How deep the stack in memory became, up to its last byte that is not zero at the end; of programs with one
    /// memory that begins with the stack, as rustc links them.
    StackBytes {
        key: "stack_bytes",
        label: "stack",
        column: Column::Always("stack"),
        compared: None,
        unit: Unit::Bytes,
        better: Better::Less,
        of: |row| row.stack_bytes.map(|bytes| bytes.0),
    }
    /// The most fuel of a single operation, with --operations.
    WorstOperationFuel {
        key: "worst_operation_fuel",
        label: "fuel of the worst operation",
        column: Column::WhereMeasured("worst"),
        compared: None,
        unit: Unit::Fuel,
        better: Better::Less,
        of: |row| row.operation_fuel.map(|fuel| fuel.worst),
    }
    /// Fuel that one operation in ten thousand took more than, with --operations.
    OperationFuel9999 {
        key: "operation_fuel_99_99",
        label: "fuel, 99.99th percentile of operations",
        column: Column::WhereMeasured("99.99 %"),
        compared: None,
        unit: Unit::Fuel,
        better: Better::Less,
        of: |row| row.operation_fuel.map(|fuel| fuel.percentile_99_99),
    }
}

impl Counter {
    /// Those that tables show, where `is_measured` says what any run has.
    pub fn shown(is_measured: impl Fn(Self) -> bool) -> impl Iterator<Item = (Self, &'static str)> {
        Self::ALL
            .iter()
            .filter_map(move |counter| match counter.column() {
                Column::Always(name) => Some((*counter, name)),
                Column::WhereMeasured(name) => is_measured(*counter).then_some((*counter, name)),
                Column::Never => None,
            })
    }

    /// Those that are compared with other modules and with what was accepted, each with the head of a column of
    /// ratios.
    pub fn compared() -> impl Iterator<Item = (Self, &'static str)> {
        let compared = |counter: &Self| Some(*counter).zip(counter.facts().compared);
        Self::ALL.iter().filter_map(compared)
    }

    /// The one of this name in files.
    #[must_use]
    pub fn named(key: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|counter| counter.key() == key)
    }

    /// Its name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.facts().key
    }

    /// Its name in a sentence, and in a table with room.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.facts().label
    }

    /// Whether tables show it, and under which short name.
    #[must_use]
    pub fn column(self) -> Column {
        self.facts().column
    }

    /// What it is counted in.
    #[must_use]
    pub fn unit(self) -> Unit {
        self.facts().unit
    }

    /// Which of two numbers is the better one.
    #[must_use]
    pub fn better(self) -> Better {
        self.facts().better
    }

    /// The number of a case; `None` where it was not measured.
    #[must_use]
    pub fn of(self, row: &BenchRow) -> Option<u64> {
        (self.facts().of)(row)
    }
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

impl Serialize for Counter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench_result::Outcome;
    use std::collections::BTreeSet;

    #[test]
    fn every_counter_has_a_key_and_a_label_of_its_own() {
        for name in [Counter::key, Counter::label, Counter::description] {
            let names: BTreeSet<&str> = Counter::ALL.iter().copied().map(name).collect();
            assert_eq!(names.len(), Counter::ALL.len(), "{names:?}");
        }
        for counter in Counter::ALL {
            assert_eq!(Counter::named(counter.key()), Some(*counter));
        }
    }

    #[test]
    fn a_row_of_another_end_has_no_counter() {
        let row = BenchRow::ended("a", "x", Outcome::Trapped, None);
        for counter in Counter::ALL {
            assert_eq!(counter.of(&row), None, "{counter}");
        }
    }

    #[test]
    fn more_is_worse_or_better_by_the_counter_s_direction() {
        assert_eq!(Better::Less.worse_by(3, 5), 2);
        assert_eq!(Better::Less.worse_by(5, 3), 0);
        assert_eq!(Better::More.worse_by(5, 3), 2);
        assert_eq!(Better::More.worse_by(3, 5), 0);
        assert!((Better::Less.ratio(3, 6) - 0.5).abs() < 1e-12);
        assert!((Better::More.ratio(3, 6) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_by_nothing_is_the_same() {
        assert!((Better::Less.ratio(0, 0) - 1.0).abs() < 1e-12);
        assert!((Better::Less.ratio(3, 0) - 3.0).abs() < 1e-12);
    }

    #[test]
    fn what_no_run_has_is_shown_only_where_it_always_is() {
        let keys = |is_measured: bool| -> Vec<&str> {
            let shown = Counter::shown(move |_| is_measured);
            shown.map(|(counter, _)| counter.key()).collect()
        };
        assert!(keys(false).contains(&"total_pages"));
        assert!(!keys(false).contains(&"worst_operation_fuel"));
        assert!(keys(true).contains(&"worst_operation_fuel"));
        assert!(!keys(true).contains(&"startup_fuel_bulk_once"));
    }
}
