//! How large a file is, and what takes the room.

use crate::allocators::{self, Allocator, linked};
use crate::attribution::{Attribution, CrateSize, Function};
use crate::function_size::function_size;
use crate::retained::{Garbage, Retained, garbage, retained, unread};
use crate::soundness::{Soundness, soundness};
use crate::why::Why;
use heft_data::compress::{COMPRESSORS, brotli, gzip};
use heft_wasm::binary::Kind;
use heft_wasm::bytes::Bytes;
use heft_wasm::section_sizes::SectionSize;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

pub use crate::function_size::{FunctionSize, OtherFunctions};

/// The sizes of some files.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SizeReport {
    /// Version of this shape.
    pub schema: u32,
    /// The compressors and their settings.
    pub compressors: BTreeMap<&'static str, &'static str>,
    /// Each file, in the order asked for.
    pub files: Vec<FileSize>,
}

impl SizeReport {
    /// A report on `files`.
    #[must_use]
    pub fn new(files: Vec<FileSize>) -> Self {
        Self {
            schema: 2,
            compressors: COMPRESSORS.into(),
            files,
        }
    }
}

/// The sizes of one file.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileSize {
    /// The file as it was named.
    pub path: String,
    /// Module or component.
    pub kind: Kind,
    /// Its size.
    pub raw_bytes: Bytes,
    /// Its size as gzip level 9; `None` when not asked for.
    pub gzip_bytes: Option<Bytes>,
    /// Its size as brotli quality 11; `None` when not asked for.
    pub brotli_bytes: Option<Bytes>,
    /// Its parts in file order; they add up to `raw_bytes`.
    pub sections: Vec<SectionSize>,
    /// Where the function names are from; `None` without any, and then what follows is `None` too.
    pub names: Option<String>,
    /// What each crate, library and part of the format takes; adds up to `raw_bytes`.
    pub crates: Option<Vec<CrateSize>>,
    /// The size of all function bodies.
    pub code_bytes: Option<Bytes>,
    /// The size of those function bodies that belong to a crate or library.
    pub attributed_code_bytes: Option<Bytes>,
    /// The largest functions, largest first.
    pub functions: Option<Vec<FunctionSize>>,
    /// The functions that are not listed.
    pub other_functions: Option<OtherFunctions>,
    /// The linked allocators.
    pub allocators: Option<Vec<Allocator>>,
    /// What to do about them.
    pub hint: Option<String>,
    /// Whether a component gives memory from its host back to the allocator that it is from; `None` for a
    /// core module.
    pub soundness: Option<Soundness>,
    /// What could not be read as it should be, one sentence each.
    pub notes: Vec<String>,
    /// What keeps the function that was asked about; not there when none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
    /// What keeps the most, most first; not there when not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dominators: Option<Vec<Retained>>,
    /// What nothing leads to; not there when not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub garbage: Option<Garbage>,
}

impl FileSize {
    /// A file of which nothing else is known.
    #[must_use]
    pub fn bare(path: &str, kind: Kind, raw_bytes: Bytes) -> Self {
        Self {
            path: path.to_owned(),
            kind,
            raw_bytes,
            gzip_bytes: None,
            brotli_bytes: None,
            sections: Vec::new(),
            names: None,
            crates: None,
            code_bytes: None,
            attributed_code_bytes: None,
            functions: None,
            other_functions: None,
            allocators: None,
            hint: None,
            soundness: None,
            notes: Vec::new(),
            why: None,
            dominators: None,
            garbage: None,
        }
    }
}

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct SizeOptions {
    /// Whether to compress, which takes far longer than all the rest.
    pub compress: bool,
    /// How many functions to list.
    pub functions: usize,
    /// Whether to count all instances of a generic function as one.
    pub fold: bool,
    /// Whether to say what keeps the most.
    pub dominators: bool,
    /// Whether to say what nothing leads to.
    pub garbage: bool,
}

/// Measures an attributed file. `names` says where its names are from.
#[must_use]
pub fn measure(
    path: &str,
    bytes: &[u8],
    attribution: &Attribution<'_>,
    names: &str,
    options: SizeOptions,
) -> FileSize {
    let (gzip_bytes, brotli_bytes) = if options.compress {
        let (gzip, brotli) = rayon::join(|| gzip(bytes), || brotli(bytes));
        (Some(gzip), Some(brotli))
    } else {
        (None, None)
    };
    let named = attribution.has_names;
    let listed = named.then(|| largest_functions(attribution, options));
    let (functions, other_functions) = listed.unzip();
    let allocators = linked(attribution);
    let mut notes = attribution.notes.clone();
    if options.dominators || options.garbage {
        notes.extend(unread(attribution).iter().map(|module| {
            format!("module {module}: its code can't be read in full, so what keeps its functions is not known")
        }));
    }
    FileSize {
        gzip_bytes,
        brotli_bytes,
        sections: attribution.sections.clone(),
        names: named.then(|| names.to_owned()),
        crates: named.then(|| attribution.by_crate()),
        code_bytes: named.then(|| attribution.code_bytes()),
        attributed_code_bytes: named.then(|| attribution.attributed_code_bytes()),
        functions,
        other_functions,
        hint: allocators.as_deref().and_then(allocators::hint),
        allocators,
        soundness: soundness(bytes, attribution),
        notes,
        dominators: options
            .dominators
            .then(|| retained(bytes, attribution, options.functions)),
        garbage: options
            .garbage
            .then(|| garbage(bytes, attribution, options.functions)),
        ..FileSize::bare(path, attribution.kind, attribution.file_bytes)
    }
}

/// The largest functions, and how much the others are.
fn largest_functions(
    attribution: &Attribution<'_>,
    options: SizeOptions,
) -> (Vec<FunctionSize>, OtherFunctions) {
    let row = |function: &Function<'_>, name: String| function_size(attribution, function, name);
    let mut rows: Vec<FunctionSize>;
    let all: Bytes = attribution
        .functions
        .iter()
        .map(|function| function.bytes)
        .sum();
    if options.fold {
        let mut folded: HashMap<String, FunctionSize> = HashMap::new();
        for function in &attribution.functions {
            let name = function.folded_name();
            match folded.get_mut(&name) {
                Some(row) => {
                    row.bytes.0 += function.bytes.0;
                    row.instances += 1;
                    (row.module, row.index) = (None, None);
                }
                None => {
                    folded.insert(name.clone(), row(function, name));
                }
            }
        }
        rows = folded.into_values().collect();
    } else {
        // Only what is listed is demangled, as that takes longer than all the rest.
        let mut order: Vec<&Function<'_>> = attribution.functions.iter().collect();
        let by_size = |f: &&Function<'_>| (std::cmp::Reverse(f.bytes), f.module, f.index);
        if options.functions < order.len() {
            order.select_nth_unstable_by_key(options.functions, by_size);
            order.truncate(options.functions);
        }
        rows = order
            .into_iter()
            .map(|f| row(f, f.display_name()))
            .collect();
    }
    rows.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.name.cmp(&b.name)));
    rows.truncate(options.functions);
    let listed: u64 = rows.iter().map(|row| row.instances).sum();
    let listed_bytes: Bytes = rows.iter().map(|row| row.bytes).sum();
    let others = OtherFunctions {
        count: attribution.functions.len() as u64 - listed,
        bytes: Bytes(all.0 - listed_bytes.0),
    };
    (rows, others)
}
