//! The JSON schemas in `docs/schemas` are those of the types, and what the program writes fits them.

use crate::baseline;
use crate::common::{MODULE, fixture, wasm};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

/// Name of the file and schema of what it describes.
fn schemas() -> Vec<(&'static str, Value)> {
    fn of<T: JsonSchema>() -> Value {
        let settings = SchemaSettings::draft2020_12().for_serialize();
        serde_json::to_value(settings.into_generator().into_root_schema_for::<T>()).unwrap()
    }
    vec![
        ("accept", of::<heft_gate::baseline::AcceptReport>()),
        ("bench", of::<heft_data::bench_result::BenchReport>()),
        ("bench-baseline", of::<heft_gate::baseline::BenchFile>()),
        ("decide", of::<heft_report::decision::Decision>()),
        ("diff", of::<heft_size::diff::DiffReport>()),
        ("doctor", of::<wasm_heft::doctor::Doctor>()),
        ("gate", of::<heft_gate::report::FullReport>()),
        ("history-line", of::<heft_gate::baseline::history::Line>()),
        ("profile", of::<heft_data::profile::ProfileReport>()),
        ("record", of::<heft_data::record::Record>()),
        ("report", of::<heft_report::Report>()),
        ("size", of::<heft_size::file_size::SizeReport>()),
        ("sizes-baseline", of::<heft_gate::baseline::SizesFile>()),
    ]
}

fn schema(name: &str) -> Value {
    let found = schemas().into_iter().find(|(other, _)| *other == name);
    found.unwrap().1
}

#[test]
fn the_schemas_in_the_docs_are_those_of_the_types() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schemas"));
    for (name, schema) in schemas() {
        let file = folder.join(format!("{name}.schema.json"));
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os("BLESS").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&file, &text).unwrap();
        }
        let golden = fs::read_to_string(&file).unwrap_or_default();
        assert!(
            golden == text,
            "{name} is now:\n{text}\nread it, then run with BLESS=1"
        );
    }
}

#[test]
fn what_the_program_writes_fits_the_schemas() {
    let place = baseline::accepted();
    fits("sizes-baseline", &place.read("sizes.json"));
    for line in place
        .read("history.jsonl")
        .split(|b| *b == b'\n')
        .filter(|line| !line.is_empty())
    {
        fits("history-line", line);
    }
    baseline::artifact(&place, "app", &wasm("(module)"), "1.97.1", "two");
    for arguments in ["app=app.wasm", "--locked app=app.wasm other=app.wasm"] {
        let gate = baseline::gate(&place, &format!("--format json {arguments}"));
        fits("gate", gate.stdout_bytes());
    }
    let place = crate::baseline_bench::accepted();
    fits("bench", &place.read("result.json"));
    fits("bench-baseline", &place.read("bench.json"));
    fits(
        "gate",
        crate::baseline_bench::gate(&place, "--format json").stdout_bytes(),
    );
}

#[test]
fn what_the_other_commands_print_fits_the_schemas() {
    let place = baseline::accepted();
    let named = wasm(MODULE);
    place.write("named.wasm", &named);
    for (name, arguments) in [
        ("size", "size app.wasm named.wasm"),
        ("size", "size --no-compress --fold --why helper named.wasm"),
        ("diff", "diff app.wasm named.wasm"),
        ("diff", "diff --no-compress named.wasm named.wasm"),
        (
            "accept",
            "accept --dry-run --baseline sizes.json --history history.jsonl --reason words app=app.wasm",
        ),
        ("decide", "decide --criteria decision.toml --bench lab.json"),
    ] {
        for (file, fixture_name) in [
            ("decision.toml", "decision.toml"),
            ("lab.json", "bench.json"),
        ] {
            place.write(file, &fixture(fixture_name));
        }
        let run = place.heft(&format!("{arguments} --format json")).ok();
        fits(name, run.stdout_bytes());
    }
    place
        .heft("optimize named.wasm -o small.wasm --record small.json")
        .ok();
    fits("record", &place.read("small.json"));
    place
        .heft("report -o r.html --budgets budgets.toml --baseline sizes.json --bench lab.json --criteria decision.toml app=app.wasm named=named.wasm")
        .ok();
    let page = String::from_utf8(place.read("r.html")).unwrap();
    fits("report", crate::report::data(&page).to_string().as_bytes());
}

#[test]
fn what_does_not_fit_a_schema_is_told_apart() {
    let place = baseline::accepted();
    let good: Value = serde_json::from_slice(&place.read("sizes.json")).unwrap();
    let schema = schema("sizes-baseline");
    assert_eq!(wrong(&schema, &schema, &good), None);
    for (path, value) in [
        ("/schema", json!("1")),
        ("/tolerance/relative_ppm", json!(-1)),
        ("/tolerance", json!({ "absolute_bytes": 1 })),
        (
            "/tolerance",
            json!({ "absolute_bytes": 1, "relative_ppm": 1, "more": 1 }),
        ),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(path).unwrap() = value;
        assert!(wrong(&schema, &schema, &bad).is_some(), "{path}");
    }
}

/// Fails the test unless a document is as the schema of this name says.
#[track_caller]
pub(crate) fn fits(name: &str, document: &[u8]) {
    let schema = schema(name);
    let document: Value = serde_json::from_slice(document).unwrap();
    assert_eq!(
        wrong(&schema, &schema, &document),
        None,
        "{name}: {document:#}"
    );
}

/// What is wrong with `value`: as much of JSON Schema as the schemas use.
fn wrong(root: &Value, schema: &Value, value: &Value) -> Option<String> {
    let Some(schema) = schema.as_object() else {
        return (schema == &json!(false)).then(|| format!("{value} is not allowed"));
    };
    for (keyword, rule) in schema {
        let found = match keyword.as_str() {
            "$ref" => {
                let pointer = rule.as_str().unwrap().trim_start_matches('#');
                wrong(root, root.pointer(pointer).unwrap(), value)
            }
            "type" => {
                let types = rule
                    .as_array()
                    .cloned()
                    .unwrap_or_else(|| vec![rule.clone()]);
                let is = types
                    .iter()
                    .any(|name| has_type(value, name.as_str().unwrap()));
                (!is).then(|| format!("{value} is no {rule}"))
            }
            "const" => (value != rule).then(|| format!("{value} is not {rule}")),
            "enum" => {
                let one = rule.as_array().unwrap().contains(value);
                (!one).then(|| format!("{value} is none of {rule}"))
            }
            "minimum" => {
                let low = value.as_f64().is_some_and(|n| n < rule.as_f64().unwrap());
                low.then(|| format!("{value} is below {rule}"))
            }
            "anyOf" | "oneOf" => {
                let fits = |rule: &&Value| wrong(root, rule, value).is_none();
                let any = rule.as_array().unwrap().iter().any(|rule| fits(&rule));
                (!any).then(|| format!("{value} fits none of {rule}"))
            }
            "required" => {
                let names = rule.as_array().unwrap().iter().filter_map(Value::as_str);
                let mut missing =
                    names.filter(|name| value.is_object() && value.get(name).is_none());
                missing.next().map(|name| format!("{name} is missing"))
            }
            "properties" => {
                let properties = rule.as_object().unwrap().iter();
                let mut inside = properties
                    .filter_map(|(name, rule)| value.get(name).and_then(|v| wrong(root, rule, v)));
                inside.next()
            }
            "additionalProperties" => {
                let known = |name: &String| {
                    schema
                        .get("properties")
                        .is_some_and(|p| p.get(name).is_some())
                };
                let others = value.as_object().into_iter().flatten();
                let mut others = others.filter(|(name, _)| !known(name));
                others.find_map(|(_, value)| wrong(root, rule, value))
            }
            "items" => value
                .as_array()?
                .iter()
                .find_map(|value| wrong(root, rule, value)),
            "prefixItems" => {
                let pairs = rule.as_array().unwrap().iter().zip(value.as_array()?);
                pairs
                    .into_iter()
                    .find_map(|(rule, value)| wrong(root, rule, value))
            }
            "$schema" | "$defs" | "default" | "title" | "description" | "format" | "maximum"
            | "minItems" | "maxItems" => None,
            other => Some(format!("this test does not know the keyword `{other}`")),
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn has_type(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("type {other}"),
    }
}
