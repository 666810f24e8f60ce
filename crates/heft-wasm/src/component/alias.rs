//! Carrying out a plan: aliases in the place of what is stored once.

use super::duplicates::{Outer, Plan};
use super::index_space::ALIAS;
use crate::binary::{BinaryError, COMPONENT, CORE_MODULE, header, push_section, sections};
use crate::core_modules::{IndexPath, core_modules};
use std::collections::BTreeMap;
use wasm_encoder::Encode as _;

/// What the binary format calls a core module and a component where something of any sort may stand.
const SORT_CORE_MODULE: [u8; 2] = [0x00, 0x11];
const SORT_COMPONENT: [u8; 1] = [0x04];
/// What it calls an alias of something in a component around this one, or in this one.
const OUTER: u8 = 0x02;

/// The component with aliases in the place of what `plan` found twice. An alias makes one entry in
/// the same index space as what it replaces, so all other sections stay as they are.
///
/// # Errors
///
/// When the component is not made of sections.
pub fn share(component: &[u8], plan: &Plan) -> Result<Vec<u8>, BinaryError> {
    let modules: BTreeMap<IndexPath, &[u8]> = core_modules(component)?
        .into_iter()
        .map(|module| (module.index, module.bytes))
        .collect();
    rebuild(component, &mut Vec::new(), plan, &modules)
}

fn rebuild(
    bytes: &[u8],
    path: &mut Vec<usize>,
    plan: &Plan,
    all: &BTreeMap<IndexPath, &[u8]>,
) -> Result<Vec<u8>, BinaryError> {
    let (kind, sections) = sections(bytes, 0)?;
    let mut out = header(kind);
    for moved in plan.moved.get(path).into_iter().flatten() {
        push_section(&mut out, CORE_MODULE, all[moved]);
    }
    let (mut modules, mut components) = (0, 0);
    for section in sections {
        match section.id {
            CORE_MODULE => {
                path.push(modules);
                match plan.modules.get(&IndexPath(path.clone())) {
                    Some(outer) => push_alias(&mut out, &SORT_CORE_MODULE, *outer),
                    None => push_section(&mut out, section.id, section.body),
                }
                path.pop();
                modules += 1;
            }
            COMPONENT => {
                path.push(components);
                match plan.components.get(&IndexPath(path.clone())) {
                    Some(outer) => push_alias(&mut out, &SORT_COMPONENT, *outer),
                    None => {
                        let inner = rebuild(section.body, path, plan, all)?;
                        push_section(&mut out, section.id, &inner);
                    }
                }
                path.pop();
                components += 1;
            }
            _ => push_section(&mut out, section.id, section.body),
        }
    }
    Ok(out)
}

/// Appends a section with one alias.
fn push_alias(out: &mut Vec<u8>, sort: &[u8], outer: Outer) {
    let mut body = vec![1];
    body.extend_from_slice(sort);
    body.push(OUTER);
    outer.count.encode(&mut body);
    outer.index.encode(&mut body);
    push_section(out, ALIAS, &body);
}
