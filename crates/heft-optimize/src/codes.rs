//! What `wasm-heft explain` knows the refusals of `optimize` by. A code keeps its meaning; new ones are added.

use heft_data::code::Code;

/// The file is not WebAssembly, or is cut off.
pub const NOT_WASM: Code = Code("heft-0101");
/// The file is not valid WebAssembly.
pub const INVALID: Code = Code("heft-0102");
/// wasm-opt does not take its options.
pub const OPTIONS: Code = Code("heft-0103");
/// A pass that changes what the module does could not run.
pub const CHANGING: Code = Code("heft-0104");
/// The machine failed.
pub const MACHINE: Code = Code("heft-0105");
/// A defect of this program.
pub const DEFECT: Code = Code("heft-0106");
/// There is no wasm-opt that works.
pub const NO_WASM_OPT: Code = Code("heft-0107");
/// An option is not for passes.
pub const NOT_A_PASS: Code = Code("heft-0108");
/// A core module keeps its code, and that is not allowed.
pub const KEPT: Code = Code("heft-0109");
/// A file could be smaller, or that can't be told.
pub const NOT_OPTIMIZED: Code = Code("heft-0110");
/// Panics are to be traps, and no function has a name.
pub const NO_NAMES: Code = Code("heft-0111");
/// Panics are to be traps, and may be caught.
pub const CAUGHT: Code = Code("heft-0112");
/// An export that is to stay is not there.
pub const NO_EXPORT: Code = Code("heft-0113");

/// All of them.
pub const ALL: [Code; 13] = [
    NOT_WASM,
    INVALID,
    OPTIONS,
    CHANGING,
    MACHINE,
    DEFECT,
    NO_WASM_OPT,
    NOT_A_PASS,
    KEPT,
    NOT_OPTIMIZED,
    NO_NAMES,
    CAUGHT,
    NO_EXPORT,
];
