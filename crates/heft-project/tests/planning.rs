//! What a build would run, and what `init` would write: computed from data, no cargo.

use heft_project::init::start;
use heft_project::metadata::{Metadata, parse};
use heft_project::plan::Surroundings;
use heft_project::{plan, read, write};
use std::path::Path;

/// A workspace of a program, a library and two crates with a program of one name.
const WORKSPACE: &str = r#"{
  "workspace_root": "/nowhere/w",
  "packages": [
    { "name": "app", "manifest_path": "/nowhere/w/app/Cargo.toml",
      "targets": [{ "name": "app", "kind": ["bin"] }, { "name": "extra", "kind": ["bin"] }],
      "features": { "default": ["talc"], "talc": ["wasi-alloc/talc", "wasi-alloc/one-heap"], "small": ["wasi-alloc?/lol"], "other": [] },
      "dependencies": [{ "name": "wasi-alloc" }] },
    { "name": "lib", "manifest_path": "/nowhere/w/lib/Cargo.toml",
      "targets": [{ "name": "lib", "kind": ["lib"] }] },
    { "name": "one", "manifest_path": "/nowhere/w/one/Cargo.toml",
      "targets": [{ "name": "run", "kind": ["bin"] }] },
    { "name": "two", "manifest_path": "/nowhere/w/two/Cargo.toml",
      "targets": [{ "name": "run", "kind": ["bin"] }] }
  ]
}"#;

fn workspace() -> Metadata {
    parse(WORKSPACE.as_bytes()).expect("as cargo writes it")
}

#[test]
fn init_takes_the_programs_of_the_crate_it_stands_in() {
    let start = start(&workspace(), Path::new("/nowhere/w/app/src"), None).expect("a program");
    assert_eq!(start.path, Path::new("/nowhere/w/app/heft.toml"));
    assert_eq!(
        write(&start.project),
        r#"# What wasm-heft builds of this crate, and what holds it. Paths start from this file's folder.
schema = 1
# The limits, which people set.
budgets = "budgets.toml"
# The sizes that were last accepted; `wasm-heft accept` writes it.
baseline = "sizes.json"
# What `wasm-heft build` makes.
output = "target/heft"

[[artifact]]
name = "app"
package = "app"
bin = "app"
targets = ["wasip1", "wasip2"]
profiles = ["release-wasm"]
default-features = false

[artifact.allocators.lol]
features = ["small"]
heap = ["lol_alloc"]

[artifact.allocators.talc]
features = ["talc"]
heap = ["talc"]

[[artifact]]
name = "extra"
package = "app"
bin = "extra"
targets = ["wasip1", "wasip2"]
profiles = ["release-wasm"]
default-features = false

[artifact.allocators.lol]
features = ["small"]
heap = ["lol_alloc"]

[artifact.allocators.talc]
features = ["talc"]
heap = ["talc"]
"#
    );
    assert_eq!(start.proposals, [], "it has wasi-alloc");
}

#[test]
fn init_above_the_crates_takes_all_programs_and_tells_equal_names_apart() {
    let start = start(&workspace(), Path::new("/nowhere/w"), None).expect("programs");
    let names: Vec<&str> = start
        .project
        .artifacts
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["app", "extra", "one-run", "two-run"]);
    let proposed: Vec<&str> = start
        .proposals
        .iter()
        .map(|one| one.package.as_str())
        .collect();
    assert_eq!(proposed, ["one", "two"]);
    assert_eq!(start.path, Path::new("/nowhere/w/heft.toml"));
}

#[test]
fn init_refuses_what_has_no_program() {
    let refused = |folder: &str, only: Option<&str>| {
        let refused = start(&workspace(), Path::new(folder), only);
        refused.expect_err("no program").to_string()
    };
    assert_eq!(
        refused("/nowhere/w/lib", None),
        "the package `lib` has no program; expected a `src/main.rs` or a [[bin]]; packages with programs are: `app`, `one`, `two`"
    );
    assert_eq!(
        refused("/nowhere/w", Some("absent")),
        "there is no package `absent`; packages with programs are: `app`, `one`, `two`"
    );
    let mut libraries = workspace();
    libraries.packages.retain(|one| one.name == "lib");
    let refused = start(&libraries, Path::new("/nowhere/w"), None).expect_err("no program");
    assert_eq!(
        refused.to_string(),
        "no package of the workspace `/nowhere/w` has a program; expected a `src/main.rs` or a [[bin]]"
    );
}

/// The commands of a file with these lines for its artifact.
fn commands(artifact: &str, surroundings: &Surroundings) -> Vec<String> {
    let text = format!("schema = 1\n[[artifact]]\npackage = \"app\"\n{artifact}");
    let project = read(Path::new("/w/heft.toml"), &text).expect("it is right");
    let plan = plan(&project, surroundings, &[]).expect("everything");
    plan.steps
        .iter()
        .map(|step| step.command.display())
        .collect()
}

const PROFILE: &str = "--config 'profile.release-wasm.inherits=\"release\"' --config 'profile.release-wasm.opt-level=\"z\"' --config 'profile.release-wasm.lto=\"fat\"' --config profile.release-wasm.codegen-units=1 --config 'profile.release-wasm.panic=\"abort\"' --config profile.release-wasm.strip=false";

#[test]
fn every_form_is_one_command_of_cargos() {
    let artifact = "targets = [\"wasip2\"]\ndefault-features = false\n[artifact.allocators.talc]\nfeatures = [\"talc\", \"x\"]\n";
    assert_eq!(
        commands(artifact, &Surroundings::default()),
        [format!(
            "cargo build --message-format=json-render-diagnostics --target=wasm32-wasip2 --profile=release-wasm --package=app --bin=app --no-default-features --features=talc,x {PROFILE}"
        )]
    );
}

#[test]
fn another_profile_is_taken_as_it_is_but_unstripped() {
    let commands = commands(
        "targets = [\"wasip1\"]\nprofiles = [\"fast\"]\n",
        &Surroundings::default(),
    );
    assert_eq!(
        commands,
        [
            "cargo build --message-format=json-render-diagnostics --target=wasm32-wasip1 --profile=fast --package=app --bin=app --config profile.fast.strip=false"
        ]
    );
}

#[test]
fn source_paths_are_shortened_beside_the_flags_that_people_set() {
    let mut surroundings = Surroundings {
        workspace: Some("/home/me/w".into()),
        cargo_home: Some("/home/me/.cargo".into()),
        ..Surroundings::default()
    };
    let target = "targets = [\"wasip1\"]\n";
    let flags = "--config 'target.wasm32-wasip1.rustflags=[\"--remap-path-prefix=/home/me/w=/source\",\"--remap-path-prefix=/home/me/.cargo/registry/src=/cargo\"]'";
    let by_settings = commands(target, &surroundings);
    assert!(by_settings[0].ends_with(flags), "{by_settings:?}");

    surroundings.rustflags = Some("-Cdebuginfo=1".to_owned());
    let by_environment = commands(target, &surroundings);
    let start = "RUSTFLAGS='-Cdebuginfo=1 --remap-path-prefix=/home/me/w=/source --remap-path-prefix=/home/me/.cargo/registry/src=/cargo' cargo build ";
    assert!(by_environment[0].starts_with(start), "{by_environment:?}");

    // cargo would take it apart.
    surroundings.workspace = Some("/home/my name/w".into());
    assert!(!commands(target, &surroundings)[0].contains("my name"));
}

#[test]
fn the_profile_min_compiles_std_as_well() {
    let surroundings = Surroundings {
        sysroot: Some("/rust".into()),
        cargo_arguments: vec!["--offline".to_owned()],
        ..Surroundings::default()
    };
    let min = commands(
        "targets = [\"wasip1\"]\nprofiles = [\"min\"]\n",
        &surroundings,
    );
    assert!(
        min[0].starts_with("RUSTC_BOOTSTRAP=1 cargo build "),
        "{min:?}"
    );
    for part in [
        "--profile=release-wasm",
        "-Zbuild-std=std,panic_abort",
        "-Cpanic=immediate-abort",
        "/rust/lib/rustlib/src/rust=/rust",
    ] {
        assert!(min[0].contains(part), "{part}: {min:?}");
    }
    assert!(min[0].ends_with(" --offline"), "{min:?}");
}

#[test]
fn a_pattern_chooses_and_one_that_fits_nothing_is_refused() {
    let text = "schema = 1\n[[artifact]]\npackage = \"app\"\n[artifact.allocators.talc]\nfeatures = []\n[artifact.allocators.lol]\nfeatures = []\n";
    let project = read(Path::new("/w/heft.toml"), text).expect("it is right");
    let names = |patterns: &[&str]| {
        let patterns: Vec<String> = patterns.iter().map(|one| (*one).to_owned()).collect();
        let plan = plan(&project, &Surroundings::default(), &patterns)?;
        let names = plan.steps.into_iter().map(|step| step.variant.name);
        Ok::<Vec<String>, heft_project::Error>(names.collect())
    };
    assert_eq!(
        names(&["*-wasip1"]).expect("two"),
        ["app-lol-wasip1", "app-talc-wasip1"]
    );
    assert_eq!(names(&["app-talc-wasip2", "*talc*"]).expect("two").len(), 2);
    assert_eq!(names(&[]).expect("all").len(), 4);
    assert_eq!(
        names(&["app-tlc-*"]).expect_err("none").to_string(),
        "`app-tlc-*` is not the name of an artifact; there are: `app-lol-wasip1`, `app-lol-wasip2`, `app-talc-wasip1`, `app-talc-wasip2`"
    );
}
