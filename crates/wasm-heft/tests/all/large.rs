//! Files of many parts: the work grows with the file and not faster.
//!
//! Each file here took minutes where the work grew with the square of its parts, and takes a second or two.
//! The limit is far from both.

use crate::common::Place;
use std::time::{Duration, Instant};
use wasm_encoder::{
    CodeSection, Component, CustomSection, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, ImportSection, InstanceSection, Module, ModuleArg, ModuleSection, NameMap,
    NameSection, NestedComponentSection, TypeSection,
};
use wasm_heft::wasm::component::{plan, share, shorten_names, used_exports};

const LIMIT: Duration = Duration::from_secs(60);

#[track_caller]
fn in_time<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    let took = start.elapsed();
    assert!(took < LIMIT, "{what} took {took:?}");
    done
}

fn types() -> TypeSection {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    types
}

/// A module that is told from others by a section, with one export.
fn module(number: u32) -> Module {
    let mut module = Module::new();
    module.section(&types());
    let mut functions = FunctionSection::new();
    functions.function(0);
    module.section(&functions);
    let mut exports = ExportSection::new();
    exports.export("export", ExportKind::Func, 0);
    module.section(&exports);
    let mut code = CodeSection::new();
    let mut body = Function::new([]);
    body.instructions().end();
    code.function(&body);
    module.section(&code);
    module.section(&CustomSection {
        name: "number".into(),
        data: number.to_le_bytes().as_slice().into(),
    });
    module
}

/// A module that imports `name(i)` from `from(i)`.
fn importer(count: u32, from: impl Fn(u32) -> String, name: impl Fn(u32) -> String) -> Module {
    let mut module = Module::new();
    module.section(&types());
    let mut imports = ImportSection::new();
    for i in 0..count {
        imports.import(&from(i), &name(i), EntityType::Function(0));
    }
    module.section(&imports);
    module
}

fn is_done(component: &[u8]) {
    in_time("looking for uses", || used_exports(component)).expect("readable");
    let plan = in_time("looking for copies", || plan(component)).expect("readable");
    in_time("storing once", || share(component, &plan)).expect("readable");
    in_time("shortening names", || shorten_names(component, |_| false)).expect("readable");
}

#[test]
fn a_component_of_many_different_modules() {
    let mut component = Component::new();
    for number in 0..60_000 {
        component.section(&ModuleSection(&module(number)));
    }
    is_done(&component.finish());
}

#[test]
fn a_component_of_many_equal_modules_in_components_of_their_own() {
    let mut component = Component::new();
    for number in 0..20_000_u32 {
        // Each differs, and all hold the same module, which moves to the component around them.
        let mut nested = Component::new();
        nested.section(&ModuleSection(&module(0)));
        nested.section(&CustomSection {
            name: "number".into(),
            data: number.to_le_bytes().as_slice().into(),
        });
        component.section(&NestedComponentSection(&nested));
    }
    is_done(&component.finish());
}

#[test]
fn a_module_that_imports_from_many_instances() {
    const COUNT: u32 = 20_000;
    let mut component = Component::new();
    component.section(&ModuleSection(&module(0)));
    let name = |i: u32| format!("instance {i}");
    let user = importer(COUNT, name, |_| "export".to_owned());
    component.section(&ModuleSection(&user));
    let mut instances = InstanceSection::new();
    instances.instantiate(0, Vec::<(&str, ModuleArg)>::new());
    let names: Vec<String> = (0..COUNT).map(name).collect();
    let args = names
        .iter()
        .map(|name| (name.as_str(), ModuleArg::Instance(0)));
    instances.instantiate(1, args);
    component.section(&instances);
    is_done(&component.finish());
}

#[test]
fn many_instances_of_a_module_with_many_imports() {
    const COUNT: u32 = 20_000;
    let mut component = Component::new();
    let mut host = ExportSection::new();
    for i in 0..COUNT {
        host.export(&format!("export {i}"), ExportKind::Func, 0);
    }
    let mut given = Module::new();
    given.section(&types());
    let mut functions = FunctionSection::new();
    functions.function(0);
    given.section(&functions);
    given.section(&host);
    let mut code = CodeSection::new();
    let mut body = Function::new([]);
    body.instructions().end();
    code.function(&body);
    given.section(&code);
    component.section(&ModuleSection(&given));
    let user = importer(COUNT, |_| "host".to_owned(), |i| format!("export {i}"));
    component.section(&ModuleSection(&user));
    let mut instances = InstanceSection::new();
    instances.instantiate(0, Vec::<(&str, ModuleArg)>::new());
    for _ in 0..COUNT {
        instances.instantiate(1, [("host", ModuleArg::Instance(0))]);
    }
    component.section(&instances);
    is_done(&component.finish());
}

/// A module with this many functions of one instruction, each with a name.
fn named_functions(count: u32) -> Vec<u8> {
    let mut module = Module::new();
    module.section(&types());
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    let mut names = NameMap::new();
    for i in 0..count {
        functions.function(0);
        let mut body = Function::new([]);
        body.instructions().end();
        code.function(&body);
        names.append(i, &format!("function{i}"));
    }
    module.section(&functions);
    module.section(&code);
    let mut section = NameSection::new();
    section.functions(&names);
    module.section(&section);
    module.finish()
}

#[test]
fn many_named_functions_are_weighed_and_compared() {
    let place = Place::new();
    place.write("a.wasm", &named_functions(200_000));
    place.write("b.wasm", &named_functions(200_001));
    in_time("weighing", || place.heft("size --no-compress a.wasm").ok());
    in_time("comparing", || {
        place.heft("diff --no-compress a.wasm b.wasm").ok()
    });
}

#[test]
fn many_sections_are_weighed_and_optimized() {
    let mut module = Module::new();
    for i in 0..100_000_u32 {
        module.section(&CustomSection {
            name: format!("section {i}").into(),
            data: (&[][..]).into(),
        });
    }
    let place = Place::new();
    place.write("a.wasm", &module.finish());
    place.fake_wasm_opt("cp \"$in\" \"$out\"");
    in_time("weighing", || place.heft("size --no-compress a.wasm").ok());
    in_time("optimizing", || {
        place
            .heft("optimize a.wasm -o b.wasm --wasm-opt ./wasm-opt")
            .ok()
    });
}
