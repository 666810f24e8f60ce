//! A component without the entries that nothing refers to.

use super::grammar::{CORE_TYPE, Copier, EXPORT, Mention, Space};
use crate::binary::{COMPONENT, CORE_MODULE, CUSTOM, header, push_section, sections};
use crate::component::index_space::{ALIAS, CORE_INSTANCE, INSTANCE};
use crate::component::levels::WalkError;
use std::collections::BTreeMap;
use wasm_encoder::Encode as _;

/// An entry of an index space.
pub(super) type Place = (Space, u32);

/// Something that may make an entry, and refers to others.
pub(super) struct Node<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) makes: Option<Place>,
    pub(super) uses: Vec<Place>,
    /// Whether it stays even if nothing refers to it.
    pub(super) stays: bool,
}

/// A section of a component, or several of its entries.
pub(super) struct Part<'a> {
    pub(super) id: u8,
    pub(super) nodes: Vec<Node<'a>>,
}

/// How many entries each index space has.
#[derive(Default)]
pub(super) struct Counts(BTreeMap<Space, u32>);

impl Counts {
    /// The next entry of a space.
    pub(super) fn next(&mut self, space: Space) -> Place {
        let count = self.0.entry(space).or_default();
        *count += 1;
        (space, *count - 1)
    }
}

/// The sections of a component, entry by entry.
pub(super) fn parts(component: &[u8]) -> Result<Vec<Part<'_>>, WalkError> {
    let mut counts = Counts::default();
    let mut parts = Vec::new();
    for section in sections(component, 0)?.1 {
        let whole = |makes, uses| Node {
            bytes: section.body,
            makes,
            uses,
            stays: true,
        };
        let nodes = match section.id {
            CUSTOM => vec![whole(None, Vec::new())],
            CORE_MODULE => vec![whole(Some(counts.next(Space::CoreModule)), Vec::new())],
            COMPONENT => {
                let mut uses = Vec::new();
                Copier::component(section.body, 1, &mut noting(0, &mut uses))?;
                vec![whole(Some(counts.next(Space::Component)), uses)]
            }
            id => entries(id, section.body, &mut counts)?,
        };
        parts.push(Part {
            id: section.id,
            nodes,
        });
    }
    Ok(parts)
}

/// Leaves each index as it is and notes those of one scope.
pub(super) fn noting(
    scope: u32,
    uses: &mut Vec<Place>,
) -> impl FnMut(Mention) -> Result<u32, WalkError> {
    move |mention| {
        if mention.scope == scope {
            uses.push((mention.space, mention.index));
        }
        Ok(mention.index)
    }
}

fn entries<'a>(id: u8, body: &'a [u8], counts: &mut Counts) -> Result<Vec<Node<'a>>, WalkError> {
    let (count, mut start) = {
        let mut nothing = |mention: Mention| Ok(mention.index);
        let mut copier = Copier::new(body, 0, &mut nothing);
        (copier.count()?, copier.position())
    };
    let mut nodes = Vec::new();
    for _ in 0..count {
        let mut uses = Vec::new();
        let mut note = noting(0, &mut uses);
        let mut copier = Copier::new(&body[start..], 0, &mut note);
        let space = copier.entry(id)?;
        let end = start + copier.position();
        drop(note);
        let bytes = &body[start..end];
        // NB: to instantiate something may do something, and core types are not counted one by one.
        let stays = match id {
            EXPORT | CORE_TYPE => true,
            CORE_INSTANCE | INSTANCE => bytes.first() == Some(&0x00),
            ALIAS => space == Some(Space::CoreType),
            _ => false,
        };
        nodes.push(Node {
            bytes,
            makes: space.map(|space| counts.next(space)),
            uses,
            stays,
        });
        start = end;
    }
    Ok(nodes)
}

/// The new index of each entry that stays.
pub(super) fn renumbered<'n>(nodes: &[&'n Node<'n>]) -> (Vec<bool>, BTreeMap<Place, u32>) {
    let maker: BTreeMap<Place, usize> = nodes
        .iter()
        .enumerate()
        .filter_map(|(i, node)| Some((node.makes?, i)))
        .collect();
    let mut live = vec![false; nodes.len()];
    let mut next: Vec<usize> = (0..nodes.len()).filter(|i| nodes[*i].stays).collect();
    while let Some(i) = next.pop() {
        if !std::mem::replace(&mut live[i], true) {
            next.extend(nodes[i].uses.iter().filter_map(|place| maker.get(place)));
        }
    }
    let mut counts = Counts::default();
    let mut new = BTreeMap::new();
    for (node, _) in nodes.iter().zip(&live).filter(|(_, live)| **live) {
        if let Some(place) = node.makes {
            new.insert(place, counts.next(place.0).1);
        }
    }
    (live, new)
}

/// Gives the mentions of one scope their new indices.
pub(super) fn renumbering(
    scope: u32,
    new: &BTreeMap<Place, u32>,
) -> impl FnMut(Mention) -> Result<u32, WalkError> {
    move |mention| {
        if mention.scope != scope || mention.space == Space::CoreType {
            return Ok(mention.index);
        }
        let found = new.get(&(mention.space, mention.index));
        found
            .copied()
            .ok_or(WalkError::Unknown("a use of what is gone"))
    }
}

/// The component without the entries that nothing refers to: imports, types, aliases, functions that are
/// only lowered or lifted. Core modules and components in it stay where they are.
pub(super) fn without_unused(component: &[u8]) -> Result<Vec<u8>, WalkError> {
    let parts = parts(component)?;
    let nodes: Vec<&Node<'_>> = parts.iter().flat_map(|part| &part.nodes).collect();
    let (live, new) = renumbered(&nodes);
    if live.iter().all(|live| *live) {
        return Ok(component.to_vec());
    }
    let mut map = renumbering(0, &new);
    let mut live = live.into_iter();
    let mut out = header(crate::binary::Kind::Component);
    for part in &parts {
        let stay: Vec<&Node<'_>> = part
            .nodes
            .iter()
            .filter(|_| live.next() == Some(true))
            .collect();
        let body = match part.id {
            // NB: its names are found by index, and would be others'.
            CUSTOM if is_names(stay[0].bytes) => continue,
            CUSTOM | CORE_MODULE => stay[0].bytes.to_vec(),
            COMPONENT => Copier::component(stay[0].bytes, 1, &mut map)?,
            _ if stay.is_empty() => continue,
            id => {
                let mut body = Vec::new();
                stay.len().encode(&mut body);
                for node in stay {
                    let mut copier = Copier::new(node.bytes, 0, &mut map);
                    copier.entry(id)?;
                    body.append(&mut copier.out);
                }
                body
            }
        };
        push_section(&mut out, part.id, &body);
    }
    Ok(out)
}

/// Whether the body of a custom section is that of `component-name`.
fn is_names(body: &[u8]) -> bool {
    body.starts_with(b"\x0ecomponent-name")
}
