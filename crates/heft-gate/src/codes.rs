//! What `wasm-heft explain` knows the gate's refusals by. A code keeps its meaning; new ones are added.

use heft_data::code::Code;

/// A size is over its budget.
pub const OVER_BUDGET: Code = Code("heft-0001");
/// A size grew beyond what is allowed.
pub const GREW: Code = Code("heft-0002");
/// Something was never accepted.
pub const NOT_ACCEPTED: Code = Code("heft-0003");
/// Something that was accepted is not there.
pub const NOT_GIVEN: Code = Code("heft-0004");
/// Something got better, and that is to be accepted.
pub const BETTER: Code = Code("heft-0005");
/// A program needs more than was accepted.
pub const WORSE: Code = Code("heft-0006");
/// A run ends otherwise than it did.
pub const BROKE: Code = Code("heft-0007");
/// A program needs too much in relation to another.
pub const RATIO: Code = Code("heft-0008");
/// A component corrupts memory, or it is not known.
pub const UNSOUND: Code = Code("heft-0009");
/// There is nothing that would hold what is given.
pub const NOT_HELD: Code = Code("heft-0010");
/// There is no baseline.
pub const NO_BASELINE: Code = Code("heft-0011");
/// Budgets and artifacts do not fit together.
pub const BUDGETS: Code = Code("heft-0012");
/// A ratio has nothing to compare.
pub const NO_RATIO: Code = Code("heft-0013");
/// A file of budgets, a baseline, a record or a result is not as such a file is.
pub const FILE: Code = Code("heft-0014");
/// A record or a symbols file is missing, or is of something else.
pub const RECORD: Code = Code("heft-0015");

/// All of them.
pub const ALL: [Code; 15] = [
    OVER_BUDGET,
    GREW,
    NOT_ACCEPTED,
    NOT_GIVEN,
    BETTER,
    WORSE,
    BROKE,
    RATIO,
    UNSOUND,
    NOT_HELD,
    NO_BASELINE,
    BUDGETS,
    NO_RATIO,
    FILE,
    RECORD,
];
