//! Whether one component can take another one's place.

use crate::binary::{COMPONENT, Kind, header, push_section};
use crate::validate::validate;
use wasmparser::WasmFeatures;
use wasmparser::component_types::SubtypeCx;

/// Checks, by the validator's own rules, that the type of `new` is a subtype of that of `old`: wherever `old` can
/// be instantiated `new` can be, with the same imports, and it has all of its exports.
///
/// # Errors
///
/// When it is none, or one of them is not a valid component.
pub fn check_subtype(new: &[u8], old: &[u8]) -> Result<(), String> {
    // NB: both in one component, since types are compared within one run of the validator.
    let mut both = header(Kind::Component);
    push_section(&mut both, COMPONENT, new);
    push_section(&mut both, COMPONENT, old);
    let words = |err: wasmparser::Error| err.message().to_owned();
    let types = validate(&both, WasmFeatures::all()).map_err(words)?;
    let types = types.as_ref();
    SubtypeCx::new_with_refs(types, types)
        .component_type(types.component_at(0), types.component_at(1), 0)
        .map_err(|err| format!("its type would not be a subtype: {}", words(err)))
}
