use super::grammar::Copier;
use super::*;
use crate::core_modules::core_modules;
use crate::validate::validate;
use std::fmt::Write as _;
use wasmparser::WasmFeatures;
use wasmparser::component_types::ComponentEntityType;

fn wasm(text: &str) -> Vec<u8> {
    let component = wat::parse_str(text).unwrap_or_else(|err| panic!("{err}\n{text}"));
    validate(&component, WasmFeatures::all()).unwrap_or_else(|err| panic!("{err}\n{text}"));
    component
}

/// The component after pruning; checked to be valid and to stay the same the second time.
fn pruned(component: &[u8]) -> Pruned {
    let pruned = prune_imports(component).expect("known");
    validate(&pruned.bytes, WasmFeatures::all()).expect("valid");
    check_subtype(&pruned.bytes, component).expect("a subtype");
    assert!(pruned.bytes.len() <= component.len());
    let again = prune_imports(&pruned.bytes).expect("known");
    assert!(again.bytes == pruned.bytes && again.gone.is_empty());
    pruned
}

/// What a component imports: `name: item item`.
fn imports(component: &[u8]) -> Vec<String> {
    let types = validate(component, WasmFeatures::all()).expect("valid");
    let types = types.as_ref();
    let names = import_names(component).expect("readable");
    let of_one = |name: &String| {
        let item = types.component_item_for_import(name).expect("imported");
        let ComponentEntityType::Instance(id) = item.ty else {
            return name.clone();
        };
        let items: Vec<&str> = types[id].exports.keys().map(String::as_str).collect();
        format!("{name}: {}", items.join(" "))
    };
    names.iter().map(of_one).collect()
}

const LIBC: &str = r#"(core module $libc (memory (export "memory") 1)
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 0))
    (core instance $l (instantiate $libc))
    (alias core export $l "memory" (core memory $memory))
    (alias core export $l "realloc" (core func $realloc))"#;

#[test]
fn an_import_that_no_core_module_calls_goes_with_its_types() {
    let found = pruned(&wasm(&format!(
        r#"(component {LIBC}
        (import "a:b/used" (instance $used
            (export "f" (func (param "x" u32))) (export "g" (func (param "x" string)))))
        (import "a:b/unused" (instance $unused (export "f" (func (param "x" u32)))))
        (import "lonely" (func $lonely))
        (core func $f (canon lower (func $used "f")))
        (core func $g (canon lower (func $used "g") (memory $memory)))
        (core func $h (canon lower (func $unused "f")))
        (core func $i (canon lower (func $lonely)))
        (core module $main (import "u" "f" (func (param i32))) (func (export "run") (call 0 (i32.const 1))))
        (core instance $given (export "f" (func $f)) (export "g" (func $g)))
        (core instance $m (instantiate $main (with "u" (instance $given))))
        (func (export "run") (canon lift (core func $m "run"))))"#
    )));
    assert_eq!(imports(&found.bytes), ["a:b/used: f"]);
    assert_eq!(found.gone, ["a:b/unused", "lonely"]);
}

#[test]
fn an_import_stays_for_an_export_for_a_nested_component_and_for_a_type() {
    for (text, left) in [
        (
            r#"(import "a:b/c" (instance $i (export "f" (func)))) (alias export $i "f" (func $f)) (export "f" (func $f))"#,
            "a:b/c: f",
        ),
        (
            r#"(import "a:b/c" (instance $i (export "f" (func)) (export "g" (func))))
            (component $n (import "i" (instance (export "f" (func)))))
            (instance (instantiate $n (with "i" (instance $i))))"#,
            "a:b/c: f g",
        ),
        (
            r#"(import "a:b/c" (instance $i (export "r" (type (sub resource)))))
            (alias export $i "r" (type $r)) (export "r" (type $r))"#,
            "a:b/c: r",
        ),
        (
            r#"(import "a:b/c" (instance $i (type $x (enum "x")) (export "e" (type (eq $x)))))
            (alias export $i "e" (type $e))
            (component (alias outer $C $e (type $s)) (export "e" (type $s)))"#,
            "a:b/c: e",
        ),
    ] {
        let component = wasm(&format!("(component $C {text})"));
        let found = pruned(&component);
        assert_eq!(imports(&found.bytes), [left], "{text}");
        assert!(found.gone.is_empty(), "{text}");
    }
}

/// Every sort of section, type and canonical function there is a text for.
const ALL_SORTS: &str = r#"(component $C
    (core type $ct (module (import "a" "b" (func)) (export "c" (memory 1))))
    (core type (func (param i32)))
    (import "m" (core module $im (type $ct)))
    (type $record (record (field "a" u8) (field "b" string)))
    (import "record" (type $ir (eq $record)))
    (type $variant (variant (case "a") (case "b" s64)))
    (type $tuple (tuple bool f32 char))
    (type $flags (flags "x" "y"))
    (type $enum (enum "p" "q"))
    (type $option (option $tuple))
    (type $result (result $variant (error $flags)))
    (type $results (list (result)))
    (type $func (func (param "a" $option) (param "b" $results) (result $enum)))
    (import "res" (type $res (sub resource)))
    (type (func (param "r" (borrow $res)) (result (own $res))))
    (type $inst (instance (type $l (list u8)) (export "l" (type (eq $l)))
        (alias outer $C $res (type $r)) (export "r" (type $s (eq $r)))
        (export "f" (func (param "x" (own $s))))))
    (import "inst" (instance $ii (type $inst)))
    (type (component (import "a" (func)) (alias outer $C $res (type $r)) (export "b" (type (eq $r)))))
    (type $local (resource (rep i32)))
    (core func (canon resource.new $local))
    (core func (canon resource.rep $local))
    (core func (canon resource.drop $res))
    (core module $lib (memory (export "memory") 1) (func (export "f") (param i32))
        (func (export "post")) (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
    (core instance $l (instantiate $lib))
    (import "host" (func $host (param "x" string) (result string)))
    (core func $lowered (canon lower (func $host) (memory (core memory $l "memory")) (realloc (core func $l "realloc"))))
    (core instance (export "f" (func $lowered)))
    (component $n (import "r" (type (sub resource))) (import "i" (instance)) (export "again" (instance 0)))
    (instance $empty)
    (instance (instantiate $n (with "r" (type $res)) (with "i" (instance $empty))))
    (func $lifted (param "x" u32) (canon lift (core func $l "f")))
    (export "lifted" (func $lifted) (func (param "x" u32)))
    (export "enum" (type $enum)))"#;

#[test]
fn a_copy_with_the_same_indices_is_the_same_bytes() {
    let component = wasm(ALL_SORTS);
    let mut mentions = 0;
    let copy = Copier::component(&component, 0, &mut |mention| {
        mentions += 1;
        Ok(mention.index)
    });
    assert!(copy.expect("known") == component);
    assert!(mentions > 40, "only {mentions}");
}

#[test]
fn every_sort_of_section_can_be_pruned_around() {
    let found = pruned(&wasm(ALL_SORTS));
    assert_eq!(found.gone, ["host", "inst", "m", "record"]);
}

#[test]
fn canonical_functions_of_streams_futures_and_tasks_are_copied() {
    let component = wasm(
        r#"(component
        (core module $lib (memory (export "memory") 1) (func (export "realloc")
            (param i32 i32 i32 i32) (result i32) unreachable))
        (core instance $l (instantiate $lib))
        (alias core export $l "memory" (core memory $m))
        (type $s (stream u8)) (type $f (future string))
        (core func (canon stream.new $s)) (core func (canon future.new $f))
        (core func (canon stream.read $s async (memory $m)))
        (core func (canon stream.write $s async (memory $m)))
        (core func (canon stream.cancel-read $s)) (core func (canon stream.cancel-write $s async))
        (core func (canon stream.drop-readable $s)) (core func (canon stream.drop-writable $s))
        (core func (canon future.read $f async (memory $m) (realloc (core func $l "realloc"))))
        (core func (canon future.drop-readable $f)) (core func (canon future.cancel-write $f))
        (core func (canon task.return (result string) (memory $m)))
        (core func (canon task.cancel)) (core func (canon subtask.cancel)) (core func (canon subtask.drop))
        (core func (canon waitable-set.new)) (core func (canon waitable-set.wait (memory $m)))
        (core func (canon waitable-set.poll (memory $m))) (core func (canon waitable.join))
        (core func (canon waitable-set.drop)) (core func (canon backpressure.inc))
        (core func (canon error-context.new (memory $m)))
        (core func (canon error-context.debug-message (memory $m) (realloc (core func $l "realloc"))))
        (core func (canon context.get i32 0)) (core func (canon context.set i32 0))
        (core func (canon error-context.drop)) (core func (canon thread.yield)))"#,
    );
    let copy = Copier::component(&component, 0, &mut |mention| Ok(mention.index));
    assert!(copy.expect("known") == component);
    pruned(&component);
}

/// A random number below `below`; xorshift64*.
fn random(state: &mut u64, below: u64) -> u64 {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % below
}

/// A random component of interfaces that use each other's resources, the imports it should have left, and
/// those that should go.
fn random_component(seed: u64) -> (Vec<u8>, Vec<String>, Vec<String>) {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let count = 1 + random(&mut state, 6);
    let (mut text, mut lowered) = (format!("(component $C {LIBC}\n"), String::new());
    let (mut main, mut given) = (String::new(), String::new());
    let mut interfaces: Vec<(Option<u64>, Vec<&str>)> = Vec::new();
    for i in 0..count {
        let from = (i > 0 && random(&mut state, 2) == 0).then(|| random(&mut state, i));
        let mut called = Vec::new();
        let _ = write!(
            text,
            r#"(import "t:p/i{i}" (instance $i{i} (export "r" (type $r (sub resource)))"#
        );
        let mut functions = vec![
            ("plain", r#"(param "x" u32)"#, "(param i32)", ""),
            (
                "text",
                r#"(param "x" string)"#,
                "(param i32 i32)",
                "(memory $memory)",
            ),
            (
                "[method]r.bytes",
                r#"(param "self" (borrow $r)) (result (list u8))"#,
                "(param i32 i32)",
                "(memory $memory) (realloc $realloc)",
            ),
            ("[static]r.make", "", "", ""),
        ];
        if let Some(from) = from {
            let _ = write!(
                text,
                r#"(alias outer $C $r{from} (type $p)) (export "o" (type $o (eq $p)))"#
            );
            functions.push(("take", r#"(param "o" (borrow $o))"#, "(param i32)", ""));
        }
        for (name, ty, core, options) in &functions {
            let _ = write!(text, r#"(export "{name}" (func {ty}))"#);
            if random(&mut state, 3) == 0 {
                called.push(*name);
                let _ = write!(main, r#"(import "{i}" "{name}" (func {core}))"#);
            }
            let _ = writeln!(
                lowered,
                r#"(core func $f{i}{at} (canon lower (func $i{i} "{name}") {options}))"#,
                at = lowered.len()
            );
        }
        text += "))\n";
        let _ = writeln!(text, r#"(alias export $i{i} "r" (type $r{i}))"#);
        let _ = write!(given, r#"(core instance $g{i}"#);
        let lines: Vec<&str> = lowered.lines().rev().take(functions.len()).collect();
        for (line, (name, ..)) in lines.iter().rev().zip(&functions) {
            let id = line.split_whitespace().nth(2).expect("an id");
            let _ = write!(given, r#" (export "{name}" (func {id}))"#);
        }
        given += ")\n";
        interfaces.push((from, called));
    }
    let with: String = (0..count)
        .map(|i| format!(r#"(with "{i}" (instance $g{i}))"#))
        .collect();
    let _ = writeln!(
        text,
        r#"{lowered}{given}(core module $main {main} (func (export "run")))
        (core instance $m (instantiate $main {with}))
        (func (export "run") (canon lift (core func $m "run"))))"#
    );
    let taken = |i: usize| {
        (interfaces.iter())
            .any(|(from, called)| *from == Some(i as u64) && called.contains(&"take"))
    };
    let (mut left, mut gone) = (Vec::new(), Vec::new());
    for (i, (_, called)) in interfaces.iter().enumerate() {
        if called.is_empty() && !taken(i) {
            gone.push(format!("t:p/i{i}"));
            continue;
        }
        let other = if called.contains(&"take") { " o" } else { "" };
        let names: String = called.iter().map(|name| format!(" {name}")).collect();
        left.push(format!("t:p/i{i}: r{other}{names}"));
    }
    (wasm(&text), left, gone)
}

#[test]
fn an_alias_of_an_export_that_is_gone_already_goes() {
    let component = wasm(
        r#"(component (import "f" (func $f))
        (core func $l (canon lower (func $f)))
        (core module $lib (func (export "gone")) (func (export "left")))
        (core instance $i (instantiate $lib))
        (alias core export $i "gone" (core func $gone))
        (func (export "left") (canon lift (core func $i "left"))))"#,
    );
    let lib = core_modules(&component).expect("readable")[0]
        .bytes
        .to_vec();
    let lib = crate::exports::retain_exports(&lib, |name| name == "left").expect("readable");
    let invalid = crate::core_modules::rebuild(&component, |_| &lib, |_| true).expect("readable");
    assert!(validate(&invalid, WasmFeatures::all()).is_err());
    let found = prune_imports(&invalid).expect("known");
    assert_eq!(found.gone, ["f"]);
    check_subtype(&found.bytes, &component).expect("a subtype");
}

#[test]
fn random_components_keep_exactly_what_their_core_modules_call() {
    let mut all_gone = 0;
    for seed in 0..100 {
        let (component, left, gone) = random_component(seed);
        let found = pruned(&component);
        assert_eq!(imports(&found.bytes), left, "seed {seed}");
        assert_eq!(found.gone, gone, "seed {seed}");
        all_gone += gone.len();
        let modules = |file: &[u8]| -> Vec<Vec<u8>> {
            let found = core_modules(file).expect("readable");
            found.iter().map(|module| module.bytes.to_vec()).collect()
        };
        assert!(modules(&found.bytes) == modules(&component), "seed {seed}");
    }
    assert!(all_gone > 40, "only {all_gone}");
}

#[test]
fn a_component_that_asks_for_more_is_no_subtype() {
    let less = wasm("(component)");
    let more = wasm(r#"(component (import "f" (func)))"#);
    check_subtype(&less, &more).expect("asks for less");
    check_subtype(&more, &less).expect_err("asks for more");
    let exports = wasm(r#"(component (import "f" (func)) (export "g" (func 0)))"#);
    check_subtype(&more, &exports).expect_err("exports less");
}

#[test]
fn a_function_of_the_same_type_in_the_place_of_another_comes_from_elsewhere() {
    let component = |first: &str, second: &str| {
        wasm(&format!(
            r#"(component (import "a" (func $a)) (import "b" (func $b))
            (core func $x (canon lower (func {first}))) (core func $y (canon lower (func {second})))
            (core module $m (import "m" "x" (func)) (import "m" "y" (func)))
            (core instance $i (export "x" (func $x)) (export "y" (func $y)))
            (core instance (instantiate $m (with "m" (instance $i)))))"#
        ))
    };
    let of = |bytes: &[u8]| origins::of(bytes).expect("known");
    let (one, other) = (component("$a", "$b"), component("$b", "$a"));
    assert_eq!(of(&one), of(&one));
    assert_ne!(of(&one), of(&other));
    assert_eq!(
        of(&one)[r#"instantiation 1 "m" "x""#],
        r#"lower (import "a") "#
    );
    let drop = |of: &str| {
        wasm(&format!(
            r#"(component (import "a" (type $a (sub resource))) (import "b" (type $b (sub resource)))
            (core func $x (canon resource.drop {of}))
            (core module $m (import "m" "x" (func (param i32))))
            (core instance $i (export "x" (func $x)))
            (core instance (instantiate $m (with "m" (instance $i)))))"#
        ))
    };
    assert_ne!(of(&drop("$a")), of(&drop("$b")));
}

/// A component with a core module that calls through a table and one that fills it.
fn shimmed(code: &str, table: &str, elements: &str, more: &str) -> Vec<u8> {
    wasm(&format!(
        r#"(component
        (core module $shim (type $t (func)) (table (export "t") {table} funcref) {code})
        (core module $fix (import "s" "t" (table 1 funcref)) (import "s" "f" (func $f)) (import "s" "g" (func $g))
            (import "s" "h" (func $h)) {elements})
        (core module $lib (func (export "f")) (func (export "g")) (func (export "h")))
        (core instance $s (instantiate $shim))
        (core instance $l (instantiate $lib))
        (alias core export $s "t" (core table $t))
        (alias core export $l "f" (core func $f))
        (alias core export $l "g" (core func $g))
        (alias core export $l "h" (core func $h))
        (core instance $i (export "t" (table $t)) (export "f" (func $f)) (export "g" (func $g))
            (export "h" (func $h)))
        (core instance (instantiate $fix (with "s" (instance $i)))) {more})"#
    ))
}

const CALLS_1: &str = "(func (call_indirect (type $t) (i32.const 1)))";
const CALLS_2: &str = "(func (call_indirect (type $t) (i32.const 2)))";
const FILLS: &str = "(elem (i32.const 0) func $f $g $h)";

/// The functions in the element segments of the modules that lose some.
fn filled(component: &[u8]) -> Vec<String> {
    let found = without_dead_slots(component).expect("readable");
    let of_one = |bytes: &Vec<u8>| {
        validate(bytes, WasmFeatures::all()).expect("valid");
        let (_, sections) = crate::binary::sections(bytes, 0).expect("readable");
        let elements = sections.iter().find(|s| s.id == 9).expect("has elements");
        format!("{:02x?}", elements.body)
    };
    found.values().map(of_one).collect()
}

#[test]
fn entries_that_no_code_calls_are_not_filled() {
    let only_1 = shimmed(CALLS_1, "3 3", FILLS, "");
    assert_eq!(filled(&only_1), ["[01, 00, 41, 00, 0b, 02, 01, 01]"]);
    let both = format!("{CALLS_1}{CALLS_2}");
    let both = shimmed(&both, "3 3", FILLS, "");
    assert_eq!(filled(&both), ["[01, 00, 41, 00, 0b, 03, 01, 01, 02]"]);
    let none = shimmed("", "3 3", FILLS, "");
    assert_eq!(filled(&none), ["[01, 00, 41, 00, 0b, 00]"]);
}

#[test]
fn a_table_of_which_not_all_is_known_stays_as_it_is_filled() {
    for (what, component) in [
        (
            "an index that is computed",
            shimmed(
                "(func (param i32) (call_indirect (type $t) (local.get 0)))",
                "3 3",
                FILLS,
                "",
            ),
        ),
        (
            "an entry that is read",
            shimmed(
                "(func (drop (table.get 0 (i32.const 0))))",
                "3 3",
                FILLS,
                "",
            ),
        ),
        (
            "a table that grows",
            shimmed(
                "(func (drop (table.grow 0 (ref.null func) (i32.const 1))))",
                "3",
                FILLS,
                "",
            ),
        ),
        (
            "a segment that does not fit",
            shimmed(CALLS_1, "2 2", FILLS, ""),
        ),
        (
            "a second instance",
            shimmed(CALLS_1, "3 3", FILLS, "(core instance (instantiate $shim))"),
        ),
        (
            "a module that others may use",
            shimmed(CALLS_1, "3 3", FILLS, r#"(export "m" (core module $shim))"#),
        ),
        (
            "a module that a nested component may use",
            shimmed(
                CALLS_1,
                "3 3",
                FILLS,
                "(component (alias outer 1 $fix (core module $m)))",
            ),
        ),
        (
            "another user with a table of its own",
            shimmed(
                CALLS_1,
                "3 3",
                FILLS,
                r#"(core module $two (import "s" "t" (table 1 funcref)) (table 1 funcref))
            (core instance (instantiate $two (with "s" (instance $i))))"#,
            ),
        ),
        (
            "a user that hands it on",
            shimmed(
                CALLS_1,
                "3 3",
                FILLS,
                r#"(core module $on (import "s" "t" (table 1 funcref)) (export "again" (table 0)))
            (core instance (instantiate $on (with "s" (instance $i))))"#,
            ),
        ),
        (
            "a user from outside",
            shimmed(
                CALLS_1,
                "3 3",
                FILLS,
                r#"(import "m" (core module $m (import "s" "t" (table 1 funcref))))
            (core instance (instantiate $m (with "s" (instance $i))))"#,
            ),
        ),
        (
            "a table filled with expressions",
            shimmed(
                CALLS_1,
                "3 3",
                "(elem (i32.const 0) funcref (ref.func $f) (ref.func $g))",
                "",
            ),
        ),
    ] {
        assert_eq!(filled(&component), [""; 0], "{what}");
    }
}
