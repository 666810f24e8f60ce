//! Told to end at a random moment (`kill -TERM`), a command leaves nothing behind: no process, no
//! temporary folder, and of each file that it writes all or nothing.

use crate::common::{MODULE, Place, tool, wasm};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// What is run, and the files that it writes beside its input.
struct Work {
    arguments: &'static str,
    outputs: &'static [&'static str],
}

const WORKS: &[Work] = &[
    Work {
        arguments: "optimize small.wasm -o out.wasm --names out.names.wasm --record out.json",
        outputs: &["out.wasm", "out.names.wasm", "out.json"],
    },
    Work {
        arguments: "optimize medium.wasm -o out.wasm --names out.names.wasm --record out.json",
        outputs: &["out.wasm", "out.names.wasm", "out.json"],
    },
    Work {
        arguments: "size medium.wasm",
        outputs: &[],
    },
    Work {
        arguments: "diff small.wasm medium.wasm",
        outputs: &[],
    },
    Work {
        arguments: "gate --budgets budgets.toml --report report.txt app=medium.wasm",
        outputs: &["report.txt"],
    },
    #[cfg(feature = "bench")]
    Work {
        arguments: "bench command.wasm --dir files --runs 3 --format json --report bench.json --any-output",
        // Its times differ from run to run; whole is what can be read.
        outputs: &["bench.json"],
    },
];

/// Of all commands together.
const RUNS: u64 = 200;

/// A program that was started and ended takes this long to vanish, at most.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often a running program is looked at.
const TICK: Duration = Duration::from_millis(1);

/// Where the moments come from.
const SEED: u64 = 0x5eed_0012;

/// The n-th number of the seed, evenly distributed (SplitMix64, Steele, Lea and Flood 2014).
fn random(n: u64) -> u64 {
    let mut x = SEED.wrapping_add(n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A module that keeps wasm-opt and the compressors busy for a moment.
fn medium() -> Vec<u8> {
    let mut text = "(module (memory (export \"memory\") 1)".to_owned();
    for n in 0..600 {
        let _ = write!(
            text,
            "(func $f{n} (export \"f{n}\") (param i32 i32) (result i32) (local i32)
                (local.set 2 (i32.mul (local.get 0) (i32.const {n})))
                (loop $next
                    (i32.store (i32.and (local.get 2) (i32.const 1020)) (i32.xor (local.get 1) (i32.const {})))
                    (local.set 2 (i32.sub (local.get 2) (i32.add (i32.const {}) (i32.const 1))))
                    (br_if $next (i32.gt_s (local.get 2) (local.get 1))))
                (i32.add (local.get 2) (i32.load (i32.const {}))))",
            n * 7919 % 65_521,
            n % 13,
            n * 4 % 1024,
        );
    }
    text.push(')');
    wasm(&text)
}

fn prepared() -> Place {
    let place = Place::new();
    place.write("small.wasm", &wasm(MODULE));
    place.write("medium.wasm", &medium());
    place.write(
        "command.wasm",
        &wasm(
            r#"(module (memory (export "memory") 1)
                (func (export "_start") (local i32)
                    (loop $next
                        (local.set 0 (i32.add (local.get 0) (i32.const 1)))
                        (br_if $next (i32.lt_u (local.get 0) (i32.const 1000000))))))"#,
        ),
    );
    place.write(
        "budgets.toml",
        b"schema = 1\n[[budget]]\nartifacts = [\"app\"]\nraw = { limit = \"1 MiB\" }\nbrotli = { limit = \"1 MiB\" }\n",
    );
    fs::create_dir_all(place.path("files/inside")).unwrap();
    place.write("files/inside/one", &[7; 100_000]);
    fs::create_dir(place.path("tmp")).unwrap();
    place
}

/// Runs a command, and tells it to end after `moment` if it still runs then. Returns how it ended, and
/// after which time.
fn run(place: &Place, work: &Work, moment: Duration) -> (ExitStatus, Duration) {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_wasm-heft"))
        .args(work.arguments.split_whitespace())
        .current_dir(place.path("."))
        .env_remove("WASM_OPT")
        // What it starts inherits this, and is found by it.
        .env("TMPDIR", place.path("tmp"))
        // For `build`.
        .env("CARGO", place.path("cargo"))
        .env("RUSTC", place.path("rustc"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while start.elapsed() < moment {
        if let Some(status) = child.try_wait().unwrap() {
            return (status, start.elapsed());
        }
        std::thread::sleep(TICK.min(moment.saturating_sub(start.elapsed())));
    }
    // One that ends now keeps its id until it is waited for.
    let kill = format!("kill -TERM {}", child.id());
    tool("sh", &["-c", &kill], Path::new("/"));
    (child.wait().unwrap(), start.elapsed())
}

/// The processes that were started with a temporary folder, by their ids. One that ended has no
/// environment any more.
fn alive(tmp: &Path) -> Vec<String> {
    let marker = format!("TMPDIR={}", tmp.display());
    let started_here = |id: &String| {
        let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        environment
            .split(|byte| *byte == 0)
            .any(|entry| entry == marker.as_bytes())
    };
    let ids = fs::read_dir("/proc").unwrap();
    ids.filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(started_here)
        .collect()
}

/// The same, of those that do not end by themselves soon.
fn left_running(tmp: &Path) -> Vec<String> {
    let start = Instant::now();
    loop {
        let ids = alive(tmp);
        if ids.is_empty() || start.elapsed() > PATIENCE {
            return ids;
        }
        std::thread::sleep(TICK);
    }
}

/// What is wrong with the folder after a run. `before` are the names in it and `old` is what its
/// outputs held, if they were there; `whole` tells whether a file is all that a command writes.
fn faults(
    place: &Place,
    work: &Work,
    before: &[String],
    old: Option<&[u8]>,
    whole: &dyn Fn(&str, &[u8]) -> bool,
) -> Vec<String> {
    let mut faults = Vec::new();
    for id in left_running(&place.path("tmp")) {
        faults.push(format!("process {id} runs on"));
    }
    for entry in fs::read_dir(place.path("tmp")).unwrap() {
        faults.push(format!("{} is left", entry.unwrap().path().display()));
    }
    for name in place.list() {
        if !before.contains(&name) && !work.outputs.contains(&name.as_str()) {
            faults.push(format!("{name} is left"));
        }
    }
    let mut written = 0;
    for name in work.outputs {
        let found = fs::read(place.path(name)).ok();
        if found.as_deref() == old {
            continue;
        }
        match found {
            Some(content) if whole(name, &content) => written += 1,
            Some(content) => faults.push(format!("{name}: {} bytes of it", content.len())),
            None => faults.push(format!("{name} is gone")),
        }
    }
    if written != 0 && written != work.outputs.len() {
        faults.push(format!(
            "{written} of {} files are written",
            work.outputs.len()
        ));
    }
    faults
}

/// Puts the outputs of a command as they were before a run.
fn reset(place: &Place, work: &Work, old: Option<&[u8]>) {
    for name in work.outputs {
        match old {
            Some(content) => place.write(name, content),
            None => drop(fs::remove_file(place.path(name))),
        }
    }
}

/// Kills one command `runs` times. Returns what it left, and how many runs the signal ended.
fn trial(work: &Work, runs: u64, first: u64) -> (Vec<String>, u64) {
    let place = prepared();
    let before = place.list();
    let (status, mut duration) = run(&place, work, Duration::MAX);
    assert!(status.success(), "{}", work.arguments);
    let contents: Vec<Vec<u8>> = work.outputs.iter().map(|name| place.read(name)).collect();
    let whole = |name: &str, content: &[u8]| {
        let expected = work.outputs.iter().position(|output| *output == name);
        name == "bench.json" && serde_json::from_slice::<serde_json::Value>(content).is_ok()
            || contents[expected.unwrap()] == content
    };

    let mut found = Vec::new();
    let mut killed = 0;
    for n in first..first + runs {
        let old = (n % 2 == 1).then_some(&b"old"[..]);
        reset(&place, work, old);
        // A tenth of them at or after the end.
        let share = u32::try_from(random(n) % 1100).unwrap();
        let moment = duration * share / 1000;
        let (status, took) = run(&place, work, moment);
        if status.success() {
            // The machine may have less to do than it had before.
            duration = duration.min(took);
        } else {
            killed += 1;
        }
        for fault in faults(&place, work, &before, old, &whole) {
            found.push(format!(
                "{} (run {n} of seed {SEED:#x}, after {moment:?}): {fault}",
                work.arguments
            ));
        }
    }
    (found, killed)
}

#[test]
fn killed_at_random_moments_commands_leave_no_process_no_folder_and_no_half_written_file() {
    let runs = RUNS.div_ceil(WORKS.len() as u64);
    let trials: Vec<(Vec<String>, u64)> = WORKS
        .iter()
        .zip(0_u64..)
        .map(|(work, n)| trial(work, runs, n * runs))
        .collect();
    let faults: Vec<String> = trials
        .iter()
        .flat_map(|(faults, _)| faults.clone())
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // The moments are spread over the whole work: of each command some runs ended by the signal.
    for ((_, killed), work) in trials.iter().zip(WORKS) {
        assert!(
            *killed > runs / 4,
            "{}: {killed} of {runs} were killed",
            work.arguments
        );
    }
}

#[test]
fn a_killed_build_ends_cargo_and_all_that_it_started() {
    let place = prepared();
    place.write(
        "heft.toml",
        b"schema = 1\n[[artifact]]\npackage = \"app\"\n",
    );
    let started = place.path("started");
    let cargo = format!(
        "#!/bin/sh\n[ \"$1\" = metadata ] && exit 1\ntouch '{}'\nsleep 1000; true\n",
        started.display()
    );
    place.script("cargo", &cargo);
    place.script("rustc", "#!/bin/sh\nexit 1\n");
    let mut child = Command::new(env!("CARGO_BIN_EXE_wasm-heft"))
        .arg("build")
        .current_dir(place.path("."))
        .env_remove("WASM_OPT")
        .env("CARGO", place.path("cargo"))
        .env("RUSTC", place.path("rustc"))
        .env("TMPDIR", place.path("tmp"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while !started.exists() {
        assert!(start.elapsed() < PATIENCE * 6, "cargo is not started");
        assert_eq!(child.try_wait().unwrap(), None);
        std::thread::sleep(TICK);
    }
    tool(
        "sh",
        &["-c", &format!("kill -TERM {}", child.id())],
        Path::new("/"),
    );
    assert!(!child.wait().unwrap().success());
    let left = left_running(&place.path("tmp"));
    assert!(left.is_empty(), "{left:?} run on");
}

/// The files of a folder and the folders in it, by their paths.
fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            let content = fs::read(&path).unwrap();
            found.insert(path.display().to_string(), content);
        }
    }
    found
}

#[test]
fn a_build_killed_at_random_moments_leaves_whole_files() {
    const BUILDS: u64 = 30;
    let place = prepared();
    place.write(
        "heft.toml",
        b"schema = 1\noutput = \"out\"\n[[artifact]]\npackage = \"app\"\ntargets = [\"wasip1\"]\n",
    );
    let message = serde_json::json!({
        "reason": "compiler-artifact",
        "target": { "name": "app", "kind": ["bin"] },
        "filenames": [place.path("medium.wasm")],
    });
    place.write("message", message.to_string().as_bytes());
    let cargo = "#!/bin/sh\n[ \"$1\" = metadata ] && exit 1\ncat message; echo\n";
    place.script("cargo", cargo);
    place.script("rustc", "#!/bin/sh\nexit 1\n");
    let work = Work {
        arguments: "build",
        outputs: &[],
    };
    let (status, duration) = run(&place, &work, Duration::MAX);
    assert!(status.success());
    let out = place.path("out");
    let whole = files_below(&out);
    assert_eq!(whole.len(), 5, "{:?}", whole.keys());
    let before = place.list();
    let mut killed = 0;
    for n in 0..BUILDS {
        // Every second one finds what an earlier build left.
        if n % 2 == 0 {
            fs::remove_dir_all(&out).unwrap();
            fs::create_dir(&out).unwrap();
        }
        let share = u32::try_from(random(n) % 1100).unwrap();
        let (status, _) = run(&place, &work, duration * share / 1000);
        killed += u32::from(!status.success());
        let found = faults(&place, &work, &before, None, &|_, _| false);
        assert!(found.is_empty(), "run {n} of seed {SEED:#x}: {found:?}");
        for (name, content) in files_below(&out) {
            let expected = whole.get(&name);
            assert!(
                expected == Some(&content),
                "run {n} of seed {SEED:#x}: {name}: {} bytes",
                content.len()
            );
        }
    }
    assert!(killed > 5, "{killed} of {BUILDS} were killed");
}

/// As package managers install wasm-opt: a script that runs the real one, here one that never ends.
#[test]
fn a_wrapper_around_wasm_opt_ends_with_all_that_it_started() {
    let place = prepared();
    for program in [
        "sleep 1000; true",
        "sleep 1000 & wait",
        "(sleep 1000; true) | cat",
    ] {
        place.fake_wasm_opt(program);
        let before = place.list();
        // Its time is over.
        let limited = Work {
            arguments: "optimize small.wasm -o out.wasm --wasm-opt ./wasm-opt --time-limit 0.3",
            outputs: &["out.wasm"],
        };
        let (status, _) = run(&place, &limited, Duration::MAX);
        assert!(status.success());
        let left = left_running(&place.path("tmp"));
        assert!(left.is_empty(), "{program}: {left:?} run on");
        reset(&place, &limited, None);
        // It is told to end.
        let killed = Work {
            arguments: "optimize small.wasm -o out.wasm --wasm-opt ./wasm-opt",
            outputs: &["out.wasm"],
        };
        let (status, _) = run(&place, &killed, Duration::from_secs(1));
        assert!(!status.success());
        let found = faults(&place, &killed, &before, None, &|_, _| false);
        assert!(found.is_empty(), "{program}: {found:?}");
    }
}

#[test]
fn whatever_a_killed_command_would_leave_is_found() {
    let place = prepared();
    let work = &WORKS[0];
    let before = place.list();
    reset(&place, work, Some(b"old"));
    fs::create_dir(place.path("tmp/wasm-heft-abc")).unwrap();
    place.write(".out.wasm.tmp", b"");
    place.write("out.wasm", b"whole");
    place.write("out.names.wasm", b"who");
    fs::remove_file(place.path("out.json")).unwrap();
    let mut child = Command::new("sleep")
        .arg("60")
        .env("TMPDIR", place.path("tmp"))
        .spawn()
        .unwrap();
    // NB: for a moment after it is started a process shows no environment.
    let start = Instant::now();
    while alive(&place.path("tmp")).is_empty() {
        assert!(start.elapsed() < PATIENCE * 6, "it is not started");
        std::thread::sleep(TICK);
    }
    let mut found = faults(&place, work, &before, Some(b"old"), &|_, content| {
        content == b"whole"
    });
    child.kill().unwrap();
    child.wait().unwrap();

    found.sort();
    let tmp = place.path("tmp/wasm-heft-abc");
    let mut expected = [
        ".out.wasm.tmp is left".to_owned(),
        format!("{} is left", tmp.display()),
        "1 of 3 files are written".to_owned(),
        "out.json is gone".to_owned(),
        "out.names.wasm: 3 bytes of it".to_owned(),
        format!("process {} runs on", child.id()),
    ];
    expected.sort();
    assert_eq!(found, expected);
}
