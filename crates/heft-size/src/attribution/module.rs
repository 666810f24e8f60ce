//! One core module, split into function bodies, data segments and the rest.

use super::error::AttributionError;
use super::names::{self, Names};
use super::owner::Evidence;
use heft_wasm::binary::{CUSTOM, Kind, Section, read_u32};
use heft_wasm::section_id::module::{CODE, DATA, EXPORT, IMPORT};
use heft_wasm::walk;
use wasmparser::{
    BinaryReader, DataSectionReader, ExportSectionReader, ExternalKind, ImportSectionReader,
    TypeRef,
};

/// A function body in its file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Body<'a> {
    /// The body without its length.
    pub(super) content: &'a [u8],
    /// The size with the length before it.
    pub(super) size: usize,
}

/// A core module, read as far as attribution needs it.
pub(super) struct Module<'a> {
    pub(super) sections: Vec<Section<'a>>,
    /// How many functions it imports: the index of its first own function.
    pub(super) imported: u32,
    pub(super) bodies: Vec<Body<'a>>,
    /// The sizes of the data segments, with their heads.
    pub(super) segments: Vec<usize>,
    /// What it imports from.
    pub(super) evidence: Evidence,
    /// Whether it is wit-component's shim, which exports the table it calls through as `$imports`.
    pub(super) is_shim: bool,
    /// What could not be read as it should be.
    pub(super) notes: Vec<String>,
}

impl<'a> Module<'a> {
    /// Reads a core module.
    pub(super) fn read(found: walk::Module<'a>) -> Result<Self, AttributionError> {
        let mut module = Self {
            sections: found.sections,
            imported: 0,
            bodies: Vec::new(),
            segments: Vec::new(),
            evidence: Evidence::default(),
            is_shim: false,
            notes: Vec::new(),
        };
        for section in &module.sections {
            let at = section.range.end - section.body.len();
            match section.id {
                IMPORT => module.imported += read_imports(section, at, &mut module.evidence)?,
                CODE => module.bodies.extend(bodies(section.body, at)?),
                DATA => match segments(section.body) {
                    Some(found) => module.segments.extend(found),
                    None => module.notes.push(format!(
                        "its data section at offset {at:#x} can't be read; all of it is counted as `[data]`"
                    )),
                },
                EXPORT => module.is_shim = is_shim(section.body),
                _ => {}
            }
        }
        Ok(module)
    }

    /// The names for this module from its own name section.
    pub(super) fn names(&self) -> Names<'a> {
        let body = self
            .sections
            .iter()
            .filter_map(Section::custom)
            .find_map(|(name, body)| (name == "name").then_some(body));
        match body {
            Some(body) => {
                let functions = self.bodies.len() + self.imported as usize;
                names::read(body, functions, self.segments.len())
            }
            None => Names::default(),
        }
    }

    /// Whether two modules have the same code, so that the names of one fit the other: everything but
    /// custom sections is equal. In a component (`inside`) imports and exports may have other names,
    /// as the artifact has shorter ones.
    pub(super) fn same_code(&self, other: &Module<'_>, inside: Kind) -> bool {
        let relevant = |section: &&Section<'_>| section.id != CUSTOM;
        let ours = self.sections.iter().filter(relevant);
        let theirs = other.sections.iter().filter(relevant);
        let same = |(ours, theirs): (&Section<'_>, &Section<'_>)| {
            ours.id == theirs.id
                && (ours.body == theirs.body
                    || inside == Kind::Component && same_but_names(ours, theirs))
        };
        ours.clone().count() == theirs.clone().count() && ours.zip(theirs).all(same)
    }
}

/// Counts the imported functions, and notes what is imported from.
fn read_imports(
    section: &Section<'_>,
    at: usize,
    evidence: &mut Evidence,
) -> Result<u32, AttributionError> {
    let fail = |err: wasmparser::BinaryReaderError| AttributionError::Corrupt {
        what: "the import section",
        offset: at,
        why: err.message().to_owned(),
    };
    let reader = ImportSectionReader::new(section.reader()).map_err(fail)?;
    let mut functions = 0;
    for import in reader.into_imports() {
        let import = import.map_err(fail)?;
        evidence.see_import(import.module);
        functions += u32::from(matches!(
            import.ty,
            TypeRef::Func(_) | TypeRef::FuncExact(_)
        ));
    }
    Ok(functions)
}

/// Whether two sections import or export the same under any names.
fn same_but_names(ours: &Section<'_>, theirs: &Section<'_>) -> bool {
    without_names(ours).is_some_and(|ours| without_names(theirs) == Some(ours))
}

/// An import or export without its names.
#[derive(PartialEq)]
enum Nameless {
    Import(TypeRef),
    Export(ExternalKind, u32),
}

/// What is imported or exported; `None` of other sections and what can't be read.
fn without_names(section: &Section<'_>) -> Option<Vec<Nameless>> {
    let reader = BinaryReader::new(section.body, 0);
    match section.id {
        IMPORT => {
            let imports = ImportSectionReader::new(reader).ok()?.into_imports();
            let nameless = imports.map(|import| Some(Nameless::Import(import.ok()?.ty)));
            nameless.collect()
        }
        EXPORT => {
            let exports = ExportSectionReader::new(reader).ok()?.into_iter();
            let nameless = exports.map(|export| {
                let export = export.ok()?;
                Some(Nameless::Export(export.kind, export.index))
            });
            nameless.collect()
        }
        _ => None,
    }
}

/// Whether these exports are those of wit-component's shim: the table `$imports`, and functions by number.
fn is_shim(exports: &[u8]) -> bool {
    let Ok(exports) = ExportSectionReader::new(BinaryReader::new(exports, 0)) else {
        return false;
    };
    let mut has_table = false;
    for export in exports {
        let is_numbered = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
        match export {
            Ok(export) if export.kind == ExternalKind::Table && export.name == "$imports" => {
                has_table = true
            }
            Ok(export) if export.kind == ExternalKind::Func && is_numbered(export.name) => {}
            _ => return false,
        }
    }
    has_table
}

/// The function bodies of a code section that starts at `at`.
fn bodies(section: &[u8], at: usize) -> Result<Vec<Body<'_>>, AttributionError> {
    let corrupt = |offset: usize, why: &str| AttributionError::Corrupt {
        what: "the code section",
        offset: at + offset,
        why: why.to_owned(),
    };
    let (count, mut next) =
        read_u32(section).ok_or_else(|| corrupt(0, "the number of functions is missing"))?;
    // NB: a body has at least one byte of length, which bounds what a wrong count can reserve.
    let mut found = Vec::with_capacity((count as usize).min(section.len()));
    for _ in 0..count {
        let rest = &section[next..];
        let body = read_u32(rest).and_then(|(len, used)| {
            let end = used.checked_add(usize::try_from(len).ok()?)?;
            Some(Body {
                content: rest.get(used..end)?,
                size: end,
            })
        });
        let body =
            body.ok_or_else(|| corrupt(next, "a function goes past the end of the section"))?;
        next += body.size;
        found.push(body);
    }
    if next != section.len() {
        return Err(corrupt(next, "there are bytes behind the last function"));
    }
    Ok(found)
}

/// The sizes of the segments of a data section; `None` when it can't be read to its end.
fn segments(section: &[u8]) -> Option<Vec<usize>> {
    let mut reader = BinaryReader::new(section, 0);
    let count = reader.read_var_u32().ok()?;
    let mut next = reader.current_position();
    let mut found = Vec::with_capacity((count as usize).min(section.len()));
    for segment in DataSectionReader::new(BinaryReader::new(section, 0)).ok()? {
        let end = usize::try_from(segment.ok()?.range.end).ok()?;
        found.push(end.checked_sub(next)?);
        next = end;
    }
    (next == section.len()).then_some(found)
}
