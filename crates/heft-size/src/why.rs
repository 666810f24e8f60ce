//! Why a function is in a file.

use crate::attribution::{Attribution, Function};

/// Why a function is in a file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Why {
    /// The function asked about, demangled.
    pub function: String,
    /// What keeps it: an export, the start function, a table or a global. `None` when nothing leads
    /// to it.
    pub root: Option<String>,
    /// The functions from the root to the one asked about, each calling or referring to the next.
    pub path: Vec<String>,
}

/// Why it can't be said why a function is in a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhyError {
    /// No function has a name.
    #[error("the file has no function names; pass its symbols file with `--names`")]
    NoNames,
    /// No function is called so.
    #[error(
        "no function is named `{name}`{similar}; names are those that `size --functions` shows"
    )]
    Unknown {
        /// The name asked for.
        name: String,
        /// Words about similar names, or nothing.
        similar: String,
    },
    /// Several functions could be meant.
    #[error("{count} functions have `{name}` in their names, e.g. {examples}; give the whole name")]
    Several {
        /// The name asked for.
        name: String,
        /// How many.
        count: usize,
        /// Some of them.
        examples: String,
    },
}

/// Finds a shortest path that leads to the function of this name: demangled or as the name section
/// has it, whole or a part that no other function has.
///
/// # Errors
///
/// When no function has this name, or several do.
pub fn why(attribution: &Attribution<'_>, name: &str) -> Result<Why, WhyError> {
    let function = find(attribution, name)?;
    let module = &attribution.modules[function.module];
    let graph = attribution.calls(module);
    let own = &attribution.functions[module.functions.clone()];
    let goal = (function.index - module.imported_functions) as usize;
    let (root, path) = match graph.path_to(goal) {
        Some((root, path)) => (Some(root.to_string()), path),
        None => (None, Vec::new()),
    };
    Ok(Why {
        function: function.display_name(),
        root,
        path: path
            .into_iter()
            .map(|local| own[local].display_name())
            .collect(),
    })
}

fn find<'f, 'a>(
    attribution: &'f Attribution<'a>,
    name: &str,
) -> Result<&'f Function<'a>, WhyError> {
    if !attribution.has_names {
        return Err(WhyError::NoNames);
    }
    let functions = &attribution.functions;
    if let Some(exact) = functions.iter().find(|f| f.name.as_deref() == Some(name)) {
        return Ok(exact);
    }
    let names: Vec<String> = functions.iter().map(Function::display_name).collect();
    if let Some(exact) = names.iter().position(|found| found == name) {
        return Ok(&functions[exact]);
    }
    let parts: Vec<usize> = (0..names.len())
        .filter(|i| names[*i].contains(name))
        .collect();
    match parts.as_slice() {
        [] => {
            let last = name.rsplit("::").next().unwrap_or(name);
            let similar = names.iter().find(|found| found.ends_with(last));
            Err(WhyError::Unknown {
                name: name.to_owned(),
                similar: similar
                    .map(|found| format!(" (there is `{found}`)"))
                    .unwrap_or_default(),
            })
        }
        [one] => Ok(&functions[*one]),
        several => {
            let some = several.iter().take(3).map(|i| format!("`{}`", names[*i]));
            Err(WhyError::Several {
                name: name.to_owned(),
                count: several.len(),
                examples: some.collect::<Vec<_>>().join(", "),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::attribute;

    fn why_of(text: &str, name: &str) -> Result<Why, WhyError> {
        let file = wat::parse_str(text).expect("the test's text is right");
        why(&attribute(&file, None).expect("readable"), name)
    }

    const MODULE: &str = r#"(module
        (import "host" "f" (func $imported))
        (table 1 funcref)
        (elem (i32.const 0) $indirect)
        (func $run (export "run") call $imported call $a call $long)
        (func $long call $longer) (func $longer call $goal)
        (func $a call $goal)
        (func $goal)
        (func $indirect call $behind) (func $behind)
        (func $dead call $dead)
        (func $by_reference) (func $taker (export "taker") ref.func $by_reference drop)
        (elem declare func $by_reference))"#;

    #[test]
    fn the_path_is_a_shortest_one_from_an_export() {
        let found = why_of(MODULE, "goal").expect("there");
        assert_eq!(found.root.as_deref(), Some("export \"run\""));
        assert_eq!(found.path, ["run", "a", "goal"]);
    }

    #[test]
    fn what_only_a_table_leads_to_says_so_and_what_nothing_leads_to_has_no_root() {
        let found = why_of(MODULE, "behind").expect("there");
        assert_eq!(found.root.as_deref(), Some("a table (called indirectly)"));
        assert_eq!(found.path, ["indirect", "behind"]);
        let found = why_of(MODULE, "dead").expect("there");
        assert_eq!((found.root, found.path.len()), (None, 0));
        assert_eq!(
            why_of(MODULE, "by_reference").expect("there").path,
            ["taker", "by_reference"]
        );
    }

    #[test]
    fn a_name_that_is_not_there_or_not_only_one_is_refused_with_help() {
        let said = why_of(MODULE, "x::goal").expect_err("refused").to_string();
        assert!(said.contains("there is `goal`"), "{said}");
        let said = why_of(MODULE, "on").expect_err("refused");
        assert_eq!(why_of(MODULE, "longe").expect("one").function, "longer");
        assert!(matches!(
            said,
            WhyError::Several { .. } | WhyError::Unknown { .. }
        ));
        assert_eq!(why_of("(module (func))", "f"), Err(WhyError::NoNames));
    }
}
