//! The modules of a bench file that belong in one picture.

use heft_data::bench_result::{BenchReport, BenchRow, BenchedModule, Outcome};

/// Modules of one target and form: `wasip1`, `wasip2-plain`, ...
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// What they have in common; empty for modules whose names say no target.
    pub name: String,
    /// The modules, in file order.
    pub members: Vec<Member<'a>>,
}

/// A module under the part of its name that tells it from the others of its group.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    /// That part, e.g. `talc`.
    pub label: String,
    /// The module.
    pub module: &'a BenchedModule,
    /// Its cases, in file order.
    pub rows: Vec<&'a BenchRow>,
}

impl Member<'_> {
    /// The first case that did not end well.
    #[must_use]
    pub fn failure(&self) -> Option<&BenchRow> {
        self.rows
            .iter()
            .copied()
            .find(|row| row.outcome != Outcome::Ok)
    }

    /// A case by name.
    #[must_use]
    pub fn row(&self, case: &str) -> Option<&BenchRow> {
        self.rows.iter().copied().find(|row| row.case == case)
    }
}

/// Sorts the modules into groups by name: `talc-wasip1-plain` is `talc` in the group `wasip1-plain`.
/// Groups come in the order of their first module.
#[must_use]
pub fn groups(bench: &BenchReport) -> Vec<Group<'_>> {
    let mut found: Vec<Group<'_>> = Vec::new();
    for module in &bench.modules {
        let (label, name) = split(&module.name);
        let member = Member {
            label,
            module,
            rows: bench
                .rows
                .iter()
                .filter(|row| row.module == module.name)
                .collect(),
        };
        match found.iter_mut().find(|group| group.name == name) {
            Some(group) => group.members.push(member),
            None => found.push(Group {
                name,
                members: vec![member],
            }),
        }
    }
    found
}

/// A name as a label and a group; no group where it says no target.
pub(crate) fn split(name: &str) -> (String, String) {
    let at = ["-wasip1", "-wasip2"]
        .iter()
        .find_map(|part| name.find(part));
    match at {
        Some(at) => (name[..at].to_owned(), name[at + 1..].to_owned()),
        None => (name.to_owned(), String::new()),
    }
}

/// What a picture shows, with the group unless its modules' names tell none.
pub(super) fn titled(what: &str, group: &Group<'_>) -> String {
    match group.name.as_str() {
        "" => what.to_owned(),
        name => format!("{what}, {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_an_allocator_and_a_form() {
        let split = |name| {
            let (label, group) = split(name);
            format!("{label} / {group}")
        };
        assert_eq!(
            split("talc-claim-wasip2-plain-speed"),
            "talc-claim / wasip2-plain-speed"
        );
        assert_eq!(split("app"), "app / ");
    }
}
