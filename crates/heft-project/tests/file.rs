//! `heft.toml`: what is read, what is refused and in which words, and that writing and reading agree.

use heft_data::measure::Measure;
use heft_project::{Converge, Effort, Panics, Project, Target, find, read, write};
use std::path::Path;

const WHOLE: &str = r#"
schema = 1
budgets = "limits/budgets.toml"
baseline = "limits/sizes.json"
output = "built"

[optimize]
arguments = ["-O3", "--converge"]
converge = "never"
effort = "max"
smallest = "brotli"
cross-module = false
keep-exports = ["_start", "memory"]
panics = "trap"
time-limit-seconds = 600

[[artifact]]
name = "counter"
package = "words"
bin = "wc"
targets = ["wasip1"]
profiles = ["release-wasm", "min"]
features = ["files"]
default-features = false

[artifact.allocators.talc]
features = ["talc"]
heap = ["talc"]

[artifact.allocators.dlmalloc]
features = ["dlmalloc"]

[[artifact]]
package = "other"
"#;

fn parse(text: &str) -> Project {
    read(Path::new("/p/heft.toml"), text).expect("it is right")
}

fn refusal(text: &str) -> String {
    let refused = read(Path::new("heft.toml"), text);
    refused.expect_err("it is wrong").to_string()
}

#[test]
fn every_key_is_read() {
    let project = parse(WHOLE);
    assert_eq!(
        project.budgets.as_deref(),
        Some(Path::new("/p/limits/budgets.toml"))
    );
    assert_eq!(project.baseline, Path::new("/p/limits/sizes.json"));
    assert_eq!(project.output, Path::new("/p/built"));
    assert_eq!(project.optimize.arguments, ["-O3", "--converge"]);
    assert_eq!(project.optimize.converge, Converge::Never);
    assert_eq!(project.optimize.effort, Effort::Max);
    assert_eq!(project.optimize.smallest, Measure::Brotli);
    assert!(!project.optimize.cross_module);
    assert!(!project.optimize.prune_imports);
    let kept = ["_start", "memory"].map(str::to_owned);
    assert_eq!(project.optimize.keep_exports, Some(kept.into()));
    assert_eq!(project.optimize.panics, Panics::Trap);
    assert_eq!(project.optimize.time_limit_seconds, Some(600));
    let names: Vec<String> = project.variants().into_iter().map(|one| one.name).collect();
    assert_eq!(
        names,
        [
            "counter-dlmalloc-wasip1",
            "counter-dlmalloc-wasip1-min",
            "counter-talc-wasip1",
            "counter-talc-wasip1-min",
            "other-wasip1",
            "other-wasip2",
        ]
    );
    let talc = &project.variants()[2];
    assert_eq!(talc.features, ["files", "talc"]);
    assert_eq!(talc.heap.as_deref(), Some(&["talc".to_owned()][..]));
    assert_eq!(talc.target, Target::Wasip1);
    assert_eq!(
        project.files(talc).names,
        Path::new("/p/built/counter-talc-wasip1.names.wasm")
    );
}

#[test]
fn imports_are_pruned_where_it_is_asked_for() {
    let artifact = "[[artifact]]\npackage = \"app\"\n";
    for setting in ["true", "false"] {
        let text = format!("schema = 1\n[optimize]\nprune-imports = {setting}\n{artifact}");
        let project = parse(&text);
        assert_eq!(project.optimize.prune_imports.to_string(), setting);
        assert_eq!(parse(&write(&project)), project);
    }
}

#[test]
fn the_shortest_file_has_what_a_program_needs() {
    let project = parse("schema = 1\n[[artifact]]\npackage = \"app\"\n");
    assert_eq!(project.output, Path::new("/p/target/heft"));
    assert_eq!(project.baseline, Path::new("/p/sizes.json"));
    assert_eq!(project.budgets, None);
    let names: Vec<String> = project.variants().into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["app-wasip1", "app-wasip2"]);
}

#[test]
fn what_is_written_is_read_as_it_was() {
    for text in [WHOLE, "schema = 1\n[[artifact]]\npackage = \"app\"\n"] {
        let project = parse(text);
        assert_eq!(parse(&write(&project)), project, "{}", write(&project));
    }
    let mut odd = parse(WHOLE);
    odd.optimize.arguments = vec!["\"\\\n\t\u{7f}ä".to_owned()];
    assert_eq!(parse(&write(&odd)), odd, "{}", write(&odd));
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_what_to_do() {
    let artifact = "schema = 1\n[[artifact]]\npackage = \"app\"\n";
    let wrong = |optimize: &str| {
        format!("schema = 1\n[optimize]\n{optimize}\n[[artifact]]\npackage = \"a\"\n")
    };
    let cases = [
        (
            "schema = 2\n[[artifact]]\npackage = \"a\"\n".to_owned(),
            "heft.toml:1: schema 2 is not known, expected 1; a newer wasm-heft may know it",
        ),
        (
            "schema = 1\n".to_owned(),
            "heft.toml:1: expected at least one [[artifact]], found none; e.g. [[artifact]] with package = \"app\"",
        ),
        (
            format!("{artifact}targts = [\"wasip1\"]\n"),
            "heft.toml:4: key `targts` is unknown; did you mean `targets`? known are `name`, `package`, `bin`, `targets`, `profiles`, `features`, `default-features`, `allocators`",
        ),
        (
            format!("{artifact}targets = [\"wasip3\"]\n"),
            "heft.toml:4: target `wasip3` is not known; did you mean `wasip1`? known are `wasip1`, `wasip2`",
        ),
        (
            format!("{artifact}targets = [\"wasm32-wasip2\"]\n"),
            "heft.toml:4: target `wasm32-wasip2` is not known; did you mean `wasip2`? known are `wasip1`, `wasip2`",
        ),
        (
            format!("{artifact}targets = []\n"),
            "heft.toml:4: `targets` is empty; expected at least one, e.g. targets = [\"wasip1\"]",
        ),
        (
            format!("{artifact}targets = [\"wasip1\", \"wasip1\"]\n"),
            "heft.toml:4: target `wasip1` is there twice; leave one out",
        ),
        (
            format!("{artifact}profiles = []\n"),
            "heft.toml:4: `profiles` is empty; expected at least one, e.g. profiles = [\"release-wasm\"]",
        ),
        (
            format!("{artifact}name = \"../app\"\n"),
            "heft.toml:4: name \"../app\": expected letters, digits, `-` and `_`, since files are named after it",
        ),
        (
            format!("{artifact}bin = \"../\\u001bapp\"\n"),
            "heft.toml:3: name \"../\\u{1b}app\": expected letters, digits, `-` and `_`, since files are named after it",
        ),
        (
            format!("{artifact}\n[[artifact]]\npackage = \"app\"\n"),
            "heft.toml:5: `app-wasip1` is the name of two artifacts; give this one another `name`",
        ),
        (
            wrong("time-limit-seconds = 0"),
            "heft.toml:3: `time-limit-seconds` is 0; expected seconds above 0, or no such key for no limit",
        ),
        // On the command line one excludes the other, too.
        (
            wrong("cross-module = false\nprune-imports = true"),
            "heft.toml:4: `prune-imports` needs `cross-module`, which is false; leave one of the two out",
        ),
        (
            wrong("converge = \"often\""),
            "heft.toml:3: value `often` is not known; known are `auto`, `always`, `never`",
        ),
        (
            wrong("effort = \"maxi\""),
            "heft.toml:3: value `maxi` is not known; did you mean `max`? known are `fast`, `normal`, `max`",
        ),
        (
            wrong("smallest = \"brotly\""),
            "heft.toml:3: value `brotly` is not known; did you mean `brotli`? known are `raw`, `gzip`, `brotli`",
        ),
        (
            wrong("panics = \"traps\""),
            "heft.toml:3: value `traps` is not known; did you mean `trap`? known are `keep`, `trap`",
        ),
        (
            wrong("panic = \"trap\""),
            "heft.toml:3: key `panic` is unknown; did you mean `panics`? known are `arguments`, `converge`, `effort`, `smallest`, `cross-module`, `prune-imports`, `keep-exports`, `panics`, `time-limit-seconds`",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(refusal(&text), expected);
    }
    for (text, start) in [
        ("schema =", "heft.toml:1: "),
        (
            "schema = 1\n[[artifact]]\nbin = \"app\"\n",
            "heft.toml:2: missing field `package`",
        ),
        (
            "schema = 1\n[[artifact]]\npackage = \"app\"\ntargets = 7\n",
            "heft.toml:4: invalid type",
        ),
    ] {
        let found = refusal(text);
        assert!(found.starts_with(start) && !found.contains('\n'), "{found}");
    }
}

#[test]
fn artifacts_whose_forms_collide_are_refused() {
    let text = "schema = 1\n[[artifact]]\npackage = \"a\"\n[artifact.allocators.talc]\nfeatures = []\n\n[[artifact]]\npackage = \"a-talc\"\n";
    assert_eq!(
        refusal(text),
        "heft.toml:7: `a-talc-wasip1` is the name of two artifacts; give this one another `name`"
    );
}

#[test]
fn the_nearest_file_is_found_upwards() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("crates/app/src");
    std::fs::create_dir_all(&inner).expect("folders");
    let read = |path: &Path| std::fs::read_to_string(path).map_err(|err| err.to_string());
    let missing = find(&inner, &read).expect_err("there is none").to_string();
    assert!(missing.contains("`wasm-heft init` starts one"), "{missing}");
    let outer = folder.path().to_owned();
    for (place, package) in [
        (outer.clone(), "outer"),
        (outer.join("crates/app"), "inner"),
    ] {
        let text = format!("schema = 1\n[[artifact]]\npackage = \"{package}\"\n");
        std::fs::write(place.join("heft.toml"), text).expect("written");
        let project = find(&inner, &read).expect("it is there");
        assert_eq!(project.artifacts[0].package, package);
        assert_eq!(project.root, place);
    }
}
