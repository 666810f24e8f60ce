//! A digest over each entry of a baseline: what was not written by `accept` is noticed.
//!
//! It keeps nobody from writing a baseline with a digest that fits; it tells a slip, a merge gone wrong
//! or a number made to fit from what was measured.

use heft_data::sha256;
use heft_data::source::json::Map;
use serde::Serialize;

/// Hexadecimal digits of a digest: 64 bits.
const DIGITS: usize = 16;

/// By fingerprint id, then by artifact or module.
pub type Digests = Map<Map<String>>;

/// The digest of each entry.
pub(super) fn of_all<T: Serialize>(entries: &Map<Map<T>>) -> Digests {
    let of_tools = |(id, entries): (&String, &Map<T>)| {
        let digests = entries
            .iter()
            .map(|(name, entry)| (name.clone(), of(id, name, entry)));
        (id.clone(), digests.collect())
    };
    entries.iter().map(of_tools).collect()
}

/// The first entry whose digest is not there or is another one, or digest that has no entry, with what
/// is wrong.
pub(super) fn wrong<T: Serialize>(
    entries: &Map<Map<T>>,
    digests: &Digests,
) -> Option<([String; 2], String)> {
    let advice = "restore the file and let `wasm-heft accept` write it";
    for (id, entries) in entries.iter() {
        for (name, entry) in entries.iter() {
            let found = digests.get(id).and_then(|digests| digests.get(name));
            let path = [id.clone(), name.clone()];
            match found {
                None => return Some((path, format!("`{name}` has no digest; {advice}"))),
                Some(found) if *found != of(id, name, entry) => {
                    let message = format!(
                        "`{name}` was changed by hand: its digest is of other numbers; {advice}"
                    );
                    return Some((path, message));
                }
                Some(_) => {}
            }
        }
    }
    for (id, digests) in digests.iter() {
        let known = entries.get(id);
        let gone = |name: &&String| known.is_none_or(|known| !known.contains_key(*name));
        if let Some(name) = digests.keys().find(gone) {
            let message = format!("`{name}` has a digest and no entry; {advice}");
            return Some(([id.clone(), name.clone()], message));
        }
    }
    None
}

fn of<T: Serialize>(id: &str, name: &str, entry: &T) -> String {
    // NB: a value's keys are sorted, however the file or the type has them.
    let entry = serde_json::to_value(entry).unwrap_or_default();
    let text = serde_json::json!([id, name, entry]).to_string();
    sha256::hex(text)[..DIGITS].to_owned()
}
