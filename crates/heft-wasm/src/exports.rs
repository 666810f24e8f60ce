//! The exports of a core module, and the module with fewer of them.

use crate::binary::{BinaryError, Section, header, push_section, sections};
use crate::section_id::module::{DATA_COUNT, EXPORT, START};
use wasm_encoder::{Encode as _, ExportKind, ExportSection};
use wasmparser::{BinaryReader, ExportSectionReader, ExternalKind};

// For the modules under `component`.
pub(crate) use crate::section_id::module::EXPORT as EXPORT_SECTION;

/// The names a core module exports, in order.
///
/// # Errors
///
/// When `module` or its export section can't be read.
pub fn export_names(module: &[u8]) -> Result<Vec<&str>, BinaryError> {
    let (_, sections) = sections(module, 0)?;
    let Some(section) = sections.iter().find(|s| s.id == EXPORT) else {
        return Ok(Vec::new());
    };
    let bad = |_| BinaryError::Length(section.range.start);
    ExportSectionReader::new(BinaryReader::new(section.body, 0))
        .map_err(bad)?
        .into_iter()
        .map(|export| export.map(|export| export.name).map_err(bad))
        .collect()
}

/// `module` with only those exports whose name `keep` agrees to.
///
/// # Errors
///
/// When `module` or its export section can't be read.
pub fn retain_exports(module: &[u8], keep: impl Fn(&str) -> bool) -> Result<Vec<u8>, BinaryError> {
    let (kind, sections) = sections(module, 0)?;
    let mut exports = ExportSection::new();
    if let Some(section) = sections.iter().find(|s| s.id == EXPORT) {
        let bad = |_| BinaryError::Length(section.range.start);
        for export in ExportSectionReader::new(BinaryReader::new(section.body, 0)).map_err(bad)? {
            let export = export.map_err(bad)?;
            if keep(export.name) {
                exports.export(export.name, export_kind(export.kind), export.index);
            }
        }
    }
    Ok(with_exports(header(kind), &sections, &exports))
}

/// `module` without those exports whose name `keep` doesn't agree to, and their names, in order.
///
/// # Errors
///
/// When `module` or its export section can't be read.
pub fn drop_exports(
    module: &[u8],
    keep: impl Fn(&str) -> bool,
) -> Result<(Vec<u8>, Vec<String>), BinaryError> {
    let names = export_names(module)?.into_iter();
    let dropped: Vec<String> = names
        .filter(|name| !keep(name))
        .map(str::to_owned)
        .collect();
    if dropped.is_empty() {
        return Ok((module.to_vec(), dropped));
    }
    Ok((retain_exports(module, keep)?, dropped))
}

/// Writes `sections` with `exports` in the place of the export section: before the first section
/// that must follow it, or not at all when there are none.
pub fn with_exports(
    mut out: Vec<u8>,
    sections: &[Section<'_>],
    exports: &ExportSection,
) -> Vec<u8> {
    let mut encoded = Vec::new();
    exports.encode(&mut encoded);
    let body = crate::binary::read_u32(&encoded).map_or(&encoded[..], |(_, used)| &encoded[used..]);
    let mut pending = (!exports.is_empty()).then_some(body);
    for section in sections {
        // Order of the sections that follow exports: start, elements, data count, code, data.
        let follows = matches!(section.id, START..=DATA_COUNT);
        if (section.id == EXPORT || follows)
            && let Some(body) = pending.take()
        {
            push_section(&mut out, EXPORT, body);
        }
        if section.id != EXPORT {
            push_section(&mut out, section.id, section.body);
        }
    }
    if let Some(body) = pending {
        push_section(&mut out, EXPORT, body);
    }
    out
}

/// wasm-encoder's word for a kind.
pub fn export_kind(kind: ExternalKind) -> ExportKind {
    match kind {
        ExternalKind::Func | ExternalKind::FuncExact => ExportKind::Func,
        ExternalKind::Table => ExportKind::Table,
        ExternalKind::Memory => ExportKind::Memory,
        ExternalKind::Global => ExportKind::Global,
        ExternalKind::Tag => ExportKind::Tag,
    }
}
