//! Names from files, paths and arguments do nothing but be shown, however long they are.

use crate::common::{Place, wasm};
use heft_data::escape;
use wasm_heft::fuzzing::{page_of, show_any_names};

const SEED: u64 = 0x5eed_0012;
// Each shows every medium, and a page is the most of it.
const RUNS: usize = 300;

/// What means something to a terminal, to Markdown, to GitHub or to a browser.
const PIECES: [&str; 46] = [
    "\n",
    "\r",
    "\r\n",
    "\u{1b}[31m",
    "\u{1b}]0;x\u{7}",
    "\u{9b}2J",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "\u{200b}",
    "\u{7f}",
    "::error file=a::b",
    "::stop-commands::x",
    "##[error]x",
    "##[",
    " ::add-mask::x",
    "\u{3000}::",
    "::",
    "%0A",
    "%",
    ",",
    ":",
    "=",
    "|",
    "\\",
    "\\|",
    "`",
    "``",
    "```\n",
    "<b>",
    "</details>",
    "<script>",
    "-->",
    "](http://x)",
    "![a](",
    "# ",
    "- ",
    "1. ",
    "| - |",
    "**",
    "_a_",
    "~~",
    "&lt;",
    "\"'",
    "@everyone",
    "]]>",
];

fn next(random: &mut u64) -> usize {
    *random = random
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*random >> 40).unwrap()
}

#[test]
fn each_hostile_piece_and_any_mix_of_them_is_only_shown() {
    for piece in PIECES {
        for name in [
            piece.to_owned(),
            format!("a{piece}b"),
            format!("{piece}{piece}"),
        ] {
            show_any_names(name.as_bytes());
        }
    }
    let mut random = SEED;
    for _ in 0..RUNS {
        let count = 1 + next(&mut random) % 6;
        let mut name = String::new();
        for _ in 0..count {
            name.push_str(PIECES[next(&mut random) % PIECES.len()]);
            name.push_str(["", "a", "1", " ", "\0"][next(&mut random) % 5]);
        }
        show_any_names(name.as_bytes());
    }
}

/// A page without what is not its own HTML: its pictures, style sheet and scripts.
fn without_others(page: &str) -> String {
    let mut page = page.to_owned();
    for element in ["svg", "style", "script"] {
        while let Some(start) = page.find(&format!("<{element}")) {
            let end = format!("</{element}>");
            let length = page[start..].find(&end).unwrap() + end.len();
            page.replace_range(start..start + length, "");
        }
    }
    page
}

/// In how many places a page shows a name.
fn places_that_show(page: &str, name: &str) -> usize {
    let shown = escape::html(name);
    let page = without_others(page);
    assert!(shown == name || !page.contains(name), "{name:?}");
    page.matches(&shown).count()
}

#[test]
fn every_place_of_a_page_shows_a_hostile_name_sign_by_sign() {
    // No word of a page holds this.
    let places = places_that_show(&page_of("qzx"), "qzx");
    assert!(places > 50, "{places}");
    for piece in [
        "<script>alert(1)</script>",
        "\" onload=\"alert(1)",
        "' onload='alert(1)",
        "</title><!--",
        "&lt;",
        "\u{202e}",
        "\u{200b}",
        "\u{1b}[31m",
        "\0",
        "\u{9b}2J",
    ] {
        let name = format!("q{piece}x");
        let page = page_of(&name);
        let bad = ['\u{202e}', '\u{200b}', '\u{1b}', '\0', '\u{9b}'];
        assert!(!page.contains(bad), "{piece:?}");
        assert_eq!(places_that_show(&page, &name), places, "{piece:?}");
        // Its counterpart: one place that escapes in another way.
        let other = page.replacen(&escape::html(&name), "q&#x27;x", 1);
        assert_eq!(places_that_show(&other, &name), places - 1, "{piece:?}");
    }
}

/// A module with a function, a section and nothing else of this name.
fn named(name: &str) -> Vec<u8> {
    let quoted: String = name.bytes().map(|byte| format!("\\{byte:02x}")).collect();
    wasm(&format!(
        "(module (func $\"{quoted}\" (export \"f\")) (@custom \"{quoted}\" \"x\"))"
    ))
}

#[test]
fn a_name_of_any_length_is_a_cell_in_every_table_and_whole_in_json() {
    let place = Place::new();
    for length in [65_535, 65_536, 155_647] {
        let name = "n".repeat(length);
        place.write("a.wasm", &named(&name));
        for format in ["text", "markdown", "github"] {
            let run = place
                .heft(&format!("size --no-compress --format {format} a.wasm"))
                .ok();
            let widest = run.stdout().lines().map(|line| line.chars().count()).max();
            assert!(widest < Some(400), "{format} {widest:?}");
        }
        let run = place.heft("size --no-compress --format json a.wasm").ok();
        assert!(run.stdout().contains(&format!("\"{name}\"")));
        place.write("b.wasm", &wasm("(module (func $other (export \"f\")))"));
        place.heft("diff --no-compress a.wasm b.wasm").ok();
    }
}

#[test]
fn a_name_is_no_command_and_moves_no_terminal() {
    let place = Place::new();
    let hostile = "a\n::error file=x::y\n::stop-commands::z\u{1b}[2J\u{202e}";
    place.write("a.wasm", &named(hostile));
    place.write("b.wasm", &named("b"));
    for format in ["text", "markdown", "github"] {
        for command in [
            "size a.wasm",
            "diff a.wasm b.wasm",
            "size --why error a.wasm",
        ] {
            let run = place
                .heft(&format!("{command} --no-compress --format {format}"))
                .ok();
            let out = run.stdout();
            let commands = out
                .lines()
                .filter(|line| line.trim_start().starts_with("::"));
            assert_eq!(commands.count(), usize::from(format == "github"), "{out}");
            assert!(out.chars().all(|c| c == '\n' || !c.is_control()), "{out}");
            assert!(!out.contains('\u{202e}'));
        }
    }
}

#[test]
fn paths_and_arguments_are_shown_on_one_line() {
    let place = Place::new();
    let hostile = "no\u{1b}[31m.wasm";
    for command in ["size", "diff --no-compress a.wasm", "gate --budgets"] {
        let said = place.heft(&format!("{command} {hostile}")).stderr();
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(
            said.starts_with("error: ") && !said.contains('\u{1b}'),
            "{said}"
        );
    }
    place.write(
        "budgets.toml",
        b"schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = { limit = \"1 B\" }\n",
    );
    place.write("b.wasm", &named("b"));
    for format in ["text", "github"] {
        let run = place.heft_args(&[
            "gate",
            "--budgets",
            "budgets.toml",
            "--format",
            format,
            "a\n::error::x=b.wasm",
        ]);
        assert_eq!(run.code(), 1);
        for said in [run.stdout(), run.stderr()] {
            let commands = said.lines().filter(|line| line.starts_with("::"));
            assert_eq!(
                commands.count(),
                usize::from(format == "github" && said == run.stdout())
            );
        }
    }
}

#[test]
fn wrong_usage_is_one_line() {
    let place = Place::new();
    for arguments in [
        "size",
        "sise a.wasm",
        "size --tap 3 a.wasm",
        "diff",
        "optimize --level",
    ] {
        let said = place.heft(arguments).refused();
        assert!(said.contains("--help"), "{said}");
    }
    // Without an artifact it looks for a project.
    let said = place.heft("gate").refused();
    assert!(said.contains("`wasm-heft init` starts one"), "{said}");
}
