//! Writes a `heft.toml`.

use crate::project::{Artifact, Optimize, Project, Target};
use crate::read::SCHEMA;
use std::fmt::Write as _;
use std::path::Path;

/// The text of a file that says what `project` is. Reading it gives `project` again.
#[must_use]
pub fn write(project: &Project) -> String {
    let mut out = format!(
        "# What wasm-heft builds of this crate, and what holds it. Paths start from this file's folder.\nschema = {SCHEMA}\n"
    );
    let path = |path: &Path| {
        let path = path.strip_prefix(&project.root).unwrap_or(path);
        // NB: `\` is for Windows alone; `/` is read everywhere.
        string(&path.display().to_string().replace('\\', "/"))
    };
    if let Some(budgets) = &project.budgets {
        let _ = writeln!(
            out,
            "# The limits, which people set.\nbudgets = {}",
            path(budgets)
        );
    }
    let _ = writeln!(
        out,
        "# The sizes that were last accepted; `wasm-heft accept` writes it.\nbaseline = {}",
        path(&project.baseline)
    );
    let _ = writeln!(
        out,
        "# What `wasm-heft build` makes.\noutput = {}",
        path(&project.output)
    );
    optimize(&mut out, &project.optimize);
    for one in &project.artifacts {
        artifact(&mut out, one);
    }
    out
}

fn optimize(out: &mut String, settings: &Optimize) {
    if *settings == Optimize::default() {
        return;
    }
    let _ = write!(
        out,
        "\n[optimize]\narguments = {}\nconverge = {}\neffort = {}\nsmallest = {}\ncross-module = {}\nprune-imports = {}\npanics = {}\n",
        list(&settings.arguments),
        string(settings.converge.name()),
        string(settings.effort.name()),
        string(&settings.smallest.to_string()),
        settings.cross_module,
        settings.prune_imports,
        string(settings.panics.name()),
    );
    if let Some(names) = &settings.keep_exports {
        let _ = writeln!(out, "keep-exports = {}", list(names));
    }
    if let Some(seconds) = settings.time_limit_seconds {
        let _ = writeln!(out, "time-limit-seconds = {seconds}");
    }
}

fn artifact(out: &mut String, artifact: &Artifact) {
    let targets: Vec<String> = artifact.targets.iter().map(Target::to_string).collect();
    let _ = write!(
        out,
        "\n[[artifact]]\nname = {}\npackage = {}\nbin = {}\ntargets = {}\nprofiles = {}\n",
        string(&artifact.name),
        string(&artifact.package),
        string(&artifact.bin),
        list(&targets),
        list(&artifact.profiles),
    );
    if !artifact.features.is_empty() {
        let _ = writeln!(out, "features = {}", list(&artifact.features));
    }
    if !artifact.default_features {
        out.push_str("default-features = false\n");
    }
    for (name, allocator) in &artifact.allocators {
        let _ = write!(
            out,
            "\n[artifact.allocators.{name}]\nfeatures = {}\n",
            list(&allocator.features)
        );
        if let Some(heap) = &allocator.heap {
            let _ = writeln!(out, "heap = {}", list(heap));
        }
    }
}

fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| string(item)).collect();
    format!("[{}]", items.join(", "))
}

/// A basic string of TOML 1.0: quotation mark, backslash and control characters are escaped.
pub(crate) fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
