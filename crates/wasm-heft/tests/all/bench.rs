//! Benchmarks from outside: each way a program can end, and that counts are exact.

use crate::common::{Place, Run, wasm};
use heft_bench::{Event, Expectation, Limits, ModuleFile, Preopen, Request};
use heft_data::bench_result::{BenchReport, BenchRow, Case, Outcome};
use heft_data::counter::Counter;

/// A WASI 0.1 command with one page, the imports that these tests use, and `body` as its start.
fn command(body: &str) -> String {
    format!(
        r#"(module
        (import "wasi_snapshot_preview1" "fd_write"
            (func $fd_write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "clock_time_get"
            (func $clock (param i32 i64 i32) (result i32)))
        (import "wasi_snapshot_preview1" "args_sizes_get"
            (func $args_sizes (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "path_open"
            (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "poll_oneoff"
            (func $poll (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 1024) "hello\n")
        (data (i32.const 1040) "operations: 500\n")
        (func $print (param $at i32) (param $length i32)
            (i32.store (i32.const 0) (local.get $at))
            (i32.store (i32.const 4) (local.get $length))
            (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))
                (then unreachable)))
        (func $spin (param $n i32)
            (loop $again
                (if (local.get $n) (then
                    (local.set $n (i32.sub (local.get $n) (i32.const 1)))
                    (br $again)))))
        (func (export "_start") {body}))"#
    )
}

const PRINT: &str = "(call $print (i32.const 1024) (i32.const 6))";

fn place(modules: &[(&str, &str)]) -> Place {
    let place = Place::new();
    for (name, text) in modules {
        place.write(name, &wasm(text));
    }
    place
}

fn report(run: &Run) -> BenchReport {
    serde_json::from_slice(run.stdout_bytes())
        .unwrap_or_else(|err| panic!("{err}: {}", run.stderr()))
}

/// Runs modules without times. The report as JSON.
fn counted(modules: &[(&str, &str)], arguments: &str) -> (i32, BenchReport) {
    let names: Vec<&str> = modules.iter().map(|(name, _)| *name).collect();
    let run = place(modules).heft(&format!(
        "bench --no-time --format json {} {arguments}",
        names.join(" ")
    ));
    (run.code(), report(&run))
}

/// A row of a run that did not end well says how it ended and why, what it printed where that is what is wrong,
/// and nothing else: no counter, no time.
#[track_caller]
fn has_no_numbers(row: &BenchRow) {
    for counter in Counter::ALL {
        assert_eq!(counter.of(row), None, "{counter} of {row:?}");
    }
    let bare = BenchRow::ended(&row.module, &row.case, row.outcome, row.detail.clone());
    let output = match row.outcome {
        Outcome::WrongOutput => row.output.clone(),
        _ => None,
    };
    assert_eq!(*row, BenchRow { output, ..bare });
}

/// The row of a single module that did not end well.
#[track_caller]
fn bad(text: &str, arguments: &str) -> BenchRow {
    let (code, report) = counted(&[("a.wasm", text)], arguments);
    assert_eq!(code, 1);
    let row = report.rows[0].clone();
    has_no_numbers(&row);
    row
}

#[track_caller]
fn ends(text: &str, arguments: &str, outcome: Outcome, detail: &str) {
    let row = bad(text, arguments);
    let said = row.detail.unwrap_or_default();
    assert_eq!(row.outcome, outcome, "{said}");
    assert!(said.contains(detail), "{said}");
}

#[test]
fn a_program_that_ends_well_has_fuel_pages_and_output() {
    let body = format!("{PRINT} (drop (memory.grow (i32.const 3))) (call $exit (i32.const 0))");
    let (code, report) = counted(&[("a.wasm", &command(&body))], "");
    assert_eq!(code, 0);
    let row = &report.rows[0];
    assert_eq!(row.outcome, Outcome::Ok);
    assert!(row.fuel.unwrap() > 10);
    assert_eq!((row.initial_pages, row.grown_pages), (Some(1), Some(3)));
    assert_eq!(row.total_pages, Some(4));
    assert_eq!(row.output.as_deref(), Some("hello"));
    assert_eq!(row.wall_ns, None);
}

#[test]
fn another_exit_code_is_a_failure() {
    let text = command("(call $exit (i32.const 3))");
    ends(&text, "", Outcome::Failed, "exit code 3");
}

#[test]
fn a_trap_is_named_with_what_the_program_said() {
    ends(&command("unreachable"), "", Outcome::Trapped, "unreachable");
    let text = command("(drop (i32.load (i32.const 70000)))");
    ends(&text, "", Outcome::Trapped, "out of bounds");
    let stderr = "(i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const 6))
        (drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8))) unreachable";
    ends(&command(stderr), "", Outcome::Trapped, ": hello");
}

#[test]
fn a_program_that_never_ends_is_stopped() {
    let text = command("(loop $forever (br $forever))");
    ends(
        &text,
        "--timeout 0.3",
        Outcome::TimedOut,
        "not done after 0.3 s",
    );
}

#[test]
fn memory_without_bound_is_stopped_at_the_limit() {
    let text = command("(loop $more (drop (memory.grow (i32.const 16))) (br $more))");
    let wanted = "wanted 17 pages of memory, 16 are allowed";
    ends(&text, "--max-memory=1MiB", Outcome::OutOfMemory, wanted);
    let text = command("").replace(
        "(memory (export \"memory\") 1)",
        "(memory (export \"memory\") 17)",
    );
    ends(&text, "--max-memory=1MiB", Outcome::OutOfMemory, wanted);
}

#[test]
fn a_memory_with_a_maximum_of_its_own_refuses_and_the_program_goes_on() {
    let text =
        command("(if (i32.ne (memory.grow (i32.const 5)) (i32.const -1)) (then unreachable))")
            .replace(
                "(memory (export \"memory\") 1)",
                "(memory (export \"memory\") 1 3)",
            );
    let (code, report) = counted(&[("a.wasm", &text)], "");
    assert_eq!((code, report.rows[0].grown_pages), (0, Some(0)));
}

#[test]
fn output_without_bound_is_stopped_at_the_limit() {
    let text = command(&format!("(loop $more {PRINT} (br $more))"));
    ends(
        &text,
        "--max-output=1KiB",
        Outcome::TooMuchOutput,
        "more than allowed",
    );
}

#[test]
fn what_is_no_command_or_wants_the_unknown_is_not_runnable() {
    ends(
        "(module)",
        "",
        Outcome::NotRunnable,
        "exports no function `_start`",
    );
    let text = r#"(module (import "env" "magic" (func)) (func (export "_start")))"#;
    ends(text, "", Outcome::NotRunnable, "`env::magic`");
    ends(
        "(component)",
        "",
        Outcome::NotRunnable,
        "exports no interface `wasi:cli/run`",
    );
}

#[test]
fn an_invalid_module_is_not_runnable_and_the_others_go_on() {
    let place = place(&[("good.wasm", &command(PRINT))]);
    // A code section without functions to go with it.
    place.write("bad.wasm", b"\0asm\x01\0\0\0\x0a\x04\x01\x02\0\x0b");
    let run = place.heft("bench --no-time --format json bad.wasm good.wasm");
    assert_eq!(run.code(), 1);
    let outcomes: Vec<Outcome> = report(&run).rows.iter().map(|row| row.outcome).collect();
    assert_eq!(outcomes, [Outcome::NotRunnable, Outcome::Ok]);
    assert!(
        run.stderr().starts_with("error: 1 of 2 rows "),
        "{}",
        run.stderr()
    );
}

#[test]
fn outputs_are_held_to_the_first_that_ended_well_or_to_a_file() {
    let other = command("(call $print (i32.const 1025) (i32.const 5))");
    let (trap, print) = (command("unreachable"), command(PRINT));
    let modules = [
        ("trap.wasm", &trap[..]),
        ("a.wasm", &print[..]),
        ("b.wasm", &other[..]),
    ];
    let (code, report) = counted(&modules, "");
    let outcomes: Vec<Outcome> = report.rows.iter().map(|row| row.outcome).collect();
    assert_eq!(code, 1);
    assert_eq!(
        outcomes,
        [Outcome::Trapped, Outcome::Ok, Outcome::WrongOutput]
    );
    let said = "line 1 differs from that of `a`: expected \"hello\", found \"ello\"";
    assert_eq!(report.rows[2].detail.as_deref(), Some(said));
    assert_eq!(report.rows[2].output.as_deref(), Some("ello"));
    has_no_numbers(&report.rows[2]);

    let (code, _) = counted(&modules[1..], "--any-output");
    assert_eq!(code, 0);

    let place = place(&modules[1..]);
    place.write("expected", b"ello\n");
    let run = place.heft("bench --no-time --format json a.wasm b.wasm --expect expected");
    let outcomes: Vec<Outcome> = self::report(&run)
        .rows
        .iter()
        .map(|row| row.outcome)
        .collect();
    assert_eq!(outcomes, [Outcome::WrongOutput, Outcome::Ok]);
}

/// A program of which every number is known: with a stack, a marked operation and a number of operations.
fn with_every_number(body: &str) -> String {
    let look = "(drop (call $clock (i32.const 1) (i64.const 1) (i32.const 64)))";
    let operations = "(call $print (i32.const 1040) (i32.const 16))";
    command(&format!(
        "{body} {operations} {look} {look} (drop (memory.grow (i32.const 3)))"
    ))
    .replace(
        "(memory (export",
        "(global (mut i32) (i32.const 1024)) (memory (export",
    )
}

#[track_caller]
fn has_every_number(row: &BenchRow) {
    for counter in Counter::ALL {
        assert!(counter.of(row).is_some(), "{counter} of {row:?}");
    }
    assert!(row.operations.is_some(), "{row:?}");
    assert!(row.memory_curve.is_some(), "{row:?}");
}

/// What is known of a program that prints something else was left in its row: its pages, its stack, its
/// operations.
#[test]
fn a_wrong_output_leaves_no_number_in_the_row_however_many_there_were() {
    let (right, wrong) = (
        with_every_number(PRINT),
        with_every_number("(call $print (i32.const 1025) (i32.const 5))"),
    );
    let modules = [("a.wasm", &right[..]), ("b.wasm", &wrong[..])];
    let (code, report) = counted(&modules, "--operations --curve");
    assert_eq!(code, 1);
    has_every_number(&report.rows[0]);
    assert_eq!(report.rows[1].outcome, Outcome::WrongOutput);
    has_no_numbers(&report.rows[1]);
    let place = place(&modules);
    let run = place.heft("bench a.wasm b.wasm --operations --runs 1 --format json");
    assert!(self::report(&run).rows[0].wall_ns.is_some());
    has_no_numbers(&self::report(&run).rows[1]);
}

/// What was counted of a program was left in its row when a timed run failed.
#[test]
fn a_failure_in_a_timed_run_leaves_no_number_in_the_row() {
    // Creates a file that must not be there yet.
    let text = with_every_number(
        "(if (call $open (i32.const 3) (i32.const 0) (i32.const 1024) (i32.const 5) (i32.const 5)
                (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 100))
            (then unreachable))",
    );
    let place = Place::new();
    let data = place.path("data");
    std::fs::create_dir(&data).unwrap();
    let mut request = Request {
        modules: vec![ModuleFile {
            name: "a".to_owned(),
            bytes: wasm(&text),
        }],
        cases: vec![Case {
            name: "x".to_owned(),
            arguments: Vec::new(),
        }],
        startup: None,
        env: Vec::new(),
        stdin: Vec::new(),
        preopens: vec![Preopen {
            host: data.clone(),
            guest: "/".to_owned(),
        }],
        temporary: std::env::temp_dir(),
        expectation: Expectation::Same,
        limits: Limits::default(),
        runs: 2,
        curve: true,
        operations: true,
    };
    // After a first timed round that went well.
    let place_the_file = |event: Event| {
        if matches!(event, Event::Round { round: 2, .. }) {
            std::fs::write(data.join("hello"), "").unwrap();
        }
    };
    let row = &heft_bench::bench(&request, &place_the_file).unwrap().rows[0];
    assert_eq!(row.outcome, Outcome::Trapped);
    let said = row.detail.as_deref().unwrap_or_default();
    assert!(said.starts_with("in a timed run: "), "{said}");
    has_no_numbers(row);

    std::fs::remove_file(data.join("hello")).unwrap();
    request.runs = 1;
    let row = &heft_bench::bench(&request, &|_| ()).unwrap().rows[0];
    assert_eq!(row.outcome, Outcome::Ok);
    has_every_number(row);
    assert!(row.wall_ns.is_some() && row.operations_per_second.is_some());
}

/// Fuel with bulk operations by the byte and at one unit.
fn both(body: &str) -> (u64, u64) {
    let (code, report) = counted(&[("a.wasm", &command(body))], "");
    assert_eq!(code, 0, "{:?}", report.rows);
    (
        report.rows[0].fuel.unwrap(),
        report.rows[0].fuel_bulk_once.unwrap(),
    )
}

#[test]
fn bulk_operations_cost_a_unit_a_byte_in_one_count_and_one_in_the_other() {
    let fill = |n: u32| {
        both(&format!(
            "(memory.fill (i32.const 2048) (i32.const 1) (i32.const {n}))"
        ))
    };
    let copy = |n: u32| {
        both(&format!(
            "(memory.copy (i32.const 2048) (i32.const 4096) (i32.const {n}))"
        ))
    };
    for run in [&fill as &dyn Fn(u32) -> (u64, u64), &copy] {
        // A short copy of constant length is compiled another way than a long one.
        let ((nothing, nothing_once), (short, short_once), (long, long_once)) =
            (run(0), run(100), run(5_000));
        assert_eq!((short - nothing, long - nothing), (100, 5_000));
        assert_eq!(
            (nothing_once, short_once, long_once),
            (nothing, nothing, nothing)
        );
    }
}

#[test]
fn what_has_a_length_costs_one_unit_in_the_other_count_in_every_kind_of_memory() {
    let text = r#"(module (memory (export "memory") i64 1) (table 9 funcref)
        (func (export "_start")
            (memory.fill (i64.const 0) (i32.const 1) (i64.const 100))
            (memory.copy (i64.const 0) (i64.const 9) (i64.const 1000))
            (table.fill (i32.const 0) (ref.null func) (i32.const 9))
            (drop (memory.grow (i64.const 7)))))"#;
    let (code, report) = counted(&[("a.wasm", text)], "");
    let row = &report.rows[0];
    assert_eq!(code, 0, "{row:?}");
    assert_eq!(
        row.fuel.unwrap() - row.fuel_bulk_once.unwrap(),
        100 + 1_000 + 9 + 7
    );
}

#[test]
fn exceptions_and_small_pages_run() {
    let exceptions = r#"(module (memory (export "memory") 1) (tag $t (param i32))
        (func (export "_start")
            (if (i32.ne (i32.const 5) (block $caught (result i32)
                    (try_table (result i32) (catch $t $caught)
                        (throw $t (i32.const 5)))))
                (then unreachable))))"#;
    let pages = r#"(module (memory (export "memory") 100 (pagesize 1))
        (func (export "_start") (drop (memory.grow (i32.const 65536)))))"#;
    let modules = [("a.wasm", exceptions), ("b.wasm", pages)];
    let (code, report) = counted(&modules, "");
    assert_eq!(code, 0, "{:?}", report.rows);
    // Pages of 64 KiB, begun ones included.
    let row = &report.rows[1];
    assert_eq!((row.initial_pages, row.grown_pages), (Some(1), Some(1)));
}

/// Waits for the end of a time in nanoseconds by clock 1.
fn waiting(time: u64, absolute: bool) -> String {
    format!(
        "(i64.store (i32.const 200) (i64.const 77))
         (i32.store (i32.const 216) (i32.const 1))
         (i64.store (i32.const 224) (i64.const {}))
         (i32.store (i32.const 240) (i32.const {}))
         (if (call $poll (i32.const 200) (i32.const 300) (i32.const 1) (i32.const 400))
            (then unreachable))
         (if (i32.ne (i32.load (i32.const 400)) (i32.const 1)) (then unreachable))
         (if (i64.ne (i64.load (i32.const 300)) (i64.const 77)) (then unreachable))",
        time.cast_signed(),
        u8::from(absolute)
    )
}

/// A million seconds.
const LONG: u64 = 1_000_000_000_000_000;

#[test]
fn who_waits_longer_than_allowed_is_stopped_without_waiting() {
    let begin = std::time::Instant::now();
    for (time, absolute) in [(LONG, false), (LONG, true), (u64::MAX, false)] {
        let text = command(&waiting(time, absolute));
        ends(&text, "--timeout 1000", Outcome::TimedOut, "after 1000 s");
    }
    let text = waiting_component(LONG);
    ends(&text, "--timeout 1000", Outcome::TimedOut, "after 1000 s");
    // Again and again a little.
    let text = command(&format!(
        "(loop $again {} (br $again))",
        waiting(999_000_000, false)
    ));
    ends(&text, "--timeout 1000", Outcome::TimedOut, "after 1000 s");
    assert!(begin.elapsed().as_secs() < 500);
}

#[test]
fn waiting_takes_no_time_and_moves_the_clocks() {
    let hour = 3_600_000_000_000_u64;
    let look =
        |at: u32| format!("(drop (call $clock (i32.const 1) (i64.const 0) (i32.const {at})))");
    let text = command(&format!(
        "{} {} {} (if (i64.ne (i64.const {}) (i64.sub (i64.load (i32.const 112))
            (i64.load (i32.const 104)))) (then unreachable))",
        look(104),
        waiting(hour, false),
        look(112),
        hour + 1_000_000
    ));
    let component = waiting_component(hour);
    let modules = [("a.wasm", &text[..]), ("b.wasm", &component[..])];
    let begin = std::time::Instant::now();
    let (code, report) = counted(&modules, "--timeout 4000");
    assert_eq!(code, 0, "{:?}", report.rows);
    assert!(begin.elapsed().as_secs() < 1_000);
}

#[test]
fn exit_codes_of_all_sizes_are_failures() {
    for code in ["125", "126", "200", "255", "-1"] {
        let text = command(&format!("(call $exit (i32.const {code}))"));
        ends(&text, "", Outcome::Failed, &format!("exit code {code}"));
    }
}

#[test]
fn of_a_panic_the_message_is_shown_with_its_place() {
    let said = "\\nthread 'main' panicked at src/main.rs:2:5:\\nno more tea\\nnote: run with";
    let text = command(&format!(
        "(i32.store (i32.const 0) (i32.const 1100)) (i32.store (i32.const 4) (i32.const {}))
        (drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8))) unreachable",
        said.replace("\\n", "n").len()
    ))
    .replace(
        "(data (i32.const 1024)",
        &format!("(data (i32.const 1100) \"{said}\") (data (i32.const 1024)"),
    );
    let expected = "panicked at src/main.rs:2:5: no more tea";
    ends(&text, "", Outcome::Trapped, expected);
}

#[cfg(unix)]
#[test]
fn pipes_and_links_out_of_a_folder_are_left_out_with_a_note() {
    use std::os::unix::fs::symlink;
    let place = place(&[("a.wasm", &command(PRINT))]);
    std::fs::create_dir(place.path("data")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(place.path("data/pipe"))
        .status();
    assert!(made.unwrap().success());
    symlink("/dev/zero", place.path("data/zero\u{1b}")).unwrap();
    symlink("result", place.path("data/result")).unwrap();
    let run = place.heft("bench a.wasm --no-time --dir data").ok();
    let notes = run.stderr();
    let lines: Vec<&str> = notes.lines().collect();
    assert_eq!(
        lines,
        [
            "note: left out \"data/pipe\": it is a pipe, a socket or a device",
            "note: left out \"data/result\": it is a link that leads nowhere",
            "note: left out \"data/zero\\u{1b}\": it is a link that leads out of the folder",
        ]
    );
    std::fs::create_dir(place.path("large")).unwrap();
    place.write("large/file", &[7; 2_000]);
    let said = place
        .heft("bench a.wasm --no-time --dir large --max-dir 1KiB")
        .refused();
    assert!(
        said.contains("large/file") && said.contains("--max-dir"),
        "{said}"
    );
}

#[test]
fn start_up_is_subtracted_and_nothing_else() {
    // As much work as there are arguments.
    let text = command(
        "(drop (call $args_sizes (i32.const 0) (i32.const 4)))
         (memory.fill (i32.const 2048) (i32.const 1) (i32.load (i32.const 0)))
         (call $spin (i32.mul (i32.const 1000) (i32.load (i32.const 0))))",
    );
    let modules = [("a.wasm", &text[..])];
    let whole = counted(&modules, "-- one").1.rows[0].clone();
    let startup = counted(&modules, "").1.rows[0].clone();
    let row = counted(&modules, "--startup= -- one").1.rows[0].clone();
    let sum = |row: &BenchRow| row.fuel.unwrap() + row.startup_fuel.unwrap();
    assert_eq!(row.startup_fuel, Some(sum(&startup)));
    assert_eq!(sum(&row), sum(&whole));
    let once = |row: &BenchRow| row.fuel_bulk_once.unwrap() + row.startup_fuel_bulk_once.unwrap();
    assert_eq!(once(&row), once(&whole));
    // One argument more: a byte more is filled.
    assert_eq!(row.fuel.unwrap() - row.fuel_bulk_once.unwrap(), 1);

    let named = "--case none= --case one=one --startup none";
    let rows = counted(&modules, named).1.rows;
    assert_eq!(rows[0].fuel, Some(0));
    assert_eq!(rows[1].fuel, row.fuel);
}

#[test]
fn a_start_up_that_fails_is_said_and_the_row_stands_without_fuel() {
    let text = command(
        "(drop (call $args_sizes (i32.const 0) (i32.const 4)))
         (if (i32.eq (i32.load (i32.const 0)) (i32.const 1)) (then unreachable))",
    );
    let row = counted(&[("a.wasm", &text)], "--startup= -- one").1.rows[0].clone();
    assert_eq!((row.outcome, row.fuel), (Outcome::Ok, None));
    assert!(
        row.detail
            .unwrap()
            .starts_with("start-up did not end well: ")
    );
}

#[test]
fn work_that_depends_on_random_numbers_and_clocks_is_the_same_in_every_run() {
    let text = command(
        "(drop (call $random (i32.const 100) (i32.const 4)))
         (call $spin (i32.load16_u (i32.const 100)))
         (drop (call $clock (i32.const 0) (i64.const 0) (i32.const 104)))
         (call $spin (i32.and (i32.load (i32.const 104)) (i32.const 0xffff)))
         (drop (call $clock (i32.const 1) (i64.const 0) (i32.const 104)))
         (call $print (i32.const 100) (i32.const 12))",
    );
    let modules = [("a.wasm", &text[..]), ("b.wasm", &text[..])];
    let (code, first) = counted(&modules, "--case x --case y");
    assert_eq!(code, 0);
    assert!(first.rows[0].fuel.unwrap() > 1_000);
    assert_eq!(first.rows[0].fuel, first.rows[2].fuel);
    assert_eq!(counted(&modules, "--case x --case y").1, first);
}

/// Rust's `HashMap` takes its keys from different functions on the two targets.
#[test]
fn maps_have_the_same_order_on_both_targets() {
    let module = command(
        "(drop (call $random (i32.const 1024) (i32.const 16)))
         (call $print (i32.const 1024) (i32.const 16))",
    );
    let component = printing_component(false)
        .replace(
            "(core instance $host ",
            r#"(import "wasi:random/insecure-seed@0.2.0" (instance $random
                (export "insecure-seed" (func (result (tuple u64 u64))))))
            (core func $seed (canon lower (func $random "insecure-seed")
                (memory (core memory $libc "memory"))))
            (core instance $host (export "seed" (func $seed)) "#,
        )
        .replace(
            "(func (export \"run\") (result i32)",
            "(import \"host\" \"seed\" (func $seed (param i32)))
            (func (export \"run\") (result i32) (call $seed (i32.const 16))",
        )
        .replace(
            "(i32.const 16) (i32.const 6)",
            "(i32.const 16) (i32.const 16)",
        );
    let modules = [("p1.wasm", &module[..]), ("p2.wasm", &component[..])];
    let (code, report) = counted(&modules, "");
    assert_eq!(code, 0, "{:?}", report.rows);
}

#[test]
fn every_run_finds_the_folder_as_it_was() {
    // Creates a file that must not be there yet.
    let text = command(
        "(if (call $open (i32.const 3) (i32.const 0) (i32.const 1024) (i32.const 5) (i32.const 5)
                (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 100))
            (then unreachable))",
    );
    let place = place(&[("a.wasm", &text)]);
    std::fs::create_dir(place.path("data")).unwrap();
    place.heft("bench a.wasm --runs 2 --dir data::/").ok();
    assert_eq!(std::fs::read_dir(place.path("data")).unwrap().count(), 0);
    let run = place.heft("bench a.wasm --no-time");
    assert_eq!(run.code(), 1, "{}", run.stdout());
}

#[test]
fn times_come_with_their_statistics_and_operations_with_their_rate() {
    let body = format!("{PRINT} (call $print (i32.const 1040) (i32.const 16))");
    let place = place(&[("a.wasm", &command(&body))]);
    let run = place.heft("bench a.wasm --runs 3 --format json").ok();
    let row = &report(&run).rows[0];
    for statistics in [row.wall_ns.unwrap(), row.instantiate_ns.unwrap()] {
        assert_eq!(statistics.runs, 3);
        assert!(
            0.0 < statistics.min
                && statistics.min <= statistics.median
                && statistics.median <= statistics.max
        );
    }
    assert!(row.instantiate_ns.unwrap().min < row.wall_ns.unwrap().max);
    assert_eq!(row.operations, Some(500));
    assert!(row.operations_per_second.unwrap() > 0.0);
}

#[test]
fn the_curve_follows_memory_over_fuel() {
    let grow = "(drop (memory.grow (i32.const 2))) (call $spin (i32.const 1000))";
    let text = command(&grow.repeat(3));
    let (_, report) = counted(&[("a.wasm", &text)], "--curve");
    let row = &report.rows[0];
    let curve = row.memory_curve.clone().unwrap();
    let pages: Vec<u64> = curve.iter().map(|point| point.1).collect();
    assert_eq!(pages, [0, 2, 4, 6, 6]);
    let whole = row.fuel.unwrap() + row.startup_fuel.unwrap();
    assert_eq!(curve.last().unwrap().0, whole);
    assert!(
        curve[2].0 - curve[1].0 > 1000 && curve[3].0 - curve[2].0 > 1000,
        "{curve:?}"
    );
}

/// A WASI 0.2 command whose run is `body`, a core function that returns 0 for success.
fn component(body: &str) -> String {
    format!(
        r#"(component
        (core module $m (memory (export "memory") 2) (func (export "run") (result i32) {body}))
        (core instance $i (instantiate $m))
        (func $run (result (result)) (canon lift (core func $i "run")))
        (instance $cli (export "run" (func $run)))
        (export "wasi:cli/run@0.2.0" (instance $cli)))"#
    )
}

/// A WASI 0.2 command that prints `hello`, and again for ever if `endless`.
fn printing_component(endless: bool) -> String {
    let again = if endless { "(br $again)" } else { "" };
    format!(
        r#"(component
        (import "wasi:io/error@0.2.0" (instance $error (export "error" (type (sub resource)))))
        (alias export $error "error" (type $e))
        (import "wasi:io/streams@0.2.0" (instance $streams
            (export "output-stream" (type $os (sub resource)))
            (alias outer 1 $e (type $e1))
            (export "error" (type $e2 (eq $e1)))
            (type $se1 (variant (case "last-operation-failed" (own $e2)) (case "closed")))
            (export "stream-error" (type $se (eq $se1)))
            (export "[method]output-stream.blocking-write-and-flush" (func
                (param "self" (borrow $os)) (param "contents" (list u8))
                (result (result (error $se)))))))
        (alias export $streams "output-stream" (type $os))
        (import "wasi:cli/stdout@0.2.0" (instance $stdout
            (alias outer 1 $os (type $os1))
            (export "output-stream" (type $os2 (eq $os1)))
            (export "get-stdout" (func (result (own $os2))))))
        (core module $libc (memory (export "memory") 1) (data (i32.const 16) "hello\n"))
        (core instance $libc (instantiate $libc))
        (core func $get (canon lower (func $stdout "get-stdout")))
        (core func $write (canon lower
            (func $streams "[method]output-stream.blocking-write-and-flush")
            (memory (core memory $libc "memory"))))
        (core instance $host (export "get" (func $get)) (export "write" (func $write)))
        (core module $m
            (import "host" "get" (func $get (result i32)))
            (import "host" "write" (func $write (param i32 i32 i32 i32)))
            (func (export "run") (result i32)
                (loop $again
                    (call $write (call $get) (i32.const 16) (i32.const 6) (i32.const 64))
                    {again})
                (i32.const 0)))
        (core instance $i (instantiate $m (with "host" (instance $host))))
        (func $run (result (result)) (canon lift (core func $i "run")))
        (instance $cli (export "run" (func $run)))
        (export "wasi:cli/run@0.2.0" (instance $cli)))"#
    )
}

/// A WASI 0.2 command that waits for a time in nanoseconds.
fn waiting_component(time: u64) -> String {
    format!(
        r#"(component
        (import "wasi:io/poll@0.2.0" (instance $poll
            (export "pollable" (type $p (sub resource)))
            (export "[method]pollable.block" (func (param "self" (borrow $p))))))
        (alias export $poll "pollable" (type $p))
        (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock
            (alias outer 1 $p (type $p1))
            (export "pollable" (type $p2 (eq $p1)))
            (export "subscribe-duration" (func (param "when" u64) (result (own $p2))))))
        (core func $after (canon lower (func $clock "subscribe-duration")))
        (core func $block (canon lower (func $poll "[method]pollable.block")))
        (core instance $host (export "after" (func $after)) (export "block" (func $block)))
        (core module $m
            (import "host" "after" (func $after (param i64) (result i32)))
            (import "host" "block" (func $block (param i32)))
            (func (export "run") (result i32)
                (call $block (call $after (i64.const {})))
                (i32.const 0)))
        (core instance $i (instantiate $m (with "host" (instance $host))))
        (func $run (result (result)) (canon lift (core func $i "run")))
        (instance $cli (export "run" (func $run)))
        (export "wasi:cli/run@0.2.0" (instance $cli)))"#,
        time.cast_signed()
    )
}

#[test]
fn components_end_in_the_same_ways() {
    let (code, report) = counted(
        &[(
            "a.wasm",
            &component("(drop (memory.grow (i32.const 3))) (i32.const 0)"),
        )],
        "",
    );
    let row = &report.rows[0];
    assert_eq!(code, 0);
    assert_eq!((row.initial_pages, row.grown_pages), (Some(2), Some(3)));
    let fill = "(memory.fill (i32.const 0) (i32.const 1) (i32.const 777)) (i32.const 0)";
    let row = &counted(&[("a.wasm", &component(fill))], "").1.rows[0];
    assert_eq!(row.fuel.unwrap() - row.fuel_bulk_once.unwrap(), 777);

    ends(
        &component("(i32.const 1)"),
        "",
        Outcome::Failed,
        "exit code 1",
    );
    ends(
        &component("unreachable"),
        "",
        Outcome::Trapped,
        "unreachable",
    );
    let text = component("(loop $forever (br $forever)) (i32.const 0)");
    ends(&text, "--timeout 0.3", Outcome::TimedOut, "0.3 s");
    let text =
        component("(loop $more (drop (memory.grow (i32.const 16))) (br $more)) (i32.const 0)");
    ends(&text, "--max-memory=1MiB", Outcome::OutOfMemory, "18 pages");
    let text = component("(i32.const 0)").replace(
        "(component\n",
        "(component (import \"acme:magic/wand\" (instance (export \"wave\" (func))))\n",
    );
    ends(&text, "", Outcome::NotRunnable, "acme:magic/wand");
    let text = printing_component(true);
    ends(
        &text,
        "--max-output=1KiB",
        Outcome::TooMuchOutput,
        "more than allowed",
    );
}

#[test]
fn wasi_http_is_there_until_it_is_called() {
    let with =
        |body: &str| {
            component(body)
            .replace(
                "(component\n",
                r#"(component (import "wasi:http/types@0.2.4" (instance $http (export "go" (func))))
                   (core func $go (canon lower (func $http "go")))
                   (core instance $imports (export "go" (func $go)))
                "#,
            )
            .replace("(core module $m", "(core module $m (import \"http\" \"go\" (func $go))")
            .replace("(instantiate $m)", "(instantiate $m (with \"http\" (instance $imports)))")
        };
    let (code, _) = counted(&[("a.wasm", &with("(i32.const 0)"))], "");
    assert_eq!(code, 0);
    let text = with("(call $go) (i32.const 0)");
    ends(&text, "", Outcome::NotRunnable, "wasi:http/types@0.2.4#go");
}

#[test]
fn both_kinds_stand_side_by_side_and_a_report_reads_back_as_it_was() {
    let (module, component) = (command(PRINT), printing_component(false));
    let place = place(&[("p1.wasm", &module), ("p2.wasm", &component)]);
    let run = place
        .heft("bench old=p1.wasm new=p2.wasm --runs 2 --format json --report r.json")
        .ok();
    assert_eq!(run.stdout_bytes(), place.read("r.json"));
    let report = report(&run);
    let again = serde_json::to_string_pretty(&report).unwrap() + "\n";
    assert_eq!(again.as_bytes(), run.stdout_bytes());
    assert!(
        report
            .rows
            .iter()
            .all(|row| row.output.as_deref() == Some("hello"))
    );
    let kinds: Vec<String> = report.modules.iter().map(|m| m.kind.to_string()).collect();
    assert_eq!(kinds, ["module", "component"]);
    let text = place
        .heft("bench old=p1.wasm new=p2.wasm --no-time --relative-to old")
        .ok()
        .stdout();
    assert!(text.contains("relative to `old`"), "{text}");
}

#[test]
fn wrong_usage_is_refused_with_one_line() {
    let place = place(&[("a.wasm", &command(PRINT))]);
    place.write("text", b"hello");
    for (arguments, words) in [
        ("none.wasm", "module `none`: cannot read `none.wasm`"),
        ("text", "module `text`: it is not WebAssembly"),
        ("a.wasm a.wasm", "two modules are named `a`"),
        ("a.wasm --case x --case x", "two cases are named `x`"),
        (
            "a.wasm --relative-to b",
            "no module is named `b`; there are a",
        ),
        ("a.wasm --expect x=text", "there is no case `x`"),
        ("a.wasm --stdin none", "cannot read `none`"),
        ("a.wasm --report no/such/folder", "cannot write"),
    ] {
        let said = place.heft(&format!("bench {arguments}")).refused();
        assert!(said.contains(words), "{said}");
    }
    for arguments in [
        "a.wasm --dir none",
        "a.wasm --timeout 0",
        "a.wasm --max-memory 12",
        "a.wasm --env x",
        "a.wasm --case =x",
        "a.wasm --runs 0",
        "a.wasm --case x -- y",
        "",
    ] {
        let run = place.heft(&format!("bench {arguments}"));
        assert_eq!((run.code(), run.stdout().as_str()), (2, ""), "{arguments}");
    }
}

/// A core module whose stack ends at 4,096 and whose data is above it; `export` writes to the stack.
fn with_stack(export: &str) -> String {
    format!(
        r#"(core module $m (memory (export "memory") 2)
        (global (mut i32) (i32.const 4096)) (data (i32.const 4096) "data")
        (func $deep (i32.store8 (i32.const 3000) (i32.const 1)) (drop (memory.grow (i32.const 30))))
        {export})"#
    )
}

#[test]
fn the_deepest_stack_is_told_of_modules_and_components() {
    let module =
        with_stack("(func (export \"_start\") (call $deep))").replace("core module $m", "module");
    let main = with_stack("(func (export \"run\") (result i32) (call $deep) (i32.const 0))");
    let component = component("").replacen(
        "(core module $m (memory (export \"memory\") 2) (func (export \"run\") (result i32) ))",
        &main,
        1,
    );
    let neither = command("");
    let modules = [
        ("a.wasm", &*module),
        ("b.wasm", &*component),
        ("c.wasm", &*neither),
    ];
    let (code, report) = counted(&modules, "");
    assert_eq!(code, 0, "{:?}", report.rows);
    let depths: Vec<Option<u64>> = report
        .rows
        .iter()
        .map(|row| row.stack_bytes.map(|bytes| bytes.0))
        .collect();
    assert_eq!(depths, [Some(1096), Some(1096), None]);
    assert_eq!(report.rows[1].total_pages, Some(32));
}

/// Looks at the monotonic clock around nothing and around ten turns of a loop, with a thousand in between.
fn marks(look: &str) -> String {
    format!("{look} {look} (call $spin (i32.const 1000)) {look} (call $spin (i32.const 10)) {look}")
}

#[test]
fn what_a_program_marks_is_counted_by_itself_on_both_targets() {
    let module = command(&marks(
        "(drop (call $clock (i32.const 1) (i64.const 1) (i32.const 64)))
         (drop (call $clock (i32.const 0) (i64.const 1) (i32.const 64)))",
    ));
    let spin = "(func $spin (param $n i32) (loop $again (if (local.get $n) (then
        (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br $again)))))";
    let component = format!(
        r#"(component
        (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock (export "now" (func (result u64)))))
        (core func $now (canon lower (func $clock "now")))
        (core module $m (import "clock" "now" (func $now (result i64))) {spin}
            (func (export "run") (result i32) {} (i32.const 0)))
        (core instance $i (instantiate $m (with "clock" (instance (export "now" (func $now))))))
        (func $run (result (result)) (canon lift (core func $i "run")))
        (instance $cli (export "run" (func $run)))
        (export "wasi:cli/run@0.2.0" (instance $cli)))"#,
        marks("(drop (call $now))")
    );
    let neither = command("");
    let modules = [
        ("a.wasm", &*module),
        ("b.wasm", &*component),
        ("c.wasm", &*neither),
    ];
    let (code, report) = counted(&modules, "--operations");
    assert_eq!(code, 0, "{:?}", report.rows);
    for row in &report.rows[..2] {
        let found = row.operation_fuel.unwrap_or_else(|| panic!("{row:?}"));
        assert_eq!(found.count, 2);
        assert_eq!(found.worst, found.percentile_99_99);
        assert!((10..500).contains(&found.worst), "{found:?}");
    }
    assert_eq!(report.rows[2].operation_fuel, None);
    let (_, report) = counted(&modules, "");
    assert_eq!(report.rows[0].operation_fuel, None, "nobody asked");
}
