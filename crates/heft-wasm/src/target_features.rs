//! The `target_features` section: what a compiler was allowed to use.

use crate::binary::{read_u32, sections};
use std::collections::BTreeSet;

/// The features in the module's `target_features` section, by their names there, which are also
/// wasm-opt's apart from a few.
pub fn declared_features(bytes: &[u8]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let Ok((_, sections)) = sections(bytes, 0) else {
        return found;
    };
    for section in sections {
        let Some(("target_features", body)) = section.custom() else {
            continue;
        };
        let mut rest = match read_u32(body) {
            Some((_, used)) => &body[used..],
            None => continue,
        };
        while let Some((sign, after)) = rest.split_first() {
            let Some((len, used)) = read_u32(after) else {
                break;
            };
            let Some(end) = usize::try_from(len)
                .ok()
                .and_then(|len| len.checked_add(used))
            else {
                break;
            };
            let Some(name) = after.get(used..end) else {
                break;
            };
            if *sign == b'+' {
                let name = String::from_utf8_lossy(name).into_owned();
                found.insert(match name.as_str() {
                    "atomics" => "threads".to_owned(),
                    "nontrapping-fptoint" => "nontrapping-float-to-int".to_owned(),
                    "simd128" => "simd".to_owned(),
                    _ => name,
                });
            }
            rest = &after[end..];
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_features_are_read_by_wasm_opts_names() {
        let mut module = crate::binary::header(crate::binary::Kind::Module);
        let mut body = b"\x0ftarget_features\x03".to_vec();
        for (sign, name) in [('+', "simd128"), ('-', "atomics"), ('+', "bulk-memory")] {
            body.push(u8::try_from(sign).expect("ascii"));
            body.push(u8::try_from(name.len()).expect("short"));
            body.extend_from_slice(name.as_bytes());
        }
        crate::binary::push_section(&mut module, 0, &body);
        let found: Vec<String> = declared_features(&module).into_iter().collect();
        assert_eq!(found, ["bulk-memory", "simd"]);
    }
}
