//! Validation with an exact set of proposals, function bodies in parallel.

use rayon::prelude::*;
use wasmparser::types::Types;
use wasmparser::{
    FuncToValidate, FuncValidatorAllocations, FunctionBody, Parser, ValidPayload, Validator,
    ValidatorResources, WasmFeatures,
};

/// How many bodies are validated before the first error among them is looked for: enough for every core,
/// and few against a large file's 10,000 and more, of which all behind an error need not be read.
const AT_ONCE: usize = 512;

/// Validates a module or component. Returns the types of its outermost level.
///
/// # Errors
///
/// The first error in the file, with its offset.
///
/// # Panics
///
/// Never: the parser ends every input with the end of its outermost level.
pub fn validate(bytes: &[u8], features: WasmFeatures) -> wasmparser::Result<Types> {
    let mut parser = Parser::new(0);
    parser.set_features(features);
    let mut validator = Validator::new_with_features(features);
    let mut bodies = Vec::new();
    let mut types = None;
    let mut outside = None;
    for payload in parser.parse_all(bytes) {
        match payload.and_then(|payload| validator.payload(&payload)) {
            Ok(ValidPayload::Func(function, body)) => bodies.push((function, body)),
            Ok(ValidPayload::End(end)) => types = Some(end),
            Ok(_) => {}
            Err(err) => {
                outside = Some(err);
                break;
            }
        }
    }
    // NB: bodies are looked at even when something after them is wrong: the first error in the
    // file is the one worth reporting, and the feature search relies on errors moving forward.
    let mut bodies = bodies.into_iter();
    let mut inside = None;
    while inside.is_none() && bodies.len() > 0 {
        let some: Vec<_> = bodies.by_ref().take(AT_ONCE).collect();
        inside = first_error(some);
    }
    match inside
        .into_iter()
        .chain(outside)
        .min_by_key(wasmparser::Error::offset)
    {
        Some(err) => Err(err),
        None => Ok(types.expect("the outermost level has an end")),
    }
}

/// The first error in these bodies.
fn first_error(
    bodies: Vec<(FuncToValidate<ValidatorResources>, FunctionBody<'_>)>,
) -> Option<wasmparser::Error> {
    let validated = bodies.into_par_iter().map_init(
        FuncValidatorAllocations::default,
        |allocations, (function, body)| {
            let mut validator = function.into_validator(std::mem::take(allocations));
            let result = validator.validate(&body);
            *allocations = validator.into_allocations();
            result
        },
    );
    validated
        .filter_map(Result::err)
        .min_by_key(wasmparser::Error::offset)
}
