//! The list of workloads.

use crate::definition::Workload;

/// All workloads, by name.
pub(crate) const ALL: &[Workload] = &[
    crate::buckets::WORKLOAD,
    crate::buckets::WORKLOAD_MANY,
    crate::churn::WORKLOAD,
    crate::fragment::WORKLOAD,
    crate::grow::WORKLOAD,
    crate::longrun::WORKLOAD,
    crate::serde::WORKLOAD,
    crate::startup::WORKLOAD,
    crate::strings::WORKLOAD,
    crate::vector::WORKLOAD,
    crate::worst::WORKLOAD,
];

/// The workload of this name.
pub(crate) fn named(name: &str) -> Option<&'static Workload> {
    ALL.iter().find(|workload| workload.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_no_name_is_used_twice() {
        assert!(ALL.is_sorted_by(|one, next| one.name < next.name));
    }

    /// Runs of each workload: of one round, of one again, and of two.
    #[test]
    fn the_same_rounds_give_the_same_checksum_and_more_rounds_another() {
        for Workload { name, run, .. } in ALL {
            let [one, again, two] = [1, 1, 2].map(run);
            assert_eq!(one.checksum.value(), again.checksum.value(), "{name}");
            assert_eq!(one.operations, again.operations, "{name}");
            let same = one.checksum.value() == two.checksum.value();
            assert_eq!(same, *name == "startup", "{name}");
        }
    }
}
