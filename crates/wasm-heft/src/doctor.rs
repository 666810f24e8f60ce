//! Which of the programs that this one calls, or that go well with it, are installed.

use heft_optimize::ending::Group;
use serde::{Serialize, Serializer};
use std::env;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What is installed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Doctor {
    /// Version of this shape.
    pub schema: u32,
    /// Whether everything is there that a command of this program can't do without.
    pub ok: bool,
    /// Each tool, in a fixed order.
    pub tools: Vec<Tool>,
}

/// One tool.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tool {
    /// The program, or a target of the compiler.
    pub name: &'static str,
    /// Whether a command of this program can't do without.
    pub needed: bool,
    /// What it is for.
    pub used_for: &'static str,
    /// What it says its version is.
    pub version: Option<String>,
    /// Where it is.
    #[serde(serialize_with = "shown")]
    pub path: Option<PathBuf>,
    /// What is wrong with it, unless all is well.
    pub problem: Option<String>,
    /// How to get it.
    pub get: Get,
}

/// A path as it is shown: JSON has no other signs.
fn shown<S: Serializer>(path: &Option<PathBuf>, serializer: S) -> Result<S::Ok, S::Error> {
    let shown = path.as_ref().map(|path| path.display().to_string());
    shown.serialize(serializer)
}

/// How to get a tool, as a command.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Get {
    /// With cargo or rustup, on any system.
    pub rust: Option<&'static str>,
    /// On Debian and its relatives.
    pub debian: &'static str,
    /// On macOS with Homebrew.
    pub macos: &'static str,
    /// On Windows.
    pub windows: &'static str,
}

const BINARYEN: Get = Get {
    rust: Some("cargo install wasm-opt"),
    debian: "apt install binaryen",
    macos: "brew install binaryen",
    windows: "cargo install wasm-opt",
};
const RUST: &str = "https://rustup.rs";
const BUILDING: &str = "building programs";

/// Programs: name, whether needed, what for, how to get.
const PROGRAMS: &[(&str, bool, &str, Get)] = &[
    ("wasm-opt", true, "optimize", BINARYEN),
    (
        "wasm-tools",
        false,
        "looking into components",
        Get {
            rust: Some("cargo install wasm-tools"),
            debian: "cargo install wasm-tools",
            macos: "brew install wasm-tools",
            windows: "cargo install wasm-tools",
        },
    ),
    (
        "wasm-strip",
        false,
        "comparing with work by hand",
        Get {
            rust: None,
            debian: "apt install wabt",
            macos: "brew install wabt",
            windows: "https://github.com/WebAssembly/wabt/releases",
        },
    ),
    (
        "wasmtime",
        false,
        "running programs (bench has its own)",
        Get {
            rust: Some("cargo install wasmtime-cli"),
            debian: "cargo install wasmtime-cli",
            macos: "brew install wasmtime",
            windows: "winget install BytecodeAlliance.Wasmtime",
        },
    ),
    (
        "rustc",
        false,
        BUILDING,
        Get {
            rust: None,
            debian: "apt install rustc cargo",
            macos: RUST,
            windows: RUST,
        },
    ),
];

/// Targets of the compiler, and how to get each.
const TARGETS: &[(&str, &str)] = &[
    ("wasm32-wasip1", "rustup target add wasm32-wasip1"),
    ("wasm32-wasip2", "rustup target add wasm32-wasip2"),
];

/// The linker of WebAssembly, which `rustc` starts. It comes with rustup's compiler; Debian has it in a package
/// that rustc only recommends.
const LINKER: &str = "rust-lld";
const GET_LINKER: Get = Get {
    rust: None,
    debian: "apt install rust-llvm",
    macos: RUST,
    windows: RUST,
};
/// It is several linkers in one and has to be told which (<https://lld.llvm.org/#using-lld>), or it says no version.
const LINKER_VERSION: &[&str] = &["-flavor", "wasm", "--version"];

/// Looks for every tool. `wasm_opt` is the wasm-opt to look at instead of the one in PATH.
#[must_use]
pub fn doctor(wasm_opt: Option<&Path>) -> Doctor {
    let programs = PROGRAMS.iter().map(|&(name, needed, used_for, get)| {
        let given = wasm_opt.filter(|_| name == "wasm-opt");
        let path = given.map(Path::to_owned).or_else(|| in_path(name));
        Tool {
            needed,
            used_for,
            ..program(name, path.ok_or("not in PATH"), &["--version"], get)
        }
    });
    let linker = linker().ok_or("neither with rustc nor in PATH");
    let linker = program(LINKER, linker, LINKER_VERSION, GET_LINKER);
    let targets = TARGETS.iter().map(|&(name, get)| target(name, get));
    let tools: Vec<Tool> = programs.chain([linker]).chain(targets).collect();
    let ok = tools
        .iter()
        .all(|tool| !tool.needed || tool.problem.is_none());
    Doctor {
        schema: 1,
        ok,
        tools,
    }
}

/// A program at this path, or why there is none, that is asked for its version in these words.
fn program(
    name: &'static str,
    path: Result<PathBuf, &str>,
    ask_version: &[&str],
    get: Get,
) -> Tool {
    let version = match &path {
        Ok(path) => version_line(path, ask_version),
        Err(missing) => Err((*missing).to_owned()),
    };
    Tool {
        name,
        needed: false,
        used_for: BUILDING,
        problem: version.as_ref().err().cloned(),
        version: version.ok(),
        path: path.ok(),
        get,
    }
}

/// The program of this name that a shell would run.
fn in_path(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
}

/// The first line a program prints, or why there is none.
fn version_line(program: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let output = Group::answer(&mut command).map_err(|err| match err.kind() {
        ErrorKind::TimedOut => format!("does not work: {err}"),
        _ => format!("does not start: {err}"),
    })?;
    if !output.status.success() {
        return Err(format!("does not work: it ended with {}", output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

/// The linker that rustc starts: that of its own folder, else the one in PATH.
fn linker() -> Option<PathBuf> {
    let own = || {
        let libraries = libraries(&[])?;
        let file = format!("{LINKER}{}", env::consts::EXE_SUFFIX);
        let path = libraries.parent()?.join("bin").join(file);
        path.is_file().then_some(path)
    };
    own().or_else(|| in_path(LINKER))
}

/// A target of the compiler.
fn target(name: &'static str, get: &'static str) -> Tool {
    let path = standard_library(name);
    let missing = "rustc has no standard library for it";
    Tool {
        name,
        needed: false,
        used_for: BUILDING,
        version: None,
        problem: path.is_none().then(|| missing.to_owned()),
        path,
        get: Get {
            rust: Some(get),
            debian: "apt install libstd-rust-dev-wasm32",
            macos: get,
            windows: get,
        },
    }
}

/// The folder of a target's standard library.
fn standard_library(target: &str) -> Option<PathBuf> {
    let folder = libraries(&["--target", target])?;
    let std = |entry: &OsStr| entry.to_string_lossy().starts_with("libstd-");
    let mut entries = folder.read_dir().ok()?.flatten();
    entries
        .any(|entry| std(&entry.file_name()))
        .then_some(folder)
}

/// Where rustc has the libraries of a target: of its own system's, unless arguments name another one.
fn libraries(target: &[&str]) -> Option<PathBuf> {
    let arguments = [&["--print", "target-libdir"], target].concat();
    let folder = version_line(&in_path("rustc")?, &arguments).ok()?;
    Some(PathBuf::from(folder))
}
