//! What a refusal is known by.

/// A code, such as `heft-0002`. It keeps its meaning; new ones are added. As text it says where to read more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(pub &'static str);

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "(`wasm-heft explain {}`)", self.0)
    }
}
