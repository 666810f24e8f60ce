//! A small vocabulary for the tests: a folder to work in, and runs of the built program.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder of a test's own, in which it runs the program.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|err| panic!("{name}: {err}"))
    }

    /// The names in the folder, sorted.
    pub(crate) fn list(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Runs the program with arguments apart by spaces.
    pub(crate) fn heft(&self, arguments: &str) -> Run {
        self.heft_with(arguments, &[], b"")
    }

    pub(crate) fn heft_with(&self, arguments: &str, env: &[(&str, &str)], stdin: &[u8]) -> Run {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        self.run(&arguments, env, stdin)
    }

    /// Runs the program with arguments that may hold anything.
    pub(crate) fn heft_args(&self, arguments: &[&str]) -> Run {
        self.run(arguments, &[], b"")
    }

    fn run(&self, arguments: &[&str], env: &[(&str, &str)], stdin: &[u8]) -> Run {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wasm-heft"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("WASM_OPT")
            .env_remove("NO_COLOR")
            .env("COLUMNS", "100")
            .envs(env.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that fails early may not read its input.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        Run(child.wait_with_output().unwrap())
    }

    /// Makes an executable script named `wasm-opt` that stands in for wasm-opt. `body` runs with the
    /// input in `$in` and the output in `$out`.
    pub(crate) fn fake_wasm_opt(&self, body: &str) {
        let script = format!(
            "#!/bin/sh
case \"$1\" in
--version) echo 'wasm-opt version 0 (fake)'; exit 0;;
--help) echo '--enable-simd --enable-bulk-memory --enable-sign-ext --enable-multivalue'; exit 0;;
esac
while [ $# -gt 0 ]; do
  case \"$1\" in
  -o) out=\"$2\"; shift;;
  *.wasm) in=\"$1\";;
  *) args=\"$args $1\";;
  esac
  shift
done
{body}
"
        );
        self.script("wasm-opt", &script);
    }

    /// Makes an executable script.
    pub(crate) fn script(&self, name: &str, content: &str) {
        self.write(&format!("{name}.txt"), content.as_bytes());
        // NB: copied by another process: a script this process has open for writing at the moment
        // another test's thread forks can't be executed ("text file busy").
        let copy = format!("cp {name}.txt {name} && chmod +x {name} && rm {name}.txt");
        tool("sh", &["-c", &copy], self.folder.path());
    }
}

/// A finished run.
pub(crate) struct Run(Output);

impl Run {
    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().expect("not killed")
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub(crate) fn stdout_bytes(&self) -> &[u8] {
        &self.0.stdout
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    /// Fails the test unless the program ended well.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code(), 0, "{}", self.stderr());
        self
    }

    /// Fails the test unless the program refused with exactly one line. Returns the line.
    #[track_caller]
    pub(crate) fn refused(self) -> String {
        let said = self.stderr();
        assert_eq!(self.code(), 2, "{said}");
        assert_eq!(self.stdout(), "");
        assert!(
            said.starts_with("error: ") && said.lines().count() == 1,
            "{said}"
        );
        said
    }
}

/// Runs another program and fails the test unless it is there and ends well. Returns its output.
#[track_caller]
pub(crate) fn tool(program: &str, arguments: &[&str], folder: &Path) -> Vec<u8> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output();
    let output = output.unwrap_or_else(|err| panic!("`{program}` is needed for this test: {err}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
    output.stdout
}

/// A file of `tests/fixtures`.
#[track_caller]
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name);
    fs::read(&path).unwrap_or_else(|err| panic!("{name}: {err}"))
}

/// Compares with a file of `tests/golden`, or writes it under `BLESS=1`.
#[track_caller]
pub(crate) fn golden(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, found).unwrap();
    }
    let agreed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == agreed,
        "{}:\n{}read it, then run with BLESS=1",
        path.display(),
        changed_lines(&agreed, found)
    );
}

/// The lines from the first to the last in which two texts differ, each with a sign before it.
pub(crate) fn changed_lines(agreed: &str, found: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (agreed.lines().collect(), found.lines().collect());
    let same = |(old, new): &(&&str, &&str)| old == new;
    let first = old.iter().zip(&new).take_while(same).count();
    let (old, new) = (&old[first..], &new[first..]);
    let both = old.iter().rev().zip(new.iter().rev());
    let last = both.take_while(same).count();
    let signed = |sign: char, lines: &[&str]| -> String {
        let lines = lines[..lines.len() - last].iter();
        lines.map(|line| format!("{sign} {line}\n")).collect()
    };
    format!(
        "line {}:\n{}{}",
        first + 1,
        signed('-', old),
        signed('+', new)
    )
}

#[test]
fn only_the_lines_that_differ_are_shown() {
    let shown = changed_lines("a\nb\nc\nd\n", "a\nB\nB\nd\n");
    assert_eq!(shown, "line 2:\n- b\n- c\n+ B\n+ B\n");
    assert_eq!(changed_lines("a\n", "a\nb\n"), "line 2:\n+ b\n");
}

/// The binary of a text.
#[track_caller]
pub(crate) fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

/// A module that wasm-opt can make smaller, with an import it uses and one it does not.
pub(crate) const MODULE: &str = r#"(module $app
    (import "host" "used" (func $used (param i32)))
    (import "host" "unused" (func $unused))
    (memory (export "memory") 1)
    (data (i32.const 16) "hello")
    (func $helper (param $x i32) (result i32)
        (local $y i32)
        (local.set $y (i32.mul (local.get $x) (i32.const 1)))
        (i32.add (local.get $y) (i32.const 0)))
    (func $run (export "run") (result i32)
        (call $used (call $helper (i32.const 4)))
        (i32.add (call $helper (i32.const 1)) (call $helper (i32.const 2))))
    (func $dead (param f64) (result f64) (f64.add (local.get 0) (f64.const 1)))
    (@custom "contract" "keep me")
    (@producers (processed-by "rustc" "1.97.1 (test)")))"#;

/// A component with core modules at two depths. The names are those of [`MODULE`].
pub(crate) fn component() -> Vec<u8> {
    wasm(&format!(
        r#"(component $outer
            (import "used" (func $used (param "x" u32)))
            (import "unused" (func $unused))
            (core func $used' (canon lower (func $used)))
            (core func $unused' (canon lower (func $unused)))
            (core module $m {0}
            (core instance $host (export "used" (func $used')) (export "unused" (func $unused')))
            (core instance $i (instantiate $m (with "host" (instance $host))))
            (func (export "run") (result u32) (canon lift (core func $i "run")))
            (component $inner (core module $copy {1} (export "m" (core module $copy))))"#,
        MODULE.trim_start_matches("(module $app"),
        MODULE.trim_start_matches("(module $app"),
    ))
}
