//! `init` and `build` on crates made on the spot, compiled by the real cargo; what optimizes is a fake.

use clap::Parser;
use heft_project::commands::{build, init};
use heft_project::run::{Job, Optimizer};
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use tempfile::TempDir;

#[derive(Parser)]
struct Init {
    #[command(flatten)]
    args: init::Args,
}

#[derive(Parser)]
struct Build {
    #[command(flatten)]
    args: build::Args,
}

/// Copies, and remembers which files it was given.
struct Copier {
    identity: &'static str,
    optimized: Mutex<Vec<String>>,
}

impl Copier {
    fn new(identity: &'static str) -> Self {
        let optimized = Mutex::new(Vec::new());
        Self {
            identity,
            optimized,
        }
    }

    /// What was optimized since the last question.
    fn take_optimized(&self) -> Vec<String> {
        let mut optimized =
            std::mem::take(&mut *self.optimized.lock().expect("no test has failed"));
        optimized.sort();
        optimized
    }
}

impl Optimizer for Copier {
    fn identity(&self) -> anyhow::Result<String> {
        Ok(self.identity.to_owned())
    }

    fn optimize(&self, job: &Job<'_>) -> anyhow::Result<()> {
        let module = fs::read(job.input)?;
        anyhow::ensure!(module.starts_with(b"\0asm"), "not WebAssembly");
        fs::write(&job.files.artifact, &module)?;
        fs::write(&job.files.names, &module)?;
        fs::write(&job.files.record, format!("{:?}", job.fingerprint))?;
        let name = job.files.artifact.file_stem().expect("a name");
        let name = name.to_string_lossy().into_owned();
        self.optimized
            .lock()
            .expect("no test has failed")
            .push(name);
        Ok(())
    }
}

/// A crate without dependencies, with one feature.
fn a_crate() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = "[package]\nname = \"hello\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[features]\nloud = []\n\n[workspace]\n";
    write(folder.path(), "Cargo.toml", manifest);
    let main = "fn main() {\n    println!(\"{}\", if cfg!(feature = \"loud\") { \"HELLO\" } else { \"hello\" });\n}\n";
    write(folder.path(), "src/main.rs", main);
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    fs::write(path, text).expect("written");
}

fn init(folder: &Path) -> Result<String, String> {
    let words = [Path::new("init"), folder];
    let args = Init::try_parse_from(words).expect("as people type it").args;
    args.run().map_err(|err| err.to_string())
}

fn build(folder: &Path, words: &[&str], optimizer: &dyn Optimizer) -> Result<String, String> {
    let (file, target) = (folder.join("heft.toml"), folder.join("target"));
    let text = |path: &Path| path.to_str().expect("text").to_owned();
    let mut all = vec!["build".to_owned(), "--project".to_owned(), text(&file)];
    all.extend(words.iter().map(|word| (*word).to_owned()));
    // NB: a target folder of its own, whatever cargo is told outside: crates of these tests have one name.
    let for_cargo = ["--", "--offline", "--target-dir"];
    all.extend(for_cargo.map(str::to_owned));
    all.push(text(&target));
    let args = Build::try_parse_from(all).expect("as people type it").args;
    args.run(optimizer, &|_| {}).map_err(|err| err.to_string())
}

fn built(folder: &Path, name: &str) -> Vec<u8> {
    fs::read(folder.join("target/heft").join(name)).expect("it was built")
}

#[test]
fn init_then_build_makes_the_artifacts_and_the_second_build_makes_none() {
    let place = a_crate();
    let folder = place.path();
    let said = init(folder).expect("a program");
    assert!(
        said.contains("hello-wasip1") && said.contains("wasi-alloc = {"),
        "{said}"
    );
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("still there");
    assert!(
        !manifest.contains("wasi-alloc"),
        "nothing is added silently"
    );

    let copier = Copier::new("copier 1");
    let said = build(folder, &["*-wasip1"], &copier).expect("it compiles");
    assert_eq!(copier.take_optimized(), ["hello-wasip1"]);
    let next = "no sizes were accepted yet: `wasm-heft accept` writes `sizes.json`";
    assert!(said.contains(next), "{said}");
    assert!(built(folder, "hello-wasip1.wasm").starts_with(b"\0asm\x01\0\0\0"));
    let record = String::from_utf8(built(folder, "hello-wasip1.json")).expect("text");
    assert!(record.contains("cargo-lock"), "{record}");
    let module = String::from_utf8_lossy(&built(folder, "hello-wasip1.wasm")).into_owned();
    assert!(
        !module.contains(folder.to_str().expect("text")),
        "source paths are shortened"
    );

    let said = build(folder, &["*-wasip1"], &copier).expect("it compiles");
    assert!(
        copier.take_optimized().is_empty() && said.contains("not changed"),
        "{said}"
    );

    // What decides over the result: the optimizer, its settings, its files, the source, `--force`.
    build(folder, &["*-wasip1", "--force"], &copier).expect("it compiles");
    assert_eq!(copier.take_optimized().len(), 1, "--force");
    let newer = Copier::new("copier 2");
    build(folder, &["*-wasip1"], &newer).expect("it compiles");
    assert_eq!(newer.take_optimized().len(), 1, "another optimizer");
    fs::write(folder.join("target/heft/hello-wasip1.wasm"), "damaged").expect("written");
    build(folder, &["*-wasip1"], &newer).expect("it compiles");
    assert_eq!(newer.take_optimized().len(), 1, "a damaged file");
    write(
        folder,
        "src/main.rs",
        "fn main() {\n    println!(\"other\");\n}\n",
    );
    build(folder, &["*-wasip1"], &newer).expect("it compiles");
    assert_eq!(newer.take_optimized().len(), 1, "another source");
}

#[test]
fn allocators_are_features_and_each_has_its_own_file() {
    let place = a_crate();
    let folder = place.path();
    write(
        folder,
        "heft.toml",
        "schema = 1\n[[artifact]]\npackage = \"hello\"\ntargets = [\"wasip1\"]\n[artifact.allocators.quiet]\nfeatures = []\n[artifact.allocators.loud]\nfeatures = [\"loud\"]\n",
    );
    let said = build(folder, &["--json"], &Copier::new("1")).expect("it compiles");
    let said: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(said["schema"], 1);
    assert_eq!(said["artifacts"][0]["name"], "hello-loud-wasip1");
    assert_eq!(said["artifacts"][1]["name"], "hello-quiet-wasip1");
    let has = |name: &str, word: &str| String::from_utf8_lossy(&built(folder, name)).contains(word);
    assert!(has("hello-loud-wasip1.wasm", "HELLO") && !has("hello-quiet-wasip1.wasm", "HELLO"));
}

#[test]
fn init_overwrites_nothing() {
    let place = a_crate();
    let folder = place.path();
    write(folder, "budgets.toml", "mine");
    let said = init(folder).expect("a program");
    assert!(
        said.contains("budgets.toml: is there and stays as it is"),
        "{said}"
    );
    assert_eq!(
        fs::read_to_string(folder.join("budgets.toml")).expect("there"),
        "mine"
    );
    write(folder, "heft.toml", "mine, too");
    let refused = init(folder).expect_err("there is one");
    assert!(refused.contains("is there and stays as it is"), "{refused}");
    assert_eq!(
        fs::read_to_string(folder.join("heft.toml")).expect("there"),
        "mine, too"
    );
}

#[test]
fn a_crate_that_does_not_compile_is_one_line_and_writes_no_artifact() {
    let place = a_crate();
    let folder = place.path();
    init(folder).expect("a program");
    write(folder, "src/main.rs", "fn main() { absent() }\n");
    let refused = build(folder, &["*-wasip1"], &Copier::new("1")).expect_err("it does not compile");
    // Between the two are the flags that the environment has for rustc, where it has some.
    assert!(
        refused.starts_with("`hello-wasip1` does not compile: `"),
        "{refused}"
    );
    assert!(refused.contains("cargo build "), "{refused}");
    assert!(!refused.contains('\n'), "{refused}");
    assert!(!folder.join("target/heft/hello-wasip1.wasm").exists());
}

#[test]
fn an_optimizer_that_fails_is_one_line_and_the_next_build_tries_again() {
    struct Failing;
    impl Optimizer for Failing {
        fn identity(&self) -> anyhow::Result<String> {
            Ok("1".to_owned())
        }
        fn optimize(&self, _: &Job<'_>) -> anyhow::Result<()> {
            anyhow::bail!("no wasm-opt")
        }
    }
    let place = a_crate();
    let folder = place.path();
    init(folder).expect("a program");
    let refused = build(folder, &["*-wasip1"], &Failing).expect_err("it fails");
    assert_eq!(refused, "cannot optimize `hello-wasip1`: no wasm-opt");
    let copier = Copier::new("1");
    build(folder, &["*-wasip1"], &copier).expect("it compiles");
    assert_eq!(copier.take_optimized(), ["hello-wasip1"]);
}

#[test]
fn outside_of_any_crate_the_words_are_cargos() {
    let place = tempfile::tempdir().expect("a folder");
    let refused = init(place.path()).expect_err("there is no crate");
    assert!(refused.contains("could not find `Cargo.toml`"), "{refused}");
    assert!(!refused.contains('\n'), "{refused}");
}

#[test]
fn a_dry_run_prints_the_commands_and_runs_none() {
    let place = a_crate();
    let folder = place.path();
    init(folder).expect("a program");
    let said = build(folder, &["--dry-run"], &Copier::new("1")).expect("it is planned");
    assert_eq!(said.lines().count(), 2, "{said}");
    assert!(said.starts_with("hello-wasip1: "), "{said}");
    assert!(!folder.join("target").exists());
}
