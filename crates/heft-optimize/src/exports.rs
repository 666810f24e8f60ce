//! A core module with fewer exports: before all else, those that its host does not use go, so that wasm-opt removes
//! what only they needed.
//!
//! rustc exports what is `#[no_mangle]`, such as C's `malloc` of an allocator that C shares, since it can't know
//! who will look for it. Nor can this program, so a person says which exports are used.

use crate::error::OptimizeError;
use crate::module::reason_to_keep;
use heft_data::record::Record;
use heft_wasm::exports::{drop_exports, export_names};

/// A core module with only the exports that are used, and the names of the others.
pub(super) struct Reduced {
    /// The module.
    pub(super) file: Vec<u8>,
    dropped: Vec<String>,
}

impl Reduced {
    /// Drops the exports of a valid core module that are not among `used`. One that another tool has yet to read is
    /// as it was.
    pub(super) fn new(module: &[u8], used: &[String]) -> Result<Self, OptimizeError> {
        let names = export_names(module)?;
        if let Some(name) = used.iter().find(|name| !names.contains(&name.as_str())) {
            return Err(OptimizeError::NoExport {
                name: name.clone(),
                exports: first_of(&names),
            });
        }
        let keeps_all = reason_to_keep(module)?.is_some();
        let stays = |name: &str| keeps_all || used.iter().any(|used| used == name);
        let (file, dropped) = drop_exports(module, stays)?;
        Ok(Self { file, dropped })
    }

    /// Writes into the record of the file what was done before.
    pub(super) fn record_in(self, record: &mut Record) {
        for module in &mut record.modules {
            module.dropped_exports.clone_from(&self.dropped);
        }
    }
}

/// The names as text: no more than a line has room for.
fn first_of(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    let mut shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    match names.len() {
        0 => shown.push("none".to_owned()),
        all if all > SHOWN => shown.push(format!("{} more", all - SHOWN)),
        _ => {}
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wasm(text: &str) -> Vec<u8> {
        wat::parse_str(text).expect("the test's text is right")
    }

    fn reduced(module: &[u8], used: &[&str]) -> Result<Reduced, OptimizeError> {
        let used: Vec<String> = used.iter().map(|name| (*name).to_owned()).collect();
        Reduced::new(module, &used)
    }

    const COMMAND: &str = r#"(module (memory (export "memory") 1)
        (func (export "malloc")) (func (export "_start")) (func (export "__main_void")))"#;

    #[test]
    fn what_is_used_stays_in_its_order_and_all_else_goes() {
        let reduced = reduced(&wasm(COMMAND), &["_start", "memory"]).expect("it has them");
        assert_eq!(
            export_names(&reduced.file).expect("readable"),
            ["memory", "_start"]
        );
        assert_eq!(reduced.dropped, ["malloc", "__main_void"]);
    }

    #[test]
    fn an_export_that_is_not_there_is_an_error_with_those_that_are() {
        let Err(error) = reduced(&wasm(COMMAND), &["_start", "memroy"]) else {
            panic!("it has no such export");
        };
        assert_eq!(
            error.to_string(),
            "it has no export `memroy` to keep; its exports are `memory`, `malloc`, `_start`, `__main_void`"
        );
        assert_eq!(first_of(&[]), "none");
        assert_eq!(
            first_of(&["a"; 10]),
            "`a`, `a`, `a`, `a`, `a`, `a`, `a`, `a`, 2 more"
        );
    }

    #[test]
    fn what_another_tool_has_yet_to_read_keeps_all() {
        let module = wasm(
            r#"(module (func (export "a")) (func (export "b")) (@custom "__wasm_bindgen_unstable" ""))"#,
        );
        let reduced = reduced(&module, &["a"]).expect("it has it");
        assert_eq!(export_names(&reduced.file).expect("readable"), ["a", "b"]);
        assert_eq!(reduced.dropped, [""; 0]);
    }
}
