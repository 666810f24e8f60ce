//! What one section of a component adds to the component's index spaces.

use crate::binary::{COMPONENT, CORE_MODULE, Section};
use wasmparser::{
    BinaryReader, ComponentAlias, ComponentAliasSectionReader, ComponentExportSectionReader,
    ComponentExternalKind, ComponentImportSectionReader, ComponentOuterAliasKind, ComponentTypeRef,
    FromReader, Result, SectionLimited,
};

pub(super) use crate::section_id::component::{ALIAS, CORE_INSTANCE, INSTANCE};
use crate::section_id::component::{EXPORT, IMPORT};

/// A new entry of the index space of core modules or of components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Added {
    /// A core module.
    Module(Origin),
    /// A component.
    Component,
}

/// What a new core module is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The body of the section itself.
    Here,
    /// Entry `index` of the component `count` levels out.
    Outer { count: u32, index: u32 },
    /// Something that comes from outside and can't be seen.
    Elsewhere,
}

/// The core modules and components that `section` adds, in order.
///
/// # Errors
///
/// When the section can't be read.
pub(super) fn added(section: &Section<'_>) -> Result<Vec<Added>> {
    let mut found = Vec::new();
    match section.id {
        CORE_MODULE => found.push(Added::Module(Origin::Here)),
        COMPONENT => found.push(Added::Component),
        ALIAS => {
            for alias in ComponentAliasSectionReader::new(reader(section))? {
                match alias? {
                    ComponentAlias::Outer { kind, count, index } => match kind {
                        ComponentOuterAliasKind::CoreModule => {
                            found.push(Added::Module(Origin::Outer { count, index }));
                        }
                        ComponentOuterAliasKind::Component => found.push(Added::Component),
                        ComponentOuterAliasKind::CoreType | ComponentOuterAliasKind::Type => {}
                    },
                    ComponentAlias::InstanceExport { kind, .. } => found.extend(outside(kind)),
                    ComponentAlias::CoreInstanceExport { .. } => {}
                }
            }
        }
        IMPORT => {
            for import in ComponentImportSectionReader::new(reader(section))? {
                match import?.ty {
                    ComponentTypeRef::Module(_) => found.push(Added::Module(Origin::Elsewhere)),
                    ComponentTypeRef::Component(_) => found.push(Added::Component),
                    _ => {}
                }
            }
        }
        // An export is a new entry for the thing it exports.
        EXPORT => {
            for export in ComponentExportSectionReader::new(reader(section))? {
                let export = export?;
                found.extend(match export.kind {
                    ComponentExternalKind::Module => Some(Added::Module(Origin::Outer {
                        count: 0,
                        index: export.index,
                    })),
                    kind => outside(kind),
                });
            }
        }
        _ => {}
    }
    Ok(found)
}

fn outside(kind: ComponentExternalKind) -> Option<Added> {
    match kind {
        ComponentExternalKind::Module => Some(Added::Module(Origin::Elsewhere)),
        ComponentExternalKind::Component => Some(Added::Component),
        _ => None,
    }
}

/// The core modules of the component itself that `section` hands to somebody who may use any of
/// their exports: by exporting them, or as an argument or part of a component instance.
///
/// # Errors
///
/// When the section can't be read.
pub(super) fn handed_out(section: &Section<'_>) -> Result<Vec<u32>> {
    use wasmparser::{ComponentInstance, ComponentInstanceSectionReader};
    let mut found = Vec::new();
    match section.id {
        EXPORT => {
            for export in ComponentExportSectionReader::new(reader(section))? {
                let export = export?;
                found.extend(module(export.kind, export.index));
            }
        }
        INSTANCE => {
            for instance in ComponentInstanceSectionReader::new(reader(section))? {
                match instance? {
                    ComponentInstance::Instantiate { args, .. } => {
                        found.extend(args.iter().filter_map(|arg| module(arg.kind, arg.index)));
                    }
                    ComponentInstance::FromExports(exports) => {
                        found.extend(exports.iter().filter_map(|e| module(e.kind, e.index)));
                    }
                }
            }
        }
        _ => {}
    }
    Ok(found)
}

fn module(kind: ComponentExternalKind, index: u32) -> Option<u32> {
    (kind == ComponentExternalKind::Module).then_some(index)
}

/// Reads the items of a section.
pub(super) fn items<'a, T: FromReader<'a>>(section: &Section<'a>) -> Result<SectionLimited<'a, T>> {
    SectionLimited::new(reader(section))
}

fn reader<'a>(section: &Section<'a>) -> BinaryReader<'a> {
    BinaryReader::new(
        section.body,
        section.range.end as u64 - section.body.len() as u64,
    )
}
