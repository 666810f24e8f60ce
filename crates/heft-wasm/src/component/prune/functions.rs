//! Imported interfaces without the functions that nothing calls.

use super::grammar::{Copier, IMPORT, Mention, Space, TYPE};
use super::live::{Counts, Node, Part, Place, noting, parts, renumbered, renumbering};
use crate::binary::{header, push_section};
use crate::component::index_space::ALIAS;
use crate::component::levels::WalkError;
use std::collections::{BTreeMap, BTreeSet};
use wasm_encoder::Encode as _;
use wasmparser::{BinaryReader, ComponentAlias, ComponentImport, ComponentTypeRef};

/// What the binary format calls an instance type, and in one a declaration of an export.
const INSTANCE_TYPE: u8 = 0x42;
const EXPORTED: u8 = 0x04;

/// The component with fewer functions in the interfaces it imports: those that no alias names. Types stay
/// if they are resources, or anything refers to them.
pub(super) fn without_unused_functions(component: &[u8]) -> Result<Vec<u8>, WalkError> {
    let parts = parts(component)?;
    let named = named(&parts)?;
    let mut out = header(crate::binary::Kind::Component);
    for part in &parts {
        if part.id != TYPE {
            push_back(&mut out, part);
            continue;
        }
        let mut body = Vec::new();
        part.nodes.len().encode(&mut body);
        for node in &part.nodes {
            match node.makes.and_then(|place| named.get(&place)) {
                Some(names) => body.append(&mut instance_type(node.bytes, names)?),
                None => body.extend_from_slice(node.bytes),
            }
        }
        push_section(&mut out, part.id, &body);
    }
    Ok(out)
}

/// Writes a part as it is.
fn push_back(out: &mut Vec<u8>, part: &Part<'_>) {
    use crate::binary::{COMPONENT, CORE_MODULE, CUSTOM};
    let mut body = Vec::new();
    if !matches!(part.id, CUSTOM | CORE_MODULE | COMPONENT) {
        part.nodes.len().encode(&mut body);
    }
    for node in &part.nodes {
        body.extend_from_slice(node.bytes);
    }
    push_section(out, part.id, &body);
}

/// The instance types that are only the type of one import, of which nothing is used but what aliases name;
/// with these names.
fn named<'a>(parts: &[Part<'a>]) -> Result<BTreeMap<Place, BTreeSet<&'a str>>, WalkError> {
    let mut uses: BTreeMap<Place, usize> = BTreeMap::new();
    let mut aliases: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    let mut imports: BTreeMap<u32, u32> = BTreeMap::new();
    for part in parts {
        for node in &part.nodes {
            for place in &node.uses {
                *uses.entry(*place).or_default() += 1;
            }
            let reader = || BinaryReader::new(node.bytes, 0);
            if part.id == ALIAS
                && let ComponentAlias::InstanceExport {
                    instance_index,
                    name,
                    ..
                } = reader().read()?
            {
                aliases.entry(instance_index).or_default().push(name);
            }
            if part.id == IMPORT
                && let Some((Space::Instance, index)) = node.makes
                && let ComponentTypeRef::Instance(ty) = reader().read::<ComponentImport<'_>>()?.ty
            {
                imports.insert(index, ty);
            }
        }
    }
    let count = |place: Place| uses.get(&place).copied().unwrap_or_default();
    let only = |(instance, ty): (u32, u32)| {
        let names = aliases.get(&instance).cloned().unwrap_or_default();
        let all = count((Space::Instance, instance)) == names.len();
        (all && count((Space::Type, ty)) == 1)
            .then(|| ((Space::Type, ty), names.into_iter().collect()))
    };
    Ok(imports.into_iter().filter_map(only).collect())
}

/// A type without the functions that are not in `names`, and without what only they needed. The same type
/// when it is not written out here.
fn instance_type(bytes: &[u8], names: &BTreeSet<&str>) -> Result<Vec<u8>, WalkError> {
    if bytes.first() != Some(&INSTANCE_TYPE) {
        return Ok(bytes.to_vec());
    }
    let body = &bytes[1..];
    let nodes = declarations(body, names)?;
    let (live, new) = renumbered(&nodes.iter().collect::<Vec<_>>());
    let mut out = vec![INSTANCE_TYPE];
    live.iter().filter(|live| **live).count().encode(&mut out);
    let mut map = renumbering(1, &new);
    for (node, _) in nodes.iter().zip(&live).filter(|(_, live)| **live) {
        let mut copier = Copier::new(node.bytes, 1, &mut map);
        copier.declaration()?;
        out.append(&mut copier.out);
    }
    Ok(out)
}

fn declarations<'a>(body: &'a [u8], names: &BTreeSet<&str>) -> Result<Vec<Node<'a>>, WalkError> {
    let (count, mut start) = {
        let mut nothing = |mention: Mention| Ok(mention.index);
        let mut copier = Copier::new(body, 1, &mut nothing);
        (copier.count()?, copier.position())
    };
    let mut counts = Counts::default();
    let mut nodes = Vec::new();
    for _ in 0..count {
        let mut uses = Vec::new();
        let mut note = noting(1, &mut uses);
        let mut copier = Copier::new(&body[start..], 1, &mut note);
        let space = copier.declaration()?;
        let end = start + copier.position();
        drop(note);
        let bytes = &body[start..end];
        nodes.push(Node {
            bytes,
            makes: Some(counts.next(space)),
            uses,
            stays: stays(bytes, space, names)?,
        });
        start = end;
    }
    Ok(nodes)
}

/// Whether a declaration stays even if no other refers to it.
fn stays(bytes: &[u8], space: Space, names: &BTreeSet<&str>) -> Result<bool, WalkError> {
    if space == Space::CoreType {
        return Ok(true);
    }
    if bytes.first() != Some(&EXPORTED) {
        return Ok(false);
    }
    let mut nothing = |mention: Mention| Ok(mention.index);
    let mut copier = Copier::new(&bytes[1..], 1, &mut nothing);
    let name = copier.extern_name()?;
    if names.contains(name) {
        return Ok(true);
    }
    Ok(match space {
        Space::Func => false,
        // A type that equals another one may go, a resource not: names of functions speak of it.
        Space::Type => is_resource(&bytes[1..])?,
        _ => true,
    })
}

/// Whether the export of a type says only that it is some resource.
fn is_resource(export: &[u8]) -> Result<bool, WalkError> {
    use wasmparser::{ComponentExternName, TypeBounds};
    let mut reader = BinaryReader::new(export, 0);
    reader.read::<ComponentExternName<'_>>()?;
    let ty = reader.read::<ComponentTypeRef>()?;
    Ok(matches!(
        ty,
        ComponentTypeRef::Type(TypeBounds::SubResource)
    ))
}
