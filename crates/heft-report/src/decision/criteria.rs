//! `decision.toml`: what counts, how much, and who is asked. Only people write it.

use super::measure::Measure;
use heft_data::measure::matches;
use heft_data::source::place::Place;
use heft_data::source::toml_file::{Source, TomlError};
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// The only version of the file's shape so far.
const SCHEMA: u32 = 1;

/// The best mark for maintenance; the worst is 1.
const BEST_MARK: u32 = 5;

/// The word instead of a mark that takes a candidate out.
const EXCLUDE: &str = "exclude";

/// A whole decision file.
#[derive(Clone, Debug, PartialEq)]
pub struct Criteria {
    /// The file as it was named.
    pub file: String,
    /// The candidate that is 1.00 in everything.
    pub reference: String,
    /// The targets that count, all the same.
    pub targets: Vec<String>,
    /// A module's name in the bench file, with `{candidate}` and `{target}`.
    pub modules: String,
    /// Who is asked, in file order. The reference is one of them.
    pub candidates: Vec<Candidate>,
    /// What counts, in file order.
    pub criteria: Vec<Criterion>,
    /// Numbers that are shown beside the matrix and count for nothing by themselves.
    pub evidence: Vec<Evidence>,
}

impl Criteria {
    /// The name of a candidate's module for a target.
    #[must_use]
    pub fn module(&self, candidate: &str, target: &str) -> String {
        self.modules
            .replace("{candidate}", candidate)
            .replace("{target}", target)
    }
}

/// An allocator that could be shipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its name.
    pub name: String,
    /// What a person thinks of its upkeep.
    pub maintenance: Maintenance,
    /// Why.
    pub reason: String,
    /// Where it is written.
    pub place: Place,
}

/// A person's view of how well something is looked after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maintenance {
    /// A mark from 1 (left alone) to 5 (well looked after).
    Mark(u32),
    /// Not to be shipped, whatever the numbers say.
    Exclude,
}

/// Something that counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// Its name.
    pub name: String,
    /// Its weight; only the weights' proportions matter.
    pub weight: f64,
    /// What is measured. Several are taken together.
    pub measures: Vec<Measure>,
    /// Patterns over the names of cases. Sizes and maintenance have none.
    pub cases: Vec<String>,
    /// How many ratios become one.
    pub rule: Rule,
    /// Where it is written.
    pub place: Place,
}

impl Criterion {
    /// Whether a case counts here.
    #[must_use]
    pub fn wants(&self, case: &str) -> bool {
        self.cases.iter().any(|pattern| matches(pattern, case))
    }
}

/// How the ratios of cases, targets and measures become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Rule {
    /// Their geometric mean.
    #[default]
    Mean,
    /// The largest of them.
    Worst,
}

/// One number of every candidate, as measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What the numbers show.
    pub title: String,
    /// Which number.
    pub measure: Measure,
    /// Of which case; none for sizes.
    pub case: Option<String>,
    /// Where it is written.
    pub place: Place,
}

impl Criteria {
    /// Reads the text of the decision file named `file`.
    ///
    /// # Errors
    ///
    /// When it is not TOML, has an unknown key, or says what can't be meant.
    pub fn parse(file: &str, text: &str) -> Result<Self, TomlError> {
        let source = Source { file, text };
        let raw: RawFile = source.read()?;
        source.check_schema(&raw.schema, SCHEMA)?;
        for part in ["{candidate}", "{target}"] {
            if !raw.modules.get_ref().contains(part) {
                let message = format!(
                    "\"{}\" has no {part}; write e.g. \"{{candidate}}-{{target}}\"",
                    raw.modules.get_ref()
                );
                return Err(source.error(raw.modules.span(), message));
            }
        }
        if raw.targets.get_ref().is_empty() {
            let message = "no target; write e.g. [\"wasip1\", \"wasip2\"]".to_owned();
            return Err(source.error(raw.targets.span(), message));
        }
        let candidates = candidates(&source, raw.candidate)?;
        let reference = raw.reference.get_ref();
        match candidates.iter().find(|c| c.name == *reference) {
            None => {
                let message =
                    format!("reference \"{reference}\" is not a candidate; add it as one");
                return Err(source.error(raw.reference.span(), message));
            }
            Some(found) if found.maintenance == Maintenance::Exclude => {
                let message = format!("reference \"{reference}\" is excluded; choose another");
                return Err(source.error(raw.reference.span(), message));
            }
            Some(_) => {}
        }
        Ok(Self {
            file: file.to_owned(),
            reference: raw.reference.into_inner(),
            targets: raw.targets.into_inner(),
            modules: raw.modules.into_inner(),
            candidates,
            criteria: criteria(&source, raw.criterion)?,
            evidence: evidence(&source, raw.evidence)?,
        })
    }
}

fn candidates(source: &Source<'_>, raw: Vec<RawCandidate>) -> Result<Vec<Candidate>, TomlError> {
    let mut found: Vec<Candidate> = Vec::new();
    for candidate in raw {
        let (span, name) = (candidate.name.span(), candidate.name.into_inner());
        if found.iter().any(|other| other.name == name) {
            let message = format!("candidate \"{name}\" is there twice; keep one");
            return Err(source.error(span, message));
        }
        if candidate.reason.get_ref().trim().is_empty() {
            let message = "a mark needs its reason; say in a sentence why".to_owned();
            return Err(source.error(candidate.reason.span(), message));
        }
        let mark_span = candidate.maintenance.span();
        let maintenance = match candidate.maintenance.into_inner() {
            RawMaintenance::Mark(mark) => u32::try_from(mark)
                .ok()
                .filter(|mark| (1..=BEST_MARK).contains(mark))
                .map(Maintenance::Mark),
            RawMaintenance::Word(word) => (word == EXCLUDE).then_some(Maintenance::Exclude),
        };
        let Some(maintenance) = maintenance else {
            let message = format!(
                "maintenance is a mark from 1 (left alone) to {BEST_MARK} (well looked after), or \"{EXCLUDE}\""
            );
            return Err(source.error(mark_span, message));
        };
        found.push(Candidate {
            name,
            maintenance,
            reason: candidate.reason.into_inner(),
            place: source.place(Some(span)),
        });
    }
    Ok(found)
}

fn criteria(source: &Source<'_>, raw: Vec<RawCriterion>) -> Result<Vec<Criterion>, TomlError> {
    let mut found: Vec<Criterion> = Vec::new();
    for criterion in raw {
        let (span, name) = (criterion.name.span(), criterion.name.into_inner());
        let fail = |message: String| Err(source.error(span.clone(), message));
        if found.iter().any(|other| other.name == name) {
            return fail(format!("criterion \"{name}\" is there twice; keep one"));
        }
        let weight = *criterion.weight.get_ref();
        if !(weight.is_finite() && weight > 0.0) {
            let message = format!("weight {weight} is not above 0; leave out what does not count");
            return Err(source.error(criterion.weight.span(), message));
        }
        let measures = criterion.measures.iter();
        let measures: Vec<Measure> = measures
            .map(|name| measure(source, name))
            .collect::<Result<_, _>>()?;
        let Some(first) = measures.first() else {
            return fail(format!("criterion \"{name}\" has no measure"));
        };
        let per_case = first.is_per_case();
        if measures.iter().any(|m| m.is_per_case() != per_case) {
            return fail(format!(
                "criterion \"{name}\" mixes numbers of files with numbers of cases; make it two"
            ));
        }
        if per_case && criterion.cases.is_empty() {
            return fail(format!(
                "criterion \"{name}\" is measured case by case; add e.g. cases = [\"*\"]"
            ));
        }
        if !per_case && !criterion.cases.is_empty() {
            return fail(format!(
                "criterion \"{name}\" is about files, which have no cases; remove `cases`"
            ));
        }
        found.push(Criterion {
            name,
            weight,
            measures,
            cases: criterion.cases,
            rule: criterion.rule,
            place: source.place(Some(span)),
        });
    }
    if found.is_empty() {
        let message = "no criterion; add a [[criterion]] with name, weight and measures".to_owned();
        let place = source.place(None);
        return Err(TomlError { place, message });
    }
    Ok(found)
}

fn evidence(source: &Source<'_>, raw: Vec<RawEvidence>) -> Result<Vec<Evidence>, TomlError> {
    let read = |evidence: RawEvidence| {
        let (span, title) = (evidence.title.span(), evidence.title.into_inner());
        let measure = measure(source, &evidence.measure)?;
        let message = match (measure, &evidence.case) {
            (Measure::Maintenance, _) => Some("maintenance is a mark and no measured number"),
            (measure, None) if measure.is_per_case() => Some("this measure needs a `case`"),
            (measure, Some(_)) if !measure.is_per_case() => Some("a file has no cases"),
            _ => None,
        };
        match message {
            Some(message) => Err(source.error(span, format!("evidence \"{title}\": {message}"))),
            None => Ok(Evidence {
                title,
                measure,
                case: evidence.case,
                place: source.place(Some(span)),
            }),
        }
    };
    raw.into_iter().map(read).collect()
}

fn measure(source: &Source<'_>, name: &Spanned<String>) -> Result<Measure, TomlError> {
    let found = Measure::all().find(|measure| measure.key() == name.get_ref());
    found.ok_or_else(|| {
        let known: Vec<&str> = Measure::all().map(Measure::key).collect();
        let message = format!(
            "`{}` is not measured; there are: {}",
            name.get_ref(),
            known.join(", ")
        );
        source.error(name.span(), message)
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    schema: Spanned<u32>,
    reference: Spanned<String>,
    targets: Spanned<Vec<String>>,
    modules: Spanned<String>,
    #[serde(default)]
    candidate: Vec<RawCandidate>,
    #[serde(default)]
    criterion: Vec<RawCriterion>,
    #[serde(default)]
    evidence: Vec<RawEvidence>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCandidate {
    name: Spanned<String>,
    maintenance: Spanned<RawMaintenance>,
    reason: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawMaintenance {
    Mark(i64),
    Word(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCriterion {
    name: Spanned<String>,
    weight: Spanned<f64>,
    measures: Vec<Spanned<String>>,
    #[serde(default)]
    cases: Vec<String>,
    #[serde(default)]
    rule: Rule,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEvidence {
    title: Spanned<String>,
    measure: Spanned<String>,
    case: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "schema = 1
reference = \"a\"
targets = [\"t\"]
modules = \"{candidate}-{target}\"
[[candidate]]
name = \"a\"
maintenance = 3
reason = \"known\"
[[criterion]]
name = \"size\"
weight = 1
measures = [\"raw_bytes\"]
";

    fn error(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "{from}");
        Criteria::parse("d.toml", &GOOD.replace(from, to))
            .expect_err("it is wrong")
            .to_string()
    }

    #[test]
    fn a_good_file_is_read() {
        let criteria = Criteria::parse("d.toml", GOOD).expect("it is right");
        assert_eq!(criteria.module("a", "t"), "a-t");
        assert_eq!(criteria.candidates[0].maintenance, Maintenance::Mark(3));
        assert_eq!(criteria.criteria[0].rule, Rule::Mean);
    }

    #[test]
    fn each_mistake_is_told_with_its_line() {
        for (from, to, expected) in [
            (
                "schema = 1",
                "schema = 9",
                "d.toml:1: schema 9 is not known",
            ),
            (
                "\"a\"\ntargets",
                "\"b\"\ntargets",
                "d.toml:2: reference \"b\" is not a candidate",
            ),
            ("[\"t\"]", "[]", "d.toml:3: no target"),
            ("-{target}", "", "d.toml:4: \"{candidate}\" has no {target}"),
            ("= 3", "= 6", "d.toml:7: maintenance is a mark from 1"),
            ("= 3", "= \"no\"", "d.toml:7: maintenance is a mark from 1"),
            (
                "= 3",
                "= \"exclude\"",
                "d.toml:2: reference \"a\" is excluded",
            ),
            ("known", " ", "d.toml:8: a mark needs its reason"),
            (
                "weight = 1",
                "weight = 0",
                "d.toml:11: weight 0 is not above 0",
            ),
            (
                "weight = 1",
                "weight = nan",
                "d.toml:11: weight NaN is not above 0",
            ),
            (
                "weight = 1",
                "wieght = 1",
                "d.toml:11: unknown field `wieght`",
            ),
            (
                "raw_bytes",
                "row_bytes",
                "d.toml:12: `row_bytes` is not measured; there are: raw_bytes",
            ),
            (
                "[\"raw_bytes\"]",
                "[]",
                "d.toml:10: criterion \"size\" has no measure",
            ),
            (
                "[\"raw_bytes\"]",
                "[\"fuel\"]",
                "d.toml:10: criterion \"size\" is measured case by case",
            ),
            (
                "\"raw_bytes\"",
                "\"raw_bytes\", \"fuel\"",
                "d.toml:10: criterion \"size\" mixes",
            ),
            (
                "weight = 1",
                "weight = 1\ncases = [\"*\"]",
                "d.toml:10: criterion \"size\" is about files",
            ),
        ] {
            let found = error(from, to);
            assert!(found.starts_with(expected), "{found}\n{expected}");
        }
    }
}
