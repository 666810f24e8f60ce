//! Pictures from outside.

use crate::common::{Place, fixture};

fn place() -> Place {
    let place = Place::new();
    place.write("bench.json", &fixture("bench.json"));
    place
}

fn draw(place: &Place, arguments: &str) -> String {
    place
        .heft(&format!("plot {arguments} --bench bench.json -o out.svg"))
        .ok();
    String::from_utf8(place.read("out.svg")).unwrap()
}

#[test]
fn a_picture_is_the_same_every_time_and_loads_nothing() {
    let place = place();
    for kind in ["size-fuel", "pages", "memory"] {
        let svg = draw(&place, kind);
        assert_eq!(svg, draw(&place, kind), "{kind}");
        let links = svg.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        for outside in ["http", "href", "url(", "@font-face", "@import", "<script"] {
            assert!(!links.contains(outside), "{kind}: {outside}");
        }
        assert!(svg.contains("prefers-color-scheme:dark"), "{kind}");
    }
}

#[test]
fn every_allocator_has_its_name_as_text() {
    let place = place();
    let svg = draw(&place, "pages --group wasip2");
    for name in [
        "dlmalloc",
        "talc",
        "lol",
        "lol-leaking",
        "system",
        "longrun",
        "2,000",
        "memory",
    ] {
        assert!(svg.lines().any(|line| line == name), "{name}");
    }
    let svg = draw(&place, "size-fuel");
    assert!(
        svg.lines().any(|line| line == "talc") && !svg.lines().any(|line| line == "lol-leaking")
    );
}

#[test]
fn without_a_reference_the_first_that_has_numbers_is_1() {
    let place = place();
    let bench = String::from_utf8(fixture("bench.json")).unwrap();
    // Whose names these are is nothing to the tool.
    place.write("bench.json", bench.replace("dlmalloc", "mine").as_bytes());
    assert!(draw(&place, "size-fuel").contains("fuel, mine = 1"));
    assert!(draw(&place, "pages").contains("by mine"));
    assert!(draw(&place, "size-fuel --reference talc").contains("fuel, talc = 1"));
    assert!(draw(&place, "pages --reference talc").contains("by talc"));
}

#[test]
fn what_can_not_be_drawn_is_refused_and_leaves_nothing() {
    let place = place();
    let said = place
        .heft("plot pages --group wasip9 --bench bench.json -o out.svg")
        .refused();
    assert!(
        said.contains("no group `wasip9`; there are: wasip1, wasip2"),
        "{said}"
    );
    let said = place
        .heft("plot memory --case churn --bench bench.json -o out.svg")
        .refused();
    assert!(
        said.contains("no memory curve of case `churn`; there are curves of: longrun"),
        "{said}"
    );
    for kind in ["pages", "size-fuel"] {
        let said = place
            .heft(&format!(
                "plot {kind} --reference tacl --bench bench.json -o out.svg"
            ))
            .refused();
        assert!(
            said.contains("--reference: the group has no `tacl`; there are: "),
            "{said}"
        );
    }
    assert_eq!(place.list(), ["bench.json"]);
    // Names without a target are one group, and a bench may be of nothing.
    let bench = String::from_utf8(place.read("bench.json")).unwrap();
    place.write("bench.json", bench.replace("-wasip", "-old").as_bytes());
    let said = place.heft("plot pages --group x --bench bench.json -o out.svg");
    assert!(said.refused().contains("there are: \"\" (modules whose"));
    let mut bench: serde_json::Value = serde_json::from_str(&bench).unwrap();
    (bench["modules"], bench["rows"]) = (serde_json::json!([]), serde_json::json!([]));
    place.write("bench.json", bench.to_string().as_bytes());
    for group in ["", "--group wasip1"] {
        let said = place.heft(&format!("plot pages {group} --bench bench.json -o out.svg"));
        assert!(said.refused().contains("has no modules to draw"));
    }
}
